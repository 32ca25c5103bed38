"""The kernel: each employer's credit in a year, shared equally among its employees.

An enterprise's headcount, kind, profits and training follow from its number (see dynamics/employers.py). Rules on the
enterprise (tax, a cap, losses) are worked out on it and divided by its headcount, for each employee living in England.
"""

from __future__ import annotations

import numpy as np

from microsim.dynamics.employers import (
    CHARITY,
    COMPANY,
    associated_companies,
    employer_band,
    employer_section,
)
from microsim.kernels.jit import kernel
from microsim.measures.contract import TABLE_ROWS
from microsim.measures.listed import clear_table, list_nobody, put_table
from microsim.measures.skills_tax_credit.claims import (
    count_all,
    find_base,
    find_claims,
    find_firms,
    list_claims,
    list_employees,
    move_spending,
    whole_pence,
)
from microsim.measures.skills_tax_credit.lines import (
    ACCRUED,
    ACCRUED_COST,
    ADDITIONAL,
    ANYWAY_BASIC,
    ANYWAY_ENHANCED,
    ANYWAY_STANDARD,
    BASIC,
    COST_BASIC,
    COST_ENHANCED,
    COST_STANDARD,
    DEADWEIGHT,
    DEDUCTIONS,
    DISPLACED_CREDIT,
    DISPLACED_DEDUCTION,
    ENHANCED,
    ERROR_CREDIT,
    ERROR_DEDUCTION,
    MORE_BASIC,
    MORE_ENHANCED,
    MORE_STANDARD,
    OF_CLAIMS,
    OF_EMPLOYEES,
    ORDINARY,
    QUALIFYING,
    STANDARD,
    TAX,
    UPLIFT,
)
from microsim.measures.skills_tax_credit.rules import (
    EXTRA_DEDUCTION,
    Scheme,
    credit_paid_share,
    credited_spending,
    marginal_tax_rate,
    net_rate,
    worth_of_deduction,
)
from microsim.population.columns import EMPLOYER_SIZES
from microsim.taxes.corporation_tax import CorporationTax

_COMPANY, _CHARITY = np.int32(COMPANY), np.int32(CHARITY)
_LARGE = np.uint8(EMPLOYER_SIZES.index("large"))
_TABLE_ROWS = np.uint64(TABLE_ROWS)
_ZERO, _PENCE = np.float32(0.0), np.float32(100.0)
_AVERAGE = np.float64(1000.0)  # pounds of profit of an untaxed employer: any above nothing
_UNIT, _TWO, _THREE = np.uint32(1), np.uint32(2), np.uint32(3)


@kernel
def cost(own, people, clock, age_sex, room, effects, lines):
    """One year of the credit for everybody in the block."""
    list_nobody(room)
    if clock.year < own.start or own.open[clock.year_index] == 0:
        return
    scheme = _scheme_of_year(own, clock.year_index)
    employees = list_employees(people, room, clock.rows)
    find_base(own, people, clock, room, employees)
    find_claims(own, people, clock, room, employees)
    count, found = list_claims(people, room, effects, lines, employees)
    find_firms(own, people, clock, room, count)
    if own.incremental == 1:
        move_spending(own, people, clock, room, scheme, count)
    else:
        count_all(room, count)
    first = np.uint64(0)
    while first < count:
        last = min(np.uint64(first + _TABLE_ROWS), count)
        clear_table(room, OF_CLAIMS)
        _credit(own, people, clock, room, scheme, first, last)
        _leave_to_grants(own, people, clock, room, effects, scheme, first, last)
        put_table(room, lines, OF_CLAIMS, first, last)
        _tell_training(room, effects.training, first, last)
        first = last
    for line in OF_CLAIMS:
        room.listed[line] = count
    for line in OF_EMPLOYEES:
        room.listed[line] = found


@kernel
def _tell_training(room, training, first, last):
    """Add what the credit brought about to the training that people would not have had otherwise, in pounds."""
    rows, additional = room.rows, room.table[ADDITIONAL]
    for n in range(first, last):
        training[rows[n]] += np.float32(additional[n - first]) / _PENCE


