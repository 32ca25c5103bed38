"""Apprenticeships as fitted and as given at the reference date: published margins, hand sums, a slow twin."""

import csv
from collections import defaultdict

import numpy as np
import pytest

from microsim.kernels.jit import callable_from_python
from microsim.kernels.random import FIRST_JOB, random_words
from microsim.population import apprenticeships as room
from microsim.population.blocks import Sample
from microsim.population.pay import SCORES
from microsim.population.rooms import Sources

EMPLOYEE = 0


@pytest.fixture(scope="module")
def sources(england):
    return Sources(england.tables, england.areas, england.joint, england.room_figures["apprenticeships"])


@pytest.fixture(scope="module")
def rows(england):
    with (england.tables / "apprenticeships_age_level.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def band_of(age):
    return 0 if age < 19 else 1 if age < 25 else 2


def slow_age_at_start(age, month):
    """Age on 1 December; none while in year 11. Month 0 is April."""
    on_december = age - (1 if month >= 8 else 0)
    if on_december == 16 and month in (5, 6, 7):
        return None
    return on_december if on_december >= 16 else None


def employees_by_hand(england):
    """Employees who could start by (region, age at the start, sex, qualification), one month of birth at a time."""
    found = defaultdict(float)
    by_region = np.zeros((9, 75, 2, 7))
    np.add.at(by_region, england.area_region, england.joint[..., EMPLOYEE])
    for (region, age, sex, level), people in np.ndenumerate(by_region[:, :60]):
        for month in range(12):
            began = slow_age_at_start(age + 16, month)
            if began is not None:
                found[region, began, sex, level] += people / 12
    return found


def test_employees_by_age_at_start_are_those_counted_month_by_month(england, sources):
    by_hand = employees_by_hand(england)
    fitted = room.employees_by_age_at_start(sources)
    for age in (16, 17, 18, 30, 64):
        for sex in (0, 1):
            expected = by_hand[3, age, sex, 3]
            assert fitted[3, age - 16, sex, 3] == pytest.approx(expected)


def test_expected_starts_are_the_published_ones(england, sources, rows):
    """Chances times employees who are not apprentices already, one area at a time, over the share still there."""
    fitted = england.apprenticeships
    census = england.health.ethnicity
    everybody = np.stack([employees_of(england.joint[area]) for area in range(296)])
    total = everybody.sum(0)
    later = np.einsum("asql,asq,al->as", fitted.stock, total, 1 - fitted.years[:, :, 0]) / total.sum(2)
    found, ethnic, women, londoners = np.zeros((3, 3)), np.zeros(5), 0.0, 0.0
    for area, employees in enumerate(everybody):
        factor = census[area] * fitted.ethnicity
        for row, age in enumerate(room.AGES):
            band = band_of(age)
            free = employees[row] * (1 - later[row])[:, None]  # [sex, qualification]
            present = np.einsum("sq,sql->sl", free, fitted.starts[row]) * fitted.place[area, band]
            starts = present / fitted.remain[:, band, 0] * factor.sum()
            for level in range(4):
                found[min(level, 2), band] += starts[:, level].sum()
            women += starts[0].sum()
            ethnic += present.sum() * factor
            londoners += starts[:, 1].sum() if band == 1 and england.area_region[area] == 6 else 0.0
    names = {"2": 0, "3": 1, "4-7": 2}, {"16-18": 0, "19-24": 1, "25+": 2}
    published = np.zeros((3, 3))
    for one in rows:
        if one["academic_year"] == "2024-25":
            published[names[0][one["level"]], names[1][one["age"]]] = float(one["starts"])
    assert published.sum() == 353_503
    assert found == pytest.approx(published, rel=0.01)
    assert women == pytest.approx(185_500, rel=0.01)
    # level 3, 19 to 24: 4,759 of the 45,664 starts of known English region are Londoners'
    assert londoners / found[1, 1] == pytest.approx(4759 / 45664, rel=0.01)
    assert ethnic / ethnic.sum() == pytest.approx(np.array([285660, 13200, 28490, 17450, 3740]) / 348540, abs=0.001)


def employees_of(people):
    """Employees [age at the start, sex, qualification] of an area's joint table: a third of each age is a year younger
    on 1 December, and a quarter of those aged 16 on 1 December are in year 11."""
    employees = people[..., EMPLOYEE].astype(float)
    found = employees[: len(room.AGES)] * 8 / 12 + employees[1 : len(room.AGES) + 1] * 4 / 12
    found[0] -= employees[0] * 3 / 12
    return found


def test_those_who_remain_add_up_to_those_in_learning_over_starts(england, rows):
    """The mean years of presence are hand sums of the published table: level 3 at 25 and over, and levels 4 to 7."""
    table = {(one["academic_year"], one["level"], one["age"]): one for one in rows}

    def presence(level, age):
        stock = [
            int(table[year, level, age]["enrolments"]) - int(table[year, level, age]["starts"])
            for year in ("2024-25", "2025-26")
        ]
        starts = [int(table[year, level, age]["starts"]) for year in ("2023-24", "2024-25")]
        return sum(stock) / sum(starts)

    remain = england.apprenticeships.remain
    assert remain[1, 2].sum() == pytest.approx(presence("3", "25+"), rel=1e-6)
    assert remain[0, 0].sum() == pytest.approx(presence("2", "16-18"), rel=1e-6)
    degree = 0.45  # share of levels 6 and 7 under 25
    assert (1 - degree) * remain[2, 1].sum() + degree * remain[3, 1].sum() == pytest.approx(presence("4-7", "19-24"))
    assert (np.diff(remain, axis=2) <= 0).all() and (remain[..., 0] < 1).all()


def test_implied_durations_are_near_the_published_ones(sources):
    """Not used by the fit for levels 2 and 3: 508 and 651 days."""
    published = room.read_published(sources)
    retention = sources.figure("retention")
    years = published.stock.sum(1) / published.mean_starts.sum(1)
    days = years * -np.log(retention) / (1 - retention) * 365.25
    assert days[0] == pytest.approx(508, rel=0.05)
    assert days[1] == pytest.approx(651, rel=0.05)


def test_stock_is_starts_times_presence(england):
    starts = np.zeros((len(room.AGES), 2, 4))
    starts[4, 0, 1] = 1000.0  # women of 20, level 3
    present = room.by_year(starts, england.apprenticeships.remain)
    assert present.sum() == pytest.approx(1000 * england.apprenticeships.remain[1, 1].sum())
    assert present[5, 0, 1, 1] == pytest.approx(1000 * england.apprenticeships.remain[1, 1, 1])
    assert present[:4].sum() == 0


def test_recruits_follow_subjects(england, sources):
    """Construction's share of level 2 recruits from the two tables, by hand."""
    shares = {}
    with (england.tables / "apprenticeships_subject_industry.csv").open(encoding="utf-8") as file:
        for one in csv.DictReader(line for line in file if not line.startswith("#")):
            if one["section"] == "F":
                shares[one["subject"]] = float(one["share"])
    with (england.tables / "apprenticeships_subject_2025.csv").open(encoding="utf-8") as file:
        starts = [
            (one["subject"], int(one["starts"]))
            for one in csv.DictReader(line for line in file if not line.startswith("#"))
            if one["level"] == "2"
        ]
    expected = sum(shares.get(name, 0.0) * number for name, number in starts) / sum(number for _, number in starts)
    section = england.apprenticeships.recruits[0] >> 1
    assert (section == "ABCDEFGHIJKLMNOPQRS".index("F")).mean() == pytest.approx(expected, abs=1 / 128)
    public = england.apprenticeships.recruits[0] & 1
    assert set(section[public == 1]) <= {"ABCDEFGHIJKLMNOPQRS".index(one) for one in "OPQ"}
    assert public.any()


def test_pay_has_the_published_median_and_the_floor(england, sources):
    pay = england.apprenticeships.pay
    hourly = pay / england.apprenticeships.hours[..., None] / (365.25 / 7)
    assert pay.shape == (4, 4, 64) and (np.diff(pay, axis=2) >= 0).all()
    assert (np.diff(hourly[..., 32], axis=0) > 0).all() and (np.diff(hourly[..., 32], axis=1) > 0).all()
    # the apprentice rate of 2024-25 above the lowest 12 or 9 per cent
    assert hourly[:2][..., SCORES > -1.17].min() >= 6.40 - 1e-9
    assert hourly[2:][..., SCORES > -1.34].min() >= 6.40 - 1e-9
    assert hourly[0, 0, 0] < 6.40
    # half of all apprentices below 11.63 raised to 2024-25
    draws = np.random.default_rng(1).standard_normal(20_000)
    employees = room.employees_by_age_at_start(sources).sum(0)
    in_level = np.einsum("asql,asq->al", england.apprenticeships.stock, employees)
    group = np.searchsorted((16, 19, 21, 25), room.AGES, side="right") - 1
    next_group = np.searchsorted((16, 19, 21, 25), np.array(room.AGES) + 1, side="right") - 1  # a third on 1 April
    below = total = 0.0
    for level in range(4):
        for one in range(4):
            weight = 2 / 3 * in_level[group == one, level].sum() + 1 / 3 * in_level[next_group == one, level].sum()
            below += weight * (np.interp(draws, SCORES, hourly[level, one]) < 11.63 * 1.08).mean()
            total += weight
    assert below / total == pytest.approx(0.5, abs=0.01)


@pytest.fixture(scope="module")
def block(england):
    return Sample(england, 1 / 1000, seed=11, last_year=2026, block_rows=60_000).make(0)


def test_first_apprentices_are_those_of_a_slow_twin(england, block):
    """Level by level and year by year in plain Python, from the same words."""
    people, residents = block.people, int(block.present[0])
    words = np.zeros((4, residents), np.uint32)
    callable_from_python(random_words)(words, people.id, 11, 0, 0, FIRST_JOB, residents)
    fitted = england.apprenticeships
    apprentices = 0
    for i in range(residents):
        expected = (0, 0)
        age = slow_age_at_start(2024 - int(people.cohort[i]) - 1, int(people.birth_month[i]))
        if people.work_status[i] == EMPLOYEE and age is not None and age <= room.AGES[-1]:
            draw, below = (int(words[2, i]) >> 8) / 2**24, 0.0
            for level in range(4):
                below += (
                    fitted.stock[age - 16, people.sex[i], people.qualification[i], level]
                    * fitted.place[people.area[i], band_of(age), level]
                    * fitted.ethnicity[people.ethnicity[i]]
                )
                if draw < below:
                    shares = np.cumsum(fitted.years[age - 16, level])[:5]
                    expected = (2, 3, 4, 6)[level], 1 + int(((int(words[3, i]) >> 8) / 2**24 >= shares).sum())
                    break
        assert (people.apprenticeship[i], people.apprenticeship_year[i]) == expected
        apprentices += expected[0] > 0
    assert 400 < apprentices * 47_852 / residents < 600 and apprentices > 200  # about 467,000 of 47.9 million people
    assert not people.apprenticeship[residents:].any() and not people.apprenticeship_year[residents:].any()


def test_first_apprentices_do_not_depend_on_the_rest_of_the_block(england, block):
    people, residents = block.people, int(block.present[0])
    half = type(people)(*(column[: residents // 2].copy() for column in people))
    half.apprenticeship[:] = half.apprenticeship_year[:] = 0
    room.assign(half, residents // 2, england.apprenticeships, 11, 2024)
    assert np.array_equal(half.apprenticeship, people.apprenticeship[: residents // 2])
    assert np.array_equal(half.apprenticeship_year, people.apprenticeship_year[: residents // 2])
