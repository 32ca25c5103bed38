"""Estimated errors of the spread of income, of winners and of lives against the spread of many simulations."""

from types import SimpleNamespace

import numpy as np
import pytest

from microsim.accounts.simulation_error import spread
from microsim.distribution.deciles import variance_at_edges, wide_shares
from microsim.distribution.income_replicates import (
    BASELINE_INCOME,
    EXTENDED_INCOME,
    each,
    without_each_group,
)
from microsim.distribution.inequality import STATISTICS, spread_of
from microsim.distribution.lifetimes import replicates_by_fifth, shares_of_fifths
from microsim.distribution.winners import errors_by_band, people_by_band
from microsim.engine.gain_sums import BANDS, INCOME_BINS, NO_CHANGE, WIDE_BINS
from microsim.engine.ledger import EARNINGS_BINS, WIDE_INCOME_BINS, earnings_bin_floor
from microsim.engine.lifetimes import LIFE_BINS, LIVES, YEARS
from microsim.population.columns import RANDOM_GROUPS

SOCIETIES, HOUSEHOLDS = 120, 1500
FLOORS = earnings_bin_floor(np.arange(EARNINGS_BINS))
GAINS = NO_CHANGE + 3


def society(rng):
    """Households of one to four people, a tenth of which gain £700 and a few lose £300, as a run keeps them."""
    size, group = rng.integers(1, 5, HOUSEHOLDS), rng.integers(0, RANDOM_GROUPS, HOUSEHOLDS)
    income = np.exp(rng.normal(10.2, 0.6, HOUSEHOLDS))
    change = np.where(rng.random(HOUSEHOLDS) < 0.1, 700.0, 0.0) - np.where(rng.random(HOUSEHOLDS) < 0.02, 300.0, 0.0)
    before, after = (np.searchsorted(FLOORS, one, side="right") - 1 for one in (income, income + change))
    band = np.select([change < 0, change > 0], [NO_CHANGE - 2, GAINS], NO_CHANGE)
    people = 1000 * size
    by_income = np.zeros((1, 1, INCOME_BINS + 1), np.int64)
    incomes = np.zeros((1, WIDE_INCOME_BINS, RANDOM_GROUPS), np.int64)
    moved = np.zeros((2, 1, INCOME_BINS, RANDOM_GROUPS), np.int64)
    changes = np.zeros((1, BANDS, INCOME_BINS + 1), np.int64)
    wide_changes = np.zeros((1, BANDS, WIDE_BINS + 1, RANDOM_GROUPS), np.int64)
    np.add.at(by_income[0, 0], before // 2, people)
    np.add.at(incomes[0], (before // 8, group), people)
    np.add.at(moved[1, 0], (after // 2, group), people)
    np.subtract.at(moved[1, 0], (before // 2, group), people)
    np.add.at(changes[0], (band, before // 2), people)
    np.add.at(wide_changes[0], (band, before // 32, group), people)
    return SimpleNamespace(
        by_income=by_income, incomes=incomes, moved=moved, changes=changes, wide_changes=wide_changes,
        people_row=lambda _name: 0, before=np.bincount(before, people, EARNINGS_BINS),
        after=np.bincount(after, people, EARNINGS_BINS),
    )  # fmt: skip


def values(people):
    return [value for _, _, value in spread_of(people)]


@pytest.fixture(scope="module")
def societies():
    """Of each society statistics and their change, shares of people by tenth and band, and the errors of all."""
    rng = np.random.default_rng(11)
    found = {"values": [], "errors": [], "shares": [], "share_errors": []}
    for _ in range(SOCIETIES):
        one = society(rng)
        (left,) = without_each_group(one)
        before, after = (each(left[name], values, len(STATISTICS)) for name in (BASELINE_INCOME, EXTENDED_INCOME))
        level, reform = np.array(values(one.before)), np.array(values(one.after))
        found["values"].append([level, reform - level])
        found["errors"].append([spread(before), spread(after - before)])
        heads = one.by_income[0, :, :INCOME_BINS]
        people = people_by_band(one.changes, heads)[0]
        of_group = people.sum(axis=1, keepdims=True)
        found["shares"].append(people / of_group)
        found["share_errors"].append(errors_by_band(one.wide_changes, heads)[0] / of_group)
    return {name: np.array(parts, float) for name, parts in found.items()}


def rms_over_spread(errors, estimates):
    return np.sqrt((errors**2).mean(axis=0)) / estimates.std(axis=0, ddof=1)


def test_the_spread_of_income(societies):
    """Gini, ratios, shares, median and mean; so many societies show a standard deviation to 6 per cent."""
    ratio = rms_over_spread(societies["errors"][:, 0], societies["values"][:, 0])
    assert ratio == pytest.approx(np.ones(len(STATISTICS)), abs=0.2)


def test_the_change_of_the_spread_of_the_same_people(societies):
    """Far smaller than the error of either, as the people are the same. Percentiles move by those few who pass them:
    in a small sample the jackknife's error of that is too large."""
    levels, changes = (societies["errors"][:, place].mean(axis=0) for place in (0, 1))
    assert (changes < levels / 2).all()
    ratio = dict(zip(STATISTICS, rms_over_spread(societies["errors"][:, 1], societies["values"][:, 1]), strict=True))
    for statistic in ("gini", "bottom_fifth_share", "top_fifth_share", "mean"):
        assert ratio[statistic] == pytest.approx(1, abs=0.25), statistic
    for statistic in ("median", "ratio_90_10", "ratio_90_50", "ratio_50_10"):
        assert 0.8 < ratio[statistic] < 4, statistic


def test_winners_and_losers_by_tenth(societies):
    """A tenth's edge falls in a wide bin, of which it has part of the people and not part of each."""
    for band in (NO_CHANGE - 2, NO_CHANGE, GAINS):
        ratio = rms_over_spread(societies["share_errors"][:, :, band], societies["shares"][:, :, band])
        assert ratio[10] == pytest.approx(1, abs=0.15)
        assert ratio[:10].mean() == pytest.approx(1, abs=0.12)
        assert ratio[:10] == pytest.approx(np.ones(10), abs=0.3)


def test_part_of_a_bin_has_more_error_than_the_same_part_of_each_of_its_people():
    """A thousand people with an amount in one bin, of which three groups have a half, three tenths and a fifth."""
    rng, shares = np.random.default_rng(3), np.array([[0.5, 0.3, 0.2]])
    sums = np.array([np.bincount(rng.choice(3, rng.poisson(1000), p=shares[0]), minlength=3) for _ in range(2000)])
    of_bin = np.array([1000.0])
    shared = of_bin @ shares**2
    assert shared + variance_at_edges(of_bin, shares) == pytest.approx(sums.var(axis=0), rel=0.1)


def test_wide_bins_are_shared_as_their_people_are():
    """Three wide bins of four narrow ones: halves of people part the second bin in the middle."""
    people = np.array([1, 1, 1, 1, 3, 1, 3, 1, 1, 1, 1, 1])
    assert wide_shares(people, 3, 2).tolist() == [[1, 0], [0.5, 0.5], [0, 1]]


def test_fifths_of_lives_by_random_group_add_up():
    """Those of one cohort seen for long are shared over fifths, those of another stand apart; nothing is lost."""
    rng = np.random.default_rng(4)
    sums = rng.integers(0, 50, (3, 2, INCOME_BINS + 1))
    sums[YEARS] = sums[LIVES] * np.array([[20], [5]])
    wide = np.zeros((3, 2, LIFE_BINS + 1, RANDOM_GROUPS))
    wide[:, :, :LIFE_BINS, 3] = sums[:, :, :-1].reshape(3, 2, LIFE_BINS, -1).sum(axis=3)
    wide[:, :, LIFE_BINS, 5] = sums[:, :, -1]
    found = replicates_by_fifth(wide, shares_of_fifths(sums))
    assert found.sum(axis=2) == pytest.approx(wide.sum(axis=2))
    assert found[LIVES, 0, :5, 3] == pytest.approx(np.full(5, sums[LIVES, 0, :-1].sum() / 5))
    assert found[LIVES, 0, 5, 5] == sums[LIVES, 0, -1]
    assert found[LIVES, 1, 6].sum() == sums[LIVES, 1].sum()
