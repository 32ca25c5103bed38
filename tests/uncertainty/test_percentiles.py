"""Percentiles, fans, budgets and rank correlations of draws whose distribution is known."""

import numpy as np
import pandas as pd
import pytest

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.uncertainty.budget import ANY_YEAR, budget_table, chance_above
from microsim.uncertainty.fan import fan_table
from microsim.uncertainty.percentiles import (
    PERCENT_COLUMNS,
    PERCENTS,
    cost_of_all,
    percentile_table,
    percentiles,
    with_totals,
)
from microsim.uncertainty.ranks import chance_band, rank_correlations, share_below

YEARS = ["2030-31", "2031-32"]
DRAWS = 101


def amounts():
    """Draw d costs d in the first year and 2 d in the second on courses, and earns 1 a year in fees but in draw 0."""
    rows = [
        (draw, "grant", "courses", year, -draw * (at + 1.0)) for draw in range(DRAWS) for at, year in enumerate(YEARS)
    ]
    rows += [(draw, "relief", "fees", year, 1.0) for draw in range(1, DRAWS) for year in YEARS]
    table = pd.DataFrame(rows, columns=["draw", "measure", "line", "financial_year", "cash"])
    return table.assign(real=table["cash"] / 2, present_value=table["cash"] / 4)


@pytest.fixture
def table():
    central = amounts().query("draw == 30").assign(draw=0)
    return percentile_table(with_totals(amounts()), with_totals(central), DRAWS)


def row(table, measure, line, year, prices="cash"):
    keys = {"measure": measure, "line": line, "financial_year": year, "prices": prices}
    ((_, found),) = table[(table[list(keys)] == pd.Series(keys)).all(axis=1)].iterrows()
    return found


def test_percentiles_of_evenly_spread_draws():
    """0 to 100: each percentile is its own number."""
    assert percentiles(np.arange(101.0)).tolist() == list(PERCENTS)


def test_percentiles_of_a_normal_distribution():
    """Quantiles of 10,000 evenly placed draws: 5 % below -1.645, half below 0."""
    from scipy.special import ndtri

    found = percentiles(ndtri((np.arange(10_000) + 0.5) / 10_000))
    assert found == pytest.approx([-1.6449, -1.2816, -0.6745, 0.0, 0.6745, 1.2816, 1.6449], abs=1e-3)


def test_a_line(table):
    found = row(table, "grant", "courses", "2030-31")
    assert [found[name] for name in PERCENT_COLUMNS] == [-95, -90, -75, -50, -25, -10, -5]
    assert (found["central"], found["mean"]) == (-30, -50)
    assert found["standard_deviation"] == pytest.approx(np.arange(DRAWS).std(ddof=1))
    assert row(table, "grant", "courses", "2030-31", "real")["p50"] == -25


def test_sums_are_made_draw_by_draw(table):
    """Both years of courses: 3 d. Everything: 3 d less the fees of two years, which draw 0 does not have."""
    assert row(table, "grant", "courses", ALL_YEARS)["p95"] == -15
    assert row(table, "grant", ALL_LINES, "2031-32")["p95"] == -10
    assert row(table, ALL_MEASURES, ALL_LINES, ALL_YEARS)["p5"] == 2 - 3 * 95
    assert row(table, ALL_MEASURES, ALL_LINES, ALL_YEARS)["central"] == 2 - 90
    assert row(table, "relief", "fees", "2030-31")["mean"] == 100 / 101


def test_a_line_that_the_central_run_does_not_have_is_there():
    draws = amounts()
    central = draws.query("draw == 0")
    found = percentile_table(with_totals(draws), with_totals(central), DRAWS)
    assert row(found, "relief", "fees", "2030-31")["central"] == 0
    assert row(found, "relief", "fees", "2030-31")["p50"] == 1


