"""Families of the reference date: published shares, histories of births, and homes that hold together."""

import numpy as np
import pytest

from microsim.kernels.jit import callable_from_python
from microsim.population import families
from microsim.population.blocks import Sample
from microsim.population.columns import COMMUNAL, LIVING, OWN, SHARING, WITH_PARENTS
from microsim.population.fertility import (
    FIRST_BIRTH_YEAR,
    HISTORIES,
    REFERENCE,
    fit_fertility,
    future_rates,
    past_rates,
    registered_births,
)
from microsim.population.households import history_with_children
from microsim.population.margins import Table
from microsim.population.people import NOBODY, People


@pytest.fixture(scope="module")
def women(england):
    return england.joint.sum((0, 3, 4))[:31, 0].astype(float)


@pytest.fixture(scope="module")
def fertility(england, women):
    return fit_fertility(england.tables, women, 0.18)


@pytest.fixture(scope="module")
def sample(england):
    return Sample(england, 1 / 500, seed=2, last_year=2030)


@pytest.fixture(scope="module")
def residents(sample):
    """Every block of the sample at the reference date, residents alone, with age at mid-year."""
    found = []
    for number in range(len(sample.blocks)):
        block = sample.make(number)
        people = People(*(column[: block.present[0]] for column in block.people))
        found.append((people, 2024 - people.cohort - (people.birth_month >= 3)))
    return found


# -- births


def test_births_of_2024_are_those_registered(england, women):
    rates = future_rates(england.tables, women)
    calendar = (rates[1] + rates[2]) / 2
    births, with_partner = registered_births(england.tables)
    assert (women * calendar).sum() == pytest.approx(births.sum(), rel=1e-9)
    assert births.sum() == 567_650  # of 567,708, those whose mother gave her age
    assert 0.85 < with_partner.sum() / births.sum() < 0.86


def test_past_rates_are_the_published_ones_by_age_group(england):
    rates = past_rates(england.tables)
    assert sorted(rates) == list(range(2004, 2025))
    assert rates[2024][4:9].mean() == pytest.approx(0.0372)  # 20 to 24, England and Wales
    assert rates[2024][24:].sum() / 5 == pytest.approx(0.0148)  # 40 and over, on women of 40 to 44
    assert rates[2012].sum() > rates[2004].sum() > rates[2024].sum()


def test_parity_of_a_cohort_is_the_sum_of_its_births(fertility):
    """Follow women who were 16 on 1 April 1995 to mid-2024, by hand."""
    year, age = 1995 - FIRST_BIRTH_YEAR, 0
    share = np.eye(5)[0]
    for step in range(29):
        chance = fertility.chance[year + step, age + step]
        assert fertility.parity[year + step, age + step] == pytest.approx(share, abs=1e-9)
        moved = share * chance
        share = share - moved
        share[1:] += moved[:-1]
        share[-1] += moved[-1]
    assert share.sum() == pytest.approx(1)
    assert share[0] == pytest.approx(0.18, abs=0.01)
    assert 1.7 < share @ np.arange(5) < 2.1


def test_births_of_each_order_keep_their_share(england, fertility):
    year = REFERENCE + 5 - FIRST_BIRTH_YEAR
    births = fertility.chance[year] * fertility.parity[year]
    table = Table(england.tables / "maternities_previous_children_2024.csv")
    number, order = table.floats("maternities"), table.floats("previous_children")
    at_30 = np.array(table.text("age_band")) == "30-34"
    published = np.array([number[at_30 & (order == k)].sum() for k in range(5)])
    assert births[16] / births[16].sum() == pytest.approx(published / published.sum(), abs=0.02)  # at 32


