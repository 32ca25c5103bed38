"""The chart of England's local authorities as tiles, coloured by classes of an amount."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from microsim.report.page import theme
from microsim.report.tile_map import borders, england_tiles

CLASSES = 5
_HEIGHT = 540
_EDGE = 0.8  # tiles left free around the map
_HEXAGON = "M0,-1L0.866,-0.5L0.866,0.5L0,1L-0.866,0.5L-0.866,-0.5Z"
_PENCE = 2  # decimals
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_NOT_KNOWN = "nobody simulated"
_TILE = "4 * side * side / 3"  # the area of its symbol, in pixels
_DIAMOND: dict[str, Any] = {
    "shape": "diamond", "size": {"expr": "side * side * 0.2"}, "filled": True, "opacity": 1, "fill": theme.CONTRAST,
    "stroke": "white", "strokeWidth": 1,
}  # fmt: skip
_KEY = {"east": [11.8], "north": [23.2]}  # in tiles, off the north-east coast, where there is room for a word or two


def class_limits(values: Sequence[float]) -> list[float]:
    """At most four round limits between classes, such that most values are in those between; none where all are alike.

    The lowest and the highest class are open, so that a few places far off do not put all others in one class.
    """
    low, high = (float(limit) for limit in np.quantile(values, [0.05, 0.95])) if len(values) else (0.0, 0.0)
    if not high > low:
        return []
    rough = (high - low) / CLASSES
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in _STEPS if power * factor >= rough * (1 - 1e-9))
    first = math.floor(low / step) + 1
    return [round(step * (first + place), 10) for place in range(CLASSES - 1) if step * (first + place) < high]


def class_names(limits: Sequence[float]) -> list[str]:
    """The classes in words, the lowest first."""
    if not limits:
        return ["all about the same"]
    decimals = 0 if all(float(limit).is_integer() for limit in limits) else _PENCE
    said = [pounds(limit, decimals) for limit in limits]
    between = [f"{low} to {high}" for low, high in pairwise(said)]
    return [f"under {said[0]}", *between, f"{said[-1]} or more"]


def pounds(amount: float, decimals: int | None = None) -> str:
    """An amount with its sign before the pound, whole; with pence where it is less than a pound."""
    if decimals is None:
        decimals = _PENCE if 0 < abs(amount) < 1 else 0
    sign = "-" if round(amount, decimals) < 0 else ""
    return f"{sign}£{abs(amount):,.{decimals}f}"


def class_colours(limits: Sequence[float]) -> list[str]:
    """A colour for each class: from little to much, and for classes below nought another, the darker the lower."""
    below = sum(limit <= 0 for limit in limits) if any(limit <= 0 for limit in limits) else 0
    if limits and limits[-1] <= 0 and not any(limit == 0 for limit in limits):
        below = len(limits) + 1  # the open class on top reaches nought at most by a little
    above = len(limits) + 1 - below
    return [*reversed(theme.LOSSES[:below]), *theme.SEQUENCE[:above]]


def area_chart(rows: pd.DataFrame, amount: str, symbol: str) -> alt.LayerChart:
    """The map of `rows` (see `area_rows`): tiles by class of `per_adult`, regions outlined, areas marked by a diamond.

    `amount` says what is shown, `symbol` what the diamond stands for.
    """
    tiles, names, colours = _tiles_with_classes(rows)
    x, y, sides = _scales(tiles)
    tooltip = [
        alt.Tooltip("area_name:N", title="Local authority"), alt.Tooltip("region_name:N", title="Region"),
        alt.Tooltip("said:N", title=amount), alt.Tooltip("total:Q", title="Together, £ million", format=",.2f"),
    ]  # fmt: skip
    if tiles["doubled"].eq("yes").any():
        tooltip.append(alt.Tooltip("doubled:N", title=symbol))
    legend = alt.Legend(symbolType="square", symbolStrokeWidth=0)
    honeycomb = alt.Chart(tiles).mark_point(
        shape=_HEXAGON, size=alt.ExprRef(_TILE), filled=True, opacity=1, stroke=theme.QUIET, strokeWidth=0.5
    ).encode(
        x=x, y=y, tooltip=tooltip,
        color=alt.Color("class:N", title=None, sort=names, scale=alt.Scale(domain=names, range=colours), legend=legend),
    )  # fmt: skip
    lines = borders()
    coast, inland = (alt.Chart(lines[lines["coast"] == on_coast].drop(columns="coast")) for on_coast in (True, False))
    ends = {"x": x, "y": y, "x2": "east_2:Q", "y2": "north_2:Q"}
    layers: list[alt.Chart] = [
        honeycomb,
        coast.mark_rule(strokeWidth=1.4, strokeCap="round").encode(**ends),
        inland.mark_rule(strokeWidth=1.4, strokeCap="round", stroke=theme.ON_AREAS).encode(**ends),
    ]
    marked = tiles[tiles["doubled"] == "yes"]
    if len(marked):
        key = alt.Chart(pd.DataFrame({**_KEY, "symbol": [symbol]}))
        layers += [
            alt.Chart(marked).mark_point(**_DIAMOND).encode(x=x, y=y, tooltip=tooltip),
            key.mark_point(**_DIAMOND).encode(x=x, y=y),
            key.mark_text(align="left", dx=10).encode(x=x, y=y, text="symbol:N"),
        ]
    chart: Any = alt.layer(*layers).add_params(sides)
    return chart.properties(height=_HEIGHT)


def _tiles_with_classes(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Every tile with what is known of it, and the classes with their colours."""
    known = rows[["tile", "per_adult", "error_per_adult", "amount", "doubled"]]
    tiles = england_tiles().merge(known, left_on="area_code", right_on="tile", how="left")
    limits = class_limits(tiles["per_adult"].dropna().tolist())
    names, colours = class_names(limits), class_colours(limits)
    places = np.searchsorted(limits, tiles["per_adult"].fillna(0.0), side="right")
    missing = tiles["per_adult"].isna()
    tiles["class"] = np.where(missing, _NOT_KNOWN, np.array(names)[places])
    tiles["said"] = [_said(*row) for row in zip(tiles["per_adult"], tiles["error_per_adult"], strict=True)]
    tiles["total"] = tiles["amount"] / 1e6
    tiles["doubled"] = tiles["doubled"].fillna("")
    if missing.any():
        names, colours = [*names, _NOT_KNOWN], [*colours, theme.QUIET]
    kept = ["area_name", "region_name", "east", "north", "class", "said", "total", "doubled"]
    return tiles[kept].round({"east": 3, "north": 3}), names, colours


