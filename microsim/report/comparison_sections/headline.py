"""What differs at a glance: one sentence, one chart of costs by year, one table."""

from __future__ import annotations

import altair as alt
import pandas as pd

from microsim.comparison.comparison import Comparison
from microsim.comparison.scenarios import VALUE
from microsim.comparison.sums import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.report.clear import End, is_clear, stands_out
from microsim.report.comparison import letters
from microsim.report.comparison_sections.runs import (
    PRICES,
    SAYS_OF_ERROR,
    effect_in_words,
    labels,
    less,
    names,
    others,
    told_apart,
    whole,
)
from microsim.report.headline import money
from microsim.report.page import theme
from microsim.report.page.axes import year_axis
from microsim.report.page.blocks import Block, Column, Figure, Section, Table, Text
from microsim.years import format_years

_NEAR = 0.05  # of a chart's height: letters of lines that end nearer than this would stand on one another
NOTHING = "No measure changes between the baseline and the reform in any of these runs: there is nothing to cost."


def headline(comparison: Comparison) -> Section:
    """How far the runs lie apart."""
    blocks: list[Block] = [Text(sentence(comparison), "lead")]
    blocks += [Text(_told(comparison, warning), "warning") for warning in comparison.warnings]
    if len(comparison.scorecard):
        blocks.append(_figure(comparison))
        blocks.append(_table(comparison))
    return Section("headline", "What differs", blocks)


def sentence(comparison: Comparison) -> str:
    """How much more or less the other run costs, or which of several costs most and least."""
    if comparison.scorecard.empty:
        return NOTHING
    span = format_years(comparison.years)
    if len(comparison.runs) > 2:
        return _of_several(comparison, span)
    (_, other), (first, name) = next(others(comparison)), names(comparison)
    row = whole(comparison, other)
    if comparison.runs[1].digest == comparison.reference.digest:
        return f"“{name}” and “{first}” have the same results, to the penny: {_what_differs(comparison, other)}."
    if not row["difference"]:
        return f"“{name}” costs over {span} what “{first}” does, to the penny: {_what_differs(comparison, other)}."
    error = row["standard_error"]
    unclear = "" if is_clear(row["difference"], error) else ": its sign is not certain"
    sure = f" (± {money(error)}, one standard error of simulation{unclear})" if error > 0 else ""
    cheaper = "less" if row["difference"] > 0 else "more"
    how_far = f"{money(row['difference'])}{sure} {cheaper}"
    return (f"“{name}” costs the Exchequer {how_far} over {span} than “{first}”, "
            f"which {effect_in_words(row['reference'])}: {_what_differs(comparison, other)}.")  # fmt: skip


def _told(comparison: Comparison, warning: str) -> str:
    """A warning with the names of runs as they may stand in a sentence."""
    for name, apart in zip(comparison.names, names(comparison), strict=True):
        warning = warning.replace(name, apart)
    return f"{warning[:1].upper()}{warning[1:]}."


def _of_several(comparison: Comparison, span: str) -> str:
    effects = _effects(comparison)
    dear, cheap = min(effects, key=effects.__getitem__), max(effects, key=effects.__getitem__)
    apart = dict(zip(comparison.names, names(comparison), strict=True))
    if effects[dear] == effects[cheap]:
        return f"All {len(comparison.runs)} runs have the same effect on the Exchequer over {span}, to the penny."
    it = {name: f"“{apart[name]}”, which {effect_in_words(effects[name])}" for name in (dear, cheap)}
    ends = [(End.LEAST, "the dearest", dear), (End.MOST, "the cheapest", cheap)]
    clear = [end for end, _, _ in ends if _told_from_others(comparison, end)]
    if not clear:
        return (f"Of {len(comparison.runs)} runs, over {span}, effects on the Exchequer reach from {it[dear]}, to "
                f"{it[cheap]}; which is the dearest or the cheapest cannot be told from noise.")  # fmt: skip
    said = [
        f"{words} for the Exchequer is {it[name]}" if end in clear else f"which is {words} cannot be told from noise"
        for end, words, name in ends
    ]
    return f"Of {len(comparison.runs)} runs, over {span}, {'; '.join(said)}."


def _told_from_others(comparison: Comparison, end: End) -> bool:
    """Whether the run with the largest, or the smallest, effect is told from every other run.

    Of two runs of which neither is the first, the error of their difference is taken from those beside the first: too
    large where all are of the same people.
    """
    rows = [whole(comparison, name) for _, name in others(comparison)]
    differences = pd.Series([0.0, *(float(row["difference"]) for row in rows)])
    return stands_out(differences, pd.Series([0.0, *(float(row["standard_error"]) for row in rows)]), end)


def _effects(comparison: Comparison) -> dict[str, float]:
    """Each run's effect on the Exchequer over all years, in pounds."""
    rows = {name: whole(comparison, name) for _, name in others(comparison)}
    first = next(iter(rows.values()))["reference"]
    return {comparison.names[0]: float(first)} | {name: float(row["amount"]) for name, row in rows.items()}


