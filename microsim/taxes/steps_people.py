"""The steps of one adult's own taxes: incomes, income tax, National Insurance, student loans."""

from __future__ import annotations

from typing import NamedTuple

from microsim.taxes.disability_benefits import carers_allowance
from microsim.taxes.household import Adult
from microsim.taxes.income_tax import (
    marriage_allowance,
    personal_allowance,
    savings_allowance,
    savings_at_nil,
    tax_on_dividends,
    tax_on_earnings,
    tax_on_property,
    tax_on_savings,
    taxable_income,
    transferable_allowance,
)
from microsim.taxes.national_insurance import (
    employee_contributions,
    employer_contributions,
    self_employed_contributions,
)
from microsim.taxes.state_pension import on_new_pension, shares_of_year_over, state_pension
from microsim.taxes.student_loans import postgraduate_loan_repayment, student_loan_repayment
from microsim.taxes.worksheet import Worksheet, money, per_cent, plain, whole_pence

INCOME, INCOME_TAX, CONTRIBUTIONS, LOANS = "Income", "Income tax", "National Insurance", "Student loans"
WEEKS = 52


class Person(NamedTuple):
    """An adult with a place in the calculation, and what later steps need of the earlier ones."""

    who: str
    adult: Adult
    over_pension_age: float  # share of the year
    total_income: float = 0.0  # adjusted net income
    taxable: float = 0.0  # what of it is above the personal allowance


def own_incomes(sheet: Worksheet, who: str, adult: Adult) -> Person:
    """What an adult has before taxes."""
    cohort = sheet.year - adult.age - 1
    over = float(shares_of_year_over(sheet.parameters, sheet.year, [cohort])[0, adult.birth_month])
    for label, amount, line in (
        ("Pay", adult.pay, "wages"),
        ("Profit", adult.profit, "profits"),
        ("Private pensions", adult.private_pension, "private_pension"),
    ):
        if amount:
            sheet.note(who, INCOME, label, amount, "before tax", line)
    if adult.state_pension and not over:
        sheet.note(who, INCOME, "State Pension", 0.0, "none: under State Pension age in the whole year")
    if adult.state_pension and over:
        new = plain(on_new_pension)(cohort, adult.sex == "female", sheet.rates("state_pension"))
        kind = "new" if new else "basic"
        how = f"{per_cent(adult.state_pension)} of the full {kind} rate"
        how += f", for {per_cent(over)} of the year" if over < 1 else ""
        given = adult.state_pension, new, over
        sheet.rule(who, INCOME, "State Pension", state_pension, *given, how=how, line="state_pension")
    for label, amount, line in (
        ("Interest on savings", adult.savings, "savings"),
        ("Dividends", adult.dividends, "dividends"),
        ("Income from letting", adult.property, "property"),
    ):
        if amount:
            sheet.note(who, INCOME, label, amount, "before tax", line)
    if weekly := adult.disability_benefit_a_week:
        how = f"{WEEKS} weeks of {money(weekly)}; not taxed"
        sheet.note(who, INCOME, "Disability benefit", weekly * WEEKS, how, "disability_benefit")
    if adult.pension_contribution:
        text = "the employee's own, taken before income tax"
        sheet.note(who, INCOME, "Less pension contribution", adult.pension_contribution, text, "pension_contribution")
    if adult.carer:
        net = sheet.pounds(who, "wages", "profits") - sheet.pounds(who, "pension_contribution")
        limit = sheet.rates("disability_benefits").carers_earnings_limit
        how = f"if net earnings, {money(net)}, are at most {money(limit)}; less State Pension"
        given = True, net, sheet.pounds(who, "state_pension")
        sheet.rule(who, INCOME, "Carer's Allowance", carers_allowance, *given, how=how, line="carers_allowance")
    return Person(who, adult, over)


