"""Work status from one year to the next: employee, self-employed, unemployed, inactive, retired.

Chances depend on age, sex, qualification and last year's status. They are survey flows adjusted as little as possible
(relative entropy) to keep the official rates by age. The odds of being in work are then multiplied for disability, for
mothers by the age of their youngest child, for the local authority, and by the alignment of the year, which holds rates
by age and by place at the official ones. The local authority also shifts the odds of self-employment among those in
work, and of unemployment among those out of work.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.lookup import by_age_sex
from microsim.kernels.float32 import uniform
from microsim.kernels.jit import kernel
from microsim.population.columns import SELF_EMPLOYED, UNEMPLOYED
from microsim.population.people import ENTRY_AGE, QUALIFICATIONS, WORK_STATUSES
from microsim.population.work_odds import FIRST_CHILD_AGES, YOUNGEST

_LEVELS = np.uint32(len(QUALIFICATIONS))
_STATUSES = np.uint32(len(WORK_STATUSES))
_CHANCES, _OF_EMPLOYEE, _OF_UNEMPLOYED, _OF_INACTIVE = (np.uint32(n) for n in (4, 1, 2, 3))
_TWO = np.uint32(2)
_GROUPS = np.uint32(len(YOUNGEST))  # by age of the youngest child
_PERSONAL = np.uint32(2 * len(YOUNGEST))
_ONE = np.float32(1.0)
_BEFORE_MID_YEAR, _NONE = np.uint8(3), np.uint8(0)  # months from 1 April to 30 June
_FIRST, _SECOND, _THIRD = (np.int32(age) for age in FIRST_CHILD_AGES[1:])  # ages that end a group


class WorkTables(NamedTuple):
    """What `change_work` looks up."""

    status: np.ndarray  # float32 [keys x 4 chances], key = (age_sex x 7 + qualification) x 5 + status; see `chances`
    personal: np.ndarray  # float32 [age_sex x 2 x 4], odds ratios of work by disability and youngest child
    first_personal: np.ndarray  # the same, in the first year lived
    area_work: np.ndarray  # float32 [areas], odds ratios of being in work
    area_own: np.ndarray  # float32 [areas], of being an employee rather than self-employed, of those in work
    area_unemployed: np.ndarray  # float32 [areas], of being unemployed, of those out of work
    first_year: np.int32


def work_tables(population: Any) -> WorkTables:
    """Chances and odds from the fitted flows and odds of a `Population`."""
    assert population.work_flow.shape[1:] == (2, len(QUALIFICATIONS), len(WORK_STATUSES), len(WORK_STATUSES))
    area = np.exp(population.area_odds).astype(np.float32)
    return WorkTables(
        status=chances(by_age_sex(population.work_flow, ENTRY_AGE)),
        personal=by_age_sex(np.exp(population.work_odds), ENTRY_AGE).astype(np.float32).reshape(-1),
        first_personal=by_age_sex(np.exp(population.first_work_odds), ENTRY_AGE).astype(np.float32).reshape(-1),
        area_work=np.ascontiguousarray(area[:, 0]),
        area_own=np.ascontiguousarray(1 / area[:, 1]),
        area_unemployed=np.ascontiguousarray(area[:, 2]),
        first_year=np.int32(population.first_year),
    )


def chances(flow: np.ndarray) -> np.ndarray:
    """From chances of each status [keys..., statuses], flat [keys x 4]: in work; employee, of those in work;
    unemployed, of those out of work; inactive, of those neither in work nor unemployed. Those of a key lie together."""
    work = flow[..., : SELF_EMPLOYED + 1].sum(-1)
    idle = flow[..., UNEMPLOYED + 1 :].sum(-1)
    parts = [work, flow[..., 0] / work, flow[..., UNEMPLOYED] / (1 - work), flow[..., UNEMPLOYED + 1] / idle]
    return np.stack([part.reshape(-1) for part in parts], axis=1).astype(np.float32).reshape(-1)


@kernel
def shift_chance(chance, odds):
    """The chance whose odds are `odds` times those of `chance`."""
    raised = chance * odds
    return raised / (_ONE - chance + raised)


@kernel
def change_work(people, age_sex, tables, alignment, words, scratch, index, count):
    """Draw this year's status from the age, qualification and status of a year ago; who is gone keeps the last one.

    Statuses of the reference date are by age at mid-year. Those born in the months before it have the same age on the
    first 1 April, and keep their status until the next.
    """
    qualification, status, word, area = people.qualification, people.work_status, words[0], people.area
    resident, key, ratio = people.resident, scratch.key, scratch.score
    odds_of_work(people, age_sex, tables, alignment, ratio, key, index, count)
    table, own, jobless = tables.status, tables.area_own, tables.area_unemployed
    unemployed, month = alignment.unemployed[index], people.birth_month
    first_month = _BEFORE_MID_YEAR if index == 0 else _NONE
    employee, own_odds = np.empty(count, np.float32), np.empty(count, np.float32)
    out, out_odds = np.empty(count, np.float32), np.empty(count, np.float32)
    work, idle = np.empty(count, np.float32), np.empty(count, np.float32)
    for i in range(np.uint64(count)):
        row = np.uint32(np.uint32(np.uint32(age_sex[i] - _TWO) * _LEVELS) + np.uint32(qualification[i]))
        key[i] = np.uint32(np.uint32(np.uint32(row * _STATUSES) + np.uint32(status[i])) * _CHANCES)
    # The look-ups first, so that what is made of them goes on whole vectors, one array written a pass.
    for i in range(np.uint64(count)):
        work[i] = table[key[i]]
        employee[i] = table[np.uint32(key[i] + _OF_EMPLOYEE)]
        out[i] = table[np.uint32(key[i] + _OF_UNEMPLOYED)]
        idle[i] = table[np.uint32(key[i] + _OF_INACTIVE)]
    for i in range(np.uint64(count)):
        own_odds[i] = own[area[i]]
        out_odds[i] = jobless[area[i]] * unemployed[age_sex[i]]
    for i in range(np.uint64(count)):
        work[i] = shift_chance(work[i], ratio[i])
    for i in range(np.uint64(count)):
        employee[i] = work[i] * shift_chance(employee[i], own_odds[i])
    for i in range(np.uint64(count)):
        out[i] = work[i] + (_ONE - work[i]) * shift_chance(out[i], out_odds[i])
    for i in range(np.uint64(count)):
        active = out[i]
        idle[i] = active + (_ONE - active) * idle[i]
    for i in range(np.uint64(count)):
        u = uniform(word[i])
        drawn = np.uint32(u >= employee[i]) + np.uint32(u >= work[i])
        key[i] = np.uint32(drawn + np.uint32(u >= out[i]) + np.uint32(u >= idle[i]))
    for i in range(np.uint64(count)):  # in a pass of its own: a branch on who is still here costs more than the draw
        before, drawn = status[i], np.uint8(key[i])  # type: ignore[assignment]
        status[i] = drawn if (resident[i] != 0) & (month[i] >= first_month) else before


@kernel
def odds_of_work(people, age_sex, tables, alignment, ratio, key, index, count):
    """Write each person's odds ratio of being in work into `ratio` (float32); `key` (uint32) is scratch."""
    disabled, child, area = people.disabled, people.child_1, people.area
    personal = tables.first_personal if index == 0 else tables.personal
    area_work = tables.area_work
    odds, area_odds = alignment.work[index], alignment.area_work[index]
    last_birth_year = np.int32(np.int32(tables.first_year + np.int32(index)) - np.int32(1))
    for i in range(np.uint64(count)):
        age = np.int32(last_birth_year - child[i])  # of the youngest child; some two thousand without one
        youngest = np.uint32(age < _FIRST) + np.uint32(2) * np.uint32((age >= _FIRST) & (age < _SECOND))
        youngest += np.uint32(3) * np.uint32((age >= _SECOND) & (age < _THIRD))
        row = np.uint32(np.uint32(age_sex[i] * _PERSONAL) + np.uint32(np.uint32(disabled[i]) * _GROUPS))
        key[i] = np.uint32(row + youngest)
    for i in range(np.uint64(count)):
        ratio[i] = personal[key[i]] * odds[age_sex[i]] * area_work[area[i]] * area_odds[area[i]]
