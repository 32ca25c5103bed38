"""Minimum-wage rates by category at every change, and who is due which."""

import datetime

import pytest

from microsim.errors import InputError
from microsim.parameters.load import load_parameters
from microsim.taxes.minimum_wage import minimum_wage, minimum_wage_rates, minimum_wage_rates_on

due = minimum_wage.py_func
CATEGORIES = ("adult", "mid", "age_18_20", "age_16_17", "apprentice")
# Typed from a second copy of the GOV.UK table than the one the figures were taken from; no middle rate since 2024.
TABLE = {
    (2015, 10): ("6.70", "6.70", "5.30", "3.87", "3.30"),
    (2016, 4): ("7.20", "6.70", "5.30", "3.87", "3.30"),
    (2016, 10): ("7.20", "6.95", "5.55", "4.00", "3.40"),
    (2017, 4): ("7.50", "7.05", "5.60", "4.05", "3.50"),
    (2018, 4): ("7.83", "7.38", "5.90", "4.20", "3.70"),
    (2019, 4): ("8.21", "7.70", "6.15", "4.35", "3.90"),
    (2020, 4): ("8.72", "8.20", "6.45", "4.55", "4.15"),
    (2021, 4): ("8.91", "8.36", "6.56", "4.62", "4.30"),
    (2022, 4): ("9.50", "9.18", "6.83", "4.81", "4.81"),
    (2023, 4): ("10.42", "10.18", "7.49", "5.28", "5.28"),
    (2024, 4): ("11.44", None, "8.60", "6.40", "6.40"),
    (2025, 4): ("12.21", None, "10.00", "7.55", "7.55"),
    (2026, 4): ("12.71", None, "10.85", "8.00", "8.00"),
}


@pytest.fixture(scope="module")
def official():
    return load_parameters()


def on(official, year, month, day=1):
    return minimum_wage_rates_on(official, datetime.date(year, month, day))


@pytest.mark.parametrize("start", TABLE)
def test_every_rate_of_every_change(official, start):
    """The 13 x 5 table, on the first day of each change and on the last before the next."""
    starts = [*TABLE, (2027, 4)]
    following = starts[starts.index(start) + 1]
    last_day = datetime.date(*following, 1) - datetime.timedelta(days=1)
    for rates in (on(official, *start), minimum_wage_rates_on(official, last_day)):
        for category, pounds in zip(CATEGORIES, TABLE[start], strict=True):
            assert getattr(rates, category) == float(pounds or rates.adult), category


def test_a_financial_year_has_the_rates_of_its_first_day(official):
    assert minimum_wage_rates(official, 2016) == on(official, 2016, 4)
    assert minimum_wage_rates(official, 2016).mid == 6.70
    with pytest.raises(InputError, match="no value for 2015-16"):
        minimum_wage_rates(official, 2015)
    with pytest.raises(InputError):
        on(official, 2015, 9, 30)


@pytest.mark.parametrize(
    ("start", "ages"),
    [((2015, 10), 21), ((2016, 4), 25), ((2021, 3, 31), 25), ((2021, 4), 23), ((2024, 3, 31), 23), ((2024, 4), 21)],
)
def test_the_age_of_the_adult_rate_is_dated(official, start, ages):
    rates = on(official, *start)
    assert due(ages, 0, 0, rates) == rates.adult
    below = due(ages - 1, 0, 0, rates)
    assert below == (rates.mid if ages > 21 else rates.age_18_20)


def test_each_age_is_due_its_rate(official):
    rates = on(official, 2023, 4)
    by_age = [due(age, 0, 0, rates) for age in (16, 17, 18, 20, 21, 22, 23, 66)]
    assert by_age == [5.28, 5.28, 7.49, 7.49, 10.18, 10.18, 10.42, 10.42]


def test_apprentices_are_due_less_when_young_or_new(official):
    """April 2026: 8.00 under 19 or in the first year; otherwise 10.85 at 19 and 20, 12.71 from 21."""
    rates = on(official, 2026, 4)
    due_to = {(age, year): due(age, 1, year, rates) for age in (17, 18, 19, 20, 21, 40) for year in (1, 2, 3)}
    assert {key for key, pounds in due_to.items() if pounds == 8.00} == (
        {(age, year) for age in (17, 18) for year in (1, 2, 3)} | {(age, 1) for age in (19, 20, 21, 40)}
    )
    assert (due_to[19, 2], due_to[21, 2]) == (10.85, 12.71)


def test_no_rate_falls_with_age_and_none_is_above_the_adult_rate(official):
    for year in range(2016, 2060):
        rates = minimum_wage_rates(official, year)
        by_age = [due(age, 0, 0, rates) for age in range(16, 30)]
        assert by_age == sorted(by_age) and by_age[-1] == rates.adult
        assert rates.apprentice <= by_age[0]


def test_the_adult_rate_follows_the_forecast_and_others_in_proportion(official):
    assert [official.value("minimum_wage.adult", year) for year in range(2027, 2031)] == [12.98, 13.28, 13.61, 13.96]
    for year in range(2027, 2031):
        rates = minimum_wage_rates(official, year)
        assert rates.mid == rates.adult
        assert rates.age_18_20 == pytest.approx(rates.adult * 10.85 / 12.71, abs=0.005)
        assert rates.age_16_17 == rates.apprentice == pytest.approx(rates.adult * 8 / 12.71, abs=0.005)
    assert official.range_at("minimum_wage.age_18_20", 2030) == (11.92, 13.96)
    growth = 1 + official.value("average_earnings_growth", 2031)
    assert official.value("minimum_wage.apprentice", 2031) == pytest.approx(8.79 * growth)
