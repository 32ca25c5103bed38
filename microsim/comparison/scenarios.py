"""What differs between the resolved scenarios of two runs, and how much the measures that differ cost.

Figures are compared as the assumptions logs have them: settings, measures, official figures and the population's. The
baseline arm's own, and the kinds of measures, come from the resolved scenarios. No difference of results is put down to
one change unless it is the only one: changes act together, and nothing here costs them one at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from microsim.comparison.finished import FinishedRun
from microsim.scenario.source import KeyPath, dotted
from microsim.scenario.values import key_text
from microsim.years import format_financial_year, parse_financial_year

ABSENT = "(none)"
VALUE, RANGE, SOURCE = "value", "range", "source"  # only a value moves figures
MEASURES, OFFICIAL, POPULATION, BASELINE, SETTINGS = "measures", "parameters", "population", "baseline", "settings"
COLUMNS = ("change", "section", "measure", "path", "reference", "other", "unit", "description", "reference_set_by",
           "other_set_by")  # fmt: skip
_RANGE = {"low", "high", "distribution", "sd"}  # keys of what a figure may be
_NOTES = {*_RANGE, "source", "quality"}  # keys of a figure that say something of it


class Difference(NamedTuple):
    """One difference between two scenarios; `measure` is empty for what belongs to none."""

    change: str  # VALUE, RANGE or SOURCE
    section: str
    measure: str
    path: str
    reference: str
    other: str
    unit: str = ""
    description: str = ""
    reference_set_by: str = ""
    other_set_by: str = ""


def scenario_differences(first: FinishedRun, second: FinishedRun, years: Sequence[str]) -> pd.DataFrame:
    """Every difference, see `Difference`: values first, in the order of the assumptions logs.

    A measure that only one of them has is one row. Official figures are compared in the common `years`.
    """
    measures = list(_measure_differences(first.resolved, second.resolved))
    whole = {row.measure for row in measures}
    rows = [*measures, *_figure_differences(first, second, years, whole),
            *_baseline_differences(first.resolved, second.resolved)]  # fmt: skip
    rows.sort(key=lambda row: (VALUE, RANGE, SOURCE).index(row.change))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _measure_differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[Difference]:
    """Measures that only one scenario has, or that are of another kind; and their order, which decides who is first."""
    before, after = (scenario.get("measures") or {} for scenario in (first, second))
    for name in dict.fromkeys([*before, *after]):
        kinds = [measures[name]["kind"] if name in measures else ABSENT for measures in (before, after)]
        if kinds[0] != kinds[1]:
            yield Difference(
                VALUE, MEASURES, name, f"measures.{name}", kinds[0], kinds[1], "", "The measure as a whole"
            )
    orders = [[name for name in one if name in other] for one, other in ((before, after), (after, before))]
    if orders[0] != orders[1]:
        texts = [", ".join(order) for order in orders]
        yield Difference(VALUE, MEASURES, "", "measures", texts[0], texts[1], "", "The order of measures")


def _figure_differences(
    first: FinishedRun, second: FinishedRun, years: Sequence[str], whole: set[str]
) -> Iterator[Difference]:
    """Differences between the assumptions logs, without those of measures in `whole`."""
    before, after = (_by_path(run.assumptions) for run in (first, second))
    empty = dict.fromkeys(first.assumptions.columns, "") | {"value": ABSENT}
    for path in dict.fromkeys([*before, *after]):
        section, measure = _section(path)
        if measure in whole and section == MEASURES:
            continue
        one, other = before.get(path, empty), after.get(path, empty)
        change = _change(one, other, section, years)
        if change is not None:
            about = one if path in before else other
            values = _noted(one, other, change)
            places = (str(one["set_by"]), str(other["set_by"]))
            yield Difference(change, section, measure, path, *values, about["unit"], about["description"], *places)


def _by_path(assumptions: pd.DataFrame) -> dict[str, dict[str, str]]:
    return {row["path"]: {str(name): text for name, text in row.items()} for row in assumptions.to_dict("records")}


def _section(path: str) -> tuple[str, str]:
    """The section that a path of the assumptions log belongs to, and the measure."""
    first, _, rest = path.partition(".")
    if first == MEASURES and rest:
        return MEASURES, rest.split(".")[0]
    if first in (OFFICIAL, POPULATION) and rest:
        return first, ""
    return SETTINGS, ""


def _change(one: Mapping[str, str], other: Mapping[str, str], section: str, years: Sequence[str]) -> str | None:
    """What differs between two rows of the assumptions logs, the weightiest first; None where nothing does."""
    if one["value"] != other["value"]:
        series = [_series(row["value"], years) for row in (one, other)] if section == OFFICIAL else [None]
        if None in series or series[0] != series[1]:
            return VALUE
    if (one["low"], one["high"]) != (other["low"], other["high"]):
        return RANGE
    shapes = {row.get("distribution", "") for row in (one, other)} - {""}  # none: no range, or of an earlier version
    if len(shapes) > 1:
        return RANGE
    return SOURCE if (one["source"], one["quality"]) != (other["source"], other["quality"]) else None


def _series(text: str, years: Sequence[str]) -> list[str | None] | None:
    """An official figure in each of `years` from the log's text, such as "2026-27: 0.25; 2029-30: 0.26"."""
    steps = [step.partition(": ") for step in text.split("; ")]
    if len(steps) == 1 and not steps[0][1]:
        return [text] * len(years)
    try:
        dated = [(parse_financial_year(year), figure) for year, _, figure in steps]
    except ValueError:
        return None  # years themselves, or words: compared as text
    return [
        next((figure for start, figure in reversed(dated) if start <= parse_financial_year(year)), None)
        for year in years
    ]


def _noted(one: Mapping[str, str], other: Mapping[str, str], change: str) -> tuple[str, str]:
    """What is shown of each side: the value, its range, or its quality and source."""
    if change == VALUE:
        return one["value"], other["value"]
    if change == RANGE:
        return _range_text(one), _range_text(other)
    return tuple(": ".join(filter(None, (row["quality"], row["source"]))) for row in (one, other))  # type: ignore[return-value]


def _range_text(row: Mapping[str, str]) -> str:
    shape = f", {row['distribution']}" if row.get("distribution") else ""
    return f"{row['value']} ({row['low'] or '?'} to {row['high'] or '?'}{shape})"


def _baseline_differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[Difference]:
    """Differences between the baseline arms' own measures and official figures."""
    before, after = (dict(_leaves(scenario.get("baseline") or {}, ())) for scenario in (first, second))
    for path in dict.fromkeys([*before, *after]):
        texts = [found.get(path, ABSENT) for found in (before, after)]
        if texts[0] != texts[1]:
            last = path[-1] if path else ""
            change = VALUE if last not in _NOTES else RANGE if last in _RANGE else SOURCE
            yield Difference(change, BASELINE, "", dotted((BASELINE, *path)), *texts)


def _leaves(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _leaves(part, (*path, key_text(key)))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _leaves(part, (*path, place))
    else:
        yield path, str(value).lower() if isinstance(value, bool) else str(value)


def year_names(years: range) -> list[str]:
    """Financial years as tables have them."""
    return [format_financial_year(year) for year in years]
