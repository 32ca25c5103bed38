"""The reform of many draws over lives that all of them share, watched as the baseline is lived.

A draw is the reform's measures with values of its own. Draws whose first measures are the same share their turns: what
is to be done in a year is a tree, walked from the root, and each measure sees the effects of those on its own path.
Taxes and benefits are in `microsim.engine.draw_taxes`. All sums are of integers, so that they are those of a run of the
draw alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.means import Means
from microsim.engine.assessment import Kept
from microsim.engine.digests import digest_of
from microsim.engine.draw_taxes import Assessed, DrawTaxes, Rules, TaxPlan
from microsim.engine.driver import Driver
from microsim.engine.ledger import GroupKeys, Ledger
from microsim.engine.run import ArmMeasure, Programme, Results
from microsim.kernels.boxed import boxed
from microsim.measures.contract import Clock, Effects, Room
from microsim.measures.find import files_of
from microsim.population.blocks import Block
from microsim.population.people import NOBODY, People
from microsim.taxes.scratch import TaxScratch


class Draw(NamedTuple):
    """The reform's measures of one draw, in order, and the places of its rules among those of the plan."""

    measures: tuple[ArmMeasure, ...]
    before: int = 0  # rules of the baseline
    after: int = 0  # of the reform


class Turn(NamedTuple):
    """A measure's turn in a year, for every draw that shares it and all before it."""

    entry: ArmMeasure
    depth: int  # how many measures come before it
    places: np.ndarray  # int64 [lines], as `Step.places`: all are totals

    @property
    def first_year(self) -> int:
        """The first financial year in which the measure may do anything, see `Measure`."""
        return int(getattr(self.entry.state, "start", 0))


@dataclass(frozen=True)
class Draws:
    """What is to be lived besides the `programme`, which holds the baseline's measures alone.

    Without `rules` no taxes are worked out.
    """

    programme: Programme
    draws: tuple[Draw, ...]
    rules: tuple[Rules, ...] = ()

    @cached_property
    def _tree(self) -> tuple[tuple[Turn, ...], tuple[tuple[int, ...], ...]]:
        """Turns, a branch after the other, and for each draw the turns that are its own."""
        paths = [tuple((entry.name, state_digest(entry)) for entry in draw.measures) for draw in self.draws]
        turns: list[Turn] = []
        found: list[tuple[int, ...]] = [()] * len(paths)
        above: list[int] = []  # turns of the path before, from the root
        before: tuple[tuple[str, str], ...] = ()
        lines = 0
        for number in sorted(range(len(paths)), key=lambda number: paths[number]):
            path = paths[number]
            shared = sum(path[: at + 1] == before[: at + 1] for at in range(len(path)))
            del above[shared:]
            for depth in range(shared, len(path)):
                entry = self.draws[number].measures[depth]
                end = lines + len(entry.measure.lines)
                above.append(len(turns))
                turns.append(Turn(entry, depth, -1 - np.arange(lines, end, dtype=np.int64)))
                lines = end
            found[number] = tuple(above)
            before = path
        return tuple(turns), tuple(found)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns of a year: one follows all that come before it on its own path."""
        return self._tree[0]

    @property
    def paths(self) -> tuple[tuple[int, ...], ...]:
        """For each draw its turns, a measure each."""
        return self._tree[1]

    @cached_property
    def taxes(self) -> TaxPlan:
        """What is to be worked out of taxes and benefits."""
        pays = [self._last_of_pay(number) for number in range(len(self.draws))]
        assessed = {Assessed(draw.after, turn) for draw, turn in zip(self.draws, pays, strict=True) if turn is not None}
        whole_people = self.programme.sample.population.survey is None  # a difference of rounded sums is exact
        changing = (draw for draw in self.draws if draw.before != draw.after or not whole_people)
        everybody = {place for draw in changing for place in (draw.before, draw.after)}
        if not self.rules:
            return TaxPlan((), (), frozenset())
        return TaxPlan(self.rules, tuple(sorted(assessed)), frozenset(everybody))

    def _last_of_pay(self, number: int) -> int | None:
        """The last turn of a draw after which pay may not be the baseline's; None where there is none."""
        changed_before = any(entry.measure.changes_pay for entry in self.programme.measures)
        changing = [turn for turn in self.paths[number] if changed_before or self.turns[turn].entry.measure.changes_pay]
        return changing[-1] if changing else None

    @cached_property
    def driver(self) -> Driver:
        """The compiled parts of a year that draws need."""
        return Driver.compiled({turn.entry.measure.kind: files_of(turn.entry.measure) for turn in self.turns})

    def watch(self, rows: int, _before: Sequence[Any] = ()) -> DrawsWatch:
        """A view for one thread."""
        return DrawsWatch(self, rows)

    def ledger_of(self, number: int, programme: Programme, results: Results) -> Ledger:
        """The sums of one draw alone, for its own `programme` of measures without detail.

        `results` are those of the plan's programme, watched by these draws alone. Of taxes what differs between arms is
        right; the sums of both arms are less by the same where nothing asks for those of everybody.
        """
        totals, of_everybody, differences = results.watched[0]
        mine = [totals[-1 - self.turns[turn].places] for turn in self.paths[number]]
        ledger = programme.ledger()
        ledger.totals[:] = np.concatenate([results.ledger.totals, *mine])
        for grouping, sums in zip(ledger.groupings, results.ledger.groupings, strict=True):
            grouping[:] = sums[: len(grouping)]
        draw, turn = self.draws[number], self._last_of_pay(number)
        if self.rules:
            ledger.taxes[0] = of_everybody[draw.before]
        if self.rules and len(programme.assessments) > 1:
            ledger.taxes[1] = of_everybody[draw.after]
            if turn is not None:
                ledger.taxes[1] += differences[self.taxes.assessed.index(Assessed(draw.after, turn))]
        return ledger


