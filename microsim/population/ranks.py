"""Ranks that go with lasting earning power and with the place in attainment: what people of means are drawn by.

A rank is uniform over everybody, and by the weights it goes with the two: its normal score is their weighted sum and a
draw of its own (a Gaussian copula). It is set once, from what a person starts with.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from microsim.kernels.float32 import normal_quantile
from microsim.kernels.jit import compile_driver, kernel
from microsim.kernels.random import FIRST_MEANS, random_words
from microsim.population.people import People

PENSION, WEALTH, LOAN = range(3)  # the word of FIRST_MEANS that a rank is drawn from
_WORDS = 2.0**32


class Weights(NamedTuple):
    """Correlations of a rank's normal score with lasting earning power and with the place in attainment, and the rest.

    The squares add up to one, as the three are drawn apart.
    """

    persistent: float
    place: float
    own: float

    @classmethod
    def of(cls, persistent: float, place: float) -> Weights:
        """Raises ValueError where the two correlations leave nothing for the draw."""
        return cls(persistent, place, math.sqrt(1.0 - persistent**2 - place**2))


def assign_rank(people: People, rank: np.ndarray, word: int, weights: Weights, seed: int) -> None:
    """Fill `rank` (uint32 [rows], a column of `people`) from the draw `word` of FIRST_MEANS."""
    words = np.empty((4, len(people.id)), np.uint32)
    compile_driver(draw_ranks)(rank, people.persistent, people.learning_rank, people.id, words, word, weights, seed)


def draw_ranks(rank, persistent, learning_rank, identity, words, word, weights, seed):  # type: ignore[no-untyped-def]
    """Fill `rank`: see `assign_rank`."""
    random_words(words, identity, seed, 0, 0, FIRST_MEANS, identity.size)
    for i in range(np.uint64(identity.size)):
        score = (
            weights.persistent * np.float64(persistent[i])
            + weights.place * np.float64(normal_quantile(learning_rank[i]))
            + weights.own * np.float64(normal_quantile(words[word, i]))
        )
        rank[i] = np.uint32(min(normal_share(score) * _WORDS, _WORDS - 1.0))


@kernel
def normal_share(score):  # type: ignore[no-untyped-def]
    """The share of a standard normal distribution below `score`, to 2e-7: by additions, multiplications and one
    division, whose bits are the same on every processor.

    Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 7.1.28.
    """
    x = abs(score) * 0.7071067811865476
    series = 0.0002765672 + x * 0.0000430638
    series = 0.0092705272 + x * (0.0001520143 + x * series)
    series = 1.0 + x * (0.0705230784 + x * (0.0422820123 + x * series))
    for _ in range(4):  # to the power of 16
        series = series * series
    tail = 0.5 / series
    return 1.0 - tail if score > 0.0 else tail
