"""What is kept of taxes, benefits and incomes: a line each, in the order of the arrays that hold them."""

from __future__ import annotations

from typing import Literal, NamedTuple


class TaxLine(NamedTuple):
    """An amount of pence for each row, or a count of people or families.

    `net` is its sign in household net income, `exchequer` the effect of a positive amount on the public finances: +1
    a receipt, -1 spending, 0 neither (repaid loans are financial transactions). `payer` and `head` are the
    department and where the public accounts record it.
    """

    name: str
    description: str
    net: Literal[-1, 0, 1] = 0
    exchequer: Literal[-1, 0, 1] = 0
    payer: str = ""
    head: Literal["", "AME", "receipts"] = ""
    unit: Literal["£", "people", "families"] = "£"


_REVENUE, _WORK_AND_PENSIONS = "HM Revenue and Customs", "Department for Work and Pensions"
_COUNCILS = "Local authorities"


TAX_LINES = (
    TaxLine("wages", "Gross pay of employees", 1),
    TaxLine("profits", "Profits of the self-employed", 1),
    TaxLine("private_pension", "Private pensions, before tax", 1),
    TaxLine("state_pension", "State Pension", 1, -1, _WORK_AND_PENSIONS, "AME"),
    TaxLine("savings", "Interest on savings", 1),
    TaxLine("dividends", "Dividends", 1),
    TaxLine("property", "Income from letting", 1),
    TaxLine(
        "disability_benefit", "Personal Independence Payment and Attendance Allowance", 1, -1, _WORK_AND_PENSIONS, "AME"
    ),
    TaxLine("carers_allowance", "Carer's Allowance", 1, -1, _WORK_AND_PENSIONS, "AME"),
    TaxLine("child_benefit", "Child Benefit, before the charge", 1, -1, _REVENUE, "AME"),
    TaxLine("universal_credit", "Universal Credit", 1, -1, _WORK_AND_PENSIONS, "AME"),
    TaxLine("pension_credit", "Pension Credit (guarantee credit)", 1, -1, _WORK_AND_PENSIONS, "AME"),
    TaxLine("housing_benefit", "Housing Benefit of pensioners", 1, -1, _WORK_AND_PENSIONS, "AME"),
    TaxLine("income_tax", "Income tax", -1, 1, _REVENUE, "receipts"),
    TaxLine(
        "employee_contributions", "National Insurance contributions of employees (class 1)", -1, 1, _REVENUE, "receipts"
    ),
    TaxLine(
        "self_employed_contributions",
        "National Insurance contributions of the self-employed (class 4)",
        -1,
        1,
        _REVENUE,
        "receipts",
    ),
    TaxLine("loan_repayment", "Repayments of student loans", -1),
    TaxLine("child_benefit_charge", "High Income Child Benefit Charge", -1, 1, _REVENUE, "receipts"),
    TaxLine("pension_contribution", "Employees' contributions to workplace pensions", -1),
    TaxLine("council_tax", "Council tax after discounts and support", -1, 1, _COUNCILS, "receipts"),
    TaxLine(
        "employer_contributions",
        "National Insurance contributions of employers, before Employment Allowance",
        0,
        1,
        _REVENUE,
        "receipts",
    ),
    TaxLine("rent", "Rent of tenants, before benefits"),
    TaxLine("basic_rate_taxpayers", "People whose highest rate of income tax is the basic rate", unit="people"),
    TaxLine("higher_rate_taxpayers", "People whose highest rate of income tax is the higher rate", unit="people"),
    TaxLine(
        "additional_rate_taxpayers", "People whose highest rate of income tax is the additional one", unit="people"
    ),
    TaxLine("loan_repayers", "People who repay a student loan", unit="people"),
    TaxLine("universal_credit_people", "Adults in families on Universal Credit", unit="people"),
    TaxLine("universal_credit_workers", "Adults in work in families on Universal Credit", unit="people"),
    TaxLine("universal_credit_families", "Families on Universal Credit", unit="families"),
    TaxLine("child_benefit_families", "Families with Child Benefit", unit="families"),
    TaxLine("pension_credit_families", "Families on Pension Credit", unit="families"),
    TaxLine("state_pensioners", "People with State Pension by the middle of the year", unit="people"),
    TaxLine("disability_benefit_people", "Adults with a disability benefit", unit="people"),
)
(
    WAGES, PROFITS, PRIVATE_PENSION, STATE_PENSION, SAVINGS, DIVIDENDS, PROPERTY, DISABILITY_BENEFIT, CARERS_ALLOWANCE,
    CHILD_BENEFIT, UNIVERSAL_CREDIT, PENSION_CREDIT, HOUSING_BENEFIT, INCOME_TAX, EMPLOYEE_CONTRIBUTIONS,
    SELF_EMPLOYED_CONTRIBUTIONS, LOAN_REPAYMENT, CHILD_BENEFIT_CHARGE, PENSION_CONTRIBUTION, COUNCIL_TAX,
    EMPLOYER_CONTRIBUTIONS, RENT, BASIC_RATE, HIGHER_RATE, ADDITIONAL_RATE, LOAN_REPAYERS, CREDIT_PEOPLE,
    CREDIT_WORKERS, CREDIT_FAMILIES, CHILD_BENEFIT_FAMILIES, PENSION_CREDIT_FAMILIES, STATE_PENSIONERS,
    DISABILITY_BENEFIT_PEOPLE,
) = range(len(TAX_LINES))  # fmt: skip
INCOMES = WAGES, HOUSING_BENEFIT + 1  # first line that adds to net income, and the one after the last
DEDUCTIONS = INCOME_TAX, COUNCIL_TAX + 1  # those that are taken off
