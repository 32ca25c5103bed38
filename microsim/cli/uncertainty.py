"""`microsim uncertainty`: how far a cost moves when what is uncertain is drawn."""

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
    from microsim.drawing import Spread

_IN_JSON = ("fan", "fields", "budget")


@main.command()
@_SCENARIO
@click.option(
    "--draws", type=int, default=500, show_default=True, help="How many times the uncertain fields are drawn."
)
@click.option(
    "--budget", metavar="AMOUNT", help="Also the chance that the cost exceeds it: 2.5bn, 500m, 35k, a number."
)
@click.option("--year", help='Headline year, or "all years"; five years after the last measure begins unless given.')
@click.option("--draw-seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True,
              help="Seed of the draws; --seed is that of people and their luck.")  # fmt: skip
@_SAMPLE
@_SEED
@_YEARS
@_PEOPLE
@click.option("--threads", type=click.IntRange(1), help="Threads to use; all processors unless given.")
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the tables; outputs/<scenario>.uncertainty unless given.",
)  # fmt: skip
@_JSON
@click.option("--quiet", is_flag=True, help="Print nothing but warnings and errors.")
@_explained
def uncertainty(
    scenario: Path,
    draws: int,
    budget: str | None,
    year: str | None,
    draw_seed: int,
    sample: float | None,
    seed: int | None,
    years: str | None,
    population: Path | None,
    threads: int | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Draw every uncertain field of a scenario many times and show how far its cost moves.

    The draws are run over the same people with the same luck, so that what is shown is parameter uncertainty alone. A
    stopped run goes on where it stopped when the same command is given again.
    """
    from microsim import api, drawing

    drawing.check_inputs(draws, draw_seed, budget)
    folder = output or Path("outputs") / f"{_folder_name(scenario, sample, seed, years, population)}.uncertainty"
    loaded = api.load_scenario(scenario, sample=sample, seed=seed, years=years, population=population)
    _warn(loaded.warnings)
    with _can_go_on(folder), _Progress(quiet or as_json, "draw") as progress:
        found = drawing.assess_uncertainty(
            loaded, draws=draws, draw_seed=draw_seed, budget=budget, year=year, threads=threads, output=folder,
            progress=progress.update, note=None if quiet or as_json else _noted,
        )  # fmt: skip
    _warn(set(found.manifest["warnings"]) - set(loaded.warnings))
    if as_json:
        tables = {name: _records(found.tables[name]) for name in _IN_JSON if name in found.tables}
        answer = {"folder": str(folder), "manifest": found.manifest, **tables}
        click.echo(json.dumps(answer, ensure_ascii=False))
    elif not quiet:
        _print(found, folder)


def _noted(text: str) -> None:
    click.echo(text, err=True)


def _print(found: Spread, folder: Path) -> None:
    from microsim.report.uncertainty import uncertainty_text

    width = shutil.get_terminal_size((120, 24)).columns
    manifest = found.manifest
    click.echo(f"{found.scenario.name}: {manifest['years']}; {manifest['sample']}, seed {manifest['seed']}\n")
    click.echo(uncertainty_text(found.tables, manifest["uncertainty"], width))
    click.echo(
        f"\nEvery draw, percentiles of every line, fields and manifest: {folder}/  ({manifest['seconds']:.0f} s)"
    )
