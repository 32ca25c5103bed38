"""A year of jobs, pay and hours beside slow twins, and the regularities of many years."""

from itertools import pairwise

import numpy as np
import pytest
from lives import live

from microsim.dynamics.earnings import APPRENTICE_LEVELS, curve_rows, earn, earnings_tables, who_works
from microsim.dynamics.jobs import change_chances, change_jobs, job_tables, work_hours
from microsim.kernels.float32 import normal_quantile
from microsim.kernels.jit import callable_from_python
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample
from microsim.population.columns import INDUSTRIES
from microsim.population.people import EMPLOYEE, SELF_EMPLOYED, People

ROWS = 6_000
YEARS = range(2025, 2031)


@pytest.fixture(scope="module")
def job_table(england):
    return job_tables(england)


@pytest.fixture(scope="module")
def pay_table(england):
    return earnings_tables(england, load_parameters(), YEARS)


def crowd(seed=5, rows=ROWS):
    """People of all sorts, their ages, words and work status of a year ago."""
    generator = np.random.default_rng(seed)
    people = People.empty(rows)
    age = generator.integers(16, 90, rows)
    people.sex[:] = generator.integers(0, 2, rows)
    people.resident[:] = generator.random(rows) < 0.9
    people.area[:] = generator.integers(0, 296, rows)
    people.qualification[:] = generator.integers(0, 7, rows)
    people.study[:] = np.where(generator.random(rows) < 0.2, generator.integers(0, 6, rows), 0)
    people.work_status[:] = np.where(generator.random(rows) < 0.6, 0, generator.integers(1, 5, rows))
    people.industry[:] = generator.integers(0, len(INDUSTRIES), rows)
    people.public[:] = generator.integers(0, 2, rows)
    people.apprenticeship[:] = np.where(generator.random(rows) < 0.1, generator.choice(APPRENTICE_LEVELS, rows), 0)
    people.persistent[:] = generator.standard_normal(rows)
    for rank in (people.job_rank, people.hours_rank):
        rank[:] = generator.integers(0, 2**32, rows, dtype=np.uint32)
    people.pay[:], people.hours[:] = 123.0, 7.0
    before = np.where(generator.random(rows) < 0.8, people.work_status, generator.integers(0, 5, rows)).astype(np.uint8)
    words = generator.integers(0, 2**32, (4, rows), dtype=np.uint32)
    return people, (2 * age + people.sex).astype(np.uint32), words, before


def workers_of(people):
    """The rows of residents in work as the driver hands them on: scratch with the rows first, and their number."""
    working = np.zeros(len(people.id), np.uint32)
    return working, callable_from_python(who_works)(people, working, len(people.id))


# -- jobs --------------------------------------------------------------------------------------------------------------


