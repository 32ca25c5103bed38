"""Families: what is counted, and the statistics that published figures are compared with.

Ages are whole years on 1 April. Dependent children are those under 16 in care and people of 16 to 18 who live with
their parents and are at school or college; grown-up children are other people who live with their parents. Who shares
a home with nobody of the block counts for a third of a home: as many have two, three and four people.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from microsim.population.columns import (
    COMMUNAL,
    FE_COLLEGE,
    LIVING,
    SCHOOL,
    SHARING,
    SIXTH_FORM_COLLEGE,
    WITH_PARENTS,
)
from microsim.population.people import ENTRY_AGE, LAST_AGE, NOBODY, QUALIFICATIONS, People
from microsim.validation.estimates import Estimate, add, number, share

HOUSEHOLD_YEARS = (2025, 2030, 2035, 2045, 2055)  # 1 April on which households are counted
LARGEST = 8  # people in a household, and more
TYPES = (
    "one person", "unrelated adults", "couple alone", "couple, 1 to 2 dependent children",
    "couple, 3 or more dependent children", "couple, grown-up children only", "lone parent, dependent children",
    "lone parent, grown-up children only", "lone mother, grown-up children only",
)  # fmt: skip
PARENTS = ("couple", "lone mother", "lone father")
MOST_CHILDREN = 3  # and more
ORDERS = 5
DEGREE = len(QUALIFICATIONS) - 1
LAST_DEPENDENT = 18
_AGES = LAST_AGE + 1
_OLDEST_MOTHER = 50


class Counts(NamedTuple):
    """Thousandths of people or households, int64."""

    first_year: int
    size: np.ndarray  # [year of HOUSEHOLD_YEARS, people 0..LARGEST]
    type: np.ndarray  # [year of HOUSEHOLD_YEARS, TYPES]
    alone: np.ndarray  # [year of HOUSEHOLD_YEARS, age, sex]
    parents: np.ndarray  # [year of HOUSEHOLD_YEARS, PARENTS, dependent children 0..3]
    people: np.ndarray  # [year, age, sex]
    couple: np.ndarray  # [year, age, sex], of them with a partner
    living: np.ndarray  # [year, age, sex, LIVING]
    births: np.ndarray  # [year, age of mother, order, with a partner]
    children: np.ndarray  # [year, age 0..15], the three youngest of each parent
    all_children: np.ndarray  # [year], under 16
    turned_16: np.ndarray  # [year, 2], children who came of age, people who turned 16
    gap: np.ndarray  # [year, man's age less woman's + 50]
    degree: np.ndarray  # [year, woman has a degree, man has a degree], couples


def start(programme: Any) -> Counts:
    """Counts of nothing."""
    years, few = len(programme.sample.years), len(HOUSEHOLD_YEARS)
    shapes = (
        (few, LARGEST + 1), (few, len(TYPES)), (few, _AGES, 2), (few, len(PARENTS), MOST_CHILDREN + 1),
        (years, _AGES, 2), (years, _AGES, 2), (years, _AGES, 2, len(LIVING)), (years, _AGES, ORDERS, 2), (years, 16),
        (years,), (years, 2), (years, 101), (years, 2, 2),
    )  # fmt: skip
    return Counts(programme.sample.years[0], *(np.zeros(shape, np.int64) for shape in shapes))


def count(counts: Counts, before: People, people: People, year: int, age: np.ndarray) -> None:
    """Add one block on 1 April of a year."""
    index = year - counts.first_year
    here, weight = people.resident == 1, people.weight
    with_partner = people.partner != NOBODY
    add(counts.people[index], here, weight, age, people.sex)
    add(counts.couple[index], here & with_partner, weight, age, people.sex)
    add(counts.living[index], here, weight, age, people.sex, people.living)
    born = here & (people.sex == 0) & (people.child_1 == year - 1)
    order = np.clip(people.parity.astype(np.int64) - 1, 0, ORDERS - 1)
    add(counts.births[index], born, weight, age, order, with_partner)
    for column in (people.child_1, people.child_2, people.child_3):
        child = year - column - 1
        add(counts.children[index], here & (column > 0) & (child < 16), weight, child.clip(0, 15))
    counts.all_children[index] += int((people.children * weight)[here].sum(dtype=np.int64))
    counts.turned_16[index, 0] += int((_came_of_age(before, year) * weight)[here].sum(dtype=np.int64))
    counts.turned_16[index, 1] += int(weight[here & (people.entry_year == year) & (age == ENTRY_AGE)].sum())
    women = here & with_partner & (people.sex == 0)
    man = people.partner.clip(0)
    add(counts.gap[index], women, weight, (age[man] - age + 50).clip(0, 100))
    degree = people.qualification == DEGREE
    add(counts.degree[index], women, weight, degree, degree[man])
    if year in HOUSEHOLD_YEARS:
        _count_households(counts, people, age, HOUSEHOLD_YEARS.index(year))


def _came_of_age(before: People, year: int) -> np.ndarray:
    """Children among the three youngest who turn 16 on this 1 April, by the row that had them a year before."""
    return np.sum([one == year - ENTRY_AGE - 1 for one in (before.child_1, before.child_2, before.child_3)], axis=0)


def _count_households(counts: Counts, people: People, age: np.ndarray, at: int) -> None:
    """Households by size and type, counted at their heads; families with dependent children at the parent."""
    rows = len(people.id)
    here = (people.resident == 1) & (people.living != COMMUNAL)

    def members(flag: np.ndarray, values: np.ndarray | None = None) -> np.ndarray:
        chosen = here & flag
        return np.bincount(
            people.household[chosen], weights=None if values is None else values[chosen], minlength=rows
        ).astype(np.int64)

    anyone = np.ones(rows, bool)
    adults, young = members(anyone), members(anyone, people.children)
    at_home = people.living == WITH_PARENTS
    pupil = (age <= LAST_DEPENDENT) & np.isin(people.study, (SCHOOL, SIXTH_FORM_COLLEGE, FE_COLLEGE))
    dependent = young + members(at_home & pupil)
    grown = members(at_home & ~pupil)
    couple, sharing = members(people.partner != NOBODY) > 0, members(people.living == SHARING) > 1
    father = members(~at_home & (people.sex == 1)) > 0
    head = here & (people.household == np.arange(rows))
    size = adults + young
    outside = head & (people.living == SHARING) & (size == 1)  # shares with people outside the block
    counts.size[at, 2:5] += int(people.weight[outside].sum()) // 9
    counts.type[at, TYPES.index("unrelated adults")] += int(people.weight[outside].sum()) // 3
    head &= ~outside
    add(counts.size[at], head, people.weight, np.minimum(size, LARGEST))
    lone = ~couple & ~sharing
    kinds = (
        size == 1, sharing, couple & (dependent + grown == 0), couple & (dependent > 0) & (dependent <= 2),
        couple & (dependent > 2), couple & (dependent == 0) & (grown > 0), lone & (dependent > 0),
        lone & (dependent == 0) & (grown > 0), lone & (dependent == 0) & (grown > 0) & ~father,
    )  # fmt: skip
    for kind, chosen in enumerate(kinds):
        counts.type[at, kind] += int(people.weight[head & chosen].sum())
    add(counts.alone[at], head & (size == 1), people.weight, age, people.sex)
    parents = np.where(couple, 0, np.where(father, 2, 1))
    add(counts.parents[at], head & (dependent > 0), people.weight, parents, np.minimum(dependent, MOST_CHILDREN))


# -- statistics


def _counts(tally: Any) -> Counts:
    found: Counts = tally.rooms[__name__]
    return found


def _household_year(target: Any) -> int:
    return HOUSEHOLD_YEARS.index(target.year)


def _index(tally: Any, target: Any) -> int:
    index = target.year - _counts(tally).first_year
    if not 0 <= index < len(_counts(tally).people):
        raise ValueError(f"{target.year} is not lived")
    return int(index)


def _ages(target: Any) -> slice:
    return slice(target.first_age, min(target.last_age, LAST_AGE) + 1)


def _sum(by_age_sex: np.ndarray, target: Any) -> float:
    sexes = [0, 1] if target.sex is None else [target.sex]
    return float(by_age_sex[_ages(target)][:, sexes].sum())


def households(tally: Any, target: Any) -> Estimate:
    """Households on 1 April: all, of `detail` people ("3", "7+"), or of a type of TYPES."""
    at = _household_year(target)
    size, kind = _counts(tally).size[at], _counts(tally).type[at]
    if target.detail == "":
        value = size.sum()
    elif target.detail in TYPES:
        value = kind[TYPES.index(target.detail)]
    else:
        people = int(target.detail.removesuffix("+"))
        value = size[people:].sum() if target.detail.endswith("+") else size[people]
    return number(float(value), tally.weight)


def household_size(tally: Any, target: Any) -> Estimate:
    """Mean number of people in a household."""
    size = _counts(tally).size[_household_year(target)].astype(np.float64)
    people = np.arange(LARGEST + 1)
    mean = float(size @ people / size.sum())
    variance = float(size @ people**2 / size.sum()) - mean**2
    return Estimate(mean, float(np.sqrt(variance / (size.sum() / 1000.0 / tally.weight))))


def people_alone(tally: Any, target: Any) -> Estimate:
    """People who live alone on 1 April."""
    return number(_sum(_counts(tally).alone[_household_year(target)], target), tally.weight)


def families_with_children(tally: Any, target: Any) -> Estimate:
    """Families with dependent children on 1 April, by parents ("all", "lone", one of PARENTS) and number ("2")."""
    parents, _, children = target.detail.partition(", ")
    rows = {"all": [0, 1, 2], "lone": [1, 2]}.get(parents) or [PARENTS.index(parents)]
    columns = slice(int(children), int(children) + 1) if children else slice(1, None)
    return number(float(_counts(tally).parents[_household_year(target)][rows, columns].sum()), tally.weight)


def couple_share(tally: Any, target: Any) -> Estimate:
    """People who live in a couple, as a share of those in households, on 1 April."""
    index, counts = _index(tally, target), _counts(tally)
    people = _sum(counts.people[index], target) - _sum(counts.living[index][..., COMMUNAL], target)
    return share(_sum(counts.couple[index], target), people, tally.weight)


def living_share(tally: Any, target: Any) -> Estimate:
    """People with the way of living `detail` (of LIVING), as a share of all, on 1 April."""
    index, counts = _index(tally, target), _counts(tally)
    chosen = counts.living[index][..., LIVING.index(target.detail)]
    return share(_sum(chosen, target), _sum(counts.people[index], target), tally.weight)


def children_under_16(tally: Any, target: Any) -> Estimate:
    """Children under 16 who live with a parent on 1 April."""
    return number(float(_counts(tally).all_children[_index(tally, target)]), tally.weight)


def came_of_age(tally: Any, target: Any) -> Estimate:
    """Children who turn 16 over the people who turn 16, in a year."""
    children, people = _counts(tally).turned_16[_index(tally, target)]
    return Estimate(float(children / people), float(np.sqrt(2 * tally.weight / (people / 1000.0))))


def _births(tally: Any, target: Any) -> np.ndarray:
    """Births [age of mother, order, with a partner] in the financial year `target.year`."""
    index = _index(tally, target._replace(year=target.year + 1))
    result: np.ndarray = _counts(tally).births[index]
    return result


def births(tally: Any, target: Any) -> Estimate:
    """Births in a financial year, by the mother's age at the birth (half at her age at the end, half a year less)."""
    by_age = _births(tally, target).sum((1, 2)).astype(np.float64)
    at_birth = (by_age + np.append(by_age[1:], 0.0)) / 2
    return number(float(at_birth[_ages(target)].sum()), tally.weight)


