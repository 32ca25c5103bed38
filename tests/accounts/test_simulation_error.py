"""The jackknife over random groups: exact small cases, and the spread of many simulations of known distributions."""

import numpy as np
import pytest

from microsim.accounts.simulation_error import error_of_difference, leave_one_out, spread, standard_error

GROUPS = 32


def test_two_groups_by_hand():
    """Without one of two groups of a person each, twice what is left: 6 or 2 around 4, and (1/2)(2² + 2²) = 2²."""
    totals, people = np.array([1, 3]), np.array([1, 1])
    assert leave_one_out(totals, people).tolist() == [6.0, 2.0]
    assert standard_error(totals, people) == 2.0


def test_groups_of_one_size_give_the_error_of_a_sum_of_groups():
    totals = np.arange(8.0) ** 2
    expected = np.sqrt(8 / 7 * ((totals - totals.mean()) ** 2).sum())
    assert standard_error(totals, np.full(8, 5)) == pytest.approx(expected, rel=1e-12)


def test_the_number_of_people_in_a_group_is_no_error():
    """The same for everybody: nothing is left to chance but the sizes of groups, and the number of people is known."""
    people = np.array([3, 8, 1, 4])
    assert standard_error(7 * people, people) == pytest.approx(0, abs=1e-12)


def test_where_there_is_nothing_and_where_nobody_is_left():
    assert standard_error(np.zeros(4), np.zeros(4)) == 0
    assert np.isnan(standard_error(np.array([5, 0, 0]), np.array([2, 0, 0])))


def test_leading_axes_are_separate_sums():
    rng = np.random.default_rng(1)
    totals, people = rng.normal(size=(3, 5, GROUPS)), rng.integers(50, 60, size=(5, GROUPS))
    found = standard_error(totals, people)
    assert found.shape == (3, 5)
    assert found[2, 4] == standard_error(totals[2, 4], people[4])


def test_what_two_runs_of_the_same_people_share_cancels():
    rng = np.random.default_rng(2)
    people = rng.integers(90, 110, GROUPS)
    luck = rng.normal(size=GROUPS)
    first, second = 100 * luck, 100 * luck + 2 * people
    alone = standard_error(second, people)
    assert error_of_difference(first, people, second, people, same_people=True) == pytest.approx(0, abs=1e-9)
    apart = error_of_difference(first, people, second, people, same_people=False)
    assert apart == pytest.approx(np.hypot(standard_error(first, people), alone))
    assert apart > 1.4 * alone


def test_a_change_of_the_same_people_has_the_error_of_the_change():
    rng = np.random.default_rng(3)
    people = rng.integers(90, 110, GROUPS)
    luck, change = rng.normal(size=(2, GROUPS))
    found = error_of_difference(luck, people, luck + change, people, same_people=True)
    assert found == pytest.approx(standard_error(change, people))


def households(rng, count, size):
    """Amounts that people of `count` households of `size` have in random groups: rare, large and shared at home."""
    amounts = np.where(rng.random(count) < 0.05, rng.exponential(1000.0, count), 0.0)
    group = rng.integers(0, GROUPS, count)
    totals = np.bincount(group, size * amounts, GROUPS)
    return totals, np.bincount(group, minlength=GROUPS) * float(size)


@pytest.mark.parametrize("size", [1, 3])
def test_the_mean_of_squared_errors_is_the_variance_over_many_simulations(size):
    """Rare amounts of known variance, alone or the same for all of a household, in 600 samples of 2,000 households."""
    rng = np.random.default_rng(4)
    count, samples = 2000, 600
    drawn = [households(rng, count, size) for _ in range(samples)]
    errors = np.array([standard_error(totals, people) for totals, people in drawn])
    sums = np.array([totals.sum() for totals, _ in drawn])
    second_moment, mean = 0.05 * 2 * 1000.0**2, 0.05 * 1000.0
    known = count * size**2 * (second_moment - mean**2)
    assert sums.var() == pytest.approx(known, rel=0.15)
    assert (errors**2).mean() == pytest.approx(known, rel=0.08)
    inside = np.abs(sums - count * size * mean) <= 2.04 * errors  # Student's t with 31 degrees of freedom, 95 per cent
    assert 0.92 < inside.mean() < 0.975


def test_the_error_of_a_difference_over_many_simulations():
    """Two policies on the same people, where one in three users leaves: far less than the error of either."""
    rng = np.random.default_rng(5)
    count, samples, found, differences = 3000, 400, [], []
    for _ in range(samples):
        amounts = np.where(rng.random(count) < 0.2, 1000.0, 0.0)
        kept = np.where(rng.random(count) < 2 / 3, amounts, 0.0)
        group = rng.integers(0, GROUPS, count)
        people = np.bincount(group, minlength=GROUPS)
        both = (np.bincount(group, each, GROUPS) for each in (amounts, kept))
        first, second = both
        found.append(error_of_difference(first, people, second, people, same_people=True))
        differences.append(second.sum() - first.sum())
    share = 0.2 / 3
    known = count * 1000.0**2 * share * (1 - share)
    assert np.mean(np.square(found)) == pytest.approx(known, rel=0.08)
    assert np.var(differences) == pytest.approx(known, rel=0.2)


def test_spread_is_of_the_last_axis():
    assert spread(np.array([[1.0, 1.0, 1.0], [0.0, 3.0, 0.0]])) == pytest.approx([0.0, np.sqrt(2 / 3 * 6.0)])
