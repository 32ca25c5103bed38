"""Ethnicity, disability and unpaid care: what is fitted from the published tables, and what each person starts with.

Disability and care follow England's prevalence by single age; authorities (for care: regions and the sexes) differ on
the logit scale by as much as their published shares say, and England's share at each age holds. A person is in a state
while the person's rank is below the prevalence.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from microsim.kernels.jit import compile_driver
from microsim.kernels.random import FIRST_HEALTH, random_words
from microsim.population import columns as axes
from microsim.population.columns import ETHNICITIES, FIRST_AGE, LAST_AGE, SELF_EMPLOYED, SEXES, bands
from microsim.population.ipf import Floats
from microsim.population.margins import Areas, Table, smooth_by_age
from microsim.population.people import People
from microsim.population.rooms import Sources

FIGURES: tuple[str, ...] = ("disability_redrawn", "care_redrawn", "disability_employment_gap")
ROUNDS = 50
ADULT_AGE = 18
CHILDREN_SHARE = 0.11  # of under-16s disabled, Family Resources Survey 2021 to 2022
MONTHS_BEFORE_MID_YEAR = 3  # from 1 April to 30 June
_AGES, _GROUPS = len(axes.AGES), len(ETHNICITIES)
_WORDS, _TO_UNIT = 2.0**32, 2.0**-32


class Health(NamedTuple):
    """Fitted arrays; their axes are in AXES."""

    ethnicity: Floats  # shares [area, ethnicity]
    disability: npt.NDArray[np.float32]  # prevalence
    disability_at_start: npt.NDArray[np.float32]  # prevalence out of work and in work, at the reference date
    care: npt.NDArray[np.float32]  # prevalence


AXES: dict[str, tuple[str, ...]] = {
    "ethnicity": ("area", "ethnicity"),
    "disability": ("area", "age", "sex"),
    "disability_at_start": ("area", "age", "sex", "in work"),
    "care": ("area", "age", "sex"),
}


def fit(sources: Sources) -> Health:
    """Fit from the published tables."""
    tables, areas = sources.tables, sources.areas
    people = sources.people.sum((3, 4)).astype(np.float64)
    disability = disability_prevalence(tables, areas, people)
    working = sources.people.sum(3)[..., : SELF_EMPLOYED + 1].sum(3) / np.maximum(people, 1.0)
    at_start = split_by_work(disability, working, people, sources.figure("disability_employment_gap"))
    member = areas.region[None] == np.arange(len(areas.region_codes))[:, None]
    by_region = np.einsum("ra,axs->rxs", member, people)
    return Health(
        ethnicity_shares(tables, areas),
        disability.astype(np.float32),
        at_start.astype(np.float32),
        care_prevalence(tables, areas, by_region)[areas.region].astype(np.float32),
    )


def logit(share: Floats) -> Floats:
    """Log of the odds."""
    result: Floats = np.log(share / (1.0 - share))
    return result


def expit(score: Floats) -> Floats:
    """The share whose log odds are `score`."""
    return 1.0 / (1.0 + np.exp(-score))


def ethnicity_shares(tables: Path, areas: Areas) -> Floats:
    """Shares [area, ethnicity] of residents of all ages; no table by age is held, so adults take them."""
    table = Table(tables / "ethnicity_local_authority_2021.csv")
    at = table.codes("code", ("E92000001", *areas.region_codes, *areas.codes))
    shares = np.empty((len(at), len(ETHNICITIES)))
    shares[at] = np.stack([table.floats(name) for name in ETHNICITIES], axis=1)
    shares = shares[1 + len(areas.region_codes) :]
    return shares / shares.sum(1, keepdims=True)


def share_by_age(table: Table, people: Floats) -> Floats:
    """Shares [age 16..90+] with no steps that keep the table's bands on average; `people` [age] are the weights."""
    share = table.floats("share")
    curve = smooth_by_age(np.stack([share, 1 - share], axis=1), people, bands(*table.text("age_band")))
    result: Floats = curve[:, 0]
    return result


