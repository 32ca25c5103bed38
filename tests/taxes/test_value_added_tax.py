"""VAT: within a price and on it are the same tax, and exempt use loses it."""

import pytest

from microsim.parameters.load import load_parameters
from microsim.taxes.value_added_tax import irrecoverable, must_register, value_added_tax_rates, vat_in, vat_on


@pytest.fixture(scope="module")
def rates():
    return value_added_tax_rates(load_parameters(), 2026)


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.2])
@pytest.mark.parametrize("price", [0.0, 1.0, 99.99, 1e9])
def test_the_tax_on_a_price_is_the_tax_within_the_whole(price, rate):
    tax = vat_on.py_func(price, rate)
    assert vat_in.py_func(price + tax, rate) == pytest.approx(tax)


def test_the_vat_fractions(rates):
    """A sixth at the standard rate, a twenty-first at the reduced rate."""
    assert vat_in.py_func(600.0, rates.standard_rate) == pytest.approx(100)
    assert vat_in.py_func(2100.0, rates.reduced_rate) == pytest.approx(100)


def test_exempt_use_loses_the_tax_in_proportion(rates):
    lost = [irrecoverable.py_func(1200.0, share, rates) for share in (-0.5, 0.0, 0.25, 1.0, 1.5)]
    assert lost == pytest.approx([0, 0, 50, 200, 200])


def test_the_threshold_is_dated_and_kept_in_cash_to_2030_31():
    official = load_parameters()
    thresholds = [value_added_tax_rates(official, year).registration_threshold for year in (2023, 2024, 2030)]
    assert thresholds == [85_000, 90_000, 90_000]
    assert value_added_tax_rates(official, 2031).registration_threshold > 90_000
    late = value_added_tax_rates(official, 2031)
    assert not must_register.py_func(90_001.0, late)
    assert must_register.py_func(90_001.0, value_added_tax_rates(official, 2030))
