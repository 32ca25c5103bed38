"""Whether two folders are of one scenario: the same measures, choices, figures and population, whatever the sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

_OWN = ("sample", "seed", "years", "population")  # what a companion may have otherwise; the population by its digest
_WORDS = ("name", "description", "by")  # what changes no cost
_POLICY = ("measures", "uncertainty", "incidence", "distributional_weights", "second_round")  # what changes no life
_DIGESTS = {"population_digest": "the population", "alignment_digest": "the alignment of the population"}
_FIGURE = ["value", "low", "high", "distribution"]


def difference_of(
    mine: Mapping[str, Any], mine_manifest: Mapping[str, Any], mine_figures: pd.DataFrame,
    other: Mapping[str, Any], other_manifest: Mapping[str, Any], other_figures: pd.DataFrame, *, lives_alone: bool,
) -> str:  # fmt: skip
    """The first thing in which two resolved scenarios, their manifests and their figures differ, in words.

    Nothing where they are the same but for sample, seed and years. With `lives_alone` only what changes how people live
    counts.
    """
    for key, words in _DIGESTS.items():
        if mine_manifest.get(key) != other_manifest.get(key):
            return words
    if (path := _first_difference(_settings(mine, lives_alone), _settings(other, lives_alone))) is not None:
        return path
    same_years = mine_manifest.get("years") == other_manifest.get("years")
    return _figure_that_differs(mine_figures, other_figures, same_years, lives_alone)


def people_differ(mine: Mapping[str, Any], other: Mapping[str, Any], *, years_too: bool) -> str:
    """In what two manifests' people, luck and years differ, in words; nothing where they are the same."""
    found = []
    if mine["sample"] != other["sample"]:
        found.append(f"{other['sample']} of the population (this run: {mine['sample']})")
    if mine["seed"] != other["seed"]:
        found.append(f"seed {other['seed']} (this run: {mine['seed']})")
    if years_too and mine["years"] != other["years"]:
        found.append(f"{other['years']} (this run: {mine['years']})")
    return "; ".join(found)


def _settings(resolved: Mapping[str, Any], lives_alone: bool) -> dict[str, Any]:
    left_out = (*_OWN, *_WORDS, *(_POLICY if lives_alone else ()))
    kept = {key: value for key, value in resolved.items() if key not in left_out}
    if lives_alone:
        kept["baseline"] = {"parameters": (resolved.get("baseline") or {}).get("parameters") or {}}
    return dict(_flat(kept, ""))


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value by its path; whole numbers and others are told apart by their size alone."""
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple) and value:
        for place, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{place}]")
    elif isinstance(value, Mapping | list | tuple):
        yield path, None  # nothing in it
    else:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        yield path, float(value) if is_number else value


def _first_difference(mine: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    differing = [path for path in (*mine, *other) if path not in mine or path not in other or mine[path] != other[path]]
    return differing[0] if differing else None


def _figure_that_differs(mine: pd.DataFrame, other: pd.DataFrame, same_years: bool, lives_alone: bool) -> str:
    """The first figure that differs. Official ones are written year by year, so that they can be compared only over the
    same years."""
    tables = []
    for table in (mine, other):
        counted = table["path"].str.startswith("population.")
        if same_years and not lives_alone:  # a reform's own official figures change no life in the baseline
            counted |= table["path"].str.startswith("parameters.")
        rows = table[counted].set_index("path")[_FIGURE]
        tables.append({str(path): tuple(row) for path, row in zip(rows.index, rows.to_numpy().tolist(), strict=True)})
    return _first_difference(*tables) or ""
