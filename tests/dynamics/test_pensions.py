"""Pensions of a made block beside a twin, the published totals, and the dates of the law."""

from math import gamma

import numpy as np
import pytest
from means import YEARS, compiled, means_of

from microsim.dynamics.curves import scatter, shares
from microsim.dynamics.pensions import (
    is_new_state_pension,
    over_pension_age,
    pension_tables,
    state_shares,
    write_pensions,
)
from microsim.parameters.load import load_parameters
from microsim.population.people import EMPLOYEE, SELF_EMPLOYED

EARNINGS_2024 = 1.05569  # on 2023-24, Office for Budget Responsibility, March 2026


@pytest.fixture(scope="module")
def tables(england):
    return pension_tables(england, load_parameters(), YEARS)


@pytest.fixture(scope="module")
def means(made, tables):
    return means_of(write_pensions, made, tables)


def test_private_pensions_add_up_to_those_of_the_tax_statistics(made, means):
    """£127.76 billion of British taxpayers in 2023-24, England's 0.845, 5.5 per cent more of others, a year on."""
    assert made.total(means.private_pension) == pytest.approx(127.76 * 0.845 * 1.055 * EARNINGS_2024, rel=0.035)
    # 9.175 million taxpayers with one, and some 1.3 to 1.7 million others
    assert made.number(means.private_pension > 0) == pytest.approx((9.175 + 1.3) * 0.845, rel=0.04)


def test_two_thirds_of_pensioners_have_a_private_pension_and_nobody_below_55(made, means):
    pensioner = made.age >= 66
    assert (means.private_pension[pensioner] > 0).mean() == pytest.approx(0.67, abs=0.03)
    assert not means.private_pension[made.age < 55].any()
    assert means.private_pension[made.age == 62].any()


def test_half_of_private_pensions_are_below_three_quarters_of_the_mean(made, means):
    of = means.private_pension[(made.age >= 70) & (made.age < 75) & (made.people.sex == 1)]
    of = of[of > 0]
    assert np.median(of) / of.mean() == pytest.approx(np.log(2) ** (1 / 1.1) / gamma(1 + 1 / 1.1), abs=0.03)


def test_private_pensions_are_those_of_a_twin(england, made, tables, means):
    people, curve = made.people, tables.curve.astype(float)
    chosen = np.flatnonzero(made.age >= 55)[::997]
    assert len(chosen) > 50
    for row in chosen:
        age, sex, status = min(made.age[row], 90) - 16, people.sex[row], people.work_status[row]
        some = england.pensions.share[age, sex, 0 if status <= SELF_EMPLOYED else 2 if status == 4 else 1]
        nearer = 1.0 - (int(people.pension_rank[row]) + 0.5) / 2**32
        amount = np.interp(nearer / some, shares(), curve) * england.pensions.mean[age, sex] * EARNINGS_2024
        expected = amount if nearer < some else 0.0
        assert means.private_pension[row] == pytest.approx(expected, rel=1e-3, abs=0.5)


def test_state_pensions_are_the_published_mean_of_a_week(made, means):
    """£201.95 a week in August 2024 of everybody, 5 per cent more of residents, of whom 1.5 per cent have none."""
    full = made.age >= 67
    assert means.state_pension[full].mean() / 52 == pytest.approx(201.95 * 1.05 * 0.985, rel=0.015)
    assert (means.state_pension[full] > 0).mean() > 0.99
    assert not means.state_pension[made.age < 65].any()
    # 12.2 million people of Great Britain in 2026, of whom England has six in seven
    assert made.number(means.state_pension > 0) == pytest.approx(10.6, rel=0.04)


@pytest.mark.parametrize(("row", "share"), [((0, 0), 0.931), ((0, 1), 0.945), ((1, 0), 1.105), ((1, 1), 1.275)])
def test_shares_of_the_full_rate_average_what_is_published(england, row, share):
    curve = state_shares(england.room_figures["pensions"])[row]
    assert (curve[1:] + curve[:-1]).mean() / 2 / (1.05 * 0.985) == pytest.approx(share)
    assert (np.diff(curve) >= 0).all()


