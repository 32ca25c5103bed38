"""Study: what is counted, and the statistics that published figures are compared with.

Young people are counted by academic age, the age on 31 August before. A target's `detail` names what is counted, joined
by `+` where several are, and after a bar the group it is a share of, such as `school+fe_college | free_meals`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from microsim.population.columns import (
    ADULT_LEARNING,
    ATTAINMENTS,
    HIGHER_EDUCATION,
    NO_STUDY,
    QUALIFICATIONS,
    SELF_EMPLOYED,
    SEXES,
    STATUSES,
    STUDIES,
)
from microsim.population.people import ENTRY_AGE, People
from microsim.validation.estimates import Estimate, add, number, share

ROUTE_YEARS = (2026, 2036, 2046)
ACADEMIC_AGES = range(16, 22)
CLASSES = (*STUDIES[1:], "apprenticeship", "employment_only", "neet")
LEARNER_YEAR = 2026
LEARNERS = (*ADULT_LEARNING, "study", "apprenticeship")
LEVEL_YEARS = (2026, 2036, 2046)
OLDEST = 90
SEPTEMBER = 5  # month of the financial year
GROUPS = {  # axis of `young` and its codes
    "no_free_meals": (4, [0]), "free_meals": (4, [1]),
    "no_english_and_maths": (5, [0, 1]), "english_and_maths": (5, [2]),
}  # fmt: skip
_LEVEL4PLUS = QUALIFICATIONS.index("level4plus")
_ABOVE = {"level2_or_above": 3, "level3_or_above": 5, "level4_or_above": 6}  # the lowest QUALIFICATIONS counted


class Counts(NamedTuple):
    """Thousandths of people, int64."""

    region: np.ndarray  # [area], not a count: the region of each
    young: np.ndarray  # [ROUTE_YEARS, region, ACADEMIC_AGES, sex, free meals, attainment, class, qualification]
    learners: np.ndarray  # [age 16 to 90, sex, qualification, status, LEARNERS] in LEARNER_YEAR
    levels: np.ndarray  # [LEVEL_YEARS, age 16 to 90, sex, qualification]


def start(programme: Any) -> Counts:
    """Counts of nothing."""
    population = programme.sample.population
    regions, ages = len(population.region_codes), OLDEST - ENTRY_AGE + 1
    levels, sexes = len(QUALIFICATIONS), len(SEXES)
    young = (len(ROUTE_YEARS), regions, len(ACADEMIC_AGES), sexes, 2, len(ATTAINMENTS), len(CLASSES), levels)
    return Counts(
        population.area_region,
        np.zeros(young, np.int64),
        np.zeros((ages, sexes, levels, len(STATUSES), len(LEARNERS)), np.int64),
        np.zeros((len(LEVEL_YEARS), ages, sexes, levels), np.int64),
    )


def count(counts: Counts, before: People, people: People, year: int, age: np.ndarray) -> None:
    """Add one block on 1 April of a year."""
    here = people.resident == 1
    row = np.clip(age, ENTRY_AGE, OLDEST) - ENTRY_AGE
    if year in ROUTE_YEARS:
        academic = age.astype(int) - (people.birth_month >= SEPTEMBER)
        young = here & (academic >= ACADEMIC_AGES[0]) & (academic <= ACADEMIC_AGES[-1])
        add(
            counts.young[ROUTE_YEARS.index(year)], young, people.weight, counts.region[people.area],
            academic - ACADEMIC_AGES[0], people.sex, people.free_meals, people.attainment, classes(people),
            people.qualification,
        )  # fmt: skip
    if year == LEARNER_YEAR:
        kind = np.where(people.study != NO_STUDY, LEARNERS.index("study"), people.learning)
        kind = np.where(people.apprenticeship > 0, LEARNERS.index("apprenticeship"), kind)
        add(counts.learners, here, people.weight, row, people.sex, people.qualification, people.work_status, kind)
    if year in LEVEL_YEARS:
        add(counts.levels[LEVEL_YEARS.index(year)], here, people.weight, row, people.sex, people.qualification)


def classes(people: People) -> np.ndarray:
    """The index into CLASSES of each person: study, apprenticeship, or in work or not without either."""
    works = people.work_status <= SELF_EMPLOYED
    without = np.where(works, CLASSES.index("employment_only"), CLASSES.index("neet"))
    kind = np.where(people.study != NO_STUDY, people.study.astype(int) - 1, without)
    return np.where(people.apprenticeship > 0, CLASSES.index("apprenticeship"), kind)


# -- statistics


def _counts(tally: Any) -> Counts:
    found: Counts = tally.rooms[__name__]
    return found


def _split(detail: str) -> tuple[list[str], list[str]]:
    """What is counted, and the groups it is a share of."""
    what, _, group = detail.partition("|")
    return [one.strip() for one in what.split("+")], [one.strip() for one in group.split("&") if one.strip()]


def _young(tally: Any, target: Any, groups: list[str]) -> np.ndarray:
    """Young people [class, qualification] of the target's year, academic ages, sex and place, and of some groups."""
    table = _counts(tally).young[ROUTE_YEARS.index(target.year) : ROUTE_YEARS.index(target.year) + 1]
    regions = list(tally.programme.sample.population.region_codes)
    chosen: list[tuple[int, list[int]]] = [GROUPS[group] for group in groups]
    if target.place:
        chosen.append((1, [regions.index(target.place)]))
    chosen.append((2, [at for at, age in enumerate(ACADEMIC_AGES) if target.first_age <= age <= target.last_age]))
    if target.sex is not None:
        chosen.append((3, [target.sex]))
    for axis, rows in chosen:
        table = np.take(table, rows, axis)
    result: np.ndarray = table.sum(tuple(range(table.ndim - 2)))
    return result


