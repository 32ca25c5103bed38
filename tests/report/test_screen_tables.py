"""Tables on the screen: the scorecard with what makes most of it, and what `--details` adds."""

import numpy as np
import pandas as pd
import pytest

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.report.headline import Headline
from microsim.report.screen.caveats import simulation_error_text
from microsim.report.screen.details import alternatives_text, decomposition_text, steps_text
from microsim.report.screen.scorecard import main_lines, scorecard_text
from microsim.report.screen.style import Style

YEARS = ["2027-28", "2028-29"]


def scorecard(**lines):
    """A scorecard of one measure: pounds of both years by line."""
    rows = [
        {"measure": "it", "line": line, "description": f"What {line} is", "payer": "DfE", "head": "RDEL",
         "financial_year": year, "cash": cash, "real": cash, "present_value": cash, "net_borrowing": -cash}
        for line, amounts in lines.items() for year, cash in zip(YEARS, amounts, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def totals(*errors):
    """The totals of all measures by year and over all years, with these errors."""
    years = [*YEARS, ALL_YEARS]
    table = pd.DataFrame({"measure": ALL_MEASURES, "financial_year": years, "simulation_error": errors})
    table["line"] = ALL_LINES
    table = pd.concat([table, table.assign(measure="it", simulation_error=np.array(errors) / 2)], ignore_index=True)
    errors = table["simulation_error"]
    return table.assign(real_simulation_error=errors, present_value_simulation_error=errors)


def memo(*rows):
    columns = ["arm", "measure", "line", "description", "head", "unit", "stock", "detail", "financial_year", "amount"]
    return pd.DataFrame(rows, columns=columns)


def ratios(**values):
    rows = [("reform", "it", name, f"The {name}", unit, year, value)
            for name, (unit, both) in values.items() for year, value in zip(YEARS, both, strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=["arm", "measure", "ratio", "description", "unit", "financial_year", "value"])


def tables_with(card):
    """A scorecard without known errors, and nothing beside it."""
    unknown = totals(np.nan, np.nan, np.nan)
    return {"scorecard": card, "scorecard_totals": unknown, "lines": memo(), "ratios": ratios()}


def test_a_measure_has_its_total_and_no_rows_of_nothing():
    card = scorecard(spent=[-2e6, -4e6], saved=[1e6, 0.0], unused=[0.0, 0.0])
    shown = ratios(dear=("£", [1.5, 1.25]), large=("£", [1500, 1600]))
    tables = {"scorecard": card, "scorecard_totals": totals(0.2e6, 12.4e6, np.nan), "lines": memo(), "ratios": shown}
    text = scorecard_text(tables, ("x", "y"), Style(120), every_line=True)
    rows = {line[:28].strip(): line.split()[-3:] for line in text.splitlines()}
    assert rows["± simulation error (one st"][-2:] == ["±0.2", "±12"], "nothing where it is not known"
    assert max(map(len, text.splitlines())) <= 120
    assert rows["± simulation error"][-2:] == ["±0.1", "±6.2"], "of the measure"
    assert rows["it"] == ["-1", "-4", "-5"]
    assert rows["What spent is"] == ["-2", "-4", "-6"]
    assert "What unused is" not in rows
    assert "1.50" in text
    assert "1,600" in text


@pytest.mark.parametrize(
    ("one_in", "survey", "remedy"),
    [  # 31 of 2,000 million is 1.55 %: of a tenth of the people 3.16 times as much
        (
            100,
            None,
            "Four times the people, --sample 0.04, would halve it. "
            "About, with --scale: small 4.9 %, large 0.49 %, full 0.15 %",
        ),
        (
            2,
            None,
            "Everybody, --scale full, would leave 71 % of it. "
            "About, with --scale: small 35 %, standard 11 %, large 3.5 %, full 1.1 %",
        ),
        (
            1,
            None,
            "Everybody is simulated: what is left is luck. About, with --scale: small 49 %, standard 16 %, large 4.9 %",
        ),
        (1500, {"people": 900}, "A survey of four times as many people would halve it"),
    ],
)
def test_what_a_sample_costs_is_said_with_what_would_halve_it(one_in, survey, remedy):
    found = Headline("2030-31", -2e9, 31e6, "2026-27", "2040-41", -9e9, 90e6)
    largest = {"financial_year": "2040-41", "cash": -3e9, "standard_error": 90e6}  # which the headline does not quote
    text = simulation_error_text({"one_in": one_in, "survey": survey, "simulation_error": largest}, found)
    assert "±31 £ million (1.6 %) in 2030-31" in text
    assert text.endswith(f"{remedy}.")
    unknown = (found._replace(cash=0.0), found._replace(simulation_error=0.0), found._replace(simulation_error=np.nan))
    for nothing in (None, *unknown):
        assert simulation_error_text({"one_in": 100, "survey": None}, nothing) == ""


def test_other_choices_are_costs_with_a_sign():
    table = pd.DataFrame(
        [("it", label, "spent", sign, year, 3e6)
         for label in ("low", "as in the scenario") for sign in (-1, 0) for year in YEARS],
        columns=["measure", "alternative", "line", "sign", "financial_year", "amount"],
    )  # fmt: skip
    text = alternatives_text(table, scorecard(spent=[-3e6, -3e6]), Style(120))
    assert [line.split()[-1] for line in text.splitlines()[2:]] == ["-6", "-6"]


def test_parts_of_a_package_have_a_total():
    table = pd.DataFrame(
        [(name, part, year, cash) for name, cash in (("one", -1e6), ("two", -2e6))
         for part in ("alone", "stacked", "interaction") for year in YEARS],
        columns=["measure", "part", "financial_year", "cash"],
    )  # fmt: skip
    text = decomposition_text(table, scorecard(spent=[-3e6, -3e6]), Style(120))
    (total,) = [line for line in text.splitlines() if "the package" in line]
    assert total.split()[-3:] == ["-3", "-3", "-6"]
    assert max(map(len, text.splitlines())) <= 120


def test_a_bridge_is_printed_step_by_step_and_other_tables_are_not():
    bridge = pd.DataFrame({"financial_year": YEARS * 2, "step": [1, 1, 2, 2], "amount": [5e9, 6e9, 1e9, 2e9],
                           "description": ["Survey"] * 2 + ["Base"] * 2})  # fmt: skip
    text = steps_text("credit.bridge", bridge, scorecard(spent=[-1e6, -1e6]), Style(120))
    assert [line.split()[-2:] for line in text.splitlines()[1:]] == [["5,000", "6,000"], ["1,000", "2,000"]]
    assert steps_text("other", bridge.rename(columns={"amount": "value"}), scorecard(spent=[-1e6, 0.0]), 120) == ""


def test_small_lines_are_shown_as_one_with_their_sum():
    card = scorecard(**{f"line {one}": [-1e6 * one, -1e6 * one] for one in (50, 30, 20, 12, 2, 1)})
    tables = {
        "scorecard": card,
        "scorecard_totals": totals(np.nan, np.nan, np.nan),
        "lines": memo(),
        "ratios": ratios(),
    }
    text = scorecard_text(tables, ("x", "y"), Style(120))
    shown = {line.split("  ")[1].strip(): line.split()[-3:] for line in text.splitlines() if line.startswith("  ")}
    assert shown == {"What line 50 is": ["-50", "-50", "-100"], "What line 30 is": ["-30", "-30", "-60"],
                     "What line 20 is": ["-20", "-20", "-40"], "What line 12 is": ["-12", "-12", "-24"],
                     "2 smaller lines": ["-3", "-3", "-6"]}  # fmt: skip
    assert "What line 1 is" in scorecard_text(tables, ("x", "y"), Style(120), every_line=True)


def test_one_line_that_would_be_left_over_is_shown():
    card = scorecard(large=[-9e6, -9e6], small=[-1e3, -1e3], unused=[0.0, 0.0])
    assert {key[0] for key in main_lines(card, YEARS, most=3)} == {"large", "small"}


def test_lines_that_would_look_alike_show_what_differs():
    long = "Premium paid for disadvantaged learners of institutions of the kind "
    card = scorecard(one=[-5e6, -5e6], two=[-4e6, -4e6])
    card["description"] = card["line"].map({"one": f"{long}school", "two": f"{long}college"})
    tables = {
        "scorecard": card,
        "scorecard_totals": totals(np.nan, np.nan, np.nan),
        "lines": memo(),
        "ratios": ratios(),
    }
    text = scorecard_text(tables, ("x", "y"), Style(80))
    assert "Premium paid … school" in text
    assert "Premium paid … college" in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_quoted_year_is_among_those_shown():
    years = [f"{year}-{(year + 1) % 100:02}" for year in range(2026, 2056)]
    card = pd.concat([scorecard(spent=[-1e6, -1e6]).iloc[:1].assign(financial_year=year) for year in years])
    tables = {
        "scorecard": card,
        "scorecard_totals": totals(np.nan, np.nan, np.nan),
        "lines": memo(),
        "ratios": ratios(),
    }
    for width in (60, 80, 120, 200):
        heads = scorecard_text(tables, ("x", "y"), Style(width), year="2039-40").splitlines()[0].split()
        assert "2039-40" in heads
        assert heads[-3:] == ["2055-56", "all", "years"]
