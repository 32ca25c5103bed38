"""Raking against a plain twin, by hand, and at its edges: exact margins, members of a household alike, totals kept."""

import numpy as np
import pytest

from microsim.population.raking import effective_size, rake, whole_thousandths


def classical(weight, cells, targets, rounds=2000):
    """Iterative proportional fitting of single people's weights, margin by margin."""
    weight = weight.astype(float).copy()
    for _ in range(rounds):
        for column in cells.T:
            for cell in np.unique(column[column >= 0]):
                here = column == cell
                weight[here] *= targets[cell] / weight[here].sum()
    return weight


def sums(weight, household, cells, count):
    found = np.zeros(count)
    for person, home in enumerate(household):
        for cell in cells[person]:
            if cell >= 0:
                found[cell] += weight[home]
    return found


@pytest.fixture
def people():
    """Three hundred people in two margins of 4 and 3 cells, in households of one to four."""
    random = np.random.default_rng(5)
    cells = np.stack([random.integers(0, 4, 300), 4 + random.integers(0, 3, 300)], axis=1)
    household = np.sort(random.integers(0, 130, 300))
    household = np.unique(household, return_inverse=True)[1]
    design = random.gamma(4, 25, household.max() + 1)
    true = random.gamma(9, 10, household.max() + 1)
    return household, cells, design, sums(true, household, cells, 7)


def test_single_people_are_raked_as_by_iterative_proportional_fitting(people):
    _, cells, _, targets = people
    design = np.random.default_rng(1).gamma(4, 25, 300)
    alone = np.arange(300)
    raked = rake(design, alone, cells, targets)
    start = design * targets[:4].sum() / design.sum()
    assert raked.weight == pytest.approx(classical(start, cells, targets), rel=1e-7)


def test_households_meet_every_margin_exactly_with_one_weight_for_their_members(people):
    household, cells, design, targets = people
    raked = rake(design, household, cells, targets)
    assert raked.miss < 1e-10
    assert len(raked.weight) == household.max() + 1
    assert (raked.weight > 0).all()
    assert sums(raked.weight, household, cells, 7) == pytest.approx(targets, rel=1e-9)


def test_a_change_of_weight_depends_on_the_members_cells_alone(people):
    """The form of the solution: the log of the change is a sum over members of something for each cell."""
    household, cells, design, targets = people
    change = np.log(rake(design, household, cells, targets).weight / design)
    members = np.zeros((len(design), 7))
    for person, home in enumerate(household):
        members[home, cells[person]] += 1
    fitted = members @ np.linalg.lstsq(np.column_stack([members, np.ones(len(design))]), change, rcond=None)[0][:-1]
    assert np.std(change - fitted) < 1e-7
    assert np.std(change) > 0.05


def test_weights_that_meet_the_margins_are_left_alone(people):
    household, cells, design, _ = people
    raked = rake(design, household, cells, sums(design, household, cells, 7))
    assert raked.rounds <= 1
    assert raked.weight == pytest.approx(design, rel=1e-9)


def test_any_scale_of_the_weights_gives_the_same(people):
    household, cells, design, targets = people
    one, other = rake(design, household, cells, targets), rake(design * 1e-6, household, cells, targets)
    assert other.weight == pytest.approx(one.weight, rel=1e-8)


def test_margins_that_contradict_one_another_are_not_met():
    cells = np.array([[0, 2], [0, 2], [1, 3], [1, 3]])
    targets = np.array([60.0, 40.0, 50.0, 50.0])  # cells 0 and 2 hold the same people
    assert rake(np.ones(4), np.arange(4), cells, targets).miss > 0.01


def test_margins_out_of_reach_of_households_are_not_met():
    """Two households of one woman and one man each cannot stand for more women than men."""
    cells = np.array([[0], [1], [0], [1]])
    raked = rake(np.ones(2), np.array([0, 0, 1, 1]), cells, np.array([60.0, 40.0]))
    assert raked.miss > 0.05
    assert np.isfinite(raked.weight).all()


def test_rounding_keeps_the_total_and_is_never_far_off():
    random = np.random.default_rng(3)
    weight, members = random.gamma(2, 300, 500), random.integers(1, 6, 500)
    weight *= 471_853 / (weight * members).sum()
    whole = whole_thousandths(weight, members)
    assert (whole * members).sum() == 471_853_000
    assert np.abs(whole - weight * 1000).max() < 8
    assert np.median(np.abs(whole - weight * 1000)) <= 1
    assert whole.min() >= 1


def test_effective_size_of_equal_and_unequal_weights():
    assert effective_size(np.full(10, 3.0)) == pytest.approx(10)
    assert effective_size(np.array([1.0, 1.0, 2.0])) == pytest.approx(16 / 6)
