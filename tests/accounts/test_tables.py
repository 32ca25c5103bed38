"""From integer sums to published tables: parts that add up, signs, real terms and present value, deciles."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from microsim.accounts.rounding import Deflators, whole_units
from microsim.measures import find_measure
from microsim.population.source import RENAMED_AREAS
from microsim.taxes.lines import TAX_LINES
from microsim.years import parse_financial_year

FE_VAT = find_measure("fe_vat_relief")
MONEY = ["cash", "real", "present_value"]


def pence(values):
    """Pounds to whole pence, failing where they are not whole."""
    exact = np.asarray(values, np.float64) * 100
    rounded = np.rint(exact)
    assert np.allclose(exact, rounded, rtol=1e-12, atol=1e-3)
    return rounded.astype(np.int64)


@given(arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(1, 30)), elements=st.integers(0, 10**15)))
def test_parts_add_up_to_the_rounded_total(sums):
    parts = whole_units(sums)
    assert (parts.sum(axis=1) == (sums.sum(axis=1) + 500) // 1000).all()
    assert (np.abs(parts - sums / 1000) <= 1).all()
    assert (parts >= 0).all()


def test_whole_sums_are_unchanged():
    sums = np.array([[3_000, 0, 17_000], [0, 0, 5_000]])
    assert whole_units(sums).tolist() == [[3, 0, 17], [0, 0, 5]]


def test_every_breakdown_adds_up_to_its_line_to_the_penny(small_run):
    """Every measure's line, every year, by every breakdown, what is not allocated to people included."""
    published = small_run.tables["lines"]
    lines = published[published["detail"]].set_index(["arm", "measure", "line", "financial_year"])["amount"]
    keys = ["arm", "measure", "line", "breakdown", "financial_year"]
    parts = small_run.tables["breakdowns"].assign(units=lambda table: pence(table["amount"]))
    sums = parts.groupby(keys, sort=False)["units"].sum()
    assert sums.index.get_level_values("breakdown").nunique() >= 9
    for (arm, measure, line, breakdown, year), total in sums.items():
        assert total == pence(lines[arm, measure, line, year]), (line, breakdown, year)
    # years without rows are years in which the line is nothing
    there = set(sums.index.droplevel("breakdown"))
    assert {key for key, amount in lines.items() if amount} == there


def test_what_belongs_to_nobody_is_shown_as_such(small_run):
    table = small_run.tables["breakdowns"]
    apart = table[table["group"] == "not allocated to people"]
    checks = "measure == 'vat_relief' and line == 'administration'"
    fixed = apart.query(f"{checks} and financial_year == '2030-31'")["amount"]
    whole = small_run.tables["lines"].query(f"{checks} and financial_year == '2030-31'")["amount"]
    assert set(fixed) == set(whole) != {0.0}
    assert len(fixed) == table.query(checks)["breakdown"].nunique()


def test_national_money_is_shared_as_its_people_are(small_run):
    """The VAT relief goes to places by learners: nothing of it is apart, and its parts are theirs to the penny."""
    table = small_run.tables["breakdowns"].query("measure == 'vat_relief' and financial_year == '2030-31'")
    (line,) = [line for line in FE_VAT.lines if line.name == "vat_refund"]
    table = table[table["breakdown"] == "region"].pivot_table(
        index="group", columns="line", values="amount", aggfunc="sum"
    )
    assert "not allocated to people" not in table[line.name].dropna().index
    learners, money = table[line.shared_by].dropna(), table[line.name].dropna()
    assert len(money) == len(learners) == 9
    expected = money.sum() * learners / learners.sum()
    assert money.to_numpy() == pytest.approx(expected.to_numpy(), abs=0.011)


def test_the_population_adds_up_the_same_by_every_breakdown(small_run):
    table = small_run.tables["population"]
    for column in ("people", "in_work", "pay"):
        published = table[table[column].notna()]  # pay is withheld by qualification
        sums = published.assign(units=pence(published[column])).groupby(["breakdown", "financial_year"])["units"].sum()
        for year, totals in sums.groupby("financial_year"):
            assert len(set(totals)) == 1 < len(totals), (column, year)
    assert (table["in_work"] <= table["people"]).all()
    adults = table.query("breakdown == 'sex' and financial_year == '2026-27'")["people"].sum()
    assert 46e6 < adults < 51e6


