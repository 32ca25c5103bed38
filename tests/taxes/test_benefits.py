"""Benefits: published rates typed a second time, upratings worked out again, and what must hold for every family."""

import itertools
import platform
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsim.kernels.jit import callable_from_python
from microsim.parameters.load import load_parameters
from microsim.taxes import child_benefit as cb
from microsim.taxes import disability_benefits as db
from microsim.taxes import pension_credit as pc
from microsim.taxes import state_pension as sp
from microsim.taxes import universal_credit as uc
from microsim.taxes.annual import annual

PARAMETERS = load_parameters()
YEARS = range(2024, 2031)
# 2024-25, 2025-26 and 2026-27 as newspapers and advisers' tables print the Department's rates.
PRINTED = {
    "universal_credit.single_under_25": (311.68, 316.98, 338.58),
    "universal_credit.single_25_or_over": (393.45, 400.14, 424.90),
    "universal_credit.couple_under_25": (489.23, 497.55, 528.34),
    "universal_credit.couple_25_or_over": (617.60, 628.10, 666.97),
    "universal_credit.child": (287.92, 292.81, 303.94),
    "universal_credit.first_child_before_2017": (333.33, 339.00, 351.88),
    "universal_credit.carer": (198.31, 201.68, 209.34),
    "universal_credit.health_protected": (416.19, 423.27, 429.80),
    "universal_credit.health_new": (416.19, 423.27, 217.26),
    "universal_credit.work_allowance_with_housing": (404, 411, 427),
    "universal_credit.work_allowance_without_housing": (673, 684, 710),
    "universal_credit.childcare_cap_one": (1014.63, 1031.88, 1071.09),
    "universal_credit.childcare_cap_more": (1739.37, 1768.94, 1836.16),
    "universal_credit.benefit_cap_earnings": (793, 846, 881),
    "child_benefit.eldest": (25.60, 26.05, 27.05),
    "child_benefit.other": (16.95, 17.25, 17.90),
    "state_pension.new_full_rate": (221.20, 230.25, 241.30),
    "state_pension.basic_rate": (169.50, 176.45, 184.90),
    "pension_credit.guarantee_single": (218.15, 227.10, 238.00),
    "pension_credit.guarantee_couple": (332.95, 346.60, 363.25),
    "pension_credit.severe_disability": (81.50, 82.90, 86.05),
    "disability_benefits.daily_living_standard": (72.65, 73.90, 76.70),
    "disability_benefits.daily_living_enhanced": (108.55, 110.40, 114.60),
    "disability_benefits.mobility_standard": (28.70, 29.20, 30.30),
    "disability_benefits.mobility_enhanced": (75.75, 77.05, 80.00),
    "disability_benefits.attendance_lower": (72.65, 73.90, 76.70),
    "disability_benefits.attendance_higher": (108.55, 110.40, 114.60),
    "disability_benefits.carers_allowance_rate": (81.90, 83.30, 86.45),
    "disability_benefits.carers_earnings_limit": (151, 196, 204),
}
PRICES = (0.020, 0.019, 0.020, 0.020)  # of the Septembers before 2027-28 to 2030-31
EARNINGS = (0.034, 0.024, 0.021, 0.022)
FOLLOWS_PRICES = [
    name
    for name in PRINTED
    if name.startswith(("disability_benefits", "child_benefit"))
    or name.endswith((".child", ".first_child_before_2017", ".carer", ".severe_disability", "cap_one", "cap_more"))
    or "work_allowance" in name
]
FOLLOWS_PRICES.remove("disability_benefits.carers_earnings_limit")


STANDARD, CHILD, TAPER, AWARD = (
    callable_from_python(one) for one in (uc.standard_allowance, uc.child_element, uc.taper, uc.award)
)
ALLOWANCE, CAP, OVER = (
    callable_from_python(uc.work_allowance),
    callable_from_python(uc.benefit_cap),
    callable_from_python(uc.over_cap),
)
TARIFF, WITHIN = uc.tariff_income.py_func, uc.is_within_capital_limit.py_func
HOUSING, MAXIMUM = callable_from_python(uc.housing_element), callable_from_python(uc.maximum)
PER_CENT, CHARGE = callable_from_python(cb.charged_per_cent), callable_from_python(cb.high_income_charge)
CARERS, GUARANTEE, RENT = (
    callable_from_python(db.carers_allowance),
    callable_from_python(pc.guarantee_credit),
    callable_from_python(pc.housing_benefit),
)
COUNTED, MINIMUM = callable_from_python(pc.counted_income), callable_from_python(pc.minimum_guarantee)
RATES = {year: uc.universal_credit_rates(PARAMETERS, year) for year in YEARS}


