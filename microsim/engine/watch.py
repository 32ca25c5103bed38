"""What a run may keep of the people it lives besides the ledger: seen a block at a time, after each step of a year.

A `Watching` belongs to a run and makes a `Watch` for each thread. Sums are integers, so that they do not depend on
which thread saw which block. Everything handed to a watch is overwritten in the next step: it copies what it keeps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from microsim.dynamics.means import Means
from microsim.engine.assessment import Kept
from microsim.engine.ledger import GroupKeys
from microsim.measures.contract import Clock, Effects, Room
from microsim.population.blocks import Block
from microsim.population.people import People
from microsim.taxes.scratch import TaxScratch


class Watch(Protocol):
    """One thread's view of the blocks that it lives."""

    @property
    def sums(self) -> tuple[np.ndarray, ...]:
        """Integer sums over the blocks seen, to be added to those of other threads."""

    def begin(self, number: int, block: Block) -> None:
        """A block is about to be lived, from its first year; number -1 is a block of nobody, for the compiler."""

    def measured(
        self, place: int, lines: np.ndarray, held: np.ndarray, room: Room, effects: Effects, clock: Clock
    ) -> None:
        """The measure at `place` among the programme's has had its turn: int32 pence or counts [lines, rows], of which
        only the lines `held` (uint8 [at least as many]) hold anything, and those only where `room.listed` says.

        Those of other choices than the scenario's (alternatives) are not shown.
        """

    def assessed(
        self, arm: int, people: People, means: Means, room: TaxScratch, clock: Clock, before: Kept | None
    ) -> None:
        """Taxes, benefits and incomes of an arm have been worked out; the baseline's come first. `before` is what the
        baseline has for the only people who may differ, or None where all may."""

    def year(self, people: People, groups: GroupKeys, clock: Clock) -> None:
        """The year of the block is over."""

    def end(self) -> None:
        """The block has lived all its years."""


class Watching(Protocol):
    """What a run is asked to keep."""

    def watch(self, rows: int, before: Sequence[Any]) -> Watch:
        """A view for one thread, of blocks of up to `rows` rows, with sums of nothing; `before` are the same thread's
        views of what is watched before it, which have seen each step first."""


def watches_of(watched: Sequence[Watching], rows: int) -> tuple[Watch, ...]:
    """One thread's views of everything that is watched."""
    found: list[Watch] = []
    for one in watched:
        found.append(one.watch(rows, tuple(found)))
    return tuple(found)


def add_sums(total: Any, other: Any) -> None:
    """Add the arrays of `other` to those of `total`."""
    for mine, theirs in zip(total, other, strict=True):
        mine += theirs
