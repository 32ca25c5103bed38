"""Where it falls: a tile map of England's local authorities with its table, and regions with their errors.

The map shows what adults of a place gain, of the kind with most money. The kinds are never added, and what a place's
people cost the Exchequer is not set against its adults: part of it is paid and received elsewhere.
"""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from microsim.comparison.finished import FinishedRun
from microsim.report.clear import End, are_apart, differ, stands_out
from microsim.report.distribution import ALL_MEASURES, share_of_noise
from microsim.report.lacking import lacking
from microsim.report.material import Material
from microsim.report.page import theme
from microsim.report.page.blocks import Block, Column, Figure, Group, Section, Table, Text
from microsim.report.sections.area_map import area_chart, pounds
from microsim.report.sections.kinds import (
    KIND_WORDS,
    Shown,
    by_group,
    kind_of_most,
    of_people,
    year_shown,
)
from microsim.report.sections.places import OFF_THE_MAP, area_rows, transition_areas
from microsim.report.words import in_words

_MOSTLY = 0.5  # of the variance between authorities, from which they differ mostly by noise
_NEARLY_ALL = 0.95
_BAR = 24  # pixels for each bar
_SYMBOL = "Transition area"
_NAMED = 8  # areas off the map that are named
_EXPLANATION = (
    "Shown is the gain {kind} in {year}, £ for each adult, before anyone pays for it{chosen}. Kinds are never added. "
    "What people of a place do to the Exchequer is not divided by its adults, since part of it is paid or received "
    "elsewhere. People are counted where they live in the baseline."
)
NOTHING = (
    "Nobody gains or loses in cash, in kind or at an employer in these years, so there is nothing to show by place."
)


def where(material: Material) -> Section:
    """Gains by local authority and region."""
    run = material.run
    if text := lacking(run.tables, "gains", "gain_groups"):
        return Section("where", "Where", [Text(text)])
    people = of_people(run.table("gains"))
    everything = people[people["measure"] == ALL_MEASURES]
    if everything.empty:
        return Section("where", "Where", [Text(NOTHING)])
    year = year_shown(run, everything["financial_year"])
    england = people[(people["financial_year"] == year) & (people["breakdown"] == "england")]
    shown = Shown(year, ALL_MEASURES)
    kind = kind_of_most(england[england["measure"] == ALL_MEASURES])
    blocks: list[Block] = [*_map(run, shown, kind), _regions(run, shown, kind)]
    measures = [str(name) for name in dict.fromkeys(england["measure"]) if name != ALL_MEASURES]
    for measure in measures if len(measures) > 1 else []:
        alone = Shown(year, measure)
        if transition_areas(run.resolved, alone):
            kind = kind_of_most(england[england["measure"] == measure])
            title = f"The map for {_plain(measure)} alone, the measure with transition areas"
            blocks.append(Group(f"where-{measure}", title, _map(run, alone, kind), folded=True))
    return Section("where", "Where", blocks)


