"""What each person has and pays: own incomes, income tax, National Insurance, student loans, and what is left.

Whole pence of a person and year, on the person's own row; who is gone has nothing.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.population.columns import EMPLOYEE, SELF_EMPLOYED
from microsim.taxes.disability_benefits import DisabilityBenefits, carers_allowance
from microsim.taxes.income_tax import (
    IncomeTax,
    income_tax,
    marriage_allowance,
    personal_allowance,
    taxable_income,
    transferable_allowance,
)
from microsim.taxes.lines import (
    ADDITIONAL_RATE,
    BASIC_RATE,
    CARERS_ALLOWANCE,
    DISABILITY_BENEFIT,
    DISABILITY_BENEFIT_PEOPLE,
    DIVIDENDS,
    EMPLOYEE_CONTRIBUTIONS,
    EMPLOYER_CONTRIBUTIONS,
    HIGHER_RATE,
    INCOME_TAX,
    LOAN_REPAYERS,
    LOAN_REPAYMENT,
    PENSION_CONTRIBUTION,
    PRIVATE_PENSION,
    PROFITS,
    PROPERTY,
    SAVINGS,
    SELF_EMPLOYED_CONTRIBUTIONS,
    STATE_PENSION,
    STATE_PENSIONERS,
    WAGES,
)
from microsim.taxes.national_insurance import (
    NationalInsurance,
    employee_contributions,
    employer_contributions,
    self_employed_contributions,
)
from microsim.taxes.rates import numbers
from microsim.taxes.student_loans import StudentLoans, postgraduate_loan_repayment, student_loan_repayment
from microsim.taxes.tables import (
    DISABILITY_BENEFIT_FIGURES,
    INCOME_TAX_FIGURES,
    NATIONAL_INSURANCE_FIGURES,
    STUDENT_LOAN_FIGURES,
    UNIVERSAL_CREDIT_FIGURES,
)
from microsim.taxes.universal_credit import UniversalCredit

PENCE = 100.0
LOW_BITS = np.uint32(0xFFFF)
LOW_UNIT = 2.0**-16
_HALF = 0.5
_NONE = np.int64(0)


@kernel
def pence(pounds):
    """Whole pence, halves up."""
    return np.int64(np.floor(pounds * PENCE + _HALF))


@kernel
def own_incomes(people, means, pay_change, room, count):
    """Pay, with what measures have changed of it (`pay_change`, pounds), pensions, investments and disability benefits,
    as pence."""
    resident, pay, status = people.resident, people.pay, people.work_status
    wages, profits = room.amounts[WAGES], room.amounts[PROFITS]
    for i in range(np.uint64(count)):
        amount = max(pence(np.float64(pay[i]) + np.float64(pay_change[i])), _NONE) * np.int64(resident[i])
        wages[i] = amount if status[i] == EMPLOYEE else _NONE
        profits[i] = amount if status[i] == SELF_EMPLOYED else _NONE
    _copy(means.private_pension, room.amounts[PRIVATE_PENSION], resident, count)
    _copy(means.state_pension, room.amounts[STATE_PENSION], resident, count)
    _copy(means.savings, room.amounts[SAVINGS], resident, count)
    _copy(means.dividends, room.amounts[DIVIDENDS], resident, count)
    _copy(means.property, room.amounts[PROPERTY], resident, count)
    _copy(means.disability_benefit, room.amounts[DISABILITY_BENEFIT], resident, count)
    _copy(means.pension_contribution, room.amounts[PENSION_CONTRIBUTION], resident, count)
    pensioner, disabled = room.amounts[STATE_PENSIONERS], room.amounts[DISABILITY_BENEFIT_PEOPLE]
    pension, benefit, over = room.amounts[STATE_PENSION], room.amounts[DISABILITY_BENEFIT], means.over_pension_age
    for i in range(np.uint64(count)):
        pensioner[i] = np.int64((pension[i] > 0) & (over[i] > _HALF))
        disabled[i] = np.int64(benefit[i] > 0)


@kernel
def _copy(pounds, amount, resident, count):
    """Pounds of residents as pence."""
    for i in range(np.uint64(count)):
        amount[i] = pence(np.float64(pounds[i])) * np.int64(resident[i])


@kernel
def cares_full_time(care_rank, carer, share):
    """Whether a carer is one of the `share` who care 35 hours a week: by the low bits of the rank, which are free."""
    return (carer != 0) & (np.float64(care_rank & LOW_BITS) * LOW_UNIT < share)


@kernel
def care_for_others(people, tables, room, year_index, count):
    """Carer's Allowance. The limit of earnings is below what is taxed, so net of pension contributions is net."""
    rates = DisabilityBenefits(*numbers(tables.disability_benefits[year_index], DISABILITY_BENEFIT_FIGURES))
    share = UniversalCredit(*numbers(tables.universal_credit[year_index], UNIVERSAL_CREDIT_FIGURES)).carer_qualifies
    carer, care_rank, resident = people.carer, people.care_rank, people.resident
    wages, profits, contribution = room.amounts[WAGES], room.amounts[PROFITS], room.amounts[PENSION_CONTRIBUTION]
    pension, allowance = room.amounts[STATE_PENSION], room.amounts[CARERS_ALLOWANCE]
    for i in range(np.uint64(count)):
        qualifies = cares_full_time(care_rank[i], carer[i], share) & (resident[i] != 0)
        earned = wages[i] + profits[i] - contribution[i]
        allowance[i] = pence(carers_allowance(qualifies, earned / PENCE, pension[i] / PENCE, rates))


