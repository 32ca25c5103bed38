"""Rows of money by year as text: a label, a unit, and a cell for each year, fitted to a width."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from itertools import takewhile

import numpy as np
import pandas as pd

from microsim.report.years_shown import years_shown

MILLION = 1e6
COLUMN = 10  # characters of a year's cell, with the space before it
_UNIT = 9  # of the column of units, with the space before it
_WHOLE = 10.0  # £ million, from which errors are shown without decimals
_CUT = "…"
_FIRST_WORDS = 2  # of what labels have in common that are kept where they would otherwise look alike


def layout(scorecard: pd.DataFrame, width: int) -> tuple[int, list[str]]:
    """The width of the column of names, and the years that fit beside it and a column of units."""
    label = min(48, max(28, 2 * width // 5))
    return label, years_shown(scorecard, (width - label - _UNIT) // COLUMN - 1)


def text_row(text: str, label: int, unit: str, cells: Sequence[str]) -> str:
    """A label in `label` characters, shortened after a word where it is longer, a unit and right-aligned cells."""
    return f"{shortened(text, label):<{label}} {unit:<{_UNIT - 1}}" + "".join(
        f" {cell:>{COLUMN - 1}}" for cell in cells
    )


def shortened(text: str, width: int) -> str:
    """At most `width` characters of a text, cut after a word and marked as cut."""
    if len(text) <= width:
        return text
    kept = text[: max(width - 1, 0)]
    if not text[len(kept)].isspace() and " " in kept.strip():
        kept = kept[: kept.rindex(" ")]
    return kept.rstrip(" ,:;(") + _CUT


def distinct(texts: Sequence[str], width: int) -> dict[str, str]:
    """Each text in at most `width` characters, so that no two look alike: where their beginnings are the same, what
    differs is shown. A text that cannot be told apart from another in so few characters is left whole."""
    found = {text: shortened(text, width) for text in texts}
    for middle in (_FIRST_WORDS, 0):
        alike = {short for short, times in Counter(found.values()).items() if times > 1}
        for short in alike:
            same = [text for text in found if found[text] == short]
            common = _words_in_common(same)
            first = " ".join(common[:middle])
            for text in same:
                rest = " ".join(text.split()[len(common) :])
                found[text] = shortened(f"{first} {_CUT} {rest}".strip(), width)
    alike = {short for short, times in Counter(found.values()).items() if times > 1}
    return {text: text if short in alike else short for text, short in found.items()}


def _words_in_common(texts: Sequence[str]) -> list[str]:
    """The words with which all texts begin."""
    places = zip(*(text.split() for text in texts), strict=False)
    return [words[0] for words in takewhile(lambda words: len(set(words)) == 1, places)]


def wrapped(text: str, width: int, indent: str = "") -> str:
    """Text in lines of at most `width` characters, those after the first set in by `indent`."""
    return textwrap.fill(text, width, subsequent_indent=indent, break_on_hyphens=False)


def millions(pounds: float, one_decimal_below: float = 0.0) -> str:
    """Millions with a sign, with a decimal where they are few; amounts that round to nothing are shown as such."""
    amount = pounds / MILLION
    if pounds == 0:
        return "0"
    decimals = 1 if abs(amount) < one_decimal_below else 0
    return "*" if abs(amount) < 0.5 / 10**decimals else f"{amount:,.{decimals}f}"


def plus_minus(pounds: float) -> str:
    """A standard error in millions; nothing where there is none or none is known."""
    error = pounds / MILLION
    if np.isnan(error) or error == 0.0:
        return ""
    return f"±{error:,.0f}" if error >= _WHOLE else f"±{error:.1f}"
