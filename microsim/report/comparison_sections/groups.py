"""Who gains differently: by income, by region, and by whatever breakdown was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import altair as alt
import pandas as pd

from microsim.comparison.comparison import Comparison
from microsim.comparison.groups import EXCHEQUER, KINDS, Question, breakdowns_of
from microsim.comparison.sums import ALL_LINES, ALL_MEASURES
from microsim.report.clear import CLEAR, End, is_clear, stands_out
from microsim.report.comparison import letters, of_one_period
from microsim.report.comparison_sections.runs import PRICES, SAYS_OF_ERROR, labels, less, told_apart
from microsim.report.formats import Form
from microsim.report.page import theme
from microsim.report.page.blocks import Block, Column, Figure, Section, Table, Text
from microsim.report.words import in_words

_ALWAYS = ("income_decile", "region")
_OF = {
    EXCHEQUER: "Effect on the Exchequer", "cash": "Gains in cash", "in_kind": "Gains in kind",
    "employer": "Gains of employers, at their employees' households",
}  # fmt: skip
_MOST = 20  # groups in a chart
_ROW, _LEAST = 22, 110  # pixels of a group's bar, and of a chart
_ABOUT = (
    "A gain in kind is what it costs, whether or not the learner would have paid for it. Cash, gains in kind and "
    "employers' gains are apart, and never added. A group's difference is the run less the first run."
)


def groups(comparison: Comparison) -> Section:
    """The differences by groups of people."""
    blocks: list[Block] = []
    for question in questions(comparison):
        blocks += _answered(comparison, question)
    if not blocks:
        return Section("groups", "Who gains differently", [Text("These runs hold no gains by income or region.")])
    return Section("groups", "Who gains differently", [Text(f"{_ABOUT} {SAYS_OF_ERROR}", "small"), *blocks])


def questions(comparison: Comparison) -> list[Question]:
    """What is asked of every page, kept to what all runs hold, and what was asked of this comparison."""
    kinds = [kind for kind in KINDS if kind != EXCHEQUER]
    held = {kind: [set(breakdowns_of(run, kind)) for run in comparison.runs] for kind in kinds}
    always = [
        Question(breakdown, kind=kind)
        for breakdown in _ALWAYS for kind in kinds
        if any(breakdown in names for names in held[kind]) and all(breakdown in names for names in held[kind] if names)
    ]  # fmt: skip
    return list(dict.fromkeys([*always, *comparison.questions]))


def _answered(comparison: Comparison, question: Question) -> Iterator[Block]:
    table = of_one_period(comparison, question)
    what = _what(table)
    if not table["difference"].any():
        yield Text(f"{what}: the same in all runs, to the penny.")
        return
    named = dict(zip(comparison.names, labels(comparison), strict=True))
    marks = dict(zip(comparison.names, letters(comparison), strict=True))
    table = table.assign(label=[named[name] for name in table["run"]], mark=[marks[name] for name in table["run"]])
    shown = _furthest(table)
    name = "-".join(filter(None, ("by", *map(_plain, question))))
    yield _figure(comparison, name, what, shown)
    if len(shown) < len(table):
        yield Table(f"{name}-every", f"{what}: every group", _columns(comparison, table), table, folded=True)


def _plain(text: str | None) -> str:
    """A name as a part of an identifier."""
    return "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in text or "").strip("-")


def _what(table: pd.DataFrame) -> str:
    """What the amounts are, in words: of which measure or line, by what, when."""
    row = table.iloc[0]
    what = _OF[row["kind"]] if row["line"] == ALL_LINES else in_words(row["line"])
    measure = "" if row["measure"] == ALL_MEASURES else f" of {in_words(row['measure'])}"
    return f"{what}{measure} by {in_words(row['breakdown']).lower()}, {row['financial_year']}"


def _furthest(table: pd.DataFrame) -> pd.DataFrame:
    """The groups of a chart: all, or those that differ most, in their own order."""
    if table["group"].nunique() <= _MOST:
        return table
    largest = table.groupby("group", sort=False)["difference"].apply(lambda values: values.abs().max())
    keep = set(largest.sort_values(ascending=False, kind="stable").index[:_MOST])
    return table[table["group"].isin(keep)]


def _columns(comparison: Comparison, table: pd.DataFrame) -> list[Column]:
    first = letters(comparison)[0]
    form: Form = "count" if table["unit"].iloc[0] == "people" else "million"
    columns = [Column("group", "Group"), Column("label", "Run"), Column("reference", first, form)]
    if len(comparison.runs) == 2:
        columns = [columns[0], columns[2]]
    mark = letters(comparison)[1] if len(comparison.runs) == 2 else ""
    return [
        *columns,
        Column("amount", mark or "The run", form),
        Column("difference", less(comparison, mark), form, "standard_error"),
    ]


def _figure(comparison: Comparison, name: str, what: str, shown: pd.DataFrame) -> Figure:
    first = letters(comparison)[0]
    people = shown["unit"].iloc[0] == "people"
    scale, unit = (1.0, "people") if people else (1e6, f"£ million, {PRICES[comparison.prices]}")
    error = shown["standard_error"].fillna(0.0)
    drawn = pd.DataFrame({
        "group": shown["group"], "label": shown["label"], "reference": shown["reference"] / scale,
        "amount": shown["amount"] / scale, "difference": shown["difference"] / scale,
        "low": (shown["difference"] - CLEAR * error) / scale, "high": (shown["difference"] + CLEAR * error) / scale,
    })  # fmt: skip
    several = len(comparison.runs) > 2
    y = alt.Y("group:N", title=None, sort=None)
    x = alt.X("difference:Q", title=f"{less(comparison)}, {unit}", axis=alt.Axis(format=",~f"))
    tooltip = [alt.Tooltip("group:N", title="Group"), alt.Tooltip("label:N", title="Run"),
               alt.Tooltip("reference:Q", title=f"{first}, {unit}", format=",.1f"),
               alt.Tooltip("amount:Q", title=f"The run, {unit}", format=",.1f"),
               alt.Tooltip("difference:Q", title=less(comparison), format="+,.1f"),
               alt.Tooltip("low:Q", title="Two standard errors below", format="+,.1f"),
               alt.Tooltip("high:Q", title="Two standard errors above", format="+,.1f")]  # fmt: skip
    apart: dict[str, Any] = {"yOffset": alt.YOffset("label:N", sort=labels(comparison)[1:])} if several else {}
    colour: Any = alt.value(theme.CONTRAST)
    if several:
        colour = told_apart(comparison, without_reference=True, filled=True)["color"]
    bars = alt.Chart(drawn).mark_bar().encode(y=y, x=x, color=colour, tooltip=tooltip, **apart)
    errors = alt.Chart(drawn).mark_rule(strokeWidth=1.5).encode(y=y, x="low:Q", x2="high:Q", tooltip=tooltip, **apart)
    count = shown["group"].nunique()
    others = len(comparison.runs) - 1
    height = max(_LEAST, count * (_ROW if others == 1 else 14 * others + 6))
    most = shown.iloc[int(shown["difference"].abs().argmax())]
    furthest = f"{most['group']}, {most['difference'] / scale:+,.0f}" + (f" ({most['mark']})" if several else "")
    note = f"The thin line is two standard errors of simulation on either side; {unit}."
    note += f" The {count} groups that differ most." if count == _MOST else ""
    return Figure(
        name, chart_title(shown, what, first), (bars + errors).properties(height=height),
        Table(f"{name}-data", what, _columns(comparison, shown), shown),
        f"Bars of the difference from {first} by group; the furthest: {furthest} {unit}.", note,
    )  # fmt: skip


def chart_title(shown: pd.DataFrame, what: str, first: str) -> str:
    """For which group the difference is furthest from nothing, where it is told from nothing and from every other."""
    distance, errors = shown["difference"].abs(), shown["standard_error"]
    most = int(distance.argmax())
    alone = len(shown) == 1 or stands_out(distance, errors, End.MOST)
    if not alone or not is_clear(distance.iloc[most], errors.iloc[most]):
        return f"{what}: differences from {first} by group"
    return f"{what}: furthest from {first} for {shown['group'].iloc[most]}"
