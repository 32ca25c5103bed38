"""The sums of who gains that a run keeps, and the compiled loops that add to them.

Amounts are pence (or counts) of the reform less those of the baseline, times weights in thousandths; rows are those of
`microsim.engine.gains`. Groups of people are kept by random group of households, from which their simulation error is
estimated. Incomes are those of the baseline, so that a tenth holds the same people in both arms.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np

from microsim.engine.ledger import BINS_PER_DOUBLING, EARNINGS_BINS, LOWEST_DOUBLING
from microsim.kernels.jit import kernel
from microsim.population.columns import COMMUNAL, RANDOM_GROUPS
from microsim.taxes.lines import DEDUCTIONS, INCOMES, TAX_LINES

# Bins of income are 1/64 of a doubling wide; those kept by random group 1/4 of one.
INCOME_BINS, WIDE_BINS = 1024, 64
NO_INCOME = INCOME_BINS  # the bin after the last: people outside private households
# Changes of a household's money a year, in pounds and as parts of its net income: a change below a pound is none.
POUND_EDGES = (-5000.0, -1000.0, -500.0, -100.0, -1.0, 1.0, 100.0, 500.0, 1000.0, 5000.0)
SHARE_EDGES = (-0.1, -0.05, -0.02, -0.01, 0.0, 0.0, 0.01, 0.02, 0.05, 0.1)
BANDS = len(POUND_EDGES) + 1
NO_CHANGE = BANDS // 2
CHANGES = ("cash in pounds", "cash as a share", "cash and in kind in pounds", "cash and in kind as a share")
MOVES = ("cash", "cash and in kind")  # what income of the reform is, beside the baseline's

_MANTISSA_BITS = np.uint32(16)
_FIRST_BIN = np.int32((127 + LOWEST_DOUBLING) * BINS_PER_DOUBLING)
_LAST_BIN = np.int32(EARNINGS_BINS - 1)
FINE, _WIDE = np.uint32(1), np.uint32(5)  # bits by which bins are wider than those of earnings
_NO_INCOME, _NO_WIDE = np.uint32(NO_INCOME), np.uint32(WIDE_BINS)
_GROUPS = np.uint32(RANDOM_GROUPS)
_COMMUNAL = np.uint8(COMMUNAL)
_ZERO = np.int32(0)
_PENCE = 100.0
_PLACES = np.array([place for place, line in enumerate(TAX_LINES) if line.exchequer], np.int64)
_EFFECTS = np.array([line.exchequer for line in TAX_LINES if line.exchequer], np.int64)


class GainSums(NamedTuple):
    """int64; see the module's description."""

    cells: np.ndarray  # [rows, years, groups of all breakdowns x RANDOM_GROUPS]
    area: np.ndarray  # [rows, years, areas]
    income: np.ndarray  # [rows, years, INCOME_BINS + 1]
    wide_income: np.ndarray  # [rows, years, (WIDE_BINS + 1) x RANDOM_GROUPS]
    changes: np.ndarray  # [CHANGES, years, BANDS, INCOME_BINS + 1], people of all ages by change of their household,
    # without those whose household has none
    wide_changes: np.ndarray  # [CHANGES, years, BANDS, (WIDE_BINS + 1) x RANDOM_GROUPS], the same; this
    # and `moved` by the random group of the household's head, so that a household is whole in one
    extended: np.ndarray  # [years, EARNINGS_BINS], people by equivalised income of the reform with benefits in kind,
    # less those by the baseline's
    moved: np.ndarray  # [MOVES, years, INCOME_BINS x RANDOM_GROUPS], people by equivalised income of the reform, less
    # those by the baseline's

    @classmethod
    def empty(cls, rows: int, years: int, cells: int, areas: int) -> Self:
        """No sums yet."""
        shapes: tuple[tuple[int, ...], ...] = (
            (rows, years, cells * RANDOM_GROUPS), (rows, years, areas), (rows, years, INCOME_BINS + 1),
            (rows, years, (WIDE_BINS + 1) * RANDOM_GROUPS), (len(CHANGES), years, BANDS, INCOME_BINS + 1),
            (len(CHANGES), years, BANDS, (WIDE_BINS + 1) * RANDOM_GROUPS), (years, EARNINGS_BINS),
            (len(MOVES), years, INCOME_BINS * RANDOM_GROUPS),
        )  # fmt: skip
        return cls(*(np.zeros(shape, np.int64) for shape in shapes))


