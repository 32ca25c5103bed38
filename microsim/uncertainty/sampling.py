"""Draws of uncertain fields: a Latin hypercube of quantiles, with fields that move together.

Every field has a random stream of its own, by the seed and its path, so that another field more or less leaves the
draws of the others as they were.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import numpy as np

from microsim.scenario.places import is_within
from microsim.scenario.uncertainty import Together
from microsim.uncertainty.fields import UncertainField


def latin_hypercube(
    fields: Sequence[UncertainField], draws: int, seed: int, together: Sequence[Together] = ()
) -> np.ndarray:
    """Quantiles in (0, 1) for each draw and field: float64 [draws, fields].

    Each column has exactly one quantile in each of `draws` equal slices. Columns are independent but for groups in
    `together`: there the slices are put in the order of a Gaussian copula with one factor, which is a normal score
    common to the group beside one of the field's own, so that any two have the group's rank correlation. A finite
    number of draws leaves chance correlations of about 1 / sqrt(draws): nothing takes them out.
    """
    columns = [_stratified(draws, seed, f"field {field.path}") for field in fields]
    for group in together:
        common = _scores(_stratified(draws, seed, f"group {group.name}"))
        share = between_normals(group.correlation)
        for place in members(fields, group):
            scores = math.sqrt(share) * common + math.sqrt(1.0 - share) * _scores(columns[place])
            columns[place] = np.sort(columns[place])[_ranks(scores)]
    return np.stack(columns, axis=1) if columns else np.zeros((draws, 0))


def between_normals(rank_correlation: float) -> float:
    """The product-moment correlation of two normal variables whose rank correlation is known.

    Source of the rule: Pearson (1907), On further methods of determining correlation.
    """
    return 2.0 * math.sin(math.pi * rank_correlation / 6.0)


def members(fields: Sequence[UncertainField], group: Together) -> tuple[int, ...]:
    """The places of a group's fields among `fields`."""
    return tuple(
        place for place, field in enumerate(fields) if any(is_within(field.path, path) for path in group.fields)
    )


def _stratified(draws: int, seed: int, name: str) -> np.ndarray:
    """One column of a Latin hypercube: float64 [draws], strictly between 0 and 1."""
    from scipy.stats.qmc import LatinHypercube

    digest = hashlib.sha256(f"{seed} {name}".encode()).digest()
    stream = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "little")))
    column: np.ndarray = LatinHypercube(1, rng=stream).random(draws)[:, 0]
    smallest = 2.0**-53
    return np.clip(column, smallest, 1.0 - smallest)


def _scores(quantiles: np.ndarray) -> np.ndarray:
    """Normal deviates of quantiles."""
    from scipy.special import ndtri

    scores: np.ndarray = ndtri(quantiles)
    return scores


def _ranks(scores: np.ndarray) -> np.ndarray:
    """The place of each score among them, from 0."""
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[np.argsort(scores, kind="stable")] = np.arange(len(scores))
    return ranks
