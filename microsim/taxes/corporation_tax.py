"""Tax on a company's profits: main rate, small profits rate and the marginal relief between them.

Source of the rules: Corporation Tax Act 2010, sections 3 and 18A to 18E; HM Revenue and Customs, Company Taxation
Manual, CTM03900 to CTM03958. A company is taken to be resident here, no close investment-holding company and without
ring-fence profits, and its period to lie in one financial year.
"""

from __future__ import annotations

from typing import NamedTuple

from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters


class CorporationTax(NamedTuple):
    """Rates of one financial year as fractions of profits, limits in pounds of a full year of a lone company."""

    main_rate: float
    small_profits_rate: float
    lower_limit: float
    upper_limit: float
    marginal_relief_fraction: float


PARAMETERS = {name: f"corporation_tax.{name}" for name in CorporationTax._fields}


def corporation_tax_rates(parameters: Parameters, year: int) -> CorporationTax:
    """The rates of the financial year in which the accounting period lies."""
    return CorporationTax(**{field: parameters.value(name, year) for field, name in PARAMETERS.items()})


def mean_rate(rates: CorporationTax, at_small_profits_rate: float) -> float:
    """The rate on profits of which that share is taxed at the small profits rate and the rest at the main rate."""
    return at_small_profits_rate * rates.small_profits_rate + (1.0 - at_small_profits_rate) * rates.main_rate


@kernel
def limit_share(associated, months):
    """What a company's limits are of those of a lone one in a full year (section 18D, CTM03930 and CTM03935).

    They are shared among it and the companies associated with it, and fall with a period of less than twelve months.
    """
    return months / 12.0 / (1.0 + associated)


@kernel
def tax_before_relief(profit, augmented_profit, share, rates):
    """Pounds before marginal relief (section 18A). Augmented profits, with dividends received, decide on the rate."""
    small = augmented_profit <= rates.lower_limit * share
    return max(0.0, profit) * (rates.small_profits_rate if small else rates.main_rate)


@kernel
def marginal_relief(profit, augmented_profit, share, rates):
    """Pounds taken off between the limits (section 18B, CTM03925): F x (U - A) x N / A."""
    between = (augmented_profit > rates.lower_limit * share) & (augmented_profit < rates.upper_limit * share)
    short = rates.upper_limit * share - augmented_profit if between else 0.0
    part = max(0.0, profit) / (augmented_profit if between else 1.0)
    return rates.marginal_relief_fraction * short * part


@kernel
def corporation_tax_of_period(profit, distributions, associated, months, rates):
    """Pounds on the taxable total profits of an accounting period of up to twelve months.

    `distributions` are exempt dividends received from companies outside the group; `associated` companies are counted
    without the company itself.
    """
    share = limit_share(associated, months)
    augmented_profit = profit + distributions
    before = tax_before_relief(profit, augmented_profit, share, rates)
    return before - marginal_relief(profit, augmented_profit, share, rates)


@kernel
def corporation_tax(profit, associated, rates):
    """Pounds a year on the taxable total profits of a company without dividends received."""
    return corporation_tax_of_period(profit, 0.0, associated, 12.0, rates)
