"""What a run prints beside the scorecard."""

import numpy as np
import pandas as pd
import pytest

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.report.terminal import (
    alternatives_text,
    decomposition_text,
    scorecard_text,
    simulation_error_text,
    steps_text,
)

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


def test_a_measure_has_its_total_and_no_rows_of_nothing():
    card = scorecard(spent=[-2e6, -4e6], saved=[1e6, 0.0], unused=[0.0, 0.0])
    shown = ratios(dear=("£", [1.5, 1.25]), large=("£", [1500, 1600]))
    text = scorecard_text(card, totals(0.2e6, 12.4e6, np.nan), memo(), shown, "x", "y", 120)
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
    [
        (100, None, "Four times the people, --sample 0.04, would halve it"),
        (2, None, "Everybody, --sample 1, would leave 71 % of it"),
        (1, None, "Everybody is simulated: what is left is luck"),
        (1500, {"people": 900}, "A survey of four times as many people would halve it"),
    ],
)
def test_what_a_sample_costs_is_said_with_what_would_halve_it(one_in, survey, remedy):
    error = {"financial_year": "2030-31", "cash": -2e9, "standard_error": 31e6}
    text = simulation_error_text({"one_in": one_in, "survey": survey, "simulation_error": error})
    assert "±31 £ million (1.6 %) in 2030-31" in text
    assert text.endswith(f"{remedy}.")
    for nothing in (None, error | {"cash": 0.0}, error | {"standard_error": None}):
        assert simulation_error_text({"one_in": 100, "survey": None, "simulation_error": nothing}) == ""


def test_other_choices_are_costs_with_a_sign():
    table = pd.DataFrame(
        [("it", label, "spent", sign, year, 3e6)
         for label in ("low", "as in the scenario") for sign in (-1, 0) for year in YEARS],
        columns=["measure", "alternative", "line", "sign", "financial_year", "amount"],
    )  # fmt: skip
    text = alternatives_text(table, scorecard(spent=[-3e6, -3e6]), 120)
    assert [line.split()[-1] for line in text.splitlines()[2:]] == ["-6", "-6"]


def test_parts_of_a_package_have_a_total():
    table = pd.DataFrame(
        [(name, part, year, cash) for name, cash in (("one", -1e6), ("two", -2e6))
         for part in ("alone", "stacked", "interaction") for year in YEARS],
        columns=["measure", "part", "financial_year", "cash"],
    )  # fmt: skip
    text = decomposition_text(table, scorecard(spent=[-3e6, -3e6]), 120)
    (total,) = [line for line in text.splitlines() if "the package" in line]
    assert total.split()[-3:] == ["-3", "-3", "-6"]
    assert max(map(len, text.splitlines())) <= 120


def test_a_bridge_is_printed_step_by_step_and_other_tables_are_not():
    bridge = pd.DataFrame({"financial_year": YEARS * 2, "step": [1, 1, 2, 2], "amount": [5e9, 6e9, 1e9, 2e9],
                           "description": ["Survey"] * 2 + ["Base"] * 2})  # fmt: skip
    text = steps_text("credit.bridge", bridge, scorecard(spent=[-1e6, -1e6]), 120)
    assert [line.split()[-2:] for line in text.splitlines()[1:]] == [["5,000", "6,000"], ["1,000", "2,000"]]
    assert steps_text("other", bridge.rename(columns={"amount": "value"}), scorecard(spent=[-1e6, 0.0]), 120) == ""
