"""What `--details` adds to the screen: other choices, measures one by one, steps of a measure, second-round effects."""

from __future__ import annotations

import numpy as np
import pandas as pd

from microsim.report.rows import distinct, millions, wrapped
from microsim.report.screen.scorecard import ratio_cell, table_of
from microsim.report.screen.style import Style


def decomposition_text(decomposition: pd.DataFrame, scorecard: pd.DataFrame, style: Style) -> str:
    """Each measure alone, what it adds to those before it, and the difference, in £ million by selected years."""
    table = table_of(scorecard, style)
    title = "Each measure alone, what it adds in the order written, and the interaction"
    rows = [wrapped(title, style.columns)]
    for part, title in (("alone", "alone"), ("stacked", "added to those before"), ("interaction", "interaction")):
        rows.append(title)
        mine = decomposition[decomposition["part"] == part]
        for measure, amounts in mine.groupby("measure", sort=False):
            rows.append(table.money(f"  {measure}", "", amounts))
        rows.append(table.money("  the package" if part == "stacked" else "  all", "", mine))
    return "\n".join(rows)


def second_round_text(second_round: pd.DataFrame, ratios: pd.DataFrame, scorecard: pd.DataFrame, style: Style) -> str:
    """Second-round effects in £ million by selected years, and the costing that they are not in."""
    table = table_of(scorecard if len(scorecard) else second_round, style)
    rows = ["Second-round effects (not in the costing above)"]
    names = distinct(list(dict.fromkeys(second_round["description"].astype(str))), table.label - 2)
    for (_, description, head), line in second_round.groupby(["line", "description", "head"], sort=False):
        if line["cash"].any():
            rows.append(table.money(f"  {names[str(description)]}", str(head), line))
    effect = second_round[second_round["head"] != "memo"]
    rows.append(table.money("Second-round effect on the Exchequer", "", effect))
    people = ratios[ratios["ratio"] == "people"].set_index("financial_year")["value"]
    rise = ratios[ratios["ratio"] == "mean_rise"].set_index("financial_year")["value"]
    rows.append(table.row("  People whose pay rises by £1 or more", "thousand",
                          [f"{people.get(year, 0.0) / 1e3:,.0f}" for year in table.years]))  # fmt: skip
    shown = [ratio_cell(rise.get(year, np.nan), money=False, pence=False) for year in table.years]
    rows.append(table.row("  Mean rise of their pay", "%", shown))
    return "\n".join(rows)


def alternatives_text(alternatives: pd.DataFrame, scorecard: pd.DataFrame, style: Style) -> str:
    """What measures would cost under other choices than the scenario's, without taxes and benefits, in £ million."""
    table = table_of(scorecard, style)
    title = "Under other choices, by the measure's own lines (taxes and benefits that follow pay are left out)"
    rows = [wrapped(title, style.columns)]
    signed = alternatives.assign(cash=alternatives["sign"] * alternatives["amount"])
    signed = signed[signed["sign"] != 0]
    for measure, part in signed.groupby("measure", sort=False):
        rows.append(str(measure))
        names = distinct(list(dict.fromkeys(part["alternative"].astype(str))), table.label - 2)
        for choice, amounts in part.groupby("alternative", sort=False):
            rows.append(table.money(f"  {names[str(choice)]}", "", amounts))
    return "\n".join(rows)


def steps_text(name: str, steps: pd.DataFrame, scorecard: pd.DataFrame, style: Style) -> str:
    """A table of a measure that goes by steps (a bridge, who pays) in £ million; nothing for one of another form."""
    labels = [column for column in ("party", "item", "description", "step") if column in steps]
    amount = next((column for column in ("amount", "cost") if column in steps), None)
    if not labels or amount is None or "financial_year" not in steps:
        return ""
    if "description" in labels and "step" in labels:
        labels.remove("step")  # its number
    table = table_of(scorecard, style)
    rows = [table.row(name, "£ m", table.years)]
    parts = {": ".join(map(str, step)): part for step, part in steps.groupby(labels, sort=False)}
    names = distinct(list(parts), table.label - 2)
    for label, part in parts.items():
        by_year = part.groupby("financial_year")[amount].sum()
        if by_year.any():
            rows.append(table.row(f"  {names[label]}", "", [millions(by_year.get(year, 0.0)) for year in table.years]))
    return "\n".join(rows)
