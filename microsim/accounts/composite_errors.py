"""The simulation error of a small cell: of a sum over people by groups that are too many for random groups.

A generalised variance function (Wolter, Introduction to Variance Estimation, 2007, chapter 7) with a composite share.
A cell is taken as a random part of its total: with the total's standard error e, the sum T of the sizes of all cells
and n simulated people, the variance of a cell is

    s e² + c (1 - c) T² / n

where c is the cell's share of the amounts. For an amount that few people have the first part is nearly all, with s of
c; but in a small cell that share is chance itself, and one in which nobody was found to have any may have some. So s is
the mean of c and of the cell's share of people. The second part is for what everybody has, a count of people above all,
of which the total is known: the binomial variance. Where the population's margins fix who is in a cell it is too large.
"""

from __future__ import annotations

import numpy as np


def composite_errors(amounts: np.ndarray, error: np.ndarray, people: np.ndarray, simulated: np.ndarray) -> np.ndarray:
    """Standard errors [..., cells] of `amounts` [..., cells] in their unit, from the `error` [...] of their total, the
    `people` [..., cells] of each cell and how many are `simulated` [...] in all.

    Amounts of both signs count by their size, and their errors are rough.
    """
    share = shares(amounts)
    size = np.abs(np.asarray(amounts, np.float64)).sum(axis=-1)
    chance = share * (1.0 - share) * (size**2 / np.maximum(simulated, 1))[..., None]
    of_total = (share + shares(people)) / 2 * np.asarray(error)[..., None] ** 2
    return np.asarray(np.sqrt(of_total + chance))


def shares(amounts: np.ndarray) -> np.ndarray:
    """The part of each cell in the sizes of all, float64 [..., cells]; nothing where all are nothing."""
    size = np.abs(np.asarray(amounts, np.float64))
    found: np.ndarray = size / np.maximum(size.sum(axis=-1, keepdims=True), np.finfo(float).tiny)
    return found