def disability_prevalence(tables: Path, areas: Areas, people: Floats) -> Floats:
    """Disabled share [area, age, sex]: England's by age, and each authority's gap to England at equal age.

    The census counts fewer disabled people than the household survey that gives the age profile, so its level is not
    used: authorities take the gap in log odds that turns England's profile, brought to the census's level, into the
    authority's published share of all ages. No table by sex is held.
    """
    by_age = people.sum(2)
    profile = share_by_age(Table(tables / "disability_by_age_2022.csv"), by_age.sum(0))
    table = Table(tables / "disability_local_authority_2021.csv")
    at = table.codes("code", ("E92000001", *areas.region_codes, *areas.codes))
    published = np.empty(len(at))
    published[at] = table.floats("disabled") / table.floats("residents")
    young = areas.population_all_ages - by_age.sum(1)
    everyone = np.concatenate([young[:, None], by_age], axis=1)
    everyone = np.concatenate([everyone.sum(0, keepdims=True), everyone])
    scores = logit(np.concatenate([[CHILDREN_SHARE], profile]))
    published = np.concatenate([published[:1], published[1 + len(areas.region_codes) :]])
    gap = _shift_to(published, scores, everyone)
    gap = gap[1:] - gap[0]
    score = logit(profile)[None] + gap[:, None]
    return np.repeat(hold_england(score[..., None], by_age[..., None], profile[:, None]), len(SEXES), axis=2)


def _shift_to(share: Floats, scores: Floats, people: Floats) -> Floats:
    """Shifts [places] of the log odds `scores` [groups] at which places with `people` [places, groups] have `share`."""
    low, high = np.full(len(share), -5.0), np.full(len(share), 5.0)
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        found = (people * expit(scores + middle[:, None])).sum(1) / people.sum(1)
        low, high = np.where(found < share, middle, low), np.where(found < share, high, middle)
    return (low + high) / 2


def hold_england(score: Floats, people: Floats, share: Floats) -> Floats:
    """Prevalence [place, age, sex] with log odds `score` moved at each age and sex so that England has `share`."""
    shape = score.shape
    groups = score.reshape(shape[0], -1).T
    weight = np.broadcast_to(people, shape).reshape(shape[0], -1).T
    centre = (weight * groups).sum(1, keepdims=True) / weight.sum(1, keepdims=True)
    low, high = centre - centre - 5.0, centre - centre + 5.0
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        found = (weight * expit(groups + middle)).sum(1, keepdims=True) / weight.sum(1, keepdims=True)
        below = found < np.broadcast_to(share, shape[1:]).reshape(-1, 1)
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return expit(groups + (low + high) / 2).T.reshape(shape)


def care_prevalence(tables: Path, areas: Areas, people: Floats) -> Floats:
    """Share with unpaid care [region, age, sex]: England's by age, brought to its published total of adults; the sexes'
    and two regions' gaps at equal age.

    `people` [region, age, sex]. Regions that no figure is held for share what is left.
    """
    by_age = people.sum((0, 2))
    profile = share_by_age(Table(tables / "care_by_age_2021.csv"), by_age)
    table = Table(tables / "care_groups_2021.csv")
    groups = zip(table.text("group"), table.text("code"), strict=True)
    published = dict(zip(groups, table.floats("share"), strict=True))
    by_sex = logit(np.array([published[name, ""] for name in SEXES]))
    england = float(np.average(expit(by_sex), weights=people.sum((0, 1))))
    place = np.zeros(len(areas.region_codes))
    for at, code in enumerate(areas.region_codes):
        if ("region", code) in published:
            place[at] = logit(np.array(published["region", code])) - logit(np.array(england))
    given = place != 0
    weight = people.sum((1, 2))
    place[~given] = -np.sum(place * weight) / weight[~given].sum()
    adults = np.arange(len(profile)) >= ADULT_AGE - FIRST_AGE
    level = _shift_to(np.array([published["18+", ""]]), logit(profile[adults]), by_age[None, adults])
    profile = expit(logit(profile) + level)
    score = logit(profile)[None, :, None] + place[:, None, None] + (by_sex - by_sex.mean())
    for _ in range(ROUNDS):  # each age holds its share over both sexes and all regions
        mean = (expit(score) * people).sum((0, 2)) / by_age
        score += (logit(profile) - logit(mean))[None, :, None]
    return expit(score)