@kernel
def tax_incomes(tables, room, year_index, count):
    """Income tax before the couple's allowance, by the band it reaches."""
    rates = IncomeTax(*numbers(tables.income_tax[year_index], INCOME_TAX_FIGURES))
    total_income, taxable_of = room.total_income, room.taxable
    wages, profits, contribution = room.amounts[WAGES], room.amounts[PROFITS], room.amounts[PENSION_CONTRIBUTION]
    private, state, carers = room.amounts[PRIVATE_PENSION], room.amounts[STATE_PENSION], room.amounts[CARERS_ALLOWANCE]
    savings, dividends, letting = room.amounts[SAVINGS], room.amounts[DIVIDENDS], room.amounts[PROPERTY]
    tax = room.amounts[INCOME_TAX]
    for i in range(np.uint64(count)):
        earned = np.int64(wages[i]) + profits[i] - contribution[i] + private[i] + state[i] + carers[i]
        earnings, property_income = np.float64(earned) / PENCE, letting[i] / PENCE
        interest, dividend = savings[i] / PENCE, dividends[i] / PENCE
        total = earnings + property_income + interest + dividend
        allowance = personal_allowance(total, rates)
        total_income[i] = total
        taxable_of[i] = taxable_income(total, allowance)
        tax[i] = pence(income_tax(earnings, property_income, interest, dividend, allowance, rates))
    basic, higher, additional = room.amounts[BASIC_RATE], room.amounts[HIGHER_RATE], room.amounts[ADDITIONAL_RATE]
    for i in range(np.uint64(count)):
        taxpayer = tax[i] > 0
        above, top = taxable_of[i] > rates.basic_rate_limit, taxable_of[i] > rates.higher_rate_limit
        basic[i] = np.int64(taxpayer & (not above))
        higher[i] = np.int64(taxpayer & above & (not top))
        additional[i] = np.int64(taxpayer & top)


@kernel
def share_allowances(people, tables, room, year_index, count):
    """Less tax for the partner who is given part of the other's allowance: the expected amount, by take-up."""
    rates = IncomeTax(*numbers(tables.income_tax[year_index], INCOME_TAX_FIGURES))
    part = transferable_allowance(rates)
    partner, resident = people.partner, people.resident
    total_income, taxable_of, tax = room.total_income, room.taxable, room.amounts[INCOME_TAX]
    for i in range(np.uint64(count)):
        other = partner[i]
        if (other > np.int32(i)) & (resident[i] != 0):
            poorer, richer = np.int64(i), np.int64(other)
            if total_income[poorer] > total_income[richer]:
                poorer, richer = richer, poorer
            gain = marriage_allowance(
                total_income[poorer], taxable_of[richer], tax[richer] / PENCE, part,
                rates.marriage_allowance_take_up, rates,
            )  # fmt: skip
            tax[richer] -= min(pence(gain), tax[richer])


@kernel
def pay_contributions(people, age_sex, means, tables, room, year_index, count):
    """National Insurance, student loans, and what is left of earnings and of pensions."""
    rates = NationalInsurance(*numbers(tables.national_insurance[year_index], NATIONAL_INSURANCE_FIGURES))
    loans = StudentLoans(*numbers(tables.student_loans[year_index], STUDENT_LOAN_FIGURES))
    wages, profits, contribution = room.amounts[WAGES], room.amounts[PROFITS], room.amounts[PENSION_CONTRIBUTION]
    employee, self_employed = room.amounts[EMPLOYEE_CONTRIBUTIONS], room.amounts[SELF_EMPLOYED_CONTRIBUTIONS]
    employer, over, apprenticeship = room.amounts[EMPLOYER_CONTRIBUTIONS], means.over_pension_age, people.apprenticeship
    for i in range(np.uint64(count)):
        age = np.float64(age_sex[i] >> np.uint32(1))
        liable = 1.0 - np.float64(over[i])
        employee[i] = pence(employee_contributions(wages[i] / PENCE, liable, rates))
        started_under = 1.0 if liable > 0.0 else 0.0
        self_employed[i] = pence(self_employed_contributions(profits[i] / PENCE, started_under, rates))
        employer[i] = pence(employer_contributions(wages[i] / PENCE, age, apprenticeship[i], rates))
    repaid, repayers = room.amounts[LOAN_REPAYMENT], room.amounts[LOAN_REPAYERS]
    plan, postgraduate = means.loan_plan, means.postgraduate_loan
    for i in range(np.uint64(count)):
        earned = (wages[i] + profits[i]) / PENCE
        amount = pence(student_loan_repayment(earned, plan[i], loans))
        amount += pence(postgraduate_loan_repayment(earned, np.float64(postgraduate[i]), loans))
        repaid[i] = amount
        repayers[i] = np.int64(amount > 0)
    net, tax, total_income = room.net_earnings, room.amounts[INCOME_TAX], room.total_income
    for i in range(np.uint64(count)):
        earned = (np.int64(wages[i]) + profits[i] - contribution[i]) / PENCE
        share = earned / max(total_income[i], 1.0)  # of income tax, which is on all income
        taken = (np.int64(employee[i]) + self_employed[i]) / PENCE + min(share, 1.0) * tax[i] / PENCE
        net[i] = max(earned - taken, 0.0)
    pensions, private, state = room.net_pensions, room.amounts[PRIVATE_PENSION], room.amounts[STATE_PENSION]
    carers = room.amounts[CARERS_ALLOWANCE]
    for i in range(np.uint64(count)):
        received = (np.int64(private[i]) + state[i] + carers[i]) / PENCE
        share = received / max(total_income[i], 1.0)
        pensions[i] = received - min(share, 1.0) * tax[i] / PENCE
