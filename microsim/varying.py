"""Sensitivity: what each uncertain field of a scenario does to its cost, alone and among all the others."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from microsim.accounts.tables import CHANGED_RULES
from microsim.api import Progress, assumptions, load_scenario
from microsim.defaults import SHOWN_FIELDS
from microsim.errors import InputError, Problem, nearest
from microsim.population.blocks import BLOCK_ROWS
from microsim.report.folder import check_replaceable, check_writable, write_run
from microsim.running.manifest import manifest_of
from microsim.running.prepare import prepare
from microsim.running.varied import asked, costs_of, settled_year
from microsim.scenario.schema import Scenario
from microsim.uncertainty.fields import UncertainField, fields_in_use
from microsim.uncertainty.sampling import members
from microsim.uncertainty.target import PRICES, Question, read_when
from microsim.uncertainty.tornado import moves_of, tornado
from microsim.uncertainty.variance_shares import (
    Together,
    factors_of,
    runs_needed,
    sobol_design,
    variance_shares,
)

DESIGN_SEED = 1895  # of the points at which fields are set: not of the people, whose seed is the scenario's
MOST_RUNS = 100_000
Note = Callable[[str], None]


@dataclass(frozen=True, repr=False)
class Sensitivity:
    """What moves the cost of a scenario: the tables `tornado` and, where asked for, `variance_shares`, and all runs."""

    scenario: Scenario
    question: Question
    tables: dict[str, pd.DataFrame]
    manifest: dict[str, Any]
    folder: Path | None = None

    def __repr__(self) -> str:
        return f"<Sensitivity of {self.scenario.name}: {self.question.text}, {len(self.tornado)} fields>"

    @property
    def tornado(self) -> pd.DataFrame:
        """Each field at its low and its high with the others central, in pounds: plus is a cost."""
        return self.tables["tornado"]

    @property
    def variance_shares(self) -> pd.DataFrame | None:
        """First-order and total shares of the cost's variance; None where they were not asked for."""
        return self.tables.get("variance_shares")


def sensitivity(
    scenario: Scenario | str | Path,
    *,
    of: str | None = None,
    year: str | None = None,
    prices: str = "cash",
    sobol: int | None = None,
    fields: int = SHOWN_FIELDS,
    threads: int | None = None,
    output: str | Path | None = None,
    progress: Progress | None = None,
    note: Note = lambda text: None,
    block_rows: int = BLOCK_ROWS,
) -> Sensitivity:
    """Run a scenario with each uncertain field at its low and its high, over the same people with the same luck.

    The cost is that `of` one measure, or of all; in `year` (or "all years"; five years after the last measure's first
    cost unless given) and `prices` ("cash", "real", "present_value"). `sobol`, a power of two, adds shares of the
    variance of the `fields` factors with the largest swings and of all others as one: its runs are `sobol` times the
    factors and two more. `note` is told, in words, how many runs are to come, and `progress` how many are done.

    With `output` a folder is left there, whole or not at all, and a stopped call with the same inputs goes on. Raises
    InputError.
    """
    started = time.perf_counter()
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    _check(scenario, of, prices, sobol, fields)
    when = None if year is None else read_when(year, scenario.years)
    folder = None if output is None else Path(output)
    if folder is not None:
        check_replaceable(folder)
        check_writable(folder)
    kept = None if folder is None else folder.parent / f".{folder.name}.kept"
    prepared = prepare(scenario, block_rows)
    running = {"threads": threads, "progress": progress, "kept": kept, "note": note, "block_rows": block_rows}
    uncertain = fields_in_use(scenario)
    if sobol is not None:
        _check_design(scenario, uncertain, sobol, fields)
    alone = _Alone(scenario, uncertain, running, note)
    question = Question(of, when or settled_year(alone.costs, of), prices)
    table = alone.tornado(question)
    tables = {"tornado": table, "sensitivity_runs": alone.runs(question)}
    costs = [alone.costs]
    about: dict[str, Any] = {"cost": question._asdict(), "fields": len(uncertain), "runs": len(alone.values)}
    about["choices_drawn"] = [field.path for field in uncertain if field.choices]  # scenario choice, among the others
    if sobol is not None:
        swings = dict(zip(table["field"], table["swing"], strict=True))
        among = _AmongAll(scenario, uncertain, swings, sobol, fields, running, note)
        tables |= {"variance_shares": among.shares(question), "sensitivity_draws": among.draws(len(alone.values))}
        costs.append(among.costs.assign(run=among.costs["run"] + len(alone.values)))
        about["variance_shares"] = {"base_draws": sobol, "runs": len(among.values), "design_seed": DESIGN_SEED}
    tables["sensitivity_costs"] = pd.concat(costs, ignore_index=True)
    manifest = manifest_of(prepared, tables, scenario.warnings, time.perf_counter() - started) | {"sensitivity": about}
    if folder is not None:
        write_run(folder, tables, scenario.to_yaml(folder.absolute()), assumptions(scenario), manifest)
    if kept is not None:
        shutil.rmtree(kept, ignore_errors=True)
    return Sensitivity(scenario, question, tables, manifest, folder)


