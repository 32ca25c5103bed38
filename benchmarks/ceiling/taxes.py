"""Income tax, National Insurance and student loans, written by hand for speed alone: single precision, short loops.

Incomes come as int32 pence side by side, results go out the same way, the band of income tax as one byte. Amounts are
within a few pence of the engine's, which rounds double precision.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel

CHUNK = 512
INCOMES = ("wages", "profits", "contribution", "private", "state", "carers", "letting", "savings", "dividends")
FOUND = ("income tax", "employees", "self-employed", "employers", "student loans")
_ZERO, _POUND, _PENCE, _HALF = np.float32(0.0), np.float32(0.01), np.float32(100.0), np.float32(0.5)
_ONE = np.uint32(1)


@kernel
def tax_and_contributions(incomes, over, age_sex, apprenticeship, plan, postgraduate, tax_rates, insurance, loans,
                          found, band, count):  # fmt: skip
    """`incomes` int32 [INCOMES, rows], `over` float32 (1 above State Pension age); `found` int32 [FOUND, rows]; `band`
    uint8: 0 to 3, the highest reached. Rates are IncomeTax, NationalInsurance and StudentLoans of float32."""
    wages, profits, contribution, private = incomes[0], incomes[1], incomes[2], incomes[3]
    state, carers, letting, savings, dividends = incomes[4], incomes[5], incomes[6], incomes[7], incomes[8]
    tax, employee, self_employed, employer, repaid = found[0], found[1], found[2], found[3], found[4]
    earned, total = np.empty(CHUNK, np.float32), np.empty(CHUNK, np.float32)
    free = np.empty(CHUNK, np.float32)
    end, first = np.uint64(count), np.uint64(0)
    while first < end:
        size = min(np.uint64(end - first), np.uint64(CHUNK))
        for n in range(size):
            i = first + n
            pence = wages[i] + profits[i] - contribution[i] + private[i] + state[i] + carers[i]
            earned[n] = np.float32(np.int32(pence)) * _POUND
        for n in range(size):
            i = first + n
            total[n] = earned[n] + np.float32(np.int32(letting[i] + savings[i] + dividends[i])) * _POUND
        for n in range(size):
            lost = max(_ZERO, total[n] - tax_rates.allowance_taper_from) * tax_rates.allowance_taper_rate
            free[n] = max(_ZERO, tax_rates.personal_allowance - lost)
        for n in range(size):
            i = first + n
            due = _income_tax(earned[n], letting[i], savings[i], dividends[i], free[n], tax_rates)
            tax[i] = np.int32(due * _PENCE + _HALF)
        for n in range(size):
            i = first + n
            taxable = total[n] - free[n]
            above = np.uint8(taxable > tax_rates.basic_rate_limit) + np.uint8(taxable > tax_rates.higher_rate_limit)
            band[i] = np.uint8((np.uint8(1) + above) * np.uint8(tax[i] > 0))
        _contribute(first, size, wages, profits, over, employee, self_employed, insurance)
        _charge_employers(first, size, wages, age_sex, apprenticeship, employer, insurance)
        _repay(first, size, wages, profits, plan, postgraduate, repaid, loans)
        first += np.uint64(CHUNK)


@kernel
def _income_tax(earned, letting, savings, dividends, free, rates):
    """Tax on the slices of income, one on top of another."""
    to_property = earned + np.float32(letting) * _POUND
    to_savings = to_property + np.float32(savings) * _POUND
    taxable = max(to_savings + np.float32(dividends) * _POUND - free, _ZERO)
    first, second, third = max(earned - free, _ZERO), max(to_property - free, _ZERO), max(to_savings - free, _ZERO)
    basic, higher = rates.basic_rate_limit, rates.higher_rate_limit
    lower = rates.savings_allowance_basic if taxable <= basic else rates.savings_allowance_higher
    allowance = lower if taxable <= higher else _ZERO
    at_nil = min(third - second, max(_ZERO, rates.savings_starting_limit - second) + allowance)
    from_savings = second + at_nil
    from_dividends = min(taxable, third + rates.dividend_allowance)
    due = _slice(_ZERO, first, basic, higher, rates.basic_rate, rates.higher_rate, rates.additional_rate)
    due += _slice(first, second, basic, higher, rates.property_basic_rate, rates.property_higher_rate,
                  rates.property_additional_rate)  # fmt: skip
    due += _slice(from_savings, third, basic, higher, rates.savings_basic_rate, rates.savings_higher_rate,
                  rates.savings_additional_rate)  # fmt: skip
    return due + _slice(from_dividends, taxable, basic, higher, rates.dividend_ordinary_rate,
                        rates.dividend_upper_rate, rates.dividend_additional_rate)  # fmt: skip


@kernel
def _slice(start, end, basic, higher, low_rate, middle_rate, high_rate):
    """Tax on a slice of taxable income: all of it at the lowest rate, and more on what lies above each limit."""
    above = max(end, basic) - max(start, basic)
    top = max(end, higher) - max(start, higher)
    return (end - start) * low_rate + above * (middle_rate - low_rate) + top * (high_rate - middle_rate)


@kernel
def _contribute(first, size, wages, profits, over, employee, self_employed, rates):
    """Contributions of employees and of self-employed people below State Pension age for some of the year."""
    more, more_profit = rates.employee_upper_rate, rates.self_employed_upper_rate
    for n in range(size):
        i = first + n
        pay = np.float32(wages[i]) * _POUND
        main = min(pay, rates.upper_earnings_limit) - min(pay, rates.primary_threshold)
        due = main * rates.employee_main_rate + max(_ZERO, pay - rates.upper_earnings_limit) * more
        employee[i] = np.int32(due * (np.float32(1.0) - over[i]) * _PENCE + _HALF)
    for n in range(size):
        i = first + n
        profit = np.float32(profits[i]) * _POUND
        main = min(profit, rates.upper_profits_limit) - min(profit, rates.lower_profits_limit)
        due = main * rates.self_employed_main_rate + max(_ZERO, profit - rates.upper_profits_limit) * more_profit
        liable = np.float32(1.0) if over[i] < np.float32(1.0) else _ZERO
        self_employed[i] = np.int32(due * liable * _PENCE + _HALF)


@kernel
def _charge_employers(first, size, wages, age_sex, apprenticeship, employer, rates):
    """Contributions of employers, who pay less for the young and for young apprentices."""
    for n in range(size):
        i = first + n
        age = np.float32(np.int32(age_sex[i] >> _ONE))
        young = np.uint32(age < rates.relief_under_age)
        young |= np.uint32(age < rates.apprentice_relief_under_age) & np.uint32(apprenticeship[i] != 0)
        threshold = rates.upper_secondary_threshold if young != 0 else rates.secondary_threshold
        pay = np.float32(wages[i]) * _POUND
        employer[i] = np.int32(max(_ZERO, pay - threshold) * rates.employer_rate * _PENCE + _HALF)


@kernel
def _repay(first, size, wages, profits, plan, postgraduate, repaid, rates):
    """Student loans: a share of pay above a plan's threshold, and of a postgraduate loan on top."""
    for n in range(size):
        i = first + n
        earned = np.float32(wages[i] + profits[i]) * _POUND
        threshold = rates.plan_1_threshold if plan[i] == 1 else rates.plan_2_threshold
        threshold = rates.plan_5_threshold if plan[i] == 5 else threshold
        rate = rates.plan_5_rate if plan[i] == 5 else rates.rate
        own = max(_ZERO, earned - threshold) * rate if plan[i] != 0 else _ZERO
        more = max(_ZERO, earned - rates.postgraduate_threshold) * rates.postgraduate_rate
        repaid[i] = np.int32((own + more * np.float32(postgraduate[i])) * _PENCE + _HALF)
