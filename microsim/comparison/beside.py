"""What stands beside the scorecards of two runs: memo lines and ratios of the reform arms, and second rounds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from microsim.comparison.finished import SECOND_ROUND, FinishedRun

_REFORM = "reform"


def line_frame(first: FinishedRun, second: FinishedRun, years: Sequence[str]) -> pd.DataFrame:
    """Memo lines by year, in pounds or people: reference, amount, difference (to the penny). No sign, no error."""
    keys = ["measure", "line", "description", "unit", "stock", "financial_year"]
    sides = []
    for run in (first, second):
        table = run.table("lines")
        kept = (table["arm"] == _REFORM) & (table["head"] == "memo") & table["financial_year"].isin(years)
        sides.append(table.loc[kept, [*keys, "amount"]])
    return _beside(sides, keys, "amount", 2).fillna({"reference": 0.0, "amount": 0.0, "difference": 0.0})


def ratio_frame(first: FinishedRun, second: FinishedRun, years: Sequence[str]) -> pd.DataFrame:
    """Ratios by year: reference, amount, difference; nothing where a run has none."""
    keys = ["measure", "ratio", "description", "unit", "financial_year"]
    sides = []
    for run in (first, second):
        table = run.table("ratios")
        kept = (table["arm"] == _REFORM) & table["financial_year"].isin(years)
        sides.append(table.loc[kept, [*keys, "value"]])
    return _beside(sides, keys, "value", None)


def second_round_frame(first: FinishedRun, second: FinishedRun, years: Sequence[str], prices: str) -> pd.DataFrame:
    """Lines of the second round by year, in pounds, signed as there; 0 where a run has none. No error."""
    keys = ["line", "description", "payer", "head", "financial_year"]
    sides = []
    for run in (first, second):
        if SECOND_ROUND in run.tables:
            table = run.table(SECOND_ROUND)
            sides.append(table.loc[table["financial_year"].isin(years), [*keys, prices]])
        else:
            sides.append(pd.DataFrame({key: pd.Series(dtype=str) for key in keys} | {prices: pd.Series(dtype=float)}))
    found = _beside(sides, keys, prices, 2)
    return found.fillna({"reference": 0.0, "amount": 0.0, "difference": 0.0})


def _beside(sides: Sequence[pd.DataFrame], keys: list[str], column: str, places: int | None) -> pd.DataFrame:
    """Two long tables joined on what names a row, in the order of the first, then of the second."""
    names = [key for key in keys if key not in ("description", "unit", "stock")]
    about = pd.concat([side[keys] for side in sides]).drop_duplicates(names, ignore_index=True)
    found = about
    for side, name in zip(sides, ("reference", "amount"), strict=True):
        found = found.merge(side[[*names, column]].rename(columns={column: name}), on=names, how="left")
    reference, amount = (found[name].fillna(0.0) if places is not None else found[name] for name in
                         ("reference", "amount"))  # fmt: skip
    difference = amount - reference
    found["difference"] = difference if places is None else np.round(difference, places)
    return found
