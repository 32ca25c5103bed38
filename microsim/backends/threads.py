"""The backend that needs nothing: threads of this process, see `microsim.engine.run`."""

from __future__ import annotations

from typing import NamedTuple

from microsim.backends.compiling import compile_apart
from microsim.backends.contract import Work
from microsim.engine.run import Results, default_threads, run_watched


class Threads(NamedTuple):
    """Threads of this process, all processors unless a number is given."""

    threads: int | None = None

    def run(self, work: Work) -> Results:
        """Live every block and return the sums."""
        compile_apart(work.prepared, self.threads or default_threads())
        return run_watched(
            work.prepared.programme, work.watched, self.threads, work.order, work.progress, work.checkpoint,
            work.checkpoint_seconds,
        )  # fmt: skip
