"""Charts of what a cost hangs on: each figure from its low to its high, and shares of the cost's variance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from microsim.accounts.totals import ALL_YEARS
from microsim.report.amounts import MILLION, pounds_in_words, share_in_words
from microsim.report.clear import CLEAR, End, stands_out
from microsim.report.field_words import field_labels, place_of_field, range_with_unit, shortened, with_unit
from microsim.report.page import theme
from microsim.report.page.blocks import Column, Figure, Table
from microsim.report.words import in_words
from microsim.uncertainty.target import Question

MOST_BARS = 10
_ROW = 60  # pixels for a bar with two lines of words above it
_SHARE_ROW = 46
_AT_LOW, _AT_HIGH = "with the figure at its low", "with the figure at its high"


def question_in_words(question: Mapping[str, Any]) -> str:
    """Which cost a sensitivity is of."""
    return Question(question["measure"], question["year"], question["prices"]).text


def tornado_figure(tornado: pd.DataFrame, question: Mapping[str, Any]) -> Figure | None:
    """The figures with the largest swings, each from its low to its high; None where none moves the cost."""
    moving = tornado[tornado["swing"] > 0].head(MOST_BARS).reset_index(drop=True)
    if moving.empty:
        return None
    moving = moving.assign(label=field_labels(moving["field"].tolist(), moving["description"].tolist()))
    shown = _bar_rows(moving)
    central = float(moving["cost_central"].iloc[0])
    place = alt.Y("place:O", axis=None, scale=alt.Scale(padding=0))
    whole = [alt.Tooltip("label:N", title="Figure"), alt.Tooltip("field:N", title="Field"),
             alt.Tooltip("value:N", title="Value"), alt.Tooltip("end:N", title="Shown"),
             alt.Tooltip("cost:Q", title="Cost, £ million", format=",.0f"),
             alt.Tooltip("change:Q", title="Change, £ million", format="+,.0f")]  # fmt: skip
    names = [_AT_LOW, _AT_HIGH]
    base = alt.Chart(shown).encode(y=place)
    cost = f"Cost to the Exchequer{_when(question)}, £ million"
    bars = base.mark_bar(height=16, yOffset=15).encode(
        x=alt.X("cost:Q", title=cost, scale=alt.Scale(zero=False), axis=alt.Axis(format=",~f")), x2="central:Q",
        color=alt.Color("end:N", title=None, scale=alt.Scale(domain=names, range=[theme.CONTRAST, theme.MAIN])),
        tooltip=whole,
    )  # fmt: skip
    centre = (
        alt.Chart(pd.DataFrame({"central": [central / MILLION]}))
        .mark_rule(strokeDash=[4, 3])
        .encode(x="central:Q", tooltip=[alt.Tooltip("central:Q", title="Central run, £ million", format=",.0f")])
    )
    once = base.transform_filter(f"datum.end == '{_AT_LOW}'")
    where = _words(once, -20, fontWeight="bold").encode(text="where:N", tooltip=whole[:2])
    what = _words(once, -4).encode(text="words:N", tooltip=whole[:2])
    chart = alt.layer(bars, centre, where, what).properties(height=_ROW * len(moving))
    most = moving.iloc[0]
    return Figure(
        "tornado", f"{place_of_field(most['field'])} moves the cost most: by {pounds_in_words(most['swing'])}", chart,
        tornado_table(tornado),
        f"Bars of {question_in_words(question)} with one figure at its low or its high and all others central, "
        f"{pounds_in_words(central)}. Largest first: {'; '.join(moving['label'].head(3))}.",
        "One figure at a time, all others central: bars are not to be added. The broken line is the central run. Light "
        "(orange) bars are at a figure's low, dark (blue) ones at its high.",
    )  # fmt: skip


def _words(base: alt.Chart, down: int, **style: Any) -> Any:
    """Text above a bar, from the left edge, cut where the chart ends."""
    text = base.mark_text(align="left", baseline="middle", yOffset=down, limit=alt.ExprRef("width"), **style)
    return text.encode(x=alt.value(0))


def _bar_rows(moving: pd.DataFrame) -> pd.DataFrame:
    """Two rows for each figure; of two bars on the same side the longer comes first, so that the shorter is seen."""
    rows = []
    for place, row in enumerate(moving.to_dict("records")):
        words = f"{shortened(row['description'])}: {range_with_unit(row['low'], row['high'], row['unit'])}"
        ends = [(_AT_LOW, row["low"], row["cost_low"]), (_AT_HIGH, row["high"], row["cost_high"])]
        ends.sort(key=lambda end: -abs(end[2] - row["cost_central"]))
        rows += [
            {"place": place, "where": place_of_field(row["field"]), "label": row["label"], "field": row["field"],
             "words": words, "end": end,
             "value": with_unit(str(value), row["unit"]), "cost": cost / MILLION,
             "central": row["cost_central"] / MILLION, "change": (cost - row["cost_central"]) / MILLION}
            for end, value, cost in ends
        ]  # fmt: skip
    return pd.DataFrame(rows)


def _when(question: Mapping[str, Any]) -> str:
    of = f" of {in_words(question['measure']).lower()}" if question["measure"] else ""
    when = " over all years" if question["year"] == ALL_YEARS else f" in {question['year']}"
    return f"{of}{when}, {question['prices'].replace('_', ' ')}"


def tornado_table(tornado: pd.DataFrame) -> Table:
    """Every field that moves the cost, with its ends and the cost there."""
    moving = tornado[tornado["swing"] > 0].reset_index(drop=True)
    moving = moving.assign(label=field_labels(moving["field"].tolist(), moving["description"].tolist()))
    columns = [
        Column("label", "Figure"), Column("low", "Low"), Column("central", "Central"), Column("high", "High"),
        Column("unit", "Unit"), Column("cost_low", "Cost at low, £ million", "million"),
        Column("cost_high", "Cost at high, £ million", "million"), Column("swing", "Swing, £ million", "million"),
        Column("quality", "Quality"), Column("field", "Field", "code"),
    ]  # fmt: skip
    note = f"{len(moving)} of {len(tornado)} uncertain figures move this cost. Swings are not to be added."
    return Table("tornado-data", "Each uncertain figure from its low to its high", columns, moving, note)


def shares_figure(shares: pd.DataFrame, tornado: pd.DataFrame) -> Figure | None:
    """Shares of the variance of the cost, largest first; None where there is no variance."""
    if not shares["total"].any():
        return None
    described = dict(zip(tornado["field"], tornado["description"], strict=True))
    rows = shares.sort_values("total", ascending=False, kind="stable", ignore_index=True)
    rows["label"] = [_factor_label(name, described) for name in rows["factor"]]
    rows["low"] = (rows["total"] - rows["total_interval"]).clip(lower=0.0)
    rows["high"] = rows["total"] + rows["total_interval"]
    place = alt.Y("place:O", axis=None, scale=alt.Scale(padding=0))
    names = ("first_order", "total", "low", "high")
    data = rows[["label"]].assign(place=range(len(rows)), **{name: 100 * rows[name] for name in names})
    told = [alt.Tooltip("label:N", title="Figure"),
            alt.Tooltip("first_order:Q", title="Would go, were it known, %", format=".0f"),
            alt.Tooltip("total:Q", title="Would stay, were it alone unknown, %", format=".0f"),
            alt.Tooltip("low:Q", title="at least, %", format=".0f"),
            alt.Tooltip("high:Q", title="at most, %", format=".0f")]  # fmt: skip
    base = alt.Chart(data).encode(y=place, tooltip=told)
    bars = base.mark_bar(height=15, yOffset=9, color=theme.MAIN).encode(
        x=alt.X("total:Q", title="Share of the variance of the cost, %")
    )
    ends = base.mark_rule(yOffset=9, strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    words = _words(base, -9).encode(text="label:N")
    columns = [Column("label", "Figure"), Column("first_order", "Would go, were it known", "share"),
               Column("first_order_interval", "± (95 %)", "share"),
               Column("total", "Would stay, were it alone unknown", "share"),
               Column("total_interval", "± (95 %)", "share"), Column("fields", "Fields", "code")]  # fmt: skip
    return Figure(
        "variance-shares", _shares_title(rows),
        alt.layer(bars, ends, words).properties(height=_SHARE_ROW * len(rows)),
        Table("variance-shares-data", "Shares of the variance of the cost", columns, rows,
              f"First orders add up to {rows['first_order'].sum():.2f}: the rest is interaction, or noise."),
        "Bars: what would stay of the variance were the figure alone unknown, with intervals of 95 %. "
        + "; ".join(f"{row['label']} {share_in_words(row['total'])}" for row in rows.head(3).to_dict("records")) + ".",
    )  # fmt: skip


def _shares_title(rows: pd.DataFrame) -> str:
    """What the variance hangs on most, where the intervals of 95 % tell one figure from all others."""
    errors = rows["total_interval"] / CLEAR  # an interval of 95 % is about two standard errors to either side
    first = rows.iloc[0]
    if len(rows) > 1 and not stands_out(rows["total"], errors, End.MOST):
        return "No one figure has clearly the largest share of the variance"
    share, interval = share_in_words(first["total"]), share_in_words(first["total_interval"])
    return f"{first['label']} alone unknown would leave {share} (± {interval}) of the variance"


def _factor_label(name: str, described: Mapping[str, str]) -> str:
    return field_labels([name], [described[name]])[0] if name in described else in_words(name)
