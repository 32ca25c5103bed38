"""What a scenario costs, in one sentence."""

import numpy as np
import pandas as pd
import pytest

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.comparison.finished import FinishedRun
from microsim.report.headline import NOTHING, headline, headline_sentence, money, reference_year


def run_of(*cash, errors=None):
    """A run with a scorecard of one line: pounds by year from 2026-27."""
    years = [f"{2026 + after}-{27 + after}" for after in range(len(cash))]
    scorecard = pd.DataFrame({"measure": "it", "line": "spent", "financial_year": years, "cash": cash})
    errors = errors or [1e6] * (len(cash) + 1)
    totals = pd.DataFrame({"measure": ALL_MEASURES, "line": ALL_LINES, "financial_year": [*years, ALL_YEARS],
                           "cash": [*cash, sum(cash)], "simulation_error": errors})  # fmt: skip
    tables = {"scorecard": scorecard.assign(description="", payer="", head="", real=cash, present_value=cash),
              "scorecard_totals": totals}  # fmt: skip
    return FinishedRun(tables, {"scenario": "It"}, {}, pd.DataFrame())


def test_a_cost_has_its_tenth_year_and_all_years_with_their_errors():
    run = run_of(*[-1e8] * 9, -2.55e9, *[0.0] * 4, errors=[2.7e7] * 14 + [1.8e8])
    assert headline_sentence(run) == (
        "Costs £2.5bn (± £27m) in 2035-36 and £3.5bn (± £180m) over 2026-27 to 2039-40, in cash; "
        "± is one standard error of simulation."
    )
    assert headline_sentence(run, "2026-27").startswith("Costs £100m (± £27m) in 2026-27 and £3.5bn")


@pytest.mark.parametrize(
    ("cash", "says"),
    [
        ((2e7, 2e7), "Saves £20m (± £1.0m) in 2027-28 and £40m (± £1.0m) over 2026-27 to 2027-28, in cash; "),
        ((9e7, -2e7), "Costs £20m (± £1.0m) in 2027-28, and saves £70m (± £1.0m) over 2026-27 to 2027-28, in cash; "),
        ((-9e7, 1.5e6), "Saves £1.5m (± £1.0m: its sign is not certain) in 2027-28, and costs £88m (± £1.0m) over "),
        ((-9e7, 0.0), "Costs nothing in 2027-28 and £90m (± £1.0m) over 2026-27 to 2027-28, in cash; "),
        ((-4e5,), "Costs £400k (± £1.0m: its sign is not certain) in 2026-27, in cash; "),
    ],
)
def test_savings_mixed_signs_and_one_year(cash, says):
    assert headline_sentence(run_of(*cash)).startswith(says)


@pytest.mark.parametrize("unknown", [0.0, np.nan])
def test_no_error_is_named_where_there_is_none(unknown):
    assert headline_sentence(run_of(-2e7, -2e7, errors=[unknown] * 3)) == (
        "Costs £20m in 2027-28 and £40m over 2026-27 to 2027-28, in cash."
    )


def test_nothing_to_cost():
    run = run_of(-1.0)
    run.tables["scorecard"] = run.scorecard.head(0)
    assert headline(run) is None
    assert headline_sentence(run) == NOTHING


def test_the_reference_year_is_the_last_where_nothing_is_paid_in_the_tenth():
    assert reference_year(run_of(*[0.0] * 10, -1.0, -1.0).scorecard) == "2037-38"
    assert reference_year(run_of(*[-1.0] * 12).scorecard) == "2035-36"


@pytest.mark.parametrize(
    ("pounds", "text"),
    [(-101.54e9, "£101.5bn"), (999.9e6, "£1.0bn"), (999e6, "£999m"), (9.96e6, "£10m"), (6.44e6, "£6.4m"),
     (12_345, "£12k"), (310, "£310"), (0.4, "less than £1"), (0, "nothing")],
)  # fmt: skip
def test_money(pounds, text):
    assert money(pounds) == text
