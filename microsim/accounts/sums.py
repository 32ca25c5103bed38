"""A sum over people with its parts by random group of households, from which its simulation error is estimated."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import NamedTuple

import numpy as np

from microsim.accounts.simulation_error import standard_error
from microsim.population.columns import RANDOM_GROUPS


class Sum(NamedTuple):
    """`total` int64 [..., years], whole pence or people; `groups` float64 [..., years, RANDOM_GROUPS], its parts."""

    total: np.ndarray
    groups: np.ndarray

    def plus(self, other: Sum, sign: int = 1) -> Sum:
        """The sum of both, or with a `sign` of -1 what this is more than the other."""
        return Sum(self.total + sign * other.total, self.groups + sign * other.groups)

    def times(self, sign: int) -> Sum:
        """The same with the sign."""
        return Sum(sign * self.total, sign * self.groups)

    def within(self, span: slice) -> Sum:
        """Some of the years."""
        return Sum(self.total[..., span], self.groups[..., span, :])

    def error(self, adults: np.ndarray) -> np.ndarray:
        """One standard error float64 [..., years], given the adults of each group [years, RANDOM_GROUPS]."""
        return standard_error(self.groups, adults)


def added(sums: Iterable[Sum], years: int) -> Sum:
    """All of them together, over so many years; nothing where there are none."""
    return reduce(Sum.plus, sums, Sum(np.zeros(years, np.int64), np.zeros((years, RANDOM_GROUPS))))
