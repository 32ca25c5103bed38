"""Break-even: the value of one field of a scenario at which a costing meets a target."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from microsim.accounts.tables import CHANGED_RULES
from microsim.api import Progress, load_scenario
from microsim.errors import InputError, Problem
from microsim.measures import find_measure
from microsim.population.blocks import BLOCK_ROWS
from microsim.running.draws import Drawn, run_draws
from microsim.scenario.changes import written_changes
from microsim.scenario.layers import read_layers
from microsim.scenario.replaced import with_values
from microsim.scenario.schema import Scenario
from microsim.scenario.source import dump_yaml
from microsim.uncertainty.break_even import Search, search
from microsim.uncertainty.numeric import Numeric, numeric
from microsim.uncertainty.target import ALL_YEARS, COST, Target, read_target
from microsim.years import format_years

_SUFFIXES = (".yaml", ".yml")
_WRITTEN = "# Written by `microsim solve`, which may write over it"


@dataclass(frozen=True)
class BreakEven:
    """What a search for a break-even found: `value` is None where nothing meets the target."""

    scenario: Scenario
    field: Numeric
    target: Target
    search: Search

    @property
    def value(self) -> Any:
        """The value found, as a scenario file would write it."""
        return None if self.search.best is None else self.field.plain(self.search.best.value)

    @cached_property
    def solved(self) -> Scenario:
        """The scenario with the value found. Raises InputError where there is none."""
        if self.search.best is None:
            raise InputError(f"no value of {self.field.path} was found")
        return with_values(self.scenario, {self.field.path: self.value})

    @property
    def changes(self) -> dict[str, Any]:
        """What a scenario file that extends this one says to have the value found.

        A scenario that extends nothing would be the baseline of one that extends it: its own, which is empty, is said.
        """
        alone = read_layers(self.scenario.path)
        own = alone.parent is not None or "baseline" in alone.values
        return ({} if own else {"baseline": {"measures": {}}}) | written_changes(self.scenario, self.solved)

    @property
    def evaluations(self) -> pd.DataFrame:
        """Every value tried, in order, and the amount there: pounds (plus is a cost), or people."""
        numbers = [one.value for one in self.search.tried]
        amounts = [one.amount for one in self.search.tried]
        return pd.DataFrame({"value": [self.field.text(number) for number in numbers], "number": numbers,
                             "amount": amounts})  # fmt: skip

    def write(self, path: str | Path) -> Path:
        """Write a scenario file that extends the one given with the value found. Raises InputError."""
        path = Path(path)
        check_writable(self.scenario, path)
        text = self._file_text(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            new.write_text(text, encoding="utf-8")
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
        return path

    def _file_text(self, path: Path) -> str:
        name = f"{self.scenario.name}, {self.target.subject} = {self.target.amount:,.15g}"
        extends = os.path.relpath(self.scenario.path.absolute(), path.absolute().parent)
        whole = {"name": name, "extends": extends, **self._settings(path), **self.changes}
        about = f"""\
{_WRITTEN}
# {self.field.path}:
# found by `microsim solve`, so that {self.target.subject} is as close to {self.target.amount:,.15g} as it can be.
# It is no evidence of what the value is.
"""
        return about + dump_yaml(whole)

    def _settings(self, path: Path) -> dict[str, Any]:
        """The settings that the call gave in the place of the file's."""
        ours, plain = load_scenario(self.scenario.path), self.scenario
        where = os.path.relpath(plain.population, path.absolute().parent)
        settings = {"population": where, "years": format_years(plain.years), "sample": plain.sample, "seed": plain.seed}
        return {key: value for key, value in settings.items() if getattr(ours, key) != getattr(plain, key)}


def check_writable(scenario: Scenario, path: Path) -> None:
    """Raise InputError where a break-even of `scenario` cannot be written: only its own files are written over."""
    if path.suffix not in _SUFFIXES:
        raise InputError(Problem(f"{path} is not a scenario file", None, path.suffix or "no suffix", ".yaml"))
    if not path.exists():
        return
    if path.resolve() in {file.resolve() for file in scenario.files}:
        raise InputError(f"{path} is the scenario itself, or one that it extends: choose another file")
    if not path.is_file() or not path.read_bytes().startswith(_WRITTEN.encode()):
        expected = "a file that `microsim solve` wrote, or none"
        raise InputError(Problem(f"{path} is there already and would be lost", None, None, expected))


