"""`microsim validate`: the people as they live beside what is published."""

from __future__ import annotations

from pathlib import Path

import click

from microsim.cli.endings import Progress, explained, print_json, records
from microsim.cli.group import main
from microsim.cli.options import JSON, POPULATION, SAMPLE, SEED, Asked, asks
from microsim.errors import InputError

_OR_BASELINE = click.argument(
    "scenario", type=click.Path(path_type=Path), default=Path("scenarios/baseline.yaml"), required=False
)


@main.command()
@asks(SAMPLE, SEED, POPULATION, scenario=_OR_BASELINE)
@click.option("--only", metavar="AREA", help='One area of comparison, such as "work" or "pay".')
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Also write one page to read or print.")
@JSON
@explained
def validate(
    asked: Asked,
    only: str | None,
    html: Path | None,
    as_json: bool,
) -> None:
    """The people of a scenario, as they live, beside what is published about England.

    A figure outside its tolerance is not an error of the program: the exit code is 0.
    """
    from microsim import api
    from microsim.accounts.alignment import largest_adjustments
    from microsim.report.alignment import alignment_section, alignment_text
    from microsim.report.validation import validation_page, validation_text
    from microsim.validation.compare import counts

    if html is not None and not html.parent.is_dir():
        raise InputError(f"--html: there is no folder {html.parent}")
    loaded = asked.load()
    with Progress(quiet=as_json) as progress:
        table = api.validate(loaded, only=only, progress=progress.update)
    count = counts(table)
    aligned = api.alignment(loaded)
    if html is not None:
        about = f"{loaded.name}, {api.sample_size(loaded)}, seed {loaded.seed}."
        charts = alignment_section(aligned)
        page = validation_page(table, count, "The model beside published figures", about, charts)
        html.write_text(page, encoding="utf-8")
    if as_json:
        largest = records(largest_adjustments(aligned))
        print_json({"figures": records(table), "counts": records(count), "largest_adjustments": largest})
        return
    click.echo(f"{alignment_text(aligned)}\n")
    click.echo(validation_text(table, count))
