"""The least an hour of work may be paid, by age and for apprentices.

Source of the rules: National Minimum Wage Act 1998 and the National Minimum Wage Regulations 2015, as set out in
GOV.UK, National Minimum Wage and National Living Wage rates.
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters


class MinimumWage(NamedTuple):
    """Rates of one date in pounds an hour, and the ages from or under which they are due."""

    adult: float
    mid: float
    age_18_20: float
    age_16_17: float
    apprentice: float
    adult_from_age: float
    mid_from_age: float
    age_18_20_from_age: float
    apprentice_under_age: float
    apprentice_years: float


PARAMETERS = {name: f"minimum_wage.{name}" for name in MinimumWage._fields}


def minimum_wage_rates(parameters: Parameters, year: int) -> MinimumWage:
    """The rates in force on 1 April of a financial year."""
    return MinimumWage(**{field: parameters.value(name, year) for field, name in PARAMETERS.items()})


def minimum_wage_rates_on(parameters: Parameters, date: datetime.date) -> MinimumWage:
    """The rates in force on a date, from 1 October 2015 on."""
    return MinimumWage(**{field: parameters.value_on(name, date) for field, name in PARAMETERS.items()})


@kernel
def minimum_wage(age, apprentice, apprenticeship_year, rates):
    """Pounds an hour due to a worker above compulsory school age.

    `apprenticeship_year` is 1 in the first twelve months. An apprentice is due the apprentice rate under 19 and in the
    first year of the apprenticeship, and otherwise the rate of the age.
    """
    by_age = rates.age_18_20 if age >= rates.age_18_20_from_age else rates.age_16_17
    by_age = rates.mid if age >= rates.mid_from_age else by_age
    by_age = rates.adult if age >= rates.adult_from_age else by_age
    new = (age < rates.apprentice_under_age) | (apprenticeship_year <= rates.apprentice_years)
    return rates.apprentice if (apprentice != 0) & new else by_age
