"""Quantiles of every distribution, against scipy.stats and against what low, central and high are said to mean."""

import math

import numpy as np
import pytest
from scipy import stats

from microsim.errors import InputError
from microsim.scenario.values import Quantity
from microsim.uncertainty.distributions import bounds_of, shape_of

QUANTILES = np.linspace(0.0005, 0.9995, 1999)


def shape(bounds=(-math.inf, math.inf), **parts):
    return shape_of(Quantity.of(parts).steps[0], *bounds)


def values(made):
    return np.array([made.at(quantile) for quantile in QUANTILES])


@pytest.mark.parametrize(
    ("parts", "same"),
    [
        ({"central": 3, "low": 1, "high": 9}, stats.beta(1 + 4 * 2 / 8, 1 + 4 * 6 / 8, 1, 8)),
        ({"central": 1, "low": 1, "high": 9}, stats.beta(1, 5, 1, 8)),
        ({"central": 1, "high": 9}, stats.beta(1, 5, 1, 8)),
        ({"central": 9, "low": 1}, stats.beta(5, 1, 1, 8)),
        ({"central": 3, "low": 1, "high": 9, "distribution": "triangular"}, stats.triang(0.25, 1, 8)),
        ({"central": 9, "low": 1, "distribution": "triangular"}, stats.triang(1, 1, 8)),
        ({"central": 1, "high": 9, "distribution": "triangular"}, stats.triang(0, 1, 8)),
        ({"central": 3, "low": 1, "high": 9, "distribution": "uniform"}, stats.uniform(1, 8)),
        ({"central": 3, "sd": 2, "distribution": "normal"}, stats.norm(3, 2)),
        ({"central": 3, "sd": 2, "low": 2, "high": 9, "distribution": "normal"}, stats.truncnorm(-0.5, 3, 3, 2)),
        ({"central": 0.3, "sd": 0.1, "distribution": "beta"}, stats.beta(0.3 * 20, 0.7 * 20)),
        ({"central": 4, "sd": 1, "low": 2, "high": 10, "distribution": "beta"}, stats.beta(2.75, 8.25, 2, 8)),
    ],
)
def test_quantiles_are_those_of_scipy(parts, same):
    np.testing.assert_allclose(values(shape(**parts)), same.ppf(QUANTILES), rtol=1e-10)


@pytest.mark.parametrize("distribution", ["pert", "triangular", "uniform"])
def test_nothing_leaves_the_ends(distribution):
    made = shape(central=2, low=1, high=9, distribution=distribution)
    assert made.at(1e-12) >= 1 and made.at(1 - 1e-12) <= 9
    assert made.at(1e-9) == pytest.approx(1, abs=0.01) and made.at(1 - 1e-12) == pytest.approx(9, abs=0.1)


@pytest.mark.parametrize(
    "parts",
    [
        {"central": 3, "sd": 2, "distribution": "lognormal"},
        {"central": 3, "low": 2, "high": 7, "distribution": "lognormal"},
        {"central": 3, "high": 7, "distribution": "lognormal"},
        {"central": 3, "low": 2, "distribution": "lognormal"},
        {"central": 0.3, "low": 0.2, "high": 0.45, "distribution": "beta"},
        {"central": 0.3, "high": 0.45, "distribution": "beta"},
        {"central": 0.3, "low": 0.2, "distribution": "beta"},
        {"central": 0.02, "low": 0.001, "high": 0.08, "distribution": "beta"},
        {"central": 3, "low": 1, "high": 5, "distribution": "normal"},
    ],
)
def test_central_is_the_mean_of_those_around_a_mean(parts):
    made = shape(**parts)
    middles = (np.arange(200_000) + 0.5) / 200_000
    assert np.mean([made.at(quantile) for quantile in middles]) == pytest.approx(parts["central"], rel=2e-3)


@pytest.mark.parametrize(
    ("parts", "low", "high"),
    [
        ({"central": 3, "low": 1, "high": 5, "distribution": "normal"}, 1, 5),
        ({"central": 3, "high": 5, "distribution": "normal"}, 1, 5),
        ({"central": 3, "low": 1, "distribution": "normal"}, 1, 5),
        ({"central": 3, "high": 7, "distribution": "lognormal"}, None, 7),
        ({"central": 3, "low": 2, "distribution": "lognormal"}, 2, None),
        ({"central": 0.3, "high": 0.45, "distribution": "beta"}, None, 0.45),
        ({"central": 0.3, "low": 0.2, "distribution": "beta"}, 0.2, None),
    ],
)
def test_ends_are_the_5th_and_95th_percentiles_where_one_number_can_meet_them(parts, low, high):
    made = shape(**parts)
    assert low is None or made.at(0.05) == pytest.approx(low, rel=1e-9)
    assert high is None or made.at(0.95) == pytest.approx(high, rel=1e-9)


def test_two_percentiles_of_a_skewed_shape_keep_their_ratio_or_distance():
    lognormal = shape(central=3, low=2, high=7, distribution="lognormal")
    assert lognormal.at(0.95) / lognormal.at(0.05) == pytest.approx(7 / 2)
    beta = shape(central=0.3, low=0.2, high=0.45, distribution="beta")
    assert beta.at(0.95) - beta.at(0.05) == pytest.approx(0.25)


@pytest.mark.parametrize("distribution", ["normal", "lognormal", "beta"])
def test_limits_of_the_field_are_never_left(distribution):
    bounds = bounds_of({"minimum": 0.2, "maximum": 0.6})
    made = shape(bounds, central=0.3, sd=0.2, distribution=distribution)
    drawn = values(made)
    assert drawn.min() >= 0.2 and drawn.max() <= 0.6 and np.all(np.diff(drawn) > 0)
    positive = shape(bounds_of({"exclusiveMinimum": 0.0}), central=0.3, sd=0.5, distribution="normal")
    assert positive.at(1e-300) > 0


def test_the_mean_of_what_is_cut_off_is_that_of_a_truncated_normal():
    made = shape(bounds_of({"minimum": 0}), central=1, sd=1, distribution="normal")
    middles = (np.arange(100_000) + 0.5) / 100_000
    density, above = stats.norm.pdf(-1), 1 - stats.norm.cdf(-1)  # 1 + 1 * pdf(-1) / P(> 0)
    assert np.mean([made.at(quantile) for quantile in middles]) == pytest.approx(1 + density / above, rel=1e-3)


def test_what_cannot_be_is_told():
    with pytest.raises(InputError, match=r"no beta distribution of the mean 0\.99"):
        shape(central=0.99, low=0.2, high=0.999, distribution="beta")
    with pytest.raises(InputError, match="almost nothing inside 50 to inf"):
        shape(bounds_of({"minimum": 50}), central=1, sd=1, distribution="normal")
