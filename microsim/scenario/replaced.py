"""A scenario with other values in it: what draws, sensitivity and break-even change, one value or many at a time.

Only what a value belongs to is built and checked again; everything else is shared with the scenario given.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from microsim.errors import InputError
from microsim.parameters.replaced import with_figures
from microsim.scenario.places import BASELINE_MEASURES, Root, entries_of, model_of, root_of, unknown_path
from microsim.scenario.schema import Scenario, problems_of
from microsim.scenario.source import KeyPath
from microsim.scenario.values import MeasureParams, model_within, read_params

BOTH_ARMS = "both_arms"


def with_values(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """The scenario with the values at some paths replaced, as though its file had said so.

    Paths are those of `microsim.scenario.places`; values are plain, as a file would write them: a number, text, a
    list, a mapping. As in a file, a measure's value and a policy figure change the reform alone, and any other
    official figure both arms. `{both_arms: value}` changes both: the measure of that name in the baseline too, and of
    an official figure the figure itself (see `with_figures`), whose dates and uprating stay.

    Raises InputError naming the path and its nearest neighbour, or the limit that a value breaks.
    """
    models: dict[tuple[str, str], dict[tuple[str, ...], Any]] = defaultdict(dict)
    overrides: dict[str, Any] = {}
    entries: dict[str, Any] = {}
    for path, value in values.items():
        root = root_of(scenario, path)
        both = isinstance(value, Mapping) and set(value) == {BOTH_ARMS}
        plain = value[BOTH_ARMS] if both else value
        if root.kind == "parameters":
            if root.keys:
                raise unknown_path(scenario, path)
            (entries if both else overrides)[root.name] = plain
            continue
        models[root.kind, root.name][root.keys] = plain
        if both and any(entry.name == root.name for entry in scenario.baseline_measures):
            models[BASELINE_MEASURES, root.name][root.keys] = plain
    changes: dict[str, Any] = {}
    rebuilt = {key: _rebuilt(scenario, Root(*key, ()), replaced) for key, replaced in models.items()}
    for kind, field in (("measures", "measures"), (BASELINE_MEASURES, "baseline_measures")):
        if any(key[0] == kind for key in rebuilt):
            changes[field] = tuple(
                dataclasses.replace(entry, params=rebuilt.get((kind, entry.name), entry.params))
                for entry in entries_of(scenario, kind)
            )
    if ("second_round", "") in rebuilt:
        changes["second_round"] = rebuilt["second_round", ""]
    if overrides or entries:
        changes["parameters"] = with_figures(scenario.parameters, overrides, entries)
        shared = {name: value for name, value in overrides.items() if not scenario.parameters.entry(name).policy}
        if shared or entries:
            changes["baseline_parameters"] = with_figures(scenario.baseline_parameters, shared, entries)
    return dataclasses.replace(scenario, **changes) if changes else scenario


def value_of(scenario: Scenario, path: str) -> Any:
    """The plain value at a path now: of a quantity its central value, or those by financial year where it is dated.

    Of an official figure without an override, the figure's own dated values. Raises InputError for an unknown path.
    """
    root = root_of(scenario, path)
    if root.kind == "parameters":
        override = scenario.parameters.overrides.get(root.name)
        figure = scenario.parameters.entry(root.name).values if override is None else override.values
        value: Any = figure.to_plain()
    else:
        value = _plain(_Holder(model_of(scenario, root)))
    for key in root.keys:
        try:
            value = value[int(key)] if isinstance(value, list) else value[key]
        except (KeyError, ValueError, IndexError, TypeError):
            raise unknown_path(scenario, path) from None
    return _central(value)


def _central(value: Any) -> Any:
    """A plain value without ranges and sources."""
    if isinstance(value, dict):
        return value["central"] if "central" in value else {key: _central(part) for key, part in value.items()}
    return value


class _Holder:
    """A model as a key of a cache, by identity: its own hash would have to look at every value."""

    def __init__(self, params: MeasureParams) -> None:
        self.params = params

    def __hash__(self) -> int:
        return id(self.params)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Holder) and other.params is self.params


@functools.lru_cache(maxsize=64)
def _text(holder: _Holder) -> str:
    """The parameters as a file would write them, as JSON: read anew, they may be changed."""
    return json.dumps(holder.params.to_plain())


@functools.lru_cache(maxsize=64)
def _plain(holder: _Holder) -> dict[str, Any]:
    """The parameters as a file would write them; not to be changed."""
    return holder.params.to_plain()


def _rebuilt(scenario: Scenario, root: Root, replaced: Mapping[tuple[str, ...], Any]) -> MeasureParams:
    """The parameters at a root with some values replaced, checked as a file's are."""
    model = model_of(scenario, root)
    before: dict[str, Any] = _plain(_Holder(model))
    after: dict[str, Any] = json.loads(_text(_Holder(model)))
    for keys, value in replaced.items():
        _put(scenario, Root(root.kind, root.name, keys), after, value)
    _reconcile(type(model), before, after, replaced)
    try:
        return read_params(type(model), after)
    except ValidationError as error:
        path: KeyPath = tuple(part for part in (*root.kind.split("."), root.name) if part)
        nowhere = dict.fromkeys(_key_paths(after, path), None)  # paths that there are, for messages; no line of a file
        raise InputError(problems_of(error, type(model), path, cast(Any, nowhere))) from None


def _key_paths(plain: Any, at: KeyPath) -> Iterator[KeyPath]:
    """The path of every key and list item of plain values."""
    parts: Any = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    for key, part in parts:
        yield (*at, key)
        yield from _key_paths(part, (*at, key))


def _put(scenario: Scenario, root: Root, plain: Any, value: Any) -> None:
    """Put a value where the keys of a root lead. Raises InputError where they lead nowhere."""
    try:
        for key in root.keys[:-1]:
            plain = plain[int(key)] if isinstance(plain, list) else plain[key]
        last: Any = int(root.keys[-1]) if isinstance(plain, list) else root.keys[-1]
        plain[last]  # only what is there can be replaced
    except (KeyError, ValueError, IndexError, TypeError):
        raise unknown_path(scenario, ".".join((root.text, *root.keys))) from None
    plain[last] = value


def _reconcile(
    model: type[MeasureParams], before: dict[str, Any], after: dict[str, Any], replaced: Mapping[tuple[str, ...], Any]
) -> None:
    """Let every model around a replaced value make its other values fit (see `MeasureParams.reconcile`)."""
    touched: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for keys in replaced:
        for size in range(len(keys)):
            touched[keys[:size]].add(keys[size])
    for at, names in touched.items():
        current: type[BaseModel] | None = model
        old: Any = before
        new: Any = after
        for key in at:
            if current is not None and key in current.model_fields:
                current = model_within(current.model_fields[key].annotation)
            old, new = (part[int(key)] if isinstance(part, list) else part[key] for part in (old, new))
        if current is not None and issubclass(current, MeasureParams) and names <= set(current.model_fields):
            with contextlib.suppress(ValueError, TypeError):  # a value in no fit state is told of when it is read
                current.reconcile(old, new, frozenset(names))
