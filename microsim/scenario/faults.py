"""What is wrong inside a value, and how values are shown in messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic_core import PydanticCustomError

from microsim.years import format_financial_year


class Fault(NamedTuple):
    """One thing wrong inside a value: the keys that lead to it, and what was found and expected."""

    path: tuple[str | int, ...]
    message: str
    found: str | None = None
    expected: str | None = None
    nearest: str | None = None


def faults_error(faults: list[Fault]) -> PydanticCustomError:
    """The pydantic error that carries faults to whoever knows their place in the file."""
    text = "; ".join(fault_text(fault) for fault in faults)
    return PydanticCustomError("faults", "{text}", {"text": text, "faults": faults})


def fault_text(fault: Fault) -> str:
    at = ".".join(str(key) for key in fault.path)
    found = f", found {fault.found}" if fault.found else ""
    expected = f", expected {fault.expected}" if fault.expected else ""
    return f"{at + ': ' if at else ''}{fault.message}{found}{expected}"


def key_text(key: object) -> str:
    """A mapping's key as a file would have it: a year from 1900 on is a financial year, an age is its digits."""
    if isinstance(key, int) and key >= 1900:
        return format_financial_year(key)
    return str(key)


def describe(value: Any) -> str:
    """A value as an error message shows it, cut short when long."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
