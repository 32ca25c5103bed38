"""Taxes and benefits of many draws over shared lives.

A draw's costing needs how the reform's sums differ from the baseline's. Where both arms have the same rules, that is
what households make of it in which somebody's pay changes: those alone are worked out, under the rules of the draw,
with the baseline's pay and with the draw's. Where the arms' rules differ, everybody is worked out under each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from microsim.dynamics.means import Means
from microsim.dynamics.tables import MeansTables, Tables
from microsim.engine.assessment import Apart, assess_those, rows_of_homes, set_apart
from microsim.engine.driver import Driver
from microsim.engine.ledger import Ledger
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
        self.plan, self.tables, self.driver = plan, tables, driver
        self.scratch = Ledger.empty(0, 0, 2, years, 1)  # of which the taxes of one arm are used, a sum at a time
        rows_of_all = rows if plan.everybody else 0
        shape = self.scratch.taxes.shape[1:]
        self.of_everybody = np.zeros((max(len(plan.rules), 1), *shape), np.int64)
        self.differences = np.zeros((len(plan.assessed), *shape), np.int64)
        self.means, self.room = Means.make(rows_of_all), TaxScratch.make(rows_of_all)
        self.apart = Apart.make(rows if plan.assessed else 0)
        self.difference = TaxScratch.make(rows if plan.assessed else 0)

    def year(
        self, people: People, age_sex: np.ndarray, baseline_pay: np.ndarray, pay: Mapping[int, np.ndarray],
        clock: Clock, compiling: bool,
    ) -> None:  # fmt: skip
        """Add a block's year: `pay` are changes of pay by turn. With `compiling` every part is called, on nobody."""
        rows = self._set_apart(people, age_sex, baseline_pay, pay, clock)
        if self.plan.everybody:
            self.driver.means(people, age_sex, self.tables, self.means, clock.year_index, clock.rows)
        for place, rules in enumerate(self.plan.rules):
            if place in self.plan.everybody:
                self._everybody(place, rules, people, age_sex, baseline_pay, clock)
            mine = [at for at, one in enumerate(self.plan.assessed) if one.rules == place]
            if mine and (len(rows) or compiling):
                self._differences(mine, rules, rows, baseline_pay, pay, clock)

    def _set_apart(
        self, people: People, age_sex: np.ndarray, baseline_pay: np.ndarray, pay: Mapping[int, np.ndarray], clock: Clock
    ) -> np.ndarray:
        """Set apart all households in which anybody's pay changes in any draw; their rows."""
        count = clock.rows
        changed = np.zeros(count, np.bool_)
        for its in pay.values():
            changed |= its[:count] != baseline_pay[:count]
        rows = rows_of_homes(people, np.flatnonzero(changed), count)
        if pay:
            set_apart(people, age_sex, rows, self.apart, count)
            apart = self.apart
            self.driver.means(apart.people, apart.age_sex, self.tables, apart.means, clock.year_index, len(rows))
        return rows

    def _everybody(
        self, place: int, rules: Rules, people: People, age_sex: np.ndarray, baseline_pay: np.ndarray, clock: Clock
    ) -> None:
        """Everybody's taxes and benefits under some rules with the baseline's pay."""
        self.driver.entitlements(people, age_sex, rules.means, self.means, clock.year_index, clock.rows)
        self.driver.taxes(people, age_sex, self.means, rules.taxes, baseline_pay, self.room, clock)
        self.of_everybody[place, :, clock.year_index] += self._sums(people, age_sex, self.room, clock)

    def _differences(
        self, mine: Sequence[int], rules: Rules, rows: np.ndarray, baseline_pay: np.ndarray,
        pay: Mapping[int, np.ndarray], clock: Clock,
    ) -> None:  # fmt: skip
        """What each pay adds under some rules to the sums with the baseline's pay."""
        apart, number, taxes = self.apart, len(rows), self.driver.taxes
        small = clock._replace(rows=number)
        self.driver.entitlements(apart.people, apart.age_sex, rules.means, apart.means, clock.year_index, number)
        assess_those(taxes, rules.taxes, baseline_pay, rows, apart, clock)
        before = apart.room.amounts[:, :number].copy()
        last: tuple[np.ndarray, np.ndarray] | None = None  # the pay taxed last, and the difference that it makes
        for at in mine:
            its = pay[self.plan.assessed[at].turn][rows]
            if last is None or not np.array_equal(its, last[0]):
                assess_those(taxes, rules.taxes, pay[self.plan.assessed[at].turn], rows, apart, clock)
                np.subtract(apart.room.amounts[:, :number], before, out=self.difference.amounts[:, :number])
                last = its, self._sums(apart.people, apart.age_sex, self.difference, small)
            self.differences[at, :, clock.year_index] += last[1]

    def _sums(self, people: People, age_sex: np.ndarray, room: TaxScratch, clock: Clock) -> np.ndarray:
        """The sums of taxes and benefits of some people in the year."""
        self.driver.sums(people, age_sex, room, _PLACE, clock, self.scratch)
        part = self.scratch.taxes[_PLACE, :, clock.year_index]
        sums = part.copy()
        part[:] = 0
        return sums
