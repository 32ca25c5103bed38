"""How the yearly chances of work differ between people of the same age, sex and qualification: log odds ratios.

Published gaps in employment (of disabled people, of mothers by the age of their youngest child, between local
authorities) are gaps between people who are there at one time. Lives need yearly odds that keep such gaps open. They
are found by living whole cohorts of England from 16 to 90 at the average chances of each age, as shares of groups
rather than people, with groups whose odds of work are multiplied each year; a common factor by age and sex keeps
everybody's employment.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from microsim.population import columns as axes
from microsim.population.columns import INACTIVE, RETIRED, SELF_EMPLOYED, STATUSES, UNEMPLOYED
from microsim.population.health import expit, logit
from microsim.population.ipf import Floats
from microsim.population.margins import Table

YOUNGEST = ("none", "0-2", "3-4", "5-11")  # age of the youngest child; none, or 12 and over
FIRST_CHILD_AGES = (0, 3, 5, 12)  # at which a youngest child enters the groups after "none", and leaves them
DISABLED, MOTHERS = 1, slice(1, len(YOUNGEST))
FEMALE = 0
CHANGING = 0.75  # share of people whose age on the first 1 April is a year above that of the mid-year tables
SMALL = 0.1  # of log odds: a trial shift
ROUNDS = 40
TOLERANCE = 1e-4  # of a gap in employment


class Odds(NamedTuple):
    """Yearly log odds ratios."""

    work_odds: Floats  # [age 16..90+, sex, disabled, youngest child], of being in work
    first_work_odds: Floats  # the same, of the first year lived
    area_odds: Floats  # [area, 3], of being in work; self-employed if in work; unemployed if out of work


class Gaps(NamedTuple):
    """Gaps in employment rates to be kept open, as shares."""

    disability: float  # of people aged 16 to 64 who are disabled, below others
    mothers: tuple[float, ...]  # for each of YOUNGEST after "none", below other women of the same age


class Cohort(NamedTuple):
    """What a cohort of England lives by; ages start at 16."""

    flow: Floats  # [age, sex, from status, to status], over all qualifications
    start: Floats  # [sex, status] shares at 16
    disabled: Floats  # [age, sex] shares
    redrawn: float  # yearly chance that disability is drawn again
    births: Floats  # [age], of a woman in the year up to that age
    moves: Floats  # [age], yearly chance of a move to another area
    people: Floats  # [age, sex], the weights of ages in rates over 16 to 64


def work_odds(cohort: Cohort, gaps: Gaps) -> Floats:
    """Log odds [age, sex, disabled, youngest child] that keep the gaps open and everybody's employment as it is."""

    def live(shift: Floats) -> tuple[Floats, Floats]:
        return live_cohort(cohort, _own_odds(shift))

    shift = _solve(live, cohort, np.array([gaps.disability, *gaps.mothers]), slice(None))
    return live(shift)[1][:, :, None, None] + _own_odds(shift)


def first_year_odds(cohort: Cohort, gaps: Gaps, odds: Floats) -> Floats:
    """Log odds, as `work_odds` gives them, of the first year lived.

    The statuses of the reference date know of disability but not of children: in the first year mothers' odds are such
    that the whole gap opens at once, on average over those whose status changes (CHANGING) and the others.
    """
    lasting = odds[-1] - odds[-1, :, :1, :1]
    shares, _ = live_cohort(cohort, lasting)
    groups = shares.sum(-1)
    children = groups.sum(2, keepdims=True) / groups.sum((2, 3), keepdims=True)
    start = shares.sum(3)[:, :, :, None] * children[..., None]

    def live(shift: Floats) -> tuple[Floats, Floats]:
        own = _own_odds(np.concatenate([-lasting[FEMALE, DISABLED, :1], shift]))
        after, common = np.zeros_like(shares), np.zeros(shares.shape[:2])
        for age in range(1, len(shares)):
            work = shares[age, ..., : SELF_EMPLOYED + 1].sum((1, 2, 3))
            after[age], common[age] = _year(cohort, start[age - 1], age, own, work)
        return after, common

    shift = _solve(live, cohort, np.array(gaps.mothers) / CHANGING, MOTHERS)
    own = _own_odds(np.concatenate([-lasting[FEMALE, DISABLED, :1], shift]))
    return live(shift)[1][:, :, None, None] + own


