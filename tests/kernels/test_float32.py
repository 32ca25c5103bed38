"""Single-precision mathematics against double precision, with the errors that the module states."""

from statistics import NormalDist

import numpy as np
import pytest

from microsim.kernels import float32
from microsim.kernels.jit import callable_from_python

numba = pytest.importorskip("numba")


def over(kernel, values, dtype=np.float32):
    function = callable_from_python(kernel)

    @numba.njit(error_model="numpy")
    def fill(values, out):
        for i in range(values.size):
            out[i] = function(values[i])

    out = np.zeros(values.size, dtype)
    fill(values, out)
    return out


def test_log():
    x = np.concatenate([np.geomspace(1e-30, 1e30, 40_001), np.linspace(0.9, 1.1, 20_001)]).astype(np.float32)
    exact = np.log(x.astype(np.float64))
    error = np.abs(over(float32.log, x) - exact)
    assert (error < 1e-7 + 2e-7 * np.abs(exact)).all()


def test_normal_quantile_in_the_centre_and_the_tails():
    words = np.concatenate([np.arange(0, 2**32, 1 << 16), np.arange(256), 2**32 - 1 - np.arange(256)])
    words = np.unique(words).astype(np.uint32)
    chance = ((words >> np.uint32(8)) + 0.5) / 2.0**24
    exact = np.array([NormalDist().inv_cdf(p) for p in chance])
    error = np.abs(over(float32.normal_quantile, words) - exact)
    centre = np.abs(exact) < 3
    assert error[centre].max() < 2e-6
    assert error.max() < 1e-5


def test_normal_quantile_is_symmetric_and_has_unit_variance():
    words = (np.arange(2**16, dtype=np.uint32) << np.uint32(16)) + np.uint32(2**15)
    draws = over(float32.normal_quantile, words).astype(np.float64)
    assert abs(draws.mean()) < 1e-4
    assert abs(draws.var() - 1) < 1e-3


def test_a_chance_of_one_always_happens_and_of_none_never():
    words = np.array([0, 1, 255, 256, 2**31, 2**32 - 1], np.uint32)
    draws = over(float32.uniform, words)
    assert (draws < np.float32(1)).all()
    assert (draws >= np.float32(0)).all()
