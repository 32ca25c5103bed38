"""`microsim solve`: the value of one field at which a costing meets a target."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from microsim.cli.endings import Progress, explained, print_json, records, terminal_width
from microsim.cli.group import main
from microsim.cli.options import ANOTHER_RUN, JSON, THREADS, Asked, asks, output_file
from microsim.errors import InputError

if TYPE_CHECKING:
    from microsim.solving import BreakEven

_NOT_MET = 1


@main.command()
@click.option("--field", required=True, metavar="PATH", help="The field, as `microsim assumptions` prints it.")
@click.option(
    "--until", required=True, metavar="TARGET",
    help='The target: cost [of MEASURE] YEAR|"all years" [real|present value] = AMOUNT, such as "cost 2034-35 = '
    '1.5bn" (plus is a cost to the Exchequer); or LINE of MEASURE YEAR = AMOUNT.',
)  # fmt: skip
@click.option(
    "--between", nargs=2, metavar="LOW HIGH",
    help="The range to search and not to leave; otherwise the field's own range first, then wider.",
)  # fmt: skip
@asks(*ANOTHER_RUN)
@THREADS
@output_file("Write a scenario (.yaml) that extends this one with the value found.")
@JSON
@explained
def solve(
    asked: Asked,
    field: str,
    until: str,
    between: tuple[str, str] | None,
    threads: int | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Find the value of one field at which a costing meets a target.

    Every value is tried on the same people with the same luck. Exit code 1 means that the target is not to be had among
    the values tried. Where it lies inside a step, the nearest value is given, with exit code 0: `met` in --json is
    false.
    """
    from microsim import solving

    if output is not None and output.suffix not in (".yaml", ".yml"):
        raise InputError(f"--output: {output} is not the name of a scenario file: it ends in .yaml")
    loaded = asked.load()
    if output is not None:
        solving.check_writable(loaded, output)
    with Progress(quiet=as_json, unit="run") as progress:
        found = solving.solve(loaded, field, until, between=between, threads=threads, progress=progress.update)
    if output is not None and found.value is not None:
        found.write(output)
    if as_json:
        print_json(_record(found))
    else:
        _print(found, output)
    if found.value is None:
        sys.exit(_NOT_MET)


def _record(found: BreakEven) -> dict[str, object]:
    """What was found, for a program to read: amounts in pounds (plus is a cost) or people."""
    best = found.search.best
    return {
        "field": found.field.path, "unit": found.field.unit, "now": found.field.now, "value": found.value,
        "target": found.target._asdict(), "amount": None if best is None else best.amount, "met": found.search.met,
        "crossings": [[one.value, other.value] for one, other in found.search.crossings],
        "evaluations": records(found.evaluations), "changes": {} if found.value is None else found.changes,
    }  # fmt: skip


def _print(found: BreakEven, output: Path | None) -> None:
    from microsim.report.break_even import break_even_text
    from microsim.scenario.source import dump_yaml

    width = terminal_width()
    runs = len(found.search.tried)
    click.echo(break_even_text(found.scenario.name, found.field, found.target, found.search, runs, width))
    if found.value is None:
        return
    click.echo(f"\nIn a scenario that extends {found.scenario.path}:\n\n{dump_yaml(found.changes)}", nl=False)
    if output is not None:
        click.echo(f"\nWritten to {output}: microsim run {output}")
