"""One year of every account: passes over all people. What happens to the few who pay for a course is in `courses`."""

from __future__ import annotations

import numpy as np

from microsim.kernels.float32 import uniform
from microsim.kernels.jit import kernel
from microsim.kernels.random import random_words
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
    DRAWN,
    HERE,
    INDUCED_CHANCE,
    PAY_FACTOR,
    SWITCH_CHANCE,
    TIME,
    balance_bin,
    chance_of_use,
    left_after,
    time_to_use,
)
from microsim.measures.lifelong_training_grant.take_up import SINCE_TRANCHE, STATUS_KEYS
from microsim.measures.lifelong_training_grant.tranches import add_tranches, close_accounts, drop_tranches
from microsim.population.people import EMPLOYEE

_STATUSES = np.uint32(STATUS_KEYS)
_SEXES = np.uint32(2)
_EVEN = np.uint32(0xFFFFFFFE)
_ONE = np.uint32(1)
_NOTHING, _SINGLE = np.int32(0), np.int32(1)
_FULL = np.float32(1.0)
_LAST_SINCE = np.int32(SINCE_TRANCHE - 1)
_NATIVE_AGE = np.int32(17)  # entry_year - cohort of people who enter at 16 because they grow up in England


@kernel
def cost(own, people, clock, age_sex, room, effects, lines):
    """One year of every account in the block: tranches in, courses paid, and what expires or is written off."""
    if clock.year < own.start:
        return
    words = room.words
    if own.second_draws > 0:
        random_words(words, people.id, clock.key_0, clock.key_1, clock.year, own.group + 1, clock.rows)
    if own.moves > 0:
        _move_in(own, people, clock, age_sex, words[3], effects.area, lines[MOVED_IN])
    _pay_in(own, people, clock, age_sex, effects.area, room.whole, lines)
    add_tranches(own, clock, age_sex, effects.area, room.whole[BIRTHDAY], lines[ENTITLEMENT])
    if own.top_ups > 0:
        _top_up(own, people, clock, words, room.whole, lines)
    random_words(words, people.id, clock.key_0, clock.key_1, clock.year, own.group, clock.rows)
    part_from_plain(own, people, clock, age_sex, effects.area, room.whole, lines[DOUBLED_ENTITLEMENT])
    _chances(own, people, clock, age_sex, room.part)
    _choose(own, people, clock, words[0], room.whole, room.part, lines)
    pay_for_courses(own, people, clock, age_sex, words, effects, room.whole, room.part, lines)
    _settle(own, people, clock, age_sex, room.whole, lines)
    expired, reached = lines[EXPIRED], lines[REACHED]
    drop_tranches(own, expired, lines[WRITTEN_OFF], clock.rows)
    close_accounts(own, people, clock, age_sex, expired, reached, lines[REACHED_WITH_MONEY], lines[UNSPENT])
    _service(own, people, clock, age_sex, lines)
    if own.top_ups > 0:
        _keep_top_ups(own, people, clock, age_sex, lines)


@kernel
def _move_in(own, people, clock, age_sex, word, area, moved_in):
    """Extra moves into transition areas. They last until the person moves anyway, dies or leaves."""
    nearest, chance = own.nearest[clock.year_index], own.move[clock.year_index]
    moved_from, moved_to = own.moved_from, own.moved_to
    lives_in, resident = people.area, people.resident
    for i in range(np.uint64(clock.rows)):
        home = np.uint16(lives_in[i] + 1)
        to = moved_to[i] if moved_from[i] == home else np.uint16(0)
        target = nearest[lives_in[i]]
        moves = to == 0 and target > 0 and resident[i] > 0 and uniform(word[i]) < chance[age_sex[i] >> _ONE]
        if moves:
            to = target
        moved_in[i] = np.int32(moves)
        moved_from[i] = home
        moved_to[i] = to
        if to > 0:
            area[i] = np.uint16(to - 1)


