"""What a user is told when an input is wrong: every problem of a file at once, each in one line.

Any room may raise `InputError`; the command line prints it and ends with exit code 2.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import NamedTuple


class Place(NamedTuple):
    """Where something stands in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(NamedTuple):
    """One thing wrong with an input: what, where, what was found and expected, the nearest valid name."""

    message: str
    place: Place | None = None
    found: str | None = None
    expected: str | None = None
    nearest: str | None = None

    def __str__(self) -> str:
        parts = [self.message if self.place is None else f"{self.place}: {self.message}"]
        if self.found is not None:
            parts.append(f"found {self.found}")
        if self.expected is not None:
            parts.append(f"expected {self.expected}")
        if self.nearest is not None:
            parts.append(f"did you mean {self.nearest}?")
        return "; ".join(parts)


class InputError(Exception):
    """The input cannot be used; `problems` says why, one entry for each thing to put right."""

    def __init__(self, problems: Iterable[Problem] | Problem | str) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The valid name most like `name`, or None when none is near."""
    matches = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return matches[0] if matches else None
