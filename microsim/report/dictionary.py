"""The data dictionary: every table that the program writes and every column, with unit, definition and population.

`dictionary.yaml` beside this file is its source, but for the columns of people, which are described where they are made
(`microsim.engine.person_columns`), and the lines of measures, which `microsim measures` lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from microsim.engine.person_columns import ABOUT
from microsim.engine.person_years import PERSON_COLUMNS
from microsim.scenario.source import read_yaml

OWN = "by."  # what the names of own breakdowns begin with
OWN_ENTRY = "by.NAME"
ALWAYS = "always"
_OPENING = """\
Every table that the program writes, with each column's unit and definition and whom a row is about. This page is made
by `microsim dictionary`; `microsim dictionary --json` gives the same for a program to read. Amounts are exact to the
penny. Areas are codes of the Office for National Statistics, years financial years (1 April to 31 March)."""
_PEOPLE = """\
Columns by which [breakdowns of your own](own_breakdowns.md) group and filter people; those marked are also in the
[microdata](microdata.md). Those with a unit are numbers. All describe a person in a year in the baseline, in which
everybody lives the same life as in the reform."""
_SOURCE = Path(__file__).with_suffix(".yaml")
_KINDS = {
    "run": "Tables of a run", "microsim ledger": "Accounts", "microsim validate": "Validation",
    "microsim uncertainty": "Uncertainty", "microsim sensitivity": "Sensitivity", "microsim compare": "Comparing runs",
    "microsim synthesis": "Other populations", "measure": "Tables of measures",
}  # fmt: skip


class Column(NamedTuple):
    """One column of a table."""

    name: str
    unit: str
    definition: str


class Table(NamedTuple):
    """One table: what writes it and when, what a row is, whom it is about."""

    name: str
    of: str
    written: str
    rows: str
    about: str
    columns: tuple[Column, ...]


@cache
def tables() -> Mapping[str, Table]:
    """Every table by name; those of measures by the kind of measure."""
    source = read_yaml(_SOURCE).values
    common = source["columns"]
    return {
        name: Table(
            name, entry["of"], entry["written"], entry["rows"], entry["about"],
            tuple(_column(column, common) for column in entry["columns"]),
        )
        for name, entry in source["tables"].items()
    }  # fmt: skip


def _column(written: Any, common: Mapping[str, Any]) -> Column:
    """A column as a table lists it: by name alone, or with a unit and a definition of its own."""
    if isinstance(written, str):
        return Column(written, common[written]["unit"], common[written]["definition"])
    ((name, about),) = written.items()
    return Column(name, about["unit"], about["definition"])


def entry_for(name: str, kinds: Mapping[str, str]) -> str:
    """The name in the dictionary of a table of a run, given the kind of each measure by its name in the scenario."""
    if name.startswith(OWN):
        return OWN_ENTRY
    measure, _, table = name.partition(".")
    return f"{kinds.get(measure, measure)}.{table}" if table else name


def dictionary() -> pd.DataFrame:
    """A row for each column of each table: table, of, written, rows, about, column, unit, definition; columns of people
    come last, as the table `people`."""
    rows = [
        (table.name, table.of, table.written, table.rows, table.about, *column)
        for table in tables().values()
        for column in table.columns
    ]
    people = ("people", "scenarios and microdata", ALWAYS, "Person and year", "Residents of England of 16 and over")
    rows += [(*people, name, about.unit or "text", about.description) for name, about in ABOUT.items()]
    return pd.DataFrame(rows, columns=["table", "of", "written", "rows", "about", "column", "unit", "definition"])


def dictionary_page() -> str:
    """The dictionary as a page of Markdown."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# Data dictionary"
    yield ""
    yield _OPENING
    for kind, title in _KINDS.items():
        yield from ("", f"## {title}")
        for table in tables().values():
            if table.of == kind:
                yield from _table(table)
    yield from ("", "## Columns of people", "")
    yield _PEOPLE
    yield from ("", "| Column | Unit | Definition | |", "|---|---|---|---|")
    for name, about in ABOUT.items():
        yield f"| `{name}` | {about.unit} | {about.description} | {'microdata' if name in PERSON_COLUMNS else ''} |"


def _table(table: Table) -> Iterator[str]:
    yield from ("", f"### {table.name}", "")
    yield f"A row: {_lower(table.rows)}. About: {_lower(table.about)}. Written {table.written}."
    yield from ("", "| Column | Unit | Definition |", "|---|---|---|")
    for column in table.columns:
        yield f"| `{column.name}` | {column.unit} | {column.definition} |"


def _lower(text: str) -> str:
    """The text as it stands inside a sentence."""
    return text[:1].lower() + text[1:]
