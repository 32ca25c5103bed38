"""Single-precision mathematics that the compiler can vectorise and that gives the same bits on every processor.

Only additions, multiplications, divisions, square roots and selects of IEEE single precision are used, each of which
has one correct result. The errors stated here are tested over the whole range.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel

_HALF = np.float32(0.5)
_ONE = np.float32(1.0)
_TWO_TO_MINUS_24 = np.float32(2.0**-24)
_FOUR = np.float32(4.0)
_ZERO = np.float32(0.0)
_MIDDLE = np.uint32(2**23)
_LAST = np.uint32(2**24 - 1)

# Natural logarithm of m in [sqrt(1/2), sqrt(2)): an odd polynomial in s = (m - 1) / (m + 1).
_LN_2 = np.float32(0.6931471805599453)
_SQRT_2_BITS = np.int32(0x3F3504F3)  # sqrt(1/2)
_MANTISSA = np.int32(23)
_L1, _L3, _L5, _L7, _L9 = (np.float32(2.0 / n) for n in (1, 3, 5, 7, 9))

# Giles, "Approximating the erfinv function", GPU Computing Gems (2012): coefficients of the single-precision form.
_CENTRAL = tuple(
    np.float32(c)
    for c in (2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
              -0.00125372503, -0.00417768164, 0.246640727, 1.50140941)
)  # fmt: skip
_TAIL = tuple(
    np.float32(c)
    for c in (-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
              -0.0076224613, 0.00943887047, 1.00167406, 2.83297682)
)  # fmt: skip
_C0, _C1, _C2, _C3, _C4, _C5, _C6, _C7, _C8 = _CENTRAL
_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7, _T8 = _TAIL
_CENTRE = np.float32(2.5)
_TAIL_CENTRE = np.float32(3.0)
_TAIL_FROM = np.float32(5.0)
_SQRT_2 = np.float32(1.4142135623730951)


@kernel
def uniform(word):
    """A uniform draw on [0, 1) from the top 24 bits of `word` (uint32): a chance of 1 always happens, of 0 never."""
    return np.float32(word >> np.uint32(8)) * _TWO_TO_MINUS_24


@kernel
def shift_odds(word, odds):
    """A uniform draw from `word` that falls below any chance p as if its odds p / (1 - p) were `odds` times as large.

    Comparing one such draw with several thresholds is an ordered logit whose cuts all move by log(odds).
    """
    u = uniform(word)
    return u / (u + (_ONE - u) * odds)


@kernel
def log(x):
    """Natural logarithm of a positive, normal float32. Relative error below 2e-7, near 1 absolute below 1e-7."""
    bits = np.float32(x).view(np.int32)
    exponent = np.int32(np.int32(bits - _SQRT_2_BITS) >> _MANTISSA)
    mantissa = np.int32(bits - np.int32(exponent << _MANTISSA)).view(np.float32)
    s = (mantissa - _ONE) / (mantissa + _ONE)
    z = s * s
    series = _L1 + z * (_L3 + z * (_L5 + z * (_L7 + z * _L9)))
    return np.float32(exponent) * _LN_2 + s * series


@kernel
def normal_quantile(word):
    """A standard normal draw from the top 24 bits of `word`, by the inverse distribution function.

    The draw is the quantile of (k + 1/2) / 2**24, so it lies within +-5.42. Absolute error below 2e-6 in the
    centre and 1e-5 in the tails.
    """
    k = np.uint32(word >> np.uint32(8))
    below = k < _MIDDLE
    nearer_end = k if below else np.uint32(_LAST - k)
    tail = (np.float32(nearer_end) + _HALF) * _TWO_TO_MINUS_24
    x = _ONE - (tail + tail)
    w = -log(_FOUR * tail * (_ONE - tail))
    c = w - _CENTRE
    central = _C0
    central = _C1 + central * c
    central = _C2 + central * c
    central = _C3 + central * c
    central = _C4 + central * c
    central = _C5 + central * c
    central = _C6 + central * c
    central = _C7 + central * c
    central = _C8 + central * c
    t = np.sqrt(max(w, _ZERO)) - _TAIL_CENTRE
    outer = _T0
    outer = _T1 + outer * t
    outer = _T2 + outer * t
    outer = _T3 + outer * t
    outer = _T4 + outer * t
    outer = _T5 + outer * t
    outer = _T6 + outer * t
    outer = _T7 + outer * t
    outer = _T8 + outer * t
    value = (central if w < _TAIL_FROM else outer) * x * _SQRT_2
    return -value if below else value


@kernel
def normal_draws(word, out, count):
    """Fill `out` (float32) with the standard normal draws of `word` (uint32). In a pass of its own: fused with more
    arithmetic the loop needs too many registers and takes three times as long."""
    for i in range(np.uint64(count)):
        out[i] = normal_quantile(word[i])
