"""From published mid-year populations to the arrivals and departures of each birth cohort.

Published ages are at 30 June and the engine's at 1 April. A cohort is everyone born in one financial year. Of the
people aged `a` at mid-year `t`, those born in April to June (a quarter, births being spread evenly) belong to cohort
t - a and the rest to cohort t - a - 1. So the cohort born in `b` at mid-year `t` is a quarter of those aged t - b and
three quarters of those aged t - b - 1, and on 1 April `t` it lies three quarters of the way from its size at mid-year
t - 1 to its size at mid-year t. Net migration is what deaths do not explain.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.population.people import ENTRY_AGE, LAST_AGE
from microsim.population.source import Population

OLDEST_MIGRANT = 85  # above this age the published table ends in one open group, and moves are few: none are simulated
FIRST_STEP = 0.75  # of a year from the mid-year reference date to the first 1 April


class Flows(NamedTuple):
    """Arrivals and departures up to each 1 April; year index 0 is the population's first year.

    `arrivals` [years, ages 0..LAST_AGE, 2] are immigrants since the 1 April before, by age on this one; `entrants`
    [years, 2] are people first present at 16; `death` and `emigration` [years, ages 0..LAST_AGE, 2] are chances over
    the year that ends on this 1 April, by the age a person would have on it. Emigration is of those who did not die.
    """

    arrivals: np.ndarray
    entrants: np.ndarray
    death: np.ndarray
    emigration: np.ndarray


def cohort_at_mid_year(population: Population, cohort: int, year: int) -> np.ndarray:
    """People [2 sexes] born in financial year `cohort` and resident at mid-`year`; both ages must be under 90."""
    table = population.projection[year - population.reference_year]
    older = year - cohort - ENTRY_AGE
    younger = table[older - 1] if older >= 1 else np.zeros(2)
    result: np.ndarray = 0.25 * table[older] + 0.75 * younger
    return result


def cohort_on_first_april(population: Population, cohort: int, year: int) -> np.ndarray:
    """People [2 sexes] born in financial year `cohort` and resident on 1 April `year`, aged 16 to 88."""
    now = cohort_at_mid_year(population, cohort, year)
    if year - cohort - 1 == ENTRY_AGE:
        return now  # the published table starts at 16: the cohort's size a year before is not known
    before = cohort_at_mid_year(population, cohort, year - 1)
    result: np.ndarray = 0.25 * before + 0.75 * now
    return result


def cohort_flows(population: Population, last_year: int) -> Flows:
    """The flows of every year from the population's first to `last_year`."""
    years = range(population.first_year, last_year + 1)
    shape = (len(years), LAST_AGE + 1, 2)
    arrivals, death, emigration = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    entrants = np.zeros((len(years), 2))
    for index, year in enumerate(years):
        part = FIRST_STEP if index == 0 else 1.0
        death[index, ENTRY_AGE + 1 :] = (
            part * population.mortality[year - 1 - population.reference_year][: LAST_AGE - ENTRY_AGE]
        )
        entrants[index] = cohort_on_first_april(population, year - ENTRY_AGE - 1, year)
        if index == 0:  # the quarter born in April to June were 16 already at the reference date
            entrants[index] = 0.75 * population.projection[1, 0]
        for age in range(ENTRY_AGE + 1, OLDEST_MIGRANT + 1):
            cohort = year - age - 1
            if index == 0:
                before = cohort_at_mid_year(population, cohort, population.reference_year)
            else:
                before = cohort_on_first_april(population, cohort, year - 1)
            alive = before * (1.0 - death[index, age])
            leaving = alive * part * population.emigration[age - 1 - ENTRY_AGE]
            net = cohort_on_first_april(population, cohort, year) - alive
            arrivals[index, age] = np.maximum(net + leaving, 0.0)
            emigration[index, age] = (leaving + np.maximum(-(net + leaving), 0.0)) / alive
    return Flows(arrivals, entrants, death, emigration)
