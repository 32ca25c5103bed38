"""How long student loans are owed: balances carried forward from year to year until repaid or written off.

The borrowers of a birth cohort are taken in groups of equal rank in loans. A rank goes with lasting earning power, so
that pay in a group is lognormal about a median that rises with its rank; interest is added to what a group owes, and
what it repays on average is taken off. Amounts are pounds of the year; years are financial years.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from microsim.parameters.load import EARNINGS, PRICES, Parameters, load_parameters
from microsim.population.ipf import Floats
from microsim.population.margins import Table
from microsim.population.pay import PAY_YEAR, below, score_of
from microsim.population.rooms import Sources

KINDS = ("plan_1", "plan_2", "plan_5", "postgraduate")
FIGURES: tuple[str, ...] = (
    "loan_and_earning_power", "pay_and_earning_power", "earning_power_lasts", "retail_prices_growth",
    "later_retail_prices_growth", "highest_extra_interest", "highest_interest_from", "balance_of_graduates",
)  # fmt: skip
START = 2002  # the first loans of plan 1 are due
RANKS = 50
SCORES: Floats = score_of((np.arange(RANKS) + 0.5) / RANKS)
_RETAIL_PRICES_CHANGE = 2030  # from that February they are measured as consumer prices with housing costs
_KNOWN_AT = 17  # age at which lasting earning power begins
_PARAMETERS = 2024  # the first year of the official thresholds
_RATES = ("student_loans.rate", "student_loans.rate", "student_loans.plan_5_rate", "student_loans.postgraduate_rate")
_HISTORY = ("plan_1", "plan_2", "plan_2", "postgraduate")  # there was no plan 5
_PLAN_2, _POSTGRADUATE = 1, 3


class Years(NamedTuple):
    """What changes from year to year, [year from START] or [kind, year]."""

    pay: Floats  # average earnings, 1 in PAY_YEAR
    retail_prices: Floats  # growth on the year before
    threshold: Floats
    rate: Floats  # of pay above the threshold that is repaid
    interest: Floats  # of those with the lowest pay
    extra: Floats  # at the highest pay, on top
    extra_to: Floats  # the pay from which all of the extra is charged, which begins at the threshold


class Pay(NamedTuple):
    """Pay of people with level 4 or above who have left education, pounds of PAY_YEAR, at ages from 0."""

    in_work: Floats
    median: Floats  # of those in work
    spread: Floats  # standard deviation of log pay


def years_of(sources: Sources, last: int) -> Years:
    """What was until the official figures begin, and what they say from then on."""
    parameters, history = load_parameters(), Table(sources.tables / "student_loan_history.csv")
    past, future = range(START, _PARAMETERS), range(_PARAMETERS, last + 1)
    if history.floats("year").tolist() != list(past):
        raise ValueError(f"student_loan_history.csv needs the years {START} to {_PARAMETERS - 1}")
    growth = np.append(history.floats("earnings_growth"), parameters.series(EARNINGS, future))
    pay = np.cumprod(1.0 + growth)
    # plan 2 bears the growth of retail prices at the lowest pay, up to the caps of some years
    retail = np.append(history.floats("plan_2_interest"), retail_prices_growth(sources, parameters, future))
    threshold = np.stack(
        [
            np.append(
                history.floats(f"{of_past}_threshold"), parameters.series(f"student_loans.{kind}_threshold", future)
            )
            for kind, of_past in zip(KINDS, _HISTORY, strict=True)
        ]
    )
    first = [parameters.value(name, last) for name in _RATES]  # rates have never changed, but plan 5 began late
    rate = np.stack(
        [
            np.append(np.full(len(past), before), parameters.series(name, future))
            for name, before in zip(_RATES, first, strict=True)
        ]
    )
    interest, extra = interest_of(history, retail, sources.figure("highest_extra_interest"))
    from_pay = threshold * sources.figure("highest_interest_from")
    return Years(pay / pay[PAY_YEAR - START], retail, threshold, rate, interest, extra, from_pay)  # fmt: skip


def interest_of(history: Table, retail: Floats, highest: float) -> tuple[Floats, Floats]:
    """Interest at the lowest pay, and what is added at the highest, [kind, year].

    Plan 1 bears retail prices from now on: they grow less than the base rate and 1 percentage point. Plan 2 adds up to
    `highest` by pay, postgraduate loans all of it at any pay, plan 5 nothing.
    """
    past = len(history.floats("year"))
    lowest = np.stack([np.append(history.floats(f"{one}_interest"), retail[past:]) for one in _HISTORY])
    lowest[_POSTGRADUATE, past:] += highest
    extra = np.zeros_like(lowest)
    extra[_PLAN_2, :past] = history.floats("plan_2_highest_interest") - history.floats("plan_2_interest")
    extra[_PLAN_2, past:] = highest
    return lowest, extra


def retail_prices_growth(sources: Sources, parameters: Parameters, years: Iterable[int]) -> Floats:
    """Growth of retail prices: that of consumer prices and the difference between the two."""
    over = [
        sources.figure("retail_prices_growth" if year < _RETAIL_PRICES_CHANGE else "later_retail_prices_growth")
        for year in years
    ]
    growth: Floats = parameters.series(PRICES, years) + np.array(over)
    return growth


def pay_by_age(sources: Sources) -> Pay:
    """Pay at single ages from 0 to 110, in straight lines between those of the table; nobody works beyond its last."""
    table = Table(sources.tables / "graduate_pay.csv")
    ages, at = np.arange(111.0), table.floats("age")
    in_work = np.interp(ages, at, table.floats("in_work"), right=0.0)
    return Pay(in_work, np.interp(ages, at, table.floats("median")), np.interp(ages, at, table.floats("spread")))


def mean_above(median: Floats, spread: Floats, limit: float) -> Floats:
    """Mean of what exceeds `limit`, over everybody, where pay is lognormal with a median and a spread."""
    distance = np.log(median / limit) / spread
    excess = median * np.exp(spread**2 / 2) * below(distance + spread) - limit * below(distance)
    return np.maximum(excess, 0.0)


def initial_balances(sources: Sources, kind: str, retail_prices: Floats) -> Floats:
    """What a borrower owes on average when the loan is first due, [year from START].

    Between the years of the table a straight line; before its first as then; after its last it rises with retail
    prices, as fees and loans for living costs do.
    """
    table = Table(sources.tables / "student_loan_balances.csv")
    of_kind = np.array(table.text("kind")) == kind
    due, balance = table.floats("due")[of_kind], table.floats("balance")[of_kind]
    years = np.arange(START, START + len(retail_prices))
    level = np.cumprod(1.0 + retail_prices)
    later = np.where(years > due[-1], level / level[int(due[-1]) - START], 1.0)
    initial: Floats = np.interp(years, due, balance) * later * sources.figure("balance_of_graduates")
    return initial


class Course(NamedTuple):
    """The borrowers of one kind: [cohort, course], years of START and after."""

    due: Floats  # the year from which it is to be repaid
    until: Floats  # the year from which it no longer is
    initial: Floats  # balance [year from START]


class Path(NamedTuple):
    """What comes of a kind of loan, [year from START, cohort, course]."""

    owing: Floats  # mean share of the year for which there is something to repay
    repaid: Floats  # pounds a borrower
    balance: Floats  # pounds a borrower at the start of the year
    clear: Floats  # share of borrowers with nothing left to repay at the end of the year


def carry(kind: int, course: Course, cohorts: Floats, years: Years, pay: Pay, correlation: Floats) -> Path:
    """Carry balances forward. `correlation` is that of log pay with the rank's score [year, cohort].

    In the year a group clears its loan it repays for as much of the year as that takes.
    """
    balance = np.zeros((*course.due.shape, RANKS))
    found = np.zeros((4, len(years.pay), *course.due.shape))
    for at in range(len(years.pay)):
        year = START + at
        balance[course.due == year] = course.initial[at]
        balance[course.until <= year] = 0.0
        repaying, extra = _by_rank(kind, at, year, cohorts, years, pay, correlation[at])
        owed = balance * (1.0 + years.interest[kind, at] + extra)[:, None]
        due = repaying[:, None]
        paid = np.minimum(owed, due)
        whole = np.where(balance > 0.0, 1.0, 0.0)
        part = np.where(due > 0.0, paid / np.maximum(due, 1e-9), whole)
        found[:3, at] = part.mean(2), paid.mean(2), balance.mean(2)
        balance = np.where(owed - paid > 1e-6, owed - paid, 0.0)
        found[3, at] = (balance == 0.0).mean(2) * ((course.due <= year) & (year < course.until))
    return Path(*found)


def _by_rank(
    kind: int, at: int, year: int, cohorts: Floats, years: Years, pay: Pay, correlation: Floats
) -> tuple[Floats, Floats]:
    """Pounds repaid in a year where there is enough to repay, and interest above the lowest, [cohort, rank]."""
    age = np.clip(year - cohorts - 1, 0, len(pay.median) - 1).astype(int)
    spread, in_work = pay.spread[age][:, None], pay.in_work[age][:, None]
    with_rank = correlation[:, None]
    median = pay.median[age][:, None] * years.pay[at] * np.exp(spread * with_rank * SCORES)
    left = spread * np.sqrt(1.0 - with_rank**2)
    above = mean_above(median, left, years.threshold[kind, at])
    repaying: Floats = above * in_work * years.rate[kind, at]
    if years.extra[kind, at] == 0.0:
        return repaying, np.zeros_like(repaying)
    to = years.extra_to[kind, at]
    share = (above - mean_above(median, left, to)) / (to - years.threshold[kind, at])
    extra: Floats = share * in_work * years.extra[kind, at]
    return repaying, extra


def correlations(sources: Sources, cohorts: Floats, last: int) -> Floats:
    """Correlation of log pay with the score of the rank in loans, [year from START, cohort].

    It is highest when the rank is drawn, at the start of a run or of adult life, and falls away from there.
    """
    drawn = np.maximum(PAY_YEAR, cohorts + _KNOWN_AT)
    away = np.abs(np.arange(START, last + 1)[:, None] - drawn)
    at_first = sources.figure("loan_and_earning_power") * sources.figure("pay_and_earning_power")
    falling: Floats = at_first * sources.figure("earning_power_lasts") ** away
    return falling
