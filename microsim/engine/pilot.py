"""The pilot run that finds the factors of the alignment: a sample lives a year at a time, all blocks in step.

Each year is lived from the same state several times, with the same random draws: first without this year's factors,
then with factors that a Newton step says would hold each figure, then with factors corrected by what the step did.
The last of these lives is kept. Beside it the same people live unaligned, which shows what the alignment does.

A group of few lives is dominated by luck, which another sample does not share. Its step is therefore drawn towards
what is expected of it: last year's factor and, for local authorities, the line through all of them (the further an
authority lies from England, the more it must be held). All sums are of integers, so that threads change nothing.
"""

from __future__ import annotations

import dataclasses
import math
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from microsim.dynamics.alignment import no_alignment, spread
from microsim.engine.held import COUNTS, HELD_PART, HELD_WHOLE, LIVES, PART, WHOLE, Target, count_held
from microsim.engine.run import Programme, default_threads
from microsim.kernels.jit import compile_driver
from microsim.population.blocks import Block
from microsim.population.factors import Factors
from microsim.population.people import People

ROUNDS = 3  # lives of a year with factors
LIMIT = math.log(20.0)  # a log-odds shift stops here: a figure that needs more is reported as not held
DECIMALS = 4  # shifts are rounded, so that no processor's last bit shows
FIRST_ROUNDS = 5  # in the first year, when nothing is known of how lives respond
_PROBE = 0.1  # the largest shift of its first round
_FIRST_RESPONSE = 0.3  # see Solver._response: most people keep their status
_RESPONSES = (0.02, 50.0)  # limits of the same
_UNLIKE = 30.0  # times by which a group's response may differ from that of all
_LARGEST_STEP = 1.0  # of a shift from one round to the next
_MEMORY = 0.9  # how much of what was learned of responses is kept from one round to the next
_SURE = 10.0  # lives moved at which what a group itself did counts as much as what all did
_FIRST_SURE = 50.0  # and at which what all did counts as much as the first guess
_STATE = People._fields.index("resident")  # the first column that a year can change


@dataclass
class _Worker:
    """What one thread needs."""

    scratch: Any
    ledger: Any


@dataclass
class Pilot:
    """The blocks of a sample, lived in step. `programme` has no measures."""

    programme: Programme
    threads: int
    aligned: Programme = field(init=False)  # shares the arrays of factors that are being found
    workers: threading.local = field(default_factory=threading.local, init=False)

    def __post_init__(self) -> None:
        self.aligned = self._with_own_alignment()
        self.plain = self._with_own_alignment()
        self.driver, self.counter = self.programme.driver(), compile_driver(count_held)

    def _with_own_alignment(self) -> Programme:
        sample, tables = self.programme.sample, self.programme.tables
        alignment = no_alignment(len(sample.years), len(sample.population.area_codes))
        return dataclasses.replace(self.programme, tables=tables._replace(alignment=alignment))

    def live(
        self, programme: Programme, blocks: Sequence[Block], targets: Sequence[Target], index: int
    ) -> tuple[list[Block], list[np.ndarray]]:
        """The blocks after the year `index`, and the counts of each figure; `blocks` stay as they are."""

        def one(block: Block) -> tuple[Block, list[np.ndarray]]:
            worker = self._worker()
            after = Block(_copy_state(block.people), block.present)
            programme.live(self.driver, after, (), (index, index + 1), worker.scratch, worker.ledger)
            return after, [self._count(target, block.people, after.people, index) for target in targets]

        with ThreadPoolExecutor(self.threads) as pool:
            found = list(pool.map(one, blocks))
        counts = [np.sum([part[at] for _, part in found], axis=0) for at in range(len(targets))]
        return [after for after, _ in found], counts

    def _count(self, target: Target, before: People, people: People, index: int) -> np.ndarray:
        counts = np.zeros((COUNTS, len(target.groups.labels)), np.int64)
        by_area = target.groups.by_area
        groups = target.groups.of_key, target.groups.ages
        year = self.programme.sample.years[index]
        self.counter(people, before, target.figure, by_area, groups, target.shares[index], year, counts)
        return counts

    def _worker(self) -> _Worker:
        if not hasattr(self.workers, "mine"):
            programme = self.programme
            self.workers.mine = _Worker(programme.scratch(programme.sample.block_rows), programme.ledger())
        found: _Worker = self.workers.mine
        return found


