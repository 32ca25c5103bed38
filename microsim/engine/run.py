"""Runs every block of a sample through a set of arms, on threads, and can stop and go on again.

The compiled driver does not hold the interpreter's lock, so threads run at once. Each thread has its own ledger; the
sums of integers do not depend on which thread took which block. A checkpoint is the sums so far and the list of blocks
in them, written under a new name and then moved into place.
"""

from __future__ import annotations

import os
import threading
import time
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numba
import numpy as np

from microsim.dynamics.tables import Tables
from microsim.engine.driver import Scratch, live_block
from microsim.engine.ledger import PEOPLE_LINES, Ledger
from microsim.kernels.jit import compile_driver
from microsim.measures.contract import Line, Measure, NoMeasure, Setting
from microsim.population.blocks import Block, Sample
from microsim.taxes.tables import NO_TAXES, TaxArms

CHECKPOINT_SECONDS = 10.0
REPLICATE = 0


@dataclass(frozen=True)
class ArmMeasure:
    """A measure in one arm: its State with tables for the run's years, and the name it has in the scenario."""

    arm: str
    name: str
    measure: Measure
    params: Any
    setting: Setting
    state: Any

    def fresh(self, rows: int) -> Any:
        """The State for a new block: the measure's own arrays at zero."""
        own = {name: np.zeros(rows, getattr(self.state, name).dtype) for name in self.measure.own}
        return self.state._replace(**own)


@dataclass(frozen=True)
class Programme:
    """What the engine runs: people, how they live, and the measures of every arm in order."""

    sample: Sample
    tables: Tables
    measures: tuple[ArmMeasure, ...]
    sources: tuple[Path, ...] = ()  # files of plug-in measures
    taxes: TaxArms = NO_TAXES

    @property
    def line_counts(self) -> np.ndarray:
        return np.array([len(entry.measure.lines) for entry in self.measures], np.int64)

    @property
    def first_lines(self) -> np.ndarray:
        """Where each measure's lines start in the ledger."""
        counts = self.line_counts
        return PEOPLE_LINES + np.cumsum(counts) - counts

    def ledger(self) -> Ledger:
        lines = PEOPLE_LINES + int(self.line_counts.sum())
        return Ledger.empty(lines, len(self.sample.years), len(self.sample.population.area_codes))

    def scratch(self, rows: int) -> Scratch:
        return Scratch.make(rows, max([len(entry.measure.lines) for entry in self.measures], default=1))

    def lines(self) -> list[tuple[ArmMeasure, Line, int]]:
        """Every measure's lines with their place in the ledger."""
        return [
            (entry, line, int(first) + place)
            for entry, first in zip(self.measures, self.first_lines, strict=True)
            for place, line in enumerate(entry.measure.lines)
        ]

    def driver(self) -> Any:
        """The compiled driver, from the kept code when it is there."""
        return compile_driver(live_block, self.sources)

    def live(
        self,
        driver: Any,
        block: Block,
        states: tuple[Any, ...],
        years: tuple[int, int],
        scratch: Scratch,
        ledger: Ledger,
    ) -> None:
        """Live a block through the years with index `years[0]` up to, not including, `years[1]`."""
        first_lines, line_counts = self.first_lines, self.line_counts
        if not states:
            states, first_lines, line_counts = (NoMeasure(),), np.zeros(1, np.int64), np.zeros(1, np.int64)
        with np.errstate(over="ignore"):  # only matters with the compiler switched off: words wrap around by design
            driver(
                block.people, block.people.read_only(), block.present, self.tables, self.taxes, states,
                first_lines, line_counts, (self.sample.seed, REPLICATE), years, scratch, ledger,
            )  # fmt: skip

    def live_all(self, driver: Any, number: int, scratch: Scratch, ledger: Ledger) -> int:
        """Make block `number`, live all its years and add its sums to `ledger`. Returns its person-years."""
        block = self.sample.make(number)
        states = tuple(entry.fresh(len(block.people.id)) for entry in self.measures)
        self.live(driver, block, states, (0, len(self.sample.years)), scratch, ledger)
        return int(block.present[1:].sum())


