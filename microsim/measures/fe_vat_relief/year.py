"""One year of the relief over people: who is a learner of a college that gains. The money itself is national."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.errors import InputError, Problem
from microsim.kernels.jit import kernel
from microsim.measures.amounts import MOST_PENCE
from microsim.measures.contract import Setting
from microsim.measures.fe_vat_relief.lines import ADULTS, BEFORE, COLLEGE_LEARNERS, SPENT, YOUNG
from microsim.measures.fe_vat_relief.params import Params
from microsim.measures.fe_vat_relief.rules import counted_learners, relief, spent, with_lag
from microsim.measures.listed import draw_for_rows, list_nobody, list_rows
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
    amount: np.ndarray  # int32 [years, 2], pence spent on a learner of 16 to 18 and on an adult


@kernel
def cost(own, people, clock, age_sex, room, effects, lines):
    """One year: learners of 16 to 18 and adults at colleges in scope, and the key by which money is shared.

    An adult counts in the key as a whole learner with the chance of the weight. Draws last: they are of a year that
    never changes.
    """
    list_nobody(room)
    if clock.year < own.start or own.counts[clock.year_index] == _NONE:
        return
    share = own.share[clock.year_index]
    in_scope, standalone, at_fe = share[SIXTH_FORM], share[STANDALONE], share[FURTHER]
    at_college, weight = share[AT_COLLEGE], share[WEIGHT]
    on_young, on_adult = own.amount[clock.year_index, 0], own.amount[clock.year_index, 1]
    rows, study, learning, college, adult = room.rows, people.study, people.learning, room.words[0], room.words[1]
    count = _list_learners(people, room, clock.rows)
    draw_for_rows(room, rows, people, clock, 0, own.group, count)
    for n in range(count):
        i = rows[n]
        sixth_form = np.int32(study[i] == _SIXTH_FORM)
        further = np.int32(study[i] == _FE_COLLEGE) * np.int32((college[n] >> _SIXTEEN) < at_fe)
        young = np.int32(sixth_form * np.int32((college[n] & _LOW) < standalone) + further)
        funded = np.int32((learning[i] == _FUNDED) | (learning[i] == _LOAN))
        adults = np.int32(funded * np.int32((adult[n] & _LOW) < at_college))
        counted = np.int32(adults * np.int32((adult[n] >> _SIXTEEN) < weight))
        lines[YOUNG, i] = young
        lines[ADULTS, i] = adults
        lines[COLLEGE_LEARNERS, i] = np.int32(young + counted)
        before = np.int32(sixth_form * np.int32((college[n] & _LOW) < in_scope) + further)
        lines[BEFORE, i] = np.int32(before + counted)
        lines[SPENT, i] = np.int32(np.int32(young * on_young) + np.int32(adults * on_adult))
    for line in (YOUNG, ADULTS, COLLEGE_LEARNERS, BEFORE, SPENT):
        room.listed[line] = count


@kernel
def _list_learners(people, room, rows):
    """Into `room.rows`, residents at colleges of either kind and adults whose learning public money or a loan pays.

    Gives how many they are."""
    flags, resident, study, learning = room.flags[0], people.resident, people.study, people.learning
    for i in range(np.uint64(rows)):
        at_college = np.uint8((study[i] == _SIXTH_FORM) | (study[i] == _FE_COLLEGE))
        flags[i] = resident[i] * np.uint8(at_college | (learning[i] == _FUNDED) | (learning[i] == _LOAN))
    return list_rows(flags, room.rows, rows)


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
        amount=amounts(params, setting, due),
    )


def amounts(params: Params, setting: Setting, due: np.ndarray) -> np.ndarray:
    """Pence that colleges spend on a learner of 16 to 18 and on an adult, int32 [years, 2], of what is `due` in pounds.

    Learners of 16 to 18 grow with the people of that age; where the relief follows them, the amount does not change.
    """
    years = setting.years
    each = np.zeros((len(years), 2))
    pounds = spent(params, with_lag(due, params.claim_lag_months), years)
    for place, year in enumerate(years):
        if pounds[place] > 0:
            counted = params.start if params.growth.follow_learners else year
            learners = counted_learners(
                params, counted, _growth_of_16_to_18(setting, counted, params.learners.count_year)
            )
            each[place, 0] = pounds[place] / learners if learners > 0 else 0.0
            each[place, 1] = each[place, 0] * params.learners.adult_weight.at(year)
    pence = each * 100
    if pence.max(initial=0.0) > MOST_PENCE // 2:
        found, most = f"£{pence.max() / 100:,.0f} a learner", f"at most £{MOST_PENCE // 200:,}"
        raise InputError(Problem("the VAT relief is too large", None, found, most))
    return np.rint(pence).astype(np.int32)


def _growth_of_16_to_18(setting: Setting, year: int, base: int) -> float:
    """People aged 16 to 18 in the middle of a year, as projected, over those of `base`."""
    young = setting.population.projection[:, :3].sum(axis=(1, 2))
    then, first = (young[np.clip(one - setting.population.reference_year, 0, len(young) - 1)] for one in (year, base))
    return float(then / first)
