"""How probabilities become the flat tables that the compiled year looks up.

Chances are uint32 thresholds: an event happens when a random word is below the threshold. Tables are flat with one
unsigned key, because two-dimensional look-ups stop the compiler from vectorising.
"""

from __future__ import annotations

import numpy as np

from microsim.population.people import AGE_SEX_KEYS


def thresholds(chance: np.ndarray) -> np.ndarray:
    """Chances as uint32 thresholds: P(word < threshold) is the chance, to 2**-32; a chance of 1 is 2**-32 short."""
    scaled = np.clip(np.rint(np.asarray(chance, np.float64) * 2.0**32), 0.0, 2.0**32 - 1.0)
    return scaled.astype(np.uint32)


def by_age_sex(values: np.ndarray, first_age: int) -> np.ndarray:
    """Spread [..., ages, 2, ...] values over flat age_sex keys [AGE_SEX_KEYS, ...]; ages outside repeat the ends."""
    ages = np.clip(np.arange(AGE_SEX_KEYS // 2) - first_age, 0, values.shape[0] - 1)
    return values[ages].reshape(AGE_SEX_KEYS, *values.shape[2:])


def cumulative(chances: np.ndarray) -> np.ndarray:
    """Chances below each state but the last, [states - 1, keys] flat, from chances [keys..., states]."""
    inner = np.cumsum(chances, axis=-1)[..., :-1].reshape(-1, chances.shape[-1] - 1)
    return np.ascontiguousarray(np.minimum(inner, 1.0).T).reshape(-1)
