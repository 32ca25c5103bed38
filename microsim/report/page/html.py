"""A page as one HTML file that needs nothing but itself: styles, script, charts and their renderer are inside.

Every text is escaped by the template engine; charts and their data travel as JSON in which `<` cannot end a script. The
page forbids itself the network, by a policy in its head that browsers keep.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from microsim.report.formats import WORDS, exact, shown, shown_error
from microsim.report.page.blocks import Figure, Group, Page, Section, Table

_VEGA_LITE = "6.4"  # what Altair's charts are written for
_RENDERER = "window.vegaEmbed = vegaEmbed;"
_END_OF_SCRIPT = "</script", "<\\/script"


def page_html(page: Page) -> str:
    """The page as the text of one HTML file."""
    drawn = any(_has_figure(section) for section in page.sections)
    return _environment().get_template("page.html.j2").render(page=page, renderer=_renderer() if drawn else "").lstrip()


def _has_figure(part: Section | Group) -> bool:
    return any(isinstance(block, Figure) or (isinstance(block, Group) and _has_figure(block)) for block in part.blocks)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("microsim.report.page"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"kind": lambda block: type(block).__name__, "specification": _specification}
    environment.globals |= {
        "file": _file, "rows_of": _rows, "is_number": lambda column: column.form not in WORDS,
    }  # fmt: skip
    return environment


def _file(name: str) -> Markup:
    """A style sheet or script of this package, as it stands."""
    loader = _environment().loader
    assert loader is not None
    return Markup(loader.get_source(_environment(), name)[0])


@cache
def _renderer() -> Markup:
    """The program that draws charts, to stand in a script."""
    bundle: str = vl_convert.javascript_bundle(_RENDERER, vl_version=_VEGA_LITE)
    return Markup(bundle.replace(*_END_OF_SCRIPT))


def _specification(figure: Figure) -> dict[str, Any]:
    """A chart as its renderer reads it, as wide as the page lets it be."""
    specification: dict[str, Any] = figure.chart.properties(width="container").to_dict(validate=False)  # the tests do
    specification["autosize"] = {"type": "fit-x", "contains": "padding"}
    specification["description"] = figure.description
    specification.pop("config", None)  # the page's own holds for every chart
    return specification


def _rows(table: Table) -> list[dict[str, Any]]:
    """The rows of a table: whether it is a total, and of each cell what is shown, its error and the exact values."""
    strong = table.rows[table.strong].tolist() if table.strong else [False] * len(table.rows)
    cells = [_column_cells(table, place) for place in range(len(table.columns))]
    return [{"strong": bool(total), "cells": row} for total, row in zip(strong, zip(*cells, strict=True), strict=True)]


def _column_cells(table: Table, place: int) -> list[dict[str, str]]:
    column = table.columns[place]
    values = table.rows[column.name].tolist()
    errors = table.rows[column.error].tolist() if column.error else [None] * len(values)
    beneath = table.rows[column.beneath].tolist() if column.beneath else [""] * len(values)
    forms = table.rows[column.form_by].tolist() if column.form_by else [column.form] * len(values)
    return [
        {"shown": shown(value, form), "exact": exact(value), "beneath": shown(words, "text"),
         "error": shown_error(error, form), "exact_error": exact(error)}
        for value, error, words, form in zip(values, errors, beneath, forms, strict=True)
    ]  # fmt: skip
