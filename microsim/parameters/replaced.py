"""Official figures with other values: an override as a scenario would write it, or the figure itself replaced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from microsim.errors import InputError, Problem
from microsim.parameters.load import Entry, Parameters, read_override
from microsim.scenario.values import Quantity, Step, limit_faults
from microsim.scenario.written import with_hint
from microsim.years import to_financial_year

LATER = "later"  # beside the dates of a figure: the value that it comes to in the long run


def with_figures(parameters: Parameters, overrides: Mapping[str, Any], entries: Mapping[str, Any]) -> Parameters:
    """The same figures with some overridden, as a file would, and some official entries replaced.

    An entry's value is a number, or numbers by financial year for some or all of the years that it has (and
    `later`, where it has a long-run value): its dates and its uprating stay, and so does an override of it.
    An override that is not uprated stays so. Raises InputError naming the figure and what is wrong.
    """
    problems: list[Problem] = []
    overriding, by_name = dict(parameters.overrides), dict(parameters.by_name)
    for name, value in overrides.items():
        override, faults = read_override(parameters.entry(name), value)
        for fault in faults:
            expected = with_hint(fault.expected, fault.found)
            problems.append(Problem(f"parameters.{name}: {fault.message}", None, fault.found, expected, fault.nearest))
        if override is not None and not faults:
            before = parameters.overrides.get(name)
            held = before is not None and not before.indexed and override.values.is_dated
            overriding[name] = override._replace(indexed=False) if held else override
    for name, value in entries.items():
        by_name[name] = _replaced(parameters.entry(name), value)
        faults = list(limit_faults(by_name[name].values, parameters.entry(name).limits(), ()))
        problems += [
            Problem(f"parameters.{name}: {fault.message}", None, fault.found, fault.expected) for fault in faults
        ]
    if problems:
        raise InputError(problems)
    return Parameters(by_name, overriding, parameters.warnings, parameters.uprating)


def _replaced(entry: Entry, value: Any) -> Entry:
    if not isinstance(value, Mapping):
        value = {None: value}
    given = {
        None if key is None else to_financial_year(key): float(number)
        for key, number in value.items() if key != LATER
    }  # fmt: skip
    known = {step.year for step in entry.values.steps}
    if not set(given) <= known:
        raise InputError(Problem(f"parameters.{entry.name}: not the dates of the official figure"))
    steps = tuple(Step(step.year, given[step.year]) if step.year in given else step for step in entry.values.steps)
    change: dict[str, Any] = {"values": Quantity(steps)}
    if LATER in value and entry.long_run is not None:
        change["long_run"] = entry.long_run.model_copy(update={"value": float(value[LATER])})
    return entry.model_copy(update=change)
