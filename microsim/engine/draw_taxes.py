"""Taxes and benefits of many draws over shared lives.

A draw's costing needs how the reform's sums differ from the baseline's. Where both arms have the same rules, that is
what households make of it in which somebody's pay changes: those alone are worked out, under the rules of the draw,
with the baseline's pay and with the draw's. Where the arms' rules differ, everybody is worked out under each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.means import Means
from microsim.dynamics.tables import MeansTables, Tables
from microsim.engine.apart import Apart, assess_those
from microsim.engine.driver import Driver
from microsim.engine.ledger import Ledger
from microsim.kernels.boxed import boxed
from microsim.measures.contract import Clock
from microsim.population.people import People
from microsim.taxes.scratch import TaxScratch
from microsim.taxes.tables import TaxTables

# As the place of an arm: that of the first one would write into people who has Universal Credit.
_PLACE = 1


class Rules(NamedTuple):
    """An arm's tax and benefit rules, and what people's means look up under them."""

    taxes: TaxTables
    means: MeansTables


class Assessed(NamedTuple):
    """Pay as one turn leaves it, taxed under some rules."""

    rules: int
    turn: int


class TaxPlan(NamedTuple):
    """What is to be worked out: pay under rules, and places of the rules under which everybody is."""

    rules: tuple[Rules, ...]
    assessed: tuple[Assessed, ...]
    everybody: frozenset[int]


class DrawTaxes:
    """One thread's sums [.., TAX_LINES, years, ...]: of everybody under each rules, and what each pay adds to them."""

    def __init__(self, plan: TaxPlan, tables: Tables, driver: Driver, years: int, rows: int) -> None:
        self.plan, self.tables, self.driver = plan, boxed(tables), driver
        self.rules = [Rules(boxed(rules.taxes), boxed(rules.means)) for rules in plan.rules]
        self.scratch = Ledger.empty(0, 0, 2, years, 1)  # of which the taxes of one arm are used, a sum at a time
        rows_of_all = rows if plan.everybody else 0
        shape = self.scratch.taxes.shape[1:]
        self.of_everybody = np.zeros((max(len(plan.rules), 1), *shape), np.int64)
        self.differences = np.zeros((len(plan.assessed), *shape), np.int64)
        self.means, self.room = boxed(Means.make(rows_of_all)), boxed(TaxScratch.make(rows_of_all))
        self.apart = Apart.make(rows if plan.assessed else 0)
        self.difference = TaxScratch.make(rows if plan.assessed else 0)
        self.box_of_difference, self.box_of_scratch = boxed(self.difference), boxed(self.scratch)
        self.people: Any = None  # of the block, in a box

    def begin(self, people: People) -> None:
        """A block is about to be lived."""
        self.people = boxed(people)

    def year(
        self, age_sex: np.ndarray, baseline_pay: np.ndarray, pay: Mapping[int, np.ndarray],
        clock: Clock, compiling: bool,
    ) -> None:  # fmt: skip
        """Add a block's year: `pay` are changes of pay by turn. With `compiling` every part is called, on nobody."""
        rows = self._set_apart(age_sex, baseline_pay, pay, clock)
        if self.plan.everybody:
            self.driver.means(self.people, age_sex, self.tables, self.means, clock.year_index, clock.rows)
        for place, rules in enumerate(self.rules):
            if place in self.plan.everybody:
                self._everybody(place, rules, age_sex, baseline_pay, clock)
            mine = [at for at, one in enumerate(self.plan.assessed) if one.rules == place]
            if mine and (len(rows) or compiling):
                self._differences(mine, rules, rows, baseline_pay, pay, clock)

    def _set_apart(
        self, age_sex: np.ndarray, baseline_pay: np.ndarray, pay: Mapping[int, np.ndarray], clock: Clock
    ) -> np.ndarray:
        """Set apart all households in which anybody's pay changes in any draw; their rows."""
        count = clock.rows
        changed = np.zeros(count, np.bool_)
        for its in pay.values():
            changed |= its[:count] != baseline_pay[:count]
        apart = self.apart
        if not pay:
            return apart.places.rows[:0]
        rows = apart.set(self.driver, self.people, age_sex, changed)
        small, means, _ = apart.boxes
        self.driver.means(small, apart.age_sex, self.tables, means, clock.year_index, len(rows))
        return rows

    def _everybody(self, place: int, rules: Rules, age_sex: np.ndarray, baseline_pay: np.ndarray, clock: Clock) -> None:
        """Everybody's taxes and benefits under some rules with the baseline's pay."""
        self.driver.entitlements(self.people, age_sex, rules.means, self.means, clock.year_index, clock.rows)
        self.driver.taxes(self.people, age_sex, self.means, rules.taxes, baseline_pay, self.room, clock)
        self.of_everybody[place, :, clock.year_index] += self._sums(self.people, age_sex, self.room, clock)

    def _differences(
        self, mine: Sequence[int], rules: Rules, rows: np.ndarray, baseline_pay: np.ndarray,
        pay: Mapping[int, np.ndarray], clock: Clock,
    ) -> None:  # fmt: skip
        """What each pay adds under some rules to the sums with the baseline's pay."""
        apart, number, taxes = self.apart, len(rows), self.driver.taxes
        small = clock._replace(rows=number)
        people, means, _ = apart.boxes
        self.driver.entitlements(people, apart.age_sex, rules.means, means, clock.year_index, number)
        assess_those(taxes, rules.taxes, baseline_pay, rows, apart, clock)
        before = apart.room.amounts[:, :number].copy()
        last: tuple[np.ndarray, np.ndarray] | None = None  # the pay taxed last, and the difference that it makes
        for at in mine:
            its = pay[self.plan.assessed[at].turn][rows]
            if last is None or not np.array_equal(its, last[0]):
                assess_those(taxes, rules.taxes, pay[self.plan.assessed[at].turn], rows, apart, clock)
                np.subtract(apart.room.amounts[:, :number], before, out=self.difference.amounts[:, :number])
                last = its, self._sums(people, apart.age_sex, self.box_of_difference, small)
            self.differences[at, :, clock.year_index] += last[1]

    def _sums(self, people: Any, age_sex: np.ndarray, room: Any, clock: Clock) -> np.ndarray:
        """The sums of taxes and benefits of some people in the year; `people` and `room` are in boxes."""
        self.driver.sums(people, age_sex, room, np.array([_PLACE]), clock, self.box_of_scratch)
        part = self.scratch.taxes[_PLACE, :, clock.year_index]
        sums = part.copy()
        part[:] = 0
        return sums