def _part(table: np.ndarray, names: list[str]) -> float:
    return float(table.sum(1)[[CLASSES.index(name) for name in names]].sum())


def route_share(tally: Any, target: Any) -> Estimate:
    """Share of people of some academic ages on some routes (`detail`)."""
    names, groups = _split(target.detail)
    table = _young(tally, target, groups)
    return share(_part(table, names), float(table.sum()), tally.weight)


def route_share_less_england(tally: Any, target: Any) -> Estimate:
    """`route_share` of a region less England's."""
    here, england = route_share(tally, target), route_share(tally, target._replace(place=""))
    return Estimate(here.value - england.value, here.error)


def route_people(tally: Any, target: Any) -> Estimate:
    """People of some academic ages on some routes."""
    names, groups = _split(target.detail)
    return number(_part(_young(tally, target, groups), names), tally.weight)


def _colleges(tally: Any, target: Any) -> tuple[float, float]:
    """People at sixth-form colleges and, of those in further education, the part that is at colleges; and everybody."""
    table = _young(tally, target, [])
    figures = tally.programme.sample.population.room_figures["study"]
    part = figures["further_education_in_colleges"].central
    return _part(table, ["sixth_form_college"]) + part * _part(table, ["fe_college"]), float(table.sum())


def college_share(tally: Any, target: Any) -> Estimate:
    """Share of people of some academic ages who are students of a college."""
    return share(*_colleges(tally, target), tally.weight)


def college_people(tally: Any, target: Any) -> Estimate:
    """People of some academic ages who are students of a college."""
    return number(_colleges(tally, target)[0], tally.weight)


def free_meals_share(tally: Any, target: Any) -> Estimate:
    """Share of young people of some academic ages, on the routes of `detail` if any, who ever had free school meals."""
    names = _split(target.detail)[0] if target.detail else list(CLASSES)
    part, whole = (_part(_young(tally, target, groups), names) for groups in (["free_meals"], []))
    return share(part, whole, tally.weight)


def attainment_share(tally: Any, target: Any) -> Estimate:
    """Share with level 2 with English and maths at 16, of people of some academic ages and of the group of `detail`."""
    groups = [target.detail] if target.detail else []
    part, whole = (float(_young(tally, target, [*groups, *more]).sum()) for more in (["english_and_maths"], []))
    return share(part, whole, tally.weight)


def young_level_share(tally: Any, target: Any) -> Estimate:
    """Share of young people with a level or above, such as `level3_or_above | free_meals`."""
    (level,), groups = _split(target.detail)
    table = _young(tally, target, groups).sum(0)
    return share(float(table[_ABOVE[level] :].sum()), float(table.sum()), tally.weight)


