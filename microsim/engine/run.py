"""Runs every block of a sample through a set of arms, on threads, and can stop and go on again.

The compiled parts of a year do not hold the interpreter's lock, so threads run at once. Each thread has its own ledger;
the sums of integers do not depend on which thread took which block. A checkpoint is the sums so far and the list of
blocks in them, written under a new name and then moved into place.
"""

from __future__ import annotations

import os
import threading
import time
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np

from microsim.dynamics.tables import Tables
from microsim.engine.driver import ArmScratch, Assessment, Driver, Step, live_block, missing_parts
from microsim.engine.ledger import PEOPLE_LINES, Ledger
from microsim.engine.second_round import Arms, Returns, Rises, SecondRoundSums
from microsim.engine.watch import Watch, Watching, add_sums, watches_of
from microsim.engine.year import Scratch
from microsim.measures.contract import Line, Measure, Setting
from microsim.measures.find import files_of
from microsim.population.blocks import Block, Sample
from microsim.population.people import NOBODY, People
from microsim.taxes.tables import NO_TAXES, TaxArms

CHECKPOINT_SECONDS = 10.0
REPLICATE = 0
BASELINE, REFORM = "baseline", "reform"
SECOND_ROUND = "second round"  # the reform with pay raised by its additional training


@dataclass(frozen=True)
class ArmMeasure:
    """A measure in one arm: its State with tables for the run's years, and the name it has in the scenario.

    An `alternative` is another choice than the scenario's, by its label: only its lines' yearly totals are kept and its
    effects are for nobody. Of a measure without `detail` only the totals are kept, too.
    """

    arm: str
    name: str
    measure: Measure
    params: Any
    setting: Setting
    state: Any
    alternative: str | None = None
    detail: bool = True

    def fresh(self, rows: int) -> Any:
        """The State for a new block: the measure's own arrays at zero."""
        own = {name: np.zeros(rows, getattr(self.state, name).dtype) for name in self.measure.own}
        return self.state._replace(**own)


class Place(NamedTuple):
    """A line of a measure in an arm, and where in the ledger its sums are: with detail or in the totals."""

    entry: ArmMeasure
    line: Line
    detail: bool
    place: int