def test_chances_by_partner_give_both_margins(england, fertility):
    """At 31: births of each order, and the share to women with a partner, from the joint shares of the fit."""
    fitted, age, year = england.families, 31 - 16, 0
    with_partner = fitted.couple_share[age, 0]
    mothers = with_partner * fitted.mothers[age, 1]
    parity = fertility.parity[REFERENCE + 1 - FIRST_BIRTH_YEAR, age]
    women = np.stack([(1 - mothers) * parity, mothers * parity])
    women[:, 0] = 1 - with_partner - women[0, 1:].sum(), with_partner - women[1, 1:].sum()
    births = women * fitted.births[year, age]
    wanted = fertility.chance[REFERENCE + 1 - FIRST_BIRTH_YEAR, age] * parity
    assert births.sum(0) == pytest.approx(wanted, rel=1e-3)
    assert births[1].sum() / births.sum() == pytest.approx(fertility.with_partner[age], abs=2e-3)


def test_histories_hold_together(england):
    lives = england.families.histories
    assert lives.shape == (49, HISTORIES, 5)
    parity, children, lags = lives[..., 0], lives[..., 1], lives[..., 2:].astype(int)
    assert (children <= parity).all()
    assert ((lags >= 0).sum(2) == np.minimum(children, 3)).all()
    assert (np.diff(np.where(lags < 0, 99, lags), axis=2) >= 0).all()  # the youngest first
    assert lags.max() <= 16
    assert (np.diff(parity.astype(int), axis=1) >= 0).all()  # those without a child first
    assert (parity[45 - 16] == 0).mean() == pytest.approx(0.18, abs=0.02)
    ages = np.arange(16, 65)[:, None, None]
    assert (ages - lags)[lags >= 0].min() >= 15


def test_children_are_as_many_as_the_estimates_say(england):
    people = england.joint.sum((0, 3, 4)).astype(float)
    children = (people[:49, 0, None] * england.families.histories[..., 1]).sum() / HISTORIES
    published = 58_620_101 - 47_851_853
    lone_fathers = 1 - 252 / 8512
    assert children == pytest.approx(published * lone_fathers, rel=0.01)


def test_a_history_with_children_is_drawn_among_those():
    lives = np.zeros((6, 5), np.int8)
    lives[[2, 4], 1] = 1
    draw = callable_from_python(history_with_children)
    assert [draw(lives, one) for one in (0.0, 0.49, 0.51, 0.999)] == [2, 2, 4, 4]
    assert draw(np.zeros((6, 5), np.int8), 0.0) == 5


# -- shares


def test_shares_leave_room_for_people_on_their_own(england):
    fitted = england.families
    own = 1 - fitted.couple_share - fitted.parents_share - fitted.sharing_share - fitted.communal_share
    assert own.min() > 0
    assert fitted.couple_share[40 - 16] == pytest.approx([0.765, 0.766], abs=0.01)
    people = england.joint.sum((0, 3, 4)).astype(float)
    couples = (fitted.couple_share * people).sum(0)
    assert couples[0] == pytest.approx(couples[1], rel=1e-4)
    assert (np.diff(fitted.parents_share, axis=0) <= 1e-12).all()


def test_lone_parents_are_the_survey_s_share(england):
    fitted, people = england.families, england.joint.sum((0, 3, 4)).astype(float)
    young = (fitted.histories[..., 1] > 0).mean(1)
    own = 1 - fitted.couple_share - fitted.parents_share - fitted.sharing_share - fitted.communal_share
    mothers = (people[:49, 0] * own[:49, 0] * fitted.mothers[:, 0] * young).sum()
    couples = (people[:49, 0] * fitted.couple_share[:49, 0] * fitted.mothers[:, 1] * young).sum()
    fathers = (people[:, 1] * own[:, 1] * fitted.lone_fathers).sum()
    every = mothers + couples + fathers
    assert (mothers / every, fathers / every) == pytest.approx((1695 / 8512, 252 / 8512), rel=0.05)


# -- the people of the reference date


