"""Whether runs can be compared: their names, the years they share, whose lives they are, and what to warn of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from microsim.comparison.finished import REPLICATES, FinishedRun
from microsim.comparison.sums import CASH
from microsim.errors import InputError, Problem
from microsim.years import format_years

# Who is simulated, with what luck: keys of the manifest, in words.
_PEOPLE = {"population_digest": "population", "one_in": "sample", "seed": "seed"}
_BASE_YEARS = ("parameters.price_base_year", "parameters.present_value_base_year")


def same_people(first: FinishedRun, second: FinishedRun) -> bool:
    """Whether two runs simulate the same people with the same luck."""
    return not _unlike(first, second)


def _unlike(first: FinishedRun, second: FinishedRun) -> list[str]:
    return [f"another {word}" for key, word in _PEOPLE.items() if first.manifest[key] != second.manifest[key]]


def common_years(runs: Sequence[FinishedRun]) -> range:
    """The years that every run has. Raises InputError when there are none."""
    first, last = max(run.years[0] for run in runs), min(run.years[-1] for run in runs)
    if first > last:
        found = "; ".join(format_years(run.years) for run in runs)
        raise InputError(Problem("the runs have no year in common", None, found, "years that overlap"))
    return range(first, last + 1)


def run_names(runs: Sequence[FinishedRun]) -> tuple[str, ...]:
    """A name for each run: its scenario's; where two share one, the folder's or file's besides, or a number."""
    names = [run.name for run in runs]
    for more in (_with_stem, _with_path):
        shared = {name for name, times in Counter(names).items() if times > 1}
        names = [more(run) if name in shared else name for run, name in zip(runs, names, strict=True)]
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if names.count(name) == 1 else f"{name} {seen[name]}")
    return tuple(found)


def _with_stem(run: FinishedRun) -> str:
    if run.source is None:
        return run.name
    return f"{run.name} ({run.source.stem if run.folder is None else run.source.name})"


def _with_path(run: FinishedRun) -> str:
    return run.name if run.source is None else f"{run.name} ({run.source})"


def likeness_warnings(names: Sequence[str], runs: Sequence[FinishedRun], prices: str) -> Iterator[str]:
    """What makes runs less alike than they should be to be compared, in words."""
    years = common_years(runs)
    if any(run.years != years for run in runs):
        yield f"the runs have different years: {format_years(years)}, which all have, are compared"
    reference = runs[0]
    for name, run in zip(names[1:], runs[1:], strict=True):
        unlike = _unlike(reference, run)
        if unlike:
            yield (f"{name} has other people than {names[0]} ({', '.join(unlike)}): differences hold the luck of "
                   "both")  # fmt: skip
        elif run.manifest.get("alignment_digest") != reference.manifest.get("alignment_digest"):
            yield f"{name} is aligned to other totals than {names[0]}: the same people live other lives"
    if prices != CASH and any(_base_years(run) != _base_years(reference) for run in runs):
        yield f"{prices.replace('_', ' ')}: the runs have different base years, see assumptions"
    lacking = [name for name, run in zip(names, runs, strict=True) if REPLICATES not in run.tables]
    if lacking:
        yield f"no simulation error: {', '.join(lacking)} has no table {REPLICATES}; run again with this version"


def _base_years(run: FinishedRun) -> dict[str, str]:
    """The years whose prices and values a run's real terms and present values are in."""
    rows = run.assumptions[run.assumptions["path"].isin(_BASE_YEARS)]
    return dict(zip(rows["path"], rows["value"], strict=True))
