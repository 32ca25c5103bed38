"""Who gains, by group: made-up people added up one by one, and totals to the penny."""

from dataclasses import replace

import numpy as np
import pytest

from microsim.accounts.simulation_error import leave_one_out, parts_of
from microsim.distribution.deciles import (
    COMMUNAL_GROUP,
    INCOME_DECILES,
    people_by_bin,
    replicates_by_decile,
    sums_by_decile,
)
from microsim.distribution.gain_errors import GainErrors
from microsim.distribution.gains import gains_tables
from microsim.distribution.grouping import every_grouping
from microsim.distribution.money import with_total
from microsim.distribution.results import NationalMoney
from microsim.engine.gains import PEOPLE_ROWS, GainRow
from microsim.population.people import SEXES
from microsim.scenario.distribution import Incidence

SHARED = Incidence.from_plain({"profits": 0.4, "prices": 0.3, "jobs": 0.1, "wages": 0.2})
YEAR_NAMES = ["2030-31", "2031-32", "2032-33"]


def pence(amounts):
    """Pounds as whole pence."""
    return np.rint(np.asarray(amounts) * 100).astype(np.int64)


@pytest.fixture(scope="module")
def tables(made_up):
    return gains_tables(made_up.results, SHARED)


def test_every_breakdown_adds_up_to_the_same_pence(tables, made_up):
    """All kinds and years, with what is not allocated to people; national money is in it."""
    gains = tables["gains"].assign(pence=lambda table: pence(table["amount"]))
    names = gains["breakdown"].unique()
    assert {"england", "income_decile", "region", "local_authority", "sex", "family_type", "ethnicity"} <= set(names)
    totals = gains.pivot_table(
        index=["measure", "kind", "financial_year"], columns="breakdown", values="pence", aggfunc="sum", fill_value=0
    )
    assert len(totals) > 40
    assert (totals.to_numpy() == totals[["england"]].to_numpy()).all()
    exchequer = totals["england"]["grant_0", "exchequer"]
    assert exchequer.to_list() == (made_up.results.exchequer["grant_0"] + made_up.national).tolist()


def test_a_group_gains_what_its_people_do(tables, made_up):
    """The cash of women, over all adults among them: summed person by person."""
    people, results = made_up.people, made_up.results
    place = [one.name for one in results.breakdowns].index("sex")
    row = len(PEOPLE_ROWS) + results.rows.index(GainRow("grant_0", "employer"))
    women = people.groups[place] == 1
    amount = (people.values[row, 2] * people.weight)[women].sum() / 1000
    adults = (people.values[0, 2] * people.weight)[women].sum() / 1000
    table = tables["gains"].query("breakdown == 'sex' and measure == 'grant_0' and kind == 'employer'")
    found = table.query(f"group == '{SEXES[1]}' and financial_year == '2032-33'").iloc[0]
    assert found["amount"] * 100 == pytest.approx(amount, abs=1)
    assert found["per_adult"] == pytest.approx(found["amount"] / round(adults), rel=0.01)
    assert np.isnan(found["per_household"])  # men and women share households


def test_tenths_are_of_people_by_income(made_up, tables):
    """Each tenth of those in households holds a tenth of people, in order of income; the bin at an edge is split."""
    results, people = made_up.results, made_up.people
    found = sums_by_decile(results.by_income, people_by_bin(results))
    assert (found.sum(axis=2) == results.by_income.sum(axis=2)).all()
    heads = found[PEOPLE_ROWS.index("people")]
    private = heads[:, :-1].sum(axis=1, keepdims=True)
    assert np.abs(heads[:, :-1] - private / 10).max() <= 1
    outside = people.bin == 1024
    expected = (people.values[PEOPLE_ROWS.index("people"), 0] * people.weight)[outside].sum()
    assert heads[0, INCOME_DECILES.index(COMMUNAL_GROUP)] == expected
    poorest = tables["gain_groups"].query("group == 'decile 1' and financial_year == '2030-31'")["people"].iloc[0]
    assert poorest == pytest.approx(private[0, 0] / 10_000, abs=1)


