"""Interest, dividends and profit from letting of a made block beside the tax statistics and a twin."""

import numpy as np
import pytest
from means import YEARS, means_of

from microsim.dynamics.curves import POINTS, curve_place, from_top, lognormal, mean_of, scatter, shares, weibull
from microsim.dynamics.wealth import wealth_tables, write_wealth
from microsim.kernels.jit import callable_from_python
from microsim.parameters.load import load_parameters

EARNINGS_2024 = 1.05569  # on 2023-24, Office for Budget Responsibility, March 2026
# Taxpayers of the United Kingdom in 2023-24 (millions), and billions of pounds: Personal Incomes Statistics, Table 3.7.
# What people below the personal allowance have beside them, as shares, is a judgement.
PUBLISHED = {
    "savings": (19.573 * 1.40, 18.343 * 1.14),
    "dividends": (4.092 * 1.15, 71.77 * 1.035),
    "property": (2.351 * 1.12, 29.358 * 1.05),
}
ENGLAND = 0.87


@pytest.fixture(scope="module")
def tables(england):
    return wealth_tables(england, load_parameters(), YEARS)


@pytest.fixture(scope="module")
def means(made, tables):
    return means_of(write_wealth, made, tables)


@pytest.mark.parametrize(("name", "number", "amount"), [(name, *both) for name, both in PUBLISHED.items()])
def test_people_and_amounts_add_up_to_the_tax_statistics(made, means, name, number, amount):
    found = getattr(means, name)
    assert made.number(found > 0) == pytest.approx(number * ENGLAND, rel=0.03)
    # the tail is long: at 1 in 200 the standard error of dividends is 4 per cent
    assert made.total(found) == pytest.approx(amount * ENGLAND * EARNINGS_2024, rel=0.08)


def test_dividends_are_with_few(means):
    """The 2.44 per cent with the most have no less than the 25.6 per cent of those with the highest incomes."""
    some = np.sort(means.dividends[means.dividends > 0])[::-1]
    assert 0.256 < some[: int(0.0244 * len(some))].sum() / some.sum() < 0.40


def test_wealth_goes_with_age_and_rank(made, means):
    old, young = made.age >= 65, made.age < 35
    assert (means.savings[old] > 0).mean() > 1.5 * (means.savings[young] > 0).mean()
    assert means.savings[old].mean() > 8 * means.savings[young].mean()
    rich, poor = (made.people.wealth_rank >= 2**32 / 8 * 7), (made.people.wealth_rank < 2**32 / 8)
    for column in (means.savings, means.dividends, means.property):
        assert (column[rich] > 0).mean() > 3 * (column[poor] > 0).mean()
    both = (means.dividends > 0) & (means.property > 0)
    assert both.mean() > 1.3 * (means.dividends > 0).mean() * (means.property > 0).mean()


def test_dividends_are_those_of_a_twin(england, made, tables, means):
    curve = tables.curve[POINTS : 2 * POINTS].astype(float)
    mixed = callable_from_python(scatter)
    for row in range(0, made.count, 1999):
        age, rank = min(made.age[row], 90) - 16, made.people.wealth_rank[row]
        sixteenth = int(rank) >> 28
        nearer = 1.0 - (int(mixed(rank, np.uint32(11))) + 0.5) / 2**32
        some = england.wealth.share[1, age, sixteenth]
        expected = 0.0
        if nearer < some:
            expected = (
                np.interp(nearer / some, shares(), curve) * england.wealth.mean[1, age, sixteenth] * EARNINGS_2024
            )
        assert means.dividends[row] == pytest.approx(expected, rel=1e-3, abs=0.5)


def test_who_is_gone_has_nothing(made, tables):
    people = made.people._replace(resident=np.zeros(made.count, np.uint8))
    means = means_of(write_wealth, made._replace(people=people), tables)
    assert not (means.savings.any() or means.dividends.any() or means.property.any())


def test_a_place_on_a_curve_is_the_share(made):
    """Four steps to each doubling from 2**-16: a quarter stands at point 56, three eighths at 58."""
    place = callable_from_python(curve_place)
    assert [place(np.float32(share)) for share in (2.0**-16, 0.25, 0.375, 0.5, 2.0**-20)] == [0, 56, 58, 60, 0]
    assert place(np.float32(1.0)) == place(np.float32(7.0)) == pytest.approx(64, abs=1e-3)
    top = callable_from_python(from_top)
    assert 0 < top(np.uint32(2**32 - 1)) < 1e-7
    assert top(np.uint32(2**30)) == pytest.approx(0.75)


def test_a_weibull_curve_has_the_mean_and_the_median_it_should():
    assert mean_of(weibull(1.0)) == pytest.approx(1.0, abs=1e-6)
    assert weibull(1.0)[60] == pytest.approx(np.log(2), rel=0.01)
    assert weibull(1.0)[-1] == 0


def test_a_lognormal_curve_has_the_mean_and_the_median_it_should():
    curve = lognormal(1.1)
    assert mean_of(curve) == pytest.approx(1.0, abs=1e-6)
    assert curve[60] == pytest.approx(np.exp(-(1.1**2) / 2), rel=0.01)  # the median
    assert mean_of(np.full(POINTS, 3.0)) == pytest.approx(3.0)


def test_draws_made_of_a_rank_are_uniform_and_independent():
    rank = np.random.default_rng(1).integers(0, 2**32, 200_000, dtype=np.uint32)
    mixed = callable_from_python(scatter)
    draws = [np.array([mixed(one, np.uint32(number)) for one in rank[:20_000]]) / 2**32 for number in (1, 2)]
    for draw in draws:
        assert np.histogram(draw, 10, (0, 1))[0] / len(draw) == pytest.approx(np.full(10, 0.1), abs=0.01)
        assert abs(np.corrcoef(draw, rank[:20_000])[0, 1]) < 0.03
    assert abs(np.corrcoef(*draws)[0, 1]) < 0.03
