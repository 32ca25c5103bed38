"""The comparison with published figures as text for a terminal."""

from __future__ import annotations

from textwrap import wrap

import pandas as pd

from microsim.report.validation_words import cells_of, source_line

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


def validation_text(table: pd.DataFrame, counts: pd.DataFrame) -> str:
    """Every figure beside the model's, by area and source, and the counts at the end."""
    lines: list[str] = []
    head = "".join(f"{name:>{width}}" for name, width in zip(_HEADS, _WIDTHS, strict=True))
    for area, part in table.groupby("comparison", sort=False):
        lines += ["", str(area).upper()]
        for source, rows in part.groupby(_SOURCE, sort=False):
            label = int(rows["quantity"].str.len().max())
            lines += ["", *_wrapped(source_line(*(str(one) for one in source[1:]))), f"  {'':{label}}{head}"]
            for row in rows.itertuples():
                cells = zip((*cells_of(row), str(row.verdict), str(row.evidence)), _WIDTHS, strict=True)
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