def test_new_jobs_are_those_of_a_slow_twin(england, job_table):
    people, age_sex, words, before = crowd()
    start, new_job, already = people.copy(), np.full(ROWS, 9, np.uint8), ROWS - 500
    callable_from_python(change_jobs)(people, age_sex, job_table, words, before, new_job, already, ROWS)
    chance, places = change_chances(england), england.jobs.places
    keeps = england.room_figures["jobs"]["same_industry"].central
    kept = 0
    for i in range(ROWS):
        status, here = start.work_status[i], start.resident[i] == 1
        works = here and status <= SELF_EMPLOYED
        row = min(max(age_sex[i] // 2, 16), 90) - 16
        new = works and (status != before[i] or i >= already or words[1, i] / 2**32 < chance[row, age_sex[i] % 2])
        assert new_job[i] == new
        rank, public = start.job_rank[i], start.public[i] if status == EMPLOYEE or not here else 0
        industry = start.industry[i]
        if new:
            same = (words[3, i] & 0xFFFF) / 65536 < keeps
            kept += same
            rank = rank if same else words[2, i]
            cell = places[england.area_region[start.area[i]], start.sex[i], int(status == SELF_EMPLOYED), rank >> 19]
            industry, public = cell // 2, cell % 2 * (status == EMPLOYEE)
            assert people.hours_rank[i] == words[3, i]
        else:
            assert people.hours_rank[i] == start.hours_rank[i]
        assert (people.job_rank[i], people.industry[i], people.public[i]) == (rank, industry, public)
    assert 500 < new_job.sum() < ROWS / 2
    assert 0.4 < kept / new_job.sum() < 0.6


def test_as_many_have_been_a_year_in_the_job_as_published(england):
    """Of employees aged 35, say, the share who were employees a year ago times the chance of no change of job."""
    chance = change_chances(england)
    assert chance.min() >= 0.02 - 1e-9
    assert chance[1:].max() < 0.5  # at 16 every job is new
    counts = england.joint.sum(0, dtype=np.int64).astype(float)
    stayed = (counts[..., EMPLOYEE] * england.work_flow[..., EMPLOYEE, EMPLOYEE]).sum(2)
    for age in (25, 35, 50):
        before, now = counts[age - 17], counts[age - 16]
        share = stayed[age - 17] / before.sum((1, 2)) / (now[..., EMPLOYEE].sum(1) / now.sum((1, 2)))
        found = share * (1 - chance[age - 16])
        assert found == pytest.approx(england.jobs.stay[age - 16], abs=1e-6)


# -- pay ---------------------------------------------------------------------------------------------------------------


def test_pay_is_that_of_a_slow_twin(england, pay_table):
    people, age_sex, words, _ = crowd()
    start, new_job = people.copy(), (words[2] < 2**30).astype(np.uint8)
    (place, shift), word = np.zeros((2, ROWS), np.float32), np.zeros(ROWS, np.uint32)
    working, workers = workers_of(people)
    everybody = np.flatnonzero((people.resident == 1) & (people.work_status <= SELF_EMPLOYED))
    assert working[:workers].tolist() == everybody.tolist()
    callable_from_python(earn)(
        people, age_sex, pay_table, words, new_job, working, workers, place, shift, word, 2, ROWS
    )  # fmt: skip
    place_of = dict(zip(everybody, place, strict=False))
    jobs, normal = england.jobs, callable_from_python(normal_quantile)
    share, figures = england.persistent_share, england.room_figures["jobs"]
    apprentices = england.apprenticeships.pay
    scores = np.linspace(-4, 4, 64)
    for i in range(0, ROWS, 3):
        lasting = england.persistence * start.persistent[i] + (1 - england.persistence**2) ** 0.5 * normal(words[0, i])
        assert people.persistent[i] == pytest.approx(lasting, abs=1e-5)
        score = share**0.5 * lasting + (1 - share) ** 0.5 * normal(words[1, i])
        age, sex = min(max(int(age_sex[i]) // 2, 16), 90), start.sex[i]
        job = sex, start.industry[i], start.public[i]
        curve = jobs.pay_quantiles[age - 16, sex]
        if start.apprenticeship[i]:
            group = sum(int(age_sex[i]) // 2 >= first for first in (19, 21, 25))
            curve = apprentices[APPRENTICE_LEVELS.index(start.apprenticeship[i]), group]
        else:
            score = score * jobs.pay_spread_by_job[job] + jobs.pay_by_job[job]
            score += jobs.pay_by_qualification[start.qualification[i]]
            score += figures["new_job_pay"].central * new_job[i]
            score += figures["student_pay"].central * (start.study[i] in (1, 2, 3, 5))
        score = min(max(score, -4.0), 4.0)
        pay = np.interp(score, scores, curve) * np.interp(score, scores, jobs.pay_by_area[start.area[i]])
        profits = england.self_employed_pay_factor * np.interp(score, scores, jobs.pay_of_self_employed)
        pay *= (1.0, profits, 0, 0, 0)[start.work_status[i]] * pay_table.growth[2]
        if i in place_of:
            assert place_of[i] == pytest.approx((score + 4) * 63 / 8, abs=2e-3)
        assert people.pay[i] == pytest.approx(pay if start.resident[i] else 123.0, rel=2e-3)


def test_apprentices_have_the_row_of_their_level_and_age():
    """Level 3 at 19 is the sixth of the sixteen after everybody's 256; without curves of their own, everybody's."""
    rows = curve_rows(True).reshape(7, 256)
    assert rows[0].tolist() == list(range(256))
    assert rows[3, 2 * 19] == 256 + 4 + 1 == rows[3, 2 * 20 + 1]
    assert rows[6, 2 * 40] == 256 + 12 + 3
    assert rows[2, 2 * 16] == 256
    assert (curve_rows(False).reshape(7, 256) == np.arange(256)).all()


# -- hours -------------------------------------------------------------------------------------------------------------


def test_hours_are_those_of_a_slow_twin(england, job_table):
    people, age_sex, _, _ = crowd()
    generator = np.random.default_rng(8)
    place = (generator.random(ROWS) * 62.9).astype(np.float32)
    people.pay[:] = generator.random(ROWS) * 40_000 + 500
    people.part_time[:] = 1
    start, growth = people.copy(), np.float32(1.2)
    working, workers = workers_of(people)
    of_workers = place[working[:workers]]
    callable_from_python(work_hours)(people, age_sex, job_table, working, workers, of_workers, growth, ROWS)
    jobs, weight = england.jobs, england.room_figures["jobs"]["hours_follow_pay"].central
    scores, shares = np.linspace(-4, 4, 64), np.linspace(0, 1, jobs.hours.shape[-1])
    capped = 0
    for i in range(ROWS):
        status, age = start.work_status[i], min(max(int(age_sex[i]) // 2, 16), 90)
        if start.resident[i] == 0:
            expected = (7.0, 1)
        elif status > SELF_EMPLOYED:
            expected = (0.0, 0)
        elif start.apprenticeship[i]:
            group = sum(int(age_sex[i]) // 2 >= first for first in (19, 21, 25))
            hours = england.apprenticeships.hours[APPRENTICE_LEVELS.index(start.apprenticeship[i]), group]
            expected = (hours, hours <= 30)
        else:
            curve, draw = jobs.part_time[age - 16, start.sex[i]], start.hours_rank[i] / 2**32
            chance, point = curve[int(place[i])], int(place[i])
            if abs(draw - chance) < 1e-6:
                continue
            if draw < chance:
                mass = curve * np.exp(-(scores**2) / 2)
                lower = (mass[:point].sum() + mass[point] / 2) / mass.sum()
                within = weight * lower + (1 - weight) * draw / chance
            else:
                within = (draw - chance) / (1 - chance)
            short = draw < chance
            hours = np.interp(within, shares, jobs.hours[int(short), age - 16, start.sex[i]])
            if short and status == EMPLOYEE:
                most = start.pay[i] / growth / (jobs.minimum_wage[age - 16] * 365.25 / 7)
                capped += most < hours
                hours = max(min(hours, most), 1.0)
            expected = (hours, short and status == EMPLOYEE)
        assert people.hours[i] == pytest.approx(expected[0], rel=3e-3), i
        assert people.part_time[i] == expected[1]
    assert capped > 50


# -- many years --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lived(england, programme_of):
    """Some years of a block of a 1-in-2,000 sample: a copy of the people of each."""
    sample = Sample(england, 1 / 2000, seed=4, last_year=2034, block_rows=14_000)
    programme = programme_of(sample, {})
    programme = type(programme)(sample, programme.tables, ())
    return programme, [year.people.copy() for year in live(programme, sample.make(1))]


def test_jobs_last_and_go_with_work(lived):
    _, years = lived
    changes = stays = 0
    for before, now in pairwise(years):
        here = (before.resident == 1) & (now.resident == 1)
        works = here & (now.work_status <= SELF_EMPLOYED)
        assert (now.public[here & (now.work_status != EMPLOYEE)] == 0).all()
        same_job = works & (before.hours_rank == now.hours_rank)
        assert (before.work_status[same_job] == now.work_status[same_job]).all()
        untouched = same_job & (now.apprenticeship == 0) & (before.apprenticeship == 0)
        assert (before.industry[untouched] == now.industry[untouched]).all()
        assert (before.job_rank[same_job] == now.job_rank[same_job]).all()
        assert (now.hours[works] >= 1).all()
        assert (now.hours[here & ~works] == 0).all()
        assert (now.hours[works & (now.part_time == 1)] <= 30).all()
        changes += (works & ~same_job).sum()
        stays += same_job.sum()
    assert 0.10 < changes / (changes + stays) < 0.25


def test_part_timers_earn_the_minimum_wage(lived, england):
    """Pay for the hours of a part-time employee is never below it (hours are cut), in the money of the pay tables."""
    programme, years = lived
    people = years[2]
    age = np.clip(2027 - people.cohort - 1, 16, 90)
    some = (people.resident == 1) & (people.part_time == 1) & (people.apprenticeship == 0) & (people.hours > 1)
    weekly = people.pay[some] / programme.tables.earnings.growth[2] * 7 / 365.25
    assert (weekly > people.hours[some] * england.jobs.minimum_wage[age[some] - 16] * 0.999).all()


def test_earning_power_goes_with_qualification_sector_and_industry(lived):
    _, years = lived
    people = years[3]
    employed = (people.resident == 1) & (people.work_status == EMPLOYEE) & (people.apprenticeship == 0)
    level = [np.median(people.pay[employed & (people.qualification == one)]) for one in (0, 3, 6)]
    assert level[0] < level[1] < level[2]
    catering, finance = (INDUSTRIES.index(letter) for letter in "IK")
    assert np.median(people.pay[employed & (people.industry == catering)]) < 0.6 * np.median(
        people.pay[employed & (people.industry == finance)]
    )
