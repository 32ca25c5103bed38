"""Winners and losers by tenth of income: who gains or loses at all, and how much."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from microsim.distribution.winners import EVERYBODY, GAIN, LOSE, band_labels
from microsim.engine.gain_sums import POUND_EDGES
from microsim.report.distribution import percent_of_people, winners_sentence
from microsim.report.page import theme
from microsim.report.page.blocks import Block, Column, Figure, Table, Text
from microsim.report.sections.labels import TENTHS, capital, labelled, short

_CONCEPT = "cash_and_in_kind"
_CONCEPTS = {_CONCEPT: "in cash and in kind", "cash": "in cash alone"}


def winners(table: pd.DataFrame, year: str) -> list[Block]:
    """Who gains and loses at all, in pounds, by tenth of income; nothing where nobody is counted."""
    mine = table[(table["financial_year"] == year) & (table["scale"] == "pounds")]
    of_both = mine[mine["concept"] == _CONCEPT]
    if of_both.empty:
        return []
    caveat = Text(f"{winners_sentence(table, year)}.", "small")
    if not of_both["change"].isin([GAIN, LOSE]).any():
        return [Text(f"{winners_title(of_both)}."), caveat]
    return [caveat, _winners_figure(of_both, mine)]


def _winners_figure(rows: pd.DataFrame, every: pd.DataFrame) -> Figure:
    bands = [band for band in band_labels(POUND_EDGES, money=True) if band in set(rows["band"])]
    losing = [band for band in reversed(bands) if band.startswith("loses")]
    gaining = [band for band in bands if band.startswith("gains")]
    changed = rows[rows["change"].isin([GAIN, LOSE])]
    names = [_named(group) for group in dict.fromkeys(rows["group"])]
    data = pd.DataFrame({
        "group": [_named(group) for group in changed["group"]],
        "band": [_change(band) for band in changed["band"]],
        "share": np.where(changed["change"] == LOSE, -100.0, 100.0) * changed["share"],
        "percent": 100.0 * changed["share"], "people": changed["people"],
        "order": [(gaining if band in gaining else losing).index(band) for band in changed["band"]],
    })  # fmt: skip
    shades = dict(zip(losing, theme.LOSSES, strict=False)) | dict(zip(gaining, theme.SEQUENCE, strict=False))
    order = [*reversed(losing), *gaining]
    scale = alt.Scale(domain=[_change(band) for band in order], range=[shades[band] for band in order])
    chart = alt.Chart(data).mark_bar(stroke=theme.QUIET, strokeWidth=0.4).encode(
        x=alt.X("group:N", title=TENTHS, sort=names, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("share:Q", title="% of people (losers below nought)", axis=alt.Axis(tickCount=6)),
        color=alt.Color("band:N", title=None, sort=scale.domain, scale=scale, legend=alt.Legend(columns=2)),
        order=alt.Order("order:Q"),
        tooltip=[alt.Tooltip("group:N", title="Tenth"), alt.Tooltip("band:N", title="Household"),
                 alt.Tooltip("percent:Q", title="% of people", format=",.2f"),
                 alt.Tooltip("people:Q", title="People", format=",.0f")],
    ).properties(height=theme.HEIGHT)  # fmt: skip
    columns = [
        Column("concept", "Counted"), Column("group", "Tenth of income"), Column("band", "Household"),
        Column("share", "Share of people", "share", "error_of_share"), Column("people", "People", "count", "error"),
    ]  # fmt: skip
    frame = every.assign(
        concept=[_CONCEPTS.get(concept, concept) for concept in every["concept"]],
        group=["All" if group == EVERYBODY else labelled(group) for group in every["group"]],
        error=every["simulation_error"], error_of_share=every["simulation_error"] * every["share"] / every["people"],
    )  # fmt: skip
    title = winners_title(rows)
    return Figure(
        "winners-and-losers", title, chart,
        Table("winners-and-losers-data", "People by change of their household's money", columns, frame),
        f"Stacked bars of shares of people by tenth of income whose household gains or loses. {title}.",
        "Cash and in kind together: whether a household is better off at cost, not how it feels. Who sees no change is "
        "left out of the bars.",
    )  # fmt: skip


def _named(group: str) -> str:
    return "All" if group == EVERYBODY else short(group)


def _change(band: str) -> str:
    """A band of change as short as a legend needs it."""
    return band.replace("more than ", "over ").replace("gains ", "+ ").replace("loses ", "- ")


def winners_title(rows: pd.DataFrame) -> str:
    """How many people are in households that gain or lose a pound or more."""
    shares = rows[rows["group"] == EVERYBODY].groupby("change")["share"].sum()
    gain, lose = float(shares.get(GAIN, 0.0)), float(shares.get(LOSE, 0.0))
    if not gain and not lose:
        return "No household gains or loses as much as £1 a year"
    return (
        f"{capital(percent_of_people(gain))} of people are in a household that gains £1 or more a year, "
        f"{percent_of_people(lose)} in one that loses"
    )
