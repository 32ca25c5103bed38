"""What a scenario costs by year as a small chart of characters: columns for the whole, a line for each measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from microsim.report.rows import millions, shortened
from microsim.report.screen.style import Style

_ROWS = 5
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_PLAIN = " ....####"
_HANGING, _PLAIN_HANGING = " ▀█", " ##"  # below the axis there are only halves
_FEWEST = 3  # years that are worth a chart
_WIDEST = 3  # characters of a year
_GUTTER, _SAID = 24, 24  # characters of names at the left, and of the largest amount at the right


def chart_text(scorecard: pd.DataFrame, year: str, style: Style) -> str:
    """The cost of the whole by year, and that of each measure beneath on a scale of its own; nothing for few years.

    Savings hang below the axis; where there is nothing but savings they stand on it.
    """
    cost = -scorecard.groupby("financial_year")["cash"].sum()
    if len(cost) < _FEWEST or not cost.any():
        return ""
    measures = {str(name): -part.groupby("financial_year")["cash"].sum().reindex(cost.index, fill_value=0.0)
                for name, part in scorecard.groupby("measure", sort=False)}  # fmt: skip
    sign = -1.0 if (cost <= 0).all() else 1.0
    gutter = min(_GUTTER, max([len(name) for name in measures] + [len(millions(cost.abs().max()))]) + 1)
    cell, step = _fitted(len(cost), style.columns - gutter - 1 - _SAID)
    kept = list(range(0, len(cost), step))
    title = f"{'Saving' if sign < 0 else 'Cost'} by year, £ million in cash"
    every = "" if step == 1 else f", every {step} years"
    rows = [f"{title}{every}"]
    rows += _columns(sign * cost.to_numpy()[kept], gutter, cell, style)
    rows.append(_years(list(cost.index[kept]), year, gutter, cell))
    if len(measures) > 1:
        rows.append("Each measure, on a scale of its own")
        rows += _lines(measures, kept, gutter, cell, style)
    return "\n".join(line.rstrip() for line in rows)


def _fitted(count: int, room: int) -> tuple[int, int]:
    """Characters of a year, and how many years stand behind one column."""
    room = max(room, 10)
    return (min(_WIDEST, room // count), 1) if room >= count else (1, -(-count // room))


def _columns(values: np.ndarray, gutter: int, cell: int, style: Style) -> Iterator[str]:
    """Rows of a chart from the top: those above the axis, the axis, those below it."""
    top, bottom = max(values.max(), 0.0), max(-values.min(), 0.0)
    above = _ROWS if bottom == 0 else max(1, round(_ROWS * top / (top + bottom)))
    below = 0 if bottom == 0 else max(1, _ROWS - above)
    upright, hanging = (_EIGHTHS, _HANGING) if style.blocks else (_PLAIN, _PLAIN_HANGING)
    for place in range(above):
        name = millions(top) if place == 0 else ""
        heights = _heights(values, top / above, above - 1 - place, len(upright) - 1)
        yield f"{name:>{gutter - 1}} │" + "".join(upright[height] * cell for height in heights)
    yield f"{'0':>{gutter - 1}} └" + "─" * (cell * len(values))
    for place in range(below):
        name = millions(-bottom) if place == below - 1 else ""
        heights = _heights(-values, bottom / below, place, len(hanging) - 1)
        yield f"{name:>{gutter - 1}}  " + "".join(hanging[height] * cell for height in heights)


def _heights(values: np.ndarray, unit: float, place: int, steps: int) -> Sequence[int]:
    """How far each column fills the row that is `place` rows from the axis, in `steps`; something is never nothing."""
    if unit <= 0:
        return [0] * len(values)
    filled = np.clip(values / unit - place, 0.0, 1.0) * steps
    found: list[int] = np.where((filled > 0) & (filled < 1) & (place == 0), 1, np.round(filled)).astype(int).tolist()
    return found


def _years(years: Sequence[str], year: str, gutter: int, cell: int) -> str:
    """The first year, the year that is quoted and the last, where they have room."""
    places = {0: years[0]}
    last = max(cell * len(years) - len(years[-1]), 0)
    if last > len(years[0]):
        places[last] = years[-1]
    at = cell * years.index(year) if year in years else 0
    if len(years[0]) < at and at + len(year) < last:
        places[at] = year
    text = ""
    for place, name in sorted(places.items()):
        text = f"{text:<{place}}{name}"
    return " " * (gutter + 1) + text


def _lines(
    measures: Mapping[str, pd.Series], kept: Sequence[int], gutter: int, cell: int, style: Style
) -> Iterator[str]:
    """A row of columns for each measure, with its largest amount; years of the other sign are marked."""
    blocks = _EIGHTHS if style.blocks else _PLAIN
    for name, cost in measures.items():
        saves = -cost.min() > cost.max()
        values = (-cost if saves else cost).to_numpy()
        most, said = values.max(), "saves" if saves else "costs"
        drawn = ""
        for value in values[kept]:
            height = 0 if value <= 0 else max(1, round(value / most * (len(blocks) - 1)))
            drawn += (("+" if not saves else "-") if value < 0 else blocks[height]) * cell
        largest = f"{said} at most {millions(most)}" if most > 0 else "nothing in these years"
        yield f"{shortened(name, gutter - 1):>{gutter - 1}}  {drawn} {largest}"
    if any((cost > 0).any() and (cost < 0).any() for cost in measures.values()):
        yield " " * (gutter + 1) + "(+ a saving, - a cost)"