def test_minus_is_a_cost_and_borrowing_its_mirror(small_run):
    card = small_run.scorecard
    assert (card["net_borrowing"] == -card["cash"]).all()
    assert set(card["head"]) == {"RDEL", "AME", "receipts"}
    costs = card[card["line"].isin(["grant_spending", "administration", "standard_credit", "premium_schools"])]
    assert (costs[MONEY] <= 0).all(axis=None)
    assert (costs.groupby(["measure", "line"])["cash"].sum() < 0).all()
    tax = card.query("measure == 'apprentice_minimum_wage' and line in ['income_tax', 'employee_contributions']")
    assert (tax.groupby("line")["cash"].sum() > 0).all()
    before = card[(card["financial_year"].map(parse_financial_year) < 2030) & (card["measure"] == "training_grant")]
    assert (before[MONEY] == 0).all(axis=None)
    assert not np.signbit(before["net_borrowing"]).any(), "minus nothing"


def test_the_scorecard_is_the_lines_with_a_sign(small_run):
    """The measures' lines that are no memo lines, with their signs, and the taxes that pay moves; nothing else."""
    key = ["measure", "line", "financial_year"]
    sign = {
        (entry.name, line.name): line.sign
        for entry in small_run.scenario.measures
        for line in find_measure(entry.kind).lines
        if line.sign
    }
    lines = small_run.tables["lines"]
    real = lines[lines["head"] != "memo"].set_index(key)
    signs = [sign[measure, line] for measure, line, _ in real.index]
    card = small_run.scorecard.set_index(key)
    own = card[[(measure, line) in sign for measure, line, _ in card.index]]
    pd.testing.assert_series_equal(own["cash"], signs * real["amount"] + 0.0, check_names=False)
    pd.testing.assert_series_equal(own["real"], signs * real["real"] + 0.0, check_names=False)
    rest = card.drop(own.index).reset_index()
    assert set(rest["measure"]) == {"apprentice_minimum_wage"}
    assert set(rest["line"]) <= {line.name for line in TAX_LINES if line.exchequer}


def test_real_and_present_value_of_one_cell_by_hand(small_run):
    """2032-33 in the prices of the base year: over the deflator's growth since; and 3.5 % a year off that."""
    parameters = small_run.scenario.parameters
    base, year = parameters.price_base_year, 2032
    level = 1.0
    for later in range(base + 1, year + 1):
        level *= 1 + parameters.value("gdp_deflator_growth", later)
    assert 1.05 < level < 1.3
    rate = parameters.value("discount_rate.years_0_to_30", base)
    assert rate == pytest.approx(0.035)
    row = small_run.scorecard.query("line == 'grant_spending' and financial_year == '2032-33'").iloc[0]
    assert row["real"] == pytest.approx(row["cash"] / level, abs=0.006)
    years = year - parameters.present_value_base_year
    assert row["present_value"] == pytest.approx(row["cash"] / level / 1.035**years, abs=0.006)


def test_the_base_years_prices_are_cash():
    deflators = Deflators(np.array([1.0, 1.02]), np.array([1.0, 0.966]))
    assert deflators.real(np.array([[150, 204]])).tolist() == [[150, 200]]
    assert deflators.present_value(np.array([[150, 204]])).tolist() == [[150, 193]]


def test_earnings_deciles_are_tenths(small_run):
    table = small_run.tables["population"].query("breakdown == 'earnings_decile'")
    for year in ("2026-27", "2040-41", "2055-56"):
        groups = table[table["financial_year"] == year].set_index("group")
        tenths = [f"decile {number}" for number in range(1, 11)]
        people = groups.loc[tenths, "people"]
        assert people.sum() == groups.loc[tenths, "in_work"].sum()
        assert (people / people.sum()).to_numpy() == pytest.approx(0.1, abs=0.006)
        mean = groups.loc[tenths, "pay"] / people
        assert mean.is_monotonic_increasing
        assert mean.iloc[-1] > 5 * mean.iloc[0]
        assert groups.loc["no earnings", "pay"] == groups.loc["no earnings", "in_work"] == 0


