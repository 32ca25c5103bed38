"""Learning: the rise of qualifications in youth, routes at 16 to 18, higher education, adult learners.

A person's place in the attainment of the birth cohort and sex never changes (`learning_rank`): in youth the
qualification is the published level at that place and age, so that a cohort passes through the published levels and
nobody goes down. The same place opens higher education. Other routes and adult learning follow ranks of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.lookup import thresholds
from microsim.kernels.jit import kernel
from microsim.kernels.rows import list_rows
from microsim.population.columns import (
    ADULT_LEARNING,
    FE_COLLEGE,
    HIGHER_EDUCATION,
    NO_STUDY,
    OTHER_TRAINING,
    SCHOOL,
    SIXTH_FORM_COLLEGE,
    STATUSES,
    UNEMPLOYED,
)
from microsim.population.learners import GAIN_BANDS, GAINED, LEARNER_BANDS
from microsim.population.people import AGE_SEX_KEYS, ATTAINMENTS, ENTRY_AGE, QUALIFICATIONS
from microsim.population.routes import ROUTES, WORK
from microsim.population.study import LAST_LEARNING_AGE, LAST_STUDENT_AGE, rising_levels

FIRST_LEARNER_AGE = 19
MATURE_AGES = (21, 30)
SEPTEMBER = 5  # month of the financial year from which people are a school year younger
_YEARS_OF_MATURE = 2  # how long somebody who enters late stays
_ROUTE_CODES = (SCHOOL, SIXTH_FORM_COLLEGE, FE_COLLEGE, OTHER_TRAINING, NO_STUDY)

_STRIDE = np.uint32(8)  # thresholds of one key lie side by side, in one line of the cache
_STATUSES = np.uint32(len(STATUSES))
_LEVEL2, _LEVEL3, _LEVEL4PLUS = (np.uint8(QUALIFICATIONS.index(name)) for name in GAINED)
_ENGLISH_AND_MATHS = np.uint8(ATTAINMENTS.index("level2_english_and_maths"))
_SCHOOL, _NO_STUDY, _HIGHER_EDUCATION = np.uint8(SCHOOL), np.uint8(NO_STUDY), np.uint8(HIGHER_EDUCATION)
_FIRST_KEY = np.uint32(2 * ENTRY_AGE)
_END_OF_YOUTH = np.uint32(2 * (LAST_LEARNING_AGE + 2))  # aged up to LAST_LEARNING_AGE a year ago
_END_OF_STUDY = np.uint32(2 * (LAST_STUDENT_AGE + 1))
_FIRST_LEARNER = np.uint32(2 * FIRST_LEARNER_AGE)
_ENTRY_AGE, _LAST_SCHOOL_AGE, _FIRST_AFTER_SCHOOL = np.uint32(16), np.uint32(15), np.uint32(19)
_SEPTEMBER = np.uint8(SEPTEMBER)
_UNEMPLOYED = np.uint8(UNEMPLOYED)
_ZERO, _ONE, _TWO, _THREE, _FOUR, _FIVE = (np.uint32(n) for n in range(6))
_NOT_LEARNING, _PAID_FIRST = np.uint8(0), np.uint8(1)
assert len(ADULT_LEARNING) == 6  # not at all, or in one of as many ways as `thresholds_passed` looks at
_WORK = np.uint32(len(WORK))
assert len(ROUTES) == len(_ROUTE_CODES)


class StudyTables(NamedTuple):
    """What learning looks up; thresholds are uint32 on a rank. Keys are of the row of a table x 8."""

    level: np.ndarray  # uint32, places where levels start; row = age_sex - 32
    gain_row: np.ndarray  # uint32 [age_sex], first row of the band's gains after youth
    gain: np.ndarray  # uint32, chances of level 4, of 3 or 4, of any gain; row = band x 7 + qualification
    region: np.ndarray  # uint32 [areas]
    higher_education: np.ndarray  # uint32, first place; key = ((age - 16) x 2 + born from September) x 2 + sex
    mature: np.ndarray  # uint32 [2, ages from 16]: study ranks from and to which late entrants study
    route: np.ndarray  # uint32, row = ((((age x region) x sex) x free meals) x English and maths) x work
    route_code: np.ndarray  # uint8 [6], STUDIES of the routes, the last again for a rank past all thresholds
    regions: np.uint32
    learner_row: np.ndarray  # uint32 [age_sex], first row of band and sex
    learner: np.ndarray  # uint32, ways of paying from "employer_paid"; row = ((band, sex) x 7 + qualification) x 5
    learner_change: np.uint32  # threshold


def study_tables(population: Any, years: Sequence[int]) -> StudyTables:
    """From the fitted tables of a `Population`."""
    fitted = population.study
    figures = {name: figure.central for name, figure in population.room_figures["study"].items()}
    gain = np.cumsum(fitted.gain[..., ::-1], axis=-1).reshape(-1, len(GAINED))
    none = np.zeros((len(QUALIFICATIONS), len(GAINED)))
    learner = np.cumsum(fitted.learner, axis=-1)
    learner_row = _band_of_age(LEARNER_BANDS, below=0, first=0) * 2 + np.arange(AGE_SEX_KEYS) % 2
    return StudyTables(
        level=_rows(rising_levels(fitted.level_place)),
        gain_row=(_band_of_age(GAIN_BANDS, below=0, first=1) * len(QUALIFICATIONS)).astype(np.uint32),
        gain=_rows(np.concatenate([none, gain, none])),
        region=population.area_region.astype(np.uint32),
        higher_education=thresholds(fitted.higher_education_place).reshape(-1),
        mature=mature_slices(figures["mature_higher_education"]),
        route=_rows(np.cumsum(fitted.route, axis=-1)[..., :-1]),
        route_code=np.array((*_ROUTE_CODES, NO_STUDY), np.uint8),
        regions=np.uint32(len(population.region_codes)),
        learner_row=(learner_row * len(QUALIFICATIONS)).astype(np.uint32),
        learner=_rows(learner),
        learner_change=np.uint32(thresholds(np.array(figures["learner_change"]))),
    )


def _rows(chances: np.ndarray) -> np.ndarray:
    """Rising chances [..., up to 8] as thresholds with a stride of 8; the rest are out of reach."""
    flat = chances.reshape(-1, chances.shape[-1])
    table = np.full((len(flat), int(_STRIDE)), np.uint32(2**32 - 1))
    table[:, : flat.shape[1]] = thresholds(flat)
    return table.reshape(-1)


def _band_of_age(bands: Sequence[Any], below: int, first: int) -> np.ndarray:
    """The band of each age_sex key, counted from `first`; `below` the first band, and one more after the last."""
    ages = np.arange(AGE_SEX_KEYS) // 2
    starts = np.array([band.first for band in bands])
    number = np.searchsorted(starts, ages, side="right") - 1 + first
    number = np.where(ages < starts[0], below, number)
    last = bands[-1].last
    return np.where((ages > last) & (last < 90), len(bands) + first, number)


def mature_slices(share: float) -> np.ndarray:
    """Study ranks of those in late higher education [from and to, ages 16 to LAST_STUDENT_AGE].

    Each age's slice is as wide as the share and moves on by half of it a year, so that a person stays two years.
    """
    slices = np.zeros((2, LAST_STUDENT_AGE - ENTRY_AGE + 1))
    ages = np.arange(MATURE_AGES[0], MATURE_AGES[1] + 1)
    low = (ages - ages[0]) * share / _YEARS_OF_MATURE
    slices[0, ages - ENTRY_AGE], slices[1, ages - ENTRY_AGE] = low, low + share
    return thresholds(slices)


@kernel
def learn(people, age_sex, tables, words, count):
    """The year's rise in highest qualification: by place up to 34 (the age of a year ago), by chance from 35."""
    resident, qualification, place, word = people.resident, people.qualification, people.learning_rank, words[0]
    level, gain, gain_row = tables.level, tables.gain, tables.gain_row
    mask, rows = np.empty(count, np.uint8), np.empty(count, np.uint32)
    for i in range(np.uint64(count)):  # one look-up says who may rise: the threshold after the level held, or any gain
        held = np.uint32(qualification[i])
        if age_sex[i] < _END_OF_YOUTH:  # rows are nearly in order of age
            at = np.uint32(np.uint32(age_sex[i] - _FIRST_KEY) * _STRIDE)
            mask[i] = np.uint8(place[i] >= level[np.uint32(at + held)])
        else:
            at = np.uint32(np.uint32(gain_row[age_sex[i]] + held) * _STRIDE)
            mask[i] = np.uint8(word[i] < gain[np.uint32(at + _TWO)])
    for i in range(np.uint64(count)):
        mask[i] = mask[i] & resident[i]
    for n in range(list_rows(mask, rows, count)):
        i = rows[n]
        held = qualification[i]
        if age_sex[i] < _END_OF_YOUTH:
            at = np.uint32(np.uint32(age_sex[i] - _FIRST_KEY) * _STRIDE)
            reached = thresholds_passed(place[i], level, at) + np.uint8(place[i] >= level[np.uint32(at + _FIVE)])
        else:
            at = np.uint32(np.uint32(gain_row[age_sex[i]] + np.uint32(held)) * _STRIDE)
            w = word[i]
            reached = _LEVEL2 if w < gain[np.uint32(at + _TWO)] else np.uint8(0)
            reached = _LEVEL3 if w < gain[np.uint32(at + _ONE)] else reached
            reached = _LEVEL4PLUS if w < gain[at] else reached
        qualification[i] = max(held, reached)


