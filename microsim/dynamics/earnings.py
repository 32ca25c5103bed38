"""Pay from work: a lasting and a passing part of earning power, mapped to the published distribution of pay.

Earning power is a standard normal score, the weighted sum of a lasting part (an autoregression of order one) and a
yearly shock. The score's rank picks a point of the published pay distribution for the person's age and sex, which is
scaled by the local authority's relative pay and by growth in average earnings.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.float32 import normal_draws
from microsim.kernels.jit import kernel

_POINTS = np.uint32(64)
_FROM = np.float32(-4.0)
_PER_UNIT = np.float32(63.0 / 8.0)
_ZERO, _ONE = np.float32(0.0), np.float32(1.0)
_LAST = np.float32(62.9999)
_NEXT = np.uint32(1)


@kernel
def earn(people, age_sex, tables, words, score, year_index, count):
    """Move earning power on by a year and write `pay` (pounds a year; 0 without work; who is gone keeps the last one).

    `score` is scratch, float32.
    """
    persistent, pay = people.persistent, people.pay
    persistence, innovation = tables.persistence, tables.innovation
    weight, other_weight = tables.persistent_weight, tables.transitory_weight
    normal_draws(words[2], score, count)
    for i in range(np.uint64(count)):
        persistent[i] = persistence * persistent[i] + innovation * score[i]
    normal_draws(words[3], score, count)
    for i in range(np.uint64(count)):
        score[i] = weight * persistent[i] + other_weight * score[i]
    quantiles = tables.pay
    for i in range(np.uint64(count)):
        place = min(max((score[i] - _FROM) * _PER_UNIT, _ZERO), _LAST)
        point = np.uint32(place)
        row = np.uint32(np.uint32(age_sex[i] * _POINTS) + point)
        low = quantiles[row]
        score[i] = low + (place - np.float32(point)) * (quantiles[np.uint32(row + _NEXT)] - low)
    status, resident, area = people.work_status, people.resident, people.area
    relative, by_status = tables.area_pay, tables.status_pay
    index = tables.pay_index[year_index]
    for i in range(np.uint64(count)):
        here = np.float32(resident[i])  # 1 or 0: a select in arithmetic, which the compiler does not make a branch of
        earned = score[i] * relative[area[i]] * by_status[status[i]] * index
        pay[i] = earned * here + pay[i] * (_ONE - here)
