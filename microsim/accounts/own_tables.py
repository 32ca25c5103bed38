"""The tables that measures publish besides their lines, with simulation error where one column is money."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from microsim.accounts.amounts import Amounts
from microsim.accounts.simulation_error import leave_one_out, spread
from microsim.engine.run import ArmMeasure

_AMOUNTS = ("amount", "cost")  # a table with one of these columns goes by steps, parties or items
ERROR = "simulation_error"


def tables_of_measure(entry: ArmMeasure, lines: Sequence[Amounts], adults: np.ndarray) -> dict[str, pd.DataFrame]:
    """Every table of a measure by name; `lines` are the measure's, `adults` [years lived, RANDOM_GROUPS].

    Those that go by step are made again without each random group, for an error of their amounts. Others show amounts
    of `lines` or figures that nobody is simulated for.
    """
    if entry.measure.tables is None:
        return {}

    def made(totals: dict[str, np.ndarray]) -> dict[str, pd.DataFrame]:
        assert entry.measure.tables is not None
        return entry.measure.tables(entry.params, entry.setting, totals)

    tables = made({item.line.name: item.total for item in lines})
    amounts = {name: column for name, table in tables.items() for column in _AMOUNTS if column in table}
    if not amounts:
        return tables
    without = {item.line.name: leave_one_out(item.groups, adults) for item in lines}
    estimates: dict[str, list[np.ndarray]] = {name: [] for name in amounts}
    if all(np.isfinite(each).all() for each in without.values()):
        for group in range(adults.shape[1]):
            others = made({name: np.rint(each[:, group]).astype(np.int64) for name, each in without.items()})
            for name, column in amounts.items():
                estimates[name].append(others[name][column].to_numpy(np.float64))
    return tables | {
        name: tables[name].assign(**{ERROR: _error(found, len(tables[name]))}) for name, found in estimates.items()
    }


def _error(estimates: Sequence[np.ndarray], rows: int) -> np.ndarray | float:
    """The error of each of `rows` rows; not a number where a row is there in some estimates alone."""
    if not estimates or {len(one) for one in estimates} != {rows}:
        return float("nan")
    return spread(np.stack(estimates, axis=-1)).round(2)
