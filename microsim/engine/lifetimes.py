"""What each life has received by its last year in the run, and the sums over lives by who they were.

Only the run's published years count. A lifetime income is the mean, over the years lived in a private household, of the
baseline's equivalised household net income relative to average earnings, in money of the first year lived: what it says
is a person's place among others of the same birth cohort, not an amount to spend.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np

from microsim.engine.fours import FOUR, add_four
from microsim.engine.gain_sums import INCOME_BINS, NO_INCOME
from microsim.engine.income_bins import FINE, income_bin
from microsim.kernels.boxed import opened
from microsim.kernels.jit import kernel
from microsim.measures.contract import EVERYWHERE
from microsim.measures.listed import list_rows
from microsim.population.columns import COMMUNAL, RANDOM_GROUPS
from microsim.population.people import QUALIFICATIONS, SEXES

COHORT_YEARS = 5  # of birth in a group
TERMS = ("nominal", "real", "present_value")  # of money: of each year, in prices of the base year, and discounted
LIFE_BINS = 32  # of lifetime income by random group, half a doubling each
AMOUNT, MONEY, EVER_ABOVE = range(3)  # what is followed of a measure's line
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


_ENDS = (
    len(SEXES) * RANDOM_GROUPS, len(QUALIFICATIONS) * RANDOM_GROUPS, INCOME_BINS + 1, (LIFE_BINS + 1) * RANDOM_GROUPS,
)  # fmt: skip


class LifetimeSums(NamedTuple):
    """int64, by birth cohort and one more: thousandths of lives, or of pence."""

    sex: np.ndarray  # [rows, cohorts, SEXES x RANDOM_GROUPS]
    qualification: np.ndarray  # [rows, cohorts, QUALIFICATIONS x RANDOM_GROUPS], at the first year counted
    income: np.ndarray  # [rows, cohorts, INCOME_BINS + 1], by lifetime income
    wide_income: np.ndarray  # [rows, cohorts, (LIFE_BINS + 1) x RANDOM_GROUPS], the same in wide bins

    @classmethod
    def kept(cls, packs: int, cohorts: int) -> Self:
        """No sums yet as a run keeps them: int64 [packs, cohorts x groups, FOUR], what comes together side by side."""
        return cls(*[np.zeros((packs, cohorts * end, FOUR), np.int64) for end in _ENDS])

    def published(self, places: Sequence[tuple[int, int]]) -> Self:
        """The sums of a run with a row for each of `places`, its pack and its place there."""
        packs, within = np.array(places, np.int64).reshape(-1, 2).T
        whole = [part[packs, :, within].reshape(len(packs), -1, end) for part, end in zip(self, _ENDS, strict=True)]
        return type(self)(*whole)


def pack(rows: Sequence[LifeRow]) -> tuple[tuple[int, int], ...]:
    """The pack of each row and its place there, FOUR to a pack at most: the parts of one item are together, and so are
    items of one part that follow one another."""
    found = [(0, 0)]
    for before, row in pairwise(rows):
        last, within = found[-1]
        together = before[:2] == row[:2] or before.part == row.part == ""
        found.append((last, within + 1) if together and within + 1 < FOUR else (last + 1, 0))
    return tuple(found)


class Lives(NamedTuple):
    """What has happened so far to each row of a block."""

    received: np.ndarray  # int64 [packs, rows, FOUR], pence or counts; LIVES and YEARS are written at the end
    income: np.ndarray  # float64, sum of yearly incomes relative to average earnings
    years: np.ndarray  # uint16, lived here
    private_years: np.ndarray  # uint16, in a private household
    qualification: np.ndarray  # uint8, at the first year counted

    @classmethod
    def make(cls, rows: int, packs: int) -> Self:
        """Nothing yet, of `rows` people and `packs` packs of sums."""
        years, private_years = np.zeros((2, rows), np.uint16)
        received = np.zeros((packs, rows, FOUR), np.int64)
        return cls(received, np.zeros(rows), years, private_years, np.zeros(rows, np.uint8))


def add_incomes(people, equivalised, lives, earnings, count):
    """A year of everybody's equivalised household income in the baseline; `earnings` is the index of average
    earnings."""
    people = opened(people)
    resident, living, income = people.resident, people.living, lives.income
    for i in range(np.uint64(count)):
        private = (resident[i] != 0) & (living[i] != _COMMUNAL)
        income[i] += equivalised[i] / earnings if private else 0.0


@kernel
def add_years(people, lives, count):
    """Count the year for all who live here."""
    resident, living, held = people.resident, people.living, people.qualification
    years, private_years, first = lives.years, lives.private_years, lives.qualification
    for i in range(np.uint64(count)):
        first[i] = held[i] if (resident[i] != 0) & (years[i] == 0) else first[i]
    for i in range(np.uint64(count)):
        years[i] += np.uint16(resident[i] != 0)
    for i in range(np.uint64(count)):
        private_years[i] += np.uint16((resident[i] != 0) & (living[i] != _COMMUNAL))


@kernel
def add_received(gained, rows, packs, worth, lives):
    """Add the money of a year, in the lists `rows` of who gains, to the lives' `packs`, in each of TERMS, in which a
    pound is `worth` so much."""
    for place in range(len(rows)):
        row = rows[place]
        for n in range(gained.counts[row]):
            i, amount = gained.rows[row, n], np.float64(gained.amounts[row, n])
            for term in range(len(worth)):
                lives.received[packs[place], i, term] += np.int64(np.rint(amount * worth[term]))


def follow_lines(lines, held, rows, listed, followed, worth, lives, count):
    """Add a measure's lines (int32 [lines, rows]) to the lives, as `followed` int64 [:, 4] says: the line, its pack and
    place there, and one of AMOUNT, MONEY (in each of TERMS) and EVER_ABOVE. Lines that are not `held` (uint8 [lines])
    hold nothing, others nothing but in the first `listed` (int64 [lines]) of `rows` (uint32) or, where that is
    EVERYWHERE, in any row."""
    for number in range(len(followed)):
        line, pack, place, how = followed[number]
        if held[line] == 0:
            continue
        who, some = rows, listed[line]
        if some == EVERYWHERE:
            who = np.empty(count, np.uint32)
            some = np.int64(list_rows(lines[line], who, count))
        if how == MONEY:
            _follow_money(lines[line], who, some, worth, lives.received[pack])
        else:
            _follow(lines[line], who, some, how == EVER_ABOVE, lives.received[pack], place)


@kernel
def _follow_money(line, rows, some, worth, received):
    for n in range(np.uint64(some)):
        i = rows[n]
        if line[i] != 0:
            for term in range(len(worth)):
                received[i, term] += np.int64(np.rint(np.float64(line[i]) * worth[term]))


@kernel
def _follow(line, rows, some, ever, received, place):
    for n in range(np.uint64(some)):
        i = rows[n]
        if line[i] != 0:
            before = received[i, place]
            received[i, place] = before | np.int64(line[i] > 0) if ever else before + np.int64(line[i])


def count_lives(received):
    """Turn a sum over each life, the first of a pack, into marks of whether it was 0, 1 and so on, the last being of
    that or more: int64 [rows, COUNTED]."""
    most = received.shape[1] - 1
    for i in range(np.uint64(received.shape[0])):
        times = min(max(received[i, 0], 0), most)
        received[i, 0] = 0
        received[i, times] = 1


class Ended(NamedTuple):
    """Room for the lives of a block when it has ended: who was seen, and where their sums are."""

    rows: np.ndarray  # uint32
    weight: np.ndarray  # int64
    cells: np.ndarray  # uint32 [4, rows], in the order of LifetimeSums
    who: np.ndarray  # uint32, those of them who have received something of a pack
    fours: np.ndarray  # int64 [rows, FOUR], what, weighted

    @classmethod
    def make(cls, rows: int) -> Self:
        """Room for blocks of `rows` rows."""
        seen, who = np.zeros((2, rows), np.uint32)
        cells = np.zeros((len(LifetimeSums._fields), rows), np.uint32)
        return cls(seen, np.zeros(rows, np.int64), cells, who, np.zeros((rows, FOUR), np.int64))


def add_lives(people, lives, ended, sums, first_cohort, cohort_years, cohorts):
    """Add the lives of a block, each as it ended, or as it stands in the last year, and forget them; nobody seen is
    nobody counted."""
    people = opened(people)
    number = _list_lives(people, lives, ended, first_cohort, cohort_years, cohorts - 1)
    for pack in range(lives.received.shape[0]):
        some = _weigh(lives.received[pack], ended, number)
        _add_pack(sums.sex[pack], ended.cells[0], ended, some)
        _add_pack(sums.qualification[pack], ended.cells[1], ended, some)
        _add_pack(sums.income[pack], ended.cells[2], ended, some)
        _add_pack(sums.wide_income[pack], ended.cells[3], ended, some)
    lives.received[:] = 0
    lives.income[:] = 0.0
    lives.years[:] = 0
    lives.private_years[:] = 0
    lives.qualification[:] = 0


@kernel
def _list_lives(people, lives, ended, first_cohort, cohort_years, last):
    """List those who were seen, with the places of their sums; returns how many."""
    number, cells = 0, ended.cells
    for i in range(np.uint64(len(lives.years))):
        years = np.int64(lives.years[i])
        lives.received[0, i, LIVES] = np.int64(years > 0)
        lives.received[0, i, YEARS] = years
        if years > 0:
            group, private = np.uint32(people.random_group[i]), np.int64(lives.private_years[i])
            mean = lives.income[i] / max(private, 1)
            place = income_bin(mean) >> FINE if private > 0 else _NO_INCOME
            born = np.uint32(min(max((people.cohort[i] - first_cohort) // cohort_years, 0), last))
            ended.rows[number] = i
            ended.weight[number] = people.weight[i]
            cells[0, number] = born * _ENDS[0] + np.uint32(people.sex[i]) * _GROUPS + group
            cells[1, number] = born * _ENDS[1] + np.uint32(lives.qualification[i]) * _GROUPS + group
            cells[2, number] = born * _ENDS[2] + place
            cells[3, number] = born * _ENDS[3] + (place >> _WIDER) * _GROUPS + group
            number += 1
    return number


@kernel
def _weigh(received, ended, number):
    """List who has received something of a pack, and what, weighted; returns how many."""
    rows, weight, who, fours = ended.rows, ended.weight, ended.who, ended.fours
    some = 0
    for n in range(np.uint64(number)):
        i = rows[n]
        one, two, three, four = received[i, 0], received[i, 1], received[i, 2], received[i, 3]
        who[some] = n
        fours[some, 0], fours[some, 1] = one * weight[n], two * weight[n]
        fours[some, 2], fours[some, 3] = three * weight[n], four * weight[n]
        some += int((one | two | three | four) != 0)
    return some


@kernel
def _add_pack(sums, cells, ended, some):
    for n in range(np.uint64(some)):
        add_four(sums, cells[ended.who[n]], ended.fours, n)
