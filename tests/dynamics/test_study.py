"""Learning against slow, obvious twins: who holds what, who studies where, who learns and who pays."""

import numpy as np
import pytest

from microsim.dynamics.ageing import grow_older
from microsim.dynamics.study import (
    MATURE_AGES,
    SEPTEMBER,
    learn,
    mature_slices,
    study,
    study_tables,
    thresholds_passed,
)
from microsim.kernels.jit import callable_from_python
from microsim.kernels.random import LEARNING, random_words
from microsim.population.blocks import Sample
from microsim.population.columns import (
    ADULT_LEARNING,
    EMPLOYEE,
    HIGHER_EDUCATION,
    NO_STUDY,
    QUALIFICATIONS,
    SCHOOL,
    STUDIES,
)
from microsim.population.learners import GAIN_BANDS, LEARNER_BANDS
from microsim.population.study import LAST_LEARNING_AGE, rising_levels

LEVEL3, LEVEL4 = QUALIFICATIONS.index("level3"), QUALIFICATIONS.index("level4plus")
ROUTES = ("school", "sixth_form_college", "fe_college", "other_training", "none")
YEARS = range(2025, 2033)
SEED = 5


@pytest.fixture(scope="module")
def tables(england):
    return study_tables(england, YEARS)


@pytest.fixture(scope="module")
def kernels():
    return [callable_from_python(one) for one in (grow_older, random_words, learn, study)]


@pytest.fixture(scope="module")
def lives(england, tables, kernels):
    """A block before and after learning in every year, with its words; some are apprentices, some have gone."""
    block = Sample(england, 1 / 10_000, seed=SEED, last_year=YEARS[-1]).make(0)
    people = block.people
    rows = len(people.id)
    key, last, words = *np.zeros((2, rows), np.uint32), np.zeros((4, rows), np.uint32)
    age_rows, draw_words, learn_, study_ = kernels
    people.apprenticeship[::23] = 3
    found = []
    for index, year in enumerate(YEARS):
        count, already = block.present[index + 1], block.present[index]
        people.resident[already:count] = 1
        if index == 4:
            people.resident[5:count:17] = 0
        before = people.copy()
        age_rows(people, key, year, count)
        draw_words(words, people.id, SEED, 0, year, LEARNING, count)
        learn_(people, key, tables, words, already)
        middle = people.copy()
        study_(people, key, tables, words, last, count)
        found.append((year, int(already), int(count), before, middle, people.copy(), words.copy()))
    return found


def share_of(rank):
    return int(rank) / 2**32


def qualification_twin(england, before, i, year, word):
    """The highest of what is held, what the place says at this age, and what an adult gains by chance."""
    held, sex = int(before.qualification[i]), int(before.sex[i])
    age = year - int(before.cohort[i]) - 1
    place = share_of(before.learning_rank[i])
    if age <= LAST_LEARNING_AGE + 1:
        shares = england.study.level_place
        now = shares[age - 16, sex]
        start = now if age == 16 else np.minimum(now, shares[age - 17, sex])
        return max(held, sum(place >= one for one in start))
    for band, chances in zip(GAIN_BANDS, england.study.gain, strict=True):
        if band.first <= age <= band.last:
            level2, level3, level4 = chances[held]
            draw = share_of(word)
            for level, chance in ((LEVEL4, level4), (LEVEL3, level4 + level3), (3, level4 + level3 + level2)):
                if draw < chance:
                    return max(held, level)
    return held


def study_twin(england, people, i, year):
    """School before 16, then university by place, then the published routes up to 18, then a few late entrants."""
    age = min(year - int(people.cohort[i]) - 1, 110)
    if people.apprenticeship[i] or age > 30:
        return NO_STUDY
    late = int(people.birth_month[i] >= SEPTEMBER)
    academic, sex = age - late, int(people.sex[i])
    if academic < 16:
        return SCHOOL
    rank = share_of(people.study_rank[i])
    first_place = england.study.higher_education_place[age - 16, late, sex]
    if people.qualification[i] < LEVEL4 and share_of(people.learning_rank[i]) >= first_place:
        return HIGHER_EDUCATION
    if academic > 18:
        share = england.room_figures["study"]["mature_higher_education"].central
        start = (age - 21) * share / 2
        mature = 21 <= age <= 30 and start <= rank < start + share and people.qualification[i] >= LEVEL3
        return HIGHER_EDUCATION if mature else NO_STUDY
    work = {0: 0, 1: 0, 2: 1, 3: 2, 4: 2}[int(people.work_status[i])]
    cell = (academic - 16, england.area_region[people.area[i]], sex, people.free_meals[i])
    shares = england.study.route[(*cell, int(people.attainment[i] == 2), work)]
    for route, below in zip(ROUTES, np.cumsum(shares), strict=True):
        if rank < below or route == "none":
            return STUDIES.index(route)
    raise AssertionError