@kernel
def income_bin(income):
    """The earnings bin of an equivalised income, uint32; of none, or less than none, the first."""
    doublings = np.int32(np.int32(np.float32(income).view(np.uint32) >> _MANTISSA_BITS) - _FIRST_BIN)
    return np.uint32(min(max(doublings, _ZERO), _LAST_BIN)) if income > 0.0 else np.uint32(0)


def find_income_bins(people, equivalised, bins, wide, count):
    """Write the bin of each person's equivalised household income, and the wide bin by random group (uint32)."""
    resident, living, group = people.resident, people.living, people.random_group
    for i in range(np.uint64(count)):
        private = (resident[i] != 0) & (living[i] != _COMMUNAL)
        found = income_bin(equivalised[i])
        bins[i] = found >> FINE if private else _NO_INCOME
        wide[i] = (found >> _WIDE if private else _NO_WIDE) * _GROUPS + np.uint32(group[i])


def describe_people(people, own_income, values, count):
    """Write the rows that gains are set against: adults, people of all ages, private households, income (pence)."""
    resident, children, household, living = people.resident, people.children, people.household, people.living
    adults, everybody, households, income = values[0], values[1], values[2], values[3]
    for i in range(np.uint64(count)):
        here = np.int64(resident[i])
        adults[i] = here
        everybody[i] = here * (1 + np.int64(children[i]))
        households[i] = here * np.int64((household[i] == np.int32(i)) & (living[i] != _COMMUNAL))
        income[i] = here * own_income[i]


def collect(lines, signs, values, count):
    """Add a measure's lines (int32 [lines, rows]) to rows of gains, by `signs` int64 [rows of gains, lines]."""
    for row in range(signs.shape[0]):
        mine = values[row]
        for line in range(signs.shape[1]):
            sign, part = signs[row, line], lines[line]
            if sign != 0:
                for i in range(np.uint64(count)):
                    mine[i] += sign * np.int64(part[i])


def net_incomes_of_people(amounts, net, count):
    """Each person's own part of household net income, pence."""
    net[:count] = 0
    for line in range(INCOMES[0], INCOMES[1]):
        part = amounts[line]
        for i in range(np.uint64(count)):
            net[i] += part[i]
    for line in range(DEDUCTIONS[0], DEDUCTIONS[1]):
        part = amounts[line]
        for i in range(np.uint64(count)):
            net[i] -= part[i]


def add_tax_changes(amounts, before, rows, own_income, cash, exchequer):
    """What changes for people whose taxes or benefits may differ from the baseline's.

    `before` int64 [TAX_LINES, len(rows)] are the baseline's amounts of the people in `rows`. Of each person the change
    of net income is added to `cash` and the effect on the Exchequer to `exchequer`.
    """
    for n in range(len(rows)):
        i = rows[n]
        net = np.int64(0)
        for line in range(INCOMES[0], INCOMES[1]):
            net += amounts[line, i]
        for line in range(DEDUCTIONS[0], DEDUCTIONS[1]):
            net -= amounts[line, i]
        cash[i] += net - own_income[i]
        for place in range(len(_PLACES)):
            exchequer[i] += _EFFECTS[place] * (amounts[_PLACES[place], i] - before[_PLACES[place], n])


def find_cells(keys, key_of, tables, group, cells, count):
    """Write where each person's sums are among the cells of every breakdown: uint32 [rows, breakdowns].

    `keys` uint32 [groupings, rows], of which `key_of` says the breakdown's; `tables` uint32 [breakdowns, keys] gives
    the first of the RANDOM_GROUPS cells of a key's group.
    """
    for i in range(np.uint64(count)):
        for breakdown in range(len(key_of)):
            cells[i, breakdown] = tables[breakdown, keys[key_of[breakdown], i]] + np.uint32(group[i])


def add_rows(values, rows, total, count):
    """The sum of some rows of gains, into `total`."""
    total[:count] = 0
    for row in rows:
        part = values[row]
        for i in range(np.uint64(count)):
            total[i] += part[i]