@kernel
def _credit(own, people, clock, room, scheme, first, last):
    """What is credited, earned and paid, by tier, and the tax on it, worked out on the enterprise: into `room.table`.

    `room.part[2]` becomes what is earned for each employee before tax, or what is paid where nothing is earned any
    more; `room.part[4]` is nothing afterwards where another pound of spending earns nothing.
    """
    index = clock.year_index
    company, person, nobody = _tax_of_year(own, index)
    employer, size, rows, lines = people.employer, people.employer_size, room.rows, room.table
    headcounts, profits, amounts, base = room.part[0], room.part[1], room.part[2], room.part[3]
    counted, responds = room.part[4], room.part[5]
    kind, since, members = room.whole[0], room.whole[1], room.whole[2]
    chance, number = own.employers.associated, own.employers.associated_number
    priority, standard = own.priority[index], np.float64(own.standard[index])
    paid, error = own.paid[index].reshape(-1), own.error[index]
    for n in range(first, last):
        amounts[n] = _ZERO
        if base[n] <= _ZERO:
            continue
        at, one, of_size = n - first, employer[rows[n]], size[rows[n]]
        rates = company if kind[n] == _COMPANY else (nobody if kind[n] == _CHARITY else person)
        profit = _taxed_profit(profits[n], kind[n])
        associated = _associated(one, kind[n], chance, number)
        headcount = max(np.float64(headcounts[n]), 1.0)
        marginal = marginal_tax_rate(profit, associated, rates)
        found = credited_spending(
            np.float64(base[n]), np.float64(priority[employer_section(one)]), standard, headcount, profit, marginal,
            members[n], np.float64(counted[n]), np.float64(responds[n]), scheme,
        )  # fmt: skip
        if found.capped > 0.0:
            counted[n] = _ZERO
        lines[QUALIFYING, at] = whole_pence(np.float64(base[n]))
        lines[ORDINARY, at] = whole_pence(found.additional * worth_of_deduction(profit, marginal, scheme))
        earned = _write_earned(found, np.float64(members[n]), lines, at, scheme)
        due = _paid_by_tier(found, np.float64(members[n]), paid, _paid_key(since[n], of_size))
        cash = due[0] + due[1] + due[2] + due[3]
        amount = earned[0] + earned[1] + earned[2]
        amount = amount if amount > 0.0 else cash
        if amount <= 0.0:
            continue
        amounts[n] = np.float32(amount)
        net = net_rate(amount * headcount, profit, associated, rates, scheme)
        _write_cost(earned, net, lines, at)
        _write_paid(due, net, credit_paid_share(profit, scheme), error[of_size], lines, at, scheme)


@kernel
def _write_earned(found, member, lines, i, scheme):
    """Lines of additional training and deadweight; gives what is earned by tier, before tax.

    A member of a cooperative is in the enhanced tier with all its training.
    """
    other = 1.0 - member
    enhanced = found.enhanced + member * (found.standard_member + found.basic_member)
    standard, basic = other * found.standard_member, other * found.basic_member
    more_enhanced = found.more_enhanced + member * (found.more_standard + found.more_basic)
    more_standard, more_basic = other * found.more_standard, other * found.more_basic
    lines[MORE_ENHANCED, i] = whole_pence(more_enhanced)
    lines[MORE_STANDARD, i] = whole_pence(more_standard)
    lines[MORE_BASIC, i] = whole_pence(more_basic)
    lines[ANYWAY_ENHANCED, i] = whole_pence(max(0.0, enhanced - more_enhanced))
    lines[ANYWAY_STANDARD, i] = whole_pence(max(0.0, standard - more_standard))
    lines[ANYWAY_BASIC, i] = whole_pence(max(0.0, basic - more_basic))
    lines[ADDITIONAL, i] = lines[MORE_ENHANCED, i] + lines[MORE_STANDARD, i] + lines[MORE_BASIC, i]
    lines[DEADWEIGHT, i] = lines[ANYWAY_ENHANCED, i] + lines[ANYWAY_STANDARD, i] + lines[ANYWAY_BASIC, i]
    earned = (enhanced * scheme.enhanced, standard * scheme.standard, basic * scheme.basic)
    lines[ACCRUED, i] = whole_pence(earned[0] + earned[1] + earned[2])
    return earned


@kernel
def _paid_key(since, size):
    """Where the rates of an employer begin among those paid in a year."""
    return (np.uint32(since) * _TWO + np.uint32(size == _LARGE)) * _THREE


@kernel
def _paid_by_tier(found, member, paid, key):
    """What is paid in the year before tax: by the tiers of the sector, and a cooperative's uplift on them."""
    rate, next_rate, last_rate = paid[key], paid[np.uint32(key + _UNIT)], paid[np.uint32(key + _TWO)]
    by_own = found.standard * next_rate + found.basic * last_rate
    uplift = member * ((found.standard_member + found.basic_member) * rate - by_own)
    return found.enhanced * rate, found.standard * next_rate, found.basic * last_rate, uplift


@kernel
def _write_cost(earned, net, lines, i):
    """What the year's training costs net of tax, by tier."""
    lines[COST_ENHANCED, i] = whole_pence(earned[0] * net)
    lines[COST_STANDARD, i] = whole_pence(earned[1] * net)
    lines[COST_BASIC, i] = whole_pence(earned[2] * net)
    lines[ACCRUED_COST, i] = lines[COST_ENHANCED, i] + lines[COST_STANDARD, i] + lines[COST_BASIC, i]


