"""Jobs: industry and sector last until the job changes; part time and hours follow from pay and a lasting rank.

Somebody who takes up work, or goes from employment to self-employment or back, has a new job; so has a share of the
others each year, by age, such that as many have been in their job for a year as in the published counts. A rank
stands for an industry and sector by region, sex and status; a new job often keeps the rank of the last one, and
always has a new rank for hours.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.earnings import curve_rows
from microsim.dynamics.lookup import by_age_sex, thresholds
from microsim.kernels.jit import kernel
from microsim.kernels.rows import list_rows
from microsim.population.columns import AGES
from microsim.population.jobs import ENTRIES, ENTRY_SHIFT, HOURS_POINTS
from microsim.population.pay import POINTS
from microsim.population.people import AGE_SEX_KEYS, EMPLOYEE, ENTRY_AGE, SELF_EMPLOYED

WEEKS_IN_YEAR = 365.25 / 7
_ENTRIES, _ENTRY_SHIFT = np.uint32(ENTRIES), np.uint32(ENTRY_SHIFT)
_EMPLOYEE, _SELF_EMPLOYED = np.uint8(EMPLOYEE), np.uint8(SELF_EMPLOYED)
_POINTS, _HOURS_POINTS = np.uint32(POINTS), np.uint32(HOURS_POINTS)
_LAST_HOURS = np.float32(HOURS_POINTS - 1.001)
_FULL_TIME, _PART_TIME_HOURS = np.uint32(0), np.uint32(AGE_SEX_KEYS * HOURS_POINTS)
_LOW = np.uint32(0xFFFF)
_TO_UNIT = np.float32(2.0**-32)
_LEAST = np.float32(1e-6)
_KEYS = np.uint32(AGE_SEX_KEYS)
_PART_TIME = np.float32(30.0)  # hours a week up to which a job is part time
_SHORTEST = np.float32(1.0)
_ZERO, _ONE = np.float32(0.0), np.float32(1.0)
_FIRST, _NEW = np.uint8(0), np.uint8(1)
_NEXT, _TWO, _FOUR = np.uint32(1), np.uint32(2), np.uint32(4)


class JobTables(NamedTuple):
    """What `change_jobs` and `work_hours` look up."""

    change: np.ndarray  # uint32 [age_sex], chance that somebody who stays in employment changes job in a year
    group: np.ndarray  # uint32 [areas], the region x 4
    job: np.ndarray  # uint8 [regions x sexes x statuses in work x ENTRIES], industry x 2 + sector
    same_rank: np.uint32  # of 2 ** 16, chance that a new job keeps the rank of the last one
    part_time: np.ndarray  # float32 [age_sex x POINTS], chance at each point of the score of pay
    part_time_place: np.ndarray  # float32 [age_sex x POINTS], share of part-time employees with lower pay
    hours: np.ndarray  # float32 [full or part time x age_sex x HOURS_POINTS], hours a week
    pay_weight: np.float32  # of the place in pay in a part-time employee's place in hours
    apprentice: np.ndarray  # float32 [apprenticeship 0 to 6 x age_sex], hours a week, 0 for who is none
    least_pay: np.ndarray  # float32 [age_sex], pay of an hour a week for a year at the minimum wage, pay table's year


def job_tables(population: Any) -> JobTables:
    """From the fitted tables of a `Population`."""
    fitted = population.jobs
    chance = by_age_sex(fitted.part_time, ENTRY_AGE)
    scores = np.linspace(-4.0, 4.0, POINTS)
    mass = chance * np.exp(-(scores**2) / 2)
    place = (np.cumsum(mass, axis=1) - mass / 2) / mass.sum(1, keepdims=True)
    hours = np.stack([by_age_sex(one, ENTRY_AGE) for one in fitted.hours])
    wage = np.repeat(fitted.minimum_wage[:, None], 2, axis=1)
    return JobTables(
        change=thresholds(by_age_sex(change_chances(population), ENTRY_AGE)),
        group=(fitted.region.astype(np.uint32) * _FOUR).astype(np.uint32),
        job=np.ascontiguousarray(fitted.places).reshape(-1),
        same_rank=np.uint32(round(population.room_figures["jobs"]["same_industry"].central * 2**16)),
        part_time=chance.astype(np.float32).reshape(-1),
        part_time_place=place.astype(np.float32).reshape(-1),
        hours=hours.astype(np.float32).reshape(-1),
        pay_weight=np.float32(population.room_figures["jobs"]["hours_follow_pay"].central),
        apprentice=apprentice_hours(getattr(population.apprenticeships, "hours", None)),
        least_pay=(by_age_sex(wage, ENTRY_AGE) * WEEKS_IN_YEAR).astype(np.float32),
    )


def apprentice_hours(hours: np.ndarray | None) -> np.ndarray:
    """Hours [level, age group] spread over apprenticeship and age_sex, flat."""
    rows = curve_rows(hours is not None).astype(np.int64) - AGE_SEX_KEYS
    by_row = np.zeros(1) if hours is None else hours.reshape(-1)
    return np.where(rows >= 0, by_row[np.clip(rows, 0, len(by_row) - 1)], 0.0).astype(np.float32)


def change_chances(population: Any) -> np.ndarray:
    """Yearly chance of a change of job [age, sex] for employees who were employees a year ago.

    Of all employees the share `stay` has been in the job for a year; those who were not employees a year ago have not.
    """
    counts = population.joint.sum(axis=0, dtype=np.int64).astype(float)  # [age, sex, qualification, status]
    stayed = (counts[..., EMPLOYEE] * population.work_flow[..., EMPLOYEE, EMPLOYEE]).sum(2)
    shares = counts.sum(2)[..., EMPLOYEE] / counts.sum((2, 3))
    before = np.zeros((len(AGES), 2))  # share of employees who were employees a year ago
    people = counts.sum((2, 3))
    before[1:] = (stayed / people)[:-1] / shares[1:]
    return np.asarray(1.0 - np.clip(population.jobs.stay / np.clip(before, 0.05, 1.0), 0.0, 0.98), np.float64)


@kernel
def remember_work(people, status_before, count):
    """Keep the work status of a year ago."""
    for i in range(np.uint64(count)):
        status_before[i] = people.work_status[i]


@kernel
def change_jobs(people, age_sex, tables, words, status_before, new_job, already, count):
    """Mark this year's new jobs in `new_job` (uint8) and give them an industry, a sector and a rank of hours.

    `status_before` is the work status of a year ago; those of rows `already` and on are new to the labour market. Who
    is out of work keeps the industry of the last job and is in no sector.
    """
    status, resident, public = people.work_status, people.resident, people.public
    change, word = tables.change, words[1]
    for i in range(np.uint64(count)):  # only looks up, so that the next pass can go on whole vectors
        new_job[i] = np.uint8(word[i] < change[age_sex[i]])
    for i in range(np.uint64(already), np.uint64(count)):
        new_job[i] = _NEW
    for i in range(np.uint64(count)):
        works = (status[i] <= _SELF_EMPLOYED) & (resident[i] != 0)
        new = (status[i] != status_before[i]) | (new_job[i] != _FIRST)
        new_job[i] = np.uint8(works & new)
        public[i] = public[i] & np.uint8((status[i] == _EMPLOYEE) | (resident[i] == 0))
    job, group, area, sex = tables.job, tables.group, people.area, people.sex
    rank, hours_rank = people.job_rank, people.hours_rank
    rows = np.empty(count, np.uint32)
    for n in range(list_rows(new_job, rows, count)):
        i = rows[n]
        hours_rank[i] = words[3, i]
        old, drawn = rank[i], words[2, i]
        rank[i] = old if np.uint32(words[3, i] & _LOW) < tables.same_rank else drawn
        own = status[i] == _SELF_EMPLOYED
        key = np.uint32(group[area[i]] + np.uint32(_TWO * np.uint32(sex[i])) + np.uint32(own))
        cell = job[np.uint32(np.uint32(key * _ENTRIES) + np.uint32(rank[i] >> _ENTRY_SHIFT))]
        people.industry[i] = np.uint8(cell >> np.uint8(1))
        public[i] = np.uint8(cell & np.uint8(1)) * np.uint8(status[i] == _EMPLOYEE)


@kernel
def work_hours(people, age_sex, tables, working, workers, place, growth, count):
    """Part time and usual paid hours of those in work, from their `place` (0 to 63) on the curve of pay.

    `working`, `workers` and `place` are those of `earn`. Part time while the rank is below the chance at this pay. A
    full-time employee's place in hours is the rank's, a part-time employee's mostly the place in pay, and no more hours
    than pay buys at the minimum wage. Apprentices have hours of their own.
    """
    status, resident, rank = people.work_status, people.resident, people.hours_rank
    part_time, hours, pay = people.part_time, people.hours, people.pay
    chances, places, least_pay = tables.part_time, tables.part_time_place, tables.least_pay
    table, weight = tables.hours, tables.pay_weight
    other = _ONE - weight
    apprenticeship, of_apprentices = people.apprenticeship, tables.apprentice
    for i in range(np.uint64(count)):
        short_before, before, here = part_time[i], hours[i], resident[i] != 0
        part_time[i] = _FIRST if here else short_before
        hours[i] = _ZERO if here else before
    for n in range(np.uint64(workers)):  # without branches: nobody could foretell who is in part time
        i = working[n]
        key = age_sex[i]
        point = np.uint32(np.uint32(key * _POINTS) + np.uint32(place[n]))
        chance, place_in_pay = chances[point], places[point]
        draw = np.float32(rank[i]) * _TO_UNIT
        short = draw < chance
        own = (draw if short else draw - chance) / max(chance if short else _ONE - chance, _LEAST)
        mostly_pay = weight * place_in_pay + other * own
        within = mostly_pay if short else own
        step = min(max(within, _ZERO), _ONE) * _LAST_HOURS
        low = np.uint32(step)
        at = np.uint32(np.uint32(np.uint32(key * _HOURS_POINTS) + (_PART_TIME_HOURS if short else _FULL_TIME)) + low)
        found = table[at] + (step - np.float32(low)) * (table[np.uint32(at + _NEXT)] - table[at])
        short_employee = short & (status[i] == _EMPLOYEE)
        most = max(min(found, pay[i] / (growth * least_pay[key])), _SHORTEST)
        hours[i] = most if short_employee else found
        part_time[i] = np.uint8(short_employee)
    for n in range(np.uint64(workers)):
        i = working[n]
        if apprenticeship[i] != _FIRST:
            found = of_apprentices[np.uint32(np.uint32(apprenticeship[i] * _KEYS) + age_sex[i])]
            if found > _ZERO:
                hours[i] = found
                part_time[i] = np.uint8(found <= _PART_TIME)
