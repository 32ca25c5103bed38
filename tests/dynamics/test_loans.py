"""Student loans of a made block: repayments beside the published ones, and who holds which plan."""

import numpy as np
import pytest
from means import YEARS, means_of

from microsim.dynamics.loans import loan_tables, write_loans
from microsim.population.columns import HIGHER_EDUCATION
from microsim.population.people import QUALIFICATIONS

LEVEL4PLUS = QUALIFICATIONS.index("level4plus")


@pytest.fixture(scope="module")
def tables(england):
    return loan_tables(england, YEARS)


@pytest.fixture(scope="module")
def means(made, tables):
    return means_of(write_loans, made, tables, by_age=False)


@pytest.mark.parametrize(
    ("plan", "threshold", "rate", "billions"),
    [(1, 24_990, 0.09, 1.853), (2, 27_295, 0.09, 2.778), (0, 21_000, 0.06, 0.346)],
)
def test_repayments_are_those_of_2024_25(made, means, plan, threshold, rate, billions):
    """England's, Student Loans Company, by plan (0: postgraduate), at that year's thresholds."""
    held = means.loan_plan == plan if plan else means.postgraduate_loan == 1
    due = rate * np.maximum(made.people.pay - threshold, 0) * held
    assert made.total(due) == pytest.approx(billions, rel=0.06 if plan else 0.12)


def test_only_people_with_level_4_who_have_left_owe(made, means):
    someone = (means.loan_plan > 0) | (means.postgraduate_loan > 0)
    assert (made.people.qualification[someone] == LEVEL4PLUS).all()
    assert (made.people.study[someone] != HIGHER_EDUCATION).all()


def test_plans_go_by_birth(made, means):
    """Who turned 18 by the summer of 2011 could start on plan 1; the second plan began in September 2012."""
    born = made.people.cohort
    assert not (means.loan_plan == 1)[born > 1993].any()
    assert (means.loan_plan[born >= 1995] == 1).sum() == 0
    assert not (means.loan_plan == 5).any()  # the first are due in April 2027
    # of those born in 1997-98 who borrow, 0.91 start by 2020, so that the loan is due by April 2024
    young = (born >= 1996) & (born <= 1998) & (made.people.qualification == LEVEL4PLUS)
    assert (means.loan_plan[young] == 2).mean() == pytest.approx(0.66 * 0.91, abs=0.03)
    assert not means.loan_plan[born < 1958].any()


def test_a_loan_that_has_just_come_due_is_owed_by_all_ranks(made, means):
    """Born from 1999 on, loans of plan 2 are two years old at most: a tenth of the holders have each tenth of ranks."""
    held = (means.loan_plan == 2) & (made.people.cohort >= 1999)
    tenth = (made.people.loan_rank[held] / 2.0**32 * 10).astype(int)
    assert held.sum() > 1000
    assert np.bincount(tenth, minlength=10) / held.sum() == pytest.approx(np.full(10, 0.1), abs=0.025)


def test_plan_5_is_due_once_three_years_from_september_2023_are_over(made, tables):
    """In April 2027; the years are 2024, 2025, 2026 and 2040."""
    people = made.people._replace(qualification=np.full(made.count, LEVEL4PLUS, np.uint8))
    people.study[:] = 0
    by_year = [means_of(write_loans, made._replace(people=people), tables, year, by_age=False) for year in range(4)]
    assert [bool((means.loan_plan == 5).any()) for means in by_year] == [False, False, False, True]


def test_those_who_earn_more_have_repaid_sooner(made, means):
    people = made.people
    of = (people.cohort >= 1982) & (people.cohort <= 1986) & (people.qualification == LEVEL4PLUS)
    owes = means.loan_plan > 0
    assert people.persistent[of & owes].mean() < people.persistent[of & ~owes].mean() - 0.2


def test_who_is_gone_owes_nothing(made, tables):
    people = made.people._replace(resident=np.zeros(made.count, np.uint8))
    means = means_of(write_loans, made._replace(people=people), tables, by_age=False)
    assert not (means.loan_plan.any() or means.postgraduate_loan.any())
