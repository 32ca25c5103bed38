"""One year of every account that is in use. What happens to the few who pay for a course is in `courses`.

A third of people have an account: they are listed (see `microsim.measures.listed`), and what stands in `room` is in the
order of the list, of the n-th account at place n.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.float32 import uniform
from microsim.kernels.jit import kernel
from microsim.measures.contract import EVERYWHERE
from microsim.measures.lifelong_training_grant.courses import part_from_plain, pay_for_courses
from microsim.measures.lifelong_training_grant.lines import (
    ADMINISTRATION,
    ADVICE,
    AUTHORITY_TOP_UPS,
    BALANCE,
    BOOKINGS,
    DOUBLED_ENTITLEMENT,
    EMPLOYER_TOP_UPS,
    ENTITLEMENT,
    EXPIRED,
    HOLDERS,
    LABOUR_FORCE,
    MOVED_IN,
    OF_ACCOUNTS,
    OWN_TOP_UPS,
    REACHED,
    REACHED_WITH_MONEY,
    TOP_UP_BALANCE,
    TOP_UP_SPENDING,
    TOP_UPS_RETURNED,
    UNSPENT,
    USERS,
    WRITTEN_OFF,
)
from microsim.measures.lifelong_training_grant.rules import (
    ACTIVE,
    BEFORE,
    BIRTHDAY,
    BOOKS,
    CHOICE,
    DRAWN,
    HERE,
    HOLDS,
    INDUCED_CHANCE,
    IS_ACTIVE,
    PAY,
    PAY_FACTOR,
    SWITCH_CHANCE,
    TIME,
    USES,
    balance_bin,
    chance_of_use,
    left_after,
    owed,
    time_to_use,
)
from microsim.measures.lifelong_training_grant.take_up import SINCE_TRANCHE, STATUS_KEYS
from microsim.measures.lifelong_training_grant.tranches import add_tranches, drop_tranches
from microsim.measures.listed import draw_for_rows, list_nobody, list_rows
from microsim.population.people import EMPLOYEE

_STATUSES = np.uint32(STATUS_KEYS)
_SEXES = np.uint32(2)
_EVEN = np.uint32(0xFFFFFFFE)
_ONE = np.uint32(1)
_NOTHING, _SINGLE = np.int32(0), np.int32(1)
_FULL = np.float32(1.0)
_CLOSING, _NEVER = np.float32(0.0), np.float32(0.0)
_NOWHERE = np.uint16(0)
_ONE_YEAR, _LAST_SINCE = np.uint8(1), np.uint8(SINCE_TRANCHE - 1)
_MONEY, _OWED = np.uint8(1), np.uint8(2)  # the bits of `in_use`
_NATIVE_AGE = np.int32(17)  # entry_year - cohort of people who enter at 16 because they grow up in England


@kernel
def cost(own, people, clock, age_sex, room, effects, lines):
    """One year of every account in the block: tranches in, courses paid, and what expires or is written off."""
    list_nobody(room)
    if clock.year < own.start:
        return
    area = effects.area
    if own.moves > 0:
        _move_in(own, people, clock, age_sex, room, area, lines[MOVED_IN])
    count = _list_accounts(own, people, clock, age_sex, room)
    _pay_in(own, people, clock, age_sex, area, room, count, lines[ENTITLEMENT])
    add_tranches(own, clock, age_sex, area, room, lines[ENTITLEMENT], count)
    if own.top_ups > 0:
        draw_for_rows(room, room.spare, people, clock, clock.year, own.group + 1, count)
        _top_up(own, people, clock, room, count, lines)
    draw_for_rows(room, room.spare, people, clock, clock.year, own.group, count)
    part_from_plain(own, people, clock, age_sex, area, room, count, lines[DOUBLED_ENTITLEMENT])
    _chances(own, people, clock, age_sex, room, count)
    _choose(own, people, clock, room, count)
    active = pay_for_courses(own, people, clock, age_sex, effects, room, count, lines)
    _settle(own, people, clock, age_sex, room, count, lines)
    drop_tranches(own, room, lines[EXPIRED], lines[WRITTEN_OFF], count)
    _keep_in_use(own, room, active)
    if own.top_ups > 0:
        _keep_top_ups(own, people, clock, age_sex, room, count, lines)
    some = _list_events(room, count)
    _serve(own, clock, room, count, lines)
    labour_force = _list_labour_force(own, people, clock, age_sex, room, count, lines[LABOUR_FORCE])
    for line in range(len(lines)):
        room.listed[line] = some
    for line in OF_ACCOUNTS:
        room.listed[line] = count
    room.listed[LABOUR_FORCE] = labour_force
    if own.moves > 0:
        room.listed[MOVED_IN] = EVERYWHERE


@kernel
def _move_in(own, people, clock, age_sex, room, area, moved_in):
    """Extra moves into transition areas. They last until the person moves anyway, dies or leaves. Only those are drawn
    for who are of an age to move and have such an area near."""
    nearest, chance = own.nearest[clock.year_index], own.move[clock.year_index]
    moved_from, moved_to = own.moved_from, own.moved_to
    lives_in, resident, flags, rows = people.area, people.resident, room.flags[0], room.spare
    for i in range(np.uint64(clock.rows)):
        home = np.uint16(lives_in[i] + 1)
        to = moved_to[i] if moved_from[i] == home else _NOWHERE
        moved_from[i] = home
        moved_to[i] = to
        area[i] = np.uint16(to - 1) if to > _NOWHERE else area[i]
    for i in range(np.uint64(clock.rows)):
        could = (nearest[lives_in[i]] > _NOWHERE) & (chance[age_sex[i] >> _ONE] > _NEVER)
        flags[i] = resident[i] * np.uint8(could & (moved_to[i] == _NOWHERE))
    count = list_rows(flags, rows, clock.rows)
    draw_for_rows(room, rows, people, clock, clock.year, own.group + 1, count)
    for n in range(count):
        i = rows[n]
        if uniform(room.words[3, n]) < chance[age_sex[i] >> _ONE]:
            moved_in[i] = 1
            moved_to[i] = nearest[lives_in[i]]
            area[i] = np.uint16(moved_to[i] - 1)


@kernel
def _list_accounts(own, people, clock, age_sex, room):
    """Into `room.spare`, accounts with something in them or owed, and those in which the year may put something or
    which it closes. Gives how many they are."""
    flags, since, in_use, resident = room.flags[0], own.since, own.in_use, people.resident
    stirs = own.stirs[clock.year_index]
    for i in range(np.uint64(clock.rows)):
        since[i] = min(np.uint8(since[i] + _ONE_YEAR), _LAST_SINCE)
    for i in range(np.uint64(clock.rows)):
        flags[i] = np.uint8(in_use[i] | np.uint8(stirs[age_sex[i]] * resident[i]))
    return list_rows(flags, room.spare, clock.rows)


@kernel
def _pay_in(own, people, clock, age_sex, area, room, count, entitlement):
    """Tranches: to residents on 1 April, on that day or on the birthday, who have lived in England for long enough."""
    rows, resident, entry_year, cohort = room.spare, people.resident, people.entry_year, people.cohort
    before, birthday, here, events = room.whole[BEFORE], room.whole[BIRTHDAY], room.whole[HERE], room.flags[1]
    at_start, at_birthday = own.on_first_april[clock.year_index], own.on_birthday[clock.year_index]
    transition, balance = own.transition[clock.year_index], own.balance
    for n in range(count):
        here[n] = np.int32(resident[rows[n]])
    if own.years_in_england > 0:
        newest = np.int32(clock.year - own.years_in_england)
        for n in range(count):
            entered = np.int32(entry_year[rows[n]])
            passes = entered <= newest or np.int32(entered - cohort[rows[n]]) == _NATIVE_AGE
            here[n] = here[n] if passes else _NOTHING
    for n in range(count):
        i = rows[n]
        key = np.uint32((age_sex[i] & _EVEN) + np.uint32(transition[area[i]]))
        first = np.int32(at_start[key] * here[n])
        birthday[n] = np.int32(at_birthday[key] * here[n])
        before[n] = np.int32(balance[i] + first)
        paid = np.int32(first + birthday[n])
        events[n] = np.uint8(paid > _NOTHING)
        if paid > _NOTHING:
            entitlement[i] = paid


@kernel
def _top_up(own, people, clock, room, count, lines):
    """Others pay into accounts with money in them: the holder, the employer of employees, the local authority."""
    year, rows, words = clock.year_index, room.spare, room.words
    before, birthday, top_up = room.whole[BEFORE], room.whole[BIRTHDAY], own.top_up
    individual, employer, authority = lines[OWN_TOP_UPS], lines[EMPLOYER_TOP_UPS], lines[AUTHORITY_TOP_UPS]
    rates, amounts = own.top_up_rate, own.top_up_amount
    resident, status = people.resident, people.work_status
    for n in range(count):
        i = rows[n]
        holds = np.int32(np.int32(before[n] + birthday[n]) > _NOTHING) * np.int32(resident[i])
        by_individual = np.int32(uniform(words[0, n]) < rates[0, year]) * holds
        by_employer = np.int32(uniform(words[1, n]) < rates[1, year]) * holds * np.int32(status[i] == EMPLOYEE)
        by_authority = np.int32(uniform(words[2, n]) < rates[2, year]) * holds
        individual[i] = np.int32(by_individual * amounts[0, year])
        employer[i] = np.int32(by_employer * amounts[1, year])
        authority[i] = np.int32(by_authority * amounts[2, year])
        top_up[i] = np.int32(top_up[i] + individual[i] + employer[i] + authority[i])


@kernel
def _chances(own, people, clock, age_sex, room, count):
    """The chance in a full year of switching to the grant, and of induced use at the reference balance."""
    year, rows, part = clock.year_index, room.spare, room.part
    status, qualification, sex = people.work_status, people.qualification, people.sex
    learning, month = people.learning, people.birth_month
    induced, switching, factor, pay = part[INDUCED_CHANCE], part[SWITCH_CHANCE], part[PAY_FACTOR], part[PAY]
    chance, person, usable = own.chance[year], own.person[year], own.usable[year]
    switch, aware, since, after = own.switch[year], own.aware[year], own.since, own.after_birthday
    for n in range(count):
        pay[n] = people.pay[rows[n]]
        factor[n] = _FULL
    for band in range(own.pay_from.shape[1]):
        least, ratio = own.pay_from[year, band], own.pay_ratio[year, band]
        for n in range(count):
            factor[n] = ratio if pay[n] >= least else factor[n]
    for n in range(count):
        i = rows[n]
        by_status = chance[np.uint32(np.uint32((age_sex[i] >> _ONE) * _STATUSES) + np.uint32(status[i]))]
        by_person = person[np.uint32(np.uint32(np.uint32(qualification[i]) * _SEXES) + np.uint32(sex[i]))]
        induced[n] = by_status * by_person * factor[n]
    for n in range(count):  # who knows of it, and the share of a year of closing for the oldest
        i = rows[n]
        age = np.uint32(age_sex[i] >> _ONE)
        known = aware[since[i]] * (usable[age] + (_FULL - usable[age]) * (_FULL - after[month[i]]))
        induced[n] = induced[n] * known
        switching[n] = switch[learning[i]] * known


@kernel
def _choose(own, people, clock, room, count):
    """Who books a course and who takes it up. Nobody books while a course is under way."""
    year, rows, whole, part = clock.year_index, room.spare, room.whole, room.part
    resident, month, happens, events = people.resident, people.birth_month, room.words[0], room.flags[1]
    before, birthday, choice, drawn = whole[BEFORE], whole[BIRTHDAY], whole[CHOICE], whole[DRAWN]
    induced, switching, time = part[INDUCED_CHANCE], part[SWITCH_CHANCE], part[TIME]
    in_use, apart, owed_1, owed_2, owed_3 = own.in_use, own.apart, own.owed_1, own.owed_2, own.owed_3
    by_balance, booked, after, part_year = own.use_by_balance[year], own.booked[year], own.after_birthday, own.part_year
    for n in range(count):
        i = rows[n]
        money = np.int32(before[n] + birthday[n])
        holds = np.int32(money > _NOTHING) * np.int32(resident[i])
        under_way = np.int32(owed(owed_1, owed_2, owed_3, i) > _NOTHING) if in_use[i] > _MONEY else _NOTHING
        free = np.int32(holds * np.int32(_SINGLE - under_way))
        time[n] = time_to_use(before[n], part_year, after[month[i]])
        chance = chance_of_use(switching[n] * time[n], induced[n] * time[n], by_balance[balance_bin(money)])
        draw = uniform(happens[n])
        uses = np.int32(free * np.int32(draw < chance))
        books = np.int32(free * np.int32(draw < chance * booked))
        active = np.int32(np.int32(uses | under_way) | np.int32(apart[i]))
        drawn[n] = _NOTHING
        choice[n] = np.int32(np.int32(holds + np.int32(books * BOOKS)) + np.int32(uses * USES + active * IS_ACTIVE))
        events[n] = np.uint8(events[n] | np.uint8(books | active))


@kernel
def _settle(own, people, clock, age_sex, room, count, lines):
    """What is left: kept, expired at the closing birthday or the next tranche, or written off. And who reaches the
    upper age with an account that was ever paid into, who with money, and how much, in pence."""
    rows, whole, events, resident = room.spare, room.whole, room.flags[1], people.resident
    stays_open, usable = own.stays_open[clock.year_index], own.usable[clock.year_index]
    before, birthday, drawn = whole[BEFORE], whole[BIRTHDAY], whole[DRAWN]
    balance, held, in_use, lapse = own.balance, lines[BALANCE], own.in_use, own.lapse
    for n in range(count):
        i = rows[n]
        age = np.uint32(age_sex[i] >> _ONE)
        left = np.int32(np.int32(before[n] + birthday[n]) - drawn[n])
        here = np.int32(resident[i])
        kept = left_after(left, birthday[n], lapse, np.int32(stays_open[age] * here))
        balance[i] = kept
        held[i] = kept
        in_use[i] = np.uint8(kept > _NOTHING)
        lost = np.int32(left - kept)
        closes = usable[age] == _CLOSING
        if closes | (lost != _NOTHING) | (here == _NOTHING):
            events[n] = 1
            lines[EXPIRED, i] = np.int32(lost * here)
            lines[WRITTEN_OFF, i] = np.int32(lines[WRITTEN_OFF, i] + np.int32(lost * np.int32(_SINGLE - here)))
            reached = np.int32(np.int32(closes) * np.int32(here * np.int32(own.has_account[i])))
            lines[REACHED, i] = reached
            lines[UNSPENT, i] = np.int32(lines[EXPIRED, i] * reached)
            lines[REACHED_WITH_MONEY, i] = np.int32(lines[UNSPENT, i] > _NOTHING)


@kernel
def _keep_in_use(own, room, active):
    """Note where anything is owed or kept apart: only accounts in which something happened this year can have it."""
    for k in range(active):
        i = room.spare[np.uint32(room.whole[ACTIVE, k])]
        if (owed(own.owed_1, own.owed_2, own.owed_3, i) > _NOTHING) | (own.apart[i] > 0):
            own.in_use[i] = np.uint8(own.in_use[i] | _OWED)


@kernel
def _keep_top_ups(own, people, clock, age_sex, room, count, lines):
    """Others' money stays while the account is open and goes back to whoever paid it when it closes."""
    rows, stays_open, resident, top_up = room.spare, own.stays_open[clock.year_index], people.resident, own.top_up
    spent, returned, held = lines[TOP_UP_SPENDING], lines[TOP_UPS_RETURNED], lines[TOP_UP_BALANCE]
    for n in range(count):
        i = rows[n]
        left = np.int32(top_up[i] - spent[i])
        kept = np.int32(left * np.int32(stays_open[age_sex[i] >> _ONE] * np.int32(resident[i])))
        returned[i] = np.int32(left - kept)
        top_up[i] = kept
        held[i] = kept
        own.in_use[i] = np.uint8(own.in_use[i] | np.uint8(kept > _NOTHING))


