"""What a measure would cost under choices other than the scenario's."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from microsim.accounts.tables import CHOSEN
from microsim.report.material import Material
from microsim.report.page import theme
from microsim.report.page.blocks import Block, Column, Figure, Table
from microsim.report.sections.measure_memo import cash_by_choice, cost_in_words
from microsim.report.sections.money_by_year import MoneyByYear

_BY_OWN_LINES = (
    "By the measure's own lines: taxes and benefits that would follow another choice are left out. Measures written "
    "before it in the scenario are taken into account."
)
_STEP, _THICK, _BELOW = 42, 14, 9  # pixels of each choice, of its bar, and of the bar below its name
_ROOM = 1.3  # of the longest bar, so that its amount fits beside it


def other_choices(material: Material, name: str, title: str, years: Sequence[str]) -> list[Block]:
    """The measure's cost under choices other than the scenario's: a chart over all years and a table by year."""
    cash = cash_by_choice(material.run, name)
    if len(cash) < 2:
        return []
    money = MoneyByYear([("choice", "Choice")], years)
    for choice, amounts in cash.items():
        money.add((choice,), amounts, strong=choice == CHOSEN)
    by_year = Table(
        f"measure-{name}-choices", f"{title}: other choices by year, £ million", money.columns, money.frame,
        f"Minus is a cost to the Exchequer. {_BY_OWN_LINES}", strong=money.strong, folded=True,
    )  # fmt: skip
    return [_figure(name, title, cash), by_year]


def _figure(name: str, title: str, cash: dict[str, pd.Series]) -> Figure:
    whole = pd.DataFrame(
        [(choice, -float(amounts.sum())) for choice, amounts in cash.items()], columns=["choice", "cost"]
    )
    drawn = whole.assign(millions=whole["cost"] / 1e6, chosen=whole["choice"] == CHOSEN)
    drawn["said"] = [f"{value:,.0f}" for value in drawn["millions"]]
    low, high = min(drawn["millions"].min(), 0.0) * _ROOM, max(drawn["millions"].max(), 0.0) * _ROOM
    order = list(drawn.sort_values("cost", ascending=False, kind="stable")["choice"])
    base = alt.Chart(drawn).encode(
        y=alt.Y("choice:N", title=None, sort=order, axis=None),
        tooltip=[alt.Tooltip("choice:N", title="Choice"),
                 alt.Tooltip("millions:Q", title="Cost over all years, £ million", format=",.1f")],
    )  # fmt: skip
    amount = alt.X(
        "millions:Q", title="Cost over all years, £ million, cash", axis=alt.Axis(format=",~f", tickCount=5),
        scale=alt.Scale(domain=[low, high], nice=False),
    )  # fmt: skip
    colour = alt.condition("datum.chosen", alt.value(theme.MAIN), alt.value(theme.QUIET))
    right, left = alt.datum.millions >= 0, alt.datum.millions < 0
    said, name_of = alt.Text("said:N"), alt.Text("choice:N")
    chart = alt.layer(
        base.mark_bar(height=_THICK, yOffset=_BELOW).encode(x=amount, color=colour),
        base.mark_text(align="left", dx=4, dy=_BELOW).encode(x=amount, text=said).transform_filter(right),
        base.mark_text(align="right", dx=-4, dy=_BELOW).encode(x=amount, text=said).transform_filter(left),
        base.mark_text(align="left", dy=-_BELOW).encode(x=alt.value(2), text=name_of),  # fits a narrow page
    ).properties(height=_STEP * len(drawn))  # fmt: skip
    columns = [
        Column("choice", "Choice"),
        Column("cost", "Cost over all years (a saving is negative), £ million", "million"),
    ]
    seen = _what_is_seen(whole)
    return Figure(
        f"measure-{name}-other-choices", seen, chart,
        Table(f"measure-{name}-other-choices-data", f"{title}: cost over all years by choice", columns, whole),
        f"Bars of the cost of {title} over all years by choice. {seen}.", _BY_OWN_LINES,
    )  # fmt: skip


def _what_is_seen(whole: pd.DataFrame) -> str:
    """How far the other choices reach, and the scenario's own on the same basis, which is not the scorecard's."""
    own = whole["choice"] == CHOSEN
    others, chosen = whole.loc[~own, "cost"], whole.loc[own, "cost"]
    least, most = cost_in_words(others.min()), cost_in_words(others.max())
    reach = f"{least} under another choice" if least == most else f"from {least} to {most} under other choices"
    here = f"; here {cost_in_words(chosen.iloc[0])}" if len(chosen) else ""
    return f"By its own lines alone (before taxes and benefits that follow), over all years: {reach}{here}"
