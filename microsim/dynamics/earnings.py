"""Pay from work: lasting and passing earning power and what a person is and does, on the published distribution of pay.

The score of pay is a normal draw, the weighted sum of a lasting part (an autoregression of order one) and a yearly
shock, as wide as pay in the industry and sector, plus shifts for qualification, industry and sector, a new job and
study. The curve of the person's age and sex turns the score into pay, which is scaled by the curve of the local
authority and by growth in average earnings. Apprentices have curves of their own and no shifts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.lookup import by_age_sex
from microsim.kernels.float32 import normal_draws
from microsim.kernels.jit import kernel
from microsim.kernels.rows import list_rows
from microsim.parameters.load import Parameters
from microsim.population.columns import INDUSTRIES, NO_STUDY, OTHER_TRAINING, STUDIES
from microsim.population.pay import POINTS
from microsim.population.people import (
    AGE_SEX_KEYS,
    EMPLOYEE,
    ENTRY_AGE,
    QUALIFICATIONS,
    SELF_EMPLOYED,
    WORK_STATUSES,
)

APPRENTICE_LEVELS = (2, 3, 4, 6)
APPRENTICE_AGES = (16, 19, 21, 25)  # the first age of each group
_LEVELS = np.uint32(len(QUALIFICATIONS))
_CELLS = np.uint32(len(INDUSTRIES) * 2)
_KEYS = np.uint32(AGE_SEX_KEYS)
_POINTS = np.uint32(POINTS)
_FROM = np.float32(-4.0)
_PER_UNIT = np.float32(63.0 / 8.0)
_ZERO = np.float32(0.0)
_LAST = np.float32(62.9999)
_NEXT, _TWO = np.uint32(1), np.uint32(2)
_NONE, _SELF_EMPLOYED = np.uint8(0), np.uint8(SELF_EMPLOYED)


class EarningsTables(NamedTuple):
    """What `earn` looks up."""

    quantiles: np.ndarray  # float32 [(age_sex, then levels x age groups of apprentices) x POINTS], pounds a year
    curve: np.ndarray  # uint32 [apprenticeship 0 to 6 x age_sex], the row of `quantiles`
    area: np.ndarray  # float32 [areas x POINTS], pay relative to the curve by age and sex
    qualification: np.ndarray  # float32 [qualifications], shift of the score
    job: np.ndarray  # float32 [sexes x industries x sectors], shift of the score
    spread: np.ndarray  # float32 [sexes x industries x sectors], standard deviation of the score without shifts
    study: np.ndarray  # float32 [studies], shift of the score
    new_job: np.float32  # shift of the score in the first year of a job
    status: np.ndarray  # float32 [statuses x POINTS], pay relative to an employee of the same age, sex and score
    growth: np.ndarray  # float32 [years], average earnings relative to the pay table's year
    persistence: np.float32  # from one year to the next of the lasting part of earning power
    innovation: np.float32  # standard deviation of the yearly shock to it
    persistent_weight: np.float32
    transitory_weight: np.float32


def earnings_tables(population: Any, parameters: Parameters, years: Sequence[int]) -> EarningsTables:
    """From the fitted pay of a `Population` and the growth of average earnings."""
    jobs = population.jobs
    status = np.zeros((len(WORK_STATUSES), POINTS), np.float32)
    status[EMPLOYEE] = 1.0
    status[SELF_EMPLOYED] = population.self_employed_pay_factor * jobs.pay_of_self_employed
    study = np.zeros(len(STUDIES), np.float32)
    study[:] = jobs.pay_of_students[0]
    study[[NO_STUDY, OTHER_TRAINING]] = 0.0
    share = population.persistent_share
    quantiles = by_age_sex(jobs.pay_quantiles, ENTRY_AGE)
    of_apprentices = getattr(population.apprenticeships, "pay", None)
    if of_apprentices is not None:
        quantiles = np.concatenate([quantiles, of_apprentices.reshape(-1, POINTS)])
    return EarningsTables(
        quantiles=np.ascontiguousarray(quantiles, np.float32).reshape(-1),
        curve=curve_rows(of_apprentices is not None),
        area=np.ascontiguousarray(jobs.pay_by_area, np.float32).reshape(-1),
        qualification=jobs.pay_by_qualification.astype(np.float32),
        job=jobs.pay_by_job.astype(np.float32).reshape(-1),
        spread=jobs.pay_spread_by_job.astype(np.float32).reshape(-1),
        study=study,
        new_job=np.float32(jobs.pay_in_new_job[0]),
        status=status.reshape(-1),
        growth=parameters.index("average_earnings_growth", years, population.pay_year).astype(np.float32),
        persistence=np.float32(population.persistence),
        innovation=np.float32(np.sqrt(1.0 - population.persistence**2)),
        persistent_weight=np.float32(np.sqrt(share)),
        transitory_weight=np.float32(np.sqrt(1.0 - share)),
    )


def curve_rows(apprentices: bool) -> np.ndarray:
    """The row of the curves of pay by apprenticeship and age_sex, flat; with everybody's curve for apprentices where
    they have none of their own."""
    keys = np.arange(AGE_SEX_KEYS)
    rows = np.tile(keys, (max(APPRENTICE_LEVELS) + 1, 1))
    if apprentices:
        group = np.searchsorted(APPRENTICE_AGES, keys // 2, side="right") - 1
        for at, level in enumerate(APPRENTICE_LEVELS):
            rows[level] = AGE_SEX_KEYS + at * len(APPRENTICE_AGES) + np.maximum(group, 0)
    return rows.astype(np.uint32).reshape(-1)


@kernel
def who_works(people, working, count):
    """Write the rows of residents in work, in order, into `working` (uint32), and return how many there are.

    Pay and hours go over these rows alone: half of all rows of a run, in no order that a branch could foretell.
    """
    resident, status, mask = people.resident, people.work_status, np.empty(count, np.uint8)
    for i in range(np.uint64(count)):
        mask[i] = resident[i] & np.uint8(status[i] <= _SELF_EMPLOYED)
    return list_rows(mask, working, count)


@kernel
def earn(people, age_sex, tables, words, new_job, working, workers, place, shift, word, year_index, count):
    """Move earning power on by a year and write `pay` (pounds a year; 0 without work; who is gone keeps the last one).

    `working` and `workers` are those of `who_works`; `new_job` is 1 in the first year of a job. `place` is left at the
    worker's place of the score on the curve of pay, 0 to 63, in the order of `working`. `shift` (float32) and `word`
    (uint32) are scratch.
    """
    persistent, pay, resident = people.persistent, people.pay, people.resident
    persistence, innovation = tables.persistence, tables.innovation
    normal_draws(words[0], place, count)
    for i in range(np.uint64(count)):
        persistent[i] = persistence * persistent[i] + innovation * place[i]
    for i in range(np.uint64(count)):
        before = pay[i]
        pay[i] = _ZERO if resident[i] != 0 else before
    drawn = words[1]
    for n in range(np.uint64(workers)):
        word[n] = drawn[working[n]]
    normal_draws(word, place, workers)
    _score(people, tables, new_job, working, workers, place)
    quantiles, curve, apprenticeship = tables.quantiles, tables.curve, people.apprenticeship
    for n in range(np.uint64(workers)):
        i = working[n]
        row = curve[np.uint32(np.uint32(apprenticeship[i] * _KEYS) + age_sex[i])]
        point = np.uint32(place[n])
        at = np.uint32(np.uint32(row * _POINTS) + point)
        low = quantiles[at]
        shift[n] = low + (place[n] - np.float32(point)) * (quantiles[np.uint32(at + _NEXT)] - low)
    area, relative, status, by_status = people.area, tables.area, people.work_status, tables.status
    index = tables.growth[year_index]
    for n in range(np.uint64(workers)):
        i = working[n]
        point = np.uint32(place[n])
        at = np.uint32(np.uint32(area[i] * _POINTS) + point)
        low = relative[at]
        part = place[n] - np.float32(point)
        factor = low + part * (relative[np.uint32(at + _NEXT)] - low)
        at = np.uint32(np.uint32(status[i] * _POINTS) + point)
        low = by_status[at]
        factor *= low + part * (by_status[np.uint32(at + _NEXT)] - low)
        pay[i] = shift[n] * factor * index


@kernel
def _score(people, tables, new_job, working, workers, place):
    """From yearly shocks to places of scores on the curve of pay, in `place`: lasting part and shock, spread and
    shifted for qualification, job, study and a new job; those of apprentices are neither spread nor shifted."""
    of_qualification, of_job, of_study, of_new_job = tables.qualification, tables.job, tables.study, tables.new_job
    spread, weight, other_weight = tables.spread, tables.persistent_weight, tables.transitory_weight
    industry, public, sex, apprenticeship = people.industry, people.public, people.sex, people.apprenticeship
    qualification, study, persistent = people.qualification, people.study, people.persistent
    for n in range(np.uint64(workers)):
        i = working[n]
        score = weight * persistent[i] + other_weight * place[n]
        cell = np.uint32(np.uint32(_TWO * np.uint32(industry[i])) + np.uint32(public[i]))
        key = np.uint32(np.uint32(sex[i] * _CELLS) + cell)
        shift = of_qualification[qualification[i]] + of_job[key] + of_study[study[i]]
        shift += of_new_job * np.float32(new_job[i])
        shifted = score * spread[key] + shift
        score = shifted if apprenticeship[i] == _NONE else score
        place[n] = min(max((score - _FROM) * _PER_UNIT, _ZERO), _LAST)
