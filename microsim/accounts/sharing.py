"""Shares national money over the groups of a breakdown as another line is spread, to the penny."""

from __future__ import annotations

import numpy as np


def share_out(national: np.ndarray, spread: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`national` int64 [years] over groups in proportion to `spread` int64 [years, groups], and what cannot be shared.

    Each group's part is the difference of rounded running totals, so none is more than a unit off and all add up. What
    is left over, int64 [years], is all of it in years in which the line to share by is nothing.
    """
    running = np.cumsum(spread.astype(object), axis=1)  # of Python's integers: products do not fit 64 bits
    whole = running[:, -1:]
    can = (whole != 0)[:, 0]
    upto = (2 * national.astype(object)[:, None] * running + whole) // np.where(whole != 0, 2 * whole, 1)
    shares = np.where(can[:, None], np.diff(upto, axis=1, prepend=0), 0).astype(np.int64)
    return shares, np.where(can, 0, national)
