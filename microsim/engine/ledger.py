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
from microsim.population.columns import COMMUNAL, EMPLOYER_SIZES, INDUSTRIES, RANDOM_GROUPS
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
_ZERO = np.int32(0)
_WIDE_BITS = np.uint32(NARROW_PER_WIDE.bit_length() - 1)
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

    `working` (uint32) are the rows of the `workers` residents in work. No branches: who is gone adds 0 to residents.
    """
    resident, sector, pay, weight, area = people.resident, people.public, people.pay, people.weight, people.area
    age_sex, status, earnings, employer = keys.age_sex, keys.qualification_status, keys.earnings, keys.employer
    group = people.random_group
    heads_area, heads_age, heads_status, heads_pay, heads_employer, heads_group = _cells(ledger, PEOPLE, year)
    work_area, work_age, work_status, work_pay, work_employer, work_group = _cells(ledger, IN_WORK, year)
    public_area = ledger.area[PUBLIC_SECTOR, year]  # drawn by region alone: other groupings would say nothing
    public_group = ledger.random_group[PUBLIC_SECTOR, year]
    pay_area, pay_age, pay_status, pay_pay, pay_employer, pay_group = _cells(ledger, PAY, year)
    for i in range(np.uint64(count)):
        heads = np.int64(weight[i]) * np.int64(resident[i])
        heads_area[area[i]] += heads
        heads_age[age_sex[i]] += heads
        heads_status[status[i]] += heads
        heads_pay[earnings[i]] += heads
        heads_employer[employer[i]] += heads
        heads_group[group[i]] += heads
        in_public = heads * np.int64(sector[i])
        public_area[area[i]] += in_public
        public_group[group[i]] += in_public
    for n in range(np.uint64(workers)):
        i = working[n]
        works = np.int64(weight[i])
        pence = works * np.int64(pay[i] * _PENCE)
        a, g, q, e, s, r = area[i], age_sex[i], status[i], earnings[i], employer[i], group[i]
        work_area[a] += works
        work_age[g] += works
        work_status[q] += works
        work_pay[e] += works
        work_employer[s] += works
        work_group[r] += works
        pay_area[a] += pence
        pay_age[g] += pence
        pay_status[q] += pence
        pay_pay[e] += pence
        pay_employer[s] += pence
        pay_group[r] += pence


@kernel
def add_line(ledger, line, values, people, area, keys, year, count):
    """Add one line of a measure: `values` are int32 pence (or counts) per person, `area` uint16 where they count."""
    weight, group = people.weight, people.random_group
    by_area, by_age_sex, by_status, by_earnings, by_employer, by_group = _cells(ledger, line, year)
    age_sex, status, earnings, employer = keys.age_sex, keys.qualification_status, keys.earnings, keys.employer
    for i in range(np.uint64(count)):
        if values[i] != 0:
            amount = np.int64(values[i]) * np.int64(weight[i])
            by_area[area[i]] += amount
            by_age_sex[age_sex[i]] += amount
            by_status[status[i]] += amount
            by_earnings[earnings[i]] += amount
            by_employer[employer[i]] += amount
            by_group[group[i]] += amount


@kernel
def add_total(ledger, line, values, people, year, count):
    """Add one line of a measure of which only the yearly total is kept."""
    weight, group, by_group = people.weight, people.random_group, ledger.totals[line, year]
    for i in range(np.uint64(count)):
        if values[i] != 0:
            by_group[group[i]] += np.int64(values[i]) * np.int64(weight[i])


@kernel
def add_taxes(ledger, people, amounts, equivalised, arm, year, count):
    """Add an arm's taxes, benefits and incomes: `amounts` int64 [TAX_LINES, rows], `equivalised` float64 pounds.

    Children are in their parents' households: they count with the row that has them in its care.
    """
    weight, group = people.weight, people.random_group
    resident, living, children, household = people.resident, people.living, people.children, people.household
    for line in range(len(TAX_LINES)):
        part, by_group = amounts[line], ledger.taxes[arm, line, year]
        for i in range(np.uint64(count)):  # nothing is added too: to leave it out takes twice as long
            by_group[group[i]] += np.int64(weight[i]) * np.int64(part[i])
    bins, wide = ledger.incomes[arm, year], ledger.wide_incomes[arm, year]
    for i in range(np.uint64(count)):
        if (resident[i] != 0) & (living[i] != COMMUNAL):
            doublings = np.int32(np.int32(np.float32(equivalised[i]).view(np.uint32) >> _BITS) - _FIRST_BIN)
            within = np.uint32(min(max(doublings, _ZERO), _LAST_BIN)) if equivalised[i] > 0.0 else np.uint32(0)
            everybody = np.int64(weight[i]) * (1 + np.int64(children[i]))
            bins[within] += everybody
            wide[within >> _WIDE_BITS, group[household[i]]] += everybody  # all who share an income are in one group