@kernel
def _write_paid(due, net, share, error, lines, i, scheme):
    """What is paid in the year, the tax on it, and what is paid wrongly, as a share of what is due."""
    cash = due[0] + due[1] + due[2] + due[3]
    if scheme.form == EXTRA_DEDUCTION:
        lines[DEDUCTIONS, i] = whole_pence(cash * net)
        lines[ERROR_DEDUCTION, i] = np.int32(np.rint(np.float64(lines[DEDUCTIONS, i]) * error))
        return
    lines[ENHANCED, i] = whole_pence(due[0] * share)
    lines[STANDARD, i] = whole_pence(due[1] * share)
    lines[BASIC, i] = whole_pence(due[2] * share)
    lines[UPLIFT, i] = whole_pence(due[3] * share)
    lines[TAX, i] = whole_pence(cash * (share - net))
    credit = np.float64(lines[ENHANCED, i]) + np.float64(lines[STANDARD, i])
    credit += np.float64(lines[BASIC, i]) + np.float64(lines[UPLIFT, i])
    lines[ERROR_CREDIT, i] = np.int32(np.rint(credit * error))


@kernel
def _taxed_profit(profit, kind):
    """An employer's profit, float64; a charity's is taken as some, so that it is no loss-maker: its tax is nothing."""
    return np.float64(profit) if kind != _CHARITY else _AVERAGE


@kernel
def _associated(employer, kind, chance, number):
    """Companies associated with a company; others have no limits to share."""
    found = np.float64(associated_companies(employer, chance[employer_band(employer)], number))
    return found if kind == _COMPANY else 0.0


@kernel
def _leave_to_grants(own, people, clock, room, effects, scheme, first, last):
    """Credit no longer due on fees that a training grant pays in the employer's place, net of tax.

    It is worked out at the tiers of the employer's sector and at the net rate of the employer's own credit (its kind,
    profit, loss, form and headcount). An employer at its cap, or not above its baseline, loses nothing. It is kept
    apart: fees of one learner are more than an average employee's.
    """
    index = clock.year_index
    company, person, nobody = _tax_of_year(own, index)
    fees, size, employer, rows = effects.employer_fees, people.employer_size, people.employer, room.rows
    headcounts, profits, amounts, counted = room.part[0], room.part[1], room.part[2], room.part[4]
    kind, since, members = room.whole[0], room.whole[1], room.whole[2]
    chance, number = own.employers.associated, own.employers.associated_number
    qualifying, priority = own.fees_qualifying[index], own.priority[index]
    standard, paid = np.float64(own.standard[index]), own.paid[index].reshape(-1)
    line = room.table[DISPLACED_DEDUCTION] if own.form == EXTRA_DEDUCTION else room.table[DISPLACED_CREDIT]
    for n in range(first, last):
        i = rows[n]
        if fees[i] >= _ZERO or counted[n] <= _ZERO:
            continue
        key = _paid_key(since[n], size[i])
        in_priority = np.float64(priority[employer_section(employer[i])])
        rate = standard * paid[np.uint32(key + _UNIT)] + (1.0 - standard) * paid[np.uint32(key + _TWO)]
        rate = paid[key] if members[n] > 0 else in_priority * paid[key] + (1.0 - in_priority) * rate
        lost = -np.float64(fees[i]) * np.float64(qualifying[size[i]]) * rate
        amount = np.float64(amounts[n]) * max(np.float64(headcounts[n]), 1.0)
        amount = amount if amount > 0.0 else lost
        if amount <= 0.0:
            continue
        rates = company if kind[n] == _COMPANY else (nobody if kind[n] == _CHARITY else person)
        associated = _associated(employer[i], kind[n], chance, number)
        net = net_rate(amount, _taxed_profit(profits[n], kind[n]), associated, rates, scheme)
        line[n - first] = whole_pence(lost * net)


@kernel
def _scheme_of_year(own, index):
    """The year's choices, as the rules read them."""
    rate, values = own.rate[index], own.behaviour[index]
    return Scheme(
        own.form, rate[0], rate[1], rate[2], own.taxable, own.payable, values[0], values[1], values[2], values[3],
        values[4], values[5],
    )  # fmt: skip


@kernel
def _tax_of_year(own, index):
    """The tax on profits of companies, of sole traders and partners, and of those without any."""
    row, personal = own.company_tax[index], own.personal_tax[index]
    company = CorporationTax(row[0], row[1], row[2], row[3], row[4])
    return company, CorporationTax(personal, personal, 0.0, 0.0, 0.0), CorporationTax(0.0, 0.0, 0.0, 0.0, 0.0)
