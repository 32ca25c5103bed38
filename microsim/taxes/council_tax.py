"""Council tax of a household in England, and support with it.

Source of the rules: Local Government Finance Act 1992, sections 5 and 11; The Council Tax Reduction Schemes (Prescribed
Requirements) (England) Regulations 2012 (SI 2012/2885) for pensioners. Councils have schemes of their own for working
age: one scheme with an average share and the national taper stands for all of them.
"""

from __future__ import annotations

from typing import NamedTuple

from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters


class CouncilTax(NamedTuple):
    """Figures of one year: pounds a year for band D, a multiple of it, and fractions of the bill or of income."""

    band_d: float
    average_band: float
    adult_discount: float
    support_pension_age: float
    support_working_age: float
    support_taper: float


PARAMETERS = {name: f"council_tax.{name}" for name in CouncilTax._fields}


def council_tax_rates(parameters: Parameters, year: int) -> CouncilTax:
    """The figures of a financial year."""
    return CouncilTax(**{field: parameters.value(name, year) for field, name in PARAMETERS.items()})


@kernel
def average_bill(rates):
    """Pounds a year for England's average dwelling with two or more adults."""
    return rates.band_d * rates.average_band


@kernel
def council_tax(level, adults, rates):
    """Pounds a year before support: `level`, the bill of the dwelling with two or more adults, less its discount.

    A quarter is taken off for one adult, and a half where every adult is disregarded (section 11).
    """
    return level * (1.0 - rates.adult_discount * max(0.0, 2.0 - adults))


@kernel
def council_tax_support(bill, excess_income, pension_age, rates):
    """Pounds a year of the bill that are not collected (SI 2012/2885, Schedule 1, for pensioners).

    `excess_income` is the household's yearly income above the amount that the scheme allows for its needs, Universal
    Credit or Pension Credit being income; none for those on the guarantee credit. `pension_age` is 1 or 0.
    """
    share = rates.support_pension_age if pension_age != 0 else rates.support_working_age
    return max(0.0, bill * share - rates.support_taper * max(0.0, excess_income))
