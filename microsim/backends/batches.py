"""How the blocks of a run are cut into batches: large while there is much to do, small at the end, so that all workers
finish together."""

from __future__ import annotations

import math
from collections.abc import Sequence

LARGEST = 64  # blocks in a batch: less than a minute's work, which is what a worker that dies loses
SHARE = 4  # batches that each processor of the cluster should still get, when one is cut


class Batches:
    """The blocks that are waiting, in order."""

    def __init__(self, waiting: Sequence[int]) -> None:
        self._waiting = list(waiting)
        self._next = 0

    @property
    def left(self) -> int:
        """Blocks that no batch has yet."""
        return len(self._waiting) - self._next

    def cut(self, processors: int) -> list[int]:
        """The next batch, for a cluster of that many processors; empty when none is left."""
        size = min(LARGEST, math.ceil(self.left / (SHARE * max(1, processors))))
        first, self._next = self._next, self._next + size
        return self._waiting[first : self._next]