def _solve(live: Callable[[Floats], tuple[Floats, Floats]], cohort: Cohort, wanted: Floats, parts: slice) -> Floats:
    """The shifts at which the gaps `parts` of the shares that `live` gives are as wanted, by Newton's method."""

    def found(shift: Floats) -> Floats:
        return employment_gaps(cohort, live(shift)[0])[parts]

    shift = np.zeros(len(wanted))
    for _ in range(8):
        now = found(shift)
        if np.max(np.abs(now - wanted)) < TOLERANCE:
            break
        slope = np.stack([found(shift + step) - now for step in SMALL * np.eye(len(shift))], axis=1) / SMALL
        shift = shift + np.clip(np.linalg.solve(slope, wanted - now), -1, 1)
    return shift


def employment_gaps(cohort: Cohort, shares: Floats) -> Floats:
    """Gaps in employment of disabled people at 16 to 64, and of mothers by YOUNGEST at the ages they have.

    `shares` [age, sex, disabled, youngest, status].
    """
    work = shares[..., : SELF_EMPLOYED + 1].sum(-1)
    everybody = shares.sum(-1)
    rows = axes.WORKING_AGE.rows
    weight = cohort.people[rows, :, None]
    rate = (work[rows].sum(3) * weight).sum((0, 1)) / (everybody[rows].sum(3) * weight).sum((0, 1))
    mothers, women = work[:, FEMALE].sum(1), everybody[:, FEMALE].sum(1)  # [age, youngest]
    by_child = mothers / np.maximum(women, 1e-12)
    weights = women * cohort.people[:, FEMALE, None]
    behind = (weights * (by_child[:, :1] - by_child)).sum(0) / weights.sum(0)
    return np.array([rate[0] - rate[DISABLED], *behind[MOTHERS]])


def _own_odds(shift: Floats) -> Floats:
    """Log odds [sex, disabled, youngest]: less for disabled people and for mothers, none for fathers."""
    own = np.zeros((2, 2, len(YOUNGEST)))
    own[:, DISABLED] -= shift[0]
    own[FEMALE, :, MOTHERS] -= shift[1:]
    return own


def live_cohort(cohort: Cohort, own: Floats) -> tuple[Floats, Floats]:
    """Shares [age, sex, disabled, youngest, status] of those who lived from 16, and the common log odds [age, sex].

    The common factor keeps the employment of all at what it is with no odds at all.
    """
    ages = len(cohort.flow)
    shares = np.zeros((ages, 2, 2, len(YOUNGEST), len(STATUSES)))
    shares[0, :, 1, 0] = cohort.disabled[0][:, None] * cohort.start
    shares[0, :, 0, 0] = (1 - cohort.disabled[0])[:, None] * cohort.start
    common = np.zeros((ages, 2))
    plain = cohort.start
    for age in range(1, ages):
        plain = np.einsum("sf,sft->st", plain, cohort.flow[age - 1])
        work = plain[:, : SELF_EMPLOYED + 1].sum(1)
        shares[age], common[age] = _year(cohort, shares[age - 1], age, own, work)
    return shares, common


def _year(cohort: Cohort, before: Floats, age: int, own: Floats, work: Floats) -> tuple[Floats, Floats]:
    """Shares [sex, disabled, youngest, status] of those who turn `age`, `work` [sex] of them in work; log odds."""
    flow = cohort.flow[age - 1]
    before = np.einsum("sdyf,sde->seyf", before, _disability_changes(cohort, age))
    before = np.einsum("sdyf,syz->sdzf", before, _child_changes(cohort, age))
    score = logit(np.clip(flow[..., : SELF_EMPLOYED + 1].sum(-1), 1e-9, 1 - 1e-9))[:, None, None] + own[..., None]
    common = _common(before, score, work)
    return _step(before, flow, expit(score + common[:, None, None, None])), common


