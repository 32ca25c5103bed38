"""`microsim ledger`: everybody's accounts in one open file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from microsim.cli.endings import Progress, explained, print_json, records, warn
from microsim.cli.group import main
from microsim.cli.options import ANOTHER_RUN, JSON, THREADS, Asked, asks, output_file


@main.command()
@asks(*ANOTHER_RUN)
@click.option("--measure", help="The measure whose accounts are meant, where several keep accounts.")
@click.option("--person", help="One person alone, such as E08000025-R12: printed unless --output is given.")
@output_file("A .parquet or .csv file; outputs/<scenario>.ledger.parquet unless given.")
@THREADS
@JSON
@explained
def ledger(
    asked: Asked,
    measure: str | None,
    person: str | None,
    output: Path | None,
    threads: int | None,
    as_json: bool,
) -> None:
    """Every person's account by year, in one open file: entitled, topped up, spent, held."""
    from microsim.account_export import ledger as export

    loaded = asked.load()
    shown = person is not None and output is None
    name = f"{asked.name}.ledger.parquet"
    with Progress(quiet=as_json) as progress, tempfile.TemporaryDirectory() as aside:
        path = output or (Path(aside) if shown else Path("outputs")) / name
        made = export(loaded, path, measure=measure, person=person, threads=threads, progress=progress.update)
        table = made.read() if shown else None
    if made.unbalanced:
        warn([f"{made.unbalanced:,} accounts do not balance in a year: please report this"])
    if table is not None and as_json:
        print_json(records(table))
    elif table is not None:
        empty = f"{person} has nothing in an account in these years"
        click.echo(empty if table.empty else table.to_string(index=False))
    elif as_json:
        print_json({"file": str(path), "measure": made.measure, "rows": made.rows})
    else:
        click.echo(f"{made.rows:,} person-years of accounts with {made.measure}, each of which balances: {path}"
                   if not made.unbalanced else f"{made.rows:,} person-years of accounts: {path}")  # fmt: skip
