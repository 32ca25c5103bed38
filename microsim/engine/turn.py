"""The compiled turn of one measure in a year, and its sums. It is compiled for each measure apart."""

from __future__ import annotations

import numpy as np

from microsim.engine.ledger import add_line, add_total
from microsim.kernels.boxed import opened
from microsim.kernels.jit import kernel
from microsim.measures.contract import EVERYWHERE, cost
from microsim.measures.listed import list_rows


def apply_measure(own, people, clock, groups, room, effects, lines, held, places, ledger):
    """A measure's year, by the kernel that belongs to its State, and its sums.

    `held` uint8 says which of `lines` hold anything from the turn before, `room` where. Only what was written is set to
    nothing again, and only where something may stand is anything added: to go over all lines of all rows takes several
    times longer than what most measures do in a year.
    """
    people, room, ledger = opened(people), opened(room), opened(ledger)
    _clear(lines, held, room)
    cost(own, people, clock, groups.age_sex, room, effects, lines)
    for line in range(len(places)):
        values, rows, count = lines[line], room.rows, room.listed[line]
        if count == EVERYWHERE:
            rows, count = room.spare, np.int64(list_rows(values, room.spare, clock.rows))
        if count == 0:
            continue
        if places[line] >= 0:
            some = add_line(ledger, places[line], values, rows, count, people, effects.area, groups, clock.year_index)
        else:
            some = add_total(ledger, -1 - places[line], values, rows, count, people, clock.year_index)
        held[line] = some


@kernel
def _clear(lines, held, room):
    """Make all lines nothing, and any row again one that may be written."""
    listed, rows = room.listed, room.rows
    for line in range(len(held)):
        if held[line] != 0:
            held[line] = 0
            if listed[line] == EVERYWHERE:
                lines[line] = 0
                continue
            values = lines[line]
            for n in range(np.uint64(listed[line])):
                values[rows[n]] = 0
    for line in range(len(listed)):
        listed[line] = EVERYWHERE
