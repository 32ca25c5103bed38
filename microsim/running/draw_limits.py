"""National cash limits in many draws: each draw keeps to its own, by shares served that pilot runs find for all.

The search of a draw is that of `microsim.engine.rationing`, so that its shares are those of a run of the draw alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from microsim.engine.digests import digest_of
from microsim.engine.draws import Draw, Draws, state_digest
from microsim.engine.rationing import capped_total, meet_limits, served
from microsim.engine.run import BASELINE, REFORM, ArmMeasure, Programme, run_watched
from microsim.measures import find_measure
from microsim.running.workshop import Workshop
from microsim.scenario.schema import MeasureEntry, Scenario
from microsim.scenario.values import MeasureParams

TOGETHER = 48  # measures in one pilot run


def serve_within_limits(workshop: Workshop, scenarios: Sequence[Scenario], threads: int | None) -> list[Scenario]:
    """The scenarios with the shares served that keep each measure with a limit within it."""
    found = list(scenarios)
    for arm, entries_of, with_entries in _ARMS:
        for place in range(len(entries_of(scenarios[0]))):
            for number, params in _params(workshop, found, arm, place, entries_of, threads).items():
                entries = list(entries_of(found[number]))
                entries[place] = replace(entries[place], params=params)
                found[number] = with_entries(found[number], tuple(entries))
    return found


_Entries = tuple[MeasureEntry, ...]
_ARMS: tuple[tuple[str, Callable[[Scenario], _Entries], Callable[[Scenario, _Entries], Scenario]], ...] = (
    (BASELINE, lambda scenario: scenario.baseline_measures, lambda one, its: replace(one, baseline_measures=its)),
    (REFORM, lambda scenario: scenario.measures, lambda one, its: replace(one, measures=its)),
)


def _params(
    workshop: Workshop, scenarios: Sequence[Scenario], arm: str, place: int, entries_of: Callable[[Scenario], _Entries],
    threads: int | None,
) -> dict[int, MeasureParams]:  # fmt: skip
    """By draw, the params within the limit of the measure at a place of an arm; nothing where there is no limit."""
    groups: dict[str, dict[str, tuple[ArmMeasure, np.ndarray, list[int]]]] = {}
    for number, scenario in enumerate(scenarios):
        written = entries_of(scenario)[place]
        cap = find_measure(written.kind).cap
        limit = None if cap is None else cap.limit(written.params, workshop.setting(scenario, arm))
        if limit is not None:
            entry = workshop.measure(scenario, arm, written)
            alike = groups.setdefault(workshop.lives_digest(scenario), {})
            alike.setdefault(digest_of(state_digest(entry), limit), (entry, limit, []))[2].append(number)
    found: dict[int, MeasureParams] = {}
    for alike in groups.values():
        entries, limits, numbers = zip(*alike.values(), strict=True)
        alone = workshop.programme(workshop.tables(scenarios[numbers[0][0]]), ())

        def total_of(
            places: Sequence[int], shares: Sequence[np.ndarray],
            alone: Programme = alone, entries: Sequence[ArmMeasure] = entries,
        ) -> list[np.ndarray]:  # fmt: skip
            measures = [served(entries[at], share) for at, share in zip(places, shares, strict=True)]
            parts = (measures[first : first + TOGETHER] for first in range(0, len(measures), TOGETHER))
            return [total for part in parts for total in _totals(alone, part, threads)]

        for (shares, _), entry, mine in zip(meet_limits(limits, total_of), entries, numbers, strict=True):
            params = served(entry, shares).params
            found |= dict.fromkeys(mine, params)
    return found


def _totals(alone: Programme, measures: Sequence[ArmMeasure], threads: int | None) -> list[np.ndarray]:
    """Pence a year of the capped lines of each measure, in lives of everybody with that measure alone."""
    plan = Draws(alone, tuple(Draw((measure,)) for measure in measures))
    results = run_watched(alone, [plan], threads)
    programmes = [replace(alone, measures=(measure,)) for measure in measures]
    return [capped_total(own, plan.ledger_of(at, own, results)) for at, own in enumerate(programmes)]