def state_digest(entry: ArmMeasure) -> str:
    """A digest of all that a measure's turn reads besides people and the effects of those before it."""
    return digest_of(entry.measure.kind, entry.state._replace(**dict.fromkeys(entry.measure.own)))


class DrawsWatch:
    """One thread's draws."""

    def __init__(self, plan: Draws, rows: int) -> None:
        self.plan = plan
        turns, programme = plan.turns, plan.programme
        years, areas = len(programme.sample.years), len(programme.sample.population.area_codes)
        lines = sum(len(turn.places) for turn in turns)
        self.ledger = Ledger.empty(0, lines, 1, years, areas)
        self.taxes = DrawTaxes(plan.taxes, programme.tables, plan.driver, years, rows)
        self.sums = (self.ledger.totals, self.taxes.of_everybody, self.taxes.differences)
        self.states = tuple(turn.entry.fresh(rows) for turn in turns)
        self.effects = tuple(Effects.make(rows) for _ in range(max((turn.depth for turn in turns), default=0) + 2))
        self.room, self.box_of_ledger = boxed(Room.make(rows)), boxed(self.ledger)
        self.lines = np.zeros((max((len(turn.places) for turn in turns), default=1), rows), np.int32)
        self.held = np.zeros(len(self.lines), np.uint8)
        self.pay = {one.turn: np.zeros(rows, np.float32) for one in plan.taxes.assessed}
        self.no_pay_change = np.zeros(rows, np.float32)
        self.baseline_pay = self.no_pay_change
        self.seen: Any = None  # people of the block as measures see them, in a box
        self.on_credit = np.zeros(rows, np.uint8)  # on Universal Credit at the end of the year before
        self.nobody = False

    def begin(self, number: int, block: Block) -> None:
        self.nobody = number == NOBODY
        self.baseline_pay = self.no_pay_change
        self.taxes.begin(block.people)
        rows = len(block.people.id)
        self.on_credit[:rows] = block.people.on_credit
        on_credit = self.on_credit[:rows]
        on_credit.flags.writeable = False  # of this view: measures are given what they cannot write to
        self.seen = boxed(block.people.read_only()._replace(on_credit=on_credit))
        for turn, state in zip(self.plan.turns, self.states, strict=True):
            for name in turn.entry.measure.own:
                getattr(state, name)[:rows] = 0

    def measured(
        self, _place: int, _lines: np.ndarray, _held: np.ndarray, _room: Room, effects: Effects, _clock: Clock
    ) -> None:
        self.baseline_pay = effects.pay_change

    def assessed(
        self, _arm: int, _people: People, _means: Means, _room: TaxScratch, _clock: Clock, _before: Kept | None
    ) -> None:
        pass

    def year(self, people: People, groups: GroupKeys, clock: Clock) -> None:
        """Take the turns of the year, which is over but for this: measures come before taxes and benefits, and see who
        had Universal Credit at the end of the year before."""
        self._take_turns(people.area, groups, clock)
        self.on_credit[: len(people.id)] = people.on_credit
        self.taxes.year(groups.age_sex, self.baseline_pay, self.pay, clock, self.nobody)

    def end(self) -> None:
        self.seen = None

    def _take_turns(self, area: np.ndarray, groups: GroupKeys, clock: Clock) -> None:
        """Every measure of every draw; effects of a path stand by depth."""
        count, measures = clock.rows, self.plan.driver.measures
        start = self.effects[0]
        for nothing in (start.pay_change, start.employer_fees, start.training):
            nothing[:count] = 0.0
        start.area[:count] = area[:count]
        for number, turn in enumerate(self.plan.turns):
            effects = self.effects[turn.depth + 1]
            for mine, theirs in zip(effects, self.effects[turn.depth], strict=True):
                mine[:count] = theirs[:count]
            if clock.year >= turn.first_year or self.nobody:
                measures[turn.entry.measure.kind](
                    self.states[number], self.seen, clock, groups, self.room, effects, self.lines, self.held,
                    turn.places, self.box_of_ledger,
                )  # fmt: skip
            if number in self.pay:
                self.pay[number][:count] = effects.pay_change[:count]