# -- figures


@pytest.mark.parametrize("name", PRINTED)
def test_rates_are_what_is_printed(name):
    assert [PARAMETERS.value(name, year) for year in (2024, 2025, 2026)] == list(PRINTED[name])


def test_amounts_are_of_a_year():
    assert annual(PARAMETERS, "universal_credit.carer", 2026) == pytest.approx(2512.08)  # 12 x 209.34
    assert annual(PARAMETERS, "child_benefit.eldest", 2026) == pytest.approx(1406.60)  # 52 x 27.05
    assert annual(PARAMETERS, "universal_credit.taper_rate", 2026) == 0.55
    assert annual(PARAMETERS, "universal_credit.benefit_cap_family", 2026) == 22_020


def test_prices_are_those_of_the_forecast():
    """The rise in April is, to a tenth of a per cent, the forecast growth of prices over the financial year before."""
    forecast = [PARAMETERS.value("cpi_growth", year) for year in range(2026, 2030)]
    assert [int(growth * 1000 + 0.5) / 1000 for growth in forecast] == pytest.approx(PRICES)


def rounding_of(name):
    if "work_allowance" in name:
        return 1.0
    return 0.01 if PARAMETERS.entry(name).unit == "pounds a month" else 0.05


@pytest.mark.parametrize(
    ("name", "growth"),
    [(name, PRICES) for name in FOLLOWS_PRICES]
    + [(f"pension_credit.guarantee_{who}", EARNINGS) for who in ("single", "couple")]
    + [(f"state_pension.{which}", (0.034, 0.025, 0.025, 0.025)) for which in ("new_full_rate", "basic_rate")],
)
def test_later_rates_follow_the_law(name, growth):
    for year, rise in zip(range(2027, 2031), growth, strict=True):
        before, after = PARAMETERS.value(name, year - 1), PARAMETERS.value(name, year)
        assert after == pytest.approx(before * (1 + rise), abs=rounding_of(name) / 2 + 1e-9), year
        steps = after / rounding_of(name)
        assert steps == pytest.approx(round(steps), abs=1e-6), f"{after} is not rounded as rates are"
        assert PARAMETERS.entry(name).values.step_at(year).quality == "derived"


def test_standard_allowances_rise_above_prices_as_the_act_says():
    """Universal Credit Act 2025, section 1: 2.3, 3.1, 4.0 and 4.8 per cent above prices since 2025-26."""
    prices, above = 1.038, {2026: 1.023, 2027: 1.031, 2028: 1.040, 2029: 1.048}
    for name in ("single_25_or_over", "couple_under_25", "couple_25_or_over"):
        real = prices
        for year, factor in above.items():
            real *= 1 + PRICES[year - 2027] if year > 2026 else 1.0
            expected = PARAMETERS.value(f"universal_credit.{name}", 2025) * real * factor
            assert PARAMETERS.value(f"universal_credit.{name}", year) == pytest.approx(expected, abs=0.011), (
                name,
                year,
            )


def test_protected_health_element_keeps_its_sum_with_the_standard_allowance():
    """Section 4: the two together of a single person of 25 rise with prices."""
    together = [
        PARAMETERS.value("universal_credit.health_protected", year)
        + PARAMETERS.value("universal_credit.single_25_or_over", year)
        for year in range(2026, 2031)
    ]
    assert together[0] == pytest.approx(854.70)
    for before, after, rise in zip(together, together[1:], PRICES, strict=False):
        assert after == pytest.approx(before * (1 + rise), abs=0.03)
    assert [PARAMETERS.value("universal_credit.health_new", year) for year in (2027, 2028, 2029)] == [217.26] * 3


def test_earnings_tests_are_sixteen_hours_of_the_wage():
    """Pounds an hour in 2024-25 to 2030-31: published to 2026-27, then the OBR's."""
    for year, wage in zip(YEARS, (11.44, 12.21, 12.71, 12.98, 13.28, 13.61, 13.96), strict=True):
        threshold = PARAMETERS.value("universal_credit.benefit_cap_earnings", year)
        assert threshold == int(16 * wage * 52 / 12)
        if year > 2024:  # before, the limit was not tied to the wage
            limit = PARAMETERS.value("disability_benefits.carers_earnings_limit", year)
            assert 0 <= limit - 16 * wage < 1


