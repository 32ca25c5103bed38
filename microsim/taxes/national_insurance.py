"""National Insurance contributions of employees, employers and self-employed people, for one year.

Charged on the pay of the whole year, where the law looks at each week or month: someone who earned the same in fewer
months pays less here. Amounts are float64 pounds a year. Class 2 is voluntary since April 2024 and left out.
"""

from __future__ import annotations

from typing import NamedTuple

from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters


class NationalInsurance(NamedTuple):
    """The figures of one year: pounds a year, fractions of pay or profits, years of age."""

    primary_threshold: float
    upper_earnings_limit: float
    employee_main_rate: float
    employee_upper_rate: float
    secondary_threshold: float
    employer_rate: float
    upper_secondary_threshold: float
    relief_under_age: float
    apprentice_relief_under_age: float
    employment_allowance: float
    employment_allowance_limit: float
    lower_profits_limit: float
    upper_profits_limit: float
    self_employed_main_rate: float
    self_employed_upper_rate: float


PARAMETERS = {field: f"national_insurance.{field}" for field in NationalInsurance._fields}


def national_insurance_rates(parameters: Parameters, year: int) -> NationalInsurance:
    """The figures in force in a financial year."""
    return NationalInsurance(**{field: parameters.value(name, year) for field, name in PARAMETERS.items()})


@kernel
def employee_contributions(pay, liable, rates):
    """Class 1 contributions of an employee with gross `pay`.

    Social Security Contributions and Benefits Act 1992, sections 6 and 8. `liable` is 1 from age 16 to State Pension
    age and 0 otherwise.
    """
    main = min(pay, rates.upper_earnings_limit) - min(pay, rates.primary_threshold)
    upper = max(0.0, pay - rates.upper_earnings_limit)
    return (main * rates.employee_main_rate + upper * rates.employee_upper_rate) * liable


@kernel
def employer_contributions(pay, age, apprentice, rates):
    """Class 1 contributions of the employer for an employee with gross `pay`, at any age from 16.

    Social Security Contributions and Benefits Act 1992, sections 9, 9A and 9B: nothing up to the upper secondary
    threshold for employees under 21 and apprentices (`apprentice` is 1) under 25.
    """
    relieved = (age < rates.relief_under_age) | ((age < rates.apprentice_relief_under_age) & (apprentice != 0))
    threshold = rates.upper_secondary_threshold if relieved else rates.secondary_threshold
    return max(0.0, pay - threshold) * rates.employer_rate


@kernel
def employment_allowance(liability, liability_before, eligible, rates):
    """What an employer does not pay of its `liability`, the employer contributions for all its employees in the year.

    National Insurance Contributions Act 2014, sections 1 to 3. `liability_before` is the year before's, which ruled
    large employers out until April 2025. `eligible` is 0 for public bodies and companies whose only employee is a
    director, and 1 for others.
    """
    allowed = min(liability, rates.employment_allowance) * eligible
    return allowed if liability_before < rates.employment_allowance_limit else 0.0


@kernel
def self_employed_contributions(profits, liable, rates):
    """Class 4 contributions on `profits`.

    Social Security Contributions and Benefits Act 1992, section 15. `liable` is 1 for who is under State Pension age at
    the start of the year (Social Security (Contributions) Regulations 2001, regulation 91), and 0 otherwise.
    """
    main = min(profits, rates.upper_profits_limit) - min(profits, rates.lower_profits_limit)
    upper = max(0.0, profits - rates.upper_profits_limit)
    return (main * rates.self_employed_main_rate + upper * rates.self_employed_upper_rate) * liable
