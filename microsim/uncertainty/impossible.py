"""Ranges in a scenario that no distribution of the name they give can have, found where the file is read.

What can be told from the numbers alone is told by `microsim.scenario.shapes`; whether percentiles and mean go together,
and whether anything is left inside the limits of a field, only the distribution itself can tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from microsim.errors import InputError, Place, Problem
from microsim.scenario.places import Leaf, counted_from_zero, leaves
from microsim.scenario.quantities import Quantity
from microsim.scenario.schema import Scenario
from microsim.scenario.shapes import AROUND_MEAN
from microsim.scenario.source import KeyPath, place_of
from microsim.scenario.uncertain_paths import SECTION, left_out, ranged, varied_quantity
from microsim.uncertainty.distributions import bounds_of, shape_of


def impossible_shapes(scenario: Scenario) -> list[Problem]:
    """A problem for each range that is to be drawn, in place or in `uncertainty.vary`, that is no distribution."""
    varied = {counted_from_zero(path): (path, entry) for path, entry in scenario.uncertainty.vary.items()}
    problems: list[Problem] = []
    for leaf in ranged(scenario):
        if counted_from_zero(leaf.path) not in varied and not left_out(leaf.path, scenario.uncertainty):
            problems += _told(leaf.path, leaf.value, leaf, _in_file(scenario, leaf.path))
    known = {counted_from_zero(leaf.path): leaf for leaf in leaves(scenario)}
    for place, (path, entry) in varied.items():
        if not entry.choices and (entry.distribution or "") in AROUND_MEAN:
            at, leaf = place_of(scenario.places, (SECTION, "vary", path)), known[place]
            limits = leaf if entry.change is None else leaf._replace(limits={})  # of what is done to it there are none
            problems += _told(f"uncertainty.vary.{path}", varied_quantity(leaf, entry), limits, at)
    return problems


def _told(name: str, quantity: Quantity, leaf: Leaf, place: Place | None) -> Iterator[Problem]:
    for step in quantity.steps:
        if not step.is_uncertain or step.distribution not in AROUND_MEAN:
            continue  # between two ends there always is one
        try:
            shape_of(step, *bounds_of(leaf.limits))
        except InputError as error:
            numbers = [f"{end:g}" for end in (step.low, step.high) if end is not None]
            found = f"{step.central:g}, {' to '.join(numbers)}".rstrip(", ")
            expected = "numbers that go together, or another distribution"
            for problem in error.problems:
                yield Problem(f"{name}: {problem.message}", place, found, expected)


def _in_file(scenario: Scenario, path: str) -> Place | None:
    """Where a value stands, or what is around it; None of one that no file of the scenario writes."""
    keys: KeyPath = tuple(int(key) if key.isdigit() else key for key in counted_from_zero(path).split("."))
    return place_of(scenario.places, keys)
