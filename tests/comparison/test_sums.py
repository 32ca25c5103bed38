"""Sums on a grid: exact pence, what is left out, totals, and errors where groups are and are not known."""

import numpy as np
import pandas as pd
import pytest

from microsim.accounts.simulation_error import leave_one_out
from microsim.comparison.sums import Sums, differences, grid, pence, people_of_groups

TABLE = pd.DataFrame(
    {
        "line": ["a", "a", "b", "c", "a"],
        "financial_year": ["2026-27", "2027-28", "2026-27", "2026-27", "2026-27"],
        "cash": [0.29, 2.0, -1.15, 9.0, 0.01],
    }
)
PEOPLE = np.full((1, 4), 10.0)


def test_published_pounds_are_whole_pence():
    assert pence([0.29, 1.15, -1.15, 123_456_789_012.34]).tolist() == [29, 115, -115, 12_345_678_901_234]


def test_a_grid_has_what_is_there_and_nothing_elsewhere():
    found = grid(TABLE, "cash", {"line": ["b", "a"], "financial_year": ["2026-27", "2027-28"]})
    assert found.tolist() == [[-115, 0], [30, 200]]


def test_money_of_nobody_differs_without_error():
    """Its groups are known to hold none of it."""
    none = np.zeros((1, 1, 4), np.int64)
    first, second = (Sums(np.array([[amount]]), none, PEOPLE) for amount in (-500, -300))
    found = differences(first, second, same_people=True)
    assert {name: array.item() for name, array in found.items()} == {
        "reference": -5.0, "amount": -3.0, "difference": 2.0, "standard_error": 0.0,
    }  # fmt: skip


def test_without_groups_the_error_is_not_known():
    groups = np.array([[[1, 2, 3, 4]]])
    known, unknown = Sums(groups.sum(axis=-1), groups, PEOPLE), Sums(groups.sum(axis=-1))
    for pair in ((known, unknown), (unknown, known)):
        assert np.isnan(differences(*pair, same_people=True)["standard_error"]).all()
    assert differences(known, known, same_people=True)["standard_error"] == 0
    apart = differences(known, known, same_people=False)["standard_error"].item()
    assert apart == pytest.approx(round(np.sqrt(2) * np.sqrt(4 / 3 * 5.0) / 100, 2))


def test_groups_are_summed_before_errors():
    """Two lines that offset one another group by group have errors, and their sum has none."""
    groups = np.array([[[1, 2, 3, 4]], [[4, 3, 2, 1]]])
    nothing = Sums(np.zeros((2, 1), np.int64), np.zeros_like(groups), PEOPLE)
    lines = Sums(groups.sum(axis=-1), groups, PEOPLE)
    member = np.ones((1, 2), np.int64)
    assert (differences(nothing, lines, same_people=True)["standard_error"] > 0).all()
    whole = differences(nothing.over_rows(member), lines.over_rows(member), same_people=True)
    assert whole["standard_error"] == 0
    assert whole["amount"] == 0.2
    two_years = Sums(np.concatenate([lines.amounts] * 2, 1), np.concatenate([groups] * 2, 1), np.tile(PEOPLE, (2, 1)))
    np.testing.assert_allclose(two_years.over_years().groups, 2 * groups)
    assert two_years.over_years().people.tolist() == [[20.0] * 4]


def test_leaving_a_group_out_of_all_years_is_leaving_it_out_of_each():
    """A group's people move from year to year: what each year has without it is added up."""
    groups, people = np.array([[[1, 2, 3, 6], [5, 5, 1, 2]]]), np.array([[10.0, 20, 10, 20], [10, 5, 5, 20]])
    found = Sums(groups.sum(axis=-1), groups, people).over_years()
    assert found.groups.sum() == pytest.approx(25)
    each = [(12 - 1) * 60 / 50 + (13 - 5) * 40 / 30, (12 - 2) * 60 / 40 + (13 - 5) * 40 / 35]
    estimates = leave_one_out(found.groups, found.people)[0, 0]
    assert estimates[0] - estimates[1] == pytest.approx(each[0] - each[1])


def test_people_are_counted_once_however_many_lines_there_are():
    rows = [(line, year, group, 5.0 + group) for line in "ab" for year in ("2026-27", "2027-28") for group in range(32)]
    table = pd.DataFrame(rows, columns=["line", "financial_year", "random_group", "people"])
    found = people_of_groups(table, ["2027-28", "2028-29"])
    assert found[0].tolist() == [5.0 + group for group in range(32)]
    assert not found[1].any(), "a year that the run lacks"
