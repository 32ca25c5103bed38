"""Disability benefits, limited capability and childcare: beside hand sums and the published cases."""

import numpy as np
import pytest

from microsim.dynamics.claims import (
    award_edges,
    award_growth,
    capability_chances,
    claim_tables,
    payment_chances,
    write_claims,
)
from microsim.dynamics.means import Means
from microsim.kernels.jit import callable_from_python
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample
from microsim.population.people import NOBODY, People

YEARS = range(2025, 2036)
INACTIVE = 3


@pytest.fixture(scope="module")
def tables(england):
    return claim_tables(england, load_parameters(), YEARS)


COMPILED = callable_from_python(write_claims)


def write(people, age, tables, year=0):
    means = Means.make(len(people.id))
    age_sex = (2 * age + people.sex).astype(np.uint32)
    COMPILED(people, age_sex, tables, means, year, len(age))
    return means


@pytest.fixture(scope="module")
def start(england, tables):
    """People of mid-2024 and their claims, at the ages of the tables."""
    block = Sample(england, 1 / 100, seed=3, last_year=2030, block_rows=10**6).make(0)
    people = People(*(column[: int(block.present[0])] for column in block.people))
    age = np.clip(england.reference_year - people.cohort - (people.birth_month >= 3), 16, 110)
    return people, age, write(people, age, tables)


def test_payment_chances_by_hand(england):
    """Two people in three are cases: with half as many chances in work, 0.8 out of work and 0.4 in it."""
    disabled = np.zeros((75, 2))
    disabled[:9] = (200.0, 100.0)  # 16 to 24
    chance = payment_chances(np.array([9 * 200.0, 0, 0, 0, 0, 0, 0]), disabled, 0.2)
    assert chance[0] == pytest.approx([0.8, 0.4], rel=1e-6)
    assert (chance * disabled)[:9].sum() == pytest.approx(1800)


def test_england_has_the_published_cases(start):
    """3.709 million with Personal Independence Payment and 1.665 million with the allowance, 5.37 million in all."""
    people, age, means = start
    has = means.disability_benefit > 0
    assert has.sum() * 100 == pytest.approx(3_708_965 + 1_664_579, rel=0.01)
    assert (has & (age <= 64)).sum() * 100 == pytest.approx(3_708_965 * (1 - 0.178 - 0.025), rel=0.025)
    assert (has & (age >= 80)).sum() * 100 == pytest.approx(371_660 + 347_048 + 306_265, rel=0.03)
    assert (people.disabled[has] == 1).all()


def test_spending_by_hand(start, tables):
    """3,708,965 x 135.8 x 52 = 26.2 billion, 605,495 x 76.70 x 52 + 1,059,052 x 114.60 x 52 = 8.7, in 2026-27."""
    _, _, means = start
    weekly = 0.37 * 194.6 + 0.154 * 128.2 + 0.35 * 107.7 + 0.126 * 50.0
    assert weekly == pytest.approx(135.8, abs=0.1)
    expected = (3_708_965 * weekly + 605_497 * 76.7 + 1_059_052 * 114.6) * 52 / 1e9
    found = means.disability_benefit.astype(float).sum() * 100 / 1e9 * 76.70 / 73.90
    assert found == pytest.approx(expected, rel=0.015)


def test_people_in_work_have_the_payment_less_often(start):
    people, age, means = start
    has = (means.disability_benefit > 0) & (age <= 64)
    assert (people.work_status[has] <= 1).mean() == pytest.approx(0.17, abs=0.01)


def test_low_ranks_have_the_highest_awards(england, tables):
    people = People.empty(8)
    people.resident[:], people.disabled[:], people.work_status[:] = 1, 1, INACTIVE
    edges = award_edges(england, 0.17)[50 - 16, 0, 0]
    people.benefit_rank[:7] = (np.concatenate([[0.0], edges[:6]]) * 2**32).astype(np.uint64).clip(0, 2**32 - 1) + 1
    people.disabled[7] = 0
    means = write(people, np.full(8, 50), tables, year=1)
    weekly = means.disability_benefit / 52
    assert weekly[:4] == pytest.approx([194.6, 128.2, 107.7, 50.0], rel=1e-5)
    assert weekly[4:].tolist() == [0, 0, 0, 0]  # nobody of 50 has Attendance Allowance


