"""The tables of many draws, put together at once: draw by draw they would take as long as the draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from microsim.accounts.amounts import unit_name
from microsim.accounts.tables import Accounts
from microsim.engine.run import REFORM
from microsim.running.drawn import LINE_COLUMNS, SCORECARD_COLUMNS, Drawn
from microsim.years import format_financial_year

Row = tuple[dict[str, Any], dict[str, np.ndarray]]  # what is the same in all years, and float64 [years] of the others


def tables_of_draws(accounts: Sequence[Accounts]) -> Drawn:
    """The scorecard and the reform's lines of each draw; `draw` is the place among the accounts."""
    effects: list[Row] = []
    lines: list[Row] = []
    for draw, one in enumerate(accounts):
        for measure, line, effect in one.effects:
            about = {"draw": draw, "measure": measure, "line": line.name, "payer": line.payer, "head": line.head}
            effects.append((about, one.money(effect.total)))
        for item in one.chosen:
            if item.entry.arm == REFORM:
                about = {
                    "draw": draw, "measure": item.entry.name, "line": item.line.name, "unit": unit_name(item.line),
                    "stock": item.line.stock,
                }  # fmt: skip
                lines.append((about, one.amount_and_real(item)))
    years = [format_financial_year(year) for year in accounts[0].years]
    return Drawn(_frame(SCORECARD_COLUMNS, effects, years), _frame(LINE_COLUMNS, lines, years))


def _frame(columns: Sequence[str], rows: Sequence[Row], years: Sequence[str]) -> pd.DataFrame:
    """One row for each year of each of `rows`."""
    found: dict[str, Any] = {}
    for name in columns:
        if name == "financial_year":
            found[name] = np.tile(np.array(years, object), len(rows))
        elif rows and name in rows[0][0]:
            found[name] = np.repeat(np.array([about[name] for about, _ in rows]), len(years))
        else:
            found[name] = np.concatenate([values[name] for _, values in rows]) if rows else np.zeros(0)
    return pd.DataFrame(found)
