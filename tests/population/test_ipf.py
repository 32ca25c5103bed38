"""Proportional fitting and controlled rounding, on tables small enough to check by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsim.population.ipf import fit_margins, fit_pairs, margin, margin_error, round_two_way, round_within_totals


def test_two_margins_of_a_two_by_two_table():
    table = np.array([[40.0, 30.0], [35.0, 50.0]])
    rows = margin("rows", np.array([100.0, 60.0]), table.shape, {0: None})
    columns = margin("columns", np.array([90.0, 70.0]), table.shape, {1: None})
    odds = table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0])
    fit_margins(table, [rows, columns], tolerance=1e-10)
    assert table.sum(1) == pytest.approx([100.0, 60.0])
    assert table.sum(0) == pytest.approx([90.0, 70.0])
    assert table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]) == pytest.approx(odds)


def test_grouped_margin_covers_only_the_leading_rows():
    table = np.ones((4, 3))
    part = margin("first two rows, columns 0 and 1-2", np.array([10.0, 30.0]), table.shape, {1: [0, 1]}, {0: 2})
    assert margin_error(table, part) == pytest.approx(1 - 4 / 30)
    fit_margins(table, [part])
    assert table[:2, 0].sum() == pytest.approx(10.0)
    assert table[:2, 1:].sum() == pytest.approx(30.0)
    assert (table[2:] == 1.0).all()


def test_pairs_meet_rows_and_columns_when_rows_already_hold():
    table = np.array([[[0.5, 0.5], [0.9, 0.1]]])
    fitted = fit_pairs(table, np.array([[1.0, 1.0]]), np.array([[1.0, 1.0]]))
    assert fitted.sum(-1) == pytest.approx(np.ones((1, 2)), abs=1e-5)
    assert fitted.sum(-2) == pytest.approx(np.ones((1, 2)))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 8), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_two_way_rounding_keeps_every_total(rows, columns, seed):
    whole = np.random.default_rng(seed).integers(0, 30, (rows, columns))
    if whole.sum() == 0:
        return
    share = whole.sum(0) / whole.sum()
    values = whole.sum(1)[:, None] * share[None]  # rows whole; columns are whole too, for they are those of `whole`
    rounded = round_two_way(values)
    assert (rounded >= 0).all()
    assert (rounded.sum(1) == whole.sum(1)).all()
    assert (rounded.sum(0) == whole.sum(0)).all()


def test_rounding_within_totals_is_exact_and_fair_to_small_cells():
    values = np.tile([[9.8, 0.1, 0.1]], (10_000, 1))
    rounded = round_within_totals(values, np.full(10_000, 10))
    assert (rounded.sum(1) == 10).all()
    assert rounded.min() >= 0
    assert rounded.sum(0)[1:] == pytest.approx([1000, 1000], rel=0.02)
