"""A scenario file, read, merged with those it extends, checked whole, and made into a frozen `Scenario`.

The kinds of measures come from the caller: `find_params(kind)` gives a measure's Params or raises KeyError,
so this room knows no policy.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from microsim.errors import InputError, Place, Problem, nearest
from microsim.parameters.load import Parameters, Uprating, load_parameters
from microsim.scenario.breakdowns import OwnBreakdown
from microsim.scenario.layers import Layers, read_layers
from microsim.scenario.schema import RESERVED_KEYS, MeasureEntry, Scenario, ScenarioFile, problems_of
from microsim.scenario.shapes import lopsided
from microsim.scenario.source import KeyPath, dotted, place_of
from microsim.scenario.uncertain_paths import uncertainty_problems, without_measures
from microsim.scenario.values import MeasureParams, Quantity, describe, key_text, read_params
from microsim.years import format_financial_year, format_years

_NAME = re.compile(r"[a-z][a-z0-9_]*")
FindParams = Callable[[str], type[MeasureParams]]


Check = Callable[
    [tuple[MeasureEntry, ...], object, range | None, Mapping[str, OwnBreakdown], Mapping[KeyPath, Place]],
    Iterable[Problem],
]  # (measures, population's path if there is one, years, own breakdowns, places)


def _told_once(problems: Iterable[Problem], form: Iterable[Problem]) -> list[Problem]:
    """The problems in order of place, without those that only repeat that a value's form was refused."""
    told = {(problem.place.file, problem.place.line) for problem in form if problem.place}
    refused = set(form)
    kept = [
        problem
        for problem in dict.fromkeys(problems)
        if problem in refused or problem.place is None or (problem.place.file, problem.place.line) not in told
    ]
    return sorted(kept, key=lambda problem: problem.place or ("", 0, 0))


class Arm:
    """What one arm of a scenario applies: its measures and the overrides of official figures, as read."""

    def __init__(self, values: Mapping[str, Any], places: Mapping[KeyPath, Place]) -> None:
        self.measures = values.get("measures") or {}
        self.overrides = values.get("parameters") or {}
        self.places = places


def load(
    path: str | Path,
    find_params: FindParams,
    *,
    known_kinds: Callable[[], Iterable[str]] = tuple,
    sample: float | None = None,
    seed: int | None = None,
    years: str | range | None = None,
    population: str | Path | None = None,
    check: Check | None = None,
) -> Scenario:
    """Read and check a scenario file; `sample`, `seed`, `years` and `population` replace what it says.

    `check` finds what only the population can tell, whether or not the rest is right.

    `find_params` gives the parameters model of a kind of measure, or raises KeyError; `known_kinds` lists the
    kinds, for the nearest name. Raises InputError holding every problem of the file and of those it extends.
    """
    path = Path(path)
    layers = read_layers(path)
    where = None if population is None else os.path.normpath(Path(population).absolute())
    _replace(layers, sample, seed, years, where)
    problems = list(layers.problems)
    settings = _settings(layers, problems)
    reader = _MeasureReader(find_params, known_kinds, problems)
    arm = Arm(_mappings_only(layers.values), layers.places)
    measures = reader.measures(arm, ("measures",))
    uprating: Uprating = "prices" if layers.values.get("uprating") == "prices" else "earnings"  # a slip is reported
    parameters = _parameters(arm.overrides, layers.places, ("parameters",), problems, uprating)
    baseline, baseline_files = _baseline(layers, problems)
    baseline_measures = reader.measures(baseline, ("measures",)) if baseline else ()
    baseline_overrides = _baseline_overrides(arm, baseline, parameters, problems)
    if check is not None:
        years = settings.years if settings else None
        by = settings.by if settings else {}
        problems += check((*measures, *baseline_measures), layers.values.get("population"), years, by, layers.places)
    if problems or settings is None or parameters is None:
        raise InputError(_told_once(problems, layers.problems))
    baseline_parameters = load_parameters(baseline_overrides, uprating=uprating)
    scenario = Scenario(
        name=settings.name,
        description=settings.description,
        years=settings.years,
        population=Path(settings.population),
        sample=settings.sample,
        seed=settings.seed,
        alignment=settings.alignment,
        incidence=settings.incidence,
        distributional_weights=settings.distributional_weights,
        second_round=settings.second_round,
        by=settings.by,
        uncertainty=without_measures(settings.uncertainty, _absent(layers, measures)),
        measures=measures,
        baseline_measures=baseline_measures,
        parameters=parameters,
        baseline_parameters=baseline_parameters,
        path=path,
        files=(*layers.files, *baseline_files),
        places=layers.places,
    )
    problems = list(uncertainty_problems(scenario, layers.places))
    if problems:
        raise InputError(_told_once(problems, ()))
    warnings = (
        *layers.warnings,
        *parameters.warnings,
        *_lopsided(scenario),
        *_never_used(scenario),
        *_equal_arms(scenario, baseline),
    )
    return dataclasses.replace(scenario, warnings=warnings)


