"""Ethnicity, disability and unpaid care: the fitted shares beside the published ones, and what people start with."""

import numpy as np
import pytest

from microsim.population import columns as axes
from microsim.population.blocks import Sample
from microsim.population.columns import bands
from microsim.population.health import (
    _two_shares,
    assign,
    expit,
    hold_england,
    logit,
)
from microsim.population.margins import Table
from microsim.population.people import ENTRY_AGE, SELF_EMPLOYED


@pytest.fixture(scope="module")
def people(england):
    return england.joint.sum((3, 4)).astype(float)


@pytest.mark.parametrize(("name", "table"), [("disability", "disability_by_age_2022"), ("care", "care_by_age_2021")])
def test_england_has_the_published_share_at_each_age(england, people, name, table):
    shares = Table(england.tables / f"{table}.csv")
    prevalence = getattr(england.health, name)
    for label, published in zip(shares.text("age_band"), shares.floats("share"), strict=True):
        rows = bands(label)[0].rows
        found = np.average(prevalence[:, rows], weights=people[:, rows])
        # care by age is brought to the published number of carers, some 4 per cent lower
        assert found == pytest.approx(published, abs=2e-3 if name == "disability" else 0.009), label


def test_authorities_differ_as_the_census_says(england, people):
    """A common gap in log odds at all ages: Hartlepool's share of disabled people, 22.9 per cent, against 17.3."""
    hartlepool = england.area_index("Hartlepool")
    gap = logit(england.health.disability[hartlepool, :, 0].astype(float))
    spread = gap - logit(england.health.disability[england.area_index("Wokingham"), :, 0].astype(float))
    assert np.ptp(spread) < 0.01
    table = Table(england.tables / "disability_local_authority_2021.csv")
    share = dict(zip(table.text("code"), table.floats("disabled") / table.floats("residents"), strict=True))
    mine = {code: np.average(england.health.disability[at], weights=people[at]) for at, code in
            enumerate(england.area_codes)}  # fmt: skip
    order = np.corrcoef([share[code] for code in mine], list(mine.values()))[0, 1]
    assert order > 0.97


def test_carers_number_what_is_published(england, people):
    adults = people[:, 2:]
    assert np.average(england.health.care[:, 2:], weights=adults) == pytest.approx(0.1017, abs=2e-4)
    women, men = (np.average(england.health.care[..., sex], weights=people[..., sex]) for sex in (0, 1))
    assert women - men == pytest.approx(0.027, abs=0.006)


def test_ethnicity_is_that_of_all_residents(england):
    shares = england.health.ethnicity
    assert shares.sum(1) == pytest.approx(np.ones(296))
    total = np.average(shares, axis=0, weights=england.areas.population_all_ages)
    assert total == pytest.approx([0.8105, 0.0296, 0.0961, 0.0422, 0.0218], abs=0.012)


def test_disabled_people_work_less_by_the_figure(england, people):
    """From the two shares of the start: 28 points at 16 to 64, and the prevalence of all is what it was."""
    rows = axes.WORKING_AGE.rows
    working = england.joint.sum(3)[..., : SELF_EMPLOYED + 1].sum(3) / np.maximum(people, 1)
    out, inside = np.moveaxis(england.health.disability_at_start.astype(float), -1, 0)
    assert working * inside + (1 - working) * out == pytest.approx(england.health.disability, abs=1e-5)
    weight, work = people[:, rows], working[:, rows]
    disabled = england.health.disability[:, rows]
    rate = (weight * work * inside[:, rows]).sum() / (weight * disabled).sum()
    other = (weight * work * (1 - inside[:, rows])).sum() / (weight * (1 - disabled)).sum()
    assert other - rate == pytest.approx(0.28, abs=1e-3)


def test_two_shares_by_hand():
    """Half in work, odds out of work four times those in work: 0.2 and 0.5 average 0.35."""
    out, inside = _two_shares(np.array([0.35]), np.array([0.5]), 4.0)
    assert (out[0], inside[0]) == pytest.approx((0.5, 0.2))


def test_england_is_held_by_one_shift():
    score = np.array([[[-2.0]], [[0.0]]])
    found = hold_england(score, np.array([[[3.0]], [[1.0]]]), np.array([0.25]))
    assert (3 * found[0, 0, 0] + found[1, 0, 0]) / 4 == pytest.approx(0.25)
    assert logit(found[1, 0, 0]) - logit(found[0, 0, 0]) == pytest.approx(2.0)
    assert expit(np.array(0.0)) == 0.5


@pytest.fixture(scope="module")
def block(england):
    sample = Sample(england, 1 / 200, seed=11, last_year=2030, block_rows=400_000)
    return sample.make(0)


def test_people_start_with_the_shares_of_their_place_and_age(england, block):
    people, residents = block.people, int(block.present[0])
    age = england.reference_year - people.cohort - (people.birth_month >= 3)
    row = np.clip(age, ENTRY_AGE, 90) - ENTRY_AGE
    now = slice(0, residents)
    for state, prevalence in ((people.disabled, england.health.disability), (people.carer, england.health.care)):
        expected = prevalence[people.area[now], row[now], people.sex[now]]
        assert state[now].mean() == pytest.approx(expected.mean(), abs=0.003)
    white = england.health.ethnicity[people.area, 0]
    assert (people.ethnicity == 0).mean() == pytest.approx(white.mean(), abs=0.003)
    middle = now.stop // 2
    assert people.ethnicity[:middle].max() == 4


def test_ranks_are_uniform_and_agree_with_states(england, block):
    people, residents = block.people, int(block.present[0])
    for rank in (people.disability_rank, people.care_rank):
        share = np.histogram(rank, bins=10, range=(0, 2**32))[0] / len(rank)
        assert share == pytest.approx(np.full(10, 0.1), abs=0.004)
    age = np.where(np.arange(len(people.id)) < residents,
                   england.reference_year - people.cohort - (people.birth_month >= 3),
                   people.entry_year - people.cohort - 1)  # fmt: skip
    row = np.clip(age, ENTRY_AGE, 90) - ENTRY_AGE
    threshold = england.health.disability[people.area, row, people.sex].astype(float)
    assert (people.disabled == (people.disability_rank / 2**32 < threshold)).mean() > 0.99999


def test_disabled_people_are_in_work_less_often_from_the_start(england, block):
    people = block.people
    residents = np.arange(len(people.id)) < block.present[0]
    age = england.reference_year - people.cohort - (people.birth_month >= 3)
    here = residents & (age <= 64)
    works = people.work_status <= SELF_EMPLOYED
    gap = works[here & (people.disabled == 0)].mean() - works[here & (people.disabled == 1)].mean()
    assert gap == pytest.approx(0.28, abs=0.015)


def test_the_same_seed_gives_the_same_start(england, block):
    again = block.people.copy()
    for name in ("ethnicity", "disability_rank", "disabled", "care_rank", "carer"):
        getattr(again, name)[:] = 0
    assign(again, int(block.present[0]), england.health, 11, england.reference_year)
    for name in ("ethnicity", "disability_rank", "disabled", "care_rank", "carer"):
        assert (getattr(again, name) == getattr(block.people, name)).all(), name
    assign(again, int(block.present[0]), england.health, 12, england.reference_year)
    assert (again.care_rank != block.people.care_rank).mean() > 0.99
