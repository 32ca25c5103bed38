"""The kernel's first passes: what of an employer's training qualifies, and whether the employer claims."""

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
def find_base(own, people, clock, room, lines):
    """From all training of private employers to what qualifies: `room.part[3]`, pounds for each employee.

    `room.whole[0]` is the kind of employer of those who may claim, NO_EMPLOYER for everybody else.
    """
    employer, resident, status, size = people.employer, people.resident, people.work_status, people.employer_size
    charity, company, tables = own.employers.charity, own.employers.company, own.employers
    chance, spend, curve, growth = (
        tables.trains,
        tables.spend,
        tables.spend_curve,
        tables.spend_growth[clock.year_index],
    )
    kind, base = room.whole[0], room.part[3]
    may_claim, qualifying = own.claims_kind, own.qualifying[clock.year_index]
    private, taxpayers, qualifies = lines[PRIVATE], lines[TAXPAYERS], lines[BASE]
    for i in range(np.uint64(clock.rows)):
        base[i] = _ZERO
        kind[i] = _NO_EMPLOYER
        if employer[i] == _NOBODY or resident[i] == 0 or status[i] != _EMPLOYEE:
            continue
        key = kind_key(employer[i])
        training = growth * training_spend_per_employee(employer[i], chance[key], spend[key], curve)
        private[i] = whole_pence(np.float64(training))
        found = employer_kind(employer[i], charity[key], company[key])
        if may_claim[found] == 0:
            continue
        kind[i] = found
        taxpayers[i] = private[i]
        base[i] = training * qualifying[size[i]]
        qualifies[i] = whole_pence(np.float64(base[i]))


@kernel
def find_claims(own, people, clock, room, lines):
    """Since when each employer claims and whether it is in a cooperative.

    `room.whole[1]` is -1 where it does not claim, 0 where it begins this year, 1 since last, 2 for longer;
    `room.whole[2]` is 1 in a cooperative.
    """
    employer, size = people.employer, people.employer_size
    kind, since, member = room.whole[0], room.whole[1], room.whole[2]
    claim, member_claim, in_one = own.claim[clock.year_index], own.member_claim[clock.year_index], own.member
    claimants = lines[CLAIMANTS]
    for i in range(np.uint64(clock.rows)):
        since[i] = _NEVER
        member[i] = _NO
        if kind[i] == _NO_EMPLOYER:
            continue
        joins = scatter(employer[i], _OF_COOPERATIVE)
        draw = scatter(employer[i], _OF_CLAIM)
        for back in range(min(3, clock.year_index + 1)):
            joined = joins < in_one[clock.year_index - back, size[i]]
            limit = max(claim[back, size[i]], member_claim[back] if joined else _NOBODY)
            since[i] += np.int32(draw < limit)
        member[i] = np.int32(joins < in_one[clock.year_index, size[i]])
        claimants[i] = np.int32(since[i] > _NEVER)


@kernel
def find_firms(own, people, clock, room, effects):
    """Headcount and profit of the employers that matter: `room.part[0]` and `room.part[1]`, else not written.

    They are those that claim and spend, or whose fees a training grant pays. Searching for a headcount takes longer
    than all else of an employer, so it is done for no other.
    """
    employer, since, base, fees = people.employer, room.whole[1], room.part[3], effects.employer_fees
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
    for i in range(np.uint64(clock.rows)):
        if since[i] == _NEVER or (base[i] <= _ZERO and fees[i] >= _ZERO):
            continue
        one = employer[i]
        cell = cell_of(one)
        people_of = np.float32(headcount(one, np.uint32(cell * _POINTS), number[cell], employees[cell], place))
        heads[i] = people_of
        factor, chance = section[employer_section(one)], loss[employer_band(one)]
        profits[i] = growth * profit(one, people_of, chance, size, factor, table, curve)


@kernel
def count_all(room, count):
    """A volume credit counts all spending, and the next pound in full: `room.part[4]` and `room.part[5]`."""
    counted, responds = room.part[4], room.part[5]
    for i in range(np.uint64(count)):
        counted[i] = _ALL
        responds[i] = _ALL


@kernel
def move_spending(own, people, clock, room, scheme):
    """This year's spending of employers (in `room.part[3]`), the share above the average of the years before, and what
    of a rate counts for the next pound.

    An employer's spending moves from year to year by a draw of its number and the year. Where the credit was open in
    the years of the baseline, they hold the training that it brought about.
    """
    index, employer = clock.year_index, people.employer
    base, counted, responds, since = room.part[3], room.part[4], room.part[5], room.whole[1]
    movement, growth, years = own.fluctuation, own.growth, own.baseline_years
    response = own.behaviour[index, 6]
    raised = 1.0 + own.treated[index] * scheme.elasticity * scheme.standard * response
    for i in range(np.uint64(clock.rows)):
        counted[i], responds[i] = _ZERO, _ZERO
        if since[i] == _NEVER or base[i] <= _ZERO:
            continue
        usual = np.float64(base[i])
        now = usual * _movement(employer[i], index, movement)
        baseline = 0.0
        for back in range(1, years + 1):
            earlier = growth[index + EARLIER_YEARS - back] / growth[index + EARLIER_YEARS]
            baseline += usual * earlier * _movement(employer[i], index - back, movement) / years
        base[i] = np.float32(now)
        counted[i] = np.float32(counted_share(now, baseline * raised))
        responds[i] = np.float32(response) if counted[i] > _ZERO else _ZERO


@kernel
def _movement(employer, index, curve):
    """What an employer's spending of a year is of its usual, one on average."""
    draw = scatter(scatter(employer, _OF_YEARS), np.uint32(index + _FIRST_DRAW))
    return np.float64(curve_value(from_top(draw), curve))


@kernel
def whole_pence(pounds):
    """Pounds as whole pence."""
    return np.int32(np.rint(pounds * _PENCE))
