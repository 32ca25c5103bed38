"""People leave England, and move within it, in the year that ends on this 1 April.

Immigrants are rows of their own (see `microsim.population.blocks`). A move within England happens at the local
authority's rate times a relative for age and sex; one draw then gives the destination, from a table by ethnicity, age
group and region of origin. Families stay together: partners, and grown-up children who live with their parents, go
where the head of the household goes. Those children also leave by themselves, with a chance that is smaller by that of
the head, so that every age moves as often as published. Sharers and people in institutions act alone.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.families import moves_by_living
from microsim.dynamics.lookup import by_age_sex
from microsim.kernels.float32 import uniform
from microsim.kernels.jit import kernel
from microsim.kernels.rows import list_rows
from microsim.population.columns import OWN, WITH_PARENTS
from microsim.population.flows import Flows
from microsim.population.moves import GROUPS
from microsim.population.people import AGE_SEX_KEYS, ENTRY_AGE

DESTINATIONS = 2048  # entries of each table, from which a mover's new area is drawn
_SHIFT = np.uint32(21)  # the word's top 11 bits choose an entry
_STAYS = np.uint32(0xFFFFFFFF)
_OWN, _WITH_PARENTS = np.uint8(OWN), np.uint8(WITH_PARENTS)
_ZERO, _ONE, _LEAST = np.float32(0.0), np.float32(1.0), np.float32(0.01)
_KEYS = np.uint32(AGE_SEX_KEYS)
_GOLDEN = 0.6180339887498949
_ROUNDING = 1.00001  # more than single precision can be off in a product or two


class MoveTables(NamedTuple):
    """What `move` looks up."""

    rate: np.ndarray  # float32 [groups x areas], chance of a draw in a year where the relative is 1
    relative: np.ndarray  # float32 [age_sex]
    by_living: np.ndarray  # float32 [2 x AGE_SEX_KEYS], relative of those not with parents, and with them
    most_by_area: np.ndarray  # float32 [areas]; times the next, no chance is larger
    most_by_key: np.ndarray  # float32 [2 x AGE_SEX_KEYS]
    group: np.ndarray  # uint32 [age_sex], age group of moves
    region: np.ndarray  # uint32 [areas]
    areas: np.uint32  # how many
    regions: np.uint32  # how many
    groups: np.uint32  # how many
    destination: np.ndarray  # uint16 [((ethnicity x groups + group) x regions + region of origin) x DESTINATIONS]


def move_tables(population: Any, flows: Flows) -> MoveTables:
    """From the fitted rates and destinations of a `Population`."""
    ages = np.arange(AGE_SEX_KEYS) // 2
    firsts = np.array([group.first for group in GROUPS])
    group = np.clip(np.searchsorted(firsts, ages, side="right") - 1, 0, None).astype(np.uint32)
    rate = population.move_out_rate * population.move_factor  # [group, area]
    relative = by_age_sex(population.move_age_relative, ENTRY_AGE)
    by_living = moves_by_living(population, flows)
    by_area = rate.max(0)
    most = (rate / by_area).max(1)[group] * relative * by_living.reshape(2, AGE_SEX_KEYS)
    return MoveTables(
        rate=np.ascontiguousarray(rate, np.float32).reshape(-1),
        relative=relative.astype(np.float32),
        by_living=by_living,
        most_by_area=by_area.astype(np.float32),
        most_by_key=(most * _ROUNDING).astype(np.float32).reshape(-1),
        group=group,
        region=population.area_region.astype(np.uint32),
        areas=np.uint32(len(population.area_codes)),
        regions=np.uint32(len(population.region_codes)),
        groups=np.uint32(len(GROUPS)),
        destination=destination_entries(population.move_destination),
    )


def destination_entries(chances: np.ndarray) -> np.ndarray:
    """Areas in proportion to `chances` [..., area] over DESTINATIONS entries each, flat uint16.

    Cumulative shares are rounded from a start that differs from table to table, so that an area which is worth less
    than one entry has its due over all of them.
    """
    tables = chances.reshape(-1, chances.shape[-1])
    entries = np.empty((len(tables), DESTINATIONS), np.uint16)
    for row, chance in enumerate(tables):
        start = row * _GOLDEN % 1.0
        edges = np.floor(np.cumsum(chance / chance.sum()) * DESTINATIONS + start).astype(np.int64)
        edges[-1] = DESTINATIONS
        entries[row] = np.searchsorted(edges, np.arange(DESTINATIONS), side="right")
    return entries.reshape(-1)


@kernel
def leave(people, age_sex, emigration, words, count):
    """Those whose word is below the threshold for their age and sex are no longer resident.

    The word is that of the head of the household for members of a family: they leave together, and each age at its
    own rate.
    """
    resident, household, living, word = people.resident, people.household, people.living, words[1]
    for i in range(np.uint64(count)):
        leader = np.uint64(household[i]) if living[i] <= _WITH_PARENTS else i
        resident[i] = np.uint8(resident[i] & np.uint8(word[leader] >= emigration[age_sex[i]]))


@kernel
def move(people, age_sex, tables, words, to, mask, rows, count):
    """Some people change local authority, and leave the household they do not take with them.

    `to` (uint32: where each person's own draw leads), `mask` (uint8) and `rows` (uint32) are scratch.
    """
    find_likely(
        people.resident, people.area, people.living, age_sex, tables.most_by_area, tables.most_by_key, words[2], to,
        count,
    )  # fmt: skip
    draw_destinations(people, age_sex, tables, words, to, mask, rows, count)
    take_families(people.resident, people.area, people.household, people.living, to, count)


@kernel
def find_likely(resident, area, living, age_sex, most_by_area, most_by_key, word, to, count):
    """Write the area people live in where they could move: their draw is below the most that the chance can be.

    Nearly all of these move. _STAYS for everybody else: nothing more is looked up for them.
    """
    for i in range(np.uint64(count)):
        here = np.uint32(area[i])
        key = np.uint32(np.uint32(living[i] == _WITH_PARENTS) * _KEYS) + age_sex[i]
        most = np.float32(resident[i]) * most_by_area[here] * most_by_key[key]
        to[i] = here if uniform(word[i]) < most else _STAYS


@kernel
def draw_destinations(people, age_sex, tables, words, to, mask, rows, count):
    """Write the own draw of those whom `find_likely` found: the area moved to, or _STAYS where nothing changes."""
    resident, area, household, living = people.resident, people.area, people.household, people.living
    happens, word, ethnicity = words[2], words[3], people.ethnicity
    rate, relative, group, region = tables.rate, tables.relative, tables.group, tables.region
    areas, regions, destination, by_living = tables.areas, tables.regions, tables.destination, tables.by_living
    for i in range(np.uint64(count)):
        mask[i] = np.uint8(to[i] != _STAYS)
    for n in range(list_rows(mask, rows, count)):  # gathered first: the loop waits for tables that are far away
        i = np.uint64(rows[n])  # type: ignore[assignment]
        to[i] = _STAYS
        here = np.uint32(area[i])
        key = age_sex[i]
        at_home = np.uint32(living[i] == _WITH_PARENTS)
        chance = rate[np.uint32(group[key] * areas) + here] * relative[key]
        chance *= by_living[np.uint32(at_home * _KEYS) + key]
        if at_home:
            head = np.uint64(household[i])
            if resident[head] != 0:
                key = age_sex[head]
                with_head = rate[np.uint32(group[key] * areas) + here] * relative[key]
                chance = max(chance - with_head, _ZERO) / max(_ONE - with_head, _LEAST)
        if uniform(happens[i]) < chance:
            table = np.uint32(np.uint32(ethnicity[i]) * tables.groups + group[age_sex[i]])
            table = np.uint32(np.uint32(table * regions) + region[here])
            there = np.uint32(destination[np.uint32(table * np.uint32(DESTINATIONS)) + (word[i] >> _SHIFT)])
            if there != here:
                to[i] = there


@kernel
def take_families(resident, area, household, living, to, count):
    """Everybody goes where their own draw leads, or that of the head of their family."""
    for i in range(np.uint64(count)):
        head = np.uint64(household[i])
        if (to[i] & to[head]) == _STAYS:  # all its bits are 1: neither goes
            continue
        led = (head != i) & (living[i] <= _WITH_PARENTS) & (resident[head] != 0)
        if (to[i] != _STAYS) & ((not led) | (living[i] == _WITH_PARENTS)):
            area[i] = np.uint16(to[i])
            household[i] = np.int32(i)
            living[i] = _OWN
        elif led & (resident[i] != 0) & (to[head] != _STAYS):  # who is gone keeps the last area
            area[i] = np.uint16(to[head])
