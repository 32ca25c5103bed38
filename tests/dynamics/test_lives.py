"""How people live, seen from outside: levels against the published tables and regularities of any life."""

import numpy as np
import pytest
from common import SCENARIO

from microsim import api
from microsim.dynamics.tables import dynamics_tables, thresholds
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample


@pytest.fixture(scope="module")
def lived(england, programme_of):
    """A 1-in-2,000 sample's columns in every year: {name: [years, rows]}."""
    sample = Sample(england, 1 / 2000, seed=9, last_year=2036, block_rows=60_000)
    programme = programme_of(sample, {})
    programme = type(programme)(sample, programme.tables, ())
    block = sample.make(0)
    rows = len(block.people.id)
    columns = {name: [] for name in ("resident", "area", "qualification", "work_status", "pay")}
    driver, scratch, ledger = programme.driver(), programme.scratch(rows), programme.ledger()
    for index in range(len(sample.years)):
        programme.live(driver, block, (), (index, index + 1), scratch, ledger)
        for name, years in columns.items():
            years.append(getattr(block.people, name).copy())
    assert len(sample.blocks) == 1
    return sample, block, {name: np.array(years) for name, years in columns.items()}


def test_chances_become_thresholds():
    assert thresholds(np.array([0.0, 0.5, 1.0, 2.0, -1.0])).tolist() == [0, 2**31, 2**32 - 1, 2**32 - 1, 0]


def test_nobody_comes_back(lived):
    """Once gone, gone: and nobody is there before the year of arrival."""
    sample, block, columns = lived
    resident = columns["resident"].astype(int)
    first = np.maximum(block.people.entry_year - sample.years[0], 0)
    for row in range(resident.shape[1]):
        life = resident[:, row]
        assert not life[: first[row]].any()
        assert (np.diff(life[first[row] :]) <= 0).all()
    assert (resident[0] == 1).sum() > 20_000


def test_arrivals_are_there_in_the_year_of_arrival(lived):
    sample, block, columns = lived
    for index, year in enumerate(sample.years):
        arrived = block.people.entry_year == year
        assert columns["resident"][index, arrived].all()
        assert arrived.sum() > 50


def test_arrivals_at_sixteen_are_sixteen(lived):
    _, block, _ = lived
    people = block.people
    origin = (people.id >> np.uint64(32)) & np.uint64(3)
    ages = people.entry_year.astype(int) - people.cohort - 1
    assert (ages[origin == 1] == 16).all()
    assert (ages[origin == 2] >= 17).all()
    assert (people.entry_year[origin == 0] == 0).all()


def test_deaths_are_as_projected(lived, england):
    """People over 85 do not migrate in the model, so departures there are deaths: within three standard errors."""
    sample, block, columns = lived
    expected = found = variance = 0.0
    tables = dynamics_tables(england, load_parameters(), sample.flows, sample.years)
    for index, year in enumerate(list(sample.years)[1:], start=1):
        age = np.minimum(year - block.people.cohort - 1, 110)
        there = (columns["resident"][index - 1] == 1) & (age > 86)
        chance = tables.death[index, 2 * age[there] + block.people.sex[there]] / 2**32
        expected += chance.sum()
        variance += (chance * (1 - chance)).sum()
        found += (columns["resident"][index][there] == 0).sum()
    assert found > 300
    assert abs(found - expected) < 3 * variance**0.5


def test_qualifications_never_fall(lived):
    _, _, columns = lived
    here = (columns["resident"][1:] == 1) & (columns["resident"][:-1] == 1)
    assert (np.diff(columns["qualification"].astype(int), axis=0)[here] >= 0).all()


def test_pay_is_for_work(lived):
    _, _, columns = lived
    working = (columns["work_status"] <= 1) & (columns["resident"] == 1)
    assert (columns["pay"][working] > 0).all()
    assert (columns["pay"][(columns["work_status"] > 1) & (columns["resident"] == 1)] == 0).all()
    assert np.median(columns["pay"][0][working[0]]) == pytest.approx(32_000, rel=0.15)


def test_earning_power_stays_standard_normal(lived):
    """The lasting part keeps mean 0 and variance 1, however long people live."""
    _, block, _ = lived
    there = block.people.resident == 1
    persistent = block.people.persistent[there]
    assert abs(persistent.mean()) < 0.03
    assert persistent.std() == pytest.approx(1.0, abs=0.03)


def test_moves_are_as_common_as_published(lived, england):
    _, _, columns = lived
    both = (columns["resident"][1:] == 1) & (columns["resident"][:-1] == 1)
    moved = (np.diff(columns["area"].astype(int), axis=0) != 0)[both].mean()
    residents = england.joint.reshape(len(england.area_codes), -1).sum(axis=1)
    published = np.average(england.move_out_rate, weights=residents)
    assert moved == pytest.approx(published, rel=0.1)


def test_work_by_age_stays_near_its_published_level(lived):
    """The share of 25-54-year-olds in work neither drifts nor jumps in ten years."""
    sample, block, columns = lived
    shares = []
    for index, year in enumerate(sample.years):
        age = year - block.people.cohort - 1
        there = (columns["resident"][index] == 1) & (age >= 25) & (age <= 54)
        shares.append((columns["work_status"][index][there] <= 1).mean())
    assert min(shares) > 0.75
    assert max(shares) < 0.92
    assert max(shares) - min(shares) < 0.04


def test_two_seeds_are_two_lives():
    one, other = (
        api.run(api.load_scenario(SCENARIO, sample=0.0001, seed=seed, years="2026-27 to 2027-28")) for seed in (1, 2)
    )
    assert one.digest != other.digest
