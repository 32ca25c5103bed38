"""Finds a measure by its kind: a module of this package, or an installed plug-in. Nothing is registered by hand.

A plug-in is a package with an entry point in the group `microsim.measures`, whose name is the kind and whose value is
the module that defines `MEASURE`.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from importlib.metadata import entry_points
from pathlib import Path

import microsim.measures
from microsim.measures.contract import Measure

_NOT_MEASURES = {"contract", "figures", "find"}


@functools.cache
def known_kinds() -> tuple[str, ...]:
    """Every kind of measure that can be used, in alphabetical order."""
    own = {module.name for module in pkgutil.iter_modules(microsim.measures.__path__)} - _NOT_MEASURES
    return tuple(sorted(own | {point.name for point in entry_points(group="microsim.measures")}))


@functools.cache
def find_measure(kind: str) -> Measure:
    """The measure of that kind. Raises KeyError when there is none (see `known_kinds`)."""
    if kind not in known_kinds():
        raise KeyError(kind)
    own = {module.name for module in pkgutil.iter_modules(microsim.measures.__path__)} - _NOT_MEASURES
    if kind in own:
        module = importlib.import_module(f"microsim.measures.{kind}")
    else:
        (point,) = [point for point in entry_points(group="microsim.measures") if point.name == kind]
        module = point.load()
    measure: Measure = module.MEASURE
    return measure


def source_files(kinds: tuple[str, ...]) -> tuple[Path, ...]:
    """The files of plug-in measures among `kinds`: their change must make kept compiled code stale."""
    files = []
    own = Path(microsim.measures.__path__[0])
    for kind in kinds:
        file = Path(importlib.import_module(find_measure(kind).params.__module__).__file__ or "")
        if own not in file.parents:
            files.append(file)
    return tuple(sorted(files))
