"""Taxes and benefits of the population, and how household income is spread, from a run's sums.

Income is household net income of a year, equivalised by the modified OECD scale with a couple without children as 1,
before housing costs, of every person in a private household, children included: the definition of the Department for
Work and Pensions' Households Below Average Income.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from microsim.accounts.frames import Labels, Part, joined
from microsim.accounts.rounding import whole_units
from microsim.engine.ledger import EARNINGS_BINS, Ledger, earnings_bin_floor
from microsim.taxes.lines import TAX_LINES
from microsim.years import format_financial_year

PENCE = 100.0
PERCENTILES = (5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 95)
FIFTHS = 5


def taxes_table(ledger: Ledger, arms: Sequence[str], years: range, first_year: int) -> pd.DataFrame:
    """Every line of TAX_LINES by arm and year, in pounds or people; `first_year` is the ledger's first."""
    names = Labels(tuple(format_financial_year(year) for year in years), np.arange(len(years)))
    parts: list[Part] = []
    for arm, place in product(range(len(arms)), range(len(TAX_LINES))):
        line, sums = TAX_LINES[place], ledger.taxes[arm, place]
        units = whole_units(sums[:, None])[:, 0] / (PENCE if line.unit == "£" else 1.0)
        parts.append(
            {
                "arm": arms[arm], "line": line.name, "description": line.description, "unit": line.unit,
                "financial_year": names, "amount": units[[year - first_year for year in years]],
            }
        )  # fmt: skip
    return joined(("arm", "line", "description", "unit", "financial_year", "amount"), parts)


def incomes_table(ledger: Ledger, arms: Sequence[str], years: range, first_year: int) -> pd.DataFrame:
    """Statistics of equivalised household net income by arm and year: pounds a year, shares and the Gini fractions."""
    rows = [
        (arm, format_financial_year(year), *found)
        for place, arm in enumerate(arms)
        for year in years
        for found in income_statistics(ledger.incomes[place, year - first_year])
    ]
    return pd.DataFrame(rows, columns=["arm", "financial_year", "statistic", "unit", "value"])


def income_statistics(people: np.ndarray) -> list[tuple[str, str, float]]:
    """(statistic, unit, value) of a year's people by bin of income; none where there are no people.

    People within a bin are taken as spread evenly over it; the bins are half a per cent wide.
    """
    if not people.any():
        return []
    found = [(f"p{percentile}", "£ a year", income_percentile(people, percentile)) for percentile in PERCENTILES]
    found.append(("mean", "£ a year", mean_income(people)))
    shares = income_shares(people, FIFTHS)
    found += [("bottom_fifth_share", "fraction", float(shares[0])), ("top_fifth_share", "fraction", float(shares[-1]))]
    return [*found, ("gini", "fraction", gini(people))]


def bin_edges() -> np.ndarray:
    """Where the bins of income start and the last one ends: float64 [EARNINGS_BINS + 1], pounds a year.

    The first bin also holds people whose household has no income or less than none, so it starts at nothing.
    """
    edges = earnings_bin_floor(np.arange(EARNINGS_BINS + 1))
    edges[0] = 0.0
    return edges


def bin_incomes() -> np.ndarray:
    """The income of people in each bin, taken as its middle: float64 [EARNINGS_BINS], pounds a year."""
    edges = bin_edges()
    middle: np.ndarray = (edges[1:] + edges[:-1]) / 2
    return middle


def income_percentile(people: np.ndarray, percentile: float) -> float:
    """The income that `percentile` per cent of people are below, in pounds a year; `people` are counts by bin."""
    running = np.concatenate([[0.0], np.cumsum(people, dtype=np.float64)])
    return float(np.interp(running[-1] * percentile / 100, running, bin_edges()))


def mean_income(people: np.ndarray) -> float:
    """Mean income over people, pounds a year."""
    return float(np.average(bin_incomes(), weights=people))


def income_shares(people: np.ndarray, groups: int) -> np.ndarray:
    """Share of all income that each of `groups` groups of equally many people has, from the poorest: float64."""
    income = np.concatenate([[0.0], np.cumsum(people * bin_incomes())])
    running = np.concatenate([[0.0], np.cumsum(people, dtype=np.float64)])
    at = np.interp(np.linspace(0.0, running[-1], groups + 1), running, income)
    return np.diff(at) / income[-1]


def gini(people: np.ndarray) -> float:
    """The Gini coefficient of income, from counts of people by bin: 0 when all are equal.

    Twice the area between the Lorenz curve and the diagonal, by trapezia.
    """
    income = people * bin_incomes()
    lorenz = np.concatenate([[0.0], np.cumsum(income)]) / income.sum()
    share = people / people.sum()
    return float(1.0 - ((lorenz[1:] + lorenz[:-1]) * share).sum())
