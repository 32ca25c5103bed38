"""Sheets of a workbook: a table each, its cells numbers or text that is never a formula."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_575  # of a sheet, below its row of names
MOST_CHARACTERS = 32_767  # of a cell
_MOST_OF_A_NAME = 31  # characters of a sheet's name
_CUT = " [cut: {count:,} characters in all]"
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IN_ITS_PLACE = "\ufffd"  # the mark of a character that cannot be shown
_WHOLE = 2.0**53  # up to which a cell holds every whole number
_WIDEST, _NARROWEST, _READ_FOR_WIDTH = 60, 9, 500
_NUMBER_WIDTH = 18


class Formats(NamedTuple):
    """How numbers of a kind are shown, by name, and heads and texts."""

    head: Format
    title: Format
    strong: Format
    by_name: dict[str, Format]

    @classmethod
    def of(cls, workbook: Workbook) -> Formats:
        """The formats of a workbook."""
        numbers = {
            "pounds": "#,##0.00", "million": "#,##0,,", "million_fine": "#,##0.0,,", "error": '"±"#,##0.0,,',
            "share": "0.00%", "count": "#,##0", "number": "General", "mixed": "#,##0.00##",
        }  # fmt: skip
        made = {name: workbook.add_format({"num_format": text}) for name, text in numbers.items()}
        strong = {f"strong_{name}": {"num_format": text, "bold": True, "top": 1} for name, text in numbers.items()}
        made |= {name: workbook.add_format(properties) for name, properties in strong.items()}
        head = workbook.add_format({"bold": True, "bottom": 1, "valign": "top"})
        title = workbook.add_format({"bold": True, "font_size": 14})
        return cls(head, title, workbook.add_format({"bold": True}), made)


def add_table(workbook: Workbook, name: str, table: pd.DataFrame, units: dict[str, str], formats: Formats) -> Worksheet:
    """A sheet that holds a whole table: names of columns in the first row, frozen, with filters.

    `units` are those of the data dictionary by column. Raises ValueError for a table of more rows than a sheet has.
    """
    if len(table) > MOST_ROWS:
        raise ValueError(f"{name}: {len(table)} rows do not fit a sheet")
    sheet: Worksheet = workbook.add_worksheet(name)
    for place, column in enumerate(map(str, table.columns)):
        sheet.write_string(0, place, cell_text(column), formats.head)
        sheet.set_column(place, place, _width(column, table.iloc[:, place]))
        _write_column(sheet, place, table.iloc[:, place], formats.by_name[format_name(units.get(column, ""))])
    sheet.freeze_panes(1, 0)
    if len(table) and len(table.columns):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return sheet


def _write_column(sheet: Worksheet, place: int, column: pd.Series, shown: Format) -> None:
    """Write the cells of a column below its name; what is missing has none."""
    rows = (np.flatnonzero(column.notna()) + 1).tolist()
    known = column.dropna()
    if is_bool_dtype(column):
        for row, value in zip(rows, known.tolist(), strict=True):
            sheet.write_boolean(row, place, value)
    elif is_numeric_dtype(column) and known.astype(np.float64).abs().max() <= _WHOLE:
        for row, value in zip(rows, known.tolist(), strict=True):
            sheet.write_number(row, place, value, shown)
    else:
        codes, found = pd.factorize(known)
        texts = [cell_text(str(value)) for value in found.tolist()]
        for row, code in zip(rows, codes.tolist(), strict=True):
            sheet.write_string(row, place, texts[code])


def cell_text(text: str) -> str:
    """A text as a cell can hold it: characters that no file of this kind may have are marked, and of a text longer than
    a cell its beginning, with how long it is."""
    clean = _NOT_IN_XML.sub(_IN_ITS_PLACE, text)
    if len(clean.encode("utf-16-le")) // 2 <= MOST_CHARACTERS:
        return clean
    note = _CUT.format(count=len(text))
    units = clean.encode("utf-16-le")[: 2 * (MOST_CHARACTERS - len(note))]
    return units.decode("utf-16-le", errors="ignore") + note


def cut_columns(table: pd.DataFrame) -> list[str]:
    """The columns some of whose texts no cell can hold in full."""
    texts = {str(name): column.dropna().unique() for name, column in table.items() if not is_numeric_dtype(column)}
    return [name for name, found in texts.items() if any(_is_cut(str(text)) for text in found)]


def _is_cut(text: str) -> bool:
    return len(text) > MOST_CHARACTERS // 2 and cell_text(text) != _NOT_IN_XML.sub(_IN_ITS_PLACE, text)


def format_name(unit: str) -> str:
    """The format in which figures of a unit of the data dictionary are shown."""
    if unit.startswith("£"):
        return "pounds"
    if unit.startswith("fraction"):
        return "share"
    if unit.startswith("as "):  # as another column says, so of several units
        return "mixed"
    return "count" if unit in ("people", "lives", "households") else "number"


def _width(name: str, column: pd.Series) -> int:
    """Characters wide enough for most of what stands in a column."""
    least = max(_NARROWEST, len(name) + 4)  # the button of the filter
    if is_bool_dtype(column):
        return least
    if is_numeric_dtype(column):
        return max(least, _NUMBER_WIDTH)
    longest = max((len(str(value)) for value in column.head(_READ_FOR_WIDTH)), default=0)
    return min(max(least, longest + 2), _WIDEST)


class SheetNames:
    """Names of sheets: legal, short enough, and each once, whatever the case of its letters."""

    def __init__(self) -> None:
        self._taken: set[str] = {"history"}  # kept for the program itself

    def of(self, table: str) -> str:
        """The name of the sheet of a table: its own, or as much of it as fits, the last part first."""
        clean = _NOT_IN_A_NAME.sub("_", table).strip("'") or "sheet"
        name = _shortened(clean)
        number = 1
        while name.lower() in self._taken:
            number += 1
            name = f"{_shortened(clean)[: _MOST_OF_A_NAME - len(str(number)) - 1]}~{number}"
        self._taken.add(name.lower())
        return name


def _shortened(name: str) -> str:
    if len(name) <= _MOST_OF_A_NAME:
        return name
    first, dot, last = name.partition(".")
    room = _MOST_OF_A_NAME - len(last) - 2
    return f"{first[:room]}….{last}" if dot and room > 1 else f"{name[: _MOST_OF_A_NAME - 1]}…"