def add_gains(values, weight, area, cells, bins, wide, sums, year, count):
    """Add every row of gains (int64 [rows, people]) to each grouping; `cells` uint32 [people, breakdowns]."""
    for row in range(values.shape[0]):
        part = values[row]
        by_cell, by_area = sums.cells[row, year], sums.area[row, year]
        by_income, by_wide = sums.income[row, year], sums.wide_income[row, year]
        for i in range(np.uint64(count)):
            if part[i] != 0:
                amount = part[i] * np.int64(weight[i])
                for breakdown in range(cells.shape[1]):
                    by_cell[cells[i, breakdown]] += amount
                by_area[area[i]] += amount
                by_income[bins[i]] += amount
                by_wide[wide[i]] += amount


@kernel
def _band(change, edges):
    """The band of a change among rising edges; a change of nothing is in the middle one."""
    band = 0
    for edge in range(len(edges)):
        band += int(change > edges[edge]) if edge >= NO_CHANGE else int(change >= edges[edge])
    return band


def add_changes(people, income, equivalised, scale, cash, in_kind, bins, wide, households, sums, year, count):
    """Add people of all ages by how much the money of their household changes, where it does: `income` int64 on the
    head's row is the baseline's in pence, `equivalised` each person's in pounds, `scale` the household's, `cash` and
    `in_kind` the persons' changes, int64 pence, `bins` and `wide` what `find_income_bins` wrote."""
    household, resident, weight, children = people.household, people.resident, people.weight, people.children
    random_group = people.random_group
    by_cash, by_both = households[0], households[1]
    by_cash[:count] = 0
    by_both[:count] = 0
    for i in range(np.uint64(count)):
        if ((cash[i] | in_kind[i]) != 0) & (resident[i] != 0):
            by_cash[household[i]] += cash[i]
            by_both[household[i]] += cash[i] + in_kind[i]
    for i in range(np.uint64(count)):
        head = household[i]
        if ((by_cash[head] | by_both[head]) != 0) & (resident[i] != 0) & (bins[i] != _NO_INCOME):
            everybody = np.int64(weight[i]) * (1 + np.int64(children[i]))
            before = np.float64(income[head]) / _PENCE
            group = np.uint32(random_group[head])  # of all who live together now, whomever they lived with at first
            for concept in range(2):
                change = np.float64(households[concept, head]) / _PENCE
                band = _band(change, POUND_EDGES)
                if band != NO_CHANGE:
                    share = change / before if before > 0.0 else 0.0
                    of_share = _band(share, SHARE_EDGES)
                    sums.changes[2 * concept, year, band, bins[i]] += everybody
                    sums.changes[2 * concept + 1, year, of_share, bins[i]] += everybody
                    sums.wide_changes[2 * concept, year, band, wide[head]] += everybody
                    sums.wide_changes[2 * concept + 1, year, of_share, wide[head]] += everybody
                at, after = income_bin(equivalised[i]), income_bin((before + change) / scale[head])
                if (change != 0.0) & (at != after):
                    sums.moved[concept, year, (at >> FINE) * _GROUPS + group] -= everybody
                    sums.moved[concept, year, (after >> FINE) * _GROUPS + group] += everybody
                    if concept == 1:
                        sums.extended[year, at] -= everybody
                        sums.extended[year, after] += everybody


def complete(sums: GainSums, everybody: int, incomes: np.ndarray, wide_incomes: np.ndarray) -> GainSums:
    """The sums with the people whose household does not change: `everybody` is the row of people of all ages, `incomes`
    int64 [years, EARNINGS_BINS] and `wide_incomes` [years, WIDE_INCOME_BINS, RANDOM_GROUPS] those by the baseline's
    income, the latter by the random group of whom they live with, as the changes are."""
    people = sums.income[everybody].copy()
    people[:, NO_INCOME] = 0
    wide = wide_incomes.reshape(len(people), WIDE_BINS, -1, RANDOM_GROUPS).sum(axis=2).reshape(len(people), -1)
    wide = np.concatenate([wide, np.zeros((len(people), RANDOM_GROUPS), np.int64)], axis=1)
    return sums._replace(
        changes=_with_unchanged(sums.changes, people), wide_changes=_with_unchanged(sums.wide_changes, wide),
        extended=sums.extended + incomes,
    )  # fmt: skip


def _with_unchanged(changes: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Changes [..., years, BANDS, bins] with the rest of `people` [years, bins] in the middle band."""
    found = changes.copy()
    found[:, :, NO_CHANGE] = people - (changes.sum(axis=2) - changes[:, :, NO_CHANGE])
    return found
