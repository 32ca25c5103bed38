"""Which fields mattered: the rank correlation of each with a cost over draws, and where its own value lies."""

from __future__ import annotations

import numpy as np

_SURE = 0.95


def rank_correlations(fields: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation of each column of `fields` [draws, fields] with `cost` [draws]: float64 [fields].

    0 for a column, or a cost, that is the same in all draws. By chance alone some 1 / sqrt(draws) either way.
    """
    if len(cost) < 2:
        return np.zeros(fields.shape[1])
    ranks = np.column_stack([_centred_ranks(column) for column in (*fields.T, cost)])
    size = np.sqrt((ranks**2).sum(axis=0))
    product = ranks[:, :-1].T @ ranks[:, -1]
    whole = size[:-1] * size[-1]
    return np.asarray(np.divide(product, whole, out=np.zeros(len(product)), where=whole > 0))


def chance_band(fields: int, draws: int) -> float:
    """What the largest of the rank correlations of `fields` stays within by chance alone, 95 times in 100.

    Bonferroni's bound on a normal approximation, in which one rank correlation of draws that have nothing to do with
    a cost has the standard deviation 1 / sqrt(draws - 1). Above 1, with very few draws, nothing can be told.
    """
    from scipy.special import ndtri

    return float(ndtri(1.0 - (1.0 - _SURE) / (2.0 * fields)) / np.sqrt(draws - 1.0))


def _centred_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks less their mean; equal values share the mean of theirs."""
    from scipy.stats import rankdata

    ranks: np.ndarray = rankdata(values)
    return ranks - ranks.mean()


def share_below(draws: np.ndarray, own: np.ndarray) -> np.ndarray:
    """The share of draws [draws, ...] below a central value, those equal to it counted by half."""
    return np.asarray(((draws < own) + 0.5 * (draws == own)).mean(axis=0))
