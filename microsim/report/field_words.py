"""Fields of a scenario in words: where they belong, what they are, and their values with units."""

from __future__ import annotations

import re
from collections.abc import Sequence

from microsim.report.words import in_words

_IN_LIST = re.compile(r"\[(\d+)\]")
_NAMED = re.compile(r"[a-z][a-z0-9_]*")  # a field's own name, as against an age, a year or a code
_ASIDE = re.compile(r"\s*\(see [^)]*\)|,\s*in prices of `[^`]+`")
_FRACTION = "fraction"
_STOPS = re.compile(r"[,;.:](?=\s)|\s\(")
_OPTION = re.compile(r"([a-z][a-z0-9_]*): (.+)")
_MOST = 90  # characters of a label beside a bar
_ROOTS = {"measures": "", "parameters": "official figures", "population": "population"}


def shortened(description: str, most: int = _MOST) -> str:
    """A description without what follows a comma, a semicolon, a bracket or a stop late in it."""
    text = plain(description)
    if len(text) <= most:
        return text
    ends = [found.start() for found in _STOPS.finditer(text) if found.start() <= most]
    return text[: ends[-1]] if ends else text


def field_labels(paths: Sequence[str], descriptions: Sequence[str]) -> list[str]:
    """A label for each field, no two alike: where it belongs, by its path, and its description."""
    labels = [_label(path, text) for path, text in zip(paths, descriptions, strict=True)]
    return [
        f"{label} ({path.rsplit('.', 1)[-1].replace('_', ' ')})" if labels.count(label) > 1 else label
        for label, path in zip(labels, paths, strict=True)
    ]


def _label(path: str, description: str) -> str:
    if options_of(description):
        return place_of_field(f"{path}.{path.rsplit('.', 1)[-1]}")  # its own name says what is chosen
    where, what = place_of_field(path), plain(description)
    return f"{where}: {inside(what)}" if where and what else where or what or path


def inside(text: str) -> str:
    """A text as it stands inside a sentence; one that begins with an abbreviation stays as it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def place_of_field(path: str) -> str:
    """Where a field belongs, in words: `measures.training_grant.take_up.by_pay[2].ratio` is Training grant, take up, by
    pay 2."""
    root, _, rest = path.partition(".")
    if not rest and root in _ROOTS:
        return ""
    *above, leaf = (rest if root in _ROOTS else path).split(".")
    parts = [_ROOTS.get(root, ""), *above]
    if not _NAMED.fullmatch(leaf):
        parts.append(leaf)
    words = [_IN_LIST.sub(r" \1", part).replace("_", " ") for part in parts if part]
    return in_words(", ".join(words))


def plain(description: str) -> str:
    """A description without what it says to authors of scenarios: names of other fields."""
    return _ASIDE.sub("", description).replace("`", "").strip()


def options_of(description: str) -> dict[str, str]:
    """What each option of a choice means, where a description lists them: "flow_only: ...; cumulative: ..."."""
    parts = [_OPTION.fullmatch(part) for part in description.split("; ")]
    found = [part for part in parts if part is not None]
    return {part[1]: part[2] for part in found} if found and parts[0] is not None else {}


def with_unit(value: str, unit: str) -> str:
    """A value with its unit: fractions in per cent."""
    number = _number(value)
    if number is None:
        return value
    if unit.startswith(_FRACTION):
        return f"{_short(100 * number)} %{unit.removeprefix(_FRACTION)}"
    return f"£{_short(number)}" if unit == "£" else f"{value} {unit}".strip()


def range_with_unit(low: str, high: str, unit: str) -> str:
    """Two ends with their unit said once."""
    first, last = _number(low), _number(high)
    if first is None or last is None:
        return f"{low} to {high}"
    if unit.startswith(_FRACTION):
        return f"{_short(100 * first)} % to {_short(100 * last)} %{unit.removeprefix(_FRACTION)}"
    if unit == "£":
        return f"£{_short(first)} to £{_short(last)}"
    return f"{low} to {high} {unit}".strip()


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _short(number: float) -> str:
    return f"{number:,.6g}" if abs(number) < 1e6 else f"{number:,.0f}"
