"""Strict YAML: plain values with the place of every key, or every problem of the file at once.

The dialect is the safe, unsurprising part of YAML: text, numbers in full, true/false, null, lists and mappings.
Whatever YAML would quietly turn into something else (`on`, `12:30`, `1e6`, `010`) is refused, and so are anchors, tags
and merges. Dates stay text. Keys are text: a bare year is a financial year (2029 is "2029-30"), and any other whole
number, an age say, its digits.
"""

from __future__ import annotations

import copy
import functools
import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from microsim.errors import InputError, Place, Problem
from microsim.years import format_financial_year

KeyPath = tuple[str | int, ...]
MAXIMUM_DEPTH = 40
MAXIMUM_BYTES = 4_000_000

# The reader in C is eight times as fast. It is laxer with tabs, with question marks in text inside brackets and with
# comments after the sign of a block of text, and counts columns otherwise after a mark of byte order: where the text
# holds any of these, PyYAML's own reads it.
_QUICK: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_READ_OTHERWISE = re.compile(r"[\t\ufeff?]|[|>][-+0-9]*#")

_NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]{0,15})(?:\.[0-9]*)?|\.[0-9]+)")
_SCIENTIFIC = re.compile(r"[-+]?[0-9]+\.[0-9]*[eE][-+][0-9]+")  # 1.0e-05: a number to every reader of YAML
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,15})")
_POWER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+")
_SURPRISES = (  # what a careless reader of YAML would turn into something else, and what to say instead
    (re.compile(r"(?i:yes|no|on|off|true|false)"), "a true or false value in a form that is not allowed",
     "true or false (or quotes around the text)"),
    (re.compile(r"[-+]?[0-9]+(?::[0-9]+)+(?:\.[0-9]*)?"), "a number in base sixty", "quotes around it"),
    (re.compile(r"[-+]?[0-9][0-9_]*_[0-9_.]*"), "a number with underscores", "the digits alone"),
    (re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?"), "a number with commas", "the digits alone"),
    (re.compile(r"[-+]?0[0-9]+(?:\.[0-9]*)?|[-+]?0[xXoObB][0-9a-fA-F]+"), "a number that starts with zero",
     "the number in plain decimal digits (or quotes around a code)"),
    (re.compile(r"[-+]?[0-9]{17,}(?:\.[0-9]*)?"), "a number with too many digits", "at most 16 digits"),
    (re.compile(r"[-+]?\.?(?i:nan|inf|infinity)"), "not a finite number", "a number (or quotes)"),
)  # fmt: skip
_WORDS = ("yes", "no", "on", "off", "true", "false", "nan", "inf", "infinity")  # of _SURPRISES


class Source(NamedTuple):
    """What a file says: its values, and the place of every key and list item by the keys that lead to it."""

    values: Any
    places: dict[KeyPath, Place]


class FormError(InputError):
    """Values in a form that is refused, in a file that could be read to its end: `source` holds the rest."""

    def __init__(self, problems: list[Problem], source: Source) -> None:
        super().__init__(problems)
        self.source = source


def dotted(path: KeyPath) -> str:
    """The keys joined by dots, list items counted from 1 in brackets: measures.grant.tranches[1].age."""
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def place_of(places: Mapping[KeyPath, Place], path: KeyPath) -> Place | None:
    """The place of a key, or of the nearest key around it that the file holds."""
    while path not in places and path:
        path = path[:-1]
    return places.get(path)


def read_yaml(path: Path) -> Source:
    """Read a YAML file strictly. Raises InputError holding every problem found."""
    try:
        with path.open("rb") as file:
            content = file.read(MAXIMUM_BYTES + 1)
    except FileNotFoundError:
        raise InputError(Problem(f"there is no file {path}")) from None
    except IsADirectoryError:
        within = path / "scenario.yaml"  # as a run leaves it
        expected = f"a YAML file, such as {within}" if within.is_file() else "a YAML file"
        raise InputError(Problem(f"{path} is a folder", expected=expected)) from None
    except (OSError, ValueError) as error:
        raise InputError(Problem(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}")) from None
    if len(content) > MAXIMUM_BYTES:
        raise InputError(Problem(f"{path} is too large", expected=f"at most {MAXIMUM_BYTES:,} bytes"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        place = Place(str(path), line, column)
        raise InputError(Problem("not UTF-8 text", place, f"byte 0x{content[error.start]:02x}")) from None
    values, places = _parsed(text, str(path))
    return Source(copy.deepcopy(values), places.copy())


@functools.lru_cache(maxsize=256)
def _parsed(text: str, file: str) -> Source:
    """`parse_yaml`, once for the same text: a run asks for some files several times."""
    return parse_yaml(text, file)


def parse_yaml(text: str, file: str) -> Source:
    """Read YAML text strictly; `file` is the name used in messages. An empty file holds an empty mapping.

    Raises InputError holding every problem found: a FormError when the rest of the file could be read.
    """
    if not _READ_OTHERWISE.search(text):
        try:
            return _parse(text, file, _QUICK)
        except FormError:
            raise
        except InputError:
            pass  # whatever it is, the other reader has the words for it
    return _parse(text, file, yaml.SafeLoader)


def _parse(text: str, file: str, loader: Any) -> Source:
    reader = _Reader(text, file, loader)
    values: Any = None
    readable = False
    try:
        values = reader.document()
        readable = True
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = reader.place(mark) if mark else Place(file, 1, 1)
        reader.problems.append(Problem(f"not YAML: {_syntax_text(error)}", place))
    except yaml.YAMLError as error:
        reader.problems.append(Problem(f"not YAML: {str(error).splitlines()[0]}", Place(file, 1, 1)))
    except (ValueError, OverflowError):  # an escape such as "\UFFFFFFFF" that names no character
        reader.problems.append(Problem("not YAML: a character that does not exist", reader.last_place))
    source = Source({} if values is None else values, reader.places)
    if reader.problems:
        raise FormError(reader.problems, source) if readable else InputError(reader.problems)
    return source


def _syntax_text(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    if error.context and error.context_mark:
        parts[0] += f" (begun at line {error.context_mark.line + 1}, column {error.context_mark.column + 1})"
    return ", ".join(parts)


class _Reader:
    """Builds values from the parser's events, noting places and problems on the way."""

    def __init__(self, text: str, file: str, loader: Any) -> None:
        self.file = file
        self.places: dict[KeyPath, Place] = {}
        self.problems: list[Problem] = []
        self.last_place = Place(file, 1, 1)
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=loader)

    def place(self, mark: Any) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)

    def problem(self, event: yaml.Event, message: str, found: str | None = None, expected: str | None = None) -> None:
        self.problems.append(Problem(message, self.place(event.start_mark), found, expected))

    def next_event(self) -> yaml.Event:
        event = next(self.events)
        if event.start_mark is not None:
            self.last_place = self.place(event.start_mark)
        return event

    def document(self) -> Any:
        values: Any = None
        documents = 0
        for event in iter(self.next_event, None):
            if isinstance(event, yaml.StreamEndEvent):
                break
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.problem(event, "a second document", expected="one document in a file")
                    break
            elif isinstance(event, yaml.NodeEvent):
                values = self.value(event, ())
        return values

    def value(self, event: yaml.Event, path: KeyPath) -> Any:
        if len(path) > MAXIMUM_DEPTH:
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=mark)
        self._refuse_extras(event)
        self.places.setdefault(path, self.place(event.start_mark))
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        return None  # an alias, refused already

    def sequence(self, path: KeyPath) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self.next_event(), yaml.SequenceEndEvent):
            items.append(self.value(event, (*path, len(items))))
        return items

    def mapping(self, path: KeyPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := self.next_event(), yaml.MappingEndEvent):
            key = self.key(event, path)
            key_path = (*path, key)
            if key in values:
                first = self.places[key_path]
                self.problem(event, f"the key {key!r} appears twice", expected=f"once (see line {first.line})")
                self.value(self.next_event(), (*path, f"{key} (again at {self.place(event.start_mark)})"))
                continue
            self.places[key_path] = self.place(event.start_mark)
            values[key] = self.value(self.next_event(), key_path)
        return values

    def key(self, event: yaml.Event, path: KeyPath) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self.problem(event, "a key that is not text", expected="a name or a financial year")
            self.value(event, (*path, f"(key at {self.place(event.start_mark)})"))
            return f"(key at {self.place(event.start_mark)})"
        self._refuse_extras(event)
        if not event.style and event.value == "<<":
            self.problem(event, "merge keys are not allowed", "<<", "the keys written out")
            return event.value
        key = self.scalar(event)
        if isinstance(key, str):
            return key
        if isinstance(key, int) and not isinstance(key, bool) and key >= 0:
            return format_financial_year(key) if 1900 <= key <= 2999 else str(key)
        self.problem(event, "a key that is not text", repr(event.value), "a name or a financial year")
        return f"(key at {self.place(event.start_mark)})"

    def scalar(self, event: yaml.ScalarEvent) -> Any:
        text: str = event.value
        if any("\ud800" <= character <= "\udfff" for character in text):
            self.problem(event, "half a character", ascii(text), "whole Unicode characters")
            return ""
        if event.style:  # quoted, or a block of text
            return text
        if text in ("", "~", "null"):
            return None
        if text in ("true", "false"):
            return text == "true"
        if text.isascii() and text[0].isalpha() and text.lower() not in _WORDS:
            return text  # most of what is not a number, and nothing below would have it
        if _WHOLE.fullmatch(text):
            return int(text)
        if _NUMBER.fullmatch(text):
            return float(text)
        if _SCIENTIFIC.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
        if _POWER.fullmatch(text):
            self.problem(event, "a number written with a power of ten", text, _without_power(text))
            return 0
        for pattern, message, expected in _SURPRISES:
            if pattern.fullmatch(text):
                self.problem(event, message, text, expected)
                return None
        return text

    def _refuse_extras(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent):
            self.problem(event, "aliases are not allowed", f"*{event.anchor}", "the value written out")
            return
        if getattr(event, "anchor", None):
            self.problem(event, "anchors are not allowed", f"&{event.anchor}", "the value alone")  # type: ignore[attr-defined]
        if getattr(event, "tag", None):
            self.problem(event, "tags are not allowed", str(event.tag)[:60], "the value alone")  # type: ignore[attr-defined]


def _without_power(text: str) -> str:
    mantissa, _, power = text.lower().partition("e")
    if len(text) <= 20 and abs(int(power)) <= 15:
        return f"{Decimal(mantissa + 'e' + power):f}"
    return "the number in full"


class _Dumper(yaml.SafeDumper):
    """Writes text in quotes wherever `parse_yaml` would read it as something else."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    looks_odd = _POWER.fullmatch(text) or any(pattern.fullmatch(text) for pattern, _, _ in _SURPRISES)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'" if looks_odd else None)


_Dumper.add_representer(str, _text)


def dump_yaml(values: Any) -> str:
    """Plain values as YAML text that `parse_yaml` reads back unchanged."""
    return str(yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))
