"""Text in Markdown: whatever a user typed is shown as it was typed, by a word processor as by a web page."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

WIDTH = 100
_MARKS = re.compile(r"([\\`*{}\[\]<>#|~^$])")
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")  # within a word it is only itself
_ENTITY = re.compile(r"&(?=#?\w+;)")
_CITED = re.compile(r"@(?=\w)")
_OPENS_A_LINE = re.compile(r"^([-+=:](?=[\s=-]|$)|\d+(?=[.)](?:\s|$)))")  # a list, or a line that makes a title
_NOT_SHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_TURNS_AROUND = re.compile("[\u202a-\u202e\u2066-\u2069]")  # marks that would turn the rest of the line around, too
_TICKS = re.compile("`+")


class Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()


def escaped(text: object) -> Markdown:
    """A text on one line, in which no character means anything but itself."""
    if isinstance(text, Markdown):
        return text
    return Markdown(_starts_nothing(_inline(text)))


def wrapped(text: object) -> Markdown:
    """A paragraph in lines of up to `WIDTH` characters, none of which begins a list, a title or a table."""
    lines = textwrap.wrap(_inline(text), WIDTH, break_long_words=False, break_on_hyphens=False)
    return Markdown("\n".join(map(_starts_nothing, lines)))


def item(text: object) -> Markdown:
    """An item of a list, with the lines after the first set in."""
    return Markdown("- " + wrapped(text).replace("\n", "\n  "))


def code(text: object) -> Markdown:
    """A name or number as a program writes it, within a line."""
    shown = _clean(text)
    fence = "`" * (max(map(len, _TICKS.findall(shown)), default=0) + 1)
    gap = " " if shown.startswith("`") or shown.endswith("`") else ""
    return Markdown(f"{fence}{gap}{shown}{gap}{fence}")


def block(text: object) -> Markdown:
    """Lines as they stand, such as a command."""
    shown = _NOT_SHOWN.sub("\ufffd", str(text))
    fence = "`" * max(3, max(map(len, _TICKS.findall(shown)), default=0) + 1)
    return Markdown(f"{fence}\n{shown}\n{fence}")


def table(heads: Sequence[object], rows: Sequence[Sequence[object]], words: int = 1) -> Markdown:
    """A table of which the first `words` columns are words and the others numbers."""
    rule = ["---"] * words + ["---:"] * (len(heads) - words)
    lines = [[_cell(head) for head in heads], rule, *([_cell(cell) for cell in row] for row in rows)]
    return Markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))


def _cell(value: object) -> str:
    """A cell: what is Markdown already may hold a bar, as code does."""
    return value.replace("|", "\\|") if isinstance(value, Markdown) else _inline(value)


def _inline(text: object) -> str:
    shown = _UNDERSCORE.sub(r"\\_", _MARKS.sub(r"\\\1", _clean(text)))
    return _CITED.sub(r"\\@", _ENTITY.sub(r"\\&", shown))


def _clean(text: object) -> str:
    """The text on one line, with marks for characters that cannot be shown."""
    return " ".join(_NOT_SHOWN.sub("\ufffd", _TURNS_AROUND.sub("", str(text))).split())


def _starts_nothing(line: str) -> str:
    """A line that begins no list and underlines nothing."""
    found = _OPENS_A_LINE.match(line)
    if found is None:
        return line
    opening = found.group()
    return f"{opening}\\{line[len(opening) :]}" if opening.isdigit() else f"\\{line}"
