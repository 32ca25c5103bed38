"""The breakdowns of every table, as data: each is a union of the groups that the ledger keeps.

A breakdown names a grouping of the ledger and says, for each of its cells, which published group the cell is part of;
so every breakdown of a line adds up to the same total, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from microsim.engine.ledger import EARNINGS_BINS, EMPLOYERS, PEOPLE, Ledger
from microsim.population.columns import EMPLOYER_SIZES, INDUSTRIES, NOT_IN_WORK
from microsim.population.people import AGE_SEX_KEYS, ENTRY_AGE, LAST_AGE, QUALIFICATIONS, SEXES, WORK_STATUSES
from microsim.population.source import Population

AGE_BANDS = ((16, 24), (25, 34), (35, 39), (40, 44), (45, 54), (55, 59), (60, 66), (67, LAST_AGE))
DECILES = 10
NOT_ALLOCATED = "not allocated to people"


class Breakdown(NamedTuple):
    """`groups` are labels in order; `member` [years or 1, cells] gives each cell's group."""

    name: str
    grouping: str  # a field of Ledger
    groups: tuple[str, ...]
    member: np.ndarray

    def sums(self, ledger: Ledger, line: int) -> np.ndarray:
        """The line's sums [years, groups], in the ledger's units."""
        cells = getattr(ledger, self.grouping)[line]
        result = np.zeros((len(cells), len(self.groups)), np.int64)
        for year, row in enumerate(cells):
            np.add.at(result[year], self.member[year % len(self.member)], row)
        return result


def _band(age: int) -> int:
    return next(index for index, (first, last) in enumerate(AGE_BANDS) if age <= last)


def _band_name(first: int, last: int) -> str:
    return f"{first}+" if last == LAST_AGE else f"{first}-{last}"


def standard_breakdowns(population: Population, ledger: Ledger) -> tuple[Breakdown, ...]:
    """Every breakdown that does not depend on a measure."""
    keys = np.arange(AGE_SEX_KEYS)
    ages = np.clip(keys // 2, ENTRY_AGE, LAST_AGE)
    states = np.arange(len(QUALIFICATIONS) * len(WORK_STATUSES))
    areas = np.arange(len(population.area_codes))
    section, size = np.divmod(np.arange(EMPLOYERS), len(EMPLOYER_SIZES))
    single_ages = tuple(str(age) for age in range(ENTRY_AGE, LAST_AGE + 1))
    bands = tuple(_band_name(*band) for band in AGE_BANDS)
    by_cell: Sequence[tuple[str, str, tuple[str, ...], np.ndarray]] = (
        ("age_band", "age_sex", bands, np.array([_band(age) for age in ages])),
        ("age", "age_sex", single_ages, ages - ENTRY_AGE),
        ("sex", "age_sex", SEXES, keys % 2),
        ("region", "area", tuple(population.region_names), population.area_region),
        ("local_authority", "area", tuple(population.area_codes), areas),
        ("qualification", "qualification_status", QUALIFICATIONS, states // len(WORK_STATUSES)),
        ("work_status", "qualification_status", WORK_STATUSES, states % len(WORK_STATUSES)),
        ("industry", "employer", (*INDUSTRIES, "not_in_work"), np.where(size == NOT_IN_WORK, len(INDUSTRIES), section)),
        ("employer_size", "employer", EMPLOYER_SIZES, size),
    )
    fixed = [Breakdown(name, grouping, groups, member[None, :]) for name, grouping, groups, member in by_cell]
    return (*fixed, earnings_deciles(ledger))


def earnings_deciles(ledger: Ledger) -> Breakdown:
    """Tenths of people with pay from work in the year, lowest first, as unions of bins; and people without.

    A bin is under 1 % of pay wide and is never split, so a tenth is a tenth to within a bin.
    """
    people = ledger.earnings[PEOPLE, :, :EARNINGS_BINS]
    total = people.sum(axis=1, keepdims=True)
    middle = np.cumsum(people, axis=1) - people / 2
    member = np.minimum(DECILES * middle / np.maximum(total, 1), DECILES - 1).astype(np.int64)
    without = np.full((len(people), 1), DECILES)
    groups = (*(f"decile {number}" for number in range(1, DECILES + 1)), "no earnings")
    return Breakdown("earnings_decile", "earnings", groups, np.concatenate([member, without], axis=1))


def area_breakdown(name: str, groups: tuple[str, ...], member: np.ndarray) -> Breakdown:
    """A breakdown of local authorities that may change from year to year (`member` [years, areas])."""
    return Breakdown(name, "area", groups, np.asarray(member, np.int64))
