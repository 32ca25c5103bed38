"""Household incomes without each random group of households: what the simulation error of their spread comes from.

The baseline's people are kept by random group in wider bins of income; what a group has of one it is taken to have of
its narrow bins alike. People whom the reform moves to another bin are kept by random group in narrow bins: differences
between two incomes of the same people are often smaller than a wide bin. All who share an income are in one group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from microsim.distribution.deciles import people_by_bin
from microsim.distribution.results import GainResults
from microsim.engine.gain_sums import INCOME_BINS
from microsim.engine.ledger import EARNINGS_BINS
from microsim.population.columns import RANDOM_GROUPS

BASELINE_INCOME, CASH_INCOME, EXTENDED_INCOME = "baseline", "reform", "reform_with_benefits_in_kind"
_PER_BIN = EARNINGS_BINS // INCOME_BINS


def without_each_group(results: GainResults) -> Iterator[dict[str, np.ndarray]]:
    """For each published year people by bin of the three incomes, in thousandths: float64 [RANDOM_GROUPS,
    EARNINGS_BINS], a row without each random group."""
    moved = results.moved.transpose(0, 1, 3, 2)
    for year, people in enumerate(people_by_bin(results)):
        left = _in_narrow_bins(people, results.incomes[year])
        cash, extended = left + moved[:, year].sum(axis=1, keepdims=True) - moved[:, year]
        concepts = {BASELINE_INCOME: left, CASH_INCOME: cash, EXTENDED_INCOME: extended}
        yield {name: np.repeat(one / _PER_BIN, _PER_BIN, axis=1) for name, one in concepts.items()}


def _in_narrow_bins(people: np.ndarray, by_group: np.ndarray) -> np.ndarray:
    """People by bin without each random group: float64 [RANDOM_GROUPS, INCOME_BINS], from those of all [INCOME_BINS]
    and by wider bins and random group [WIDE_INCOME_BINS, RANDOM_GROUPS]."""
    total = by_group.sum(axis=1, keepdims=True)
    left = 1.0 - by_group / np.maximum(total, 1)
    return np.asarray(people * np.repeat(left, len(people) // len(left), axis=0).T)


def each(left: np.ndarray, statistics: Callable[[np.ndarray], list[float]], number: int) -> np.ndarray:
    """`number` statistics of each row of `left`: float64 [number, RANDOM_GROUPS], not a number where nobody is left."""
    found = np.full((number, RANDOM_GROUPS), np.nan)
    for group, people in enumerate(left):
        if people.any():
            found[:, group] = statistics(people)
    return found
