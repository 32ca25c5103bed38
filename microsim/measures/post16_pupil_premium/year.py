"""One year of the premium: who is a learner, who is eligible, and the pence paid for each.

A person's draws (is the institution in scope, is the record matched, is the programme part-time, ...) are of a year
that never changes, so that they last as long as the person does. Each is 16 bits of a word, compared with a share of
65,536.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.errors import InputError, Problem
from microsim.kernels.jit import kernel
from microsim.measures.amounts import MOST_PENCE
from microsim.measures.contract import Setting
from microsim.measures.listed import draw_for_rows, list_nobody, list_rows
from microsim.measures.post16_pupil_premium.lines import (
    ELIGIBLE,
    LEARNERS,
    LOOKED_AFTER,
    PREMIUM,
    RECIPIENTS,
    SERVICE,
    YOUNG_CARER,
    YOUNG_PEOPLE,
)
from microsim.measures.post16_pupil_premium.params import LAST_AGE_WITH_PLAN, Params
from microsim.measures.post16_pupil_premium.rules import part_paid, pounds_by_year
from microsim.population.columns import (
    ADULT_LEARNING,
    FE_COLLEGE,
    OTHER_TRAINING,
    SCHOOL,
    SIXTH_FORM_COLLEGE,
    STUDIES,
)

ALWAYS = 65_536  # a share of one: every 16-bit draw is below it
# Kinds of learner. Adults are publicly funded learners beyond 18, taken to be in further education.
NO_LEARNER, AT_SCHOOL, AT_SIXTH_FORM, AT_COLLEGE, IN_TRAINING, APPRENTICE, ADULT = range(7)
_LINE_OF = (0, 0, 1, 2, 3, 3, 2)  # place among the lines by kind of institution
DEFINITION, LOOKED_AFTER_SHARE, SERVICE_SHARE, CARER_SHARE, PLAN_SHARE, INDEPENDENT, CALIBRATION = range(7)
_SEPTEMBER = np.uint8(5)  # month of the financial year from which people are an academic year younger
_ENTRY, _SCHOOL_LEAVERS, _PLANS_END = np.uint32(16), np.uint32(18), np.uint32(LAST_AGE_WITH_PLAN)
_ROWS_END = np.uint32(2 * (LAST_AGE_WITH_PLAN + 2))  # age_sex keys of academic ages up to LAST_AGE_WITH_PLAN lie below
_LEAVERS_END = np.uint32(2 * 20)  # those of academic ages up to 18
_PUBLICLY_FUNDED = np.uint8(ADULT_LEARNING.index("publicly_funded"))
_LOW, _SIXTEEN = np.uint32(0xFFFF), np.uint32(16)
_ONE, _NONE = np.int32(1), np.uint8(0)


class PremiumState(NamedTuple):
    """What the kernel reads. Tables are by year index; shares are thresholds out of ALWAYS; money is pence."""

    group: int
    start: int  # financial year
    counts: np.ndarray  # uint8 [years], 1 where anything is paid at all
    last_age: np.uint32  # academic age
    on_credit: np.uint8  # 1: families on Universal Credit are eligible, 0: those with free meals
    plans: np.uint8  # 1: learners up to 24 with a plan are covered
    kind_of_study: np.ndarray  # uint8 [STUDIES]
    line_of: np.ndarray  # int64 [kinds], place among the premium and eligible lines
    scope: np.ndarray  # uint32 [years, kinds]
    part_time: np.ndarray  # uint32 [years, kinds]
    matched: np.ndarray  # uint32 [years, kinds]
    share: np.ndarray  # uint32 [years, 7], the order above
    premium: np.ndarray  # int32 [years, 2], full-time and part-time
    looked_after: np.ndarray  # int32 [years, 2]
    service: np.ndarray  # int32 [years, 2]
    young_carer: np.ndarray  # int32 [years, 2]


@kernel
def cost(own, people, clock, age_sex, room, effects, lines):
    """One year: what institutions are paid for each learner of the ages covered."""
    list_nobody(room)
    if clock.year < own.start or own.counts[clock.year_index] == _NONE:
        return
    rows, words, kind = room.rows, room.words, room.whole[0]
    count = _list_young(own, people, clock, age_sex, room)
    draw_for_rows(room, rows, people, clock, 0, own.group, count)
    _kinds(own, people, clock, age_sex, room, count, lines[YOUNG_PEOPLE])
    matching, being, part = words[0], words[1], words[2]
    scope, share = own.scope[clock.year_index], own.share[clock.year_index]
    part_time, matched = own.part_time[clock.year_index], own.matched[clock.year_index]
    premium, looked_after = own.premium[clock.year_index], own.looked_after[clock.year_index]
    service, carer = own.service[clock.year_index], own.young_carer[clock.year_index]
    for n in range(count):
        i, at = rows[n], kind[n]
        if at == NO_LEARNER:
            continue
        inside = matching[n] & _LOW
        state_school = (people.free_meals[i] != _NONE) | (at != AT_SCHOOL) | (inside >= share[INDEPENDENT])
        if (inside >= scope[at]) | (not state_school):
            continue
        lines[LEARNERS, i] = _ONE
        # The sum of two draws, modulo 65,536, is a draw that depends on neither of them.
        added = (((part[n] >> _SIXTEEN) + (words[3, n] & _LOW)) & _LOW) < share[CALIBRATION]
        poor = people.on_credit[i] if own.on_credit != _NONE else people.free_meals[i] | np.uint8(added)
        eligible = (poor != _NONE) & ((being[n] & _LOW) < share[DEFINITION])
        hours = np.int64((part[n] & _LOW) < part_time[at])
        in_care = (being[n] >> _SIXTEEN) < share[LOOKED_AFTER_SHARE]
        paid = np.int32(0)
        if eligible:
            lines[ELIGIBLE + own.line_of[at], i] = _ONE
        if in_care:
            paid = looked_after[hours]
            lines[LOOKED_AFTER, i] = paid
        elif eligible & ((matching[n] >> _SIXTEEN) < matched[at]):
            paid = premium[hours]
            lines[PREMIUM + own.line_of[at], i] = paid
        if (part[n] >> _SIXTEEN) < share[SERVICE_SHARE]:
            lines[SERVICE, i] = service[hours]
            paid += service[hours]
        if (people.carer[i] != _NONE) & ((words[3, n] & _LOW) < share[CARER_SHARE]):
            lines[YOUNG_CARER, i] = carer[hours]
            paid += carer[hours]
        lines[RECIPIENTS, i] = np.int32(paid > 0)
    for line in range(len(lines)):
        room.listed[line] = count


@kernel
def _list_young(own, people, clock, age_sex, room):
    """Into `room.rows`, residents of 16 to 18 or so and, where plans are covered, older ones whose learning public
    money pays. Gives how many they are."""
    flags, resident, learning = room.flags[0], people.resident, people.learning
    last = _ROWS_END if (own.plans != _NONE) | (own.last_age > _SCHOOL_LEAVERS) else _LEAVERS_END
    for i in range(np.uint64(clock.rows)):
        young = np.uint8(age_sex[i] < _LEAVERS_END) | np.uint8(learning[i] == _PUBLICLY_FUNDED)
        flags[i] = resident[i] * np.uint8(young & np.uint8(age_sex[i] < last))
    return list_rows(flags, room.rows, clock.rows)


@kernel
def _kinds(own, people, clock, age_sex, room, count, young_people):
    """What kind of learner everybody listed is, into `room.whole[0]`, from the academic age: the age on 31 August
    before.

    `study` on 1 April is the route of the academic year then under way.
    """
    rows, kind, plan = room.rows, room.whole[0], room.words[3]
    month, study = people.birth_month, people.study
    apprenticeship, learning, share = people.apprenticeship, people.learning, own.share[clock.year_index]
    for n in range(count):
        i = rows[n]
        kind[n] = NO_LEARNER
        academic = np.uint32((age_sex[i] >> np.uint32(1)) - np.uint32(month[i] >= _SEPTEMBER))
        if academic < _ENTRY:
            continue
        if academic <= _SCHOOL_LEAVERS:
            young_people[i] = _ONE
            at = APPRENTICE if apprenticeship[i] != _NONE else np.int32(own.kind_of_study[study[i]])
            kind[n] = at if academic <= own.last_age else NO_LEARNER
        elif learning[i] == _PUBLICLY_FUNDED:
            has_plan = (own.plans != _NONE) & (academic <= _PLANS_END) & ((plan[n] >> _SIXTEEN) < share[PLAN_SHARE])
            kind[n] = ADULT if (academic <= own.last_age) | has_plan else NO_LEARNER


def prepare(params: Params, setting: Setting, group: int) -> PremiumState:
    """The kernel's tables for the years of a run."""
    years, parameters = setting.years, setting.parameters
    lived = [year >= params.start for year in years]

    def money(rate, pay=True):
        pounds = pounds_by_year(rate, params, parameters, years) if pay else np.zeros(len(years))
        return _pence(params, years, pounds)

    premium = money(getattr(params.rate, params.rate.source))
    looked_after = money(params.looked_after.rate, params.looked_after.pay)
    service = money(params.service.rate, params.service.pay)
    young_carer = money(params.young_carer.rate, params.young_carer.pay)
    kind_of_study = np.zeros(len(STUDIES), np.uint8)
    for study, kind in ((SCHOOL, AT_SCHOOL), (SIXTH_FORM_COLLEGE, AT_SIXTH_FORM), (FE_COLLEGE, AT_COLLEGE),
                        (OTHER_TRAINING, IN_TRAINING)):  # fmt: skip
        kind_of_study[study] = kind
    paid = [bool(money.any()) for money in premium + looked_after + service + young_carer]
    return PremiumState(
        group=group,
        start=params.start,
        counts=np.array(paid, np.uint8),
        last_age=np.uint32(params.last_age),
        on_credit=np.uint8(params.eligibility.definition == "uc_household"),
        plans=np.uint8(params.education_plans.include),
        kind_of_study=kind_of_study,
        line_of=np.array(_LINE_OF, np.int64),
        scope=_thresholds(years, lived, lambda year: _scope(params, year)),
        part_time=_thresholds(years, lived, lambda year: _part_time(params, year)),
        matched=_thresholds(years, lived, lambda year: _matched(params, year)),
        share=_thresholds(years, lived, lambda year: _shares(params, year)),
        premium=premium,
        looked_after=looked_after,
        service=service,
        young_carer=young_carer,
    )


