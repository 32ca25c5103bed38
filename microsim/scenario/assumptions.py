"""Every figure a scenario rests on, in rows: its value, range, unit, source, quality, and who set it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from microsim.errors import Place
from microsim.parameters.load import EARNINGS, Entry, Parameters
from microsim.scenario.places import is_within
from microsim.scenario.schema import Scenario, ScenarioFile
from microsim.scenario.source import KeyPath, dotted
from microsim.scenario.values import Quantity, field_extra, key_text
from microsim.years import format_financial_year, format_years

UNGRADED = "setting"  # a default that states no quality: a setting rather than a figure
HELD = "held"  # its range is not drawn from
SCENARIO = "scenario"  # chosen by the author of the scenario, who names no source


class Assumption(NamedTuple):
    """One row of the assumptions log."""

    path: str
    value: str
    low: float | None
    high: float | None
    distribution: str | None  # of what the value may be, between or around low and high; "held": left out of draws
    unit: str
    description: str
    source: str | None
    quality: str
    set_by: str  # "default", "command line", or the file and line


class _About(NamedTuple):
    """What the field that holds a value says of it, and its default."""

    unit: str
    description: str
    default: Any


def assumptions(scenario: Scenario) -> list[Assumption]:
    """Every assumption of a scenario: its settings, its measures' parameters, and all official figures."""
    rows = [*_settings(scenario), *_switches(scenario), *_second_round(scenario)]
    rows += _model_rows(scenario.incidence, ("incidence",), scenario.places)
    rows += _model_rows(scenario.distributional_weights, ("distributional_weights",), scenario.places)
    for entry in scenario.measures:
        rows += _model_rows(entry.params, ("measures", entry.name), scenario.places)
    for official in scenario.parameters.entries():
        rows.append(_official_row(official, scenario))
    return [_with_section(row, scenario) for row in rows]


def _with_section(row: Assumption, scenario: Scenario) -> Assumption:
    """A row with what the section `uncertainty` says of its value: what it may be, or that it is held."""
    said = scenario.uncertainty
    if row.distribution is not None and any(is_within(row.path, path) for path in said.leave_out):
        return row._replace(distribution=HELD)
    varied = next((varied for path, varied in said.vary.items() if is_within(row.path, path)), None)
    if varied is None:
        return row
    row = row._replace(distribution=varied.text, source=varied.source or row.source)
    return row if varied.change or varied.choices else row._replace(low=varied.low, high=varied.high)


def _settings(scenario: Scenario) -> Iterator[Assumption]:
    texts = {
        "years": format_years(scenario.years),
        "sample": f"{scenario.sample:.15g}",
        "seed": str(scenario.seed),
        "population": scenario.population.name,
        "uprating": scenario.uprating,
    }
    for name, text in texts.items():
        info = ScenarioFile.model_fields[name]
        place = scenario.places.get((name,))
        unit = field_extra(ScenarioFile, name)["unit"]
        by_default = place is None and not info.is_required() and getattr(scenario, name) == info.default
        set_by = _set_by(place) if place or by_default else "command line"
        quality = UNGRADED if by_default else SCENARIO
        yield Assumption(name, text, None, None, None, unit, info.description or "", None, quality, set_by)


def _switches(scenario: Scenario) -> Iterator[Assumption]:
    """Which figures lives are kept at; one word in the file may have set them all."""
    for row in _model_rows(scenario.alignment, ("alignment",), scenario.places):
        at_once = scenario.places.get(("alignment",))
        one_by_one = any(path[:1] == ("alignment",) and len(path) > 1 for path in scenario.places)
        if at_once and not one_by_one:
            quality = UNGRADED if row.value == "true" else SCENARIO
            row = row._replace(set_by=_set_by(at_once), quality=quality)
        yield row


def _second_round(scenario: Scenario) -> Iterator[Assumption]:
    """The figures of second-round effects, or only that they are off. Giving any of them switches them on."""
    place = scenario.places.get(("second_round",))
    switch, *figures = _model_rows(scenario.second_round, ("second_round",), scenario.places)
    if switch.set_by == "default" and place is not None:
        switch = switch._replace(set_by=_set_by(place))
    yield switch._replace(quality=SCENARIO if scenario.second_round.enabled else UNGRADED)
    if scenario.second_round.enabled:
        yield from figures


def _model_rows(model: BaseModel, path: KeyPath, places: Mapping[KeyPath, Place]) -> Iterator[Assumption]:
    kind = type(model)
    for name, info in kind.model_fields.items():
        about = _About(str(field_extra(kind, name).get("unit", "")), info.description or "", info.default)
        yield from _value_rows(getattr(model, name), (*path, name), about, places)


