"""The error of small cells from that of their total: by hand, and against the spread of many simulations."""

import numpy as np
import pytest

from microsim.accounts.composite_errors import composite_errors, shares


def test_a_cell_with_a_hundredth_of_all_has_a_tenth_of_the_error():
    """Of rare amounts among many people: its relative error is ten times as large."""
    cells = np.array([1.0, 99.0])
    found = composite_errors(cells, np.array(500.0), cells, np.array(1e12))
    assert found == pytest.approx([50, 500 * 0.99**0.5])


def test_a_count_is_binomial():
    """A quarter of 400 simulated people, each of 10: ten times the root of 400 x 1/4 x 3/4."""
    found = composite_errors(np.array([1000, 3000]), np.array(0.0), np.array([1000, 3000]), np.array(400))
    assert found == pytest.approx([10 * 75**0.5] * 2)


def test_a_cell_without_amounts_has_half_of_its_share_of_people():
    found = composite_errors(np.array([0.0, 8.0]), np.array(2.0), np.array([1, 1]), np.array(1e12))
    assert found == pytest.approx([1.0, (0.75 * 4) ** 0.5])


def test_shares_are_of_sizes_and_of_nothing_nothing():
    assert shares(np.array([[-1, 3], [0, 0]])).tolist() == [[0.25, 0.75], [0, 0]]


def test_many_simulations():
    """One in ten of 5,000 people has an amount, in twenty cells of many sizes: 400 samples."""
    rng = np.random.default_rng(1)
    chance, count, samples = np.linspace(1, 9, 20) / np.linspace(1, 9, 20).sum(), 5000, 400
    totals, squares = np.empty((samples, 20)), np.zeros(20)
    for sample in range(samples):
        cell = rng.choice(20, count, p=chance)
        amount = np.where(rng.random(count) < 0.1, rng.exponential(300, count), 0.0)
        totals[sample] = np.bincount(cell, amount, 20)
        error = amount.std() * count**0.5
        people = np.bincount(cell, minlength=20)
        squares += composite_errors(totals[sample], np.array(error), people, np.array(count)) ** 2 / samples
    ratio = np.sqrt(squares) / totals.std(axis=0)
    assert ratio == pytest.approx(np.ones(20), abs=0.12)
    assert ratio.mean() == pytest.approx(1, abs=0.04)
