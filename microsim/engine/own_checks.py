"""What can be wrong with a scenario's own breakdowns: columns, bands, groups, lines, and how much would be kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import prod

from microsim.engine.gains import PEOPLE_ROWS
from microsim.engine.own_groups import SPANS, axis_of, code_of, span_of
from microsim.engine.person_columns import PersonColumn, person_columns
from microsim.errors import nearest
from microsim.measures.contract import Measure
from microsim.population.source import Population
from microsim.scenario.breakdowns import OwnBreakdown
from microsim.scenario.values import Fault

MOST_CELLS = 5_000
MOST_SUMS = 20_000_000  # of all breakdowns together: each thread keeps eight bytes for each
Path = tuple[str | int, ...]


def own_faults(
    by: Mapping[str, OwnBreakdown], population: Population, measures: Mapping[str, Measure], years: int
) -> list[Fault]:
    """Everything in a scenario's breakdowns that its people and `measures` (by name) cannot give, over `years`."""
    if not by:
        return []
    columns = person_columns(population)
    faults: list[Fault] = []
    sums = 0
    for name, choice in by.items():
        at: Path = ("by", name)
        wrong = [*_group_faults(at, choice, columns), *_filter_faults(at, choice, columns)]
        wrong += _line_faults(at, choice, measures)
        if not wrong:
            cells = prod(len(axis_of(group, columns[group.column]).labels) for group in choice.groups)
            sums += (cells + 1) * years * _rows(choice, measures)
            wrong = list(_size_faults(at, cells, sums))
        faults += wrong
    return faults


def _group_faults(at: Path, choice: OwnBreakdown, columns: Mapping[str, PersonColumn]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, group in enumerate(choice.groups):
        here = (*at, "groups", place)
        column = columns.get(group.column)
        if column is None:
            yield _no_column((*here, "column"), group.column, columns)
        elif group.column in seen:
            yield Fault((*here, "column"), "a column is crossed with itself", group.column, "each column once")
        elif not group.bands and not column.groups:
            expected = f"{{column: {group.column}, bands: [...]}} in {column.unit}"
            yield Fault((*here, "column"), f"{group.column} is a number and needs bands", None, expected)
        elif group.bands and column.numbers is None:
            expected = f"no bands: its groups are {_some(column.groups)}"
            yield Fault((*here, "bands"), f"{group.column} is not a number", "bands", expected)
        elif group.bands and column.whole and any(edge != int(edge) for edge in group.bands):
            yield Fault((*here, "bands"), f"{group.column} is counted in whole {column.unit}", None, "whole numbers")
        seen.add(group.column)


def _filter_faults(at: Path, choice: OwnBreakdown, columns: Mapping[str, PersonColumn]) -> Iterator[Fault]:
    for name, condition in choice.where.items():
        column = columns.get(name)
        if column is None:
            yield _no_column((*at, "where", name), name, columns)
            continue
        for place, item in enumerate(condition):
            span = span_of(item) if column.numbers is not None else None
            if code_of(column, item) is not None or (span is not None and span[0] <= span[1]):
                continue
            expected = SPANS if column.numbers is not None else _some(column.groups)
            near = nearest(str(item), (*column.groups, *column.also))
            yield Fault((*at, "where", name, place), f"not a group of {name}", repr(item), expected, near)


def _line_faults(at: Path, choice: OwnBreakdown, measures: Mapping[str, Measure]) -> Iterator[Fault]:
    for place, name in enumerate(choice.measures):
        if name not in measures:
            expected = _some(tuple(measures)) or "no measures: the scenario has none"
            yield Fault((*at, "measures", place), f"no measure {name!r}", None, expected, nearest(name, measures))
    chosen = [measures[name] for name in choice.measures or measures if name in measures]
    lines = [line.name for measure in chosen for line in measure.lines]
    for place, name in enumerate(choice.lines):
        if name not in lines:
            yield Fault((*at, "lines", place), f"no line {name!r}", None, "a line of them", nearest(name, lines))


def _size_faults(at: Path, cells: int, sums: int) -> Iterator[Fault]:
    if cells > MOST_CELLS:
        expected = f"at most {MOST_CELLS:,}"
        yield Fault((*at, "groups"), "too many groups crossed", f"{cells:,} groups", expected)
    elif sums > MOST_SUMS:
        expected = f"at most {MOST_SUMS:,}: choose measures, lines, fewer groups or fewer years"
        yield Fault(at, "too much to keep, with the breakdowns before it", f"{sums:,} sums", expected)


def _no_column(path: Path, name: str, columns: Mapping[str, PersonColumn]) -> Fault:
    hint = "; tenths of income are formed after the run: use bands of equivalised_income" if "decile" in name else ""
    return Fault(path, f"no column {name!r}{hint}", None, f"one of {', '.join(columns)}", nearest(name, columns))


def _some(names: Sequence[str]) -> str:
    """Names in a row, the first of many."""
    return ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")


def _rows(choice: OwnBreakdown, measures: Mapping[str, Measure]) -> int:
    """How many rows are kept of each cell and year, at most."""
    chosen = [measures[name] for name in choice.measures or measures]
    lines = [line for measure in chosen for line in measure.lines if not choice.lines or line.name in choice.lines]
    return len(PEOPLE_ROWS) + 4 * (len(chosen) + 1) + 2 * len(lines)