def test_couples_hold_together(residents):
    gaps, number = [], 0
    for people, _ in residents:
        rows = np.flatnonzero((people.partner != NOBODY) & (people.sex == 0))
        other = people.partner[rows]
        assert (people.partner[other] == rows).all()
        assert (people.sex[other] == 1).all()
        assert (people.area[other] == people.area[rows]).all()
        assert (people.household[other] == people.household[rows]).all()
        assert np.isin(people.household[rows], np.concatenate([rows, other])).all()
        assert (people.living[rows] == OWN).all()
        gaps.append(people.cohort[rows] - people.cohort[other])
        number += len(rows)
    gap = np.concatenate(gaps)
    assert number * 500 == pytest.approx(14.3e6, rel=0.03)
    assert gap.mean() == pytest.approx(2.0, abs=0.35)
    assert gap.std() == pytest.approx(4.73, abs=0.4)


def test_every_home_has_one_head_and_one_area(residents):
    for people, age in residents:
        rows = np.arange(len(age))
        head = people.household
        assert (head[head] == head).all()
        assert (people.area[head] == people.area).all()
        at_home, sharing = people.living == WITH_PARENTS, people.living == SHARING
        assert (head[at_home] != rows[at_home]).all()
        assert (people.living[head[at_home]] == OWN).all()
        assert (people.partner[at_home | sharing] == NOBODY).all()
        size = np.bincount(head[sharing], minlength=len(age))[head[sharing]]
        assert size.min() >= 2 if sharing.any() else True
        assert (head[people.living == COMMUNAL] == rows[people.living == COMMUNAL]).all()


def test_parents_are_old_enough(residents):
    for people, age in residents:
        rows = np.flatnonzero(people.living == WITH_PARENTS)
        head = people.household[rows]
        oldest = np.where(people.partner[head] >= 0, np.maximum(age[head], age[people.partner[head]]), age[head])
        assert (oldest - age[rows]).min() >= 15


def test_shares_by_age_and_sex_are_met(england, residents):
    """Each way of living in five-year bands, all blocks together: within four standard errors and a little."""
    counts, everyone, couples = np.zeros((75, 2, len(LIVING))), np.zeros((75, 2)), np.zeros((75, 2))
    for people, age in residents:
        at = np.clip(age, 16, 90) - 16
        np.add.at(counts, (at, people.sex, people.living), 1)
        np.add.at(everyone, (at, people.sex), 1)
        np.add.at(couples, (at, people.sex), people.partner != NOBODY)
    fitted = england.families
    for found, share in (
        (couples, fitted.couple_share),
        (counts[..., WITH_PARENTS], fitted.parents_share),
        (counts[..., SHARING], fitted.sharing_share),
        (counts[..., COMMUNAL], fitted.communal_share),
    ):
        for first in range(0, 75, 5):
            rows = slice(first, first + 5)
            expected = (share[rows] * everyone[rows]).sum(0)
            error = 4 * np.sqrt(expected) + 0.012 * everyone[rows].sum(0)
            assert (np.abs(found[rows].sum(0) - expected) < error).all()


def test_a_block_is_settled_alike_whatever_comes_later(england):
    """Years to come add rows after the residents, who live as they did."""
    shorter, longer = (Sample(england, 1 / 500, seed=2, last_year=year).make(3) for year in (2026, 2040))
    residents = int(shorter.present[0])
    assert len(longer.people.id) > len(shorter.people.id)
    for name in ("household", "partner", "living", "parity", "children", "child_1", "child_2", "child_3"):
        assert np.array_equal(getattr(shorter.people, name)[:residents], getattr(longer.people, name)[:residents]), name


def test_who_comes_later_has_nobody_yet(sample):
    block = sample.make(0)
    later = slice(int(block.present[0]), None)
    people = block.people
    assert (people.partner[later] == NOBODY).all()
    assert (people.household[later] == np.arange(len(people.id))[later]).all()
    assert not people.children[later].any()


def test_cohorts_of_children_follow_those_who_will_be_16(england):
    share = families.cohorts_of_children(england.tables)
    assert share.sum() == pytest.approx(1)
    assert share[15] / share[8] == pytest.approx(818 / 779, rel=0.05)
    assert share[0] < 0.3 * share[1]
