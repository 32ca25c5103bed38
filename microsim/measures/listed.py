"""For kernels that matter to few rows: lists of rows, and draws for those listed alone.

A measure that reaches a few per cent of people need not look at the others: it sets a flag for each row in one plain
pass, lists the rows flagged, and works on the list. If it tells the engine how long the list is (`Room.listed`), nobody
looks at the other rows of its lines either. See the contract's `Room`.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.kernels.random import random_words

_TOGETHER = np.uint64(64)  # values looked at at once: most are nothing


@kernel
def list_rows(flags, rows, count):
    """Write the places of whatever is not 0 among the first `count` of `flags` (integers) into `rows` (uint32), in
    order. Gives how many there are.

    Where there is anything among `_TOGETHER`, each place is written, and the next one over it if it was none: a branch
    for each would be foretold wrongly too often.
    """
    end, found, first = np.uint64(count), np.uint64(0), np.uint64(0)
    while first < end:
        last = min(np.uint64(first + _TOGETHER), end)
        some = flags[first] ^ flags[first]
        for i in range(first, last):
            some |= flags[i]
        if some != 0:
            for i in range(first, last):
                rows[found] = np.uint32(i)
                found += np.uint64(flags[i] != 0)
        first = last
    return found


@kernel
def draw_for_rows(room, rows, people, clock, year, group, count):
    """The words of `random_words` for the people in the first `count` of `rows`, in the order of the list."""
    ids, person = room.ids, people.id
    for n in range(np.uint64(count)):
        ids[n] = person[rows[n]]
    random_words(room.words, ids, clock.key_0, clock.key_1, year, group, count)


@kernel
def list_nobody(room):
    """Nothing is written in this year."""
    listed = room.listed
    for line in range(len(listed)):
        listed[line] = 0


@kernel
def clear_table(room, written):
    """Make the lines `written` of `room.table` nothing."""
    for line in written:
        values = room.table[line]
        for n in range(np.uint64(len(values))):
            values[n] = 0


@kernel
def put_table(room, lines, written, first, last):
    """Write the lines `written` of `room.table` where they belong: those of the rows listed from `first` to `last`.

    One line after the other: the places of a row in many lines are so far apart that they drive one another out of the
    cache.
    """
    rows = room.rows
    for line in written:
        values, found = lines[line], room.table[line]
        for n in range(np.uint64(first), np.uint64(last)):
            values[rows[n]] = found[n - np.uint64(first)]
