"""Breakdowns of a scenario's own: people in crossed groups, some of them perhaps filtered out.

What a scenario asks for (`microsim.scenario.breakdowns`) is checked in `own_checks` against the columns there are, and
collected in a run by `own_sums`. Whoever the filter does not let through is in one cell after the last, so that a
line's cells add up to the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf, prod
from typing import Any, NamedTuple

import numpy as np

from microsim.engine.person_columns import PersonColumn, Seen, person_columns
from microsim.population.source import Population
from microsim.scenario.breakdowns import Grouping, OwnBreakdown

_NUMBER = r"(-?[0-9]+(?:\.[0-9]+)?)"
_BETWEEN, _FROM, _UNDER = (
    re.compile(text) for text in (f"{_NUMBER} to {_NUMBER}", f"from {_NUMBER}", f"under {_NUMBER}")
)
SPANS = "16, 16 to 34, from 50 or under 20000"


class Axis(NamedTuple):
    """A column in the groups that a breakdown wants."""

    column: PersonColumn
    labels: tuple[str, ...]
    edges: np.ndarray | None  # float64, where bands begin

    def codes(self, seen: Seen) -> np.ndarray:
        """Each person's place among the labels: integers [rows]."""
        if self.edges is None:
            assert self.column.codes is not None
            return self.column.codes(seen)
        assert self.column.numbers is not None
        numbers = self.column.numbers(seen).astype(np.float64)
        found = np.searchsorted(self.edges, numbers, side="right")
        return np.where(np.isnan(numbers), len(self.edges) + 1, found) if self.column.absent else found


class Own(NamedTuple):
    """A breakdown ready to be collected."""

    name: str
    choice: OwnBreakdown
    axes: tuple[Axis, ...]
    tests: tuple[Callable[[Seen], np.ndarray], ...]  # of the filter: who passes, bool [rows]

    @property
    def cells(self) -> int:
        """Groups crossed, without the one of people outside the filter."""
        return prod(len(axis.labels) for axis in self.axes)

    def cells_of(self, seen: Seen) -> np.ndarray:
        """Each person's cell, uint32 [rows]."""
        cells = np.zeros(seen.rows, np.int64)
        for axis in self.axes:
            cells = cells * len(axis.labels) + axis.codes(seen)
        for test in self.tests:
            cells = np.where(test(seen), cells, self.cells)
        return cells.astype(np.uint32)

    def keeps(self, measure: str) -> bool:
        """Whether the measure of that name is broken down."""
        return not self.choice.measures or measure in self.choice.measures


def own_breakdowns(by: Mapping[str, OwnBreakdown], population: Population) -> tuple[Own, ...]:
    """The breakdowns of a scenario that has been checked."""
    columns = person_columns(population)
    return tuple(
        Own(
            name,
            choice,
            tuple(axis_of(group, columns[group.column]) for group in choice.groups),
            tuple(_test(columns[column], condition) for column, condition in choice.where.items()),
        )
        for name, choice in by.items()
    )


def axis_of(group: Grouping, column: PersonColumn) -> Axis:
    if not group.bands:
        return Axis(column, column.groups, None)
    absent = (column.absent,) if column.absent else ()
    return Axis(column, (*_band_labels(group.bands, column.whole), *absent), np.array(group.bands, np.float64))


def _band_labels(edges: Sequence[float], whole: bool) -> Iterator[str]:
    """The name of each band: below the first edge, between edges, from the last on."""
    yield f"under {edges[0]:.15g}"
    for first, following in pairwise(edges):
        if whole:
            yield f"{first:.15g}" if following == first + 1 else f"{first:.15g}-{following - 1:.15g}"
        else:
            yield f"{first:.15g} to under {following:.15g}"
    yield f"{edges[-1]:.15g}+"


def _test(column: PersonColumn, condition: Sequence[Any]) -> Callable[[Seen], np.ndarray]:
    """Who is in one of the groups, or has one of the numbers, that a condition names."""
    codes = [code for item in condition if (code := code_of(column, item)) is not None]
    spans = [span_of(item) for item in condition if code_of(column, item) is None]

    def passes(seen: Seen) -> np.ndarray:
        found = np.zeros(seen.rows, bool)
        if codes and column.codes is not None:
            found |= np.isin(column.codes(seen), codes)
        if column.numbers is not None:
            numbers = column.numbers(seen)
            for span in spans:
                if span is not None:
                    low, high, inclusive = span
                    found |= (numbers >= low) & ((numbers <= high) if inclusive else (numbers < high))
        return found

    return passes


def code_of(column: PersonColumn, item: Any) -> int | None:
    """The place of a group among a column's, by its label or its other name; None for a number or no such group."""
    if not isinstance(item, str):
        return None
    for labels in (column.groups, column.also):
        if item in labels:
            return labels.index(item)
    return None


def span_of(item: Any) -> tuple[float, float, bool] | None:
    """From, to, and whether `to` is in it, of a number or a span of numbers; None for other text."""
    if not isinstance(item, str):
        return float(item), float(item), True
    if found := _BETWEEN.fullmatch(item):
        return float(found[1]), float(found[2]), True
    if found := _FROM.fullmatch(item):
        return float(found[1]), inf, True
    if found := _UNDER.fullmatch(item):
        return -inf, float(found[1]), False
    return None
