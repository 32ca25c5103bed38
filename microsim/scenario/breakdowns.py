"""Breakdowns of a scenario's own: `by:` in its file, as groups of people crossed with one another, and a filter.

Only the form is checked here; which columns there are is known where people are (`microsim.engine.own_groups`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, Strict, field_validator

from microsim.errors import Place
from microsim.scenario.source import KeyPath
from microsim.scenario.values import Fault, MeasureParams, describe, faults_error, setting

MAXIMUM_GROUPS = 6
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LIST = Strict(False)  # what a validator before has touched is no longer read as JSON, in which a list fits a tuple


def _read_column(value: Any) -> Any:
    """A column alone stands for its own groups."""
    if isinstance(value, str):
        return {"column": value}
    if not isinstance(value, Mapping):
        raise faults_error(
            [Fault((), "wrong type", describe(value), "the name of a column, or {column: ..., bands: ...}")]
        )
    if value.get("bands") == []:
        raise faults_error([Fault(("bands",), "no bands", "an empty list", "where each band begins, such as [16, 25]")])
    return value


def _read_groups(value: Any) -> Any:
    """Check the number of columns that are crossed."""
    if isinstance(value, list | tuple) and not 1 <= len(value) <= MAXIMUM_GROUPS:
        found, expected = f"{len(value)} columns", f"1 to {MAXIMUM_GROUPS} columns"
        raise faults_error([Fault((), "not a number of columns that can be crossed", found, expected)])
    return value


def _read_condition(value: Any) -> Any:
    """A group alone stands for a list of one."""
    items = value if isinstance(value, list | tuple) else [value]
    faults = [
        Fault(() if items is not value else (place,), "wrong type", describe(item), "the name of a group, or a number")
        for place, item in enumerate(items)
        if isinstance(item, bool) or not isinstance(item, str | int | float)
    ]
    if not items:
        faults = [Fault((), "lets nobody through", "an empty list", "a group or a list of groups")]
    if faults:
        raise faults_error(faults)
    return items


class Grouping(MeasureParams):
    """One column of people, in its own groups or cut into bands."""

    column: str = setting(unit="column", description="A column of people, such as region, age_band or pay")
    bands: Annotated[tuple[float, ...], _LIST] = setting(
        (),
        unit="the column's",
        description="Where each band begins, rising; below the first and from the last on are bands too",
    )

    @field_validator("bands")
    @classmethod
    def _rising(cls, bands: tuple[float, ...]) -> tuple[float, ...]:
        faults = [
            Fault((place,), "bands must rise", f"{after:g} after {before:g}", f"more than {before:g}")
            for place, (before, after) in enumerate(pairwise(bands), 1)
            if after <= before
        ]
        if faults:
            raise faults_error(faults)
        return bands

    def to_plain(self) -> dict[str, Any]:
        """As a scenario file would write it."""
        bands = [int(edge) if edge == int(edge) else edge for edge in self.bands]
        return {"column": self.column} | ({"bands": bands} if bands else {})


Groups = Annotated[
    tuple[Annotated[Grouping, BeforeValidator(_read_column, json_schema_input_type=str | Grouping)], ...],
    _LIST,
    BeforeValidator(_read_groups),
    Field(json_schema_extra={"minItems": 1, "maxItems": MAXIMUM_GROUPS}),
]
Label = str | int | float
Condition = Annotated[
    tuple[Label, ...],
    _LIST,
    BeforeValidator(_read_condition, json_schema_input_type=Label | tuple[Label, ...]),
]


class OwnBreakdown(MeasureParams):
    """Groups crossed with one another, of everybody or of the people whom a filter lets through."""

    groups: Groups = setting(unit="columns", description="The columns that are crossed, each by name or with bands")
    where: dict[str, Condition] = setting(
        {},
        unit="columns",
        description="Who is meant: for each column a group or a list of groups, or for a number 16, 16 to 34, "
        "under 20000 or from 50; everybody else is one group",
    )
    measures: Annotated[tuple[str, ...], _LIST] = setting(
        (),
        unit="measures",
        description="Measures that are broken down, by their names in the scenario; all unless given",
    )
    lines: Annotated[tuple[str, ...], _LIST] = setting(
        (), unit="lines", description="Lines of those measures; all unless given"
    )

    def to_plain(self) -> dict[str, Any]:
        """As a scenario file would write it, in full."""
        return {
            "groups": [group.to_plain() for group in self.groups],
            "where": {column: list(condition) for column, condition in self.where.items()},
            "measures": list(self.measures),
            "lines": list(self.lines),
        }


def _read_own(value: Any) -> Any:
    """A column or a list of columns stands for a breakdown of everybody by them."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | Mapping):
        expected = "a list of columns, or a mapping with groups"
        raise faults_error([Fault((), "wrong type", describe(value), expected)])
    return {"groups": value} if isinstance(value, list) else value


def _read_all(value: Any) -> Any:
    """Check the form of the names; null stands for none."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise faults_error([Fault((), "wrong type", describe(value), "a mapping of names to breakdowns")])
    expected = "lower-case letters, digits and underscores, a letter first"
    faults = [
        Fault((name,), "not a breakdown's name", repr(name), expected)
        for name in value
        if not _NAME.fullmatch(str(name))
    ]
    if faults:
        raise faults_error(faults)
    return value


OwnBreakdowns = Annotated[
    dict[
        str,
        Annotated[
            OwnBreakdown,
            BeforeValidator(_read_own, json_schema_input_type=str | tuple[str | Grouping, ...] | OwnBreakdown),
        ],
    ],
    BeforeValidator(_read_all),
]


def short_path(places: Mapping[KeyPath, Place], path: KeyPath) -> KeyPath:
    """The keys of a path that a file has, where a short form leaves some out: `by.name[1]` for `by.name.groups[1]`."""
    found: KeyPath = ()
    for key in path:
        if (*found, key) in places:
            found = (*found, key)
    return found