def test_after_2030_benefits_follow_earnings():
    growth = PARAMETERS.value("average_earnings_growth", 2031)
    for name in ("universal_credit.couple_25_or_over", "child_benefit.charge_from", "state_pension.new_full_rate"):
        assert PARAMETERS.value(name, 2031) == pytest.approx(PARAMETERS.value(name, 2030) * (1 + growth)), name
    assert PARAMETERS.value("child_benefit.charge_from", 2030) == 60_000
    assert PARAMETERS.value("universal_credit.taper_rate", 2055) == 0.55


@pytest.mark.parametrize("rules", [uc, cb, sp, pc, db])
def test_every_rate_has_a_published_name(rules):
    name = rules.__name__.rpartition(".")[2]
    rates = getattr(rules, f"{name}_rates")(PARAMETERS, 2026)
    assert set(rules.PARAMETERS) == set(rates._fields)
    for field, parameter in rules.PARAMETERS.items():
        assert getattr(rates, field) == annual(PARAMETERS, parameter, 2026)
    assert all(isinstance(value, float) for value in rates)


# -- Universal Credit


families = st.fixed_dictionaries(
    {
        "year": st.sampled_from(YEARS),
        "couple": st.booleans(),
        "under_25": st.booleans(),
        "children": st.integers(0, 5),
        "early": st.integers(0, 5),
        "rent": st.floats(0, 20_000),
        "private": st.booleans(),
        "london": st.booleans(),
        "capability": st.booleans(),
    }
)


def award_of(family, net_earnings, unearned=0.0):
    """(maximum, work allowance, award before the cap, what the cap takes off)."""
    rates = RATES[family["year"]]
    children = float(family["children"])
    child = CHILD(children, min(float(family["early"]), children), rates)
    health = rates.health_protected if family["capability"] else 0.0
    housing = HOUSING(family["rent"], family["private"], 12_000.0)
    whole = MAXIMUM(STANDARD(family["couple"], family["under_25"], rates), child, 0.0, health, housing, 0.0)
    allowance = ALLOWANCE(children > 0 or family["capability"], housing > 0, rates)
    uncapped = AWARD(whole, TAPER(net_earnings, allowance, rates), unearned)
    cap = CAP(family["couple"], children, family["london"], rates)
    taken = OVER(uncapped, 52 * 26.05 * children, 0.0, cap, net_earnings, family["capability"], rates)
    return whole, allowance, uncapped, taken


@settings(max_examples=150, deadline=None)
@given(families, st.floats(0, 80_000), st.floats(0, 20_000))
def test_an_award_is_never_negative_nor_above_the_maximum(family, net_earnings, unearned):
    whole, _, uncapped, taken = award_of(family, net_earnings, unearned)
    assert 0 <= uncapped <= whole
    assert 0 <= taken <= uncapped
    if unearned <= uncapped:
        assert award_of(family, net_earnings, 0.0)[2] == pytest.approx(uncapped + unearned)


@settings(max_examples=150, deadline=None)
@given(families, st.floats(0, 1))
def test_the_award_falls_by_exactly_55_pence_in_the_pound(family, place):
    """Nothing up to the work allowance, 55p in the pound above it until the award has gone, then nothing."""
    whole, allowance, at_nothing, _ = award_of(family, 0.0)
    assert at_nothing == whole
    gone = allowance + whole / 0.55
    for pounds in (1.0, 0.01):
        below = allowance * place - pounds
        if below > 0:
            assert award_of(family, below)[2] - award_of(family, below + pounds)[2] == 0
        inside = allowance + (gone - allowance - pounds) * place
        fall = award_of(family, inside)[2] - award_of(family, inside + pounds)[2]
        assert fall == pytest.approx(0.55 * pounds, abs=1e-7)
        assert award_of(family, gone + pounds)[2] == 0


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(("has_housing", "monthly"), [(True, "with_housing"), (False, "without_housing")])
def test_marginal_rates_at_the_work_allowance(year, has_housing, monthly):
    rates = RATES[year]
    edge = 12 * PARAMETERS.value(f"universal_credit.work_allowance_{monthly}", year)
    allowance = ALLOWANCE(True, has_housing, rates)
    for step in (0.01, 1.0):
        assert TAPER(edge, allowance, rates) - TAPER(edge - step, allowance, rates) == 0
        rise = TAPER(edge + step, allowance, rates) - TAPER(edge, allowance, rates)
        assert rise == pytest.approx(0.55 * step, abs=1e-9)


