"""What each person has and pays: own incomes, income tax, National Insurance, student loans, and what is left.

Whole pence of a person and year, kept as float64 while a chunk of people is worked out, then written to their lines;
who is gone has nothing.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.population.columns import EMPLOYEE, SELF_EMPLOYED
from microsim.taxes.chunk import column
from microsim.taxes.disability_benefits import DisabilityBenefits, carers_allowance
from microsim.taxes.income_tax import IncomeTax, income_tax, personal_allowance, taxable_income
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
    RENT,
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
from microsim.taxes.pence import PENCE, earnings_after, pensions_after, rounded
from microsim.taxes.rates import numbers
from microsim.taxes.scratch import NET_EARNINGS, NET_INCOME, NET_PENSIONS, PAY, TAXABLE, TOTAL_INCOME
from microsim.taxes.student_loans import StudentLoans, postgraduate_loan_repayment, student_loan_repayment
from microsim.taxes.tables import (
    DISABILITY_BENEFIT_FIGURES,
    INCOME_TAX_FIGURES,
    NATIONAL_INSURANCE_FIGURES,
    STUDENT_LOAN_FIGURES,
)
from microsim.taxes.traits import cares_full_time

# Lines of people, which are found for each by themselves.
OWN_LINES = (
    WAGES, PROFITS, PRIVATE_PENSION, STATE_PENSION, SAVINGS, DIVIDENDS, PROPERTY, DISABILITY_BENEFIT, CARERS_ALLOWANCE,
    INCOME_TAX, EMPLOYEE_CONTRIBUTIONS, SELF_EMPLOYED_CONTRIBUTIONS, LOAN_REPAYMENT, PENSION_CONTRIBUTION,
    EMPLOYER_CONTRIBUTIONS, RENT, BASIC_RATE, HIGHER_RATE, ADDITIONAL_RATE, LOAN_REPAYERS, STATE_PENSIONERS,
    DISABILITY_BENEFIT_PEOPLE,
)  # fmt: skip
_HALF = 0.5


@kernel
def own_incomes(people, means, pay_change, own, first, number):
    """Pay, with what measures have changed of it (`pay_change`, pounds), pensions, investments, disability benefits and
    rent."""
    last = first + number
    resident, status = people.resident[first:last], people.work_status[first:last]
    pay, change = people.pay[first:last], pay_change[first:last]
    wages, profits, paid = column(WAGES), column(PROFITS), column(PAY)
    for i in range(np.uint64(number)):
        amount = max(rounded(np.float64(pay[i]) + np.float64(change[i])), 0.0) * np.float64(resident[i])
        wage, profit = amount if status[i] == EMPLOYEE else 0.0, amount if status[i] == SELF_EMPLOYED else 0.0
        own[wages + i] = wage
        own[profits + i] = profit
        own[paid + i] = (wage + profit) / PENCE  # one of the two is nothing
    _copy(means.private_pension, PRIVATE_PENSION, means.state_pension, STATE_PENSION, resident, own, first, number)
    _copy(means.savings, SAVINGS, means.dividends, DIVIDENDS, resident, own, first, number)
    _copy(means.property, PROPERTY, means.rent, RENT, resident, own, first, number)
    _copy(
        means.disability_benefit, DISABILITY_BENEFIT, means.pension_contribution, PENSION_CONTRIBUTION,
        resident, own, first, number,
    )  # fmt: skip
    over, pension, benefit = means.over_pension_age[first:last], column(STATE_PENSION), column(DISABILITY_BENEFIT)
    pensioners, disabled = column(STATE_PENSIONERS), column(DISABILITY_BENEFIT_PEOPLE)
    for i in range(np.uint64(number)):
        own[pensioners + i] = 1.0 if (own[pension + i] > 0.0) & (over[i] > _HALF) else 0.0
        own[disabled + i] = 1.0 if own[benefit + i] > 0.0 else 0.0


@kernel
def _copy(pounds, line, other_pounds, other_line, resident, own, first, number):
    """Pounds of residents as pence, two lines at a time."""
    pounds, other_pounds = pounds[first : first + number], other_pounds[first : first + number]
    amount, other_amount = column(line), column(other_line)
    for i in range(np.uint64(number)):
        here = np.float64(resident[i])
        own[amount + i] = rounded(np.float64(pounds[i])) * here
        own[other_amount + i] = rounded(np.float64(other_pounds[i])) * here


@kernel
def care_for_others(people, tables, own, carer_share, year_index, first, number):
    """Carer's Allowance. The limit of earnings is below what is taxed, so net of pension contributions is net."""
    rates = DisabilityBenefits(*numbers(tables.disability_benefits[year_index], DISABILITY_BENEFIT_FIGURES))
    last = first + number
    carer, care_rank = people.carer[first:last], people.care_rank[first:last]
    resident = people.resident[first:last]
    wages, profits, contribution = column(WAGES), column(PROFITS), column(PENSION_CONTRIBUTION)
    pension, allowance = column(STATE_PENSION), column(CARERS_ALLOWANCE)
    for i in range(np.uint64(number)):
        qualifies = cares_full_time(care_rank[i], carer[i], carer_share) & (resident[i] != 0)
        earned = own[wages + i] + own[profits + i] - own[contribution + i]
        amount = carers_allowance(qualifies, earned / PENCE, own[pension + i] / PENCE, rates)
        own[allowance + i] = rounded(amount)


