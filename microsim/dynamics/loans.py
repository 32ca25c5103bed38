"""Student loans to be repaid this year: the plan, by birth cohort, of people with level 4 or above who still owe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.curves import scatter
from microsim.dynamics.lookup import thresholds
from microsim.kernels.jit import kernel
from microsim.kernels.rows import list_rows
from microsim.population.columns import HIGHER_EDUCATION
from microsim.population.loan_balances import KINDS
from microsim.population.loans import FIRST_COHORT, FIRST_YEAR, LAST_COHORT, LAST_YEAR
from microsim.population.people import QUALIFICATIONS

_COHORTS = LAST_COHORT - FIRST_COHORT + 1
_LAST = np.int32(_COHORTS - 1)
_FIRST_COHORT = np.int32(FIRST_COHORT)
_LEVEL4PLUS, _HIGHER_EDUCATION = np.uint8(QUALIFICATIONS.index("level4plus")), np.uint8(HIGHER_EDUCATION)
_ROW = np.uint32(_COHORTS)
_ZERO, _NO = np.int32(0), np.uint8(0)
_PLAN, _POSTGRADUATE = np.uint32(21), np.uint32(22)  # draws made of the rank
_THREE, _YEAR = np.uint32(3), np.uint32(_COHORTS * len(KINDS))
_POSTGRADUATE_KIND = KINDS.index("postgraduate")


class LoanTables(NamedTuple):
    """What `write_loans` looks up."""

    plan: np.ndarray  # uint32 [3 x cohorts]: draws below the first are of plan 1, the second 2, the third 5
    number: np.ndarray  # uint8 [4], the plan's number
    due: np.ndarray  # uint32 [years x (plans 1, 2, 5, postgraduate) x cohorts]: draws below have it due by the year
    owed: np.ndarray  # uint32, the same: ranks below have it to repay
    owing: np.ndarray  # int32 [years, 2], first and last financial year of birth of which anybody has one to repay


def loan_tables(population: Any, years: Sequence[int]) -> LoanTables:
    """From the fitted loans of a `Population`."""
    fitted = population.loans
    took = fitted.took
    before = np.cumsum(took, axis=0) - took  # a plan's draws follow those of the plans before it, in order of starts
    before[_POSTGRADUATE_KIND] = 0.0
    due = thresholds(np.stack([before + took * shares_in(fitted.due, year) for year in years]))
    owed = thresholds(np.stack([shares_in(fitted.owed, year) for year in years]))
    return LoanTables(
        plan=thresholds(np.cumsum(took[:_POSTGRADUATE_KIND], axis=0)).reshape(-1),
        number=np.array([1, 2, 5, 0], np.uint8),
        due=due.reshape(-1),
        owed=owed.reshape(-1),
        owing=owing_cohorts(np.any((due > 0) & (owed > 0), axis=1)),
    )


def owing_cohorts(owing: np.ndarray) -> np.ndarray:
    """First and last year of birth [years, 2] of those with a loan to repay, from whether a cohort has any [years,
    cohorts]; the first and the last column stand for all who were born before and after."""
    ends = np.stack([owing.argmax(1), _COHORTS - 1 - owing[:, ::-1].argmax(1)], axis=1) + FIRST_COHORT
    far = np.iinfo(np.int32)
    ends[owing[:, 0], 0], ends[owing[:, -1], 1] = far.min, far.max
    ends[~owing.any(1)] = far.max, far.min
    return ends.astype(np.int32)


def shares_in(fitted: np.ndarray, year: int) -> np.ndarray:
    """Shares [kinds, cohorts] in a year; after the last fitted one, those of cohorts born as much earlier."""
    later = max(year - LAST_YEAR, 0)
    at = np.maximum(np.arange(fitted.shape[2]) - later, 0)
    return np.asarray(fitted[min(max(year, FIRST_YEAR), LAST_YEAR) - FIRST_YEAR][:, at])


@kernel
def write_loans(people, tables, means, year_index, count):
    """This year's plan of a student loan to be repaid (0 for none), and whether there is a postgraduate loan.

    Which loan somebody took is drawn from the rank once more; the rank itself says how soon it is repaid.
    """
    resident, cohort, rank = people.resident, people.cohort, people.loan_rank
    qualification, study = people.qualification, people.study
    plan, number, due, owed = tables.plan, tables.number, tables.due, tables.owed
    first = np.uint32(np.uint32(year_index) * _YEAR)
    last = np.uint32(first + np.uint32(_THREE * _ROW))
    loan, other = means.loan_plan, means.postgraduate_loan
    mask, rows = np.empty(count, np.uint8), np.empty(count, np.uint32)
    eldest, youngest = tables.owing[year_index, 0], tables.owing[year_index, 1]
    for i in range(np.uint64(count)):
        graduate = (qualification[i] == _LEVEL4PLUS) & (study[i] != _HIGHER_EDUCATION) & (resident[i] != _NO)
        mask[i] = np.uint8(graduate & (cohort[i] >= eldest) & (cohort[i] <= youngest))
    for i in range(np.uint64(count)):
        loan[i] = _NO
    for i in range(np.uint64(count)):
        other[i] = _NO
    for n in range(list_rows(mask, rows, count)):
        i = rows[n]
        at = np.uint32(min(max(np.int32(cohort[i] - _FIRST_COHORT), _ZERO), _LAST))
        draw = scatter(rank[i], _PLAN)
        kind = np.uint32(draw >= plan[at]) + np.uint32(draw >= plan[np.uint32(at + _ROW)])
        kind += np.uint32(draw >= plan[np.uint32(at + np.uint32(_ROW + _ROW))])
        cell = np.uint32(np.uint32(first + np.uint32(np.uint32(kind) * _ROW)) + at)
        loan[i] = np.uint8(number[kind] * np.uint8((draw < due[cell]) & (rank[i] < owed[cell])))
        cell = np.uint32(last + at)
        other[i] = np.uint8((scatter(rank[i], _POSTGRADUATE) < due[cell]) & (rank[i] < owed[cell]))
