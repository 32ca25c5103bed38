"""What a run prints beside the scorecard."""

import pandas as pd

from microsim.report.terminal import alternatives_text, decomposition_text, scorecard_text, steps_text

YEARS = ["2027-28", "2028-29"]


def scorecard(**lines):
    """A scorecard of one measure: pounds of both years by line."""
    rows = [
        {"measure": "it", "line": line, "description": f"What {line} is", "payer": "DfE", "head": "RDEL",
         "financial_year": year, "cash": cash, "real": cash, "present_value": cash, "net_borrowing": -cash}
        for line, amounts in lines.items() for year, cash in zip(YEARS, amounts, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def memo(*rows):
    columns = ["arm", "measure", "line", "description", "head", "unit", "stock", "detail", "financial_year", "amount"]
    return pd.DataFrame(rows, columns=columns)


def ratios(**values):
    rows = [("reform", "it", name, f"The {name}", unit, year, value)
            for name, (unit, both) in values.items() for year, value in zip(YEARS, both, strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=["arm", "measure", "ratio", "description", "unit", "financial_year", "value"])


def test_a_measure_has_its_total_and_no_rows_of_nothing():
    card = scorecard(spent=[-2e6, -4e6], saved=[1e6, 0.0], unused=[0.0, 0.0])
    text = scorecard_text(card, memo(), ratios(dear=("£", [1.5, 1.25]), large=("£", [1500, 1600])), "x", "y", 120)
    rows = {line[:28].strip(): line.split()[-3:] for line in text.splitlines()}
    assert rows["it"] == ["-1", "-4", "-5"]
    assert rows["What spent is"] == ["-2", "-4", "-6"]
    assert "What unused is" not in rows
    assert "1.50" in text
    assert "1,600" in text


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
