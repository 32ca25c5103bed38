"""The rules of every year as tables, for the compiled year; those of the reform arm apart where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from microsim.parameters.load import Parameters
from microsim.taxes.child_benefit import ChildBenefit, child_benefit_rates
from microsim.taxes.council_tax import CouncilTax, council_tax_rates
from microsim.taxes.disability_benefits import DisabilityBenefits, disability_benefits_rates
from microsim.taxes.income_tax import IncomeTax, income_tax_rates
from microsim.taxes.national_insurance import NationalInsurance, national_insurance_rates
from microsim.taxes.pension_credit import PensionCredit, pension_credit_rates
from microsim.taxes.rates import rates_table
from microsim.taxes.student_loans import StudentLoans, student_loans_rates
from microsim.taxes.universal_credit import UniversalCredit, universal_credit_rates

LONDON = "E12000007"
# How many figures each kind of rules has, which the compiler must know.
INCOME_TAX_FIGURES, NATIONAL_INSURANCE_FIGURES = len(IncomeTax._fields), len(NationalInsurance._fields)
STUDENT_LOAN_FIGURES, UNIVERSAL_CREDIT_FIGURES = len(StudentLoans._fields), len(UniversalCredit._fields)
CHILD_BENEFIT_FIGURES, PENSION_CREDIT_FIGURES = len(ChildBenefit._fields), len(PensionCredit._fields)
DISABILITY_BENEFIT_FIGURES, COUNCIL_TAX_FIGURES = len(DisabilityBenefits._fields), len(CouncilTax._fields)


class TaxTables(NamedTuple):
    """The rates of every year [years, fields], float64, and where London is."""

    income_tax: np.ndarray
    national_insurance: np.ndarray
    student_loans: np.ndarray
    universal_credit: np.ndarray
    child_benefit: np.ndarray
    pension_credit: np.ndarray
    disability_benefits: np.ndarray
    council_tax: np.ndarray
    london: np.ndarray  # uint8 [areas]


class TaxArms(NamedTuple):
    """The rules of the baseline and the reform arm, of which the first `arms` are assessed: none, one when both are the
    same, or two."""

    tables: tuple[TaxTables, TaxTables]
    arms: int


def tax_tables(
    parameters: Parameters, years: Sequence[int], region_codes: Sequence[str], area_region: np.ndarray
) -> TaxTables:
    """The rates of `years`; `area_region` is the index into `region_codes` of each local authority's region."""
    rules = (
        income_tax_rates, national_insurance_rates, student_loans_rates, universal_credit_rates, child_benefit_rates,
        pension_credit_rates, disability_benefits_rates, council_tax_rates,
    )  # fmt: skip
    tables = [rates_table(one, parameters, years) for one in rules]
    tables.append(np.array([code == LONDON for code in region_codes], np.uint8)[area_region])
    return TaxTables._make(tables)


def tax_arms(rules: tuple[TaxTables, TaxTables], means: tuple[Any, Any]) -> TaxArms:
    """What the engine assesses: the reform arm apart only where its rules differ, or people's means under them.

    `means` are the tables of means of the baseline and the reform.
    """
    return TaxArms(rules, 1 if _same(*rules) and _same(*means) else 2)


def _same(one: Any, other: Any) -> bool:
    """Whether two tables, or tuples of tables, hold the same."""
    if isinstance(one, tuple):
        return all(_same(*pair) for pair in zip(one, other, strict=True))
    return np.array_equal(one, other)


_NOTHING = TaxTables._make([*[np.zeros((0, 0))] * (len(TaxTables._fields) - 1), np.zeros(0, np.uint8)])
NO_TAXES = TaxArms((_NOTHING, _NOTHING), 0)  # for runs that nobody's taxes matter to
