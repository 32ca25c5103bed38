"""One thread's collection of who gains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from microsim.dynamics.means import Means
from microsim.engine import gain_lists, gain_year, income_bins, lifetimes
from microsim.engine.assessment import Kept
from microsim.engine.fours import FOUR
from microsim.engine.gain_cells import Cells
from microsim.engine.gain_changes import CASH, IN_KIND
from microsim.engine.gain_lists import Gained
from microsim.engine.gain_sums import KeptSums
from microsim.engine.gain_year import GainRoom, GainTables
from microsim.engine.income_bins import Incomes
from microsim.engine.ledger import GroupKeys
from microsim.engine.lifetimes import AMOUNT, COHORT_YEARS, EVER_ABOVE, MONEY, TERMS, Ended, LifetimeSums, Lives
from microsim.engine.run import BASELINE, REFORM, ArmMeasure
from microsim.kernels.boxed import boxed
from microsim.kernels.jit import compile_driver
from microsim.measures.contract import Clock, Effects, Room
from microsim.population.blocks import Block
from microsim.population.people import People
from microsim.taxes.scratch import TaxScratch

if TYPE_CHECKING:
    from microsim.engine.gains import Gains

_KINDS = {"cash": CASH, "in_kind": IN_KIND}


class _Turn(NamedTuple):
    """What is made of a measure's lines."""

    used: np.ndarray  # int64, the lines that are part of a gain
    places: np.ndarray  # int64, the lists of gains that they are part of
    signs: np.ndarray  # int64 [places, lines], what each adds
    again: bool  # the other arm's turn has filled the same lists
    followed: np.ndarray  # int64 [:, 4], see `microsim.engine.lifetimes.follow_lines`


class _Shown(NamedTuple):
    """What other watches read of each row, written only where there are any."""

    values: np.ndarray  # int64 [PEOPLE_ROWS and rows of gains, rows]
    equivalised: np.ndarray  # float64, pounds


