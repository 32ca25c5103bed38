"""Who gains: what every person and household gains in the reform over the baseline, collected year by year.

Each row of gains is a measure's and of a kind: `in_kind`, `cash` and `employer` as the measure says whom its lines
reach (see `Gain`), and `exchequer`, the effect on public finances of what belongs to people. Changes of pay, taxes and
benefits are rows of their own: `cash` is the change of people's parts of household net income. Groups are those of the
baseline, in which a person is the same in both arms: the area is where the person lives in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np

from microsim.dynamics.means import Means
from microsim.engine import gain_sums, lifetimes
from microsim.engine.assessment import Kept
from microsim.engine.gain_sums import GainSums
from microsim.engine.groups import Breakdown, family_types, gain_breakdowns
from microsim.engine.ledger import GroupKeys
from microsim.engine.lifetimes import COHORT_YEARS, COUNTED, PEOPLE_LIFE_ROWS, TERMS, LifeRow, LifetimeSums, Lives
from microsim.engine.run import BASELINE, REFORM, ArmMeasure, Programme
from microsim.kernels.jit import compile_driver
from microsim.measures.contract import Clock, Effects, LifetimeLine, LifetimeRatio
from microsim.population.blocks import Block
from microsim.population.columns import RANDOM_GROUPS
from microsim.population.people import ENTRY_AGE, LAST_AGE, People
from microsim.taxes.scratch import TaxScratch

Kind = Literal["exchequer", "cash", "in_kind", "employer", "key"]
# Rows before those of the measures: what gains are set against.
ADULTS, EVERYBODY, HOUSEHOLDS, NET_INCOME = range(4)
PEOPLE_ROWS = ("adults", "people", "households", "net_income")


class GainRow(NamedTuple):
    """What a row of gains is."""

    measure: str  # the name it has in the scenario, or `tax_name` of the watching
    kind: Kind
    line: str = ""  # of a key: the line of the reform by which national money of other lines is shared


@dataclass(frozen=True)
class Gains:
    """Collects who gains in a programme's reform; `counted` says for each year lived whether lifetimes count it,
    `worth` float64 [TERMS, years] is what a pound of each year is worth in each of the terms of lifetimes."""

    programme: Programme
    tax_name: str
    counted: Sequence[bool]
    worth: np.ndarray

    @cached_property
    def breakdowns(self) -> tuple[Breakdown, ...]:
        """Those that are kept by random group, in order."""
        return gain_breakdowns(self.programme.sample.population)

    @cached_property
    def offsets(self) -> np.ndarray:
        """Where the groups of each breakdown start among all cells, and the number of cells: int64."""
        return np.cumsum([0, *(len(one.groups) for one in self.breakdowns)])

    @cached_property
    def groupings(self) -> tuple[str, ...]:
        """The groupings that breakdowns are made from."""
        return tuple(dict.fromkeys(one.grouping for one in self.breakdowns))

    def cell_tables(self) -> tuple[np.ndarray, np.ndarray]:
        """The grouping of each breakdown, int64, and by breakdown and key the first of a group's cells, uint32."""
        longest = max(one.member.shape[1] for one in self.breakdowns)
        tables = np.zeros((len(self.breakdowns), longest), np.uint32)
        for place, one in enumerate(self.breakdowns):
            tables[place, : one.member.shape[1]] = (self.offsets[place] + one.member[0]) * RANDOM_GROUPS
        return np.array([self.groupings.index(one.grouping) for one in self.breakdowns]), tables

    @cached_property
    def rows(self) -> tuple[GainRow, ...]:
        """Every row after those of PEOPLE_ROWS."""
        found = []
        for entry in self._entries:
            if entry is not None:
                found.append(GainRow(entry.name, "exchequer"))
                found += [GainRow(entry.name, gain.kind) for gain in entry.measure.gains]
            if entry is not None and entry.arm == REFORM and entry.measure.national is not None:
                found += [GainRow(entry.name, "key", line.shared_by) for line in entry.measure.lines if line.shared_by]
        if self.reform_is_assessed:
            found += [GainRow(self.tax_name, "exchequer"), GainRow(self.tax_name, "cash")]
        return tuple(dict.fromkeys(found))

    @cached_property
    def lifetime_lines(self) -> tuple[tuple[str, LifetimeLine], ...]:
        """Lines followed over each life in the reform, with the measure's name."""
        entries = (entry for entry in self._entries if entry is not None and entry.arm == REFORM)
        return tuple((entry.name, line) for entry in entries for line in entry.measure.lifetime)

    @property
    def lifetime_ratios(self) -> tuple[tuple[str, LifetimeRatio], ...]:
        """Quotients of those lines, with the measure's name."""
        entries = (entry for entry in self._entries if entry is not None and entry.arm == REFORM)
        return tuple((entry.name, ratio) for entry in entries for ratio in entry.measure.lifetime_ratios)

    @cached_property
    def life_rows(self) -> tuple[LifeRow, ...]:
        """Every row of the sums over lives: gains by measure, then lines that measures follow."""
        found = list(PEOPLE_LIFE_ROWS)
        for row in self.rows:
            if row.kind in ("cash", "in_kind"):
                found += [LifeRow(row.measure, row.kind, term) for term in TERMS]
        for name, followed in self.lifetime_lines:
            parts = COUNTED if followed.how == "count" else TERMS if self._is_money(name, followed) else ("",)
            found += [LifeRow(name, followed.name, part) for part in parts]
        return tuple(found)

    def _is_money(self, name: str, followed: LifetimeLine) -> bool:
        """Whether the sum of a line over lives is one of money."""
        lines = next(entry.measure.lines for entry in self._entries if entry is not None and entry.name == name)
        return followed.how == "sum" and any(line.name == followed.line and line.unit == "pence" for line in lines)

    def life_part(self, measure: str, item: str) -> slice:
        """Where the parts of an item stand among the rows of lives."""
        places = [place for place, row in enumerate(self.life_rows) if row[:2] == (measure, item)]
        return slice(places[0], places[-1] + 1)

    @property
    def cohorts(self) -> range:
        """The first birth year of each group of birth cohorts."""
        years = self.programme.sample.years
        oldest = (years[0] - LAST_AGE - 1) // COHORT_YEARS * COHORT_YEARS
        return range(oldest, years[-1] - ENTRY_AGE, COHORT_YEARS)

    @property
    def reform_is_assessed(self) -> bool:
        """Whether the reform can change taxes, benefits or pay."""
        return self.programme.assessed(REFORM) > 0

    @property
    def _entries(self) -> tuple[ArmMeasure | None, ...]:
        """The programme's measures; None in place of those of other arms and of other choices."""
        return tuple(
            entry if entry.arm in (BASELINE, REFORM) and entry.alternative is None else None
            for entry in self.programme.measures
        )

    def place(self, measure: str, kind: Kind, line: str = "") -> int:
        """The row of a measure's gain among all rows, those of PEOPLE_ROWS included."""
        return len(PEOPLE_ROWS) + self.rows.index(GainRow(measure, kind, line))

    def rows_of(self, kind: Kind) -> np.ndarray:
        """The rows of a kind among all, int64."""
        return np.array([place for place, row in enumerate(self.rows, len(PEOPLE_ROWS)) if row.kind == kind], np.int64)

    def signs(self) -> tuple[np.ndarray | None, ...]:
        """For each of the programme's measures what each line adds to each row: int64 [rows, lines]."""
        found: list[np.ndarray | None] = []
        for entry in self._entries:
            if entry is None:
                found.append(None)
                continue
            lines = {line.name: place for place, line in enumerate(entry.measure.lines)}
            sign = np.zeros((len(PEOPLE_ROWS) + len(self.rows), len(lines)), np.int64)
            for line in entry.measure.lines:
                sign[self.place(entry.name, "exchequer"), lines[line.name]] = line.sign
            for gain in entry.measure.gains:
                row = sign[self.place(entry.name, gain.kind)]
                row[[lines[name] for name in gain.more]] += 1
                row[[lines[name] for name in gain.less]] -= 1
            for key in self.rows:
                if entry.arm == REFORM and key.measure == entry.name and key.kind == "key":
                    sign[self.place(*key), lines[key.line]] = 1
            found.append(sign if entry.arm == REFORM else -sign)
        return tuple(found)

    def empty(self) -> tuple[np.ndarray, ...]:
        """No sums yet: the arrays of GainSums and then those of LifetimeSums."""
        sample = self.programme.sample
        rows = len(PEOPLE_ROWS) + len(self.rows)
        sums = GainSums.empty(rows, len(sample.years), int(self.offsets[-1]), len(sample.population.area_codes))
        return (*sums, *LifetimeSums.empty(len(self.life_rows), len(self.cohorts)))

    def watch(self, rows: int, _before: Sequence[Any] = ()) -> GainWatch:
        """A view for one thread."""
        return GainWatch(self, rows)


