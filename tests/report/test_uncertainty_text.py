"""Draws of a costing as text: what is said of a year, a budget, choices among the draws and an unknown error."""

import numpy as np
import pandas as pd
import pytest

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.drawing import what_the_spread_is
from microsim.report.uncertainty import budget_text, choices_text, fan_text, few_draws_text, fields_text, headline_text
from microsim.uncertainty.budget import budget_table
from microsim.uncertainty.fan import fan_table
from microsim.uncertainty.fields import UncertainField
from microsim.uncertainty.percentiles import PERCENT_COLUMNS

YEARS = ("2029-30", "2030-31", ALL_YEARS)
ABOUT = {"draws": 100, "fields": 2, "headline_year": "2030-31", "headline_is": "the last year", "chance_band": 0.3}


def fan(errors):
    """A fan of all measures; `errors` by year, in pounds."""
    costs = dict.fromkeys(("central", "mean", "standard_deviation", *PERCENT_COLUMNS), -5e8)
    rows = [{"measure": ALL_MEASURES, "line": ALL_LINES, "prices": "cash", "financial_year": year, **costs}
            for year in YEARS]  # fmt: skip
    totals = [(ALL_MEASURES, ALL_LINES, year, error) for year, error in errors.items()]
    names = ["measure", "line", "financial_year", "simulation_error"]
    return fan_table(pd.DataFrame(rows), pd.DataFrame(totals, columns=names)).set_index("financial_year")


def test_an_error_that_the_run_does_not_have_is_not_nothing():
    known, unknown = fan(dict.fromkeys(YEARS, 3e6)), fan({YEARS[0]: 3e6})
    assert np.isnan(unknown.loc["2030-31", "simulation_error"])
    assert "a simulation error of £3.0 million" in headline_text(known, ABOUT, 400)
    assert "simulation error" not in headline_text(unknown, ABOUT, 400)
    shown = fan_text(unknown, ABOUT, 120)
    assert "nan" not in shown
    first, second = (next(row for row in shown.splitlines() if row.startswith(year)) for year in YEARS[:2])
    assert "3.0" in first
    assert "3.0" not in second


@pytest.mark.parametrize("why", ["the last year", "five years after the last measure's first cost"])
def test_the_year_is_said_to_be_what_it_is(why):
    said = headline_text(fan(dict.fromkeys(YEARS, 3e6)), ABOUT | {"headline_is": why}, 400)
    assert said.startswith(f"In 2030-31, {why}: £500 million in the middle draw")


def test_a_budget_of_a_year_is_not_set_against_the_sum_of_years_in_words():
    """Of 100 draws of £1m to £100m a year, 40 lie above £60m in a year, and 69 over two years."""
    costs = np.repeat(np.arange(1, 101)[:, None] * 1e6, 2, axis=1)
    table = budget_table(costs, costs[49], YEARS[:2], 60e6)
    said = budget_text(table, ABOUT, 400)
    assert "in 2030-31 40 %" in said
    assert "70 %" not in said
    assert "all years together" not in said
    assert "in 2030-31 40 % (31 to 50 %)" in said
    assert "In no single year does it pass one half" in said
    over_all = budget_text(table, ABOUT | {"headline_year": ALL_YEARS}, 400)
    assert "over all years together 70 %" in over_all


def test_a_chance_stays_inside_0_to_100_and_says_when_it_is_more_likely_than_not():
    """40 draws of £1m to £40m in one year, and twice that in the next, against £0m and £30m."""
    one = np.arange(1, 41) * 1e6
    costs = np.column_stack([one, 2 * one])
    about = ABOUT | {"draws": 40}
    said = budget_text(budget_table(costs, costs[19], YEARS[:2], 0.0), about, 400)
    assert "in 2030-31 all of 40 draws (91 to 100 %)" in said
    said = budget_text(budget_table(costs, costs[19], YEARS[:2], 30e6), about, 400)
    assert "in 2030-31 62 % (47 to 76 %)" in said
    assert "It first passes one half in 2030-31." in said
    said = budget_text(budget_table(costs, costs[19], YEARS[:2], 80e6), about, 400)
    assert "in at least one year none of 40 draws (0 to 9 %)" in said


def drawn_fields(correlations):
    """The table `fields` of correlations against the band of ABOUT."""
    names = [f"measures.field_{place}" for place in range(len(correlations))]
    table = pd.DataFrame({"field": names, "rank_correlation": correlations, "low": "1", "central": "2", "high": "3"})
    return table.assign(quality="judgement", beyond_chance=table["rank_correlation"].abs() > ABOUT["chance_band"])


def test_only_fields_beyond_chance_are_said_to_matter():
    said = fields_text(drawn_fields([0.8, -0.4, 0.29, 0.1]), ABOUT, 120)
    assert "by chance alone the largest of 4 stays within ± 0.30" in " ".join(said.split())
    assert "+0.80  measures.field_0" in said
    assert "-0.40  measures.field_1" in said
    assert "field_2" not in said
    assert "Of the other 2" in said
    assert "microsim sensitivity" in said
    none = " ".join(fields_text(drawn_fields([0.29, 0.1]), ABOUT, 120).split())
    assert "cannot be told from 100 draws: no field stands out" in none
    assert "Microsim sensitivity" not in none
    assert "microsim sensitivity" in none
    assert "field_0" not in none
    many = fields_text(drawn_fields([0.9] * 7), ABOUT, 120)
    assert "2 more beyond chance" in many
    assert "Of the other" not in many


def test_few_draws_are_said_to_leave_rough_ends():
    assert "rest on the 2 cheapest and the 2 dearest draws" in few_draws_text(40, 400)
    assert "rest on the cheapest and the dearest draw:" in few_draws_text(12, 400)
    assert few_draws_text(100, 400) == ""


def field(path, distribution):
    choices = (("a", 1.0), ("b", 1.0)) if distribution == "choice" else ()
    return UncertainField(path, "", "", None, "scenario", distribution, "a", "a", "b", choices)


def test_a_choice_among_the_draws_is_named_wherever_it_matters():
    plain = what_the_spread_is([field("measures.a", "pert")])
    assert plain["choices_drawn"] == []
    assert "the choice of scenario, synthesis error" in plain["the_spread_is_not"]
    assert "rules and dates of the scenario" in plain["held_fixed"]
    both = what_the_spread_is([field("measures.a", "pert"), field("measures.launch", "choice")])
    assert both["choices_drawn"] == ["measures.launch"]
    assert both["the_spread_is"].endswith("together with scenario choice: measures.launch")
    assert "the choice of scenario other than measures.launch, synthesis error" in both["the_spread_is_not"]
    assert "rules and dates of the scenario other than measures.launch" in both["held_fixed"]
    assert "rules and dates of the scenario" not in both["held_fixed"]
    said = choices_text(both["choices_drawn"], 400)
    assert said.startswith("Scenario choice is in these percentiles: measures.launch was drawn")
