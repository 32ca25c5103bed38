"""The sums of who gains: as they are published, and as a run keeps them.

Amounts are pence (or counts) of the reform less those of the baseline, times weights in thousandths; rows are those of
`microsim.engine.gains`. Groups of people are kept by random group of households, from which their simulation error is
estimated. Incomes are those of the baseline, so that a tenth holds the same people in both arms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from microsim.engine.fours import FOUR
from microsim.engine.joined import Together, unfold
from microsim.engine.ledger import EARNINGS_BINS
from microsim.population.columns import RANDOM_GROUPS

# Bins of income are 1/64 of a doubling wide; those kept by random group 1/4 of one.
INCOME_BINS, WIDE_BINS = 1024, 64
NO_INCOME = INCOME_BINS  # the bin after the last: people outside private households
# Changes of a household's money a year, in pounds and as parts of its net income: a change below a pound is none.
POUND_EDGES = (-5000.0, -1000.0, -500.0, -100.0, -1.0, 1.0, 100.0, 500.0, 1000.0, 5000.0)
SHARE_EDGES = (-0.1, -0.05, -0.02, -0.01, 0.0, 0.0, 0.01, 0.02, 0.05, 0.1)
BANDS = len(POUND_EDGES) + 1
NO_CHANGE = BANDS // 2
CHANGES = ("cash in pounds", "cash as a share", "cash and in kind in pounds", "cash and in kind as a share")
MOVES = ("cash", "cash and in kind")  # what income of the reform is, beside the baseline's


class GainSums(NamedTuple):
    """int64; see the module's description."""

    cells: np.ndarray  # [rows, years, groups of all breakdowns x RANDOM_GROUPS]
    area: np.ndarray  # [rows, years, areas]
    income: np.ndarray  # [rows, years, INCOME_BINS + 1]
    wide_income: np.ndarray  # [rows, years, (WIDE_BINS + 1) x RANDOM_GROUPS]
    changes: np.ndarray  # [CHANGES, years, BANDS, INCOME_BINS + 1], people of all ages by change of their household,
    # without those whose household has none
    wide_changes: np.ndarray  # [CHANGES, years, BANDS, (WIDE_BINS + 1) x RANDOM_GROUPS], the same; this
    # and `moved` by the random group of the household's head, so that a household is whole in one
    extended: np.ndarray  # [years, EARNINGS_BINS], people by equivalised income of the reform with benefits in kind,
    # less those by the baseline's
    moved: np.ndarray  # [MOVES, years, INCOME_BINS x RANDOM_GROUPS], people by equivalised income of the reform, less
    # those by the baseline's

    @classmethod
    def empty(cls, rows: int, years: int, cells: int, areas: int) -> Self:
        """No sums yet."""
        shapes: tuple[tuple[int, ...], ...] = (
            (rows, years, cells * RANDOM_GROUPS), (rows, years, areas), (rows, years, INCOME_BINS + 1),
            (rows, years, (WIDE_BINS + 1) * RANDOM_GROUPS), (len(CHANGES), years, BANDS, INCOME_BINS + 1),
            (len(CHANGES), years, BANDS, (WIDE_BINS + 1) * RANDOM_GROUPS), (years, EARNINGS_BINS),
            (len(MOVES), years, INCOME_BINS * RANDOM_GROUPS),
        )  # fmt: skip
        return cls(*(np.zeros(shape, np.int64) for shape in shapes))


class KeptSums(NamedTuple):
    """The same as they are added to in a run: what gains are set against, the first FOUR rows, side by side, and cells
    of breakdowns joined (see `microsim.engine.joined`). The last four are those of GainSums."""

    people_cells: np.ndarray  # [years, classes of all joined breakdowns x RANDOM_GROUPS, FOUR]
    people_area: np.ndarray  # [years, areas, FOUR]
    people_income: np.ndarray  # [years, INCOME_BINS + 1, FOUR]
    people_wide_income: np.ndarray  # [years, (WIDE_BINS + 1) x RANDOM_GROUPS, FOUR]
    cells: np.ndarray  # [rows but the first FOUR, years, classes of all joined breakdowns x RANDOM_GROUPS]
    area: np.ndarray  # [rows but the first FOUR, years, areas], and so on
    income: np.ndarray
    wide_income: np.ndarray
    changes: np.ndarray
    wide_changes: np.ndarray
    extended: np.ndarray
    moved: np.ndarray

    @classmethod
    def empty(cls, rows: int, years: int, classes: tuple[int, int], areas: int) -> Self:
        """No sums yet, of `rows` rows of gains; `classes` are those of the joined breakdowns of people and of gains."""
        of_people, of_gains = classes
        gains = GainSums.empty(rows, years, of_gains, areas)
        ends = (of_people * RANDOM_GROUPS, *(part.shape[-1] for part in gains[1:4]))
        return cls(*[np.zeros((years, end, FOUR), np.int64) for end in ends] + list(gains))

    def unfolded(self, of_people: Sequence[Together], of_gains: Sequence[Together], offsets: np.ndarray) -> GainSums:
        """As they are published; the breakdowns of people and of gains may be joined in other ways. `offsets` are where
        the groups of each breakdown start."""
        people = [np.ascontiguousarray(np.moveaxis(part, 2, 0)) for part in self[:4]]
        people[0] = unfold(of_people, people[0], offsets)
        gains = [unfold(of_gains, self.cells, offsets), *self[5:8]]
        whole = [np.concatenate(both) for both in zip(people, gains, strict=True)]
        return GainSums(*whole + list(self[8:]))


def complete(sums: GainSums, everybody: int, incomes: np.ndarray, wide_incomes: np.ndarray) -> GainSums:
    """The sums with the people whose household does not change: `everybody` is the row of people of all ages, `incomes`
    int64 [years, EARNINGS_BINS] and `wide_incomes` [years, WIDE_INCOME_BINS, RANDOM_GROUPS] those by the baseline's
    income, the latter by the random group of whom they live with, as the changes are."""
    people = sums.income[everybody].copy()
    people[:, NO_INCOME] = 0
    wide = wide_incomes.reshape(len(people), WIDE_BINS, -1, RANDOM_GROUPS).sum(axis=2).reshape(len(people), -1)
    wide = np.concatenate([wide, np.zeros((len(people), RANDOM_GROUPS), np.int64)], axis=1)
    return sums._replace(
        changes=_with_unchanged(sums.changes, people), wide_changes=_with_unchanged(sums.wide_changes, wide),
        extended=sums.extended + incomes,
    )  # fmt: skip


def _with_unchanged(changes: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Changes [..., years, BANDS, bins] with the rest of `people` [years, bins] in the middle band."""
    found = changes.copy()
    found[:, :, NO_CHANGE] = people - (changes.sum(axis=2) - changes[:, :, NO_CHANGE])
    return found
