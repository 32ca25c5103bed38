"""Where a value stands in a loaded scenario: dotted paths such as measures.grant.tranches[1].amount.

A path is written as the assumptions log prints it, list items counted from 1 in brackets; `tranches.0.amount`, which
counts from 0, is read too. Paths begin with `measures.NAME`, `baseline.measures.NAME`, `second_round` or
`parameters.NAME`, and may end in a financial year of a dated value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from microsim.errors import InputError, Problem, nearest
from microsim.scenario.schema import MeasureEntry, Scenario
from microsim.scenario.source import KeyPath, dotted
from microsim.scenario.values import MeasureParams, Quantity, field_extra, key_text

BASELINE_MEASURES = "baseline.measures"
_ITEM = re.compile(r"\[([1-9][0-9]*)\]")


class Root(NamedTuple):
    """The part of a scenario that a path leads into, and the keys from there on."""

    kind: str  # measures, baseline.measures, second_round, parameters
    name: str  # of the measure or the official figure; empty for second_round
    keys: tuple[str, ...]  # list items as digits counted from 0

    @property
    def text(self) -> str:
        return ".".join(part for part in (self.kind, self.name) if part)


class Leaf(NamedTuple):
    """A value of a scenario that a path can name: `path` as the assumptions log prints it."""

    path: str
    value: Any  # a Quantity, a number, true or false, text, a list of such, or None
    unit: str
    description: str
    limits: Mapping[str, float]  # minimum, maximum, exclusiveMinimum


def counted_from_zero(path: str) -> str:
    """A path with list items as digits counted from 0: two paths that mean the same are then the same text."""
    return _ITEM.sub(lambda item: f".{int(item[1]) - 1}", path)


def is_within(path: str, around: str) -> bool:
    """Whether a path is another or stands below it."""
    path, around = counted_from_zero(path), counted_from_zero(around)
    return path == around or path.startswith(f"{around}.")


def root_of(scenario: Scenario, path: str) -> Root:
    """Which part of the scenario a path leads into. Raises InputError with the nearest path when there is none."""
    parts = counted_from_zero(path).split(".")
    if parts[0] == "second_round" and len(parts) > 1:
        return Root("second_round", "", tuple(parts[1:]))
    if parts[0] == "parameters":
        for size in range(len(parts), 1, -1):
            name = ".".join(parts[1:size])
            if name in scenario.parameters.by_name:
                return Root("parameters", name, tuple(parts[size:]))
    kind, rest = ("measures", parts[1:])
    if parts[:2] == ["baseline", "measures"]:
        kind, rest = BASELINE_MEASURES, parts[2:]
    elif parts[0] != "measures":
        raise unknown_path(scenario, path)
    if len(rest) < 2 or rest[0] not in {entry.name for entry in entries_of(scenario, kind)}:
        raise unknown_path(scenario, path)
    return Root(kind, rest[0], tuple(rest[1:]))


def entries_of(scenario: Scenario, kind: str) -> tuple[MeasureEntry, ...]:
    """The measures of the reform (`measures`) or of the baseline (`baseline.measures`)."""
    return scenario.baseline_measures if kind == BASELINE_MEASURES else scenario.measures


def model_of(scenario: Scenario, root: Root) -> MeasureParams:
    """The parameters that a path into a measure or the second round leads into."""
    if root.kind == "second_round":
        return scenario.second_round
    return next(entry.params for entry in entries_of(scenario, root.kind) if entry.name == root.name)


def leaves(scenario: Scenario) -> Iterator[Leaf]:
    """Every value of the reform's measures, of the second round, and of the official figures."""
    for kind in ("measures", BASELINE_MEASURES):
        for entry in entries_of(scenario, kind):
            yield from model_leaves(entry.params, (*kind.split("."), entry.name))
    yield from model_leaves(scenario.second_round, ("second_round",))
    for official in scenario.parameters.entries():
        override = scenario.parameters.overrides.get(official.name)
        value = official.values if override is None else override.values
        path = f"parameters.{official.name}"
        yield Leaf(path, value, official.unit, official.description, official.limits())


def model_leaves(model: BaseModel, path: KeyPath) -> Iterator[Leaf]:
    """Every value of a model and of those nested in it, whose path begins with `path`."""
    for name, info in type(model).model_fields.items():
        extra = field_extra(type(model), name)
        unit, limits = str(extra.get("unit", "")), {key: extra[key] for key in extra if key != "unit"}
        about = Leaf("", None, unit, info.description or "", limits)
        yield from _value_leaves(getattr(model, name), (*path, name), about)


def _value_leaves(value: Any, path: KeyPath, about: Leaf) -> Iterator[Leaf]:
    if isinstance(value, BaseModel):
        yield from model_leaves(value, path)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _value_leaves(item, (*path, key_text(key)), about)
    elif isinstance(value, list | tuple) and any(isinstance(item, BaseModel | Quantity) for item in value):
        for index, item in enumerate(value):
            yield from _value_leaves(item, (*path, index), about)
    else:
        yield about._replace(path=dotted(path), value=value)


def unknown_path(scenario: Scenario, path: str) -> InputError:
    """The error for a path that leads nowhere."""
    return InputError(Problem(f"there is no value at {path!r}", nearest=nearest_path(path, _paths(scenario))))


def _paths(scenario: Scenario) -> Iterator[str]:
    return (leaf.path for leaf in leaves(scenario))


def nearest_path(path: str, paths: Iterable[str]) -> str | None:
    """The path most like one that leads nowhere; of those that end alike, where that helps."""
    paths = list(paths)
    ends_alike = [known for known in paths if known.rpartition(".")[2] == path.rpartition(".")[2]]
    return nearest(path, paths) or (ends_alike[0] if len(ends_alike) == 1 else None)
