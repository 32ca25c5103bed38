"""The screen: what a policy officer wants of a run, from its finished tables, in a screen or two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from microsim.comparison.finished import FinishedRun
from microsim.errors import InputError, Problem, nearest
from microsim.report.distribution import distribution_text
from microsim.report.documents import DOCUMENTS, REPORT
from microsim.report.headline import headline, headline_sentence, reference_year
from microsim.report.lifetimes import lifetime_line
from microsim.report.ratings import WHOSE
from microsim.report.rows import millions, wrapped
from microsim.report.screen.caveats import rating_rows, simulation_error_text, unclear_text
from microsim.report.screen.chart import chart_text
from microsim.report.screen.details import alternatives_text, decomposition_text, second_round_text, steps_text
from microsim.report.screen.drivers import drivers, drivers_text
from microsim.report.screen.gains import gains_text
from microsim.report.screen.scorecard import scorecard_text
from microsim.report.screen.style import Style, harmless, written_in
from microsim.report.synthesis import IN_ONE_SENTENCE

_PRICE_YEARS = ("parameters.price_base_year", "parameters.present_value_base_year")


class Shown(NamedTuple):
    """What is asked for: the year that is quoted (the reference year unless given), every line of the costing in place
    of the main ones, and everything else that a run has to say."""

    year: str | None = None
    every_line: bool = False
    details: bool = False


_MAIN = Shown()


def screen(run: FinishedRun, style: Style, shown: Shown = _MAIN) -> str:
    """A finished run as text. Raises InputError where a table is missing or of another version, KeyError for a year
    that is not the run's."""
    parts = [part for part in _parts(run, style, shown) if part]
    return written_in("\n\n".join(parts), style.encoding, style.width)


def check_year(year: str | None, run_years: range) -> str | None:
    """A financial year among a run's, as it is written. Raises InputError."""
    from microsim.years import format_financial_year, format_years, to_financial_year

    if year is None:
        return None
    try:
        found = to_financial_year(year)
    except ValueError as error:
        raise InputError(f"--year: {error}") from None
    if found not in run_years:
        years = [format_financial_year(one) for one in run_years]
        name = format_financial_year(found)
        raise InputError(
            Problem("--year: a year outside the scenario's", None, name, format_years(run_years), nearest(name, years))
        )
    return format_financial_year(found)


def _parts(run: FinishedRun, style: Style, shown: Shown) -> Iterator[str]:
    width, tables, details = style.prose, run.tables, shown.details
    yield _title(run, width)
    yield style.bold(style.sentence(headline_sentence(run, shown.year)))
    if run.scorecard.empty:
        yield from _second_round(run, style, details)
        yield _files(run, width)
        return
    year = shown.year or reference_year(run.scorecard)
    yield scorecard_text(tables, _price_years(run), style, year=year, every_line=details or shown.every_line)
    yield chart_text(run.scorecard, year, style)
    yield from _second_round(run, style, details)
    yield drivers_text(drivers(run.scorecard, tables.get("alternatives"), year), width)
    yield distribution_text(tables, width, year) if details else gains_text(tables, year, style)
    yield from _details(run, width, style) if details else ()
    yield _how_sure(run, year, width, details)
    yield _files(run, width, details)


def _title(run: FinishedRun, width: int) -> str:
    """What is compared with what, and who is simulated."""
    manifest = run.manifest
    against = ", ".join((run.resolved.get("baseline") or {}).get("measures") or {})
    baseline = f"a baseline that has {against}" if against else "today's policy"
    if manifest["survey"]:
        people = f"{manifest['sample']} of {harmless(manifest['survey']['name'])}"
    else:
        people = f"{'All' if manifest['sample'] == '1 in 1' else manifest['sample']} of England's adults"
    first = f"{harmless(run.name)}: {manifest['years']}, compared with {baseline}"
    second = (f"{people}: {manifest['people']:,} lives, with those who turn 16 or immigrate in these years; "
              f"seed {manifest['seed']}")  # fmt: skip
    return f"{wrapped(first, width)}\n{wrapped(second, width)}"


