"""Counts of jobs, hours and pay against people counted by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from microsim.population.people import People
from microsim.validation import jobs as room
from microsim.validation.pay_bins import bin_edges, named, quantile, year_in_job
from microsim.validation.targets import Target

YEARS = range(2025, 2028)
PAY = np.array([10_000.0, 20_000, 30_000, 40_000, 50_000, 60_000, 70_000, 80_000])


@pytest.fixture
def counted(england):
    """Eight people in work, each standing for 100, one of them self-employed, one new in the job, one an apprentice."""
    sample = SimpleNamespace(years=YEARS, population=england)
    earnings = SimpleNamespace(growth=np.full(len(YEARS), 1.1))
    counts = room.start(SimpleNamespace(sample=sample, tables=SimpleNamespace(earnings=earnings)))
    people = People.empty(8)
    people.weight[:], people.resident[:] = 100_000, 1
    people.hours_rank[:] = 7
    people.area[:] = england.area_index("Leeds")
    people.sex[:] = [0, 0, 0, 0, 1, 1, 1, 1]
    people.work_status[7] = 1
    people.industry[:] = [8, 8, 15, 15, 2, 2, 8, 2]  # I, I, P, P, C, C, I, C
    people.public[2:4] = 1
    people.part_time[:2] = 1
    people.hours[:] = [10.05, 20.05, 37.05, 37.05, 40.05, 40.05, 45.05, 60]
    people.qualification[:] = [0, 3, 6, 6, 3, 0, 6, 6]
    people.apprenticeship[5] = 3
    people.pay[:] = PAY * 1.1
    before = people.copy()
    before.hours_rank[6] = 8  # another job
    for year in YEARS:
        room.count(counts, before, people, year, np.array([30, 35, 30, 35, 30, 35, 50, 50]))
    return SimpleNamespace(rooms={room.__name__: counts}, programme=SimpleNamespace(sample=sample), weight=100.0)


def value(tally, statistic, detail="", ages=(16, 200), sex=None, place=""):
    asked = Target("", statistic, 2025, *ages, sex, place, detail, 0.0, None)
    return room.STATISTICS[statistic](tally, asked).value


def test_shares_of_industries_and_of_the_public_sector(england, counted):
    assert value(counted, "industry_share", "I") == pytest.approx(3 / 8)
    assert value(counted, "industry_share", "CP", sex=1) == pytest.approx(3 / 4)
    assert value(counted, "industry_share", "CP", place="E12000003") == pytest.approx(5 / 8)
    assert value(counted, "public_in_industry", "P") == 1.0


def test_pay_is_of_those_a_year_in_the_job(counted):
    """The seventh is new, the eighth self-employed, the sixth an apprentice."""
    assert value(counted, "pay_of_industry", "I mean") == pytest.approx(15_000, rel=0.002)
    assert value(counted, "pay_of_industry", "C mean") == pytest.approx(50_000, rel=0.002)
    assert value(counted, "pay_full_time", "mean", sex=0) == pytest.approx(35_000, rel=0.002)
    assert value(counted, "pay_ratio", "p90 / p10", place="E08000035") == pytest.approx(5.0, rel=0.003)


def test_pay_by_qualification_is_of_all_employees(counted):
    """Level 4 and above: 30, 40 and 70 thousand; level 2: 20 and 50, whose median bins meet at the lower."""
    found = value(counted, "pay_by_qualification", "level4plus / none")
    assert found == pytest.approx(40_000 / 10_000, rel=0.003)


def test_part_time_and_hours(counted):
    assert value(counted, "part_time_share", "", sex=0) == pytest.approx(2 / 4)
    assert value(counted, "part_time_share", "a year in the job") == pytest.approx(2 / 5)
    assert value(counted, "paid_hours", "part_time mean") == pytest.approx(15.05, abs=0.01)
    assert value(counted, "paid_hours", "full_time mean", sex=0) == pytest.approx(37.05, abs=0.01)
    assert value(counted, "paid_hours", "all p50", ages=(30, 39)) == pytest.approx(37.05, abs=0.06)


def test_who_has_been_a_year_in_the_job():
    before, now = People.empty(5), People.empty(5)
    for people in (before, now):
        people.resident[:] = 1
    now.hours_rank[1], now.work_status[2], before.resident[3], now.apprenticeship[4] = 1, 1, 0, 2
    assert year_in_job(before, now).tolist() == [True, False, False, False, False]


def test_percentiles_of_bins_of_hours():
    edges, people = np.arange(5) * 10.0, np.array([0.0, 2.0, 0.0, 2.0])
    assert quantile(people, 0.25, edges) == pytest.approx(15.0)
    assert quantile(people, 0.75, edges) == pytest.approx(35.0)
    assert named(people, "mean", 1.0, edges).value == pytest.approx(25.0)
    assert np.isnan(named(np.zeros(4), "p50", 1.0, edges).value)
    assert len(bin_edges()) == 8193
