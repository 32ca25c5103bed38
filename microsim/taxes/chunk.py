"""Chunks of rows, which taxes are worked out by: what is found on the way stays in the nearest cache.

The columns of a chunk are parts of one flat array, at places that the compiler knows: it sees that they do not overlap,
and works on several rows at a time however many columns a rule is about.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel

CHUNK = 1024  # rows
_LENGTH = CHUNK + 8  # of a column: a multiple of the cache's size would put all columns at the same places of it


@kernel
def column(number):
    """Where a column starts."""
    return np.uint64(number * _LENGTH)


def chunk_columns(columns: int, kind: type[np.generic] = np.float64) -> np.ndarray:
    """Room for so many columns."""
    return np.zeros(columns * _LENGTH, kind)
