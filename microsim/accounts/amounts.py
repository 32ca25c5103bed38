"""What every line of a run comes to, in whole pence or people, by year."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.accounts.rounding import whole_units
from microsim.engine.ledger import Ledger
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

    @property
    def published(self) -> np.ndarray:
        """The total in the unit in which it is published, pounds or people: float64 [years]."""
        return np.asarray(self.total / per_unit(self.line))


def every_amount(programme: Programme, ledger: Ledger) -> list[Amounts]:
    """Every line of every arm and choice."""
    result, no_money = [], np.zeros(len(programme.sample.years), np.int64)
    places = iter(programme.places)
    for entry in programme.measures:
        mine = [next(places) for _ in entry.measure.lines]
        people = {one.line.name: _people_units(ledger, one) for one in mine}
        of_nobody = entry.measure.national(entry.params, entry.setting, people) if entry.measure.national else {}
        for one in mine:
            national = of_nobody.get(one.line.name, no_money)
            result.append(Amounts(entry, one.line, one, national, people[one.line.name] + national))
    return result


def per_unit(line: Line) -> float:
    """How many of what is counted make one of what is published."""
    return PENCE if line.unit == "pence" else 1.0


def unit_name(line: Line) -> str:
    """The unit in which a line is published."""
    return "people" if line.unit == "people" else "£"


def _people_units(ledger: Ledger, one: Place) -> np.ndarray:
    """Whole pence or people of a line, int64 [years], without what belongs to nobody."""
    sums = ledger.area[one.place].sum(axis=1) if one.detail else ledger.totals[one.place]
    return np.asarray(whole_units(sums[:, None])[:, 0])
