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
    CHOICE,
    COVERED,
    DRAWN,
    HERE,
    INDUCED_CHANCE,
    IS_ACTIVE,
    PAID,
    PLAIN_BEFORE,
    PLAIN_BIRTHDAY,
    SWITCH_CHANCE,
    TIME,
    USES,
    balance_bin,
    chance_of_use,
    covered_by_grant,
    drawn_from_account,
    left_after,
    most_covered,
    owed,
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
def part_from_plain(own, people, clock, age_sex, area, room, count, doubled):
    """Tranches of the account without doubling, which is kept apart from the first money that doubling adds."""
    year, rows, whole = clock.year_index, room.spare, room.whole
    transition, multiplier = own.transition[year], own.multiplier[year]
    at_start, at_birthday = own.on_first_april[year], own.on_birthday[year]
    before, birthday, here = whole[BEFORE], whole[BIRTHDAY], whole[HERE]
    plain_before, plain_birthday = whole[PLAIN_BEFORE], whole[PLAIN_BIRTHDAY]
    apart, resident = own.apart, people.resident
    for n in range(count):
        i = rows[n]
        place = area[i]
        if apart[i] == 0 and (transition[place] == 0 or resident[i] == 0):
            continue
        key = np.uint32(age_sex[i] & _EVEN)
        first, then = np.int32(at_start[key] * here[n]), np.int32(at_birthday[key] * here[n])
        started = np.int32(before[n] - own.balance[i])
        extra = np.int32(np.int32(started - first) + np.int32(birthday[n] - then))
        buys_more = multiplier[place] > 1.0 and np.int32(before[n] + birthday[n]) > _NOTHING
        if apart[i] == 0:
            if extra == _NOTHING and not buys_more:
                continue
            apart[i] = 1
            own.plain_balance[i] = own.balance[i]
            own.plain_owed_1[i], own.plain_owed_2[i] = own.owed_1[i], own.owed_2[i]
            own.plain_owed_3[i] = own.owed_3[i]
        doubled[i] = extra  # of those listed alone: a multiplier of at least 1 adds nothing where nothing happens
        plain_before[n] = np.int32(own.plain_balance[i] + first)
        plain_birthday[n] = then


@kernel
def pay_for_courses(own, people, clock, age_sex, effects, room, count, lines):
    """Everything that happens to accounts with a new course, one under way, or a doubled amount. Gives how many there
    are: `room.whole[ACTIVE]` are their places."""
    found = _close_accounts(own, people, room, lines[WRITTEN_OFF], count)
    _book(own, people, clock, effects.area, room, lines, found)
    _pay(own, clock, room, lines, found)
    _pay_plain(own, people, clock, age_sex, room, lines, found)
    _explain(own, people, clock, effects, room, lines, found)
    begin_tranches(own, room, lines[TRANCHES_USED], found)
    return found


@kernel
def _close_accounts(own, people, room, written_off, count):
    """List the accounts of residents in which something happens. Nothing more is owed for those who have died or left
    England."""
    choice, active, rows, resident = room.whole[CHOICE], room.whole[ACTIVE], room.spare, people.resident
    found = np.uint64(0)
    for n in range(count):
        i = rows[n]
        something = np.int32(choice[n] & IS_ACTIVE) != _NOTHING
        active[found] = np.int32(n)
        found += np.uint64(something & (resident[i] != 0))
        if something & (resident[i] == 0):
            written_off[i] = owed(own.owed_1, own.owed_2, own.owed_3, i)
            own.owed_1[i] = own.owed_2[i] = own.owed_3[i] = _NOTHING
            own.plain_owed_1[i] = own.plain_owed_2[i] = own.plain_owed_3[i] = _NOTHING
            own.plain_balance[i] = _NOTHING
            own.apart[i] = 0
    return found


@kernel
def _book(own, people, clock, area, room, lines, found):
    """New courses: what the account pays for one, what the learner does, and what it is due to."""
    year, words, whole, part, rows = clock.year_index, room.words, room.whole, room.part, room.spare
    choice, active, learner = whole[CHOICE], whole[ACTIVE], own.learner_pays[clock.year_index]
    for k in range(found):
        n = np.uint32(active[k])
        whole[COVERED, n] = _NOTHING
        if np.int32(choice[n] & USES) == _NOTHING:
            continue
        i, draw, slot = rows[n], uniform(words[0, n]), np.uint32(words[1, n] >> _TWENTY)
        available = np.int32(whole[BEFORE, n] + whole[BIRTHDAY, n])
        multiplier = own.multiplier[year, area[i]]
        limit = most_covered(available, multiplier)
        price = np.float64(own.price[year, slot])
        higher = price * own.markup[year, slot]
        chosen = higher * np.float64(own.price_by_balance[year, balance_bin(available)])
        covered = covered_by_grant(chosen, learner, limit)
        whole[COVERED, n] = covered
        drawn = drawn_from_account(covered, multiplier, available) if multiplier > 1.0 else covered
        whole[DRAWN, n] = drawn
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
        switching, induced = part[SWITCH_CHANCE, n] * part[TIME, n], part[INDUCED_CHANCE, n] * part[TIME, n]
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


