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
    growth = tables.growth[year_index]
    draw_income(people, age_sex, tables, means.savings, _INTEREST, _FINANCIAL, growth, count)
    draw_income(people, age_sex, tables, means.dividends, _DIVIDENDS, _FINANCIAL, growth, count)
    draw_income(people, age_sex, tables, means.property, _PROPERTY, _LETTING, growth, count)


@kernel
def draw_income(people, age_sex, tables, out, kind, number, growth, count):
    """Fill `out` with the income of one of KINDS; `number` says which draw is made of the rank."""
    resident, rank = people.resident, people.wealth_rank
    share, mean, curve = tables.share, tables.mean, tables.curve
    first, first_point = np.uint32(kind * _ROWS), np.uint32(kind * _POINTS)
    for i in range(np.uint64(count)):
        age = np.uint32(age_sex[i] >> _AGE)
        key = np.uint32(np.uint32(first + np.uint32(age * _SIXTEENTHS)) + np.uint32(rank[i] >> _TOP_FOUR_BITS))
        some = share[key]
        nearer = from_top(scatter(rank[i], number))
        out[i] = _ZERO
        if (nearer >= some) | (resident[i] == 0):  # most people, of all kinds
            continue
        place = curve_place(nearer / some)
        point = np.uint32(place)
        at = np.uint32(first_point + point)
        low = curve[at]
        amount = low + (place - np.float32(point)) * (curve[np.uint32(at + _NEXT)] - low)
        out[i] = amount * mean[key] * growth
