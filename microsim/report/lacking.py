"""Which of the tables that tell who gains a run folder lacks: an older version wrote fewer."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

_COLUMNS = {  # that are read of each, in the report and on the screen
    "gains": ("breakdown", "group", "financial_year", "measure", "kind", "amount", "per_household", "per_adult",
              "share_of_income", "simulation_error"),
    "gain_groups": ("breakdown", "group", "financial_year", "adults", "households", "net_income"),
    "winners_and_losers": ("financial_year", "group", "scale", "concept", "change", "share"),
}  # fmt: skip
_WHY = "an older version left it, or part of it was taken away. Running the scenario again adds it."


def has(tables: Mapping[str, pd.DataFrame], name: str) -> bool:
    """Whether a table is there with every column that is read of it."""
    return name in tables and set(_COLUMNS[name]) <= set(tables[name])


def lacking(tables: Mapping[str, pd.DataFrame], *names: str) -> str:
    """The first of the tables, or of their columns, that is not there, as a sentence; nothing where all are."""
    for name in names:
        if name not in tables:
            return f"This run folder has no table {name}: {_WHY}"
        missing = [column for column in _COLUMNS[name] if column not in tables[name]]
        if missing:
            return f"The table {name} of this run folder has no column {missing[0]}: {_WHY}"
    return ""
