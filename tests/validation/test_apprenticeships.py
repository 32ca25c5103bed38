"""Counts of apprentices against people counted by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from microsim.population.people import People
from microsim.validation import apprenticeships as room
from microsim.validation.targets import Target

YEARS = range(2025, 2032)


@pytest.fixture
def counted(england):
    """Ten people, each standing for 100, the same in all years; every one of them is lived through `count`."""
    sample = SimpleNamespace(years=YEARS, population=england)
    earnings = SimpleNamespace(growth=np.full(len(YEARS), 1.1))
    programme = SimpleNamespace(sample=sample, tables=SimpleNamespace(earnings=earnings))
    counts = room.start(programme)
    people = People.empty(10)
    people.weight[:] = 100_000
    people.resident[:] = 1
    people.resident[9] = 0
    age = np.array([17, 17, 18, 19, 20, 24, 25, 30, 40, 30])
    people.birth_month[:] = [5, 0, 0, 9, 0, 0, 8, 0, 0, 0]  # the fourth and the seventh were younger at the start
    people.sex[:] = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]
    people.apprenticeship[:] = [2, 3, 3, 2, 3, 6, 4, 0, 4, 3]
    people.apprenticeship_year[:] = [1, 1, 2, 1, 2, 1, 1, 0, 1, 1]
    people.disabled[0] = 1
    people.ethnicity[1] = 2
    people.pay[:] = 37 * 365.25 / 7 * 1.1 * np.array([6.0, 7.0, 6.5, 9.0, 8.5, 12.0, 20.0, 30.0, 6.3, 1.0])
    for year in YEARS:
        room.count(counts, people, people, year, age)
    return SimpleNamespace(
        rooms={room.__name__: counts}, programme=programme, weight=100.0, index=lambda year: year - YEARS[0]
    )


def target(statistic, detail="", ages=(16, 200), sex=None, place=""):
    return Target("", statistic, 2025, *ages, sex, place, detail, 0.0, None)


def value(tally, statistic, *rest, **more):
    return room.STATISTICS[statistic](tally, target(statistic, *rest, **more)).value


def test_starts_are_first_years_over_those_still_there(england, counted):
    remain = england.apprenticeships.remain[:, :, 0]
    # under 19 at level 2: the first and the fourth; at level 3 the second
    young = 200 / remain[0, 0]
    assert value(counted, "apprenticeship_starts", "2") == pytest.approx(young)
    assert value(counted, "apprenticeship_starts", "2", ages=(16, 18)) == pytest.approx(young)
    assert value(counted, "apprenticeship_starts", "3") == pytest.approx(100 / remain[1, 0])
    higher = 100 / remain[3, 1] + 100 / remain[2, 1] + 100 / remain[2, 2]
    assert value(counted, "apprenticeship_starts", "4-7") == pytest.approx(higher)
    whole = young + 100 / remain[1, 0] + higher
    assert value(counted, "apprenticeship_starts_share", "2") == pytest.approx(young / whole)
    women = 100 / remain[0, 0] + 100 / remain[2, 1] + 100 / remain[2, 2]
    assert value(counted, "apprenticeship_women") == pytest.approx(women / whole)
    assert value(counted, "apprenticeship_starts", place="E12000001") == pytest.approx(whole)  # area 0
    assert value(counted, "apprenticeship_starts", place="E12000007") == 0


def test_stock_and_participation(counted):
    assert value(counted, "apprentices") == pytest.approx(800)
    assert value(counted, "apprentices", "3") == pytest.approx(300)
    both = value(counted, "apprenticeship_starts") + 800
    assert value(counted, "apprenticeship_participation") == pytest.approx(both)


def test_shares_of_people(counted):
    assert value(counted, "apprenticeship_disabled") == pytest.approx(1 / 6)
    assert value(counted, "apprenticeship_ethnicity", "asian") == pytest.approx(1 / 6)
    # on 31 August: 16, 17, 18, 18, 20, and older
    assert value(counted, "apprentice_share", ages=(16, 17)) == pytest.approx(1.0)


def test_pay_and_minimum_wages(counted):
    """First years and those under 19 have 6.40 an hour; later 19- and 20-year-olds 8.60, from 21 on 11.44."""
    assert value(counted, "apprentices_under_minimum", "2-3 first") == pytest.approx(1 / 3)  # 6.00
    assert value(counted, "apprentices_under_minimum", "2-3 later") == pytest.approx(1 / 2)  # 8.50 at 20
    assert value(counted, "apprentices_under_minimum", "4-7") == pytest.approx(1 / 3)  # 6.30 at 40
    assert value(counted, "apprentice_pay", "3") == pytest.approx(7.05, abs=0.06)


def test_years_that_are_not_lived_are_refused(counted):
    with pytest.raises(ValueError, match="not lived"):
        room.apprenticeship_starts(counted, target("apprenticeship_starts")._replace(year=2030))
