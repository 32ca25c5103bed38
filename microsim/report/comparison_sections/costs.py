"""Each measure in each run by year, the differences, and the simulation error of each difference."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from microsim.comparison.comparison import Comparison
from microsim.comparison.sums import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.report.clear import CLEAR, is_clear
from microsim.report.comparison import letters
from microsim.report.comparison_sections.headline import NOTHING
from microsim.report.comparison_sections.runs import (
    PRICES,
    SAYS_OF_ERROR,
    labels,
    less,
    others,
    told_apart,
)
from microsim.report.page import theme
from microsim.report.page.axes import year_axis
from microsim.report.page.blocks import Block, Column, Figure, Section, Table, Text
from microsim.report.sections.money_by_year import MoneyByYear
from microsim.report.words import in_words
from microsim.report.years_shown import years_shown

_MANY = 0.5  # of the years that differ: of many years chance alone sets one or two apart


def costs(comparison: Comparison) -> Section:
    """The scorecards side by side."""
    if comparison.scorecard.empty:
        return Section("costs", "Costs side by side", [Text(NOTHING)])
    first = letters(comparison)[0]
    blocks: list[Block] = [
        Text(f"£ million, {PRICES[comparison.prices]}. Minus is a cost to the Exchequer. A difference is the run less "
             f"{first}: plus is cheaper than {first}, or brings in more. {SAYS_OF_ERROR}", "small"),
        _figure(comparison),
        _side_by_side("costs-table", comparison, _shown(comparison)),
    ]  # fmt: skip
    every = comparison.totals["financial_year"].drop_duplicates()
    years = [year for year in sorted(every) if year != ALL_YEARS]
    if len(years) > len(_shown(comparison)):
        blocks.append(_side_by_side("costs-every-year", comparison, years, folded=True))
    if "second_round" in comparison.tables:
        blocks += _second_round(comparison)
    return Section("costs", "Costs side by side", blocks)


def _shown(comparison: Comparison) -> list[str]:
    lines = comparison.scorecard
    money = lines["reference"].abs() + lines["amount"].abs()
    return years_shown(pd.DataFrame({"financial_year": lines["financial_year"], "cash": money}))


def _side_by_side(name: str, comparison: Comparison, years: Sequence[str], folded: bool = False) -> Table:
    """Every measure and all of them: a row for each run, and one for each difference."""
    money = MoneyByYear([("measure", "Measure"), ("run", "Run")], years, with_errors=True)
    totals = comparison.totals[comparison.totals["line"] == ALL_LINES]
    for measure, part in totals.groupby("measure", sort=False):
        words = "Effect on the Exchequer" if measure == ALL_MEASURES else in_words(str(measure))
        _add(money, words, part, comparison, strong=measure == ALL_MEASURES)
    title = f"Effect on the Exchequer by measure{' in every year' if folded else ''}, £ million"
    return Table(name, title, money.columns, money.frame, strong=money.strong, folded=folded)


def _add(money: MoneyByYear, words: str, part: pd.DataFrame, comparison: Comparison, strong: bool = False) -> None:
    """The rows of one amount by year; one row where all runs have the same."""
    first = letters(comparison)[0]
    reference = part[part["run"] == comparison.names[1]].set_index("financial_year")["reference"].drop(ALL_YEARS)
    if not part["difference"].any():
        money.add((words, "the same in all"), reference, strong=strong)
        return
    money.add((words, first), reference, strong=strong)
    for mark, name in others(comparison):
        mine = part[part["run"] == name].set_index("financial_year")
        money.add((words, mark), mine["amount"].drop(ALL_YEARS), strong=strong)
        money.add((words, less(comparison, mark)), mine["difference"].drop(ALL_YEARS), mine["standard_error"], strong)


def _second_round(comparison: Comparison) -> list[Block]:
    """The sum of second-round effects of every run: beside the scorecard, in none of its sums."""
    table = comparison.second_round
    table = table[table["head"] != "memo"]
    if not table[["reference", "amount"]].any(axis=None):
        return []
    by_year = table.groupby(["run", "financial_year"], sort=False)[["reference", "amount", "difference"]].sum()
    whole = by_year.groupby("run", sort=False).sum().assign(financial_year=ALL_YEARS).reset_index()
    part = pd.concat([by_year.reset_index(), whole]).assign(standard_error=float("nan"))
    money = MoneyByYear([("measure", "Effects"), ("run", "Run")], _shown(comparison), with_errors=True)
    _add(money, "Second round", part, comparison)
    title = "Second-round effects, in no sum above, £ million"
    return [Table("second-round", title, money.columns, money.frame, "No simulation error is known of these.")]


def _figure(comparison: Comparison) -> Figure:
    """How far each run is from the first in each year, with the error of that difference."""
    data = differences_by_year(comparison)
    drawn = data.assign(**{name: data[name] / 1e6 for name in ("difference", "low", "high")})
    years = list(dict.fromkeys(data["financial_year"]))
    first = letters(comparison)[0]
    x = alt.X("financial_year:O", title=None, axis=year_axis(len(years)))
    title = f"{less(comparison)}, £ million a year, {PRICES[comparison.prices]}"
    y = alt.Y("difference:Q", title=title, axis=alt.Axis(format=",~f"))
    tooltip = [alt.Tooltip("label:N", title="Run"), alt.Tooltip("financial_year:O", title="Year"),
               alt.Tooltip("difference:Q", title=f"{less(comparison)}, £ million", format="+,.1f"),
               alt.Tooltip("low:Q", title="Two standard errors below", format="+,.1f"),
               alt.Tooltip("high:Q", title="Two standard errors above", format="+,.1f")]  # fmt: skip
    apart = told_apart(comparison, without_reference=True)
    base = alt.Chart(drawn)
    bands = base.mark_area(opacity=0.22, line=False).encode(
        x=x, y=alt.Y("low:Q", title=title), y2="high:Q", color=apart["color"])  # fmt: skip
    lines = base.mark_line(strokeWidth=2.5).encode(x=x, y=y, tooltip=tooltip, **apart)
    points = base.mark_point(size=90, filled=True, opacity=0 if len(years) > 1 else 1).encode(
        x=x, y=y, tooltip=tooltip, color=apart["color"])  # fmt: skip
    nought = alt.Chart(pd.DataFrame({"nought": [0]})).mark_rule(strokeWidth=1).encode(y="nought:Q")
    columns = [Column("financial_year", "Year", "year"), Column("label", "Run"),
               Column("difference", f"{less(comparison)}, £ million", "million", "standard_error"),
               Column("low", "Two errors below", "million"), Column("high", "Two errors above", "million")]  # fmt: skip
    return Figure(
        "difference-by-year", chart_title(comparison, data),
        (nought + bands + lines + points).properties(height=theme.HEIGHT),
        Table("difference-by-year-data", f"Difference by year and run, {PRICES[comparison.prices]}", columns, data),
        _described(comparison, drawn),
        f"Above nought a run is cheaper than {first} or brings in more. The band is two standard errors of simulation "
        "on either side, and nothing of the assumptions.",
    )  # fmt: skip


def differences_by_year(comparison: Comparison) -> pd.DataFrame:
    """Each run's difference by year in pounds, with two standard errors below and above; without errors no band."""
    table = comparison.totals
    table = table[(table["measure"] == ALL_MEASURES) & (table["line"] == ALL_LINES)]
    table = table[table["financial_year"] != ALL_YEARS]
    named = dict(zip(comparison.names, labels(comparison), strict=True))
    error = table["standard_error"].fillna(0.0)
    return pd.DataFrame({
        "label": [named[name] for name in table["run"]], "financial_year": table["financial_year"],
        "difference": table["difference"], "standard_error": table["standard_error"],
        "low": table["difference"] - CLEAR * error, "high": table["difference"] + CLEAR * error,
    }).reset_index(drop=True)  # fmt: skip