@kernel
def _list_events(room, count):
    """Into `room.rows`, accounts in which something happened this year, then the others. Gives how many the first are:
    all lines but a few are about them."""
    before, rows, events = room.spare, room.rows, room.flags[1]
    found = np.uint64(0)
    for n in range(count):
        rows[found] = before[n]
        found += np.uint64(events[n])
    some = found
    for n in range(count):
        rows[found] = before[n]
        found += np.uint64(events[n] ^ _ONE_YEAR)
    return some


@kernel
def _serve(own, clock, room, count, lines):
    """Who holds, books and uses, and what their accounts and advice cost."""
    year, rows, choice, events = clock.year_index, room.spare, room.whole[CHOICE], room.flags[1]
    holders, administration = lines[HOLDERS], lines[ADMINISTRATION]
    per_account, per_use, per_lost = own.per_account[year], own.per_use[year], own.per_lost_booking[year]
    per_advice = own.advice[year]
    for n in range(count):
        i, holds = rows[n], np.int32(choice[n] & HOLDS)
        holders[i] = holds
        administration[i] = np.int32(per_account * holds)
        if events[n] > 0:
            books = np.int32(np.int32(choice[n] & BOOKS) != _NOTHING)
            uses = np.int32(np.int32(choice[n] & USES) != _NOTHING)
            lost = np.int32(per_lost * np.int32(books - uses))
            lines[USERS, i], lines[BOOKINGS, i] = uses, books
            administration[i] = np.int32(administration[i] + np.int32(np.int32(per_use * uses) + lost))
            lines[ADVICE, i] = np.int32(per_advice * uses)


@kernel
def _list_labour_force(own, people, clock, age_sex, room, count, labour_force):
    """The labour force that use is measured against: behind all accounts in `room.rows`, those of it without one. Gives
    how many are listed by then."""
    flags, seeks_work = room.flags[0], own.seeks_work[clock.year_index]
    status, resident = people.work_status, people.resident
    for i in range(np.uint64(clock.rows)):
        key = np.uint32(np.uint32((age_sex[i] >> _ONE) * _STATUSES) + np.uint32(status[i]))
        labour_force[i] = np.int32(seeks_work[key] * np.int32(resident[i]))
    for i in range(np.uint64(clock.rows)):
        flags[i] = np.uint8((labour_force[i] > _NOTHING) & (flags[i] == 0))
    return count + list_rows(flags, room.rows[count:], clock.rows)
