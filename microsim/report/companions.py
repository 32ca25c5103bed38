"""What stands beside a run folder and belongs to it: the folders that other commands left for the same scenario.

Beside `outputs/NAME` may stand `NAME.uncertainty`, `NAME.sensitivity`, `NAME.validation`, `NAME.synthesis/tables`, or
the same of another sample, seed or years, whose names say so. Each is taken only where the resolved scenario, the
figures and the digest of the population are the run's. What is wrong with one of them is said and breaks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES
from microsim.comparison.finished import FinishedRun, load_companion
from microsim.errors import InputError
from microsim.report.companion_values import what_is_wrong
from microsim.report.material import Companion, Material
from microsim.report.same_scenario import difference_of, people_differ

_NAMED_OPTIONS = re.compile(r"\.(sample|seed|years|population)-.*$")
_PENNY = 0.005


class _Kind(NamedTuple):
    """What a companion must hold: columns by table, those of tables that it may hold, and keys of its manifest."""

    tables: Mapping[str, tuple[str, ...]]
    optional: Mapping[str, tuple[str, ...]] = {}
    about: tuple[str, ...] = ()
    below: str = ""  # a folder in it


_KINDS = {
    "uncertainty": _Kind(
        {"fan": ("measure", "financial_year", "central", "simulation_error", "p5", "p25", "p50", "p75", "p95")},
        {"budget": ("financial_year", "budget", "chance", "chance_low", "chance_high")},
        ("draws", "fields", "headline_year", "headline_is", "the_spread_is", "the_spread_is_not", "choices_drawn"),
    ),
    "sensitivity": _Kind(
        {"tornado": ("field", "low", "central", "high", "cost_low", "cost_central", "cost_high", "swing", "unit",
                     "distribution", "description", "source", "quality")},
        {"variance_shares": ("factor", "fields", "first_order", "first_order_interval", "total", "total_interval")},
        ("cost", "fields", "runs"),
    ),
    "validation": _Kind(
        {"validation": ("comparison", "quantity", "published", "source", "date", "model", "difference", "tolerance",
                        "measured", "sampling_error", "verdict", "evidence", "quality", "scope", "reason"),
         "validation_counts": ("comparison", "inside", "outside", "inputs_inside", "inputs_outside", "held_out_inside",
                               "held_out_outside")},
        about=("only",),
    ),
    "synthesis": _Kind(
        {"synthesis": ("variant", "measure", "financial_year", "as_built", "synthesis_difference", "simulation_error"),
         "synthesis_fits": ("variant", "association", "largest_error")},
        about=("seeds",), below="tables",
    ),
}  # fmt: skip


class _Refused(Exception):
    """Why a folder does not belong to a run, in words that follow a colon."""


def material_of(run: FinishedRun, folder: Path | None = None) -> Material:
    """The run with what stands beside its `folder` (the run's own unless given) and belongs to it.

    Nothing outside the folder above is read, nor through links. What is damaged, of another scenario or of another
    version is left out, and `refused` says so.
    """
    folder = folder or run.folder
    taken: dict[str, Companion] = {}
    refused: dict[str, str] = {}
    for name in _KINDS if folder is not None else ():
        assert folder is not None
        companion, why = _find(run, folder, name)
        if companion is not None:
            taken[name] = companion
        elif why:
            refused[name] = why
    return Material(run, **taken, refused=refused)


def _find(run: FinishedRun, folder: Path, name: str) -> tuple[Companion | None, str]:
    """The first of a kind that belongs to the run, those of the same name before others; or why the first does not."""
    why = ""
    for beside in _candidates(folder, name):
        try:
            return _taken(run, beside, name), ""
        except _Refused as refusal:
            why = why or f"{beside.name} stands beside this run but is left out: {refusal}."
    return None, why


def _candidates(folder: Path, name: str) -> list[Path]:
    """Folders beside the run whose names are its own but for options, the most alike first."""
    base = _NAMED_OPTIONS.sub("", folder.name)
    ending = f".{name}"
    try:
        found = [
            path
            for path in folder.parent.iterdir()
            if path.name.endswith(ending) and _NAMED_OPTIONS.sub("", path.name.removesuffix(ending)) == base
            and path.is_dir() and not path.is_symlink()
        ]  # fmt: skip
    except OSError:
        return []
    return sorted(found, key=lambda path: (path.name != folder.name + ending, path.name))


def _taken(run: FinishedRun, beside: Path, name: str) -> Companion:
    """What a folder holds, where it belongs to the run. Raises _Refused."""
    other = _read(beside, name)
    differs = difference_of(
        run.resolved, run.manifest, run.assumptions, other.resolved, other.manifest, other.assumptions,
        lives_alone=name == "validation",
    )  # fmt: skip
    if differs:
        raise _Refused(f"it is of another scenario ({differs} differs)")
    people = people_differ(run.manifest, other.manifest, years_too=name != "validation")
    if not people and not _same_centre(run, name, other):
        raise _Refused("its central run is not this one: it was made by another version of the program or its data")
    return Companion(other.tables, other.manifest, people)


def _read(beside: Path, name: str) -> FinishedRun:
    """A folder with every table and column that a report needs of it. Raises _Refused."""
    kind = _KINDS[name]
    if linked := _link_in(beside, kind.below):
        raise _Refused(f"{linked} in it is a link, and nothing elsewhere is read")
    try:
        other = load_companion(beside / kind.below)
        about = other.manifest[name]
        lacking = [key for key in kind.about if key not in about]
        optional = {table: columns for table, columns in kind.optional.items() if table in other.tables}
        for table, columns in {**kind.tables, **optional}.items():
            lacking += [f"{table}.{column}" for column in columns if column not in other.tables[table]]
        wrong = "" if lacking else what_is_wrong(name, about, other.tables)
    except (InputError, OSError, ValueError, KeyError, TypeError, AttributeError):
        raise _Refused("it is damaged, unfinished or of another version") from None
    if lacking:
        raise _Refused(f"it is of another version (it has no {lacking[0]})")
    if wrong:
        raise _Refused(f"it is damaged: {wrong}")
    return other


def _link_in(beside: Path, below: str) -> str:
    """The first file or folder to be read that is a link to another place; nothing where none is."""
    folder = beside / below
    if folder.is_symlink():
        return folder.name
    try:
        return next((path.name for path in sorted(folder.iterdir()) if path.is_symlink()), "")
    except OSError:
        return ""  # no folder: said of what is read from it


def _same_centre(run: FinishedRun, name: str, other: FinishedRun) -> bool:
    """Whether a companion of the same people found the run's own costs, as far as both say what they were."""
    if "scorecard_totals" not in run.tables:
        return True
    totals = run.tables["scorecard_totals"]
    mine = totals[totals["line"] == ALL_LINES].set_index(["measure", "financial_year"])
    if name == "uncertainty":
        fan = other.tables["fan"].set_index(["measure", "financial_year"])["central"]
        return _opposite(mine["cash"].reindex(fan.index, fill_value=0.0), fan)
    if name == "sensitivity" and len(other.tables["tornado"]):
        question = other.manifest[name]["cost"]
        key = (question["measure"] or ALL_MEASURES, question["year"])
        central = other.tables["tornado"]["cost_central"].iloc[:1]
        return _opposite(pd.Series([mine[question["prices"]].get(key, 0.0)], central.index), central)
    return True


def _opposite(effects: pd.Series, costs: pd.Series) -> bool:
    """Whether costs are effects on the Exchequer with the other sign, to the penny."""
    return bool(((effects + costs).abs() < _PENNY).all())
