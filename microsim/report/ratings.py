"""Ratings of uncertainty as text: a line under a measure's numbers, and a measure's whole rating."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

import pandas as pd

WHOSE = (
    "Uncertainty ratings are this project's own judgement, on the scale of the Office for Budget Responsibility, which "
    "has rated none of these measures (table ratings)."
)


def rating_lines(ratings: pd.DataFrame) -> dict[str, str]:
    """A line for each measure: overall rating, its three parts, and the figure of the most important doubt."""
    return {str(measure): _line(part.to_dict("records")) for measure, part in ratings.groupby("measure", sort=False)}


def _line(rows: Iterable[dict[Any, Any]]) -> str:
    overall, *parts = rows
    if not parts:
        return f"Uncertainty: {overall['rating']}"
    rated = ", ".join(f"{part['subject']} {part['rating']}" for part in parts)
    figure = str(overall["figure"]).removeprefix(f"measures.{overall.get('measure', '')}.")
    return f"Uncertainty: {overall['rating']} ({rated}); most in doubt: {figure}"


def rating_text(rows: Iterable[dict[Any, Any]], width: int) -> str:
    """A measure's rating with its reasons."""
    overall, *parts = rows
    if not parts:
        return f"Uncertainty of the costing: {overall['rating']}"
    found = [f"Uncertainty of the costing, the judgement of its authors: {overall['rating']}"]
    doubts = {"most in doubt": f"{overall['figure']}. {overall['why']}"}
    reasons = doubts | {str(part["subject"]): f"{part['rating']}. {part['why']}" for part in parts}
    indent = " " * 4
    for name, reason in reasons.items():
        found.append(textwrap.fill(f"  {name}: {reason}", width, subsequent_indent=indent))
    return "\n".join(found)
