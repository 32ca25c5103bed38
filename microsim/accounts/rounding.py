"""From weighted integer sums to pence and people, so that the parts of a total still add up to it."""

from __future__ import annotations

import numpy as np

WEIGHT_UNIT = 1000  # a weight of 1 person is 1,000 thousandths


def whole_units(sums: np.ndarray) -> np.ndarray:
    """Sums [..., groups] in thousandths, as whole units that add up over groups to the rounded total.

    Each group's figure is the difference of rounded running totals, so none is more than one unit off, and a sum
    that is whole already (any 1-in-K sample) is unchanged.
    """
    running = np.cumsum(sums, axis=-1)
    rounded = (running + WEIGHT_UNIT // 2) // WEIGHT_UNIT
    return np.diff(rounded, axis=-1, prepend=0)


class Deflators:
    """Turns cash of each year into real terms and present value, in whole pence per cell.

    `index` [years] is the price level relative to the base year, `discount` [years] the present value of a pound in
    real terms. Totals over years are sums of these cells.
    """

    def __init__(self, index: np.ndarray, discount: np.ndarray) -> None:
        self.index = index
        self.discount = discount

    @property
    def value_of_a_pound(self) -> np.ndarray:
        """Present value [years] in the prices of the base year of a pound of each year."""
        return np.asarray(self.discount / self.index)

    @property
    def worth_of_a_pound(self) -> np.ndarray:
        """What a pound of each year is worth, float64 [3, years]: as it is, in real terms and as a present value."""
        return np.stack([np.ones_like(self.index), 1.0 / self.index, self.value_of_a_pound])

    def real(self, pence: np.ndarray) -> np.ndarray:
        """Pence [..., years] in the prices of the base year."""
        return np.rint(pence / self.index).astype(np.int64)

    def present_value(self, pence: np.ndarray) -> np.ndarray:
        """Pence [..., years] in the prices of the base year, discounted."""
        return np.rint(pence / self.index * self.discount).astype(np.int64)
