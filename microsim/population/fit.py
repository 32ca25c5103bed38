"""Fits the joint table of people: area x age x sex x qualification x work status, in whole numbers, at mid-2024.

Called by `source.build_population`; stands on `margins` (what is published) and `ipf` (how it is met).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from microsim.population import columns as axes
from microsim.population import margins as published
from microsim.population.ipf import (
    Floats,
    Margin,
    fit_margins,
    fit_pairs,
    margin,
    margin_error,
    round_two_way,
    round_within_totals,
)
from microsim.population.joint import AS_BUILT, JointAssumptions, log_odds_by_level
from microsim.population.margins import Areas

WORKING_ROWS = axes.LAST_WORKING_AGE - axes.FIRST_AGE + 1


class Targets(NamedTuple):
    """All margins on the axes of the joint table, made to agree with one another before the fit."""

    people: npt.NDArray[np.int64]  # [area, age, sex]
    qualification: Floats  # shares [age, sex, 7], England
    status: Floats  # shares [age, sex, 5], England
    area_qualification: Floats  # people 16-64 [area, 7]
    area_status: Floats  # people 16-64 [area, 4], inactive and retired together
    qualification_work: Floats  # people 16-64 [7, 2]: in work, not
    seed: Floats  # relative frequencies [area, age, sex, 7, 5]


class Fit(NamedTuple):
    """The joint counts and how well they meet their margins."""

    counts: npt.NDArray[np.int32]  # [area, age, sex, qualification, status]
    errors: dict[str, float]  # largest relative error of each margin before rounding
    rounded_errors: dict[str, float]  # and after, over cells of at least 1,000 people
    rounds: int


def area_people(tables: Path, areas: Areas) -> npt.NDArray[np.int64]:
    """People at mid-2024 [area, age, sex]: every area's bands and every region's single ages exactly.

    Inside a band the single ages of an area are those of its region (no table gives both).
    """
    by_region = published.region_population(tables, areas)
    by_band = published.area_band_population(tables, areas)
    people = np.zeros((len(areas.codes), len(axes.AGES), 2), dtype=np.int64)
    for region in range(len(areas.region_codes)):
        rows = np.flatnonzero(areas.region == region)
        for at, band in enumerate(axes.POPULATION_BANDS):
            for sex in (0, 1):
                ages = by_region[region, band.rows, sex]
                share = by_band[rows, at, sex][:, None] * (ages / ages.sum())[None]
                people[rows, band.rows, sex] = round_two_way(share)
    return people


def make_targets(tables: Path, areas: Areas, joint: JointAssumptions = AS_BUILT) -> Targets:
    """Read the tables and reconcile them: the population estimates rule, then national shares by age, then areas.

    `joint` moves the seed alone, which decides what no margin fixes.
    """
    people = area_people(tables, areas)
    national = people.sum(0).astype(float)
    qualification = published.qualification_by_age(tables, areas, national)
    status = published.status_by_age(tables, national)
    working = slice(0, WORKING_ROWS)
    area_working = people[:, working].sum((1, 2)).astype(float)
    level_total = (national[..., None] * qualification)[working].sum((0, 1))
    status_total = (national[..., None] * status)[working].sum((0, 1))
    area_qualification = fit_pairs(
        published.qualification_by_area(tables, areas) * area_working[:, None], area_working, level_total
    )
    activity_total = np.append(status_total[:3], status_total[3:].sum())
    area_status = fit_pairs(
        published.activity_by_area(tables, areas) * area_working[:, None], area_working, activity_total
    )
    relative = published.employment_by_qualification(tables, areas)
    worked = level_total * relative
    worked *= status_total[:2].sum() / worked.sum()
    qualification_work = np.stack([worked, level_total - worked], axis=1)
    regional = published.qualification_by_region_band(tables, areas)
    mean = regional.mean(0)
    odds = np.ones((len(areas.codes), len(axes.AGES), 1, 7, 5))
    odds[..., :2] = (relative ** joint.work_exponent(areas.deprivation_rank)[:, :, None, None])[..., None]
    odds[..., axes.SELF_EMPLOYED] *= np.exp(log_odds_by_level(joint.self_employment_by_qualification))
    odds[..., axes.UNEMPLOYED] *= np.exp(log_odds_by_level(joint.unemployment_by_qualification))
    seed = (
        people[..., None, None]
        * (regional / mean)[areas.region][:, :, None, :, None]
        * qualification[None, ..., None]
        * status[None, :, :, None, :]
        * odds
    )
    return Targets(people, qualification, status, area_qualification, area_status, qualification_work, seed)


def joint_margins(targets: Targets) -> list[Margin]:
    """The margins of the joint table, in the order they are met (people last, so that they hold exactly)."""
    shape = targets.seed.shape
    national = targets.people.sum(0).astype(float)[..., None]
    working = {1: WORKING_ROWS}
    return [
        margin("qualification and work, 16-64", targets.qualification_work, shape, {3: None, 4: [0, 2]}, working),
        margin("area and qualification, 16-64", targets.area_qualification, shape, {0: None, 3: None}, working),
        margin("area and activity, 16-64", targets.area_status, shape, {0: None, 4: [0, 1, 2, 3]}, working),
        margin("age, sex and qualification", national * targets.qualification, shape, {1: None, 2: None, 3: None}),
        margin("age, sex and status", national * targets.status, shape, {1: None, 2: None, 4: None}),
        margin("area, age and sex", targets.people.astype(float), shape, {0: None, 1: None, 2: None}),
    ]


def fit_joint(tables: Path, areas: Areas, joint: JointAssumptions = AS_BUILT) -> Fit:
    """Fit and round the joint table. Area x age x sex totals are exact; other margins within the errors returned."""
    targets = make_targets(tables, areas, joint)
    known = joint_margins(targets)
    table = targets.seed
    rounds = fit_margins(table, known, tolerance=1e-4, most_rounds=150)
    errors = {one.name: margin_error(table, one) for one in known}
    flat = table.reshape(-1, len(axes.QUALIFICATIONS) * len(axes.STATUSES))
    counts = round_within_totals(flat, targets.people.reshape(-1)).reshape(table.shape)
    rounded = {one.name: margin_error(counts.astype(float), one, least=1000.0) for one in known}
    return Fit(counts, errors, rounded, rounds)