@kernel
def tax_incomes(tables, own, year_index, number):
    """Income tax before the couple's allowance, by the band it reaches."""
    rates = IncomeTax(*numbers(tables.income_tax[year_index], INCOME_TAX_FIGURES))
    wages, profits, contribution = column(WAGES), column(PROFITS), column(PENSION_CONTRIBUTION)
    private, state, carers = column(PRIVATE_PENSION), column(STATE_PENSION), column(CARERS_ALLOWANCE)
    savings, dividends, letting = column(SAVINGS), column(DIVIDENDS), column(PROPERTY)
    total_income, taxable, tax = column(TOTAL_INCOME), column(TAXABLE), column(INCOME_TAX)
    basic, higher, additional = column(BASIC_RATE), column(HIGHER_RATE), column(ADDITIONAL_RATE)
    for i in range(np.uint64(number)):
        earned = own[wages + i] + own[profits + i] - own[contribution + i]
        earnings = (earned + own[private + i] + own[state + i] + own[carers + i]) / PENCE
        property_income, interest = own[letting + i] / PENCE, own[savings + i] / PENCE
        dividend = own[dividends + i] / PENCE
        total = earnings + property_income + interest + dividend
        allowance = personal_allowance(total, rates)
        own[total_income + i] = total
        own[taxable + i] = taxable_income(total, allowance)
        own[tax + i] = rounded(income_tax(earnings, property_income, interest, dividend, allowance, rates))
    for i in range(np.uint64(number)):
        taxpayer = own[tax + i] > 0.0
        above, top = own[taxable + i] > rates.basic_rate_limit, own[taxable + i] > rates.higher_rate_limit
        own[basic + i] = 1.0 if taxpayer & (not above) else 0.0
        own[higher + i] = 1.0 if taxpayer & above & (not top) else 0.0
        own[additional + i] = 1.0 if taxpayer & top else 0.0


