"""Numbers as people write them, 30% or £500m, and what to write instead: files hold plain numbers."""

from __future__ import annotations

import re
from decimal import Decimal

_WRITTEN = re.compile(
    r"(?P<minus>-?)\s*£?\s*(?P<digits>[0-9][0-9, ]*(?:\.[0-9]+)?)"
    r"\s*(?P<unit>%|per ?cent|k|thousand|mn?|million|bn?|billion)?",
    re.IGNORECASE,
)
_FACTORS = {
    "%": "0.01", "percent": "0.01", "k": "1e3", "thousand": "1e3", "m": "1e6", "mn": "1e6", "million": "1e6",
    "b": "1e9", "bn": "1e9", "billion": "1e9",
}  # fmt: skip
_MILLIONS = Decimal(1_000_000)


def number_meant(text: str, unit: str = "") -> str | None:
    """The plain number that a text such as 30%, £500m or 35k stands for, in a field of that unit; None when unclear.

    A field in £m takes millions: £500m is 500 there.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        return None
    number = Decimal(re.sub("[, ]", "", match["digits"]))
    written = (match["unit"] or "").lower().replace(" ", "")
    number *= Decimal(_FACTORS.get(written, "1"))
    if written not in ("", "%", "percent") and unit.startswith("£m"):
        number /= _MILLIONS
    plain = f"{number.normalize():f}"
    return match["minus"] + plain


def with_hint(expected: str | None, found: str | None, unit: str = "") -> str | None:
    """What was expected of a value, with the number to write where the text found (in quotes) stands for one."""
    if found is None or not found.startswith("'") or expected not in ("a number", "a whole number"):
        return expected
    meant = number_meant(found.strip("'"), unit)
    if meant is None or (expected == "a whole number" and "." in meant):
        return expected
    return f"{expected}: write {meant}"
