"""Taxes and benefits of the population, and how household income is spread, from a run's sums.

Income is household net income of a year, equivalised by the modified OECD scale with a couple without children as 1,
before housing costs, of every person in a private household, children included: the definition of the Department for
Work and Pensions' Households Below Average Income.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import product

import numpy as np
import pandas as pd

from microsim.accounts.amounts import people_sum
from microsim.accounts.frames import Labels, Part, joined
from microsim.accounts.published import Published
from microsim.accounts.simulation_error import spread
from microsim.engine.ledger import EARNINGS_BINS, NARROW_PER_WIDE, Ledger, earnings_bin_floor
from microsim.taxes.lines import TAX_LINES

PENCE = 100.0
PERCENTILES = (5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 95)
FIFTHS = 5
STATISTICS = (
    *((f"p{percentile}", "£ a year") for percentile in PERCENTILES), ("mean", "£ a year"),
    ("bottom_fifth_share", "fraction"), ("top_fifth_share", "fraction"), ("gini", "fraction"),
)  # fmt: skip
ERROR_DIGITS = 6


def taxes_table(ledger: Ledger, arms: Sequence[str], published: Published) -> pd.DataFrame:
    """Every line of TAX_LINES by arm and year, in pounds or people."""
    names = Labels(published.years, np.arange(len(published.years)))
    parts: list[Part] = []
    for arm, place in product(range(len(arms)), range(len(TAX_LINES))):
        line, one = TAX_LINES[place], people_sum(ledger.taxes[arm, place])
        unit = PENCE if line.unit == "£" else 1.0
        parts.append(
            {
                "arm": arms[arm], "line": line.name, "description": line.description, "unit": line.unit,
                "financial_year": names, "amount": one.total[published.span] / unit,
                "simulation_error": (published.error(one) / unit).round(2),
            }
        )  # fmt: skip
    return joined(("arm", "line", "description", "unit", "financial_year", "amount", "simulation_error"), parts)


def incomes_table(ledger: Ledger, arms: Sequence[str], published: Published) -> pd.DataFrame:
    """Statistics of equivalised household net income by arm and year: pounds a year, shares and the Gini fractions.

    People within a bin are taken as spread evenly over it; the bins are half a per cent wide.
    """
    rows = []
    for place, arm in enumerate(arms):
        incomes, wide = ledger.incomes[place, published.span], ledger.wide_incomes[place, published.span]
        for name, people, by_group in zip(published.years, incomes, wide, strict=True):
            if people.any():
                errors = spread(np.stack([_statistics(one) for one in without_each_group(people, by_group)], axis=-1))
                for (statistic, unit), value, error in zip(STATISTICS, _statistics(people), errors, strict=True):
                    rows.append((arm, name, statistic, unit, value, error.round(ERROR_DIGITS)))
    columns = ["arm", "financial_year", "statistic", "unit", "value", "simulation_error"]
    return pd.DataFrame(rows, columns=columns)


def _statistics(people: np.ndarray) -> np.ndarray:
    """The value of each of STATISTICS from people by bin of income; not numbers where there are no people."""
    if not people.any():
        return np.full(len(STATISTICS), np.nan)
    shares = income_shares(people, FIFTHS)
    return np.array(
        [*income_percentiles(people, PERCENTILES), mean_income(people), shares[0], shares[-1], gini(people)]
    )


def without_each_group(people: np.ndarray, by_group: np.ndarray) -> np.ndarray:
    """People by bin of income without each random group: float64 [RANDOM_GROUPS, EARNINGS_BINS].

    `by_group` [WIDE_INCOME_BINS, RANDOM_GROUPS] holds the same people in wider bins: what a group takes from a wide bin
    it takes from its narrow bins alike.
    """
    total = by_group.sum(axis=1, keepdims=True)
    left = 1.0 - np.divide(by_group, total, out=np.zeros(by_group.shape), where=total > 0)
    return np.asarray(people * np.repeat(left, NARROW_PER_WIDE, axis=0).T)


@cache
def bin_edges() -> np.ndarray:
    """Where the bins of income start and the last one ends: float64 [EARNINGS_BINS + 1], pounds a year.

    The first bin also holds people whose household has no income or less than none, so it starts at nothing.
    """
    edges = earnings_bin_floor(np.arange(EARNINGS_BINS + 1))
    edges[0] = 0.0
    edges.setflags(write=False)
    return edges


@cache
def bin_incomes() -> np.ndarray:
    """The income of people in each bin, taken as its middle: float64 [EARNINGS_BINS], pounds a year."""
    edges = bin_edges()
    middle: np.ndarray = (edges[1:] + edges[:-1]) / 2
    middle.setflags(write=False)
    return middle


def income_percentile(people: np.ndarray, percentile: float) -> float:
    """The income that `percentile` per cent of people are below, in pounds a year; `people` are counts by bin."""
    return float(income_percentiles(people, (percentile,))[0])


def income_percentiles(people: np.ndarray, percentiles: Sequence[float]) -> np.ndarray:
    """The incomes that these per cents of people are below, in pounds a year."""
    running = np.concatenate([[0.0], np.cumsum(people, dtype=np.float64)])
    return np.interp(running[-1] * np.asarray(percentiles) / 100, running, bin_edges())


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