@dataclass(frozen=True)
class Programme:
    """What the engine runs: people, how they live, and the measures of every arm in order."""

    sample: Sample
    tables: Tables
    measures: tuple[ArmMeasure, ...]
    taxes: TaxArms = NO_TAXES
    changed_rules: tuple[str, ...] = ()  # arms besides the reform that have the rules of the reform
    parts: tuple[str, ...] = ()  # of the package that arms of their own take apart
    returns: Returns | None = None  # to additional training, in an arm of its own; needs taxes

    @cached_property
    def arms(self) -> tuple[str, ...]:
        """Every arm: the baseline, the reform, and any others that a measure is in or that have rules of their own."""
        others = [*self.changed_rules, *(entry.arm for entry in self.measures)]
        return tuple(dict.fromkeys([BASELINE, REFORM, *others, *([SECOND_ROUND] if self.has_second_round else [])]))

    @property
    def has_second_round(self) -> bool:
        """Whether second-round effects are worked out."""
        return self.returns is not None and self.taxes.arms > 0

    @cached_property
    def assessments(self) -> tuple[Assessment, ...]:
        """The arms whose taxes and benefits are worked out: the baseline, and all that could differ from it."""
        if not self.taxes.arms:
            return ()
        pays = {entry.arm for entry in self.measures if entry.measure.changes_pay and entry.alternative is None}
        pays |= set(self.arms) if BASELINE in pays else {SECOND_ROUND}  # no other arm may have the baseline's pay
        rules = {REFORM, SECOND_ROUND, *self.changed_rules} if self.taxes.arms > 1 else set()
        return tuple(
            Assessment(number, int(arm in rules))
            for number, arm in enumerate(self.arms)
            if arm == BASELINE or arm in pays or arm in rules
        )

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every measure's lines with their places in the ledger."""
        found, detailed, totals = [], PEOPLE_LINES, 0
        for entry in self.measures:
            for line in entry.measure.lines:
                detail = entry.detail and line.detail
                found.append(Place(entry, line, detail, detailed if detail else totals))
                detailed, totals = detailed + detail, totals + (not detail)
        return tuple(found)

    def assessed(self, arm: str) -> int:
        """The place among the assessments of an arm; where it is not assessed, nothing differs from the baseline."""
        number = self.arms.index(arm)
        return next((place for place, one in enumerate(self.assessments) if one.arm == number), 0)

    def steps(self, states: Sequence[Any]) -> list[Step]:
        """The turns of the measures in a year, given their State for a block."""
        starts = np.cumsum([0, *(len(entry.measure.lines) for entry in self.measures)])
        places = np.array([one.place if one.detail else -1 - one.place for one in self.places], np.int64)
        found = []
        for entry, state, first, last in zip(self.measures, states, starts[:-1], starts[1:], strict=True):
            arm, other = self.arms.index(entry.arm), entry.alternative is not None
            found.append(Step(entry.measure.kind, state, arm, other, places[first:last]))
        return found

    def ledger(self) -> Ledger:
        """No sums yet."""
        details = sum(one.detail for one in self.places)
        return Ledger.empty(
            PEOPLE_LINES + details, len(self.places) - details, len(self.assessments), len(self.sample.years),
            len(self.sample.population.area_codes),
        )  # fmt: skip

    def scratch(self, rows: int) -> tuple[Scratch, ArmScratch]:
        """Room for blocks of `rows` rows."""
        lines = max([len(entry.measure.lines) for entry in self.measures], default=1)
        rises = None
        if self.has_second_round and self.returns is not None:
            rises = Rises.make(self.returns, self._second_round_arms, rows)
        return Scratch.make(rows), ArmScratch.make(rows, lines, len(self.arms), len(self.assessments) > 1, rises)

    def second_round_sums(self) -> SecondRoundSums:
        """What is to be watched for the second round."""
        compared = self.assessments[self.assessed(REFORM)].arm
        arm_of = tuple(self.arms.index(entry.arm) for entry in self.measures)
        return SecondRoundSums(self._second_round_arms, compared, arm_of, len(self.sample.years))

    @property
    def _second_round_arms(self) -> Arms:
        return Arms(*(self.arms.index(arm) for arm in (BASELINE, REFORM, SECOND_ROUND)))

    def driver(self) -> Driver:
        """The compiled parts of a year, from the kept code when it is there."""
        return Driver.compiled(self._measure_files)

    def missing_parts(self) -> list[str]:
        """The parts of the driver of which no compiled code is kept, see `Driver.only`; dearest first."""
        return missing_parts(len(self.assessments), self._measure_files)

    @property
    def _measure_files(self) -> dict[str, tuple[Path, ...]]:
        return {entry.measure.kind: files_of(entry.measure) for entry in self.measures}

    def live(
        self,
        driver: Driver,
        block: Block,
        states: tuple[Any, ...],
        years: tuple[int, int],
        scratch: tuple[Scratch, ArmScratch],
        ledger: Ledger,
        watches: Sequence[Watch] = (),
    ) -> None:
        """Live a block through the years with index `years[0]` up to, not including, `years[1]`."""
        keys = self.sample.seed, REPLICATE
        with np.errstate(over="ignore"):  # only matters with the compiler switched off: words wrap around by design
            live_block(
                driver, block.people, block.present, self.tables, self.taxes.tables, self.steps(states),
                self.assessments, keys, years, *scratch, ledger, watches,
            )  # fmt: skip

    def live_all(
        self,
        driver: Driver,
        number: int,
        scratch: tuple[Scratch, ArmScratch],
        ledger: Ledger,
        watches: Sequence[Watch] = (),
    ) -> int:
        """Make block `number`, live all its years and add its sums to `ledger`. Returns its person-years."""
        block = self.sample.make(number)
        states = tuple(entry.fresh(len(block.people.id)) for entry in self.measures)
        if scratch[1].rises is not None:
            scratch[1].rises.forget()
        for watch in watches:
            watch.begin(number, block)
        self.live(driver, block, states, (0, len(self.sample.years)), scratch, ledger, watches)
        for watch in watches:
            watch.end()
        return int(block.present[1:].sum())


class Results(NamedTuple):
    """What a run has added up: the ledger, and the sums of everything that was watched."""

    ledger: Ledger
    watched: tuple[Any, ...]

    def add(self, other: Results) -> None:
        """Add another run's sums, or another thread's, to these."""
        for mine, theirs in zip((self.ledger, *self.watched), (other.ledger, *other.watched), strict=True):
            add_sums(mine, theirs)

    def arrays(self) -> dict[str, np.ndarray]:
        """Every array under a name of its own."""
        parts = {"ledger": self.ledger} | {f"watched{place}": sums for place, sums in enumerate(self.watched)}
        return {f"{name}.{number}": array for name, part in parts.items() for number, array in enumerate(part)}


