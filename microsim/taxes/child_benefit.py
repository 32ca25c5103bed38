"""Child Benefit, and the income-tax charge on it of families with a high income.

Law: Child Benefit (Rates) Regulations 2006 (SI 2006/965); Income Tax (Earnings and Pensions) Act 2003, sections 681B to
681H. Pounds a year: 52 weeks. Young people of 16 to 19 in school or college count as children here and in law.

In August 2024 712,000 families of 7.62 million chose not to be paid, as the charge would take it all (HM Revenue and
Customs, Child Benefit Statistics: annual release, 23 April 2025). Here they are paid and charged: their net income is
the same, but spending on the benefit and receipts of the charge are both higher than published.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters
from microsim.taxes.annual import annual_rates


class ChildBenefit(NamedTuple):
    """The rates of one year: pounds a year, and the share of children claimed for."""

    eldest: float
    other: float
    charge_from: float
    charge_step: float
    take_up: float


PARAMETERS = {field: f"child_benefit.{field}" for field in ChildBenefit._fields}


def child_benefit_rates(parameters: Parameters, year: int) -> ChildBenefit:
    """The rates of a financial year."""
    return ChildBenefit(**annual_rates(parameters, PARAMETERS, year))


@kernel
def child_benefit(children, rates):
    """Child Benefit for `children` (regulation 2): more for the eldest."""
    return min(children, 1.0) * rates.eldest + max(children - 1.0, 0.0) * rates.other


@kernel
def charged_per_cent(income, rates):
    """Per cent of the benefit that is charged (section 681C): one for each full step of income above the threshold.

    `income` is the adjusted net income of the partner with more of it, or of a lone parent.
    """
    return min(np.floor(max(income - rates.charge_from, 0.0) / rates.charge_step), 100.0)


@kernel
def high_income_charge(benefit, per_cent):
    """The High Income Child Benefit Charge (section 681C): by law in whole pounds, of whole pounds, rounded down."""
    return np.floor(np.floor(benefit) * per_cent / 100.0)
