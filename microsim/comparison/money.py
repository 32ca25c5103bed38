"""The scorecards of two runs side by side: every line and year, and totals with the errors of totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from microsim.comparison.finished import REPLICATES, FinishedRun
from microsim.comparison.sums import (
    ALL_LINES,
    ALL_MEASURES,
    ALL_YEARS,
    CASH,
    Sums,
    differences,
    grid,
    long_frame,
    people_of_groups,
)
from microsim.population.columns import RANDOM_GROUPS

_ABOUT = ("description", "payer", "head")


def scorecard_rows(runs: Sequence[FinishedRun]) -> pd.DataFrame:
    """The lines of all runs, each once in the order in which they first appear: measure, line and what they are."""
    columns = ["measure", "line", *_ABOUT]
    rows = [run.scorecard[columns] for run in runs]
    return pd.concat(rows, ignore_index=True).drop_duplicates(["measure", "line"], ignore_index=True)


def price_factors(run: FinishedRun, years: Sequence[str], prices: str) -> np.ndarray:
    """What a pound of each year is worth in the prices asked for, float64 [years], as the run's scorecard has it."""
    if prices == CASH:
        return np.ones(len(years))
    table = run.scorecard[["financial_year", CASH, prices]]
    largest = table.loc[table[CASH].abs().groupby(table["financial_year"]).idxmax()].set_index("financial_year")
    cells = largest.reindex(list(years))
    cash, worth = cells[CASH].fillna(0.0).to_numpy(), cells[prices].fillna(0.0).to_numpy()
    return np.divide(worth, cash, out=np.ones(len(years)), where=cash != 0)


def scorecard_sums(run: FinishedRun, rows: pd.DataFrame, years: Sequence[str], prices: str) -> Sums:
    """The run's scorecard on the grid of `rows` (measure and line) and years."""
    names = line_names(rows)
    amounts = grid(with_names(run.scorecard), prices, {"name": names, "financial_year": years})
    if REPLICATES not in run.tables:
        return Sums(amounts)
    table = run.table(REPLICATES)
    axes: dict[str, Sequence[object]] = {
        "name": names, "financial_year": years, "random_group": range(RANDOM_GROUPS),
    }  # fmt: skip
    cash = grid(with_names(table), CASH, axes)
    worth = np.rint(cash * price_factors(run, years, prices)[:, None]).astype(np.int64)
    return Sums(amounts, worth, people_of_groups(table, years))


def line_names(rows: pd.DataFrame) -> list[str]:
    """One name for each row's measure and line together."""
    return [f"{measure}\0{line}" for measure, line in zip(rows["measure"], rows["line"], strict=True)]


def with_names(table: pd.DataFrame) -> pd.DataFrame:
    """A table with the names that `line_names` gives in a column `name`."""
    return table.assign(name=table["measure"].astype(str) + "\0" + table["line"].astype(str))


def line_differences(
    rows: pd.DataFrame, years: Sequence[str], first: Sums, second: Sums, same_people: bool
) -> pd.DataFrame:
    """A row for each line and year: reference, amount, difference and standard error, in pounds."""
    labels = {name: rows[name].tolist() for name in ("measure", "line", *_ABOUT)}
    return long_frame(labels, years, differences(first, second, same_people))


def total_differences(
    rows: pd.DataFrame, years: Sequence[str], first: Sums, second: Sums, same_people: bool
) -> pd.DataFrame:
    """Totals: each line over all years, each measure and all measures by year and over all years."""
    frames = []
    for names, member, with_years in _totals(rows):
        labels = {"measure": [name[0] for name in names], "line": [name[1] for name in names]}
        one, other = first.over_rows(member), second.over_rows(member)
        if with_years:
            frames.append(long_frame(labels, years, differences(one, other, same_people)))
        whole = differences(one.over_years(), other.over_years(), same_people)
        frames.append(long_frame(labels, [ALL_YEARS], whole))
    return pd.concat(frames, ignore_index=True)


def _totals(rows: pd.DataFrame) -> Iterator[tuple[list[tuple[str, str]], np.ndarray, bool]]:
    """Names of total rows, which lines each is made of, and whether single years are wanted."""
    pairs = list(zip(rows["measure"].astype(str), rows["line"].astype(str), strict=True))
    yield pairs, np.eye(len(pairs), dtype=np.int64), False
    measures = list(dict.fromkeys(measure for measure, _ in pairs))
    member = np.array([[measure == name for measure, _ in pairs] for name in measures], np.int64)
    yield [(name, ALL_LINES) for name in measures], member.reshape(len(measures), len(pairs)), True
    yield [(ALL_MEASURES, ALL_LINES)], np.ones((1, len(pairs)), np.int64), True