@dataclass
class _Worker:
    """One thread's sums. The lock is held while a block is being lived, so that a snapshot never sees half of one."""

    scratch: tuple[Scratch, ArmScratch]
    ledger: Ledger
    watches: tuple[Watch, ...]
    done: list[int] = field(default_factory=list)
    whole: bool = True  # False when a block failed half-way: these sums are of no use
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def sums(self) -> Results:
        """Everything it has added up."""
        return Results(self.ledger, tuple(watch.sums for watch in self.watches))


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
    """Live every block and return the ledger; see `run_watched`."""
    return run_watched(programme, (), threads, order, progress, checkpoint, checkpoint_seconds).ledger


def run_watched(
    programme: Programme,
    watched: Sequence[Watching],
    threads: int | None = None,
    order: Sequence[int] | None = None,
    progress: Callable[[int, int], None] | None = None,
    checkpoint: Path | None = None,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
) -> Results:
    """Live every block and return the sums, those of everything `watched` included.

    `order` is the order in which blocks are taken (any gives the same sums); `progress` is called with (done, all);
    `checkpoint` is a file from which an earlier, interrupted run of the same programme goes on.
    """
    blocks = programme.sample.blocks

    def nothing() -> Results:
        return no_sums(programme, watched)

    total, already = load_checkpoint(checkpoint, nothing)
    waiting = [number for number in (range(len(blocks)) if order is None else order) if number not in already]
    queue = iter(waiting)
    queue_lock = threading.Lock()
    stop = threading.Event()
    saved = threading.Event()
    saved.set()
    driver = programme.driver()
    rows = programme.sample.block_rows
    count = max(1, min(threads or default_threads(), len(waiting) or 1))
    workers = [_Worker(programme.scratch(rows), programme.ledger(), watches_of(watched, rows)) for _ in range(count)]

    def work(worker: _Worker) -> None:
        while not stop.is_set():
            with queue_lock:
                number = next(queue, None)
            if number is None:
                return
            saved.wait()  # a snapshot being taken goes first
            with worker.lock:
                worker.whole = False
                programme.live_all(driver, number, worker.scratch, worker.ledger, worker.watches)
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
            _save_checkpoint(checkpoint, nothing(), total, already, workers)
        finally:
            saved.set()

    if not numba.config.DISABLE_JIT:
        compile_once(programme, driver, watched)
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
        total.add(worker.sums)
    return total


def no_sums(programme: Programme, watched: Sequence[Watching]) -> Results:
    """What a run has added up before its first block."""
    return Results(programme.ledger(), tuple(watch.sums for watch in watches_of(watched, 1)))


def compile_once(programme: Programme, driver: Driver, watched: Sequence[Watching]) -> None:
    """Compile (or load) everything once, before threads start: what makes blocks, the driver, what is watched."""
    programme.sample.make(0)
    live_nobody(programme, driver, watched)


def live_nobody(programme: Programme, driver: Driver, watched: Sequence[Watching]) -> None:
    """A year of nobody, which compiles (or loads) all that it calls."""
    nobody = Block(People.empty(1), np.zeros(len(programme.sample.years) + 1, np.int64))
    states = tuple(entry.fresh(1) for entry in programme.measures)
    watches = watches_of(watched, 1)
    for watch in watches:
        watch.begin(NOBODY, nobody)
    programme.live(driver, nobody, states, (0, 1), programme.scratch(1), programme.ledger(), watches)
    for watch in watches:
        watch.end()


def _save_checkpoint(path: Path, total: Results, base: Results, already: set[int], workers: list[_Worker]) -> None:
    total.add(base)
    done = set(already)
    for worker in workers:
        with worker.lock:
            if worker.whole:
                total.add(worker.sums)
                done.update(worker.done)
    write_checkpoint(path, total, done)


def write_checkpoint(path: Path, total: Results, done: set[int]) -> None:
    """Keep the sums of the blocks `done`, under a new name that is then moved into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(f".{os.getpid()}.new")
    with new.open("wb") as file:
        np.savez(file, done=np.array(sorted(done), np.int64), **total.arrays())  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def load_checkpoint(path: Path | None, nothing: Callable[[], Results]) -> tuple[Results, set[int]]:
    """The sums and blocks of an earlier run; nothing when there is none or it cannot be read."""
    total = nothing()
    if path is None or not path.exists():
        return total, set()
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            for name, array in total.arrays().items():
                array += file[name]
            return total, set(file["done"].tolist())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return nothing(), set()
