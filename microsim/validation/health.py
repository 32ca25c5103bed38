"""Health: what is counted, and the statistics that published figures are compared with.

Disability, unpaid care and ethnicity by place, age and sex; and work beside disability and young children, whose gaps
in employment the yearly chances of work are to keep open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from microsim.population.columns import ETHNICITIES, FIRST_AGE, LAST_AGE, SELF_EMPLOYED, WORKING_AGE
from microsim.population.people import People
from microsim.population.work_odds import FIRST_CHILD_AGES, YOUNGEST
from microsim.validation.estimates import Estimate, add, share

YEARS = (2026, 2046)  # counted on 1 April: soon after the start, and when a generation has lived by the yearly chances
FEMALE = 0


class Counts(NamedTuple):
    """Thousandths of people, int64; ages from 16 to 90 and over."""

    health: np.ndarray  # [YEARS, area, age, sex, disabled, carer]
    ethnicity: np.ndarray  # [YEARS, area, ethnicity]
    work: np.ndarray  # [YEARS, age, sex, disabled, in work]
    mothers: np.ndarray  # [YEARS, age, group of YOUNGEST, in work], women


def start(programme: Any) -> Counts:
    """Counts of nothing."""
    areas, ages = programme.sample.population.joint.shape[:2]
    shapes = ((areas, ages, 2, 2, 2), (areas, len(ETHNICITIES)), (ages, 2, 2, 2), (ages, len(YOUNGEST), 2))
    return Counts(*(np.zeros((len(YEARS), *shape), np.int64) for shape in shapes))


def count(counts: Counts, before: People, people: People, year: int, age: np.ndarray) -> None:
    """Add one block on 1 April of a year."""
    if year not in YEARS:
        return
    at = YEARS.index(year)
    here, weight = people.resident == 1, people.weight
    row = np.clip(age, FIRST_AGE, LAST_AGE) - FIRST_AGE
    working = people.work_status <= SELF_EMPLOYED
    add(counts.health[at], here, weight, people.area, row, people.sex, people.disabled, people.carer)
    add(counts.ethnicity[at], here, weight, people.area, people.ethnicity)
    add(counts.work[at], here, weight, row, people.sex, people.disabled, working)
    child = year - people.child_1 - 1
    group = np.searchsorted(FIRST_CHILD_AGES[1:], child, side="right") + 1
    group = np.where(group < len(YOUNGEST), group, 0)
    add(counts.mothers[at], here & (people.sex == FEMALE), weight, row, group, working)


def _ages(target: Any) -> slice:
    return slice(max(target.first_age, FIRST_AGE) - FIRST_AGE, min(target.last_age, LAST_AGE) - FIRST_AGE + 1)


def _areas(tally: Any, place: str) -> np.ndarray:
    population = tally.programme.sample.population
    if place == "":
        return np.arange(len(population.area_codes))
    if place in population.region_codes:
        return np.flatnonzero(population.area_region == population.region_codes.index(place))
    return np.array([population.area_codes.index(place)])


def _health(tally: Any, target: Any) -> np.ndarray:
    """People [disabled, carer] of the target's place, ages and sex."""
    part = tally.rooms[__name__].health[YEARS.index(target.year)][_areas(tally, target.place)][:, _ages(target)]
    sexes = [0, 1] if target.sex is None else [target.sex]
    result: np.ndarray = part[:, :, sexes].sum((0, 1, 2))
    return result


def disabled_share(tally: Any, target: Any) -> Estimate:
    """Disabled people as a share."""
    people = _health(tally, target).sum(1)
    return share(float(people[1]), float(people.sum()), tally.weight)


def disabled_odds(tally: Any, target: Any) -> Estimate:
    """The odds of being disabled in a place over those in England."""
    here, england = (disabled_share(tally, one) for one in (target, target._replace(place="")))
    odds = [one.value / (1 - one.value) for one in (here, england)]
    relative = here.error / (here.value * (1 - here.value))
    return Estimate(odds[0] / odds[1], odds[0] / odds[1] * relative)


def carer_share(tally: Any, target: Any) -> Estimate:
    """People who give unpaid care as a share."""
    people = _health(tally, target).sum(0)
    return share(float(people[1]), float(people.sum()), tally.weight)


def carer_share_between(tally: Any, target: Any) -> Estimate:
    """The share of carers of women less that of men, or of a place less that of the place `detail`.

    Both shares are weighted by England's ages, as the published ones are standardised by age.
    """
    if target.detail == "women less men":
        one, other = (_standardised(tally, target._replace(sex=sex)) for sex in (0, 1))
    else:
        one, other = (_standardised(tally, target._replace(place=place)) for place in (target.place, target.detail))
    return Estimate(one.value - other.value, float(np.hypot(one.error, other.error)))


def _standardised(tally: Any, target: Any) -> Estimate:
    """The share of carers at the ages of England."""
    counts = tally.rooms[__name__].health[YEARS.index(target.year)][:, _ages(target)].sum(3)  # [area, age, sex, carer]
    sexes = [0, 1] if target.sex is None else [target.sex]
    part = counts[_areas(tally, target.place)][:, :, sexes].sum((0, 2)).astype(float)
    england = counts.sum((0, 2, 3)).astype(float)
    people = part.sum(1)
    known = people > 0
    rate = float(np.average(part[known, 1] / people[known], weights=england[known]))
    return Estimate(rate, share(float(part[:, 1].sum()), float(people.sum()), tally.weight).error)


def disabled_carers(tally: Any, target: Any) -> Estimate:
    """The share of carers who are disabled over that of others."""
    people = _health(tally, target)
    carers, others = (share(float(people[1, at]), float(people[:, at].sum()), tally.weight) for at in (1, 0))
    return Estimate(carers.value / others.value, carers.error / others.value)


def ethnicity_share(tally: Any, target: Any) -> Estimate:
    """People of the group `detail` as a share of all adults."""
    people = tally.rooms[__name__].ethnicity[YEARS.index(target.year)][_areas(tally, target.place)].sum(0)
    return share(float(people[ETHNICITIES.index(target.detail)]), float(people.sum()), tally.weight)


def disability_employment_gap(tally: Any, target: Any) -> Estimate:
    """The employment rate of people who are not disabled less that of those who are."""
    people = tally.rooms[__name__].work[YEARS.index(target.year)][_ages(target)].sum((0, 1))
    other, disabled = (share(float(people[at, 1]), float(people[at].sum()), tally.weight) for at in (0, 1))
    return Estimate(other.value - disabled.value, float(np.hypot(other.error, disabled.error)))


def mothers_employment_gap(tally: Any, target: Any) -> Estimate:
    """Employment of women without a child under 12 less that of mothers whose youngest is `detail`, at equal age."""
    people = tally.rooms[__name__].mothers[YEARS.index(target.year)][WORKING_AGE.rows].astype(float)
    mothers = people[:, YOUNGEST.index(target.detail)]
    known = (mothers.sum(1) > 0) & (people[:, 0].sum(1) > 0)
    if not known.any():
        return Estimate(np.nan, np.nan)
    mothers, others = mothers[known], people[known, 0]
    others_rate = others[:, 1] / others.sum(1)
    found = share(float(mothers[:, 1].sum()), float(mothers.sum()), tally.weight)
    return Estimate(float(np.average(others_rate, weights=mothers.sum(1))) - found.value, found.error)


STATISTICS: dict[str, Callable[[Any, Any], Estimate]] = {
    function.__name__: function
    for function in (
        disabled_share, disabled_odds, carer_share, carer_share_between, disabled_carers, ethnicity_share,
        disability_employment_gap, mothers_employment_gap,
    )
}  # fmt: skip
