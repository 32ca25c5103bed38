"""What runs on a worker of a cluster: it prepares a run once, from its recipe, and lives the batches it is given.

A worker takes plain text and whole numbers and gives back arrays of sums. Threads of one worker share what is prepared.
"""

from __future__ import annotations

import platform
import threading
from collections.abc import Sequence
from typing import NamedTuple

import numba

from microsim.backends.recipe import Recipe, prepare_again
from microsim.backends.sums import Packed, pack
from microsim.engine.driver import Driver
from microsim.engine.run import Programme, Results, compile_once
from microsim.engine.watch import Watching, watches_of
from microsim.errors import InputError
from microsim.running.tables import watch_all


class Ready(NamedTuple):
    """A run prepared and compiled."""

    programme: Programme
    watched: Sequence[Watching]
    driver: Driver


_ready: dict[str, Ready] = {}  # the last run's alone, by its identity: another run's tables would fill the memory
_preparing = threading.Lock()


def live_batch(identity: str, recipe: str, numbers: Sequence[int]) -> Packed:
    """The sums of the blocks with these numbers. Raises InputError where this worker would make another run."""
    try:
        ready = _prepared(identity, recipe)
    except InputError as error:
        where = f"on worker {platform.node()}"
        raise InputError(
            problem._replace(message=f"{where}: {problem.message}") for problem in error.problems
        ) from None
    programme, watched, driver = ready
    rows = programme.sample.block_rows
    scratch, ledger, watches = programme.scratch(rows), programme.ledger(), watches_of(watched, rows)
    for number in numbers:
        programme.live_all(driver, number, scratch, ledger, watches)
    return pack(Results(ledger, tuple(watch.sums for watch in watches)))


def _prepared(identity: str, recipe: str) -> Ready:
    with _preparing:
        if identity not in _ready:
            prepared = prepare_again(Recipe.read(recipe))
            programme, watched = prepared.programme, watch_all(prepared, None, None).all
            driver = programme.driver()
            if not numba.config.DISABLE_JIT:
                compile_once(programme, driver, watched)
            _ready.clear()
            _ready[identity] = Ready(programme, watched, driver)
        return _ready[identity]
