"""Disability and unpaid care: held while the person's rank is below the prevalence at their age, sex and area.

Ranks are drawn again with a yearly chance, so states last, end and begin, while the share in them at each age, sex and
place stays what is published.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.lookup import by_age_sex, thresholds
from microsim.kernels.jit import kernel
from microsim.population.people import ENTRY_AGE

_TOP = np.uint32(24)  # a shift that leaves a word's top 8 bits
_ONE = np.uint8(1)


class HealthTables(NamedTuple):
    """What `change_health` looks up: prevalences as thresholds of ranks, and yearly chances of a new rank.

    Areas are innermost: rows are in order of age, so what a run of them looks up lies close together. The top bits of
    the thresholds decide but for one rank in 256, and need a quarter of the cache.
    """

    disability: np.ndarray  # uint32 [age_sex x areas]
    care: np.ndarray  # uint32 [age_sex x areas]
    disability_top: np.ndarray  # uint8 [age_sex x areas], the top 8 bits of `disability`
    care_top: np.ndarray  # uint8 [age_sex x areas]
    areas: np.uint32  # how many
    disability_redrawn: np.uint32
    care_redrawn: np.uint32


def health_tables(population: Any) -> HealthTables:
    """From the fitted tables of a `Population`."""
    figures = population.room_figures["health"]
    redrawn = thresholds(np.array([figures[name].central for name in ("disability_redrawn", "care_redrawn")]))
    disability, care = (_by_key_and_area(one) for one in (population.health.disability, population.health.care))
    return HealthTables(
        disability=disability,
        care=care,
        disability_top=(disability >> _TOP).astype(np.uint8),
        care_top=(care >> _TOP).astype(np.uint8),
        areas=np.uint32(len(population.health.care)),
        disability_redrawn=redrawn[0],
        care_redrawn=redrawn[1],
    )


def _by_key_and_area(prevalence: np.ndarray) -> np.ndarray:
    """Thresholds [age_sex x areas] from prevalence [area, age from 16, sex]; ages outside repeat the ends."""
    return thresholds(by_age_sex(np.moveaxis(prevalence, 0, -1), ENTRY_AGE)).reshape(-1)


@kernel
def change_health(people, age_sex, tables, words, count):
    """This year's disability and unpaid care; who is gone keeps the last state."""
    resident = people.resident
    draw_again(people.disability_rank, resident, tables.disability_redrawn, words[0], words[1], count)
    draw_again(people.care_rank, resident, tables.care_redrawn, words[2], words[3], count)
    hold_states(people, age_sex, tables, count)


@kernel
def draw_again(rank, resident, redrawn, happens, word, count):
    """Draw the ranks of residents whose word `happens` is below `redrawn` again from `word`."""
    for i in range(np.uint64(count)):
        if (resident[i] != 0) & (happens[i] < redrawn):
            rank[i] = word[i]


@kernel
def hold_states(people, age_sex, tables, count):
    """Residents are in a state while their rank is below its prevalence where they live and at their age."""
    resident, area, areas = people.resident, people.area, tables.areas
    disability_rank, disabled = people.disability_rank, people.disabled
    care_rank, carer = people.care_rank, people.carer
    disability, disability_top, care, care_top = tables.disability, tables.disability_top, tables.care, tables.care_top
    for i in range(np.uint64(count)):
        key = np.uint32(age_sex[i] * areas) + np.uint32(area[i])
        top, edge = np.uint32(disability_rank[i] >> _TOP), np.uint32(disability_top[key])
        is_disabled = top < edge
        if top == edge:
            is_disabled = disability_rank[i] < disability[key]
        top, edge = np.uint32(care_rank[i] >> _TOP), np.uint32(care_top[key])
        cares = top < edge
        if top == edge:
            cares = care_rank[i] < care[key]
        here = resident[i]
        gone = np.uint8(here ^ _ONE)
        disabled[i] = (np.uint8(is_disabled) & here) | (disabled[i] & gone)
        carer[i] = (np.uint8(cares) & here) | (carer[i] & gone)
