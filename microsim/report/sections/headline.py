"""The headline: one sentence, one chart, one table."""

from __future__ import annotations

import altair as alt
import pandas as pd

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES
from microsim.report.headline import headline_sentence, reference_year
from microsim.report.material import Material
from microsim.report.page import theme
from microsim.report.page.axes import year_axis
from microsim.report.page.blocks import Block, Column, Figure, Section, Table, Text
from microsim.report.sections.money_by_year import MoneyByYear, errors_of
from microsim.report.sections.scorecard import by_year
from microsim.report.words import in_words
from microsim.report.years_shown import years_shown


def headline(material: Material) -> Section:
    """What it costs, at a glance."""
    run = material.run
    blocks: list[Block] = [Text(headline_sentence(run), "lead")]
    blocks += [Text(str(warning), "warning") for warning in run.manifest["warnings"]]
    if len(run.scorecard):
        blocks += [_chart(material), _table(material)]
    return Section("headline", "The headline", blocks)


def _chart(material: Material) -> Figure:
    """Cost by year, stacked by measure; with one line of all of them where some cost and others save."""
    data = material.run.scorecard.groupby(["measure", "financial_year"], sort=False)["cash"].sum().reset_index()
    data["cost"] = -data["cash"]
    data["measure"] = [in_words(name) for name in data["measure"]]
    measures = list(dict.fromkeys(data["measure"]))
    millions = data.assign(cost=data["cost"] / 1e6)[["measure", "financial_year", "cost"]]
    colour = alt.Color(
        "measure:N", title=None, sort=measures, legend=alt.Legend() if len(measures) > 1 else None,
        scale=alt.Scale(domain=measures, range=theme.colours_of(measures)),
    )  # fmt: skip
    order = alt.Order("place:Q")
    millions["place"] = [measures.index(name) for name in millions["measure"]]
    years = list(dict.fromkeys(millions["financial_year"]))
    bars = alt.Chart(millions).mark_bar().encode(
        x=alt.X("financial_year:O", title=None, axis=year_axis(len(years))),
        y=alt.Y("sum(cost):Q", title="£ million a year, cash", axis=alt.Axis(format=",~f")),
        color=colour, order=order,
        tooltip=[alt.Tooltip("financial_year:O", title="Year"), alt.Tooltip("measure:N", title="Measure"),
                 alt.Tooltip("cost:Q", title="Cost, £ million", format=",.1f")],
    )  # fmt: skip
    whole = millions.groupby("financial_year", as_index=False)["cost"].sum()
    line = alt.Chart(whole).mark_line(color=theme.QUIET, point={"filled": True, "color": theme.QUIET}).encode(
        x="financial_year:O", y="cost:Q",
        tooltip=[alt.Tooltip("financial_year:O", title="Year"),
                 alt.Tooltip("cost:Q", title="All measures, £ million", format=",.1f")],
    )  # fmt: skip
    chart = (bars + line if len(measures) > 1 else bars).properties(height=theme.HEIGHT)
    columns = [Column("financial_year", "Year", "year"), Column("measure", "Measure"),
               Column("cost", "Cost (a saving is negative), £ million", "million")]  # fmt: skip
    return Figure(
        "cost-by-year", _title(by_year(material.run.scorecard)), chart,
        Table("cost-by-year-data", "Cost by year and measure, cash", columns, data),
        _described(by_year(material.run.scorecard)),
        "Bars: measures; a saving lies below nought." + (" Line: all measures together." if len(measures) > 1 else ""),
    )  # fmt: skip


def _title(cash: pd.Series) -> str:
    cost = -cash / 1e6
    if not cash.any():
        return "Nothing is spent or saved in these years"
    return "What it costs the Exchequer each year" if cost.sum() > 0 else "What it saves the Exchequer each year"


def _described(cash: pd.Series) -> str:
    cost = -cash / 1e6
    dear = str(cost.abs().idxmax())
    ends = f"{cost.index[0]} {cost.iloc[0]:,.0f}, {cost.index[-1]} {cost.iloc[-1]:,.0f}"
    most = f"furthest from nought in {dear}, {cost[dear]:,.0f}"
    return f"Bars of the cost to the Exchequer by year, £ million: {ends}; {most}."


def _table(material: Material) -> Table:
    scorecard, totals = material.run.scorecard, material.run.table("scorecard_totals")
    money = MoneyByYear(
        [("measure", "Measure")], years_shown(scorecard, quoted=reference_year(scorecard)), with_errors=True
    )
    for measure, rows in scorecard.groupby("measure", sort=False):
        money.add((in_words(str(measure)),), by_year(rows), errors_of(totals, str(measure), ALL_LINES))
    everything = errors_of(totals, ALL_MEASURES, ALL_LINES)
    money.add(("Effect on the Exchequer",), by_year(scorecard), everything, strong=True)
    note = "Minus is a cost to the Exchequer. ± is one standard error of simulation, and nothing of the assumptions."
    title = "Effect on the Exchequer, £ million, cash"
    return Table("headline-table", title, money.columns, money.frame, note, strong=money.strong)
