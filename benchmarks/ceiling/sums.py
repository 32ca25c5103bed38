"""The population's own sums, written by hand for speed alone: counts packed with amounts, in cells apart.

Everybody in a sample weighs the same, so people are counted and weighed at the end. Of a block's 16,384 people the
count fits above the pence they earn in one integer: a worker adds both at once. Who stands next to each other is often
alike, and to add to one cell twice in a row has to wait: cells that are few are there four times, for one person in
four each.
"""

from __future__ import annotations

import numpy as np

from microsim.engine.ledger import EARNINGS_BINS, IN_WORK, LOWEST_DOUBLING, NO_EARNINGS, PAY, PEOPLE, PUBLIC_SECTOR
from microsim.kernels.jit import kernel
from microsim.population.columns import EMPLOYER_SIZES, SELF_EMPLOYED
from microsim.population.people import WORK_STATUSES

CHUNK, COPIES = 1024, 4
_STATUSES, _SIZES = np.uint32(len(WORK_STATUSES)), np.uint32(len(EMPLOYER_SIZES))
_FIRST_BIN, _LAST_BIN = np.int32((127 + LOWEST_DOUBLING) * 128), np.int32(EARNINGS_BINS - 1)
_NO_EARNINGS, _BITS = np.uint32(NO_EARNINGS), np.uint32(16)
_NONE, _PENCE, _LAST_IN_WORK = np.int32(0), np.float32(100.0), np.uint8(SELF_EMPLOYED)
_COUNT = np.int64(44)  # bits below a count, for pence: 16,384 people of up to ten million pounds
_ONE_MORE, _BELOW = np.int64(1 << 44), np.int64((1 << 44) - 1)


@kernel
def add_everybody(ledger, people, keys, folded, year, count):
    """Keys of every grouping, and heads, work, pay and the public sector by each.

    `folded` int64 are cells of workers, of others and, by area and random group, of the public sector: see `room`.
    """
    _find_keys(people, keys, count)
    workers, idle = np.empty(CHUNK, np.uint32), np.empty(CHUNK, np.uint32)
    amount = np.empty(CHUNK, np.int64)
    areas, groups, held, bins, firms, ages = folded
    resident, status, pay, sector = people.resident, people.work_status, people.pay, people.public
    area, group = people.area, people.random_group
    by_age, by_status, by_bin, by_firm = keys.age_sex, keys.qualification_status, keys.earnings, keys.employer
    of_held, of_firm = np.uint64(held.shape[1] // COPIES), np.uint64(firms.shape[1] // COPIES)
    of_age = np.uint64(ages.shape[1] // COPIES)
    without = np.int64(0)
    first, end = np.uint64(0), np.uint64(count)
    while first < end:
        last = min(np.uint64(first + np.uint64(CHUNK)), end)
        working, others = np.uint64(0), np.uint64(0)
        for i in range(first, last):
            workers[working] = idle[others] = np.uint32(i)  # overwritten by the next row unless this is one of them
            works = status[i] <= _LAST_IN_WORK
            working += np.uint64((resident[i] != 0) & works)
            others += np.uint64((resident[i] != 0) & (not works))
        for n in range(working):
            amount[n] = _ONE_MORE + np.int64(np.int32(pay[workers[n]] * _PENCE))
        for n in range(working):
            i, both = workers[n], amount[n]
            serves = np.int64(sector[i])
            areas[0, area[i]] += both
            areas[2, area[i]] += serves
            groups[0, group[i]] += both
            groups[2, group[i]] += serves
            copy = np.uint64(n & np.uint64(COPIES - 1))
            held[0, copy * of_held + np.uint64(by_status[i])] += both
            bins[0, by_bin[i]] += both
            firms[0, copy * of_firm + np.uint64(by_firm[i])] += both
            ages[0, copy * of_age + np.uint64(by_age[i])] += both
        for n in range(others):
            i = idle[n]
            areas[1, area[i]] += 1
            groups[1, group[i]] += 1
            copy = np.uint64(n & np.uint64(COPIES - 1))
            held[1, copy * of_held + np.uint64(by_status[i])] += 1
            firms[1, copy * of_firm + np.uint64(by_firm[i])] += 1
            ages[1, copy * of_age + np.uint64(by_age[i])] += 1
            without += np.int64(by_bin[i] == _NO_EARNINGS)
        first = last
    ledger.earnings[PEOPLE, year, _NO_EARNINGS] += without * np.int64(people.weight[0])
    _unfold_all(ledger, folded, np.int64(people.weight[0]), year)


@kernel
def _find_keys(people, keys, count):
    """The keys that are not already at hand."""
    by_status, by_bin, by_firm = keys.qualification_status, keys.earnings, keys.employer
    status, pay, qualification = people.work_status, people.pay, people.qualification
    industry, size = people.industry, people.employer_size
    for i in range(np.uint64(count)):
        by_status[i] = np.uint32(np.uint32(qualification[i] * _STATUSES) + np.uint32(status[i]))
    for i in range(np.uint64(count)):
        by_firm[i] = np.uint32(np.uint32(industry[i] * _SIZES) + np.uint32(size[i]))
    for i in range(np.uint64(count)):
        doublings = np.int32(np.int32(np.float32(pay[i]).view(np.uint32) >> _BITS) - _FIRST_BIN)
        within = np.uint32(min(max(doublings, _NONE), _LAST_BIN))
        by_bin[i] = within if pay[i] > 0 else _NO_EARNINGS


@kernel
def _unfold_all(ledger, folded, weight, year):
    """Weigh everything and put it into the ledger's lines; forget it."""
    areas, groups, held, bins, firms, ages = folded
    _unfold(ledger.area, areas, 1, weight, year)
    _unfold(ledger.random_group, groups, 1, weight, year)
    _unfold(ledger.qualification_status, held, COPIES, weight, year)
    _unfold(ledger.employer, firms, COPIES, weight, year)
    _unfold(ledger.age_sex, ages, COPIES, weight, year)
    _unfold(ledger.earnings, bins, 1, weight, year)
    for place in range(areas.shape[1]):
        ledger.area[PUBLIC_SECTOR, year, place] += areas[2, place] * weight
        areas[2, place] = 0
    for group in range(groups.shape[1]):
        ledger.random_group[PUBLIC_SECTOR, year, group] += groups[2, group] * weight
        groups[2, group] = 0


@kernel
def _unfold(sums, cells, copies, weight, year):
    heads, works, pay = sums[PEOPLE, year], sums[IN_WORK, year], sums[PAY, year]
    workers, idle = cells[0], cells[1]
    groups = len(heads)
    for copy in range(copies):
        for group in range(groups):
            cell = copy * groups + group
            here = (workers[cell] >> _COUNT) * weight
            works[group] += here
            pay[group] += (workers[cell] & _BELOW) * weight
            heads[group] += here + idle[cell] * weight
            workers[cell] = idle[cell] = 0


def room(ledger) -> tuple[np.ndarray, ...]:
    """`folded` for the groupings of a ledger, of workers, others and the public sector: area, random group,
    qualification and status, earnings, employer, age and sex."""
    areas, ages, held, bins, firms, groups = (grouping.shape[-1] for grouping in ledger.groupings)
    sizes = (areas, groups, held * COPIES, bins, firms * COPIES, ages * COPIES)
    return tuple(np.zeros((3, size), np.int64) for size in sizes)
