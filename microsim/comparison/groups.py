"""Two runs by groups of people: effects on the Exchequer, memo lines, and gains, by any breakdown that both hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from microsim.comparison.finished import GAINS, GROUP_REPLICATES, REPLICATES, FinishedRun
from microsim.comparison.money import line_names, price_factors, with_names
from microsim.comparison.sums import ALL_MEASURES, CASH, PENCE, Sums, grid, people_of_groups
from microsim.distribution.group_replicates import RANDOM_GROUP_COLUMNS
from microsim.errors import InputError, Problem, nearest
from microsim.population.columns import RANDOM_GROUPS

NOT_BROKEN_DOWN = "not broken down"  # lines of which only totals are kept, and taxes that follow
EXCHEQUER = "exchequer"
KINDS = (EXCHEQUER, "cash", "in_kind", "employer")
_ARMS = ("baseline", "reform")


class Question(NamedTuple):
    """What is asked by groups: one breakdown of everything, of a measure, of a line, or of a kind of gain."""

    breakdown: str
    measure: str | None = None
    line: str | None = None
    kind: str = EXCHEQUER


def breakdowns_of(run: FinishedRun, kind: str = EXCHEQUER) -> list[str]:
    """The breakdowns that a run holds of a kind of amount, in its order."""
    found = run.table("breakdowns")["breakdown"].unique().tolist() if kind == EXCHEQUER else []
    if GAINS in run.tables:
        table = run.table(GAINS)
        found += table.loc[table["kind"] == kind, "breakdown"].unique().tolist()
    return list(dict.fromkeys(map(str, found)))


def check_question(question: Question, runs: Sequence[FinishedRun]) -> Question:
    """The question with a measure's own breakdown asked of that measure.

    Raises InputError for a name that no run knows, or a breakdown that not every run has; one without measures needs
    none.
    """
    _known("kind of amount", question.kind, KINDS)
    held = [breakdowns_of(run, question.kind) for run in runs]
    _known("breakdown", question.breakdown, list(dict.fromkeys(name for names in held for name in names)))
    for run, names in zip(runs, held, strict=True):
        if names and question.breakdown not in names and "." not in question.breakdown:
            raise InputError(
                Problem(f"{run.source or run.name} has no breakdown {question.breakdown}", None, None, ", ".join(names))
            )
    lines = _every_line(runs)
    if question.measure is None and "." in question.breakdown:
        question = question._replace(measure=question.breakdown.split(".")[0])
    if question.measure is not None:
        check_measure(question.measure, runs)
        lines = lines[lines["measure"] == question.measure]
    if question.line is not None:
        if question.kind != EXCHEQUER:
            raise InputError(f"a line is asked of the Exchequer's amounts, not of {question.kind}")
        _known("line", question.line, lines["line"].unique().tolist())
        of_lines = [run.table("breakdowns")["breakdown"].unique() for run in runs]
        if not any(question.breakdown in names for names in of_lines):
            raise InputError(f"single lines are not kept by {question.breakdown}: leave out --line")
    return question


def check_measure(name: str, runs: Sequence[FinishedRun]) -> None:
    """Raise InputError for a measure that no run knows."""
    _known("measure", name, _every_line(runs)["measure"].unique().tolist())


def _every_line(runs: Sequence[FinishedRun]) -> pd.DataFrame:
    """The measures and lines of all runs."""
    return pd.concat([run.table(name)[["measure", "line"]] for run in runs for name in ("scorecard", "lines")])


def _known(what: str, name: str, names: Sequence[str]) -> None:
    if name not in names:
        raise InputError(Problem(f"no {what} named {name}", None, None, ", ".join(names), nearest(name, names)))


def is_memo(question: Question, runs: Sequence[FinishedRun]) -> bool:
    """Whether a line is asked for that is beside the scorecard: people, or money that is no effect on the Exchequer."""
    if question.line is None:
        return False
    return not any((_asked(run.scorecard, question)).any() for run in runs)


def unit_and_sum(question: Question, runs: Sequence[FinishedRun]) -> tuple[str, bool]:
    """The unit of the amounts asked for, and whether they add up over years: people and levels do not."""
    if not is_memo(question, runs):
        return "£", True
    lines = pd.concat([run.table("lines") for run in runs])
    mine = lines[_asked(lines, question)]
    unit = str(mine["unit"].iloc[0])
    return unit, not (mine["stock"].iloc[0] or unit == "people")


def _asked(table: pd.DataFrame, question: Question) -> pd.Series:
    wanted = pd.Series(True, index=table.index)
    if question.measure is not None:
        wanted &= table["measure"] == question.measure
    if question.line is not None:
        wanted &= table["line"] == question.line
    return wanted


def group_names(question: Question, runs: Sequence[FinishedRun]) -> list[str]:
    """The groups of a breakdown, in the order of the first run that has each; what is not broken down is last."""
    found: list[str] = []
    for run in runs:
        for table in _tables(question, run):
            found += table.loc[table["breakdown"] == question.breakdown, "group"].unique().tolist()
    return [*dict.fromkeys(map(str, found)), NOT_BROKEN_DOWN]


def _tables(question: Question, run: FinishedRun) -> list[pd.DataFrame]:
    tables = [run.table("breakdowns")] if question.kind == EXCHEQUER else []
    return tables + ([_gains(question, run)] if GAINS in run.tables else [])


def _gains(question: Question, run: FinishedRun) -> pd.DataFrame:
    """The rows of a run's gains that a question is about."""
    table = run.table(GAINS)
    mine = (table["breakdown"] == question.breakdown) & (table["kind"] == question.kind)
    return table[mine & (table["measure"] == asked_of(question))]