def _replace(
    layers: Layers, sample: float | None, seed: int | None, years: str | range | None, population: str | None
) -> None:
    """Put the command line's settings over the file's."""
    if isinstance(years, range):
        years = format_years(years) if len(years) else ""
    for key, value in (("sample", sample), ("seed", seed), ("years", years), ("population", population)):
        if value is not None:
            layers.values[key] = value
            layers.places.pop((key,), None)


def _settings(layers: Layers, problems: list[Problem]) -> ScenarioFile | None:
    try:
        return read_params(ScenarioFile, layers.values)
    except ValidationError as error:
        problems.extend(problems_of(error, ScenarioFile, (), layers.places))
        return None


def _mappings_only(values: Mapping[str, Any]) -> dict[str, Any]:
    """The sections that are mappings; the others have been reported already."""
    return {key: values[key] for key in ("measures", "parameters") if isinstance(values.get(key), dict)}


def _parameters(
    overrides: Mapping[str, Any],
    places: Mapping[KeyPath, Place],
    path: KeyPath,
    problems: list[Problem],
    uprating: Uprating,
) -> Parameters | None:
    size = len(path)
    inside = {key[size:]: place for key, place in places.items() if key[:size] == path}
    try:
        return load_parameters(overrides, inside, uprating)
    except InputError as error:
        problems.extend(error.problems)
        return None


def _baseline(layers: Layers, problems: list[Problem]) -> tuple[Arm | None, tuple[Path, ...]]:
    """The baseline arm as written, and the files read for it; None when the scenario stands alone."""
    written = layers.values.get("baseline")
    if isinstance(written, str):
        try:
            other = read_layers(Path(written))
        except InputError as error:
            place = layers.places.get(("baseline",))
            problems.extend(
                p if p.place else p._replace(message=f"baseline: {p.message}", place=place) for p in error.problems
            )
            return None, ()
        return Arm(_mappings_only(other.values), other.places), other.files
    if isinstance(written, dict):
        for key in written:
            if key not in ("measures", "parameters"):
                place = place_of(layers.places, ("baseline", key))
                problems.append(Problem(f"baseline: unknown key {key!r}", place, expected="measures, parameters"))
        inside = {path[1:]: place for path, place in layers.places.items() if path[:1] == ("baseline",)}
        return Arm(_mappings_only(written), inside), ()
    root = layers
    while root.parent is not None:  # a variant of a reform is costed against the world as it is, not that reform
        root = root.parent
    return (None if root is layers else Arm(_mappings_only(root.values), root.places)), ()


def _baseline_overrides(
    arm: Arm, baseline: Arm | None, parameters: Parameters | None, problems: list[Problem]
) -> dict[str, Any]:
    """Overrides of the baseline arm: this scenario's assumptions, and the baseline's own policy figures."""
    if parameters is None:
        return {}
    shared = {name: value for name, value in arm.overrides.items() if not parameters.entry(name).policy}
    if baseline is None or not baseline.overrides:
        return shared
    own = _parameters(baseline.overrides, baseline.places, ("parameters",), problems, parameters.uprating)
    if own is None:
        return shared
    return shared | {name: value for name, value in baseline.overrides.items() if own.entry(name).policy}


