"""`microsim explain`: one life, year by year."""

from __future__ import annotations

import click

from microsim.cli.endings import explained, print_json, records
from microsim.cli.group import main
from microsim.cli.options import ANOTHER_RUN, JSON, Asked, asks


@main.command()
@click.argument("person")
@asks(*ANOTHER_RUN)
@JSON
@explained
def explain(
    person: str,
    asked: Asked,
    as_json: bool,
) -> None:
    """One person's life and accounts, year by year.

    PERSON is a name such as E08000025-R12: the first local authority, R for a resident at the start, S for somebody
    who turns sixteen later or I for an immigrant, and a number.
    """
    from microsim import api
    from microsim.life import explain as life

    loaded = asked.load()
    table = life(loaded, person)
    if as_json:
        print_json(records(table))
        return
    if table.empty:
        click.echo(f"{person} never lives in England in these years.")
        return
    click.echo(f"{person} in {asked.scenario}, {api.sample_size(loaded)}, seed {loaded.seed}; at another sample or "
               "seed the name of a drawn person is another's.\nA made-up life: true of many such people together, not "
               "of one. Pay is in cash of the year.\n")  # fmt: skip
    measure_columns = [name for name in table.columns if "." in name]
    click.echo(table.drop(columns=measure_columns).to_string(index=False))
    for name in dict.fromkeys(column.split(".")[0] for column in measure_columns):
        lines = [column for column in measure_columns if column.startswith(f"{name}.")]
        own = table.loc[(table[lines] != 0).any(axis=1), ["financial_year", "age_on_1_april", *lines]]
        if own.empty:
            click.echo(f"\n{name}: nothing in these years")
            continue
        own = own.rename(columns=lambda column: column.removeprefix(f"{name}."))  # noqa: B023
        click.echo(f"\n{name} (£)\n" + own.to_string(index=False))