@kernel
def thresholds_passed(rank, table, at):
    """How many of the five thresholds of a row, which starts at `at`, a rank has passed."""
    return np.uint8(
        np.uint8(rank >= table[at])
        + np.uint8(rank >= table[np.uint32(at + _ONE)])
        + np.uint8(rank >= table[np.uint32(at + _TWO)])
        + np.uint8(rank >= table[np.uint32(at + _THREE)])
        + np.uint8(rank >= table[np.uint32(at + _FOUR)])
    )


@kernel
def route_row(academic, region, regions, sex, free_meals, attainment, status):
    """Row of the table of routes, all uint32: ((((age x region) x sex) x free meals) x English and maths) x work."""
    work = _ZERO if status < _UNEMPLOYED else (_ONE if status == _UNEMPLOYED else _TWO)
    both = _ONE if attainment >= _ENGLISH_AND_MATHS else _ZERO
    row = np.uint32(np.uint32(np.uint32(academic - _ENTRY_AGE) * regions) + region)
    row = np.uint32(np.uint32(np.uint32(np.uint32(row * _TWO) + sex) * _TWO) + np.uint32(free_meals))
    return np.uint32(np.uint32(np.uint32(np.uint32(row * _TWO) + both) * _WORK) + work)


@kernel
def study(people, age_sex, tables, words, last, count):
    """The route of the year at 16 to 18, higher education up to 30, and how adult learning is paid from 19.

    Apprentices, set before, study nothing else; students and apprentices are not adult learners. The place in who
    learns is drawn again with a yearly chance. Who has left keeps the last state. `last` (uint32) is scratch.
    """
    change, drawn, rank, chance = words[1], words[2], people.learner_rank, tables.learner_change
    for i in range(np.uint64(count)):
        old, new = rank[i], drawn[i]
        rank[i] = new if change[i] < chance else old
    study_young(people, age_sex, tables, count)
    resident, apprenticeship, studying = people.resident, people.apprenticeship, people.study
    qualification, status, learning = people.qualification, people.work_status, people.learning
    table, first_row = tables.learner, tables.learner_row
    mask, rows = np.empty(count, np.uint8), np.empty(count, np.uint32)
    # One look-up, without a branch, says who learns: whose rank has not passed the last threshold of their row.
    for i in range(np.uint64(count)):
        row = np.uint32(np.uint32(first_row[age_sex[i]] + np.uint32(qualification[i])) * _STATUSES)
        last[i] = table[np.uint32(np.uint32(row + np.uint32(status[i])) * _STRIDE) + _FOUR]
    for i in range(np.uint64(count)):
        mask[i] = np.uint8(rank[i] < last[i]) & np.uint8(age_sex[i] >= _FIRST_LEARNER)
    for i in range(np.uint64(count)):
        mask[i] = mask[i] & resident[i] & np.uint8(np.uint8(studying[i] | apprenticeship[i]) == _NO_STUDY)
    for i in range(np.uint64(count)):
        before = learning[i]
        learning[i] = before if resident[i] == 0 else _NOT_LEARNING
    for n in range(list_rows(mask, rows, count)):
        i = rows[n]
        row = np.uint32(np.uint32(first_row[age_sex[i]] + np.uint32(qualification[i])) * _STATUSES)
        passed = thresholds_passed(rank[i], table, np.uint32(np.uint32(row + np.uint32(status[i])) * _STRIDE))
        learning[i] = np.uint8(passed + _PAID_FIRST)


