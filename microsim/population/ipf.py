"""Iterative proportional fitting and controlled rounding, for dense arrays of any number of axes.

Written here rather than taken from a library: the packages on offer are pandas- or loop-based, and the whole
method is a sum, a division and a product for each margin. Used by `fit` and `transitions`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Margin(NamedTuple):
    """A known total of a table: `target[g]` for each combination of groups along the axes.

    starts: for each axis, the first index of each group (groups are contiguous and cover `upto` rows), or None
        where the axis is summed away.
    upto: for each axis, how many leading rows the margin covers (None: all).
    """

    name: str
    target: Floats
    starts: tuple[npt.NDArray[np.int64] | None, ...]
    upto: tuple[int | None, ...]


def margin(
    name: str,
    target: Floats,
    shape: tuple[int, ...],
    axes: dict[int, npt.ArrayLike | None],
    upto: dict[int, int] | None = None,
) -> Margin:
    """A margin that keeps the axes in `axes` (value: group starts, or None for every row) and sums the rest."""
    upto = upto or {}
    starts: list[npt.NDArray[np.int64] | None] = []
    for axis, length in enumerate(shape):
        if axis not in axes:
            starts.append(None)
        else:
            given = axes[axis]
            starts.append(np.arange(upto.get(axis, length)) if given is None else np.asarray(given, dtype=np.int64))
    return Margin(name, target, tuple(starts), tuple(upto.get(axis) for axis in range(len(shape))))


def covered(table: Floats, known: Margin) -> Floats:
    """The part of `table` the margin speaks of (a view)."""
    return table[tuple(slice(0, end) for end in known.upto)]


def margin_sums(table: Floats, known: Margin) -> Floats:
    """The table's own totals in the groups of `known`, shaped like `known.target` with summed axes of length 1."""
    part = covered(table, known)
    away = tuple(axis for axis, starts in enumerate(known.starts) if starts is None)
    part = part.sum(axis=away, keepdims=True)
    for axis, starts in enumerate(known.starts):
        if starts is not None and len(starts) != part.shape[axis]:
            part = np.add.reduceat(part, starts, axis=axis)
    return part


def margin_error(table: Floats, known: Margin, least: float = 1.0) -> float:
    """The largest |fitted / target - 1| over groups whose target is at least `least`."""
    sums = margin_sums(table, known)
    target = known.target.reshape(sums.shape)
    large = target >= least
    return float(np.max(np.abs(sums[large] / target[large] - 1.0), initial=0.0))


def fit_margins(table: Floats, margins: list[Margin], tolerance: float = 1e-6, most_rounds: int = 200) -> int:
    """Scale `table` in place until it meets every margin within `tolerance`; gives the rounds used.

    Cells that start at zero stay zero. Margins are met in order, the last one exactly.
    """
    for round_number in range(1, most_rounds + 1):  # noqa: B007
        worst = 0.0
        for known in margins:
            part = covered(table, known)
            sums = margin_sums(table, known)
            target = known.target.reshape(sums.shape)
            factor = np.divide(target, sums, out=np.ones_like(sums), where=sums > 0)
            worst = max(worst, float(np.max(np.abs(factor - 1.0)[target >= 1.0], initial=0.0)))
            for axis, starts in enumerate(known.starts):
                if starts is not None and len(starts) != part.shape[axis]:
                    factor = np.repeat(factor, np.diff(np.append(starts, part.shape[axis])), axis=axis)
            part *= factor
        if worst < tolerance:
            break
    return round_number


def fit_shares(table: Floats, margins: list[Margin], tolerance: float = 1e-7, most_rounds: int = 500) -> int:
    """`fit_margins` for a table of shares that add up to one, whose cells are all too small to count there."""
    people = 1e9
    table *= people
    rounds = fit_margins(table, [one._replace(target=one.target * people) for one in margins], tolerance, most_rounds)
    table /= people
    return rounds


def fit_pairs(tables: Floats, rows: Floats, columns: Floats, rounds: int = 500, tolerance: float = 1e-6) -> Floats:
    """Many two-way tables at once: `tables[..., i, j]` scaled to row totals `rows[..., i]`, columns `columns[..., j]`.

    Column totals are met exactly at the end of each round; rows within `tolerance` if the rounds suffice.
    """
    fitted = tables.copy()
    for _ in range(rounds):
        sums = fitted.sum(-1)
        fitted *= np.divide(rows, sums, out=np.zeros_like(sums), where=sums > 0)[..., None]
        sums = fitted.sum(-2)
        fitted *= np.divide(columns, sums, out=np.zeros_like(sums), where=sums > 0)[..., None, :]
        if np.max(np.abs(fitted.sum(-1) - rows)) < tolerance:
            break
    return fitted


def round_within_totals(values: Floats, totals: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Round each row of `values[n, k]` to whole numbers that add up to `totals[n]`, without bias to any column.

    Running sums are rounded with an offset that differs from row to row (multiples of the golden ratio), so that small
    cells keep their total over many rows.
    """
    running = np.cumsum(values, axis=1)
    last = running[:, -1:]
    running = np.divide(running, last, out=np.zeros_like(running), where=last > 0) * totals[:, None]
    offset = (np.arange(len(values)) * 0.6180339887498949) % 1.0
    whole = np.floor(running + offset[:, None])
    whole[:, -1] = totals
    return np.diff(whole, axis=1, prepend=0.0).astype(np.int32)


def round_two_way(values: Floats) -> npt.NDArray[np.int64]:
    """Round `values[rows, columns]` to whole numbers with every row and column total kept.

    Totals must be whole (to rounding error). Works along the columns on running row sums; in each, the rows with the
    largest remainders are rounded up, as many as the column totals ask for.
    """
    running = np.cumsum(values, axis=1)
    running[:, -1] = np.rint(running[:, -1])
    whole = np.zeros_like(running)
    before = np.zeros(len(values))
    for column in range(values.shape[1]):
        low = np.maximum(np.floor(running[:, column] + 1e-7), before)
        needed = int(np.rint(running[:, column].sum()) - low.sum())
        if needed > 0:
            remainder = running[:, column] - low
            low[np.argsort(-remainder, kind="stable")[:needed]] += 1.0
        elif needed < 0:
            spare = np.flatnonzero(low > before)
            order = spare[np.argsort((running[:, column] - low)[spare], kind="stable")]
            low[order[:-needed]] -= 1.0
        whole[:, column] = before = low
    return np.diff(whole, axis=1, prepend=0.0).astype(np.int64)
