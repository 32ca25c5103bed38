"""The sums that a run keeps while people are forgotten: int64, by line, year and group.

Every amount is pence (or a count) times a weight in thousandths. Integer sums do not depend on the order of adding, so
threads and blocks can come in any order. A breakdown is either one of the groupings kept here or a union of its groups
(a region is a union of local authorities, a decile of earnings bins), so all add up to the same total exactly.
Public-sector employees alone are kept by area only: who they are is drawn by region and nothing else. Lines of which
only the yearly total is published, and taxes, benefits and household incomes of each assessed arm, are kept for all of
England. Everything is kept by random group of households, from which its simulation error is estimated.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.kernels.jit import kernel
from microsim.kernels.rows import list_rows
from microsim.population.columns import EMPLOYER_SIZES, INDUSTRIES, RANDOM_GROUPS, SELF_EMPLOYED
from microsim.population.people import AGE_SEX_KEYS, QUALIFICATIONS, WORK_STATUSES
from microsim.taxes.lines import TAX_LINES

QUALIFICATION_STATUS = len(QUALIFICATIONS) * len(WORK_STATUSES)
EMPLOYERS = len(INDUSTRIES) * len(EMPLOYER_SIZES)
# Earnings bins are 1/128 of a doubling of pay wide: the leading bits of the float's exponent and mantissa.
EARNINGS_BINS = 2048
NO_EARNINGS = EARNINGS_BINS  # the bin after the last: people without pay from work
LOWEST_DOUBLING = 6  # bin 0 holds pay up to £64
BINS_PER_DOUBLING = 128
# Incomes by random group are kept in bins of 1/16 of a doubling.
NARROW_PER_WIDE = 8
WIDE_INCOME_BINS = EARNINGS_BINS // NARROW_PER_WIDE
# Lines of the population itself, before the measures' lines.
PEOPLE, IN_WORK, PUBLIC_SECTOR, PAY = range(4)
PEOPLE_LINES = 4
# England's pay of £1.2 trillion a year is 1.2e17 in pence x thousandths: 40 times that is half of what int64 holds.
LARGEST_PAY_INDEX = 40

_BITS = np.uint32(16)  # 23 bits of mantissa, 7 of which number the bins within a doubling
_FIRST_BIN = np.int32((127 + LOWEST_DOUBLING) * BINS_PER_DOUBLING)
_LAST_BIN = np.int32(EARNINGS_BINS - 1)
_NO_EARNINGS = np.uint32(NO_EARNINGS)
_STATUSES, _SIZES = np.uint32(len(WORK_STATUSES)), np.uint32(len(EMPLOYER_SIZES))
_SELF_EMPLOYED = np.uint8(SELF_EMPLOYED)
_ZERO = np.int32(0)
_PENCE = np.float32(100.0)


class Ledger(NamedTuple):
    """Sums, int64, in pence x thousandths (or people x thousandths): groupings are [lines, years, groups]."""

    area: np.ndarray
    age_sex: np.ndarray
    qualification_status: np.ndarray
    earnings: np.ndarray
    employer: np.ndarray  # industry x EMPLOYER_SIZES
    random_group: np.ndarray
    totals: np.ndarray  # [lines without detail, years, RANDOM_GROUPS]
    taxes: np.ndarray  # [arms assessed, TAX_LINES, years, RANDOM_GROUPS], see microsim.taxes.lines
    incomes: np.ndarray  # [arms assessed, years, EARNINGS_BINS], people of all ages by equivalised household net income
    wide_incomes: np.ndarray  # [arms assessed, years, WIDE_INCOME_BINS, RANDOM_GROUPS], the same people

    @classmethod
    def empty(cls, lines: int, totals: int, arms: int, years: int, areas: int) -> Ledger:
        """No sums yet, of `lines` lines with detail, `totals` without, and the taxes of `arms` arms."""
        groups = (areas, AGE_SEX_KEYS, QUALIFICATION_STATUS, EARNINGS_BINS + 1, EMPLOYERS, RANDOM_GROUPS)
        shapes: list[tuple[int, ...]] = [(lines, years, group) for group in groups]
        kept = max(arms, 1)  # where nothing is assessed, taxes stay at nothing
        shapes += [(totals, years, RANDOM_GROUPS), (kept, len(TAX_LINES), years, RANDOM_GROUPS)]
        shapes += [(kept, years, EARNINGS_BINS), (kept, years, WIDE_INCOME_BINS, RANDOM_GROUPS)]
        return cls(*(np.zeros(shape, np.int64) for shape in shapes))

    @property
    def groupings(self) -> tuple[np.ndarray, ...]:
        """The sums of every line with detail by each grouping."""
        return self[:6]

    def line(self, place: int, detail: bool) -> np.ndarray:
        """A line's sums [years, RANDOM_GROUPS], given where it stands: among those with detail or those without."""
        return self.random_group[place] if detail else self.totals[place]

    def add(self, other: Ledger) -> None:
        """Add another ledger's sums to this one."""
        for mine, theirs in zip(self, other, strict=True):
            mine += theirs


