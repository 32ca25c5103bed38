"""Raking: household weights that meet the population's margins and stay as near as they can to the survey's own.

Generalised raking with the exponential distance (Deville, Särndal and Sautory, 1993): each household's weight is
multiplied by exp(sum of a factor for each margin cell x the household's members in it), so that members share one
weight, no weight is negative, and in a survey of single people this is classical raking. The factors solve a convex
problem, by Newton's method with steps that are halved until it gets better. All sums are in a fixed order and use no
linear-algebra library: the weights are the same on every number of processors.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

CLOSE = 1e-10  # largest relative miss of a margin cell at which the weights are taken as found
MOST_ROUNDS = 100
_LEAST_PIVOT = 1e-9  # relative: a margin cell below it says what others have said already


class Raked(NamedTuple):
    """Household weights and how they were found."""

    weight: Floats  # [households], people that each member stands for
    rounds: int
    miss: float  # largest |sum / target - 1| over margin cells
    worst: int  # the cell where it is


def rake(weight: Floats, household: Whole, cells: Whole, targets: Floats) -> Raked:
    """Weights [households] near `weight` whose sums over members in each margin cell are `targets` [cells].

    `household` [people] numbers each person's household; `cells` [people, margins] is the cell in each margin, -1 for
    none. Everybody is in a cell of the first margin, and every cell has people. Gives up after MOST_ROUNDS: the caller
    looks at `miss`.
    """
    entry_household, entry_cell, members = _members(household, cells, len(targets))
    start = weight * (targets[np.unique(cells[:, 0])].sum() / weight[household].sum())
    factor = np.zeros(len(targets))

    def weights(trial: Floats) -> Floats:
        power = np.bincount(entry_household, members * trial[entry_cell], len(weight))
        found: Floats = start * np.exp(np.clip(power, -50.0, 50.0))
        return found

    def cost(found: Floats, trial: Floats) -> float:
        return float(found.sum() - (targets * trial).sum())

    found = weights(factor)
    rounds, miss, worst = 0, np.inf, 0
    for rounds in range(MOST_ROUNDS + 1):
        gap = targets - np.bincount(entry_cell, members * found[entry_household], len(targets))
        relative = np.abs(gap) / targets
        worst = int(relative.argmax())
        miss = float(relative[worst])
        if miss < CLOSE or rounds == MOST_ROUNDS:
            break
        step = _solve(_curvature(entry_household, entry_cell, members, found, len(targets)), gap)
        size, now = 1.0, cost(found, factor)
        slope = float((step * gap).sum())
        while size > 1e-6:
            trial = factor + size * step
            found = weights(trial)
            if cost(found, trial) <= now - 1e-4 * size * slope + 1e-12 * abs(now):
                break
            size /= 2
        factor = factor + size * step
    return Raked(found, rounds, miss, worst)


def _members(household: Whole, cells: Whole, count: int) -> tuple[Whole, Whole, Floats]:
    """How many members each household has in each cell, where any, in order of household and cell."""
    known = cells >= 0
    key = (household[:, None] * count + cells)[known]
    pairs, members = np.unique(key, return_counts=True)
    return pairs // count, pairs % count, members.astype(np.float64)


def _curvature(household: Whole, cell: Whole, members: Floats, weight: Floats, count: int) -> Floats:
    """Sum over households of weight x members in one cell x members in another [cells, cells]."""
    starts = np.searchsorted(household, np.arange(len(weight) + 1))
    size = np.diff(starts)
    matrix = np.zeros(count * count)
    for shift in range(int(size.max(initial=0))):  # each entry of a household with the one `shift` places on
        first = np.flatnonzero(np.arange(len(cell)) + shift < starts[household + 1])
        other = first + shift
        value = weight[household[first]] * members[first] * members[other]
        matrix += np.bincount(cell[first] * count + cell[other], value, count * count)
        if shift:
            matrix += np.bincount(cell[other] * count + cell[first], value, count * count)
    return matrix.reshape(count, count)


def _solve(matrix: Floats, right: Floats) -> Floats:
    """A solution of `matrix` x = `right`, symmetric and not negative, with 0 for what is redundant.

    Gaussian elimination on the diagonal: a pivot that has shrunk to rounding error belongs to a margin cell that
    others imply (the last status of an age band, say).
    """
    left, side = matrix.copy(), right.copy()
    count = len(side)
    least = np.diag(matrix) * _LEAST_PIVOT
    kept = np.zeros(count, bool)
    for at in range(count):
        if left[at, at] <= least[at]:
            continue
        kept[at] = True
        share = left[at + 1 :, at] / left[at, at]
        left[at + 1 :, at:] -= share[:, None] * left[at, at:]
        side[at + 1 :] -= share * side[at]
    result = np.zeros(count)
    for at in np.flatnonzero(kept)[::-1]:
        result[at] = (side[at] - (left[at, at + 1 :] * result[at + 1 :]).sum()) / left[at, at]
    return result


def effective_size(weight: Floats) -> float:
    """The people of an equally weighted sample with the same sampling error (Kish)."""
    return float(weight.sum() ** 2 / (weight**2).sum())


def whole_thousandths(weight: Floats, members: Whole) -> Whole:
    """Household weights in whole thousandths of a person, none more than one off, with the people's total kept.

    Running totals over `members` are rounded. What is left, less than a household's members, goes to the first
    household small enough to take it.
    """
    exact = weight * members * 1000.0
    whole = np.zeros(len(weight), np.int64)
    owed = 0.0
    for at, (thousandths, people) in enumerate(zip(exact.tolist(), members.tolist(), strict=True)):
        owed += thousandths
        whole[at] = max(round(owed / people), 1)
        owed -= whole[at] * people
    left = round(owed)
    for people in range(1, abs(left) + 1):
        able = np.flatnonzero((members == people) & (whole > abs(left)))
        if left % people == 0 and len(able):
            whole[able[0]] += left // people
            break
    return whole
