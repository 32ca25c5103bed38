"""Runs of one scenario with some of its uncertain fields elsewhere, and what each comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from microsim.population.blocks import BLOCK_ROWS
from microsim.running.draws import run_draws
from microsim.scenario.replaced import with_values
from microsim.scenario.schema import Scenario
from microsim.uncertainty.target import ALL_YEARS, PRICES, Question

COST_COLUMNS = ("run", "measure", "financial_year", *PRICES)
_YEARS_AFTER = 5  # after the last measure has its first cost: take-up has grown by then


def costs_of(
    scenario: Scenario,
    values: Sequence[Mapping[str, Any]],
    *,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    kept: Path | None = None,
    note: Callable[[str], None] | None = None,
    block_rows: int = BLOCK_ROWS,
) -> pd.DataFrame:
    """The effect on the Exchequer of every run by measure and year (COST_COLUMNS), in pounds: minus is a cost.

    Run n has the values `values[n]` by path, the same people and the same luck. Raises InputError for a value that its
    field refuses.
    """
    scenarios = [with_values(scenario, changed) for changed in values]
    drawn = run_draws(scenarios, threads=threads, progress=progress, kept=kept, note=note, block_rows=block_rows)
    keys = ["draw", "measure", "financial_year"]
    by_measure = drawn.scorecard.groupby(keys, sort=False)[list(PRICES)].sum().reset_index()
    return by_measure.rename(columns={"draw": "run"})[list(COST_COLUMNS)]


def asked(costs: pd.DataFrame, question: Question, runs: int) -> np.ndarray:
    """What every run costs, float64 [runs], in pounds: plus is a cost to the Exchequer."""
    table = costs if question.measure is None else costs[costs["measure"] == question.measure]
    if question.year != ALL_YEARS:
        table = table[table["financial_year"] == question.year]
    total = table.groupby("run")[question.prices].sum().reindex(range(runs), fill_value=0.0)
    return np.asarray(0.0 - total.to_numpy(np.float64))


class Settled(NamedTuple):
    """A year to speak of, and why that one, in words."""

    year: str
    why: str


def settled_year(costs: pd.DataFrame, measure: str | None) -> str:
    """The year of `settled`."""
    return settled(costs, measure).year


def settled(costs: pd.DataFrame, measure: str | None) -> Settled:
    """A year in which every measure that is asked about is well under way: five years after the last one's first cost
    in the central run (run 0), or the last year where that is earlier."""
    central = costs[costs["run"] == 0]
    years = sorted(central["financial_year"].unique())
    moving = central[central["cash"] != 0]
    if measure is not None:
        moving = moving[moving["measure"] == measure]
    first = moving.groupby("measure")["financial_year"].min()
    start = years.index(first.max()) if len(first) else 0
    if len(first) and start + _YEARS_AFTER < len(years):
        return Settled(str(years[start + _YEARS_AFTER]), "five years after the last measure's first cost")
    last = min(start + _YEARS_AFTER, len(years) - 1)
    return Settled(str(years[last]), "the last year" if last == len(years) - 1 else "with no cost in any year")
