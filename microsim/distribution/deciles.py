"""Tenths of people by household income, found anew each year from bins of income.

The income is household net income of the year in the baseline, equivalised, before housing costs, as in Households
Below Average Income (Department for Work and Pensions); people are of all ages, in private households. People in
communal establishments, such as care homes and halls of residence, have no household and are a group apart. What the
bin at the edge of two tenths holds is shared in proportion to its people, so each tenth holds a tenth of people.
"""

from __future__ import annotations

import numpy as np

from microsim.accounts.breakdowns import DECILES, split_into_equal_groups
from microsim.distribution.results import GainResults
from microsim.engine.gain_sums import INCOME_BINS, WIDE_BINS
from microsim.population.columns import RANDOM_GROUPS

COMMUNAL_GROUP = "communal establishments"
INCOME_DECILES = (*(f"decile {number}" for number in range(1, DECILES + 1)), COMMUNAL_GROUP)


def people_by_bin(results: GainResults) -> np.ndarray:
    """People of private households by bin of income, in thousandths: int64 [years, INCOME_BINS]."""
    return results.by_income[results.people_row("people"), :, :INCOME_BINS]


def sums_by_decile(sums: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Sums [rows, years, INCOME_BINS + 1] by INCOME_DECILES: int64 [rows, years, groups]; `people` by bin."""
    found = np.empty((*sums.shape[:2], len(INCOME_DECILES)), np.int64)
    for year, heads in enumerate(people):
        found[:, year, :DECILES] = split_into_equal_groups(sums[:, year, :INCOME_BINS], heads, DECILES)
    found[:, :, DECILES] = sums[:, :, INCOME_BINS]
    return found


def sums_by_group(sums: np.ndarray, member: np.ndarray, groups: int) -> np.ndarray:
    """Sums [..., keys] as [..., groups], by the group of each key [keys]."""
    found = np.zeros((*sums.shape[:-1], groups), np.int64)
    for group in range(groups):
        found[..., group] = sums[..., member == group].sum(axis=-1)
    return found


def replicates_by_decile(results: GainResults) -> np.ndarray:
    """All rows by decile and random group: float64 [rows, years, groups, RANDOM_GROUPS].

    They are kept by wider bins, each shared over deciles as the people of its bins are.
    """
    return wide_by_decile(results.by_wide_income, people_by_bin(results))


def wide_by_decile(wide: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Sums by wide bin [rows, years, WIDE_BINS + 1, RANDOM_GROUPS] by INCOME_DECILES: float64 [rows, years, groups,
    RANDOM_GROUPS]; `people` [years, INCOME_BINS] are those that tenths are of."""
    found = np.empty((*wide.shape[:2], len(INCOME_DECILES), RANDOM_GROUPS))
    for year, heads in enumerate(people):
        found[:, year, :DECILES] = np.einsum("rwg,wd->rdg", wide[:, year, :WIDE_BINS], wide_shares(heads))
    found[:, :, DECILES] = wide[:, :, WIDE_BINS]
    return found


def wide_shares(people: np.ndarray, bins: int = WIDE_BINS, groups: int = DECILES) -> np.ndarray:
    """The part of each wide bin's people that is in each of `groups` groups of equally many people: float64 [bins,
    groups], from `people` by narrow bin."""
    running = np.concatenate([[0], np.cumsum(people)])
    edges = running[-1] * np.arange(groups + 1) / groups
    low, high = np.maximum(running[:-1, None], edges[:-1]), np.minimum(running[1:, None], edges[1:])
    both = np.maximum(high - low, 0).reshape(bins, -1, groups).sum(axis=1)
    shares: np.ndarray = both / np.maximum(both.sum(axis=1, keepdims=True), 1)
    return shares


def variance_at_edges(variance: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """What sharing wide bins over groups takes from the variance of the groups' sums: [..., groups].

    `variance` [..., bins] is that of the bins' sums and `shares` [bins, groups] is as from `wide_shares`. A bin's
    people are each in one group: of those in a group with chance s the variance is s times the bin's. Shared sums have
    s² of it.
    """
    return np.asarray(variance @ (shares * (1.0 - shares)))
