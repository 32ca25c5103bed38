"""Council tax and support with it: levels that fit together, discounts, and a taper to nothing."""

import numpy as np
import pytest

from microsim.parameters.load import load_parameters
from microsim.taxes.council_tax import average_bill, council_tax, council_tax_rates, council_tax_support

bill_of, support_of = council_tax.py_func, council_tax_support.py_func


@pytest.fixture(scope="module")
def rates():
    return council_tax_rates(load_parameters(), 2026)


def test_the_average_band_is_that_of_the_stock_of_dwellings(rates):
    """Dwellings of England by band, 2024, in the ninths of band D in the Act of 1992."""
    dwellings = [6_086_620, 4_982_670, 5_604_560, 4_000_200, 2_501_260, 1_329_320, 904_750, 153_010]
    ninths = [6, 7, 8, 9, 11, 13, 15, 18]
    assert rates.average_band == pytest.approx(np.average(ninths, weights=dwellings) / 9, abs=5e-5)


def test_levels_rise_as_published_and_then_with_earnings():
    official = load_parameters()
    levels = official.series("council_tax.band_d", [2024, 2025, 2026])
    assert levels[1] - levels[0] == 109 and levels[1:] / levels[:-1] - 1 == pytest.approx([0.050, 0.049], abs=5e-4)
    growth = 1 + official.value("average_earnings_growth", 2027)
    assert official.value("council_tax.band_d", 2027) == pytest.approx(2392 * growth)
    prices = load_parameters(uprating="prices")
    assert prices.value("council_tax.band_d", 2027) == official.value("council_tax.band_d", 2027)  # councils set it


def test_the_average_bill_fits_the_average_per_dwelling():
    """2025-26: 2,280 x 0.9274 = 2,114 before discounts; 1,770 after them, premiums and support.

    One-person households are 8,570 of 29,003 (thousand, ONS, Families and households 2025), lone parents with dependent
    children 1,946: 36 per cent have a quarter off, 9 per cent of all bills. Support takes off some 11 per cent of them
    (Institute for Fiscal Studies, 2019): 2,114 x 0.91 x 0.89 = 1,712, before premiums.
    """
    official = load_parameters()
    before = average_bill.py_func(council_tax_rates(official, 2025))
    assert before == pytest.approx(2114.5, abs=0.1)
    assert before * 0.91 * 0.89 == pytest.approx(1770, rel=0.04)


def test_a_second_adult_ends_the_discount_and_a_third_changes_nothing(rates):
    assert [bill_of(2000.0, adults, rates) for adults in (0, 1, 2, 3, 8)] == [1000, 1500, 2000, 2000, 2000]
    assert bill_of(0.0, 1, rates) == 0


@pytest.mark.parametrize(("pension_age", "most"), [(1, 1800.0), (0, 1440.0)])
def test_support_falls_by_a_fifth_of_income_to_nothing(rates, pension_age, most):
    incomes = np.arange(0.0, 12_000.0, 100.0)
    support = np.array([support_of(1800.0, income, pension_age, rates) for income in incomes])
    assert support[0] == most and support_of(1800.0, -5_000.0, pension_age, rates) == most
    ends = most / 0.2
    assert np.allclose(support, np.maximum(0, most - incomes / 5))
    assert support_of(1800.0, ends + 0.01, pension_age, rates) == 0 < support_of(1800.0, ends - 1, pension_age, rates)
    assert (support <= 1800.0).all()