def _value_rows(value: Any, path: KeyPath, about: _About, places: Mapping[KeyPath, Place]) -> Iterator[Assumption]:
    if isinstance(value, BaseModel):
        yield from _model_rows(value, path, places)
    elif isinstance(value, Quantity):
        yield from _quantity_rows(value, path, about, places)
    elif isinstance(value, list | tuple) and any(isinstance(item, BaseModel | Quantity) for item in value):
        for index, item in enumerate(value):
            yield from _value_rows(item, (*path, index), about._replace(default=None), places)
    elif isinstance(value, Mapping):
        defaults = about.default if isinstance(about.default, Mapping) else {}
        for key, item in value.items():
            yield from _value_rows(item, (*path, key_text(key)), about._replace(default=defaults.get(key)), places)
    else:
        place = places.get(path)
        quality = SCENARIO if place and value != about.default else UNGRADED
        text = _setting_text(value, about.unit)
        unit, description = about.unit, about.description
        yield Assumption(dotted(path), text, None, None, None, unit, description, None, quality, _set_by(place))


def _quantity_rows(
    value: Quantity, path: KeyPath, about: _About, places: Mapping[KeyPath, Place]
) -> Iterator[Assumption]:
    """One row for each dated step, or one for all. A value equal to the default keeps its source."""
    default = about.default if isinstance(about.default, Quantity) else None
    shaped = any(step.distribution or step.sd is not None for step in value.steps)
    if default is not None and list(default.numbers()) == list(value.numbers()) and not (value.source or shaped):
        value = default
    for step in value.steps:
        at = path if step.year is None else (*path, format_financial_year(step.year))
        place = places.get(at) or places.get(path)
        quality = step.quality or (SCENARIO if place and value is not default else UNGRADED)
        yield Assumption(
            dotted(at), f"{step.central:.15g}", step.low, step.high, step.distribution_text,
            about.unit, about.description, step.source, quality, _set_by(place),
        )  # fmt: skip


def _official_row(entry: Entry, scenario: Scenario) -> Assumption:
    """An official figure over the scenario's years, overrides included."""
    read = scenario.parameters
    official = Parameters(read.by_name, read.overrides, uprating=read.uprating)  # reading here does not count
    override = official.overrides.get(entry.name)
    source, quality, place = str(entry.source), entry.quality, None
    if entry.long_run is not None:
        source += f"; long run: {entry.long_run.source}"
        quality += f"; long run: {entry.long_run.quality}"
        growth = official.growth_of(entry)
        if growth != entry.long_run.uprate_by:
            source += f"; the scenario has it follow {growth}, not {EARNINGS}"
    if override is not None:
        source, quality = override.values.source or "", override.values.quality or SCENARIO
        place = override.place
    first = max(scenario.years[0], entry.values.steps[0].year or 0)  # a figure may begin after the scenario does
    low, high = official.range_at(entry.name, first) or (None, None)
    text = _series_text(official, entry, scenario.years)
    path = f"parameters.{entry.name}"
    set_by = _set_by(place) if override is None or place else SCENARIO
    shape = official.step_at(entry.name, first).distribution_text
    return Assumption(path, text, low, high, shape, entry.unit, entry.description, source or None, quality, set_by)


def _series_text(official: Parameters, entry: Entry, years: range) -> str:
    """The figure in each year, with runs of one value written once; a figure that never changes, alone."""
    changes: list[tuple[int, float]] = []
    first_year = entry.values.steps[0].year
    for year in years:
        if first_year is not None and year < first_year:
            continue
        figure = official.value(entry.name, year)
        if not changes or changes[-1][1] != figure:
            changes.append((year, figure))
    if entry.unit == "financial year":
        return "; ".join(format_financial_year(int(figure)) for _, figure in changes)
    if len(changes) == 1:
        return f"{changes[0][1]:.6g}"
    return "; ".join(f"{format_financial_year(year)}: {figure:.6g}" for year, figure in changes)


def _setting_text(value: Any, unit: str) -> str:
    if unit == "financial year" and isinstance(value, int):
        return format_financial_year(value)
    if isinstance(value, list | tuple):
        return ", ".join(_setting_text(item, unit) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return "none" if value is None else str(value)


def _set_by(place: Place | None) -> str:
    return "default" if place is None else f"{place.file}:{place.line}"
