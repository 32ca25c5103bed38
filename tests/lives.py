"""Lives as tests look at them: a block lived a year at a time by the compiled driver, and people of a script.

People of a block may meet (couples, households), so nobody can be taken out and lived alone. What a measure makes of
somebody is read, person by person, from the lines that the driver has just written; or a measure's own kernel is run
on people whose states a script sets year by year, with no life course at all.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from microsim.engine.ledger import Ledger
from microsim.engine.run import REPLICATE
from microsim.kernels.jit import compile_driver
from microsim.measures.contract import Clock, Effects, Room
from microsim.parameters.load import load_parameters
from microsim.population.people import LAST_AGE, NOBODY, People
from microsim.taxes.tables import TaxArms, tax_tables


class Year(NamedTuple):
    """What stands at the end of a year. Arrays are those of the driver: copy what is to be kept."""

    year: int
    number: int  # from the first, 0
    present: int  # rows that have been present by now
    people: People
    lines: np.ndarray  # int32 [lines, rows], of the last measure
    states: tuple  # of the measures
    ledger: Ledger  # sums since the first year


def live(programme, block, driver=None):
    """Live a block with the compiled driver and stop after each year."""
    rows = len(block.people.id)
    states = tuple(entry.fresh(rows) for entry in programme.measures)
    scratch, ledger = programme.scratch(rows), programme.ledger()
    driver = driver or programme.driver()
    for index, year in enumerate(programme.sample.years):
        programme.live(driver, block, states, (index, index + 1), scratch, ledger)
        yield Year(year, index, int(block.present[index + 1]), block.people, scratch[1].lines, states, ledger)


def taxed(programme):
    """The same programme with taxes and benefits by the official rules, in one arm."""
    sample = programme.sample
    rules = tax_tables(load_parameters(), sample.years, sample.population.region_codes, sample.population.area_region)
    return replace(programme, taxes=TaxArms((rules, rules), 1))


def measured(programme, people_of_year, effects_of_years=None):
    """The lines [years, lines, rows] of a programme's only measure for people whose states a script sets.

    `people_of_year(year)` gives that year's People and how many rows of it have arrived. What the measure changes
    besides, each year, is appended to the list `effects_of_years`.
    """
    (entry,) = programme.measures
    sample, kernel = programme.sample, entry.measure.cost
    compiled = compile_driver(getattr(kernel, "py_func", kernel))
    found, own, effects = [], None, None
    for index, year in enumerate(sample.years):
        people, count = people_of_year(year)
        rows = len(people.id)
        if own is None:
            own, room, effects = entry.fresh(rows), Room.make(rows), Effects.make(rows)
            lines = np.zeros((len(entry.measure.lines), rows), np.int32)
        age = np.minimum(year - people.cohort - 1, LAST_AGE)
        lines[:], effects.pay_change[:], effects.employer_fees[:], effects.area[:] = 0, 0.0, 0.0, people.area
        effects.training[:] = 0.0
        compiled(
            own, people.read_only(), Clock(year, index, count, sample.seed, REPLICATE),
            (2 * age + people.sex).astype(np.uint32), room, effects, lines,
        )  # fmt: skip
        found.append(lines.copy())
        if effects_of_years is not None:
            effects_of_years.append(Effects(*(effect.copy() for effect in effects)))
    return np.array(found)


def take(people, rows):
    """Some rows of `people`, in their order. Whoever they live with must be among them."""
    place = np.full(len(people.id), -2)
    place[rows] = np.arange(len(rows))
    some = People(*(column[rows] for column in people))
    some.household[:] = place[some.household]
    partnered = some.partner != NOBODY
    some.partner[partnered] = place[some.partner[partnered]]
    assert some.household.min(initial=0) >= 0, "a household was cut in two"
    assert (some.partner[partnered] >= 0).all(), "a couple was cut in two"
    return some


def circles(years):
    """A number for each row, the same for all who were ever joined by a household or a partner in `years` (People)."""
    label = np.arange(len(years[0].id))
    pairs = []
    for people in years:
        partnered = np.flatnonzero(people.partner != NOBODY)
        pairs += [(np.arange(len(label)), people.household), (partnered, people.partner[partnered])]
    one = np.concatenate([pair[0] for pair in pairs])
    other = np.concatenate([pair[1] for pair in pairs])
    while (label[one] != label[other]).any():
        lower = np.minimum(label[one], label[other])
        np.minimum.at(label, one, lower)
        np.minimum.at(label, other, lower)
    return label
