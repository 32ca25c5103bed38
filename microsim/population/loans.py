"""Student loans: which plan a birth cohort's borrowers hold and how many still owe, and the rank each starts with.

A plan goes by the year the course started, and that by the birth cohort. Of a cohort's people with level 4 or above a
share borrowed, and those of them owe whose rank is below the share that has not repaid, see `loan_balances`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.population import loan_balances
from microsim.population.ipf import Floats
from microsim.population.loan_balances import KINDS, Course, Path
from microsim.population.margins import Table
from microsim.population.people import People
from microsim.population.ranks import LOAN, Weights, assign_rank
from microsim.population.rooms import Sources

FIGURES: tuple[str, ...] = (
    "borrowed_plan_1", "borrowed_plan_2", "borrowed_plan_5", "borrowed_postgraduate", *loan_balances.FIGURES,
)  # fmt: skip
STARTS = {"plan_1": (1998, 2011), "plan_2": (2012, 2022), "plan_5": (2023, 2999), "postgraduate": (2016, 2999)}
FIRST_COHORT, LAST_COHORT = 1945, 2045  # financial years of birth; others hold what these hold
FIRST_YEAR, LAST_YEAR = 2024, 2060  # financial years; later ones repeat the last, by the years since
_DUE_AFTER = {"plan_1": 4, "plan_2": 4, "plan_5": 4, "postgraduate": 2}  # years from the start to the April it is due
_WRITTEN_OFF = {"plan_1": 25, "plan_2": 30, "plan_5": 40, "postgraduate": 30}  # years after it was due
_BY_AGE_UNTIL, _OLDEST = 2005, 65  # loans of plan 1 started until 2005 end at 65
_ADULT = 18


class Loans(NamedTuple):
    """Fitted arrays; their axes are in AXES."""

    took: Floats  # shares of a cohort's people with level 4 or above who ever take a loan of the kind
    due: Floats  # shares of those whose loan has come due by the year
    owed: Floats  # shares of those who have it to repay, neither repaid nor written off
    weights: Floats  # of the rank, see `ranks.Weights`


AXES: dict[str, tuple[str, ...]] = {
    "took": ("kind", "cohort"),
    "due": ("year", "kind", "cohort"),
    "owed": ("year", "kind", "cohort"),
    "weights": ("part",),
}


class Borrowers(NamedTuple):
    """The borrowers of one kind, [cohort, course]."""

    weight: Floats  # shares of those of a cohort who ever borrow
    course: Course


def fit(sources: Sources) -> Loans:
    """Fit from the published tables and the official figures of `microsim.parameters`."""
    cohorts = cohorts_of()
    took = np.zeros((len(KINDS), len(cohorts)))
    due, owed = np.zeros((2, LAST_YEAR - FIRST_YEAR + 1, len(KINDS), len(cohorts)))
    for at, (kind, (borrowers, path)) in enumerate(paths(sources).items()):
        weight, course = borrowers
        took[at] = weight.sum(1) * sources.figure(f"borrowed_{kind}")
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            begun = (weight * (course.due <= year)).sum(1)
            due[year - FIRST_YEAR, at] = begun / np.maximum(weight.sum(1), 1e-9)
            still = (weight * path.owing[year - loan_balances.START]).sum(1)
            owed[year - FIRST_YEAR, at] = still / np.maximum(begun, 1e-9)
    return Loans(took, due, owed, np.array(Weights.of(sources.figure("loan_and_earning_power"), 0.0)))


def cohorts_of() -> Floats:
    """The financial years of birth that are fitted."""
    return np.arange(FIRST_COHORT, LAST_COHORT + 1).astype(np.float64)


def paths(sources: Sources) -> dict[str, tuple[Borrowers, Path]]:
    """Borrowers of each kind of loan and how it is repaid."""
    cohorts = cohorts_of()
    years, pay = loan_balances.years_of(sources, LAST_YEAR), loan_balances.pay_by_age(sources)
    correlation = loan_balances.correlations(sources, cohorts, LAST_YEAR)
    found = {}
    for at, kind in enumerate(KINDS):
        borrowers = borrowers_of(sources, kind, years.retail_prices)
        found[kind] = borrowers, loan_balances.carry(at, borrowers.course, cohorts, years, pay, correlation)
    return found


def borrowers_of(sources: Sources, kind: str, retail_prices: Floats) -> Borrowers:
    """When borrowers of one kind start, when their loans are due and until when."""
    starts = Table(sources.tables / "student_loan_starts.csv")
    cohorts = cohorts_of()
    first, last = STARTS[kind]
    start = cohorts[:, None] + _ADULT + starts.floats("years")
    weight = starts.floats("postgraduate" if kind == "postgraduate" else "undergraduate")
    due = start + _DUE_AFTER[kind]
    until = due + _WRITTEN_OFF[kind]
    if kind == "plan_1":
        until = np.where(start <= _BY_AGE_UNTIL, cohorts[:, None] + 1 + _OLDEST, until)
    initial = loan_balances.initial_balances(sources, kind, retail_prices)
    return Borrowers(weight * ((start >= first) & (start <= last)), Course(due, until, initial))


def assign(people: People, residents: int, fitted: Loans, seed: int, reference_year: int) -> None:
    """Give every row of a new block its rank."""
    assign_rank(people, people.loan_rank, LOAN, Weights(*fitted.weights.tolist()), seed)