def _common(before: Floats, score: Floats, work: Floats) -> Floats:
    """Log odds [sex] added to `score` [sex, disabled, youngest, from] that bring employment to `work` [sex]."""
    low, high = np.full(len(work), -3.0), np.full(len(work), 3.0)
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        below = (before * expit(score + middle[:, None, None, None])).sum((1, 2, 3)) < work
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


def _step(before: Floats, flow: Floats, work: Floats) -> Floats:
    """Shares a year on: `work` [sex, disabled, youngest, from] in work, inside work and out of it as in `flow`."""
    inside = flow.copy()
    inside[..., SELF_EMPLOYED + 1 :] = 0
    outside = flow - inside
    inside /= inside.sum(-1, keepdims=True)
    outside /= outside.sum(-1, keepdims=True)
    result: Floats = np.einsum("sdyf,sft->sdyt", before * work, inside)
    result += np.einsum("sdyf,sft->sdyt", before * (1 - work), outside)
    return result


def _disability_changes(cohort: Cohort, age: int) -> Floats:
    """Chances [sex, from, to] by which ranks that are kept or drawn again carry one prevalence into the next."""
    now, then = cohort.disabled[age - 1], cohort.disabled[age]
    become = (1 - cohort.redrawn) * np.maximum(then - now, 0) / (1 - now) + cohort.redrawn * then
    remain = (1 - cohort.redrawn) * np.minimum(then / now, 1) + cohort.redrawn * then
    return np.stack([np.stack([1 - become, become], axis=-1), np.stack([1 - remain, remain], axis=-1)], axis=-2)


def _child_changes(cohort: Cohort, age: int) -> Floats:
    """Chances [sex, from, to] between groups of the youngest child: a birth, or growing into the next group."""
    changes = np.eye(len(YOUNGEST))
    for group in range(1, len(YOUNGEST)):
        grows = 1 / (FIRST_CHILD_AGES[group] - FIRST_CHILD_AGES[group - 1])
        changes[group, group] -= grows
        changes[group, (group + 1) % len(YOUNGEST)] += grows
    born = np.zeros((len(YOUNGEST), len(YOUNGEST)))
    born[:, 1] = 1
    women = cohort.births[age] * born + (1 - cohort.births[age]) * changes
    return np.stack([women, np.eye(len(YOUNGEST))])


# -- local authorities


def area_odds(cohort: Cohort, people: Floats, disabled: Floats, odds: Floats) -> Floats:
    """Yearly log odds [area, 3] that keep the fitted gaps between areas at 16 to 64 open.

    The gaps are at equal age, sex and qualification. `people` [area, age, sex, qualification, status] are fitted,
    `disabled` [area, age, sex] shares, `odds` those of `work_odds`: an area with more disabled people has lower
    employment for that reason already.
    """
    rows = axes.WORKING_AGE.rows
    part = people[:, rows]
    shares, _ = live_cohort(cohort, odds[-1] - odds[-1, :, :1, :1])
    work = shares[..., : SELF_EMPLOYED + 1].sum(-1).sum(3) / shares.sum((3, 4))
    apart = logit(work[rows, :, 0]) - logit(work[rows, :, DISABLED])
    more = disabled[:, rows] - cohort.disabled[rows]
    gaps = np.stack(
        [
            _gap(part[..., : SELF_EMPLOYED + 1].sum(-1), part.sum(-1), -more * apart),
            _gap(part[..., SELF_EMPLOYED], part[..., : SELF_EMPLOYED + 1].sum(-1)),
            _gap(part[..., UNEMPLOYED], part[..., UNEMPLOYED:].sum(-1)),
        ],
        axis=1,
    )
    return gaps * _yearly_for_gap(cohort)


