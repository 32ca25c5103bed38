"""The compiled turn of one measure in a year, and its sums. It is compiled for each measure apart."""

from __future__ import annotations

import numpy as np

from microsim.engine.ledger import add_line, add_total
from microsim.kernels.jit import kernel
from microsim.measures.contract import cost

_LOOK = np.uint64(1024)  # values looked at together


def apply_measure(own, people, clock, groups, room, effects, lines, held, places, ledger):
    """A measure's year, by the kernel that belongs to its State, and its sums.

    `held` uint8 says which of `lines` hold anything from the turn before. Many are nothing in most years: to look at
    them costs less than to write them or to add them up.
    """
    count, index = clock.rows, clock.year_index
    for line in range(len(held)):
        if held[line] != 0:
            lines[line] = 0
            held[line] = 0
    cost(own, people, clock, groups.age_sex, room, effects, lines)
    for line in range(len(places)):
        if not _holds_any(lines[line], count):
            continue
        held[line] = 1
        if places[line] >= 0:
            add_line(ledger, places[line], lines[line], people, effects.area, groups, index, count)
        else:
            add_total(ledger, -1 - places[line], lines[line], people, index, count)


@kernel
def _holds_any(values, count):
    """Whether one of the first `count` values (int32) is not nothing."""
    end = np.uint64(count)
    first = np.uint64(0)
    while first < end:
        last = min(np.uint64(first + _LOOK), end)
        found = np.int32(0)
        for i in range(first, last):
            found = np.int32(found | values[i])
        if found != 0:
            return True
        first = last
    return False
