"""How commands end, and what they say on the way: errors, warnings, progress, JSON and plain tables."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

from microsim.errors import InputError

_WRONG_INPUT = 2


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


class Progress:
    """A progress bar on stderr when it is a terminal."""

    def __init__(self, quiet: bool, unit: str = "block") -> None:
        self.unit = unit
        self.shown = not quiet and sys.stderr.isatty()
        self.bar: Any = None

    def __enter__(self) -> Progress:
        if self.shown:
            click.echo("Preparing (the first run of a set of measures also compiles, a minute or two) ...", err=True)
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


def terminal_width(unknown: int = 120) -> int:
    """Columns of the terminal, `unknown` where there is none."""
    return shutil.get_terminal_size((unknown, 24)).columns


def print_json(answer: Any) -> None:
    """One line of JSON."""
    click.echo(json.dumps(answer, ensure_ascii=False))


def records(table: Any) -> list[dict[str, Any]]:
    """The rows of a frame as plain values; what is missing is None."""
    rows: list[dict[str, Any]] = json.loads(table.to_json(orient="records", double_precision=15))
    return rows


def print_table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Columns as wide as their longest cell; the last may be any length."""
    cells = [tuple("" if cell is None else str(cell) for cell in row) for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads) - 1)]
    for row in cells:
        fitted = (f"{cell:<{width}}" for cell, width in zip(row[:-1], widths, strict=True))
        click.echo("  ".join((*fitted, row[-1])).rstrip())
