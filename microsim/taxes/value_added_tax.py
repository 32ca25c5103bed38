"""VAT in and on a price, and the VAT that providers of exempt education cannot get back.

Source of the rules: Value Added Tax Act 1994, sections 2, 24 to 26, 29A and Schedules 1 and 9 (group 6: education);
HM Revenue and Customs, VAT Notices 700, 701/30 and 706.
"""

from __future__ import annotations

from typing import NamedTuple

from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters


class ValueAddedTax(NamedTuple):
    """Rates of one year as fractions of the price before tax; the threshold in pounds of turnover a year."""

    standard_rate: float
    reduced_rate: float
    registration_threshold: float


PARAMETERS = {name: f"value_added_tax.{name}" for name in ValueAddedTax._fields}


def value_added_tax_rates(parameters: Parameters, year: int) -> ValueAddedTax:
    """The rates in force on 1 April of a financial year."""
    return ValueAddedTax(**{field: parameters.value(name, year) for field, name in PARAMETERS.items()})


@kernel
def vat_on(price_excluding, rate):
    """Pounds of VAT to add to a price without it."""
    return price_excluding * rate


@kernel
def vat_in(price_including, rate):
    """Pounds of VAT within a price: the VAT fraction, a sixth at the rate of 20 per cent."""
    return price_including * (rate / (1.0 + rate))


@kernel
def irrecoverable(inputs, exempt_share, rates):
    """Pounds of VAT that a provider pays and cannot get back.

    `inputs` is spending with VAT on standard-rated goods and services; `exempt_share` is the part of it used for exempt
    supplies or for none that is a business. VAT on the rest is deducted (section 26, VAT Notice 706).
    """
    return inputs * (rates.standard_rate / (1.0 + rates.standard_rate)) * min(1.0, max(0.0, exempt_share))


@kernel
def must_register(turnover, rates):
    """Whether taxable turnover of the last twelve months makes a business register (Schedule 1, paragraph 1)."""
    return turnover > rates.registration_threshold
