"""`microsim solve`: the value of one field at which a costing meets a target."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from microsim.cli.commands import (
    _JSON,
    _PEOPLE,
    _SAMPLE,
    _SCENARIO,
    _SEED,
    _YEARS,
    _explained,
    _Progress,
    _records,
    _warn,
    main,
)
from microsim.errors import InputError

if TYPE_CHECKING:
    from microsim.solving import BreakEven

_NOT_MET = 1


@main.command()
@_SCENARIO
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
@_SAMPLE
@_SEED
@_YEARS
@_PEOPLE
@click.option("--threads", type=click.IntRange(1), help="Threads to use; all processors unless given.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False),
    help="Write a scenario (.yaml) that extends this one with the value found.",
)  # fmt: skip
@_JSON
@_explained
def solve(
    scenario: Path,
    field: str,
    until: str,
    between: tuple[str, str] | None,
    sample: float | None,
    seed: int | None,
    years: str | None,
    population: Path | None,
    threads: int | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Find the value of one field at which a costing meets a target.

    Every value is tried on the same people with the same luck. Exit code 1 means that the target is not to be had among
    the values tried. Where it lies inside a step, the nearest value is given, with exit code 0: `met` in --json is
    false.
    """
    from microsim import api, solving

    if output is not None and output.suffix not in (".yaml", ".yml"):
        raise InputError(f"--output: {output} is not the name of a scenario file: it ends in .yaml")
    loaded = api.load_scenario(scenario, sample=sample, seed=seed, years=years, population=population)
    if output is not None:
        solving.check_writable(loaded, output)
    _warn(loaded.warnings)
    with _Progress(quiet=as_json, unit="run") as progress:
        found = solving.solve(loaded, field, until, between=between, threads=threads, progress=progress.update)
    if output is not None and found.value is not None:
        found.write(output)
    if as_json:
        click.echo(json.dumps(_record(found), ensure_ascii=False))
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
        "evaluations": _records(found.evaluations), "changes": {} if found.value is None else found.changes,
    }  # fmt: skip


def _print(found: BreakEven, output: Path | None) -> None:
    from microsim.report.break_even import break_even_text
    from microsim.scenario.source import dump_yaml

    width = shutil.get_terminal_size((120, 24)).columns
    runs = len(found.search.tried)
    click.echo(break_even_text(found.scenario.name, found.field, found.target, found.search, runs, width))
    if found.value is None:
        return
    click.echo(f"\nIn a scenario that extends {found.scenario.path}:\n\n{dump_yaml(found.changes)}", nl=False)
    if output is not None:
        click.echo(f"\nWritten to {output}: microsim run {output}")
