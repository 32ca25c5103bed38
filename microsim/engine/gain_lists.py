"""Lists of who gains in a year: most people gain nothing from most measures, so only those who do are gone over.

For each row of gains the list holds rows of the block and amounts. A row of the block is in a list once, in no order
that means anything.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np

from microsim.kernels.boxed import opened
from microsim.kernels.jit import kernel
from microsim.measures.contract import EVERYWHERE
from microsim.measures.listed import list_rows
from microsim.population.columns import COMMUNAL
from microsim.taxes.lines import DEDUCTIONS, INCOMES, TAX_LINES

NEAR = 1024  # rows gone over together: what is found on the way stays in the nearest cache
_APART = 48  # values that totals are longer than that: a power of two apart, all would share a few places of the cache

_COMMUNAL = np.uint8(COMMUNAL)
_PLACES = np.array([place for place, line in enumerate(TAX_LINES) if line.exchequer], np.int64)
_EFFECTS = np.array([line.exchequer for line in TAX_LINES if line.exchequer], np.int64)


class Gained(NamedTuple):
    """Who gains in the year, and room to find them in."""

    rows: np.ndarray  # uint32 [rows of gains, room for entries], rows of the block
    amounts: np.ndarray  # int64, the same shape: pence, or counts of people
    counts: np.ndarray  # int64 [rows of gains], entries of each
    ends: np.ndarray  # int64 [lines], how many of the rows listed may hold a line
    values: np.ndarray  # int32 [NEAR], what those near by have of it
    totals: np.ndarray  # int64 [rows of gains, NEAR and some], what they gain from a measure
    anything: np.ndarray  # int32 [rows], not 0 for who has anything of lines that are not listed
    here: np.ndarray  # uint32 [rows], a list of them

    @classmethod
    def make(cls, gains: int, rows: int, lines: int) -> Self:
        """Empty lists for blocks of `rows` rows, of which measures of up to `lines` lines tell; before it is merged, a
        list may be of twice as many."""
        return cls(
            np.zeros((gains, 2 * rows), np.uint32), np.zeros((gains, 2 * rows), np.int64), np.zeros(gains, np.int64),
            np.zeros(lines, np.int64), np.zeros(NEAR, np.int32), np.zeros((gains, NEAR + _APART), np.int64),
            np.zeros(rows, np.int32), np.zeros(rows, np.uint32),
        )  # fmt: skip


def collect(lines, held, rows, listed, used, signs, places, gained, count):
    """Add a measure's `lines` (int32 [lines, rows]) to the lists in `places`, by `signs` int64 [places, lines]; `used`
    are the lines that have a sign, of which only those `held` (uint8 [lines]) hold anything at all: of a line no more
    than the first `listed` (int64 [lines]) of `rows` (uint32) or, where that is EVERYWHERE, any."""
    most = _measure_lists(held, listed, used, gained.ends)
    if most == EVERYWHERE:
        rows, most = gained.here, np.int64(_list_anybody(lines, used, gained, count))
    for first in range(0, most, NEAR):
        size = np.uint64(min(NEAR, most - first))
        for place in range(len(places)):
            gained.totals[place, :size] = 0
        for line in used:
            if gained.ends[line] > first:
                near = np.uint64(min(NEAR, gained.ends[line] - first))
                _gather(lines[line], rows, gained.values, np.uint64(first), near)
                for place in range(len(places)):
                    if signs[place, line] != 0:
                        _add_line(gained.values, np.int64(signs[place, line]), gained.totals[place], near)
        for place in range(len(places)):
            _append(gained, gained.totals[place], rows, np.uint64(first), places[place], size)


@kernel
def _measure_lists(held, listed, used, ends):
    """Write how many of the rows listed may hold each line; returns the most, or EVERYWHERE where one is not listed."""
    most, everywhere = np.int64(0), False
    for line in used:
        ends[line] = listed[line] if held[line] != 0 else 0
        everywhere = everywhere or ends[line] == EVERYWHERE
        most = max(most, ends[line])
    return np.int64(EVERYWHERE) if everywhere else most


@kernel
def _list_anybody(lines, used, gained, count):
    """List who has anything of the lines used that hold something, wherever it stands; returns how many they are."""
    anything = gained.anything
    anything[:count] = 0
    for line in used:
        if gained.ends[line] != 0:
            mine = lines[line]
            for i in range(np.uint64(count)):
                anything[i] |= mine[i]
    found = list_rows(anything, gained.here, count)
    for line in used:
        gained.ends[line] = np.int64(found) if gained.ends[line] != 0 else 0
    return found


@kernel
def _gather(line, rows, values, first, size):
    for n in range(size):
        values[n] = line[rows[first + n]]


@kernel
def _add_line(values, sign, total, size):
    for n in range(size):
        total[n] += sign * values[n]


@kernel
def _append(gained, total, listed, first, place, size):
    """Append those near by who gain in one of the rows of gains."""
    rows, amounts = gained.rows[place], gained.amounts[place]
    at = np.uint64(gained.counts[place])
    for n in range(size):
        rows[at], amounts[at] = listed[first + n], total[n]
        at += np.uint64(total[n] != 0)
    gained.counts[place] = at


def merge(places, gained, spare):
    """Bring the entries of each row of the block together, where both arms, or a measure and taxes, have told of it,
    and drop those that come to nothing; `spare` int64 [rows] is nothing before and after."""
    for place in places:
        rows, amounts = gained.rows[place], gained.amounts[place]
        for n in range(gained.counts[place]):
            spare[rows[n]] += amounts[n]
        at = 0
        for n in range(gained.counts[place]):
            total = spare[rows[n]]
            spare[rows[n]] = 0
            if total != 0:
                rows[at], amounts[at] = rows[n], total
                at += 1
        gained.counts[place] = at


def add_tax_changes(amounts, before, rows, own_income, cash, exchequer, gained):
    """List what changes for people whose taxes or benefits may differ from the baseline's.

    `before` int64 [TAX_LINES, len(rows)] are the baseline's amounts of the people in `rows`. The change of each one's
    net income goes to the list `cash`, the effect on the Exchequer to `exchequer`.
    """
    of_cash, of_exchequer = gained.counts[cash], gained.counts[exchequer]
    for n in range(len(rows)):
        i = rows[n]
        net = -own_income[i]
        for line in range(INCOMES[0], INCOMES[1]):
            net += amounts[line, i]
        for line in range(DEDUCTIONS[0], DEDUCTIONS[1]):
            net -= amounts[line, i]
        effect = np.int64(0)
        for place in range(len(_PLACES)):
            effect += _EFFECTS[place] * (amounts[_PLACES[place], i] - before[_PLACES[place], n])
        gained.rows[cash, of_cash], gained.amounts[cash, of_cash] = i, net
        gained.rows[exchequer, of_exchequer], gained.amounts[exchequer, of_exchequer] = i, effect
        of_cash += int(net != 0)
        of_exchequer += int(effect != 0)
    gained.counts[cash], gained.counts[exchequer] = of_cash, of_exchequer


def write_values(people, own_income, gained, values, count):
    """Write every person's gains, int64 [rows of gains, rows], those that gains are set against first: adults, people
    of all ages, private households, income (pence)."""
    people = opened(people)
    resident, children, household, living = people.resident, people.children, people.household, people.living
    adults, everybody, households, income = values[0], values[1], values[2], values[3]
    for i in range(np.uint64(count)):
        here = np.int64(resident[i])
        adults[i] = here
        everybody[i] = here * (1 + np.int64(children[i]))
        households[i] = here * np.int64((household[i] == np.int32(i)) & (living[i] != _COMMUNAL))
        income[i] = here * own_income[i]
    for place in range(len(gained.counts)):
        mine = values[len(values) - len(gained.counts) + place]
        mine[:count] = 0
        for n in range(gained.counts[place]):
            mine[gained.rows[place, n]] = gained.amounts[place, n]