@kernel
def pay_contributions(people, age_sex, means, tables, own, year_index, first, number):
    """National Insurance and student loans."""
    rates = NationalInsurance(*numbers(tables.national_insurance[year_index], NATIONAL_INSURANCE_FIGURES))
    last = first + number
    age_key, over = age_sex[first:last], means.over_pension_age[first:last]
    apprenticeship = people.apprenticeship[first:last]
    wages, paid = column(WAGES), column(PAY)
    employee, employer = column(EMPLOYEE_CONTRIBUTIONS), column(EMPLOYER_CONTRIBUTIONS)
    self_employed = column(SELF_EMPLOYED_CONTRIBUTIONS)
    for i in range(np.uint64(number)):
        age, liable = np.float64(age_key[i] >> np.uint32(1)), 1.0 - np.float64(over[i])
        started_under = 1.0 if liable > 0.0 else 0.0
        pay = own[paid + i] if own[wages + i] > 0.0 else 0.0
        profit = own[paid + i] if own[wages + i] == 0.0 else 0.0
        own[employee + i] = rounded(employee_contributions(pay, liable, rates))
        own[employer + i] = rounded(employer_contributions(pay, age, apprenticeship[i], rates))
        own[self_employed + i] = rounded(self_employed_contributions(profit, started_under, rates))
    _repay_loans(means, tables, own, year_index, first, number)


@kernel
def _repay_loans(means, tables, own, year_index, first, number):
    """Student loans."""
    loans = StudentLoans(*numbers(tables.student_loans[year_index], STUDENT_LOAN_FIGURES))
    last = first + number
    plan, postgraduate = means.loan_plan[first:last], means.postgraduate_loan[first:last]
    paid, repaid, repayers = column(PAY), column(LOAN_REPAYMENT), column(LOAN_REPAYERS)
    for i in range(np.uint64(number)):
        earned = own[paid + i]
        amount = rounded(student_loan_repayment(earned, plan[i], loans)) + rounded(
            postgraduate_loan_repayment(earned, np.float64(postgraduate[i]), loans)
        )
        own[repaid + i] = amount
        own[repayers + i] = 1.0 if amount > 0.0 else 0.0


@kernel
def keep_what_is_left(own, number):
    """What is left of earnings and of pensions, and of all own income, before the couple's allowance."""
    wages, profits, contribution = column(WAGES), column(PROFITS), column(PENSION_CONTRIBUTION)
    private, state, carers = column(PRIVATE_PENSION), column(STATE_PENSION), column(CARERS_ALLOWANCE)
    savings, dividends, letting = column(SAVINGS), column(DIVIDENDS), column(PROPERTY)
    benefit, tax, repaid = column(DISABILITY_BENEFIT), column(INCOME_TAX), column(LOAN_REPAYMENT)
    employee, self_employed = column(EMPLOYEE_CONTRIBUTIONS), column(SELF_EMPLOYED_CONTRIBUTIONS)
    total_income, net_income = column(TOTAL_INCOME), column(NET_INCOME)
    net_earnings, net_pensions = column(NET_EARNINGS), column(NET_PENSIONS)
    for i in range(np.uint64(number)):
        earned = own[wages + i] + own[profits + i] - own[contribution + i]
        received = own[private + i] + own[state + i] + own[carers + i]
        contributions = own[employee + i] + own[self_employed + i]
        own[net_earnings + i] = earnings_after(earned, contributions, own[total_income + i], own[tax + i])
        own[net_pensions + i] = pensions_after(received, own[total_income + i], own[tax + i])
        invested = own[savings + i] + own[dividends + i] + own[letting + i]
        paid = own[tax + i] + contributions + own[repaid + i]
        own[net_income + i] = earned + received + invested + own[benefit + i] - paid


@kernel
def write_people(own, room, first, number):
    """Keep a chunk's lines and what couples and families are about."""
    last = first + number
    for line in OWN_LINES:
        amount, start = room.amounts[line, first:last], column(line)
        for i in range(np.uint64(number)):
            amount[i] = np.int64(own[start + i])
    _write(own, column(TOTAL_INCOME), room.total_income[first:last], number)
    _write(own, column(NET_EARNINGS), room.net_earnings[first:last], number)
    _write(own, column(NET_PENSIONS), room.net_pensions[first:last], number)


@kernel
def _write(own, start, values, number):
    """Copy a column."""
    for i in range(np.uint64(number)):
        values[i] = own[start + i]
