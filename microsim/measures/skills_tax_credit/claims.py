"""The kernel's first passes: what of an employer's training qualifies, and whether the employer claims.

They go over lists of rows (see `microsim.measures.listed`): first employees of private employers, then those for whom
anything is claimed. What stands in `room` is in the order of the list: of the n-th row of it at place n.
"""

from __future__ import annotations

import numpy as np

from microsim.dynamics.curves import from_top, scatter
from microsim.dynamics.employers import (
    NO_EMPLOYER,
    cell_of,
    curve_value,
    employer_band,
    employer_kind,
    employer_section,
    headcount,
    kind_key,
    profit,
    training_spend_per_employee,
)
from microsim.kernels.jit import kernel
from microsim.measures.listed import list_rows
from microsim.measures.skills_tax_credit.lines import BASE, CLAIMANTS, PRIVATE, TAXPAYERS
from microsim.measures.skills_tax_credit.rules import counted_share
from microsim.measures.skills_tax_credit.state import EARLIER_YEARS
from microsim.population.employers import CLASSES
from microsim.population.people import EMPLOYEE

_EMPLOYEE, _POINTS = np.uint8(EMPLOYEE), np.uint32(CLASSES + 1)
_NO_EMPLOYER = np.int32(NO_EMPLOYER)
_OF_CLAIM, _OF_COOPERATIVE, _OF_YEARS = (np.uint32(number) for number in range(61, 64))  # draws of an employer's number
_NEVER, _NO, _NOBODY = np.int32(-1), np.int32(0), np.uint32(0)
_ZERO, _ALL = np.float32(0.0), np.float32(1.0)
_FIRST_DRAW = np.int64(1_000)  # years before the first have draws too
_PENCE = np.float64(100.0)


@kernel
def list_employees(people, room, rows):
    """Into `room.spare`, residents who are employed by a private employer. Gives how many they are."""
    flags, employer, resident, status = room.flags[0], people.employer, people.resident, people.work_status
    for i in range(np.uint64(rows)):
        flags[i] = np.uint8((employer[i] != _NOBODY) & (status[i] == _EMPLOYEE)) * resident[i]
    return list_rows(flags, room.spare, rows)


@kernel
def find_base(own, people, clock, room, count):
    """From all training of private employers to what qualifies: `room.part[3]`, pounds for each employee, and all of it
    in `room.part[2]`.

    `room.whole[0]` is the kind of employer of those who may claim, NO_EMPLOYER for the others.
    """
    employer, size, tables, rows = people.employer, people.employer_size, own.employers, room.spare
    chance, spend, curve = tables.trains, tables.spend, tables.spend_curve
    charity, company, growth = tables.charity, tables.company, tables.spend_growth[clock.year_index]
    kind, all_training, base = room.whole[0], room.part[2], room.part[3]
    may_claim, qualifying = own.claims_kind, own.qualifying[clock.year_index]
    for n in range(np.uint64(count)):
        one = employer[rows[n]]
        key = kind_key(one)
        all_training[n] = growth * training_spend_per_employee(one, chance[key], spend[key], curve)
        found = employer_kind(one, charity[key], company[key])
        kind[n] = found if may_claim[found] != 0 else _NO_EMPLOYER
    for n in range(np.uint64(count)):
        share = qualifying[size[rows[n]]]
        base[n] = all_training[n] * share if kind[n] != _NO_EMPLOYER else _ZERO


@kernel
def find_claims(own, people, clock, room, count):
    """Since when each employer claims and whether it is in a cooperative.

    `room.whole[1]` is -1 where it does not claim, 0 where it begins this year, 1 since last, 2 for longer;
    `room.whole[2]` is 1 in a cooperative.
    """
    employer, size, rows = people.employer, people.employer_size, room.spare
    kind, since, member = room.whole[0], room.whole[1], room.whole[2]
    claim, member_claim, in_one = own.claim[clock.year_index], own.member_claim[clock.year_index], own.member
    for n in range(np.uint64(count)):
        i = rows[n]
        joins = scatter(employer[i], _OF_COOPERATIVE)
        draw = scatter(employer[i], _OF_CLAIM)
        found = _NEVER
        for back in range(min(3, clock.year_index + 1)):
            joined = joins < in_one[clock.year_index - back, size[i]]
            limit = max(claim[back, size[i]], member_claim[back] if joined else _NOBODY)
            found += np.int32(draw < limit)
        may = kind[n] != _NO_EMPLOYER
        since[n] = found if may else _NEVER
        member[n] = np.int32(may & (joins < in_one[clock.year_index, size[i]]))