def income_tax(sheet: Worksheet, person: Person) -> Person:
    """Income tax before the marriage allowance."""
    who, rates = person.who, sheet.rates("income_tax")
    pence = sheet.pence
    names = ("wages", "profits", "private_pension", "state_pension", "carers_allowance")
    earned = sum(pence[who, name] for name in names) - pence[who, "pension_contribution"]
    earnings = earned / 100
    letting, interest, dividends = (pence[who, name] / 100 for name in ("property", "savings", "dividends"))
    total = earnings + letting + interest + dividends
    if not total:
        return person
    sheet.note(who, INCOME_TAX, "Income that is taxed", total, "adjusted net income: after pension contributions")
    how = f"{money(rates.personal_allowance)}, less {per_cent(rates.allowance_taper_rate)} of what {money(total)} is "
    how += f"above {money(rates.allowance_taper_from)}"
    allowance = sheet.rule(who, INCOME_TAX, "Personal allowance", personal_allowance, total, how=how)
    ends: list[float] = []
    upto = 0.0
    for label, amount in (("earnings, pensions", earnings), ("and letting", letting), ("and interest", interest),
                          ("and dividends", dividends)):  # fmt: skip
        upto += amount
        if amount or not ends:
            how = f"income up to and with it, {money(upto)}, less {money(allowance)}"
            end = sheet.rule(who, INCOME_TAX, f"Taxable: {label}", taxable_income, upto, allowance, how=how)
        ends.append(end)
    to_earnings, to_property, to_savings, taxable = ends
    bands = f"{per_cent(rates.basic_rate)} up to {money(rates.basic_rate_limit)}, {per_cent(rates.higher_rate)} up to "
    bands += f"{money(rates.higher_rate_limit)}, {per_cent(rates.additional_rate)} above; taxable {money(to_earnings)}"
    tax = sheet.rule(who, INCOME_TAX, "Tax on earnings, pensions", tax_on_earnings, to_earnings, how=bands)
    if letting:
        tax += sheet.rule(
            who, INCOME_TAX, "Tax on letting", tax_on_property, to_earnings, to_property,
            how=f"the slice from {money(to_earnings)} to {money(to_property)}",
        )  # fmt: skip
    if interest:
        tax += _tax_on_interest(sheet, who, to_property, to_savings, taxable)
    if dividends:
        how = f"the slice from {money(to_savings)} to {money(taxable)}, "
        how += f"the first {money(rates.dividend_allowance)} at nil"
        tax += sheet.rule(who, INCOME_TAX, "Tax on dividends", tax_on_dividends, to_savings, taxable, how=how)
    sheet.note(who, INCOME_TAX, "Income tax", tax, "the sum of the above, before any marriage allowance", "income_tax")
    return person._replace(total_income=total, taxable=taxable)


def _tax_on_interest(sheet: Worksheet, who: str, start: float, end: float, taxable: float) -> float:
    rates = sheet.rates("income_tax")
    how = f"by the highest band of {money(taxable)}"
    allowance = sheet.rule(who, INCOME_TAX, "Savings allowance", savings_allowance, taxable, how=how)
    how = f"starting rate up to {money(rates.savings_starting_limit)} of taxable income, then {money(allowance)}"
    nil = sheet.rule(who, INCOME_TAX, "Interest taxed at nil", savings_at_nil, start, end, allowance, how=how)
    how = f"the slice from {money(start)} to {money(end)}, less {money(nil)} at nil"
    return sheet.rule(who, INCOME_TAX, "Tax on interest", tax_on_savings, start, end, nil, how=how)


def couples_allowance(sheet: Worksheet, one: Person, other: Person) -> None:
    """The marriage allowance, given by the partner with less income: taken off the other's income tax."""
    giver, receiver = (one, other) if one.total_income <= other.total_income else (other, one)
    tax = sheet.pounds(receiver.who, "income_tax")
    if not tax:
        return
    rates = sheet.rates("income_tax")
    how = f"{per_cent(rates.marriage_allowance_share)} of {money(rates.personal_allowance)}, rounded up"
    part = sheet.rule(receiver.who, INCOME_TAX, "Transferable allowance", transferable_allowance, how=how)
    how = f"{per_cent(rates.basic_rate)} of it, less what {giver.who} pays for it, "
    how += f"if {receiver.who} pays basic rates only"
    gain = sheet.rule(
        receiver.who, INCOME_TAX, "Marriage allowance", marriage_allowance,
        giver.total_income, receiver.taxable, tax, part, 1.0, how=how,
    )  # fmt: skip
    if gain:
        how = "taken off income tax"
        sheet.note(
            receiver.who, INCOME_TAX, "Change of income tax", -min(whole_pence(gain) / 100, tax), how, "income_tax"
        )


