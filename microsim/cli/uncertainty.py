"""`microsim uncertainty`: how far a cost moves when what is uncertain is drawn."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from microsim.cli.endings import Progress, can_go_on, explained, print_json, records, terminal_width, warn
from microsim.cli.group import main
from microsim.cli.options import ANOTHER_RUN, JSON, QUIET, SEEDS, THREADS, Asked, asks, output_folder
from microsim.defaults import DRAW_SEED, DRAWS

if TYPE_CHECKING:
    from microsim.drawing import Spread

_IN_JSON = ("fan", "fields", "budget")


@main.command()
@click.option(
    "--draws", type=int, default=DRAWS, show_default=True, help="How many times the uncertain fields are drawn."
)
@click.option(
    "--budget", metavar="AMOUNT", help="Also the chance that the cost exceeds it: 2.5bn, 500m, 35k, a number."
)
@click.option("--year", help='Headline year, or "all years"; five years after the last measure begins unless given.')
@click.option("--draw-seed", type=SEEDS, default=DRAW_SEED, show_default=True,
              help="Seed of the draws; --seed is that of people and their luck.")  # fmt: skip
@asks(*ANOTHER_RUN)
@THREADS
@output_folder("Folder for the tables; outputs/<scenario>.uncertainty unless given.")
@JSON
@QUIET
@explained
def uncertainty(
    asked: Asked,
    draws: int,
    budget: str | None,
    year: str | None,
    draw_seed: int,
    threads: int | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Draw every uncertain field of a scenario many times and show how far its cost moves.

    The draws are run over the same people with the same luck, so that what is shown is parameter uncertainty alone. A
    stopped run goes on where it stopped when the same command is given again.
    """
    from microsim import drawing

    drawing.check_inputs(draws, draw_seed, budget)
    folder = asked.folder(output, ".uncertainty")
    loaded = asked.load()
    with can_go_on(folder), Progress(quiet or as_json, "draw") as progress:
        found = drawing.assess_uncertainty(
            loaded, draws=draws, draw_seed=draw_seed, budget=budget, year=year, threads=threads, output=folder,
            progress=progress.update, note=None if quiet or as_json else progress.note,
        )  # fmt: skip
    warn(set(found.manifest["warnings"]) - set(loaded.warnings))
    if as_json:
        tables = {name: records(found.tables[name]) for name in _IN_JSON if name in found.tables}
        answer = {"folder": str(folder), "manifest": found.manifest, **tables}
        print_json(answer)
    elif not quiet:
        _print(found, folder)


def _print(found: Spread, folder: Path) -> None:
    from microsim.report.uncertainty import uncertainty_text

    width = terminal_width()
    manifest = found.manifest
    click.echo(f"{found.scenario.name}: {manifest['years']}; {manifest['sample']}, seed {manifest['seed']}\n")
    click.echo(uncertainty_text(found.tables, manifest["uncertainty"], width))
    click.echo(
        f"\nEvery draw, percentiles of every line, fields and manifest: {folder}/  ({manifest['seconds']:.0f} s)"
    )
