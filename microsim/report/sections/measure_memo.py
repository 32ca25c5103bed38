"""What stands beside a measure's cost and is never in it: memo lines and ratios, and the cost under other choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from microsim.comparison.finished import FinishedRun
from microsim.report.amounts import pounds_in_words
from microsim.report.material import Material
from microsim.report.page.blocks import Block, Table
from microsim.report.sections.figures_by_year import FiguresByYear

_NEVER_ADDED = (
    "Beside the cost and never added to it: what is paid into accounts is a promise and not spending, and spending on "
    "those who would have acted anyway (deadweight) is part of the cost already. A level on 31 March, and people, are "
    "not summed over years."
)


class Beside(NamedTuple):
    """The main memo lines and the ratios of a measure, and its other memo lines."""

    main: FiguresByYear
    other: FiguresByYear


def figures_beside(run: FinishedRun, name: str, years: Sequence[str]) -> Beside:
    """What the reform has of a measure besides money of the year; rows of nothing are left out."""
    memo = run.table("lines")
    memo = memo[(memo["measure"] == name) & (memo["arm"] == "reform") & (memo["head"] == "memo")]
    ratios = run.table("ratios")
    ratios = ratios[(ratios["measure"] == name) & (ratios["arm"] == "reform")]
    is_main = memo["detail"].astype(bool) if "detail" in memo else pd.Series(True, memo.index)
    main = FiguresByYear([("what", "What")], years)
    _add_lines(main, memo[is_main])
    _add_ratios(main, ratios)
    other = FiguresByYear([("what", "What")], years)
    _add_lines(other, memo[~is_main])
    return Beside(main, other)


def beside(material: Material, name: str, title: str, years: Sequence[str]) -> list[Block]:
    """The main memo lines and the ratios; other memo lines are folded. Nothing where the measure has none."""
    main, other = figures_beside(material.run, name, years)
    blocks: list[Block] = []
    if len(main):
        shown = f"{title}: beside the cost"
        blocks.append(Table(f"measure-{name}-beside", shown, main.columns, main.frame, _NEVER_ADDED))
    if len(other):
        folded = f"{title}: more that is counted beside the cost"
        blocks.append(Table(f"measure-{name}-more", folded, other.columns, other.frame, folded=True))
    return blocks


def _add_lines(figures: FiguresByYear, memo: pd.DataFrame) -> None:
    for _, rows in memo.groupby("line", sort=False):
        at = rows.set_index("financial_year")
        if at["amount"].any():
            unit = str(rows["unit"].iloc[0])
            flow = unit.startswith("£") and not rows["stock"].iloc[0]
            figures.add((rows["description"].iloc[0],), unit, at["amount"], at.get("simulation_error"), in_all=flow)


def _add_ratios(figures: FiguresByYear, ratios: pd.DataFrame) -> None:
    for _, rows in ratios.groupby("ratio", sort=False):
        at = rows.set_index("financial_year")
        if at["value"].fillna(0.0).any():
            figures.add(
                (rows["description"].iloc[0],), str(rows["unit"].iloc[0]), at["value"], at.get("simulation_error")
            )


def cash_by_choice(run: FinishedRun, name: str) -> dict[str, pd.Series]:
    """The effect on the Exchequer by year under each choice, by the measure's own lines."""
    if "alternatives" not in run.tables:
        return {}
    table = run.table("alternatives")
    table = table[(table["measure"] == name) & (table["sign"] != 0)]
    table = table.assign(cash=table["sign"] * table["amount"])
    return {
        str(choice): rows.groupby("financial_year")["cash"].sum()
        for choice, rows in table.groupby("alternative", sort=False)
    }


def cost_in_words(cost: float) -> str:
    """What a choice costs in pounds, in a sentence; what is below nought is a saving."""
    return f"{'a saving of ' if cost < 0 else ''}{pounds_in_words(abs(cost))}"