def contributions(sheet: Worksheet, person: Person) -> None:
    """National Insurance and student loans."""
    who, adult = person.who, person.adult
    rates = sheet.rates("national_insurance")
    liable = 1.0 - person.over_pension_age
    part = "" if liable == 1 else f", for the {per_cent(liable)} of the year under State Pension age"
    if pay := sheet.pounds(who, "wages"):
        how = f"{per_cent(rates.employee_main_rate)} between {money(rates.primary_threshold)} and "
        how += f"{money(rates.upper_earnings_limit)}, {per_cent(rates.employee_upper_rate)} above{part}"
        label = "Employee's contributions"
        sheet.rule(
            who, CONTRIBUTIONS, label, employee_contributions, pay, liable, how=how, line="employee_contributions"
        )
        how = f"{per_cent(rates.employer_rate)} above the threshold; paid by the employer on top of pay"
        given = pay, float(adult.age), int(adult.apprentice)
        line = "employer_contributions"
        sheet.rule(who, CONTRIBUTIONS, "Employer's contributions", employer_contributions, *given, how=how, line=line)
    if profit := sheet.pounds(who, "profits"):
        how = f"{per_cent(rates.self_employed_main_rate)} between {money(rates.lower_profits_limit)} and "
        started_under = 1.0 if liable > 0.0 else 0.0
        how += f"{money(rates.upper_profits_limit)}, {per_cent(rates.self_employed_upper_rate)} above"
        how += "" if started_under else "; none for who is over State Pension age at the start of the year"
        line = "self_employed_contributions"
        label, rule = "Self-employed (class 4)", self_employed_contributions
        sheet.rule(who, CONTRIBUTIONS, label, rule, profit, started_under, how=how, line=line)
    earned = sheet.pounds(who, "wages", "profits")
    loans = sheet.rates("student_loans")
    if earned and adult.loan_plan:
        threshold = getattr(loans, f"plan_{adult.loan_plan}_threshold")
        rate = loans.plan_5_rate if adult.loan_plan == 5 else loans.rate
        how = f"{per_cent(rate)} of earnings above {money(threshold)}"
        label = f"Student loan, plan {adult.loan_plan}"
        owed = earned, adult.loan_plan
        sheet.rule(who, LOANS, label, student_loan_repayment, *owed, how=how, line="loan_repayment")
    if earned and adult.postgraduate_loan:
        how = f"{per_cent(loans.postgraduate_rate)} of earnings above {money(loans.postgraduate_threshold)}"
        sheet.rule(who, LOANS, "Postgraduate loan", postgraduate_loan_repayment, earned, 1.0, how=how,
                   line="loan_repayment")  # fmt: skip


def net_earnings(sheet: Worksheet, person: Person) -> float:
    """Earnings after pension contributions, National Insurance and the part of income tax that falls on them."""
    who = person.who
    earned = sheet.pounds(who, "wages", "profits") - sheet.pounds(who, "pension_contribution")
    taken = sheet.pounds(who, "employee_contributions", "self_employed_contributions")
    share = min(earned / max(person.total_income, 1.0), 1.0)
    return max(earned - taken - share * sheet.pounds(who, "income_tax"), 0.0)


def net_pensions(sheet: Worksheet, person: Person) -> float:
    """Pensions and Carer's Allowance after the part of income tax that falls on them."""
    pensions = sheet.pounds(person.who, "state_pension", "private_pension", "carers_allowance")
    share = min(pensions / max(person.total_income, 1.0), 1.0)
    return pensions - share * sheet.pounds(person.who, "income_tax")
