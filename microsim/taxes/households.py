"""Households: their council tax, and their net income beside others of another size."""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.taxes.council_tax import CouncilTax, council_tax, council_tax_support
from microsim.taxes.homes import FIRST_ADULT, OLDER_CHILD_AGE, OTHER_PERSON, YOUNG_CHILD, adults_of, disregarded_of
from microsim.taxes.lines import COUNCIL_TAX
from microsim.taxes.pence import PENCE, pence
from microsim.taxes.rates import numbers
from microsim.taxes.tables import COUNCIL_TAX_FIGURES
from microsim.taxes.traits import HEAD, OVER_AGE, PRIVATE

__all__ = ["FIRST_ADULT", "OLDER_CHILD_AGE", "OTHER_PERSON", "YOUNG_CHILD", "compare_incomes", "pay_council_tax"]


@kernel
def pay_council_tax(means, tables, room, year_index, count):
    """Council tax of each household, less support."""
    rates = CouncilTax(*numbers(tables.council_tax[year_index], COUNCIL_TAX_FIGURES))
    line, homes, excess, traits, level = (
        room.amounts[COUNCIL_TAX], room.homes, room.excess, room.traits, means.council_tax
    )  # fmt: skip
    for i in range(np.uint64(count)):
        counted = np.float64(adults_of(homes[i]) - disregarded_of(homes[i]))
        bill = council_tax(np.float64(level[i]), counted, rates)
        over_age = 1.0 if (traits[i] & OVER_AGE) != 0 else 0.0
        support = council_tax_support(bill, excess[i], over_age, rates)
        # a home of students alone pays none
        line[i] = pence(bill - support) if ((traits[i] & HEAD) != 0) & (counted > 0.0) else np.int64(0)


@kernel
def compare_incomes(people, room, count):
    """Equivalised household net income of everybody in a private household; 0 for others."""
    income, scale, council_tax_line = room.household_income, room.scale, room.amounts[COUNCIL_TAX]
    for i in range(np.uint64(count)):
        income[i] -= council_tax_line[i]
    of_home = room.total_income  # which is not needed any more
    for i in range(np.uint64(count)):
        of_home[i] = np.float64(income[i]) / (PENCE * scale[i])
    household, traits, equivalised = people.household, room.traits, room.equivalised
    for i in range(np.uint64(count)):
        equivalised[i] = of_home[household[i]] if (traits[i] & PRIVATE) != 0 else 0.0
