"""Corporation tax: continuous, and at the margin 19, 26.5 and 25 per cent."""

import inspect

import numpy as np
import pytest

from microsim.kernels.jit import callable_from_python
from microsim.parameters.load import load_parameters
from microsim.taxes.corporation_tax import (
    corporation_tax,
    corporation_tax_of_period,
    corporation_tax_rates,
    limit_share,
    marginal_relief,
    tax_before_relief,
)

tax = callable_from_python(corporation_tax)
of_period = callable_from_python(corporation_tax_of_period)


@pytest.fixture(scope="module")
def rates():
    return corporation_tax_rates(load_parameters(), 2026)


@pytest.mark.parametrize("associated", [0.0, 1.0, 3.0])
def test_the_tax_on_one_pound_more(rates, associated):
    """19 % to the lower limit, 26.5 % to the upper, 25 % above: (62,500 - 9,500) / 200,000 = 0.265 between them."""
    lower, upper = 50_000 / (1 + associated), 250_000 / (1 + associated)
    for profit, rate in (
        (0.0, 0.19), (lower / 2, 0.19), (lower - 1, 0.19), (lower, 0.265), (lower * 3, 0.265), (upper - 1, 0.265),
        (upper, 0.25), (upper * 10, 0.25),
    ):  # fmt: skip
        assert tax(profit + 1.0, associated, rates) - tax(profit, associated, rates) == pytest.approx(rate, abs=1e-6)


@pytest.mark.parametrize(("limit", "due"), [(50_000.0, 9_500.0), (250_000.0, 62_500.0)])
def test_no_jump_at_the_limits(rates, limit, due):
    assert tax(limit, 0.0, rates) == pytest.approx(due, abs=1e-9)
    assert tax(limit - 0.001, 0.0, rates) == pytest.approx(due, abs=0.001)
    assert tax(limit + 0.001, 0.0, rates) == pytest.approx(due, abs=0.001)


def test_more_profit_is_more_tax_and_between_the_two_rates(rates):
    profits = np.linspace(-20_000.0, 400_000.0, 4_201)
    taxes = np.array([tax(profit, 0.0, rates) for profit in profits])
    assert (np.diff(taxes) >= 0).all() and (taxes[profits <= 0] == 0).all()
    positive = profits > 0
    average = taxes[positive] / profits[positive]
    assert average.min() >= 0.19 - 1e-12 and average.max() <= 0.25 + 1e-12


def test_associated_companies_and_dividends_never_lower_the_tax(rates):
    for profit in (10_000.0, 40_000.0, 70_000.0, 200_000.0, 300_000.0):
        by_companies = [tax(profit, float(others), rates) for others in range(6)]
        by_dividends = [of_period(profit, float(extra), 0.0, 12.0, rates) for extra in range(0, 200_000, 10_000)]
        assert by_companies == sorted(by_companies)
        assert by_dividends == sorted(by_dividends)
        assert by_companies[0] == by_dividends[0]


def test_half_the_profit_in_half_a_year_is_half_the_tax(rates):
    for profit in (30_000.0, 60_000.0, 249_000.0, 800_000.0):
        assert of_period(profit / 2, 0.0, 0.0, 6.0, rates) == pytest.approx(tax(profit, 0.0, rates) / 2)


def test_the_fraction_closes_the_gap_between_the_rates(rates):
    """CTM03925: what the tax rises by between the limits, over the distance, less the main rate."""
    rise = rates.upper_limit * rates.main_rate - rates.lower_limit * rates.small_profits_rate
    marginal = rise / (rates.upper_limit - rates.lower_limit)
    assert marginal == pytest.approx(0.265) and marginal - rates.main_rate == pytest.approx(3 / 200)
    assert rates.marginal_relief_fraction == 3 / 200


def test_the_limits_keep_their_ratio_for_ever():
    official = load_parameters()
    for year in (2030, 2031, 2055):
        late = corporation_tax_rates(official, year)
        assert late.upper_limit / late.lower_limit == pytest.approx(5)
    assert corporation_tax_rates(official, 2030).lower_limit == 50_000
    growth = official.index("average_earnings_growth", [2055], 2030)[0]
    assert corporation_tax_rates(official, 2055).lower_limit == pytest.approx(50_000 * growth)


@pytest.mark.parametrize("rule", [limit_share, tax_before_relief, marginal_relief])
def test_steps_read_as_plain_python(rule, rates):
    values = {"profit": 0.0, "augmented_profit": 0.0, "share": 1.0, "associated": 0.0, "months": 12.0, "rates": rates}
    asked = inspect.signature(rule.py_func).parameters
    assert rule.py_func(*(values[name] for name in asked)) == (1.0 if rule is limit_share else 0.0)
