"""Parameter uncertainty of a scenario's cost: many draws of its uncertain fields, over the same people."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from microsim.accounts.totals import PRICES
from microsim.api import Progress, Run, assumptions, load_scenario, run
from microsim.defaults import DRAW_SEED, DRAWS
from microsim.errors import InputError, Problem
from microsim.population.blocks import BLOCK_ROWS
from microsim.report.folder import check_replaceable, check_writable, tables_digest, write_run
from microsim.running.draws import Drawn, run_draws
from microsim.running.varied import Settled, settled
from microsim.scenario.replaced import with_values
from microsim.scenario.schema import Scenario
from microsim.uncertainty.budget import budget_table
from microsim.uncertainty.fan import fan_table
from microsim.uncertainty.fields import UncertainField, fields_in_use
from microsim.uncertainty.percentiles import cost_of_all, percentile_table, with_totals
from microsim.uncertainty.ranks import chance_band, rank_correlations, share_below
from microsim.uncertainty.sampling import latin_hypercube
from microsim.uncertainty.target import ALL_YEARS, read_amount, read_when
from microsim.years import format_financial_year

Note = Callable[[str], None]
MOST_DRAWS = 100_000
SPREAD_IS = "parameter uncertainty of the fields listed: how far the cost moves when they are drawn"
_NO_PART = (
    "simulation error (beside it in the table fan, never added)", "the choice of scenario",
    "synthesis error of the population", "the ranges of the population's own figures, which no command draws",
    "or anything that no field states",
)  # fmt: skip
_HELD = (
    "people and their luck (the scenario's seed)", "the population: its tables and figures, fit and alignment",
    "rules and dates of the scenario", "every figure without a range, and those that uncertainty.leave_out names",
)  # fmt: skip


def what_the_spread_is(fields: Sequence[UncertainField]) -> dict[str, Any]:
    """What percentiles over these fields hold and do not, in words. Choices among them are scenario choice."""
    chosen = [field.path for field in fields if field.choices]
    named = ", ".join(chosen)
    others = f" other than {named}" if chosen else ""
    is_, not_, held = SPREAD_IS, list(_NO_PART), list(_HELD)
    if chosen:
        is_ = f"{SPREAD_IS}, together with scenario choice: {named}"
    not_[1] += others
    held[2] += others
    return {
        "the_spread_is": is_, "the_spread_is_not": ", ".join(not_), "held_fixed": held, "choices_drawn": chosen,
    }  # fmt: skip


@dataclass(frozen=True, repr=False)
class Spread:
    """What draws of a scenario's uncertain fields come to: tables, and where everything came from."""

    scenario: Scenario
    headline_year: str
    tables: dict[str, pd.DataFrame]
    manifest: dict[str, Any]
    folder: Path | None = None

    def __repr__(self) -> str:
        about = self.manifest["uncertainty"]
        return f"<Spread of {self.scenario.name}: {about['draws']} draws of {about['fields']} fields>"

    @property
    def percentiles(self) -> pd.DataFrame:
        """Percentiles by measure, line and year in each prices: minus is a cost to the Exchequer."""
        return self.tables["percentiles"]

    @property
    def fan(self) -> pd.DataFrame:
        """Percentiles of what each measure and all cost in cash by year, simulation error beside: plus is a cost."""
        return self.tables["fan"]

    @property
    def fields(self) -> pd.DataFrame:
        """The uncertain fields, and the rank correlation of each with the cost of the headline year."""
        return self.tables["fields"]

    @property
    def budget(self) -> pd.DataFrame | None:
        """The chance of exceeding the budget; None where none was given."""
        return self.tables.get("budget")


def assess_uncertainty(
    scenario: Scenario | str | Path,
    *,
    draws: int = DRAWS,
    draw_seed: int = DRAW_SEED,
    budget: float | str | None = None,
    year: str | None = None,
    threads: int | None = None,
    output: str | Path | None = None,
    progress: Progress | None = None,
    note: Note | None = None,
    block_rows: int = BLOCK_ROWS,
) -> Spread:
    """Run a scenario many times over the same people, with its uncertain fields drawn by Latin hypercube.

    `draw_seed` is of the draws alone; `budget` is pounds of cash, or a text such as "2.5bn", that the cost of each
    year, of any of them and of all years together are set against. `year` (or "all years") is the headline year, which
    the fields' rank correlations are of: five years after the last measure's first cost unless given. With `output` a
    folder is left there, whole or not at all, and a stopped call with the same inputs goes on, of which `note` is told
    in words. Raises InputError.
    """
    started = time.perf_counter()
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    limit = check_inputs(draws, draw_seed, budget)
    asked = None if year is None else Settled(read_when(year, scenario.years), "as asked")
    folder = None if output is None else Path(output)
    if folder is not None:
        check_replaceable(folder)
        check_writable(folder)
    kept = None if folder is None else folder.parent / f".{folder.name}.kept"
    central = run(scenario, threads=threads, block_rows=block_rows, alternatives=False)
    fields = fields_in_use(scenario)
    quantiles = latin_hypercube(fields, draws, draw_seed, scenario.uncertainty.together)
    values = [[field.value_at(float(at)) for field, at in zip(fields, row, strict=True)] for row in quantiles]
    scenarios = [_drawn(scenario, fields, row, number) for number, row in enumerate(values)]
    drawn = run_draws(scenarios, threads=threads, progress=progress, kept=kept, note=note, block_rows=block_rows)
    tables, headline = _tables(central, drawn, fields, quantiles, values, limit, asked)
    manifest = central.manifest | {
        "uncertainty": {
            "draws": draws, "draw_seed": draw_seed, "fields": len(fields), "method": "Latin hypercube",
            "headline_year": headline.year, "headline_is": headline.why, "budget": limit,
            "chance_band": chance_band(len(fields), draws),
            **what_the_spread_is(fields), "left_out": list(scenario.uncertainty.leave_out),
        },
        "central_digest": central.digest, "tables_digest": tables_digest(tables),
        "seconds": round(time.perf_counter() - started, 2),
    }  # fmt: skip
    if folder is not None:
        write_run(folder, tables, scenario.to_yaml(folder.absolute()), assumptions(scenario), manifest)
    if kept is not None:
        shutil.rmtree(kept, ignore_errors=True)
    return Spread(scenario, headline.year, tables, manifest, folder)


