"""The figures that lives are aligned to: what they should be, and how they are counted among people.

A figure is a share of people, in groups. What it should be is the mean over the people who are there of their
share by age and sex, so that it moves as the group's people grow older and never holds two ages at one rate.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from microsim.dynamics.lookup import by_age_sex
from microsim.errors import InputError, Problem
from microsim.kernels.jit import kernel
from microsim.population.columns import EMPLOYEE, RETIRED, SELF_EMPLOYED, SEXES, UNEMPLOYED
from microsim.population.factors import FOLDER, Groups, Held, groups_of, read_held
from microsim.population.flows import FIRST_STEP
from microsim.population.margins import Table
from microsim.population.people import AGE_SEX_KEYS, ENTRY_AGE, LAST_AGE, NOBODY
from microsim.population.source import Population

PART, WHOLE, HELD_PART, HELD_WHOLE, LIVES = range(5)  # rows of counts: thousandths of people, but LIVES
COUNTS = 5
MILLION = 1e6
FIGURES = ("employment", "unemployment", "employment_by_area", "couples", "births")
EMPLOYMENT, UNEMPLOYMENT, EMPLOYMENT_BY_AREA, COUPLES, BIRTHS = range(len(FIGURES))

_LAST_AGE = np.int32(LAST_AGE)
_ONE = np.int32(1)
_IN_WORK_UP_TO = np.uint8(SELF_EMPLOYED)
_UNEMPLOYED = np.uint8(UNEMPLOYED)
_NOBODY = np.int32(NOBODY)


class Target(NamedTuple):
    """One figure to hold, ready to be counted."""

    name: str
    groups: Groups
    lives: float  # simulated lives at which a group is corrected by half
    shares: np.ndarray  # int64 [years, 2, age_sex], millionths of people in PART and in WHOLE that should be there
    excess: np.ndarray  # float64 [groups], added to the share that ages and sexes alone would give

    @property
    def figure(self) -> int:
        """Its place in FIGURES."""
        return FIGURES.index(self.name)


def targets_of(population: Population, years: range) -> list[Target]:
    """Every figure that a population holds. Raises InputError when the file or a table is wrong."""
    found = []
    for name, held in read_held(population).items():
        groups = groups_of(held, population.area_codes)
        excess = np.zeros(len(groups.labels))
        if held.groups == "local authority":
            excess = area_excess(population, groups)
        millionths = np.rint(_SHARES[name](population, held, years) * MILLION).astype(np.int64)
        found.append(Target(name, groups, held.lives, np.ascontiguousarray(millionths), excess))
    return found


# -- what the figures should be, [years, 2 (part, whole), age_sex] of people


def _status_shares(population: Population) -> np.ndarray:
    """Shares of statuses [age_sex, status] of the population's joint table."""
    people = population.joint.sum((0, 3), dtype=np.int64).astype(np.float64)
    result: np.ndarray = by_age_sex(people / people.sum(-1, keepdims=True), ENTRY_AGE)
    return result


def employment(population: Population, held: Held, years: range) -> np.ndarray:
    """People in work among all."""
    shares = _status_shares(population)[:, : SELF_EMPLOYED + 1].sum(1)
    return _every_year(shares, np.ones(AGE_SEX_KEYS), years)


def unemployment(population: Population, held: Held, years: range) -> np.ndarray:
    """The unemployed among the active."""
    shares = _status_shares(population)
    return _every_year(shares[:, UNEMPLOYED], shares[:, EMPLOYEE : UNEMPLOYED + 1].sum(1), years)


def couples(population: Population, held: Held, years: range) -> np.ndarray:
    """People with a partner among all, by single age and sex from the figure's own table."""
    table = Table(_table(population, held))
    shares = np.full((LAST_AGE + 1, len(SEXES)), np.nan)
    shares[table.floats("age").astype(int), table.codes("sex", SEXES)] = table.floats("share")
    known = np.flatnonzero(np.isfinite(shares).all(1))
    if not len(known) or known[0] > ENTRY_AGE:
        raise InputError(Problem(f"{table.path}: shares must start at {ENTRY_AGE}"))
    return _every_year(by_age_sex(shares[known[0] : known[-1] + 1], int(known[0])), np.ones(AGE_SEX_KEYS), years)


