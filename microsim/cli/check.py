"""`microsim check`: mistakes of a scenario, found without running it."""

from __future__ import annotations

import click

from microsim.cli.endings import explained, print_json
from microsim.cli.group import main
from microsim.cli.options import JSON, POPULATION, Asked, asks


@main.command()
@asks(POPULATION)
@JSON
@explained
def check(asked: Asked, as_json: bool) -> None:
    """Check a scenario and everything it names without running it."""
    loaded = asked.load()
    if as_json:
        print_json({"scenario": loaded.name, "warnings": list(loaded.warnings)})
        return
    names = ", ".join(entry.name for entry in loaded.measures) or "none"
    click.echo(f"{asked.scenario} is a valid scenario: {loaded.name}; measures: {names}")
