"""The people as they live beside what is published: what the run's own companion found, or how to find it."""

from __future__ import annotations

import pandas as pd

from microsim.comparison.finished import FinishedRun
from microsim.report.commands import companion_command
from microsim.report.material import Companion, Material
from microsim.report.page.blocks import Block, Code, Column, Group, Section, Table, Text
from microsim.report.sections.alignment_blocks import alignment_blocks
from microsim.report.sections.validation_tables import (
    HOW_TO_READ,
    counts_sentence,
    counts_table,
    gaps_figure,
    misses_tables,
    noise_sentence,
)

_TITLE = "Validation: the model beside what is published"
_POLICY_FREE = (
    "No published figure is of a reform: validation says how well people live under current policy, not whether a "
    "policy would do what is assumed."
)
_ABSENT = (
    "These people have not been set beside published figures here. The command below does so, with the people and the "
    "official figures of this run, in a minute or two; docs/validation.md tells what it finds at 1 in 100, what "
    "misses, and why."
)
_SEE = "What the misses mean for a costing, in order of how much they should worry: docs/validation.md."
_MOST_YEARS = 6


def validation(material: Material) -> Section:
    """Counts by area, the misses with their reasons, every figure; and what holds lives at official totals."""
    found = material.validation
    blocks: list[Block] = [Text(material.refused["validation"], "warning")] if "validation" in material.refused else []
    blocks += _absent(material.run) if found is None else _found(found)
    blocks += _held(material.run)
    return Section("validation", _TITLE, blocks)


def _found(found: Companion) -> list[Block]:
    table, counts = found.tables["validation"], found.tables["validation_counts"]
    only = found.manifest["validation"]["only"]
    said = f"{counts_sentence(counts)} {noise_sentence(table)}".strip()
    blocks: list[Block] = [Text(said), Text(f"{HOW_TO_READ} {_POLICY_FREE}", "small")]
    if found.differs:
        blocks.append(Text(f"Made of the same population, but with {found.differs}.", "small"))
    if only:
        blocks.append(Text(f"Only one area was compared: {only}.", "warning"))
    return [*blocks, *misses_tables(table), gaps_figure(table), counts_table(counts), Text(_SEE, "small")]


def _absent(run: FinishedRun) -> list[Block]:
    return [Text(_ABSENT), Code(companion_command(run, "validation")), Text(_POLICY_FREE, "small")]


def _held(run: FinishedRun) -> list[Block]:
    """What the run itself says of its lives: alignment, and taxes and benefits in the baseline."""
    found: list[Block] = []
    if "alignment" in run.tables:
        blocks = alignment_blocks(run.tables["alignment"])
        found.append(Group("alignment", "Alignment: how far lives are held at official totals", blocks, folded=True))
    if "taxes" in run.tables and len(run.tables["taxes"]):
        found.append(_taxes(run.tables["taxes"]))
    return found


def _taxes(taxes: pd.DataFrame) -> Table:
    """Pay, taxes and benefits of the baseline in the first years, to be set beside forecasts."""
    baseline = taxes[taxes["arm"] == taxes["arm"].iloc[0]]
    years = list(dict.fromkeys(baseline["financial_year"]))[:_MOST_YEARS]
    wide = baseline.pivot_table("amount", ["description", "unit"], "financial_year", sort=False)[years].reset_index()
    money = wide["unit"] == "£"
    wide.loc[money, years] = wide.loc[money, years] / 1e6
    wide.loc[~money, years] = wide.loc[~money, years] / 1e3
    wide["unit"] = wide["unit"].map(lambda unit: "£ million" if unit == "£" else f"thousand {unit}")
    columns = [Column("description", "England, baseline"), Column("unit", "Unit")]
    columns += [Column(year, year, "count") for year in years]
    return Table("baseline-taxes", "Pay, taxes and benefits of the simulated people, without the reform", columns, wide,
                 folded=True)  # fmt: skip