def chart_title(comparison: Comparison, data: pd.DataFrame) -> str:
    """In which years one run is cheaper than the other, of those in which that is told from noise."""
    first = letters(comparison)[0]
    moved = data[data["difference"] != 0]
    if moved.empty:
        return "The runs have the same effect in every year"
    if len(comparison.runs) > 2:
        return f"How far each run is from {first} each year"
    mark = letters(comparison)[1]
    sure = [is_clear(*pair) for pair in zip(moved["difference"], moved["standard_error"], strict=True)]
    clear = moved.loc[sure, "difference"]
    if clear.empty:
        return f"In no year is the difference between {mark} and {first} told from noise"
    if len(clear) < _MANY * len(moved):
        return f"{mark} and {first} are told apart from noise in {len(clear)} of the {len(moved)} years that differ"
    if (clear > 0).any() and (clear < 0).any():
        return f"{mark} is cheaper than {first} in some years and dearer in others"
    when = "every year that differs" if len(clear) == len(moved) else (
        f"{len(clear)} of the {len(moved)} years that differ; in the others noise hides it"
    )  # fmt: skip
    return f"{mark} is {'cheaper' if clear.iloc[0] > 0 else 'dearer'} than {first} in {when}"


def _described(comparison: Comparison, drawn: pd.DataFrame) -> str:
    first = letters(comparison)[0]
    parts = []
    for label, part in drawn.groupby("label", sort=False):
        most = part.iloc[int(part["difference"].abs().argmax())]
        parts.append(f"{str(label).split()[0]} is furthest from {first} in {most['financial_year']}, "
                     f"{most['difference']:+,.0f}")  # fmt: skip
    return f"Lines of the difference from {first} by year, £ million: {'; '.join(parts)}."
