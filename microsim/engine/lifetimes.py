"""What each life has received by its last year in the run, and the sums over lives by who they were.

Only the run's published years count. A lifetime income is the mean, over the years lived in a private household, of the
baseline's equivalised household net income relative to average earnings, in money of the first year lived: what it says
is a person's place among others of the same birth cohort, not an amount to spend.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np

from microsim.engine.gain_sums import FINE, INCOME_BINS, NO_INCOME, income_bin
from microsim.population.columns import COMMUNAL, RANDOM_GROUPS
from microsim.population.people import QUALIFICATIONS, SEXES

COHORT_YEARS = 5  # of birth in a group
TERMS = ("nominal", "real", "present_value")  # of money: of each year, in prices of the base year, and discounted
LIFE_BINS = 32  # of lifetime income by random group, half a doubling each
COUNTED = ("0", "1", "2", "3_or_more")  # lives by how often something happened

_NO_INCOME = np.uint32(NO_INCOME)
_WIDER = np.uint32((INCOME_BINS // LIFE_BINS).bit_length() - 1)  # bits by which these are wider; nobody's is last again
_COMMUNAL = np.uint8(COMMUNAL)
_GROUPS = np.uint32(RANDOM_GROUPS)


class LifeRow(NamedTuple):
    """What a row of the sums over lives is."""

    measure: str  # the name it has in the scenario, or `tax_name` of the watching; "" for all
    item: str  # "cash" or "in_kind", or the name of a measure's lifetime line
    part: str = ""  # of money one of TERMS, of lives counted one of COUNTED


# The first rows; those of measures follow.
PEOPLE_LIFE_ROWS = (LifeRow("", "lives"), LifeRow("", "years"), LifeRow("", "ever"))
LIVES, YEARS, EVER = range(len(PEOPLE_LIFE_ROWS))


class LifetimeSums(NamedTuple):
    """int64, by birth cohort and one more: thousandths of lives, or of pence."""

    sex: np.ndarray  # [rows, cohorts, SEXES x RANDOM_GROUPS]
    qualification: np.ndarray  # [rows, cohorts, QUALIFICATIONS x RANDOM_GROUPS], at the first year counted
    income: np.ndarray  # [rows, cohorts, INCOME_BINS + 1], by lifetime income
    wide_income: np.ndarray  # [rows, cohorts, (LIFE_BINS + 1) x RANDOM_GROUPS], the same in wide bins

    @classmethod
    def empty(cls, rows: int, cohorts: int) -> Self:
        """No sums yet."""
        wide = (len(SEXES), len(QUALIFICATIONS), LIFE_BINS + 1)
        ends = (wide[0] * RANDOM_GROUPS, wide[1] * RANDOM_GROUPS, INCOME_BINS + 1, wide[2] * RANDOM_GROUPS)
        return cls(*(np.zeros((rows, cohorts, end), np.int64) for end in ends))


class Lives(NamedTuple):
    """What has happened so far to each row of a block."""

    received: np.ndarray  # int64 [rows of the sums, rows], pence or counts; years in YEARS
    income: np.ndarray  # float64, sum of yearly incomes relative to average earnings
    private_years: np.ndarray  # int32, in a private household
    qualification: np.ndarray  # uint8, at the first year counted

    @classmethod
    def make(cls, rows: int, kept: int) -> Self:
        """Nothing yet, of `rows` people and `kept` rows of sums."""
        return cls(np.zeros((kept, rows), np.int64), np.zeros(rows), np.zeros(rows, np.int32), np.zeros(rows, np.uint8))


def forget(lives: Lives) -> None:
    """Start again with another block."""
    for array in lives:
        array[:] = 0


def add_year(people, equivalised, cash, in_kind, lives, earnings, count):
    """A year of everybody: `earnings` is the index of average earnings, `cash` and `in_kind` what all measures give."""
    resident, living, held = people.resident, people.living, people.qualification
    received, income, private_years = lives.received, lives.income, lives.private_years
    years, first = received[YEARS], lives.qualification
    for i in range(np.uint64(count)):
        here = resident[i] != 0
        first[i] = held[i] if here & (years[i] == 0) else first[i]
        years[i] += np.int64(here)
        private = here & (living[i] != _COMMUNAL)
        private_years[i] += np.int32(private)
        income[i] += equivalised[i] / earnings if private else 0.0
    ever = received[EVER]
    for i in range(np.uint64(count)):
        ever[i] |= np.int64((cash[i] > 0) | (in_kind[i] > 0))


def add_money(amounts, worth, received, count):
    """Add pence of a year [rows] to the lives' rows of it, one for each of TERMS, in which a pound is `worth` so much;
    most people have nothing."""
    for i in range(np.uint64(count)):
        if amounts[i] != 0:
            for term in range(len(worth)):
                received[term, i] += np.int64(np.rint(np.float64(amounts[i]) * worth[term]))


def follow_line(line, ever, row, count):
    """Add a measure's line (int32 [rows]) to a row of lives: its amount, or whether it was ever above nothing."""
    for i in range(np.uint64(count)):
        if ever:
            row[i] |= np.int64(line[i] > 0)
        else:
            row[i] += np.int64(line[i])


def count_lives(received):
    """Turn a sum over each life, the first of the rows, into marks of whether it was 0, 1 and so on, the last row being
    of that or more: int64 [COUNTED, rows]."""
    most = received.shape[0] - 1
    for i in range(np.uint64(received.shape[1])):
        times = min(max(received[0, i], 0), most)
        received[0, i] = 0
        received[times, i] = 1


def add_lives(people, lives, sums, first_cohort, cohort_years):
    """Add the lives of a block, each as it ended, or as it stands in the last year; nobody seen is nobody counted."""
    years = lives.received[YEARS]
    cohort, weight, sex, first = people.cohort, people.weight, people.sex, lives.qualification
    random_group, last = people.random_group, sums.sex.shape[1] - 1
    for i in range(np.uint64(len(years))):
        if years[i] > 0:
            born = min(max((cohort[i] - first_cohort) // cohort_years, 0), last)
            mean = lives.income[i] / max(lives.private_years[i], 1)
            place = income_bin(mean) >> FINE if lives.private_years[i] > 0 else _NO_INCOME
            of_sex = np.uint32(sex[i]) * _GROUPS + np.uint32(random_group[i])
            of_first = np.uint32(first[i]) * _GROUPS + np.uint32(random_group[i])
            of_income = (place >> _WIDER) * _GROUPS + np.uint32(random_group[i])
            for row in range(lives.received.shape[0]):
                amount = lives.received[row, i] if row != LIVES else 1
                if amount != 0:
                    weighted = np.int64(weight[i]) * np.int64(amount)
                    sums.sex[row, born, of_sex] += weighted
                    sums.qualification[row, born, of_first] += weighted
                    sums.income[row, born, place] += weighted
                    sums.wide_income[row, born, of_income] += weighted