@kernel
def _pay(own, clock, room, lines, found):
    """What is paid this year, for new courses and those under way; the rest stays owed."""
    words, covered, paid, later = room.words, room.whole[COVERED], room.whole[PAID], own.later[clock.year_index]
    active, rows, owed_1, owed_2, owed_3 = room.whole[ACTIVE], room.spare, own.owed_1, own.owed_2, own.owed_3
    spending, committed, courses = lines[SPENDING], lines[COMMITTED], lines[COURSES_PAID]
    for k in range(found):
        n = np.uint32(active[k])
        i, slot = rows[n], np.uint32(words[1, n] >> _TWENTY)
        second, third = paid_later(covered[n], later[0, slot]), paid_later(covered[n], later[1, slot])
        fourth = paid_later(covered[n], later[2, slot])
        paid[n] = np.int32(covered[n] - second - third - fourth + owed_1[i])
        owed_1[i] = np.int32(owed_2[i] + second)
        owed_2[i] = np.int32(owed_3[i] + third)
        owed_3[i] = fourth
        spending[i] = courses[i] = paid[n]
        committed[i] = owed(owed_1, owed_2, owed_3, i)


@kernel
def _pay_plain(own, people, clock, age_sex, room, lines, found):
    """The same year of accounts that are kept apart, as they would be without doubling."""
    year, words, whole, part, rows = clock.year_index, room.words, room.whole, room.part, room.spare
    owed_1, owed_2, owed_3 = own.plain_owed_1, own.plain_owed_2, own.plain_owed_3
    active, paid, later, stays_open = whole[ACTIVE], whole[PAID], own.later[year], own.stays_open[year]
    for k in range(found):
        n = np.uint32(active[k])
        i = rows[n]
        if own.apart[i] == 0:
            continue
        draw, slot = uniform(words[0, n]), np.uint32(words[1, n] >> _TWENTY)
        before, birthday = whole[PLAIN_BEFORE, n], whole[PLAIN_BIRTHDAY, n]
        available = np.int32(before + birthday)
        place = balance_bin(available)
        time = time_to_use(before, own.part_year, own.after_birthday[people.birth_month[i]])
        switching, induced = part[SWITCH_CHANCE, n] * time, part[INDUCED_CHANCE, n] * time
        chance = chance_of_use(switching, induced, own.use_by_balance[year, place])
        covered = _NOTHING
        if available > _NOTHING and owed(owed_1, owed_2, owed_3, i) == _NOTHING and draw < chance:
            price = np.float64(own.price[year, slot]) * own.markup[year, slot]
            chosen = price * np.float64(own.price_by_balance[year, place])
            covered = covered_by_grant(chosen, own.learner_pays[year], available)
        second, third = paid_later(covered, later[0, slot]), paid_later(covered, later[1, slot])
        fourth = paid_later(covered, later[2, slot])
        plain = np.int32(covered - second - third - fourth + owed_1[i])
        owed_1[i] = np.int32(owed_2[i] + second)
        owed_2[i] = np.int32(owed_3[i] + third)
        owed_3[i] = fourth
        stays = stays_open[age_sex[i] >> _ONE]
        own.plain_balance[i] = left_after(np.int32(available - covered), birthday, own.lapse, stays)
        lines[SPENDING, i] = plain
        lines[DOUBLING, i] = np.int32(paid[n] - plain)


@kernel
def _explain(own, people, clock, effects, room, lines, found):
    """What payments are due to, what they replace, and what of them comes back."""
    active, rows, paid_of, year = room.whole[ACTIVE], room.spare, room.whole[PAID], clock.year_index
    for k in range(found):
        n = np.uint32(active[k])
        i, paid = rows[n], paid_of[n]
        if paid == _NOTHING:
            continue
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
            tax_kept = np.int32(replaced * private) * own.corporation_tax[year]
            lines[CORPORATION_TAX, i] = np.int32(np.floor(tax_kept + 0.5))
            effects.employer_fees[i] = effects.employer_fees[i] - np.float32(replaced) / _PENCE
