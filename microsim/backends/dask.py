"""The backend that leaves the machine: batches of blocks are lived by the workers of a Dask cluster.

A batch's sums come back once and are added once, with its blocks. Dask lives the batch of a worker that died again on
another. What is added so far is kept in the checkpoint, which is that of threads: either goes on with the other's.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import NamedTuple
from uuid import uuid4

import distributed
import numba

from microsim.backends import cluster
from microsim.backends.batches import Batches
from microsim.backends.compiling import compile_apart
from microsim.backends.contract import Work
from microsim.backends.recipe import recipe_of
from microsim.backends.sums import Packed, add_packed
from microsim.backends.worker import live_batch
from microsim.engine.run import (
    Results,
    compile_once,
    default_threads,
    load_checkpoint,
    no_sums,
    write_checkpoint,
)
from microsim.errors import InputError, Problem

_AHEAD = 2  # batches that each processor has: one to live, one to go on with
_LOOK_SECONDS = 1.0  # between looks at the cluster while no batch is finished
_log = logging.getLogger(__name__)


class Dask(NamedTuple):
    """A cluster of its own with so many processes, as processors unless given, or one that runs already."""

    scheduler: str | None = None
    processes: int | None = None

    def check(self) -> None:
        """Raises InputError where the scheduler does not answer."""
        if self.scheduler is not None:
            with cluster.running_cluster(self.scheduler):
                pass

    def run(self, work: Work) -> Results:
        """Live every block and return the sums. Raises InputError where the cluster cannot, or is lost."""
        programme = work.prepared.programme
        total, done = load_checkpoint(work.checkpoint, lambda: no_sums(programme, work.watched))
        blocks = range(len(programme.sample.blocks)) if work.order is None else work.order
        waiting = [number for number in blocks if number not in done]
        if not waiting:
            return total
        with self._cluster(work, len(waiting)) as client, client.as_current():
            _Run(work, client, total, done).live(waiting)
        return total

    @contextmanager
    def _cluster(self, work: Work, blocks: int) -> Iterator[distributed.Client]:
        if self.scheduler is not None:
            with cluster.running_cluster(self.scheduler) as client:
                yield client
            return
        processes = self.processes or default_threads()
        compile_apart(work.prepared, processes)
        if not numba.config.DISABLE_JIT:  # once here, and not in every process: they find what is kept
            compile_once(work.prepared.programme, work.prepared.programme.driver(), work.watched)
        with cluster.own_cluster(min(processes, blocks)) as client:
            yield client


class _Run:
    """The batches of one run on a cluster."""

    def __init__(self, work: Work, client: distributed.Client, total: Results, done: set[int]) -> None:
        self.work, self.client = work, client
        self.total, self.done = total, done
        self.all = len(work.prepared.programme.sample.blocks)
        self.recipe = recipe_of(work.prepared)
        self.out: dict[distributed.Future, list[int]] = {}  # batches that the cluster has
        self.whole = True  # False while a batch is added: what is kept then would hold half of it
        self.saved = time.monotonic()
        self.last_seen = time.monotonic()  # when the cluster was known to have a worker

    def live(self, waiting: list[int]) -> None:
        """Live the blocks that are waiting, adding their sums to the total."""
        threads = cluster.check_workers(self.client)
        _log.info("%s", _started(self.client, threads))
        batches = Batches(waiting)
        self._report()
        try:
            self._send(batches, threads)
            while self.out:
                for future in self._finished():
                    self._add(future)
                self._send(batches, cluster.processors(self.client))
        except (CancelledError, cluster.Lost):
            raise self._lost() from None
        except distributed.KilledWorker as error:
            raise _killed(error) from None
        finally:
            if len(self.done) < self.all:
                self._leave()

    def _send(self, batches: Batches, threads: int) -> None:
        """Give each processor of the cluster its batches."""
        while batches.left and len(self.out) < _AHEAD * max(1, threads):
            numbers = batches.cut(threads)
            name = f"microsim-{self.recipe.identity[:8]}-{uuid4().hex}"  # never that of a batch of another run
            future = self.client.submit(
                live_batch, self.recipe.identity, self.recipe.text(), numbers, key=name, pure=False
            )
            self.out[future] = numbers

    def _finished(self) -> list[distributed.Future]:
        """Batches that are ready, looking from time to time whether anybody is there to live them."""
        while True:
            try:
                ready = distributed.wait(list(self.out), timeout=_LOOK_SECONDS, return_when="FIRST_COMPLETED").done
                self.last_seen = time.monotonic()
                return list(ready)
            except TimeoutError:
                self._look()

    def _look(self) -> None:
        if cluster.processors(self.client):
            self.last_seen = time.monotonic()
        elif time.monotonic() - self.last_seen > cluster.WORKERS_SECONDS:
            raise cluster.no_workers(self.client)
        self._report()

    def _add(self, future: distributed.Future) -> None:
        """Add a batch's sums and its blocks, at once and once."""
        packed: Packed = cluster.result(future)
        numbers = self.out.pop(future)
        self.whole = False
        add_packed(self.total, packed)
        self.done.update(numbers)
        self.whole = True
        self._report()
        if time.monotonic() - self.saved > self.work.checkpoint_seconds:
            self._save()

    def _report(self) -> None:
        if self.work.progress is not None:
            self.work.progress(len(self.done), self.all)

    def _save(self) -> None:
        if self.work.checkpoint is not None:
            write_checkpoint(self.work.checkpoint, self.total, self.done)
        self.saved = time.monotonic()

    def _leave(self) -> None:
        """Keep what is added so far, and take back what nobody will add."""
        if self.whole:
            self._save()
        if self.client.status == "running":
            self.client.cancel(list(self.out))
        self.out.clear()

    def _lost(self) -> InputError:
        kept = "the same command goes on from there" if self.work.checkpoint else "without a run folder nothing is kept"
        return InputError(f"the Dask cluster was lost with {len(self.done):,} of {self.all:,} blocks done; {kept}")


def _killed(error: distributed.KilledWorker) -> InputError:
    """That workers die of their work."""
    return InputError(
        Problem(
            f"a batch of blocks was lost with its worker {error.allowed_failures + 1} times",
            None,
            f"the last on {error.last_worker.address}",
            "workers that live: their logs say what ended them, such as a lack of memory",
        )
    )


def _started(client: distributed.Client, threads: int) -> str:
    """What is said when the workers begin."""
    workers = len(client.nthreads())
    return (
        f"Dask: {workers:,} workers with {threads:,} threads at {client.scheduler.address}; "
        "each prepares the run once and compiles the model, or loads what it kept"
    )
