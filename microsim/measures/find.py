"""Finds a measure by its kind: a module of this package, or an installed plug-in. Nothing is registered by hand.

A plug-in is a package with an entry point in the group `microsim.measures`, whose name is the kind and whose value is
the module that defines `MEASURE`.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import sys
from importlib.metadata import entry_points
from pathlib import Path

import microsim.measures
from microsim.kernels.jit import note_sources
from microsim.measures.contract import Measure

_NOT_MEASURES = {"about", "amounts", "barnett", "checks", "contract", "figures", "find", "listed", "rating"}


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
    note_sources(files_of(measure))
    return measure


def files_of(measure: Measure) -> tuple[Path, ...]:
    """The files whose change makes a measure's compiled code stale, besides all of this package that they import.

    Of a plug-in, every source file of its package: what it imports from itself is not followed.
    """
    kernel = measure.file
    if Path(microsim.measures.__path__[0]) in kernel.parents:
        return (kernel,)
    top = sys.modules[measure.params.__module__.partition(".")[0]]
    folders = [Path(folder) for folder in getattr(top, "__path__", [])]
    return tuple(sorted({kernel, *(file for folder in folders for file in folder.rglob("*.py"))}))


def source_files(kinds: tuple[str, ...]) -> tuple[Path, ...]:
    """The files of plug-in measures among `kinds`, on which results depend as on this package's own."""
    own = Path(microsim.measures.__path__[0])
    files = {file for kind in kinds for file in files_of(find_measure(kind))}
    return tuple(sorted(file for file in files if own not in file.parents))
