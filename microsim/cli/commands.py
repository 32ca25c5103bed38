"""The commands, one function each."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import click

from microsim import __version__
from microsim.errors import InputError

_WRONG_INPUT = 2


def _years(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Check the form of --years. Raises click.BadParameter."""
    from microsim.years import parse_years

    try:
        if value is not None:
            parse_years(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return value


_SCENARIO = click.argument("scenario", type=click.Path(path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")
_SHARE = click.FloatRange(1e-5, 1.0)
_SAMPLE = click.option("--sample", type=_SHARE, help="Share of people simulated, such as 0.01 for 1 in 100.")
_SEED = click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Seed of every random draw.")
_PEOPLE = click.option(
    "--population",
    type=click.Path(path_type=Path),
    help="Population file in place of the scenario's, such as one that names a survey of your own.",
)
_YEARS = click.option("--years", callback=_years, help='Financial years, such as "2026-27 to 2035-36".')


def _explained(command: Callable[..., None]) -> Callable[..., None]:
    """Show what is wrong with an input, one line for each problem, and end with exit code 2."""

    @wraps(command)
    def wrapped(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except InputError as error:
            click.echo(str(error), err=True)
            sys.exit(_WRONG_INPUT)
        except BrokenPipeError:
            raise  # whoever was reading has gone: click ends quietly
        except OSError as error:
            click.echo(f"{error.filename or 'input or output'}: {error.strerror or error}", err=True)
            sys.exit(_WRONG_INPUT)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def main() -> None:
    """What a skills policy for England would cost, year by year, and who would gain.

    Start with:  microsim run scenarios/opportunity_for_all.yaml
    """


@main.command()
@_SCENARIO
@_SAMPLE
@_SEED
@_YEARS
@_PEOPLE
@click.option("--threads", type=click.IntRange(1), help="Threads to use; all processors unless given.")
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), help="Run folder; outputs/<scenario> unless given."
)
@_JSON
@click.option("--quiet", is_flag=True, help="Print nothing but warnings and errors.")
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
    "--microdata", type=_SHARE, is_flag=False, flag_value=1.0, metavar="[SHARE]",
    help="Also write person-years, of a share of households or of all, for DuckDB, pandas, R or Stata.",
)  # fmt: skip
@_explained
def run(
    scenario: Path,
    sample: float | None,
    seed: int | None,
    years: str | None,
    population: Path | None,
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

    folder = output or Path("outputs") / _folder_name(scenario, sample, seed, years, population)
    loaded = api.load_scenario(scenario, sample=sample, seed=seed, years=years, population=population)
    _warn(loaded.warnings)
    if microdata is not None and (warning := api.microdata_warning(loaded, microdata)):
        _warn([warning])
    with _Progress(quiet) as progress:
        result = api.run(
            loaded, threads=threads, output=folder, progress=progress.update, alternatives=alternatives,
            decompose=decompose, microdata=microdata,
        )  # fmt: skip
    _warn(set(result.manifest["warnings"]) - set(loaded.warnings))
    if quiet:
        return
    if as_json:
        click.echo(json.dumps({"folder": str(folder), "manifest": result.manifest,
                               "scorecard": _records(result.scorecard)}, ensure_ascii=False))  # fmt: skip
        return
    _print_run(result, folder)


def _folder_name(
    scenario: Path, sample: float | None, seed: int | None, years: str | None, population: Path | None
) -> str:
    """The scenario's name, and the options that make it another run, so that none replaces another silently."""
    options = (("sample", sample), ("seed", seed), ("years", years and years.replace(" to ", "_")),
               ("population", population and population.stem))  # fmt: skip
    return "".join([scenario.stem, *(f".{name}-{value}" for name, value in options if value is not None)])


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
    width = shutil.get_terminal_size((120, 24)).columns
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


@main.command()
@_SCENARIO
@_PEOPLE
@_JSON
@_explained
def check(scenario: Path, population: Path | None, as_json: bool) -> None:
    """Check a scenario and everything it names without running it."""
    from microsim import api

    loaded = api.load_scenario(scenario, population=population)
    if as_json:
        click.echo(json.dumps({"scenario": loaded.name, "warnings": list(loaded.warnings)}, ensure_ascii=False))
        return
    _warn(loaded.warnings)
    names = ", ".join(entry.name for entry in loaded.measures) or "none"
    click.echo(f"{scenario} is a valid scenario: {loaded.name}; measures: {names}")


@main.command()
@click.argument("scenario", type=click.Path(path_type=Path), default=Path("scenarios/baseline.yaml"), required=False)
@_SAMPLE
@_SEED
@_PEOPLE
@click.option("--only", metavar="AREA", help='One area of comparison, such as "work" or "pay".')
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Also write one page to read or print.")
@_JSON
@_explained
def validate(
    scenario: Path,
    sample: float | None,
    seed: int | None,
    population: Path | None,
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
    loaded = api.load_scenario(scenario, sample=sample, seed=seed, population=population)
    _warn(loaded.warnings)
    with _Progress(quiet=as_json) as progress:
        table = api.validate(loaded, only=only, progress=progress.update)
    count = counts(table)
    aligned = api.alignment(loaded)
    if html is not None:
        about = f"{loaded.name}, {api.sample_size(loaded)}, seed {loaded.seed}."
        charts = alignment_section(aligned)
        page = validation_page(table, count, "The model beside published figures", about, charts)
        html.write_text(page, encoding="utf-8")
    if as_json:
        largest = _records(largest_adjustments(aligned))
        answer = {"figures": _records(table), "counts": _records(count), "largest_adjustments": largest}
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo(f"{alignment_text(aligned)}\n")
    click.echo(validation_text(table, count))


@main.command()
@click.argument("person")
@_SCENARIO
@_SAMPLE
@_SEED
@_YEARS
@_PEOPLE
@_JSON
@_explained
def explain(
    person: str,
    scenario: Path,
    sample: float | None,
    seed: int | None,
    years: str | None,
    population: Path | None,
    as_json: bool,
) -> None:
    """One person's life and accounts, year by year.

    PERSON is a name such as E08000025-R12: the first local authority, R for a resident at the start, S for somebody
    who turns sixteen later or I for an immigrant, and a number.
    """
    from microsim import api
    from microsim.life import explain as life

    loaded = api.load_scenario(scenario, sample=sample, seed=seed, years=years, population=population)
    table = life(loaded, person)
    if as_json:
        click.echo(json.dumps(_records(table), ensure_ascii=False))
        return
    if table.empty:
        click.echo(f"{person} never lives in England in these years.")
        return
    click.echo(f"{person} in {scenario}, {api.sample_size(loaded)}, seed {loaded.seed}; at another sample or seed the "
               "name of a drawn person is another's.\nA made-up life: true of many such people together, not of one. "
               "Pay is in cash of the year.\n")  # fmt: skip
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


@main.command()
@_SCENARIO
@_SAMPLE
@_SEED
@_YEARS
@_PEOPLE
@click.option("--measure", help="The measure whose accounts are meant, where several keep accounts.")
@click.option("--person", help="One person alone, such as E08000025-R12: printed unless --output is given.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False),
    help="A .parquet or .csv file; outputs/<scenario>.ledger.parquet unless given.",
)  # fmt: skip
@click.option("--threads", type=click.IntRange(1), help="Threads to use; all processors unless given.")
@_JSON
@_explained
def ledger(
    scenario: Path,
    sample: float | None,
    seed: int | None,
    years: str | None,
    population: Path | None,
    measure: str | None,
    person: str | None,
    output: Path | None,
    threads: int | None,
    as_json: bool,
) -> None:
    """Every person's account by year, in one open file: entitled, topped up, spent, held."""
    import tempfile

    from microsim import api
    from microsim.account_export import ledger as export

    loaded = api.load_scenario(scenario, sample=sample, seed=seed, years=years, population=population)
    _warn(loaded.warnings)
    shown = person is not None and output is None
    name = f"{_folder_name(scenario, sample, seed, years, population)}.ledger.parquet"
    with _Progress(quiet=as_json) as progress, tempfile.TemporaryDirectory() as aside:
        path = output or (Path(aside) if shown else Path("outputs")) / name
        made = export(loaded, path, measure=measure, person=person, threads=threads, progress=progress.update)
        table = made.read() if shown else None
    if made.unbalanced:
        _warn([f"{made.unbalanced:,} accounts do not balance in a year: please report this"])
    if table is not None:
        empty = f"{person} has nothing in an account in these years"
        click.echo(json.dumps(_records(table), ensure_ascii=False) if as_json else
                   empty if table.empty else table.to_string(index=False))  # fmt: skip
    elif as_json:
        click.echo(json.dumps({"file": str(path), "measure": made.measure, "rows": made.rows}, ensure_ascii=False))
    else:
        click.echo(f"{made.rows:,} person-years of accounts with {made.measure}, each of which balances: {path}"
                   if not made.unbalanced else f"{made.rows:,} person-years of accounts: {path}")  # fmt: skip


@main.command()
@click.argument("kind", required=False)
@_JSON
@_explained
def measures(kind: str | None, as_json: bool) -> None:
    """Every kind of measure: how uncertain its costing is, fields, units and defaults, and the lines it produces."""
    from microsim import api
    from microsim.measures import known_kinds
    from microsim.report.ratings import rating_text

    width = shutil.get_terminal_size((120, 24)).columns
    found = {
        name: (api.measure_fields(name), api.measure_lines(name), api.measure_rating(name))
        for name in ([kind] if kind else known_kinds())
    }
    if as_json:
        tables = {
            name: {"fields": _records(fields), "lines": _records(lines), "rating": _records(rating)}
            for name, (fields, lines, rating) in found.items()
        }
        click.echo(json.dumps(tables, ensure_ascii=False))
        return
    for name, (fields, lines, rating) in found.items():
        click.echo(f"{name}\n")
        click.echo(rating_text(rating.to_dict("records"), width) + "\n")
        _print_table(("field", "default", "unit", "description"), fields.itertuples(index=False))
        click.echo("")
        columns = ["name", "head", "payer", "description"]
        _print_table(("line", *columns[1:]), lines[columns].itertuples(index=False))


@main.command()
@_SCENARIO
@_JSON
@_explained
def assumptions(scenario: Path, as_json: bool) -> None:
    """Every figure that a scenario uses, with its range, source, quality and where it was set."""
    from microsim import api

    table = api.assumptions(scenario)
    if as_json:
        click.echo(json.dumps(_records(table), ensure_ascii=False))
        return
    for row in _records(table):
        low, high = ("?" if row[end] is None else f"{row[end]:g}" for end in ("low", "high"))
        shape = row["distribution"] or ""
        spread = ", ".join([*([] if low == high == "?" else [f"{low} to {high}"]), *([shape] if shape else [])])
        spread = f" ({spread})" if spread else ""
        click.echo(f"{row['path']} = {row['value']}{spread} [{row['unit']}] {row['quality']}; set by {row['set_by']}")
        if row["source"]:
            click.echo(f"    {row['source']}")


@main.command()
@_JSON
@_explained
def dictionary(as_json: bool) -> None:
    """Every table that is written and each of its columns: unit, definition, whom it is about."""
    from microsim.report.dictionary import dictionary as entries
    from microsim.report.dictionary import dictionary_page

    click.echo(json.dumps(_records(entries()), ensure_ascii=False) if as_json else dictionary_page(), nl=as_json)


@main.command()
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write; stdout unless given.")
@_explained
def schema(output: Path | None) -> None:
    """The JSON Schema of scenario files, with which editors complete and check them."""
    from microsim import api

    text = json.dumps(api.schema(), indent=2)
    if output is None:
        click.echo(text)
    else:
        output.write_text(text + "\n", encoding="utf-8")


@main.group()
def population() -> None:
    """Build the fitted population from its tables, describe it beside them, or bring a survey of your own."""


_POPULATION = click.argument(
    "path", type=click.Path(path_type=Path), default=Path("populations/england.yaml"), required=False
)


@population.command()
@_POPULATION
@_explained
def build(path: Path) -> None:
    """Fit the population again from its tables and store it beside them."""
    from microsim import api

    built = api.build_population(path)
    click.echo(f"{path}: {built.joint.sum():,} people in {len(built.area_codes)} local authorities, {built.digest}")
    if not api.is_aligned(built):
        click.echo(f"Its alignment to official totals is to be made: microsim population align {path}")


@population.command()
@_POPULATION
@click.option("--sample", type=_SHARE, default=0.01, show_default=True, help="Share of people in the pilot run.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), help="Seed of the pilot run, unlike those of runs.")
@click.option("--threads", type=click.IntRange(1), help="Threads to use; all processors unless given.")
@_JSON
@_explained
def align(path: Path, sample: float, seed: int | None, threads: int | None, as_json: bool) -> None:
    """Find the yearly factors that keep lives at official totals, by a pilot run, and store them."""
    from microsim import api
    from microsim.report.alignment import alignment_text

    with _Progress(quiet=as_json, unit="year") as progress:
        chosen = api.PILOT_SEED if seed is None else seed
        table = api.align_population(path, sample, chosen, threads, progress.update)
    if as_json:
        click.echo(json.dumps(_records(table), ensure_ascii=False))
        return
    click.echo(alignment_text(table))


@population.command()
@_POPULATION
@click.option("--sample", type=_SHARE, default=0.01, show_default=True, help="Share of people drawn.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True)
@_JSON
@_explained
def describe(path: Path, sample: float, seed: int, as_json: bool) -> None:
    """A sample of the population, as a run draws it, beside the published margins it was fitted to."""
    from microsim import api

    tables = api.describe_population(path, sample, seed)
    if as_json:
        click.echo(json.dumps({title: _records(table) for title, table in tables.items()}, ensure_ascii=False))
        return
    for title, table in tables.items():
        click.echo(f"\n{title}\n" + table.to_string(index=False, float_format=_readable))


@population.command()
@_JSON
@_explained
def columns(as_json: bool) -> None:
    """Every column that a survey of your own can give, for its mapping file."""
    from microsim import api

    table = api.survey_columns()
    if as_json:
        click.echo(json.dumps(_records(table), ensure_ascii=False))
        return
    _print_table(list(table.columns), table.itertuples(index=False))


class _Progress:
    """A progress bar on stderr when it is a terminal."""

    def __init__(self, quiet: bool, unit: str = "block") -> None:
        self.unit = unit
        self.shown = not quiet and sys.stderr.isatty()
        self.bar: Any = None

    def __enter__(self) -> _Progress:
        if self.shown:
            click.echo("Preparing (the first run of a set of measures also compiles, a minute or two) ...", err=True)
        return self

    def update(self, done: int, total: int) -> None:
        if not self.shown:
            return
        if self.bar is None:
            from tqdm import tqdm

            self.bar = tqdm(total=total, unit=self.unit, file=sys.stderr, leave=False)
        self.bar.update(done - self.bar.n)

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.close()


@contextmanager
def _can_go_on(folder: Path) -> Iterator[None]:
    """Where a run is stopped by hand, say that the same command goes on, if anything was kept."""
    try:
        yield
    except KeyboardInterrupt:
        kept = folder.parent / f".{folder.name}.kept"
        text = "the same command goes on where it stopped" if kept.is_dir() and any(kept.iterdir()) else (
            "nothing was finished yet: the same command begins anew"
        )  # fmt: skip
        click.echo(f"\nStopped; {text}", err=True)
        raise


def _warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)


def _records(table: Any) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(table.to_json(orient="records", double_precision=15))
    return records


def _readable(value: float) -> str:
    """Counts with separators, shares to four places."""
    return f"{value:,.0f}" if abs(value) >= 1 or value == 0 else f"{value:.4f}"


def _print_table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Columns as wide as their longest cell; the last may be any length."""
    cells = [tuple("" if cell is None else str(cell) for cell in row) for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads) - 1)]
    for row in cells:
        fitted = (f"{cell:<{width}}" for cell, width in zip(row[:-1], widths, strict=True))
        click.echo("  ".join((*fitted, row[-1])).rstrip())
