"""The end of a year in an arm: what people have besides pay, taxes and benefits, household incomes, and their sums.

Taxes and benefits are worked out household by household. An arm with the baseline's rules differs from the baseline
only in households in which somebody's pay changes: those alone are worked out again, apart, and put in the places of
the baseline's. The `..._of` functions are compiled, each by itself; the others move rows about.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np

from microsim.dynamics.claims import write_claims
from microsim.dynamics.homes import write_homes
from microsim.dynamics.loans import write_loans
from microsim.dynamics.means import Means
from microsim.dynamics.pensions import write_pensions
from microsim.dynamics.wealth import write_wealth
from microsim.engine.ledger import add_taxes
from microsim.measures.contract import Clock
from microsim.population.people import NOBODY, People
from microsim.taxes.assess import assess
from microsim.taxes.families import record_claimants
from microsim.taxes.scratch import TaxScratch

_RESULTS = ("equivalised", "household_income")  # besides amounts


def means_of(people, age_sex, tables, means, index, count):
    """What people have and owe besides pay that no rule changes."""
    write_wealth(people, age_sex, tables.wealth, means, index, count)
    write_loans(people, tables.loans, means, index, count)


def entitlements_of(people, age_sex, rules, means, index, count):
    """What they have by an arm's rules before taxes and benefits: homes, claims and pensions."""
    write_homes(people, age_sex, rules.homes, means, index, count)
    write_claims(people, age_sex, rules.claims, means, index, count)
    write_pensions(people, age_sex, rules.pensions, means, index, count)


def taxes_of(people, age_sex, means, tables, pay_change, room, clock):
    """Taxes, benefits and household incomes of the first rows."""
    assess(people, age_sex, means, tables, pay_change, room, clock.year, clock.year_index, clock.rows)


def sums_of(people, age_sex, room, place, clock, ledger):
    """Their sums; `place` is the arm's among those assessed, whose first says who is on Universal Credit."""
    if place == 0:
        record_claimants(people, age_sex, room, clock.rows)
    add_taxes(ledger, people, room.amounts, room.equivalised, place, clock.year_index, clock.rows)


class Apart(NamedTuple):
    """Room for the households whose pay changes, as a small block of their own."""

    people: People
    means: Means
    age_sex: np.ndarray  # uint32
    pay_change: np.ndarray  # float32
    room: TaxScratch
    place: np.ndarray  # int32, for each row of the block, where it stands among them

    @classmethod
    def make(cls, rows: int) -> Self:
        """Room for as many as there are in a block of `rows` rows."""
        return cls(
            People.empty(rows), Means.make(rows), np.zeros(rows, np.uint32), np.zeros(rows, np.float32),
            TaxScratch.make(rows), np.zeros(rows, np.int32),
        )  # fmt: skip


def changed_rows(people: People, before: np.ndarray, after: np.ndarray, count: int) -> np.ndarray:
    """The rows, in order, of residents of households in which somebody's pay is not the same before and after."""
    return rows_of_homes(people, np.flatnonzero(before[:count] != after[:count]), count)


def rows_of_homes(people: People, rows: np.ndarray, count: int) -> np.ndarray:
    """The rows, in order, of residents of the households of the people in `rows`."""
    heads = np.zeros(count, np.bool_)
    heads[people.household[rows]] = True
    return np.flatnonzero(heads[people.household[:count]] & (people.resident[:count] != 0))


def set_apart(people: People, age_sex: np.ndarray, rows: np.ndarray, apart: Apart, count: int) -> None:
    """Put whole households, the residents in `rows` of the first `count`, apart."""
    number = len(rows)
    for mine, theirs in zip(apart.people, people, strict=True):
        mine[:number] = theirs[rows]
    apart.age_sex[:number] = age_sex[rows]
    apart.place[:count] = NOBODY
    apart.place[rows] = np.arange(number)
    small = apart.people
    small.household[:number] = apart.place[small.household[:number]]
    partner = small.partner[:number]
    small.partner[:number] = np.where(partner == NOBODY, NOBODY, apart.place[partner])


def set_means_apart(means: Means, rows: np.ndarray, apart: Apart) -> None:
    """Put what the people in `rows` have besides pay apart with them."""
    for mine, theirs in zip(apart.means, means, strict=True):
        mine[: len(rows)] = theirs[rows]


def assess_those(taxes: Any, tables: Any, pay_change: np.ndarray, rows: np.ndarray, apart: Apart, clock: Clock) -> None:
    """Taxes, benefits and household incomes of those set apart, which are in `rows`, into `apart.room`.

    `taxes` is the compiled `taxes_of`, `pay_change` that of everybody.
    """
    number = len(rows)
    apart.pay_change[:number] = pay_change[rows]
    taxes(
        apart.people, apart.age_sex, apart.means, tables, apart.pay_change, apart.room, clock._replace(rows=number)
    )  # fmt: skip


class Kept(NamedTuple):
    """The baseline's results of some rows, to be put back."""

    rows: np.ndarray
    amounts: np.ndarray
    others: tuple[np.ndarray, ...]


def put_in_place(room: TaxScratch, rows: np.ndarray, apart: TaxScratch) -> Kept:
    """Put the results found apart into the block's, and give what stood there."""
    kept = Kept(rows, room.amounts[:, rows], tuple(getattr(room, name)[rows] for name in _RESULTS))
    _write(room, rows, apart.amounts[:, : len(rows)], [getattr(apart, name)[: len(rows)] for name in _RESULTS])
    return kept


def put_back(room: TaxScratch, kept: Kept) -> None:
    """Undo `put_in_place`."""
    _write(room, *kept)


def _write(room: TaxScratch, rows: np.ndarray, amounts: np.ndarray, others: Any) -> None:
    room.amounts[:, rows] = amounts
    for name, values in zip(_RESULTS, others, strict=True):
        getattr(room, name)[rows] = values
