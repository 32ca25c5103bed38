"""A block's years: demography and work once for everybody, then each arm's measures, taxes and benefits.

Order of a year, which starts on 1 April: the demography of the twelve months before (deaths, departures, moves,
arrivals, families), then health, learning, work and pay, then in each arm each measure, what people have besides pay,
taxes and benefits, and their sums. Demography and everything in `people` is shared by all arms: a measure's arrays are
its own, and it sees people through read-only arrays.

A year is a few calls of compiled code: one that everybody lives through, one for each measure, one for each assessment.
Each is compiled by itself, so that a scenario with another set of measures compiles none again; calling them takes some
twenty microseconds of the milliseconds that a block's year takes, so threads still run at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np

from microsim.dynamics.means import Means
from microsim.engine.apart import (
    Apart,
    assess_those,
    put_back_of,
    put_in_place_of,
    set_apart_of,
    set_means_apart_of,
)
from microsim.engine.assessment import Boxes, Kept, entitlements_of, means_of, taxes_of
from microsim.engine.ledger import Ledger
from microsim.engine.second_round import Rises, raise_pay
from microsim.engine.tax_sums import Columns, Results, sums_of
from microsim.engine.turn import apply_measure
from microsim.engine.watch import Watch
from microsim.engine.year import Scratch, live_year
from microsim.kernels.boxed import boxed, opened
from microsim.kernels.jit import compile_driver, is_kept
from microsim.measures.contract import Clock, Effects, Room
from microsim.population.people import People
from microsim.taxes.scratch import TaxScratch


class ArmScratch(NamedTuple):
    """Room to work in for what the arms do one after the other, and the effects that each has had."""

    room: Room
    lines: np.ndarray  # int32 [lines of the largest measure, rows], of the last measure
    held: np.ndarray  # uint8 [lines], which of them hold anything
    effects: tuple[Effects, ...]  # of each arm
    spare: Effects  # for alternatives, whose effects nobody reads
    means: Means
    taxes: TaxScratch  # of the arm assessed last
    apart: Apart
    rises: Rises | None  # of pay in the second round

    @classmethod
    def make(cls, rows: int, lines: int, arms: int, compares: bool, rises: Rises | None = None) -> Self:
        """Room for blocks of `rows` rows, measures of up to `lines` lines and `arms` arms, of which some may be
        compared with the baseline (`compares`)."""
        effects = tuple(Effects.make(rows) for _ in range(arms))
        return cls(Room.make(rows), np.zeros((lines, rows), np.int32), np.zeros(lines, np.uint8), effects,
                   Effects.make(rows), Means.make(rows), TaxScratch.make(rows), Apart.make(rows if compares else 0),
                   rises)  # fmt: skip


class Step(NamedTuple):
    """A measure's turn in a year."""

    kind: str
    state: Any
    arm: int  # whose effects it reads and writes
    alternative: bool  # its effects are for nobody
    places: np.ndarray  # int64 [lines], where in the ledger; of a line without detail -1 less its place in the totals


class Assessment(NamedTuple):
    """An arm whose taxes and benefits are assessed."""

    arm: int
    rules: int  # 0 those of the baseline, 1 those of the reform


class Driver(NamedTuple):
    """The compiled parts of a year; of measures by kind."""

    live: Any
    means: Any
    entitlements: Any
    taxes: Any
    sums: Any
    set_apart: Any
    set_means_apart: Any
    put_in_place: Any
    put_back: Any
    measures: Mapping[str, Any]

    @classmethod
    def compiled(cls, measures: Mapping[str, tuple[Path, ...]]) -> Self:
        """The parts, from kept code where it is there; `measures` are the files of each kind of measure."""
        turns = {kind: compile_driver(apply_measure, files) for kind, files in measures.items()}
        return cls(**{name: compile_driver(part) for name, part in _PARTS.items()}, measures=turns)

    def only(self, part: str) -> Self:
        """This driver with one part or measure's turn, and nothing in place of the others: it compiles that alone."""
        parts = {name: getattr(self, name) if name == part else _nothing for name in _PARTS}
        turns = {kind: turn if kind == part else _nothing for kind, turn in self.measures.items()}
        return type(self)(**parts, measures=turns)


def _nothing(*_arguments: Any) -> int:
    """What stands for a part of the year that is left out: it has done something with no rows."""
    return 0


def missing_parts(assessments: int, measures: Mapping[str, tuple[Path, ...]]) -> list[str]:
    """The parts that a driver calls for so many assessments, and the kinds of `measures`, of which no compiled code is
    kept, dearest first."""
    called = [name for name in _PARTS if assessments > (name in _ASSESSED) + (name in _COMPARED) - 1]
    missing = [kind for kind, files in measures.items() if not is_kept(apply_measure, files)]
    missing += [name for name in called if not is_kept(_PARTS[name])]
    return sorted(missing, key=lambda name: _CHEAP.index(name) if name in _CHEAP else -1)


_PARTS: dict[str, Any] = {
    "live": live_year,
    "means": means_of,
    "entitlements": entitlements_of,
    "taxes": taxes_of,
    "sums": sums_of,
    "set_apart": set_apart_of,
    "set_means_apart": set_means_apart_of,
    "put_in_place": put_in_place_of,
    "put_back": put_back_of,
}


_COMPARED = ("set_apart", "set_means_apart", "put_in_place", "put_back")  # called where arms are compared
_ASSESSED = ("means", "entitlements", "taxes", "sums", *_COMPARED)  # called where taxes are worked out
_CHEAP = ("means", "entitlements", "sums", *_COMPARED)  # to compile