def _price_years(run: FinishedRun) -> tuple[str, str]:
    """The years of real prices and of present values, from the run's assumptions."""
    values = run.assumptions.set_index("path")["value"]
    real, present = (str(values.get(path, "constant")) for path in _PRICE_YEARS)
    return real, present


def _second_round(run: FinishedRun, style: Style, details: bool) -> Iterator[str]:
    """Second-round effects, which no sum above has: all of them, or their sum in a sentence."""
    if "second_round" not in run.tables:
        return
    effects = run.table("second_round")
    if details and "second_round_ratios" in run.tables:
        yield second_round_text(effects, run.tables["second_round_ratios"], run.scorecard, style)
        return
    cash = effects[effects["head"] != "memo"].groupby("financial_year")["cash"].sum()
    year = str(cash.index[-1]) if run.scorecard.empty else reference_year(run.scorecard)
    yield wrapped(f"Second-round effects, which are in no number above: {millions(cash[year], 10)} £ million in "
                  f"{year}, {millions(cash.sum())} over all years (minus is a cost).", style.prose)  # fmt: skip


def _details(run: FinishedRun, width: int, style: Style) -> Iterator[str]:
    """Lifetimes, a measure's own steps, other choices, measures one by one."""
    tables, scorecard = run.tables, run.scorecard
    if "lifetimes" in tables and (lives := lifetime_line(tables["lifetimes"])):
        yield wrapped(f"Lifetimes: {lives}", width)
    if len(run.resolved.get("measures") or {}) == 1:
        for name in _own_tables(run):
            yield steps_text(name, tables[name], scorecard, style)
    for name, written in (("alternatives", alternatives_text), ("decomposition", decomposition_text)):
        if name in tables and not tables[name].empty:
            yield written(tables[name], scorecard, style)


def _how_sure(run: FinishedRun, year: str, width: int, details: bool) -> str:
    """Ratings, simulation error, and the kinds of error that no number has."""
    rows: list[str] = []
    if "ratings" in run.tables and not details:  # with details each stands under its measure
        rows += rating_rows(run.tables["ratings"], width)
    rows.append(unclear_text(run.table("scorecard_totals"), year, width))
    rows.append(wrapped(simulation_error_text(run.manifest, headline(run, year)), width))
    rows.append(wrapped(f"{IN_ONE_SENTENCE} {WHOSE}" if details else IN_ONE_SENTENCE, width))
    return "\n".join(row for row in rows if row)


def _own_tables(run: FinishedRun) -> list[str]:
    """Tables that a measure leaves besides those of every run."""
    return [name for name in run.tables if "." in name and not name.startswith("by.")]


def _files(run: FinishedRun, width: int, details: bool = False) -> str:
    """Where everything is: the report first, then what else is in the folder."""
    rows = []
    folder = run.folder
    if folder is not None and (folder / REPORT).is_file():
        rows.append(f"Report: {folder / REPORT}, which opens with: microsim open {folder}")
    others = [str(folder / name) for name in DOCUMENTS if name != REPORT and folder and (folder / name).is_file()]
    if others:
        rows.append(f"To edit: {', '.join(others)}")
    if details and (own := _own_tables(run)):
        rows.append(f"Tables of the measures: {', '.join(sorted(own))}")
    if by := [name for name in run.tables if name.startswith("by.")]:
        rows.append(f"Breakdowns of your own: {', '.join(by)}")
    where = "" if folder is None else f": {folder}/"
    seconds = run.manifest.get("seconds")
    took = "" if seconds is None else f"  ({seconds:.1f} s)"
    rows.append(f"Tables with every year and group, resolved scenario, assumptions and manifest{where}{took}")
    return "\n".join(wrapped(row, width, "  ") for row in rows)
