"""The verdicts: every published figure beside the model's, as one table, and how many lie inside.

A miss is judged on its tolerance alone: the sampling error is shown beside it and excuses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from microsim.errors import InputError, Problem, nearest
from microsim.validation.statistics import estimate
from microsim.validation.tally import Tally
from microsim.validation.targets import (
    FOLDER,
    HELD_OUT,
    INPUT,
    Target,
    Tolerance,
    note_on,
    read_notes,
    read_targets,
    read_tolerances,
)

if TYPE_CHECKING:
    import pandas as pd

INSIDE, OUTSIDE = "inside", "outside"
UNEXPLAINED = "Not explained yet."


class Row(NamedTuple):
    """One line of the table. `difference`, `tolerance` and `sampling_error` are in the tolerance's terms."""

    comparison: str
    quantity: str
    published: float
    source: str
    date: str
    model: float
    difference: float  # a share of the published figure (relative) or in its own unit (absolute)
    tolerance: float
    measured: str  # relative or absolute
    sampling_error: float  # one standard error, in the terms of the difference
    verdict: str
    evidence: str  # input of the fit, or held out
    quality: str
    scope: str  # how the two differ in what they cover
    reason: str  # why it is outside


def targets_for(population_tables: Path, variant: str, only: str | None = None) -> list[Target]:
    """The targets that go with a population: those beside its tables, of its variant, of the area `only`.

    Raises InputError when there are none or no area has that name.
    """
    targets = [one for one in read_targets(population_tables.parent / FOLDER) if one.heading.variant in (None, variant)]
    if only is None:
        return targets
    names = list(dict.fromkeys(target.heading.comparison for target in targets))
    if only not in names:
        raise InputError(Problem("unknown area of comparison", None, only, ", ".join(names), nearest(only, names)))
    return [target for target in targets if target.heading.comparison == only]


def judge(published: float, model: float, tolerance: Tolerance) -> tuple[float, str]:
    """The difference in the tolerance's terms, and whether it lies inside. No model value is outside."""
    gap = model - published
    if tolerance.kind == "relative":
        gap = gap / abs(published) if published else np.inf
    inside = abs(gap) <= tolerance.size * (1 + 1e-9)
    return gap, INSIDE if inside else OUTSIDE


def compare(tally: Tally, targets: Sequence[Target], notes: dict[str, str]) -> pd.DataFrame:
    """A row for each target, in order of area; columns are the fields of `Row`."""
    import pandas as pd

    tolerances = read_tolerances()
    rows = [_row(tally, target, tolerances[target.heading.tolerance], notes) for target in targets]
    order = {name: at for at, name in enumerate(AREAS)}
    rows.sort(key=lambda row: (order.get(row.comparison, len(order)), row.comparison))
    return pd.DataFrame(rows, columns=list(Row._fields))


# areas of comparison in the order of the printed table; others follow in order of name
AREAS = (
    "population", "projection", "deaths and migration", "moves between areas", "qualifications", "work",
    "self-employment", "public sector", "yearly changes of work", "industry", "employers", "hours", "pay",
    "total wages", "mobility of pay", "household income", "taxes and benefits", "households", "families", "births",
    "partnerships", "disability and care", "ethnicity", "routes at 16 to 18", "free school meals and attainment",
    "higher education", "adult learning", "apprenticeships",
)  # fmt: skip


def _row(tally: Tally, target: Target, tolerance: Tolerance, notes: dict[str, str]) -> Row:
    model, error = estimate(tally, target)
    difference, verdict = judge(target.value, model, tolerance)
    if tolerance.kind == "relative":
        error = error / abs(target.value) if target.value else np.inf
    heading = target.heading
    reason = (note_on(target.quantity, notes) or UNEXPLAINED) if verdict == OUTSIDE else ""
    return Row(
        heading.comparison, target.quantity, target.value, heading.source, heading.published, model, difference,
        tolerance.size, tolerance.kind, error, verdict, heading.evidence, heading.quality, heading.note, reason,
    )  # fmt: skip


def counts(table: pd.DataFrame) -> pd.DataFrame:
    """How many figures lie inside and outside by area, inputs of the fit and held-out figures apart, and in all."""
    import pandas as pd

    names = list(dict.fromkeys(table["comparison"]))
    rows = [_count(name, table[table["comparison"] == name]) for name in names]
    return pd.DataFrame([*rows, _count("all", table)])


def _count(name: str, part: pd.DataFrame) -> dict[str, str | int]:
    def number(evidence: str, verdict: str) -> int:
        return int(((part["evidence"] == evidence) & (part["verdict"] == verdict)).sum())

    return {
        "comparison": name,
        "inside": int((part["verdict"] == INSIDE).sum()),
        "outside": int((part["verdict"] == OUTSIDE).sum()),
        "inputs_inside": number(INPUT, INSIDE),
        "inputs_outside": number(INPUT, OUTSIDE),
        "held_out_inside": number(HELD_OUT, INSIDE),
        "held_out_outside": number(HELD_OUT, OUTSIDE),
    }


def notes_for(population_tables: Path) -> dict[str, str]:
    """The notes on misses that lie beside a population's tables."""
    return read_notes(population_tables.parent / FOLDER)
