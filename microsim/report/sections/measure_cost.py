"""What one measure costs: a chart of its lines by year, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

import altair as alt
import numpy as np
import pandas as pd

from microsim.accounts.totals import ALL_LINES
from microsim.report.amounts import pounds_in_words
from microsim.report.clear import is_clear
from microsim.report.material import Material
from microsim.report.page import theme
from microsim.report.page.axes import year_axis
from microsim.report.page.blocks import Column, Figure, Table
from microsim.report.sections.money_by_year import MoneyByYear, errors_of
from microsim.report.sections.scorecard import add_lines, by_year

_MOST_LINES = 7  # drawn one by one; the others are drawn together
_OTHERS = "Other lines"
_BEGINNING = 30  # characters of a line that a legend shows for certain
_KEPT = 2  # words, of those that lines begin with alike


def cost_figure(name: str, title: str, rows: pd.DataFrame, errors: pd.Series) -> Figure:
    """Cost by year, stacked by line; with their sum where some cost and others save.

    `errors` are one standard error of the measure by year.
    """
    data = _drawn(rows)
    lines = list(dict.fromkeys(data["line"]))
    labels = short_labels(lines)
    data["label"] = [labels[lines.index(line)] for line in data["line"]]
    colours = [theme.QUIET if line == _OTHERS else colour
               for line, colour in zip(lines, theme.colours_of(lines), strict=True)]  # fmt: skip
    bars = alt.Chart(data).mark_bar().encode(
        x=alt.X("financial_year:O", title=None, axis=year_axis(data["financial_year"].nunique())),
        y=alt.Y("millions:Q", title="Cost, £ million a year", axis=alt.Axis(format=",~f"), stack="zero"),
        color=alt.Color(
            "label:N", title=None, sort=labels, scale=alt.Scale(domain=labels, range=colours),
            legend=alt.Legend(orient="bottom", columns=1, labelLimit=alt.ExprRef("width")) if len(lines) > 1 else None,
        ),
        order=alt.Order("place:Q"),
        tooltip=[alt.Tooltip("financial_year:O", title="Year"), alt.Tooltip("line:N", title="Line"),
                 alt.Tooltip("millions:Q", title="Cost, £ million", format=",.1f")],
    )  # fmt: skip
    whole = data.groupby("financial_year", sort=False)["millions"].sum().reset_index()
    mixed = len(lines) > 1 and data["cost"].min() < 0 < data["cost"].max()
    chart = (bars + _sum_of_lines(whole) if mixed else bars).properties(height=theme.HEIGHT)
    columns = [Column("financial_year", "Year", "year"), Column("line", "Line"),
               Column("cost", "Cost (a saving is negative), £ million", "million")]  # fmt: skip
    table = data[["financial_year", "line", "cost"]]
    note = "Above nought is a cost, below a saving or receipt." + (" Diamonds are all lines together." if mixed else "")
    seen = what_is_seen(title, by_year(rows), errors)
    return Figure(
        f"measure-{name}-cost", seen, chart,
        Table(f"measure-{name}-cost-data", f"{title}: cost by year and line", columns, table),
        f"Bars of the cost of {title} by year, in {len(lines)} lines. {seen}.", note,
    )  # fmt: skip


def _drawn(rows: pd.DataFrame) -> pd.DataFrame:
    """Cost in pounds and millions by year and line, the largest lines first and the smallest together."""
    cost = rows.assign(cost=-rows["cash"], line=rows["description"].astype(str))
    size = cost.assign(cost=cost["cost"].abs()).groupby("line", sort=False)["cost"].sum()
    order = list(size[size > 0].sort_values(ascending=False, kind="stable").index)
    if len(order) > _MOST_LINES + 1:
        order = [*order[:_MOST_LINES], _OTHERS]
    cost["line"] = cost["line"].where(cost["line"].isin(order), _OTHERS)
    data = cost.groupby(["financial_year", "line"], sort=False, as_index=False)["cost"].sum()
    data = data[data["line"].isin(order)]
    data["place"] = [order.index(line) for line in data["line"]]
    data["millions"] = data["cost"] / 1e6
    return data.sort_values(["place", "financial_year"], kind="stable").reset_index(drop=True)


def short_labels(lines: Sequence[str]) -> list[str]:
    """What tells lines apart, for a legend that shows the beginning of each: of the words that several begin with, two.

    Where that would not tell them apart they stay as they are.
    """
    labels = []
    for line in lines:
        alike = [other for other in lines if other != line and other[:_BEGINNING] == line[:_BEGINNING]]
        parted = [one.split() for one in (line, *alike)]
        shared = sum(1 for _ in takewhile(lambda words: len(set(words)) == 1, zip(*parted, strict=False)))
        shared = min(shared, *(len(words) - 1 for words in parted)) if alike else 0
        words = line.split()
        labels.append(" ".join([*words[:_KEPT], "…", *words[shared:]]) if shared > _KEPT else line)
    return labels if len(set(labels)) == len(labels) else list(lines)


def _sum_of_lines(whole: pd.DataFrame) -> alt.Chart:
    """Marks that are seen on bars of any colour, on a light and on a dark page."""
    return alt.Chart(whole).mark_point(
        shape="diamond", size=45, filled=True, fill="white", stroke="#333333", opacity=1
    ).encode(
        x=alt.X("financial_year:O"), y=alt.Y("millions:Q"),
        tooltip=[alt.Tooltip("financial_year:O", title="Year"),
                 alt.Tooltip("millions:Q", title="All lines, £ million", format=",.1f")],
    )  # fmt: skip


def what_is_seen(title: str, cash: pd.Series, errors: pd.Series) -> str:
    """The first and the last year with money, in words: cash is in pounds, and minus is a cost.

    An amount whose sign its simulation error leaves open says so; `errors` are by year, and may lack years.
    """
    paid = cash[cash != 0]
    if paid.empty:
        return f"{title}: nothing is spent or saved in these years"
    first, last = paid.index[0], paid.index[-1]
    start = f"{title} {_verb(paid.iloc[0])} {_size(paid.iloc[0], errors.get(first))} in {first}"
    if first == last:
        return start
    same = (paid.iloc[0] < 0) == (paid.iloc[-1] < 0)
    return f"{start} and {'' if same else _verb(paid.iloc[-1]) + ' '}{_size(paid.iloc[-1], errors.get(last))} in {last}"


def _size(cash: float, error: float | None) -> str:
    amount = pounds_in_words(abs(cash))
    if error is None or np.isnan(error) or is_clear(cash, error):
        return amount
    return f"{amount} (± {pounds_in_words(error)}: its sign is not certain)"


def _verb(cash: float) -> str:
    return "costs" if cash < 0 else "saves"


def cost_table(material: Material, name: str, title: str, years: Sequence[str]) -> Table:
    """The measure's lines with payer, head and simulation errors, and their sum."""
    scorecard, totals = material.run.scorecard, material.run.table("scorecard_totals")
    part = scorecard[scorecard["measure"] == name]
    money = MoneyByYear([("line", "Line"), ("payer and head", "Payer and head")], years, True, beneath=True)
    add_lines(money, totals, name, part)
    money.add(("Effect on the Exchequer", ""), by_year(part), errors_of(totals, name, ALL_LINES), strong=True)
    return Table(
        f"measure-{name}-lines", f"{title}: effect on the Exchequer, £ million, cash", money.columns, money.frame,
        "Minus is a cost to the Exchequer. ± is one standard error of simulation.", strong=money.strong,
    )  # fmt: skip
