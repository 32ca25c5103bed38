"""The table of a fan chart: by measure and year how far a cost may lie from the central run, and, beside it and never
added to it, the simulation error of the central run."""

from __future__ import annotations

import pandas as pd

from microsim.accounts.totals import ALL_LINES
from microsim.uncertainty.percentiles import PERCENT_COLUMNS

COLUMNS = (
    "measure", "financial_year", "central", "simulation_error", "mean", "standard_deviation", *PERCENT_COLUMNS,
)  # fmt: skip


def fan_table(percentiles: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """COLUMNS for each measure and all of them, each year and all years: pounds in cash, plus is a cost.

    `percentiles` is the table of that name, in which minus is a cost; `totals` the table `scorecard_totals` of the
    central run.
    """
    mine = percentiles[(percentiles["line"] == ALL_LINES) & (percentiles["prices"] == "cash")]
    turned = mine[["measure", "financial_year", "standard_deviation"]].copy()
    for name in ("central", "mean"):
        turned[name] = 0.0 - mine[name]
    for name, other in zip(PERCENT_COLUMNS, reversed(PERCENT_COLUMNS), strict=True):
        turned[name] = 0.0 - mine[other]
    errors = totals[totals["line"] == ALL_LINES].set_index(["measure", "financial_year"])["simulation_error"]
    keys = pd.MultiIndex.from_frame(mine[["measure", "financial_year"]])
    turned["simulation_error"] = errors.reindex(keys).to_numpy()  # not a number where the run has none
    return turned[list(COLUMNS)].reset_index(drop=True)
