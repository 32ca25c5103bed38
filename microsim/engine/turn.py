"""The compiled turn of one measure in a year, and its sums. It is compiled for each measure apart."""

from __future__ import annotations

from microsim.engine.ledger import add_line, add_total
from microsim.measures.contract import cost


def apply_measure(own, people, clock, groups, room, effects, lines, places, ledger):
    """A measure's year, by the kernel that belongs to its State, and its sums."""
    count, index = clock.rows, clock.year_index
    for line in range(len(places)):
        lines[line, :count] = 0
    cost(own, people, clock, groups.age_sex, room, effects, lines)
    for line in range(len(places)):
        if places[line] >= 0:
            add_line(ledger, places[line], lines[line], people.weight, effects.area, groups, index, count)
        else:
            add_total(ledger, -1 - places[line], lines[line], people.weight, index, count)
