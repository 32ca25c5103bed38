"""The search for a break-even on functions whose answer is known."""

import math

import pytest

from microsim.uncertainty.break_even import Tried, search


class Counting:
    """A function that counts its passes and refuses what should never be tried."""

    def __init__(self, function, least=-math.inf, most=math.inf):
        self.function, self.least, self.most, self.passes = function, least, most, 0

    def allowed(self, value):
        return self.least <= value <= self.most

    def __call__(self, values):
        assert all(self.allowed(value) for value in values)
        assert len(values) == len(set(values))
        self.passes += 1
        return [self.function(value) for value in values]


def test_rule_of_three():
    """39 units cost 780, so 50 cost 1,000: two passes, whatever the range."""
    function = Counting(lambda value: 20_000 * value)
    found = search(1000, function, 0.017, 0.053, 0.039)
    assert found.best.value == pytest.approx(0.05, rel=1e-4)
    assert found.met
    assert found.passes == function.passes <= 2


def test_a_falling_function_that_bends():
    function = Counting(lambda value: 100 / value)
    found = search(7.0, function, 1, 50, 10)
    assert found.best.value == pytest.approx(100 / 7, rel=2e-4)
    assert function.passes <= 4
    low, high = found.bracket
    assert low.value <= 100 / 7 <= high.value


def test_the_values_tried_are_short_numbers():
    found = search(1000, Counting(lambda value: 19_333 * value), 0.017, 0.053, 0.039)
    assert len(f"{found.best.value:.15g}") <= 10


def test_steps_give_the_nearest_value_and_both_sides_of_the_step():
    """Whole people: the amount jumps by 100 at each tenth, so 250 cannot be met."""
    function = Counting(lambda value: 100 * math.floor(value / 0.1 + 1e-9))
    found = search(250, function, 0.05, 0.55, 0.3)
    assert not found.met
    low, high = found.bracket
    assert (low.amount, high.amount) == (200, 300)
    assert low.value < 0.3 <= high.value + 1e-9
    assert high.value - low.value <= 1e-4
    assert function.passes <= 7


def test_whole_numbers():
    """Ages: each year fewer costs 10. The nearest to 333 is 34 years' worth of 340 at 31."""
    found = search(333, Counting(lambda age: 10 * (65 - age)), 18, 60, 25, whole=True)
    assert found.best == Tried(32, 330)
    assert [end.value for end in found.bracket] == [31, 32]
    assert all(one.value == int(one.value) for one in found.tried)


def test_a_target_outside_the_range_widens_it():
    function = Counting(lambda value: 1000 * value, least=0, most=1)
    found = search(700, function, 0.02, 0.05, 0.03, allowed=function.allowed)
    assert found.best.value == pytest.approx(0.7, rel=1e-4)


def test_limits_are_reached_and_never_passed():
    function = Counting(lambda value: 1000 * value, least=0, most=1)
    found = search(1000, function, 0.02, 0.05, 0.03, allowed=function.allowed)
    assert found.best.value == 1
    found = search(0, function, 0.02, 0.05, 0.03, allowed=function.allowed)
    assert found.best.value == 0


def test_no_value_meets_it():
    function = Counting(lambda value: 1000 * value, least=0, most=1)
    found = search(1200, function, 0.02, 0.05, 0.03, allowed=function.allowed)
    assert found.best is None
    assert not found.met
    assert not found.crossings
    assert (found.tried[0], found.tried[-1]) == (Tried(0, 0), Tried(1, 1000))


def test_a_range_that_is_asked_for_is_not_left():
    function = Counting(lambda value: value, least=1, most=2)
    found = search(3, function, 1, 2, 1.5, widen=False)
    assert found.best is None
    assert function.passes == 1


def test_several_crossings_are_told_and_the_nearest_is_followed():
    """A parabola meets 4 at -2 and at 2."""
    for near, expected in ((1.5, 2), (-1.0, -2)):
        found = search(4, Counting(lambda value: value * value), -5, 5.1, near)
        assert len(found.crossings) == 2
        assert found.best.value == pytest.approx(expected, rel=1e-4)


def test_a_plateau_at_the_target_is_one_crossing():
    found = search(0, Counting(lambda value: max(0.0, value - 3)), 0, 10, 5)
    assert len(found.crossings) == 1
    assert found.met
    assert found.best.amount == 0


def test_a_function_that_never_moves():
    found = search(5, Counting(lambda value: 4.0), 0, 1, 0.5)
    assert found.best is None
    assert found.passes <= 4


def test_a_target_of_nothing():
    """Break-even in the plain sense: a gain of 30 a unit less a cost of 12 is nothing at 0.4."""
    found = search(0, Counting(lambda value: 30 * value - 12), 0.1, 0.9, 0.5)
    assert found.best.value == pytest.approx(0.4, rel=1e-3)
    assert found.met
