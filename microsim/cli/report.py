"""Making a run's documents again, and opening its report."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from microsim.cli.endings import explained
from microsim.cli.group import main
from microsim.cli.options import QUIET
from microsim.errors import InputError, Problem

_RUN = click.argument("run", type=click.Path(path_type=Path, file_okay=False))


@main.command()
@_RUN
@QUIET
@explained
def report(run: Path, quiet: bool) -> None:
    """Write the report, workbook and note of a run folder again, from its tables.

    Do so after `microsim uncertainty`, `sensitivity` or `validate` of the same scenario: what they found is taken in.
    A costing_note.md that you have edited is kept: the new one is costing_note.new.md beside it.
    """
    from microsim import reporting
    from microsim.comparison.finished import load_run
    from microsim.report.companions import material_of
    from microsim.report.documents import NEW_NOTE, NOTE

    material = material_of(load_run(run))
    paths = reporting.write_documents(material)
    if quiet:
        return
    for text in reporting.taken_in(material):
        click.echo(text, err=True)
    for path in paths:
        click.echo(path)
        if path.name == NEW_NOTE:
            click.echo(f"{NOTE} was edited and is kept as it is: {NEW_NOTE} is the note from the tables.", err=True)


@main.command("open")
@_RUN
@explained
def open_run(run: Path) -> None:
    """Open the report of a run folder in the browser."""
    from microsim.comparison.finished import load_run
    from microsim.report.documents import REPORT

    path = (load_run(run).folder or run) / REPORT
    if not path.is_file():
        raise InputError(Problem(f"{run} has no {REPORT}", None, None, f"microsim report {run}, which makes it"))
    if webbrowser.open(path.resolve().as_uri()):
        click.echo(path)
    else:
        click.echo(f"No browser could be started. Open this file in one: {path.resolve()}")