def _what_differs(comparison: Comparison, name: str) -> str:
    """The assumption that differs where it is one, or how many do."""
    table = comparison.assumptions
    found = table[(table["run"] == name) & (table["change"] == VALUE)]
    same_people = comparison.same_people(comparison.runs[comparison.names.index(name)])
    luck = "" if same_people else ", and other people are drawn"
    if found.empty:
        return f"no assumption differs in value{luck}"
    if len(found) > 1:
        return f"{len(found)} assumptions differ{luck}"
    row = found.iloc[0]
    if max(len(row["reference"]), len(row["other"])) > 40:
        return f"one assumption differs, {row['path']}{luck}"
    return f"one assumption differs, {row['path']}, {row['reference']} → {row['other']}{luck}"


def cost_by_year(comparison: Comparison) -> pd.DataFrame:
    """What each run costs in each year: `label`, `mark`, `financial_year`, `cost` in pounds (a saving is negative)."""
    table = comparison.totals
    table = table[(table["measure"] == ALL_MEASURES) & (table["line"] == ALL_LINES)]
    table = table[table["financial_year"] != ALL_YEARS]
    frames = []
    for place, (label, mark) in enumerate(zip(labels(comparison), letters(comparison), strict=True)):
        mine = table[table["run"] == comparison.names[max(place, 1)]]
        effect = mine["reference" if place == 0 else "amount"]
        frames.append(pd.DataFrame({"label": label, "mark": mark, "financial_year": mine["financial_year"],
                                    "cost": 0.0 - effect}))  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _figure(comparison: Comparison) -> Figure:
    data = cost_by_year(comparison)
    drawn = data.assign(cost=data["cost"] / 1e6)
    years = list(dict.fromkeys(data["financial_year"]))
    x = alt.X("financial_year:O", title=None, axis=year_axis(len(years)))
    y = alt.Y("cost:Q", title=f"£ million a year, {PRICES[comparison.prices]}", axis=alt.Axis(format=",~f"))
    tooltip = [alt.Tooltip("label:N", title="Run"), alt.Tooltip("financial_year:O", title="Year"),
               alt.Tooltip("cost:Q", title="Cost, £ million", format=",.1f")]  # fmt: skip
    lines = alt.Chart(drawn).mark_line(strokeWidth=2.5).encode(x=x, y=y, tooltip=tooltip, **told_apart(comparison))
    points = alt.Chart(drawn).mark_point(size=90, filled=True, opacity=0 if len(years) > 1 else 1).encode(
        x=x, y=y, tooltip=tooltip, color=alt.Color("label:N"))  # fmt: skip
    ends = alt.Chart(_ends(drawn)).mark_text(align="left", dx=7, fontWeight="bold").encode(
        x=x, y=y, text="mark:N")  # fmt: skip
    columns = [Column("financial_year", "Year", "year"), Column("label", "Run"),
               Column("cost", "Cost (a saving is negative), £ million", "million")]  # fmt: skip
    ends_text = "; ".join(
        f"{mark} {part['cost'].iloc[0]:,.0f} in {years[0]} and {part['cost'].iloc[-1]:,.0f} in {years[-1]}"
        for mark, part in drawn.groupby("mark", sort=False)
    )
    return Figure(
        "cost-by-year", "What each run costs the Exchequer each year",
        (lines + points + ends).properties(height=theme.HEIGHT),
        Table("cost-by-year-data", f"Cost by year and run, {PRICES[comparison.prices]}", columns, data),
        f"Lines of the cost to the Exchequer by year, £ million: {ends_text}.",
        "A cost is above nought here, and a saving below; in tables minus is a cost, as in the Treasury's scorecards.",
    )  # fmt: skip


def _ends(drawn: pd.DataFrame) -> pd.DataFrame:
    """The letters at the ends of lines; those that end together stand together."""
    last = drawn[drawn["financial_year"] == drawn["financial_year"].iloc[-1]].sort_values("cost", kind="stable")
    near = _NEAR * max(float(drawn["cost"].max() - drawn["cost"].min()), 1e-9)
    together = (last["cost"].diff() > near).cumsum()
    joined = last.groupby(together, sort=False).agg({"mark": lambda marks: ", ".join(sorted(marks)), "cost": "mean"})
    return joined.assign(financial_year=last["financial_year"].iloc[0])


def _table(comparison: Comparison) -> Table:
    """Each run over all years, and how far it is from the first."""
    effects = _effects(comparison)
    rows = []
    for place, (label, name) in enumerate(zip(labels(comparison), comparison.names, strict=True)):
        row = whole(comparison, name) if place else None
        rows.append({
            "label": label, "effect": effects[name], "difference": None if row is None else row["difference"],
            "error": None if row is None else row["standard_error"],
            "share": None if row is None or not effects[comparison.names[0]] else
            row["difference"] / abs(effects[comparison.names[0]]),
        })  # fmt: skip
    first = letters(comparison)[0]
    columns = [Column("label", "Run"), Column("effect", "Effect on the Exchequer", "million"),
               Column("difference", less(comparison), "million", "error"),
               Column("share", f"{less(comparison)}, %", "share")]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["label", "effect", "difference", "error", "share"])
    frame = frame.astype(dict.fromkeys(("effect", "difference", "error", "share"), float))
    title = f"All years, {format_years(comparison.years)}, £ million, {PRICES[comparison.prices]}"
    note = f"Minus is a cost to the Exchequer; a difference with a plus sign is cheaper than {first}. {SAYS_OF_ERROR}"
    return Table("headline-table", title, columns, frame, note)
