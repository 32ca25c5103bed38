"""Who meets whom: the people of a block who look for a partner, women and men, are paired off in order of age.

Women are ordered by the age they want of a man, their own plus a normal gap; men by their own age. Walking along both
orders, the next two are a couple when they lie within the widest difference of the round, otherwise the younger one is
passed over. Four rounds: in the same area with a degree like theirs, in the same area, anywhere in the block with a
degree like theirs, anywhere. Nobody looks twice in a round, so the cost is a few passes over those who look.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.kernels.float32 import normal_quantile
from microsim.kernels.jit import kernel
from microsim.population.people import AGE_SEX_KEYS, ENTRY_AGE

GROUPS = 1024  # places of an area (its last nine bits) with and without a degree
_AGES = AGE_SEX_KEYS // 2
# The part of a birth cohort that reaches a degree or its like is above this place: a fixed trait, as families read
# nothing that a policy on learning may change.
_DEGREE = np.uint32(0.58 * 2**32)
_SAME_AREA, _SAME_DEGREE = 2, 1
_ROUNDS = ((3, 3), (2, 6), (1, 3), (0, 12))  # what must be the same, widest difference from the wanted age in years
_LAST_BITS = np.uint16(511)


class MatchScratch(NamedTuple):
    """Room for matching."""

    seekers: np.ndarray  # int32 [2 sexes, rows], rows of those who look
    wanted: np.ndarray  # int32 [2, rows], age wanted by the woman, or of the man
    first_like: np.ndarray  # uint8 [2, rows], 1 for those who look among people with a degree like theirs first
    taken: np.ndarray  # uint8 [2, rows]
    group: np.ndarray  # int32 [2, rows], see `sort_by_group`
    by_age: np.ndarray  # int32 [2, rows], places in `seekers` in order of age
    by_group: np.ndarray  # int32 [2, rows], places in order of group, then age
    bounds: np.ndarray  # int32 [2, GROUPS + 1], where each group begins
    couples: np.ndarray  # int32 [2, rows], women and men who have found each other
    number: np.ndarray  # int64 [3], women and men who look, couples

    @classmethod
    def make(cls, rows: int) -> MatchScratch:
        def pairs(kind: type[np.generic]) -> np.ndarray:
            return np.zeros((2, rows), kind)

        return cls(
            pairs(np.int32), pairs(np.int32), pairs(np.uint8), pairs(np.uint8), pairs(np.int32), pairs(np.int32),
            pairs(np.int32), np.zeros((2, GROUPS + 1), np.int32), pairs(np.int32), np.zeros(3, np.int64),
        )  # fmt: skip


@kernel
def wanted_age(age, word, gap_mean, gap_deviation):
    """The age that a woman wants of a man: her own plus a normal gap, whole years."""
    gap = np.rint(gap_mean + gap_deviation * normal_quantile(word))
    return min(max(age + np.int64(gap), ENTRY_AGE), _AGES - 1)


@kernel
def match(people, scratch):
    """Pair off those on the lists; `scratch.couples` and `scratch.number[2]` say who has found whom."""
    scratch.number[2] = 0
    for sex in range(2):
        sort_by_age(scratch, sex)
    for round_number in range(4):
        same, widest = _ROUNDS[round_number]
        for sex in range(2):
            sort_by_group(people, scratch, sex, same)
        walk(scratch, widest, GROUPS if same & _SAME_AREA else 2)


@kernel
def sort_by_age(scratch, sex):
    """Places of the list in order of wanted age, those of one age as they stand."""
    bounds, wanted, by_age = scratch.bounds[sex], scratch.wanted[sex], scratch.by_age[sex]
    bounds[: _AGES + 1] = 0
    count = scratch.number[sex]
    for place in range(count):
        bounds[wanted[place] + 1] += 1
    for age in range(_AGES):
        bounds[age + 1] += bounds[age]
    for place in range(count):
        age = wanted[place]
        by_age[bounds[age]] = place
        bounds[age] += 1


@kernel
def sort_by_group(people, scratch, sex, same):
    """Places of those not yet taken who look in this round, by group and in order of age; `bounds` where groups begin.

    A group is of people who may meet in the round: of the same area and degree, as `same` asks; -1 does not look.
    """
    area, place_in_cohort = people.area, people.learning_rank
    bounds, seekers, first_like = scratch.bounds[sex], scratch.seekers[sex], scratch.first_like[sex]
    taken, group, by_age, by_group = scratch.taken[sex], scratch.group[sex], scratch.by_age[sex], scratch.by_group[sex]
    count = scratch.number[sex]
    by_area, by_degree = same & _SAME_AREA, same & _SAME_DEGREE
    groups = GROUPS if by_area else 2
    bounds[: groups + 1] = 0
    for place in range(count):
        row = seekers[place]
        of_area = np.int32(area[row] & _LAST_BITS) * 2 if by_area else 0
        of_degree = np.int32(place_in_cohort[row] >= _DEGREE) if by_degree else 0
        looks = taken[place] == 0 and (not by_degree or first_like[place] != 0)
        group[place] = of_area + of_degree if looks else -1
        if looks:
            bounds[group[place] + 1] += 1
    for one in range(groups):
        bounds[one + 1] += bounds[one]
    for k in range(count):
        place = by_age[k]
        one = group[place]
        if one >= 0:
            by_group[bounds[one]] = place
            bounds[one] += 1
    for one in range(groups, 0, -1):
        bounds[one] = bounds[one - 1]
    bounds[0] = 0


@kernel
def walk(scratch, widest, groups):
    """Along both orders of age, group by group: the next two are a couple when their ages lie near enough."""
    women, men = scratch.by_group[0], scratch.by_group[1]
    wanted, age = scratch.wanted[0], scratch.wanted[1]
    for group in range(groups):
        woman, last_woman = scratch.bounds[0, group], scratch.bounds[0, group + 1]
        man, last_man = scratch.bounds[1, group], scratch.bounds[1, group + 1]
        while woman < last_woman and man < last_man:
            difference = age[men[man]] - wanted[women[woman]]
            if difference > widest:
                woman += 1
            elif difference < -widest:
                man += 1
            else:
                couple = scratch.number[2]
                scratch.couples[0, couple] = scratch.seekers[0, women[woman]]
                scratch.couples[1, couple] = scratch.seekers[1, men[man]]
                scratch.number[2] = couple + 1
                scratch.taken[0, women[woman]] = 1
                scratch.taken[1, men[man]] = 1
                woman += 1
                man += 1