def _check(scenario: Scenario, of: str | None, prices: str, sobol: int | None, fields: int) -> None:
    """Raise InputError for a measure, prices or numbers of runs that cannot be used."""
    names = [*(entry.name for entry in scenario.measures), CHANGED_RULES]
    if of is not None and of not in names:
        raise InputError(Problem(f"no measure named {of}", None, None, ", ".join(names), nearest(of, names)))
    if prices not in PRICES:
        raise InputError(Problem("no such prices", None, prices, ", ".join(PRICES), nearest(prices, PRICES)))
    if sobol is not None and (sobol < 2 or sobol & (sobol - 1)):
        raise InputError(
            Problem("not a number of base draws", None, str(sobol), "a power of two, such as 32, 64 or 128")
        )
    if fields < 1:
        raise InputError(Problem("not a number of fields", None, str(fields), "1 or more"))


def _check_design(scenario: Scenario, fields: Sequence[UncertainField], base: int, most: int) -> None:
    """Raise InputError where shares of variance cannot be had, or take too many runs, whatever the swings will be."""
    factors = factors_of([field.path for field in fields], [1.0] * len(fields), together_of(scenario, fields), most)
    if len(factors) < 2:
        text = f"shares of variance need two factors or more: only {factors[0].name} is uncertain"
        raise InputError(text)
    runs = runs_needed(base, factors)
    if runs > MOST_RUNS:
        found = f"{base} base draws of {len(factors)} factors: {runs:,}"
        raise InputError(Problem("too many runs for shares of variance", None, found, f"{MOST_RUNS:,} or fewer"))


class _Alone:
    """The runs of a tornado: the central one, and each field at each end."""

    def __init__(
        self, scenario: Scenario, fields: tuple[UncertainField, ...], running: dict[str, Any], note: Note
    ) -> None:
        self.fields, self.moves = fields, moves_of(fields)
        self.values: list[dict[str, Any]] = [{}, *({move.field.path: move.value} for move in self.moves)]
        note(f"{len(fields)} uncertain fields, one at a time: {len(self.values)} runs")
        self.costs = costs_of(scenario, self.values, **running)

    def tornado(self, question: Question) -> pd.DataFrame:
        central, *moved = asked(self.costs, question, len(self.values)).tolist()
        return tornado(self.fields, self.moves, central, moved)

    def runs(self, question: Question) -> pd.DataFrame:
        """A row for each run: the field that is elsewhere and where, and the cost."""
        rows = [("", "central", ""), *((m.field.path, m.end, m.field.label(m.value)) for m in self.moves)]
        table = pd.DataFrame(rows, columns=["field", "end", "value"])
        table.insert(0, "run", np.arange(len(rows)))
        return table.assign(cost=asked(self.costs, question, len(rows)))


class _AmongAll:
    """The runs behind shares of variance: every field drawn in each."""

    def __init__(
        self, scenario: Scenario, fields: tuple[UncertainField, ...], swings: dict[str, float], base: int, most: int,
        running: dict[str, Any], note: Note,
    ) -> None:  # fmt: skip
        self.fields = fields
        paths = [field.path for field in fields]
        together = together_of(scenario, fields)
        sizes = [swings[path] for path in paths]
        self.factors = factors_of(paths, sizes if any(sizes) else [1.0] * len(paths), together, most)
        runs = runs_needed(base, self.factors)
        note(f"Shares of variance: {base} x ({len(self.factors)} factors + 2) = {runs} runs")
        self.quantiles = sobol_design(paths, self.factors, together, base, DESIGN_SEED)
        self.values = [
            {field.path: field.value_at(float(place)) for field, place in zip(fields, row, strict=True)}
            for row in self.quantiles
        ]
        self.costs = costs_of(scenario, self.values, **running)

    def shares(self, question: Question) -> pd.DataFrame:
        return variance_shares(self.factors, asked(self.costs, question, len(self.values)), DESIGN_SEED)

    def draws(self, first: int) -> pd.DataFrame:
        """A row for each run and field: its quantile and its value. Runs are counted from `first`."""
        runs, count = self.quantiles.shape
        return pd.DataFrame(
            {
                "run": np.repeat(np.arange(first, first + runs), count),
                "field": np.tile([field.path for field in self.fields], runs),
                "quantile": self.quantiles.ravel(),
                "value": [field.label(row[field.path]) for row in self.values for field in self.fields],
            }
        )


def together_of(scenario: Scenario, fields: Sequence[UncertainField]) -> list[Together]:
    """The groups of fields that move together, by the paths of the fields themselves."""
    groups = [
        Together(group.name, group.correlation, tuple(fields[place].path for place in members(fields, group)))
        for group in scenario.uncertainty.together
    ]
    return [group for group in groups if len(group.fields) > 1]