def _said(value: float, error: float) -> str:
    if math.isnan(value):
        return _NOT_KNOWN
    return pounds(value) + (f" ± {error:,.0f}" if error > 0 else "")


def _scales(rows: pd.DataFrame) -> tuple[alt.X, alt.Y, alt.Parameter]:
    """Places in tiles to pixels, tiles as large as the page lets them be, in the middle of its width."""
    (west, east), (south, north) = (_span(rows[name]) for name in ("east", "north"))
    wide, high = east - west, north - south
    side = alt.param(name="side", expr=f"min(width / {wide:.3f}, height / {high:.3f})")
    across = [alt.ExprRef(f"width / 2 {sign} side * {wide / 2:.3f}") for sign in "-+"]
    upward = [alt.ExprRef(f"side * {high:.3f}"), alt.ExprRef("0")]
    x = alt.X("east:Q", axis=None, scale=alt.Scale(domain=[west, east], range=across, nice=False, zero=False))
    y = alt.Y("north:Q", axis=None, scale=alt.Scale(domain=[south, north], range=upward, nice=False, zero=False))
    return x, y, side


def _span(places: pd.Series) -> tuple[float, float]:
    """The outermost places, with half a tile around them."""
    return float(places.min()) - _EDGE, float(places.max()) + _EDGE
