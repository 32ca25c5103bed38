"""Apprenticeships: starts, the years of one, and how it ends. An apprentice is an employee.

On 1 April an employee who is not one may have become an apprentice in the year before and be one still (year 1). Those
who were apprentices a year ago go on, with a chance by level, age at the start and year, or end. Who is no longer an
employee ends without success. Age at the start is in whole years on 1 December (see population/apprenticeships.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.lookup import thresholds
from microsim.kernels.float32 import uniform
from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters
from microsim.population.apprenticeships import AGES, ENTRIES, FIRST_AGES, LEVELS, YEARS, age_at_start, band_at_start
from microsim.population.people import AGE_SEX_KEYS, EMPLOYEE, ENTRY_AGE, QUALIFICATIONS

RAISED_TO = tuple(QUALIFICATIONS.index(name) for name in ("level2", "level3", "level4plus", "level4plus"))
_QUALIFICATIONS = np.int64(len(QUALIFICATIONS))
_LEVELS, _YEARS, _BANDS, _ENTRIES = np.int64(len(LEVELS)), np.int64(YEARS), np.int64(len(FIRST_AGES)), np.int64(ENTRIES)
_EMPLOYEE = np.uint8(EMPLOYEE)
_ZERO, _ONE, _PLACES = np.float32(0.0), np.float32(1.0), np.float32(ENTRIES)
_TWO_TO_24, _LAST = np.float32(2.0**24), np.float32(1.0 - 2.0**-24)
_SHIFT, _SEX, _LOW_BITS = np.uint32(1), np.uint32(1), np.uint32(8)


class ApprenticeshipTables(NamedTuple):
    """What `train` looks up."""

    bound: np.ndarray  # uint32 [age_sex], above the chance to start of anybody of that age and sex in any year
    starts: np.ndarray  # float32 [(age at start x 2 + sex) x 7 qualifications x 4 levels]
    place: np.ndarray  # float32 [areas x 3 age bands x 4 levels], chance relative to England
    ethnicity: np.ndarray  # float32 [5], chance relative to everybody of the area
    growth: np.ndarray  # float32 [years], chance relative to the first year
    go_on: np.ndarray  # float32 [4 levels x 3 age bands x 6 years], chance to be in the next year
    stay: np.ndarray  # float32 [age_sex], chance that last year's employee is one now
    success: np.ndarray  # float32 [4 levels], of those who end
    recruits: np.ndarray  # uint8 [4 levels x 256], section x 2 + public
    level: np.ndarray  # uint8 [4], its number
    level_row: np.ndarray  # uint8 [8], row of a level by its number
    raised_to: np.ndarray  # uint8 [4], highest qualification after success
    raise_from: int  # youngest age at which success raises the highest qualification
    recruit_to: int  # oldest age at the start at which the industry becomes that of the apprenticeship


def apprenticeship_tables(population: Any, parameters: Parameters, years: Sequence[int]) -> ApprenticeshipTables:
    """From the fitted tables of a `Population`."""
    fitted, figures = population.apprenticeships, population.room_figures["apprenticeships"]
    starts = np.zeros((AGE_SEX_KEYS // 2, 2, len(QUALIFICATIONS), len(LEVELS)))
    starts[AGES[0] : AGES[-1] + 1] = fitted.starts
    growth = (1.0 + figures["starts_growth"].central) ** np.arange(len(years))
    level_row = np.zeros(8, np.uint8)
    level_row[list(LEVELS)] = np.arange(len(LEVELS))
    return ApprenticeshipTables(
        bound=start_bound(starts, fitted.place, float(fitted.ethnicity.max() * growth.max())),
        starts=starts.astype(np.float32).reshape(-1),
        place=fitted.place.astype(np.float32).reshape(-1),
        ethnicity=fitted.ethnicity.astype(np.float32),
        growth=growth.astype(np.float32),
        go_on=go_on(fitted.remain).astype(np.float32).reshape(-1),
        stay=chance_to_stay(population.joint, population.work_flow).astype(np.float32),
        success=fitted.success.astype(np.float32),
        recruits=np.ascontiguousarray(fitted.recruits).reshape(-1),
        level=np.array(LEVELS, np.uint8),
        level_row=level_row,
        raised_to=np.array(RAISED_TO, np.uint8),
        raise_from=int(figures["raise_from_age"].central),
        recruit_to=int(figures["recruit_to_age"].central),
    )


def start_bound(starts: np.ndarray, place: np.ndarray, factor: float) -> np.ndarray:
    """A threshold that no chance to start exceeds, by age_sex: of the age on 1 April and of the one before it."""
    most = (starts * place.max((0, 1))).sum(3).max(2) * factor
    earlier = np.concatenate([np.zeros((1, 2)), most[:-1]])
    return thresholds(np.minimum(np.maximum(most, earlier) * 1.0001, 1.0)).reshape(-1)


def go_on(remain: np.ndarray) -> np.ndarray:
    """Chance of an apprentice in a year to be in the next [level, age band, year]; none after the last year."""
    following = np.concatenate([remain[..., 1:], np.zeros_like(remain[..., :1])], axis=-1)
    return np.divide(following, remain, out=np.zeros_like(remain), where=remain > 0)


def chance_to_stay(joint: np.ndarray, work_flow: np.ndarray) -> np.ndarray:
    """Chance that an employee of a year ago is one now, by age_sex now [AGE_SEX_KEYS]."""
    employees = joint[..., EMPLOYEE].sum(0, dtype=np.float64)
    stay = (employees * work_flow[..., EMPLOYEE, EMPLOYEE]).sum(2) / np.maximum(employees.sum(2), 1.0)
    rows = np.clip(np.arange(AGE_SEX_KEYS // 2) - 1 - ENTRY_AGE, 0, len(stay) - 1)
    return np.maximum(stay[rows], 0.01).reshape(-1)


@kernel
def train(people, age_sex, tables, words, index, count):
    """This year's continuations, ends and starts, on one word.

    Its lowest part is another year or a start. What is left of it for an apprentice who ends decides success, and what
    is left of that a new start, so that one apprenticeship may lead to the next.
    """
    continue_or_end(people, age_sex, tables, words[3], count)
    start(people, age_sex, tables, words[3], tables.growth[index], count)


@kernel
def continue_or_end(people, age_sex, tables, word, count):
    """Another year for last year's apprentices, or the end; success may raise the highest qualification.

    The word of those who end becomes what is left of it.
    """
    apprenticeship, years, qualification = people.apprenticeship, people.apprenticeship_year, people.qualification
    status, resident, month = people.work_status, people.resident, people.birth_month
    on, stay, success, row, raised = tables.go_on, tables.stay, tables.success, tables.level_row, tables.raised_to
    for i in range(np.uint64(count)):
        if apprenticeship[i] == 0 or resident[i] == 0:
            continue
        if status[i] == _EMPLOYEE:
            age, year, level = np.int64(age_sex[i] >> _SHIFT), np.int64(years[i]), np.int64(row[apprenticeship[i]])
            band = band_at_start(age_at_start(age, month[i]) - year)
            chance = on[(level * _BANDS + band) * _YEARS + year - 1] / stay[age_sex[i]]
            draw = uniform(word[i])
            if draw < chance:
                years[i] = np.uint8(year + 1)
                continue
            draw = (draw - chance) / (_ONE - chance)
            achieved = draw < success[level]
            draw = draw / success[level] if achieved else (draw - success[level]) / (_ONE - success[level])
            word[i] = np.uint32(np.uint32(min(draw, _LAST) * _TWO_TO_24) << _LOW_BITS)
            if achieved and age >= tables.raise_from:
                qualification[i] = max(qualification[i], raised[level])
        apprenticeship[i] = np.uint8(0)
        years[i] = np.uint8(0)


@kernel
def start(people, age_sex, tables, word, growth, count):
    """Starts of employees: at the level whose stretch of [0, 1) holds the draw; the place in it draws the industry."""
    apprenticeship, status, resident, bound = people.apprenticeship, people.work_status, people.resident, tables.bound
    years, month, qualification, area = (
        people.apprenticeship_year,
        people.birth_month,
        people.qualification,
        people.area,
    )
    industry, public, recruits = people.industry, people.public, tables.recruits
    ethnicity, relative = people.ethnicity, tables.ethnicity
    chances, place, number, recruit_to = tables.starts, tables.place, tables.level, tables.recruit_to
    for i in range(np.uint64(count)):
        if word[i] >= bound[age_sex[i]]:
            continue
        if apprenticeship[i] != 0 or status[i] != _EMPLOYEE or resident[i] == 0:
            continue
        age = age_at_start(np.int64(age_sex[i] >> _SHIFT), month[i])
        key = ((age * 2 + np.int64(age_sex[i] & _SEX)) * _QUALIFICATIONS + np.int64(qualification[i])) * _LEVELS
        here = (np.int64(area[i]) * _BANDS + band_at_start(age)) * _LEVELS
        draw, below, factor = uniform(word[i]), _ZERO, relative[ethnicity[i]] * growth
        for level in range(_LEVELS):
            chance = chances[key + level] * place[here + level] * factor
            if draw < below + chance:
                apprenticeship[i] = number[level]
                years[i] = np.uint8(1)
                if age <= recruit_to:
                    entry = min(np.int64((draw - below) / chance * _PLACES), _ENTRIES - 1)
                    job = recruits[level * _ENTRIES + entry]
                    industry[i] = np.uint8(job >> np.uint8(1))
                    public[i] = np.uint8(job & np.uint8(1))
                break
            below += chance