def by_year(table, name, value):
    """A column for each line or ratio, a row for each year."""
    return pd.DataFrame({key: part.set_index("financial_year")[value] for key, part in table.groupby(name)})


def test_ratios_are_quotients_of_the_lines(small_run):
    grant = "measure == 'training_grant'"
    lines = by_year(small_run.tables["lines"].query(grant), "line", "amount")
    ratios = by_year(small_run.tables["ratios"].query(grant), "ratio", "value")
    used = lines["users"] > 0
    spending = lines["grant_spending"] + lines["doubling_spending"]
    expected = (spending / lines["users"])[used]
    assert ratios["spending_per_user"][used].to_numpy() == pytest.approx(expected.to_numpy())
    assert ratios["spending_per_user"][~used].isna().all()
    expected = (lines["doubling_spending"] / lines["grant_spending"])[used]
    assert ratios["doubling_share"][used].to_numpy() == pytest.approx(expected.to_numpy())


def test_regions_are_sums_of_their_authorities(small_run, england):
    table = small_run.tables["breakdowns"].query("line == 'entitlement' and financial_year == '2030-31'")
    areas = table[table["breakdown"] == "local_authority"].set_index("group")["amount"]
    regions = table[table["breakdown"] == "region"].set_index("group")["amount"]
    assert list(areas.index) == list(england.area_codes)
    for number, name in enumerate(england.region_names):
        inside = areas[np.asarray(england.area_region) == number]
        assert pence(inside).sum() == pence(regions[name])


def test_transition_areas_are_those_of_the_scenario(small_run):
    """What is paid in transition areas is what the listed authorities get."""
    table = small_run.tables["breakdowns"].query("line == 'entitlement' and financial_year == '2030-31'")
    lists = small_run.scenario.measures[0].params.transition_areas.areas_by_year()
    listed = [RENAMED_AREAS.get(code, code) for code in lists[max(year for year in lists if year <= 2030)]]
    areas = table[table["breakdown"] == "local_authority"].set_index("group")["amount"]
    inside = table[table["breakdown"].str.endswith("transition_area")].set_index("group")["amount"]
    assert pence(areas[list(listed)]).sum() == pence(inside["transition area"])
    assert inside["transition area"] > 0


def test_the_tables_have_no_gaps_and_no_doubles(small_run):
    keys = {
        "scorecard": ["measure", "line", "financial_year"],
        "scorecard_totals": ["measure", "line", "financial_year"],
        "lines": ["arm", "measure", "line", "financial_year"],
        "ratios": ["arm", "measure", "ratio", "financial_year"],
        "breakdowns": ["arm", "measure", "line", "breakdown", "group", "financial_year"],
        "population": ["breakdown", "group", "financial_year"],
        "taxes": ["arm", "line", "financial_year"],
        "incomes": ["arm", "statistic", "financial_year"],
        "alternatives": ["measure", "alternative", "line", "financial_year"],
        "alignment": ["target", "group", "financial_year"],
        "gains": ["breakdown", "group", "financial_year", "measure", "kind"],
        "gain_groups": ["breakdown", "group", "financial_year"],
        "winners_and_losers": ["financial_year", "concept", "scale", "group", "band"],
        "inequality": ["financial_year", "income", "statistic"],
        "concentration": ["financial_year", "measure", "kind", "statistic"],
        "distributional_weights": ["measure", "kind", "financial_year", "case"],
        "lifetimes": ["birth_cohort", "breakdown", "group", "measure", "item"],
        "ratings": ["measure", "subject"],
        "replicates": ["measure", "line", "financial_year", "random_group"],
        "group_replicates": ["breakdown", "group", "measure", "kind", "financial_year"],
    }
    own = {name for name in small_run.tables if "." in name}
    assert {name.partition(".")[0] for name in own} <= {entry.name for entry in small_run.scenario.measures}
    assert set(small_run.tables) - own == set(keys)
    for name, key in keys.items():
        table = small_run.tables[name]
        assert not table.duplicated(key).any(), name
        assert not table[key].isna().any(axis=None), name
    years = small_run.tables["lines"]["financial_year"].unique()
    assert len(years) == 30