def _map(run: FinishedRun, shown: Shown, kind: str) -> list[Block]:
    rows = area_rows(run, shown, kind)
    if rows.empty:
        return [Text(f"No local authority has anybody in it in {shown.year}: there is no map.")]
    words, suffix = KIND_WORDS[kind], "" if shown.measure == ALL_MEASURES else f"-{shown.measure}"
    columns = [
        Column("name", "Local authority"), Column("code", "Code", "code"), Column("region", "Region"),
        Column("per_adult", "£ a year an adult", "pounds", "error_per_adult"),
        Column("amount", "Together, £ million", "million", "error"), Column("doubled", _SYMBOL),
    ]  # fmt: skip
    table = Table(
        f"local-authorities{suffix}", f"All {len(rows)} local authorities: gain {words}, {shown.year}", columns, rows,
        "± is one standard error of simulation, for local authorities an approximation.",
    )  # fmt: skip
    note = "Each hexagon is one local authority, placed by least displacement; lines are borders of regions."
    if rows["doubled"].eq("yes").any():
        note += " Diamonds mark transition areas, where the grant's tranches are larger."
    chosen = ": of the kinds, the one with most money" if shown.measure == ALL_MEASURES else ""
    explanation = _EXPLANATION.format(kind=words, year=shown.year, chosen=chosen)
    chart = area_chart(rows, f"Gain {words}, £ an adult", _SYMBOL)
    data = Table(f"map-data{suffix}", table.title, [columns[0], columns[3]], rows, table.note)
    figure = Figure(f"map{suffix}", map_title(rows, shown, kind), chart, data, _described(rows, shown, kind), note)
    blocks: list[Block] = [Text(explanation, "small"), figure, Text(noise_sentence(rows), "warning"), table]
    off = rows.loc[~rows["on_map"], "name"]
    if len(off):
        names = ", ".join(off.iloc[:_NAMED]) + (" and others" if len(off) > _NAMED else "")
        are = "area is" if len(off) == 1 else "areas are"
        blocks.append(Text(f"{len(off):,} {are} {OFF_THE_MAP}, but in its table: {names}.", "warning"))
    return blocks


def map_title(rows: pd.DataFrame, shown: Shown, kind: str) -> str:
    """What is to be seen: that adults of transition areas gain more or less, or what adults gain and how it varies."""
    if not rows["per_adult"].any():
        return f"Nobody gains or loses {KIND_WORDS[kind]} in {shown.year}"
    what = KIND_WORDS[kind] + ("" if shown.measure == ALL_MEASURES else f" from {_plain(shown.measure)}")
    inside = rows["doubled"].eq("yes")
    if inside.any() and not inside.all():
        (mine, error), (other, other_error) = _mean(rows[inside]), _mean(rows[~inside])
        if are_apart(mine, error, other, other_error):
            here = f"{_gain(mine)} {pounds(abs(mine))} {what} in {shown.year}"
            again = "" if _gain(mine) == _gain(other) else f"they {_gain(other)} "
            return f"Adults in transition areas {here}, elsewhere {again}{pounds(abs(other))}"
    mean = _mean(rows)[0]
    said = f"Adults {_gain(mean)} {pounds(abs(mean))} {what} in {shown.year} on average"
    if _noise(rows) > _MOSTLY:
        return f"{said}; places differ mostly by noise"
    low, high = rows["per_adult"].quantile([0.1, 0.9])
    return f"{said}, in eight of ten places between {pounds(low)} and {pounds(high)}"


def noise_sentence(rows: pd.DataFrame) -> str:
    """How much of what authorities differ by is simulation error."""
    relative = (rows["error_per_adult"] / rows["per_adult"]).abs().median()
    noise = _noise(rows)
    if not relative > 0 or not np.isfinite(noise):
        return "How much of what single authorities differ by is noise is not known here."
    share = "nearly all" if noise > _NEARLY_ALL else f"about {100 * noise:.0f} %"
    advice = (
        "Read the pattern, not single tiles: rank no authorities, and run everybody (--scale full) before quoting one."
        if noise > _MOSTLY
        else "Two authorities that differ by less than three of their standard errors may well be alike."
    )
    return (
        f"Single authorities are noisy: half have an error (approximate) of {100 * relative:.0f} % of their gain or "
        f"more, and {share} of what they differ by, as variance, is noise of the simulation. {advice}"
    )


def _noise(rows: pd.DataFrame) -> float:
    known = rows.dropna(subset=["error_per_adult"])
    return share_of_noise(known["per_adult"], known["error_per_adult"]) if known["per_adult"].std() > 0 else np.nan


def _mean(rows: pd.DataFrame) -> tuple[float, float]:
    """Pounds for each adult of several areas together, and an error as if theirs were independent."""
    adults = rows["adults"].sum()
    return float(rows["amount"].sum() / adults), float(np.sqrt((rows["error"] ** 2).sum()) / adults)


