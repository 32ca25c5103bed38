"""Sums as they travel: of each array only what is not nothing, as places in the flattened array and values.

A batch of blocks is a few local authorities, so most of the 160 MB that a run's sums take is nothing.
"""

from __future__ import annotations

import numpy as np

from microsim.engine.run import Results

Packed = dict[str, tuple[np.ndarray, np.ndarray]]  # by name: places uint32, values


def pack(sums: Results) -> Packed:
    """What is not nothing."""
    packed = {}
    for name, array in sums.arrays().items():
        flat = array.reshape(-1)
        places = np.flatnonzero(flat)
        packed[name] = places.astype(np.uint32), flat[places]
    return packed


def add_packed(total: Results, packed: Packed) -> None:
    """Add another process's sums to `total`."""
    for name, array in total.arrays().items():
        places, values = packed[name]
        array.reshape(-1)[places] += values  # no place is there twice
