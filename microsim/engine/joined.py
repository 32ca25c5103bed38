"""Breakdowns kept together: a sum is added to once for all that follow from the same key, and unfolded after the run.

What a person's area says (region, combined authority, ...) has few combinations, so that the cells of several
breakdowns can be kept as cells of their combinations, each a class of keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from microsim.engine.groups import Breakdown
from microsim.population.columns import RANDOM_GROUPS


class Together(NamedTuple):
    """Breakdowns of one grouping that are kept together."""

    grouping: str
    places: tuple[int, ...]  # among all breakdowns
    groups: np.ndarray  # int64 [breakdowns, classes], the group of each that a class is part of
    class_of: np.ndarray  # int64 [keys]

    @classmethod
    def of(cls, breakdowns: Sequence[Breakdown], places: Sequence[int]) -> Self:
        """Those at `places`, of one grouping."""
        members = np.stack([breakdowns[place].member[0] for place in places])
        groups, class_of = np.unique(members, axis=1, return_inverse=True)
        return cls(breakdowns[places[0]].grouping, tuple(places), groups, class_of.reshape(-1))


def join(breakdowns: Sequence[Breakdown], most: int) -> tuple[Together, ...]:
    """All breakdowns, those of one grouping together as long as that gives no more than `most` classes."""
    found: list[Together] = []
    for place, one in enumerate(breakdowns):
        last = found[-1] if found and found[-1].grouping == one.grouping else None
        joined = Together.of(breakdowns, [*(last.places if last else ()), place])
        if last and joined.groups.shape[1] <= most:
            found[-1] = joined
        else:
            found.append(Together.of(breakdowns, [place]))
    return tuple(found)


def starts(joined: Sequence[Together]) -> np.ndarray:
    """Where the classes of each begin among all, and the number of classes: int64."""
    return np.cumsum([0, *(one.groups.shape[1] for one in joined)])


def unfold(joined: Sequence[Together], kept: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """The sums of every breakdown, int64 [..., groups x RANDOM_GROUPS], from those of the classes, [..., classes x
    RANDOM_GROUPS]; `offsets` are where the groups of each breakdown start."""
    classes = kept.reshape(*kept.shape[:-1], int(starts(joined)[-1]), RANDOM_GROUPS)
    found = np.zeros((*kept.shape[:-1], int(offsets[-1]), RANDOM_GROUPS), np.int64)
    for one, first in zip(joined, starts(joined)[:-1], strict=True):
        for place, groups in zip(one.places, one.groups, strict=True):
            for number, group in enumerate(groups):
                found[..., offsets[place] + group, :] += classes[..., first + number, :]
    return found.reshape(*kept.shape[:-1], int(offsets[-1]) * RANDOM_GROUPS)
