"""`microsim population`: fit it, align it, describe it, or bring a survey of your own."""

from __future__ import annotations

from pathlib import Path

import click

from microsim.cli.endings import Progress, explained, print_json, print_table, records
from microsim.cli.group import main
from microsim.cli.options import JSON, SEEDS, SHARE, THREADS
from microsim.defaults import PILOT_SAMPLE


@main.group()
def population() -> None:
    """Build the fitted population from its tables, describe it beside them, or bring a survey of your own."""


_POPULATION = click.argument(
    "path", type=click.Path(path_type=Path), default=Path("populations/england.yaml"), required=False
)


@population.command()
@_POPULATION
@explained
def build(path: Path) -> None:
    """Fit the population again from its tables and store it beside them."""
    from microsim import api

    built = api.build_population(path)
    click.echo(f"{path}: {built.joint.sum():,} people in {len(built.area_codes)} local authorities, {built.digest}")
    if not api.is_aligned(built):
        click.echo(f"Its alignment to official totals is to be made: microsim population align {path}")


@population.command()
@_POPULATION
@click.option("--sample", type=SHARE, default=PILOT_SAMPLE, show_default=True, help="Share of people in the pilot run.")
@click.option("--seed", type=SEEDS, help="Seed of the pilot run, unlike those of runs.")
@THREADS
@JSON
@explained
def align(path: Path, sample: float, seed: int | None, threads: int | None, as_json: bool) -> None:
    """Find the yearly factors that keep lives at official totals, by a pilot run, and store them."""
    from microsim import api
    from microsim.report.alignment import alignment_text

    with Progress(quiet=as_json, unit="year") as progress:
        chosen = api.PILOT_SEED if seed is None else seed
        table = api.align_population(path, sample, chosen, threads, progress.update)
    if as_json:
        print_json(records(table))
        return
    click.echo(alignment_text(table))


@population.command()
@_POPULATION
@click.option("--sample", type=SHARE, default=PILOT_SAMPLE, show_default=True, help="Share of people drawn.")
@click.option("--seed", type=SEEDS, default=1, show_default=True, help="Seed of the draw.")
@JSON
@explained
def describe(path: Path, sample: float, seed: int, as_json: bool) -> None:
    """A sample of the population, as a run draws it, beside the published margins it was fitted to."""
    from microsim import api

    tables = api.describe_population(path, sample, seed)
    if as_json:
        print_json({title: records(table) for title, table in tables.items()})
        return
    for title, table in tables.items():
        click.echo(f"\n{title}\n" + table.to_string(index=False, float_format=_readable))


@population.command()
@JSON
@explained
def columns(as_json: bool) -> None:
    """Every column that a survey of your own can give, for its mapping file."""
    from microsim import api

    table = api.survey_columns()
    if as_json:
        print_json(records(table))
        return
    print_table(list(table.columns), table.itertuples(index=False))


def _readable(value: float) -> str:
    """Counts with separators, shares to four places."""
    return f"{value:,.0f}" if abs(value) >= 1 or value == 0 else f"{value:.4f}"