def _gain(amount: float) -> str:
    return "lose" if amount < 0 else "gain"


def _plain(measure: str) -> str:
    words = in_words(measure)
    return f"the {words[:1].lower()}{words[1:]}"


def _described(rows: pd.DataFrame, shown: Shown, kind: str) -> str:
    most, least = (rows.loc[rows["per_adult"].agg(which)] for which in ("idxmax", "idxmin"))
    return (
        f"Tile map of {len(rows)} local authorities by gain {KIND_WORDS[kind]} for each adult in {shown.year}: from "
        f"{pounds(least['per_adult'])} in {least['name']} to {pounds(most['per_adult'])} in {most['name']}."
    )


def _regions(run: FinishedRun, shown: Shown, kind: str) -> Figure:
    """Bars of regions with an error of each."""
    rows = by_group(run, shown, "region")
    rows = rows[(rows["kind"] == kind) & (rows["adults"] > 0)]
    rows = rows.sort_values("per_adult", ascending=False, kind="stable", ignore_index=True)
    data = rows[["group", "per_adult", "error_per_adult"]].assign(total=rows["amount"] / 1e6)
    data["low"], data["high"] = (data["per_adult"] + sign * data["error_per_adult"] for sign in (-1, 1))
    y = alt.Y("group:N", title=None, sort=rows["group"].tolist())
    tooltip = [
        alt.Tooltip("group:N", title="Region"), alt.Tooltip("per_adult:Q", title="£ a year an adult", format=",.2f"),
        alt.Tooltip("error_per_adult:Q", title="± standard error, £", format=",.2f"),
        alt.Tooltip("total:Q", title="Together, £ million", format=",.1f"),
    ]  # fmt: skip
    x = alt.X("per_adult:Q", title=f"Gain {KIND_WORDS[kind]}, £ an adult", axis=alt.Axis(tickCount=6))
    bars = alt.Chart(data).mark_bar(color=theme.MAIN).encode(x=x, y=y, tooltip=tooltip)
    lines = alt.Chart(data).mark_rule(strokeWidth=1.5).encode(x="low:Q", x2="high:Q", y=y, tooltip=tooltip)
    columns = [
        Column("group", "Region"), Column("per_adult", "£ a year an adult", "pence", "error_per_adult"),
        Column("amount", "Together, £ million", "million", "error"),
    ]  # fmt: skip
    table = Table("regions-data", f"Gain {KIND_WORDS[kind]} by region, {shown.year}", columns, rows)
    ends = "; ".join(f"{name} {pounds(gain)}" for name, gain in zip(rows["group"], rows["per_adult"], strict=True))
    return Figure(
        "regions", regions_title(rows, kind), (bars + lines).properties(height=_BAR * max(len(rows), 2)), table,
        f"Bars by region, £ for each adult: {ends}.", "Lines: ± one standard error of simulation.",
    )  # fmt: skip


def regions_title(rows: pd.DataFrame, kind: str) -> str:
    """Which region's adults gain most and least, each only where it is told from every other region."""
    if rows.empty:
        return "No region has anybody in it"
    values, errors = rows["per_adult"], rows["error_per_adult"]
    if not differ(values, errors):
        return f"Regions gain about the same {KIND_WORDS[kind]}, as far as can be told from noise"
    named = [
        (end, f"{row['group']} ({pounds(row['per_adult'])})")
        for end, row in ((End.MOST, rows.iloc[0]), (End.LEAST, rows.iloc[-1])) if stands_out(values, errors, end)
    ]  # fmt: skip
    if not named:
        return f"Regions differ {KIND_WORDS[kind]}; which gains most or least cannot be told from noise"
    (end, group), *rest = named
    said = f"{end.capitalize()} {KIND_WORDS[kind]} for each adult: {group}"
    return said + "".join(f"; {other}: {its}" for other, its in rest)