class GainWatch:
    """Arrays are those of the year just lived, a value for each row of the block."""

    def __init__(self, gains: Gains, rows: int) -> None:
        self.gains = gains
        self.sums = gains.empty()
        number = len(KeptSums._fields)
        self._gain_sums, self._lifetime_sums = KeptSums(*self.sums[:number]), LifetimeSums(*self.sums[number:])
        most_lines = max((len(entry.measure.lines) for entry in gains.programme.measures), default=1)
        self._gained = Gained.make(len(gains.rows), rows, most_lines)
        self._incomes = Incomes.make(rows)
        self._scale = np.ones(rows)
        if not gains.programme.assessments:
            self._nothing = np.zeros(rows, np.float32)
            self._no_taxes = TaxScratch.make(rows)._replace(scale=self._scale)
        self._taxes: np.ndarray | None = None  # pence [TAX_LINES, rows] of the baseline, where rules change
        self._room = GainRoom.make(rows)
        self._lives, self._ended = Lives.make(rows, len(self._lifetime_sums.sex)), Ended.make(rows)
        self._people: Any = None  # of the block, in a box
        self._open = -1  # the year whose values these are
        self._year_boxes = boxed(_tables(gains)), boxed(self._room), boxed(self._gain_sums)  # see add_gains_of_year
        self._turns = _turns(gains)
        self._tax_lists = gains.tax_lists
        filled = {place for turn in self._turns if turn is not None for place in turn.places}
        self._taxes_again = bool(filled & set(self._tax_lists.tolist()))
        self._worth = np.ascontiguousarray(gains.worth.T)
        self._shown: _Shown | None = None
        names = {
            gain_lists: ("collect", "merge", "add_tax_changes", "write_values"),
            gain_year: ("add_gains_of_year",),
            income_bins: ("note_incomes",),
            lifetimes: ("add_incomes", "follow_lines", "count_lives", "add_lives"),
        }
        self._compiled = {
            name: compile_driver(getattr(module, name)) for module, parts in names.items() for name in parts
        }

    def begin(self, _number: int, block: Block) -> None:
        self._people, self._open = boxed(block.people.read_only()), -1

    def measured(
        self, place: int, lines: np.ndarray, held: np.ndarray, room: Room, _effects: Effects, clock: Clock
    ) -> None:
        turn, count, written = self._turns[place], clock.rows, (lines, held, room.rows, room.listed)
        if turn is None:
            return
        self._start(clock)
        self._compiled["collect"](*written, turn.used, turn.signs, turn.places, self._gained, count)
        if turn.again:
            self._compiled["merge"](turn.places, self._gained, self._room.spare)
        if len(turn.followed) and self._counts(clock):
            worth = self._worth[clock.year_index]
            self._compiled["follow_lines"](*written, turn.followed, worth, self._lives, count)

    def assessed(
        self, arm: int, _people: People, means: Means, room: TaxScratch, clock: Clock, before: Kept | None
    ) -> None:
        self._start(clock)
        count, arms = clock.rows, self.gains.programme.arms
        if arms[arm] == BASELINE:
            self._note_incomes(means.over_pension_age, room, clock)
            if self.gains.programme.taxes.arms > 1:
                self._taxes = room.amounts[:, :count].copy()
        elif arms[arm] == REFORM:
            rows, amounts = (np.arange(count), self._taxes) if before is None else (before.rows, before.amounts)
            self._compiled["add_tax_changes"](
                room.amounts, amounts, rows, self._incomes.own, *self._tax_lists, self._gained
            )  # fmt: skip
            if self._taxes_again:
                self._compiled["merge"](self._tax_lists, self._gained, self._room.spare)

    def _note_incomes(self, over_pension_age: np.ndarray, room: TaxScratch, clock: Clock) -> None:
        """Keep the baseline's incomes; `scale` is the same in all arms, so that it is read when the year is over."""
        self._scale = room.scale
        self._compiled["note_incomes"](
            self._people, room.amounts, room.household_income, room.equivalised, over_pension_age, self._incomes,
            clock.rows,
        )  # fmt: skip
        if self._shown is not None:
            self._shown.equivalised[: clock.rows] = room.equivalised[: clock.rows]
        if self._counts(clock):
            earnings = float(self.gains.programme.tables.earnings.growth[clock.year_index])
            self._compiled["add_incomes"](self._people, room.equivalised, self._lives, earnings, clock.rows)

    def year(self, _people: People, groups: GroupKeys, clock: Clock) -> None:
        self._start(clock)
        index, count = clock.year_index, clock.rows
        if not self.gains.programme.assessments:
            self._note_incomes(self._nothing, self._no_taxes, clock)
        self._compiled["add_gains_of_year"](
            self._people, groups, self._incomes, self._scale, self._gained, *self._year_boxes, self._lives,
            self._worth[index], self._counts(clock), index, count,
        )  # fmt: skip
        if self._shown is not None:
            self._compiled["write_values"](self._people, self._incomes.own, self._gained, self._shown.values, count)

    def end(self) -> None:
        for name, followed in self.gains.lifetime_lines:
            if followed.how == "count":
                pack, _ = self.gains.life_places[self.gains.life_part(name, followed.name).start]
                self._compiled["count_lives"](self._lives.received[pack])
        cohorts = self.gains.cohorts
        self._compiled["add_lives"](
            self._people, self._lives, self._ended, self._lifetime_sums, cohorts[0], COHORT_YEARS, len(cohorts)
        )  # fmt: skip

    def _counts(self, clock: Clock) -> bool:
        """Whether lifetimes count the year; of nobody, for the compiler, any."""
        return bool(self.gains.counted[clock.year_index]) or not clock.rows

    def _start(self, clock: Clock) -> None:
        """Forget who gained in the year before, once."""
        if self._open != clock.year_index:
            self._open = clock.year_index
            self._gained.counts[:] = 0

    # -- for other watches of the same thread --------------------------------------------------------------------------

    def show(self) -> None:
        """From now on write what other watches read: `values` and `equivalised`."""
        rows = len(self._incomes.own)
        values = np.zeros((FOUR + len(self.gains.rows), rows), np.int64)
        self._shown = self._shown or _Shown(values, np.zeros(rows))

    @property
    def values(self) -> np.ndarray:
        """What each person is counted with and gains: int64 [PEOPLE_ROWS and rows of gains, rows], pence or counts."""
        assert self._shown is not None
        return self._shown.values

    @property
    def equivalised(self) -> np.ndarray:
        """Equivalised income of the household in the baseline, pounds."""
        assert self._shown is not None
        return self._shown.equivalised

    @property
    def own_income(self) -> np.ndarray:
        """Each person's part of the household's net income in the baseline, int64 pence."""
        return self._incomes.own

    @property
    def income(self) -> np.ndarray:
        """Net income of the household in the baseline, int64 pence on the head's row."""
        return self._incomes.of_household

    @property
    def family_type(self) -> np.ndarray:
        """The family type of each person, uint8."""
        return self._room.family_type


def _tables(gains: Gains) -> GainTables:
    kinds = np.array([_KINDS.get(row.kind, 0) for row in gains.rows], np.int64)
    money = np.flatnonzero(kinds)
    parts = [gains.life_part(gains.rows[at].measure, gains.rows[at].kind).start for at in money]
    packs = np.array([gains.life_places[part][0] for part in parts], np.int64)
    return GainTables(Cells.of(gains.of_people), Cells.of(gains.of_gains), kinds, money, packs)


def _turns(gains: Gains) -> tuple[_Turn | None, ...]:
    """What is made of the lines of each of the programme's measures; None of those of other arms and choices."""
    found: list[_Turn | None] = []
    filled: set[int] = set()
    for entry, signs in zip(gains.programme.measures, gains.signs(), strict=True):
        if signs is None:
            found.append(None)
            continue
        used, places = np.flatnonzero(signs.any(axis=0)), np.flatnonzero(signs.any(axis=1))
        followed = _followed(gains, entry) if entry.arm == REFORM else np.zeros((0, 4), np.int64)
        mine = np.ascontiguousarray(signs[places])
        found.append(_Turn(used, places, mine, bool(filled & set(places.tolist())), followed))
        filled |= set(places.tolist())
    return tuple(found)


def _followed(gains: Gains, entry: ArmMeasure) -> np.ndarray:
    """The lines of a measure that are followed over lives: line, pack of lives and place there, and how."""
    names = [line.name for line in entry.measure.lines]
    found = []
    for followed in entry.measure.lifetime:
        first = gains.life_part(entry.name, followed.name).start
        money = gains.life_rows[first].part in TERMS
        how = MONEY if money else EVER_ABOVE if followed.how == "ever" else AMOUNT
        found.append((names.index(followed.line), *gains.life_places[first], how))
    return np.array(found, np.int64).reshape(-1, 4)
