"""Pension Credit (guarantee credit) and Housing Benefit of families over State Pension age.

Law: State Pension Credit Act 2002 and Regulations 2002 (SI 2002/1792); Housing Benefit (Persons who have attained the
qualifying age for state pension credit) Regulations 2006 (SI 2006/214). Pounds a year: 52 weeks. A couple is over
pension age when both partners are; a couple of whom one is younger claims Universal Credit.

Left out: savings credit (closed to who reached pension age from April 2016), additions for carers and children, the
higher allowance of Housing Benefit for who reached pension age before April 2021, deductions for other adults in the
home.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters
from microsim.taxes.annual import annual_rates


class PensionCredit(NamedTuple):
    """The rates of one year: pounds a year, and shares."""

    guarantee_single: float
    guarantee_couple: float
    severe_disability: float
    earnings_disregard_single: float
    earnings_disregard_couple: float
    capital_disregard: float
    tariff_step: float
    tariff_income: float
    housing_benefit_capital_limit: float
    housing_benefit_taper: float
    take_up: float
    housing_benefit_take_up: float


PARAMETERS = {field: f"pension_credit.{field}" for field in PensionCredit._fields}


def pension_credit_rates(parameters: Parameters, year: int) -> PensionCredit:
    """The rates of a financial year."""
    return PensionCredit(**annual_rates(parameters, PARAMETERS, year))


@kernel
def minimum_guarantee(couple, severely_disabled, rates):
    """What income is brought up to (regulation 6).

    `severely_disabled`: alone at home, with Attendance Allowance or the daily living part of Personal Independence
    Payment. Nothing is added for couples, of whom both would have to qualify.
    """
    added = 0.0 if couple or not severely_disabled else rates.severe_disability
    return (rates.guarantee_couple if couple else rates.guarantee_single) + added


@kernel
def counted_income(pensions, net_earnings, couple, rates):
    """The family's income (regulations 15 to 18): pensions, and net earnings above what is disregarded.

    `pensions` are State and private ones after tax, Carer's Allowance and `tariff_income`. Disability benefits do not
    count.
    """
    disregard = rates.earnings_disregard_couple if couple else rates.earnings_disregard_single
    return pensions + max(net_earnings - disregard, 0.0)


@kernel
def tariff_income(owned, rates):
    """The income that capital is taken to give (regulation 15(6)): an amount for each step above what is left out.

    The same in Housing Benefit (regulation 29). `owned` is found by `universal_credit.capital`.
    """
    steps = np.ceil(max(owned - rates.capital_disregard, 0.0) / rates.tariff_step)
    return steps * rates.tariff_income


@kernel
def has_housing_benefit(owned, guarantee_paid, rates):
    """Whether capital lets a family have Housing Benefit (regulations 26 and 43): any may with guarantee credit."""
    return owned <= rates.housing_benefit_capital_limit or guarantee_paid > 0.0


@kernel
def guarantee_credit(income, guarantee):
    """The guarantee credit (State Pension Credit Act 2002, section 2): what income lacks of the minimum guarantee."""
    return max(guarantee - income, 0.0)


@kernel
def housing_benefit(eligible_rent, income, guarantee, rates):
    """Housing Benefit of pensioners: the eligible rent, less a share of income above the minimum guarantee.

    The eligible rent is that of the housing element of Universal Credit (`universal_credit.housing_element`).
    """
    return max(eligible_rent - rates.housing_benefit_taper * max(income - guarantee, 0.0), 0.0)
