"""Financial years, written `2029-30` and held as the calendar year in which they start (2029).

Every room uses these; nothing here knows about policy or files.
"""

from __future__ import annotations

import re

_FINANCIAL_YEAR = re.compile(r"([0-9]{4})-([0-9]{2})")
_CALENDAR_YEAR = re.compile(r"[0-9]{4}")


def parse_financial_year(text: str) -> int:
    """The starting year of a financial year: "2029-30" gives 2029.

    Raises ValueError when the text is not of that form or its two years do not follow one another.
    """
    match = _FINANCIAL_YEAR.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a financial year such as 2029-30")
    start = int(match[1])
    if int(match[2]) != (start + 1) % 100:
        raise ValueError(f"{text!r} is not a financial year: {start} is followed by {(start + 1) % 100:02d}")
    return start


def format_financial_year(year: int) -> str:
    """The written form of the financial year that starts in `year`: 2029 gives "2029-30"."""
    return f"{year:04d}-{(year + 1) % 100:02d}"


def to_financial_year(value: object) -> int:
    """A financial year however a scenario may write it: "2029-30", "2029" or 2029. Raises ValueError."""
    if isinstance(value, str):
        return int(value) if _CALENDAR_YEAR.fullmatch(value) else parse_financial_year(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1900 <= value <= 2999:
        return value
    raise ValueError(f"{value!r} is not a financial year such as 2029-30")


def parse_years(text: str) -> range:
    """The financial years of a span, both ends included: "2026-27 to 2055-56" gives range(2026, 2056).

    A single year is a span of one. Raises ValueError for other forms and for a span that ends before it
    starts.
    """
    first_text, separator, last_text = text.partition(" to ")
    first = parse_financial_year(first_text)
    last = parse_financial_year(last_text) if separator else first
    if last < first:
        raise ValueError(f"{text!r} ends before it starts")
    return range(first, last + 1)


def format_years(years: range) -> str:
    """The written form of a span: range(2026, 2056) gives "2026-27 to 2055-56". ValueError when empty."""
    if not len(years):
        raise ValueError("an empty span of years has no written form")
    if len(years) == 1:
        return format_financial_year(years[0])
    return f"{format_financial_year(years[0])} to {format_financial_year(years[-1])}"
