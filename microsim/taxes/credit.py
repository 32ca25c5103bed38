"""Universal Credit of families: those that claim it are put side by side, and worked out several at a time."""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.taxes.chunk import column
from microsim.taxes.claims import capital_of, gather_claims
from microsim.taxes.homes import NO_SUPPORT
from microsim.taxes.income_tax import IncomeTax
from microsim.taxes.lines import (
    CREDIT_FAMILIES,
    CREDIT_PEOPLE,
    CREDIT_WORKERS,
    UNIVERSAL_CREDIT,
)
from microsim.taxes.national_insurance import NationalInsurance
from microsim.taxes.pence import pence
from microsim.taxes.rates import numbers
from microsim.taxes.scratch import (
    CHILDCARE,
    CHILDREN,
    CLAIM_BENEFIT,
    CLAIM_CHILDREN,
    CLAIM_YOUNG,
    CLAIMED,
    CREDIT,
    EARLY,
    EXCESS,
    MINE,
    MY_EARNINGS,
    OURS,
    PENSIONS,
    RENTED,
    THEIR_EARNINGS,
    THEIRS,
    YOUNG,
)
from microsim.taxes.tables import INCOME_TAX_FIGURES, NATIONAL_INSURANCE_FIGURES, UNIVERSAL_CREDIT_FIGURES
from microsim.taxes.traits import (
    CARES,
    COUPLE,
    DISABLED,
    HEADS,
    LIMITED,
    LONDON,
    ON_CREDIT,
    SELF,
    SHARES,
    TODDLER,
    UNDER_25,
    WOMAN,
    WORKS,
    bit,
)
from microsim.taxes.universal_credit import (
    UniversalCredit,
    award,
    benefit_cap,
    born_before_limit,
    carer_element,
    child_element,
    childcare_element,
    earnings_with_floor,
    floor_earnings,
    health_element,
    is_within_capital_limit,
    maximum,
    net_floor,
    over_cap,
    standard_allowance,
    taper,
    tariff_income,
    work_allowance,
)

_SLACK = 1.0  # pounds a year


@kernel
def benefit_workers(people, means, tables, room, year_index, number):
    """Universal Credit of the `number` families that claim it."""
    rates = UniversalCredit(*numbers(tables.universal_credit[year_index], UNIVERSAL_CREDIT_FIGURES))
    number = _leave_out_well_off(people, means, room, rates, number)
    gather_claims(people, means, room, room.families.workers, number)
    _gather_needs(people, means, tables.london, room, number)
    _work_out(tables, room.families, year_index, number)
    _record(people, room, number)


@kernel
def _leave_out_well_off(people, means, room, rates, number):
    """List only those whose earnings and pensions alone do not take off the most that they could get; returns how many.

    The rules themselves decide on the others; `_SLACK` pounds are beyond any error of rounding.
    """
    families, listed, earnings, pensions = room.families, room.families.workers, room.net_earnings, room.net_pensions
    words, columns, eligible_rent = families.traits, families.columns, means.eligible_rent
    single = max(rates.single_under_25, rates.single_25_or_over)
    couple = max(rates.couple_under_25, rates.couple_25_or_over)
    child = max(rates.child, rates.first_child_before_2017)
    adults = 2.0 * rates.carer + max(rates.health_protected, rates.health_new) + _SLACK
    care = max(rates.childcare_cap_one, rates.childcare_cap_more)
    allowance = max(rates.work_allowance_with_housing, rates.work_allowance_without_housing)
    left = np.uint64(0)
    for one in range(number):
        f = np.uint64(listed[one])
        i, s = families.row[f], families.second[f]
        children, both = columns[column(CHILDREN) + f] + columns[column(YOUNG) + f], np.float64(i != s)
        housed = (words[column(OURS) + f] & HEADS) | (words[column(MINE) + f] & SHARES)
        rent = np.float64(eligible_rent[people.household[i]]) if housed != 0 else 0.0
        standard = couple if i != s else single
        most = standard + adults + children * child + rent + (care if children > 0.0 else 0.0)
        had = pensions[i] + both * pensions[s]
        listed[left] = listed[one]
        left += np.uint64(taper(earnings[i] + both * earnings[s], allowance, rates) + had < most)
    return left


@kernel
def _gather_needs(people, means, london, room, number):
    """Childcare, children, those of them born before the limit to two, Child Benefit, and whether in London."""
    families, born, area = room.families, (people.child_1, people.child_2, people.child_3), people.area
    columns, traits, claims, childcare = families.columns, families.claim_traits, families.claims, means.childcare
    for one in range(number):
        f = np.uint64(families.workers[one])
        i, s = families.row[f], families.second[f]
        children = columns[column(CHILDREN) + f]
        traits[column(OURS) + one] |= bit(london[area[i]] != 0, LONDON)
        claims[column(CLAIM_CHILDREN) + one] = children
        claims[column(CLAIM_YOUNG) + one] = columns[column(YOUNG) + f]
        claims[column(CLAIM_BENEFIT) + one] = columns[column(CLAIMED) + f]
        claims[column(CHILDCARE) + one] = np.float64(childcare[i]) + np.float64(i != s) * np.float64(childcare[s])
        claims[column(EARLY) + one] = 0.0
        if children > 0.0:
            parent = s if (i != s) & (people.children[s] > people.children[i]) else i
            claims[column(EARLY) + one] = born_before_limit(children, born[0][parent], born[1][parent], born[2][parent])


