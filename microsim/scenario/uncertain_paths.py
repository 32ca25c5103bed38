"""Which values of a scenario are uncertain, and whether its section `uncertainty` fits the rest of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from microsim.errors import InputError, Place, Problem
from microsim.scenario.faults import Fault
from microsim.scenario.places import (
    BASELINE_MEASURES,
    Leaf,
    counted_from_zero,
    is_within,
    leaves,
    nearest_path,
    root_of,
)
from microsim.scenario.quantities import Quantity, Step, parse_quantity
from microsim.scenario.replaced import value_of, with_values
from microsim.scenario.schema import Scenario
from microsim.scenario.source import KeyPath, place_of
from microsim.scenario.uncertainty import FACTOR, OTHERS, Choice, Uncertainty, Varied
from microsim.scenario.values import limit_faults

SECTION = "uncertainty"


def ranged(scenario: Scenario) -> Iterator[Leaf]:
    """Every value with a range in place that a cost can depend on, but for official figures that no one reads.

    A measure that is in both arms stands under the reform's name alone.
    """
    reform = {entry.name for entry in scenario.measures}
    for leaf in leaves(scenario):
        if not isinstance(leaf.value, Quantity) or not any(step.is_uncertain for step in leaf.value.steps):
            continue
        if leaf.path.startswith(f"{BASELINE_MEASURES}.") and root_of(scenario, leaf.path).name in reform:
            continue
        if not leaf.path.startswith("second_round.") or scenario.second_round.enabled:
            yield leaf


def left_out(path: str, uncertainty: Uncertainty) -> bool:
    """Whether a value is to be held at its central figure."""
    return any(is_within(path, around) for around in uncertainty.leave_out)


def varied_quantity(leaf: Leaf, varied: Varied) -> Quantity:
    """The range of a value in `vary`, or of what is done to it. Raises InputError where it is none."""
    quantity, faults = _range_of(leaf, varied)
    if quantity is None or faults:
        raise InputError([Problem(f"{leaf.path}: {fault.message}") for fault in faults])
    return quantity


def _range_of(leaf: Leaf, varied: Varied) -> tuple[Quantity | None, list[Fault]]:
    """Where low and high are not given, the value's own range in place counts."""
    if varied.change is not None:
        central, own = (1.0 if varied.change == FACTOR else 0.0), None
    else:
        own = leaf.value.steps[0] if isinstance(leaf.value, Quantity) else Step(None, float(leaf.value))
        central = own.central
    numbers: dict[str, Any] = {"central": central, "distribution": varied.distribution, "sd": varied.sd}
    given = (varied.low, varied.high, varied.sd) != (None, None, None)
    for key, end in (("low", varied.low), ("high", varied.high)):
        numbers[key] = end if given or own is None else getattr(own, key)
    quantity, faults = parse_quantity({key: number for key, number in numbers.items() if number is not None})
    if quantity is not None and not quantity.steps[0].is_uncertain:
        faults = [Fault((), "has no width", expected="low and high, or sd")]
    if quantity is not None and varied.change is None:
        faults = [*faults, *limit_faults(quantity, leaf.limits, ())]
    return quantity, faults


def choices_of(scenario: Scenario, leaf: Leaf, varied: Varied) -> tuple[Choice, ...]:
    """The choices with the keys of a file, which are text, read as what the value is."""
    own = value_of(scenario, leaf.path)
    return tuple(choice._replace(value=_as_is(own, choice.value)) for choice in varied.choices)


def _as_is(own: Any, value: Any) -> Any:
    if isinstance(own, str) or not isinstance(value, str):
        return value
    if isinstance(own, bool):
        return {"true": True, "false": False}.get(value, value)
    try:
        return type(own)(value) if isinstance(own, int | float) else value
    except ValueError:
        return value


def uncertainty_problems(scenario: Scenario, places: Mapping[KeyPath, Place]) -> Iterator[Problem]:
    """What the section says that the rest of the scenario does not bear out."""
    uncertainty = scenario.uncertainty
    known = {counted_from_zero(leaf.path): leaf for leaf in leaves(scenario)}
    paths = [leaf.path for leaf in known.values()]

    def at(*keys: str | int) -> Place | None:
        return place_of(places, (SECTION, *keys))

    said: dict[str, str] = {}
    for path, varied in uncertainty.vary.items():
        first = said.setdefault(counted_from_zero(path), path)
        if first != path:
            yield Problem(f"uncertainty.vary: {path} is given twice", at("vary", path), expected=f"{first} alone")
        leaf = known.get(counted_from_zero(path))
        if leaf is None:
            near = nearest_path(path, paths)
            yield Problem(f"uncertainty.vary: there is no value at {path!r}", at("vary", path), nearest=near)
            continue
        if left_out(path, uncertainty):
            yield Problem(f"uncertainty.vary: {path} is left out as well", at("vary", path), expected="one of the two")
        if path.startswith("second_round.") and not scenario.second_round.enabled:
            text = f"uncertainty.vary: {path} has no effect: second-round effects are off"
            yield Problem(text, at("vary", path), expected="second_round switched on")
        for fault in _vary_faults(scenario, leaf, varied):
            yield Problem(f"uncertainty.vary.{path}: {fault.message}", at("vary", path, *fault.path),
                          fault.found, fault.expected, fault.nearest)  # fmt: skip
    uncertain = [leaf.path for leaf in ranged(scenario)] + list(uncertainty.vary)
    for place, path in enumerate(uncertainty.leave_out):
        yield from _unmatched(path, uncertain, paths, "uncertainty.leave_out", at("leave_out", place))
    drawn = [path for path in dict.fromkeys(uncertain) if not left_out(path, uncertainty)]
    yield from _group_problems(uncertainty, drawn, paths, places)


