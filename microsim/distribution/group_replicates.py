"""The table `group_replicates`: what simulation errors of gains by group, and of their differences, are estimated from.

A row is a group's gain from a measure in a year, with a column for each random group of households: pounds that belong
to their people. National money is left out. The adults of each random group are those of the table `replicates`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from microsim.accounts.amounts import PENCE
from microsim.accounts.rounding import WEIGHT_UNIT
from microsim.distribution.grouping import every_grouping
from microsim.distribution.results import GainResults
from microsim.engine.gains import PEOPLE_ROWS
from microsim.population.columns import RANDOM_GROUPS
from microsim.years import format_financial_year

LABELS = ("breakdown", "group", "measure", "kind", "financial_year")
RANDOM_GROUP_COLUMNS = tuple(f"random_group_{number}" for number in range(RANDOM_GROUPS))


def group_replicates_table(results: GainResults) -> pd.DataFrame:
    """Every group's gains that are anything to somebody, where they are kept by random group."""
    years = np.array([format_financial_year(year) for year in results.years], object)
    rows = [(place, row) for place, row in enumerate(results.rows, len(PEOPLE_ROWS)) if row.kind != "key"]
    labels: dict[str, list[np.ndarray]] = {name: [] for name in LABELS}
    amounts = []
    for grouped in every_grouping(results):
        if grouped.replicates is None:
            continue
        groups = np.array(grouped.groups, object)
        for place, row in rows:
            cells = grouped.replicates[place]
            year, group = np.nonzero((cells != 0).any(axis=2))
            found = (grouped.name, groups[group], row.measure, row.kind, years[year])
            for name, value in zip(LABELS, found, strict=True):
                labels[name].append(np.broadcast_to(np.asarray(value, object), year.shape))
            amounts.append(np.rint(cells[year, group] / WEIGHT_UNIT) / PENCE)
    if not amounts:
        return pd.DataFrame(columns=[*LABELS, *RANDOM_GROUP_COLUMNS])
    columns = {name: np.concatenate(parts) for name, parts in labels.items()}
    return pd.DataFrame(columns | dict(zip(RANDOM_GROUP_COLUMNS, np.concatenate(amounts).T, strict=True)))
