"""`microsim sensitivity`: which uncertain fields a cost hangs on."""

from __future__ import annotations

import json
import shutil
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
    _can_go_on,
    _explained,
    _folder_name,
    _Progress,
    _records,
    _warn,
    main,
)

if TYPE_CHECKING:
    from microsim.varying import Sensitivity


@main.command()
@_SCENARIO
@click.option("--of", metavar="MEASURE", help="One measure; all of them together unless given.")
@click.option("--year", help='The year of the cost, or "all years"; five years after the last measure begins, or '
              "the last, unless given.")  # fmt: skip
@click.option(
    "--prices", type=click.Choice(["cash", "real", "present_value"]), default="cash", show_default=True,
    help="Prices of the cost.",
)  # fmt: skip
@click.option("--top", type=click.IntRange(1), default=15, show_default=True, help="Fields shown as bars.")
@click.option(
    "--sobol", type=int, is_flag=False, flag_value=64, metavar="[N]",
    help="Also shares of variance, from N base draws (a power of two; 64): N times the factors and two more runs.",
)  # fmt: skip
@click.option("--fields", type=click.IntRange(1), default=8, show_default=True,
              help="With --sobol: fields, or groups that move together, with a share of their own.")  # fmt: skip
@_SAMPLE
@_SEED
@_YEARS
@_PEOPLE
@click.option("--threads", type=click.IntRange(1), help="Threads to use; all processors unless given.")
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the tables; outputs/<scenario>.sensitivity unless given.",
)  # fmt: skip
@_JSON
@click.option("--quiet", is_flag=True, help="Print nothing but warnings and errors.")
@_explained
def sensitivity(
    scenario: Path,
    of: str | None,
    year: str | None,
    prices: str,
    top: int,
    sobol: int | None,
    fields: int,
    sample: float | None,
    seed: int | None,
    years: str | None,
    population: Path | None,
    threads: int | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Show which uncertain fields move the cost: each alone from low to high, and their shares of its variance."""
    from microsim import api, varying

    folder = output or Path("outputs") / f"{_folder_name(scenario, sample, seed, years, population)}.sensitivity"
    loaded = api.load_scenario(scenario, sample=sample, seed=seed, years=years, population=population)
    _warn(loaded.warnings)
    with _can_go_on(folder), _Progress(quiet or as_json, unit="step") as bar:
        found = varying.sensitivity(
            loaded, of=of, year=year, prices=prices, sobol=sobol, fields=fields, threads=threads, output=folder,
            progress=bar.update, note=(lambda text: None) if quiet or as_json else (lambda text: _next(bar, text)),
        )  # fmt: skip
    if as_json:
        tables = {name: _records(found.tables[name]) for name in ("tornado", "variance_shares") if name in found.tables}
        about = {"folder": str(folder), "cost": found.question._asdict(), "manifest": found.manifest}
        click.echo(json.dumps(about | tables, ensure_ascii=False))
    elif not quiet:
        _print(found, folder, top)


def _next(bar: _Progress, text: str) -> None:
    """Say what comes next, and begin its progress anew."""
    if bar.bar is not None:
        bar.bar.close()
        bar.bar = None
    click.echo(text, err=True)


def _print(found: Sensitivity, folder: Path, top: int) -> None:
    from microsim.report.sensitivity import held_text, shares_text, tornado_text

    width = shutil.get_terminal_size((120, 24)).columns
    click.echo(tornado_text(found.scenario.name, found.question, found.tornado, top, width))
    about = found.manifest["sensitivity"]
    if found.variance_shares is not None:
        runs = about["variance_shares"]["runs"]
        click.echo("\n" + shares_text(found.question, found.variance_shares, runs, width))
    click.echo("\n" + held_text(found.tornado, width))
    click.echo(f"Every run and field: {folder}/  ({found.manifest['seconds']:.1f} s)")
