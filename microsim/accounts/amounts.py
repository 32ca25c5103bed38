"""What every line of a run comes to, in whole pence or people, by year, and by random group for simulation error."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.accounts.national import national_sums
from microsim.accounts.rounding import WEIGHT_UNIT, whole_units
from microsim.accounts.sums import Sum
from microsim.engine.ledger import PEOPLE, Ledger
from microsim.engine.run import ArmMeasure, Place, Programme
from microsim.measures.contract import Line

PENCE = 100.0


class Amounts(NamedTuple):
    """A line of a measure in an arm: whole pence or people, over all years lived."""

    entry: ArmMeasure
    line: Line
    place: Place
    national: np.ndarray  # int64 [years], amounts that belong to nobody
    total: np.ndarray  # int64 [years], `national` included
    groups: np.ndarray  # float64 [years, RANDOM_GROUPS], parts of `total`, see microsim.accounts.simulation_error
    national_groups: np.ndarray  # float64 [years, RANDOM_GROUPS], parts of `national`

    @property
    def published(self) -> np.ndarray:
        """The total in the unit in which it is published, pounds or people: float64 [years]."""
        return np.asarray(self.total / per_unit(self.line))

    @property
    def sum(self) -> Sum:
        """The total and its parts."""
        return Sum(self.total, self.groups)


def every_amount(programme: Programme, ledger: Ledger) -> list[Amounts]:
    """Every line of every arm and choice."""
    result, adults = [], adults_of(ledger)
    places = iter(programme.places)
    for entry in programme.measures:
        mine = [next(places) for _ in entry.measure.lines]
        people = {one.line.name: people_sum(ledger.line(one.place, one.detail)) for one in mine}
        of_nobody = national_sums(entry, people, adults)
        for one in mine:
            own, national = people[one.line.name], of_nobody[one.line.name]
            whole = own.plus(national)
            result.append(Amounts(entry, one.line, one, national.total, whole.total, whole.groups, national.groups))
    return result


def adults_of(ledger: Ledger) -> np.ndarray:
    """The adults of each random group, float64 [years lived, RANDOM_GROUPS]."""
    return np.asarray(ledger.random_group[PEOPLE] / WEIGHT_UNIT)


def people_sum(sums: np.ndarray) -> Sum:
    """Whole pence or people of sums by random group, int64 [..., RANDOM_GROUPS] in thousandths."""
    return Sum(whole_units(sums.sum(axis=-1)[..., None])[..., 0], sums / WEIGHT_UNIT)


def per_unit(line: Line) -> float:
    """How many of what is counted make one of what is published."""
    return PENCE if line.unit == "pence" else 1.0


def unit_name(line: Line) -> str:
    """The unit in which a line is published."""
    return "people" if line.unit == "people" else "£"
