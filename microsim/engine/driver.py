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
from microsim.engine.assessment import (
    Apart,
    assess_those,
    changed_rows,
    entitlements_of,
    means_of,
    put_back,
    put_in_place,
    set_apart,
    set_means_apart,
    sums_of,
    taxes_of,
)
from microsim.engine.ledger import Ledger
from microsim.engine.second_round import Rises, raise_pay
from microsim.engine.turn import apply_measure
from microsim.engine.watch import Watch
from microsim.engine.year import Scratch, live_year
from microsim.kernels.jit import compile_driver
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
    measures: Mapping[str, Any]

    @classmethod
    def compiled(cls, measures: Mapping[str, tuple[Path, ...]]) -> Self:
        """The parts, from kept code where it is there; `measures` are the files of each kind of measure."""
        turns = {kind: compile_driver(apply_measure, files) for kind, files in measures.items()}
        return cls(
            compile_driver(live_year), compile_driver(means_of), compile_driver(entitlements_of),
            compile_driver(taxes_of), compile_driver(sums_of), turns,
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
    for index in range(*years):
        already, count = int(present[index]), int(present[index + 1])
        driver.live(people, tables, keys, index, already, count, scratch, ledger)
        clock = Clock(tables.first_year + index, index, count, *keys)
        for effects in arms.effects if steps or assessments else ():
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
                step.state, seen, clock, scratch.groups, arms.room, effects, arms.lines, arms.held, step.places, ledger
            )  # fmt: skip
            for watch in () if step.alternative else watches:
                watch.measured(place, arms.lines[: len(step.places)], effects, clock)
        if arms.rises is not None:
            raise_pay(arms.rises, arms.effects, people, clock)
        if assessments:
            _assess_arms(
                driver, people, scratch.groups.age_sex, tables, taxes, assessments, clock, arms, ledger, watches
            )  # fmt: skip
        for watch in watches:
            watch.year(seen, scratch.groups, clock)


def _assess_arms(
    driver: Driver, people: People, age_sex: np.ndarray, tables: Any, taxes: Any, assessments: Sequence[Assessment],
    clock: Clock, arms: ArmScratch, ledger: Ledger, watches: Sequence[Watch],
) -> None:  # fmt: skip
    """Taxes and benefits of every arm that could differ: of everybody under other rules than those before, else of the
    households whose pay is not the baseline's."""
    index, count = clock.year_index, clock.rows
    means, room, baseline = arms.means, arms.taxes, arms.effects[0].pay_change
    driver.means(people, age_sex, tables, means, index, count)
    kept, rules_now = None, -1
    for place, (arm, rules) in sorted(enumerate(assessments), key=lambda item: item[1].rules):
        pay_change = arms.effects[arm].pay_change
        if kept is not None:
            put_back(room, kept)
            kept = None
        if rules != rules_now:
            driver.entitlements(people, age_sex, tables.means[rules], means, index, count)
            driver.taxes(people, age_sex, means, taxes[rules], baseline, room, clock)
            rules_now = rules
        rows = changed_rows(people, baseline, pay_change, count)
        if len(rows):
            set_apart(people, age_sex, rows, arms.apart, count)
            set_means_apart(means, rows, arms.apart)
            assess_those(driver.taxes, taxes[rules], pay_change, rows, arms.apart, clock)
        kept = put_in_place(room, rows, arms.apart.room)
        driver.sums(people, age_sex, room, place, clock, ledger)
        for watch in watches:
            watch.assessed(arm, people, means, room, clock, kept if rules == 0 else None)
