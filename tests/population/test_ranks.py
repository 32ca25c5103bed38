"""Ranks of pensions, wealth and loans: uniform, with the stated correlations, and what is fitted beside them."""

from statistics import NormalDist

import numpy as np
import pytest

from microsim.kernels.jit import callable_from_python
from microsim.population.blocks import Sample
from microsim.population.people import People
from microsim.population.ranks import PENSION, WEALTH, Weights, assign_rank, normal_share

RANKS = ("pension_rank", "wealth_rank", "loan_rank")


@pytest.fixture(scope="module")
def people(england):
    return Sample(england, 1 / 400, seed=11, last_year=2030, block_rows=400_000).make(0).people


def score(rank):
    return np.array([NormalDist().inv_cdf((int(one) + 0.5) / 2**32) for one in rank])


def test_the_share_below_a_score_is_that_of_the_normal_distribution():
    share = callable_from_python(normal_share)
    for one in np.linspace(-6, 6, 241):
        assert share(one) == pytest.approx(NormalDist().cdf(one), abs=2e-7)


def test_ranks_are_uniform_at_every_age(people):
    for name in RANKS:
        for chosen in (people.cohort < 1960, (people.cohort >= 1960) & (people.cohort < 1995), people.cohort >= 1995):
            rank = getattr(people, name)[chosen]
            assert np.histogram(rank, 10, (0, 2**32))[0] / len(rank) == pytest.approx(np.full(10, 0.1), abs=0.012)


@pytest.mark.parametrize(
    ("name", "persistent", "place"), [(RANKS[0], 0.45, 0.40), (RANKS[1], 0.45, 0.30), (RANKS[2], 0.90, 0)]
)
def test_ranks_go_with_earning_power_and_attainment(people, name, persistent, place):
    found = score(getattr(people, name)[:20_000])
    assert np.corrcoef(found, people.persistent[:20_000])[0, 1] == pytest.approx(persistent, abs=0.03)
    assert np.corrcoef(found, score(people.learning_rank[:20_000]))[0, 1] == pytest.approx(place, abs=0.03)


def test_a_rank_by_hand():
    """Earning power of one standard deviation and the middle place, with no draw of its own: 0.6 is 73 in 100."""
    one = People.empty(1)
    one.persistent[:], one.learning_rank[:] = 1.0, 2**31
    assign_rank(one, one.pension_rank, PENSION, Weights(0.6, 0.8, 0.0), 1)
    assert one.pension_rank[0] / 2**32 == pytest.approx(0.7257, abs=1e-4)
    assert sum(part**2 for part in Weights.of(0.6, 0.2)) == pytest.approx(1.0)


def test_the_draws_of_two_ranks_are_apart():
    many = People.empty(10_000)
    many.id[:] = np.arange(10_000)
    only_own = Weights(0.0, 0.0, 1.0)
    assign_rank(many, many.pension_rank, PENSION, only_own, 1)
    assign_rank(many, many.wealth_rank, WEALTH, only_own, 1)
    assert abs(np.corrcoef(many.pension_rank, many.wealth_rank)[0, 1]) < 0.04


def test_private_pensions_and_investment_income_have_the_published_totals(england):
    """Sums over England's people at mid-2024 of shares and means, in billions of pounds of 2023-24."""
    people = england.joint.sum((0, 3)).astype(float)
    standing = np.stack([people[..., :2].sum(2), people[..., 2:4].sum(2), people[..., 4]], axis=2)
    some = (standing * england.pensions.share).sum(2)
    assert (some * england.pensions.mean).sum() / 1e9 == pytest.approx(127.76 * 0.845 * 1.055, rel=1e-6)
    by_age = people.sum((1, 2))[:, None] / 16
    totals = [
        (by_age * share * mean).sum() / 1e9
        for share, mean in zip(england.wealth.share, england.wealth.mean, strict=True)
    ]
    assert totals == pytest.approx([18.343 * 0.87 * 1.14, 71.77 * 0.87 * 1.035, 29.358 * 0.87 * 1.05], rel=1e-6)
    numbers = (by_age * england.wealth.share).sum((1, 2)) / 1e6
    assert numbers == pytest.approx([19.573 * 0.87 * 1.40, 4.092 * 0.87 * 1.15, 2.351 * 0.87 * 1.12], rel=1e-6)
