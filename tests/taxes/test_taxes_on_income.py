"""Taxes on income: marginal rates equal to the published schedule at every threshold, and properties of the whole."""

import platform
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsim.kernels.jit import callable_from_python
from microsim.parameters.load import load_parameters
from microsim.taxes import income_tax, national_insurance, student_loans

YEARS = range(2024, 2031)  # as legislated
PENNY, POUND = 0.01, 1.0
MODULES = {"income_tax": income_tax, "national_insurance": national_insurance, "student_loans": student_loans}

allowance_of = callable_from_python(income_tax.personal_allowance)
tax_of = callable_from_python(income_tax.income_tax)
earnings_tax = callable_from_python(income_tax.tax_on_earnings)
property_tax = callable_from_python(income_tax.tax_on_property)
savings_tax = callable_from_python(income_tax.tax_on_savings)
dividend_tax = callable_from_python(income_tax.tax_on_dividends)
employee = callable_from_python(national_insurance.employee_contributions)
employer = callable_from_python(national_insurance.employer_contributions)
self_employed = callable_from_python(national_insurance.self_employed_contributions)
loan = callable_from_python(student_loans.student_loan_repayment)
postgraduate = callable_from_python(student_loans.postgraduate_loan_repayment)

PARAMETERS = load_parameters()
RATES = {
    name: {year: getattr(module, f"{name}_rates")(PARAMETERS, year) for year in [*YEARS, 2031, 2040]}
    for name, module in MODULES.items()
}
IT, NI, LOANS = (RATES[name] for name in MODULES)


def whole_tax(year, earnings=0.0, property_income=0.0, savings=0.0, dividends=0.0):
    """Income tax on everything, allowance included."""
    allowance = allowance_of(earnings + property_income + savings + dividends, IT[year])
    return tax_of(earnings, property_income, savings, dividends, allowance, IT[year])


def net_pay(year, pay, plan=0, owes=0):
    """What is left of pay after income tax, contributions and loans."""
    repaid = loan(pay, plan, LOANS[year]) + postgraduate(pay, owes, LOANS[year])
    return pay - whole_tax(year, pay) - employee(pay, 1, NI[year]) - repaid


def assert_schedule(charge, thresholds, rates):
    """`charge` rises by `rates` between `thresholds`, measured over a penny and a pound on both sides of each."""
    assert len(rates) == len(thresholds) + 1
    for place, threshold in enumerate(thresholds):
        for step in (PENNY, POUND):
            below = (charge(threshold) - charge(threshold - step)) / step
            above = (charge(threshold + step) - charge(threshold)) / step
            assert below == pytest.approx(rates[place], abs=1e-7), f"below {threshold:,}"
            assert above == pytest.approx(rates[place + 1], abs=1e-7), f"above {threshold:,}"


@pytest.mark.parametrize("year", YEARS)
def test_income_tax_follows_the_published_schedule(year):
    assert_schedule(lambda pay: whole_tax(year, pay), [12_570, 50_270, 100_000, 125_140], [0.0, 0.20, 0.40, 0.60, 0.45])


@pytest.mark.parametrize("year", YEARS)
def test_contributions_follow_the_published_schedule(year):
    assert_schedule(lambda pay: employee(pay, 1, NI[year]), [12_570, 50_270], [0.0, 0.08, 0.02])
    assert_schedule(lambda profits: self_employed(profits, 1, NI[year]), [12_570, 50_270], [0.0, 0.06, 0.02])
    threshold, rate = (9_100, 0.138) if year == 2024 else (5_000, 0.15)
    assert_schedule(lambda pay: employer(pay, 40.0, 0, NI[year]), [threshold], [0.0, rate])
    assert_schedule(lambda pay: employer(pay, 20.0, 0, NI[year]), [threshold, 50_270], [0.0, 0.0, rate])
    assert_schedule(lambda pay: employer(pay, 24.0, 1, NI[year]), [threshold, 50_270], [0.0, 0.0, rate])


@pytest.mark.parametrize("year", YEARS)
def test_tax_and_contributions_together(year):
    assert_schedule(
        lambda pay: pay - net_pay(year, pay), [12_570, 50_270, 100_000, 125_140], [0.0, 0.28, 0.42, 0.62, 0.47]
    )


@pytest.mark.parametrize("year", YEARS)
def test_property_follows_the_published_schedule(year):
    """With no other income, and on top of earnings that fill the allowance."""
    more = 0.0 if year < 2027 else 0.02
    basic, higher, additional = 0.20 + more, 0.40 + more, 0.45 + more
    assert_schedule(
        lambda rent: whole_tax(year, property_income=rent),
        [12_570, 50_270, 100_000, 125_140], [0.0, basic, higher, higher * 1.5, additional],
    )  # fmt: skip
    assert_schedule(lambda rent: whole_tax(year, 20_000, rent), [30_270], [basic, higher])