def solve(
    scenario: Scenario | str | Path,
    field: str,
    until: str,
    *,
    between: tuple[float | str, float | str] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    block_rows: int = BLOCK_ROWS,
) -> BreakEven:
    """Find the value of a field at which a costing meets a target, with the same people and luck for every value.

    `field` is a path as `microsim assumptions` prints it; `until` a target as in `microsim.uncertainty.target`, such
    as "cost of training_grant 2034-35 = 1.5bn"; `between` two numbers that the search does not leave (of a dated
    series, what its values are multiplied by). Without them it begins with the field's own range and widens.

    `progress` is called with (runs done, runs started). Raises InputError for a field, a target or a range that cannot
    be used; that no value meets the target is an answer, see `BreakEven`.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    wanted = _checked_line(scenario, read_target(until, scenario.years, _lines(scenario)))
    number = numeric(scenario, field)
    with_values(scenario, {field: number.plain(number.number)})  # a field that cannot be replaced says so
    runs = _Runs(scenario, number, wanted, threads, progress, block_rows)
    low, high = (number.low, number.high) if between is None else _checked(runs, between)
    found = search(
        wanted.amount, runs, low, high, number.number, allowed=runs.allowed, widen=between is None, whole=number.whole
    )
    return BreakEven(scenario, number, wanted, found)


class _Runs:
    """The amount that each value of the field gives."""

    def __init__(
        self, scenario: Scenario, field: Numeric, target: Target, threads: int | None, progress: Progress | None,
        block_rows: int,
    ) -> None:  # fmt: skip
        self.scenario, self.field, self.target = scenario, field, target
        self.threads, self.progress, self.block_rows = threads, progress, block_rows
        self.done = 0

    def at(self, value: float) -> Scenario:
        return with_values(self.scenario, {self.field.path: self.field.plain(value)})

    def allowed(self, value: float) -> bool:
        """Whether the field takes a value."""
        try:
            self.at(value)
        except InputError:
            return False
        return True

    def __call__(self, values: Sequence[float]) -> list[float]:
        drawn = run_draws(
            [self.at(value) for value in values], threads=self.threads, progress=self._progress,
            block_rows=self.block_rows,
        )  # fmt: skip
        self.done += len(values)
        return [float(amount) for amount in amounts(drawn, self.target, len(values))]

    def _progress(self, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(self.done + done, self.done + total)


def amounts(drawn: Drawn, target: Target, draws: int) -> np.ndarray:
    """What every draw comes to, in the target's terms: float64 [draws], pounds (plus is a cost) or people."""
    table = drawn.scorecard if target.what == COST else drawn.lines[drawn.lines["line"] == target.what]
    if target.measure is not None:
        table = table[table["measure"] == target.measure]
    if target.year != ALL_YEARS:
        table = table[table["financial_year"] == target.year]
    column = "amount" if target.what != COST and target.prices == "cash" else target.prices
    by_draw = table.groupby("draw")[column].sum().reindex(range(draws), fill_value=0.0).to_numpy(np.float64)
    return np.asarray(0.0 - by_draw if target.what == COST else by_draw)


def _lines(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """The lines of every measure that a target may name; official rules that change are a measure without lines."""
    named: dict[str, tuple[str, ...]] = {
        entry.name: tuple(line.name for line in find_measure(entry.kind).lines) for entry in scenario.measures
    }
    return named | {CHANGED_RULES: ()}


def _checked_line(scenario: Scenario, target: Target) -> Target:
    """The target, with whether it is money. Raises InputError for a line that has no such prices or is not added."""
    if target.what == COST:
        return target
    kind = next(entry.kind for entry in scenario.measures if entry.name == target.measure)
    line = next(line for line in find_measure(kind).lines if line.name == target.what)
    if target.year == ALL_YEARS and (line.stock or line.unit != "pence"):
        raise InputError(Problem(f"{line.name} is not added over years", None, ALL_YEARS, "one financial year"))
    if target.prices == "present_value" or (target.prices == "real" and line.unit != "pence"):
        raise InputError(Problem(f"{line.name} has no such prices", None, target.prices, "cash"
                                 + (" or real" if line.unit == "pence" else "")))  # fmt: skip
    return target._replace(money=line.unit == "pence")


def _checked(runs: _Runs, between: tuple[float | str, float | str]) -> tuple[float, float]:
    """The ends of the range asked for. Raises InputError when they are not in order or the field refuses one."""
    low, high = (runs.field.read(end) for end in between)
    if not low < high:
        raise InputError(Problem("not a range", None, f"{low:g} to {high:g}", "a low and a higher number"))
    for end in (low, high):
        runs.at(end)
    return low, high
