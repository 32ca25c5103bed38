"""The compiled loops that add people and what they gain to the cells of every breakdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from microsim.engine.fours import FOUR, add_four
from microsim.engine.gain_lists import NEAR
from microsim.engine.income_bins import FINE, WIDE
from microsim.engine.joined import Together, starts
from microsim.kernels.jit import kernel
from microsim.population.columns import COMMUNAL, RANDOM_GROUPS

# The groupings that a breakdown of gains may be made from.
GROUPINGS = ("age_sex", "area", "qualification_status", "employer", "ethnicity", "disabled", "family_type")
_AGE_SEX, _AREA, _STATUS, _EMPLOYER, _ETHNICITY, _DISABLED, _FAMILY = range(len(GROUPINGS))
_COMMUNAL = np.uint8(COMMUNAL)
_GROUPS = np.uint32(RANDOM_GROUPS)


class Cells(NamedTuple):
    """Where the sums of each class of joined breakdowns are."""

    grouping: np.ndarray  # int64 [joined], place among GROUPINGS
    first: np.ndarray  # uint32 [joined, keys], the first of the RANDOM_GROUPS cells of a key's class

    @classmethod
    def of(cls, joined: Sequence[Together]) -> Self:
        """The places of some joined breakdowns."""
        first = np.zeros((len(joined), max(len(one.class_of) for one in joined)), np.uint32)
        for mine, one, start in zip(first, joined, starts(joined)[:-1], strict=True):
            mine[: len(one.class_of)] = (start + one.class_of) * RANDOM_GROUPS
        return cls(np.array([GROUPINGS.index(one.grouping) for one in joined], np.int64), first)


class Near(NamedTuple):
    """Room for some people gone over together, NEAR at most."""

    rows: np.ndarray  # uint32, of the block
    group: np.ndarray  # uint32, random group
    cells: np.ndarray  # uint32
    amounts: np.ndarray  # int64, weighted
    fours: np.ndarray  # int64 [NEAR, FOUR], weighted

    @classmethod
    def make(cls) -> Self:
        """Room for them."""
        rows, group, cells = (np.zeros(NEAR, np.uint32) for _ in range(3))
        return cls(rows, group, cells, np.zeros(NEAR, np.int64), np.zeros((NEAR, FOUR), np.int64))


class Keys(NamedTuple):
    """What the cells of each row go by."""

    age_sex: np.ndarray  # uint32
    area: np.ndarray  # uint16
    qualification_status: np.ndarray  # uint32
    employer: np.ndarray  # uint32
    ethnicity: np.ndarray  # uint8
    disabled: np.ndarray  # uint8
    family_type: np.ndarray  # uint8
    bins: np.ndarray  # uint16, of income, see `microsim.engine.income_bins`
    random_group: np.ndarray  # uint8


@kernel
def keys_of(people, groups, family_type, bins):
    """The keys of a year."""
    return Keys(
        groups.age_sex, people.area, groups.qualification_status, groups.employer, people.ethnicity, people.disabled,
        family_type, bins, people.random_group,
    )  # fmt: skip


@kernel
def add_residents(people, keys, own_income, cells, near, sums, year, count):
    """Add everybody who lives here: adults, people of all ages, private households, income (pence). The four of a
    person go to the same places, where they stand side by side."""
    for first in range(0, count, NEAR):
        number = _list_residents(people.resident, first, min(first + NEAR, count), near.rows)
        _describe(people, own_income, near, number)
        for place in range(len(cells.grouping)):
            _find_cells(keys, cells.grouping[place], cells.first[place], near, number)
            _add_fours(sums.people_cells[year], near, number)
        _find_areas(keys, near, number)
        _add_fours(sums.people_area[year], near, number)
        _find_bins(keys, near, number)
        _add_fours(sums.people_income[year], near, number)
        _find_wide_bins(keys, near, number)
        _add_fours(sums.people_wide_income[year], near, number)


@kernel
def _list_residents(resident, first, last, rows):
    """List the rows of residents; returns how many."""
    number = 0
    for i in range(np.uint64(first), np.uint64(last)):
        rows[number] = i
        number += int(resident[i] != 0)
    return number


@kernel
def _describe(people, own_income, near, number):
    """Write what residents are counted with, weighted, and their random groups."""
    children, household, living = people.children, people.household, people.living
    weight, random_group, rows, fours = people.weight, people.random_group, near.rows, near.fours
    for n in range(np.uint64(number)):
        i = rows[n]
        heads = (household[i] == np.int32(i)) & (living[i] != _COMMUNAL)
        mine = np.int64(weight[i])
        near.group[n] = random_group[i]
        fours[n, 0] = mine
        fours[n, 1] = mine * (1 + np.int64(children[i]))
        fours[n, 2] = mine * np.int64(heads)
        fours[n, 3] = mine * own_income[i]


@kernel
def _add_fours(sums, near, number):
    cells, fours = near.cells, near.fours
    for n in range(np.uint64(number)):
        add_four(sums, cells[n], fours, n)


@kernel
def add_gains(gained, weight, keys, cells, near, sums, year):
    """Add every row of gains."""
    for row in range(len(gained.counts)):
        by_cell, by_area = sums.cells[row, year], sums.area[row, year]
        by_income, by_wide = sums.income[row, year], sums.wide_income[row, year]
        for first in range(0, gained.counts[row], NEAR):
            number = min(NEAR, gained.counts[row] - first)
            _weigh(gained.rows[row], gained.amounts[row], weight, keys.random_group, first, near, number)
            for place in range(len(cells.grouping)):
                _find_cells(keys, cells.grouping[place], cells.first[place], near, number)
                _add_amounts(by_cell, near, number)
            _find_areas(keys, near, number)
            _add_amounts(by_area, near, number)
            _find_bins(keys, near, number)
            _add_amounts(by_income, near, number)
            _find_wide_bins(keys, near, number)
            _add_amounts(by_wide, near, number)


@kernel
def _weigh(rows, amounts, weight, random_group, first, near, number):
    start = np.uint64(first)
    for n in range(np.uint64(number)):
        i = rows[start + n]
        near.rows[n] = i
        near.group[n] = random_group[i]
        near.amounts[n] = amounts[start + n] * np.int64(weight[i])


@kernel
def _add_amounts(sums, near, number):
    cells, amounts = near.cells, near.amounts
    for n in range(np.uint64(number)):
        sums[cells[n]] += amounts[n]


@kernel
def _find_cells(keys, grouping, first, near, number):
    """Write the cells of the people near by in breakdowns of one grouping."""
    if grouping == _AGE_SEX:
        _look_up(keys.age_sex, first, near, number)
    elif grouping == _AREA:
        _look_up(keys.area, first, near, number)
    elif grouping == _STATUS:
        _look_up(keys.qualification_status, first, near, number)
    elif grouping == _EMPLOYER:
        _look_up(keys.employer, first, near, number)
    elif grouping == _ETHNICITY:
        _look_up(keys.ethnicity, first, near, number)
    elif grouping == _DISABLED:
        _look_up(keys.disabled, first, near, number)
    elif grouping == _FAMILY:
        _look_up(keys.family_type, first, near, number)


@kernel
def _look_up(key, first, near, number):
    rows, group, cells = near.rows, near.group, near.cells
    for n in range(np.uint64(number)):
        cells[n] = first[key[rows[n]]] + group[n]


@kernel
def _find_areas(keys, near, number):
    for n in range(np.uint64(number)):
        near.cells[n] = keys.area[near.rows[n]]


@kernel
def _find_bins(keys, near, number):
    for n in range(np.uint64(number)):
        near.cells[n] = np.uint32(keys.bins[near.rows[n]]) >> FINE


@kernel
def _find_wide_bins(keys, near, number):
    for n in range(np.uint64(number)):
        near.cells[n] = (np.uint32(keys.bins[near.rows[n]]) >> WIDE) * _GROUPS + near.group[n]
