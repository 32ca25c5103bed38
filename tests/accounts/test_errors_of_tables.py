"""Simulation error beside the numbers of a run: as its replicates have it, cells and ratios by hand, what has none."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from microsim.accounts.cell_errors import cell_errors
from microsim.accounts.incomes import income_percentile, without_each_group
from microsim.accounts.national import national_sums
from microsim.accounts.own_tables import tables_of_measure
from microsim.accounts.ratios import quotient
from microsim.accounts.simulation_error import leave_one_out, over_years, parts_of, spread, standard_error
from microsim.accounts.sums import Sum
from microsim.engine.ledger import EARNINGS_BINS, NARROW_PER_WIDE, WIDE_INCOME_BINS
from microsim.population.columns import RANDOM_GROUPS

KEYS = ["measure", "line", "financial_year"]


def people_and_money(years=3, seed=1):
    """Adults and pence of each random group, [years, RANDOM_GROUPS]."""
    rng = np.random.default_rng(seed)
    adults = rng.integers(900, 1100, (years, RANDOM_GROUPS)) * 1.0
    money = rng.integers(10_000, 90_000, (years, RANDOM_GROUPS)) * 1.0
    return adults, Sum(np.rint(money.sum(axis=1)).astype(np.int64), money)


# -- parts by group of what is no sum over people


def test_parts_add_up_and_give_the_estimates_back():
    adults, money = people_and_money()
    estimates = leave_one_out(money.groups, adults) ** 0.9
    parts = parts_of(estimates, money.total, adults)
    np.testing.assert_allclose(parts.sum(axis=1), money.total)
    again = leave_one_out(parts, adults)
    np.testing.assert_allclose(np.ptp(again - estimates, axis=1), 0, atol=1e-6)
    assert standard_error(parts, adults) == pytest.approx(spread(estimates))


def test_the_parts_of_a_sum_are_the_sum_s_own():
    adults, money = people_and_money()
    parts = parts_of(leave_one_out(money.groups, adults), money.total, adults)
    np.testing.assert_allclose(parts, money.groups, rtol=1e-9)


def test_what_nobody_moves_is_shared_as_people_are():
    adults = np.array([10.0, 30, 60])
    assert parts_of(np.full(3, 500.0), np.array(500), adults).tolist() == pytest.approx([50, 150, 300])


def test_all_years_are_the_sum_of_the_estimates_of_each():
    adults, money = people_and_money()
    parts, people = over_years(money.groups, adults)
    wanted = spread(leave_one_out(money.groups, adults).sum(axis=0))
    assert standard_error(parts, people) == pytest.approx(wanted)
    fixed = np.outer([100.0, 200, 300], np.ones(RANDOM_GROUPS)) * adults / adults.sum(axis=1, keepdims=True)
    assert standard_error(*over_years(fixed, adults)) == pytest.approx(0, abs=1e-9), "certain in every year"


def entry_with(national):
    return SimpleNamespace(measure=SimpleNamespace(national=national), params=None, setting=None)


def test_a_share_of_a_total_has_the_share_of_its_error():
    """3 % of spending for error and fraud, and a service that costs the same whatever is spent."""
    adults, spent = people_and_money()

    def national(_params, _setting, totals):
        return {"fraud": np.rint(0.03 * totals["spent"]).astype(np.int64), "service": np.array([7, 8, 9])}

    nothing = Sum(np.zeros(3, np.int64), np.zeros((3, RANDOM_GROUPS)))
    found = national_sums(entry_with(national), {"spent": spent, "fraud": nothing, "service": nothing}, adults)
    assert found["fraud"].total.tolist() == np.rint(0.03 * spent.total).tolist()
    assert found["fraud"].error(adults) == pytest.approx(0.03 * spent.error(adults), rel=1e-3)
    whole = spent.plus(found["fraud"])
    assert whole.error(adults) == pytest.approx(1.03 * spent.error(adults), rel=1e-3)
    assert found["service"].error(adults) == pytest.approx(0, abs=1e-9)
    assert not found["spent"].total.any()


# -- cells, ratios, incomes, tables of measures


def test_a_tenth_of_a_rare_line_has_the_root_of_ten_times_its_relative_error():
    found = cell_errors(np.full((1, 10), 100.0), np.array([50.0]), np.array([1e12]))
    assert found[0] == pytest.approx(np.full(10, 100 * 0.05 * np.sqrt(10)))


def test_a_count_of_everybody_has_the_binomial_variance():
    """1,000 simulated people for 2,000 each, one in five in the cell: 2,000 x root of 1,000 x 0.2 x 0.8."""
    found = cell_errors(np.array([[400_000.0, 1_600_000.0]]), np.array([0.0]), np.array([1000.0]))
    assert found[0] == pytest.approx(np.full(2, 2000 * np.sqrt(160)))
    assert cell_errors(np.zeros((1, 2)), np.array([0.0]), np.array([1000.0])).tolist() == [[0.0, 0.0]]


def test_the_formula_for_cells_over_many_simulations():
    """One in ten of 1,500 people has an amount; the cell is one in eight of them, by chance."""
    rng = np.random.default_rng(2)
    cells, errors = [], []
    for _ in range(600):
        amounts = np.where(rng.random(1500) < 0.1, rng.exponential(100.0, 1500), 0.0)
        member, group = rng.random(1500) < 1 / 8, rng.integers(0, RANDOM_GROUPS, 1500)
        people = np.bincount(group, minlength=RANDOM_GROUPS)
        of_all = standard_error(np.bincount(group, amounts, RANDOM_GROUPS), people)
        amount = np.array([[amounts[member].sum(), amounts[~member].sum()]])
        cells.append(amount[0, 0])
        errors.append(cell_errors(amount, np.array([of_all]), np.array([1500.0]))[0, 0])
    assert np.mean(np.square(errors)) == pytest.approx(np.var(cells), rel=0.2)


def test_a_quotient_of_what_moves_together_has_no_error():
    adults, money = people_and_money()
    twice = money.plus(money)
    value, error = quotient(twice, money, adults)
    assert value == pytest.approx(np.full(3, 2.0))
    assert error == pytest.approx(np.zeros(3), abs=1e-12)
    nothing = Sum(0 * money.total, 0 * money.groups)
    assert all(np.isnan(one).all() for one in quotient(money, nothing, adults))


def test_a_quotient_by_hand():
    """Two groups of a person each: without one 3 over 1, without the other 1 over 1, and (1/2)(1² + 1²) = 1²."""
    over, under = (Sum(np.array([sum(groups)]), np.array([groups], float)) for groups in ([1, 3], [1, 1]))
    value, error = quotient(over, under, np.ones((1, 2)))
    assert (value, error) == (2.0, 1.0)


def test_leaving_a_group_out_of_incomes():
    """Group 0 has all the people of one wide bin and none elsewhere."""
    people, by_group = np.zeros(EARNINGS_BINS), np.zeros((WIDE_INCOME_BINS, RANDOM_GROUPS))
    first, second = 100 * NARROW_PER_WIDE, 110 * NARROW_PER_WIDE
    people[first : first + NARROW_PER_WIDE], people[second] = 10, 320
    by_group[100, 0], by_group[110] = 80, 10
    without = without_each_group(people, by_group)
    assert without.shape == (RANDOM_GROUPS, EARNINGS_BINS)
    assert without[0].sum() == pytest.approx(310)
    assert not without[0, :second].any()
    assert without[1].sum() == pytest.approx(390)
    assert income_percentile(without[0], 10) > income_percentile(without[1], 10)


def test_a_table_of_a_measure_by_step_has_the_error_of_each_step():
    adults, spent = people_and_money()

    def tables(_params, _setting, totals):
        steps = pd.DataFrame({"step": ["all", "a fifth", "fixed"] * 3, "amount": 0.0})
        steps["amount"] = np.stack([totals["spent"], totals["spent"] / 5, [9, 9, 9]], axis=1).reshape(-1) / 100
        return {"steps": steps, "other": pd.DataFrame({"share": [0.5]})}

    entry = SimpleNamespace(measure=SimpleNamespace(tables=tables), params=None, setting=None)
    line = SimpleNamespace(line=SimpleNamespace(name="spent"), total=spent.total, groups=spent.groups)
    found = tables_of_measure(entry, [line], adults)
    errors = found["steps"]["simulation_error"].to_numpy().reshape(3, 3)
    wanted = spent.error(adults) / 100
    np.testing.assert_allclose(errors, np.stack([wanted, wanted / 5, 0 * wanted], axis=1), atol=0.011)
    assert list(found["other"]) == ["share"], "no column of money by step"


def test_rows_that_only_some_groups_have_are_no_reason_to_stop():
    """A row that is there with the whole country alone, and an amount that only the last group moves."""
    adults = np.full((1, RANDOM_GROUPS), 1000.0)
    groups = np.zeros((1, RANDOM_GROUPS))
    groups[0, -1] = 5000.0

    def tables(_params, _setting, totals):
        spent = int(totals["spent"][0])
        rows = [("all", float(spent))] + ([("few", 1.0)] if spent == 5000 else [])
        return {"rows": pd.DataFrame(rows, columns=["step", "amount"]),
                "last": pd.DataFrame({"step": ["all"], "amount": [float(spent < 5000)]})}  # fmt: skip

    entry = SimpleNamespace(measure=SimpleNamespace(tables=tables), params=None, setting=None)
    line = SimpleNamespace(line=SimpleNamespace(name="spent"), total=np.array([5000]), groups=groups)
    found = tables_of_measure(entry, [line], adults)
    assert found["rows"]["simulation_error"].isna().all()
    assert found["last"]["simulation_error"].iloc[0] > 0


# -- a run


def test_every_line_has_the_error_of_its_replicates(small_run):
    replicates = small_run.tables["replicates"].sort_values([*KEYS, "random_group"])
    cash, people = (replicates[name].to_numpy().reshape(-1, RANDOM_GROUPS) for name in ("cash", "people"))
    names = replicates[KEYS].iloc[::RANDOM_GROUPS].assign(again=standard_error(cash, people), sum=cash.sum(axis=1))
    both = small_run.scorecard.merge(names, on=KEYS)
    assert len(both) == len(small_run.scorecard) == len(names)
    assert (np.rint(100 * both["sum"]) == np.rint(100 * both["cash"])).all(), "groups add up to the penny"
    np.testing.assert_allclose(both["again"], both["simulation_error"], rtol=1e-6, atol=2.0)
    assert (both["simulation_error"] > 0).mean() > 0.3


def test_totals_are_those_of_the_scorecard_and_errors_do_not_add(small_run):
    card, totals = small_run.scorecard, small_run.tables["scorecard_totals"]
    whole = totals[totals["measure"] == "all measures"].set_index("financial_year")
    for prices in ("cash", "real", "present_value"):
        by_year = np.rint(100 * card[prices]).groupby(card["financial_year"]).sum()
        assert (np.rint(100 * whole[prices].drop("all years")) == by_year).all()
        assert np.rint(100 * whole.loc["all years", prices]) == by_year.sum()
    single = whole["simulation_error"].drop("all years")
    assert np.sqrt((single**2).sum()) < whole.loc["all years", "simulation_error"] < single.sum()
    years = whole.drop("all years")
    relative = years["real_simulation_error"] / years["real"]
    np.testing.assert_allclose(relative, years["simulation_error"] / years["cash"], rtol=1e-6)


def test_fixed_sums_have_no_error_and_shares_of_totals_have(small_run):
    error = small_run.scorecard.groupby(["measure", "line"])["simulation_error"].max()
    assert error["vat_relief", "vat_refund"] == 0
    assert error["pupil_premium", "administration"] == 0
    assert error["training_grant", "error_and_fraud"] > 0
    assert error["skills_credit", "tax_administration"] > 0


@pytest.mark.parametrize("table", ["lines", "ratios", "breakdowns", "taxes", "incomes", "alternatives"])
def test_every_table_has_errors(small_run, table):
    found = small_run.tables[table]
    errors, values = found["simulation_error"], found["value" if "value" in found else "amount"]
    assert (errors[values.notna()] >= 0).all()
    assert (errors > 0).mean() > 0.3
    assert (errors < 0.2 * values.abs()).mean() > 0.05


def test_the_reform_s_own_change_of_taxes_is_known_better_than_taxes(small_run):
    """Both arms have the same people: what the reform changes is far smaller than the error of either total."""
    card, taxes = small_run.scorecard, small_run.tables["taxes"]
    change = card[card["line"] == "income_tax"].set_index("financial_year")
    total = taxes[(taxes["line"] == "income_tax") & (taxes["arm"] == "reform")].set_index("financial_year")
    assert (change["simulation_error"] < 0.05 * total["simulation_error"]).all()
    assert (change["simulation_error"] > 0).mean() > 0.9


def test_the_manifest_has_the_error_of_the_headline(small_run):
    found = small_run.manifest["simulation_error"]
    totals = small_run.tables["scorecard_totals"].query("measure == 'all measures'").set_index("financial_year")
    assert found["financial_year"] == totals["cash"].drop("all years").abs().idxmax()
    assert found["cash"] == totals.loc[found["financial_year"], "cash"]
    assert found["standard_error"] == totals.loc[found["financial_year"], "simulation_error"]
    assert found["all_years_standard_error"] == totals.loc["all years", "simulation_error"]