@pytest.mark.parametrize("year", YEARS)
def test_dividends_follow_the_published_schedule(year):
    ordinary, upper = (0.0875, 0.3375) if year < 2026 else (0.1075, 0.3575)
    # earnings of 30,000: the first 500 bear no tax, and the basic-rate limit is reached with 20,270
    assert_schedule(lambda paid: whole_tax(year, 30_000, dividends=paid), [500, 20_270], [0.0, ordinary, upper])
    assert_schedule(lambda end: dividend_tax(120_000, end, IT[year]), [120_500, 125_140], [0.0, upper, 0.3935])


@pytest.mark.parametrize("year", YEARS)
def test_interest_follows_the_published_schedule(year):
    more = 0.0 if year < 2027 else 0.02
    # wages of 14,570 leave 3,000 of the starting rate, and the savings allowance covers 1,000 more
    assert_schedule(lambda interest: whole_tax(year, 14_570, savings=interest), [4_000], [0.0, 0.20 + more])
    assert_schedule(
        lambda end: savings_tax(37_000, end, 500, IT[year]), [37_700, 125_140], [0.20 + more, 0.40 + more, 0.45 + more]
    )
    # a penny above the basic-rate limit halves the savings allowance: 500 more is taxed at the basic rate
    steps = whole_tax(year, 40_000, savings=10_270.01) - whole_tax(year, 40_000, savings=10_270)
    assert steps == pytest.approx(500 * (0.20 + more) + 0.01 * (0.40 + more), abs=1e-7)


PUBLISHED_LOANS = {  # thresholds of plans 1, 2, 5 and postgraduate loans
    2024: (24_990, 27_295, 25_000, 21_000),
    2025: (26_065, 28_470, 25_000, 21_000),
    2026: (26_900, 29_385, 25_000, 21_000),
}


@pytest.mark.parametrize("year", PUBLISHED_LOANS)
def test_loans_follow_the_published_schedule(year):
    plan_1, plan_2, plan_5, masters = PUBLISHED_LOANS[year]
    assert_schedule(lambda pay: loan(pay, 1, LOANS[year]), [plan_1], [0.0, 0.09])
    assert_schedule(lambda pay: loan(pay, 2, LOANS[year]), [plan_2], [0.0, 0.09])
    assert_schedule(lambda pay: loan(pay, 5, LOANS[year]), [plan_5], [0.0, 0.0 if year < 2026 else 0.09])
    assert_schedule(lambda pay: postgraduate(pay, 1, LOANS[year]), [masters], [0.0, 0.06])
    both = lambda pay: loan(pay, 2, LOANS[year]) + postgraduate(pay, 1, LOANS[year])  # noqa: E731
    assert_schedule(both, [masters, plan_2], [0.0, 0.06, 0.15])


def test_loan_thresholds_rise_with_retail_prices_to_the_next_five_pounds():
    """The rule of the file's comment, on the published thresholds and on those derived from the forecast."""
    retail_prices = {2024: 0.043, 2025: 0.032}  # to March 2024 and 2025, for April of the year after
    financial_years = {2025: 0.042224, 2026: 0.028583, 2027: 0.029369, 2028: 0.028146, 2029: 0.028869}
    for year in range(2026, 2030):
        retail_prices[year] = (financial_years[year - 1] + financial_years[year]) / 2

    def raised(threshold, year):
        return np.ceil(round(threshold * (1 + retail_prices[year - 1]) / 5, 6)) * 5

    for year in range(2025, 2031):
        assert LOANS[year].plan_1_threshold == raised(LOANS[year - 1].plan_1_threshold, year)
        if year in (2025, 2026, 2030):
            assert LOANS[year].plan_2_threshold == raised(LOANS[year - 1].plan_2_threshold, year)
        if year >= 2027:
            assert LOANS[year].plan_5_threshold == raised(LOANS[year - 1].plan_5_threshold, year)
    assert {LOANS[year].plan_2_threshold for year in range(2026, 2030)} == {29_385}


def test_after_the_legislated_years_limits_follow_earnings_and_rates_stay():
    growth = PARAMETERS.value("average_earnings_growth", 2031)
    for name, rates in RATES.items():
        for field in rates[2030]._fields:
            before, after = getattr(rates[2030], field), getattr(rates[2031], field)
            unit = PARAMETERS.entry(f"{name}.{field}").unit
            grows = unit.startswith("pounds a year") and before < 1e9
            assert after == pytest.approx(before * (1 + growth) if grows else before, rel=1e-12), field
    limits = IT[2040]
    whole = limits.personal_allowance / limits.allowance_taper_rate
    assert limits.higher_rate_limit == pytest.approx(limits.allowance_taper_from + whole, rel=1e-12)


