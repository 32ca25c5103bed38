"""Gains by group of people: bars of each kind side by side, each with its simulation error, and titles that say what
they show."""

from __future__ import annotations

from typing import Literal, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from microsim.report.clear import End, differ, stands_out
from microsim.report.formats import Form
from microsim.report.page import theme
from microsim.report.page.blocks import Column, Figure, Table
from microsim.report.sections.area_map import pounds
from microsim.report.sections.kinds import KIND_COLOURS, KIND_WORDS, kinds_in
from microsim.report.sections.labels import TENTHS, capital, labelled, short

ERROR_NOTE = "Lines: ± one standard error of simulation."
_LEAST = 0.0001  # of income; less is not said to be 0.00 %
_BAR, _SPACE = 13, 10  # pixels for a bar lying down, and between groups of bars


class Share(NamedTuple):
    """What a gain is set against: the column of `by_group`, its form in tables, and the title of an axis."""

    column: Literal["per_household", "per_adult", "share_of_income"]
    form: Form
    axis: str

    def shown(self, value: float) -> str:
        """The amount without its sign."""
        if self.form != "share":
            return pounds(abs(value))
        return f"{100 * abs(value):.2f} %" if not 0 < abs(value) < _LEAST else f"under {100 * _LEAST:g} %"


PER_HOUSEHOLD = Share("per_household", "pounds", "£ a year for each household")
PER_ADULT = Share("per_adult", "pounds", "£ a year for each adult")
OF_INCOME = Share("share_of_income", "share", "% of net income")


def bars(rows: pd.DataFrame, share: Share, lying: bool, groups_title: str | None = None) -> alt.LayerChart:
    """Bars of each kind side by side for each group in the order of rows (see `by_group`), lying down or upright."""
    kinds = kinds_in(rows)
    factor = 100 if share.form == "share" else 1
    data = pd.DataFrame({
        "group": [short(group) for group in rows["group"]], "kind": [KIND_WORDS[kind] for kind in rows["kind"]],
        "value": factor * rows[share.column], "error": factor * rows[f"error_{share.column}"],
    }).dropna(subset=["value"])  # fmt: skip
    data["low"], data["high"] = data["value"] - data["error"], data["value"] + data["error"]
    names, words = list(dict.fromkeys(data["group"])), [KIND_WORDS[kind] for kind in kinds]
    long, across = (alt.X, alt.Y) if lying else (alt.Y, alt.X)
    axis = alt.Axis(tickCount=6)
    group_axis = alt.Axis() if lying else alt.Axis(labelAngle=0)
    places = {
        "y" if lying else "x": across("group:N", title=groups_title, sort=names, axis=group_axis),
        "yOffset" if lying else "xOffset": (alt.YOffset if lying else alt.XOffset)("kind:N", sort=words),
    }
    tooltip = [
        alt.Tooltip("group:N", title="Group"), alt.Tooltip("kind:N", title="Gain"),
        alt.Tooltip("value:Q", title=share.axis, format=",.2f"),
        alt.Tooltip("error:Q", title="± standard error", format=",.2f"),
    ]  # fmt: skip
    legend = alt.Legend() if len(words) > 1 else None
    colour = alt.Color(
        "kind:N", title=None, sort=words, legend=legend,
        scale=alt.Scale(domain=words, range=[KIND_COLOURS[kind] for kind in kinds]),
    )  # fmt: skip
    value, far, end = ("x", "x2", alt.X2) if lying else ("y", "y2", alt.Y2)
    drawn = alt.Chart(data).mark_bar().encode(
        **{value: long("value:Q", title=share.axis, axis=axis)}, **places, color=colour, tooltip=tooltip
    )  # fmt: skip
    lines = alt.Chart(data.dropna(subset=["error"])).mark_rule(strokeWidth=1.5).encode(
        **{value: long("low:Q"), far: end("high:Q")}, **places, tooltip=tooltip
    )  # fmt: skip
    height = len(names) * (_BAR * max(len(kinds), 2) + _SPACE) if lying else theme.HEIGHT
    return (drawn + lines).properties(height=max(height, 2 * _BAR))