class GroupKeys(NamedTuple):
    """The group of each row by every grouping but area, uint32 [rows]; that of age and sex is `age_sex`."""

    age_sex: np.ndarray
    qualification_status: np.ndarray
    earnings: np.ndarray
    employer: np.ndarray

    @classmethod
    def make(cls, rows: int) -> GroupKeys:
        """Keys of `rows` rows, all 0."""
        return cls(*(np.zeros(rows, np.uint32) for _ in cls._fields))


def earnings_bin_floor(bins: np.ndarray) -> np.ndarray:
    """The lowest pay (pounds a year) in each bin; bin 0 reaches down to nothing."""
    doubling, part = np.divmod(np.asarray(bins), BINS_PER_DOUBLING)
    floor: np.ndarray = 2.0 ** (LOWEST_DOUBLING + doubling) * (1.0 + part / BINS_PER_DOUBLING)
    return floor


@kernel
def group_people(people, keys, count):
    """Write the group keys that are not already at hand."""
    qualification, status, pay = people.qualification, people.work_status, people.pay
    qualification_status, earnings, employer = keys.qualification_status, keys.earnings, keys.employer
    industry, size = people.industry, people.employer_size
    for i in range(np.uint64(count)):
        qualification_status[i] = np.uint32(np.uint32(qualification[i] * _STATUSES) + np.uint32(status[i]))
    for i in range(np.uint64(count)):
        employer[i] = np.uint32(np.uint32(industry[i] * _SIZES) + np.uint32(size[i]))
    for i in range(np.uint64(count)):
        doublings = np.int32(np.int32(np.float32(pay[i]).view(np.uint32) >> _BITS) - _FIRST_BIN)
        within = np.uint32(min(max(doublings, _ZERO), _LAST_BIN))
        earnings[i] = within if pay[i] > 0 else _NO_EARNINGS


@kernel
def _cells(ledger, line, year):
    """One line's sums in one year, by each grouping."""
    return (
        ledger.area[line, year],
        ledger.age_sex[line, year],
        ledger.qualification_status[line, year],
        ledger.earnings[line, year],
        ledger.employer[line, year],
        ledger.random_group[line, year],
    )


@kernel
def add_people(ledger, people, keys, working, workers, year, count):
    """Add the population's own lines: residents, those in work, employees of the public sector, pay from work.

    `working` (uint32) are the rows of the `workers` residents in work. They are residents too: a block's sums of them
    are kept apart and added to both lines at the end.
    """
    add_idle(ledger, people, keys, year, count)
    add_workers(ledger, people, keys, working, workers, year)


@kernel
def add_idle(ledger, people, keys, year, count):
    """Add the residents who are not in work to the line of residents."""
    resident, status, weight, area, group = (
        people.resident, people.work_status, people.weight, people.area, people.random_group
    )  # fmt: skip
    age_sex, of_status, employer = keys.age_sex, keys.qualification_status, keys.employer
    by_area, by_age, by_status, by_pay, by_employer, by_group = _cells(ledger, PEOPLE, year)
    mask, rows = np.empty(count, np.uint8), np.empty(count, np.uint32)
    for i in range(np.uint64(count)):
        mask[i] = resident[i] & np.uint8(status[i] > _SELF_EMPLOYED)
    everybody = np.int64(0)
    for n in range(list_rows(mask, rows, count)):
        i = rows[n]
        heads = np.int64(weight[i])
        by_area[area[i]] += heads
        by_age[age_sex[i]] += heads
        by_status[of_status[i]] += heads
        by_employer[employer[i]] += heads
        by_group[group[i]] += heads
        everybody += heads
    by_pay[_NO_EARNINGS] += everybody


