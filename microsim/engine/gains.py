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

from microsim.engine.gain_sums import GainSums, KeptSums
from microsim.engine.gain_watch import GainWatch
from microsim.engine.groups import Breakdown, gain_breakdowns
from microsim.engine.joined import Together, join, starts
from microsim.engine.lifetimes import COHORT_YEARS, COUNTED, PEOPLE_LIFE_ROWS, TERMS, LifeRow, LifetimeSums, pack
from microsim.engine.run import BASELINE, REFORM, ArmMeasure, Programme
from microsim.measures.contract import LifetimeLine, LifetimeRatio
from microsim.population.people import ENTRY_AGE, LAST_AGE

Kind = Literal["exchequer", "cash", "in_kind", "employer", "key"]
# Rows before those of the measures: what gains are set against.
ADULTS, EVERYBODY, HOUSEHOLDS, NET_INCOME = range(4)
PEOPLE_ROWS = ("adults", "people", "households", "net_income")
_WHOLLY, _FEW = 512, 64  # most classes of breakdowns that are kept together


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
    def of_people(self) -> tuple[Together, ...]:
        """Breakdowns as they are joined for what gains are set against: wholly, as everybody is added there."""
        return join(self.breakdowns, _WHOLLY)

    @cached_property
    def of_gains(self) -> tuple[Together, ...]:
        """Breakdowns as they are joined for gains, of which there are more rows, and fewer to add."""
        return join(self.breakdowns, _FEW)

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

    @cached_property
    def life_places(self) -> tuple[tuple[int, int], ...]:
        """The pack of each row of lives, and its place there."""
        return pack(self.life_rows)

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

    @property
    def tax_lists(self) -> np.ndarray:
        """The places among `rows` of what changes of taxes and benefits give, cash and the effect on the Exchequer:
        int64, empty where they do not change."""
        rows = (GainRow(self.tax_name, kind) for kind in ("cash", "exchequer"))
        return np.array([self.rows.index(row) for row in rows if self.reform_is_assessed], np.int64)

    def signs(self) -> tuple[np.ndarray | None, ...]:
        """For each of the programme's measures what each line adds to each of `rows`: int64 [rows, lines]."""
        found: list[np.ndarray | None] = []
        for entry in self._entries:
            if entry is None:
                found.append(None)
                continue
            lines = {line.name: place for place, line in enumerate(entry.measure.lines)}
            sign = np.zeros((len(self.rows), len(lines)), np.int64)
            for line in entry.measure.lines:
                sign[self.rows.index(GainRow(entry.name, "exchequer")), lines[line.name]] = line.sign
            for gain in entry.measure.gains:
                row = sign[self.rows.index(GainRow(entry.name, gain.kind))]
                row[[lines[name] for name in gain.more]] += 1
                row[[lines[name] for name in gain.less]] -= 1
            for at, key in enumerate(self.rows):
                if entry.arm == REFORM and key.measure == entry.name and key.kind == "key":
                    sign[at, lines[key.line]] = 1
            found.append(sign if entry.arm == REFORM else -sign)
        return tuple(found)

    def empty(self) -> tuple[np.ndarray, ...]:
        """No sums yet: the arrays of KeptSums and then those of LifetimeSums."""
        sample = self.programme.sample
        classes = int(starts(self.of_people)[-1]), int(starts(self.of_gains)[-1])
        sums = KeptSums.empty(len(self.rows), len(sample.years), classes, len(sample.population.area_codes))
        return (*sums, *LifetimeSums.kept(self.life_places[-1][0] + 1, len(self.cohorts)))

    def published(self, sums: tuple[np.ndarray, ...]) -> tuple[GainSums, LifetimeSums]:
        """The sums of a watching as they are published."""
        number = len(KeptSums._fields)
        kept = KeptSums(*sums[:number]).unfolded(self.of_people, self.of_gains, self.offsets)
        return kept, LifetimeSums(*sums[number:]).published(self.life_places)

    def watch(self, rows: int, _before: Sequence[Any] = ()) -> GainWatch:
        """A view for one thread."""
        return GainWatch(self, rows)