def young_level_gap(tally: Any, target: Any) -> Estimate:
    """`young_level_share` of those without free meals less that of those with."""
    one, other = (
        young_level_share(tally, target._replace(detail=f"{target.detail} | {group}"))
        for group in ("no_free_meals", "free_meals")
    )
    return Estimate(one.value - other.value, float(np.hypot(one.error, other.error)))


def young_level_less_england(tally: Any, target: Any) -> Estimate:
    """`young_level_share` of a region less England's."""
    here, england = young_level_share(tally, target), young_level_share(tally, target._replace(place=""))
    return Estimate(here.value - england.value, here.error)


def higher_education_entered(tally: Any, target: Any) -> Estimate:
    """Share of people of some academic ages in higher education or with level 4, of the group of `detail`."""
    table = _young(tally, target, [target.detail] if target.detail else [])
    inside = table[HIGHER_EDUCATION - 1].sum() + np.delete(table, HIGHER_EDUCATION - 1, 0)[:, _LEVEL4PLUS].sum()
    return share(float(inside), float(table.sum()), tally.weight)


def _learners(tally: Any, target: Any, groups: list[str]) -> np.ndarray:
    """People [kind of learning] of the target's ages and sex, and of qualifications or work statuses named.

    With `not_studying` people in higher education, whom the survey counts apart from work statuses, are left out.
    """
    table = _counts(tally).learners
    if "not_studying" in groups:
        table = table.copy()
        table[..., LEARNERS.index("study")] = 0
        groups = [group for group in groups if group != "not_studying"]
    rows = slice(max(target.first_age - ENTRY_AGE, 0), min(target.last_age, OLDEST) - ENTRY_AGE + 1)
    table = table[rows][:, [0, 1] if target.sex is None else [target.sex]]
    levels = [QUALIFICATIONS.index(name) for name in groups if name in QUALIFICATIONS]
    statuses = [STATUSES.index(name) for name in groups if name in STATUSES]
    if len(levels) + len(statuses) != len(groups):
        raise ValueError("neither a qualification nor a work status")
    table = table[:, :, levels] if levels else table
    table = table[:, :, :, statuses] if statuses else table
    result: np.ndarray = table.sum((0, 1, 2, 3))
    return result


def _kinds(names: list[str]) -> list[int]:
    return list(range(1, len(LEARNERS))) if names == ["any"] else [LEARNERS.index(name) for name in names]


def learner_share(tally: Any, target: Any) -> Estimate:
    """Share who take part in learning in the year, students and apprentices among them in `any`."""
    names, groups = _split(target.detail)
    table = _learners(tally, target, groups)
    return share(float(table[_kinds(names)].sum()), float(table.sum()), tally.weight)


def learners(tally: Any, target: Any) -> Estimate:
    """People who take part in learning of some kinds in the year."""
    names, groups = _split(target.detail)
    return number(float(_learners(tally, target, groups)[_kinds(names)].sum()), tally.weight)


def qualification_share_lived(tally: Any, target: Any) -> Estimate:
    """Share of residents with a level, or with it or above, on 1 April of one of LEVEL_YEARS."""
    table = _counts(tally).levels[LEVEL_YEARS.index(target.year)]
    rows = slice(max(target.first_age - ENTRY_AGE, 0), min(target.last_age, OLDEST) - ENTRY_AGE + 1)
    people = table[rows][:, [0, 1] if target.sex is None else [target.sex]].sum((0, 1))
    part = people[_ABOVE[target.detail] :] if target.detail in _ABOVE else people[QUALIFICATIONS.index(target.detail)]
    return share(float(part.sum()), float(people.sum()), tally.weight)


STATISTICS: dict[str, Callable[[Any, Any], Estimate]] = {
    function.__name__: function
    for function in (
        route_share, route_share_less_england, route_people, college_share, college_people, free_meals_share,
        attainment_share, young_level_share, young_level_gap, young_level_less_england, higher_education_entered,
        learner_share, learners, qualification_share_lived,
    )
}  # fmt: skip
