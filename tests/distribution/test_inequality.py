"""Inequality, concentration and distributional weights against sums that can be done by hand."""

import numpy as np
import pytest

from microsim.accounts.incomes import bin_incomes
from microsim.accounts.rounding import Deflators
from microsim.distribution.gains import gains_tables
from microsim.distribution.inequality import concentration_index, gains_by_bin, shares_of_groups, spread_of
from microsim.distribution.weights import income_weights, middle_incomes, weights_table
from microsim.engine.gains import EVERYBODY, GainRow
from microsim.engine.ledger import EARNINGS_BINS
from microsim.scenario.distribution import DistributionalWeights, Incidence


def test_concentration_of_two_halves():
    """A hundred poorer and a hundred richer people: all to the richer is +1/2, all to the poorer -1/2, equal is 0."""
    people = np.array([100, 100])
    for gained, expected in (([0, 6], 0.5), ([6, 0], -0.5), ([3, 3], 0.0), ([1, 3], 0.25)):
        assert concentration_index(np.array(gained), people) == pytest.approx(expected)
    assert shares_of_groups(np.array([1, 3]), people, 2).tolist() == [0.25, 0.75]


def test_gini_and_shares_of_fifths_by_hand():
    """Four of ten people with one income and six with about three times it: 4 a + 18 a = 22 a, of which the poorer have
    4. Twice the area between the diagonal and the curve is 0.4 - 4 / 22, and two of the poorest ten are a fifth."""
    people, incomes = np.zeros(EARNINGS_BINS, np.int64), bin_incomes()
    low = 1_000
    high = int(np.abs(incomes - 3 * incomes[low]).argmin())
    people[low], people[high] = 4, 6
    total = 4 * incomes[low] + 6 * incomes[high]
    assert incomes[high] / incomes[low] == pytest.approx(3, rel=0.01)
    found = {name: value for name, _, value in spread_of(people)}
    assert found["gini"] == pytest.approx(0.4 - 4 * incomes[low] / total)
    assert found["gini"] == pytest.approx(0.4 - 4 / 22, abs=0.002)
    assert found["bottom_fifth_share"] == pytest.approx(2 / 22, abs=0.001)
    assert found["top_fifth_share"] == pytest.approx(6 / 22, abs=0.001)


def test_a_fifth_of_a_gain_by_hand():
    """Ten people in three bins, two to a fifth: everybody has 10."""
    shares = shares_of_groups(np.array([30, 40, 30]), np.array([3, 4, 3]), 5)
    assert shares == pytest.approx([0.2] * 5)
    shares = shares_of_groups(np.array([0, 40, 60]), np.array([3, 4, 3]), 5)
    assert shares == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4])


def test_concentration_of_income_itself_is_the_gini():
    random = np.random.default_rng(3)
    people = random.integers(1, 50, EARNINGS_BINS)
    statistics = {name: value for name, _, value in spread_of(people)}
    assert concentration_index(people * bin_incomes(), people) == pytest.approx(statistics["gini"])
    assert statistics["ratio_90_10"] == pytest.approx(statistics["ratio_90_50"] * statistics["ratio_50_10"])


def test_gains_by_bin_hold_their_national_money(made_up):
    """What is shared over people is in the bins, as the line that it follows is spread."""
    results = made_up.results
    row = GainRow("grant_0", "in_kind")
    shared, own = gains_by_bin(results, row), results.by_income[4 + results.rows.index(row)]
    assert ((shared - own).sum(axis=1) == 2000 * made_up.national).all()


@pytest.fixture(scope="module")
def weighted(made_up):
    years = len(made_up.results.plan.programme.sample.years)
    deflators = Deflators(np.full(years, 1.25), np.full(years, 0.5))
    incidence = Incidence.from_plain({"profits": 0.5, "wages": 0.5})
    choice = DistributionalWeights.from_plain({"eta": {"central": 1.3, "low": 1.0}, "lowest_percentile": 10})
    return weights_table(made_up.results, incidence, choice, deflators)


def test_unweighted_is_what_is_gained(made_up, weighted):
    gains = gains_tables(made_up.results, Incidence.from_plain({"profits": 0.5, "wages": 0.5}))["gains"]
    england = gains.query("breakdown == 'england'").groupby(["measure", "kind", "financial_year"])["amount"].sum()
    table = weighted.query("case == 'unweighted'").set_index(["measure", "kind", "financial_year"])
    assert set(weighted["case"]) == {"unweighted", "central", "low"}
    assert {"cash", "in_kind", "employer_profits", "employer_wages"} >= set(weighted["kind"]) > {"in_kind"}
    for key, row in table.iterrows():
        assert row["cash"] == pytest.approx(england[key], abs=0.005)
        assert row["present_value"] == pytest.approx(row["cash"] * 0.4, abs=0.011)
        assert row["weighted_over_unweighted"] == 1


def test_the_ratio_is_of_the_same_gain_unweighted(weighted):
    keys = ["measure", "kind", "financial_year"]
    cases = {case: table.set_index(keys) for case, table in weighted.groupby("case")}
    expected = cases["central"]["cash"] / cases["unweighted"]["cash"]
    ratio = cases["central"]["weighted_over_unweighted"]
    assert ratio.to_numpy() == pytest.approx(expected[ratio.index].to_numpy(), abs=0.0005)
    kinds = ratio.index.get_level_values("kind")
    assert (ratio[kinds == "employer_profits"] == 1).all()  # nobody's in particular
    assert (ratio[kinds == "in_kind"] != 1).all()


def test_a_gain_counts_by_median_over_income_to_the_power_eta(made_up, weighted):
    """Every person's gain in kind weighted one by one; those in communal establishments count once."""
    people, results = made_up.people, made_up.results
    row = 4 + results.rows.index(GainRow("grant_0", "in_kind"))
    weight = income_weights(results, 1.0, 10)
    incomes = middle_incomes()
    poorest, richest = people.bin[people.bin < 1024].min(), people.bin[people.bin < 1024].max()
    assert weight[0, poorest] * incomes[poorest] < weight[0, richest] * incomes[richest]  # below the floor
    assert weight[0, 1024] == weight[0, 1025] == 1
    heads = results.by_income[EVERYBODY, 0, :1024]
    middle = int(np.searchsorted(np.cumsum(heads), heads.sum() / 2))
    assert weight[0, middle] == pytest.approx(1, abs=0.01)
    own = (people.values[row, 0] * people.weight * weight[0, people.bin]).sum() / 1e5
    key = gains_by_bin(results, results.rows[row - 4])[0] - results.by_income[row, 0]
    expected = own + (key * weight[0, :-1]).sum() / 1e5
    table = weighted.query("case == 'low' and measure == 'grant_0' and kind == 'in_kind'")
    assert table["cash"].iloc[0] == pytest.approx(expected, rel=1e-6)
