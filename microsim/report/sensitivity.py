"""What moves a cost, as text fitted to the terminal: a tornado of bars, and shares of variance."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

import pandas as pd

from microsim.report.rows import millions
from microsim.scenario.shapes import BETWEEN_ENDS, DISTRIBUTIONS
from microsim.uncertainty.fields import CHOICE
from microsim.uncertainty.target import Question

AT_LOW, AT_HIGH, CENTRE = "░", "█", "│"
_millions = partial(millions, one_decimal_below=100)
_COST = 9  # characters of a column of costs
_VALUES = 25  # of the column of ends, at most
_LEAST_LABEL, _LEAST_BAR = 24, 21
_MIXED_ENDS = (
    "Low and high are not alike in all of them: the ends of PERT, triangular and uniform distributions, beyond which "
    "nothing lies, but the 5th and 95th percentiles of normal, lognormal and beta ones"
)


class _Bar(NamedTuple):
    """One row of a tornado: costs in pounds."""

    label: str
    ends: str
    low: float
    high: float


def tornado_text(name: str, question: Question, table: pd.DataFrame, top: int, width: int) -> str:
    """The fields with the largest swings as bars, then those without effect by name."""
    central = float(table["cost_central"].iloc[0])
    moving = table[table["swing"] > 0]
    columns = ("field", "low", "high", "cost_low", "cost_high")
    shown = [_Bar(_short(field), f"{low} to {high}", at_low, at_high)
             for field, low, high, at_low, at_high in zip(*(moving[column].head(top) for column in columns),
                                                          strict=True)]  # fmt: skip
    rows = [
        f"{name}: what moves {question.text}, in £ million (plus is a cost)",
        f"Central {_millions(central)}; one field at a time, the others central: {AT_LOW} at low, {AT_HIGH} at high",
        "",
        *(_bars(shown, central, width) if shown else ["Nothing moves it"]),
    ]
    if len(moving) > len(shown):
        most = float(moving["swing"].iloc[len(shown)])
        rows.append(f"{len(moving) - len(shown)} more fields move it by {_millions(most)} or less each")
    if "distribution" in table and len(_kinds_of_end(moving["distribution"].head(top))) > 1:
        rows.append(textwrap.fill(_MIXED_ENDS, width))
    rows += _without_effect(table.loc[table["swing"] == 0, "field"].tolist(), width)
    return "\n".join(rows)


def _kinds_of_end(distributions: Iterable[str]) -> set[bool]:
    """Whether distributions have ends (True), or percentiles in their place (False); both where they differ."""
    names = {text.partition(",")[0].strip() for text in distributions}
    return {name in BETWEEN_ENDS for name in names if name in DISTRIBUTIONS}


def held_text(table: pd.DataFrame, width: int) -> str:
    """What the bars and shares of a tornado's fields hold and do not."""
    chosen = table.loc[table["distribution"] == CHOICE, "field"].tolist()
    other = f" other than {', '.join(chosen)}, which is scenario choice and is among them" if chosen else ""
    return textwrap.fill(
        f"Ranges of the {len(table)} uncertain fields alone: neither simulation error, nor the choice of a "
        f"scenario{other}, nor what is not known of the population, whose own ranges no command draws", width,
    )  # fmt: skip


def _without_effect(fields: list[str], width: int) -> list[str]:
    """The fields that move nothing, by the measure or the group of official figures they belong to."""
    by_owner: dict[str, list[str]] = {}
    for field in fields:
        owner, _, rest = _short(field).partition(".")
        by_owner.setdefault(owner, []).append(rest)
    rows = [f"Without effect on it ({len(fields)}):"] if fields else []
    for owner, names in by_owner.items():
        text = f"  {owner}: {', '.join(names)}"
        rows.append(
            textwrap.fill(text, width, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False)
        )
    return rows


def _bars(shown: list[_Bar], central: float, width: int) -> list[str]:
    """A row for each field: its name, its ends, the costs there, and a bar on both sides of the centre."""
    values = min(max(len(row.ends) for row in shown), _VALUES)
    room = width - values - 2 * _COST - 4
    label = min(max(len(row.label) for row in shown), max(_LEAST_LABEL, room - _LEAST_BAR))
    cells = max(room - label, _LEAST_BAR)
    least, most = min(central, *(min(row[2:]) for row in shown)), max(central, *(max(row[2:]) for row in shown))
    scale = (cells - 1) / (most - least)
    rows = [f"{'':<{label}} {'low to high':<{values}} {'at low':>{_COST}} {'at high':>{_COST}}"]
    for row in shown:
        drawn = _bar(round((row.low - least) * scale), round((row.high - least) * scale),
                     round((central - least) * scale), cells)  # fmt: skip
        named = f"{_cut(row.label, label):<{label}} {_cut(row.ends, values, keep_end=False):<{values}}"
        rows.append(f"{named} {_millions(row.low):>{_COST}} {_millions(row.high):>{_COST}} {drawn}")
    return rows


def _bar(low: int, high: int, centre: int, cells: int) -> str:
    """A bar from the centre to where the cost is at the low and at the high; where both are on one side, the nearer
    one is drawn over the other."""
    drawn = [" "] * cells
    for place, mark in sorted(((low, AT_LOW), (high, AT_HIGH)), key=lambda end: -abs(end[0] - centre)):
        for cell in range(min(place, centre), max(place, centre) + 1):
            drawn[cell] = mark
    drawn[centre] = CENTRE
    return "".join(drawn).rstrip()


def shares_text(question: Question, shares: pd.DataFrame, runs: int, width: int) -> str:
    """Shares of the variance of a cost, largest total first, with their 95 % intervals."""
    about = (
        f"Shares of the variance of {question.text}: what would go if the factor were known (first order), and what "
        f"would stay if it alone were unknown (total); 95 % intervals, from {runs} runs"
    )
    label = min(max(len(_short(factor)) for factor in shares["factor"]), width - 40)
    rows = [textwrap.fill(about, width), f"{'':<{label}} {'first order':>16} {'total':>16}"]
    ordered = shares.sort_values("total", ascending=False, kind="stable")
    for _, row in ordered.iterrows():
        first, total = (f"{row[share]:.2f} ± {row[f'{share}_interval']:.2f}" for share in ("first_order", "total"))
        rows.append(f"{_cut(_short(row['factor']), label):<{label}} {first:>16} {total:>16}")
    if shares["total"].any():
        whole = shares["first_order"].sum()
        text = f"First orders add up to {whole:.2f}: the rest of 1 is interaction, or the noise of few runs"
        rows.append(textwrap.fill(text, width))
    else:
        rows.append("The cost is the same in every run: nothing has a share in its variance")
    return "\n".join(rows)


def _short(path: str) -> str:
    return path.removeprefix("measures.")


def _cut(text: str, width: int, keep_end: bool = True) -> str:
    """The text in `width` characters: of a path its end tells most."""
    if len(text) <= width:
        return text
    return "…" + text[len(text) - width + 1 :] if keep_end else text[: width - 1] + "…"