def _copy_state(people: People) -> People:
    """People whose state can change without touching the original; what never changes is shared."""
    return People(*people[:_STATE], *(column.copy() for column in people[_STATE:]))


def find_factors(
    programme: Programme,
    targets: Sequence[Target],
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Factors]:
    """The factors that hold each target in every year of the programme's sample. `progress` is called by year."""
    pilot = Pilot(programme, threads or default_threads())
    years = programme.sample.years
    blocks = unaligned = list(programme.sample)
    solvers = [Solver(target, len(years)) for target in targets]
    for index in range(len(years)):
        unaligned, counts = pilot.live(pilot.plain, unaligned, targets, index)
        for solver, count in zip(solvers, counts, strict=True):
            solver.unaligned(index, count)
        after, counts = pilot.live(pilot.aligned, blocks, targets, index)
        for solver, count in zip(solvers, counts, strict=True):
            solver.before(index, count)
        for _ in range(ROUNDS if index else FIRST_ROUNDS):
            for solver in solvers:
                spread(pilot.aligned.tables.alignment, solver.target.name, solver.target.groups, index,
                       solver.odds(index))  # fmt: skip
            after, counts = pilot.live(pilot.aligned, blocks, targets, index)
            for solver, count in zip(solvers, counts, strict=True):
                solver.after(index, count)
        blocks = after
        if progress is not None:
            progress(index + 1, len(years))
    return {solver.target.name: solver.found for solver in solvers}