@kernel
def add_workers(ledger, people, keys, working, workers, year):
    """Add the residents in work, their pay, and who of them works in the public sector."""
    sector, pay, weight, area, group = people.public, people.pay, people.weight, people.area, people.random_group
    age_sex, status, earnings, employer = keys.age_sex, keys.qualification_status, keys.earnings, keys.employer
    public_area = ledger.area[PUBLIC_SECTOR, year]  # drawn by region alone: other groupings would say nothing
    public_group = ledger.random_group[PUBLIC_SECTOR, year]
    # Head by head and beside it the pence, so that both are found with one key and in one line of the cache.
    by_area, by_age = np.zeros((ledger.area.shape[2], 2), np.int64), np.zeros((AGE_SEX_KEYS, 2), np.int64)
    by_pay, by_group = np.zeros((EARNINGS_BINS + 1, 2), np.int64), np.zeros((RANDOM_GROUPS, 2), np.int64)
    by_status, by_employer = np.zeros((QUALIFICATION_STATUS, 2), np.int64), np.zeros((EMPLOYERS, 2), np.int64)
    for n in range(np.uint64(workers)):
        i = working[n]
        works = np.int64(weight[i])
        pence = works * np.int64(pay[i] * _PENCE)
        a, g, q, e, s, r = area[i], age_sex[i], status[i], earnings[i], employer[i], group[i]
        by_area[a, 0] += works
        by_area[a, 1] += pence
        by_age[g, 0] += works
        by_age[g, 1] += pence
        by_pay[e, 0] += works
        by_pay[e, 1] += pence
        by_group[r, 0] += works
        by_group[r, 1] += pence
        by_status[q, 0] += works
        by_status[q, 1] += pence
        by_employer[s, 0] += works
        by_employer[s, 1] += pence
        in_public = works * np.int64(sector[i])
        public_area[a] += in_public
        public_group[r] += in_public
    for line, part in ((PEOPLE, 0), (IN_WORK, 0), (PAY, 1)):
        of_area, of_age, of_status, of_pay, of_employer, of_group = _cells(ledger, line, year)
        add_part(of_area, by_area, part)
        add_part(of_age, by_age, part)
        add_part(of_status, by_status, part)
        add_part(of_pay, by_pay, part)
        add_part(of_employer, by_employer, part)
        add_part(of_group, by_group, part)


@kernel
def add_part(cells, found, part):
    """Add one of the two sums of each group, `found` [groups, 2], to its cell."""
    for group in range(np.uint64(cells.size)):
        cells[group] += found[group, part]


@kernel
def add_line(ledger, line, values, rows, count, people, area, keys, year):
    """Add one line of a measure: `values` are int32 pence (or counts) per person, nothing but in the first `count` of
    `rows` (uint32); `area` uint16 is where they count. Gives whether there is anything."""
    weight, group = people.weight, people.random_group
    by_area, by_age_sex, by_status, by_earnings, by_employer, by_group = _cells(ledger, line, year)
    age_sex, status, earnings, employer = keys.age_sex, keys.qualification_status, keys.earnings, keys.employer
    some = _ZERO
    for n in range(np.uint64(count)):
        i = rows[n]
        value = values[i]
        if value != 0:
            some |= value
            amount = np.int64(value) * np.int64(weight[i])
            by_area[area[i]] += amount
            by_age_sex[age_sex[i]] += amount
            by_status[status[i]] += amount
            by_earnings[earnings[i]] += amount
            by_employer[employer[i]] += amount
            by_group[group[i]] += amount
    return some != 0


@kernel
def add_total(ledger, line, values, rows, count, people, year):
    """Add one line of a measure of which only the yearly total is kept. Gives whether there is anything."""
    weight, group, by_group = people.weight, people.random_group, ledger.totals[line, year]
    some = _ZERO
    for n in range(np.uint64(count)):
        i = rows[n]
        some |= values[i]
        by_group[group[i]] += np.int64(values[i]) * np.int64(weight[i])  # nothing is added too: no branch to foretell
    return some != 0
