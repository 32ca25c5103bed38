"""The compiled loop that adds people to the cells of a breakdown of a scenario's own."""

from __future__ import annotations

import numpy as np


def add_cells(
    values: np.ndarray, rows: np.ndarray, weight: np.ndarray, cells: np.ndarray, sums: np.ndarray, count: int
) -> None:
    """Add some rows of `values` (integers [all rows, people]), weighted, to `sums` int64 [rows, cells]."""
    for place in range(len(rows)):
        part, mine = values[rows[place]], sums[place]
        for i in range(np.uint64(count)):
            if part[i] != 0:
                mine[cells[i]] += np.int64(part[i]) * np.int64(weight[i])
