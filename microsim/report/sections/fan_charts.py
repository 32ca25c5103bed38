"""Charts of draws: a fan of the cost over the years, and the chance of exceeding a budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from microsim.accounts.totals import ALL_MEASURES, ALL_YEARS
from microsim.report.amounts import MILLION, pounds_in_words, share_in_words
from microsim.report.page import theme
from microsim.report.page.axes import year_axis
from microsim.report.page.blocks import Column, Figure, Table
from microsim.uncertainty.budget import ANY_YEAR

_FAN_COLUMNS = {
    "central": "Central run", "p5": "5th percentile", "p25": "25th", "p50": "Middle draw", "p75": "75th",
    "p95": "95th percentile",
}  # fmt: skip
_INNER, _OUTER = "Half of the draws", "Nine draws in ten"
_MIDDLE, _CENTRAL = "Middle draw", "Central run"
_OUTER_OPACITY, _INNER_OPACITY = (
    "38",
    "78",
)  # hexadecimal, after the colour of the bands: light and dark paper show through
_HALF = 0.5  # of the draws


def fan_figure(fan: pd.DataFrame, about: Mapping[str, Any]) -> Figure:
    """What all measures cost by year over the draws: plus is a cost."""
    rows = fan[(fan["measure"] == ALL_MEASURES) & (fan["financial_year"] != ALL_YEARS)].reset_index(drop=True)
    millions = rows[["financial_year"]].assign(
        **{name: rows[name] / MILLION for name in (*_FAN_COLUMNS, "simulation_error")}
    )
    base = alt.Chart(millions).encode(x=alt.X("financial_year:O", title=None, axis=year_axis(len(millions))))
    layers = [
        _band(base, "p5", "p95", _OUTER), _band(base, "p25", "p75", _INNER), _line(base, "p50", _MIDDLE),
        _line(base, "central", _CENTRAL), _touched(base),
    ]  # fmt: skip
    chart = alt.layer(*layers).properties(height=theme.HEIGHT)
    columns = [Column("financial_year", "Year", "year")]
    columns += [Column(name, label, "million", "simulation_error" if name == "central" else None)
                for name, label in _FAN_COLUMNS.items()]  # fmt: skip
    data = Table(
        "cost-over-draws-data", "Cost by year over the draws, £ million, cash", columns, rows,
        "Plus is a cost. ± is the simulation error of the central run: no part of the range or its percentiles.",
    )  # fmt: skip
    return Figure("cost-over-draws", _fan_title(fan, about), chart, data, _fan_described(rows))


def _band(base: alt.Chart, low: str, high: str, name: str) -> Any:
    scale = alt.Scale(domain=[_OUTER, _INNER], range=[theme.BAND + _OUTER_OPACITY, theme.BAND + _INNER_OPACITY])
    return base.mark_area().encode(
        y=alt.Y(f"{low}:Q", title="Cost to the Exchequer, £ million a year, cash", axis=alt.Axis(format=",~f")),
        y2=f"{high}:Q", fill=alt.Fill("band:N", title=None, scale=scale, legend=_legend()),
    ).transform_calculate(band=f"'{name}'")  # fmt: skip


def _legend() -> alt.Legend:
    return alt.Legend(columns=1)  # two beside one another fit a narrow page


def _line(base: alt.Chart, column: str, name: str) -> Any:
    names = [_MIDDLE, _CENTRAL]
    colours, dashes = [theme.INK, theme.CONTRAST], [[5, 4], [1, 0]]
    return base.mark_line(strokeWidth=2.2).encode(
        y=f"{column}:Q",
        stroke=alt.Stroke("line:N", title=None, scale=alt.Scale(domain=names, range=colours), legend=_legend()),
        strokeDash=alt.StrokeDash("line:N", title=None, scale=alt.Scale(domain=names, range=dashes), legend=_legend()),
    ).transform_calculate(line=f"'{name}'")  # fmt: skip


def _touched(base: alt.Chart) -> Any:
    """Every number of a year, shown where its column is pointed at."""
    shown = [alt.Tooltip("financial_year:O", title="Year")]
    shown += [
        alt.Tooltip(f"{name}:Q", title=f"{label}, £ million", format=",.0f") for name, label in _FAN_COLUMNS.items()
    ]
    shown.append(alt.Tooltip("simulation_error:Q", title="± of the central run, £ million", format=",.0f"))
    return base.mark_rule(opacity=0, strokeWidth=14).encode(y="p5:Q", y2="p95:Q", tooltip=shown)


def _fan_title(fan: pd.DataFrame, about: Mapping[str, Any]) -> str:
    row = headline_row(fan, about)
    when = "Over all years" if about["headline_year"] == ALL_YEARS else f"In {about['headline_year']}"
    if row is None or row["p5"] == row["p95"]:
        return "What all measures cost by year, over the draws"
    return f"{when} nine draws in ten cost between {pounds_in_words(row['p5'])} and {pounds_in_words(row['p95'])}"


def headline_row(fan: pd.DataFrame, about: Mapping[str, Any]) -> Any:
    """The fan's row of the headline year, all measures; None where there is none."""
    rows = fan[(fan["measure"] == ALL_MEASURES) & (fan["financial_year"] == about["headline_year"])]
    return rows.iloc[0] if len(rows) else None


