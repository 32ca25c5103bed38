"""The end of a year of who gains, as one compiled call."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np

from microsim.engine.gain_cells import Cells, Near, add_gains, add_residents, keys_of
from microsim.engine.gain_changes import Changed, add_changes, forget_changed, list_changed, mark_gainers
from microsim.engine.groups import FamilyRoom, family_types
from microsim.engine.lifetimes import add_received, add_years
from microsim.kernels.boxed import opened


class GainTables(NamedTuple):
    """What the rows of gains are, and where they go."""

    of_people: Cells
    of_gains: Cells
    kinds: np.ndarray  # int64 [rows of gains], CASH, IN_KIND or 0
    money: np.ndarray  # int64, the rows that are followed over lives
    packs: np.ndarray  # int64, the pack of lives of each of them


class GainRoom(NamedTuple):
    """Room for a year's work."""

    family_type: np.ndarray  # uint8
    families: FamilyRoom
    near: Near
    changed: Changed
    spare: np.ndarray  # int64, nothing before and after each use

    @classmethod
    def make(cls, rows: int) -> Self:
        """Room for blocks of `rows` rows."""
        return cls(np.zeros(rows, np.uint8), FamilyRoom.make(rows), Near.make(), Changed.make(rows),
                   np.zeros(rows, np.int64))  # fmt: skip


def add_gains_of_year(
    people, groups, incomes, scale, gained, tables, room, sums, lives, worth, counted, year, count
):  # fmt: skip
    """Add a year to the sums (KeptSums) and, where it is `counted`, to the lives.

    `incomes` are those of the baseline, `scale` of equivalence is on the head's row, `worth` float64 [TERMS] is what a
    pound of the year is worth.
    """
    people, tables, room, sums = opened(people), opened(tables), opened(room), opened(sums)
    family_types(people, groups.age_sex, incomes.over_pension_age, room.families, room.family_type, count)
    keys = keys_of(people, groups, room.family_type, incomes.bins)
    add_residents(people, keys, incomes.own, tables.of_people, room.near, sums, year, count)
    add_gains(gained, people.weight, keys, tables.of_gains, room.near, sums, year)
    number = list_changed(gained, tables.kinds, room.changed)
    add_changes(people, incomes, scale, room.changed, number, sums, year, count)
    if counted:
        add_years(people, lives, count)
        mark_gainers(room.changed, number, lives.received[0])
        add_received(gained, tables.money, tables.packs, worth, lives)
    forget_changed(room.changed, number)
