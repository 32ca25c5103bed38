"""The workbook of a run: a summary, a sheet for each table, the columns' definitions, assumptions and manifest.

Sheets of tables are the tables to the penny, for a program as for a reader. What is too large to be of use in a
spreadsheet stands there in part, by year, or not at all, and the summary says what is where. The same run gives the
same bytes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from xlsxwriter.workbook import Workbook

from microsim.report.dictionary import entry_for, tables
from microsim.report.folder import PARQUET_ONLY
from microsim.report.material import Material
from microsim.report.measure_words import kinds
from microsim.report.workbook_fitting import Fitted, fitted
from microsim.report.workbook_sheets import Formats, SheetNames, add_table, cut_columns
from microsim.report.workbook_summary import Absent, Held, write_summary

_SUMMARY, _COLUMNS = "Summary", "columns"
_FIRST = ("scorecard", "scorecard_totals", "lines", "ratios", "ratings", "decomposition")  # what is read first
_ELSEWHERE = {  # tables that no reader of a workbook asks for, and why
    **dict.fromkeys((*PARQUET_ONLY, "replicates"), "for programs"), "alignment": "a check of lives, not of the costing"
}  # fmt: skip
_MOST_CELLS_BESIDE = 100_000  # of a table of what stands beside the run: its draws are for programs
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_CREATED = datetime(2000, 1, 1)  # the time at which a file is made is no part of a costing


def workbook_bytes(material: Material) -> bytes:
    """The workbook as the bytes of an .xlsx file."""
    file = io.BytesIO()
    workbook = Workbook(file, _OPTIONS)
    workbook.set_properties({"title": _SUMMARY, "author": "microsim", "created": _CREATED})
    formats, names = Formats.of(workbook), SheetNames()
    summary = workbook.add_worksheet(names.of(_SUMMARY))
    absent: list[Absent] = []
    held: list[Held] = []
    definitions: list[tuple[str, str, str, str]] = []
    for one in _sheets(material, absent):
        name = names.of(one.name)
        add_table(workbook, name, one.table, one.units, formats)
        held.append(Held(name, one.name, len(one.table), one.rows, _remarks(one)))
        definitions += [(name, *column) for column in one.columns]
    columns = pd.DataFrame(definitions, columns=["sheet", "column", "unit", "definition"])
    add_table(workbook, names.of(_COLUMNS), columns, {}, formats)
    held.append(Held(_COLUMNS, _COLUMNS, len(columns), "Column of a sheet: unit and definition", ""))
    write_summary(summary, material, formats, held, absent)
    workbook.close()
    return file.getvalue()


def _sheets(material: Material, absent: list[Absent]) -> Iterator[Fitted]:
    """Every table in the order of the sheets; what is left out is added to `absent`."""
    run = material.run
    order = [name for name in _FIRST if name in run.tables]
    for name in (*order, *sorted(set(run.tables) - set(order))):
        file = f"{name}.parquet in the run folder"
        if name in _ELSEWHERE:
            absent.append(Absent(name, f"{_ELSEWHERE[name]}: {file}"))
        elif sheets := fitted(name, run.tables[name], tables().get(entry_for(name, kinds(run)))):
            yield from sheets
        else:
            absent.append(Absent(name, f"too large, {len(run.tables[name]):,} rows: {file}"))
    for companion in ("uncertainty", "sensitivity", "validation", "synthesis"):
        found = getattr(material, companion)
        for name in sorted(found.tables if found else ()):
            if found.tables[name].size <= _MOST_CELLS_BESIDE:
                yield Fitted.whole(f"{companion}.{name}", found.tables[name], tables().get(name))
            else:
                absent.append(Absent(f"{companion}.{name}", f"too large: {name}.parquet beside the run folder"))
    yield Fitted.whole("assumptions", _numbers_in(run.assumptions), tables().get("assumptions"))
    yield Fitted.whole("manifest", _manifest(run.manifest), None)


def _numbers_in(assumptions: pd.DataFrame) -> pd.DataFrame:
    """The assumptions log with its ranges as numbers: what is empty stays empty, and values keep their text."""
    ends = {name: pd.to_numeric(assumptions[name], errors="coerce") for name in ("low", "high")}
    readable = all((ends[name].notna() | (assumptions[name] == "")).all() for name in ends)
    return assumptions.assign(**ends) if readable else assumptions


def _manifest(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """The manifest in two columns; what stands within something is named after it with a dot."""
    return pd.DataFrame(list(_entries(manifest, "")), columns=["name", "value"], dtype=object)


def _entries(values: Mapping[str, Any], within: str) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _entries(value, f"{within}{name}.")
        else:
            yield f"{within}{name}", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _remarks(sheet: Fitted) -> str:
    """What a reader of a sheet must know: rows that are elsewhere, and texts that no cell can hold."""
    cut = ", ".join(cut_columns(sheet.table))
    return "; ".join(filter(None, (sheet.remark, f"texts longer than a cell are cut in: {cut}" if cut else "")))
