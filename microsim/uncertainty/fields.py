"""The uncertain fields of a scenario: every value with a range that a run reads, and its value at any quantile.

A field is a value in place with a range (a measure's, the second round's, an official figure's) or an entry of the
section `uncertainty.vary`, less what `uncertainty.leave_out` names. Figures of the population are not among them,
though many have a range: the population would have to be fitted and aligned again for each value, and no command does
so. Their ranges are in no percentile, and they are not synthesis error either, which is of associations that no figure
states.
docs/uncertainty.md says what each kind of field changes, and in which arm.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from microsim.errors import InputError, Problem
from microsim.parameters.load import Entry
from microsim.parameters.replaced import LATER
from microsim.scenario.places import BASELINE_MEASURES, Leaf, counted_from_zero, leaves, root_of
from microsim.scenario.quantities import Quantity, Step
from microsim.scenario.replaced import BOTH_ARMS, value_of
from microsim.scenario.schema import Scenario
from microsim.scenario.shapes import BETWEEN_ENDS, DEFAULT, LOWER, UPPER
from microsim.scenario.uncertain_paths import choices_of, left_out, ranged, varied_quantity
from microsim.scenario.uncertainty import FACTOR, Choice, Varied
from microsim.uncertainty.distributions import bounds_of, shape_of
from microsim.years import format_financial_year

CHOICE = "choice"
CENTRAL, LOW, HIGH = "central", "low", "high"


@dataclass(frozen=True)
class UncertainField:
    """One value of a scenario that may be otherwise.

    `low`, `high` and `central` are plain values for `with_values`: the ends of a distribution that has ends, its 5th
    and 95th percentiles otherwise, and the scenario's own value. Of a choice, low and high are the first and the last
    of the `choices`.
    """

    path: str
    unit: str
    description: str
    source: str | None
    quality: str
    distribution: str  # of microsim.scenario.shapes, in words; or "choice"
    central: Any
    low: Any
    high: Any
    choices: tuple[Choice, ...] = ()
    _value: Callable[[float], Any] = field(repr=False, compare=False, default=lambda quantile: None)

    def value_at(self, quantile: float) -> Any:
        """The plain value to give to `with_values` at a quantile in (0, 1). Steps of a dated value move together."""
        return self._value(quantile)

    def label(self, value: Any) -> str:
        """A value of the field as text."""
        value = _one_arm(value)
        if isinstance(value, Mapping):
            return "; ".join(f"{key}: {self.label(part)}" for key, part in value.items())
        if isinstance(value, bool) or not isinstance(value, int | float):
            return str(value).lower() if isinstance(value, bool) else str(value)
        return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.6g}"

    def number(self, value: Any) -> float:
        """One number that stands for a value: itself, the last that moves by year, or the place among the choices."""
        if self.choices:
            return float([choice.value for choice in self.choices].index(value))
        value, low, high = (_one_arm(part) for part in (value, self.low, self.high))
        if isinstance(value, Mapping):
            moving = [key for key in value if low.get(key) != high.get(key)]
            return float(value[(moving or list(value))[-1]])
        return float(value)


def _one_arm(value: Any) -> Any:
    """A plain value without the mark that it holds in both arms."""
    return value[BOTH_ARMS] if isinstance(value, Mapping) and set(value) == {BOTH_ARMS} else value


def uncertain_fields(scenario: Scenario, read: Collection[str]) -> tuple[UncertainField, ...]:
    """Every uncertain field of a scenario, in the order of its assumptions log. `read`: official figures in use.

    Raises InputError for a range that is no distribution, and for an entry of `vary` that changes nothing.
    """
    varied = {counted_from_zero(path): entry for path, entry in scenario.uncertainty.vary.items()}
    in_place = {leaf.path for leaf in ranged(scenario)}
    before = {leaf.path: leaf.value for leaf in leaves(scenario) if leaf.path.startswith(f"{BASELINE_MEASURES}.")}
    fields, problems = [], []
    for leaf in leaves(scenario):
        entry = varied.get(counted_from_zero(leaf.path))
        unread = leaf.path.startswith("parameters.") and leaf.path.removeprefix("parameters.") not in read
        if left_out(leaf.path, scenario.uncertainty) or (entry is None and (unread or leaf.path not in in_place)):
            continue
        try:
            made = _field(scenario, leaf, entry, before)
        except InputError as error:
            problems += [one._replace(message=f"{leaf.path}: {one.message}") for one in error.problems]
            continue
        if unread or (not made.choices and made.low == made.high):
            problems.append(Problem(f"uncertainty.vary: {leaf.path} has no effect: nothing of it changes in a run"))
        fields.append(made)
    if problems:
        raise InputError(problems)
    return tuple(fields)


def fields_in_use(scenario: Scenario) -> tuple[UncertainField, ...]:
    """The uncertain fields of a scenario that has been prepared or run, so that its official figures have been read.

    Prices and discounting count as read: a run turns to them last. Raises InputError when there is none.
    """
    parameters = scenario.parameters
    parameters.index("gdp_deflator_growth", scenario.years, parameters.price_base_year)
    parameters.discount_factors(scenario.years)
    found = uncertain_fields(scenario, {*parameters.names_read(), *scenario.baseline_parameters.names_read()})
    if not found:
        expected = "a value with a range, or uncertainty.vary"
        raise InputError(Problem(f"{scenario.path}: nothing is uncertain", None, None, expected))
    return found


def _field(scenario: Scenario, leaf: Leaf, varied: Varied | None, before: Mapping[str, Any]) -> UncertainField:
    wrap = _arms(scenario, leaf, before)
    own = value_of(scenario, leaf.path)
    in_place = leaf.value if isinstance(leaf.value, Quantity) else None
    source = (varied.source if varied else None) or (in_place.source if in_place else None)
    quality = (varied.quality if varied else None) or (in_place.quality if in_place else None) or "scenario"
    about = (leaf.path, leaf.unit, leaf.description, source, quality)
    if varied is not None and varied.choices:
        choices = choices_of(scenario, leaf, varied)
        return UncertainField(*about, CHOICE, wrap(own), wrap(choices[0].value), wrap(choices[-1].value),
                              tuple(choice._replace(value=wrap(choice.value)) for choice in choices),
                              _chosen(choices, wrap))  # fmt: skip
    drawn = _Drawn(scenario, leaf, varied)
    texts = [step.distribution_text for step in drawn.steps if step.is_uncertain]

    def plain(quantile: float | str) -> Any:
        return wrap(drawn.at(quantile))

    ends = {end: plain(end) for end in (CENTRAL, LOW, HIGH)}
    return UncertainField(*about, texts[0] or DEFAULT, ends[CENTRAL], ends[LOW], ends[HIGH], (), plain)


class _Drawn:
    """The plain value of a number at a quantile, or at the centre or an end of its range."""

    def __init__(self, scenario: Scenario, leaf: Leaf, varied: Varied | None) -> None:
        own = leaf.value if isinstance(leaf.value, Quantity) else Quantity((Step(None, float(leaf.value)),))
        official = leaf.path.removeprefix("parameters.") if leaf.path.startswith("parameters.") else None
        entry = None
        if official is not None and official not in scenario.parameters.overrides:
            entry = scenario.parameters.entry(official)
        self.own = own
        self.entry: Entry | None = entry
        self.change = varied.change if varied else None
        self.whole = isinstance(leaf.value, int)
        self.bounds = bounds_of(leaf.limits)
        self.steps = own.steps if varied is None else varied_quantity(leaf, varied).steps

    def at(self, quantile: float | str) -> Any:
        if self.change is not None:
            moved = _place(self.steps[0], quantile, (-float("inf"), float("inf")))
            return self._written([self._moved(step, moved) for step in self.own.steps], moved)
        if self.whole and self.steps[0].distribution == "uniform" and not isinstance(quantile, str):
            step = self.steps[0]  # every whole number has the same share of the quantiles
            low, high = (math.ceil(_place(step, LOW, self.bounds)), math.floor(_place(step, HIGH, self.bounds)))
            return self._written([self._in_bounds(low + math.floor(quantile * (high - low + 1)))], None)
        numbers = [_place(step, quantile, self.bounds) for step in self.steps]
        return self._written([self._in_bounds(number) for number in numbers], None)

    def _moved(self, step: Step, moved: float) -> float:
        outturn = None if self.entry is None else self.entry.outturn_to
        if outturn is not None and step.year is not None and step.year <= outturn:
            return step.central  # what has been is known
        return self._in_bounds(step.central * moved if self.change == FACTOR else step.central + moved)

    def _in_bounds(self, number: float) -> float:
        lower, upper = self.bounds
        number = min(max(number, lower), upper)
        return round(number) if self.whole else number

    def _written(self, numbers: list[float], moved: float | None) -> Any:
        if not self.own.is_dated:
            return numbers[0]
        years = [format_financial_year(step.year or 0) for step in self.own.steps]
        written = dict(zip(years, numbers, strict=True))
        later = self.entry.long_run.value if self.entry is not None and self.entry.long_run is not None else None
        if later is not None and moved is not None:
            written[LATER] = self._moved(Step(None, later), moved)
        return written


def _place(step: Step, quantile: float | str, bounds: tuple[float, float]) -> float:
    """A step's value at a quantile, its central value, or an end of its range."""
    if not step.is_uncertain or quantile == CENTRAL:
        return step.central
    if isinstance(quantile, str):
        if (step.distribution or DEFAULT) in BETWEEN_ENDS:
            end = step.low if quantile == LOW else step.high
            return step.central if end is None else end
        quantile = LOWER if quantile == LOW else UPPER
    return shape_of(step, *bounds).at(quantile)


