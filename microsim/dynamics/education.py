"""Highest qualifications rise in youth, so that each birth year passes through the published levels by age.

The chances couple the fitted distributions at one age and the next without anybody going down.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.population.people import AGE_SEX_KEYS, QUALIFICATIONS

_LEVELS = np.uint32(len(QUALIFICATIONS))
_KEYS = np.uint32(AGE_SEX_KEYS * len(QUALIFICATIONS))
_STEPS = np.uint32(len(QUALIFICATIONS) - 1)
_ONE = np.uint32(1)
_TWO = np.uint32(2)


@kernel
def learn(people, age_sex, tables, words, count):
    """The year's gain in highest qualification, from the age of a year ago."""
    resident, qualification, word = people.resident, people.qualification, words[1]
    table = tables.qualification
    last = np.uint32(2 * tables.last_learning_age + 3)  # aged up to `last_learning_age` a year ago
    for i in range(np.uint64(count)):
        if (age_sex[i] <= last) & (resident[i] != 0):
            key = (age_sex[i] - _TWO) * _LEVELS + np.uint32(qualification[i])
            level = np.uint32(0)
            for step in range(_STEPS):
                level += np.uint32(word[i] >= table[step * _KEYS + key])
            qualification[i] = np.uint8(level)
