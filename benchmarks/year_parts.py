"""Every compiled part and collector of one year of a block of the package, ready to be called again and again.

A block is lived up to a year in the middle. In that year every call is noted with all that stands in its arrays before
it, so that each can be made again from the same state. Sums go on adding up: that takes the same time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from benchmarks.stages import PARTS
from microsim.engine.run import run_watched
from microsim.engine.watch import watches_of
from microsim.running.prepare import Prepared
from microsim.running.tables import watch_all

YEAR = 11  # among those lived: the twelfth, when every measure has begun
_COLLECTED = ("measured", "assessed", "year")


class Call(NamedTuple):
    """One call of a year: `again` makes it, `restore` puts back what stood in its arrays before."""

    again: Callable[[], Any]
    restore: Callable[[], None]
    rows: int


def calls_of_a_year(prepared: Prepared, number: int | None = None, index: int = YEAR) -> dict[str, Call]:
    """The first call of each compiled part, measure's turn and collector in year `index` of a block, by name."""
    programme = prepared.programme
    watched = watch_all(prepared, None, None).all
    run_watched(programme, watched, threads=1, order=())
    number = len(programme.sample.blocks) // 2 if number is None else number
    block = programme.sample.make(number)
    rows = len(block.people.id)
    states = tuple(entry.fresh(rows) for entry in programme.measures)
    scratch, ledger, watches = programme.scratch(rows), programme.ledger(), watches_of(watched, rows)
    for watch in watches:
        watch.begin(number, block)
    programme.live(programme.driver(), block, states, (0, index), scratch, ledger, watches)
    sums = {id(array) for found in (ledger, *(watch.sums for watch in watches)) for array in found}
    everything = arrays_in((block.people, states, scratch, [vars(watch) for watch in watches]), sums)
    found: dict[str, Call] = {}

    def noted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            if name not in found:
                before = [array.copy() for array in everything]

                def restore() -> None:
                    for array, values in zip(everything, before, strict=True):
                        array[...] = values

                found[name] = Call(lambda: function(*arguments), restore, int(block.present[index + 1]))
            return function(*arguments)

        return call

    plain = programme.driver()
    driver = plain._replace(
        **{name: noted(name, getattr(plain, name)) for name in PARTS},
        measures={kind: noted(f"measure: {kind}", turn) for kind, turn in plain.measures.items()},
    )
    for watch in watches:
        for name in _COLLECTED:
            setattr(watch, name, noted(f"{type(watch).__name__}: {name}", getattr(watch, name)))
    programme.live(driver, block, states, (index, index + 1), scratch, ledger, watches)
    return found


def arrays_in(found: Any, leave_out: set[int]) -> list[np.ndarray]:
    """Every array that can be written in nested tuples, lists and dictionaries, once each, but for those left out."""
    arrays: dict[int, np.ndarray] = {}

    def look(one: Any) -> None:
        if isinstance(one, np.ndarray):
            if one.flags.writeable and id(one) not in leave_out:
                arrays[id(one)] = one
        elif isinstance(one, dict):
            look(list(one.values()))
        elif isinstance(one, (tuple, list)):
            for part in one:
                look(part)

    look(found)
    return list(arrays.values())
