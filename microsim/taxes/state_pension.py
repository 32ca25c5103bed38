"""State Pension: from what age, at which rate, and how much of a year.

Law: Pensions Act 1995, Schedule 4 (pension age; as amended by the Pensions Acts 2007, 2011 and 2014); Pensions Act
2014, Part 1 (new State Pension); Social Security Contributions and Benefits Act 1992 (basic). Pounds a year: 52 weeks.

People of one month of birth are taken to be born in the middle of it. Left out: deferral, qualifying years one by one,
inherited and graduated pensions. What a person has of the full rate is given to these functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters
from microsim.taxes.annual import annual_rates

MONTHS = 12.0
HALF_MONTH = 0.5


class StatePension(NamedTuple):
    """The rates of one year: pounds a year, first financial years of birth, average awards as shares of the full."""

    new_full_rate: float
    basic_rate: float
    new_from_birth_men: float
    new_from_birth_women: float


PARAMETERS = {field: f"state_pension.{field}" for field in StatePension._fields}
# By financial year of birth, not by year of payment.
AGE_BY_BIRTH = ("state_pension.age_of_april_births", "state_pension.age_rise_by_month")


def state_pension_rates(parameters: Parameters, year: int) -> StatePension:
    """The rates of a financial year."""
    return StatePension(**annual_rates(parameters, PARAMETERS, year))


@kernel
def pension_age(birth_month, of_april_births, rise_by_month):
    """State Pension age in months of a person born in `birth_month` (0 April to 11 March) of a financial year of birth.

    Its first month's age and the rise with each month after it are as in Pensions Act 1995, Schedule 4, tables 3 and 4.
    """
    return of_april_births + rise_by_month * birth_month


@kernel
def share_of_year_over(years_since_birth, birth_month, age_in_months):
    """Share of a financial year in which a person is over State Pension age.

    `years_since_birth` is the year less the financial year of birth; `age_in_months` from `pension_age`.
    """
    reached = birth_month + HALF_MONTH + age_in_months - MONTHS * years_since_birth  # months into the year
    return min(max(1.0 - reached / MONTHS, 0.0), 1.0)


def shares_of_year_over(parameters: Parameters, year: int, cohorts: Sequence[int]) -> np.ndarray:
    """`share_of_year_over` of a year for each financial year of birth and month of it: float64 [cohorts, 12]."""
    table = np.empty((len(cohorts), int(MONTHS)))
    age_of, share_of = (getattr(rule, "py_func", rule) for rule in (pension_age, share_of_year_over))
    for row, cohort in enumerate(cohorts):
        april, rise = (parameters.value(name, cohort) for name in AGE_BY_BIRTH)
        for month in range(int(MONTHS)):
            table[row, month] = share_of(year - cohort, month, age_of(month, april, rise))
    return table


@kernel
def on_new_pension(cohort, woman, rates):
    """1.0 for who reached pension age from 6 April 2016 (Pensions Act 2014, section 1), by year of birth and sex."""
    first = rates.new_from_birth_women if woman else rates.new_from_birth_men
    return 1.0 if cohort >= first else 0.0


@kernel
def state_pension(share_of_full, new, share_of_year, rates):
    """The pension of a year: a share of the full new or basic rate, for the share of the year over pension age.

    The share of the basic rate can be above one: it holds the additional pension earned before 2016.
    """
    full = rates.new_full_rate if new else rates.basic_rate
    return share_of_full * full * share_of_year
