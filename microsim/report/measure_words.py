"""The measures of a finished run in words: which there are, of what kind, what the scenario chose, their ratings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from microsim.accounts.tables import CHANGED_RULES
from microsim.comparison.finished import FinishedRun
from microsim.errors import InputError
from microsim.measures.about import About, about_of
from microsim.report.ratings import rating_lines
from microsim.report.words import in_words

_DEFAULT = "default"  # who set a figure that the scenario leaves as it is
RULES = (
    "Taxes and benefits whose official rules the scenario changes, or that follow from several measures at once: they "
    "belong to no single measure."
)


def measure_names(run: FinishedRun) -> list[str]:
    """The scenario's measures in the order written, those that only the baseline has, and what else has money."""
    costed = map(str, run.scorecard["measure"]) if len(run.scorecard) else ()
    return list(dict.fromkeys([*_entries(run, "reform"), *_entries(run, "baseline"), *costed]))


def kind_of(run: FinishedRun, name: str) -> str | None:
    """The kind of a measure of the run; None for changed official rules."""
    entry = _entries(run, "reform").get(name) or _entries(run, "baseline").get(name)
    return str(entry["kind"]) if entry else None


def kinds(run: FinishedRun) -> dict[str, str]:
    """The kind of each measure by its name."""
    entries = {**_entries(run, "baseline"), **_entries(run, "reform")}
    return {name: str(entry["kind"]) for name, entry in entries.items()}


def about(run: FinishedRun, name: str) -> About | None:
    """What a measure says of itself, if anything."""
    kind = kind_of(run, name)
    return words_of(kind) if kind else None


def words_of(kind: str) -> About | None:
    """What a kind of measure says of itself; None where it says nothing, or what it says cannot be read."""
    try:
        return about_of(kind)
    except InputError:
        return None  # a plug-in's fault, which is no reason to print nothing of a costing


def unsaid(kind: str, what: str = "its policy, base, method and behaviour") -> str:
    """That a kind of measure has no words that can be read, as a sentence."""
    try:
        about_of(kind)
    except InputError:
        return f"The about.yaml of this kind of measure ({kind}) cannot be read: it would describe {what}."
    return f"This kind of measure ({kind}) comes without a description of {what}."


def title_of(run: FinishedRun, name: str) -> str:
    """The name that the scenario gives the measure, as people read it, and its own title where that says more."""
    if name == CHANGED_RULES and kind_of(run, name) is None:
        return "Changed taxes and benefits"
    words, found = in_words(name), about(run, name)
    return words if found is None or found.title.lower() == words.lower() else f"{words}: {found.title}"


def only_in_baseline(run: FinishedRun, name: str) -> bool:
    """Whether the reform drops the measure."""
    return name in _entries(run, "baseline") and name not in _entries(run, "reform")


def choices(run: FinishedRun, name: str) -> pd.DataFrame:
    """What the scenario sets of a measure, or of official figures, as rows of its assumptions: every other figure is
    the measure's own default. Paths are without the measure's name."""
    table = run.assumptions
    start = "parameters." if name == CHANGED_RULES and kind_of(run, name) is None else f"measures.{name}."
    mine = table[table["path"].str.startswith(start) & (table["set_by"] != _DEFAULT)]
    if start == "parameters.":  # official figures are set by their files; a scenario's have its place
        mine = mine[mine["path"].str.split(".").str[1].isin(list(run.resolved.get("parameters", {})))]
    return mine.assign(path=mine["path"].str.removeprefix(start))


def rating_line(run: FinishedRun, name: str) -> str:
    """The uncertainty rating of a measure in a line; nothing where the run has none."""
    if "ratings" not in run.tables:
        return ""
    return rating_lines(run.table("ratings")).get(name, "")


def _entries(run: FinishedRun, arm: str) -> Mapping[str, Any]:
    """The measures of an arm as the resolved scenario writes them, by name."""
    holder = run.resolved if arm == "reform" else run.resolved.get("baseline") or {}
    entries: Mapping[str, Any] = holder.get("measures") or {}
    return entries
