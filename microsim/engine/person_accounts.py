"""Every person's account with a measure, a row for each year in which something is in it or happens to it.

Each account is checked as it is written: what is paid in less what is taken is the change of what is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from microsim.engine.gains import Gains
from microsim.engine.ledger import GroupKeys
from microsim.engine.person_files import BlockFile, labels, person_names
from microsim.engine.person_years import KeptLines, LineColumn, line_columns, units_of
from microsim.measures.contract import Clock, Effects, Measure, Room
from microsim.population.blocks import Block
from microsim.population.people import People
from microsim.years import format_financial_year

ROWS, UNBALANCED = range(2)  # of the sums: person-years written, and those that do not balance


@dataclass(frozen=True)
class PersonAccounts:
    """Writes the accounts that the measure called `name` keeps, in all years lived, of everybody or of `person`."""

    gains: Gains
    folder: Path
    name: str
    measure: Measure
    person: int | None = None

    @cached_property
    def lines(self) -> tuple[LineColumn, ...]:
        """The account's lines in its own order."""
        found = {column.line.name: column for column in line_columns(self.gains, self.measure.account, self.name)}
        return tuple(found[name] for name in self.measure.account)

    @cached_property
    def signs(self) -> np.ndarray:
        """What each line does to the account, int64: 1 paid in, -1 taken, 0 held."""
        names = self.measure.paid_in
        signs = [0 if one.line.stock else 1 if one.line.name in names else -1 for one in self.lines]
        return np.array(signs, np.int64)

    @property
    def years(self) -> range:
        """All years lived: an account that is filled before the published years is whole."""
        return self.gains.programme.sample.years

    def watch(self, rows: int, _before: Sequence[Any]) -> PersonAccountsWatch:
        """A view for one thread."""
        return PersonAccountsWatch(self, rows)


class PersonAccountsWatch:
    """One thread's writing, a block at a time."""

    def __init__(self, plan: PersonAccounts, rows: int) -> None:
        self.plan = plan
        self.sums = (np.zeros(2, np.int64),)
        self._kept = KeptLines(plan.lines, rows)
        self._held = np.zeros(rows, np.int64)  # pence, a year before
        self._file: BlockFile | None = None
        self._names: Any = None
        self._wanted = np.zeros(0, bool)

    def begin(self, number: int, block: Block) -> None:
        identity = block.people.id
        self._file = BlockFile(self.plan.folder, number) if number >= 0 else None
        self._names = person_names(identity, self.plan.gains.programme.sample.population.area_codes)
        self._wanted = np.ones(len(identity), bool) if self.plan.person is None else identity == self.plan.person
        self._held[:] = 0

    def measured(
        self, place: int, lines: np.ndarray, _held: np.ndarray, _room: Room, _effects: Effects, clock: Clock
    ) -> None:
        self._kept.keep(place, lines, clock.rows)

    def assessed(self, *_: Any) -> None:
        """Taxes do not enter an account."""

    def year(self, people: People, groups: GroupKeys, clock: Clock) -> None:
        if self._file is None:
            return
        count, signs = clock.rows, self.plan.signs
        lines = self._kept.values[:, :count]
        held = lines[signs == 0].sum(axis=0, dtype=np.int64)
        wrong = signs @ lines.astype(np.int64) != held - self._held[:count]
        self._held[:count] = held
        rows = np.flatnonzero((lines != 0).any(axis=0) & self._wanted[:count])
        self.sums[0][UNBALANCED] += np.count_nonzero(wrong)
        self.sums[0][ROWS] += len(rows)
        if len(rows):
            self._file.write(self._columns(groups, lines, rows, clock.year))

    def end(self) -> None:
        if self._file is not None:
            self._file.close()

    def _columns(self, groups: GroupKeys, lines: np.ndarray, rows: np.ndarray, year: int) -> dict[str, pa.Array]:
        years = self.plan.years
        when = np.full(len(rows), years.index(year))
        found = {
            "person": self._names.take(pa.array(rows)),
            "financial_year": labels(when, tuple(format_financial_year(one) for one in years)),
            "age": pa.array((groups.age_sex[rows] >> np.uint32(1)).astype(np.int32)),
        }
        for at, column in enumerate(self.plan.lines):
            found[column.line.name] = units_of(lines[at, rows], column.line)
        return found
