"""The year's taxes, benefits and household incomes of a block, by the rules in the other files of this room.

Every amount is rounded once, where it arises, to whole pence of a row and year: incomes and taxes on the person's own
row, what a family gets on the row of the partner that comes first, council tax and rent on the row of the household's
head. Household net income is the exact sum of these parts.
"""

from __future__ import annotations

from microsim.kernels.jit import kernel
from microsim.taxes.benefits import benefit_children, benefit_pensioners, clear_benefits
from microsim.taxes.chunk import CHUNK
from microsim.taxes.couples import share_allowances
from microsim.taxes.credit import benefit_workers, record_people_on_credit
from microsim.taxes.families import find_claims
from microsim.taxes.homes import clear_homes, count_homes
from microsim.taxes.households import compare_incomes, pay_council_tax
from microsim.taxes.persons import (
    care_for_others,
    keep_what_is_left,
    own_incomes,
    pay_contributions,
    tax_incomes,
    write_people,
)
from microsim.taxes.rates import numbers
from microsim.taxes.tables import UNIVERSAL_CREDIT_FIGURES
from microsim.taxes.traits import describe_people
from microsim.taxes.universal_credit import UniversalCredit


@kernel
def assess(people, age_sex, means, tables, pay_change, room, year, year_index, count):
    """This year's `room.amounts` and `room.equivalised` of the first `count` rows; who is gone has nothing.

    `pay_change` float32 [rows] is what measures have changed of people's pay, pounds a year.
    """
    clear_homes(room, count)
    assess_people(people, age_sex, means, tables, pay_change, room, year, year_index, count)
    assess_families(people, means, tables, room, year_index, count)
    record_people_on_credit(room, count)
    pay_council_tax(means, tables, room, year_index, count)
    compare_incomes(people, room, count)


@kernel
def assess_people(people, age_sex, means, tables, pay_change, room, year, year_index, count):
    """What each person has and pays, chunk by chunk, and what that adds to the household."""
    own = room.own
    credit = UniversalCredit(*numbers(tables.universal_credit[year_index], UNIVERSAL_CREDIT_FIGURES))
    carer_share = credit.carer_qualifies
    for first in range(0, count, CHUNK):
        number = min(CHUNK, count - first)
        own_incomes(people, means, pay_change, own, first, number)
        care_for_others(people, tables, own, carer_share, year_index, first, number)
        tax_incomes(tables, own, year_index, number)
        pay_contributions(people, age_sex, means, tables, own, year_index, first, number)
        keep_what_is_left(own, number)
        write_people(own, room, first, number)
        describe_people(people, age_sex, means, own, room.traits, carer_share, year, first, number)
        count_homes(people, room, year, first, number)


@kernel
def assess_families(people, means, tables, room, year_index, count):
    """What couples and families get, chunk by chunk of the rows on which the first adults stand."""
    for first in range(0, count, CHUNK):
        number = min(CHUNK, count - first)
        share_allowances(people, tables, room, year_index, first, number)
        clear_benefits(room, first, number)
        parents, workers, pensioners = find_claims(people, tables, room, year_index, first, number)
        benefit_children(people, tables, room, year_index, parents)
        benefit_workers(people, means, tables, room, year_index, workers)
        benefit_pensioners(people, means, tables, room, year_index, pensioners)
