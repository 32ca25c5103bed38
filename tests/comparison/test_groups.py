"""Gains by group, and the errors of their differences, from the tables that every run leaves."""

import numpy as np
import pytest

from microsim import InputError, compare
from microsim.accounts.simulation_error import error_of_difference
from microsim.comparison.sums import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.distribution.group_replicates import RANDOM_GROUP_COLUMNS

YEAR = "2031-32"


@pytest.fixture(scope="module")
def two(run_of):
    return compare(run_of("grant"), run_of("rare"))


def gain(run, kind, **where):
    table = run.tables["gains"].query("breakdown == 'income_decile' and measure == 'all measures'")
    table = table[table["kind"] == kind]
    for column, value in where.items():
        table = table[table[column] == value]
    return table["amount"].sum()


def test_gains_of_both_runs_stand_beside_each_other(two, run_of):
    found = two.by("income_decile", kind="in_kind").set_index(["group", "financial_year"])
    row = found.loc[("decile 3", YEAR)]
    before, after = (gain(run_of(name), "in_kind", group="decile 3", financial_year=YEAR) for name in ("grant", "rare"))
    assert row["reference"] == pytest.approx(before, abs=0.005) != 0
    assert row["amount"] == pytest.approx(after, abs=0.005) != before
    assert row["difference"] == pytest.approx(after - before, abs=0.01)


def test_the_error_of_a_group_is_that_of_the_same_people(two, run_of):
    sides = []
    for name in ("grant", "rare"):
        tables = run_of(name).tables
        wide = tables["group_replicates"].query(
            f"breakdown == 'sex' and group == 'female' and kind == 'in_kind' and financial_year == '{YEAR}'"
        )
        people = tables["replicates"].query(f"financial_year == '{YEAR}'").groupby("random_group")["people"].max()
        sides += [wide[list(RANDOM_GROUP_COLUMNS)].sum().to_numpy(), people.to_numpy()]
    found = two.by("sex", kind="in_kind").set_index(["group", "financial_year"]).loc[("female", YEAR)]
    wanted = error_of_difference(*sides, same_people=True)
    assert found["standard_error"] == pytest.approx(wanted, abs=0.01)
    assert wanted > 0


def test_effects_by_tenth_of_income_add_up_to_the_scorecard(two):
    totals = two.totals[(two.totals["measure"] == ALL_MEASURES) & (two.totals["line"] == ALL_LINES)]
    wanted = totals.set_index("financial_year")["difference"]
    by_year = two.by("income_decile").groupby("financial_year")["difference"].sum()
    np.testing.assert_allclose(by_year, wanted[by_year.index], atol=0.005)
    over_all = two.by("income_decile", all_years=True)["difference"].sum()
    assert over_all == pytest.approx(wanted[ALL_YEARS], abs=0.01)


def test_everybody_as_one_group_has_the_error_of_the_total(two):
    totals = two.totals[(two.totals["measure"] == ALL_MEASURES) & (two.totals["line"] == ALL_LINES)]
    wanted = totals.set_index("financial_year")["standard_error"].drop(ALL_YEARS)
    england = two.by("england").query("group == 'England'").set_index("financial_year")["standard_error"]
    assert (wanted > 0).any()
    # Groups are without national money, some 3 % of spending, which moves with it.
    assert ((england <= wanted) & (england > 0.95 * wanted) | (wanted == 0)).all()


def test_lines_are_not_kept_by_tenth_of_income(two):
    with pytest.raises(InputError, match="single lines are not kept by income_decile"):
        two.by("income_decile", measure="grant", line="users")