def test_limited_capability_is_of_disabled_people_without_work(start):
    """2.4 million people in England, 11 per cent of them below 25 and 38 per cent from 50."""
    people, age, means = start
    limited = means.limited_capability == 1
    assert limited.sum() * 100 == pytest.approx(2.4e6, rel=0.03)
    assert (age[limited] < 25).mean() == pytest.approx(0.11, abs=0.01)
    assert (age[limited] >= 50).mean() == pytest.approx(0.38, abs=0.015)
    assert age[limited].max() == 65
    assert (people.disabled[limited] == 1).all()
    assert people.work_status[limited].min() == 2
    assert (means.disability_benefit[limited] > 0).mean() > 0.6


def test_a_partner_in_work_makes_limited_capability_rarer(england, tables, start):
    """0.4 times as often below 25 and from 50; between, nearly all others have it and some cases are left."""
    chances = capability_chances(england, 0.4)
    assert chances[[20, 60], 1] == pytest.approx(0.4 * chances[[20, 60], 0], rel=1e-6)
    assert chances[40, 0] == pytest.approx(0.97, abs=1e-6)
    assert 0.4 * 0.97 < chances[40, 1] < 0.97
    people = People.empty(4)
    people.resident[:], people.disabled[:] = 1, 1
    people.work_status[:] = (INACTIVE, 0, INACTIVE, INACTIVE)
    people.partner[:] = (1, 0, NOBODY, NOBODY)
    middle = np.uint32((chances[60].mean()) * 2**32)  # between the two chances
    people.benefit_rank[:] = middle
    assert write(people, np.full(4, 60), tables).limited_capability.tolist() == [0, 0, 1, 1]


def test_awards_follow_the_official_rates(england):
    """73.90, 76.70 and 78.25 a week for standard daily living from 2025-26 to 2027-28; with earnings from 2031-32."""
    growth = award_growth(load_parameters(), YEARS)[:, 2]
    earnings = load_parameters().value("average_earnings_growth", 2031)
    assert growth[[0, 1, 2]] == pytest.approx([73.90 / 76.70, 1.0, 78.25 / 76.70])
    assert growth[6] / growth[5] == pytest.approx(1 + earnings)


def test_awards_follow_the_official_rates_of_their_arm(england):
    """A tenth more for enhanced daily living, 114.60 to 126.06, is a tenth on the second award of the payment, and
    11.46 of 114.60 + 80.00 on the first."""
    base = claim_tables(england, load_parameters(), YEARS).award.reshape(-1, 6)
    enhanced = load_parameters().value("disability_benefits.daily_living_enhanced", 2026)
    mobility = load_parameters().value("disability_benefits.mobility_enhanced", 2026)
    reform = load_parameters({"disability_benefits.daily_living_enhanced": {"2026-27": 1.1 * enhanced}})
    changed = claim_tables(england, reform, YEARS).award.reshape(-1, 6)
    ratio = changed[YEARS.index(2026)] / base[YEARS.index(2026)]
    assert ratio == pytest.approx([1 + 0.1 * enhanced / (enhanced + mobility), 1.1, 1, 1, 1, 1])
    assert (changed[YEARS.index(2025)] == base[YEARS.index(2025)]).all()


def families():
    """Working couple with a child of 3; the same, the father out of work; lone mother at work, two children of 6."""
    people = People.empty(6)
    people.resident[:] = 1
    people.work_status[:] = (0, 0, 0, INACTIVE, 0, 0)
    people.partner[:] = (1, 0, 3, 2, NOBODY, NOBODY)
    people.children[[0, 2, 4]] = (1, 1, 2)
    people.child_1[[0, 2, 4]] = (2021, 2021, 2018)
    return people


def test_childcare_is_paid_where_every_parent_works(england, tables):
    people = families()
    means = write(people, np.full(6, 35), tables)
    earnings = tables.childcare_index[0]
    assert means.childcare.tolist() == pytest.approx(
        [75 * 52 * earnings, 0, 0, 0, 45 * 52 * 1.3 * earnings, 0], rel=1e-5
    )
    people.benefit_rank[:] = np.uint32(1)  # another rank comes of it: 2,654,435,761 of 2**32 is 0.62
    assert write(people, np.full(6, 35), tables).childcare.tolist() == [0] * 6
    assert england.claims.childcare_share[3] == 0.5


def test_who_is_gone_has_nothing(tables):
    people = families()
    people.disabled[:], people.resident[:] = 1, 0
    means = write(people, np.full(6, 35), tables)
    for name in ("disability_benefit", "limited_capability", "childcare"):
        assert not getattr(means, name).any(), name
