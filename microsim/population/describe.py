"""Sets the population beside its published margins, for `microsim population describe`.

Shows either the fitted table or people drawn from it (as counts on the same axes, see `count_people`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from microsim.population import columns as axes
from microsim.population import margins as published
from microsim.population.columns import Band, bands
from microsim.population.fit import area_people
from microsim.population.ipf import Floats
from microsim.population.respondents import Survey
from microsim.population.source import Population

if TYPE_CHECKING:
    import pandas as pd

Row = tuple[str, float, float]  # group, published, population


def count_people(
    population: Population,
    area: npt.ArrayLike,
    age: npt.ArrayLike,
    sex: npt.ArrayLike,
    qualification: npt.ArrayLike,
    status: npt.ArrayLike,
    weight: npt.ArrayLike,
) -> Floats:
    """People [area, age, sex, qualification, status] from columns of equal length; ages above 90 count as 90.

    `age` is that at mid-year of the population's reference year, 16 and over; `weight` is in people.
    """
    shape = population.joint.shape
    rows = np.minimum(np.asarray(age), axes.LAST_AGE) - axes.FIRST_AGE
    cell = np.ravel_multi_index(
        (np.asarray(area), rows, np.asarray(sex), np.asarray(qualification), np.asarray(status)), shape
    )
    counts = np.bincount(cell, np.asarray(weight, dtype=np.float64), int(np.prod(shape)))
    return counts.astype(np.float64).reshape(shape)


def describe(population: Population, people: Floats | None = None) -> list[tuple[str, pd.DataFrame]]:
    """Tables of (title, frame with group, published, population, difference); `people` defaults to the fitted table.

    Counts are people; shares and rates are fractions; the difference is relative for counts, in fractions for shares.
    Reads the published tables again. Raises InputError when one is missing.
    """
    import pandas as pd

    counts = population.joint.astype(float) if people is None else np.asarray(people, dtype=float)
    tables = (
        ("England", False, _england(population, counts)),
        ("People by region and sex", False, _regions(population, counts)),
        ("People by age", False, _ages(population, counts)),
        ("Highest qualification by age (share)", True, _qualifications(population, counts)),
        ("Work status by age (share)", True, _statuses(population, counts)),
        ("Local authorities: least, middle and greatest difference", True, _areas(population, counts)),
    )
    found = []
    for title, shares, rows in tables:
        frame = pd.DataFrame(rows, columns=["group", "published", "population"])
        gap = frame["population"] - frame["published"]
        frame["difference"] = gap if shares else gap / frame["published"]
        found.append((title, frame))
    return found


def survey_tables(survey: Survey) -> dict[str, pd.DataFrame]:
    """What a survey gave, what was drawn in its place, and what became of its weights, by title."""
    import pandas as pd

    people = len(survey.age)
    columns = pd.DataFrame(survey.columns, columns=["column", "where_from", "given"])
    rows: list[tuple[str, float]] = [
        ("people aged 16 and over", people),
        ("households", survey.households),
        ("people under 16 left out, no household being given", survey.left_out),
        ("people of England that they stand for", float(survey.weight.sum()) / 1000.0),
        ("effective number of people, given unequal weights", survey.effective_people),
    ]
    if survey.raking:
        rows += [
            ("what the weights of the file add up to", survey.raking.before),
            ("smallest change of a weight, relative to the average", survey.raking.smallest),
            ("largest change of a weight, relative to the average", survey.raking.largest),
            ("margin cells met", survey.raking.cells),
            ("rounds of raking", survey.raking.rounds),
        ]
    found = {
        "Columns of the survey, people aged 16 and over": columns,
        "Weights of the survey": pd.DataFrame(rows, columns=["of_the_survey", "value"]),
    }
    if survey.raking and survey.raking.pooled:
        pooled = pd.DataFrame({"too_few_people_to_weight_apart": survey.raking.pooled})
        found["Categories raked together"] = pooled
    return found


def _england(population: Population, counts: Floats) -> list[Row]:
    estimate = published.region_population(population.tables, population.areas).sum((0, 2))
    older = axes.LAST_WORKING_AGE + 1 - axes.FIRST_AGE
    age = counts.sum((0, 2, 3, 4))
    return [
        ("people aged 16 and over", float(estimate.sum()), float(age.sum())),
        ("people aged 16-64", float(estimate[:older].sum()), float(age[:older].sum())),
        ("people aged 65 and over", float(estimate[older:].sum()), float(age[older:].sum())),
    ]


def _regions(population: Population, counts: Floats) -> list[Row]:
    estimate = published.region_population(population.tables, population.areas).sum(1)
    by_area = counts.sum((1, 3, 4))
    return [
        (
            f"{name}, {sex}",
            float(estimate[at, code]),
            float(by_area[population.area_region == at, code].sum()),
        )
        for at, name in enumerate(population.region_names)
        for code, sex in enumerate(axes.SEXES)
    ]


def _ages(population: Population, counts: Floats) -> list[Row]:
    estimate = published.area_band_population(population.tables, population.areas).sum((0, 2))
    age = counts.sum((0, 2, 3, 4))
    return [
        (band.label, float(estimate[at]), float(age[band.rows].sum())) for at, band in enumerate(axes.POPULATION_BANDS)
    ]


def _shares(rows: Floats, band: Band) -> Floats:
    """Shares of the last axis of `rows[age, k]` over the ages of a band."""
    total: Floats = rows[band.rows].sum(0)
    shares: Floats = total / total.sum()
    return shares


def _qualifications(population: Population, counts: Floats) -> list[Row]:
    survey = published.qualification_counts(population.tables, population.areas)
    age = counts.sum((0, 2, 4))
    found: list[Row] = []
    for band in axes.QUALIFICATION_BANDS:
        known = survey[f"all {band.label}"][0]
        found += zip(
            [f"{band.label}, {name}" for name in axes.QUALIFICATIONS],
            (known / known.sum()).tolist(),
            _shares(age, band).tolist(),
            strict=True,
        )
    known = published.older_qualification_mean(population.tables)
    found += zip(
        [f"65+, {name}" for name in axes.QUALIFICATIONS],
        known.tolist(),
        _shares(age, bands("65+")[0]).tolist(),
        strict=True,
    )
    return found


def _statuses(population: Population, counts: Floats) -> list[Row]:
    rates = published.activity_rates(population.tables)
    age = counts.sum((0, 2, 3))
    found: list[Row] = []
    for at, band in enumerate(axes.LABOUR_BANDS):
        share = _shares(age, band)
        unemployment, inactivity = rates[at]
        found += [
            (f"{band.label}, in work", (1 - inactivity) * (1 - unemployment), float(share[:2].sum())),
            (f"{band.label}, unemployed", (1 - inactivity) * unemployment, float(share[axes.UNEMPLOYED])),
            (f"{band.label}, inactive or retired", inactivity, float(share[axes.INACTIVE :].sum())),
        ]
    return found


def _areas(population: Population, counts: Floats) -> list[Row]:
    """For each measure the areas with the lowest, middle and highest difference from what is published of them."""
    working = counts[:, axes.WORKING_AGE.rows]
    total = working.sum((1, 2, 3, 4))
    total = np.where(total > 0, total, np.nan)  # a small survey has nobody in some places
    level = published.qualification_by_area(population.tables, population.areas)[:, -1]
    activity = published.activity_by_area(population.tables, population.areas)
    estimate = area_people(population.tables, population.areas).sum((1, 2))
    measures = (
        ("share of England's people", estimate / estimate.sum(), counts.sum((1, 2, 3, 4)) / counts.sum()),
        ("level 4 and above, 16-64", level, working.sum((1, 2, 4))[:, -1] / total),
        ("in work, 16-64", activity[:, :2].sum(1), working.sum((1, 2, 3))[:, :2].sum(1) / total),
    )
    found: list[Row] = []
    for name, known, own in measures:
        order = np.argsort(own - known, kind="stable")[: np.isfinite(own).sum()]  # places with nobody come last
        for place, at in (("least", order[0]), ("middle", order[len(order) // 2]), ("greatest", order[-1])):
            found.append((f"{name}, {place}: {population.area_names[at]}", float(known[at]), float(own[at])))
    return found
