"""State Pension age, by month and financial year of birth: Pensions Act 1995, Schedule 4, as amended.

People of one month of birth are taken to be born in the middle of it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters

MONTHS = 12
HALF_MONTH = 0.5
FIRST_COHORT = 1900  # the first financial year of birth that the parameters hold a pension age for
# By financial year of birth, not by year of payment.
AGE_BY_BIRTH = ("state_pension.age_of_april_births", "state_pension.age_rise_by_month")


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
    return np.minimum(np.maximum(1.0 - reached / MONTHS, 0.0), 1.0)


def shares_of_year_over(parameters: Parameters, year: int, cohorts: Iterable[int]) -> np.ndarray:
    """`share_of_year_over` of a year for each financial year of birth and month of it: float64 [cohorts, 12].

    Who was born before FIRST_COHORT has the pension age of that year.
    """
    born = np.array(list(cohorts))[:, None]
    known = np.maximum(born[:, 0], FIRST_COHORT).tolist()
    april, rise = (np.array([parameters.value(name, cohort) for cohort in known])[:, None] for name in AGE_BY_BIRTH)
    month = np.arange(MONTHS)
    return np.asarray(share_of_year_over.py_func(year - born, month, pension_age.py_func(month, april, rise)))
