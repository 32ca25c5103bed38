"""Adds taxes, benefits and household incomes of a block's year to the ledger.

Everybody is gone over once for all arms that have the same rules. An arm then adds what the pay that it changes makes
of the few rows concerned.

Children are in their parents' households: they count with the row that has them in its care. All who share an income
count in one random group of households, that of their household's head.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np

from microsim.engine.ledger import (
    BINS_PER_DOUBLING,
    EARNINGS_BINS,
    LOWEST_DOUBLING,
    NARROW_PER_WIDE,
)
from microsim.kernels.boxed import opened
from microsim.kernels.jit import kernel
from microsim.population.columns import COMMUNAL, RANDOM_GROUPS
from microsim.population.people import People
from microsim.taxes.families import record_claimants
from microsim.taxes.lines import TAX_LINES
from microsim.taxes.scratch import TaxScratch

_BITS = np.uint32(16)  # 23 bits of mantissa, 7 of which number the bins within a doubling
_FIRST_BIN = np.int32((127 + LOWEST_DOUBLING) * BINS_PER_DOUBLING)
_LAST_BIN = np.int32(EARNINGS_BINS - 1)
_ZERO = np.int32(0)
_WIDE_BITS = np.uint32(NARROW_PER_WIDE.bit_length() - 1)
_GROUPS = np.uint32(RANDOM_GROUPS)
_COMMUNAL = np.uint8(COMMUNAL)
_CHUNK = 1024  # rows gone over together: what is found of them stays in the nearest cache
_TOGETHER = 3  # lines added in one pass: more of them would compete for the same places of the cache


def sums_of(people, age_sex, room, places, clock, ledger):
    """Add what everybody has to the sums of the arms that have these rules: `places` int64 are theirs among those
    assessed, of which the first says who is on Universal Credit."""
    people, room, ledger = opened(people), opened(room), opened(ledger)
    if places[0] == 0:
        record_claimants(people, age_sex, room, clock.rows)
    _add_taxes(ledger, people, room.amounts, places, clock.year_index, clock.rows)
    _add_incomes(ledger, people, room.equivalised, places, clock.year_index, clock.rows)


@kernel
def _add_taxes(ledger, people, amounts, places, year, count):
    """Add taxes and benefits: `amounts` int64 [TAX_LINES, rows]; who is gone has none."""
    weight, group = people.weight, people.random_group
    sums = np.zeros((_TOGETHER, RANDOM_GROUPS), np.int64)
    of_one, of_two, of_three = sums[0], sums[1], sums[2]
    for line in range(0, len(TAX_LINES), _TOGETHER):
        together = min(_TOGETHER, len(TAX_LINES) - line)
        one, two, three = amounts[line], amounts[line + min(1, together - 1)], amounts[line + together - 1]
        sums[:] = 0
        for i in range(np.uint64(count)):  # nothing is added too: to leave it out takes longer
            stands_for, g = np.int64(weight[i]), group[i]
            of_one[g] += stands_for * np.int64(one[i])
            of_two[g] += stands_for * np.int64(two[i])
            of_three[g] += stands_for * np.int64(three[i])
        for place in places:
            ledger.taxes[place, line : line + together, year] += sums[:together]


@kernel
def _add_incomes(ledger, people, equivalised, places, year, count):
    """Add people of all ages in private households by `equivalised` income, float64 pounds."""
    weight, group, household = people.weight, people.random_group, people.household
    resident, living, children = people.resident, people.living, people.children
    bins, cells = np.empty(_CHUNK, np.uint32), np.empty(_CHUNK, np.uint32)
    everybody = np.empty(_CHUNK, np.int64)
    end, first = np.uint64(count), np.uint64(0)
    while first < end:
        rows = min(np.uint64(end - first), np.uint64(_CHUNK))
        for n in range(rows):
            bins[n] = _income_bin(equivalised[first + n])
        for n in range(rows):
            i = first + n
            everybody[n] = np.int64(weight[i]) * _sharing(resident[i], living[i], children[i])
        for n in range(rows):
            cells[n] = _wide_cell(bins[n], group[np.uint32(household[first + n])])
        for place in places:
            incomes, wide = ledger.incomes[place, year], ledger.wide_incomes[place, year].reshape(-1)
            for n in range(rows):
                incomes[bins[n]] += everybody[n]
                wide[cells[n]] += everybody[n]
        first = np.uint64(first + rows)


class Columns(NamedTuple):
    """What of people is needed to add up changes; see People."""

    weight: np.ndarray
    random_group: np.ndarray
    resident: np.ndarray
    household: np.ndarray
    living: np.ndarray
    children: np.ndarray

    @classmethod
    def of(cls, people: People) -> Self:
        """Those of people. To hand over all columns takes longer than to add up the few rows that change."""
        return cls(*(getattr(people, name) for name in cls._fields))


class Results(NamedTuple):
    """What is found of people in a year; see TaxScratch."""

    amounts: np.ndarray
    equivalised: np.ndarray
    household_income: np.ndarray

    @classmethod
    def of(cls, room: TaxScratch) -> Self:
        """Those in a room."""
        return cls(*(getattr(room, name) for name in cls._fields))


@kernel
def add_changes(sums, people, rows, before, after):
    """Add to an arm's sums of a year what `rows` (residents) have `after` a change less what they had `before`.

    `sums` are the arm's taxes [TAX_LINES, RANDOM_GROUPS], incomes and wide incomes, as in Ledger; results before stand
    one after the other, those after by row of the block.
    """
    taxes, incomes, wide_incomes = sums
    weight, group = people.weight, people.random_group
    for line in range(len(TAX_LINES)):
        old, new, by_group = before.amounts[line], after.amounts[line], taxes[line]
        for n in range(len(rows)):
            i = np.uint64(rows[n])
            by_group[group[i]] += np.int64(weight[i]) * np.int64(new[i] - old[n])
    wide = wide_incomes.reshape(-1)
    for n in range(len(rows)):
        i = np.uint64(rows[n])
        everybody = np.int64(weight[i]) * _sharing(people.resident[i], people.living[i], people.children[i])
        g = group[np.uint32(people.household[i])]
        old_bin, new_bin = _income_bin(before.equivalised[n]), _income_bin(after.equivalised[i])
        incomes[old_bin] -= everybody
        incomes[new_bin] += everybody
        wide[_wide_cell(old_bin, g)] -= everybody
        wide[_wide_cell(new_bin, g)] += everybody


@kernel
def _sharing(resident, living, children):
    """People of all ages who count with a row: none with who is gone or lives in a communal establishment."""
    return np.int64((resident != 0) & (living != _COMMUNAL)) * (1 + np.int64(children))


@kernel
def _income_bin(income):
    """The earnings bin of an equivalised income; of none, or less than none, the first."""
    doublings = np.int32(np.int32(np.float32(income).view(np.uint32) >> _BITS) - _FIRST_BIN)
    return np.uint32(min(max(doublings, _ZERO), _LAST_BIN)) if income > 0.0 else np.uint32(0)


@kernel
def _wide_cell(income_bin, group):
    """Where people with an income, in a random group of households, are among the cells of wide incomes."""
    return np.uint32(np.uint32((income_bin >> _WIDE_BITS) * _GROUPS) + np.uint32(group))
