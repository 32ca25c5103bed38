"""Which lines of the scorecard moved most between the first run and each other."""

from __future__ import annotations

import altair as alt
import pandas as pd

from microsim.comparison.comparison import Comparison
from microsim.comparison.sums import ALL_LINES, ALL_YEARS
from microsim.report.clear import CLEAR, End, is_clear, stands_out
from microsim.report.comparison import letters
from microsim.report.comparison_sections.runs import PRICES, less, others
from microsim.report.headline import money
from microsim.report.page import theme
from microsim.report.page.blocks import Block, Column, Figure, Group, Section, Table, Text
from microsim.report.words import in_words, set_apart

_MOST = 10  # lines in a chart
_ROW = 30  # pixels of a bar
_LONGEST = 58  # characters of a line's description in a chart


def moved(comparison: Comparison) -> Section:
    """Lines by how far they moved over all years."""
    blocks: list[Block] = []
    for mark, name in others(comparison):
        parts = _of_one(comparison, mark, name)
        if len(comparison.runs) == 2:
            blocks += parts
        else:
            blocks.append(Group(f"moved-{mark}", f"{mark}  {set_apart(name)}", parts))
    return Section("moved", "What moved most", blocks)


def lines_moved(comparison: Comparison, name: str) -> pd.DataFrame:
    """The lines of a run that differ from the first run's over all years, the furthest first: amounts in pounds."""
    totals = comparison.totals
    mine = totals[(totals["run"] == name) & (totals["line"] != ALL_LINES) & (totals["financial_year"] == ALL_YEARS)]
    about = comparison.scorecard.drop_duplicates(["measure", "line"])[
        ["measure", "line", "description", "payer", "head"]
    ]
    found = mine.merge(about, on=["measure", "line"], how="left")
    found = found[found["difference"] != 0]
    return found.sort_values("difference", key=lambda values: -values.abs(), kind="stable").reset_index(drop=True)


def _of_one(comparison: Comparison, mark: str, name: str) -> list[Block]:
    found = lines_moved(comparison, name)
    first = letters(comparison)[0]
    if found.empty:
        return [Text(f"No line of {mark} differs from {first} over all years.")]
    found["words"] = [in_words(measure) for measure in found["measure"]]
    columns = [Column("words", "Measure"), Column("description", "Line"), Column("payer", "Payer"),
               Column("head", "Head"), Column("reference", first, "million"), Column("amount", mark, "million"),
               Column("difference", less(comparison, mark), "million", "standard_error")]  # fmt: skip
    blocks: list[Block] = [_figure(found.head(_MOST), comparison, mark, columns)]
    if len(found) > _MOST:
        title = f"Every line of {mark} that differs from {first}, all years, £ million, {PRICES[comparison.prices]}"
        blocks.append(Table(f"moved-{mark}-lines", title, columns, found, folded=True))
    return blocks


def _figure(shown: pd.DataFrame, comparison: Comparison, mark: str, columns: list[Column]) -> Figure:
    first = letters(comparison)[0]
    several = len(set(shown["measure"])) > 1
    error = shown["standard_error"].fillna(0.0) / 1e6
    drawn = pd.DataFrame({
        "line": _names(shown, several), "measure": shown["words"], "description": shown["description"],
        "difference": shown["difference"] / 1e6,
    })  # fmt: skip
    drawn = drawn.assign(low=drawn["difference"] - CLEAR * error, high=drawn["difference"] + CLEAR * error,
                         cheaper=drawn["difference"] > 0)  # fmt: skip
    y = alt.Y("line:N", title=None, sort=None)
    tooltip = [alt.Tooltip("measure:N", title="Measure"), alt.Tooltip("description:N", title="Line"),
               alt.Tooltip("difference:Q", title=f"{less(comparison, mark)}, £ million", format="+,.1f"),
               alt.Tooltip("low:Q", title="Two standard errors below", format="+,.1f"),
               alt.Tooltip("high:Q", title="Two standard errors above", format="+,.1f")]  # fmt: skip
    colour = alt.condition("datum.cheaper", alt.value(theme.GAIN), alt.value(theme.LOSS))
    title = f"{less(comparison, mark)}, £ million over all years, {PRICES[comparison.prices]}"
    x = alt.X("difference:Q", title=title, axis=alt.Axis(format=",~f"))
    bars = alt.Chart(drawn).mark_bar().encode(y=y, x=x, color=colour, tooltip=tooltip)
    errors = alt.Chart(drawn).mark_rule(strokeWidth=2).encode(y=y, x="low:Q", x2="high:Q", tooltip=tooltip)
    return Figure(
        f"moved-{mark}-chart", chart_title(shown, first, mark),
        (bars + errors).properties(height=max(90, _ROW * len(drawn))),
        Table(f"moved-{mark}-data", f"Lines of {mark} that moved most, all years, £ million", columns, shown),
        "Bars of the difference of each line over all years, £ million: " +
        "; ".join(f"{row.line} {row.difference:+,.0f}" for row in drawn.itertuples()) + ".",
        f"To the right {mark} costs less than {first} or brings in more. The thin line is two standard errors of "
        "simulation on either side.",
    )  # fmt: skip


def chart_title(shown: pd.DataFrame, first: str, mark: str) -> str:
    """Which line moved most, where it is told from nothing and from every other; `shown` has the furthest first."""
    top = shown.iloc[0]
    if not is_clear(top["difference"], top["standard_error"]):
        return f"How far each line of {mark} is from {first}: the furthest cannot be told from nothing"
    alone = len(shown) == 1 or stands_out(shown["difference"].abs(), shown["standard_error"], End.MOST)
    there = f"{mark} is {money(top['difference'])} {'cheaper' if top['difference'] > 0 else 'dearer'} there"
    return f"“{top['description']}” {'moved most' if alone else 'is among the lines that moved most'}: {there}"


def _names(shown: pd.DataFrame, several: bool) -> list[str]:
    """What stands beside each bar: the line, after its measure where there are several; no two are the same."""
    names: list[str] = []
    for measure, description in zip(shown["words"], shown["description"], strict=True):
        text = f"{measure}: {description}" if several else str(description)
        text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        while text in names:
            text += " "
        names.append(text)
    return names
