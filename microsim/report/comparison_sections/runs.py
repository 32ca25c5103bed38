"""How the runs of a comparison are called, told apart in charts, and written of in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import altair as alt
import pandas as pd

from microsim.comparison.comparison import Comparison
from microsim.comparison.sums import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.report.comparison import letters
from microsim.report.headline import money
from microsim.report.page import theme
from microsim.report.words import set_apart

PRICES = {"cash": "cash", "real": "real terms", "present_value": "present value"}
MINUS = "−"
SAYS_OF_ERROR = "± is one standard error of the difference: chance of the lives drawn, and nothing of the assumptions."
_DASHES = ((1, 0), (7, 3), (2, 2), (9, 3, 2, 3), (4, 2), (1, 4), (12, 3), (6, 2, 1, 2, 1, 2))


def names(comparison: Comparison) -> list[str]:
    """Each run's name as it may stand in a sentence."""
    return [set_apart(name) for name in comparison.names]


def labels(comparison: Comparison) -> list[str]:
    """Each run's letter and name, such as "A  Opportunity for All"."""
    return [f"{mark}  {name}" for mark, name in zip(letters(comparison), names(comparison), strict=True)]


def others(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """The letter and name of every run but the reference."""
    return zip(letters(comparison)[1:], comparison.names[1:], strict=True)


def told_apart(comparison: Comparison, without_reference: bool = False, filled: bool = False) -> dict[str, Any]:
    """Encodings that give each run a colour and a dash, the same in every chart of the page, and one legend.

    The data have the run's label in a column `label`. Charts of bars ask for a `filled` legend.
    """
    every = labels(comparison)
    shown = slice(1, None) if without_reference else slice(None)
    dashes = [list(_DASHES[place % len(_DASHES)]) for place in range(len(every))]
    legend = alt.Legend(orient="top", direction="vertical", columns=1, symbolOpacity=1,
                        symbolType="square" if filled else "stroke", symbolStrokeWidth=0 if filled else 3)  # fmt: skip
    return {
        "color": alt.Color("label:N", title=None, sort=every[shown], legend=legend,
                           scale=alt.Scale(domain=every[shown], range=theme.colours_of(every)[shown])),
        "strokeDash": alt.StrokeDash("label:N", title=None, sort=every[shown], legend=legend,
                                     scale=alt.Scale(domain=every[shown], range=dashes[shown])),
    }  # fmt: skip


def whole(comparison: Comparison, name: str) -> pd.Series:
    """A run's row of the totals: all measures over all years."""
    table = comparison.totals
    mine = (table["run"] == name) & (table["measure"] == ALL_MEASURES) & (table["line"] == ALL_LINES)
    return table[mine & (table["financial_year"] == ALL_YEARS)].iloc[0]


def less(comparison: Comparison, mark: str = "") -> str:
    """How a difference is called: of one run, or of any."""
    first = letters(comparison)[0]
    return f"{mark} {MINUS} {first}" if mark else f"Difference from {first}"


def effect_in_words(pounds: float) -> str:
    """An effect on the Exchequer as a run has it: "costs £3.1bn", "saves £2.4m"."""
    return f"{'saves' if pounds > 0 else 'costs'} {money(pounds)}"
