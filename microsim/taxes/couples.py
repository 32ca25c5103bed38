"""Couples: the part of an allowance that one partner gives to the other."""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.taxes.income_tax import (
    IncomeTax,
    marriage_allowance,
    personal_allowance,
    taxable_income,
    transferable_allowance,
)
from microsim.taxes.lines import (
    CARERS_ALLOWANCE,
    EMPLOYEE_CONTRIBUTIONS,
    INCOME_TAX,
    PENSION_CONTRIBUTION,
    PRIVATE_PENSION,
    PROFITS,
    SELF_EMPLOYED_CONTRIBUTIONS,
    STATE_PENSION,
    WAGES,
)
from microsim.taxes.pence import PENCE, earnings_after, pence, pensions_after
from microsim.taxes.rates import numbers
from microsim.taxes.tables import INCOME_TAX_FIGURES


@kernel
def share_allowances(people, tables, room, year_index, first, number):
    """Less tax for the partner who is given part of the other's allowance: the expected amount, by take-up.

    Of the couples of whom one is in a chunk of rows and comes before the other.
    """
    rates = IncomeTax(*numbers(tables.income_tax[year_index], INCOME_TAX_FIGURES))
    part = transferable_allowance(rates)
    total_income, tax, household = room.total_income, room.amounts[INCOME_TAX], people.household
    for couple in range(_list_givers(people, room, rates, first, number)):
        poorer, richer = room.families.row[couple], room.families.second[couple]
        gain = marriage_allowance(
            total_income[poorer], _taxable(total_income[richer], rates), tax[richer] / PENCE, part,
            rates.marriage_allowance_take_up, rates,
        )  # fmt: skip
        less = min(pence(gain), tax[richer])
        tax[richer] -= less
        room.household_income[household[richer]] += less
        _keep_what_is_left(room, richer)


@kernel
def _taxable(income, rates):
    """Income after the personal allowance."""
    return taxable_income(income, personal_allowance(income, rates))


@kernel
def _list_givers(people, room, rates, first, number):
    """The rows of both partners, the one with less income first, where that one does not use all of the allowance and
    the other pays no higher rate: nobody else gains. Returns how many couples there are.

    All are written and some kept, here and below: a branch would be guessed wrong.
    """
    partner, resident, total_income = people.partner, people.resident, room.total_income
    one, other = room.families.row, room.families.second
    couples, givers = np.uint64(0), np.uint64(0)
    for i in range(np.uint64(first), np.uint64(first + number)):
        one[couples] = np.uint32(i)
        couples += np.uint64((partner[i] > np.int32(i)) & (resident[i] != 0))
    for couple in range(couples):
        mine, theirs = one[couple], np.uint32(partner[one[couple]])
        i_have_more = total_income[mine] > total_income[theirs]
        poorer, richer = theirs if i_have_more else mine, mine if i_have_more else theirs
        one[givers], other[givers] = poorer, richer
        has_some_left = total_income[poorer] < rates.personal_allowance
        givers += np.uint64(has_some_left & (_taxable(total_income[richer], rates) <= rates.basic_rate_limit))
    return givers


@kernel
def _keep_what_is_left(room, i):
    """What is left of a person's earnings and pensions after the tax that was found last."""
    amounts, total, tax = room.amounts, room.total_income[i], np.float64(room.amounts[INCOME_TAX, i])
    earned = np.float64(amounts[WAGES, i] + amounts[PROFITS, i] - amounts[PENSION_CONTRIBUTION, i])
    received = np.float64(amounts[PRIVATE_PENSION, i] + amounts[STATE_PENSION, i] + amounts[CARERS_ALLOWANCE, i])
    contributions = np.float64(amounts[EMPLOYEE_CONTRIBUTIONS, i] + amounts[SELF_EMPLOYED_CONTRIBUTIONS, i])
    room.net_earnings[i] = earnings_after(earned, contributions, total, tax)
    room.net_pensions[i] = pensions_after(received, total, tax)
