"""What each compiled part of a year and each collector costs within a whole run, and what is left for Python.

The blocks of a run are lived as ever, in one thread, with a clock around every call that a block's year makes: the
compiled parts of the driver, the functions that move rows about, what is watched, and the making of people. Times are
of the processor, and a call within another is not counted in the outer one. What no clock covers is the rest.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from microsim.engine import driver as driver_module
from microsim.engine.driver import Driver
from microsim.engine.run import run_watched
from microsim.engine.watch import watches_of
from microsim.running.prepare import Prepared
from microsim.running.tables import watch_all

PARTS = tuple(name for name in Driver._fields if name != "measures")  # the compiled parts but for measures' turns
MAKING, REST = "making people", "the rest, in Python"
_WATCHED = ("begin", "measured", "assessed", "year", "end")


class Clock:
    """Seconds of processor by name; a call within another is taken off the outer one."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._within: list[float] = []

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, timed under `name`."""

        def call(*arguments: Any, **named: Any) -> Any:
            started = time.thread_time()
            self._within.append(0.0)
            try:
                return function(*arguments, **named)
            finally:
                taken = time.thread_time() - started
                self.seconds[name] += taken - self._within.pop()
                if self._within:
                    self._within[-1] += taken

        return call


def nanoseconds_by_stage(prepared: Prepared, blocks: int = 8) -> dict[str, float]:
    """Nanoseconds for a row and year of each stage of a run, from at most so many blocks spread over all.

    A row counts in every year in which it is present, also once its person has died or left.
    """
    programme = prepared.programme
    watched = watch_all(prepared, None, None).all
    run_watched(programme, watched, threads=1, order=())  # loads what is compiled
    numbers = spread(len(programme.sample.blocks), blocks)
    clock = Clock()
    plain = programme.driver()
    rows = programme.sample.block_rows
    driver = plain._replace(
        **{name: clock.timed(name.replace("_", " "), getattr(plain, name)) for name in PARTS},
        measures={kind: clock.timed(f"measure: {kind}", turn) for kind, turn in plain.measures.items()},
    )
    watches = watches_of(watched, rows)
    for watch in watches:
        for name in _WATCHED:
            setattr(watch, name, clock.timed(f"{type(watch).__name__}: {name}", getattr(watch, name)))
    scratch, ledger = programme.scratch(rows), programme.ledger()
    row_years = 0
    with _inner_calls(clock):
        live = clock.timed(REST, programme.live)
        for number in numbers:
            block = clock.timed(MAKING, programme.sample.make)(number)
            row_years += int(block.present[1 : len(programme.sample.years) + 1].sum())
            states = tuple(entry.fresh(len(block.people.id)) for entry in programme.measures)
            for watch in watches:
                watch.begin(number, block)
            live(driver, block, states, (0, len(programme.sample.years)), scratch, ledger, watches)
            for watch in watches:
                watch.end()
    return {name: seconds / row_years * 1e9 for name, seconds in clock.seconds.items()}


def spread(all_blocks: int, wanted: int) -> list[int]:
    """At most `wanted` numbers of blocks, spread evenly over all."""
    step = max(1, -(-all_blocks // wanted))
    return list(range(0, all_blocks, step))


@contextmanager
def _inner_calls(clock: Clock) -> Iterator[None]:
    """Time the engine's functions that the driver's module calls, but for the driver's own."""
    namespace = vars(driver_module)
    found = {
        name: value
        for name, value in namespace.items()
        if callable(value)
        and not isinstance(value, type)
        and getattr(value, "__module__", "").startswith("microsim.engine.")
        and value.__module__ != driver_module.__name__
    }
    for name, function in found.items():
        namespace[name] = clock.timed(name.replace("_", " "), function)
    try:
        yield
    finally:
        namespace.update(found)
