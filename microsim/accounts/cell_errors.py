"""The simulation error of a cell of a breakdown, worked out from its line's: cells are too many for random groups.

A generalised variance function (Wolter, Introduction to Variance Estimation, 2007, chapter 7). A cell is taken as a
random part of its line: people have an amount of the line in the same way in every cell, and it is chance who of the
simulated people is in which. With a line's total T, its standard error e, a cell's share s of the total and n simulated
people, the variance of the cell is

    s e² + s (1 - s) T² / n

For a line that few people have, the first part is nearly all: a tenth of a line has a relative error that is larger by
the root of ten. For a count of everybody, whose total is known, the second is: the binomial variance.
"""

from __future__ import annotations

import numpy as np


def cell_errors(amounts: np.ndarray, error: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Standard errors [years, cells] of `amounts` [years, cells] in their unit, from that of their total, `error`
    [years], and the number of simulated `people` [years].

    Where a line has amounts of both signs shares are of their sizes, and an error is rough.
    """
    size = np.abs(amounts)
    total = size.sum(axis=1, keepdims=True)
    share = np.divide(size, total, out=np.zeros(size.shape), where=total > 0)
    chance = np.divide(total**2, people[:, None], out=np.zeros(total.shape), where=people[:, None] > 0)
    found: np.ndarray = np.sqrt(share * error[:, None] ** 2 + share * (1.0 - share) * chance)
    return found
