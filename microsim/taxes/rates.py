"""Rates of a year for compiled rules: tables [years, fields], and one row of a table as plain numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numba.extending import overload
from numba.np.unsafe.ndarray import to_fixed_tuple

from microsim.parameters.load import Parameters


def rates_table(rates_of: Callable[[Parameters, int], Any], parameters: Parameters, years: Sequence[int]) -> np.ndarray:
    """The rates of each year by a rules module's own function: float64 [years, fields]."""
    return np.array([tuple(rates_of(parameters, year)) for year in years], np.float64)


def numbers(row, size):
    """The first `size` values of a row of a table as a tuple, which compiled code can make a NamedTuple of.

    `size` is a constant. Numbers by value, not an array, are what the compiler can keep in registers.
    """
    return tuple(row[:size])


@overload(numbers, prefer_literal=True)
def _numbers(row, size):
    length = size.literal_value

    def first(row, size):
        return to_fixed_tuple(row, length)

    return first
