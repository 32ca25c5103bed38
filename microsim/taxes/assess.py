"""The year's taxes, benefits and household incomes of a block, by the rules in the other files of this room.

Every amount is rounded once, where it arises, to whole pence of a row and year: incomes and taxes on the person's own
row, what a family gets on the row of the partner that comes first, council tax and rent on the row of the household's
head. Household net income is the exact sum of these parts.
"""

from __future__ import annotations

from microsim.kernels.jit import kernel
from microsim.taxes.families import (
    benefit_children,
    benefit_pensioners,
    benefit_workers,
    find_families,
    record_benefits,
)
from microsim.taxes.households import count_homes, net_incomes, pay_council_tax
from microsim.taxes.lines import TAX_LINES
from microsim.taxes.persons import care_for_others, own_incomes, pay_contributions, share_allowances, tax_incomes


@kernel
def assess(people, age_sex, means, tables, pay_change, room, year, year_index, count):
    """This year's `room.amounts` and `room.equivalised` of the first `count` rows; who is gone has nothing.

    `pay_change` float32 [rows] is what measures have changed of people's pay, pounds a year.
    """
    for line in range(len(TAX_LINES)):
        room.amounts[line, :count] = 0
    own_incomes(people, means, pay_change, room, count)
    care_for_others(people, tables, room, year_index, count)
    tax_incomes(tables, room, year_index, count)
    share_allowances(people, tables, room, year_index, count)
    pay_contributions(people, age_sex, means, tables, room, year_index, count)
    count_homes(people, age_sex, means, room, count)
    families = find_families(people, age_sex, means, tables, room, year, year_index, count)
    benefit_children(tables, room, year_index, families)
    benefit_workers(tables, room, year_index, families)
    benefit_pensioners(tables, room, year_index, families)
    record_benefits(people, room, families, count)
    pay_council_tax(people, means, tables, room, year_index, count)
    net_incomes(people, room, year, count)
