"""What lives receive: made-up cohorts added up by hand, fifths within a cohort, and how the window cuts a life."""

import numpy as np
import pytest

from microsim.distribution.lifetimes import ages_seen, cohort_name, cut_label, lifetimes_table, sums_by_fifth
from microsim.engine.lifetimes import EVER, LIVES, YEARS
from microsim.population.columns import RANDOM_GROUPS


@pytest.mark.parametrize(
    ("first", "years", "label"),
    [
        (2010, range(2026, 2081), "whole life from 16 to 66 seen"),
        (1980, range(2026, 2081), "starts at age 43"),
        (2010, range(2026, 2056), "ends at age 42"),
        (1985, range(2026, 2036), "starts at age 38, ends at age 47"),
        (1900, range(2026, 2036), "starts at age 110"),
    ],
)
def test_the_label_says_how_a_life_is_cut(first, years, label):
    """The middle of a cohort born from April 2010 on is born in 2012-13, and 16 on 1 April 2029."""
    assert cut_label(*ages_seen(first, years)) == label


def test_cohorts_are_named_by_their_years_of_birth():
    assert cohort_name(1995) == "1995-99"
    assert cohort_name(2000) == "2000-04"


def test_fifths_are_within_a_cohort():
    """Two cohorts of which one is twice as rich: each has fifths of its own."""
    sums = np.zeros((3, 2, 1025), np.int64)
    sums[LIVES, 0, 100:200] = sums[LIVES, 1, 300:400] = 10
    sums[2, 0, 180:200] = 7
    sums[LIVES, 1, 1024] = 5
    sums[YEARS] = 10 * sums[LIVES]
    found = sums_by_fifth(sums)
    assert found[LIVES].tolist() == [[200, 200, 200, 200, 200, 0, 0], [200, 200, 200, 200, 200, 5, 0]]
    assert found[2, 0].tolist() == [0, 0, 0, 0, 140, 0, 0]


def test_cohorts_seen_for_a_short_time_have_no_fifths():
    sums = np.zeros((2, 2, 1025), np.int64)
    sums[LIVES, :, 100:200] = 10
    sums[LIVES, :, 1024] = 5
    sums[YEARS] = np.array([[9], [10]]) * sums[LIVES]
    found = sums_by_fifth(sums)[LIVES]
    assert found[0].tolist() == [0, 0, 0, 0, 0, 0, 1005]
    assert found[1].tolist() == [200, 200, 200, 200, 200, 5, 0]


def cells_of(results, cohort):
    """Where lives are put, by array of the sums: (array, place, number of lives)."""
    lives = results.lifetimes
    arrays = (
        (lives.sex, (0, 1)), (lives.qualification, (2, 5)), (lives.income, (300, 310)), (lives.wide_income, (9, 9)),
    )  # fmt: skip
    for array, places in arrays:
        groups = 1 if array is lives.income else RANDOM_GROUPS
        for place, number in zip(places, (1_000, 3_000), strict=True):
            for group in range(groups):
                yield array[:, cohort, place * groups + group], number / groups


@pytest.fixture
def table(made_up):
    """A cohort of a thousand women and three thousand men, each with 500 pounds in kind, less in other terms; a tenth
    used the grant."""
    results = made_up.results
    plan = results.plan
    in_kind, spent = plan.life_part("grant_0", "in_kind"), plan.life_part("grant_0", "spent")
    for cell, number in cells_of(results, list(plan.cohorts).index(1990)):
        cell[LIVES] += round(number * 1000)
        cell[YEARS] += round(3 * number * 1000)
        cell[EVER] += round(number * 500)
        cell[in_kind] += np.rint(np.array([50_000, 40_000, 30_000]) * number * 1000).astype(np.int64)
        cell[spent] += np.rint(np.array([50_001, 40_000, 30_000]) * number * 1000).astype(np.int64)
        cell[plan.life_part("grant_0", "ever_used")] += round(number * 100)
    yield lifetimes_table(results, 2025, 2026)
    for array in results.lifetimes:
        array[:] = 0


def test_totals_and_what_each_life_has(table):
    assert set(table["birth_cohort"]) == {"1990-94"}
    assert set(table["breakdown"]) == {"all", "sex", "starting_qualification", "lifetime_income_fifth"}
    assert set(table.query("breakdown == 'lifetime_income_fifth'")["group"]) == {"too few years seen"}
    assert (table["years_seen"] == 3).all()
    first = table.query("breakdown == 'sex' and lives == 1000 and measure == 'all measures'").set_index("item")
    assert first.loc["in_kind_nominal", ["total", "per_life"]].tolist() == [500_000, 500]
    assert first.loc["in_kind_real", "per_life"] == 400
    assert first.loc["in_kind_present_value", "per_life"] == 300
    assert first.loc["ever", "per_life"] == 0.5
    assert first.loc["in_kind_present_value", "description"].endswith("present value in 2026-27, in prices of 2025-26")
    totals = table.query("item == 'in_kind_nominal'").groupby(["measure", "breakdown"])["total"].sum()
    assert set(totals) == {2_000_000.0}
    assert set(table.query("item == 'in_kind_nominal'")["measure"]) == {"all measures", "grant_0"}


def test_a_ratio_is_of_its_own_rows(table):
    """A pound spent for each user, not for each life."""
    ratios = table[table["item"].str.startswith("spent_per_user")]
    found = ratios.query("breakdown == 'all'").set_index("item")["ratio"]
    assert found.to_dict() == {
        "spent_per_user_nominal": 5000.1, "spent_per_user_real": 4000.0, "spent_per_user_present_value": 3000.0,
    }  # fmt: skip
    assert ratios[["total", "per_life"]].isna().all(axis=None)
    assert table.drop(ratios.index)["ratio"].isna().all()