@dataclass
class _Worker:
    """One thread's sums. The lock is held while a block is being lived, so that a snapshot never sees half of one."""

    scratch: Scratch
    ledger: Ledger
    done: list[int] = field(default_factory=list)
    whole: bool = True  # False when a block failed half-way: these sums are of no use
    lock: threading.Lock = field(default_factory=threading.Lock)


def default_threads() -> int:
    """The processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_blocks(
    programme: Programme,
    threads: int | None = None,
    order: Sequence[int] | None = None,
    progress: Callable[[int, int], None] | None = None,
    checkpoint: Path | None = None,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
) -> Ledger:
    """Live every block and return the sums.

    `order` is the order in which blocks are taken (any gives the same sums); `progress` is called with (done, all);
    `checkpoint` is a file from which an earlier, interrupted run of the same programme goes on.
    """
    blocks = programme.sample.blocks
    total, already = _load_checkpoint(checkpoint, programme)
    waiting = [number for number in (range(len(blocks)) if order is None else order) if number not in already]
    queue = iter(waiting)
    queue_lock = threading.Lock()
    stop = threading.Event()
    saved = threading.Event()
    saved.set()
    driver = programme.driver()
    rows = programme.sample.block_rows
    count = max(1, min(threads or default_threads(), len(waiting) or 1))
    workers = [_Worker(programme.scratch(rows), programme.ledger()) for _ in range(count)]

    def work(worker: _Worker) -> None:
        while not stop.is_set():
            with queue_lock:
                number = next(queue, None)
            if number is None:
                return
            saved.wait()  # a snapshot being taken goes first
            with worker.lock:
                worker.whole = False
                programme.live_all(driver, number, worker.scratch, worker.ledger)
                worker.done.append(number)
                worker.whole = True

    def report() -> None:
        if progress is not None:
            progress(len(already) + sum(len(worker.done) for worker in workers), len(blocks))

    def save() -> None:
        if checkpoint is None:
            return
        saved.clear()
        try:
            _save_checkpoint(checkpoint, total, already, workers, programme)
        finally:
            saved.set()

    if not numba.config.DISABLE_JIT:
        _compile(programme, driver)
    last_save = time.monotonic()
    with ThreadPoolExecutor(count) as pool:
        running = {pool.submit(work, worker) for worker in workers}
        try:
            while running:
                finished, running = wait(running, timeout=0.1, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
                report()
                if time.monotonic() - last_save > checkpoint_seconds:
                    save()
                    last_save = time.monotonic()
        except BaseException:
            stop.set()
            wait(running)
            save()
            raise
    for worker in workers:
        total.add(worker.ledger)
    return total


def _compile(programme: Programme, driver: Any) -> None:
    """Compile (or load) the driver once, before threads start, on no years of the smallest possible block."""
    block = programme.sample.make(0)
    block = Block(type(block.people).empty(1), np.minimum(block.present, 1))
    states = tuple(entry.fresh(1) for entry in programme.measures)
    programme.live(driver, block, states, (0, 0), programme.scratch(1), programme.ledger())


def _save_checkpoint(path: Path, base: Ledger, already: set[int], workers: list[_Worker], programme: Programme) -> None:
    total = programme.ledger()
    total.add(base)
    done = set(already)
    for worker in workers:
        with worker.lock:
            if worker.whole:
                total.add(worker.ledger)
                done.update(worker.done)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(f".{os.getpid()}.new")
    with new.open("wb") as file:
        np.savez(file, done=np.array(sorted(done), np.int64), **total._asdict())
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _load_checkpoint(path: Path | None, programme: Programme) -> tuple[Ledger, set[int]]:
    """The sums and blocks of an earlier run; nothing when there is none or it cannot be read."""
    ledger = programme.ledger()
    if path is None or not path.exists():
        return ledger, set()
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            ledger.add(Ledger(*(file[name] for name in Ledger._fields)))
            return ledger, set(file["done"].tolist())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return programme.ledger(), set()
