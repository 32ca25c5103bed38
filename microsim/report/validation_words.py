"""Figures beside what is published, as text: values by their size, differences in their tolerance's terms."""

from __future__ import annotations

from typing import Any

VALUE_COLUMNS = ("published", "model", "difference", "tolerance", "sampling_error")


def value_text(value: float) -> str:
    """A published or simulated figure: whole where large, with four decimals where it is a share."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.4f}"


def gap_text(value: float, relative: bool) -> str:
    """A difference with its sign: per cent of the published figure, or percentage points of a rate."""
    return f"{100 * value:+.2f}{' %' if relative else ' pp'}"


def size_text(value: float, relative: bool) -> str:
    """A tolerance or an error, which have no sign, in the same terms."""
    return gap_text(value, relative)[1:]


def source_line(title: str, date: str, evidence: str, quality: str, scope: str) -> str:
    """Where figures come from, whether the fit read them, and how the two sides differ in what they cover."""
    used = "an input of the fit" if evidence == "input" else "held out of the fit"
    return f"{title} ({date}); {quality}; {used}. {scope}".strip()


def cells_of(row: Any) -> tuple[str, ...]:
    """Published, model, difference, tolerance and standard error of a row as text, in the order of VALUE_COLUMNS."""
    relative = row.measured == "relative"
    return (
        value_text(row.published), value_text(row.model), gap_text(row.difference, relative),
        size_text(row.tolerance, relative), size_text(row.sampling_error, relative),
    )  # fmt: skip