def _thresholds(years, lived, shares_of):
    """Shares of each year as thresholds out of ALWAYS, uint32 [years, shares]; nothing before the start."""
    first = next((year for year, here in zip(years, lived, strict=True) if here), None)
    if first is None:
        return np.zeros((len(years), len(_LINE_OF)), np.uint32)
    size = len(shares_of(first))
    rows = [shares_of(year) if here else (0.0,) * size for year, here in zip(years, lived, strict=True)]
    return np.rint(np.array(rows) * ALWAYS).astype(np.uint32)


def _scope(params: Params, year: int) -> tuple[float, ...]:
    here = params.institutions
    shares = (here.school, here.sixth_form_college, here.fe_college, here.other_training, here.apprenticeship)
    return (0.0, *(share.at(year) for share in shares), here.fe_college.at(year))


def _part_time(params: Params, year: int) -> tuple[float, ...]:
    share = params.part_time.share.at(year)
    return (0.0, 0.0, 0.0, share, share, 0.0, share)


def _matched(params: Params, year: int) -> tuple[float, ...]:
    schools, others = params.data_match.schools.at(year), params.data_match.others.at(year)
    return (0.0, schools, *(others,) * 5)


def _shares(params: Params, year: int) -> tuple[float, ...]:
    """Shares in the order of DEFINITION and those after it."""
    rule = params.eligibility
    definition = {"fsm_at_16": rule.eligible_at_16, "persistent": rule.persistent}.get(rule.definition)
    return (
        1.0 if definition is None else definition.at(year),
        params.looked_after.share.at(year) if params.looked_after.pay else 0.0,
        params.service.share.at(year) if params.service.pay else 0.0,
        params.young_carer.identified.at(year) if params.young_carer.pay else 0.0,
        params.education_plans.share.at(year),
        params.institutions.independent_schools.at(year),
        rule.calibration.at(year) if rule.definition != "uc_household" else 0.0,
    )


def _pence(params: Params, years, pounds: np.ndarray) -> np.ndarray:
    """Whole pence for a full-time and a part-time learner, int32 [years, 2]. Raises InputError when they do not fit."""
    found = np.zeros((len(years), 2))
    for place, year in enumerate(years):
        if year >= params.start:
            leaving, coverage = params.retention, params.coverage.at(year)
            for column, weight in enumerate((1.0, params.part_time.weight.at(year))):
                part = part_paid(weight, leaving.drop_out.at(year), leaving.paid_for_leavers.at(year), coverage)
                found[place, column] = pounds[place] * part * 100
    if found.max(initial=0.0) > MOST_PENCE // 4:  # four amounts may be added for one person
        most = f"at most £{MOST_PENCE // 400:,}"
        raise InputError(Problem("rates of the pupil premium grow too large", None, f"£{found.max() / 100:,.0f}", most))
    return np.rint(found).astype(np.int32)