def births(population: Population, held: Held, years: range) -> np.ndarray:
    """Births in the year that ends on 1 April, for each woman there.

    The year before 1 April `y` is a quarter of that to mid-year y - 1 and three quarters of that to mid-year y.
    """
    table = Table(_table(population, held))
    rates = table.floats("births") / table.floats("women_16_49")
    by_year: dict[int, float] = dict(zip(map(int, table.floats("year")), map(float, rates), strict=True))
    women = (np.arange(AGE_SEX_KEYS) % 2 == 0).astype(np.float64)
    result = np.zeros((len(years), 2, AGE_SEX_KEYS))
    for index, year in enumerate(years):
        if year - 1 not in by_year:
            raise InputError(Problem(f"{table.path}: no births from mid-year {year - 1}"))
        rate = FIRST_STEP * by_year[year - 1]
        if year > population.first_year:  # the first year starts at mid-year
            rate += (1 - FIRST_STEP) * by_year.get(year - 2, by_year[year - 1])
        result[index] = rate * women, women
    return result


def area_excess(population: Population, groups: Groups) -> np.ndarray:
    """Employment in each local authority less that of England's people of the same ages and sexes, as fitted."""
    people = population.joint.sum(3, dtype=np.int64).astype(np.float64)  # [area, age, sex, status]
    inside = groups.ages[2 * np.arange(ENTRY_AGE, ENTRY_AGE + people.shape[1])]
    people = people[:, inside]
    national = people.sum(0)
    share = national[..., : SELF_EMPLOYED + 1].sum(-1) / national.sum(-1)
    whole = people.sum(-1)
    working = people[..., : SELF_EMPLOYED + 1].sum((1, 2, 3))
    result: np.ndarray = (working - (whole * share).sum((1, 2))) / whole.sum((1, 2))
    return result


def _every_year(part: np.ndarray, whole: np.ndarray, years: range) -> np.ndarray:
    return np.broadcast_to(np.stack([part, whole]), (len(years), 2, AGE_SEX_KEYS))


def _table(population: Population, held: Held) -> Path:
    if held.table is None:
        raise InputError(Problem(f"{held.holds}: no table is named"))
    return population.tables.parent / FOLDER / held.table


# -- how they are counted


@kernel
def part_and_whole(figure, status, partnered, new_children):  # type: ignore[no-untyped-def]
    """What one person adds to the numerator and the denominator of a figure."""
    works, active = status <= _IN_WORK_UP_TO, status <= _UNEMPLOYED
    if figure == UNEMPLOYMENT:
        return np.int64(status == _UNEMPLOYED), np.int64(active)
    if figure == COUPLES:
        return np.int64(partnered), np.int64(1)
    if figure == BIRTHS:
        return np.int64(new_children), np.int64(1)
    return np.int64(works), np.int64(1)


def count_held(people, before, figure, by_area, groups, shares, year, counts):  # type: ignore[no-untyped-def]
    """Add a block's people on 1 April `year` to the `counts` (int64 [5, groups]) of one figure.

    `before` are the same rows a year earlier, `shares` int64 [2, age_sex] the figure's own for the year.
    """
    of_key, ages = groups
    for i in range(np.uint64(people.id.size)):
        age = min(np.int32(np.int32(year) - people.cohort[i] - _ONE), _LAST_AGE)
        key = np.uint32(np.uint32(age + age) + np.uint32(people.sex[i]))
        if people.resident[i] == 0 or not ages[key] or shares[1, key] == 0:
            continue
        if figure == BIRTHS and before.resident[i] == 0:
            continue  # the parity of who has just come says nothing of this year
        group = of_key[people.area[i]] if by_area else of_key[key]
        born = np.int64(people.parity[i]) - np.int64(before.parity[i])
        part, whole = part_and_whole(figure, people.work_status[i], people.partner[i] != _NOBODY, born)
        weight = np.int64(people.weight[i])
        counts[PART, group] += weight * part
        counts[WHOLE, group] += weight * whole
        counts[HELD_PART, group] += weight * shares[0, key]
        counts[HELD_WHOLE, group] += weight * shares[1, key]
        counts[LIVES, group] += whole


_SHARES: dict[str, Callable[[Population, Held, range], np.ndarray]] = {
    "employment": employment,
    "unemployment": unemployment,
    "employment_by_area": employment,
    "couples": couples,
    "births": births,
}

assert RETIRED > UNEMPLOYED > SELF_EMPLOYED > EMPLOYEE