@kernel
def list_claims(people, room, effects, lines, count):
    """Into `room.rows`, first those for whose training something is claimed, or whose employer claims and has fees paid
    by a training grant, then all others whose employer trains or claims; with the lines about all of them.

    Gives how many the first and all are. What stands in `room` is moved with the first.
    """
    rows, before, fees = room.rows, room.spare, effects.employer_fees
    kind, since, member = room.whole[0], room.whole[1], room.whole[2]
    all_training, base, others = room.part[2], room.part[3], room.flags[1]
    private, taxpayers, qualifies, claimants = lines[PRIVATE], lines[TAXPAYERS], lines[BASE], lines[CLAIMANTS]
    for n in range(np.uint64(count)):
        i, claims = before[n], since[n] > _NEVER
        private[i] = whole_pence(np.float64(all_training[n]))
        taxpayers[i] = private[i] if kind[n] != _NO_EMPLOYER else _NO
        qualifies[i] = whole_pence(np.float64(base[n]))
        claimants[i] = np.int32(claims)
    first = np.uint64(0)
    for n in range(np.uint64(count)):
        i, claims = before[n], since[n] > _NEVER
        matters = claims & ((base[n] > _ZERO) | (fees[i] < _ZERO))
        others[n] = np.uint8((claims | (all_training[n] > _ZERO)) & (not matters))
        rows[first], kind[first], since[first] = i, kind[n], since[n]
        member[first], base[first] = member[n], base[n]
        first += np.uint64(matters)
    found = first
    for n in range(np.uint64(count)):
        rows[found] = before[n]
        found += np.uint64(others[n])
    return first, found


@kernel
def find_firms(own, people, clock, room, count):
    """Headcount and profit of the employers that matter: `room.part[0]` and `room.part[1]`.

    Searching for a headcount takes longer than all else of an employer, so it is done for no other.
    """
    employer, rows = people.employer, room.rows
    heads, profits, tables = room.part[0], room.part[1], own.employers
    number, employees, place = tables.number, tables.employees, tables.place
    loss, size, table, section, curve = (
        tables.loss,
        tables.loss_size,
        tables.profit,
        tables.profit_section,
        tables.profit_curve,
    )
    growth = tables.profit_growth[clock.year_index]
    for n in range(np.uint64(count)):
        one = employer[rows[n]]
        cell = cell_of(one)
        people_of = np.float32(headcount(one, np.uint32(cell * _POINTS), number[cell], employees[cell], place))
        heads[n] = people_of
        factor, chance = section[employer_section(one)], loss[employer_band(one)]
        profits[n] = growth * profit(one, people_of, chance, size, factor, table, curve)


@kernel
def count_all(room, count):
    """A volume credit counts all spending, and the next pound in full: `room.part[4]` and `room.part[5]`."""
    counted, responds = room.part[4], room.part[5]
    for n in range(np.uint64(count)):
        counted[n] = _ALL
        responds[n] = _ALL


@kernel
def move_spending(own, people, clock, room, scheme, count):
    """This year's spending of employers (in `room.part[3]`), the share above the average of the years before, and what
    of a rate counts for the next pound.

    An employer's spending moves from year to year by a draw of its number and the year. Where the credit was open in
    the years of the baseline, they hold the training that it brought about.
    """
    index, employer, rows = clock.year_index, people.employer, room.rows
    base, counted, responds = room.part[3], room.part[4], room.part[5]
    movement, growth, years = own.fluctuation, own.growth, own.baseline_years
    response = own.behaviour[index, 6]
    raised = 1.0 + own.treated[index] * scheme.elasticity * scheme.standard * response
    for n in range(np.uint64(count)):
        counted[n], responds[n] = _ZERO, _ZERO
        if base[n] <= _ZERO:
            continue
        one, usual = employer[rows[n]], np.float64(base[n])
        now = usual * _movement(one, index, movement)
        baseline = 0.0
        for back in range(1, years + 1):
            earlier = growth[index + EARLIER_YEARS - back] / growth[index + EARLIER_YEARS]
            baseline += usual * earlier * _movement(one, index - back, movement) / years
        base[n] = np.float32(now)
        counted[n] = np.float32(counted_share(now, baseline * raised))
        responds[n] = np.float32(response) if counted[n] > _ZERO else _ZERO


@kernel
def _movement(employer, index, curve):
    """What an employer's spending of a year is of its usual, one on average."""
    draw = scatter(scatter(employer, _OF_YEARS), np.uint32(index + _FIRST_DRAW))
    return np.float64(curve_value(from_top(draw), curve))


@kernel
def whole_pence(pounds):
    """Pounds as whole pence."""
    return np.int32(np.rint(pounds * _PENCE))