def test_the_fan_is_of_costs_with_simulation_error_beside(table):
    """Signs turn, and the 5th percentile of what it costs is the 95th of what it does to the Exchequer."""
    totals = pd.DataFrame(
        [
            ("grant", ALL_LINES, "2030-31", 7.0),
            ("grant", "courses", "2030-31", 5.0),
            (ALL_MEASURES, ALL_LINES, ALL_YEARS, 9.0),
        ],
        columns=["measure", "line", "financial_year", "simulation_error"],
    )
    fan = fan_table(table, totals).set_index(["measure", "financial_year"])
    found = fan.loc[("grant", "2030-31")]
    assert [found[name] for name in PERCENT_COLUMNS] == [5, 10, 25, 50, 75, 90, 95]
    assert (found["central"], found["mean"], found["simulation_error"]) == (30, 50, 7)
    assert fan.loc[(ALL_MEASURES, ALL_YEARS), "simulation_error"] == 9
    assert np.isnan(fan.loc[("relief", "2030-31"), "simulation_error"]), "not known, which is not nothing"
    assert set(fan.index.get_level_values(1)) == {*YEARS, ALL_YEARS}


def test_chances_of_evenly_spread_costs():
    """Costs of 1 to 100: a quarter above 75, each chance with Wilson's interval of 100 draws, none and all included.

    Of none the upper end is z^2 / (n + z^2), 3.84 / 103.84 = 3.7 %. The ends are those of scipy's own.
    """
    from scipy.stats import binomtest

    costs = np.arange(1.0, 101.0)[:, None]
    for budget, above in ((75.0, 25), (0.0, 100), (100.0, 0), (2.0, 98)):
        chance, low, high = chance_above(costs, budget)
        expected = binomtest(above, 100).proportion_ci(0.95, method="wilson")
        assert chance[0] == above / 100
        assert (low[0], high[0]) == pytest.approx((expected.low, expected.high))
        assert 0 <= low[0] <= chance[0] <= high[0] <= 1
    assert chance_above(costs, 100.0)[2][0] == pytest.approx(3.84146 / 103.84146, rel=1e-5)


def test_a_budget_by_year_in_any_and_over_all():
    """Costs d and 200 - 2 d for d of 0 to 100, against 150: nobody; d below 25; their sum 200 - d below 50."""
    draws = np.arange(101.0)
    costs = np.column_stack([draws, 200 - 2 * draws])
    found = budget_table(costs, np.array([10.0, 180.0]), YEARS, 150.0).set_index("financial_year")
    assert found["chance"].tolist() == [0.0, 25 / 101, 25 / 101, 50 / 101]
    assert found["central_cost"].tolist() == [10, 180, 180, 190]
    assert found["central_exceeds"].tolist() == [False, True, True, True]
    assert list(found.index) == [*YEARS, ANY_YEAR, ALL_YEARS]


def test_costs_are_plus():
    found = cost_of_all(with_totals(amounts()), DRAWS, YEARS)
    assert found[10].tolist() == [9.0, 19.0]
    assert found[0].tolist() == [0.0, 0.0]


def test_rank_correlation_sees_order_alone():
    draws = np.arange(1.0, 51.0)
    fields = np.column_stack([draws, -(draws**3), np.ones(50)])
    assert rank_correlations(fields, np.exp(draws / 10)).tolist() == pytest.approx([1.0, -1.0, 0.0])
    assert rank_correlations(fields, np.ones(50)).tolist() == [0.0, 0.0, 0.0]


def test_rank_correlation_is_spearmans():
    from scipy.stats import spearmanr

    noise = np.random.default_rng(3)
    fields, cost = noise.integers(0, 9, (80, 3)).astype(float), noise.normal(size=80)
    expected = [spearmanr(column, cost).statistic for column in fields.T]
    assert rank_correlations(fields, cost) == pytest.approx(expected)


def test_what_the_largest_of_many_correlations_stays_within_by_chance():
    """One field: the normal 1.96. 163 fields: z(1 - 0.025 / 163) = 3.61 over the root of 39."""
    assert chance_band(1, 101) == pytest.approx(0.196, abs=1e-4)
    assert chance_band(163, 40) == pytest.approx(3.6095 / np.sqrt(39), abs=1e-4)


def test_fields_that_do_nothing_seldom_pass_the_band():
    """Of 400 samples of 163 fields without effect some 20 have one beyond it: 3 standard deviations are 13."""
    noise = np.random.default_rng(11)
    passed = sum(
        np.abs(rank_correlations(noise.normal(size=(100, 163)), noise.normal(size=100))).max() > chance_band(163, 100)
        for _ in range(400)
    )
    assert 4 <= passed <= 33


def test_where_a_central_value_lies_among_draws():
    draws = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 6.0], [4.0, 7.0]])
    assert share_below(draws, np.array([3.5, 5.0])).tolist() == [0.75, 0.25]
