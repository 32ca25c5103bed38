"""Counts of employers against people counted by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from microsim.dynamics.employers import employer_tables, write_training
from microsim.kernels.jit import callable_from_python
from microsim.parameters.load import load_parameters
from microsim.population.columns import EMPLOYER_SIZES
from microsim.population.people import People
from microsim.validation import employers as room
from microsim.validation.targets import Target

YEARS = range(2025, 2028)
EDUCATION, MANUFACTURING = 15, 2


def employer(section, band, number):
    """In the North East."""
    return (section + 1) << 25 | band << 18 | number


@pytest.fixture(scope="module")
def counted(england):
    """Five private employees, of whom two work together, a public one and one who is gone, each for 100."""
    tables = employer_tables(england, load_parameters(), YEARS)
    programme = SimpleNamespace(
        sample=SimpleNamespace(years=YEARS, population=england), tables=SimpleNamespace(employers=tables)
    )
    counts = room.start(programme)
    people = People.empty(7)
    people.weight[:], people.resident[:] = 100_000, 1
    people.resident[6] = 0
    people.industry[:] = [2, 2, 2, 2, 15, 15, 2]
    people.employer[:] = [
        employer(2, 6, 3), employer(2, 6, 3), employer(2, 0, 5), employer(2, 3, 40), employer(15, 6, 0), 0,
        employer(2, 0, 5),
    ]  # fmt: skip
    people.employer_size[:] = [5, 5, 2, 3, 5, 6, 2]
    for year in YEARS:
        room.count(counts, people, people, year, np.full(7, 30))
    return SimpleNamespace(rooms={room.__name__: counts}, programme=programme, weight=100.0), tables


def value(tally, statistic, detail):
    asked = Target("", statistic, 2026, 16, 200, None, "", detail, 0.0, None)
    return room.STATISTICS[statistic](tally, asked).value


def test_people_are_counted_in_one_year_by_the_size_of_their_employer(counted):
    tally, _ = counted
    assert value(tally, "employees_by_size", "large") == pytest.approx(3 / 5)
    assert value(tally, "employees_by_size", "micro") == pytest.approx(1 / 5)


def test_an_enterprise_is_counted_by_its_people_over_its_headcount(counted, england):
    """One person for 100 in a small enterprise of so many employees stands for 100 over it."""
    tally, tables = counted
    at, number = (2 * 9 + 0) * 7 + 3, 40
    points = england.employers.places[2, 0, 3]
    ends = np.interp([number / tables.number[at], (number + 1) / tables.number[at]], points, np.arange(33) / 32)
    size = tables.employees[at] * (ends[1] - ends[0])
    kind = np.zeros(2, int)
    kind[:] = room._counts(tally).enterprises[3].sum(1)
    assert kind.sum() / 1e6 == pytest.approx(100 / size, rel=1e-4)


def test_spending_is_for_each_employee_of_the_sections(counted):
    """Of the four in manufacturing two work for one that trains; the fifth is in education. In money of the survey."""
    tally, tables = counted
    one = np.array([employer(2, 6, 3), employer(2, 0, 5), employer(2, 3, 40), employer(15, 6, 0)], np.uint32)
    pounds = np.zeros(4, np.float32)
    callable_from_python(write_training)(one, tables, 1, pounds, 4)
    large, micro, small, school = pounds.astype(float) / float(tables.spend_growth[1])
    assert large > 0 and school > 0
    assert micro == small == 0  # they do not train
    assert value(tally, "training_spend", "C") == pytest.approx(2 * large / 4, abs=0.01)
    assert value(tally, "training_spend", "P") == pytest.approx(school, abs=0.01)
    assert value(tally, "training_spend", "CP") == pytest.approx((2 * large + school) / 5, abs=0.01)


def test_who_trains_is_a_share_of_enterprises(counted):
    """All large ones here train and neither of the two smaller; then 3 companies and 1 charity that train of 10."""
    tally, _ = counted
    assert value(tally, "training_by_size", "large") == 1.0
    assert value(tally, "training_by_size", "small") == value(tally, "training_by_size", "micro") == 0.0
    counts = room._counts(tally)
    enterprises = counts.enterprises.copy()
    enterprises[EMPLOYER_SIZES.index("small")] = [[4_000_000, 3_000_000], [2_000_000, 1_000_000]]
    other = SimpleNamespace(rooms={room.__name__: counts._replace(enterprises=enterprises)}, weight=tally.weight)
    assert value(other, "training_by_size", "small") == pytest.approx(0.4)
    assert value(other, "enterprises_by_size", "small") == pytest.approx(7)
