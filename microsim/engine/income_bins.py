"""The bins of equivalised income that who gains is kept by, and what taxes and benefits say of each person's income."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np

from microsim.engine.ledger import BINS_PER_DOUBLING, EARNINGS_BINS, LOWEST_DOUBLING
from microsim.kernels.boxed import opened
from microsim.kernels.jit import kernel
from microsim.population.columns import COMMUNAL
from microsim.taxes.lines import DEDUCTIONS, INCOMES

FINE, WIDE = np.uint32(1), np.uint32(5)  # bits by which bins of income, and the wide ones, are wider than of earnings
NOBODYS = np.uint16(EARNINGS_BINS)  # the bin after the last: people outside private households

_MANTISSA_BITS = np.uint32(16)
_FIRST_BIN = np.int32((127 + LOWEST_DOUBLING) * BINS_PER_DOUBLING)
_LAST_BIN = np.int32(EARNINGS_BINS - 1)
_COMMUNAL = np.uint8(COMMUNAL)
_ZERO = np.int32(0)
_HALF = np.float32(0.5)
_NEAR = 1024  # rows gone over together: what they add up to stays in the nearest cache


class Incomes(NamedTuple):
    """What the baseline's taxes and benefits say of each row in a year."""

    own: np.ndarray  # int64 pence, the person's part of the household's net income
    of_household: np.ndarray  # int64 pence, net income of the household on the head's row
    bins: np.ndarray  # uint16, the earnings bin of the equivalised income, NOBODYS outside private households
    over_pension_age: np.ndarray  # uint8

    @classmethod
    def make(cls, rows: int) -> Self:
        """Nothing yet of `rows` rows."""
        return cls(np.zeros(rows, np.int64), np.zeros(rows, np.int64), np.zeros(rows, np.uint16),
                   np.zeros(rows, np.uint8))  # fmt: skip


@kernel
def income_bin(income):
    """The earnings bin of an equivalised income, uint32; of none, or less than none, the first."""
    doublings = np.int32(np.int32(np.float32(income).view(np.uint32) >> _MANTISSA_BITS) - _FIRST_BIN)
    return np.uint32(min(max(doublings, _ZERO), _LAST_BIN)) if income > 0.0 else np.uint32(0)


def note_incomes(people, amounts, of_household, equivalised, over_pension_age, incomes, count):
    """Write the baseline's incomes of a year from what taxes and benefits have found, as the arguments are called in
    `TaxScratch` and `Means`."""
    people = opened(people)
    for first in range(0, count, _NEAR):
        _add_own_parts(amounts, incomes.own, first, min(first + _NEAR, count))
    _bin_incomes(people.resident, people.living, equivalised, incomes.bins, count)
    households, over = incomes.of_household, incomes.over_pension_age
    for i in range(np.uint64(count)):
        households[i] = of_household[i]
    for i in range(np.uint64(count)):
        over[i] = over_pension_age[i] >= _HALF


@kernel
def _bin_incomes(resident, living, equivalised, bins, count):
    for i in range(np.uint64(count)):
        private = (resident[i] != 0) & (living[i] != _COMMUNAL)
        bins[i] = np.uint16(income_bin(equivalised[i])) if private else NOBODYS


@kernel
def _add_own_parts(amounts, own, first, last):
    """Each person's own part of household net income, pence."""
    own[first:last] = 0
    for line in range(INCOMES[0], INCOMES[1]):
        part = amounts[line]
        for i in range(np.uint64(first), np.uint64(last)):
            own[i] += part[i]
    for line in range(DEDUCTIONS[0], DEDUCTIONS[1]):
        part = amounts[line]
        for i in range(np.uint64(first), np.uint64(last)):
            own[i] -= part[i]