@kernel
def _pay_in(own, people, clock, age_sex, area, whole, lines):
    """Tranches: to residents on 1 April, on that day or on the birthday, who have lived in England for long enough."""
    count = np.uint64(clock.rows)
    resident, entry_year, cohort = people.resident, people.entry_year, people.cohort
    before, birthday, here = whole[BEFORE], whole[BIRTHDAY], whole[HERE]
    at_start, at_birthday = own.on_first_april[clock.year_index], own.on_birthday[clock.year_index]
    transition = own.transition[clock.year_index]
    entitlement, balance, since = lines[ENTITLEMENT], own.balance, own.since
    for i in range(count):
        here[i] = np.int32(resident[i])
    if own.years_in_england > 0:
        newest = np.int32(clock.year - own.years_in_england)
        for i in range(count):
            entered = np.int32(entry_year[i])
            passes = entered <= newest or np.int32(entered - cohort[i]) == _NATIVE_AGE
            here[i] = here[i] if passes else _NOTHING
    for i in range(count):
        key = np.uint32((age_sex[i] & _EVEN) + np.uint32(transition[area[i]]))
        birthday[i] = np.int32(at_birthday[key] * here[i])
        entitlement[i] = np.int32(at_start[key] * here[i])
    for i in range(count):
        before[i] = np.int32(balance[i] + entitlement[i])
        entitlement[i] = np.int32(entitlement[i] + birthday[i])
    for i in range(count):
        later = min(np.int32(np.int32(since[i]) + _SINGLE), _LAST_SINCE)
        since[i] = np.uint8(_NOTHING if entitlement[i] > _NOTHING else later)


@kernel
def _top_up(own, people, clock, words, whole, lines):
    """Others pay into accounts with money in them: the holder, the employer of employees, the local authority."""
    year = clock.year_index
    before, birthday, top_up = whole[BEFORE], whole[BIRTHDAY], own.top_up
    individual, employer, authority = lines[OWN_TOP_UPS], lines[EMPLOYER_TOP_UPS], lines[AUTHORITY_TOP_UPS]
    rates, amounts = own.top_up_rate, own.top_up_amount
    resident, status = people.resident, people.work_status
    for i in range(np.uint64(clock.rows)):
        holds = np.int32(np.int32(before[i] + birthday[i]) > _NOTHING) * np.int32(resident[i])
        by_individual = np.int32(uniform(words[0, i]) < rates[0, year]) * holds
        by_employer = np.int32(uniform(words[1, i]) < rates[1, year]) * holds * np.int32(status[i] == EMPLOYEE)
        by_authority = np.int32(uniform(words[2, i]) < rates[2, year]) * holds
        individual[i] = np.int32(by_individual * amounts[0, year])
        employer[i] = np.int32(by_employer * amounts[1, year])
        authority[i] = np.int32(by_authority * amounts[2, year])
        top_up[i] = np.int32(top_up[i] + individual[i] + employer[i] + authority[i])


@kernel
def _chances(own, people, clock, age_sex, part):
    """The chance in a full year of switching to the grant, and of induced use at the reference balance."""
    count = np.uint64(clock.rows)
    year = clock.year_index
    status, qualification, sex = people.work_status, people.qualification, people.sex
    learning, pay, month = people.learning, people.pay, people.birth_month
    induced, switching, factor = part[INDUCED_CHANCE], part[SWITCH_CHANCE], part[PAY_FACTOR]
    chance, person, usable = own.chance[year], own.person[year], own.usable[year]
    switch, aware, since, after = own.switch[year], own.aware[year], own.since, own.after_birthday
    for i in range(count):
        induced[i] = chance[np.uint32(np.uint32((age_sex[i] >> _ONE) * _STATUSES) + np.uint32(status[i]))]
    for i in range(count):
        factor[i] = person[np.uint32(np.uint32(np.uint32(qualification[i]) * _SEXES) + np.uint32(sex[i]))]
    for i in range(count):
        induced[i] = induced[i] * factor[i]
        factor[i] = _FULL
    for band in range(own.pay_from.shape[1]):
        least, ratio = own.pay_from[year, band], own.pay_ratio[year, band]
        for i in range(count):
            factor[i] = ratio if pay[i] >= least else factor[i]
    for i in range(count):
        induced[i] = induced[i] * factor[i]
    for i in range(count):  # who knows of it, and the share of a year of closing for the oldest
        age = np.uint32(age_sex[i] >> _ONE)
        known = aware[since[i]] * (usable[age] + (_FULL - usable[age]) * (_FULL - after[month[i]]))
        induced[i] = induced[i] * known
        switching[i] = switch[learning[i]] * known


