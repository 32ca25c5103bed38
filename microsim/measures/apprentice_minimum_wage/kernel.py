"""A year of every apprentice: the pay due now and then, who gets it, and what employers and the Exchequer pay.

The draws of a person are the same in every year (the year of the counter is 0): who is underpaid and whose employer
does not follow the new minimum lasts. They are four words of one group: underpaid today; not raised; the day in the
year on which the apprenticeship began, which no published table gives by person; not started.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.float32 import uniform
from microsim.kernels.jit import kernel
from microsim.measures.apprentice_minimum_wage.lines import (
    APPRENTICES,
    CORPORATION_TAX,
    CORPORATION_TAX_KEPT,
    DETERRED,
    DETERRED_PAY,
    FUNDING_SAVED,
    IN_SCOPE,
    PAID_MORE,
    PRIVATE_CONTRIBUTIONS,
    PRIVATE_COST_SAVED,
    PRIVATE_OUTPUT_LOST,
    PRIVATE_PAY,
    PUBLIC_CONTRIBUTIONS,
    PUBLIC_COST_SAVED,
    PUBLIC_PAY,
    SPILLOVER,
    TAX_ON_PAY,
    UNDERPAID_NOW,
    UNDERPAID_THEN,
)
from microsim.measures.apprentice_minimum_wage.rules import (
    NONE,
    chance_deterred,
    corporation_tax_kept,
    corporation_tax_lost,
    cost_saved,
    employer_contributions_change,
    is_below,
    months,
    paid_now,
    paid_then,
    reformed_minimum_wage,
    tax_and_contributions_change,
)
from microsim.measures.apprentice_minimum_wage.state import (
    INCOME_TAX_FIGURES,
    NATIONAL_INSURANCE_FIGURES,
    PARAMS_FIGURES,
    WAGE_FIGURES,
    Figures,
)
from microsim.measures.listed import draw_for_rows, list_nobody, list_rows
from microsim.taxes.income_tax import IncomeTax
from microsim.taxes.minimum_wage import MinimumWage, minimum_wage
from microsim.taxes.national_insurance import NationalInsurance, employer_contributions
from microsim.taxes.rates import numbers

MOST_LOST = 10_000_000.0  # pounds a year of one person: above it no more is counted, as a line holds twice that
LASTING = 0  # the year in the counter of draws that are the same in every year
HIGHER = np.uint8(4)  # first of levels 4 to 7
_NO, _IN_WORK, _WITHOUT = np.uint8(0), np.uint8(1), np.uint8(2)
_NO_HOURS = np.float32(0.0)
_FIRST = np.uint8(1)
_SHIFT = np.uint32(1)
_PIECES = 3


@kernel
def cost(own, people, clock, age_sex, room, effects, lines):
    """One year of all apprentices of the block."""
    list_nobody(room)
    if clock.year < own.start or own.reform == NONE:
        return
    rows, count = room.rows, _list_apprentices(own, people, room, clock.rows)
    draw_for_rows(room, rows, people, clock, LASTING, own.group, count)
    for line in range(len(lines)):
        room.listed[line] = count
    at = clock.year_index
    wages = MinimumWage(*numbers(own.wages[at], WAGE_FIGURES))
    figures = Figures(*numbers(own.figures[at], PARAMS_FIGURES))
    income_tax = IncomeTax(*numbers(own.income_tax[at], INCOME_TAX_FIGURES))
    insurance = NationalInsurance(*numbers(own.national_insurance[at], NATIONAL_INSURANCE_FIGURES))
    level, year, public = people.apprenticeship, people.apprenticeship_year, people.public
    draws, deterred = room.words, own.deterred
    for n in range(count):
        i = rows[n]
        age = np.float64(age_sex[i] >> _SHIFT)
        hours_a_year = np.float64(people.hours[i]) * figures.weeks
        birthday = (np.float64(people.birth_month[i]) + 0.5) / 12.0
        anniversary = np.float64(uniform(draws[2, n]))
        hourly = np.float64(people.pay[i]) / hours_a_year
        before = figures.before_levels_4_7 if level[i] >= HIGHER else figures.before_levels_2_3
        underpays, ignores = np.float64(uniform(draws[0, n])), np.float64(uniform(draws[1, n]))
        now, then, above, scope, less_now, less_then = _pay_of_year(
            own.within_year, own.reform, hourly, age, np.float64(year[i]), birthday, anniversary,
            underpays < before, underpays < before * figures.persists, ignores < figures.after, figures, wages,
        )  # fmt: skip
        pay, pay_then = now * hours_a_year, then * hours_a_year
        rise = pay_then - pay
        contributions = employer_contributions_change(pay, pay_then, age, insurance)
        lines[APPRENTICES, i] = 1
        lines[IN_SCOPE, i] = scope
        lines[UNDERPAID_NOW, i] = less_now
        if year[i] == _FIRST:
            employed = pay + employer_contributions(pay, age, 1, insurance)
            chance = chance_deterred(_elasticity(age, figures), employed, employed + rise + contributions)
            chance = chance if clock.year > own.start else 0.0
            deterred[i] = _whether(np.float64(uniform(draws[3, n])), chance, figures.in_other_work)
        if deterred[i] != _NO:
            kept = figures.pay_in_other_work if deterred[i] == _IN_WORK else 0.0
            lost = min(pay * (1.0 - kept), MOST_LOST)
            saved = cost_saved(pay, lost, age, insurance)
            lines[DETERRED, i] = 1
            lines[DETERRED_PAY, i] = _pence(lost)
            if public[i] != 0:
                lines[PUBLIC_COST_SAVED, i] = _pence(saved)
            else:
                lines[PRIVATE_COST_SAVED, i] = _pence(saved)
                lines[PRIVATE_OUTPUT_LOST, i] = _pence(saved * figures.output_lost)
                tax_kept = corporation_tax_kept(saved, figures.output_lost, figures.corporation_tax)
                lines[CORPORATION_TAX_KEPT, i] = _pence(tax_kept)
            lines[FUNDING_SAVED, i] = _pence(figures.funding)
            effects.pay_change[i] -= np.float32(min(lost, np.float64(people.pay[i])))
            continue
        lines[UNDERPAID_THEN, i] = less_then
        paid, charged = _pence(rise), _pence(contributions)
        if paid <= 0:
            continue
        lines[PAID_MORE, i] = 1
        lines[SPILLOVER, i] = _pence(above * hours_a_year)
        tax = tax_and_contributions_change(pay, pay_then, income_tax, insurance)
        lines[TAX_ON_PAY, i] = max(np.int32(0), _pence(tax))
        lines[FUNDING_SAVED, i] = _pence(figures.funding * figures.training_cut)
        if public[i] != 0:
            lines[PUBLIC_PAY, i] = paid
            lines[PUBLIC_CONTRIBUTIONS, i] = charged
        else:
            lines[PRIVATE_PAY, i] = paid
            lines[PRIVATE_CONTRIBUTIONS, i] = charged
            lines[CORPORATION_TAX, i] = _pence(corporation_tax_lost(rise, contributions, figures.corporation_tax))
        effects.pay_change[i] += np.float32(rise)


@kernel
def _list_apprentices(own, people, room, rows):
    """Into `room.rows`, resident apprentices at work; nobody else is deterred any more. Gives how many they are."""
    flags, level, resident, hours = room.flags[0], people.apprenticeship, people.resident, people.hours
    deterred = own.deterred
    for i in range(np.uint64(rows)):
        flags[i] = np.uint8((level[i] != _NO) & (resident[i] != _NO) & (hours[i] > _NO_HOURS))
    for i in range(np.uint64(rows)):
        deterred[i] = deterred[i] * flags[i]
    return list_rows(flags, room.rows, rows)


@kernel
def _pay_of_year(
    within_year, reform, hourly, age, year, birthday, anniversary, underpaid, still_underpaid, ignored, figures, wages
):
    """Mean pay an hour over the year now and with the reform, and the spillover in it; then 1 or 0: the minimum rises
    in some piece of the year, pay is below it now in some, pay is below it then in some."""
    now, then, above = 0.0, 0.0, 0.0
    scope, less_now, less_then = np.int32(0), np.int32(0), np.int32(0)
    for piece in range(_PIECES):
        share, age_then, year_then = months(within_year, piece, age, year, birthday, anniversary)
        if share <= 0.0:
            continue
        due = minimum_wage(age_then, 1, year_then, wages)
        due_then = reformed_minimum_wage(age_then, year_then, reform, figures.first_year_share, wages)
        illegal = underpaid and is_below(hourly, due)
        paid = paid_now(hourly, due, illegal)
        lifted = not (still_underpaid if illegal else ignored)
        new = paid_then(paid, due, due_then, lifted, figures.share_above, figures.reach)
        now += share * paid
        then += share * new
        above += share * (new - paid) if paid >= due_then else 0.0
        scope = max(scope, np.int32(due_then > due))
        less_now = max(less_now, np.int32(illegal))
        less_then = max(less_then, np.int32(is_below(new, due_then)))
    return now, then, above, scope, less_now, less_then


@kernel
def _elasticity(age, figures):
    """The elasticity of starts at an age on 1 April."""
    older = figures.elasticity_25 if age >= 25.0 else figures.elasticity_19_24
    return older if age >= 19.0 else figures.elasticity_under_19


@kernel
def _whether(draw, chance, in_other_work):
    """Not started where the draw is below the chance; what is left of the draw decides on other work."""
    if draw >= chance:
        return _NO
    return _IN_WORK if draw < chance * in_other_work else _WITHOUT


@kernel
def _pence(pounds):
    """Whole pence, int32."""
    return np.int32(np.rint(pounds * 100.0))
