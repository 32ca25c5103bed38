"""A year of homes beside a slow twin, and England's tenures, rents and bills from a block."""

import numpy as np
import pytest

from microsim.dynamics.homes import ORDER, home_tables, write_homes
from microsim.dynamics.means import Means
from microsim.kernels.jit import callable_from_python
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample
from microsim.population.columns import COMMUNAL, MORTGAGED, OWN, OWNED, PRIVATE, SHARING, SOCIAL
from microsim.population.people import NOBODY, People

YEARS = range(2025, 2036)
WEEKS = 52


@pytest.fixture(scope="module")
def tables(england):
    return home_tables(england, load_parameters(), YEARS)


@pytest.fixture(scope="module")
def block(england):
    return Sample(england, 1 / 200, seed=3, last_year=2030, block_rows=10**6).make(0)


COMPILED = callable_from_python(write_homes)


def write(people, age, tables, year=0):
    means = Means.make(len(people.id))
    age_sex = (2 * age + people.sex).astype(np.uint32)
    COMPILED(people, age_sex, tables, means, year, len(age))
    return means


@pytest.fixture(scope="module")
def england_2025(block, tables):
    residents = int(block.present[0])
    people = People(*(column[:residents] for column in block.people))
    age = np.clip(2025 - people.cohort - 1, 16, 110)
    return people, age, write(people, age, tables)


def heads(people):
    return (people.household == np.arange(len(people.id))) & (people.living != COMMUNAL)


def test_homes_are_those_of_a_slow_twin(england, england_2025, tables):
    people, age, means = england_2025
    fitted, index = england.homes, tables.rent_index[0]
    adults = np.bincount(people.household, minlength=len(people.id))
    for i in range(0, len(people.id), 97):
        head = people.household[i]
        if people.living[head] == COMMUNAL:
            assert (means.tenure[i], means.rent[i], means.council_tax[i]) == (OWNED, 0, 0)
            continue
        partner = people.partner[head] if people.partner[head] != NOBODY else head
        couple = partner != head
        kids = int(people.children[head]) + couple * int(people.children[partner])
        works = people.work_status[head] <= 1 or people.work_status[partner] <= 1
        kind = 4 if people.living[head] == SHARING else 2 * couple + (kids > 0)
        band = sum(age[head] >= first for first in (25, 35, 45, 55, 65))
        shares = fitted.tenure[people.area[head], band, kind, int(works)]
        place = people.tenure_rank[head] / 2**32
        steps = np.cumsum(shares[list(ORDER)])
        if np.abs(steps - place).min() < 1e-6:
            continue
        tenure = ORDER[int((place >= steps[:3]).sum())]
        assert means.tenure[i] == tenure
        if i != head:
            assert (means.rent[i], means.eligible_rent[i], means.council_tax[i]) == (0, 0, 0)
            continue
        assert means.council_tax[i] == pytest.approx(fitted.council_tax[people.area[i]] * tables.council_tax_index[0])
        if tenure in (OWNED, MORTGAGED):
            assert means.rent[i] == 0
            continue
        bedrooms = min(adults[i] - couple + (kids + 1) // 2, 4)
        rents = fitted.rent[england.area_region[people.area[i]], int(tenure == SOCIAL)]
        assert means.rent[i] == pytest.approx(rents[bedrooms] * index, rel=1e-5)
        room = 0 if adults[i] == 1 and kids == 0 and age[i] < 35 else bedrooms
        limit = np.inf if tenure == SOCIAL else 0.8 * rents[room]
        assert means.eligible_rent[i] == pytest.approx(min(rents[bedrooms] * index, limit), rel=1e-5)


def test_england_has_the_tenures_of_the_survey(england_2025):
    """English Housing Survey 2024 to 2025: 36 per cent owned, 29 with a mortgage, 16 social, 19 private."""
    people, _, means = england_2025
    here = heads(people)
    shares = np.bincount(means.tenure[here], minlength=4) / here.sum()
    assert shares == pytest.approx([0.36, 0.29, 0.16, 0.19], abs=0.015)


def test_renters_pay_what_the_survey_says(england_2025, tables):
    """250 and 129 pounds a week of 2024-25; times 4.6 and 3.95 million homes 62 and 28 billion a year in 2025-26."""
    people, _, means = england_2025
    here = heads(people)
    for tenure, weekly, total in ((PRIVATE, 250, 62.5), (SOCIAL, 129, 27.7)):
        rent = means.rent[here & (means.tenure == tenure)]
        assert rent.mean() / WEEKS / tables.rent_index[0] == pytest.approx(weekly, rel=0.03)
        assert rent.sum() * 200 / 1e9 == pytest.approx(total, rel=0.04)
    assert (means.eligible_rent <= means.rent).all()


def test_council_tax_is_billed_to_every_household(england_2025):
    """Some 57 billion for all dwellings of 2026-27, of which 4 per cent are empty, a year earlier."""
    people, _, means = england_2025
    assert means.council_tax.sum() * 200 / 1e9 == pytest.approx(53.5, rel=0.02)
    assert ((means.council_tax > 0) == heads(people)).all()


def test_the_allowance_stays_frozen_and_then_follows_earnings(tables):
    assert tables.allowance_index[:6] == pytest.approx(np.ones(6))
    growth = tables.rent_index[6:] / tables.rent_index[5]
    assert tables.allowance_index[6:] == pytest.approx(growth, rel=1e-6)
    assert (tables.rent_index[1:] > tables.rent_index[:-1]).all()


def test_a_household_keeps_its_tenure_through_a_move_of_nobody(tables):
    """A couple with a grown-up child, two younger children: 1 + 1 + 1 bedrooms; who is gone pays nothing."""
    people = People.empty(4)
    people.resident[:] = (1, 1, 1, 0)
    people.living[:] = (OWN, OWN, 1, OWN)
    people.household[:3] = 0
    people.partner[:2] = (1, 0)
    people.children[1] = 2
    people.tenure_rank[:] = 0  # the lowest place: social
    means = write(people, np.array([50, 48, 20, 60]), tables)
    assert means.tenure.tolist() == [SOCIAL, SOCIAL, SOCIAL, OWNED]
    london_or_not = tables.rent.reshape(9, 2, 5)[tables.rent_row[0] // 10, 1]
    assert means.rent[0] == pytest.approx(london_or_not[3] * tables.rent_index[0])
    assert means.rent[1:].tolist() == [0, 0, 0]
    assert means.council_tax[3] == 0
