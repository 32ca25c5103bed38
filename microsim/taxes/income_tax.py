"""Income tax of England for one person and year, in the steps of the law (Income Tax Act 2007, section 23).

Income is taxed in slices, one on top of another: earnings (with pensions and taxable benefits), then property,
interest and dividends. The allowance comes off the lowest slices first, and each slice falls into the basic, higher and
additional band by where it lies. Amounts are float64 pounds a year; `docs/methods/taxes.md` says what is simplified.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters


class IncomeTax(NamedTuple):
    """The figures of one year: pounds a year and fractions of income."""

    personal_allowance: float
    allowance_taper_from: float
    allowance_taper_rate: float
    basic_rate_limit: float
    higher_rate_limit: float
    basic_rate: float
    higher_rate: float
    additional_rate: float
    property_basic_rate: float
    property_higher_rate: float
    property_additional_rate: float
    savings_basic_rate: float
    savings_higher_rate: float
    savings_additional_rate: float
    dividend_ordinary_rate: float
    dividend_upper_rate: float
    dividend_additional_rate: float
    savings_starting_limit: float
    savings_allowance_basic: float
    savings_allowance_higher: float
    dividend_allowance: float
    marriage_allowance_share: float
    marriage_allowance_step: float
    marriage_allowance_take_up: float


PARAMETERS = {field: f"income_tax.{field}" for field in IncomeTax._fields}  # field -> name of the official figure


def income_tax_rates(parameters: Parameters, year: int) -> IncomeTax:
    """The figures in force in a financial year."""
    return IncomeTax(**{field: parameters.value(name, year) for field, name in PARAMETERS.items()})


@kernel
def personal_allowance(adjusted_net_income, rates):
    """Income free of tax: a pound less for every two of adjusted net income above the start of the taper.

    Income Tax Act 2007, section 35. Adjusted net income is all taxable income less gross pension contributions. The law
    rounds what is left up to a whole pound; here it is exact.
    """
    lost = max(0.0, adjusted_net_income - rates.allowance_taper_from) * rates.allowance_taper_rate
    return max(0.0, rates.personal_allowance - lost)


@kernel
def taxable_income(income, allowance):
    """What is left of `income` after the allowance: given all income up to and with one source, where its slice ends.

    Income Tax Act 2007, sections 16, 23 and 25: the allowance comes off earnings first, then property, interest and
    dividends. From 2027-28 the law puts earnings first (Finance Act 2026); among the rest, and among all before, the
    taxpayer may choose the best order, which is seldom another.
    """
    return max(0.0, income - allowance)


@kernel
def tax_on_earnings(end, rates):
    """Tax on earnings, pensions and taxable benefits: taxable income from nothing to `end`.

    Income Tax Act 2007, section 10: the basic, higher and additional rates.
    """
    basic = min(end, rates.basic_rate_limit)
    additional = max(0.0, end - rates.higher_rate_limit)
    higher = end - basic - additional
    return basic * rates.basic_rate + higher * rates.higher_rate + additional * rates.additional_rate


@kernel
def tax_on_property(start, end, rates):
    """Tax on the slice of taxable income from `start` to `end` that is income from property.

    Income Tax Act 2007, section 6D, as amended by the Finance Act 2026: rates of its own from 2027-28.
    """
    basic = min(end, rates.basic_rate_limit) - min(start, rates.basic_rate_limit)
    additional = max(end, rates.higher_rate_limit) - max(start, rates.higher_rate_limit)
    higher = end - start - basic - additional
    return (
        basic * rates.property_basic_rate
        + higher * rates.property_higher_rate
        + additional * rates.property_additional_rate
    )


@kernel
def savings_allowance(taxable, rates):
    """Interest taxed at nil, by the band that `taxable`, all income after the allowance, reaches.

    Income Tax Act 2007, section 12B.
    """
    lower = rates.savings_allowance_basic if taxable <= rates.basic_rate_limit else rates.savings_allowance_higher
    return lower if taxable <= rates.higher_rate_limit else 0.0


@kernel
def savings_at_nil(start, end, allowance, rates):
    """Interest, in the slice from `start` to `end`, taxed at nil: the starting rate, then the savings `allowance`.

    Income Tax Act 2007, sections 12 and 12A: the starting rate holds for what lies below its limit.
    """
    starting = max(0.0, rates.savings_starting_limit - start)
    return min(end - start, starting + allowance)


@kernel
def tax_on_savings(start, end, at_nil, rates):
    """Tax on the slice from `start` to `end` that is interest, of which the lowest `at_nil` pounds bear none.

    Income Tax Act 2007, sections 11D and 12A. Interest taxed at nil uses up the bands all the same.
    """
    first = start + at_nil
    basic = min(end, rates.basic_rate_limit) - min(first, rates.basic_rate_limit)
    additional = max(end, rates.higher_rate_limit) - max(first, rates.higher_rate_limit)
    higher = end - first - basic - additional
    return (
        basic * rates.savings_basic_rate
        + higher * rates.savings_higher_rate
        + additional * rates.savings_additional_rate
    )


@kernel
def tax_on_dividends(start, end, rates):
    """Tax on the slice from `start` to `end` that is dividends, of which the allowance, the lowest part, bears none.

    Income Tax Act 2007, sections 13 and 13A. Dividends taxed at nil use up the bands all the same.
    """
    first = min(end, start + rates.dividend_allowance)
    basic = min(end, rates.basic_rate_limit) - min(first, rates.basic_rate_limit)
    additional = max(end, rates.higher_rate_limit) - max(first, rates.higher_rate_limit)
    higher = end - first - basic - additional
    return (
        basic * rates.dividend_ordinary_rate
        + higher * rates.dividend_upper_rate
        + additional * rates.dividend_additional_rate
    )


@kernel
def income_tax(earnings, property_income, savings, dividends, allowance, rates):
    """Tax on all income, before the marriage allowance: the steps above in their order (compiled code only)."""
    to_earnings = taxable_income(earnings, allowance)
    to_property = taxable_income(earnings + property_income, allowance)
    to_savings = taxable_income(earnings + property_income + savings, allowance)
    taxable = taxable_income(earnings + property_income + savings + dividends, allowance)
    at_nil = savings_at_nil(to_property, to_savings, savings_allowance(taxable, rates), rates)
    return (
        tax_on_earnings(to_earnings, rates)
        + tax_on_property(to_earnings, to_property, rates)
        + tax_on_savings(to_property, to_savings, at_nil, rates)
        + tax_on_dividends(to_savings, taxable, rates)
    )


@kernel
def transferable_allowance(rates):
    """The part of a personal allowance that may be transferred, rounded up as the law says.

    Income Tax Act 2007, section 55B(4) and (5): a tenth of the allowance, up to the next multiple of £10.
    """
    tenth = rates.personal_allowance * rates.marriage_allowance_share
    return np.ceil(tenth / rates.marriage_allowance_step - 1e-9) * rates.marriage_allowance_step


@kernel
def marriage_allowance(giver_income, taxable, tax, transferable, claims, rates):
    """What a couple pays less if the partner with `giver_income` transfers part of the personal allowance.

    Income Tax Act 2007, sections 55B and 55C. The receiver, with `taxable` income after the allowance and `tax` on it,
    must not reach the higher rates, and saves the basic rate on what is `transferable`, at most `tax`. The giver pays
    that rate on what the allowance no longer covers: the difference is counted here, and a couple that would lose does
    not ask. `claims` is 1 or 0, or a share of couples to get the expected amount.
    """
    saved = min(tax, transferable * rates.basic_rate)
    uncovered = min(transferable, max(0.0, giver_income - (rates.personal_allowance - transferable)))
    gain = max(0.0, saved - uncovered * rates.basic_rate)
    return gain * claims if taxable <= rates.basic_rate_limit else 0.0
