"""A model value with the sampling error of the simulation alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

THOUSANDTHS = 1000.0


class Estimate(NamedTuple):
    """The model's value and one standard error of the simulation."""

    value: float
    error: float


def share(part: float, whole: float, weight: float) -> Estimate:
    """A share with its binomial error, from thousandths of people; `weight` is the people each person stands for."""
    value = part / whole if whole else np.nan
    people = whole / THOUSANDTHS / weight
    return Estimate(value, float(np.sqrt(max(value * (1 - value), 0.0) / people)) if people else np.nan)


def number(thousandths: float, weight: float) -> Estimate:
    """A number of people with the square root of the weighted count as its error."""
    people = thousandths / THOUSANDTHS
    return Estimate(people, float(np.sqrt(weight * people)))


def add(into: np.ndarray, rows: np.ndarray, weight: np.ndarray, *keys: np.ndarray) -> None:
    """Add the weights of `rows` (true where counted) to the cell that `keys` name, one array for each axis."""
    cell = np.zeros(np.count_nonzero(rows), np.int64)
    for key, length in zip(keys, into.shape, strict=True):
        cell *= length
        cell += key[rows].astype(np.int64)
    np.add.at(into.reshape(-1), cell, weight[rows].astype(np.int64))
