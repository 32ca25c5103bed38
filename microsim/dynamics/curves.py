"""Curves of amounts by how near the top of its holders somebody stands, for distributions with long tails.

A curve has POINTS amounts, at shares of holders from 2**-16 (as much is held by one in 65,536) to 1 (by everybody):
four steps to each doubling, straight lines between them. The place on it is read off the bits of the share.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from microsim.kernels.jit import kernel

POINTS = 65
_DOUBLINGS, _STEPS = 16, 4
_FIRST_BITS = np.int32((127 - _DOUBLINGS) << 23)  # of 2**-16 as a float32
_PER_STEP = np.float32(2.0**-21)
_LAST = np.float32(63.99999)
_ZERO, _HALF = np.float32(0.0), np.float32(0.5)
_WORD = np.float32(2.0**-24)
_TOP = np.uint32(2**24 - 1)
_BYTE = np.uint32(8)
_WORDS, _GOLDEN = np.uint64(0xFFFFFFFF), np.uint64(0x9E3779B9)
_MIX_1, _MIX_2 = np.uint64(0x7FEB352D), np.uint64(0x846CA68B)
_FIFTEEN, _SIXTEEN = np.uint64(15), np.uint64(16)


def shares() -> np.ndarray:
    """The share of holders at each point [POINTS]."""
    step = np.arange(POINTS)
    return np.asarray(2.0 ** (step // _STEPS - _DOUBLINGS) * (1.0 + step % _STEPS / _STEPS), np.float64)


def mean_of(curve: np.ndarray) -> float:
    """The mean of a curve over all holders."""
    share = shares()
    return float(curve[0] * share[0] + np.sum(np.diff(share) * (curve[1:] + curve[:-1]) / 2.0))


def lognormal(spread: float) -> np.ndarray:
    """A lognormal curve with mean 1 whose logarithm has standard deviation `spread`; the least is nothing."""
    quantile = NormalDist().inv_cdf
    curve = np.array([np.exp(spread * quantile(1.0 - share)) if share < 1.0 else 0.0 for share in shares()])
    return np.asarray(curve / mean_of(curve), np.float32)


def weibull(shape: float) -> np.ndarray:
    """A Weibull curve with mean 1: many small amounts and a thinner tail than a lognormal one."""
    curve = (-np.log(shares())) ** (1.0 / shape)
    return np.asarray(curve / mean_of(curve), np.float32)


@kernel
def from_top(rank):
    """The share of people with at least the rank (uint32), as float32 between 0 and 1, never 0."""
    return (np.float32(np.uint32(_TOP - np.uint32(rank >> _BYTE))) + _HALF) * _WORD


@kernel
def curve_place(share):
    """The place on a curve, 0 to below POINTS - 1, of a share (float32) above 0; shares above 1 are taken as 1."""
    bits = np.int32(np.float32(share).view(np.int32) - _FIRST_BITS)
    return min(max(np.float32(bits) * _PER_STEP, _ZERO), _LAST)


@kernel
def scatter(rank, number):
    """Another uniform uint32 made of a rank, as good as independent of it; `number` (uint32) says which.

    The finalising steps of a hash (Wellons, "Prospecting for hash functions", 2018: lowbias32), in 64-bit arithmetic on
    32-bit values, which nothing can overflow.
    """
    mixed = np.uint64(np.uint64(rank) + np.uint64(number) * _GOLDEN) & _WORDS
    mixed = ((mixed ^ (mixed >> _SIXTEEN)) * _MIX_1) & _WORDS
    mixed = ((mixed ^ (mixed >> _FIFTEEN)) * _MIX_2) & _WORDS
    return np.uint32(mixed ^ (mixed >> _SIXTEEN))