@kernel
def _net_floor(tables, rates, year_index):
    """The minimum income floor less income tax and contributions, pounds a year."""
    taxes = IncomeTax(*numbers(tables.income_tax[year_index], INCOME_TAX_FIGURES))
    contributions = NationalInsurance(*numbers(tables.national_insurance[year_index], NATIONAL_INSURANCE_FIGURES))
    return net_floor(
        floor_earnings(rates),
        taxes.personal_allowance,
        taxes.basic_rate,
        contributions.lower_profits_limit,
        contributions.self_employed_main_rate,
    )


@kernel
def _is_expected_to_earn(word, family, toddler):
    """Whether full-time work is expected of a self-employed person: the minimum income floor applies.

    Not expected of who has limited capability for work or cares 35 hours, nor of the woman of a couple or a lone parent
    with a child under 3 (regulations 89 to 91). The year without a floor at the start of a business is left out.
    """
    leads = toddler & (((word & WOMAN) != 0) | ((family & COUPLE) == 0))
    return ((word & (SELF | CARES | LIMITED)) == SELF) & (not leads)


@kernel
def _work_out(tables, families, year_index, number):
    """The credit of each family, and what its income is above its needs; pounds a year."""
    rates = UniversalCredit(*numbers(tables.universal_credit[year_index], UNIVERSAL_CREDIT_FIGURES))
    floor = _net_floor(tables, rates, year_index)
    words, claims = families.claim_traits, families.claims
    for one in range(number):
        my_word, their_word, family = (
            words[column(MINE) + one], words[column(THEIRS) + one], words[column(OURS) + one]
        )  # fmt: skip
        either, two = my_word | their_word, (family & COUPLE) != 0
        children, young = claims[column(CLAIM_CHILDREN) + one], claims[column(CLAIM_YOUNG) + one]
        mine, theirs = claims[column(MY_EARNINGS) + one], claims[column(THEIR_EARNINGS) + one]
        all_children, is_limited, earnings = children + young, (either & LIMITED) != 0, mine + theirs
        toddler = (either & TODDLER) != 0
        my_raised = max(mine, floor) if _is_expected_to_earn(my_word, family, toddler) else mine
        their_raised = max(theirs, floor) if two & _is_expected_to_earn(their_word, family, toddler) else theirs
        counted = earnings_with_floor(earnings, my_raised + their_raised, two, floor)
        carers = np.float64((my_word & CARES) != 0) + np.float64(two & ((their_word & CARES) != 0))
        rent = claims[column(RENTED) + one]
        all_work = (my_word & their_word & WORKS) != 0
        care = childcare_element(claims[column(CHILDCARE) + one], children, all_work, rates)
        full = maximum(
            standard_allowance(two, (my_word & their_word & UNDER_25) != 0, rates),
            child_element(all_children, claims[column(EARLY) + one] + young, rates),
            carer_element(carers, rates),
            health_element(is_limited, rates.health_protected_share, rates),
            rent,
            care,
        )
        owned = capital_of(claims, one, my_word, rates)
        allowed = work_allowance((all_children > 0.0) | is_limited, rent > 0.0, rates)
        unearned = claims[column(PENSIONS) + one] + tariff_income(owned, rates)
        uncapped = award(full, taper(counted, allowed, rates), unearned)
        exempt = is_limited | (carers > 0.0) | ((either & DISABLED) != 0)
        cap = benefit_cap(two, all_children, (family & LONDON) != 0, rates)
        claimed = claims[column(CLAIM_BENEFIT) + one]
        amount = uncapped - over_cap(uncapped, claimed, care, cap, earnings, exempt, rates)
        amount = amount if is_within_capital_limit(owned, rates) else 0.0
        claims[column(CREDIT) + one] = amount
        claims[column(EXCESS) + one] = max(earnings + unearned + amount - full, 0.0) if amount > 0.0 else NO_SUPPORT


@kernel
def _record(people, room, number):
    """The credit as pence on the row of the first adult, and who has it."""
    families, amounts, household, traits = room.families, room.amounts, people.household, room.traits
    claims, words = families.claims, families.claim_traits
    for one in range(number):
        credit = claims[column(CREDIT) + one]
        if credit > 0.0:
            f = np.uint64(families.workers[one])
            i, s = families.row[f], families.second[f]
            amounts[UNIVERSAL_CREDIT, i] = pence(credit)
            amounts[CREDIT_FAMILIES, i] = 1
            room.household_income[household[i]] += pence(credit)
            traits[i] |= ON_CREDIT
            traits[s] |= ON_CREDIT
            if (words[column(OURS) + one] & HEADS) != 0:
                room.excess[household[i]] = claims[column(EXCESS) + one]


@kernel
def record_people_on_credit(room, count):
    """Who is in a family with Universal Credit, and who of them works."""
    traits, of_credit, workers = room.traits, room.amounts[CREDIT_PEOPLE], room.amounts[CREDIT_WORKERS]
    for i in range(np.uint64(count)):
        of_credit[i] = np.int64((traits[i] & ON_CREDIT) != 0)
        workers[i] = np.int64((traits[i] & (ON_CREDIT | WORKS)) == (ON_CREDIT | WORKS))
