"""Deaths in the year that ends on this 1 April, by single age and sex at the projected rates."""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel


@kernel
def die(people, age_sex, death, words, count):
    """Those whose word is below the threshold for their age and sex are no longer resident."""
    resident, word = people.resident, words[0]
    for i in range(np.uint64(count)):
        resident[i] = np.uint8(resident[i] & np.uint8(word[i] >= death[age_sex[i]]))
