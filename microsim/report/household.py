"""One household's calculation as text: a line for each step, numbered sources at the end, fitted to the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import pandas as pd

_LABEL, _AMOUNT = 30, 11
_NARROWEST, _WIDEST = 72, 120
_UNITS = {"per cent": " %", "children": ""}


def steps_text(table: pd.DataFrame, width: int) -> str:
    """The frame of `microsim.tax` as text at most `width` wide (but never narrower than 72)."""
    width = min(max(width, _NARROWEST), _WIDEST)
    numbers: dict[str, int] = {}
    rows: list[str] = []
    who = section = ""
    for step in table.to_dict("records"):
        if (step["who"], step["section"]) != (who, section):
            rows += [
                "",
                f"{step['who']}: {step['section']!s}" if step["who"] != "Household" else str(step["section"]),
            ]
            who, section = step["who"], step["section"]
        rows += _step_rows(step, numbers, width)
    figures = {figure["name"]: figure for step in table["figures"] for figure in step}
    if figures:
        rows += ["", "Official figures", *_figure_rows(list(figures.values()), numbers, width)]
    rows += ["", "Sources"]
    for source, number in numbers.items():
        rows += textwrap.wrap(f"[{number}] {source}", width, initial_indent="  ", subsequent_indent="      ")
    return "\n".join(rows).removeprefix("\n")


def _step_rows(step: dict[Any, Any], numbers: dict[str, int], width: int) -> list[str]:
    """A step: its label, amount, and how it was found with the numbers of its sources."""
    sources = [step["law"], *(figure["source"] for figure in step["figures"])]
    marks = sorted({numbers.setdefault(source, len(numbers) + 1) for source in sources if source})
    how = str(step["how"]) + (f" [{', '.join(map(str, marks))}]" if marks else "")
    label = textwrap.wrap(str(step["step"]), _LABEL - 2)
    text = textwrap.wrap(how, width - _LABEL - _AMOUNT - 4)
    rows = []
    for place in range(max(len(label), len(text))):
        left = "  " + (label[place] if place < len(label) else "")
        amount = amount_text(float(step["amount"]), str(step["unit"])) if place == 0 else ""
        right = text[place] if place < len(text) else ""
        rows.append(f"{left:<{_LABEL}}  {amount:>{_AMOUNT}}  {right}".rstrip())
    return rows


def amount_text(amount: float, unit: str) -> str:
    """An amount as the steps show it: pounds to the penny, a rate in per cent."""
    if unit == "fraction":
        return f"{100 * amount:.1f} %"
    return f"{amount:,.2f}" if unit.startswith("£") else f"{amount:,.0f}{_UNITS[unit]}"


def _figure_rows(figures: Sequence[dict[str, Any]], numbers: dict[str, int], width: int) -> list[str]:
    longest = max(len(figure["name"]) for figure in figures)
    rows = []
    for figure in figures:
        text = f"{figure['name']:<{longest}}  {figure['value']:>9,.10g} {figure['unit']} [{numbers[figure['source']]}]"
        rows += textwrap.wrap(text, width, initial_indent="  ", subsequent_indent=" " * 6)
    return rows


def schedule_text(table: pd.DataFrame) -> str:
    """The frame of `microsim.tax_schedule` as a table in whole pounds, rates in per cent."""
    field, *names = table.columns
    heads = [str(name).replace("_", " ") for name in (field, *names)]
    rows = ["  ".join(f"{head:>13}" for head in heads)]
    for row in table.itertuples(index=False):
        *pounds, rate = row
        last = "" if pd.isna(rate) else f"{100 * rate:.1f} %"
        rows.append("  ".join([*(f"{amount:>13,.0f}" for amount in pounds), f"{last:>13}"]))
    return "\n".join(rows)
