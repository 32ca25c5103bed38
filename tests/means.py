"""A block at the reference date with a year's pay, as tests of pensions, wealth and loans look at it."""

import functools
from typing import NamedTuple

import numpy as np

from microsim.dynamics.earnings import earn, earnings_tables, who_works
from microsim.dynamics.means import Means
from microsim.kernels.jit import callable_from_python
from microsim.kernels.random import PAY, random_words
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample
from microsim.population.people import People

compiled = functools.cache(callable_from_python)
YEARS = (2024, 2025, 2026, 2040)


class Made(NamedTuple):
    """Residents of a sample, their keys at 1 April 2024, and people each stands for."""

    people: People
    age_sex: np.ndarray
    weight: np.ndarray
    count: int

    @property
    def age(self):
        return self.age_sex.astype(int) // 2

    def total(self, values):
        """Sum over England, in billions."""
        return float((values[: self.count].astype(float) * self.weight).sum()) / 1e9

    def number(self, held):
        """People, in millions."""
        return float(self.weight[held[: self.count].astype(bool)].sum()) / 1e6


def made_block(england, share=1 / 200, seed=11):
    """Everybody resident at mid-2024, with pay of 2024-25."""
    people = Sample(england, share, seed=seed, last_year=2025, block_rows=2_000_000).make(0).people
    count = int(people.resident.sum())
    people = People(*(column[:count].copy() for column in people))
    age_sex = (2 * np.clip(YEARS[0] - people.cohort - 1, 0, 110) + people.sex).astype(np.uint32)
    words, whole = np.empty((4, count), np.uint32), np.zeros((2, count), np.uint32)
    half = np.zeros((2, count), np.float32)
    callable_from_python(random_words)(words, people.id, seed, 0, YEARS[0], PAY, count)
    workers = callable_from_python(who_works)(people, whole[0], count)
    callable_from_python(earn)(
        people, age_sex, earnings_tables(england, load_parameters(), YEARS), words, np.zeros(count, np.uint8), whole[0],
        np.uint64(workers), half[0], half[1], whole[1], 0, count,
    )  # fmt: skip
    return Made(people, age_sex, people.weight / 1000.0, count)


def means_of(kernel, made, tables, year_index=0, by_age=True):
    """What a kernel writes for a block."""
    means = Means.make(made.count)
    keys = (made.age_sex,) if by_age else ()
    compiled(kernel)(made.people, *keys, tables, means, year_index, made.count)
    return means