def check_inputs(draws: int, draw_seed: int, budget: float | str | None) -> float | None:
    """The budget in pounds, where one is given. Raises InputError for a number or an amount that cannot be used."""
    problems = []
    if not 2 <= draws <= MOST_DRAWS:
        problems.append(Problem("not a number of draws", None, str(draws), f"from 2 to {MOST_DRAWS:,}"))
    if not 0 <= draw_seed < 2**32:
        problems.append(Problem("draw seed out of range", None, str(draw_seed), "between 0 and 4294967295"))
    limit = None
    try:
        limit = read_amount(budget) if isinstance(budget, str) else budget
    except InputError as error:
        problems += [problem._replace(message=f"budget: {problem.message}") for problem in error.problems]
    if limit is not None and not np.isfinite(limit):
        problems.append(Problem("budget: not an amount", None, str(budget), "a number such as 2.5bn, 500m or 35k"))
    if problems:
        raise InputError(problems)
    return limit


def _drawn(scenario: Scenario, fields: Sequence[UncertainField], values: Sequence[Any], number: int) -> Scenario:
    """The scenario of one draw. Raises InputError naming the draw where its values do not go together."""
    try:
        return with_values(scenario, {field.path: value for field, value in zip(fields, values, strict=True)})
    except InputError as error:
        raise InputError([one._replace(message=f"draw {number}: {one.message}") for one in error.problems]) from None


def _tables(
    central: Run, drawn: Drawn, fields: Sequence[UncertainField], quantiles: np.ndarray,
    values: Sequence[Sequence[Any]], budget: float | None, asked: Settled | None,
) -> tuple[dict[str, pd.DataFrame], Settled]:  # fmt: skip
    """Every table, and the headline year."""
    draws, years = len(quantiles), [format_financial_year(year) for year in central.scenario.years]
    own = with_totals(central.scorecard.assign(draw=0))
    amounts = with_totals(drawn.scorecard)
    by_measure = central.scorecard.groupby(["measure", "financial_year"], sort=False)[list(PRICES)].sum().reset_index()
    headline = asked or settled(by_measure.assign(run=0), None)
    costs, central_costs = cost_of_all(amounts, draws, years), cost_of_all(own, 1, years)[0]
    cost = costs.sum(axis=1) if headline.year == ALL_YEARS else costs[:, years.index(headline.year)]
    table = percentile_table(amounts, own, draws)
    tables = {
        "percentiles": table,
        "fan": fan_table(table, central.tables["scorecard_totals"]),
        "fields": _field_table(fields, values, cost),
        "draws": drawn.scorecard,
        "draw_lines": drawn.lines,
        "draw_values": _value_table(fields, quantiles, values),
    }
    if budget is not None:
        tables["budget"] = budget_table(costs, central_costs, years, budget)
    return tables, headline


def _numbers(fields: Sequence[UncertainField], values: Sequence[Sequence[Any]]) -> np.ndarray:
    """One number for the value of each field in each draw: float64 [draws, fields]."""
    return np.array([[field.number(value) for field, value in zip(fields, row, strict=True)] for row in values])


def _field_table(fields: Sequence[UncertainField], values: Sequence[Sequence[Any]], cost: np.ndarray) -> pd.DataFrame:
    """A row for each field, those that mattered most first."""
    numbers = _numbers(fields, values)
    own = np.array([field.number(field.central) for field in fields])
    correlations = rank_correlations(numbers, cost)
    table = pd.DataFrame(
        {
            "field": [field.path for field in fields],
            "unit": [field.unit for field in fields],
            "description": [field.description for field in fields],
            "distribution": [field.distribution for field in fields],
            "low": [field.label(field.low) for field in fields],
            "central": [field.label(field.central) for field in fields],
            "high": [field.label(field.high) for field in fields],
            "source": [field.source or "" for field in fields],
            "quality": [field.quality for field in fields],
            "rank_correlation": correlations,
            "beyond_chance": np.abs(correlations) > chance_band(len(fields), len(cost)),
            "draws_below_central": share_below(numbers, own),
        }
    )
    order = table["rank_correlation"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _value_table(
    fields: Sequence[UncertainField], quantiles: np.ndarray, values: Sequence[Sequence[Any]]
) -> pd.DataFrame:
    """A row for each draw and field: its quantile, one number that stands for its value, and the value as text."""
    draws, count = quantiles.shape
    return pd.DataFrame(
        {
            "draw": np.repeat(np.arange(draws), count),
            "field": np.tile([field.path for field in fields], draws),
            "quantile": quantiles.ravel(),
            "number": _numbers(fields, values).ravel(),
            "value": [field.label(value) for row in values for field, value in zip(fields, row, strict=True)],
        }
    )