class Solver:
    """Finds one figure's shifts of log-odds, a year at a time, from counts int64 [5, groups]."""

    def __init__(self, target: Target, years: int) -> None:
        groups = len(target.groups.labels)
        self.target = target
        self.shift = np.zeros((years, groups))
        held, before, after, unaligned = (np.full((years, groups), np.nan) for _ in range(4))
        lives = np.zeros((years, groups), np.int64)
        self.found = Factors(np.ones((years, groups), np.float32), held, before, after, unaligned, lives)
        self._moved = np.zeros(groups)  # lives moved by shifts, times those that a response of one would have moved
        self._pushed = np.zeros(groups)  # square of the latter; both sums fade over rounds
        self._dead = np.zeros(groups, np.bool_)  # groups that did not respond this year
        self._last = np.full(groups, np.nan), np.zeros(groups)  # share and shift of the life before this one
        self._next = np.zeros(groups)

    def unaligned(self, index: int, counts: np.ndarray) -> None:
        """Note what the people who are never aligned do."""
        self.found.unaligned[index] = _share(counts)

    def before(self, index: int, counts: np.ndarray) -> None:
        """Take the year lived without factors, and choose the first shifts."""
        self._last = _share(counts), np.zeros(counts.shape[1])
        self.found.lives[index] = counts[LIVES]
        self.found.before[index] = _share(counts)
        self.found.held[index] = _held(counts, self.target.excess)
        self._dead[:] = False
        self._choose(index, counts, np.zeros(counts.shape[1]), LIMIT if self._pushed.any() else _PROBE)

    def after(self, index: int, counts: np.ndarray) -> None:
        """Take the year lived with the shifts of `index`, learn how lives respond, and choose better shifts."""
        shift, lives = self.shift[index].copy(), counts[LIVES]
        share, (share_last, shift_last) = _share(counts), self._last
        self.found.after[index] = share
        moved = np.nan_to_num(share - share_last) * lives
        pushed = (shift - shift_last) * self._spread(index) * lives
        self._moved = _MEMORY * self._moved + moved * pushed
        self._pushed = _MEMORY * self._pushed + pushed**2
        self._last = share, shift
        moved = np.nan_to_num(share - self.found.before[index])
        asked = np.nan_to_num(np.abs(self.found.held[index] - self.found.before[index])) * lives
        self._dead |= (moved == 0) & (np.abs(shift) >= _PROBE) & (asked > _SURE)
        self._choose(index, counts, shift, LIMIT)

    def odds(self, index: int) -> np.ndarray:
        """The odds ratios chosen last, which become those found for the year."""
        self.shift[index] = self._next
        self.found.odds[index] = np.exp(self._next).astype(np.float32)
        return self.found.odds[index]

    def _spread(self, index: int) -> np.ndarray:
        """Variance of the figure held, in which responses are measured."""
        held = self.found.held[index]
        result: np.ndarray = np.nan_to_num(held * (1 - held))
        return result

    def _response(self) -> np.ndarray:
        """Change of a share for a shift, over its variance: each group's own, leaning on that of all."""
        known, prior = math.fsum(self._pushed), _FIRST_SURE**2
        whole = min(
            max((math.fsum(self._moved) + _FIRST_RESPONSE * prior) / (known + prior), _RESPONSES[0]), _RESPONSES[1]
        )
        sure = (_SURE / whole) ** 2
        own = (self._moved + whole * sure) / (self._pushed + sure)
        return np.clip(np.clip(own, whole / _UNLIKE, whole * _UNLIKE), *_RESPONSES)

    def _choose(self, index: int, counts: np.ndarray, at: np.ndarray, most: float) -> None:
        """The next shifts, from what was counted with the shifts `at`; none where they were seen to do nothing."""
        excess, lives = self.target.excess, counts[LIVES]
        error = np.nan_to_num(_share(counts) - self.found.held[index])
        slope = self._response() * self._spread(index)
        step = np.divide(-error, slope, out=np.zeros(len(error)), where=slope > 0)
        asked = np.clip(at + np.clip(step, -_LARGEST_STEP, _LARGEST_STEP), -LIMIT, LIMIT)
        last = self.shift[index - 1] if index else np.zeros(len(asked))
        expected = last + _on_line(excess, asked - last, lives)
        trust = lives / np.maximum(lives + self.target.lives, 1.0)
        shift = expected + trust * (asked - expected)
        if self.target.groups.by_area:  # the other figures say what England as a whole does
            shift -= _mean(shift, lives)
        self._next = np.round(np.clip(np.where(self._dead, 0.0, shift), -most, most), DECIMALS) + 0.0


def _share(counts: np.ndarray) -> np.ndarray:
    """Part over whole, NaN where nobody is there."""
    whole = counts[WHOLE].astype(np.float64)
    result: np.ndarray = np.divide(counts[PART], whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return result


def _held(counts: np.ndarray, excess: np.ndarray) -> np.ndarray:
    """The shares to hold, NaN where nobody is there."""
    whole = counts[HELD_WHOLE].astype(np.float64)
    share = np.divide(counts[HELD_PART], whole, out=np.full(len(whole), np.nan), where=whole > 0)
    result: np.ndarray = np.clip(share + excess, 1e-6, 1 - 1e-6)
    return result


def _mean(values: np.ndarray, lives: np.ndarray) -> float:
    """The mean over lives; exact sums, in whatever order."""
    total = math.fsum(lives)
    return math.fsum(values * lives) / total if total else 0.0


def _on_line(excess: np.ndarray, values: np.ndarray, lives: np.ndarray) -> np.ndarray:
    """The line through the origin that fits `values` best, at each excess; nothing where no group has one."""
    square = math.fsum(excess**2 * lives)
    if not square:
        return np.zeros(len(values))
    return excess * (math.fsum(excess * values * lives) / square)
