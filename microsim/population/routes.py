"""Routes at 16 to 18: what share of each group of young people takes which, fitted to the published margins.

An *academic age* is the age on the 31 August before: on 1 April people of academic age 16 are in year 12. The table of
each academic age counts region, sex, free meals, English and maths at 16, work and route; iterative proportional
fitting meets the totals by route, their differences between groups of pupils at 16, and those between regions.
"""

from __future__ import annotations

import numpy as np

from microsim.population import columns as axes
from microsim.population.ipf import Floats, Margin, fit_pairs, fit_shares, margin
from microsim.population.margins import Table
from microsim.population.rooms import Sources

FIGURES = ("further_education_in_colleges", "not_in_education_looking_for_work")
ACADEMIC_AGES = (16, 17, 18)
CLASSES = (
    "school", "sixth_form_college", "fe_college", "apprenticeship", "other_training", "employment_only", "neet",
    "higher_education",
)  # fmt: skip
ROUTES = ("school", "sixth_form_college", "fe_college", "other_training", "none")
WORK = ("in_work", "unemployed", "inactive")  # of the work statuses, for routes
APPRENTICESHIP, HIGHER_EDUCATION = CLASSES.index("apprenticeship"), CLASSES.index("higher_education")
_REGION_GROUPS = [0, 3, 4, 5, 6, 7]  # education, apprenticeship, other training, employment, neither, higher education
_PUPIL_GROUPS = [0, 1, 2, 3, 4]  # school, sixth-form college, further education, apprenticeship, the rest
_PUPILS = (  # axis of the table [sex, free meals, English and maths], and the groups of the table of destinations
    (0, ("female", "male")),
    (1, ("not_disadvantaged", "disadvantaged")),
    (2, ("no_english_and_maths", "english_and_maths")),
)
_INDEPENDENT = ((0.5, 0.5), (1.0, 0.0), (0.0, 1.0))  # who goes to independent schools, on the same axes
EARLY_BIRTHS = 5 / 12  # born from April to August: of academic age a on 1 April at age a; the others at age a + 1


def fit_routes(sources: Sources, groups: Floats) -> Floats:
    """Shares of ROUTES [academic age, region, sex, free meals, English and maths, work, route].

    Of people who are neither apprentices nor in higher education. `groups` are shares of each region's young people
    [region, sex, free meals, English and maths].
    """
    pupils = pupils_at_16(sources, groups)
    found = []
    for age in ACADEMIC_AGES:
        by_work = young_by_work(sources, age)
        people = by_work[:, :, None, None, :] * (groups / groups.sum((2, 3), keepdims=True))[..., None]
        people /= people.sum()
        totals = class_totals(sources, age)
        table = people[..., None] * _seed(sources, pupils, age)
        fit_shares(table, _margins(sources, people, totals))
        found.append(_conditional(table))
    return np.stack(found)


def participation(sources: Sources) -> dict[str, dict[int, float]]:
    """The prior by academic age: shares by column of its table and age."""
    table = Table(sources.tables / "participation_16_18.csv")
    ages = [int(age) for age in table.floats("age")]
    return {
        name: dict(zip(ages, (table.floats(name) / 100).tolist(), strict=True)) for name in table.names if name != "age"
    }


def class_totals(sources: Sources, age: int) -> Floats:
    """Shares of CLASSES at an academic age; further education is at colleges and other providers, part-time too."""
    share = {name: values[age] for name, values in participation(sources).items()}
    totals = np.array([
        share["school_state_full_time"] + share["school_independent_full_time"],
        share["sixth_form_college_full_time"],
        share["fe_college_full_time"] + share["part_time_education"],
        share["apprenticeship"],
        share["other_training"],
        share["employment_only"],
        share["neet"],
        share["higher_education_full_time"],
    ])  # fmt: skip
    result: Floats = totals / totals.sum()
    return result


def pupils_at_16(sources: Sources, groups: Floats) -> Floats:
    """Shares [sex, free meals, English and maths, class] at academic age 16 from the destinations of pupils.

    The destinations are of state schools; pupils of independent schools, nobody of whom had free meals, and all of whom
    are taken to have English and maths, go on to school.
    """
    people = groups.sum(0) / groups.sum()
    totals = class_totals(sources, 16)
    independent = participation(sources)["school_independent_full_time"][16]
    table = people[..., None] * totals
    table[..., HIGHER_EDUCATION] = 0.0
    margins = [margin("people", people, table.shape, {0: None, 1: None, 2: None})]
    columns = np.append(totals[:4], totals[4:].sum())
    for axis, names in _PUPILS:
        size = people.sum(tuple(other for other in range(3) if other != axis))
        outside = independent * np.array(_INDEPENDENT[axis])
        shares = destinations(sources, names) * (size - outside)[:, None]
        shares[:, 0] += outside
        margins.append(
            margin(names[0], fit_pairs(shares, size, columns, tolerance=1e-10), table.shape,
                   {axis: None, 3: np.array(_PUPIL_GROUPS)})
        )  # fmt: skip
    margins.append(margin("routes", totals, table.shape, {3: None}))
    fit_shares(table, margins)
    return table / table.sum(-1, keepdims=True)


