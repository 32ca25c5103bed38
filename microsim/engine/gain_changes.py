"""People by how much the money of their household changes, and by what they gain over a year: the compiled loops.

Only households are gone over in which somebody's money changes: each is worked out once, for all who live in it.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np

from microsim.engine.gain_sums import NO_CHANGE, POUND_EDGES, SHARE_EDGES
from microsim.engine.income_bins import FINE, NOBODYS, WIDE, income_bin
from microsim.engine.lifetimes import EVER
from microsim.kernels.jit import kernel
from microsim.population.columns import RANDOM_GROUPS

CASH, IN_KIND = 1, 2  # what a row of gains changes a household's money by; 0 for the others
_GROUPS = np.uint32(RANDOM_GROUPS)
_PENCE = 100.0


class Changed(NamedTuple):
    """Whose money changes in the year. Arrays of all rows are nothing before and after it."""

    money: np.ndarray  # int64 [rows, 2] pence: cash, and in kind
    is_listed: np.ndarray  # uint8, people
    people: np.ndarray  # uint32, a list of their rows, with room for one more
    home: np.ndarray  # int64 [rows, 2] pence on the head's row: cash, and cash and in kind
    is_home: np.ndarray  # uint8, on the head's row
    homes: np.ndarray  # uint32, a list of heads' rows, with room for one more
    everybody: np.ndarray  # int64 on the head's row, people of all ages in a private household, weighted
    bins: np.ndarray  # uint16 on the head's row, of their income

    @classmethod
    def make(cls, rows: int) -> Self:
        """Nobody's."""
        return cls(
            np.zeros((rows, 2), np.int64), np.zeros(rows, np.uint8), np.zeros(rows + 1, np.uint32),
            np.zeros((rows, 2), np.int64), np.zeros(rows, np.uint8), np.zeros(rows + 1, np.uint32),
            np.zeros(rows, np.int64), np.zeros(rows, np.uint16),
        )  # fmt: skip


@kernel
def list_changed(gained, kinds, changed):
    """List the people whose money changes, by the rows of gains of `kinds` CASH and IN_KIND; returns how many."""
    money, is_listed = changed.money, changed.is_listed
    number = 0
    for row in range(len(kinds)):
        if kinds[row] != 0:
            rows, amounts, kind = gained.rows[row], gained.amounts[row], kinds[row] - CASH
            for n in range(gained.counts[row]):
                i = rows[n]
                money[i, kind] += amounts[n]
                changed.people[number] = i
                number += int(is_listed[i] == 0)
                is_listed[i] = 1
    return number


@kernel
def mark_gainers(changed, number, received):
    """Mark who has gained, in cash or in kind, in the first pack of what lives have received."""
    for n in range(number):
        i = changed.people[n]
        received[i, EVER] |= np.int64((changed.money[i, 0] > 0) | (changed.money[i, 1] > 0))


@kernel
def forget_changed(changed, number):
    """Make ready for another year."""
    for n in range(number):
        i = changed.people[n]
        changed.money[i, 0], changed.money[i, 1], changed.is_listed[i] = 0, 0, 0


@kernel
def add_changes(people, incomes, scale, changed, number, sums, year, count):
    """Add people of all ages by how much the money of their household changes, where it does: `incomes` are those of
    the baseline, `scale` the household's on the head's row."""
    homes = _list_homes(people, changed, number)
    if homes > 0:
        _find_everybody(people, incomes.bins, changed, count)
    for n in range(homes):
        head = changed.homes[n]
        if changed.everybody[head] != 0:
            _add_home(head, people.random_group[head], incomes, scale[head], changed, sums, year)
        changed.home[head, 0], changed.home[head, 1] = 0, 0
        changed.is_home[head], changed.everybody[head] = 0, 0


@kernel
def _list_homes(people, changed, number):
    """List the households of residents whose money changes; returns how many."""
    household, resident, money = people.household, people.resident, changed.money
    homes = 0
    for n in range(number):
        i = changed.people[n]
        if (resident[i] != 0) & ((money[i, 0] | money[i, 1]) != 0):
            head = household[i]
            changed.home[head, 0] += money[i, 0]
            changed.home[head, 1] += money[i, 0] + money[i, 1]
            changed.homes[homes] = head
            homes += int(changed.is_home[head] == 0)
            changed.is_home[head] = 1
    return homes


@kernel
def _find_everybody(people, bins, changed, count):
    """Count the people of each household listed; those of a private household have the same income."""
    household, resident, weight, children = people.household, people.resident, people.weight, people.children
    for i in range(np.uint64(count)):
        head = household[i]
        if (changed.is_home[head] != 0) & (resident[i] != 0) & (bins[i] != NOBODYS):
            changed.everybody[head] += np.int64(weight[i]) * (1 + np.int64(children[i]))
            changed.bins[head] = bins[i]


@kernel
def _add_home(head, random_group, incomes, scale, changed, sums, year):
    """Add the people of a household by the change of its cash, and of cash and in kind."""
    everybody, before = changed.everybody[head], np.float64(incomes.of_household[head]) / _PENCE
    at, group = np.uint32(changed.bins[head]), np.uint32(random_group)  # of all who live together now
    wide = (np.uint32(incomes.bins[head]) >> WIDE) * _GROUPS + group
    for concept in range(2):
        change = np.float64(changed.home[head, concept]) / _PENCE
        band = _band(change, POUND_EDGES)
        if band != NO_CHANGE:
            share = change / before if before > 0.0 else 0.0
            of_share = _band(share, SHARE_EDGES)
            sums.changes[2 * concept, year, band, at >> FINE] += everybody
            sums.changes[2 * concept + 1, year, of_share, at >> FINE] += everybody
            sums.wide_changes[2 * concept, year, band, wide] += everybody
            sums.wide_changes[2 * concept + 1, year, of_share, wide] += everybody
        after = income_bin((before + change) / scale)
        if (change != 0.0) & (at != after):
            sums.moved[concept, year, (at >> FINE) * _GROUPS + group] -= everybody
            sums.moved[concept, year, (after >> FINE) * _GROUPS + group] += everybody
            if concept == 1:
                sums.extended[year, at] -= everybody
                sums.extended[year, after] += everybody


@kernel
def _band(change, edges):
    """The band of a change among rising edges; a change of nothing is in the middle one."""
    band = 0
    for edge in range(len(edges)):
        band += int(change > edges[edge]) if edge >= NO_CHANGE else int(change >= edges[edge])
    return band
