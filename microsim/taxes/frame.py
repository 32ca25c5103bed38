"""The steps of a household as a pandas frame, each with the official figures it used: name, value, unit and source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from microsim.parameters.load import Parameters
from microsim.taxes.worksheet import Step

COLUMNS = ("who", "section", "step", "how", "amount", "unit", "line", "rule", "law", "figures")


def steps_frame(steps: Iterable[Step], parameters: Parameters, year: int) -> pd.DataFrame:
    """One row for each step, in order; `figures` is a list of mappings."""
    rows = [
        (
            step.who, step.section, step.label, step.how, round(step.amount, 6), step.unit, step.line, step.rule,
            step.law, [figure(parameters, name, year) for name in step.figures],
        )
        for step in steps
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def figure(parameters: Parameters, name: str, year: int) -> dict[str, Any]:
    """An official figure in its published unit, and where it comes from: a scenario's own says so."""
    entry = parameters.entry(name)
    override = parameters.overrides.get(name)
    source = str(entry.source)
    if override is not None:
        source = f"set by the scenario ({override.place or 'no file'}), in place of {source}"
    return {"name": name, "value": parameters.value(name, year), "unit": entry.unit, "source": source}