@settings(max_examples=150, deadline=None)
@given(families, st.floats(0, 60_000), st.floats(0, 5_000))
def test_earning_more_leaves_a_family_no_worse_off(family, net_earnings, more):
    """Earnings and the award together never fall: the one cliff, the end of the benefit cap, is a step up."""

    def income(earnings):
        _, _, uncapped, taken = award_of(family, earnings)
        return earnings + uncapped - taken

    assert income(net_earnings + more) >= income(net_earnings) - 1e-6


def test_the_end_of_the_benefit_cap_is_a_step_up():
    """A lone parent of three in 2026-27 outside London with a rent of 12,000, a pound below the threshold and on it."""
    family = {
        "year": 2026,
        "couple": False,
        "under_25": False,
        "children": 3,
        "early": 0,
        "rent": 12_000.0,
        "private": False,
        "london": False,
        "capability": False,
    }
    threshold = 12 * 881.0
    whole, _, below, taken_below = award_of(family, threshold - 1)
    _, _, on, taken_on = award_of(family, threshold)
    assert whole == pytest.approx(12 * (424.90 + 3 * 303.94) + 12_000)  # 28,040.64
    assert below - on == pytest.approx(0.55)
    # award 28,040.64 - 0.55 x (10,571 - 5,124) = 25,044.79, Child Benefit of 4,063.80 beside it, cap 22,020
    assert taken_below == pytest.approx(25_044.79 + 3 * 52 * 26.05 - 22_020)
    assert taken_on == 0


def test_two_children_are_the_limit_until_april_2026():
    for born_before, children in itertools.product(range(5), range(6)):
        if born_before > children:
            continue
        limited = CHILD(float(children), float(born_before), RATES[2025])
        free = CHILD(float(children), float(born_before), RATES[2026])
        higher = 46.19 if born_before else 0.0  # 339.00 - 292.81
        paid = max(born_before, min(children, 2))
        assert limited == pytest.approx(12 * (paid * 292.81 + higher)), (born_before, children)
        higher = 47.94 if born_before else 0.0  # 351.88 - 303.94
        assert free == pytest.approx(12 * (children * 303.94 + higher)), (born_before, children)


def test_the_mean_health_element_is_between_the_two():
    """0.755 of health elements are protected in 2029-30: a mean of 0.755 x 444.66 + 0.245 x 217.26 = 388.95 a month."""
    rates = RATES[2029]
    mean = uc.health_element.py_func(1, rates.health_protected_share, rates)
    assert mean / 12 == pytest.approx(388.947, abs=0.001)
    assert PARAMETERS.range_at("universal_credit.health_protected_share", 2029) == (0.68, 0.84)
    assert PARAMETERS.value("universal_credit.health_protected_share", 2050) == pytest.approx(0.1)


def test_capital_gives_income_by_whole_steps():
    """Nothing up to 6,000; 4.35 a month from the first pound above; 16,000 gives 40 steps and is not too much."""
    rates = RATES[2025]
    for owned, steps in ((0, 0), (6_000, 0), (6_001, 1), (6_250, 1), (6_250.01, 2), (16_000, 40)):
        assert TARIFF(float(owned), rates) == pytest.approx(12 * 4.35 * steps), owned
        assert WITHIN(float(owned), rates)
    assert not WITHIN(16_000.01, rates)
    pension = pc.pension_credit_rates(PARAMETERS, 2025)
    for owned, steps in ((10_000, 0), (10_001, 1), (10_500, 1), (16_000, 12)):
        assert pc.tariff_income.py_func(float(owned), pension) == 52 * steps, owned
    assert pc.has_housing_benefit.py_func(16_000.0, 0.0, pension)
    assert not pc.has_housing_benefit.py_func(16_001.0, 0.0, pension)
    assert pc.has_housing_benefit.py_func(50_000.0, 0.01, pension)  # with guarantee credit


def test_who_lets_property_owns_more_than_any_limit():
    for year in YEARS:
        assert not WITHIN(uc.capital.py_func(0.0, 0.0, 641.0, RATES[year]), RATES[year])  # 640 / 0.04 = 16,000
        assert WITHIN(uc.capital.py_func(0.0, 0.0, 639.0, RATES[year]), RATES[year])
        assert WITHIN(uc.capital.py_func(400.0, 0.0, 0.0, RATES[year]), RATES[year])  # 400 / 0.025 = 16,000
        assert not WITHIN(uc.capital.py_func(401.0, 0.0, 0.0, RATES[year]), RATES[year])


