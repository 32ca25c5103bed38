"""Small yearly corrections of chances that keep the model at official totals, as odds ratios.

Multiplying the odds of a chance (a shift on the logit scale) is the correction that distorts the differences between
people least. The factors come from a recorded pilot run (see `microsim.engine.pilot`); 1 leaves a chance as it is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.population.factors import NO_GROUP, Alignments, Groups
from microsim.population.people import AGE_SEX_KEYS


class Alignment(NamedTuple):
    """Odds ratios, float32. `age_sex` = age x 2 + sex, of this 1 April."""

    work: np.ndarray  # [years, age_sex], of being in work rather than not
    unemployed: np.ndarray  # [years, age_sex], of being unemployed rather than inactive, among those out of work
    area_work: np.ndarray  # [years, areas], as `work`
    partnership: np.ndarray  # [years, age_sex], of looking for a partner
    births: np.ndarray  # [years], of a birth


ARRAY_OF = {  # the figure held: the odds that hold it
    "employment": "work",
    "unemployment": "unemployed",
    "employment_by_area": "area_work",
    "couples": "partnership",
    "births": "births",
}


def no_alignment(years: int, areas: int) -> Alignment:
    """Factors of 1."""
    by_age_sex = (years, AGE_SEX_KEYS)
    shapes = (by_age_sex, by_age_sex, (years, areas), by_age_sex, (years,))
    return Alignment(*(np.ones(shape, np.float32) for shape in shapes))


def alignment_of(alignments: Alignments, years: int, areas: int) -> Alignment:
    """The factors of a pilot run spread over the keys that are looked up, for the first `years` years."""
    result = no_alignment(years, areas)
    for name, factors in alignments.factors.items():
        for index in range(years):
            spread(result, name, alignments.groups[name], index, factors.odds[index])
    return result


def spread(alignment: Alignment, name: str, groups: Groups, index: int, odds: np.ndarray) -> None:
    """Write the odds ratios [groups] of one figure and year into the array of `alignment` that holds it."""
    array = getattr(alignment, ARRAY_OF[name])
    if array.ndim == 1:
        array[index] = odds[0]
        return
    inside = groups.of_key != NO_GROUP
    array[index, inside] = odds[groups.of_key[inside]]