def fertility_rate(tally: Any, target: Any) -> Estimate:
    """Sum over ages of births in a financial year for each woman."""
    counts, index = _counts(tally), _index(tally, target) + 1
    born = counts.births[index].sum((1, 2)).astype(np.float64)[ENTRY_AGE:_OLDEST_MOTHER]
    women = counts.people[index, ENTRY_AGE:_OLDEST_MOTHER, 0].astype(np.float64)
    people = women / 1000.0 / tally.weight
    return Estimate(float((born / women).sum()), float(np.sqrt((born / women / people).sum())))


def births_with_partner(tally: Any, target: Any) -> Estimate:
    """Births to women who live with a partner, as a share of births in a financial year."""
    born = _births(tally, target)[target.first_age : target.last_age + 2]
    return share(float(born[:, :, 1].sum()), float(born.sum()), tally.weight)


def births_of_order(tally: Any, target: Any) -> Estimate:
    """Births to mothers of `detail` earlier children ("4" for 4 and over), as a share of births in a year."""
    born = _births(tally, target).sum((0, 2))
    return share(float(born[int(target.detail)]), float(born.sum()), tally.weight)


def mean_age_at_birth(tally: Any, target: Any) -> Estimate:
    """Mean exact age of mothers at births of order `detail` (all when empty) in a financial year, as rates: with as
    many women at each age.

    The mean over a year of the exact age of a woman who is `a` on the 1 April at its end is a.
    """
    counts, index = _counts(tally), _index(tally, target) + 1
    born = counts.births[index].sum(2).astype(np.float64)[ENTRY_AGE:_OLDEST_MOTHER]
    by_age = born.sum(1) if target.detail == "" else born[:, int(target.detail)]
    women = counts.people[index, ENTRY_AGE:_OLDEST_MOTHER, 0].astype(np.float64)
    rate, age = by_age / women, np.arange(ENTRY_AGE, _OLDEST_MOTHER)
    mean = float(rate @ age / rate.sum())
    variance = float(rate @ (age - mean) ** 2 / rate.sum())
    return Estimate(mean, float(np.sqrt(variance / (by_age.sum() / 1000.0 / tally.weight))))