def _group_problems(
    uncertainty: Uncertainty, drawn: Collection[str], paths: Collection[str], places: Mapping[KeyPath, Place]
) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    names: set[str] = set()
    for number, group in enumerate(uncertainty.together):
        place = place_of(places, (SECTION, "together", number))
        where = f"uncertainty.together[{number + 1}]"
        if group.name in names or group.name == OTHERS:
            said = "is the name of another group" if group.name in names else "stands for all fields without a group"
            at = place_of(places, (SECTION, "together", number, "name"))
            yield Problem(f"{where}.name: {said}", at, repr(group.name), "a name of its own")
        names.add(group.name)
        if not group.correlation < 1:
            at = place_of(places, (SECTION, "together", number, "correlation"))
            yield Problem(f"{where}.correlation: too large", at, f"{group.correlation:g}", "at least 0 and below 1")
        members: list[str] = []
        known = True
        for order, path in enumerate(group.fields):
            at = place_of(places, (SECTION, "together", number, "fields", order))
            unmatched = list(_unmatched(path, drawn, paths, where, at))
            yield from unmatched
            known = known and not unmatched
            members += [one for one in drawn if is_within(one, path) and one not in members]
        for one in members:
            if one in taken:
                yield Problem(f"{where}: {one} is in the group {taken[one]!r} already", place, expected="one group")
            taken.setdefault(one, group.name)
        if known and len(members) == 1:
            yield Problem(f"{where}: one value alone", place, members[0], "two values or more")


def _unmatched(
    path: str, uncertain: Collection[str], paths: Collection[str], where: str, place: Place | None
) -> Iterator[Problem]:
    """The problem of a path under which nothing is uncertain."""
    if any(is_within(one, path) for one in uncertain):
        return
    if any(is_within(one, path) for one in paths):
        expected = "a value with a range, or one in uncertainty.vary"
        yield Problem(f"{where}: nothing at {path!r} is uncertain", place, expected=expected)
        return
    around = {known.rsplit(".", cut)[0] for known in paths for cut in range(3)}
    yield Problem(f"{where}: there is no value at {path!r}", place, nearest=nearest_path(path, sorted(around)))


def _vary_faults(scenario: Scenario, leaf: Leaf, varied: Varied) -> Iterator[Fault]:
    if varied.choices:
        yield from _choice_faults(scenario, leaf, varied)
        return
    number = isinstance(leaf.value, int | float) and not isinstance(leaf.value, bool)
    if leaf.unit == "financial year" or not (number or isinstance(leaf.value, Quantity)):
        yield Fault((), "not a number that can have a range", repr(value_of(scenario, leaf.path)), "choices")
        return
    if isinstance(leaf.value, Quantity) and leaf.value.is_dated and varied.change is None:
        expected = "change: factor (around 1) or change: shift (around 0), or ranges in place at each date"
        yield Fault((), "a range for a value with dates", str(leaf.value)[:60], expected)
        return
    yield from _range_of(leaf, varied)[1]


def _choice_faults(scenario: Scenario, leaf: Leaf, varied: Varied) -> Iterator[Fault]:
    choices = choices_of(scenario, leaf, varied)
    own = value_of(scenario, leaf.path)
    for choice in choices:
        if choice.value == own:
            continue
        try:
            with_values(scenario, {leaf.path: choice.value})
        except InputError as error:
            problem = error.problems[0]
            yield Fault(("choices",), f"{choice.value!r} cannot be chosen", problem.found, problem.expected,
                        problem.nearest)  # fmt: skip
    if own not in [choice.value for choice in choices]:
        yield Fault(("choices",), "the scenario's own value is not among them", repr(own), f"{own!r} too")
    if len({repr(choice.value) for choice in choices}) < len(choices):
        yield Fault(("choices",), "a choice is given twice", expected="each once")


def without_measures(uncertainty: Uncertainty, absent: Collection[str]) -> Uncertainty:
    """The section without what it says of measures that a file inherited and took away, or switched off."""
    roots = [f"measures.{name}" for name in absent]

    def is_gone(path: str) -> bool:
        return any(is_within(path, root) for root in roots)

    groups = [
        group.model_copy(update={"fields": tuple(path for path in group.fields if not is_gone(path))})
        for group in uncertainty.together
    ]
    return uncertainty.model_copy(
        update={
            "vary": {path: varied for path, varied in uncertainty.vary.items() if not is_gone(path)},
            "leave_out": tuple(path for path in uncertainty.leave_out if not is_gone(path)),
            "together": tuple(group for group in groups if group.fields),
        }
    )


def with_uncertainty(scenario: Scenario, uncertainty: Uncertainty) -> Scenario:
    """The scenario with another section. Raises InputError where it does not fit the rest."""
    scenario = dataclasses.replace(scenario, uncertainty=uncertainty)
    problems = list(uncertainty_problems(scenario, {}))
    if problems:
        raise InputError(problems)
    return scenario
