"""The first sheet of a workbook: what the scenario costs, how to read it, and what the other sheets hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS, ERRORS, PRICES
from microsim.report.headline import headline_sentence
from microsim.report.material import Material
from microsim.report.ratings import rating_lines
from microsim.report.words import in_words
from microsim.report.workbook_sheets import Formats, cell_text

_KEEP_IN_MIND = (
    "Cells hold pounds, exact to the penny; on this sheet they are shown in £ million.",
    "Minus is a cost to the Exchequer, plus a saving or a receipt, as in the Treasury's scorecards.",
    "± is one standard error of simulation: chance of the people drawn, and nothing of the assumptions.",
    "Cash is what is spent in the year. What is paid into accounts (lines with the head memo) is a promise, is not "
    "spending, and is never to be added to it.",
    "Deadweight, and costs under other choices (alternatives), stand beside the cost and are never taken off it.",
    "Simulation error, the range of the assumptions, other choices and other populations are four kinds of "
    "uncertainty: they are never added.",
)
_FIRST_COLUMN, _OTHER_COLUMNS = 46, 13


class Held(NamedTuple):
    """A sheet: its name, its table, how many rows it has, what a row is, and what a reader must know."""

    sheet: str
    table: str
    rows: int
    row: str
    remark: str


class Absent(NamedTuple):
    """A table that is not in the workbook as it is, and where it is."""

    table: str
    where: str


class _Writer:
    """Writes one row after the other: texts are texts, whatever they look like."""

    def __init__(self, sheet: Worksheet, formats: Formats) -> None:
        self.sheet, self.formats, self.row = sheet, formats, 0

    def text(self, text: str, title: bool = False, strong: bool = False) -> None:
        """A row with one text, which may reach over the cells to its right."""
        shown = self.formats.title if title else self.formats.strong if strong else None
        self.sheet.write_string(self.row, 0, cell_text(text), shown)
        self.row += 1

    def head(self, names: Sequence[str]) -> None:
        """A row of names of columns."""
        for place, name in enumerate(names):
            self.sheet.write_string(self.row, place, cell_text(name), self.formats.head)
        self.row += 1

    def numbers(self, text: str, values: Sequence[float], form: str, strong: bool = False) -> None:
        """A row of numbers; nothing where one is not known."""
        shown = self.formats.by_name[f"strong_{form}" if strong else form]
        self.sheet.write_string(self.row, 0, cell_text(text), self.formats.strong if strong else None)
        for place, value in enumerate(values, 1):
            if value == value:
                self.sheet.write_number(self.row, place, value, shown)
        self.row += 1

    def gap(self) -> None:
        """An empty row."""
        self.row += 1


def write_summary(
    sheet: Worksheet, material: Material, formats: Formats, held: Sequence[Held], absent: Sequence[Absent]
) -> None:
    """Write the sheet."""
    run, writer = material.run, _Writer(sheet, formats)
    sheet.set_column(0, 0, _FIRST_COLUMN)
    sheet.set_column(1, 40, _OTHER_COLUMNS)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    writer.text(run.name, title=True)
    writer.text(f"{run.manifest['years']}; {run.manifest['sample']} of the population, seed {run.manifest['seed']}")
    writer.text(headline_sentence(run))
    for warning in run.manifest.get("warnings", ()):
        writer.text(f"Warning: {warning}")
    writer.gap()
    if len(run.scorecard):
        _by_year(writer, run.scorecard, run.table("scorecard_totals"))
        _prices(writer, material)
    writer.text("What to keep in mind", strong=True)
    for text in _KEEP_IN_MIND:
        writer.text(text)
    if "ratings" in run.tables:
        for measure, line in rating_lines(run.table("ratings")).items():
            writer.text(f"{in_words(measure)}: {line}")
    writer.gap()
    _contents(writer, held, absent)


def _by_year(writer: _Writer, scorecard: pd.DataFrame, totals: pd.DataFrame) -> None:
    """Each measure and their sum in every year, with simulation errors below."""
    years = [*dict.fromkeys(scorecard["financial_year"]), ALL_YEARS]
    writer.text("Effect on the Exchequer, £ million, cash", strong=True)
    writer.head(["Measure", *years])
    by_year = totals[totals["line"] == ALL_LINES].set_index(["measure", "financial_year"])
    for measure in (*dict.fromkeys(scorecard["measure"]), ALL_MEASURES):
        rows, strong = by_year.loc[measure].reindex(years), measure == ALL_MEASURES
        title = "Effect on the Exchequer" if strong else in_words(str(measure))
        writer.numbers(title, rows["cash"].tolist(), "million", strong)
        if rows["simulation_error"].fillna(0.0).any():
            writer.numbers("  ± simulation error", rows["simulation_error"].tolist(), "error")
    borrowing = scorecard.groupby("financial_year", sort=False)["net_borrowing"].sum()
    borrowing[ALL_YEARS] = borrowing.sum()
    pennies = [round(float(borrowing[year]), 2) for year in years]
    writer.numbers("Public sector net borrowing (plus is more)", pennies, "million")
    writer.gap()


def _prices(writer: _Writer, material: Material) -> None:
    """Each measure over all years in three kinds of prices."""
    manifest, totals = material.run.manifest, material.run.table("scorecard_totals")
    whole = totals[(totals["line"] == ALL_LINES) & (totals["financial_year"] == ALL_YEARS)].set_index("measure")
    price_year = manifest.get("price_year", "the base year")
    value_year = manifest.get("present_value_year", "the base year")
    words = ("cash", f"prices of {price_year}", f"present value in {value_year}")
    writer.text(f"All years, {manifest['years']}, £ million", strong=True)
    writer.head(["Measure", *(f"{word}{end}" for word in words for end in ("", ", ±"))])
    for measure in (*dict.fromkeys(material.run.scorecard["measure"]), ALL_MEASURES):
        strong = measure == ALL_MEASURES
        title = "Effect on the Exchequer" if strong else in_words(str(measure))
        at = whole.loc[measure]
        pairs = zip(PRICES, ERRORS, strict=True)
        writer.numbers(title, [float(at[name]) for pair in pairs for name in pair], "million_fine", strong)
    writer.gap()


def _contents(writer: _Writer, held: Sequence[Held], absent: Sequence[Absent]) -> None:
    """Every sheet with what it holds, and what is not in the workbook."""
    writer.text("Sheets", strong=True)
    writer.head(["Sheet", "Rows", "What a row is"])
    for one in held:
        said = "; ".join(
            filter(None, (one.row, "" if one.sheet == one.table else f"the table {one.table}", one.remark))
        )
        target = one.sheet.replace("'", "''")
        writer.sheet.write_url(writer.row, 0, f"internal:'{target}'!A1", string=one.sheet)
        writer.sheet.write_number(writer.row, 1, one.rows, writer.formats.by_name["count"])
        writer.sheet.write_string(writer.row, 2, cell_text(said))
        writer.row += 1
    if absent:
        writer.gap()
        writer.text("Not in this workbook", strong=True)
        for lost in absent:
            writer.text(f"{lost.table}: {lost.where}")
