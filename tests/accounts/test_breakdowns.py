"""Groups of equally many people: bins split at the edges, and parts that add up to the last unit."""

import numpy as np

from microsim.accounts.breakdowns import split_into_equal_groups


def test_a_bin_is_split_at_an_edge_in_proportion_to_its_people():
    """Ten people in halves of five: the second bin's four people are two and two."""
    people = np.array([3, 4, 3])
    sums = np.array([[3, 4, 3], [30, 100, 7], [0, -9, 1]])
    found = split_into_equal_groups(sums, people, 2)
    assert found.tolist() == [[5, 5], [80, 57], [-4, -4]]  # half of -9 is rounded to the even


def test_a_bin_may_hold_several_groups():
    found = split_into_equal_groups(np.array([0, 1_000, 0, 200]), np.array([0, 80, 0, 20]), 5)
    assert found.tolist() == [250, 250, 250, 250, 200]


def test_groups_are_equal_and_add_up_whatever_the_numbers():
    random = np.random.default_rng(3)
    people = random.integers(0, 50_000_000, 1024) * (random.random(1024) < 0.5)
    sums = random.integers(-(10**14), 10**14, (3, 2, 1024)) * (people > 0)
    found = split_into_equal_groups(sums, people, 10)
    assert found.dtype == np.int64
    assert (found.sum(axis=-1) == sums.sum(axis=-1)).all()
    heads = split_into_equal_groups(people, people, 10)
    assert heads.sum() == people.sum()
    assert np.abs(heads - people.sum() / 10).max() <= 1


def test_without_people_there_is_nothing_to_split():
    none = np.zeros(8, np.int64)
    assert split_into_equal_groups(none, none, 5).tolist() == [0] * 5
