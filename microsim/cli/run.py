"""`microsim run`: cost a scenario."""

from __future__ import annotations

from pathlib import Path

import click

from microsim.cli.endings import Progress, explained, print_json, terminal_style, warn, warn_at_the_end
from microsim.cli.group import main
from microsim.cli.options import ANOTHER_RUN, JSON, QUIET, SHARE, THREADS, Asked, asks, output_folder


@main.command()
@asks(*ANOTHER_RUN)
@THREADS
@output_folder("Run folder; outputs/<scenario> unless given.")
@JSON
@QUIET
@click.option(
    "--decompose",
    is_flag=True,
    help="Also cost each measure alone, what each adds to those before it, the interaction.",
)
@click.option(
    "--alternatives/--no-alternatives", default=True, show_default=True,
    help="Also show measures under other choices, such as other launch rules.",
)  # fmt: skip
@click.option(
    "--microdata", type=SHARE, is_flag=False, flag_value=1.0, metavar="[SHARE]",
    help="Also write person-years, of a share of households or of all, for DuckDB, pandas, R or Stata.",
)  # fmt: skip
@click.option(
    "--report/--no-report", default=True, show_default=True,
    help="Also write the report, the workbook and the note.",
)  # fmt: skip
@click.option(
    "--backend", type=click.Choice(["threads", "dask"]), default="threads", show_default=True,
    help="Where people live: threads here, or a Dask cluster (here too, unless --scheduler names one).",
)  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS", help="Scheduler of a running Dask cluster, such as tcp://host:8786.")
@click.option("--year", help="The year that is quoted; the tenth, or the last of fewer, unless given.")
@click.option(
    "--lines", type=click.Choice(["main", "all"]), default="main", show_default=True,
    help="Lines of the scorecard on the screen; the tables have all.",
)  # fmt: skip
@click.option("--details", is_flag=True, help="Print everything: all lines, other choices, measures alone, deciles.")
@explained
def run(
    asked: Asked,
    threads: int | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
    decompose: bool,
    alternatives: bool,
    microdata: float | None,
    report: bool,
    backend: str,
    scheduler: str | None,
    year: str | None,
    lines: str,
    details: bool,
) -> None:
    """Cost a scenario: print what it comes to and leave a run folder.

    With --json one object is printed, whose keys docs/screen.md explains. Warnings go to standard error, at the end.
    """
    from microsim import api
    from microsim.comparison.finished import load_run
    from microsim.report.screen.screen import Shown, check_year, screen
    from microsim.report.screen.summary import summary

    folder = asked.folder(output)
    loaded = asked.load(say=False)
    quoted = check_year(year, loaded.years)
    if microdata is not None and (warning := api.microdata_warning(loaded, microdata)):
        warn([warning])  # before the files fill the disk
    try:
        with Progress(quiet) as progress:
            result = api.run(
                loaded, threads=threads, output=folder, progress=progress.update, alternatives=alternatives,
                decompose=decompose, microdata=microdata, report=report, backend=backend, scheduler=scheduler,
            )  # fmt: skip
    except BaseException:
        warn(loaded.warnings)
        raise
    finished = load_run(folder)
    if as_json:
        print_json(summary(finished, quoted))
    elif not quiet:
        click.echo(screen(finished, terminal_style(), Shown(quoted, lines == "all", details)))
    warn_at_the_end(result.manifest["warnings"])