def _gap(counted: Floats, of: Floats, known: Floats | None = None) -> Floats:
    """Log odds [area] by which the share `counted` / `of` [area, age, sex, qualification] stands apart from England's.

    `known` [area, age, sex] is what is explained already. Newton's method on the expected count.
    """
    over = counted.sum(0) + 1.0
    england = logit(np.clip(over / (of.sum(0) + 2.0), 1e-6, 1 - 1e-6))
    score = england[None] if known is None else england[None] + known[..., None]
    gap = np.zeros(len(of))
    wanted = counted.sum((1, 2, 3))
    for _ in range(8):
        share = expit(score + gap[:, None, None, None])
        slope = (of * share * (1 - share)).sum((1, 2, 3))
        gap += np.clip((wanted - (of * share).sum((1, 2, 3))) / np.maximum(slope, 1e-9), -1, 1)
    return np.clip(gap, -2, 2)


def _yearly_for_gap(cohort: Cohort) -> Floats:
    """Yearly log odds for each unit of a lasting gap in log odds [in work; self-employed; unemployed].

    A cohort lives with SMALL more each year while movers bring England's shares with them.
    """
    found = np.empty(3)
    rows = axes.WORKING_AGE.rows
    england = _shares(cohort, np.zeros(3), None)
    for one in range(3):
        here = _shares(cohort, SMALL * np.eye(3)[one], england)
        scores = [_log_odds((shares[rows] * cohort.people[rows, :, None]).sum((0, 1))) for shares in (here, england)]
        found[one] = SMALL / (scores[0] - scores[1])[one]
    return found


def _log_odds(people: Floats) -> Floats:
    """Log odds [in work; self-employed; unemployed] of people [status]."""
    work, own, unemployed = people[: SELF_EMPLOYED + 1].sum(), people[SELF_EMPLOYED], people[UNEMPLOYED]
    idle = people[INACTIVE] + people[RETIRED]
    return np.log(np.array([work / (unemployed + idle), own / (work - own), unemployed / idle]))


def _shares(cohort: Cohort, shift: Floats, others: Floats | None) -> Floats:
    """Shares [age, sex, status] of a cohort with log odds raised by `shift`; movers come with those of `others`."""
    shares = np.empty((len(cohort.flow), 2, len(STATUSES)))
    shares[0] = cohort.start
    for age in range(1, len(shares)):
        flow = shifted_flow(cohort.flow[age - 1], shift)
        shares[age] = np.einsum("sf,sft->st", shares[age - 1], flow)
        if others is not None:
            shares[age] += cohort.moves[age] * (others[age] - shares[age])
    return shares


def shifted_flow(flow: Floats, shift: Floats) -> Floats:
    """Chances [..., from, to] with the log odds of work, of own work inside work, of unemployment outside it raised."""
    work = _raised(flow[..., : SELF_EMPLOYED + 1].sum(-1), shift[0])
    own = _raised(flow[..., SELF_EMPLOYED] / flow[..., : SELF_EMPLOYED + 1].sum(-1), shift[1])
    unemployed = _raised(flow[..., UNEMPLOYED] / flow[..., UNEMPLOYED:].sum(-1), shift[2])
    idle = flow[..., INACTIVE] / flow[..., INACTIVE:].sum(-1)
    outside = 1 - work
    return np.stack(
        [
            work * (1 - own), work * own, outside * unemployed,
            outside * (1 - unemployed) * idle, outside * (1 - unemployed) * (1 - idle),
        ],
        axis=-1,
    )  # fmt: skip


def _raised(share: Floats, shift: float) -> Floats:
    return share * np.exp(shift) / (1 - share + share * np.exp(shift))


def births_by_age(tables: Path) -> Floats:
    """Births in the year up to each age [age 16..90+] of a woman."""
    table = Table(tables / "births_per_woman_2024.csv")
    found = np.zeros(len(axes.AGES))
    found[table.floats("age").astype(int) - axes.FIRST_AGE] = table.floats("births")
    return found
