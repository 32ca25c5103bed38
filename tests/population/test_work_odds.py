"""The yearly odds of work: neutral over everybody, and large enough to keep the gaps they are for."""

import numpy as np
import pytest

from microsim.population import work_odds as room
from microsim.population.columns import AGES, SELF_EMPLOYED

WAYS = np.array([[0.90, 0.02, 0.03, 0.04, 0.01], [0.05, 0.90, 0.02, 0.02, 0.01], [0.40, 0.02, 0.38, 0.18, 0.02],
                 [0.20, 0.01, 0.09, 0.68, 0.02], [0.02, 0.01, 0.01, 0.02, 0.94]])  # fmt: skip


@pytest.fixture(scope="module")
def cohort():
    """A cohort with the same chances at every age, a fifth disabled, and births from 20 to 39."""
    ages = len(AGES)
    births = np.where((np.array(AGES) >= 20) & (np.array(AGES) < 40), 0.08, 0.0)
    return room.Cohort(
        flow=np.broadcast_to(WAYS, (ages, 2, 5, 5)).copy(),
        start=np.full((2, 5), 0.2),
        disabled=np.full((ages, 2), 0.2),
        redrawn=0.1,
        births=births,
        moves=np.full(ages, 0.05),
        people=np.ones((ages, 2)),
    )


@pytest.fixture(scope="module")
def gaps():
    return room.Gaps(0.2, (0.12, 0.08, 0.04))


def plain(cohort):
    """Employment [age, sex] without any odds."""
    shares = [cohort.start]
    for flow in cohort.flow[:-1]:
        shares.append(np.einsum("sf,sft->st", shares[-1], flow))
    return np.array(shares)[..., : SELF_EMPLOYED + 1].sum(-1)


def test_raising_odds_by_hand():
    """Work at even odds, raised threefold: 3 in 4; inside work and out of it nothing else changes."""
    flow = np.array([0.4, 0.1, 0.2, 0.2, 0.1])
    found = room.shifted_flow(flow, np.array([np.log(3.0), 0.0, 0.0]))
    assert found == pytest.approx([0.6, 0.15, 0.1, 0.1, 0.05])
    found = room.shifted_flow(flow, np.array([0.0, np.log(4.0), np.log(1.5)]))
    assert found == pytest.approx([0.25, 0.25, 0.25, 1 / 6, 1 / 12])


def test_no_gaps_need_no_odds(cohort):
    odds = room.work_odds(cohort, room.Gaps(0.0, (0.0, 0.0, 0.0)))
    assert np.abs(odds).max() < 1e-6


def test_gaps_are_met_and_employment_kept(cohort, gaps):
    odds = room.work_odds(cohort, gaps)
    own = odds[-1] - odds[-1, :, :1, :1]
    shares, common = room.live_cohort(cohort, own)
    assert common[:, :, None, None] + own == pytest.approx(odds)
    assert shares.sum((2, 3, 4)) == pytest.approx(np.ones(shares.shape[:2]))
    assert room.employment_gaps(cohort, shares) == pytest.approx([0.2, 0.12, 0.08, 0.04], abs=2e-4)
    assert shares[..., : SELF_EMPLOYED + 1].sum((2, 3, 4)) == pytest.approx(plain(cohort), abs=1e-6)
    assert (own[1, 0] == 0).all()  # fathers
    assert own[0, 0, 1] < own[0, 0, 2] < 0


def test_the_first_year_opens_the_gap_of_mothers_at_once(cohort, gaps):
    lasting = room.work_odds(cohort, gaps)
    first = room.first_year_odds(cohort, gaps, lasting)
    own = first[-1] - first[-1, :, :1, :1]
    assert own[0, 1, 0] == pytest.approx(lasting[-1, 0, 1, 0] - lasting[-1, 0, 0, 0])
    assert own[0, 0, 1] < lasting[-1, 0, 0, 1] - lasting[-1, 0, 0, 0]


def test_women_with_children_are_as_many_as_births_make(cohort):
    """A birth chance of 0.08 a year and a third growing out of 0-2 each year: at rest 0.08 / (0.08 + 0.92 / 3)."""
    shares, _ = room.live_cohort(cohort, np.zeros((2, 2, 4)))
    women = shares[39 - 16, 0].sum((0, 2))
    assert women[1] == pytest.approx(0.08 / (0.08 + 0.92 / 3), abs=0.01)
    assert shares[:, 1, :, 1:].sum() == 0
    assert shares[:, :, 1].sum((2, 3)) == pytest.approx(np.full((len(AGES), 2), 0.2))


def test_a_lasting_gap_needs_more_than_half_of_it_each_year(cohort):
    """Into and out of work by chances p and q, odds at rest are p / q: their log moves by (1 - p) + (1 - q) of a step.

    With 0.3 and 0.1 that is 1.6, so 0.625 of a gap is needed each year, and a little more for the young.
    """
    two = np.array([[0.9, 1e-6, 0.1, 1e-6, 1e-6], [0.9, 1e-6, 0.1, 1e-6, 1e-6], [0.3, 1e-6, 0.7, 1e-6, 1e-6],
                    [0.3, 1e-6, 0.7, 1e-6, 1e-6], [0.3, 1e-6, 0.7, 1e-6, 1e-6]])  # fmt: skip
    start = np.broadcast_to([0.75, 0.0, 0.25, 0.0, 0.0], (2, 5))
    settled = cohort._replace(
        flow=np.broadcast_to(two / two.sum(1, keepdims=True), cohort.flow.shape), start=start, moves=0 * cohort.moves
    )
    alone = room._yearly_for_gap(settled)[0]
    assert 0.625 < alone < 0.68
    assert room._yearly_for_gap(settled._replace(moves=cohort.moves))[0] > alone


def test_gaps_between_areas_by_hand():
    """Two areas alike but for 60 and 40 per cent at even odds: log odds of 0.405 either way."""
    of = np.full((2, 1, 1, 1), 1e9)
    counted = np.array([0.6e9, 0.4e9]).reshape(2, 1, 1, 1)
    assert room._gap(counted, of) == pytest.approx([np.log(1.5), -np.log(1.5)], abs=1e-6)
    known = np.array([np.log(1.5), -np.log(1.5)]).reshape(2, 1, 1)
    assert room._gap(counted, of, known) == pytest.approx([0, 0], abs=1e-6)


def test_england_gets_odds_that_are_plain_and_bounded(england):
    own = england.work_odds[40] - england.work_odds[40, :, :1, :1]
    assert -2 < own[0, 1, 0] < -0.8
    assert own[0, 0, 1] < own[0, 0, 2] < own[0, 0, 3] < 0
    assert np.abs(england.area_odds).max() < 2.5
    assert england.work_odds[0] == pytest.approx(own)  # no common shift at 16
