"""Draws, deaths, work and pay of a year, written by hand for speed alone: chunks in the nearest cache, no branches.

Each does the work of kernels of the engine from the same words and tables, on the same columns, and leaves the same
results, but for how close calls are rounded where it says so.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.float32 import log, normal_quantile
from microsim.kernels.jit import kernel
from microsim.population.columns import SELF_EMPLOYED, WITH_PARENTS
from microsim.population.pay import POINTS
from microsim.population.people import AGE_SEX_KEYS, LAST_AGE, QUALIFICATIONS, WORK_STATUSES
from microsim.population.work_odds import FIRST_CHILD_AGES

CHUNK = 1024
COLUMN = CHUNK + 144  # of a flat array: at places known to it, the compiler sees that columns do not overlap
_B, _C, _D, _E, _F, _G = (np.uint64(number * COLUMN) for number in range(1, 7))
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
_BY_0, _BY_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_STEP_0, _STEP_1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_OLDEST, _WITH_PARENTS, _LAST_IN_WORK = np.int32(LAST_AGE), np.uint8(WITH_PARENTS), np.uint8(SELF_EMPLOYED)
_LEVELS, _STATUSES = np.uint32(len(QUALIFICATIONS)), np.uint32(len(WORK_STATUSES))
_FIRST, _SECOND, _THIRD = (np.int32(age) for age in FIRST_CHILD_AGES[1:])
_24_BITS = np.float32(2.0**-24)
_ONE, _ZERO = np.float32(1.0), np.float32(0.0)
_POINTS, _KEYS = np.uint32(POINTS), np.uint32(AGE_SEX_KEYS)
_TAIL = np.uint32(28_000)  # draws of 2**24 nearer to an end are left to the engine's function: one in three hundred
_MIDDLE, _LAST, _FOUR, _HALF_ONE = np.uint32(2**23), np.uint32(2**24 - 1), np.float32(4.0), np.float32(0.5)
_CENTRE, _SQRT_2 = np.float32(2.5), np.float32(1.4142135623730951)
_C0, _C1, _C2, _C3, _C4, _C5, _C6, _C7, _C8 = (
    np.float32(c) for c in (2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
                            -0.00125372503, -0.00417768164, 0.246640727, 1.50140941)
)  # fmt: skip
_FROM, _PER_UNIT, _LAST_POINT = np.float32(-4.0), np.float32(63.0 / 8.0), np.float32(62.9999)


@kernel
def draw(words, person, key_0, key_1, year, group, count):
    """The generator of `random_words`. What a multiplication does not read is left in the upper halves of its factors:
    the compiler then needs no masks."""
    first, second, third, fourth = words[0], words[1], words[2], words[3]
    for i in range(np.uint64(count)):
        a, b, c, d = person[i], person[i] >> _HALF, np.uint64(year), np.uint64(group)
        k, m = np.uint64(key_0), np.uint64(key_1)
        for _ in range(10):
            p, q = (a & _LOW) * _BY_0, (c & _LOW) * _BY_1
            a, b, c, d = (q >> _HALF) ^ b ^ k, q, (p >> _HALF) ^ d ^ m, p
            k, m = (k + _STEP_0) & _LOW, (m + _STEP_1) & _LOW
        first[i], second[i], third[i], fourth[i] = np.uint32(a), np.uint32(b), np.uint32(c), np.uint32(d)


@kernel
def draw_some(words, person, rows, first, key_0, key_1, year, group, count):
    """The same for some people: the words of row `first` + `rows[k]` stand at `k`."""
    one, two, three, four = words[0], words[1], words[2], words[3]
    for n in range(np.uint64(count)):
        identity = person[first + np.uint64(rows[n])]
        a, b, c, d = identity, identity >> _HALF, np.uint64(year), np.uint64(group)
        k, m = np.uint64(key_0), np.uint64(key_1)
        for _ in range(10):
            p, q = (a & _LOW) * _BY_0, (c & _LOW) * _BY_1
            a, b, c, d = (q >> _HALF) ^ b ^ k, q, (p >> _HALF) ^ d ^ m, p
            k, m = (k + _STEP_0) & _LOW, (m + _STEP_1) & _LOW
        one[n], two[n], three[n], four[n] = np.uint32(a), np.uint32(b), np.uint32(c), np.uint32(d)


@kernel
def age_die_and_leave(cohort, sex, household, living, resident, age_sex, words, death, emigration, most, runs, maybe,
                      year, count):  # fmt: skip
    """Ages, deaths and departures with the head of the family.

    `runs` are the rows at which a birth year and sex begins, of residents at the start, and the first row after them:
    all in a run have one age and one chance. `most` is the largest chance of leaving, which few draws are below.
    `maybe` uint8 is scratch.
    """
    own, leads = words[0], words[1]
    birth = np.int32(np.int32(year) - np.int32(1))
    for run in range(len(runs) - 1):
        first, last = np.uint64(runs[run]), np.uint64(runs[run + 1])
        age = min(np.int32(birth - cohort[first]), _OLDEST)
        key = np.uint32(np.uint32(age + age) + np.uint32(sex[first]))
        age_sex[first:last] = key
        chance = death[key]
        for i in range(first, last):
            resident[i] = np.uint8(resident[i] & np.uint8(own[i] >= chance))
    for i in range(np.uint64(min(runs[len(runs) - 1], count)), np.uint64(count)):
        age = min(np.int32(birth - cohort[i]), _OLDEST)
        age_sex[i] = np.uint32(np.uint32(age + age) + np.uint32(sex[i]))
    for i in range(np.uint64(min(runs[len(runs) - 1], count)), np.uint64(count)):
        resident[i] = np.uint8(resident[i] & np.uint8(own[i] >= death[age_sex[i]]))
    for i in range(np.uint64(count)):
        maybe[i] = np.uint8(leads[i] < most)
    for i in range(np.uint64(count)):
        leader = np.uint64(np.uint32(household[i])) if living[i] <= _WITH_PARENTS else i
        if maybe[leader] != 0 and leads[leader] < emigration[age_sex[i]]:
            resident[i] = np.uint8(0)


@kernel
def work(age_sex, qualification, status, disabled, child, area, resident, word, packed, personal, odds, place,
         unemployed, birth, count):  # fmt: skip
    """This year's work status.

    `packed` are the four chances of a cell side by side, `place` the three odds of an area and one spare. Chances are
    compared as fractions, without dividing: a draw within a rounding of one may fall on its other side.
    """
    keys, cells, drawn = np.empty(CHUNK, np.uint32), np.empty(CHUNK, np.uint32), np.empty(CHUNK, np.uint8)
    f = np.empty(7 * COLUMN, np.float32)
    first, end = np.uint64(0), np.uint64(count)
    while first < end:
        size = min(np.uint64(end - first), np.uint64(CHUNK))
        for n in range(size):
            i = first + n
            age = np.int32(birth - child[i])
            youngest = np.uint32(age < _FIRST) + np.uint32(2) * np.uint32((age >= _FIRST) & (age < _SECOND))
            youngest += np.uint32(3) * np.uint32((age >= _SECOND) & (age < _THIRD))
            keys[n] = np.uint32(np.uint32(age_sex[i] * np.uint32(8)) + np.uint32(disabled[i]) * np.uint32(4) + youngest)
        for n in range(size):
            i = first + n
            row = np.uint32(np.uint32(age_sex[i] - np.uint32(2)) * _LEVELS + np.uint32(qualification[i]))
            cells[n] = np.uint32(np.uint32(row * _STATUSES + np.uint32(status[i])) * np.uint32(4))
        for n in range(size):
            i = first + n
            key, cell, here = age_sex[i], cells[n], np.uint32(np.uint32(area[i]) * np.uint32(4))
            f[n] = personal[keys[n]] * odds[key] * place[here]
            f[n + _B] = place[np.uint32(here + np.uint32(1))]
            f[n + _C] = place[np.uint32(here + np.uint32(2))] * unemployed[key]
            f[n + _D] = packed[cell]
            f[n + _E] = packed[np.uint32(cell + np.uint32(1))]
            f[n + _F] = packed[np.uint32(cell + np.uint32(2))]
            f[n + _G] = packed[np.uint32(cell + np.uint32(3))]
        for n in range(size):
            u = np.float32(word[first + n] >> np.uint32(8)) * _24_BITS
            a, b, c = f[n + _D], f[n + _E], f[n + _F]
            w, e, o = a * f[n], b * f[n + _B], c * f[n + _C]
            w_all, e_all, o_all = _ONE - a + w, _ONE - b + e, _ONE - c + o
            active, all_out = w * o_all + (w_all - w) * o, w_all * o_all
            stays = active + (all_out - active) * f[n + _G]
            drawn[n] = np.uint8(
                np.uint8(u * (w_all * e_all) >= w * e) + np.uint8(u * w_all >= w)
                + np.uint8(u * all_out >= active) + np.uint8(u * all_out >= stays)
            )  # fmt: skip
        for n in range(size):
            i = first + n
            status[i] = drawn[n] if resident[i] != 0 else status[i]
        first += np.uint64(CHUNK)


@kernel
def normals(words, first, out, rows, count):
    """Standard normal draws of `words` from row `first` on: the middle of all of them, then the few in the tails."""
    for n in range(np.uint64(count)):
        k = np.uint32(words[first + n] >> np.uint32(8))
        below = k < _MIDDLE
        nearer = k if below else np.uint32(_LAST - k)
        tail = (np.float32(nearer) + _HALF_ONE) * _24_BITS
        c = -log(_FOUR * tail * (_ONE - tail)) - _CENTRE
        value = _C4 + (_C3 + (_C2 + (_C1 + _C0 * c) * c) * c) * c
        value = _C8 + (_C7 + (_C6 + (_C5 + value * c) * c) * c) * c
        value = value * (_ONE - (tail + tail)) * _SQRT_2
        out[n] = -value if below else value
    tails = np.uint64(0)
    for n in range(np.uint64(count)):
        k = np.uint32(words[first + n] >> np.uint32(8))
        rows[tails] = np.uint32(n)  # overwritten by the next row unless this draw is in a tail
        tails += np.uint64(min(k, np.uint32(_LAST - k)) <= _TAIL)
    for m in range(tails):
        out[rows[m]] = normal_quantile(words[first + np.uint64(rows[m])])


@kernel
def pay(people, age_sex, tables, jobs, words, new_job, growth, count):
    """Lasting earning power and pay, a chunk of rows at a time. `jobs` float32 are shift and spread side by side."""
    persistent, amount, resident, status = people.persistent, people.pay, people.resident, people.work_status
    shocks, others = words[0], words[1]
    keeps, moves = tables.persistence, tables.innovation
    rows, tails = np.empty(CHUNK, np.uint32), np.empty(CHUNK, np.uint32)
    draws = np.empty(CHUNK, np.uint32)
    f = np.empty(4 * COLUMN, np.float32)
    first, end = np.uint64(0), np.uint64(count)
    while first < end:
        size = min(np.uint64(end - first), np.uint64(CHUNK))
        normals(shocks, first, f, rows, size)
        for n in range(size):
            persistent[first + n] = keeps * persistent[first + n] + moves * f[n]
        for n in range(size):
            i = first + n
            amount[i] = _ZERO if resident[i] != 0 else amount[i]
        workers = np.uint64(0)
        for n in range(size):
            i = first + n
            rows[workers] = np.uint32(i)  # overwritten by the next row unless this one works
            draws[workers] = others[i]
            workers += np.uint64((resident[i] != 0) & (status[i] <= _LAST_IN_WORK))
        normals(draws, np.uint64(0), f, tails, workers)
        _shift(people, tables, jobs, new_job, rows, f, workers)
        own, passing = tables.persistent_weight, tables.transitory_weight
        for n in range(workers):
            score = (own * f[n + _B] + passing * f[n]) * f[n + _C] + f[n + _D]
            f[n] = min(max((score - _FROM) * _PER_UNIT, _ZERO), _LAST_POINT)
        _write_pay(people, age_sex, tables, rows, f, growth, workers)
        first += np.uint64(CHUNK)


@kernel
def _shift(people, tables, jobs, new_job, rows, f, workers):
    """Lasting earning power, how widely scores spread, and what they are shifted by: for apprentices by nothing."""
    qualification, study, persistent = people.qualification, people.study, people.persistent
    industry, public, sex, apprenticeship = people.industry, people.public, people.sex, people.apprenticeship
    of_qualification, of_study, of_new_job = tables.qualification, tables.study, tables.new_job
    cells = np.uint32(len(jobs) // 4)
    for n in range(workers):
        i = rows[n]
        job = np.uint32(sex[i]) * cells + np.uint32(2) * np.uint32(industry[i]) + np.uint32(public[i])
        at = np.uint32(job * np.uint32(2))
        shift = of_qualification[qualification[i]] + jobs[at] + of_study[study[i]] + of_new_job * np.float32(new_job[i])
        plain = apprenticeship[i] != 0
        f[n + _B] = persistent[i]
        f[n + _C] = _ONE if plain else jobs[np.uint32(at + np.uint32(1))]
        f[n + _D] = _ZERO if plain else shift


@kernel
def _write_pay(people, age_sex, tables, rows, f, growth, workers):
    """From places on the curves to pay."""
    area, status, apprenticeship, amount = people.area, people.work_status, people.apprenticeship, people.pay
    quantiles, curve, relative, by_status = tables.quantiles, tables.curve, tables.area, tables.status
    for n in range(workers):
        i, point = rows[n], np.uint32(f[n])
        part = f[n] - np.float32(point)
        at = np.uint32(curve[np.uint32(np.uint32(apprenticeship[i]) * _KEYS + age_sex[i])] * _POINTS + point)
        low = quantiles[at]
        found = low + part * (quantiles[np.uint32(at + np.uint32(1))] - low)
        at = np.uint32(np.uint32(area[i]) * _POINTS + point)
        low = relative[at]
        factor = low + part * (relative[np.uint32(at + np.uint32(1))] - low)
        at = np.uint32(np.uint32(status[i]) * _POINTS + point)
        low = by_status[at]
        amount[i] = found * (factor * (low + part * (by_status[np.uint32(at + np.uint32(1))] - low))) * growth
