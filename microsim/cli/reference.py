"""What there is to know before a run: measures and their fields, assumptions, the tables, the schema."""

from __future__ import annotations

import json
from pathlib import Path

import click

from microsim.cli.endings import explained, print_json, print_table, records, terminal_width
from microsim.cli.group import main
from microsim.cli.options import JSON, SCENARIO, output_file


@main.command()
@click.argument("kind", required=False)
@JSON
@explained
def measures(kind: str | None, as_json: bool) -> None:
    """Every kind of measure: how uncertain its costing is, fields, units and defaults, and the lines it produces."""
    from microsim import api
    from microsim.measures import known_kinds
    from microsim.report.ratings import rating_text

    width = terminal_width()
    found = {
        name: (api.measure_fields(name), api.measure_lines(name), api.measure_rating(name))
        for name in ([kind] if kind else known_kinds())
    }
    if as_json:
        tables = {
            name: {"fields": records(fields), "lines": records(lines), "rating": records(rating)}
            for name, (fields, lines, rating) in found.items()
        }
        print_json(tables)
        return
    for name, (fields, lines, rating) in found.items():
        click.echo(f"{name}\n")
        click.echo(rating_text(rating.to_dict("records"), width) + "\n")
        print_table(("field", "default", "unit", "description"), fields.itertuples(index=False))
        click.echo("")
        columns = ["name", "head", "payer", "description"]
        print_table(("line", *columns[1:]), lines[columns].itertuples(index=False))


@main.command()
@SCENARIO
@JSON
@explained
def assumptions(scenario: Path, as_json: bool) -> None:
    """Every figure that a scenario uses, with its range, source, quality and where it was set."""
    from microsim import api

    table = api.assumptions(scenario)
    if as_json:
        print_json(records(table))
        return
    for row in records(table):
        low, high = ("?" if row[end] is None else f"{row[end]:g}" for end in ("low", "high"))
        shape = row["distribution"] or ""
        spread = ", ".join([*([] if low == high == "?" else [f"{low} to {high}"]), *([shape] if shape else [])])
        spread = f" ({spread})" if spread else ""
        click.echo(f"{row['path']} = {row['value']}{spread} [{row['unit']}] {row['quality']}; set by {row['set_by']}")
        if row["source"]:
            click.echo(f"    {row['source']}")


@main.command()
@JSON
@explained
def dictionary(as_json: bool) -> None:
    """Every table that is written and each of its columns: unit, definition, whom it is about."""
    from microsim.report.dictionary import dictionary as entries
    from microsim.report.dictionary import dictionary_page

    click.echo(json.dumps(records(entries()), ensure_ascii=False) if as_json else dictionary_page(), nl=as_json)


@main.command()
@output_file("File to write; stdout unless given.")
@click.option("--markdown", is_flag=True, help="The reference of every key, as a page to read.")
@explained
def schema(output: Path | None, markdown: bool) -> None:
    """The JSON Schema of scenario files, with which editors complete and check them."""
    from microsim import api

    text = api.scenario_reference() if markdown else json.dumps(api.schema(), indent=2) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