def _chosen(choices: tuple[Choice, ...], wrap: Callable[[Any], Any]) -> Callable[[float], Any]:
    """The choice at a quantile: choices fill (0, 1) in the order written, each in proportion to its weight."""
    total = sum(choice.weight for choice in choices)
    ends = [end / total for end in itertools.accumulate(choice.weight for choice in choices)]

    def chosen(quantile: float) -> Any:
        place = next((place for place, end in enumerate(ends) if quantile < end), len(ends) - 1)
        return wrap(choices[place].value)

    return chosen


def _arms(scenario: Scenario, leaf: Leaf, before: Mapping[str, Any]) -> Callable[[Any], Any]:
    """What to make of a plain value so that `with_values` changes the arms in which the field is the same figure.

    Nobody knows a measure's figures better for the baseline than for the reform: the same value of the same measure in
    both is one field. So is an official figure that the scenario does not override. `before`: the baseline's values.
    """
    root = root_of(scenario, leaf.path)
    both = False
    if root.kind == "parameters":
        both = root.name not in scenario.parameters.overrides
    elif root.kind == "measures" and any(entry.name == root.name for entry in scenario.baseline_measures):
        both = before.get(f"baseline.{leaf.path}") == leaf.value
    return (lambda value: {BOTH_ARMS: value}) if both else (lambda value: value)
