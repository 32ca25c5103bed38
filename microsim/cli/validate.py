"""`microsim validate`: the people as they live beside what is published."""

from __future__ import annotations

from pathlib import Path

import click

from microsim.cli.endings import Progress, explained, print_json, records
from microsim.cli.group import main
from microsim.cli.options import JSON, POPULATION, SAMPLE, SCALE, SEED, Asked, asks, output_folder
from microsim.errors import InputError

_OR_BASELINE = click.argument(
    "scenario", type=click.Path(path_type=Path), default=Path("scenarios/baseline.yaml"), required=False
)


@main.command()
@asks(SAMPLE, SCALE, SEED, POPULATION, scenario=_OR_BASELINE)
@click.option("--only", metavar="AREA", help='One area of comparison, such as "work" or "pay".')
@output_folder("Folder for the tables; outputs/<scenario>.validation unless given or with --only.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Also write one page to read or print.")
@JSON
@explained
def validate(
    asked: Asked,
    only: str | None,
    output: Path | None,
    html: Path | None,
    as_json: bool,
) -> None:
    """The people of a scenario, as they live, beside what is published about England.

    A figure outside its tolerance is not an error of the program: the exit code is 0. The report of a run takes in what
    is left beside its folder.
    """
    from microsim import api
    from microsim.accounts.alignment import largest_adjustments
    from microsim.report.alignment import alignment_text
    from microsim.report.validation import validation_text
    from microsim.validation.compare import counts

    if html is not None and not html.parent.is_dir():
        raise InputError(f"--html: there is no folder {html.parent}")
    folder = asked.folder(output, ".validation") if output or only is None else None
    loaded = asked.load()
    with Progress(quiet=as_json) as progress:
        table = api.validate(loaded, only=only, output=folder, progress=progress.update)
    count, aligned = counts(table), api.alignment(loaded)
    if html is not None:
        from microsim.report.page.html import page_html
        from microsim.report.sections.validation_page import validation_page

        about = f"{loaded.name}, {api.sample_size(loaded)}, seed {loaded.seed}"
        html.write_text(page_html(validation_page(table, count, aligned, about)), encoding="utf-8")
    if as_json:
        left = {} if folder is None else {"folder": str(folder)}
        largest = records(largest_adjustments(aligned))
        print_json(left | {"figures": records(table), "counts": records(count), "largest_adjustments": largest})
        return
    click.echo(f"{alignment_text(aligned)}\n")
    click.echo(validation_text(table, count))
    if folder is not None:
        click.echo(f"\nTables and manifest: {folder}/")
