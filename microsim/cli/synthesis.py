"""`microsim synthesis`: a scenario on populations that meet the same margins under other joint assumptions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click

from microsim.cli.commands import _JSON, _SAMPLE, _SHARE, _YEARS, _explained, _folder_name, _Progress, _records, main

_IN_JSON = ("moved", "fits")


@main.command()
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--only", multiple=True, metavar="NAME", help="One association alone; may be repeated.")
@click.option("--both", is_flag=True, help="Move each association both ways.")
@click.option(
    "--seeds", type=click.IntRange(2, 100), default=5, show_default=True,
    help="Seeds that each population lives under; more make the simulation error smaller.",
)  # fmt: skip
@_SAMPLE
@_YEARS
@click.option(
    "--align-sample", type=_SHARE, default=0.0025, show_default=True,
    help="Share of people in the pilot runs that align each population.",
)  # fmt: skip
@click.option("--threads", type=click.IntRange(1), help="Threads to use; all processors unless given.")
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the populations and results; outputs/<scenario>.synthesis unless given.",
)  # fmt: skip
@_JSON
@_explained
def synthesis(
    scenario: Path,
    only: tuple[str, ...],
    both: bool,
    seeds: int,
    sample: float | None,
    years: str | None,
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

    folder = output or Path("outputs") / f"{_folder_name(scenario, sample, None, years, None)}.synthesis"
    with _Progress(quiet=as_json, unit="step") as progress:
        found = rebuilding.synthesis(
            scenario, folder, only=only, both=both, seeds=seeds, sample=sample, years=years, align_sample=align_sample,
            threads=threads, progress=progress.update,
        )  # fmt: skip
    if as_json:
        tables = {name: _records(getattr(found, name)) for name in _IN_JSON}
        about = {"folder": str(folder), "seeds": found.seeds, "manifest": found.manifest}
        click.echo(json.dumps(about | tables, ensure_ascii=False))
        return
    width = shutil.get_terminal_size((120, 24)).columns
    click.echo(synthesis_text(found.moved, found.fits, len(found.seeds), width))
    click.echo(f"\nBy year, with a manifest: {found.folder}/; the populations, which a scenario can name: {folder}/")
