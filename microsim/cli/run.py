"""`microsim run`: cost a scenario."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import click

from microsim.cli.endings import Progress, explained, print_json, records, terminal_width, warn
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
) -> None:
    """Cost a scenario: print the scorecard and leave a run folder."""
    from microsim import api

    folder = asked.folder(output)
    loaded = asked.load()
    if microdata is not None and (warning := api.microdata_warning(loaded, microdata)):
        warn([warning])
    with Progress(quiet) as progress:
        result = api.run(
            loaded, threads=threads, output=folder, progress=progress.update, alternatives=alternatives,
            decompose=decompose, microdata=microdata,
        )  # fmt: skip
    warn(set(result.manifest["warnings"]) - set(loaded.warnings))
    if quiet:
        return
    if as_json:
        print_json({"folder": str(folder), "manifest": result.manifest, "scorecard": records(result.scorecard)})
        return
    _print_run(result, folder)


def _print_run(result: Any, folder: Path) -> None:
    from microsim.report.distribution import distribution_text
    from microsim.report.lifetimes import lifetime_line
    from microsim.report.ratings import WHOSE, rating_lines
    from microsim.report.synthesis import IN_ONE_SENTENCE
    from microsim.report.terminal import (
        alternatives_text,
        decomposition_text,
        scorecard_text,
        second_round_text,
        simulation_error_text,
        steps_text,
    )
    from microsim.years import format_financial_year

    manifest, parameters = result.manifest, result.scenario.parameters
    width = terminal_width()
    against = ", ".join(entry.name for entry in result.scenario.baseline_measures)
    baseline = f"a baseline that has {against}" if against else "today's policy"
    click.echo(f"{result.scenario.name}: {manifest['years']}, compared with {baseline}")
    click.echo(f"{_people(manifest)}: {manifest['people']:,} lives, with those who turn 16 or "
               f"immigrate in these years; seed {manifest['seed']}\n")  # fmt: skip
    click.echo(
        scorecard_text(
            result.scorecard,
            result.tables["scorecard_totals"],
            result.tables["lines"],
            result.tables["ratios"],
            format_financial_year(parameters.price_base_year),
            format_financial_year(parameters.present_value_base_year),
            width,
            rating_lines(result.tables["ratings"]),
        )
    )
    if "second_round" in result.tables:
        tables = result.tables
        text = second_round_text(tables["second_round"], tables["second_round_ratios"], result.scorecard, width)
        click.echo("\n" + text)
    if gained := distribution_text(result.tables, width):
        click.echo("\n" + gained)
    if lives := lifetime_line(result.tables["lifetimes"]):
        click.echo("\n" + textwrap.fill(f"Lifetimes: {lives}", width))
    by = [name for name in result.tables if name.startswith("by.")]
    own = {name: table for name, table in result.tables.items() if "." in name and name not in by}
    for name, table in own.items() if len(result.scenario.measures) == 1 else ():
        if steps := steps_text(name, table, result.scorecard, width):
            click.echo("\n" + steps)
    for name, written in (("alternatives", alternatives_text), ("decomposition", decomposition_text)):
        if name in result.tables and not result.tables[name].empty:
            click.echo("\n" + written(result.tables[name], result.scorecard, width))
    if note := simulation_error_text(manifest):
        click.echo("\n" + textwrap.fill(note, width))
    click.echo("\n" + textwrap.fill(f"{IN_ONE_SENTENCE} {WHOSE}", width))
    if own and len(result.scenario.measures) > 1:
        click.echo(f"\nTables of the measures: {', '.join(sorted(own))}")
    if by:
        click.echo(f"\nBreakdowns of your own: {', '.join(by)}")
    click.echo(f"\nTables with every year and group, resolved scenario, assumptions and manifest: {folder}/  "
               f"({manifest['seconds']:.1f} s)")  # fmt: skip


def _people(manifest: dict[str, Any]) -> str:
    """Who is simulated."""
    if manifest["survey"]:
        return f"{manifest['sample']} of {manifest['survey']['name']}"
    return f"{'All' if manifest['sample'] == '1 in 1' else manifest['sample']} of England's adults"
