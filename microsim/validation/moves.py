"""Moves: what is counted, and the statistics that published figures are compared with.

Moves between regions by age group, moves out of and into local authorities, and departures to the rest of the United
Kingdom.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from microsim.population.columns import FIRST_AGE
from microsim.population.moves import GROUPS
from microsim.population.people import People
from microsim.validation.estimates import Estimate, add, number

YEARS = range(2026, 2031)  # moves in the years that end on 1 April of these
_FIRST_AGES = [group.first for group in GROUPS]


class Counts(NamedTuple):
    """Thousandths of people resident at both ends of a year, int64, over YEARS."""

    regions: np.ndarray  # [age group, from region, to region]
    stayed: np.ndarray  # [area], in the same local authority
    left: np.ndarray  # [area], for another one
    came: np.ndarray  # [area], from another one
    region_of_area: np.ndarray  # [area], not a count


def start(programme: Any) -> Counts:
    """Counts of nothing."""
    population = programme.sample.population
    regions, areas = len(population.region_codes), len(population.area_codes)
    shapes = ((len(GROUPS), regions, regions), (areas,), (areas,), (areas,))
    moved, stayed, left, came = (np.zeros(shape, np.int64) for shape in shapes)
    return Counts(moved, stayed, left, came, population.area_region)


def count(counts: Counts, before: People, people: People, year: int, age: np.ndarray) -> None:
    """Add one block on 1 April of a year."""
    if year not in YEARS:
        return
    stayed = (before.resident == 1) & (people.resident == 1)
    group = np.searchsorted(_FIRST_AGES, np.maximum(age, FIRST_AGE), side="right") - 1
    region, weight = counts.region_of_area, people.weight
    add(counts.regions, stayed, weight, group, region[before.area], region[people.area])
    moved = stayed & (before.area != people.area)
    add(counts.stayed, stayed & ~moved, weight, people.area)
    add(counts.left, moved, weight, before.area)
    add(counts.came, moved, weight, people.area)


def net_moves_by_age(tally: Any, target: Any) -> Estimate:
    """People of an age group who move into a region less those who move out, over the people of that age in it."""
    flows = tally.rooms[__name__].regions[_FIRST_AGES.index(target.first_age)]
    region = tally.programme.sample.population.region_codes.index(target.place)
    people = float(flows[region].sum())
    if not people:
        return Estimate(np.nan, np.nan)
    came = float(flows[:, region].sum() - flows[region, region])
    left = people - float(flows[region, region])
    error = np.hypot(number(came, tally.weight).error, number(left, tally.weight).error)
    return Estimate((came - left) / people, float(error / people * 1000.0))


def local_authority_moves(tally: Any, target: Any) -> Estimate:
    """People who move "out" of or "into" a local authority in a year, over its people."""
    counts = tally.rooms[__name__]
    area = tally.programme.sample.population.area_codes.index(target.place)
    people = float(counts.stayed[area] + counts.left[area])
    if not people:
        return Estimate(np.nan, np.nan)
    moved = float({"out": counts.left, "into": counts.came}[target.detail][area])
    return Estimate(moved / people, number(moved, tally.weight).error / people * 1000.0)


def moves_to_rest_of_uk(tally: Any, target: Any) -> Estimate:
    """Departures to Wales, Scotland and Northern Ireland from one mid-year to the next.

    People leave England for the rest of the United Kingdom or abroad by one draw; departures are shared as the two
    chances of their age are.
    """
    population = tally.programme.sample.population
    chance = population.emigration
    part = np.divide(population.emigration_rest_of_uk, chance, out=np.zeros_like(chance), where=chance > 0)
    index = tally.index(target.year + 1)
    if not 0 < index < len(tally.departures) - 1:
        raise ValueError(f"the year to mid-{target.year + 1} is not lived in full")
    departures = 0.75 * tally.departures[index] + 0.25 * tally.departures[index + 1]
    by_age = departures[1 : len(part) + 1] * part  # by age at the end of the year and chances at its start
    return number(float(by_age.sum()), tally.weight)


STATISTICS: dict[str, Callable[[Any, Any], Estimate]] = {
    function.__name__: function for function in (net_moves_by_age, local_authority_moves, moves_to_rest_of_uk)
}
