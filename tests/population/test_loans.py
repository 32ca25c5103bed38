"""Balances of student loans: interest, repayments, clearing and writing off, by hand and beside official forecasts."""

from math import erf, exp, log, sqrt
from pathlib import Path

import numpy as np
import pytest

from microsim.population import loan_balances, loans
from microsim.population.loan_balances import KINDS, START, Course, Pay, Years, carry, mean_above
from microsim.population.rooms import Sources, read_figures

ENGLAND = Path(__file__).parents[2] / "populations" / "england"
ONE = np.array([2000.0])  # a cohort


@pytest.fixture(scope="module")
def sources(england):
    figures = read_figures(ENGLAND / "figures" / "loans.yaml", loans.FIGURES)
    return Sources(england.tables, england.areas, england.joint, figures)


@pytest.fixture(scope="module")
def found(sources):
    return loans.paths(sources)


def flat_years(kind=0, interest=0.0, extra=0.0, years=6):
    """Years in which nothing changes: repaid is 9 per cent of pay above 20,000 pounds."""
    table = np.zeros((len(KINDS), years))
    return Years(
        pay=np.ones(years), retail_prices=np.zeros(years), threshold=table + 20_000.0, rate=table + 0.09,
        interest=table + interest, extra=table + extra, extra_to=table + 40_000.0,
    )  # fmt: skip


def same_pay(pounds, in_work=1.0):
    """Everybody in work earns all but the same."""
    return Pay(np.full(111, in_work), np.full(111, float(pounds)), np.full(111, 1e-3))


def carried(balance, pay, years, until=START + 5, kind=0):
    course = Course(np.array([[START + 1.0]]), np.array([[float(until)]]), np.full(len(years.pay), float(balance)))
    return carry(kind, course, ONE, years, pay, np.zeros((len(years.pay), 1)))


def test_a_balance_by_hand():
    """3,000 pounds due in the second year at 2 per cent; 30,000 of pay repays 900: 2,160, 1,303.20, 429.264, none."""
    path = carried(3000, same_pay(30_000), flat_years(interest=0.02))
    assert path.balance[:, 0, 0] == pytest.approx([0, 3000, 2160, 1303.2, 429.264, 0], abs=0.01)
    assert path.repaid[:, 0, 0] == pytest.approx([0, 900, 900, 900, 437.849, 0], abs=0.01)
    assert path.owing[:, 0, 0] == pytest.approx([0, 1, 1, 1, 437.849 / 900, 0], abs=1e-4)
    assert path.clear[:, 0, 0].tolist() == [0, 0, 0, 0, 1, 0]  # written off from the sixth year, were there any left


def test_what_is_left_is_written_off():
    path = carried(30_000, same_pay(30_000), flat_years(), until=START + 3)
    assert path.balance[:, 0, 0] == pytest.approx([0, 30_000, 29_100, 0, 0, 0], abs=0.01)
    assert path.owing[:, 0, 0].tolist() == [0, 1, 1, 0, 0, 0]


def test_people_below_the_threshold_or_out_of_work_owe_and_repay_nothing():
    for pay in (same_pay(15_000), same_pay(30_000, in_work=0.0)):
        path = carried(1000, pay, flat_years())
        assert path.repaid.sum() == 0.0
        assert path.owing[:, 0, 0].tolist() == [0, 1, 1, 1, 1, 0]


def test_plan_2_bears_more_interest_the_higher_the_pay():
    """Half of the way from 20,000 to 40,000 pounds bears half of the extra 3 per cent, above it all, below none."""
    for pay, rate in ((15_000, 0.02), (30_000, 0.035), (60_000, 0.05)):
        path = carried(100_000, same_pay(pay), flat_years(interest=0.02, extra=0.03), kind=1)
        repaid = 0.09 * max(pay - 20_000, 0)
        assert path.balance[2, 0, 0] == pytest.approx(100_000 * (1 + rate) - repaid, abs=1.0)


def test_mean_pay_above_a_limit():
    """Lognormal with median 40,000 and spread 0.5 above 30,000: exp(0.125) 40,000 N(1.0754) - 30,000 N(0.5754)."""

    def share(score):
        return 0.5 * (1 + erf(score / sqrt(2)))

    score = log(4 / 3) / 0.5
    expected = 40_000 * exp(0.125) * share(score + 0.5) - 30_000 * share(score)
    assert mean_above(np.array([40_000.0]), np.array([0.5]), 30_000.0)[0] == pytest.approx(expected, rel=1e-5)
    assert expected == pytest.approx(17_400, abs=100)