def table_of(name: str, title: str, rows: pd.DataFrame, share: Share, head: str, breakdown: str = "") -> Table:
    """A row for each group, a column for each kind with its error; groups of the breakdown as people read them."""
    kinds, frame = kinds_in(rows), pd.DataFrame({"group": list(dict.fromkeys(rows["group"]))})
    for kind in kinds:
        mine = rows[rows["kind"] == kind].set_index("group")
        for column in (share.column, f"error_{share.column}"):
            frame[f"{kind}_{column}"] = frame["group"].map(mine[column])
    frame["group"] = [labelled(group, breakdown) for group in frame["group"]]
    columns = [Column("group", head)]
    columns += [
        Column(f"{kind}_{share.column}", capital(KIND_WORDS[kind]), share.form, f"{kind}_error_{share.column}")
        for kind in kinds
    ]  # fmt: skip
    return Table(name, title, columns, frame)


def figure_of(
    name: str, title: str, rows: pd.DataFrame, share: Share, head: str, *, lying: bool, note: str = ""
) -> Figure:
    """Bars with their table; `head` says what groups are, `note` what stands below besides the errors."""
    kinds = [KIND_WORDS[kind] for kind in kinds_in(rows)]
    order = f" Bars stand in the order {', '.join(kinds)}; kinds are not to be added." if len(kinds) > 1 else ""
    table = table_of(f"{name}-data", f"{head}: gains, {share.axis}", rows, share, head)
    described = f"Bars of gains {', '.join(kinds)} by {head.lower()}, {share.axis}. {title}."
    chart = bars(rows, share, lying, None if lying else TENTHS)
    return Figure(name, title, chart, table, described, f"{ERROR_NOTE}{order} {note}".strip())


def ends_title(rows: pd.DataFrame, share: Share, kind: str, low: str, high: str, first: str, last: str) -> str:
    """What two groups gain of a kind, the poorest and the richest for instance: `low`, `high` are the groups, `first`
    and `last` what they are called."""
    mine = rows[rows["kind"] == kind].set_index("group")[share.column]
    one, other = float(mine.get(low, np.nan)), float(mine.get(high, np.nan))
    if np.isnan(one) or np.isnan(other):
        return f"Gains {KIND_WORDS[kind]}, {share.axis}"
    of = " of net income" if share.form == "share" else " a year"
    beside = share.shown(other) if (one < 0) == (other < 0) else f"{verb(other)} {share.shown(other)}"
    return f"{first} {verb(one)} {share.shown(one)}{of} {KIND_WORDS[kind]}, {last} {beside}"


def most_and_least(rows: pd.DataFrame, share: Share, kind: str, people: str) -> str:
    """Which group has most and which least of a kind, each only where it is told from every other group."""
    mine = rows[rows["kind"] == kind].dropna(subset=[share.column])
    if len(mine) < 2:
        return f"Gains {KIND_WORDS[kind]} by {people}"
    most, least = (mine.loc[mine[share.column].agg(which)] for which in ("idxmax", "idxmin"))
    values, errors = mine[share.column], mine[f"error_{share.column}"]
    if not differ(values, errors):
        return f"Gains {KIND_WORDS[kind]} differ little by {people}, as far as can be told from noise"
    named = [
        f"{labelled(row['group'])} ({_signed(row[share.column], share)}) {end}"
        for row, end in ((most, End.MOST), (least, End.LEAST)) if stands_out(values, errors, end)
    ]  # fmt: skip
    if not named:
        return f"Gains {KIND_WORDS[kind]} differ by {people}; which has most or least cannot be told from noise"
    return f"Gains {KIND_WORDS[kind]} by {people}: {', '.join(named)}"


def verb(amount: float) -> str:
    """Whether an amount is gained or lost."""
    return "lose" if amount < 0 else "gain"


def _signed(amount: float, share: Share) -> str:
    return ("-" if amount < 0 and share.shown(amount) != share.shown(0.0) else "") + share.shown(amount)
