"""The whole comparison with published figures as a page of its own."""

from __future__ import annotations

import pandas as pd

from microsim.report.page.blocks import Block, Group, Page, Section, Text
from microsim.report.sections.alignment_blocks import alignment_blocks
from microsim.report.sections.validation_tables import (
    HOW_TO_READ,
    counts_sentence,
    counts_table,
    figures_table,
    gaps_figure,
    misses_tables,
    noise_sentence,
)
from microsim.report.validation_words import source_line
from microsim.report.words import in_words

_SOURCE = ["source", "date", "evidence", "quality", "scope"]


def validation_page(table: pd.DataFrame, counts: pd.DataFrame, alignment: pd.DataFrame, about: str) -> Page:
    """Counts and misses first, then every figure by area and source, then what holds lives at official totals."""
    how_to_read = f"{noise_sentence(table)} {HOW_TO_READ}".strip()
    first: list[Block] = [Text(counts_sentence(counts), "lead"), Text(how_to_read), counts_table(counts)]
    sections = [
        Section("summary", "How many are inside", first),
        Section("misses", "What is outside, and why", [*misses_tables(table), gaps_figure(table)]),
    ]
    for number, (area, part) in enumerate(table.groupby("comparison", sort=False)):
        sections.append(Section(f"area-{number}", in_words(str(area)), _sources(part, f"area-{number}")))
    held = list(alignment_blocks(alignment))
    return Page("The model beside published figures", about, [*sections, Section("alignment", "Alignment", held)])


def _sources(part: pd.DataFrame, name: str) -> list[Block]:
    """The figures of an area, source by source."""
    found: list[Block] = []
    for number, (source, rows) in enumerate(part.groupby(_SOURCE, sort=False)):
        title = source_line(*map(str, source))
        figures = figures_table(rows, f"{name}-{number}-figures", f"{len(rows)} figures", with_area=False)
        found.append(Group(f"{name}-{number}", title, [figures]))
    return found