def learning_twin(england, people, i, year):
    age = year - int(people.cohort[i]) - 1
    if age < 19 or people.study[i] or people.apprenticeship[i]:
        return 0
    band = next(at for at, one in enumerate(LEARNER_BANDS) if one.first <= age <= one.last or one.last == 90 <= age)
    chances = england.study.learner[band, people.sex[i], people.qualification[i], people.work_status[i]]
    for payer, below in enumerate(np.cumsum(chances), 1):
        if share_of(people.learner_rank[i]) < below:
            return payer
    return 0


def test_qualifications_are_those_of_the_twin(lives, england):
    gained = 0
    for year, already, _, before, after, _, words in lives:
        for i in range(already):
            expected = int(before.qualification[i])
            if before.resident[i]:
                expected = qualification_twin(england, before, i, year, words[0, i])
            assert after.qualification[i] == expected, (year, i)
            gained += expected > before.qualification[i]
        assert (after.qualification[already:] == before.qualification[already:]).all()
    assert gained > 200


def test_studies_and_learning_are_those_of_the_twin(lives, england):
    seen = set()
    for year, _, count, _, middle, after, words in lives:
        change = england.room_figures["study"]["learner_change"].central
        for i in range(count):
            drawn = share_of(words[1, i]) < change
            assert after.learner_rank[i] == (words[2, i] if drawn else middle.learner_rank[i])
            if not after.resident[i]:
                assert after.study[i] == middle.study[i]
                assert after.learning[i] == middle.learning[i]
                continue
            assert after.study[i] == study_twin(england, after, i, year), (year, i)
            assert after.learning[i] == learning_twin(england, after, i, year), (year, i)
            seen |= {STUDIES[after.study[i]], ADULT_LEARNING[after.learning[i]]}
    assert seen >= {*STUDIES, "employer_paid", "self_paid", "publicly_funded", "without_fee"}


def test_nobody_does_two_things(lives):
    for year, _, count, _, _, after, _ in lives:
        here = (after.resident[:count] == 1) & (after.apprenticeship[:count] > 0)
        assert (after.study[:count][here] == NO_STUDY).all()
        assert (after.learning[:count][here] == 0).all()
        assert not ((after.study[:count] > 0) & (after.learning[:count] > 0)).any()
        age = year - after.cohort[:count] - 1
        assert not after.learning[:count][age < 19].any()
        paid = after.learning[:count] == ADULT_LEARNING.index("employer_paid")
        assert (after.work_status[:count][paid & (after.resident[:count] == 1)] == EMPLOYEE).all()


def test_a_cohort_passes_through_the_published_levels(england, tables, kernels):
    """A thousand people spread evenly over the places, lived from 16 to 35, hold what is published at each age."""
    _, _, learn_, _ = kernels
    block = Sample(england, 1 / 10_000, seed=SEED, last_year=2027).make(0)
    rows = 1000
    people = type(block.people)(*(np.resize(column, rows).copy() for column in block.people))
    people.learning_rank[:] = ((np.arange(rows) + 0.5) / rows * 2**32).astype(np.uint32)
    people.qualification[:] = 0
    people.resident[:] = 1
    people.sex[:] = 1
    words = np.full((4, rows), 2**32 - 1, np.uint32)
    published = england.study.level_place[:, 1]
    lowest = np.ones(6)
    for age in range(16, 36):
        learn_(people, np.full(rows, 2 * age + 1, np.uint32), tables, words, rows)
        lowest = np.minimum(lowest, published[age - 16])
        below = [(people.qualification <= level).mean() for level in range(6)]
        assert below == pytest.approx(lowest, abs=0.002)


def test_levels_never_ask_for_more_than_the_age_before(england):
    start = rising_levels(england.study.level_place)
    assert start.shape == (LAST_LEARNING_AGE + 2 - 16, 2, 6)
    assert (np.diff(start, axis=-1) >= 0).all()
    assert (start[1:] <= england.study.level_place[: len(start) - 1]).all()


def test_late_entrants_stay_two_years():
    first, last = (slices.astype(float) / 2**32 for slices in mature_slices(0.03))
    inside = [(first <= rank) & (rank < last) for rank in np.linspace(0.0, 0.2, 2001)]
    years = np.array(inside).sum(1)
    ages = np.arange(MATURE_AGES[0] - 16, MATURE_AGES[1] - 15)
    assert (last - first)[ages] == pytest.approx(np.full(len(ages), 0.03))
    assert years.max() == 2
    assert (np.array(inside).sum(0) > 0).sum() == len(ages)


def test_thresholds_are_counted():
    passed = callable_from_python(thresholds_passed)
    table = np.array([9, 9, 10, 20, 20, 30, 40, 0], np.uint32)
    ranks = (0, 10, 19, 20, 40, 41)
    assert [int(passed(np.uint32(rank), table, np.uint32(2))) for rank in ranks] == [0, 1, 1, 3, 5, 5]
