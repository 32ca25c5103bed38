"""Courses booked and paid for: the few accounts with something to pay, one after the other.

Each course is priced three times: as without the grant, at the higher prices that providers ask, and as chosen with
the balance there is. The differences say what the spending is due to. Where amounts are doubled the account is kept
twice, with and without, from the first money that doubling adds: the difference of the spending is what it costs.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.float32 import uniform
from microsim.kernels.jit import kernel
from microsim.measures.amounts import MOST_PENCE
from microsim.measures.lifelong_training_grant.lines import (
    COMMITTED,
    COPAYMENT,
    CORPORATION_TAX,
    COURSES_PAID,
    DEADWEIGHT,
    DOUBLED_ENTITLEMENT,
    DOUBLING,
    EMPLOYER_FEES,
    ENTITLEMENT,
    HIGHER_PRICES,
    INDUCED,
    LARGER_BALANCES,
    LOAN_SUBSIDY,
    LOANS,
    PUBLIC_FEES,
    SPENDING,
    SWITCHERS_SPENDING,
    TOP_UP_SPENDING,
    TRANCHES_USED,
    USERS,
    USERS_EMPLOYER,
    USERS_LOAN,
    USERS_PAYING,
    USERS_SELF,
    VAT,
    WRITTEN_OFF,
)
from microsim.measures.lifelong_training_grant.rules import (
    ACTIVE,
    BEFORE,
    BIRTHDAY,
    DRAWN,
    HERE,
    INDUCED_CHANCE,
    PLAIN_BEFORE,
    PLAIN_BIRTHDAY,
    ROWS,
    SWITCH_CHANCE,
    TIME,
    balance_bin,
    chance_of_use,
    covered_by_grant,
    drawn_from_account,
    left_after,
    most_covered,
    paid_later,
    part_of,
    time_to_use,
)
from microsim.measures.lifelong_training_grant.state import EMPLOYER, LOAN, NOBODY_PAYS, SELF
from microsim.measures.lifelong_training_grant.tranches import begin_tranches

_EVEN = np.uint32(0xFFFFFFFE)
_ONE, _TWENTY = np.uint32(1), np.uint32(20)
_NOTHING, _WHOLE = np.int32(0), np.int32(1)
_FULL = np.float32(1.0)
_PENCE = np.float32(100.0)
_MOST = float(MOST_PENCE)


@kernel
def part_from_plain(own, people, clock, age_sex, area, whole, doubled):
    """Tranches of the account without doubling, which is kept apart from the first money that doubling adds."""
    year = clock.year_index
    transition, multiplier = own.transition[year], own.multiplier[year]
    at_start, at_birthday = own.on_first_april[year], own.on_birthday[year]
    before, birthday, here = whole[BEFORE], whole[BIRTHDAY], whole[HERE]
    plain_before, plain_birthday = whole[PLAIN_BEFORE], whole[PLAIN_BIRTHDAY]
    apart, resident = own.apart, people.resident
    for i in range(np.uint64(clock.rows)):
        place = area[i]
        if apart[i] == 0 and (transition[place] == 0 or resident[i] == 0):
            continue
        key = np.uint32(age_sex[i] & _EVEN)
        first, then = np.int32(at_start[key] * here[i]), np.int32(at_birthday[key] * here[i])
        started = np.int32(before[i] - own.balance[i])
        extra = np.int32(np.int32(started - first) + np.int32(birthday[i] - then))
        buys_more = multiplier[place] > 1.0 and np.int32(before[i] + birthday[i]) > _NOTHING
        if apart[i] == 0:
            if extra == _NOTHING and not buys_more:
                continue
            apart[i] = 1
            own.plain_balance[i] = own.balance[i]
            own.plain_owed_1[i], own.plain_owed_2[i] = own.owed_1[i], own.owed_2[i]
            own.plain_owed_3[i] = own.owed_3[i]
        doubled[i] = extra
        plain_before[i] = np.int32(own.plain_balance[i] + first)
        plain_birthday[i] = then


@kernel
def pay_for_courses(own, people, clock, age_sex, words, effects, whole, part, lines):
    """Everything that happens to accounts with a new course, one under way, or a doubled amount."""
    rows, active, users = whole[ROWS], whole[ACTIVE], lines[USERS]
    count = np.uint64(0)
    for i in range(np.uint64(clock.rows)):
        rows[count] = np.int32(i)
        count += np.uint64(active[i])
    for k in range(count):
        i = rows[k]
        if people.resident[i] == 0:
            lines[WRITTEN_OFF, i] = np.int32(own.owed_1[i] + own.owed_2[i] + own.owed_3[i])
            _close(own, i)
            continue
        draw, slot = uniform(words[0, i]), np.uint32(words[1, i] >> _TWENTY)
        covered = _NOTHING
        if users[i] > _NOTHING:
            covered = _book(own, people, clock, i, draw, slot, effects.area[i], whole, part, lines)
            available = np.int32(whole[BEFORE, i] + whole[BIRTHDAY, i])
            lines[TRANCHES_USED, i] = begin_tranches(own, i, available, whole[DRAWN, i])
        paid = _pay_actual(own, clock.year_index, i, slot, covered)
        lines[COMMITTED, i] = np.int32(own.owed_1[i] + own.owed_2[i] + own.owed_3[i])
        lines[COURSES_PAID, i] = paid
        _explain(own, people, clock.year_index, i, paid, effects, lines)
        if own.apart[i] > 0:
            stays = own.stays_open[clock.year_index, age_sex[i] >> _ONE]
            after = own.after_birthday[people.birth_month[i]]
            plain = _pay_plain(own, clock.year_index, i, draw, slot, stays, after, whole, part)
            lines[SPENDING, i] = plain
            lines[DOUBLING, i] = np.int32(paid - plain)
        else:
            lines[SPENDING, i] = paid


@kernel
def _close(own, i):
    """Nothing more is owed for somebody who has died or left England."""
    own.owed_1[i] = own.owed_2[i] = own.owed_3[i] = _NOTHING
    own.plain_owed_1[i] = own.plain_owed_2[i] = own.plain_owed_3[i] = _NOTHING
    own.plain_balance[i] = _NOTHING
    own.apart[i] = 0


@kernel
def _book(own, people, clock, i, draw, slot, area, whole, part, lines):
    """A new course: what the account pays for it, what the learner does, and what it is due to."""
    year = clock.year_index
    available = np.int32(whole[BEFORE, i] + whole[BIRTHDAY, i])
    multiplier = own.multiplier[year, area]
    limit = most_covered(available, multiplier)
    price, learner = np.float64(own.price[year, slot]), own.learner_pays[year]
    higher = price * own.markup[year, slot]
    chosen = higher * np.float64(own.price_by_balance[year, balance_bin(available)])
    covered = covered_by_grant(chosen, learner, limit)
    drawn = drawn_from_account(covered, multiplier, available) if multiplier > 1.0 else covered
    whole[DRAWN, i] = drawn
    bonus = np.int32(covered - drawn)
    lines[ENTITLEMENT, i] = np.int32(lines[ENTITLEMENT, i] + bonus)
    lines[DOUBLED_ENTITLEMENT, i] = np.int32(lines[DOUBLED_ENTITLEMENT, i] + bonus)
    gap = np.int32(np.int32(min(np.floor(chosen + 0.5), _MOST)) - covered)
    topped_up = min(gap, own.top_up[i]) if own.top_ups > 0 else _NOTHING
    lines[TOP_UP_SPENDING, i] = topped_up
    lines[COPAYMENT, i] = np.int32(gap - topped_up)
    lines[USERS_PAYING, i] = np.int32(gap > topped_up)
    base = min(covered_by_grant(price, learner, limit), covered)
    dearer = np.int32(min(covered_by_grant(higher, learner, limit), covered) - base)
    switching, induced = part[SWITCH_CHANCE, i] * part[TIME, i], part[INDUCED_CHANCE, i] * part[TIME, i]
    payer = own.payer_of[people.learning[i]] if draw < switching else np.uint8(NOBODY_PAYS)
    if draw >= chance_of_use(switching, induced, _FULL):  # would not use it with the reference balance
        base = dearer = _NOTHING
    own.payer[i] = payer
    own.base_share[i] = np.float32(base / covered) if covered > _NOTHING else np.float32(0.0)
    own.price_share[i] = np.float32(dearer / covered) if covered > _NOTHING else np.float32(0.0)
    new = covered > _NOTHING and payer == NOBODY_PAYS
    own.course_share[i] = np.float32(chosen / (own.markup[year, slot] * covered)) if new else np.float32(0.0)
    lines[USERS_SELF, i] = np.int32(payer == SELF)
    lines[USERS_LOAN, i] = np.int32(payer == LOAN)
    lines[USERS_EMPLOYER, i] = np.int32(payer == EMPLOYER)
    return covered


@kernel
def _pay_actual(own, year, i, slot, covered):
    """What is paid this year, for a new course and one under way; the rest stays owed."""
    second, third, fourth = (
        paid_later(covered, own.later[year, 0, slot]),
        paid_later(covered, own.later[year, 1, slot]),
        paid_later(covered, own.later[year, 2, slot]),
    )
    paid = np.int32(covered - second - third - fourth + own.owed_1[i])
    own.owed_1[i] = np.int32(own.owed_2[i] + second)
    own.owed_2[i] = np.int32(own.owed_3[i] + third)
    own.owed_3[i] = fourth
    return paid


@kernel
def _pay_plain(own, year, i, draw, slot, stays, after, whole, part):
    """The same year of the account as it would be without doubling. Gives what it pays."""
    before, birthday = whole[PLAIN_BEFORE, i], whole[PLAIN_BIRTHDAY, i]
    available = np.int32(before + birthday)
    under_way = np.int32(own.plain_owed_1[i] | own.plain_owed_2[i] | own.plain_owed_3[i])
    place = balance_bin(available)
    time = time_to_use(before, own.part_year, after)
    switching, induced = part[SWITCH_CHANCE, i] * time, part[INDUCED_CHANCE, i] * time
    chance = chance_of_use(switching, induced, own.use_by_balance[year, place])
    covered = _NOTHING
    if available > _NOTHING and under_way == _NOTHING and draw < chance:
        price = np.float64(own.price[year, slot]) * own.markup[year, slot]
        chosen = price * np.float64(own.price_by_balance[year, place])
        covered = covered_by_grant(chosen, own.learner_pays[year], available)
    second, third, fourth = (
        paid_later(covered, own.later[year, 0, slot]),
        paid_later(covered, own.later[year, 1, slot]),
        paid_later(covered, own.later[year, 2, slot]),
    )
    paid = np.int32(covered - second - third - fourth + own.plain_owed_1[i])
    own.plain_owed_1[i] = np.int32(own.plain_owed_2[i] + second)
    own.plain_owed_2[i] = np.int32(own.plain_owed_3[i] + third)
    own.plain_owed_3[i] = fourth
    own.plain_balance[i] = left_after(np.int32(available - covered), birthday, own.lapse, stays)
    return paid


@kernel
def _explain(own, people, year, i, paid, effects, lines):
    """What a payment is due to, what it replaces, and what of it comes back."""
    base = part_of(paid, own.base_share[i])
    dearer = min(part_of(paid, own.price_share[i]), np.int32(paid - base))
    payer = own.payer[i]
    replaced = base if payer != NOBODY_PAYS else _NOTHING
    lines[DEADWEIGHT, i] = replaced
    lines[SWITCHERS_SPENDING, i] = paid if payer != NOBODY_PAYS else _NOTHING
    lines[INDUCED, i] = np.int32(base - replaced)
    lines[HIGHER_PRICES, i] = dearer
    lines[LARGER_BALANCES, i] = np.int32(paid - base - dearer)
    course = np.float32(paid) / _PENCE * own.course_share[i]  # with the learner's own part, at unchanged prices
    effects.training[i] += np.float32(course * np.float32(1.0 - own.tax[year]))
    lines[VAT, i] = np.int32(np.floor(np.int32(paid - replaced) * own.tax[year] + 0.5))
    if payer == LOAN:
        lines[LOANS, i] = replaced
        lines[LOAN_SUBSIDY, i] = part_of(replaced, own.loan_subsidy[year])
    if payer == EMPLOYER:
        private = np.int32(people.public[i] == 0)
        lines[EMPLOYER_FEES, i] = replaced
        lines[PUBLIC_FEES, i] = np.int32(replaced * np.int32(_WHOLE - private))
        lines[CORPORATION_TAX, i] = np.int32(np.floor(np.int32(replaced * private) * own.corporation_tax[year] + 0.5))
        effects.employer_fees[i] = effects.employer_fees[i] - np.float32(replaced) / _PENCE
