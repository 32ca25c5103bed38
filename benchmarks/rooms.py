"""What each kernel of the compiled year costs, alone: nanoseconds for a row and year, in the driver's order.

The driver is walked in plain Python with each of its kernels compiled apart and timed, on a real block whose people go
on from year to year as in a run. Calling a kernel from Python takes some microseconds: the same walk over no rows says
how many, and they are taken off (what a kernel does whatever the rows goes with them). Times below half a nanosecond
are noise. The compiled driver as a whole, timed the same way, stands at the end beside the sum.
"""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any

import numpy as np

from microsim.engine.assessment import entitlements_of, means_of, taxes_of
from microsim.engine.driver import Driver
from microsim.engine.run import Programme
from microsim.engine.tax_sums import sums_of
from microsim.engine.turn import apply_measure
from microsim.engine.year import live_year
from microsim.kernels import random
from microsim.kernels.jit import callable_from_python, in_parts
from microsim.measures.contract import cost
from microsim.population.blocks import Block
from microsim.population.people import People

REPEATS = 9
DRIVER, SUM = "compiled driver", "sum of the above"
_GROUP_OF_DRAWS = 5  # the place of `group` among the arguments of `random_words`
_GROUPS = {value: name for name, value in vars(random).items() if name.isupper() and isinstance(value, int)}


def nanoseconds_by_kernel(programme: Programme, number: int = 0, repeats: int = REPEATS) -> dict[str, float]:
    """Nanoseconds for each row and year, by kernel, of block `number`, from the shortest time of each year.

    `random_words` is given by group of draws. A year's rows are all that are present, also for a kernel that only goes
    over those who were already there.
    """
    block = programme.sample.make(number)
    nobody = block._replace(present=np.zeros_like(block.present))
    rows = int(block.present[1 : len(programme.sample.years) + 1].sum())
    seconds: dict[str, float] = defaultdict(float)

    def apart(function: Any, **instead: Any) -> Any:
        return in_parts(function, lambda name, twin: _timed(name, twin, seconds), **instead)

    compiled = programme.driver()
    turns = {kind: apart(apply_measure, cost=_timed(f"cost of {kind}", _COST, seconds)) for kind in compiled.measures}
    live, means, entitlements, taxes, sums = map(apart, (live_year, means_of, entitlements_of, taxes_of, sums_of))
    parts = compiled._replace(
        live=live, means=means, entitlements=entitlements, taxes=taxes, sums=sums, measures=turns
    )  # fmt: skip
    timed = {kind: _timed(DRIVER, turn, seconds) for kind, turn in compiled.measures.items()}
    names = set(Driver._fields) - {"measures"}
    whole = compiled._replace(
        **{name: _timed(DRIVER, getattr(compiled, name), seconds) for name in names}, measures=timed
    )
    found: dict[str, float] = {}
    for driver in (parts, whole):
        full, none = (_shortest(programme, driver, people, seconds, repeats) for people in (block, nobody))
        found |= {name: max(0.0, float((full[name] - none.get(name, 0.0)).sum())) / rows * 1e9 for name in full}
    driver_alone = found.pop(DRIVER)
    return {**found, SUM: sum(found.values()), DRIVER: driver_alone}


def _timed(name: str, function: Any, seconds: dict[str, float]) -> Any:
    """`function`, adding the time of each call to `seconds`, under `name` and, for draws, their group."""

    def call(*arguments: Any) -> Any:
        started = time.perf_counter()
        result = function(*arguments)
        taken = time.perf_counter() - started
        group = f" {_GROUPS[arguments[_GROUP_OF_DRAWS]]}" if name == "random_words" else ""
        seconds[name + group] += taken
        return result

    return call


def _shortest(
    programme: Programme, driver: Any, block: Block, seconds: dict[str, float], repeats: int
) -> dict[str, np.ndarray]:
    """The shortest of some walks over the years of a block, by what is timed and by year: the least disturbed."""
    walks = [_walk(programme, driver, block, seconds) for _ in range(repeats + 1)][1:]  # the first one compiles
    return {name: np.min([walk[name] for walk in walks], axis=0) for name in walks[0]}


def _walk(programme: Programme, driver: Any, block: Block, seconds: dict[str, float]) -> dict[str, np.ndarray]:
    """Seconds by what is timed and by year, of one walk over a copy of `block`."""
    years = len(programme.sample.years)
    block = block._replace(people=People(*(column.copy() for column in block.people)))
    states = tuple(entry.fresh(len(block.people.id)) for entry in programme.measures)
    scratch, ledger = programme.scratch(len(block.people.id)), programme.ledger()
    found: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(years))
    for index in range(years):
        seconds.clear()
        programme.live(driver, block, states, (index, index + 1), scratch, ledger)
        for name, taken in seconds.items():
            found[name][index] = taken
    return found


def _cost(own, people, clock, age_sex, room, effects, lines):
    """The measures' own kernels, chosen by the compiler as in the driver."""
    cost(own, people, clock, age_sex, room, effects, lines)


_COST = callable_from_python(_cost)
