"""Each measure: what it is, what the scenario chose, what it costs, and what stands beside that."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from microsim.accounts.totals import ALL_LINES
from microsim.report.headline import NOTHING, reference_year
from microsim.report.material import Material
from microsim.report.measure_words import (
    RULES,
    about,
    choices,
    kind_of,
    measure_names,
    only_in_baseline,
    rating_line,
    title_of,
    unsaid,
)
from microsim.report.page.blocks import Block, Column, Facts, Group, Section, Table, Text
from microsim.report.sections.measure_choices import other_choices
from microsim.report.sections.measure_cost import cost_figure, cost_table
from microsim.report.sections.measure_memo import beside
from microsim.report.sections.measure_tables import own_tables
from microsim.report.sections.money_by_year import errors_of
from microsim.report.words import in_words
from microsim.report.years_shown import years_shown

_TITLE = "The measures"
_MANY_CHOICES = 12  # from which the table of them is folded
_DROPPED = "The baseline has this measure and the reform does not: the figures are what dropping it does."
_NO_MONEY = "Nothing of it is in the scorecard: baseline and reform have it alike, or no money moves in these years."


def measures(material: Material) -> Section:
    """A part for each measure, in the order of the scenario."""
    names = measure_names(material.run)
    if not names:
        return Section("measures", _TITLE, [Text(NOTHING)])
    return Section("measures", _TITLE, [_measure(material, name) for name in names])


def _measure(material: Material, name: str) -> Group:
    title = title_of(material.run, name)
    blocks: list[Block] = list(_what_it_is(material, name))
    blocks += _chosen(material, name)
    blocks += _result(material, name)
    if rating := rating_line(material.run, name):
        blocks.append(Text(f"{rating}.", "small"))
    return Group(f"measure-{name}", title, blocks)


def _what_it_is(material: Material, name: str) -> Iterator[Block]:
    """The words beside the measure, or that it has none."""
    run = material.run
    kind, found = kind_of(run, name), about(run, name)
    if only_in_baseline(run, name):
        yield Text(_DROPPED, "warning")
    if kind is None:
        yield Text(RULES)
    elif found is None:
        yield Text(unsaid(kind))
    else:
        yield Facts([
            ("Policy", found.policy), ("Base", found.base), ("Method", found.method), ("Behaviour", found.behaviour),
            ("Left out", "; ".join(found.left_out) + "."),
            ("More", f"{found.page}: equations, figures with sources, checks"),
        ])  # fmt: skip


def _chosen(material: Material, name: str) -> list[Block]:
    """What the scenario sets; nothing where it leaves every figure as it is."""
    rows = choices(material.run, name)
    if rows.empty:
        return []
    shown = rows[["path", "value", "unit", "description"]].replace({"unit": {"none": "", "choice": "", "switch": ""}})
    columns = [
        Column("path", "Field of the measure", "code", beneath="description"),
        Column("value", "Chosen", beneath="unit"),
    ]
    return [
        Table(
            f"measure-{name}-chosen", "What this scenario chose", columns, shown,
            "Every other figure is the measure's own default: see the assumptions.", folded=len(shown) > _MANY_CHOICES,
        )
    ]  # fmt: skip


def _result(material: Material, name: str) -> list[Block]:
    scorecard = material.run.scorecard
    rows: pd.DataFrame = scorecard[scorecard["measure"] == name] if len(scorecard) else scorecard
    if not len(rows) or not rows["cash"].any():
        return [Text(_NO_MONEY)]
    years, short = years_shown(scorecard, quoted=reference_year(scorecard)), in_words(name)
    errors = errors_of(material.run.table("scorecard_totals"), name, ALL_LINES)
    return [
        cost_figure(name, short, rows, errors),
        cost_table(material, name, short, years),
        *beside(material, name, short, years),
        *other_choices(material, name, short, years),
        *own_tables(material, name, years),
    ]
