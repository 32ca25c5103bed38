"""Simulation error of the table `distributional_weights`: weighted gains without each random group of households.

Gains are kept by random group in wide bins of income; in each a pound counts for what it does on average to the people
there. Without a random group the median is another, and with it what a pound counts for. National money is worked out
without it too; the shares of income by which prices are borne stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from microsim.accounts.incomes import income_percentile
from microsim.accounts.rounding import WEIGHT_UNIT
from microsim.accounts.simulation_error import leave_one_out, spread
from microsim.distribution.deciles import people_by_bin
from microsim.distribution.incidence import INCIDENCE_KINDS
from microsim.distribution.income_replicates import BASELINE_INCOME, each, without_each_group
from microsim.distribution.money import ALL_MEASURES
from microsim.distribution.results import GainResults
from microsim.engine.gain_sums import WIDE_BINS
from microsim.engine.gains import NET_INCOME, PEOPLE_ROWS, GainRow
from microsim.population.columns import RANDOM_GROUPS
from microsim.scenario.distribution import Incidence

_NOBODY = WIDE_BINS + 1  # the place after people in communal establishments
Key = tuple[str, str]  # measure and kind


class WeightedErrors(NamedTuple):
    """Standard errors of a gain, float64 [published years]: of the pence weighted, and of weighted over unweighted."""

    cash: np.ndarray
    ratio: np.ndarray


class WeightedGains:
    """A run's gains by wide bin without each random group, from which errors by any elasticity are found."""

    def __init__(self, results: GainResults, incidence: Incidence) -> None:
        self._people = people_by_bin(results)
        self._gains = gains_without_each_group(results, incidence)
        self._medians = _medians(results)

    def errors(self, key: Key, pence: np.ndarray, weight: np.ndarray, eta: float) -> WeightedErrors:
        """The errors of a gain of `pence` [years, INCOME_BINS + 2]: by bin, of people without a household, of nobody.

        `weight`, as `pence`, is what a pound counts for with elasticity `eta`.
        """
        gained = self._gains[key]
        in_wide = pence[:, :-2].reshape(len(pence), WIDE_BINS, -1).sum(axis=2)
        whole = np.concatenate([in_wide, pence[:, -2:]], axis=1)
        left = gained + (whole - gained.mean(axis=2))[:, :, None]  # what is rounded, and what no group moves
        counts = np.repeat(self._wide_weights(weight)[:, :, None], left.shape[2], axis=2)
        counts[:, :WIDE_BINS] *= self._medians[:, None] ** eta
        weighted = (left * counts).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = weighted / left.sum(axis=1)
        return WeightedErrors(spread(weighted), spread(ratio))

    def _wide_weights(self, weight: np.ndarray) -> np.ndarray:
        """The mean weight of a wide bin's people, then those of the last two: float64 [years, WIDE_BINS + 2]."""
        people = self._people.reshape(len(weight), WIDE_BINS, -1)
        by_bin = weight[:, :-2].reshape(people.shape)
        mean = (by_bin * people).sum(axis=2) / np.maximum(people.sum(axis=2), 1)
        return np.concatenate([mean, weight[:, -2:]], axis=1)


def gains_without_each_group(results: GainResults, incidence: Incidence) -> dict[Key, np.ndarray]:
    """Pence by measure and kind, all measures among them: float64 [years, WIDE_BINS + 2, RANDOM_GROUPS], the last bins
    of people without a household and of nobody."""
    wide = results.by_wide_income
    adults = wide[results.people_row("adults")].sum(axis=1, keepdims=True)
    found: dict[Key, np.ndarray] = {}
    for place, row in enumerate(results.rows, len(PEOPLE_ROWS)):
        if row.kind != "key":
            left = leave_one_out(wide[place], adults) / WEIGHT_UNIT
            left = np.concatenate([left, np.zeros_like(left[:, :1])], axis=1) + _national(results, row, adults[:, 0])
            for key in ((row.measure, row.kind), (ALL_MEASURES, row.kind)):
                found[key] = found.get(key, 0) + left
    income = np.maximum(wide[NET_INCOME].sum(axis=2), 0)
    return found | _by_incidence(found, incidence, income / np.maximum(income.sum(axis=1, keepdims=True), 1))


def _national(results: GainResults, row: GainRow, adults: np.ndarray) -> np.ndarray:
    """A gain's national money, shared by its key without each random group too: [years, WIDE_BINS + 2, RANDOM_GROUPS];
    `adults` are [years, RANDOM_GROUPS]."""
    found = np.zeros((len(adults), WIDE_BINS + 2, RANDOM_GROUPS))
    for money in results.national:
        if money.row == row:
            amount = leave_one_out(money.groups, adults)
            if money.key is None:
                found[:, _NOBODY] += amount
            else:
                key = results.by_wide_income[len(PEOPLE_ROWS) + results.rows.index(money.key)]
                left = key.sum(axis=2, keepdims=True) - key
                total = np.maximum(left.sum(axis=1, keepdims=True), 1)
                found[:, :_NOBODY] += amount[:, None] * left / total
    return found


def _by_incidence(found: Mapping[Key, np.ndarray], incidence: Incidence, income: np.ndarray) -> dict[Key, np.ndarray]:
    """What employers gain by whom it reaches; `income` [years, WIDE_BINS + 1] are shares of net income."""
    shared: dict[Key, np.ndarray] = {}
    for (measure, kind), left in found.items():
        if kind == "employer":
            total = left.sum(axis=1, keepdims=True)
            nobody, prices = np.zeros_like(left), np.zeros_like(left)
            nobody[:, _NOBODY:] = total
            prices[:, :_NOBODY] = total * income[:, :, None]
            parts = nobody, prices, nobody, left
            for name, share, part in zip(INCIDENCE_KINDS, incidence.shares(), parts, strict=True):
                shared[measure, name] = share * part
    return shared


def _medians(results: GainResults) -> np.ndarray:
    """Median income without each random group over the mean of all of these: float64 [years, RANDOM_GROUPS]."""
    found = np.array([
        each(left[BASELINE_INCOME], lambda people: [income_percentile(people, 50)], 1)[0]
        for left in without_each_group(results)
    ])  # fmt: skip
    nobody = np.isnan(found).all(axis=1)
    found[nobody] = 1.0
    ratio: np.ndarray = found / found.mean(axis=1, keepdims=True)
    return ratio
