"""The tables that a measure adds to a run, as parts of a page: years become columns, all else rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from microsim.report.dictionary import entry_for, tables
from microsim.report.material import Material
from microsim.report.measure_words import kinds
from microsim.report.page.blocks import Block, Column, Table, Text
from microsim.report.sections.figures_by_year import FiguresByYear, shown_as
from microsim.report.words import in_words

_YEAR, _ERROR, _UNIT = "financial_year", "simulation_error", "unit"
_MOST_ROWS = 300  # of a table without years; a longer one is named and not shown
_NUMBER_OF_A_STEP = "step"


def own_tables(material: Material, name: str, years: Sequence[str]) -> list[Block]:
    """Every table `NAME.TABLE` of a measure, folded, with the years that the page shows."""
    run = material.run
    found = sorted(one for one in run.tables if one.startswith(f"{name}."))
    return [_block(one, run.table(one), _units(one, kinds(run)), years) for one in found]


def _units(name: str, kinds_by_name: Mapping[str, str]) -> dict[str, str]:
    """The unit of each column, where the data dictionary knows the table."""
    entry = tables().get(entry_for(name, kinds_by_name))
    return {column.name: column.unit for column in entry.columns} if entry else {}


def _block(name: str, table: pd.DataFrame, units: Mapping[str, str], years: Sequence[str]) -> Block:
    title = f"{in_words(name.partition('.')[2])} ({name})"
    if _YEAR in table and any(_is_value(table, column) for column in map(str, table)) and _is_once_a_year(table):
        figures = _by_year(table, units, years)
        note = "" if set(table[_YEAR]) <= set(years) else f"Other years are in {name}.csv and in the workbook."
        return Table(_anchor(name), title, figures.columns, figures.frame, note, folded=True)
    if len(table) > _MOST_ROWS:
        return Text(f"{title}: {len(table):,} rows, which are in {name}.csv and in the workbook.", "small")
    return _as_it_is(name, title, table, units)


def _is_once_a_year(table: pd.DataFrame) -> bool:
    """Whether no two rows have the same words and year: one of them would be lost where years become columns."""
    _, words = _values_and_words(table)
    texts = table.assign(**{word: _texts(table[word]) for word in words})
    return not texts.duplicated([*words, _YEAR]).any()


def _by_year(table: pd.DataFrame, units: Mapping[str, str], years: Sequence[str]) -> FiguresByYear:
    """A row for each value of each combination of the words of the table; rows of nothing are left out."""
    values, words = _values_and_words(table)
    heads = [(word, in_words(word)) for word in words] + ([("item", "Figure")] if len(values) > 1 else [])
    figures = FiguresByYear(heads or [("item", "Figure")], years)
    texts = table.assign(**{word: _texts(table[word]) for word in words})
    groups = texts.groupby(words, sort=False, dropna=False) if words else [((), texts)]
    for key, rows in groups:
        at = rows.set_index(_YEAR)
        for value in values:
            if not at[value].fillna(0).any():
                continue
            label = list(key) + ([in_words(value)] if len(heads) > len(words) or not words else [])
            unit = str(rows[_UNIT].iloc[0]) if _UNIT in rows else units.get(value, "")
            errors = at[_ERROR] if _ERROR in at and len(values) == 1 else None
            figures.add(label, unit, at[value], errors)
    return figures


def _values_and_words(table: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The columns whose numbers go by year, and those that say what they are: texts, and numbers that hold always."""
    rest = [column for column in map(str, table) if column not in (_YEAR, _ERROR, _UNIT)]
    words = [column for column in rest if not _is_value(table, column)]
    numbers = [column for column in rest if _is_value(table, column)]
    if words:
        steady = table.groupby(words, sort=False, dropna=False)[numbers].nunique().max() <= 1
        lasting = [column for column in numbers if steady[column] and len(numbers) > 1]
        if len(lasting) < len(numbers):
            words += [column for column in lasting if column != _NUMBER_OF_A_STEP]
            numbers = [column for column in numbers if column not in lasting]
    if "description" in words and "name" in words:
        words.remove("name")
    return numbers, words


def _is_value(table: pd.DataFrame, column: str) -> bool:
    known = column not in (_YEAR, _ERROR, _UNIT)
    return known and is_numeric_dtype(table[column]) and not is_bool_dtype(table[column])


def _texts(column: pd.Series) -> list[str]:
    """What rows are called: numbers as pounds would be read, yes and no, names as they are."""
    if is_bool_dtype(column):
        return ["yes" if value else "no" for value in column]
    if is_numeric_dtype(column):
        return [f"{value:,.15g}" for value in column]
    return ["" if value is None or value != value else in_words(str(value)) for value in column]


def _as_it_is(name: str, title: str, table: pd.DataFrame, units: Mapping[str, str]) -> Table:
    columns = []
    for column in map(str, table):
        if is_numeric_dtype(table[column]) and not is_bool_dtype(table[column]):
            form, unit = shown_as(units.get(column, ""), table[column])
            columns.append(Column(column, f"{in_words(column)}, {unit}" if unit else in_words(column), form))
        else:
            columns.append(Column(column, in_words(column)))
    return Table(_anchor(name), title, columns, table, folded=True)


def _anchor(name: str) -> str:
    """A name that is unique on the page."""
    return f"table-{name.replace('.', '-')}"