@kernel
def study_young(people, age_sex, tables, count):
    """The route of people aged 16 to 30 from place, rank, work and academic age: their age on 31 August before.

    At academic age 15 everybody is at school. In higher education are those without level 4 whose place is high enough
    for their age, and from 21 a slice of late entrants with level 3. The others follow the table of routes up to 18.
    """
    resident, apprenticeship, studying = people.resident, people.apprenticeship, people.study
    month, gender, place, held = people.birth_month, people.sex, people.learning_rank, people.qualification
    rank, status, area = people.study_rank, people.work_status, people.area
    free_meals, attainment = people.free_meals, people.attainment
    first_place, table, codes, region = tables.higher_education, tables.route, tables.route_code, tables.region
    mature_from, mature_to, regions = tables.mature[0], tables.mature[1], tables.regions
    for i in range(np.uint64(count)):
        before = studying[i]
        studying[i] = before if resident[i] == 0 else _NO_STUDY
    for i in range(np.uint64(count)):
        if age_sex[i] >= _END_OF_STUDY:  # first and alone: rows are in order of age, so this is easily foretold
            continue
        if (resident[i] == 0) | (apprenticeship[i] != 0):
            continue
        late = np.uint32(month[i] >= _SEPTEMBER)
        at_16 = np.uint32(np.uint32(age_sex[i] >> _ONE) - _ENTRY_AGE)
        academic = np.uint32(np.uint32(at_16 + _ENTRY_AGE) - late)
        sex = np.uint32(gender[i])
        from_place = first_place[np.uint32(np.uint32(np.uint32(at_16 * _TWO) + late) * _TWO) + sex]
        higher = (held[i] < _LEVEL4PLUS) & (place[i] >= from_place)
        if academic >= _FIRST_AFTER_SCHOOL:  # most of them, in one select
            late_entrant = (rank[i] >= mature_from[at_16]) & (rank[i] < mature_to[at_16])
            studying[i] = _HIGHER_EDUCATION if higher | (late_entrant & (held[i] >= _LEVEL3)) else _NO_STUDY
        elif academic <= _LAST_SCHOOL_AGE:
            studying[i] = _SCHOOL
        elif higher:
            studying[i] = _HIGHER_EDUCATION
        else:
            row = route_row(academic, region[area[i]], regions, sex, free_meals[i], attainment[i], status[i])
            studying[i] = codes[thresholds_passed(rank[i], table, np.uint32(row * _STRIDE))]
