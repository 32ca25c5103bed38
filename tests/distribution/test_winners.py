"""Winners and losers: made-up households in bands, whole people that add up, and what bands are called."""

import numpy as np
import pytest

from microsim.distribution.winners import band_labels, people_by_band, winners_table
from microsim.engine.gain_sums import BANDS, INCOME_BINS, NO_CHANGE, POUND_EDGES, SHARE_EDGES


def test_people_add_up_over_bands_and_tenths():
    """Weights that are no whole numbers: the rounded parts are the rounded total, in every direction."""
    random = np.random.default_rng(1)
    changes = random.integers(0, 2_000, (2, BANDS, INCOME_BINS + 1))
    heads = changes.sum(axis=1)[:, :INCOME_BINS]
    people = people_by_band(changes, heads)
    assert people.shape == (2, 11, BANDS)
    assert (people[:, :10].sum(axis=1) == people[:, 10]).all()
    for year in range(2):
        assert people[year, 10].sum() == (changes[year, :, :-1].sum() + 500) // 1000
        assert people[year, :10].sum(axis=1) == pytest.approx(heads[year].sum() / 10_000, abs=BANDS)
        running = np.cumsum(heads[year])
        for tenth, band in ((0, 0), (4, NO_CHANGE), (9, 10)):
            edges = np.array([tenth, tenth + 1]) * running[-1] / 10
            expected = np.diff(np.interp(edges, running, np.cumsum(changes[year, band, :-1])))[0] / 1000
            assert people[year, tenth, band] == pytest.approx(expected, abs=1)


def test_shares_are_of_the_tenth_and_no_change_is_neither(made_up):
    results = made_up.results
    changes = results.sums.changes
    changes[:] = 0
    first = results.span.start
    changes[2, first, NO_CHANGE, 300] = 30_000
    changes[2, first, BANDS - 1, 300] = 10_000
    changes[2, first, 0, 800] = 60_000
    table = winners_table(results)
    changes[:] = 0
    assert set(table["financial_year"]) == {"2030-31"}
    assert set(zip(table["concept"], table["scale"], strict=True)) == {("cash_and_in_kind", "pounds")}
    rows = table.set_index(["group", "change"])[["people", "share"]].sort_index()
    assert rows.loc[("all", "lose")].to_list() == [60, 0.6]
    assert rows.loc[("all", "gain")].to_list() == [10, 0.1]
    assert rows.loc[("all", "no change")].to_list() == [30, 0.3]
    poorer = [group for group, change in rows.index if change == "gain" and group != "all"]
    assert rows.loc[(poorer[0], "gain"), "share"] == 0.25


def test_bands_are_named_by_their_edges():
    pounds, shares = band_labels(POUND_EDGES, money=True), band_labels(SHARE_EDGES, money=False)
    assert pounds[:5] == (
        "loses more than £5,000", "loses £1,000 to £5,000", "loses £500 to £1,000", "loses £100 to £500",
        "loses £1 to £100",
    )  # fmt: skip
    assert pounds[NO_CHANGE] == shares[NO_CHANGE] == "no change (under £1)"
    assert shares[NO_CHANGE + 1 :] == (
        "gains up to 1%", "gains 1% to 2%", "gains 2% to 5%", "gains 5% to 10%", "gains more than 10%"
    )  # fmt: skip
    assert len(set(pounds)) == len(set(shares)) == BANDS