def test_the_poorest_tenth_gains_what_its_people_do(tables, made_up):
    """Person by person in order of income, those at the edge in part: all who share their bin have the same part."""
    people, results = made_up.people, made_up.results
    row = len(PEOPLE_ROWS) + results.rows.index(GainRow("grant_0", "employer"))
    heads, amount = (people.values[at, 0] * people.weight for at in (PEOPLE_ROWS.index("people"), row))
    private = people.bin < 1024
    left, expected = heads[private].sum() / 10, 0.0
    for bin_ in np.unique(people.bin[private]):
        here = people.bin == bin_
        part = min(left / heads[here].sum(), 1.0)
        expected += part * amount[here].sum()
        left -= part * heads[here].sum()
    gains = tables["gains"].query("measure == 'grant_0' and kind == 'employer' and financial_year == '2030-31'")
    found = gains.query("breakdown == 'income_decile' and group == 'decile 1'")["amount"].iloc[0]
    assert found * 100 == pytest.approx(expected / 1000, abs=1)


def test_random_groups_of_tenths_add_up_to_everybody(made_up):
    """Wide bins are shared over tenths in whole, and where all of one is in a tenth so is its random group."""
    results = made_up.results
    found = replicates_by_decile(results)
    assert found.sum(axis=2) == pytest.approx(results.everybody(), rel=1e-12)
    heads = found[PEOPLE_ROWS.index("people")].sum(axis=2)
    tenths = sums_by_decile(results.by_income, people_by_bin(results))[PEOPLE_ROWS.index("people")]
    assert heads == pytest.approx(tenths, abs=2)


def test_incidence_is_the_same_money_again(tables):
    """Its four kinds come to what employers gain, by year, to the penny, in the shares assumed."""
    gains = tables["gains"].query("measure == 'grant_0'").assign(pence=lambda table: pence(table["amount"]))
    for breakdown, part in gains.groupby("breakdown"):
        by_kind = part.pivot_table(index="financial_year", columns="kind", values="pence", aggfunc="sum")
        four = by_kind[["employer_profits", "employer_prices", "employer_jobs", "employer_wages"]]
        assert (four.sum(axis=1) == by_kind["employer"]).all(), breakdown
        assert four.div(by_kind["employer"], axis=0).to_numpy() == pytest.approx(
            np.tile([0.4, 0.3, 0.1, 0.2], (3, 1)), abs=1e-6
        )
    nobody = gains.query("group == 'not allocated to people'").groupby("kind")["amount"].sum()
    assert set(nobody.index) == {"exchequer", "employer_profits", "employer_jobs"}


def test_wages_go_where_the_gain_arises_and_prices_by_income(tables):
    groups = tables["gain_groups"].query("breakdown == 'region' and financial_year == '2031-32'")
    year = "breakdown == 'region' and measure == 'grant_0' and financial_year == '2031-32'"
    gains = (
        tables["gains"]
        .query(year)
        .pivot_table(index="group", columns="kind", values="amount")
        .drop("not allocated to people")
    )
    assert gains["employer_wages"].to_numpy() == pytest.approx(0.2 * gains["employer"].to_numpy(), abs=0.02)
    income = groups.set_index("group")["net_income"]
    expected = income / income.sum() * 0.3 * gains["employer"].sum()
    assert gains["employer_prices"].to_numpy() == pytest.approx(expected[gains.index].to_numpy(), abs=0.02)


def test_the_groups_hold_everybody(tables, made_up):
    groups = tables["gain_groups"]
    whole = groups.groupby(["breakdown", "financial_year"])[list(PEOPLE_ROWS)].sum()
    for column in PEOPLE_ROWS:
        by_year = whole.pivot_table(index="breakdown", columns="financial_year", values=column)
        assert by_year.to_numpy() == pytest.approx(np.tile(by_year.loc["england"], (len(by_year), 1)), rel=1e-12)
    people = made_up.people
    expected = (people.values[0] * people.weight).sum(axis=1) / 1000
    assert whole.loc["england"]["adults"].to_numpy() == pytest.approx(expected, abs=1)


