"""People leave England, and move within it, in the year that ends on this 1 April.

Immigrants are rows of their own (see `microsim.population.blocks`). A move within England happens at the local
authority's outward rate times a relative for age and sex, to an authority drawn in proportion to moves into it.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.float32 import uniform
from microsim.kernels.jit import kernel

_SHIFT = np.uint32(16)


@kernel
def leave(people, age_sex, emigration, words, count):
    """Those whose word is below the threshold for their age and sex are no longer resident."""
    resident, word = people.resident, words[1]
    for i in range(np.uint64(count)):
        resident[i] = np.uint8(resident[i] & np.uint8(word[i] >= emigration[age_sex[i]]))


@kernel
def move(people, age_sex, tables, words, count):
    """A few in a hundred change local authority."""
    resident, area = people.resident, people.area
    happens, destination = words[2], words[3]
    rate, relative, to = tables.move_rate, tables.move_relative, tables.destination
    for i in range(np.uint64(count)):
        chance = rate[area[i]] * relative[age_sex[i]]
        if (uniform(happens[i]) < chance) & (resident[i] != 0):
            area[i] = to[destination[i] >> _SHIFT]