class Prepared(NamedTuple):
    """What is handed to compiled parts every year of a block, in boxes."""

    block: Boxes
    tables: Any
    means: tuple[Any, ...]  # rules by arm
    taxes: tuple[Any, ...]  # the same
    ledger: Any

    @classmethod
    def of(cls, people: Any, tables: Any, taxes: Any, arms: ArmScratch, ledger: Any) -> Self:
        """Of these; `people`, `tables` and `ledger` may be in boxes."""
        return cls(
            Boxes.of(people, arms.means, arms.taxes), boxed(tables), tuple(map(boxed, opened(tables).means)),
            tuple(map(boxed, taxes)), boxed(ledger),
        )  # fmt: skip


def live_block(
    driver: Driver,
    people: People,
    present: np.ndarray,
    tables: Any,
    taxes: Any,
    steps: Sequence[Step],
    assessments: Sequence[Assessment],
    keys: tuple[int, int],
    years: tuple[int, int],
    scratch: Scratch,
    arms: ArmScratch,
    ledger: Ledger,
    watches: Sequence[Watch] = (),
) -> None:
    """Live the rows of `people` from year index `years[0]` up to, not including, `years[1]`.

    `present` int64 [years + 1] are the rows present by each year, `taxes` the rules by arm (TaxTables), `keys` the
    seed and the replicate. Sums go into `ledger`; `watches` are shown what each step finds.
    """
    seen = people.read_only()
    changed = [arms.effects[arm] for arm in sorted({step.arm for step in steps})]  # those of others stay nothing
    people_box, tables_box, scratch_box, ledger_box = map(boxed, (people, tables, scratch, ledger))
    seen_box, room_box = (boxed(seen), boxed(arms.room)) if steps else (None, None)
    prepared = Prepared.of(people_box, tables_box, taxes, arms, ledger_box) if assessments else None
    for index in range(*years):
        already, count = int(present[index]), int(present[index + 1])
        driver.live(people_box, tables_box, keys, index, already, count, scratch_box, ledger_box)
        clock = Clock(tables.first_year + index, index, count, *keys)
        for effects in changed:
            effects.pay_change[:count] = 0.0
            effects.employer_fees[:count] = 0.0
            effects.training[:count] = 0.0
            effects.area[:count] = people.area[:count]
        for place, step in enumerate(steps):
            effects = arms.effects[step.arm]
            if step.alternative:
                for mine, theirs in zip(arms.spare, effects, strict=True):
                    mine[:count] = theirs[:count]
                effects = arms.spare
            driver.measures[step.kind](
                step.state, seen_box, clock, scratch.groups, room_box, effects, arms.lines, arms.held, step.places,
                ledger_box,
            )  # fmt: skip
            for watch in () if step.alternative else watches:
                watch.measured(place, arms.lines[: len(step.places)], arms.held, arms.room, effects, clock)
        if arms.rises is not None:
            raise_pay(arms.rises, arms.effects, people, clock)
        if prepared is not None:
            _assess_arms(
                driver, people, scratch.groups.age_sex, prepared, assessments, clock, arms, ledger, watches
            )  # fmt: skip
        for watch in watches:
            watch.year(seen, scratch.groups, clock)


def _assess_arms(
    driver: Driver, people: People, age_sex: np.ndarray, prepared: Prepared, assessments: Sequence[Assessment],
    clock: Clock, arms: ArmScratch, ledger: Ledger, watches: Sequence[Watch],
) -> None:  # fmt: skip
    """Taxes and benefits of every arm that could differ: of everybody under other rules than those before, else of the
    households whose pay is not the baseline's. With nobody, for the compiler, every part is called."""
    index, count = clock.year_index, clock.rows
    means, room, apart, baseline = arms.means, arms.taxes, arms.apart, arms.effects[0].pay_change
    columns, results, results_apart = Columns.of(people), Results.of(room), Results.of(apart.room)
    nobody, in_place, rules_now = apart.places.rows[:0], None, -1
    (people_box, means_box, room_box), apart_means = prepared.block, apart.boxes.means
    driver.means(people_box, age_sex, prepared.tables, means_box, index, count)
    for place, (arm, rules) in sorted(enumerate(assessments), key=lambda item: item[1].rules):
        if in_place is not None:
            driver.put_back(in_place, results, results_apart)
            in_place = None
        if rules != rules_now:
            driver.entitlements(people_box, age_sex, prepared.means[rules], means_box, index, count)
            driver.taxes(people_box, age_sex, means_box, prepared.taxes[rules], baseline, room_box, clock)
            alike = np.array([number for number, one in enumerate(assessments) if one.rules == rules])
            driver.sums(people_box, age_sex, room_box, alike, clock, prepared.ledger)
            rules_now = rules
        pay_change = arms.effects[arm].pay_change
        if arm and ((differs := pay_change[:count] != baseline[:count]).any() or not count):
            in_place = apart.set(driver, people_box, age_sex, differs)
            driver.set_means_apart(means_box, in_place, apart_means)
            assess_those(driver.taxes, prepared.taxes[rules], pay_change, in_place, apart, clock)
            sums = ledger.taxes[place, :, index], ledger.incomes[place, index], ledger.wide_incomes[place, index]
            driver.put_in_place(columns, in_place, results, results_apart, sums)
        for watch in watches:
            kept = Kept(nobody if in_place is None else in_place, apart.room.amounts) if rules == 0 else None
            watch.assessed(arm, people, means, room, clock, kept)
    if in_place is not None and not count:
        driver.put_back(in_place, results, results_apart)