def _fan_described(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "There is no year to show."
    last = rows.iloc[-1]
    return (
        f"Bands of the cost by year over the draws, with the central run. In {last['financial_year']} the central "
        f"run is {pounds_in_words(last['central'])}; half of the draws lie between {pounds_in_words(last['p25'])} and "
        f"{pounds_in_words(last['p75'])}, nine in ten between {pounds_in_words(last['p5'])} and "
        f"{pounds_in_words(last['p95'])}."
    )


def budget_figure(budget: pd.DataFrame) -> Figure:
    """The chance that a year's cost exceeds the budget, with the interval that so many draws leave."""
    years = budget[~budget["financial_year"].isin([ANY_YEAR, ALL_YEARS])].reset_index(drop=True)
    amount = pounds_in_words(float(budget["budget"].iloc[0]))
    names = ["chance", "chance_low", "chance_high"]
    base = alt.Chart(years[["financial_year"]].assign(**{name: 100 * years[name] for name in names})).encode(
        x=alt.X("financial_year:O", title=None, axis=year_axis(len(years))),
        tooltip=[alt.Tooltip("financial_year:O", title="Year"),
                 alt.Tooltip("chance:Q", title="Share of draws, %", format=".0f"),
                 alt.Tooltip("chance_low:Q", title="at least, %", format=".0f"),
                 alt.Tooltip("chance_high:Q", title="at most, %", format=".0f")],
    )  # fmt: skip
    bars = base.mark_bar(color=theme.MAIN).encode(
        y=alt.Y("chance:Q", title="Share of draws above the budget, %", scale=alt.Scale(domain=[0, 100]))
    )
    ends = base.mark_rule(strokeWidth=1.5).encode(y="chance_low:Q", y2="chance_high:Q")
    columns = [Column("financial_year", "Year", "year"), Column("chance", "Share of draws above", "share"),
               Column("chance_low", "at least", "share"), Column("chance_high", "at most", "share"),
               Column("central_cost", "Central run, £ million", "million")]  # fmt: skip
    return Figure(
        "budget", _budget_title(years, amount), (bars + ends).properties(height=220),
        Table("budget-data", f"Chance of a cost above {amount}", columns, budget,
              "The interval of 95 % that so many draws leave. The same amount is set against each year and against the "
              "sum of all years."),
        f"Bars: the share of draws in which the year's cost in cash exceeds {amount}, with an interval of 95 %. "
        f"Highest {share_in_words(float(years['chance'].max()))}.",
    )  # fmt: skip


def _budget_title(years: pd.DataFrame, amount: str) -> str:
    """In which years more than half of the draws exceed the amount, as far as so many draws can tell."""
    exceeds = years["chance_low"] > _HALF
    if not exceeds.any():
        if (years["chance_high"] > _HALF).any():
            return f"So many draws cannot tell whether any year costs more than {amount} in more than half of them"
        return f"In no single year do more than half of the draws cost more than {amount}"
    first = int(exceeds.to_numpy().argmax())
    always = bool(exceeds.iloc[first:].all())
    when = years["financial_year"].iloc[first]
    return f"More than half of the draws cost more than {amount} {'from' if always else 'first in'} {when}" + (
        " on" if always else ""
    )
