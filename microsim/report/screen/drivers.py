"""What a costing hangs on: its largest lines in a year, and the other choices that move it most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from microsim.accounts.tables import CHOSEN
from microsim.report.rows import millions, shortened, wrapped

LARGEST = 3
_HALF = 0.5  # of all costs and savings; where the net effect is less, shares of it would say little
_AMOUNTS = 18  # characters of an amount and its share


class Driver(NamedTuple):
    """A line of the costing in a year: pounds (minus is a cost), and its part of the whole."""

    measure: str
    line: str
    description: str
    cash: float
    share: float


class Choice(NamedTuple):
    """Another choice of a measure: pounds of the measure's own lines in a year under it and as in the scenario."""

    measure: str
    choice: str
    cash: float
    as_in_the_scenario: float

    @property
    def difference(self) -> float:
        """What the choice would change: minus is dearer."""
        return self.cash - self.as_in_the_scenario


class Drivers(NamedTuple):
    """The largest lines in a year with their shares of `share_of`, and the dearest and the cheapest other choice."""

    year: str
    share_of: str  # "net": of the effect on the Exchequer; "gross": of all costs and savings, without their signs
    lines: list[Driver]
    choices: list[Choice]


def drivers(scorecard: pd.DataFrame, alternatives: pd.DataFrame | None, year: str) -> Drivers:
    """What the costing hangs on in a year."""
    mine = scorecard[scorecard["financial_year"] == year]
    cash = mine.groupby(["measure", "line", "description"], sort=False)["cash"].sum()
    net, gross = float(cash.sum()), float(cash.abs().sum())
    share_of = "net" if abs(net) >= _HALF * gross else "gross"
    largest = cash[cash != 0].abs().sort_values(ascending=False, kind="stable").index[:LARGEST]
    amounts = cash[largest].reset_index().to_dict("records")
    lines = [
        Driver(row["measure"], row["line"], row["description"], row["cash"], _share(row["cash"], net, gross))
        for row in amounts
    ]
    return Drivers(year, share_of, lines, _furthest(other_choices(alternatives, year)))


def _share(cash: float, net: float, gross: float) -> float:
    """A line's part of the net effect, minus where it goes the other way; or of all costs and savings."""
    return cash / net if abs(net) >= _HALF * gross else abs(cash) / gross


def other_choices(alternatives: pd.DataFrame | None, year: str) -> list[Choice]:
    """Every other choice of every measure, by the measure's own lines."""
    if alternatives is None or alternatives.empty:
        return []
    mine = alternatives[(alternatives["financial_year"] == year) & (alternatives["sign"] != 0)]
    signed = mine.assign(cash=mine["sign"] * mine["amount"])
    found = []
    for measure, part in signed.groupby("measure", sort=False):
        cash = part.groupby("alternative", sort=False)["cash"].sum()
        chosen = float(cash[CHOSEN])
        found += [Choice(str(measure), str(name), float(cash[name]), chosen) for name in cash.index if name != CHOSEN]
    return found


def _furthest(choices: Sequence[Choice]) -> list[Choice]:
    """Of the choices that change anything, the one that is dearest and the one that is cheapest, the farther first."""
    moving = [choice for choice in choices if choice.difference]
    ends = {min(moving, key=lambda one: one.difference), max(moving, key=lambda one: one.difference)} if moving else ()
    found = [one for one in ends if one.difference < 0] + [one for one in ends if one.difference > 0]
    return sorted(found, key=lambda one: -abs(one.difference))


def drivers_text(found: Drivers, width: int) -> str:
    """The largest lines with their shares, and the other choices that move the costing most, in £ million."""
    if not found.lines:
        return ""
    of = "the net effect" if found.share_of == "net" else "all costs and savings"
    label = min(width - _AMOUNTS, 100)
    rows = [wrapped(f"What drives it in {found.year}: £ million, and share of {of}", width, "  ")]
    for line in found.lines:
        text = shortened(f"  {line.measure}: {line.description}", label)
        rows.append(f"{text:<{label}} {millions(line.cash):>9} {100 * line.share:>5.0f} %")
    if found.choices:
        said = "; ".join(
            f"{one.measure} with `{one.choice}` {millions(one.cash)} in place of {millions(one.as_in_the_scenario)}"
            for one in found.choices
        )
        text = f"  Other choices that would move it most, by the measure's own lines, without what follows pay: {said}"
        rows.append(wrapped(text, width, "  "))
    return "\n".join(rows)