def destinations(sources: Sources, groups: tuple[str, ...]) -> Floats:
    """Shares of pupils [group, 5] who go to school, sixth-form college, college, an apprenticeship, elsewhere."""
    table = Table(sources.tables / "destinations_16_2023.csv")
    names = table.text("group")
    rows = [names.index(group) for group in groups]
    shares = np.stack([
        table.floats("school_sixth_form") + table.floats("other_education"),
        table.floats("sixth_form_college"),
        table.floats("further_education"),
        table.floats("apprenticeship"),
        table.floats("work") + table.floats("not_sustained") + table.floats("not_known"),
    ], axis=1)[rows]  # fmt: skip
    result: Floats = shares / shares.sum(1, keepdims=True)
    return result


def young_by_work(sources: Sources, age: int) -> Floats:
    """People [region, sex, work] of an academic age on 1 April: aged `age` and `age` + 1."""
    row = age - axes.FIRST_AGE
    counts = sources.people[:, row : row + 2].sum(3, dtype=np.float64)  # [area, 2 ages, sex, status]
    people = EARLY_BIRTHS * counts[:, 0] + (1 - EARLY_BIRTHS) * counts[:, 1]
    by_region = np.zeros((len(sources.areas.region_codes), *people.shape[1:]))
    np.add.at(by_region, sources.areas.region, people)
    return np.stack([by_region[..., :2].sum(-1), by_region[..., 2], by_region[..., 3:].sum(-1)], axis=-1)


def region_relatives(sources: Sources) -> Floats:
    """Regions relative to England [region, 6] in the groups of classes; alike in higher education.

    People not known to their authority count as not in education, employment or training; employment is what is left.
    """
    table = Table(sources.tables / "participation_region_2025.csv")
    at = table.codes("region_code", ("E92000001", *sources.areas.region_codes))
    full, apprentices, other = (table.floats(n) for n in ("full_time_education", "apprenticeship", "other_training"))
    neither = table.floats("neet") + table.floats("not_known")
    employed = 100 - full - apprentices - other - neither
    shares = np.stack([full, apprentices, other, employed, neither, np.full(len(full), 100.0)], axis=1)
    ordered = np.empty_like(shares)
    ordered[at] = shares
    result: Floats = ordered[1:] / ordered[0]
    return result


def _seed(sources: Sources, pupils: Floats, age: int) -> Floats:
    """Relative frequency [1, sex, free meals, English and maths, work, class] of a class.

    Groups of pupils differ at 17 and 18 as they do at 16. Apprentices and those in employment alone are in work, those
    not in education, employment or training (NEET) are not, and look for work more often than students do. Higher
    education asks for English and maths, and follows free meals as entry by 19 does.
    """
    relative = pupils / np.maximum(pupils.mean((0, 1, 2)), 1e-12)
    if age > 16:
        relative = relative ** (1.0 + sources.joint.routes_after_16)
    work = np.ones((len(WORK), len(CLASSES)))
    work[1:, [APPRENTICESHIP, CLASSES.index("employment_only")]] = 0.0
    neet = CLASSES.index("neet")
    work[:, neet] = 0.0, sources.figure("not_in_education_looking_for_work"), 1.0
    table = Table(sources.tables / "higher_education_by_19.csv")
    share = dict(zip(table.text("group"), table.floats("share"), strict=True))
    relative[..., HIGHER_EDUCATION] = 0.0
    if age > 16:
        for group, name in enumerate(("no_free_meals", "free_meals")):
            relative[:, group, 1, HIGHER_EDUCATION] = share[name] / share["all"]
    result: Floats = (relative[:, :, :, None, :] * work)[None] * class_totals(sources, age)
    return result


def _margins(sources: Sources, people: Floats, totals: Floats) -> list[Margin]:
    shape = (*people.shape, len(CLASSES))
    size = people.sum((1, 2, 3, 4))
    grouped = np.add.reduceat(totals, _REGION_GROUPS)
    regions = fit_pairs(region_relatives(sources) * grouped * size[:, None], size, grouped, tolerance=1e-10)
    return [
        margin("region", regions, shape, {0: None, 5: np.array(_REGION_GROUPS)}),
        margin("routes", totals, shape, {5: None}),
        margin("people", people, shape, dict.fromkeys(range(5))),
    ]


def _conditional(table: Floats) -> Floats:
    """Shares of ROUTES among those who are neither apprentices nor in higher education."""
    neither = table[..., 5] + table[..., 6]
    kept = np.concatenate([table[..., [0, 1, 2, 4]], neither[..., None]], axis=-1)
    total = kept.sum(-1, keepdims=True)
    fallback = np.zeros(len(ROUTES))
    fallback[-1] = 1.0
    result: Floats = np.where(total > 0, kept / np.where(total > 0, total, 1.0), fallback)
    return result
