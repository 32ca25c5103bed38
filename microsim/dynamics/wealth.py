"""Interest, dividends and profit from letting, this year, by age and the fixed rank in wealth.

How likely each kind is rises with the sixteenth of the rank; who of a sixteenth has it, and how much, is drawn from
the rank once more, apart for each kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.curves import POINTS, curve_place, from_top, lognormal, scatter
from microsim.kernels.jit import kernel
from microsim.kernels.rows import list_rows
from microsim.parameters.load import Parameters
from microsim.population.people import AGE_SEX_KEYS, ENTRY_AGE
from microsim.population.wealth import INCOME_YEAR, KINDS, SIXTEENTHS

_SIXTEENTHS, _POINTS, _NEXT = np.uint32(SIXTEENTHS), np.uint32(POINTS), np.uint32(1)
_TOP_FOUR_BITS = np.uint32(28)
_AGE = np.uint32(1)  # a shift that leaves the age of an age_sex key
_ZERO = np.float32(0.0)
_FINANCIAL, _LETTING = np.uint32(11), np.uint32(12)  # draws made of the rank
_INTEREST, _DIVIDENDS, _PROPERTY = np.uint32(0), np.uint32(1), np.uint32(2)
_ROWS = np.uint32(AGE_SEX_KEYS // 2 * SIXTEENTHS)


class WealthTables(NamedTuple):
    """What `write_wealth` looks up."""

    share: np.ndarray  # float32 [kinds x ages x sixteenths], of people with some
    mean: np.ndarray  # float32 [kinds x ages x sixteenths], pounds of INCOME_YEAR
    curve: np.ndarray  # float32 [kinds x POINTS], amounts relative to the mean, by the share with as much
    growth: np.ndarray  # float32 [years], average earnings relative to INCOME_YEAR


def wealth_tables(population: Any, parameters: Parameters, years: Sequence[int]) -> WealthTables:
    """From the fitted wealth of a `Population`."""
    fitted, figures = population.wealth, population.room_figures["wealth"]
    ages = np.clip(np.arange(AGE_SEX_KEYS // 2) - ENTRY_AGE, 0, fitted.share.shape[1] - 1)
    return WealthTables(
        share=fitted.share[:, ages].astype(np.float32).reshape(-1),
        mean=fitted.mean[:, ages].astype(np.float32).reshape(-1),
        curve=np.concatenate([lognormal(figures[f"{kind}_spread"].central) for kind in KINDS]),
        growth=parameters.index("average_earnings_growth", years, INCOME_YEAR).astype(np.float32),
    )


@kernel
def write_wealth(people, age_sex, tables, means, year_index, count):
    """This year's interest, dividends and profit from letting, pounds a year."""
    growth, rank = tables.growth[year_index], people.wealth_rank
    key, mask, rows = np.empty(count, np.uint32), np.empty(count, np.uint8), np.empty(count, np.uint32)
    some, nearer = np.empty(count, np.float32), np.empty(count, np.float32)
    for i in range(np.uint64(count)):
        key[i] = np.uint32(np.uint32(age_sex[i] >> _AGE) * _SIXTEENTHS) + np.uint32(rank[i] >> _TOP_FOUR_BITS)
    for out, kind, number in (
        (means.savings, _INTEREST, _FINANCIAL), (means.dividends, _DIVIDENDS, _FINANCIAL),
        (means.property, _PROPERTY, _LETTING),
    ):  # fmt: skip
        if kind != _DIVIDENDS:  # drawn like interest
            for i in range(np.uint64(count)):
                nearer[i] = from_top(scatter(rank[i], number))
        draw_income(people.resident, tables, out, kind, key, nearer, some, mask, rows, growth, count)


@kernel
def draw_income(resident, tables, out, kind, key, nearer, some, mask, rows, growth, count):
    """Fill `out` with the income of one of KINDS, by the row of the tables and the share from the top of each row.

    `some` (float32), `mask` (uint8) and `rows` (uint32) are scratch.
    """
    share, mean, curve = tables.share, tables.mean, tables.curve
    first, first_point = np.uint32(kind * _ROWS), np.uint32(kind * _POINTS)
    for i in range(np.uint64(count)):  # only looks up, so that the next pass can go on whole vectors
        some[i] = share[np.uint32(first + key[i])]
    for i in range(np.uint64(count)):
        mask[i] = np.uint8(nearer[i] < some[i]) & resident[i]
    for i in range(np.uint64(count)):
        out[i] = _ZERO
    holders = list_rows(mask, rows, count)
    for n in range(holders):
        i = rows[n]
        place = curve_place(nearer[i] / some[i])
        point = np.uint32(place)
        at = np.uint32(first_point + point)
        low = curve[at]
        amount = low + (place - np.float32(point)) * (curve[np.uint32(at + _NEXT)] - low)
        out[i] = amount * mean[np.uint32(first + key[i])] * growth
