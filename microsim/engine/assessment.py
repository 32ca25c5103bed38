"""The end of a year in an arm: what people have besides pay, taxes and benefits, and household incomes.

The functions are compiled, each by itself. The sums are in microsim.engine.tax_sums, and what is worked out again for
the few whose pay an arm changes in microsim.engine.apart.
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
from microsim.kernels.boxed import boxed, opened
from microsim.population.people import People
from microsim.taxes.assess import assess
from microsim.taxes.scratch import TaxScratch


class Kept(NamedTuple):
    """The baseline's results of the only people who may differ from it."""

    rows: np.ndarray  # int64
    amounts: np.ndarray  # int64 [TAX_LINES, as many as `rows` and more], pence


class Boxes(NamedTuple):
    """People, their means and the room for their taxes, in the form that compiled parts take."""

    people: Any
    means: Any
    room: Any

    @classmethod
    def of(cls, people: People, means: Means, room: TaxScratch) -> Self:
        return cls(boxed(people), boxed(means), boxed(room))


def means_of(people, age_sex, tables, means, index, count):
    """What people have and owe besides pay that no rule changes."""
    people, tables, means = opened(people), opened(tables), opened(means)
    write_wealth(people, age_sex, tables.wealth, means, index, count)
    write_loans(people, tables.loans, means, index, count)


def entitlements_of(people, age_sex, rules, means, index, count):
    """What they have by an arm's rules before taxes and benefits: homes, claims and pensions."""
    people, rules, means = opened(people), opened(rules), opened(means)
    write_homes(people, age_sex, rules.homes, means, index, count)
    write_claims(people, age_sex, rules.claims, means, index, count)
    write_pensions(people, age_sex, rules.pensions, means, index, count)


def taxes_of(people, age_sex, means, tables, pay_change, room, clock):
    """Taxes, benefits and household incomes of the first rows."""
    people, means, tables, room = opened(people), opened(means), opened(tables), opened(room)
    assess(people, age_sex, means, tables, pay_change, room, clock.year, clock.year_index, clock.rows)
