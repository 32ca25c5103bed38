"""Second-round effects: what training that people would not have had otherwise adds to their pay in later years.

An arm of its own is the reform with raised pay. Each person carries a rise, as a share of pay: it grows by what the
reform's additional training less the baseline's adds, from `delay` years after it, fades every year, and is limited.
Taxes and benefits of the arm are worked out like those of any arm whose pay changes; no sum of another arm reads it.
The method is in docs/methods/second_round.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np

from microsim.dynamics.means import Means
from microsim.engine.assessment import Kept
from microsim.engine.ledger import GroupKeys
from microsim.measures.contract import Clock, Effects, Room
from microsim.parameters.load import Parameters
from microsim.population.blocks import Block
from microsim.population.columns import RANDOM_GROUPS
from microsim.population.people import People
from microsim.scenario.second_round import SecondRound
from microsim.taxes.lines import PROFITS, WAGES
from microsim.taxes.scratch import TaxScratch

# What is added up besides the taxes of the arm: pence x thousandths, or people x thousandths.
# People are those whose pay rises by £1 or more; PAY is theirs before, GAIN what it rises by.
TRAINING, PEOPLE, PAY, GAIN = range(4)
SUMS = 4
_PENCE = 100.0
_A_RISE = 100  # pence: less is no rise that anybody would see
_THOUSAND = 1000.0


class Returns(NamedTuple):
    """What additional training does to pay."""

    per_pound: np.ndarray  # float32 [years], rise of pay as a fraction for a pound spent in the year
    kept: np.float32  # of a rise from one year to the next
    largest: np.float32  # rise of one person, up or down
    pay_limit: np.ndarray  # float32 [years], pounds of pay that rises count on
    delay: int  # years from the training to the first year of higher pay


def returns_of(chosen: SecondRound, parameters: Parameters, years: Sequence[int]) -> Returns:
    """The returns that a scenario chose, for the years lived; pounds of training are deflated by the GDP deflator."""
    first = years[0]  # figures hold in all years
    completed = chosen.completion.at(first) * (1.0 - chosen.selection.at(first))
    price = parameters.index("gdp_deflator_growth", years, chosen.price_year)
    per_pound = chosen.return_per_1000.at(first) / _THOUSAND * completed / price
    limit = chosen.pay_limit.at(first) * parameters.index("average_earnings_growth", years, chosen.price_year)
    kept, largest = np.float32(1.0 - chosen.fade.at(first)), np.float32(chosen.largest.at(first))
    delay = chosen.first_effect_after
    return Returns(per_pound.astype(np.float32), kept, largest, limit.astype(np.float32), delay)


class Arms(NamedTuple):
    """Places of arms among the programme's."""

    baseline: int
    reform: int
    own: int  # of the second round


class Rises(NamedTuple):
    """The rises of the people of a block."""

    returns: Returns
    arms: Arms
    rise: np.ndarray  # float32 [rows], share of pay; below nothing where the reform has less training than the baseline
    coming: np.ndarray  # float32 [delay, rows], what the training of the last years will add, by year in turn

    @classmethod
    def make(cls, returns: Returns, arms: Arms, rows: int) -> Self:
        """No rises yet, for blocks of `rows` rows."""
        return cls(returns, arms, np.zeros(rows, np.float32), np.zeros((returns.delay, rows), np.float32))

    def forget(self) -> None:
        """Start again with another block."""
        self.rise[:], self.coming[:] = 0.0, 0.0


def raise_pay(rises: Rises, effects: Sequence[Effects], people: People, clock: Clock) -> None:
    """Move rises on by a year and write the pay of the second round, once the measures of all arms have had their turn.

    Pay is that of the reform. Only people in work have any; who is gone keeps the last, which counts for nothing.
    """
    count, returns = clock.rows, rises.returns
    baseline, reform, own = (effects[arm] for arm in rises.arms)
    rise, due = rises.rise[:count], rises.coming[clock.year_index % returns.delay, :count]
    rise *= returns.kept
    rise += due
    np.clip(rise, -returns.largest, returns.largest, out=rise)
    np.subtract(reform.training[:count], baseline.training[:count], out=due)
    due *= returns.per_pound[clock.year_index]
    pay = np.maximum(people.pay[:count] + reform.pay_change[:count], np.float32(0.0))
    np.minimum(pay, returns.pay_limit[clock.year_index], out=pay)
    pay *= people.resident[:count] != 0
    own.pay_change[:count] = reform.pay_change[:count] + rise * pay


@dataclass(frozen=True)
class SecondRoundSums:
    """Adds up additional training, the people whose pay it raises, their pay before, and the rise, for all of England.

    `compared` is the arm that the second round is set against (the reform, or the baseline where the reform has its
    taxes), `arm_of` the arm of each of the programme's measures.
    """

    arms: Arms
    compared: int
    arm_of: tuple[int, ...]
    years: int

    def watch(self, rows: int, _before: Sequence[Any] = ()) -> SecondRoundWatch:
        """A view for one thread."""
        return SecondRoundWatch(self, rows)


class SecondRoundWatch:
    """One thread's sums."""

    def __init__(self, plan: SecondRoundSums, rows: int) -> None:
        self.plan = plan
        self.totals = np.zeros((SUMS, plan.years, RANDOM_GROUPS), np.int64)
        self.sums = (self.totals,)
        self.training = {arm: np.zeros(rows, np.float32) for arm in (plan.arms.baseline, plan.arms.reform)}
        self.pay = np.zeros(rows, np.int64)  # pence, in the arm compared with

    def begin(self, _number: int, _block: Block) -> None:
        for training in self.training.values():
            training[:] = 0.0

    def measured(
        self, place: int, _lines: np.ndarray, _held: np.ndarray, _room: Room, effects: Effects, clock: Clock
    ) -> None:
        training = self.training.get(self.plan.arm_of[place])
        if training is not None:
            training[: clock.rows] = effects.training[: clock.rows]

    def assessed(
        self, arm: int, people: People, _means: Means, room: TaxScratch, clock: Clock, _before: Kept | None
    ) -> None:
        if arm not in (self.plan.compared, self.plan.arms.own):
            return
        count, index = clock.rows, clock.year_index
        pay = room.amounts[WAGES, :count] + room.amounts[PROFITS, :count]
        if arm == self.plan.compared:
            self.pay[:count] = pay
            return
        weight = people.weight[:count].astype(np.int64)
        baseline, reform = (self.training[one][:count] for one in (self.plan.arms.baseline, self.plan.arms.reform))
        pence = np.rint((reform.astype(np.float64) - baseline) * _PENCE).astype(np.int64)
        gain = pay - self.pay[:count]
        rises = gain >= _A_RISE
        group, trains = people.random_group[:count], pence != 0
        np.add.at(self.totals[TRAINING, index], group[trains], (pence * weight)[trains])
        for place, amounts in ((PEOPLE, weight), (PAY, self.pay[:count] * weight), (GAIN, gain * weight)):
            np.add.at(self.totals[place, index], group[rises], amounts[rises])

    def year(self, people: People, groups: GroupKeys, clock: Clock) -> None:
        pass

    def end(self) -> None:
        pass