def split(sums: tuple[np.ndarray, ...]) -> tuple[GainSums, LifetimeSums]:
    """The sums of a watching, named."""
    number = len(GainSums._fields)
    return GainSums(*sums[:number]), LifetimeSums(*sums[number:])


class GainWatch:
    """One thread's collection. Arrays are those of the year just lived, a value for each row of the block."""

    def __init__(self, gains: Gains, rows: int) -> None:
        self.gains = gains
        self.sums = gains.empty()
        self.gain_sums, self.lifetime_sums = split(self.sums)
        self.values = np.zeros((len(PEOPLE_ROWS) + len(gains.rows), rows), np.int64)  # pence, or counts of people
        self.own_income = np.zeros(rows, np.int64)  # pence, each person's part of the household's, in the baseline
        self.income = np.zeros(rows, np.int64)  # pence, net income of the household on the head's row, in the baseline
        self.equivalised = np.zeros(rows)  # pounds, of the household, in the baseline
        self.scale = np.ones(rows)  # of equivalence, on the head's row
        self.cash = np.zeros(rows, np.int64)  # pence
        self.in_kind = np.zeros(rows, np.int64)  # pence
        self.taxes: np.ndarray | None = None  # pence [TAX_LINES, rows] of the baseline, where rules change
        self.over_pension_age = np.zeros(rows, np.float32)
        self.family_type = np.zeros(rows, np.uint32)
        self.young = np.zeros(rows, np.uint8)
        self.keys = np.zeros((len(gains.groupings), rows), np.uint32)
        self.cells = np.zeros((rows, len(gains.breakdowns)), np.uint32)
        self.bins = np.zeros(rows, np.uint32)
        self.wide = np.zeros(rows, np.uint32)
        self.households = np.zeros((2, rows), np.int64)
        self.lives = Lives.make(rows, len(gains.life_rows))
        self.people: People | None = None
        self._open = -1  # the year whose values these are
        self._signs = gains.signs()
        self._rows_of = {kind: gains.rows_of(kind) for kind in ("cash", "in_kind")}
        self._key_of, self._cell_tables = gains.cell_tables()
        names = (
            "find_income_bins", "describe_people", "collect", "net_incomes_of_people", "add_rows", "add_tax_changes",
            "find_cells", "add_gains", "add_changes",
        )  # fmt: skip
        self._compiled = {name: compile_driver(getattr(gain_sums, name)) for name in names}
        self._family_types = compile_driver(family_types)
        self._worth = np.ascontiguousarray(gains.worth.T)
        self._money = tuple(
            (gains.place(*row), gains.life_part(row.measure, row.kind))
            for row in gains.rows
            if row.kind in ("cash", "in_kind")
        )
        of_lives = ("follow_line", "add_year", "add_money", "count_lives", "add_lives")
        self._of_lives = {name: compile_driver(getattr(lifetimes, name)) for name in of_lives}

    def begin(self, _number: int, block: Block) -> None:
        self.people, self._open = block.people, -1
        lifetimes.forget(self.lives)

    def measured(self, place: int, lines: np.ndarray, _effects: Effects, clock: Clock) -> None:
        entry, signs = self.gains.programme.measures[place], self._signs[place]
        if signs is None:
            return
        self._start(clock)
        self._compiled["collect"](lines, signs, self.values, clock.rows)
        if entry.arm == REFORM and self.gains.counted[clock.year_index]:
            self._follow_lines(entry, lines, clock)

    def _follow_lines(self, entry: ArmMeasure, lines: np.ndarray, clock: Clock) -> None:
        names = [line.name for line in entry.measure.lines]
        for followed in entry.measure.lifetime:
            line = lines[names.index(followed.line)]
            part = self.gains.life_part(entry.name, followed.name)
            received = self.lives.received[part]
            if self.gains.life_rows[part.start].part in TERMS:
                self._of_lives["add_money"](line, self._worth[clock.year_index], received, clock.rows)
            else:
                self._of_lives["follow_line"](line, followed.how == "ever", received[0], clock.rows)

    def assessed(
        self, arm: int, people: People, means: Means, room: TaxScratch, clock: Clock, before: Kept | None
    ) -> None:
        self._start(clock)
        count, arms = clock.rows, self.gains.programme.arms
        if arms[arm] == BASELINE:
            self._compiled["net_incomes_of_people"](room.amounts, self.own_income, count)
            self.income[:count] = room.household_income[:count]
            self.equivalised[:count] = room.equivalised[:count]
            self.scale[:count] = room.scale[:count]
            self.over_pension_age[:count] = means.over_pension_age[:count]
            if self.gains.programme.taxes.arms > 1:
                self.taxes = room.amounts[:, :count].copy()
        elif arms[arm] == REFORM:
            rows, amounts = (np.arange(count), self.taxes) if before is None else (before.rows, before.amounts)
            exchequer, cash = (self.gains.place(self.gains.tax_name, kind) for kind in ("exchequer", "cash"))
            self._compiled["add_tax_changes"](
                room.amounts, amounts, rows, self.own_income, self.values[cash], self.values[exchequer]
            )  # fmt: skip

    def year(self, people: People, groups: GroupKeys, clock: Clock) -> None:
        self._start(clock)
        count, index, compiled = clock.rows, clock.year_index, self._compiled
        compiled["describe_people"](people, self.own_income, self.values, count)
        self._family_types(people, groups.age_sex, self.over_pension_age, self.young, self.family_type, count)
        self._find_cells(people, groups, count)
        compiled["find_income_bins"](people, self.equivalised, self.bins, self.wide, count)
        for kind, total in (("cash", self.cash), ("in_kind", self.in_kind)):
            compiled["add_rows"](self.values, self._rows_of[kind], total, count)
        compiled["add_gains"](
            self.values, people.weight, people.area, self.cells, self.bins, self.wide, self.gain_sums, index, count
        )  # fmt: skip
        compiled["add_changes"](
            people, self.income, self.equivalised, self.scale, self.cash, self.in_kind, self.bins, self.wide,
            self.households, self.gain_sums, index, count,
        )  # fmt: skip
        if self.gains.counted[index]:
            earnings = float(self.gains.programme.tables.earnings.growth[index])
            self._of_lives["add_year"](
                people, self.equivalised, self.cash, self.in_kind, self.lives, earnings, count
            )  # fmt: skip
            for place, part in self._money:
                received = self.lives.received[part]
                self._of_lives["add_money"](self.values[place], self._worth[index], received, count)

    def end(self) -> None:
        assert self.people is not None
        for name, followed in self.gains.lifetime_lines:
            if followed.how == "count":
                self._of_lives["count_lives"](self.lives.received[self.gains.life_part(name, followed.name)])
        cohorts = self.gains.cohorts
        self._of_lives["add_lives"](self.people, self.lives, self.lifetime_sums, cohorts[0], COHORT_YEARS)

    def _start(self, clock: Clock) -> None:
        """Clear the values of the year before, once."""
        if self._open != clock.year_index:
            self._open = clock.year_index
            self.values[len(PEOPLE_ROWS) :, : clock.rows] = 0

    def _find_cells(self, people: People, groups: GroupKeys, count: int) -> None:
        """Write each person's group of every breakdown by random group."""
        keys = people._asdict() | groups._asdict() | {"family_type": self.family_type}
        for place, name in enumerate(self.gains.groupings):
            self.keys[place, :count] = keys[name][:count]
        self._compiled["find_cells"](
            self.keys, self._key_of, self._cell_tables, people.random_group, self.cells, count
        )  # fmt: skip
