"""The sums of a scenario's own breakdowns: counts of people, who gains, and every line of the measures, by cell.

Every cell is kept by random group of households where a breakdown is small enough; of a larger one only the sums over
all cells are, from which the simulation error of cells is estimated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from microsim.engine.cells import add_cells
from microsim.engine.gain_watch import GainWatch
from microsim.engine.gains import PEOPLE_ROWS, Gains
from microsim.engine.ledger import GroupKeys
from microsim.engine.own_groups import Own
from microsim.engine.person_columns import Seen
from microsim.engine.run import BASELINE, REFORM, Place
from microsim.kernels.jit import compile_driver
from microsim.measures.contract import Clock, Effects, Room
from microsim.population.blocks import Block
from microsim.population.columns import RANDOM_GROUPS
from microsim.population.people import People

KEY = "key"  # rows of gains that national money is shared by: nobody's gain
MOST_BY_RANDOM_GROUP = 8_000_000  # sums of a breakdown: 64 MB


class OwnSums(NamedTuple):
    """The sums of one breakdown, int64: [published years, rows of gains and then lines, ...]."""

    cells: np.ndarray  # [..., cells + 1], the last of people outside the filter
    by_random_group: np.ndarray  # [..., cells + 1, RANDOM_GROUPS], or of all cells together [..., 1, RANDOM_GROUPS]


@dataclass(frozen=True)
class OwnGroups:
    """Collects the breakdowns of a scenario in the years that it publishes; comes after `gains` among what a run
    watches."""

    gains: Gains
    breakdowns: tuple[Own, ...]
    years: range

    @cached_property
    def places(self) -> tuple[tuple[int, Place], ...]:
        """The lines that a breakdown could hold, with their place among all of the programme's."""
        return tuple(
            (number, place)
            for number, place in enumerate(self.gains.programme.places)
            if place.entry.arm in (BASELINE, REFORM) and place.entry.alternative is None
        )

    def gain_rows(self, own: Own) -> list[int]:
        """The rows of `gains` that a breakdown holds: those of PEOPLE_ROWS, and the gains from its measures."""
        first = len(PEOPLE_ROWS)
        mine = (at for at, row in enumerate(self.gains.rows) if row.kind != KEY and own.keeps(row.measure))
        return [*range(first), *(first + at for at in mine)]

    def lines(self, own: Own) -> list[int]:
        """The lines that a breakdown holds, as places among `places`: its own, and what their money is shared by."""
        mine = [at for at, (_, place) in enumerate(self.places) if own.keeps(place.entry.name)]
        if not own.choice.lines:
            return mine
        chosen = [self.places[at][1] for at in mine if self.places[at][1].line.name in own.choice.lines]
        kept = {(id(place.entry), name) for place in chosen for name in (place.line.name, place.line.shared_by)}
        return [at for at in mine if (id(self.places[at][1].entry), self.places[at][1].line.name) in kept]

    def rows(self, own: Own) -> int:
        """How many sums are kept of each cell and year."""
        return len(self.gain_rows(own)) + len(self.lines(own))

    def is_small(self, own: Own) -> bool:
        """Whether every cell of a breakdown is kept by random group."""
        return len(self.years) * self.rows(own) * (own.cells + 1) * RANDOM_GROUPS <= MOST_BY_RANDOM_GROUP

    def empty(self) -> tuple[np.ndarray, ...]:
        """No sums yet: of each breakdown int64 [published years, rows, (cells + 1) x RANDOM_GROUPS], or where it is not
        small [..., cells + 1] and [..., RANDOM_GROUPS]."""
        found = []
        for own in self.breakdowns:
            widths = [(own.cells + 1) * RANDOM_GROUPS] if self.is_small(own) else [own.cells + 1, RANDOM_GROUPS]
            found += [np.zeros((len(self.years), self.rows(own), width), np.int64) for width in widths]
        return tuple(found)

    def by_breakdown(self, sums: Sequence[np.ndarray]) -> list[tuple[np.ndarray, ...]]:
        """The arrays of `empty` that belong to each breakdown."""
        left, found = iter(sums), []
        for own in self.breakdowns:
            found.append(tuple(next(left) for _ in range(1 if self.is_small(own) else 2)))
        return found

    def named(self, sums: Sequence[np.ndarray]) -> list[OwnSums]:
        """A run's sums of each breakdown."""
        found = []
        for arrays in self.by_breakdown(sums):
            groups = arrays[-1].reshape(*arrays[-1].shape[:2], -1, RANDOM_GROUPS)
            found.append(OwnSums(arrays[0] if len(arrays) > 1 else groups.sum(axis=3), groups))
        return found

    def watch(self, rows: int, before: Sequence[Any]) -> OwnGroupsWatch:
        """A view for one thread."""
        return OwnGroupsWatch(self, rows, next(watch for watch in before if isinstance(watch, GainWatch)))


class OwnGroupsWatch:
    """One thread's collection."""

    def __init__(self, plan: OwnGroups, rows: int, gained: GainWatch) -> None:
        self.plan = plan
        self.sums = plan.empty()
        self._gained = gained
        gained.show()
        self._lines = np.zeros((len(plan.places), rows), np.int32)  # of the year, one after the other
        self._sums = plan.by_breakdown(self.sums)
        self._rows = [np.array(plan.gain_rows(own), np.int64) for own in plan.breakdowns]
        self._line_rows = [np.array(plan.lines(own), np.int64) for own in plan.breakdowns]
        self._add = compile_driver(add_cells)
        wanted = sorted({int(at) for rows in self._line_rows for at in rows})
        self._of_measure = _by_measure(plan, wanted)

    def begin(self, _number: int, _block: Block) -> None:
        """Nothing is kept from one block to the next."""

    def measured(
        self, place: int, lines: np.ndarray, _held: np.ndarray, _room: Room, _effects: Effects, clock: Clock
    ) -> None:
        if clock.year in self.plan.years or not clock.rows:
            for at, line in self._of_measure.get(place, ()):
                self._lines[at, : clock.rows] = lines[line, : clock.rows]

    def assessed(self, *_: Any) -> None:
        """Incomes are those that the gains have kept."""

    def year(self, people: People, groups: GroupKeys, clock: Clock) -> None:
        count = clock.rows
        if clock.year not in self.plan.years and count:
            return
        year = max(clock.year - self.plan.years[0], 0)
        seen = Seen(people, groups, self._gained, clock.year, clock.year_index, count)
        for own, rows, lines, sums in zip(self.plan.breakdowns, self._rows, self._line_rows, self._sums, strict=True):
            cells = own.cells_of(seen)
            group = people.random_group[:count].astype(np.uint32)
            keys = (cells, group) if len(sums) > 1 else (cells * np.uint32(RANDOM_GROUPS) + group,)
            for key, part in zip(keys, sums, strict=True):
                self._add(self._gained.values, rows, people.weight, key, part[year, : len(rows)], count)
                self._add(self._lines, lines, people.weight, key, part[year, len(rows) :], count)

    def end(self) -> None:
        """Sums are complete after each year."""


def _by_measure(plan: OwnGroups, wanted: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """For each measure of the programme, by its place: the lines wanted, as (place kept, line of the measure)."""
    starts = np.cumsum([0, *(len(entry.measure.lines) for entry in plan.gains.programme.measures)])
    found: dict[int, list[tuple[int, int]]] = {}
    for at in wanted:
        number = plan.places[at][0]
        measure = int(np.searchsorted(starts, number, side="right")) - 1
        found.setdefault(measure, []).append((at, number - int(starts[measure])))
    return found
