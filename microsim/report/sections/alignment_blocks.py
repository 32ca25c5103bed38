"""How far lives are held at official totals, as blocks: a chart for each figure, and the largest adjustments."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from microsim.accounts.alignment import alignment_summary, largest_adjustments
from microsim.report.alignment import NONE, WORDS
from microsim.report.page import theme
from microsim.report.page.axes import year_axis
from microsim.report.page.blocks import Block, Column, Figure, Table, Text

_EXPLAINED = (
    "Employment, unemployment, couples and births are held at official rates while people age. Each chart shows the "
    "mean distance of a group's share from the figure it is held at, over the lives of a pilot run: as lived with "
    "the yearly factors, and had there never been any. The rest is mostly luck of small groups."
)
_ALIGNED, _NEVER = "Aligned", "Never aligned"
_HEIGHT = 170


def alignment_blocks(table: pd.DataFrame) -> Sequence[Block]:
    """A figure for each target that is held, and what was changed most; one sentence where nothing is."""
    if table.empty:
        return [Text(NONE)]
    figures = [_figure(str(name), part) for name, part in alignment_summary(table).groupby("target", sort=False)]
    return [Text(_EXPLAINED), *figures, _largest(table)]


def _figure(target: str, part: pd.DataFrame) -> Figure:
    words = WORDS.get(target, target)
    points = part.assign(**{name: 100 * part[name] for name in ("aligned_gap", "unaligned_gap", "effect")})
    points = points.reset_index(drop=True)
    long = pd.concat(
        [points[["financial_year"]].assign(gap=points[name], line=line)
         for name, line in (("aligned_gap", _ALIGNED), ("unaligned_gap", _NEVER))], ignore_index=True,
    ).dropna()  # fmt: skip
    scale = alt.Scale(domain=[_ALIGNED, _NEVER], range=[theme.MAIN, theme.CONTRAST])
    dashes = alt.Scale(domain=[_ALIGNED, _NEVER], range=[[1, 0], [5, 4]])
    chart = alt.Chart(long).mark_line(point=True).encode(
        x=alt.X("financial_year:O", title=None, axis=year_axis(len(points))),
        y=alt.Y("gap:Q", title="Percentage points", scale=alt.Scale(zero=True)),
        color=alt.Color("line:N", title=None, scale=scale),
        strokeDash=alt.StrokeDash("line:N", title=None, scale=dashes),
        tooltip=[alt.Tooltip("financial_year:O", title="Year"), alt.Tooltip("line:N", title="Lives"),
                 alt.Tooltip("gap:Q", title="Mean distance, percentage points", format=".2f")],
    ).properties(height=_HEIGHT)  # fmt: skip
    columns = [Column("financial_year", "Year", "year"), Column("aligned_gap", "Aligned, points", "points"),
               Column("unaligned_gap", "Never aligned, points", "points"),
               Column("effect", "Mean effect of the year's factor, points", "points"),
               Column("not_held", "Groups not held", "count"), Column("groups", "Groups", "count")]  # fmt: skip
    mean = points[["aligned_gap", "unaligned_gap"]].mean()
    return Figure(
        f"alignment-{target}",
        f"{words}: {mean['aligned_gap']:.2f} points off as lived, {mean['unaligned_gap']:.2f} without alignment",
        chart, Table(f"alignment-{target}-data", words, columns, points),
        f"Lines over the years of the mean distance from the official figure: {words}, aligned and never aligned.",
    )  # fmt: skip


def _largest(table: pd.DataFrame) -> Table:
    rows = largest_adjustments(table)
    rows = rows.assign(what=[f"{WORDS.get(target, target)}, {group}"
                             for target, group in zip(rows["target"], rows["description"], strict=True)])  # fmt: skip
    columns = [Column("what", "Largest adjustments"), Column("financial_year", "Year", "year"),
               Column("log_odds_shift", "Log-odds", "number"), Column("before", "Before", "share"),
               Column("after", "After", "share"), Column("held_at", "Held at", "share")]  # fmt: skip
    return Table("largest-adjustments", "What alignment changed most", columns, rows)
