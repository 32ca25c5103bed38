"""How commands end, and what they say on the way: errors, warnings, progress, JSON and plain tables."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from microsim.errors import InputError
from microsim.report.plain import finite
from microsim.report.plain import records as records  # for commands

if TYPE_CHECKING:
    from microsim.report.screen.style import Style

_WRONG_INPUT = 2
_TELLING = ("microsim.kernels.jit", "microsim.backends.dask")  # what log that they compile, or wait for workers to


def explained(command: Callable[..., None]) -> Callable[..., None]:
    """Show what is wrong with an input, one line for each problem, and end with exit code 2."""

    @wraps(command)
    def wrapped(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except InputError as error:
            click.echo(str(error), err=True)
            sys.exit(_WRONG_INPUT)
        except BrokenPipeError:
            raise  # whoever was reading has gone: click ends quietly
        except OSError as error:
            click.echo(f"{error.filename or 'input or output'}: {error.strerror or error}", err=True)
            sys.exit(_WRONG_INPUT)

    return wrapped


class _SayOnce(logging.Handler):
    """Prints the first message that it is given on stderr."""

    def __init__(self) -> None:
        super().__init__()
        self.said = False

    def emit(self, record: logging.LogRecord) -> None:
        if not self.said:
            click.echo(record.getMessage(), err=True)
        self.said = True


class Progress:
    """A progress bar on stderr when it is a terminal, and a line where the model has to be compiled first."""

    def __init__(self, quiet: bool, unit: str = "block") -> None:
        self.unit = unit
        self.shown = not quiet and sys.stderr.isatty()
        self.bar: Any = None
        self._saying = {} if quiet else {name: _SayOnce() for name in _TELLING}

    def __enter__(self) -> Progress:
        if self.shown:
            click.echo("Preparing ...", err=True)
        for name, handler in self._saying.items():
            logger = logging.getLogger(name)
            logger.addHandler(handler)
            logger.setLevel(logging.INFO)
        return self

    def update(self, done: int, total: int) -> None:
        if not self.shown:
            return
        if self.bar is None:
            from tqdm import tqdm

            self.bar = tqdm(total=total, unit=self.unit, file=sys.stderr, leave=False)
        self.bar.update(done - self.bar.n)

    def note(self, text: str) -> None:
        """Say what comes next, and begin its progress anew."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None
        click.echo(text, err=True)

    def __exit__(self, *_: object) -> None:
        for name, handler in self._saying.items():
            logging.getLogger(name).removeHandler(handler)
        if self.bar is not None:
            self.bar.close()


@contextmanager
def can_go_on(folder: Path) -> Iterator[None]:
    """Where a run is stopped by hand, say that the same command goes on, if anything was kept."""
    try:
        yield
    except KeyboardInterrupt:
        kept = folder.parent / f".{folder.name}.kept"
        text = "the same command goes on where it stopped" if kept.is_dir() and any(kept.iterdir()) else (
            "nothing was finished yet: the same command begins anew"
        )  # fmt: skip
        click.echo(f"\nStopped; {text}", err=True)
        raise


def warn(warnings: Iterable[str]) -> None:
    """Say each on stderr."""
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)


def warn_at_the_end(warnings: Iterable[str]) -> None:
    """Say those that change most first, each once; how many more there are, where they are many."""
    from microsim.report.screen.caveats import MOST_WARNINGS, in_order

    ordered = in_order(list(warnings))
    warn(ordered[:MOST_WARNINGS])
    if (more := len(ordered) - MOST_WARNINGS) > 0:
        click.echo(f"{more} more warnings are in manifest.json", err=True)


def terminal_style() -> Style:
    """How the terminal writes: width, encoding, and colours unless it is a file or NO_COLOR is set."""
    from microsim.report.screen.style import Style

    plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty()
    return Style(terminal_width(), not plain, sys.stdout.encoding or "ascii")


def terminal_width(unknown: int = 120) -> int:
    """Columns of the terminal, `unknown` where there is none."""
    return shutil.get_terminal_size((unknown, 24)).columns


def print_json(answer: Any) -> None:
    """One line of JSON; what is not a number is null."""
    click.echo(json.dumps(finite(answer), ensure_ascii=False, allow_nan=False))


def print_table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Columns as wide as their longest cell; the last may be any length."""
    cells = [tuple("" if cell is None else str(cell) for cell in row) for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads) - 1)]
    for row in cells:
        fitted = (f"{cell:<{width}}" for cell, width in zip(row[:-1], widths, strict=True))
        click.echo("  ".join((*fitted, row[-1])).rstrip())
