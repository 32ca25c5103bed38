"""Homes: how many live in each, and what people have on the row of the head of their household.

The adults of a household, those of them whom council tax disregards and those who count as children are kept in one
number on the head's row, twenty bits each: they are added up in one step.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.taxes.chunk import column
from microsim.taxes.scratch import NET_INCOME, SCALE_NEEDS
from microsim.taxes.traits import COUNTS_AS_CHILD, GROWN, STUDENT

# Modified OECD scale with a couple without children as 1, as in Households Below Average Income.
FIRST_ADULT, OTHER_PERSON, YOUNG_CHILD = 0.67, 0.33, 0.20
OLDER_CHILD_AGE = 14  # counts as an adult in the scale
NO_SUPPORT = 1e9  # income above needs of families that get no support with council tax
_DISREGARDED, _YOUNG = np.int64(20), np.int64(40)  # bits from which these are counted
_COUNT = np.int64((1 << 20) - 1)


@kernel
def adults_of(home):
    """People of 16 or more."""
    return home & _COUNT


@kernel
def disregarded_of(home):
    """Those of them whom council tax disregards."""
    return (home >> _DISREGARDED) & _COUNT


@kernel
def young_of(home):
    """Those of them who count as children of the family that heads the household."""
    return home >> _YOUNG


@kernel
def clear_homes(room, count):
    """Nobody lives anywhere yet."""
    room.excess[:count] = NO_SUPPORT
    room.homes[:count] = 0
    room.household_income[:count] = 0
    room.scale[:count] = FIRST_ADULT - OTHER_PERSON


@kernel
def count_homes(people, room, year, first, number):
    """Add a chunk of people to their households: heads, own net income, and place in the scale of incomes."""
    last = first + number
    resident, household, word = people.resident[first:last], people.household[first:last], room.traits[first:last]
    own, income, needs = room.own, column(NET_INCOME), column(SCALE_NEEDS)
    _find_needs(people, own, year, first, number)
    homes, household_income, scale = room.homes, room.household_income, room.scale
    for i in range(np.uint64(number)):
        head = household[i]
        counts_as_child = np.int64((word[i] & COUNTS_AS_CHILD) != 0)
        disregarded = np.int64((word[i] & (COUNTS_AS_CHILD | STUDENT | GROWN)) != GROWN)
        here = 1 + (disregarded << _DISREGARDED) + (counts_as_child << _YOUNG)
        homes[head] += here * np.int64(resident[i])
        household_income[head] += np.int64(own[income + i])
        scale[head] += own[needs + i]


@kernel
def _find_needs(people, own, year, first, number):
    """What a person and the children in their care add to the scale."""
    last = first + number
    resident, children = people.resident[first:last], people.children[first:last]
    born, second, third = people.child_1[first:last], people.child_2[first:last], people.child_3[first:last]
    needs = column(SCALE_NEEDS)
    for i in range(np.uint64(number)):
        others = max(np.int32(children[i]) - np.int32(2), np.int32(1))
        older = np.float64(_is_older(born[i], year) + _is_older(second[i], year) + _is_older(third[i], year) * others)
        younger = np.float64(children[i]) - older
        own[needs + i] = (OTHER_PERSON * (1.0 + older) + YOUNG_CHILD * younger) * np.float64(resident[i])


@kernel
def _is_older(born, year):
    """1 for a child of 14 or more, from the financial year of birth (0: no child)."""
    return np.int32((born != 0) & (year - born > OLDER_CHILD_AGE))
