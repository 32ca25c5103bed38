"""A scenario file on top of the files it extends: one mapping, with the place of every key.

Mappings are merged key by key and everything else is replaced; `null` removes an inherited measure, override
or top-level key. Nothing here knows what the keys mean beyond that.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from microsim.errors import InputError, Place, Problem, nearest
from microsim.scenario.source import FormError, KeyPath, dotted, place_of, read_yaml

MAXIMUM_FILES = 10
_SECTIONS = ("measures", "parameters")
_OWN_KEYS = ("name", "description", "population")  # a child may repeat these without a warning


@dataclass
class Layers:
    """The merged files: their values and places, and the nearest extended file on its own."""

    values: dict[str, Any]
    places: dict[KeyPath, Place]
    files: tuple[Path, ...]
    warnings: list[str]
    parent: Layers | None
    problems: list[Problem]  # values in a form that is refused


def read_layers(path: Path, seen: tuple[Path, ...] = ()) -> Layers:
    """Read a scenario file and those it extends. Raises InputError when one cannot be read to its end."""
    problems: list[Problem] = []
    try:
        source = read_yaml(path)
    except FormError as error:
        source = error.source
        problems += error.problems
    values, places = source.values, source.places
    if not isinstance(values, dict):
        raise InputError(Problem("not a scenario", places.get(()), "a list or a single value", "a mapping of keys"))
    seen = (*seen, _in_full(path))
    for section in _SECTIONS:
        if section in values and values[section] is None:
            values[section] = {}
    for key in ("population", "baseline"):
        if isinstance(values.get(key), str):
            values[key] = str(_in_full(path.parent / values[key]))
    extends = values.pop("extends", None)
    if extends is None:
        return Layers(values, places, (path,), [], None, problems)
    parent = _read_parent(path, extends, places[("extends",)], seen)
    merge = _Merge(parent)
    merge.mapping(parent.values, values, places)
    problems += [*parent.problems, *merge.problems]
    files = (path, *parent.files)
    return Layers(merge.values, merge.places, files, parent.warnings + merge.warnings, parent, problems)


def _in_full(path: Path) -> Path:
    """The absolute path, without dots and without asking the disk."""
    return Path(os.path.normpath(path.absolute()))


def _read_parent(path: Path, extends: Any, place: Place, seen: tuple[Path, ...]) -> Layers:
    if not isinstance(extends, str):
        raise InputError(Problem("extends: wrong type", place, repr(extends), "the path of a scenario file"))
    parent = path.parent / extends
    if _in_full(parent) in seen:
        raise InputError(Problem("extends: the files extend one another in a circle", place, extends))
    if len(seen) >= MAXIMUM_FILES:
        raise InputError(Problem("extends: too many files", place, expected=f"at most {MAXIMUM_FILES}"))
    try:
        return read_layers(parent, seen)
    except InputError as error:
        raise InputError(
            problem._replace(message=f"extends: {problem.message}", place=place) if problem.place is None else problem
            for problem in error.problems
        ) from None


class _Merge:
    """A child laid over its parent, with the warnings and problems of doing so."""

    def __init__(self, parent: Layers) -> None:
        self.values: dict[str, Any] = {}
        self.places = dict(parent.places)
        self.warnings: list[str] = []
        self.problems: list[Problem] = []

    def mapping(self, parent: dict[str, Any], child: dict[str, Any], places: dict[KeyPath, Place]) -> None:
        self.child_places = places
        self.values = self._merged(parent, child, ())

    def _merged(self, parent: dict[str, Any], child: dict[str, Any], path: KeyPath) -> dict[str, Any]:
        merged = dict(parent)
        for key, value in child.items():
            at = (*path, key)
            inherited = parent.get(key)
            if value is None and len(at) <= 2 and (key in parent or (len(at) == 2 and path[0] in _SECTIONS)):
                self._remove(merged, at)
            elif isinstance(value, dict) and isinstance(inherited, dict) and _mergeable(inherited, value, at):
                merged[key] = self._merged(inherited, value, at)
                self.places[at] = self.child_places[at]
            else:
                if key in parent and _same(inherited, value) and at[0] not in _OWN_KEYS:
                    name = dotted(at)
                    place = place_of(self.child_places, at)
                    self.warnings.append(f"{place}: {name} changes nothing: it repeats the value it overrides")
                merged[key] = value
                self._take_places(at)
        return merged

    def _remove(self, merged: dict[str, Any], at: KeyPath) -> None:
        key = str(at[-1])
        if key in merged:
            del merged[key]
            return
        place = place_of(self.child_places, at)
        self.problems.append(Problem(f"there is no inherited {key!r} to remove", place, nearest=nearest(key, merged)))

    def _take_places(self, at: KeyPath) -> None:
        """Forget where the parent had a key and all below it; note where the child has them."""
        size = len(at)
        self.places = {path: place for path, place in self.places.items() if path[:size] != at}
        self.places |= {path: place for path, place in self.child_places.items() if path[:size] == at}


def _mergeable(parent: dict[str, Any], child: dict[str, Any], at: KeyPath) -> bool:
    """Whether two mappings say the same sort of thing: not a dated series over a range, nor another kind."""
    if at[0] == "measures" and len(at) == 2 and child.get("kind", parent.get("kind")) != parent.get("kind"):
        return False
    if at[:2] == ("uncertainty", "vary") and len(at) == 3:  # a range over a choice, or one range over another
        return False
    return _is_dated(parent) == _is_dated(child) or not child or not parent


def _is_dated(mapping: dict[str, Any]) -> bool:
    return any(key[:1] in "0123456789" for key in mapping if key)


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