def group_sums(
    question: Question, run: FinishedRun, groups: Sequence[str], years: Sequence[str], prices: str, memo: bool
) -> Sums:
    """The amounts of a run by group and year, which for the Exchequer add up to the scorecard to the penny."""
    table = run.table("breakdowns")
    mine = table[(table["breakdown"] == question.breakdown) & _asked(table, question)]
    if question.kind == EXCHEQUER and question.breakdown in table["breakdown"].unique():
        amounts = _memo_amounts(mine, run, question, groups, years, prices) if memo else \
            _effects(mine, run, question, groups, years, prices)  # fmt: skip
    else:
        axes: dict[str, Sequence[object]] = {"group": groups, "financial_year": years}
        cash = (
            grid(_gains(question, run), "amount", axes) if GAINS in run.tables else np.zeros((len(groups), len(years)))
        )
        amounts = np.rint(cash * price_factors(run, years, prices)).astype(np.int64)
    cells = _by_random_group(question, run, groups, years, prices)
    return Sums(amounts) if cells is None else Sums(amounts, cells, people_of_groups(run.table(REPLICATES), years))


def _effects(
    mine: pd.DataFrame, run: FinishedRun, question: Question, groups: Sequence[str], years: Sequence[str], prices: str
) -> np.ndarray:
    """Signed effects on the Exchequer in pence, int64 [groups, years]."""
    scorecard = run.scorecard[_asked(run.scorecard, question)]
    rows = scorecard[["measure", "line"]].drop_duplicates()
    axes: dict[str, Sequence[object]] = {"name": line_names(rows), "financial_year": years}
    cash, target = (grid(with_names(scorecard), column, axes) for column in (CASH, prices))
    unsigned = _reform_less_baseline(run.table("lines"), axes)
    by_group = _reform_less_baseline(mine, {**axes, "group": groups[:-1]})
    worth = price_factors(run, years, prices)
    result = np.zeros((len(groups), len(years)), np.int64)
    for place in range(len(rows)):
        signed = _sign(cash[place], unsigned[place]) * by_group[place].T
        result += _in_prices(signed, cash[place], target[place], worth)
    return result


def _reform_less_baseline(table: pd.DataFrame, axes: dict[str, Sequence[object]]) -> np.ndarray:
    amounts = grid(with_names(table), "amount", {"arm": _ARMS} | axes)
    return np.asarray(amounts[1] - amounts[0])


def _sign(effect: np.ndarray, unsigned: np.ndarray) -> int:
    """The sign with which a line counts in the scorecard: the tables do not say it, their amounts do."""
    largest = int(np.argmax(np.abs(effect)))
    return int(np.sign(effect[largest]) * np.sign(unsigned[largest])) or 1


def _in_prices(by_group: np.ndarray, cash: np.ndarray, target: np.ndarray, worth: np.ndarray) -> np.ndarray:
    """Cash by group [groups, years] in other prices, with what groups do not hold last: it adds up to `target`.

    Running totals are rounded, what is not broken down first, so that no penny appears where there was none.
    """
    parts = np.concatenate([(cash - by_group.sum(axis=0))[None, :], by_group])
    running = np.rint(np.cumsum(parts, axis=0) * worth).astype(np.int64)
    running[-1] = target
    found = np.diff(running, axis=0, prepend=0)
    return np.concatenate([found[1:], found[:1]])


def _memo_amounts(
    mine: pd.DataFrame, run: FinishedRun, question: Question, groups: Sequence[str], years: Sequence[str], prices: str
) -> np.ndarray:
    """A memo line of the reform arm, unsigned, int64 hundredths [groups, years]."""
    lines = run.table("lines")
    reform = lines[_asked(lines, question) & (lines["arm"] == "reform")]
    worth = np.ones(len(years)) if (reform["unit"] == "people").all() else price_factors(run, years, prices)
    total = grid(reform, "amount", {"financial_year": years})
    axes: dict[str, Sequence[object]] = {"group": groups[:-1], "financial_year": years}
    by_group = grid(mine[mine["arm"] == "reform"], "amount", axes)
    return _in_prices(by_group, total, np.rint(total * worth).astype(np.int64), worth)


def _by_random_group(
    question: Question, run: FinishedRun, groups: Sequence[str], years: Sequence[str], prices: str
) -> np.ndarray | None:
    """Pence of every group of people by random group, int64 [groups, years, RANDOM_GROUPS]; None where the run does not
    hold them."""
    if GROUP_REPLICATES not in run.tables or question.line is not None:
        return None
    table = run.table(GROUP_REPLICATES)
    table = table[(table["breakdown"] == question.breakdown) & (table["kind"] == question.kind)]
    if question.measure is not None:
        table = table[table["measure"] == question.measure]
    if table.empty:
        return None
    group, year = (pd.Index(list(names)).get_indexer(pd.Index(table[column]))
                   for names, column in ((groups, "group"), (years, "financial_year")))  # fmt: skip
    inside = (group >= 0) & (year >= 0)
    worth = price_factors(run, years, prices)[year[inside], None]
    cells = np.zeros((len(groups), len(years), RANDOM_GROUPS), np.int64)
    pence = np.rint(table.loc[inside, list(RANDOM_GROUP_COLUMNS)].to_numpy() * PENCE * worth).astype(np.int64)
    np.add.at(cells, (group[inside], year[inside]), pence)
    return cells


def asked_of(question: Question) -> str:
    """The measure that a question is about, as a table has it."""
    return question.measure or ALL_MEASURES
