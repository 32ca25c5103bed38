"""Benefits of families: Child Benefit and its charge, and Pension Credit with Housing Benefit.

Universal Credit is in `credit`. Each goes over the families of a chunk that claim it, which `families` lists.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.taxes.child_benefit import ChildBenefit, charged_per_cent, child_benefit, high_income_charge
from microsim.taxes.chunk import column
from microsim.taxes.claims import capital_of, gather_claims
from microsim.taxes.lines import (
    CHILD_BENEFIT,
    CHILD_BENEFIT_CHARGE,
    CHILD_BENEFIT_FAMILIES,
    CREDIT_FAMILIES,
    HOUSING_BENEFIT,
    PENSION_CREDIT,
    PENSION_CREDIT_FAMILIES,
    UNIVERSAL_CREDIT,
)
from microsim.taxes.pence import pence
from microsim.taxes.pension_credit import (
    PensionCredit,
    counted_income,
    guarantee_credit,
    has_housing_benefit,
    housing_benefit,
    minimum_guarantee,
    tariff_income,
)
from microsim.taxes.rates import numbers
from microsim.taxes.scratch import (
    CHILDREN,
    CLAIMED,
    CREDIT,
    EXCESS,
    HOUSING,
    MINE,
    MY_EARNINGS,
    OURS,
    PENSIONS,
    PLACE,
    RENTED,
    THEIR_EARNINGS,
    THEIRS,
    YOUNG,
)
from microsim.taxes.tables import CHILD_BENEFIT_FIGURES, PENSION_CREDIT_FIGURES, UNIVERSAL_CREDIT_FIGURES
from microsim.taxes.traits import ALONE, COUPLE, DISABLED, HEADS
from microsim.taxes.universal_credit import UniversalCredit

# Those that stand on the row of a family's first adult.
FAMILY_LINES = (
    CHILD_BENEFIT, UNIVERSAL_CREDIT, PENSION_CREDIT, HOUSING_BENEFIT, CHILD_BENEFIT_CHARGE, CREDIT_FAMILIES,
    CHILD_BENEFIT_FAMILIES, PENSION_CREDIT_FAMILIES,
)  # fmt: skip


@kernel
def clear_benefits(room, first, number):
    """No family of a chunk of rows has any yet."""
    for line in FAMILY_LINES:
        room.amounts[line, first : first + number] = 0


@kernel
def benefit_children(people, tables, room, year_index, number):
    """Child Benefit and the charge on it, of the `number` families that claim it."""
    rates = ChildBenefit(*numbers(tables.child_benefit[year_index], CHILD_BENEFIT_FIGURES))
    families, amounts, income, total_income = room.families, room.amounts, room.household_income, room.total_income
    columns, children, young, claimed = families.columns, column(CHILDREN), column(YOUNG), column(CLAIMED)
    for one in range(number):
        f = np.uint64(families.parents[one])
        i, s = families.row[f], families.second[f]
        benefit = child_benefit(columns[children + f] + columns[young + f], rates)
        charge = high_income_charge(benefit, charged_per_cent(max(total_income[i], total_income[s]), rates))
        columns[claimed + f] = benefit
        amounts[CHILD_BENEFIT, i] = pence(benefit)
        amounts[CHILD_BENEFIT_CHARGE, i] = pence(charge)
        amounts[CHILD_BENEFIT_FAMILIES, i] = np.int64(benefit > 0.0)
        income[people.household[i]] += pence(benefit) - pence(charge)


@kernel
def benefit_pensioners(people, means, tables, room, year_index, number):
    """Pension Credit and Housing Benefit, of the `number` families that claim either: all of them over pension age."""
    gather_claims(people, means, room, room.families.pensioners, number)
    _work_out(tables, room.families, year_index, number)
    _record(people, room, number)


@kernel
def _work_out(tables, families, year_index, number):
    """Both benefits of each family, and what its income is above its needs; pounds a year."""
    rates = PensionCredit(*numbers(tables.pension_credit[year_index], PENSION_CREDIT_FIGURES))
    assets = UniversalCredit(*numbers(tables.universal_credit[year_index], UNIVERSAL_CREDIT_FIGURES))
    words, claims = families.claim_traits, families.claims
    for one in range(number):
        mine, theirs, ours = words[column(MINE) + one], words[column(THEIRS) + one], words[column(OURS) + one]
        two, place = (ours & COUPLE) != 0, claims[column(PLACE) + one]
        earnings = claims[column(MY_EARNINGS) + one] + claims[column(THEIR_EARNINGS) + one]
        rent = claims[column(RENTED) + one]
        severely_disabled = ((ours & ALONE) != 0) & (((mine | theirs) & DISABLED) != 0)
        owned = capital_of(claims, one, mine, assets)
        guarantee = minimum_guarantee(two, severely_disabled, rates)
        income = claims[column(PENSIONS) + one] + tariff_income(owned, rates)
        counted = counted_income(income, earnings, two, rates)
        amount = guarantee_credit(counted, guarantee) if place < rates.take_up else 0.0
        covered = rent if has_housing_benefit(owned, amount, rates) else 0.0
        housed = housing_benefit(covered, counted, guarantee, rates) if place < rates.housing_benefit_take_up else 0.0
        claims[column(CREDIT) + one] = amount
        claims[column(HOUSING) + one] = housed
        claims[column(EXCESS) + one] = max(counted - guarantee, 0.0)


@kernel
def _record(people, room, number):
    """The benefits as pence on the row of the first adult."""
    families, amounts, household = room.families, room.amounts, people.household
    claims, words = families.claims, families.claim_traits
    for one in range(number):
        i = families.row[families.pensioners[one]]
        credit, housing = claims[column(CREDIT) + one], claims[column(HOUSING) + one]
        if (credit > 0.0) | (housing > 0.0):
            amounts[PENSION_CREDIT, i] = pence(credit)
            amounts[PENSION_CREDIT_FAMILIES, i] = np.int64(credit > 0.0)
            amounts[HOUSING_BENEFIT, i] = pence(housing)
            room.household_income[household[i]] += pence(credit) + pence(housing)
        if (words[column(OURS) + one] & HEADS) != 0:
            room.excess[household[i]] = claims[column(EXCESS) + one]