class _MeasureReader:
    """Turns the measures of an arm into entries, adding what is wrong to the problems."""

    def __init__(
        self, find_params: FindParams, known_kinds: Callable[[], Iterable[str]], problems: list[Problem]
    ) -> None:
        self.find_params = find_params
        self.known_kinds = known_kinds
        self.problems = problems

    def measures(self, arm: Arm, path: KeyPath) -> tuple[MeasureEntry, ...]:
        named = [name for name, value in arm.measures.items() if isinstance(value, dict) and "kind" in value]
        read = (
            self._measure(name, value, (*path, name), arm.places, nearest(name, named))
            for name, value in arm.measures.items()
        )
        return tuple(entry for entry in read if entry is not None)

    def _measure(
        self, name: str, value: Any, path: KeyPath, places: Mapping[KeyPath, Place], near: str | None
    ) -> MeasureEntry | None:
        """The entry, or None when something is wrong; `near` is the measure that a block without a kind may mean."""
        place = place_of(places, path)
        if not _NAME.fullmatch(name):
            expected = "lower-case letters, digits and underscores, a letter first"
            self.problems.append(Problem("not a measure's name", place, repr(name), expected))
        if not isinstance(value, dict):
            expected = "a mapping with the measure's kind"
            self.problems.append(Problem(f"measures.{name}: wrong type", place, describe(value), expected))
            return None
        enabled = value.get("enabled", True)
        if not isinstance(enabled, bool):
            at = place_of(places, (*path, "enabled"))
            self.problems.append(
                Problem(f"measures.{name}.enabled: wrong type", at, describe(enabled), "true or false")
            )
        model = self._model(name, value, path, places, near)
        if model is None:
            return None
        given = {key: part for key, part in value.items() if key not in RESERVED_KEYS}
        try:
            params = read_params(model, given)
        except ValidationError as error:
            self.problems.extend(problems_of(error, model, path, places))
            return None
        return MeasureEntry(name, value["kind"], params) if enabled else None

    def _model(
        self, name: str, value: Mapping[str, Any], path: KeyPath, places: Mapping[KeyPath, Place], near: str | None
    ) -> type[MeasureParams] | None:
        kind = value.get("kind")
        place = place_of(places, (*path, "kind"))
        if not isinstance(kind, str):
            found = None if kind is None else describe(kind)
            message = f"measures.{name}: " + ("missing key 'kind'" if kind is None else "wrong type of kind")
            self.problems.append(Problem(message, place, found, "the kind of measure", near if kind is None else None))
            return None
        try:
            return self.find_params(kind)
        except KeyError as error:
            kinds = sorted(getattr(error, "names", None) or self.known_kinds())
            expected = f"one of {', '.join(kinds)}" if kinds else None
            message = f"measures.{name}: no kind of measure named {kind!r}"
            self.problems.append(Problem(message, place, None, expected, nearest(kind, kinds)))
            return None


def quantities(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Quantity]]:
    """Every quantity inside a value, with the keys that lead to it."""
    if isinstance(value, Quantity):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from quantities(getattr(value, name), (*path, name))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from quantities(item, (*path, index))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from quantities(item, (*path, key_text(key)))


def _never_used(scenario: Scenario) -> Iterator[str]:
    """Dated values of the file that no year of the scenario reaches."""
    first, last = scenario.years[0], scenario.years[-1]
    for entry in scenario.measures:
        for path, quantity in quantities(entry.params, ("measures", entry.name)):
            place = scenario.places.get(path)
            if place is None:
                continue  # a default of the measure, not a value of the file
            for step, following in zip(quantity.steps, [*quantity.steps[1:], None], strict=True):
                ends = following is not None and following.year is not None and following.year <= first
                if step.year is not None and (step.year > last or ends):
                    yield _unused_text(place, path, step.year, scenario.years)
    for name, override in scenario.parameters.overrides.items():
        for step in override.values.steps:
            if step.year is not None and step.year > last and override.place is not None:
                yield _unused_text(override.place, ("parameters", name), step.year, scenario.years)


def _absent(layers: Layers, measures: tuple[MeasureEntry, ...]) -> set[str]:
    """Measures that the file or one that it extends has and the scenario does not: taken away, or switched off."""
    named: set[str] = set()
    layer: Layers | None = layers
    while layer is not None:
        written = layer.values.get("measures")
        named |= set(written) if isinstance(written, dict) else set()
        layer = layer.parent
    return named - {entry.name for entry in measures}


def _lopsided(scenario: Scenario) -> Iterator[str]:
    """Ranges of a symmetric shape whose central value is far from their middle."""
    for entry in scenario.measures:
        for path, quantity in quantities(entry.params, ("measures", entry.name)):
            for step in quantity.steps:
                if lopsided(step.distribution, step.central, step.low, step.high, step.sd):
                    where = f"{scenario.places.get(path, scenario.path)}: {dotted(path)}"
                    what = f"{step.distribution} is symmetric, and central {step.central:g} is not in the middle"
                    yield f"{where}: {what}"


def _unused_text(place: Place, path: KeyPath, year: int, years: range) -> str:
    when = format_financial_year(year)
    return f"{place}: {dotted(path)} from {when} is never used: the years are {format_years(years)}"


def _equal_arms(scenario: Scenario, baseline: Arm | None) -> Iterator[str]:
    if baseline is None:
        return
    by_name = {entry.name: entry for entry in scenario.measures}
    same_measures = by_name == {entry.name: entry for entry in scenario.baseline_measures}
    if same_measures and scenario.parameters == scenario.baseline_parameters:
        yield f"{scenario.path}: the reform arm is the same as the baseline arm, so every result will be zero"
