"""Work status from one year to the next: employee, self-employed, unemployed, inactive, retired.

Chances depend on age, sex, qualification and last year's status. They are survey flows adjusted as little as possible
(relative entropy) to keep the official rates by age.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.population.people import AGE_SEX_KEYS, QUALIFICATIONS, WORK_STATUSES

_LEVELS = np.uint32(len(QUALIFICATIONS))
_STATUSES = np.uint32(len(WORK_STATUSES))
_KEYS = np.uint32(AGE_SEX_KEYS * len(QUALIFICATIONS) * len(WORK_STATUSES))
_TWICE = np.uint32(_KEYS + _KEYS)
_THRICE = np.uint32(_TWICE + _KEYS)
_TWO = np.uint32(2)


@kernel
def change_work(people, age_sex, tables, words, key, count):
    """Draw this year's status from the age, qualification and status of a year ago; who is gone keeps the last one.

    `key` is scratch, uint32.
    """
    qualification, status, word = people.qualification, people.work_status, words[0]
    resident = people.resident
    table = tables.work
    for i in range(np.uint64(count)):
        row = np.uint32(np.uint32(np.uint32(age_sex[i] - _TWO) * _LEVELS) + np.uint32(qualification[i]))
        key[i] = np.uint32(np.uint32(row * _STATUSES) + np.uint32(status[i]))
    for i in range(np.uint64(count)):
        k = key[i]
        w = word[i]
        drawn = (
            np.uint8(w >= table[k])
            + np.uint8(w >= table[np.uint32(k + _KEYS)])
            + np.uint8(w >= table[np.uint32(k + _TWICE)])
            + np.uint8(w >= table[np.uint32(k + _THRICE)])
        )
        status[i] = np.uint8(drawn) if resident[i] != 0 else status[i]