def split_by_work(disability: Floats, working: Floats, people: Floats, gap: float) -> Floats:
    """Disabled share out of work and in work [area, age, sex, 2], with one odds ratio between the two at all ages.

    The ratio is such that at 16 to 64 the employment rate of disabled people lies `gap` below that of others.
    """
    rows = axes.WORKING_AGE.rows
    share, work, weight = (one[:, rows] for one in (disability, working, people))
    low, high = 0.0, 6.0
    for _ in range(ROUNDS):
        ratio = (low + high) / 2
        _, inside = _two_shares(share, work, np.exp(ratio))
        employed = (weight * work * inside).sum() / (weight * share).sum()
        others = (weight * work * (1 - inside)).sum() / (weight * (1 - share)).sum()
        low, high = (ratio, high) if others - employed < gap else (low, ratio)
    return np.stack(_two_shares(disability, working, np.exp((low + high) / 2)), axis=-1)


def _two_shares(share: Floats, working: Floats, ratio: float) -> tuple[Floats, Floats]:
    """Shares out of work and in work with mean `share` and odds out of work `ratio` times those in work.

    With x in work and y = x ratio / (1 - x + x ratio) out of work, working x + (1 - working) y = share is a quadratic.
    """
    square = working * (ratio - 1)
    middle = working + (1 - working) * ratio - share * (ratio - 1)
    inside = 2 * share / (middle + np.sqrt(middle**2 + 4 * square * share))
    return inside * ratio / (1 - inside + inside * ratio), inside


def assign(people: People, residents: int, fitted: Health, seed: int, reference_year: int) -> None:
    """Give every row of a new block what it starts with; the first `residents` rows are there at the reference date.

    Ethnicity is drawn from the area's shares. The rank of disability depends on work at the start, so that disabled
    people are in work less often from the first year on; over everybody it is uniform.
    """
    compile_driver(draw_first_health)(
        people,
        np.empty((4, len(people.id)), np.uint32),
        (int(residents), int(seed), int(reference_year)),
        np.cumsum(fitted.ethnicity, axis=1)[:, :-1].reshape(-1),
        fitted.disability.reshape(-1),
        fitted.disability_at_start.reshape(-1),
        fitted.care.reshape(-1),
    )


def draw_first_health(people, words, start, ethnicity, disability, at_start, care):  # type: ignore[no-untyped-def]
    """Fill ethnicity, ranks and states. Tables are flat on the axes of `Health`; ethnicity as cumulative shares.

    `start` is (residents, seed, reference year). Ages are those at the mid-year of the tables, or on arrival.
    """
    residents, seed, reference_year = start
    count = people.id.size
    random_words(words, people.id, seed, 0, 0, FIRST_HEALTH, count)
    for i in range(np.uint64(count)):
        if i < np.uint64(residents):
            age = reference_year - people.cohort[i] - (people.birth_month[i] >= MONTHS_BEFORE_MID_YEAR)
        else:
            age = people.entry_year[i] - people.cohort[i] - 1
        row = min(max(age, FIRST_AGE), LAST_AGE) - FIRST_AGE
        area = np.uint64(people.area[i])
        key = np.uint64((area * np.uint64(_AGES) + np.uint64(row)) * np.uint64(2) + np.uint64(people.sex[i]))
        draw = words[0, i] * _TO_UNIT
        group = 0
        for edge in range(_GROUPS - 1):
            group += draw >= ethnicity[area * np.uint64(_GROUPS - 1) + np.uint64(edge)]
        people.ethnicity[i] = np.uint8(group)
        # the rank below its prevalence for a share that depends on work: stretched so that over all it is uniform
        draw = words[1, i] * _TO_UNIT
        share = np.float64(at_start[key * np.uint64(2) + np.uint64(people.work_status[i] <= SELF_EMPLOYED)])
        prevalence = np.float64(disability[key])
        people.disabled[i] = np.uint8(draw < share)
        if draw < share:
            rank = draw / share * prevalence
        else:
            rank = prevalence + (draw - share) / (1.0 - share) * (1.0 - prevalence)
        people.disability_rank[i] = np.uint32(min(rank * _WORDS, _WORDS - 1.0))
        people.care_rank[i] = words[2, i]
        people.carer[i] = np.uint8(words[2, i] * _TO_UNIT < np.float64(care[key]))
