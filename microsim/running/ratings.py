"""How uncertain each measure's costing is, as its authors judge it: the table `ratings` of a run."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from microsim.measures import find_measure
from microsim.measures.rating import rating_rows
from microsim.scenario.schema import MeasureEntry, Scenario

COLUMNS = ["measure", "kind", "subject", "rating", "why", "figure"]
_ELSEWHERE = ("population.", "parameters.")  # what figures that are no field of the measure begin with


def ratings_table(scenario: Scenario) -> pd.DataFrame:
    """The overall rating of each measure of the reform or the baseline, with its most important doubt, and its parts.

    `figure` is where the doubt lies, as `microsim assumptions` prints it. A measure without a rating has one row.
    """
    entries = {entry.name: entry for entry in (*scenario.baseline_measures, *scenario.measures)}
    return pd.DataFrame(list(_rows(entries.values())), columns=COLUMNS, dtype=object)


def _rows(entries: Iterable[MeasureEntry]) -> Iterable[tuple[str, ...]]:
    for entry in entries:
        for row in rating_rows(find_measure(entry.kind).rating):
            figure = row["figure"]
            path = figure if not figure or figure.startswith(_ELSEWHERE) else f"measures.{entry.name}.{figure}"
            yield entry.name, entry.kind, row["subject"], row["rating"], row["why"], path
