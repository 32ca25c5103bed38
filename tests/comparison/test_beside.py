"""What stands beside the scorecards: second-round effects, in no sum of the costing."""

from dataclasses import replace

import pandas as pd

from microsim import compare, load_run
from microsim.report.comparison import comparison_text

COLUMNS = ["line", "description", "payer", "head", "financial_year", "cash", "real", "present_value"]
ROWS = [
    ("income_tax", "Income tax", "taxpayers", "receipts", "2030-31", 2e6, 1.8e6, 1.5e6),
    ("income_tax", "Income tax", "taxpayers", "receipts", "2031-32", 3e6, 2.6e6, 2.1e6),
    ("pay", "Pay gained", "employers", "memo", "2031-32", 9e6, 8e6, 7e6),
]


def test_second_rounds_are_beside_the_scorecard_and_in_none_of_its_sums(run_of):
    first = load_run(run_of("grant").folder)
    table = pd.DataFrame(ROWS, columns=COLUMNS)
    second = replace(first, tables={**first.tables, "second_round": table})
    found = compare(first, second)
    lines = found.tables["second_round"].set_index(["line", "financial_year"])
    assert lines["difference"].to_dict() == {
        ("income_tax", "2030-31"): 2e6, ("income_tax", "2031-32"): 3e6, ("pay", "2031-32"): 9e6,
    }  # fmt: skip
    assert not found.totals["difference"].any()
    (row,) = [row for row in comparison_text(found, 140).splitlines() if row.startswith("Second-round effects")]
    assert row.endswith(" 0"), "the reference has none"
    assert "B - A" in comparison_text(found, 140)
    worth = compare(first, second, prices="present_value").tables["second_round"]
    assert worth["difference"].tolist() == [1.5e6, 2.1e6, 7e6]


def test_runs_without_second_rounds_have_no_such_table(run_of):
    found = compare(run_of("grant"), run_of("rare"))
    assert "second_round" not in found.tables
    assert "Second-round" not in comparison_text(found, 120)