@kernel
def _choose(own, people, clock, happens, whole, part, lines):
    """Who books a course and who takes it up. Nobody books while a course is under way."""
    count = np.uint64(clock.rows)
    year = clock.year_index
    resident, month = people.resident, people.birth_month
    before, birthday, active, drawn = whole[BEFORE], whole[BIRTHDAY], whole[ACTIVE], whole[DRAWN]
    induced, switching, factor = part[INDUCED_CHANCE], part[SWITCH_CHANCE], part[PAY_FACTOR]
    time, users, holders, bookings = part[TIME], lines[USERS], lines[HOLDERS], lines[BOOKINGS]
    owed_1, owed_2, owed_3, apart = own.owed_1, own.owed_2, own.owed_3, own.apart
    by_balance, booked, after, part_year = own.use_by_balance[year], own.booked[year], own.after_birthday, own.part_year
    for i in range(count):
        factor[i] = by_balance[balance_bin(np.int32(before[i] + birthday[i]))]
    for i in range(count):
        time[i] = time_to_use(before[i], part_year, after[month[i]])
    for i in range(count):
        holds = np.int32(np.int32(before[i] + birthday[i]) > _NOTHING) * np.int32(resident[i])
        under_way = np.int32(np.int32(owed_1[i] | owed_2[i] | owed_3[i]) > _NOTHING)
        free = np.int32(holds * np.int32(_SINGLE - under_way))
        chance = chance_of_use(switching[i] * time[i], induced[i] * time[i], factor[i])
        draw = uniform(happens[i])
        holders[i] = holds
        users[i] = free * np.int32(draw < chance)
        bookings[i] = free * np.int32(draw < chance * booked)
        drawn[i] = _NOTHING
        active[i] = np.int32(users[i] | under_way | np.int32(apart[i]))


@kernel
def _settle(own, people, clock, age_sex, whole, lines):
    """What is left: kept, expired at the closing birthday or the next tranche, or written off."""
    count = np.uint64(clock.rows)
    resident = people.resident
    stays_open = own.stays_open[clock.year_index]
    before, birthday, drawn = whole[BEFORE], whole[BIRTHDAY], whole[DRAWN]
    balance, held = own.balance, lines[BALANCE]
    expired, written_off = lines[EXPIRED], lines[WRITTEN_OFF]
    lapse = own.lapse
    for i in range(count):
        left = np.int32(np.int32(before[i] + birthday[i]) - drawn[i])
        here = np.int32(resident[i])
        kept = left_after(left, birthday[i], lapse, np.int32(stays_open[age_sex[i] >> _ONE] * here))
        balance[i] = kept
        held[i] = kept
        expired[i] = np.int32(np.int32(left - kept) * here)
        written_off[i] = np.int32(written_off[i] + np.int32(np.int32(left - kept) * np.int32(_SINGLE - here)))


@kernel
def _service(own, people, clock, age_sex, lines):
    """What the accounts and advice cost, and the labour force that use is measured against."""
    year = clock.year_index
    users, holders, bookings = lines[USERS], lines[HOLDERS], lines[BOOKINGS]
    administration, advice, labour_force = lines[ADMINISTRATION], lines[ADVICE], lines[LABOUR_FORCE]
    per_account, per_use, per_lost = own.per_account[year], own.per_use[year], own.per_lost_booking[year]
    per_advice, seeks_work = own.advice[year], own.seeks_work[year]
    status, resident = people.work_status, people.resident
    for i in range(np.uint64(clock.rows)):
        lost = np.int32(per_lost * np.int32(bookings[i] - users[i]))
        administration[i] = np.int32(np.int32(per_account * holders[i]) + np.int32(per_use * users[i]) + lost)
        advice[i] = np.int32(per_advice * users[i])
    for i in range(np.uint64(clock.rows)):
        key = np.uint32(np.uint32((age_sex[i] >> _ONE) * _STATUSES) + np.uint32(status[i]))
        labour_force[i] = np.int32(seeks_work[key] * np.int32(resident[i]))


@kernel
def _keep_top_ups(own, people, clock, age_sex, lines):
    """Others' money stays while the account is open and goes back to whoever paid it when it closes."""
    stays_open, resident, top_up = own.stays_open[clock.year_index], people.resident, own.top_up
    spent, returned, held = lines[TOP_UP_SPENDING], lines[TOP_UPS_RETURNED], lines[TOP_UP_BALANCE]
    for i in range(np.uint64(clock.rows)):
        left = np.int32(top_up[i] - spent[i])
        kept = np.int32(left * np.int32(stays_open[age_sex[i] >> _ONE] * np.int32(resident[i])))
        returned[i] = np.int32(left - kept)
        top_up[i] = kept
        held[i] = kept