def age_gap(tally: Any, target: Any) -> Estimate:
    """Of couples, the man's age less the woman's: its "mean", its "deviation", or the share "5 and over" either way."""
    couples = _counts(tally).gap[_index(tally, target)].astype(np.float64)
    gap = np.arange(len(couples)) - 50.0
    persons = couples.sum() / 1000.0 / tally.weight
    mean = float(couples @ gap / couples.sum())
    deviation = float(np.sqrt(couples @ (gap - mean) ** 2 / couples.sum()))
    if target.detail == "mean":
        return Estimate(mean, float(deviation / np.sqrt(persons)))
    if target.detail == "deviation":
        return Estimate(deviation, float(deviation / np.sqrt(2 * persons)))
    return share(float(couples[np.abs(gap) >= 5].sum()), float(couples.sum()), tally.weight)


def couples_agree_on_degree(tally: Any, target: Any) -> Estimate:
    """Correlation between the partners' having a degree or not."""
    couples = _counts(tally).degree[_index(tally, target)].astype(np.float64)
    both = couples / couples.sum()
    woman, man = both[1].sum(), both[:, 1].sum()
    value = (both[1, 1] - woman * man) / np.sqrt(woman * (1 - woman) * man * (1 - man))
    return Estimate(float(value), float((1 - value**2) / np.sqrt(couples.sum() / 1000.0 / tally.weight)))


STATISTICS: dict[str, Callable[[Any, Any], Estimate]] = {
    function.__name__: function
    for function in (
        households, household_size, people_alone, families_with_children, couple_share, living_share, children_under_16,
        came_of_age, births, fertility_rate, births_with_partner, births_of_order, mean_age_at_birth, age_gap,
        couples_agree_on_degree,
    )
}  # fmt: skip
