"""One year of the relief over people: who is a learner of a college that gains. The money itself is national."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.kernels.jit import kernel
from microsim.kernels.random import random_words
from microsim.measures.contract import Setting
from microsim.measures.fe_vat_relief.lines import ADULTS, BEFORE, COLLEGE_LEARNERS, YOUNG
from microsim.measures.fe_vat_relief.params import Params
from microsim.measures.fe_vat_relief.rules import relief
from microsim.population.columns import ADULT_LEARNING, FE_COLLEGE, SIXTH_FORM_COLLEGE

ALWAYS = 65_536  # a share of one: every 16-bit draw is below it
SIXTH_FORM, STANDALONE, FURTHER, AT_COLLEGE, WEIGHT = range(5)
_FE_COLLEGE, _SIXTH_FORM = np.uint8(FE_COLLEGE), np.uint8(SIXTH_FORM_COLLEGE)
_LOAN, _FUNDED = (np.uint8(ADULT_LEARNING.index(name)) for name in ("loan_funded", "publicly_funded"))
_LOW, _SIXTEEN, _NONE = np.uint32(0xFFFF), np.uint32(16), np.uint8(0)


class VatReliefState(NamedTuple):
    """What the kernel reads, by year index; shares are thresholds out of ALWAYS."""

    group: int
    start: int  # financial year
    counts: np.ndarray  # uint8 [years], 1 where a relief is due
    share: np.ndarray  # uint32 [years, 5]: sixth-form colleges in scope, those of them that are no academies, further
    # education at colleges, adults at colleges, weight of an adult


@kernel
def cost(own, people, clock, age_sex, room, effects, lines):
    """One year: learners of 16 to 18 and adults at colleges in scope, and the key by which money is shared.

    An adult counts in the key as a whole learner with the chance of the weight. Draws last: they are of a year that
    never changes.
    """
    if clock.year < own.start or own.counts[clock.year_index] == _NONE:
        return
    count = np.uint64(clock.rows)
    random_words(room.words, people.id, clock.key_0, clock.key_1, 0, own.group, clock.rows)
    college, adult = room.words[0], room.words[1]
    resident, study, learning = people.resident, people.study, people.learning
    share = own.share[clock.year_index]
    in_scope, standalone, at_fe = share[SIXTH_FORM], share[STANDALONE], share[FURTHER]
    at_college, weight = share[AT_COLLEGE], share[WEIGHT]
    young, adults, key, before = lines[YOUNG], lines[ADULTS], lines[COLLEGE_LEARNERS], lines[BEFORE]
    for i in range(count):
        here = np.int32(resident[i] != _NONE)
        sixth_form = np.int32(study[i] == _SIXTH_FORM) * here
        further = np.int32(study[i] == _FE_COLLEGE) * np.int32((college[i] >> _SIXTEEN) < at_fe) * here
        young[i] = np.int32(sixth_form * np.int32((college[i] & _LOW) < standalone) + further)
        before[i] = np.int32(sixth_form * np.int32((college[i] & _LOW) < in_scope) + further)
    for i in range(count):
        funded = np.int32((learning[i] == _FUNDED) | (learning[i] == _LOAN)) * np.int32(resident[i] != _NONE)
        adults[i] = np.int32(funded * np.int32((adult[i] & _LOW) < at_college))
    for i in range(count):
        counted = np.int32(adults[i] * np.int32((adult[i] >> _SIXTEEN) < weight))
        key[i] = np.int32(young[i] + counted)
        before[i] = np.int32(before[i] + counted)


def prepare(params: Params, setting: Setting, group: int) -> VatReliefState:
    """The kernel's tables for the years of a run."""
    share = np.zeros((len(setting.years), 5))
    due = np.zeros(len(setting.years))
    for place, year in enumerate(setting.years):
        if year >= params.start:
            scope, people = params.scope, params.learners
            sixth_form, further = float(scope.sixth_form), float(scope.further_education)
            share[place] = (
                sixth_form,
                sixth_form * (1 - scope.academised_share.at(year)),
                further * people.fe_at_colleges.at(year),
                further * people.adults_at_colleges.at(year),
                people.adult_weight.at(year),
            )
            due[place] = relief(params, setting.parameters, year)
    return VatReliefState(
        group=group,
        start=params.start,
        counts=(due > 0).astype(np.uint8),
        share=np.rint(share * ALWAYS).astype(np.uint32),
    )
