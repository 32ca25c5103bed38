"""How the screen is written: its width, whether it has colours, and which characters it can show."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from typing import NamedTuple

from microsim.report.rows import wrapped

_BOLD, _FAINT, _END = "\033[1m", "\033[2m", "\033[0m"
_NEEDED = "█▁│─"  # of a chart
_INSTEAD = {
    "£": "GBP ", "£ ": "GBP ", "±": "+-", "…": "..", "−": "-", "–": "-", "—": "-", "’": "'", "‘": "'", "“": '"',
    "”": '"', "×": "x", "│": "|", "─": "-", "└": "+",
}  # fmt: skip
_READABLE = 120  # characters of a line of prose at the most
_NARROWER = 4  # columns left free where characters are written as several
_EMPHASIS = re.compile("\033\\[[0-9]*m")
_PIECES = re.compile(r" {2,}|£ |.")


class Style(NamedTuple):
    """The terminal's columns, whether emphasis may be used, and the encoding that characters must be of."""

    width: int = 120
    colour: bool = False
    encoding: str = "utf-8"

    @property
    def blocks(self) -> bool:
        """Whether charts may be drawn with block characters."""
        return can_show(_NEEDED, self.encoding)

    @property
    def columns(self) -> int:
        """The columns to fill."""
        return self.width if self.blocks else self.width - _NARROWER

    @property
    def prose(self) -> int:
        """The columns that sentences fill: long lines are hard to read."""
        return min(self.columns, _READABLE)

    def bold(self, text: str) -> str:
        """Lines that stand out."""
        return self._marked(text, _BOLD)

    def faint(self, text: str) -> str:
        """Lines that stand back."""
        return self._marked(text, _FAINT)

    def sentence(self, text: str, indent: str = "") -> str:
        """A sentence in characters that can be shown, in lines that fit; those after the first are set in."""
        return wrapped(_in_place(text, self.encoding), self.prose, indent)

    def _marked(self, text: str, mark: str) -> str:
        if not self.colour:
            return text
        return "\n".join(f"{mark}{line}{_END}" for line in text.split("\n"))


def can_show(text: str, encoding: str) -> bool:
    """Whether an encoding has all characters of a text."""
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def written_in(text: str, encoding: str, width: int) -> str:
    """A text with nothing that its encoding lacks: other characters stand in their place, and columns stay where they
    were, by taking what those need from the spaces that follow. Lines that are then too long are broken."""
    if can_show(text, encoding):
        return text
    lines = (_in_place(line, encoding) for line in text.split("\n"))
    return "\n".join(line if len(plain(line)) <= width else _broken(line, width) for line in lines)


def plain(text: str) -> str:
    """A text without emphasis."""
    return _EMPHASIS.sub("", text)


def _broken(line: str, width: int) -> str:
    return textwrap.fill(plain(line), width, subsequent_indent="  ")


def _in_place(text: str, encoding: str) -> str:
    out, owed = [], 0
    for piece in _PIECES.findall(text):
        if piece[0] == " " and len(piece) > 1:
            taken = min(owed, len(piece) - 1)
            owed -= taken
            out.append(piece[taken:])
        else:
            other = piece if can_show(piece, encoding) else _INSTEAD.get(piece, "?")
            owed += len(other) - len(piece)
            out.append(other)
    return "".join(out)


def harmless(text: str) -> str:
    """What a user wrote, without characters that would steer a terminal or turn the direction of the line."""
    return "".join(one if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else " " for one in text)
