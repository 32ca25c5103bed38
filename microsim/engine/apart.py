"""Households whose pay an arm changes, worked out apart from everybody else.

Taxes and benefits are worked out household by household. An arm with the same rules differs from the baseline only in
households in which somebody's pay changes: those alone are worked out again, and put in the places of the baseline's.
The `..._of` functions are compiled, each by itself.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np

from microsim.dynamics.means import Means
from microsim.engine.assessment import Boxes
from microsim.engine.tax_sums import add_changes
from microsim.kernels.boxed import boxed, opened
from microsim.kernels.jit import kernel
from microsim.measures.contract import Clock
from microsim.population.people import NOBODY, People
from microsim.taxes.scratch import TaxScratch


class Places(NamedTuple):
    """Which rows of a block are set apart."""

    rows: np.ndarray  # int64, where they stand in the block, in order
    place: np.ndarray  # int32, for each row of the block, where it stands among them
    heads: np.ndarray  # uint8, for each row of the block, whether it heads a household of theirs

    @classmethod
    def make(cls, rows: int) -> Self:
        """Room for blocks of `rows` rows."""
        return cls(np.zeros(rows, np.int64), np.zeros(rows, np.int32), np.zeros(rows, np.uint8))


class Apart(NamedTuple):
    """Room for the households whose pay changes, as a small block of their own."""

    people: People
    means: Means
    age_sex: np.ndarray  # uint32
    pay_change: np.ndarray  # float32
    room: TaxScratch
    places: Places
    boxes: Boxes  # of people, means and room
    box_of_places: Any

    @classmethod
    def make(cls, rows: int) -> Self:
        """Room for as many as there are in a block of `rows` rows."""
        people, means, room, places = People.empty(rows), Means.make(rows), TaxScratch.make(rows), Places.make(rows)
        return cls(
            people, means, np.zeros(rows, np.uint32), np.zeros(rows, np.float32), room, places,
            Boxes.of(people, means, room), boxed(places),
        )  # fmt: skip

    def set(self, driver: Any, people: Any, age_sex: np.ndarray, differs: np.ndarray) -> np.ndarray:
        """Put whole households apart: the residents of those in which somebody `differs`, bool of the rows in use.

        Gives their rows. `driver` has the compiled parts, `people` may be in a box.
        """
        number = driver.set_apart(
            people, age_sex, differs, self.boxes.people, self.age_sex, self.box_of_places, len(differs)
        )
        return self.places.rows[:number]


def set_apart_of(people, age_sex, differs, small, small_age_sex, places, count):
    """Put whole households apart, into `small` and `small_age_sex`: the residents, among the first `count` rows, of
    those in which somebody `differs`; gives how many they are.

    Only the columns are set that taxes, benefits, means and their sums read.
    """
    people, small, places = opened(people), opened(small), opened(places)
    number = _rows_of_homes(people, differs, places, count)
    rows, place = places.rows[:number], places.place
    _take(people.weight, rows, small.weight)
    _take(people.cohort, rows, small.cohort)
    _take(people.birth_month, rows, small.birth_month)
    _take(people.sex, rows, small.sex)
    _take(people.tenure_rank, rows, small.tenure_rank)
    _take(people.benefit_rank, rows, small.benefit_rank)
    _take(people.take_up_rank, rows, small.take_up_rank)
    _take(people.pension_rank, rows, small.pension_rank)
    _take(people.wealth_rank, rows, small.wealth_rank)
    _take(people.loan_rank, rows, small.loan_rank)
    _take(people.random_group, rows, small.random_group)
    _take(people.resident, rows, small.resident)
    _take(people.area, rows, small.area)
    _take(people.living, rows, small.living)
    _take(people.children, rows, small.children)
    _take(people.child_1, rows, small.child_1)
    _take(people.child_2, rows, small.child_2)
    _take(people.child_3, rows, small.child_3)
    _take(people.disabled, rows, small.disabled)
    _take(people.care_rank, rows, small.care_rank)
    _take(people.carer, rows, small.carer)
    _take(people.qualification, rows, small.qualification)
    _take(people.study, rows, small.study)
    _take(people.apprenticeship, rows, small.apprenticeship)
    _take(people.work_status, rows, small.work_status)
    _take(people.public, rows, small.public)
    _take(people.pay, rows, small.pay)
    _take(age_sex, rows, small_age_sex)
    for n in range(number):
        i = rows[n]
        partner = people.partner[i]
        small.household[n] = place[people.household[i]]
        small.partner[n] = place[partner] if partner != NOBODY else np.int32(NOBODY)
    return number


@kernel
def _rows_of_homes(people, differs, places, count):
    """Write the rows of residents of households in which somebody differs, and their places; gives how many."""
    household, resident, heads, rows, place = people.household, people.resident, places.heads, places.rows, places.place
    heads[:count] = 0
    place[:count] = NOBODY
    for i in range(np.uint64(count)):
        if differs[i]:  # of few: to write always takes longer
            heads[household[i]] = 1
    number = np.int64(0)
    for i in range(np.uint64(count)):
        rows[number] = i
        number += np.int64(heads[np.uint32(household[i])] & resident[i])
    for n in range(number):
        place[rows[n]] = n
    return number


@kernel
def _take(theirs, rows, mine):
    """Write the values of some rows one after the other."""
    for n in range(len(rows)):
        mine[n] = theirs[np.uint64(rows[n])]


def set_means_apart_of(means, rows, mine):
    """Put what the people in `rows` have besides pay apart with them."""
    means, mine = opened(means), opened(mine)
    _take(means.tenure, rows, mine.tenure)
    _take(means.rent, rows, mine.rent)
    _take(means.eligible_rent, rows, mine.eligible_rent)
    _take(means.council_tax, rows, mine.council_tax)
    _take(means.disability_benefit, rows, mine.disability_benefit)
    _take(means.limited_capability, rows, mine.limited_capability)
    _take(means.childcare, rows, mine.childcare)
    _take(means.private_pension, rows, mine.private_pension)
    _take(means.state_pension, rows, mine.state_pension)
    _take(means.over_pension_age, rows, mine.over_pension_age)
    _take(means.pension_contribution, rows, mine.pension_contribution)
    _take(means.savings, rows, mine.savings)
    _take(means.dividends, rows, mine.dividends)
    _take(means.property, rows, mine.property)
    _take(means.loan_plan, rows, mine.loan_plan)
    _take(means.postgraduate_loan, rows, mine.postgraduate_loan)


def assess_those(taxes: Any, tables: Any, pay_change: np.ndarray, rows: np.ndarray, apart: Apart, clock: Clock) -> None:
    """Taxes, benefits and household incomes of those set apart, which are in `rows`, into `apart.room`.

    `taxes` is the compiled `taxes_of`, `pay_change` that of everybody.
    """
    number = len(rows)
    apart.pay_change[:number] = pay_change[rows]
    people, means, room = apart.boxes
    taxes(people, apart.age_sex, means, tables, apart.pay_change, room, clock._replace(rows=number))


def put_in_place_of(people, rows, results, apart, sums):
    """Put the results that stand `apart` one after the other into `rows` of the block's, and what stood there apart;
    add to the `sums` of an arm what they have more than before (see `add_changes`)."""
    _exchange_all(rows, results, apart)
    add_changes(sums, people, rows, apart, results)


def put_back_of(rows, results, apart):
    """Undo what `put_in_place_of` did to results."""
    _exchange_all(rows, results, apart)


@kernel
def _exchange_all(rows, results, apart):
    for line in range(len(results.amounts)):
        _exchange(rows, results.amounts[line], apart.amounts[line])
    _exchange(rows, results.equivalised, apart.equivalised)
    _exchange(rows, results.household_income, apart.household_income)


@kernel
def _exchange(rows, theirs, mine):
    for n in range(len(rows)):
        i = np.uint64(rows[n])
        theirs[i], mine[n] = mine[n], theirs[i]
