"""Universal Credit of a family in a financial year: the maximum, what earnings and other income take off, and the cap.

Law: Universal Credit Regulations 2013 (SI 2013/376), regulations as named below; Universal Credit Act 2025. Amounts are
pounds a year: twelve times the monthly ones, so that a month of high pay is not told from a year of middling pay.

A *family* is a single adult or a couple with the children in their care. Left out: the extra amounts for disabled
children, deductions for other adults in the home and for spare rooms in social housing, sanctions, debts, advances,
and transitional protection.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters
from microsim.taxes.annual import annual_rates

# Financial year: children born in it or later are limited to two, and there is no higher amount for the first of them.
LIMIT_BEGAN = 2017
WEEKS = 52.0


class UniversalCredit(NamedTuple):
    """The rates of one year: pounds a year, shares, and a number of children."""

    single_under_25: float
    single_25_or_over: float
    couple_under_25: float
    couple_25_or_over: float
    child: float
    first_child_before_2017: float
    child_limit: float
    carer: float
    health_protected: float
    health_new: float
    health_protected_share: float
    work_allowance_with_housing: float
    work_allowance_without_housing: float
    taper_rate: float
    floor_hours: float
    floor_wage: float
    childcare_share: float
    childcare_cap_one: float
    childcare_cap_more: float
    benefit_cap_single: float
    benefit_cap_family: float
    benefit_cap_single_london: float
    benefit_cap_family_london: float
    benefit_cap_earnings: float
    capital_limit: float
    capital_disregard: float
    tariff_step: float
    tariff_income: float
    interest_on_capital: float
    dividends_on_capital: float
    letting_on_capital: float
    take_up_out_of_work: float
    take_up_lone_parents: float
    take_up_couples_with_children: float
    take_up_without_children: float
    carer_qualifies: float


PARAMETERS = {field: f"universal_credit.{field}" for field in UniversalCredit._fields} | {
    "floor_wage": "minimum_wage.adult"
}


def universal_credit_rates(parameters: Parameters, year: int) -> UniversalCredit:
    """The rates of a financial year."""
    return UniversalCredit(**annual_rates(parameters, PARAMETERS, year))


@kernel
def standard_allowance(couple, under_25, rates):
    """The standard allowance (regulation 36). `under_25`: the single claimant is, or both of the couple are."""
    single = rates.single_under_25 if under_25 else rates.single_25_or_over
    both = rates.couple_under_25 if under_25 else rates.couple_25_or_over
    return both if couple else single


@kernel
def born_before_limit(children, youngest, second, third):
    """How many of `children` were born before April 2017, from the financial years of birth of the youngest three.

    A year of 0 is no child. Older children, whose births are not known, are taken to be as the third youngest.
    """
    third_early = 1.0 if 0 < third < LIMIT_BEGAN else 0.0
    second_early = 1.0 if 0 < second < LIMIT_BEGAN else 0.0
    early = (1.0 if 0 < youngest < LIMIT_BEGAN else 0.0) + second_early + third_early
    return early + max(children - 3.0, 0.0) * third_early


@kernel
def child_element(children, born_before_2017, rates):
    """The child element (regulations 24, 24A and 36) for `children`, of whom `born_before_2017` before April 2017.

    Up to 2025-26 children born later count only as the first or second; older children come first. The first child
    brings the higher amount when born before April 2017.
    """
    later = children - born_before_2017
    room = max(rates.child_limit - born_before_2017, 0.0)
    paid = born_before_2017 + min(later, room)
    first = min(born_before_2017, 1.0)
    return paid * rates.child + first * (rates.first_child_before_2017 - rates.child)


@kernel
def carer_element(carers, rates):
    """The carer element (regulation 29) for each of the claimants who qualifies and has no health element."""
    return carers * rates.carer


@kernel
def health_element(limited_capability, protected, rates):
    """The health element (regulation 27; from 6 April 2026 Universal Credit Act 2025, sections 2 to 4): one a family.

    `protected` is 1 for who had it before 6 April 2026 or has a severe condition, 0 for others; where that is not
    known, `rates.health_protected_share` gives the mean.
    """
    amount = protected * rates.health_protected + (1.0 - protected) * rates.health_new
    return amount if limited_capability else 0.0


@kernel
def housing_element(rent, private, cap):
    """The housing element (regulations 25 and 26, Schedule 4), simplified: rent up to `cap`, of social tenants in full.

    `cap` is the Local Housing Allowance of the family's area and size in pounds a year. Owners have no rent and get
    nothing: help with mortgages is a loan.
    """
    return min(rent, cap) if private else rent


@kernel
def childcare_element(costs, children, all_work, rates):
    """The childcare element (regulations 31 to 34): a share of the costs up to a cap, if all adults work."""
    cap = rates.childcare_cap_more if children > 1.0 else rates.childcare_cap_one
    paid = min(costs * rates.childcare_share, cap)
    return paid if all_work and children > 0.0 else 0.0


@kernel
def capital(interest, dividends, letting, rates):
    """A family's capital, which is not known, from what it earns: pounds.

    Each is divided by what a pound of capital gives. Property that is let is capital itself (regulation 46 and Schedule
    10, which leave out the home and little else).
    """
    return (
        interest / rates.interest_on_capital
        + dividends / rates.dividends_on_capital
        + letting / rates.letting_on_capital
    )


@kernel
def tariff_income(owned, rates):
    """The income that capital is taken to give (regulation 72): an amount for each step above what is left out."""
    steps = np.ceil(max(owned - rates.capital_disregard, 0.0) / rates.tariff_step)
    return steps * rates.tariff_income


@kernel
def is_within_capital_limit(owned, rates):
    """Whether capital lets a family claim (Welfare Reform Act 2012, section 5; regulation 18)."""
    return owned <= rates.capital_limit


@kernel
def take_up(works, couple, children, rates):
    """The share of entitled families who claim: one without work, others by partner and children."""
    parents = rates.take_up_couples_with_children if couple else rates.take_up_lone_parents
    working = parents if children > 0.0 else rates.take_up_without_children
    return working if works else rates.take_up_out_of_work


@kernel
def maximum(allowance, child, carer, health, housing, childcare):
    """The maximum amount (Welfare Reform Act 2012, section 8(2)): the sum of the elements."""
    return allowance + child + carer + health + housing + childcare


@kernel
def work_allowance(entitled, has_housing, rates):
    """Earnings before the taper (regulation 22): `entitled` is who has children or limited capability for work."""
    amount = rates.work_allowance_with_housing if has_housing else rates.work_allowance_without_housing
    return amount if entitled else 0.0


@kernel
def floor_earnings(rates):
    """What self-employed people are taken to earn at least, before tax (regulation 62): full time at least pay."""
    return WEEKS * rates.floor_hours * rates.floor_wage


@kernel
def net_floor(gross, allowance, tax_rate, profits_limit, contribution_rate):
    """The floor less income tax at the basic rate and class 4 contributions at the main rate (regulation 62(4))."""
    return gross - tax_rate * max(gross - allowance, 0.0) - contribution_rate * max(gross - profits_limit, 0.0)


@kernel
def earnings_with_floor(net_earnings, raised, couple, floor):
    """A family's net earnings with the minimum income floor (regulation 62).

    `raised` is their sum after each partner to whom it applies is brought up to the `floor` (net of tax and
    contributions); a couple is not brought above twice the floor.
    """
    most = 2.0 * floor if couple else floor
    return max(net_earnings, min(raised, most))


@kernel
def taper(net_earnings, allowance, rates):
    """What earnings take off (regulation 22): a share of the family's above the work allowance.

    Net of income tax, National Insurance contributions and the employee's own pension contributions.
    """
    return rates.taper_rate * max(net_earnings - allowance, 0.0)


@kernel
def award(maximum_amount, taken_off, unearned):
    """The award before the benefit cap (Welfare Reform Act 2012, section 8(1)).

    `unearned` income counts in full (regulations 22 and 66): State Pension, private pensions, Carer's Allowance and
    `tariff_income`, which stands for interest, dividends and rents. Disability benefits and Child Benefit do not count.
    """
    return max(maximum_amount - taken_off - unearned, 0.0)


@kernel
def benefit_cap(couple, children, london, rates):
    """The most benefit a family may have (regulation 80A): `london` is Greater London."""
    inside = rates.benefit_cap_family_london if couple or children > 0.0 else rates.benefit_cap_single_london
    outside = rates.benefit_cap_family if couple or children > 0.0 else rates.benefit_cap_single
    return inside if london else outside


@kernel
def over_cap(uncapped, child_benefit, childcare, cap, net_earnings, exempt, rates):
    """What the benefit cap takes off the award (regulations 79 to 83): benefits above `cap`, childcare not counted.

    Families with net earnings of the threshold or more are free of it, and so are those `exempt`: with a health or
    carer element, Carer's Allowance or a disability benefit. The nine months of grace after a job are left out.
    """
    excess = max(uncapped + child_benefit - cap - childcare, 0.0)
    free = exempt or net_earnings >= rates.benefit_cap_earnings
    return 0.0 if free else min(excess, uncapped)