def test_take_up_goes_by_work_partner_and_children():
    rates = RATES[2025]
    found = {
        (works, couple, children): uc.take_up.py_func(works, couple, children, rates)
        for works, couple, children in itertools.product((False, True), (False, True), (0.0, 2.0))
    }
    assert {found[False, couple, children] for couple in (False, True) for children in (0.0, 2.0)} == {0.88}
    assert found[True, False, 2.0] == 0.93
    assert found[True, True, 2.0] == 0.70
    assert found[True, False, 0.0] == found[True, True, 0.0] == 0.45


@settings(max_examples=150, deadline=None)
@given(st.floats(0, 40_000), st.floats(0, 40_000), st.booleans(), st.booleans(), st.booleans())
def test_the_floor_raises_low_profits_alone(mine, theirs, couple, first, second):
    """Never less than is earned, never above the floor of those it applies to, nor a couple above two floors."""
    floor = 20_000.0
    own = mine + (theirs if couple else 0.0)
    raised = (max(mine, floor) if first else mine) + ((max(theirs, floor) if second else theirs) if couple else 0.0)
    counted = uc.earnings_with_floor.py_func(own, raised, couple, floor)
    assert own <= counted <= max(own, raised)
    assert counted <= max(own, floor * (2 if couple else 1))
    if not couple and first:
        assert counted == max(mine, floor)
    if not (first or (couple and second)):
        assert counted == own


# -- Child Benefit


def test_the_charge_is_one_per_cent_for_each_200_pounds():
    """Income at and a penny below each of the 100 steps; each step costs 1 per cent of the benefit, in whole pounds."""
    rates = cb.child_benefit_rates(PARAMETERS, 2025)
    for step in range(1, 101):
        at = 60_000.0 + 200 * step
        assert PER_CENT(at, rates) == step
        assert PER_CENT(at - 0.01, rates) == step - 1
        assert CHARGE(2251.60, PER_CENT(at, rates)) == 2251 * step // 100


@settings(max_examples=200, deadline=None)
@given(st.sampled_from((2024, 2026, 2030, 2040)), st.floats(0, 200_000), st.floats(0, 10_000), st.integers(1, 6))
def test_the_charge_rises_and_never_exceeds_the_benefit(year, income, more, children):
    rates = cb.child_benefit_rates(PARAMETERS, year)
    benefit = cb.child_benefit.py_func(float(children), rates)
    now, then = (CHARGE(benefit, PER_CENT(one, rates)) for one in (income, income + more))
    assert 0 <= now <= then <= benefit
    assert now == int(now)
    if income <= rates.charge_from:
        assert now == 0


def test_each_step_of_the_charge_is_a_cliff():
    """The law charges by whole per cents: the pound that makes 60,200 costs 22 of the benefit for two children."""
    rates = cb.child_benefit_rates(PARAMETERS, 2025)
    below, above = (CHARGE(2251.60, PER_CENT(income, rates)) for income in (60_199.0, 60_200.0))
    assert above - below == 22


# -- State Pension


def test_pension_age_rises_as_the_acts_say():
    """By month of birth; 68 is reached on the dates of Pensions Act 1995, Schedule 4, table 4."""

    def age(cohort, month):
        april, rise = (PARAMETERS.value(name, cohort) for name in sp.AGE_BY_BIRTH)
        return sp.pension_age.py_func(month, april, rise)

    assert age(1958, 11) == age(1959, 11) == 66 * 12
    assert [age(1960, month) for month in range(12)] == [66 * 12 + months for months in range(1, 13)]
    assert age(1961, 0) == age(1976, 11) == 67 * 12
    # born in the month from 6 April 1977: 6 May 2044; each month of birth later, two months later
    table = ["2044-05", "2044-07", "2044-09", "2044-11", "2045-01", "2045-03", "2045-05", "2045-07", "2045-09",
             "2045-11", "2046-01", "2046-03"]  # fmt: skip
    for month, reached in enumerate(table):
        year, calendar = map(int, reached.split("-"))
        assert (year - 1977) * 12 + calendar - 4 - month == age(1977, month)
    assert age(1978, 0) == age(2005, 6) == 68 * 12


