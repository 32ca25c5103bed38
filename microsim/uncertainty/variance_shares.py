"""Which uncertain figures the spread of a cost comes from: Sobol's first-order and total shares of its variance.

A first-order share is how much of the variance would go, on average, if the factor were known; a total share how much
would stay if only that factor were unknown. Where nothing interacts the two are equal and add up to one.

The method needs factors that are independent of one another. Figures that move together are therefore one factor: they
are drawn together, by a Gaussian copula within the factor, and their shares are never told apart. All figures that
matter little are one more factor, so that nothing is held fixed and the number of runs stays affordable.

Design and estimators: Saltelli and others (2010), Variance based sensitivity analysis of model output, Computer Physics
Communications 181(2), as SALib has them; its intervals are bootstrapped over the design's rows.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from microsim.scenario.uncertainty import OTHERS
from microsim.uncertainty.sampling import between_normals

CONFIDENCE = 0.95
RESAMPLES = 1000
EDGE = 2.0**-32  # quantiles stay this far from 0 and 1, where a distribution may have no value
COLUMNS = ("factor", "fields", "first_order", "first_order_interval", "total", "total_interval")


class Together(NamedTuple):
    """Fields that move together, with one rank correlation between any two of them."""

    name: str
    correlation: float
    fields: tuple[str, ...]


class Factor(NamedTuple):
    """What the variance is shared out to: one field, several that move together, or all that matter little."""

    name: str
    fields: tuple[str, ...]


def factors_of(fields: Sequence[str], swings: Sequence[float], together: Sequence[Together], most: int) -> list[Factor]:
    """The `most` factors with the largest swings, and the rest as one: every field is in exactly one of them.

    `swings` are the changes of the cost between each field's ends. Of fields that move together the swings add. A
    factor that moves nothing is among the rest.
    """
    swing = dict(zip(fields, swings, strict=True))
    joined = {name: group for group in together for name in group.fields if name in swing}
    found: dict[str, Factor] = {}
    for name in fields:
        group = joined.get(name)
        members = tuple(field for field in group.fields if field in swing) if group else (name,)
        label = group.name if group else name
        found.setdefault(label, Factor(label, members))
    size = {label: sum(swing[name] for name in factor.fields) for label, factor in found.items()}
    order = sorted(found.values(), key=lambda factor: -size[factor.name])  # stable: ties keep the order given
    chosen = [factor for factor in order[:most] if size[factor.name] > 0]
    named = {name for factor in chosen for name in factor.fields}
    rest = tuple(name for name in fields if name not in named)
    return [*chosen, Factor(OTHERS, rest)] if rest else chosen


def runs_needed(base: int, factors: Sequence[Factor]) -> int:
    """How many runs a design of `base` points takes."""
    return base * (len(factors) + 2)


def sobol_design(
    fields: Sequence[str], factors: Sequence[Factor], together: Sequence[Together], base: int, seed: int
) -> np.ndarray:
    """Quantiles in (0, 1) of every field in every run: float64 [runs_needed, fields].

    `base` is a power of two, and there are two factors or more: one alone has all of the variance.
    """
    from SALib.sample import sobol

    columns = [name for factor in factors for name in factor.fields]
    drawn = sobol.sample(_problem(factors), base, calc_second_order=False, seed=seed)
    quantiles = np.clip(drawn, EDGE, 1 - EDGE)
    for group in together:
        places = [columns.index(name) for name in group.fields if name in columns]
        quantiles[:, places] = correlated(quantiles[:, places], group.correlation)
    return np.asarray(quantiles[:, [columns.index(name) for name in fields]])


def correlated(quantiles: np.ndarray, correlation: float) -> np.ndarray:
    """Independent quantiles [runs, fields] made to have that rank correlation between any two fields.

    A Gaussian copula: each margin stays uniform. It is that of `latin_hypercube`, made of the fields' own quantiles
    alone: the design has no column for a common factor, and no slices to keep.
    """
    from scipy.special import ndtr, ndtri

    count = quantiles.shape[1]
    between = between_normals(correlation)
    matrix = np.full((count, count), between) + (1 - between) * np.eye(count)
    moved: np.ndarray = ndtr(ndtri(quantiles) @ np.linalg.cholesky(matrix).T)
    return np.clip(moved, EDGE, 1 - EDGE)


def variance_shares(factors: Sequence[Factor], costs: np.ndarray, seed: int) -> pd.DataFrame:
    """The shares of each factor (COLUMNS), from the cost of every run of the design, float64 [runs_needed].

    An interval is half the width of the 95 % interval. All shares are 0 where the cost is the same in every run.
    """
    from SALib.analyze import sobol

    costs = np.asarray(costs, np.float64)
    none = np.zeros(len(factors))
    found = {"S1": none, "S1_conf": none, "ST": none, "ST_conf": none}
    if np.ptp(costs) > 1e-9 * np.abs(costs).max():  # more than what rounding of sums leaves
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a resample in which every cost is the same
            found = sobol.analyze(
                _problem(factors), costs, calc_second_order=False, num_resamples=RESAMPLES, conf_level=CONFIDENCE,
                seed=seed,
            )  # fmt: skip
    return pd.DataFrame(
        {
            "factor": [factor.name for factor in factors],
            "fields": [", ".join(factor.fields) for factor in factors],
            "first_order": found["S1"], "first_order_interval": found["S1_conf"],
            "total": found["ST"], "total_interval": found["ST_conf"],
        }
    )  # fmt: skip


def _problem(factors: Sequence[Factor]) -> dict[str, object]:
    """What SALib calls the problem: a column for each field, in the order of factors, each group's together."""
    names = [name for factor in factors for name in factor.fields]
    groups = [factor.name for factor in factors for _ in factor.fields]
    problem: dict[str, object] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    return problem if len(factors) == len(names) else problem | {"groups": groups}
