"""A comparison of finished runs: the first is the reference, the others are shown less it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import pandas as pd

from microsim.comparison.beside import line_frame, ratio_frame, second_round_frame
from microsim.comparison.finished import SECOND_ROUND, FinishedRun
from microsim.comparison.groups import (
    EXCHEQUER,
    Question,
    asked_of,
    check_question,
    group_names,
    group_sums,
    is_memo,
    unit_and_sum,
)
from microsim.comparison.likeness import common_years, likeness_warnings, run_names, same_people
from microsim.comparison.money import line_differences, scorecard_rows, scorecard_sums, total_differences
from microsim.comparison.scenarios import VALUE, scenario_differences, year_names
from microsim.comparison.sums import ALL_LINES, ALL_MEASURES, ALL_YEARS, CASH, PRICES, Sums, differences, long_frame
from microsim.errors import InputError, Problem, nearest
from microsim.years import format_years


class Comparison:
    """Finished runs side by side. Every table names the run that it compares with the first in a column `run`.

    Money is in pounds; minus is a cost to the Exchequer, and a difference is the run less the reference. `prices` is
    "cash", "real" or "present_value"; `questions` are breakdowns that `tables` is to hold. Raises InputError for fewer
    than two runs, runs without a common year or a question about what no run holds.
    """

    def __init__(self, runs: Sequence[FinishedRun], *, prices: str = CASH, questions: Sequence[Question] = ()) -> None:
        if len(runs) < 2:
            raise InputError(Problem("nothing to compare", None, f"{len(runs)} run", "two runs or more"))
        if prices not in PRICES:
            raise InputError(
                Problem(f"no prices named {prices}", None, None, ", ".join(PRICES), nearest(prices, PRICES))
            )
        self.runs = tuple(runs)
        self.names = run_names(runs)
        self.prices = prices
        self.years = common_years(runs)
        for question in questions:
            check_question(question, self.runs)
        self.questions = tuple(dict.fromkeys(questions))

    def __repr__(self) -> str:
        return f"<Comparison of {', '.join(self.names)}: {format_years(self.years)}>"

    @property
    def reference(self) -> FinishedRun:
        """The first run."""
        return self.runs[0]

    def same_people(self, run: FinishedRun) -> bool:
        """Whether a run simulates the same people with the same luck as the reference."""
        return same_people(self.reference, run)

    @cached_property
    def scorecard(self) -> pd.DataFrame:
        """Every line and year: reference, amount, difference and its standard error."""
        return self._each(lambda run: line_differences(self._rows, self._year_names, *self._sums(run)))

    @cached_property
    def totals(self) -> pd.DataFrame:
        """Each line over all years; each measure, and all, by year and over all years.

        Rows overlap: choose those of one `measure`, `line` and `financial_year` before adding.
        """
        return self._each(lambda run: total_differences(self._rows, self._year_names, *self._sums(run)))

    @cached_property
    def lines(self) -> pd.DataFrame:
        """What stands beside the scorecard in the reform arms: users, entitlement, balances, without a sign."""
        return self._each(lambda run: line_frame(self.reference, run, self._year_names))

    @cached_property
    def ratios(self) -> pd.DataFrame:
        """The ratios of the reform arms."""
        return self._each(lambda run: ratio_frame(self.reference, run, self._year_names))

    @cached_property
    def second_round(self) -> pd.DataFrame:
        """Lines of second-round effects, which are in no sum of the scorecard; no rows where no run has them."""
        return self._each(lambda run: second_round_frame(self.reference, run, self._year_names, self.prices))

    @cached_property
    def assumptions(self) -> pd.DataFrame:
        """What differs between the resolved scenarios, with the difference of the measure's total over all years.

        `moves` is the difference in effect on the Exchequer, over all years, of the measure that a changed value
        belongs to (of all measures, for other values): of everything that differs together, not of one change.
        """
        frames = []
        for name, run in self._others():
            found = scenario_differences(self.reference, run, self._year_names)
            moves = self._differences_of(name)
            found["moves"] = [
                (moves.get(measure, 0.0) if measure else moves[ALL_MEASURES]) if change == VALUE else float("nan")
                for measure, change in zip(found["measure"], found["change"], strict=True)
            ]
            frames.append(_first(found, run=name))
        return pd.concat(frames, ignore_index=True)

    def _differences_of(self, name: str) -> dict[str, float]:
        """The difference of each measure's total over all years, and of all measures'."""
        table = self.totals
        mine = table[(table["run"] == name) & (table["line"] == ALL_LINES) & (table["financial_year"] == ALL_YEARS)]
        return dict(zip(mine["measure"], mine["difference"], strict=True))

    def by(
        self,
        breakdown: str,
        *,
        measure: str | None = None,
        line: str | None = None,
        kind: str = EXCHEQUER,
        all_years: bool = False,
    ) -> pd.DataFrame:
        """The runs by group of a breakdown, such as "region" or "earnings_decile".

        A row for each group and year, or with `all_years` for each group. Amounts are effects on the Exchequer of all
        measures, of one, or of one `line`, and add up to the scorecard: what no group holds is "not broken down". A
        memo line, such as users, is that of the reform arm, without a sign. Another `kind` ("cash", "in_kind",
        "employer") is what people gain. Raises InputError for a name that is not known.
        """
        return self.answer(Question(breakdown, measure, line, kind), all_years)

    def answer(self, question: Question, all_years: bool = False) -> pd.DataFrame:
        """The table that `by` gives."""
        question = check_question(question, self.runs)
        memo = is_memo(question, self.runs)
        unit, adds_up = unit_and_sum(question, self.runs)
        if all_years and not adds_up:
            raise InputError(f"{question.line} counts people, or is a level: it does not add up over years")
        groups = group_names(question, self.runs)
        years = [ALL_YEARS] if all_years else self._year_names

        def one(run: FinishedRun) -> pd.DataFrame:
            sums = [group_sums(question, each, groups, self._year_names, self.prices, memo)
                    for each in (self.reference, run)]  # fmt: skip
            if all_years:
                sums = [each.over_years() for each in sums]
            count = len(groups)
            labels = {"measure": [asked_of(question)] * count, "line": [question.line or ALL_LINES] * count,
                      "kind": [question.kind] * count, "breakdown": [question.breakdown] * count, "group": groups,
                      "unit": [unit] * count}  # fmt: skip
            return long_frame(labels, years, differences(sums[0], sums[1], self.same_people(run)))

        table = self._each(one)
        rest = table["group"] == groups[-1]
        nothing = not table.loc[rest, ["reference", "amount"]].any(axis=None)
        return table[~rest].reset_index(drop=True) if nothing else table

    def write(self, path: str | Path, table: str | None = None) -> None:
        """Write to a .csv or .parquet file (one `table`, the scorecard unless named), a .json file or a folder (all).

        Raises InputError when the path holds something that is not a comparison.
        """
        from microsim.comparison.write import write_comparison

        write_comparison(self, Path(path), table)

    @cached_property
    def described(self) -> pd.DataFrame:
        """The runs that are compared: scenario, years, people, seed and digests."""
        rows = [
            {
                "run": name, "scenario": run.name, "source": "" if run.source is None else str(run.source),
                "years": run.manifest["years"], "sample": run.manifest["sample"], "people": run.manifest["people"],
                "seed": run.manifest["seed"], "same_people": self.same_people(run),
                "population_digest": run.manifest["population_digest"], "tables_digest": run.digest,
            }
            for name, run in zip(self.names, self.runs, strict=True)
        ]  # fmt: skip
        return pd.DataFrame(rows)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name; `by_NAME` for each breakdown that the comparison was asked for."""
        found = {"runs": self.described, "scorecard": self.scorecard, "totals": self.totals, "lines": self.lines,
                 "ratios": self.ratios, "assumptions": self.assumptions}  # fmt: skip
        if any(SECOND_ROUND in run.tables for run in self.runs):
            found[SECOND_ROUND] = self.second_round
        return found | {f"by_{question.breakdown}": self.answer(question) for question in self.questions}

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What makes the runs less alike than they should be, in words."""
        idle = (text for name, run in self._others() for text in self._idle(name, run))
        return (*likeness_warnings(self.names, self.runs, self.prices), *idle)

    def _idle(self, name: str, run: FinishedRun) -> Iterator[str]:
        """A measure whose values differ and whose lines are the same to the penny."""
        found = self.assumptions
        values = found[(found["run"] == name) & (found["change"] == VALUE) & (found["measure"] != "")]
        lines = self.scorecard[self.scorecard["run"] == name].groupby("measure")["difference"]
        moved = lines.apply(lambda difference: bool((difference != 0).any()))
        for measure in values["measure"].unique():
            if not moved.get(measure, False) and self._same_lines(measure, run):
                yield f"measures.{measure} differs in {name}, and not one of its lines does"

    def _same_lines(self, measure: str, run: FinishedRun) -> bool:
        frames = []
        for each in (self.reference, run):
            table = each.table("lines")
            mine = table[(table["measure"] == measure) & table["financial_year"].isin(self._year_names)]
            frames.append(mine[["arm", "line", "financial_year", "amount"]].reset_index(drop=True))
        return frames[0].equals(frames[1])

    @cached_property
    def _rows(self) -> pd.DataFrame:
        return scorecard_rows(self.runs)

    @cached_property
    def _year_names(self) -> list[str]:
        return year_names(self.years)

    def _sums(self, run: FinishedRun) -> tuple[Sums, Sums, bool]:
        first, second = (scorecard_sums(each, self._rows, self._year_names, self.prices)
                         for each in (self.reference, run))  # fmt: skip
        return first, second, self.same_people(run)

    def _others(self) -> Iterator[tuple[str, FinishedRun]]:
        return zip(self.names[1:], self.runs[1:], strict=True)

    def _each(self, table: Callable[[FinishedRun], pd.DataFrame]) -> pd.DataFrame:
        """One table of all runs but the reference, each named in the first column."""
        return pd.concat([_first(table(run), run=name) for name, run in self._others()], ignore_index=True)


def _first(table: pd.DataFrame, **column: str) -> pd.DataFrame:
    for name, value in column.items():
        table.insert(0, name, value)
    return table
