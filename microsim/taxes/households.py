"""Households: who lives in them, their council tax, and their net income beside others of another size."""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.population.columns import COMMUNAL, HIGHER_EDUCATION
from microsim.taxes.council_tax import CouncilTax, council_tax, council_tax_support
from microsim.taxes.families import CREDIT_AGE, is_young
from microsim.taxes.lines import COUNCIL_TAX, DEDUCTIONS, INCOMES, RENT
from microsim.taxes.persons import PENCE, pence
from microsim.taxes.rates import numbers
from microsim.taxes.tables import COUNCIL_TAX_FIGURES

# Modified OECD scale with a couple without children as 1, as in Households Below Average Income.
FIRST_ADULT, OTHER_PERSON, YOUNG_CHILD = 0.67, 0.33, 0.20
OLDER_CHILD_AGE = 14  # counts as an adult in the scale
_HALF = 0.5


@kernel
def count_homes(people, age_sex, means, room, count):
    """People of each household: adults, those of them that council tax disregards, and young people; and its rent."""
    resident, household, living, study = people.resident, people.household, people.living, people.study
    adults, students, young, rents, rent = room.adults, room.students, room.young, room.amounts[RENT], means.rent
    adults[:count] = 0
    students[:count] = 0
    young[:count] = 0
    for i in range(np.uint64(count)):
        if resident[i] != 0:
            head, age = household[i], age_sex[i] >> np.uint32(1)
            counts_as_child = is_young(living[i], study[i], age)
            adults[head] += np.int32(1)
            students[head] += np.int32(counts_as_child | (study[i] == HIGHER_EDUCATION) | (age < CREDIT_AGE))
            young[head] += np.int32(counts_as_child)
    for i in range(np.uint64(count)):
        rents[i] = pence(np.float64(rent[i])) * np.int64(resident[i])


@kernel
def pay_council_tax(people, means, tables, room, year_index, count):
    """Council tax of each household, less support."""
    rates = CouncilTax(*numbers(tables.council_tax[year_index], COUNCIL_TAX_FIGURES))
    line, adults, students, excess = room.amounts[COUNCIL_TAX], room.adults, room.students, room.excess
    for i in range(np.uint64(count)):
        if (people.resident[i] != 0) & (people.household[i] == np.int32(i)) & (people.living[i] != COMMUNAL):
            counted = np.float64(adults[i] - students[i])
            if counted > 0.0:  # a home of students alone pays none
                bill = council_tax(np.float64(means.council_tax[i]), counted, rates)
                support = council_tax_support(bill, excess[i], np.float64(means.over_pension_age[i] > _HALF), rates)
                line[i] = pence(bill - support)


@kernel
def net_incomes(people, room, year, count):
    """Equivalised household net income of everybody in a private household; 0 for others."""
    resident, household, children = people.resident, people.household, people.children
    income, scale, amounts = room.household_income, room.scale, room.amounts
    income[:count] = 0
    scale[:count] = FIRST_ADULT - OTHER_PERSON
    for i in range(np.uint64(count)):
        if resident[i] != 0:
            head = household[i]
            older = np.float64(
                _is_older(people.child_1[i], year) + _is_older(people.child_2[i], year)
                + _is_older(people.child_3[i], year) * max(np.int64(children[i]) - 2, 1)
            )  # fmt: skip
            younger = np.float64(children[i]) - older
            scale[head] += OTHER_PERSON * (1.0 + older) + YOUNG_CHILD * younger
    for line in range(INCOMES[0], INCOMES[1]):
        part = amounts[line]
        for i in range(np.uint64(count)):
            income[household[i]] += np.int64(part[i])
    for line in range(DEDUCTIONS[0], DEDUCTIONS[1]):
        part = amounts[line]
        for i in range(np.uint64(count)):
            income[household[i]] -= np.int64(part[i])
    equivalised, living = room.equivalised, people.living
    for i in range(np.uint64(count)):
        private = (resident[i] != 0) & (living[i] != COMMUNAL)
        head = household[i]
        equivalised[i] = np.float64(income[head]) / (PENCE * scale[head]) if private else 0.0


@kernel
def _is_older(born, year):
    """1 for a child of 14 or more, from the financial year of birth (0: no child)."""
    return np.int64((born != 0) & (year - born > OLDER_CHILD_AGE))