@pytest.mark.parametrize("name", MODULES)
def test_every_field_is_an_official_figure_with_its_citation(name):
    module = MODULES[name]
    assert set(module.PARAMETERS) == set(RATES[name][2024]._fields)
    official = {entry for entry in PARAMETERS.names() if entry.startswith(f"{name}.")}
    assert set(module.PARAMETERS.values()) == official, "a figure that no rule reads"
    for figure in official:
        entry = PARAMETERS.entry(figure)
        assert entry.source.publisher
        assert entry.policy or figure.endswith("take_up")
        assert entry.values.is_dated


def test_a_reform_changes_the_rates_it_names():
    reformed = load_parameters({"income_tax.basic_rate": {"2028-29": 0.21}})
    assert income_tax.income_tax_rates(reformed, 2027).basic_rate == 0.20
    assert income_tax.income_tax_rates(reformed, 2028).basic_rate == 0.21


money = st.floats(0, 400_000).map(lambda pounds: round(pounds, 2))
small = st.floats(0.01, 60_000).map(lambda pounds: round(pounds, 2))
some_year = st.sampled_from([*YEARS, 2031, 2040])


@settings(max_examples=300, deadline=None)
@given(some_year, money, money, money, money, small, st.integers(0, 3))
def test_tax_rises_with_every_kind_of_income(year, earnings, rent, savings, dividends, more, kind):
    incomes = [earnings, rent, savings, dividends]
    tax = whole_tax(year, *incomes)
    incomes[kind] += more
    assert whole_tax(year, *incomes) >= tax - 1e-6
    assert 0 <= tax <= 0.6 * sum(incomes)


@settings(max_examples=300, deadline=None)
@given(some_year, money, money, money, money)
def test_slices_add_up_to_taxable_income(year, earnings, rent, savings, dividends):
    """With one rate for everything and no bands at nil, tax is that rate of what the allowance leaves."""
    names = [field for field in IT[year]._fields if field.endswith(("basic_rate", "higher_rate", "additional_rate"))]
    names += ["basic_rate", "higher_rate", "additional_rate", "dividend_ordinary_rate", "dividend_upper_rate"]
    at_nil = ("savings_starting_limit", "savings_allowance_basic", "savings_allowance_higher", "dividend_allowance")
    flat = IT[year]._replace(**dict.fromkeys(names, 0.25), **dict.fromkeys(at_nil, 0.0))
    total = earnings + rent + savings + dividends
    allowance = allowance_of(total, flat)
    tax = tax_of(earnings, rent, savings, dividends, allowance, flat)
    assert tax == pytest.approx(0.25 * max(0.0, total - allowance), abs=1e-6)


@settings(max_examples=300, deadline=None)
@given(some_year, money, small, st.sampled_from([0, 1, 2, 5]), st.integers(0, 1))
def test_net_pay_rises_with_gross(year, pay, more, plan, owes):
    """At most 60 pence of tax, 2 of contributions and 15 of loans are taken from a pound."""
    assert net_pay(year, pay + more, plan, owes) - net_pay(year, pay, plan, owes) >= 0.23 * more - 1e-6


@settings(max_examples=200, deadline=None)
@given(some_year, money, small, st.integers(16, 80), st.integers(0, 1), st.integers(0, 1))
def test_contributions_rise_with_pay(year, pay, more, age, apprentice, liable):
    rates = NI[year]
    assert employee(pay + more, liable, rates) >= employee(pay, liable, rates) >= 0
    assert self_employed(pay + more, liable, rates) >= self_employed(pay, liable, rates) >= 0
    assert employer(pay + more, age, apprentice, rates) >= employer(pay, age, apprentice, rates) >= 0


def everybody(earnings, rent, savings, dividends, out, tax_rates, ni_rates, loan_rates):
    for i in range(np.uint64(out.size)):
        pay, total = earnings[i], earnings[i] + rent[i] + savings[i] + dividends[i]
        allowance = allowance_of(total, tax_rates)
        out[i] = tax_of(pay, rent[i], savings[i], dividends[i], allowance, tax_rates)
        out[i] += employee(pay, 1.0, ni_rates) + employer(pay, 30.0, 0, ni_rates) + loan(pay, 2, loan_rates)


@pytest.mark.skipif(platform.machine().lower() not in ("x86_64", "amd64"), reason="instructions of x86 are looked for")
def test_the_rules_vectorise():
    columns = [np.linspace(0, 200_000, 1_000) for _ in range(4)]
    out = np.zeros(1_000)
    compiled = callable_from_python(everybody)
    compiled(*columns, out, IT[2025], NI[2025], LOANS[2025])
    pay = columns[0][500]
    expected = whole_tax(2025, pay, pay, pay, pay) + employee(pay, 1.0, NI[2025])
    expected += employer(pay, 30.0, 0, NI[2025]) + loan(pay, 2, LOANS[2025])
    assert out[500] == pytest.approx(expected, abs=1e-9)
    text = "\n".join(compiled.inspect_asm().values())
    for instruction in ("minpd", "maxpd", "mulpd"):
        assert len(re.findall(rf"^\s+v?{instruction}\s", text, re.MULTILINE)) >= 4, instruction
