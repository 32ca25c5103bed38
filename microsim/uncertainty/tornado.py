"""A tornado: what each uncertain figure does to a cost by itself, from its low to its high, the others central.

It shows which single figures matter and in which direction. It does not show how likely an end is, nor what several do
at once: swings are not to be added, and figures that move together are moved one at a time all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from microsim.uncertainty.fields import UncertainField

LOW, HIGH, CHOICE = "low", "high", "choice"
COLUMNS = (
    "field", "low", "central", "high", "cost_low", "cost_central", "cost_high", "swing", "unit", "distribution",
    "description", "source", "quality",
)  # fmt: skip


class Move(NamedTuple):
    """One field away from its centre: a run of its own."""

    field: UncertainField
    end: str  # LOW, HIGH or CHOICE
    value: Any  # plain, as `with_values` takes it


def moves_of(fields: Sequence[UncertainField]) -> list[Move]:
    """Every run that a tornado needs besides the central one: ends that are the central value itself need none."""
    found = []
    for field in fields:
        ends = [(CHOICE, choice.value) for choice in field.choices] or [(LOW, field.low), (HIGH, field.high)]
        found += [Move(field, end, value) for end, value in ends if value != field.central]
    return found


def tornado(
    fields: Sequence[UncertainField], moves: Sequence[Move], central: float, costs: Sequence[float]
) -> pd.DataFrame:
    """The table (COLUMNS), largest swing first, from the cost of the central run and of each move, in pounds.

    The swing is the highest cost less the lowest, the central one included. `low` and `high` of a choice are the
    choices with the lowest and the highest cost.
    """
    by_field: dict[str, list[tuple[str, Any, float]]] = {field.path: [] for field in fields}
    for move, cost in zip(moves, costs, strict=True):
        by_field[move.field.path].append((move.end, move.value, cost))
    rows = [_row(field, central, by_field[field.path]) for field in fields]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def _row(field: UncertainField, central: float, found: Sequence[tuple[str, Any, float]]) -> tuple[Any, ...]:
    costs = [central, *(cost for _, _, cost in found)]
    if field.choices:
        tried = [(field.central, central), *((value, cost) for _, value, cost in found)]
        low, high = (end(tried, key=lambda one: one[1]) for end in (min, max))
    else:
        ends = {end: (value, cost) for end, value, cost in found}
        low, high = ends.get(LOW, (field.low, central)), ends.get(HIGH, (field.high, central))
    return (
        field.path, field.label(low[0]), field.label(field.central), field.label(high[0]), low[1], central, high[1],
        max(costs) - min(costs), field.unit, field.distribution, field.description, field.source, field.quality,
    )  # fmt: skip
