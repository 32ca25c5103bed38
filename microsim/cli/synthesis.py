"""`microsim synthesis`: a scenario on populations that meet the same margins under other joint assumptions."""

from __future__ import annotations

from pathlib import Path

import click

from microsim.cli.endings import Progress, explained, print_json, records, terminal_width
from microsim.cli.group import main
from microsim.cli.options import JSON, SAMPLE, SCALE, SHARE, THREADS, YEARS, Asked, asks, output_folder
from microsim.defaults import ALIGN_SAMPLE, SYNTHESIS_SEEDS

_IN_JSON = ("moved", "fits")


@main.command()
@click.option("--only", multiple=True, metavar="NAME", help="One association alone; may be repeated.")
@click.option("--both", is_flag=True, help="Move each association both ways.")
@click.option(
    "--seeds", type=click.IntRange(2, 100), default=SYNTHESIS_SEEDS, show_default=True,
    help="Seeds that each population lives under; more make the simulation error smaller.",
)  # fmt: skip
@asks(SAMPLE, SCALE, YEARS)
@click.option(
    "--align-sample", type=SHARE, default=ALIGN_SAMPLE, show_default=True,
    help="Share of people in the pilot runs that align each population.",
)  # fmt: skip
@THREADS
@output_folder("Folder of the populations and results; outputs/<scenario>.synthesis unless given.")
@JSON
@explained
def synthesis(
    asked: Asked,
    only: tuple[str, ...],
    both: bool,
    seeds: int,
    align_sample: float,
    threads: int | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """What a cost would be on other populations that meet the same published margins.

    Each moves one association that no margin fixes, is fitted and aligned anew, and lives under the same seeds. This is
    synthesis error: no sample size makes it smaller. An interrupted call goes on where it stopped.
    """
    from microsim import rebuilding
    from microsim.report.synthesis import synthesis_text

    folder = asked.folder(output, ".synthesis")
    with Progress(quiet=as_json, unit="step") as progress:
        found = rebuilding.synthesis(
            asked.scenario, folder, only=only, both=both, seeds=seeds, sample=asked.sample, years=asked.years,
            align_sample=align_sample, threads=threads, progress=progress.update,
        )  # fmt: skip
    if as_json:
        tables = {name: records(getattr(found, name)) for name in _IN_JSON}
        about = {"folder": str(folder), "seeds": found.seeds, "manifest": found.manifest}
        print_json(about | tables)
        return
    width = terminal_width()
    click.echo(synthesis_text(found.moved, found.fits, len(found.seeds), width))
    click.echo(f"\nBy year, with a manifest: {found.folder}/; the populations, which a scenario can name: {folder}/")