def test_shares_of_the_year_over_pension_age():
    """Around the rise to 67, in months of the year, for each month of birth."""
    shares = sp.shares_of_year_over(PARAMETERS, 2026, [1958, 1959, 1960, 1961])
    assert (shares[0] == 1).all()
    assert (shares[1] == 1).all()  # 66 since the middle of their month of birth in 2025-26
    # 66 years and 1 to 12 months: from mid-May 2026 for April births, two months later for each month of birth after
    expected = [10.5, 8.5, 6.5, 4.5, 2.5, 0.5, 0, 0, 0, 0, 0, 0]
    assert shares[2] * 12 == pytest.approx(expected)
    assert (shares[3] == 0).all()
    # and those born in 1959-60 a year before, in 1961-62 two years later, at 66 and 67 in the middle of their month
    before = sp.shares_of_year_over(PARAMETERS, 2025, [1959])
    assert before[0] * 12 == pytest.approx(np.arange(11.5, 0, -1))
    after = sp.shares_of_year_over(PARAMETERS, 2028, [1961])
    assert after[0] * 12 == pytest.approx(np.arange(11.5, 0, -1))


@settings(max_examples=100, deadline=None)
@given(st.integers(2024, 2055), st.integers(1940, 1995))
def test_who_is_older_is_over_pension_age_for_longer(year, cohort):
    shares = sp.shares_of_year_over(PARAMETERS, year, [cohort, cohort + 1]).reshape(-1)
    assert (np.diff(shares) <= 0).all()
    next_year = sp.shares_of_year_over(PARAMETERS, year + 1, [cohort, cohort + 1]).reshape(-1)
    assert (next_year >= shares).all()


def test_a_scenario_can_raise_pension_age():
    """68 for everybody born from April 1970: who was born in April 1970 reaches it in April 2038."""
    overrides = {"state_pension.age_of_april_births": {"1970-71": 816}}
    reform = load_parameters(overrides)
    assert sp.shares_of_year_over(reform, 2037, [1970])[0].sum() == 0
    assert sp.shares_of_year_over(PARAMETERS, 2037, [1970])[0, 0] == pytest.approx(11.5 / 12)
    assert (sp.shares_of_year_over(reform, 2037, [1969]) == sp.shares_of_year_over(PARAMETERS, 2037, [1969])).all()


# -- Pension Credit and carers


@settings(max_examples=150, deadline=None)
@given(st.booleans(), st.floats(0, 30_000), st.floats(0, 5_000), st.floats(0, 15_000))
def test_pensioners_with_more_income_are_no_worse_off(couple, pensions, more, rent):
    rates = pc.pension_credit_rates(PARAMETERS, 2026)
    guarantee = MINIMUM(couple, False, rates)

    def income(amount):
        counted = COUNTED(amount, 0.0, couple, rates)
        return amount + GUARANTEE(counted, guarantee) + RENT(rent, counted, guarantee, rates)

    assert income(pensions + more) >= income(pensions) - 1e-6
    assert income(pensions) >= guarantee + (rent if pensions <= guarantee else 0) - 1e-6


def test_carers_allowance_is_a_cliff_at_its_limit():
    """One pound of earnings above 52 x 204 loses all 4,495.40 pounds in 2026-27; net income falls by a pound less."""
    rates = db.disability_benefits_rates(PARAMETERS, 2026)
    kept, lost = (CARERS(True, earnings, 0.0, rates) for earnings in (10_608.0, 10_609.0))
    assert kept == pytest.approx(4495.40)
    assert lost == 0


# -- machine code


def fill(awards, earnings, rates):
    for i in range(np.uint64(awards.size)):
        awards[i] = AWARD_KERNEL(12_000.0, TAPER_KERNEL(earnings[i], 5_000.0, rates), 0.0)


def charge(charges, incomes, rates):
    for i in range(np.uint64(charges.size)):
        charges[i] = CHARGE_KERNEL(2_251.6, PER_CENT_KERNEL(incomes[i], rates))


AWARD_KERNEL, TAPER_KERNEL = uc.award, uc.taper
CHARGE_KERNEL, PER_CENT_KERNEL = cb.high_income_charge, cb.charged_per_cent


@pytest.mark.skipif(platform.machine().lower() not in ("x86_64", "amd64"), reason="names of Intel's instructions")
@pytest.mark.parametrize(("loop", "rates"), [(fill, RATES[2026]), (charge, cb.child_benefit_rates(PARAMETERS, 2026))])
def test_rules_vectorise(loop, rates):
    twin = callable_from_python(loop)
    income = np.linspace(0.0, 90_000.0, 1000)
    found = np.empty_like(income)
    twin(found, income, rates)
    text = "\n".join(twin.inspect_asm().values())
    assert re.search(r"^\s+v?(?:mul|min|max|fmadd)\w*pd\s", text, re.MULTILINE), "no packed arithmetic"
    assert len(set(found)) > 50
