"""Repayments of student loans of England, for one person and year.

Taken on the income of the whole year, where employers look at each week or month and round down to a pound. Who owes a
loan, and when it is repaid or written off, is for the population: these rules see only what is owed this year. Amounts
are float64 pounds a year.
"""

from __future__ import annotations

from typing import NamedTuple

from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters


class StudentLoans(NamedTuple):
    """The figures of one year: pounds a year and fractions of income."""

    plan_1_threshold: float
    plan_2_threshold: float
    plan_5_threshold: float
    postgraduate_threshold: float
    rate: float
    plan_5_rate: float
    postgraduate_rate: float


PARAMETERS = {field: f"student_loans.{field}" for field in StudentLoans._fields}


def student_loans_rates(parameters: Parameters, year: int) -> StudentLoans:
    """The figures in force in a financial year."""
    return StudentLoans(**{field: parameters.value(name, year) for field, name in PARAMETERS.items()})


@kernel
def student_loan_repayment(income, plan, rates):
    """Repaid of an undergraduate or advanced learner loan of `plan` 1, 2 or 5 (0: none), out of earned `income`.

    Education (Student Loans) (Repayment) Regulations 2009: a share of income above the plan's threshold. Someone with
    two plans repays as on the one with the lower threshold. Other income counts only above £2,000, and is left out.
    """
    threshold = rates.plan_1_threshold if plan == 1 else rates.plan_2_threshold
    threshold = rates.plan_5_threshold if plan == 5 else threshold
    rate = rates.plan_5_rate if plan == 5 else rates.rate
    repaid = max(0.0, income - threshold) * rate
    return repaid if plan != 0 else 0.0


@kernel
def postgraduate_loan_repayment(income, owes, rates):
    """Repaid of a postgraduate loan (`owes` is 1, or 0 for none), on top of any other loan, out of earned `income`.

    Education (Postgraduate Master's Degree Loans) Regulations 2016 and the regulations for doctoral loans of 2018.
    """
    return max(0.0, income - rates.postgraduate_threshold) * rates.postgraduate_rate * owes
