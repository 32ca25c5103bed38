"""What every backend is given, and what it gives back: the same sums, wherever blocks are lived and in any order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from microsim.engine.run import CHECKPOINT_SECONDS, Results
from microsim.engine.watch import Watching
from microsim.running.prepare import Prepared


class Work(NamedTuple):
    """A run made ready. The rest is as in `microsim.engine.run.run_watched`."""

    prepared: Prepared
    watched: Sequence[Watching]
    order: Sequence[int] | None = None
    progress: Callable[[int, int], None] | None = None
    checkpoint: Path | None = None
    checkpoint_seconds: float = CHECKPOINT_SECONDS


class Backend(Protocol):
    """A place where blocks are lived."""

    def run(self, work: Work) -> Results:
        """Live every block that the checkpoint does not hold and return the sums of all."""
