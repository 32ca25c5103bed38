"""`microsim sensitivity`: which uncertain fields a cost hangs on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from microsim.cli.endings import Progress, can_go_on, explained, print_json, records, terminal_width
from microsim.cli.group import main
from microsim.cli.options import ANOTHER_RUN, JSON, PRICES, QUIET, THREADS, Asked, asks, output_folder
from microsim.defaults import BASE_DRAWS, SHOWN_FIELDS

if TYPE_CHECKING:
    from microsim.varying import Sensitivity


@main.command()
@click.option("--of", metavar="MEASURE", help="One measure; all of them together unless given.")
@click.option("--year", help='The year of the cost, or "all years"; five years after the last measure begins, or '
              "the last, unless given.")  # fmt: skip
@PRICES
@click.option("--top", type=click.IntRange(1), default=15, show_default=True, help="Fields shown as bars.")
@click.option(
    "--sobol", type=int, is_flag=False, flag_value=BASE_DRAWS, metavar="[N]",
    help=f"Also shares of variance, from N base draws (a power of two; {BASE_DRAWS}): N times the factors and two more "
    "runs.",
)  # fmt: skip
@click.option("--fields", type=click.IntRange(1), default=SHOWN_FIELDS, show_default=True,
              help="With --sobol: fields, or groups that move together, with a share of their own.")  # fmt: skip
@asks(*ANOTHER_RUN)
@THREADS
@output_folder("Folder for the tables; outputs/<scenario>.sensitivity unless given.")
@JSON
@QUIET
@explained
def sensitivity(
    asked: Asked,
    of: str | None,
    year: str | None,
    prices: str,
    top: int,
    sobol: int | None,
    fields: int,
    threads: int | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Show which uncertain fields move the cost: each alone from low to high, and their shares of its variance."""
    from microsim import varying

    folder = asked.folder(output, ".sensitivity")
    loaded = asked.load()
    with can_go_on(folder), Progress(quiet or as_json, unit="step") as bar:
        found = varying.sensitivity(
            loaded, of=of, year=year, prices=prices, sobol=sobol, fields=fields, threads=threads, output=folder,
            progress=bar.update, note=bar.note if not (quiet or as_json) else lambda text: None,
        )  # fmt: skip
    if as_json:
        tables = {name: records(found.tables[name]) for name in ("tornado", "variance_shares") if name in found.tables}
        about = {"folder": str(folder), "cost": found.question._asdict(), "manifest": found.manifest}
        print_json(about | tables)
    elif not quiet:
        _print(found, folder, top)


def _print(found: Sensitivity, folder: Path, top: int) -> None:
    from microsim.report.sensitivity import held_text, shares_text, tornado_text

    width = terminal_width()
    click.echo(tornado_text(found.scenario.name, found.question, found.tornado, top, width))
    about = found.manifest["sensitivity"]
    if found.variance_shares is not None:
        runs = about["variance_shares"]["runs"]
        click.echo("\n" + shares_text(found.question, found.variance_shares, runs, width))
    click.echo("\n" + held_text(found.tornado, width))
    click.echo(f"Every run and field: {folder}/  ({found.manifest['seconds']:.1f} s)")
