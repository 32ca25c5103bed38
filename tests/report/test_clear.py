"""What is told from noise: an amount, a difference, and one group among several."""

import numpy as np
import pandas as pd
import pytest

from microsim.report.clear import End, are_apart, differ, is_clear, stands_out

UNKNOWN = float("nan")


@pytest.mark.parametrize(
    ("amount", "error", "clear"),
    [(10.0, 5.0, True), (-10.0, 5.1, False), (10.0, 0.0, True), (0.0, 0.0, False), (10.0, UNKNOWN, False)],
)
def test_a_sign_is_known_from_two_errors_on(amount, error, clear):
    assert is_clear(amount, error) is clear
    assert is_clear(-amount, error) is clear


def test_two_figures_are_apart_by_the_errors_of_both():
    assert not are_apart(10.0, 3.0, 3.0, 3.0)
    assert are_apart(10.0, 3.0, 3.0, 0.0)
    assert not are_apart(10.0, 0.0, 3.0, UNKNOWN)


def test_extremes_of_chance_are_not_told_apart():
    """Nine figures of noise alone: their ends differ by more than two errors, and nothing is to be said of them."""
    noise, one = pd.Series([-1.4, -1.0, -0.7, -0.2, 0.0, 0.3, 0.7, 1.0, 1.5]), pd.Series([1.0] * 9)
    assert not differ(noise, one)
    assert differ(3 * noise, one)


@pytest.mark.parametrize(
    ("values", "errors", "told"),
    [
        ([2.0, 2.0], [0.0, 0.0], False),
        ([2.0, 3.0], [0.0, 0.0], True),
        ([2.0, 3.0], [UNKNOWN, UNKNOWN], False),
        ([0.0, 100.0], [UNKNOWN, UNKNOWN], False),
        ([2.0, 900.0, 3.0], [1.0, UNKNOWN, 1.0], False),
        ([0.0, 100.0], [UNKNOWN, 1.0], True),  # nobody gains there: that is exact
        ([0.0, 1.0], [UNKNOWN, 1.0], False),
        ([5.0], [1.0], False),
    ],
)
def test_what_is_unknown_does_not_differ(values, errors, told):
    assert differ(pd.Series(values), pd.Series(errors)) is told


def test_an_end_stands_out_from_every_other_figure():
    values, errors = pd.Series([10.0, 9.0, 1.0]), pd.Series([1.0, 1.0, 1.0])
    assert differ(values, errors)
    assert not stands_out(values, errors, End.MOST) and stands_out(values, errors, End.LEAST)
    noisy_third = pd.Series([10.0, 5.0, 1.0]), pd.Series([1.0, 1.0, 9.0])
    assert not stands_out(*noisy_third, End.MOST), "the next is far enough, another is not"
    assert stands_out(pd.Series([10.0, 5.0, np.nan]), pd.Series([1.0, 1.0, np.nan]), End.MOST)
    assert not stands_out(pd.Series([10.0, 5.0]), pd.Series([1.0, UNKNOWN]), End.MOST)
    assert not stands_out(pd.Series([10.0]), pd.Series([1.0]), End.MOST)