def test_a_new_state_pension_by_hand(england, made):
    """Women of 70 near the middle: a share 1 of the mean shape, times 0.931, 1.05 and 0.985, of £221.20 a week."""
    tables = pension_tables(england, load_parameters(), YEARS)
    means = means_of(write_pensions, made, tables)
    women = np.flatnonzero((made.age == 70) & (made.people.sex == 0))
    draws = np.array([compiled(scatter)(made.people.pension_rank[row], np.uint32(3)) for row in women]) / 2**32
    row = women[np.argmin(abs(draws - 0.6))]
    assert abs(draws - 0.6).min() < 0.02
    shape = [0, 0.45, 0.65, 0.78, 0.86, 0.92, 0.97, 1, 1, 1, 1, 1, 1, 1, 1.02, 1.10, 1.25]
    level = (sum(shape) - 1.25 / 2) / 16
    assert means.state_pension[row] == pytest.approx(0.931 * 1.05 * 0.985 / level * 221.20 * 52, rel=1e-4)
    assert means.over_pension_age[row] == 1


def test_pension_age_rises_as_the_law_says():
    years = over_pension_age(load_parameters(), (2024, 2026, 2027, 2028))
    assert years[:, 64].max() == 0
    # in 2024-25, who is 65 on 1 April turns 66 in the middle of the month of birth
    assert years[0, 65, [0, 6, 11]] == pytest.approx([11.5 / 12, 5.5 / 12, 0.5 / 12])
    assert years[:, 67].min() == 1
    # born in the middle of April 1960 and of March 1961: 66 years and one month, 67 years
    assert years[1, 65, [0, 11]] == pytest.approx([10.5 / 12, 0])
    # who was born in March 1961 turns 67 in the middle of the last month of 2027-28
    assert years[2, 66, 11] == pytest.approx(0.5 / 12)
    # nobody turns 67 in 2027-28 but those born in 1960-61, all of whom have it by its end
    assert years[3, 66, [0, 11]] == pytest.approx([11.5 / 12, 0.5 / 12])


def test_the_rules_of_2016_are_for_those_born_from_1951_and_1953():
    new = is_new_state_pension(load_parameters(), (2024,))[0]
    born = 2024 - np.arange(256) // 2 - 1
    men = np.arange(256) % 2 == 1
    assert born[men & new].min() == 1951
    assert born[~men & new].min() == 1953


def test_employees_save_at_the_published_rates(made, means):
    """Seven or eight in ten employees of the private sector and nine in ten of the public save."""
    people = made.people
    employee = people.work_status == EMPLOYEE
    saves = means.pension_contribution > 0
    assert not saves[~employee].any()
    assert saves[employee & (people.public == 0)].mean() == pytest.approx(0.755, abs=0.02)
    assert saves[employee & (people.public == 1)].mean() == pytest.approx(0.87, abs=0.03)
    eligible = employee & (people.pay >= 10_000) & (made.age >= 22) & (made.age < 66)
    assert saves[eligible].mean() == pytest.approx(0.89, abs=0.015)


def test_contributions_add_up(made, means):
    """England's private employees: pay between £6,240 and £50,270 x 0.054; the public's: pay x 0.075."""
    people = made.people
    saves = means.pension_contribution > 0
    due = np.where(people.public == 1, people.pay * 0.075, np.clip(people.pay - 6240, 0, 44_030) * 0.054)
    assert made.total(means.pension_contribution) == pytest.approx(made.total(due * saves), rel=0.01)
    # a third of the £130 to 150 billion that eligible employees of Great Britain and their employers save
    assert 32 < made.total(means.pension_contribution) < 45


def test_who_is_gone_has_nothing(made, tables):
    people = made.people._replace(resident=np.zeros(made.count, np.uint8))
    means = means_of(write_pensions, made._replace(people=people), tables)
    for column in (means.private_pension, means.state_pension, means.over_pension_age, means.pension_contribution):
        assert not column.any()


def test_amounts_follow_earnings_and_rates(made, tables):
    later = means_of(write_pensions, made, tables, year_index=1)
    now = means_of(write_pensions, made, tables)
    assert later.private_pension.sum() / now.private_pension.sum() == pytest.approx(1.045854, rel=1e-3)
    old = (made.age >= 80) & (made.people.sex == 1)
    assert later.state_pension[old].sum() / now.state_pension[old].sum() == pytest.approx(176.45 / 169.50, rel=1e-4)
