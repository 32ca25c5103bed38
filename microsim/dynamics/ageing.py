"""A new financial year begins: everybody's age, and arrivals who become present."""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.population.people import LAST_AGE

_LAST_AGE = np.int32(LAST_AGE)
_ONE = np.int32(1)


@kernel
def grow_older(people, age_sex, year, count):
    """Write each person's key age x 2 + sex; age is in whole years on 1 April of `year` (a cohort is a birth year)."""
    cohort, sex = people.cohort, people.sex
    this_year = np.int32(year)
    for i in range(np.uint64(count)):
        age = min(np.int32(np.int32(this_year - cohort[i]) - _ONE), _LAST_AGE)
        age_sex[i] = np.uint32(np.uint32(age + age) + np.uint32(sex[i]))


@kernel
def arrive(people, already, count):
    """People in rows `already` to `count` are present from this 1 April: they turned 16 or immigrated."""
    resident = people.resident
    for i in range(np.uint64(already), np.uint64(count)):
        resident[i] = np.uint8(1)
