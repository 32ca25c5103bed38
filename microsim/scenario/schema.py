"""What a scenario file may hold, what a loaded scenario is, and how a wrong value is explained."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, PlainValidator, ValidationError, WithJsonSchema

from microsim.errors import Place, Problem, nearest
from microsim.parameters.load import Parameters, Uprating
from microsim.scenario.breakdowns import OwnBreakdown, OwnBreakdowns
from microsim.scenario.distribution import DistributionalWeights, Incidence
from microsim.scenario.second_round import OFF, SecondRound, SecondRoundSetting
from microsim.scenario.source import KeyPath, dotted, dump_yaml, place_of
from microsim.scenario.uncertainty import Uncertainty
from microsim.scenario.values import Fault, MeasureParams, describe, faults_error, field_extra, model_within, setting
from microsim.scenario.written import with_hint
from microsim.years import format_years, parse_years

MAXIMUM_YEARS = 100
RESERVED_KEYS = ("kind", "enabled")  # of a measure; the rest are its parameters


def _read_years(value: Any) -> range:
    expected = "a span such as 2026-27 to 2055-56"
    try:
        years = parse_years(value)
    except (ValueError, AttributeError):
        raise faults_error([Fault((), "not a span of financial years", describe(value), expected)]) from None
    if len(years) > MAXIMUM_YEARS:
        raise faults_error([Fault((), "too many years", f"{len(years)} years", f"at most {MAXIMUM_YEARS}")])
    return years


Years = Annotated[
    range, PlainValidator(_read_years), WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}"})
]


class AlignmentSwitches(MeasureParams):
    """Which official figures lives are kept at, by yearly factors on their chances. Shared by both arms."""

    employment: bool = setting(True, unit="switch", description="Hold employment by age and sex")
    unemployment: bool = setting(True, unit="switch", description="Hold unemployment by age and sex")
    employment_by_area: bool = setting(
        True, unit="switch", description="Hold the differences in employment between local authorities"
    )
    couples: bool = setting(True, unit="switch", description="Hold the share living with a partner by age")
    births: bool = setting(True, unit="switch", description="Hold births for each woman of childbearing age")

    @classmethod
    def all(cls, on: bool) -> AlignmentSwitches:
        """Every switch on or off."""
        return cls(**dict.fromkeys(cls.model_fields, on))


def _read_switches(value: Any) -> Any:
    """One word for all, or a switch for some, the others being on."""
    if isinstance(value, bool):
        return dict.fromkeys(AlignmentSwitches.model_fields, value)
    return value


Switches = Annotated[
    AlignmentSwitches, BeforeValidator(_read_switches, json_schema_input_type=bool | AlignmentSwitches)
]


class ScenarioFile(MeasureParams):
    """The keys of a scenario file, those of the files it extends included."""

    name: str = setting(unit="text", description="Title of the scenario, shown on every output")
    description: str = setting("", unit="text", description="What the scenario is for, in a sentence or two")
    extends: str | None = setting(None, unit="path", description="Scenario file this one is a small change to")
    population: str = setting(unit="path", description="Population file, relative to the file that names it")
    years: Years = setting(unit="financial years", description="First and last year: 2026-27 to 2055-56")
    sample: float = setting(
        0.01, unit="fraction of people", description="Share of the population simulated", ge=1e-5, le=1
    )
    seed: int = setting(1, unit="none", description="Seed of every random draw", ge=0)
    baseline: str | dict[str, Any] | None = setting(
        None,
        unit="path",
        description="Scenario whose measures are the baseline arm; by default the first file of the chain of `extends`",
    )
    alignment: Switches = setting(
        AlignmentSwitches(),
        unit="switches",
        description="Official figures that lives are kept at: true for all, false for none, or a switch for each",
    )
    uprating: Uprating = setting(
        "earnings",
        unit="choice",
        description="What thresholds, benefits and limits follow after their last year in law; shared by both arms",
    )
    incidence: Incidence = setting(
        Incidence(),
        unit="fractions",
        description="Who has what employers gain in the end: shares of profits, prices, jobs and wages",
    )
    distributional_weights: DistributionalWeights = setting(
        DistributionalWeights(),
        unit="mapping",
        description="How gains are weighted by income, as a sensitivity beside the unweighted ones",
    )
    second_round: SecondRoundSetting = setting(
        OFF,
        unit="mapping",
        description="Second-round effects beside the costing: false for none, true for all, or figures of your own",
    )
    measures: dict[str, Any] = setting({}, unit="mapping", description="Measures by name, each with its kind")
    parameters: dict[str, Any] = setting({}, unit="mapping", description="Official figures replaced, by name")
    uncertainty: Uncertainty = setting(
        Uncertainty(),
        unit="mapping",
        description="What may be otherwise besides the ranges in place, what is held, and what moves together",
    )
    by: OwnBreakdowns = setting(
        {}, unit="mapping", description="Breakdowns of your own by name: columns of people to cross, bands, a filter"
    )


@dataclass(frozen=True)
class MeasureEntry:
    """One measure of a scenario: the name it was given, its kind, and its parameters."""

    name: str
    kind: str
    params: MeasureParams

    def to_plain(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.params.to_plain()}


@dataclass(frozen=True)
class Scenario:
    """A checked scenario. Two are equal when they say the same, wherever they were read from."""

    name: str
    description: str
    years: range
    population: Path
    sample: float
    seed: int
    measures: tuple[MeasureEntry, ...]
    baseline_measures: tuple[MeasureEntry, ...]
    parameters: Parameters
    baseline_parameters: Parameters
    path: Path = field(compare=False)
    alignment: AlignmentSwitches = field(default_factory=AlignmentSwitches)
    incidence: Incidence = field(default_factory=Incidence)
    distributional_weights: DistributionalWeights = field(default_factory=DistributionalWeights)
    second_round: SecondRound = OFF
    by: Mapping[str, OwnBreakdown] = field(default_factory=dict)
    uncertainty: Uncertainty = field(default_factory=Uncertainty)
    warnings: tuple[str, ...] = field(default=(), compare=False)
    files: tuple[Path, ...] = field(default=(), compare=False)
    places: Mapping[KeyPath, Place] = field(default_factory=dict, compare=False, repr=False)

    @property
    def uprating(self) -> Uprating:
        """What policy figures follow after their last dated value, in both arms."""
        return self.parameters.uprating

    def resolved(self, relative_to: Path | None = None) -> dict[str, Any]:
        """The whole scenario in one mapping, every default written out; it loads back to an equal scenario.

        The population is an absolute path, or relative to a folder when one is given.
        """
        population = str(self.population)
        if relative_to is not None:
            with contextlib.suppress(ValueError):  # on another drive: it stays absolute
                population = os.path.relpath(population, relative_to)
        plain = {
            "name": self.name,
            "description": self.description,
            "population": population,
            "years": format_years(self.years),
            "sample": self.sample,
            "seed": self.seed,
            "alignment": self.alignment.to_plain(),
            "uprating": self.uprating,
            "incidence": self.incidence.to_plain(),
            "distributional_weights": self.distributional_weights.to_plain(),
            "second_round": self.second_round.to_plain(),
            "measures": {entry.name: entry.to_plain() for entry in self.measures},
            "parameters": self.parameters.to_plain(),
            "uncertainty": self.uncertainty.to_plain(),
            "by": {name: breakdown.to_plain() for name, breakdown in self.by.items()},
        }
        official = self.baseline_parameters.to_plain().items()
        policy = {name: value for name, value in official if self.parameters.entry(name).policy}
        if self.baseline_measures or policy:
            measures = {entry.name: entry.to_plain() for entry in self.baseline_measures}
            plain["baseline"] = {"measures": measures, "parameters": policy}
        return plain

    def to_yaml(self, relative_to: Path | None = None) -> str:
        """`resolved` as the text of a scenario file."""
        return dump_yaml(self.resolved(relative_to))


_EXPECTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "text",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "model_type": "a mapping",
    "dict_type": "a mapping",
}


def problems_of(
    error: ValidationError, model: type[BaseModel], path: KeyPath, places: Mapping[KeyPath, Place]
) -> Iterator[Problem]:
    """Each fault that pydantic found in the values at `path`, in plain words and with its place."""
    for item in error.errors(include_url=False):
        at = path
        for part in item["loc"]:
            if (*at, part) in places or item["type"] in ("missing", "faults"):
                at = (*at, part)
        kind, found = item["type"], describe(item["input"])
        if kind == "faults":
            for fault in item["ctx"]["faults"]:
                full = (*at, *fault.path)
                yield Problem(
                    f"{_prefix(full)}{fault.message}", place_of(places, full),
                    fault.found, with_hint(fault.expected, fault.found, _unit(model, item["loc"])), fault.nearest,
                )  # fmt: skip
            continue
        place = place_of(places, at)
        if kind == "missing":
            message = f"{_prefix(at[:-1])}missing key {str(at[-1])!r}"
            yield Problem(message, place, expected=_about(model, item["loc"]))
        elif kind == "extra_forbidden":
            name, names = str(item["loc"][-1]), sorted(fields_at(model, item["loc"][:-1]))
            expected = f"one of {', '.join(names)}" if names else None
            message = f"{_prefix(at[:-1])}unknown key {name!r}"
            yield Problem(message, place, None, expected, nearest(name, names))
        elif kind in ("literal_error", "enum"):
            expected = str(item["ctx"]["expected"])
            choices = [choice.strip("' ") for choice in expected.replace(" or ", ",").split(",")]
            near = nearest(str(item["input"]), choices)
            yield Problem(f"{_prefix(at)}not a valid choice", place, found, expected, near)
        elif kind in _EXPECTED:
            expected = with_hint(_EXPECTED[kind], found, _unit(model, item["loc"]))
            yield Problem(f"{_prefix(at)}wrong type", place, found, expected)
        else:
            yield Problem(f"{_prefix(at)}{item['msg'].removeprefix('Value error, ')}", place, found)


def _prefix(path: KeyPath) -> str:
    """The keys that lead to a value, as the start of a message."""
    return f"{dotted(path)}: " if path else ""


def fields_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> dict[str, Any]:
    """The fields of the model that stands at `loc` inside another; none when there is no such model."""
    current = _model_at(model, loc)
    return dict(current.model_fields) if current is not None else {}


def _model_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> type[BaseModel] | None:
    current: type[BaseModel] | None = model
    for part in loc:
        if current is None:
            break
        if isinstance(part, str) and part in current.model_fields:
            current = model_within(current.model_fields[part].annotation)
    return current


def _unit(model: type[BaseModel], loc: tuple[str | int, ...]) -> str:
    """The unit of the field at `loc`, or around it; nothing where there is no such field."""
    for size in range(len(loc), 0, -1):
        around, name = _model_at(model, loc[: size - 1]), loc[size - 1]
        if around is not None and name in around.model_fields:
            return str(field_extra(around, str(name)).get("unit", ""))
    return ""


def _about(model: type[BaseModel], loc: tuple[str | int, ...]) -> str | None:
    info = fields_at(model, loc[:-1]).get(str(loc[-1]))
    return None if info is None else info.description
