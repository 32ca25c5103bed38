"""What a page is made of: sections of paragraphs, lists, tables and figures, as plain data.

A section says what is shown, never how: no HTML stands in a block, so that whatever a user typed is escaped in one
place, `microsim.report.page.html`. The same tables can become sheets and Markdown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from microsim.report.formats import Form


@dataclass(frozen=True)
class Column:
    """A column of a table: `name` in the frame, the `label` of its head, its form (see `microsim.report.formats`),
    where one standard error of simulation stands, shown after the value as ±, and where words stand that are shown in
    small type beneath it. `form_by` names a column that gives each row its own form, where rows are of several
    units."""

    name: str
    label: str
    form: Form = "text"
    error: str | None = None
    beneath: str | None = None
    form_by: str | None = None


@dataclass(frozen=True)
class Table:
    """Rows of a frame under a title; `name` is unique on the page, and the name of the file that a reader saves.

    `strong` names a column of booleans, true for rows that are totals; it is not shown. A table that is `folded` is
    shown when the reader asks for it.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: pd.DataFrame
    note: str = ""
    strong: str | None = None
    folded: bool = False


@dataclass(frozen=True)
class Figure:
    """A chart with its data. The `title` says what is to be seen; `description` says it to those who cannot see it.

    `chart` is an Altair chart without width and colours of its own for text, axes and background: see
    `microsim.report.page.theme`.
    """

    name: str
    title: str
    chart: Any
    data: Table
    description: str
    note: str = ""


@dataclass(frozen=True)
class Text:
    """A paragraph. A `lead` is larger; a `warning` is set apart."""

    text: str
    kind: Literal["plain", "lead", "warning", "small"] = "plain"


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: Sequence[str]


@dataclass(frozen=True)
class Facts:
    """Names and what belongs to them, such as a policy's base and its method."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Code:
    """A command or a file, to be copied as it stands."""

    text: str


@dataclass(frozen=True)
class Group:
    """Blocks under a smaller title, such as one measure among others; folded, they are shown when asked for."""

    name: str
    title: str
    blocks: Sequence[Block]
    folded: bool = False


Block = Text | Bullets | Facts | Code | Table | Figure | Group


@dataclass(frozen=True)
class Section:
    """A part of the page with a title in the list of contents; `name` is unique on the page."""

    name: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Page:
    """A whole page: its title, a line below it, and its sections."""

    title: str
    subtitle: str
    sections: Sequence[Section] = field(default_factory=tuple)
