"""Lists of the rows that a step is about, so that it goes over those alone.

A condition that nobody could foretell is written as a mask in a pass of its own, on whole vectors; the list is then
made without a branch. Both together take less than a nanosecond a row.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel


@kernel
def list_rows(mask, rows, count):
    """Write the rows of the first `count` where `mask` (uint8, 0 or 1) is 1 into `rows` (uint32 [count]), in order.

    Returns how many there are, uint64.
    """
    found = np.uint64(0)
    for i in range(np.uint64(count)):
        rows[found] = np.uint32(i)  # overwritten by the next row unless this one is of the list
        found += np.uint64(mask[i])
    return found