def test_higher_ranks_repay_sooner():
    """With a spread of 0.5 and ranks that say all, a share of each sex of ranks clears in the year, the top ones."""
    spread = Pay(np.ones(111), np.full(111, 30_000.0), np.full(111, 0.5))
    course = Course(np.array([[START + 1.0]]), np.array([[START + 30.0]]), np.full(6, 1000.0))
    path = carry(0, course, ONE, flat_years(), spread, np.full((6, 1), 0.999))
    # 1,000 pounds are repaid in one year from pay of 31,111: a normal score of 0.0727, which 0.471 have
    assert path.clear[1, 0, 0] == pytest.approx(0.47, abs=0.02)


def test_every_pound_is_repaid_owed_or_written_off(sources, found):
    """Plan 5 of those born in 2005-06 who start at 18, where interest is what is left of the sum."""
    borrowers, path = found["plan_5"]
    at, due = 2005 - loans.FIRST_COHORT, 2028 - START
    assert borrowers.course.due[at, 1] == 2028
    balance, repaid = path.balance[:, at, 1], path.repaid[:, at, 1]
    years = loan_balances.years_of(sources, loans.LAST_YEAR)
    for year in range(due, due + 15):
        after = balance[year] * (1 + years.interest[2, year]) - repaid[year]
        assert balance[year + 1] == pytest.approx(after, rel=1e-9)


def share_and_recovery(found, sources, kind, due):
    """Shares of borrowers who start at 19 that clear the loan, and what they repay over it in constant prices."""
    borrowers, path = found[kind]
    rows, columns = np.nonzero((borrowers.course.due == due) & (borrowers.weight > 0.2))
    row, column = rows[0], columns[0]
    last = int(min(borrowers.course.until[row, column] - 1, loans.LAST_YEAR)) - START
    level = np.cumprod(1 + loan_balances.years_of(sources, loans.LAST_YEAR).retail_prices)
    first = due - START
    repaid = (path.repaid[first : last + 1, row, column] / level[first : last + 1]).sum() * level[first]
    return path.clear[last, row, column], repaid / borrowers.course.initial[first]


def test_plan_5_is_repaid_by_most_and_plan_2_by_few(found, sources):
    """The model's borrowers are those who repay; docs/methods/loans.md sets them beside the official forecasts."""
    cleared, recovered = share_and_recovery(found, sources, "plan_5", 2029)
    assert 0.85 < cleared < 0.98
    assert 0.95 < recovered < 1.06
    cleared, recovered = share_and_recovery(found, sources, "plan_2", 2022)
    assert 0.15 < cleared < 0.45
    assert 0.8 < recovered < 1.1


def test_who_has_repaid_does_not_owe_again(found, sources):
    """Nobody comes back: what is owed of a course never grows, once it is due."""
    for borrowers, path in found.values():
        of_course = path.owing[:, :, 1]
        for year in range(1, len(of_course)):
            due_before = borrowers.course.due[:, 1] < START + year
            assert (of_course[year] <= of_course[year - 1] + 1e-9)[due_before].all()


def test_who_holds_which_plan_by_hand(england):
    """Born in 1993-94: 0.23 of borrowers start in 2011 on plan 1, 0.03 from 2023 on plan 5, the others on plan 2.

    Plan 2 loans of those who start in 2012 to 2020 (0.43 + 0.15 + 0.05 + 0.03 + 0.02 + 0.02 + 0.01 + 0.01 + 0.01) are
    due by 2024-25, those of 2021 (0.01) and later are not.
    """
    at = 1993 - loans.FIRST_COHORT
    took, due = england.loans.took[:, at], england.loans.due[2024 - loans.FIRST_YEAR, :, at]
    assert took[:3] == pytest.approx([0.467 * 0.23, 0.66 * 0.74, 0.66 * 0.03])
    assert due[:3] == pytest.approx([1.0, 0.73 / 0.74, 0.0])
    owed = england.loans.owed[:, 0, at]  # plan 1 is written off 25 years after April 2015
    assert (owed[2039 - loans.FIRST_YEAR] > 0.1, owed[2040 - loans.FIRST_YEAR]) == (True, 0.0)


def test_the_fit_is_up_to_date(england, sources):
    """It reads the official figures of thresholds, prices and earnings: when those change, build again."""
    fresh = loans.fit(sources)
    for name in ("took", "due", "owed"):
        assert np.allclose(getattr(fresh, name), getattr(england.loans, name), atol=1e-9), name
