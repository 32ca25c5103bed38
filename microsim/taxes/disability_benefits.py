"""Personal Independence Payment, Attendance Allowance and Carer's Allowance, in outline: the amount of an award.

Law: Welfare Reform Act 2012, Part 4; Social Security Contributions and Benefits Act 1992, sections 64 to 70. Pounds a
year: 52 weeks. Personal Independence Payment is claimed below State Pension age and Attendance Allowance above it. The
two are not taxed and count in no means test; Carer's Allowance is taxed and counts in full. Left out: Disability Living
Allowance (of children, and of some older people at the same rates), industrial injuries, and war pensions.
"""

from __future__ import annotations

from typing import NamedTuple

from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters
from microsim.taxes.annual import annual_rates


class DisabilityBenefits(NamedTuple):
    """The rates of one year, pounds a year."""

    daily_living_standard: float
    daily_living_enhanced: float
    mobility_standard: float
    mobility_enhanced: float
    attendance_lower: float
    attendance_higher: float
    carers_allowance_rate: float
    carers_earnings_limit: float


PARAMETERS = {field: f"disability_benefits.{field}" for field in DisabilityBenefits._fields}


def disability_benefits_rates(parameters: Parameters, year: int) -> DisabilityBenefits:
    """The rates of a financial year."""
    return DisabilityBenefits(**annual_rates(parameters, PARAMETERS, year))


@kernel
def personal_independence_payment(daily_living, mobility, rates):
    """Both parts of the payment (Welfare Reform Act 2012, sections 78 and 79): each 0 none, 1 standard, 2 enhanced."""
    living = rates.daily_living_enhanced if daily_living >= 2 else rates.daily_living_standard
    moving = rates.mobility_enhanced if mobility >= 2 else rates.mobility_standard
    return (living if daily_living >= 1 else 0.0) + (moving if mobility >= 1 else 0.0)


@kernel
def attendance_allowance(level, rates):
    """Attendance Allowance (Contributions and Benefits Act 1992, section 65): 0 none, 1 lower, 2 higher rate."""
    amount = rates.attendance_higher if level >= 2 else rates.attendance_lower
    return amount if level >= 1 else 0.0


@kernel
def carers_allowance(qualifies, net_earnings, state_pension, rates):
    """Carer's Allowance (Contributions and Benefits Act 1992, section 70): all of it up to the limit of net earnings.

    `qualifies`: cares 35 hours a week for a person with a disability benefit. State Pension overlaps and is taken off.
    """
    amount = max(rates.carers_allowance_rate - state_pension, 0.0)
    return amount if qualifies and net_earnings <= rates.carers_earnings_limit else 0.0
