"""Person-years of a run as data: who each person is in a year, what the measures give and cost, a row for each.

Rows are of people who live in England in the year, and of those who have just died or left and whose account closes.
People are chosen with the household that they are in at the start and then followed as long as they live in England.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from microsim.engine.gain_watch import GainWatch
from microsim.engine.gains import PEOPLE_ROWS, Gains
from microsim.engine.ledger import GroupKeys
from microsim.engine.own_sums import KEY
from microsim.engine.person_columns import PersonColumn, Seen, person_columns
from microsim.engine.person_files import BlockFile, chosen_people, labels, numbers, person_names
from microsim.engine.run import REFORM
from microsim.measures.contract import Clock, Effects, Line, Room
from microsim.population.blocks import Block
from microsim.population.people import People
from microsim.years import format_financial_year

PERSON_COLUMNS = (
    "age", "sex", "local_authority", "region", "rural_urban", "deprivation_decile", "ethnicity", "disability",
    "family_type", "couple", "children", "qualification", "work_status", "industry", "employer_size", "hours", "pay",
    "own_income", "household_income", "equivalised_income", "random_group",
)  # fmt: skip
_PENCE = 100.0
_THOUSANDTHS = 1000.0


class LineColumn(NamedTuple):
    """A line of a measure of the reform as a column of the data."""

    name: str  # "measure.line"
    measure: int  # place among the programme's measures
    row: int  # among the measure's lines
    line: Line


def line_columns(gains: Gains, wanted: Sequence[str] | None = None, measure: str | None = None) -> list[LineColumn]:
    """Lines of the reform's measures: those with detail, or the `wanted` of one measure."""
    return [
        LineColumn(f"{entry.name}.{line.name}", place, row, line)
        for place, entry in enumerate(gains.programme.measures)
        if entry.arm == REFORM and entry.alternative is None and measure in (None, entry.name)
        for row, line in enumerate(entry.measure.lines)
        if (line.detail if wanted is None else line.name in wanted)
    ]


class KeptLines:
    """The lines of a year that columns need, copied before the next measure's turn overwrites them."""

    def __init__(self, columns: Sequence[LineColumn], rows: int) -> None:
        self.values = np.zeros((len(columns), rows), np.int32)
        self._of_measure: dict[int, list[tuple[int, int]]] = {}
        for at, column in enumerate(columns):
            self._of_measure.setdefault(column.measure, []).append((at, column.row))

    def keep(self, measure: int, lines: np.ndarray, count: int) -> None:
        """Copy what is needed of a measure's int32 [lines, rows]."""
        for at, row in self._of_measure.get(measure, ()):
            self.values[at, :count] = lines[row, :count]


@dataclass(frozen=True)
class PersonYears:
    """Writes the person-years of a `share` of households into `folder`; comes after `gains` in what a run watches."""

    gains: Gains
    folder: Path
    years: range  # published
    share: float = 1.0

    @cached_property
    def person(self) -> tuple[PersonColumn, ...]:
        """What is told of each person."""
        columns = person_columns(self.gains.programme.sample.population)
        return tuple(columns[name] for name in PERSON_COLUMNS)

    @cached_property
    def gain_rows(self) -> tuple[int, ...]:
        """The rows of gains that are somebody's."""
        return tuple(len(PEOPLE_ROWS) + at for at, row in enumerate(self.gains.rows) if row.kind != KEY)

    @cached_property
    def gain_names(self) -> tuple[str, ...]:
        """The columns of gains, in the order of `gain_rows`: "measure.kind"."""
        rows = (self.gains.rows[at - len(PEOPLE_ROWS)] for at in self.gain_rows)
        return tuple(f"{row.measure}.{row.kind}" for row in rows)

    @cached_property
    def lines(self) -> tuple[LineColumn, ...]:
        """The columns of lines. Raises ValueError where a line is named as a gain is."""
        found = tuple(line_columns(self.gains))
        if twice := {column.name for column in found} & set(self.gain_names):
            raise ValueError(f"lines and gains of the same name: {sorted(twice)}")
        return found

    def watch(self, rows: int, before: Sequence[Any]) -> PersonYearsWatch:
        """A view for one thread."""
        return PersonYearsWatch(self, rows, next(watch for watch in before if isinstance(watch, GainWatch)))


class PersonYearsWatch:
    """One thread's writing, a block at a time."""

    def __init__(self, plan: PersonYears, rows: int, gained: GainWatch) -> None:
        self.plan = plan
        self.sums: tuple[np.ndarray, ...] = ()
        self._gained = gained
        gained.show()
        self._kept = KeptLines(plan.lines, rows)
        self._file: BlockFile | None = None
        self._names: Any = None
        self._chosen = np.zeros(0, bool)

    def begin(self, number: int, block: Block) -> None:
        people = block.people
        if number < 0:
            self._file = None
            return
        self._file = BlockFile(self.plan.folder, number)
        self._names = person_names(people.id, self.plan.gains.programme.sample.population.area_codes)
        self._chosen = chosen_people(people.id[people.household], self.plan.share)

    def measured(
        self, place: int, lines: np.ndarray, _held: np.ndarray, _room: Room, _effects: Effects, clock: Clock
    ) -> None:
        self._kept.keep(place, lines, clock.rows)

    def assessed(self, *_: Any) -> None:
        """Incomes are those that the gains have kept."""

    def year(self, people: People, groups: GroupKeys, clock: Clock) -> None:
        if self._file is None or clock.year not in self.plan.years:
            return
        count = clock.rows
        gains, lines = self._gained.values[list(self.plan.gain_rows), :count], self._kept.values[:, :count]
        here = (people.resident[:count] != 0) | (gains != 0).any(axis=0) | (lines != 0).any(axis=0)
        rows = np.flatnonzero(here & self._chosen[:count])
        if len(rows):
            seen = Seen(people, groups, self._gained, clock.year, clock.year_index, count)
            self._file.write(self._person(seen, rows) | self._money(gains, lines, rows))

    def end(self) -> None:
        if self._file is not None:
            self._file.close()

    def _person(self, seen: Seen, rows: np.ndarray) -> dict[str, pa.Array]:
        """Who the people in `rows` are, and whom each stands for."""
        people, years = seen.people, self.plan.years
        year = np.full(len(rows), years.index(seen.year))
        found = {
            "person": self._names.take(pa.array(rows)),
            "household": self._names.take(pa.array(people.household[rows])),
            "financial_year": labels(year, tuple(format_financial_year(one) for one in years)),
            "weight": pa.array(people.weight[rows] / (_THOUSANDTHS * self.plan.share)),
            "resident": pa.array(people.resident[rows] != 0),
        }
        for column in self.plan.person:
            if column.numbers is not None:
                found[column.name] = numbers(column.numbers(seen)[rows], column.whole)
            elif column.codes is not None:
                found[column.name] = labels(column.codes(seen)[rows], column.groups)
        return found

    def _money(self, gains: np.ndarray, lines: np.ndarray, rows: np.ndarray) -> dict[str, pa.Array]:
        """What the people in `rows` gain, and the measures' lines."""
        found = {name: pa.array(gains[at, rows] / _PENCE) for at, name in enumerate(self.plan.gain_names)}
        for at, column in enumerate(self.plan.lines):
            found[column.name] = units_of(lines[at, rows], column.line)
        return found


def units_of(values: np.ndarray, line: Line) -> pa.Array:
    """A line's values (int32 pence or counts) as a column: float64 pounds, or int32."""
    return pa.array(values / _PENCE if line.unit == "pence" else values.astype(np.int32))