def test_the_error_of_everybody_is_that_of_its_random_groups(tables, made_up):
    """Leaving each random group out and scaling up, by hand."""
    people, row = made_up.people, len(PEOPLE_ROWS) + made_up.results.rows.index(GainRow("grant_0", "employer"))
    amount, adults = (made_up.people.values[at, 0] * people.weight / 1000 for at in (row, 0))
    estimates = []
    for group in range(32):
        left = people.random_group != group
        estimates.append(amount[left].sum() * adults.sum() / adults[left].sum())
    expected = np.sqrt(31 / 32 * ((estimates - np.mean(estimates)) ** 2).sum()) / 100
    england = tables["gains"].query("breakdown == 'england' and measure == 'grant_0' and kind == 'employer'")
    assert england["simulation_error"].iloc[0] == pytest.approx(expected)


def test_the_error_of_an_authority_is_englands_by_its_adults_and_its_gain(tables, made_up):
    """The mean of both shares of England's variance, and what chance has in who of the people are there: binomial."""
    gains = tables["gains"].query("measure == 'grant_0' and kind == 'employer' and financial_year == '2030-31'")
    table = gains.set_index(["breakdown", "group"])
    results, codes = made_up.results, made_up.results.plan.programme.sample.population.area_codes
    adults = results.sums.area[PEOPLE_ROWS.index("adults"), results.span][0]
    simulated = adults.sum() / results.plan.programme.sample.noise_weight
    of_all, total = table.loc[("england", "England"), ["simulation_error", "amount"]]
    assert len(table.loc["local_authority"]) > 50
    for code, row in table.loc["local_authority"].iterrows():
        amounts, people = row["amount"] / total, adults[list(codes).index(code)] / adults.sum()
        variance = (amounts + people) / 2 * of_all**2 + amounts * (1 - amounts) * total**2 / max(simulated, 1)
        assert row["simulation_error"] == pytest.approx(variance**0.5, abs=0.02)


def test_who_has_employers_money_has_its_error(tables):
    """All of it in shares that are assumed: four tenths of the error where profits have four tenths."""
    gains = tables["gains"].query("breakdown == 'england' and measure == 'grant_0' and financial_year == '2030-31'")
    error = gains.groupby("kind")["simulation_error"].max()
    for kind, share in (("profits", 0.4), ("prices", 0.3), ("jobs", 0.1), ("wages", 0.2)):
        assert error[f"employer_{kind}"] == pytest.approx(share * error["employer"], abs=0.01)


def test_money_that_all_people_share_has_no_error_in_all_and_some_in_each_group(made_up):
    """A fixed sum less what people have, shared as that is: the country's has no error, and what women have does."""
    results = made_up.results
    row = GainRow("grant_0", "in_kind")
    place = len(PEOPLE_ROWS) + results.rows.index(row)
    people, adults = results.everybody()[place] / 1000, results.everybody()[PEOPLE_ROWS.index("adults")]
    without = leave_one_out(people, adults)
    total = people.sum(axis=1)
    amount = np.rint(total).astype(np.int64)
    money = NationalMoney(row, row, amount, parts_of(2 * total[:, None] - without, amount, adults))
    changed = replace(results, national=(money,))
    for name, least, most in (("england", 0, 1), ("sex", 1, np.inf)):
        grouped = next(one for one in every_grouping(changed) if one.name == name)
        error, of_all = GainErrors(changed, grouped).of([row], np.ones((3, len(grouped.groups) + 1)))
        assert (of_all < 1).all()
        assert ((error[:, :-1] >= least) & (error[:, :-1] <= most)).all()


def test_nothing_of_the_exchequer_is_set_against_a_group(tables):
    by_kind = tables["gains"].groupby("kind")[["per_household", "per_adult", "share_of_income"]].count()
    assert (by_kind.loc["exchequer"] == 0).all()
    assert (by_kind.loc["employer"] > 0).all()


def test_pence_of_lines_rounded_apart_are_the_largest_groups():
    parts = np.array([[5, -900, 20], [1, 2, 3]])
    assert with_total(parts, np.array([-873, 6])).tolist() == [[5, -898, 20], [1, 2, 3]]
    assert with_total(parts, None) is parts
