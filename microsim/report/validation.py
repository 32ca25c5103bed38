"""The comparison with published figures as text for a terminal and as one page that prints well.

The page needs nothing but itself: no script, no font, no file beside it. Every text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from textwrap import wrap
from typing import Any

import pandas as pd

from microsim.validation.compare import INSIDE, OUTSIDE

_LINE = 150
_HEADS = ("published", "model", "difference", "tolerance", "std error", "verdict", "the fit")
_WIDTHS = (14, 14, 12, 11, 11, 9, 10)
_SOURCE = ["comparison", "source", "date", "evidence", "quality", "scope"]
_COUNTS = {
    "comparison": "Area",
    "inside": "inside",
    "outside": "outside",
    "inputs_inside": "inputs inside",
    "inputs_outside": "inputs outside",
    "held_out_inside": "held out inside",
    "held_out_outside": "held out outside",
}
_HOW_TO_READ = (
    "An input of the fit checks the machinery; a figure held out is evidence. The standard error is that of the "
    "simulation alone, and excuses no miss."
)
_STYLE = """
body { font: 15px/1.45 Georgia, serif; max-width: 72em; margin: 2em auto; padding: 0 1em; color: #1a1a1a; }
h1, h2 { font-weight: normal; } h2 { margin-top: 2em; border-bottom: 1px solid #999; }
p.source { margin: 1.4em 0 .3em; color: #444; font-size: 13px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: .2em .6em; text-align: right; border-bottom: 1px solid #ddd; vertical-align: top; }
th:first-child, td:first-child { text-align: left; }
tr.outside td:first-child { border-left: 4px solid #b00020; } tr.outside .verdict { color: #b00020; font-weight: bold; }
td.reason { text-align: left; color: #555; font-style: italic; }
@media print { body { margin: 0; max-width: none; font-size: 10px; } table { font-size: 9px; }
tr { break-inside: avoid; } thead { display: table-header-group; } h2, p.source { break-after: avoid; } }
"""


def validation_text(table: pd.DataFrame, counts: pd.DataFrame) -> str:
    """Every figure beside the model's, by area and source, and the counts at the end."""
    lines: list[str] = []
    head = "".join(f"{name:>{width}}" for name, width in zip(_HEADS, _WIDTHS, strict=True))
    for area, part in table.groupby("comparison", sort=False):
        lines += ["", str(area).upper()]
        for source, rows in part.groupby(_SOURCE, sort=False):
            label = int(rows["quantity"].str.len().max())
            lines += ["", *_wrapped(_source_line(source)), f"  {'':{label}}{head}"]
            for row in rows.itertuples():
                cells = zip(_cells(row), _WIDTHS, strict=True)
                lines.append(f"  {row.quantity!s:{label}}" + "".join(f"{cell:>{width}}" for cell, width in cells))
            for reason in dict.fromkeys(rows["reason"]):
                lines += _wrapped(f"outside: {reason}") if reason else []
    lines += ["", counts_text(counts)]
    return "\n".join(lines).lstrip("\n")


def _wrapped(text: str) -> list[str]:
    return wrap(text, _LINE, initial_indent="  ", subsequent_indent="    ")


def counts_text(counts: pd.DataFrame) -> str:
    """How many figures lie inside and outside, by area."""
    widths = [max(24, len(_COUNTS["comparison"])), *(len(name) + 2 for name in list(_COUNTS.values())[1:])]
    rows = [list(_COUNTS.values()), *counts[list(_COUNTS)].astype(str).to_numpy().tolist()]
    return "\n".join(
        f"{row[0]:{widths[0]}}" + "".join(f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        for row in rows
    )


def _source_line(source: tuple[Any, ...]) -> str:
    _, title, date, evidence, quality, scope = source
    used = "an input of the fit" if evidence == "input" else "held out of the fit"
    return f"{title} ({date}); {quality}; {used}. {scope}".strip()


def _cells(row: Any) -> tuple[str, ...]:
    """The figures of a row as text, in the order of _HEADS."""
    relative = row.measured == "relative"
    return (
        _value(row.published), _value(row.model), _gap(row.difference, relative), _gap(row.tolerance, relative)[1:],
        _gap(row.sampling_error, relative)[1:], row.verdict, row.evidence,
    )  # fmt: skip


def _value(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.4f}"


def _gap(value: float, relative: bool) -> str:
    """Per cent of the published figure, or percentage points of a rate."""
    return f"{100 * value:+.2f}{' %' if relative else ' pp'}"


def validation_page(table: pd.DataFrame, counts: pd.DataFrame, title: str, about: str, after: str = "") -> str:
    """The whole comparison as one HTML page; `after` is HTML of further sections."""
    return "".join(_page(table, counts, title, about, after))


def _page(table: pd.DataFrame, counts: pd.DataFrame, title: str, about: str, after: str) -> Iterator[str]:
    total = counts.iloc[-1]
    yield f'<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>\n'
    yield f"<h1>{escape(title)}</h1>\n<p>{escape(about)}</p>\n"
    yield (
        f"<p>{total['inside']} of {len(table)} published figures lie inside their tolerance, "
        f"{total['outside']} outside. {_HOW_TO_READ}</p>\n"
    )
    yield _table(list(_COUNTS.values()), (map(str, row) for row in counts[list(_COUNTS)].to_numpy().tolist()))
    for area, part in table.groupby("comparison", sort=False):
        yield f"<h2>{escape(str(area)).capitalize()}</h2>\n"
        for source, rows in part.groupby(_SOURCE, sort=False):
            yield f'<p class="source">{escape(_source_line(source))}</p>\n'
            yield _figures(rows)
    yield after
    yield "</body></html>\n"


def _table(heads: list[str], rows: Any) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>\n"


def _figures(rows: pd.DataFrame) -> str:
    """The figures of one source; the reason of a miss stands under it, once for misses that follow one another."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("quantity", *_HEADS))
    found = []
    last = ""
    for row in rows.itertuples():
        cells = "".join(
            f'<td class="{"verdict" if name == "verdict" else "figure"}">{escape(cell)}</td>'
            for name, cell in zip(_HEADS, _cells(row), strict=True)
        )
        kind = OUTSIDE if row.verdict == OUTSIDE else INSIDE
        found.append(f'<tr class="{kind}"><td>{escape(str(row.quantity))}</td>{cells}</tr>\n')
        if row.reason and row.reason != last:
            found.append(f'<tr><td class="reason" colspan="{len(_HEADS) + 1}">{escape(str(row.reason))}</td></tr>\n')
        last = str(row.reason) or last
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{''.join(found)}</tbody></table>\n"
