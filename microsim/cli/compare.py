"""`microsim compare`: runs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from microsim.cli.endings import Progress, explained, print_json, terminal_width, warn
from microsim.cli.group import main
from microsim.cli.options import JSON, PRICES, QUIET, SAMPLE, SEED, THREADS, YEARS
from microsim.errors import InputError, Problem

if TYPE_CHECKING:
    from microsim.comparison.comparison import Comparison


@main.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--by", multiple=True, metavar="BREAKDOWN", help='Also by groups, such as "region"; may be repeated.')
@click.option("--measure", metavar="NAME", help="One measure alone.")
@click.option("--line", metavar="NAME", help='With --by: one line, such as "users", in place of the effect.')
@click.option(
    "--kind", type=click.Choice(["exchequer", "cash", "in_kind", "employer"]), default="exchequer", show_default=True,
    help="With --by: effects on the Exchequer, or gains of people in cash, in kind or through employers.",
)  # fmt: skip
@PRICES
@SAMPLE
@SEED
@YEARS
@THREADS
@click.option(
    "--output", type=click.Path(path_type=Path),
    help="Also write the comparison: .json with every table; .csv or .parquet with the scorecard, or with the "
    "breakdown of --by; or a folder with all.",
)  # fmt: skip
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Also write one page to read or print.")
@JSON
@QUIET
@explained
def compare(
    runs: tuple[Path, ...],
    by: tuple[str, ...],
    measure: str | None,
    line: str | None,
    kind: str,
    prices: str,
    sample: float | None,
    seed: int | None,
    years: str | None,
    threads: int | None,
    output: Path | None,
    html: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Set runs side by side: what they cost, how far they differ, and which assumptions differ.

    RUNS are folders that `microsim run` left, or scenario files, which are run first. The first is the reference, and
    the others are shown less it: plus is cheaper than the reference. --sample, --seed and --years hold for the files.
    """
    from microsim import comparing
    from microsim.comparison.write import check_output, comparison_record, write_comparison

    if len(runs) < 2:
        raise InputError(Problem("nothing to compare", None, f"{len(runs)} run", "two run folders or scenarios"))
    if not by and (line is not None or kind != "exchequer"):
        raise InputError("--line and --kind need --by: a breakdown")
    if output is not None:
        check_output(output)
    if html is not None:
        comparing.check_html(html)
    with Progress(quiet or as_json) as progress:
        found = comparing.compare(
            *runs, by=by, measure=measure, line=line, kind=kind, prices=prices, sample=sample, seed=seed, years=years,
            threads=threads, progress=progress.update,
        )  # fmt: skip
    warn(found.warnings)
    if output is not None:
        write_comparison(found, output, f"by_{by[0]}" if len(by) == 1 else None)
    if html is not None:
        comparing.write_html(found, html)
    if as_json:
        print_json(comparison_record(found))
    elif not quiet:
        _print(found, measure, [path for path in (output, html) if path is not None])


def _print(found: Comparison, measure: str | None, written: Sequence[Path]) -> None:
    from microsim.report.comparison import comparison_text, groups_text

    width = terminal_width()
    click.echo(comparison_text(found, width, measure))
    for question in found.questions:
        click.echo("\n" + groups_text(found, question, width))
    if written:
        click.echo(f"\nWritten to {' and '.join(map(str, written))}")
