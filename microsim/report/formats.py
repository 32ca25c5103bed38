"""How a value of a table is shown to people; the value itself is kept beside it."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

Form = Literal["text", "year", "million", "pounds", "pence", "share", "points", "count", "number", "code"]
"""How a value is shown. million: pounds, shown in £ million. pounds, pence: pounds, shown whole or with pence.
share: a fraction, shown in per cent. points: a value already in per cent. count: a whole number, with commas.
number: four significant digits. year: a financial year. code: text in a fixed width."""

WORDS = ("text", "year", "code")
MILLION = 1e6
_ALMOST_NOTHING = "*"  # as in official statistics: not zero, and rounded to it
_MINUS = "−"  # as wide as a digit, unlike a hyphen
_ROUGH_ERROR = 1000.0  # from which it has two digits
_WHOLE_ERROR = 10.0  # from which an error is shown without a decimal
_DIGITS = 4


def shown(value: Any, form: Form) -> str:
    """A value as people read it: nothing where there is none, `*` for an amount that rounds to nothing and is more."""
    if is_missing(value):
        return ""
    if form in WORDS or isinstance(value, str):
        return str(value)
    if isinstance(value, bool | np.bool_):
        return "yes" if value else ""
    amount = float(value)
    if form == "million":
        return _rounded(amount / MILLION, 0)
    if form == "pence":
        return _rounded(amount, 2)
    if form == "share":
        return _percent(100 * amount)
    if form == "points":
        return _percent(amount)
    if form == "number":
        return _significant(amount)
    return _rounded(amount, 0)


def shown_error(value: Any, form: Form) -> str:
    """One standard error with its sign; nothing where none is known or it is nought."""
    if is_missing(value) or not float(value):
        return ""
    error = float(value) / MILLION if form == "million" else 100 * float(value) if form == "share" else float(value)
    decimals = 0 if error >= _WHOLE_ERROR else 1 if error >= 0.1 or form in ("million", "count") else 2
    if error >= _ROUGH_ERROR:  # two digits of an error tell what there is to tell
        error = float(f"{error:.2g}")
    text = f"{error:,.{decimals}f}"
    return f"±{text}" if float(text.replace(",", "")) else f"±{_ALMOST_NOTHING}"


def exact(value: Any) -> str:
    """A value with every digit that it has, to be sorted, copied and checked by a program."""
    if is_missing(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, int | np.integer):
        return str(int(value))
    return repr(float(value)) if isinstance(value, float | np.floating) else str(value)


def is_missing(value: Any) -> bool:
    """Whether there is no value."""
    return value is None or (isinstance(value, float | np.floating) and math.isnan(value))


def _rounded(amount: float, decimals: int) -> str:
    text = f"{amount:,.{decimals}f}"
    if amount and not float(text.replace(",", "")):
        return _ALMOST_NOTHING
    return text.removeprefix("-") if not amount else text.replace("-", _MINUS)


def _percent(points: float) -> str:
    text = _rounded(points, 1 if abs(points) >= 1 or not points else 2)
    return text if text == _ALMOST_NOTHING else f"{text}\u00a0%"


def _significant(amount: float) -> str:
    if not amount or not math.isfinite(amount):
        return f"{amount:g}"
    decimals = max(0, _DIGITS - 1 - math.floor(math.log10(abs(amount))))
    text = f"{amount:,.{min(decimals, 6)}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", _MINUS)
