"""Apprenticeships: what is fitted from the published tables, and what each person starts with.

Age here is *age at the start*: whole years on 1 December before the 1 April on which people are counted, the middle of
an academic year's starts. People of 16 on 1 December whose birthday is in September to November are still in year 11
and cannot start. The rules and sources are in docs/methods/apprenticeships.md.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from microsim.kernels.float32 import uniform
from microsim.kernels.jit import compile_driver, kernel
from microsim.kernels.random import FIRST_JOB, random_words
from microsim.population import columns as axes
from microsim.population.health import ethnicity_shares
from microsim.population.ipf import Floats
from microsim.population.joint import interaction
from microsim.population.margins import Table
from microsim.population.pay import SCORES
from microsim.population.people import EMPLOYEE, People
from microsim.population.rooms import Sources

FIGURES: tuple[str, ...] = (
    "share_16", "share_17", "higher_share_17", "share_25_34", "share_35_44", "share_45_59",
    "female_share", "female_share_under_19", "female_share_19_24", "female_share_25",
    "degree_starts", "degree_share_under_25", "days_level_4", "days_level_6", "retention", "duration_spread",
    "raise_from_age", "recruit_to_age", "starts_growth",
    "hourly_median", "hourly_growth", "hourly_level_2", "hourly_level_3", "hourly_level_4", "hourly_level_6",
    "relative_16_18", "relative_19_20", "relative_21_24", "relative_25", "spread", "under_rate", "under_rate_higher",
    "weekly_hours", "rate_apprentice", "rate_18_20", "rate_21",
    "public_administration", "public_education", "public_health",
)  # fmt: skip

LEVELS = (2, 3, 4, 6)  # 4 stands for levels 4 and 5, 6 for levels 6 and 7
PUBLISHED_LEVELS = ("2", "3", "4-7")
PUBLISHED_AGES = ("16-18", "19-24", "25+")
FIRST_AGES = (16, 19, 25)  # of PUBLISHED_AGES
PAY_AGES = (16, 19, 21, 25)  # first ages of the groups 16-18, 19-20, 21-24, 25 and over
LAST_START_AGE = 64
YEARS = 6  # nobody is an apprentice for longer
AGES = tuple(range(16, LAST_START_AGE + YEARS + 1))
FIRST_MONTHS_LATE = 8  # December: months of birth from here on have their birthday after 1 December
YEAR_11_MONTHS = (5, 8)  # September to November: 16 on 1 December, but in year 11
ENTRIES = 256  # places of the table from which industries are drawn
WEEKS = 365.25 / 7
STARTS_YEAR = "2024-25"
_KNOTS = (18.0, 21.5, 29.5, 39.5, 52.0, 62.0)  # ages between which the log of the rate is straight
_BANDS = ((19, 24), (25, 34), (35, 44), (45, 59), (60, LAST_START_AGE))
_ROUNDS = 60
_PAY_TILT = 0.06  # log pay for a step of level and a step of age together
_STEPS = 2000  # of the numerical integral over a year

_EMPLOYEE = np.uint8(EMPLOYEE)
_QUALIFICATIONS = len(axes.QUALIFICATIONS)


class Apprenticeships(NamedTuple):
    """Fitted arrays; their axes are in AXES. Ages run over AGES."""

    starts: np.ndarray  # chance that an employee who is not one already is a first-year apprentice on 1 April
    place: np.ndarray  # that chance relative to England
    ethnicity: np.ndarray  # that chance relative to everybody of the area
    stock: np.ndarray  # apprentices as a share of employees at the reference date
    years: np.ndarray  # of them, shares in the first, second ... year
    remain: np.ndarray  # starters who are still apprentices on the first, second ... 1 April
    success: np.ndarray  # share of those who end as employees that achieve
    recruits: np.ndarray  # section x 2 + public, in proportion to recruits
    pay: np.ndarray  # GBP a year in pay of 2024-25, by standard normal score
    hours: np.ndarray  # usual paid hours a week


AXES: dict[str, tuple[str, ...]] = {
    "starts": ("age", "sex", "qualification", "level"),
    "place": ("area", "age band", "level"),
    "ethnicity": ("ethnicity",),
    "stock": ("age", "sex", "qualification", "level"),
    "years": ("age", "level", "year"),
    "remain": ("level", "age band", "year"),
    "success": ("level",),
    "recruits": ("level", "place"),
    "pay": ("level", "age group", "score"),
    "hours": ("level", "age group"),
}


def normal_weights(points: int = 8001) -> tuple[Floats, Floats]:
    """A fine grid of scores on [-4, 4] and the normal weight of each (adding up to one)."""
    fine = np.linspace(-4.0, 4.0, points)
    weight = np.exp(-fine * fine / 2)
    return fine, weight / weight.sum()


def fit(sources: Sources) -> Apprenticeships:
    """Fit from the published tables."""
    published = read_published(sources)
    regional = employees_by_age_at_start(sources)
    employees = regional.sum(0)
    remain = shares_remaining(sources, published)
    starts = starts_by_age_sex(sources, published, employees.sum((1, 2)))
    present = by_year(starts, remain)
    chance, region = chances(sources, starts, present, regional)
    place, ethnicity = by_ethnicity(sources, chance, region)
    everybody = employees.sum(2)
    stock = present.sum(3) / everybody[..., None]
    prior = prior_qualification(sources)
    return Apprenticeships(
        starts=chance,
        place=place,
        ethnicity=ethnicity,
        stock=stock[:, :, None, :] * relative_to_mean(prior, employees),
        years=_shares_of_years(present.sum(1)),
        remain=remain,
        success=success(published, remain, starts.sum(1)),
        recruits=recruits(sources),
        pay=pay_curves(sources, present.sum(1)),
        hours=np.full((len(LEVELS), len(PAY_AGES)), sources.figure("weekly_hours")),
    )


class Published(NamedTuple):
    """The published programmes [level of PUBLISHED_LEVELS, age of PUBLISHED_AGES]."""

    starts: Floats  # in STARTS_YEAR
    mean_starts: Floats  # of the two years before the two dates of `stock`
    stock: Floats  # in learning, mean of 1 August 2024 and 2025
    achievements: Floats  # in STARTS_YEAR
    leavers: Floats  # in STARTS_YEAR, achieving or not


def read_published(sources: Sources) -> Published:
    """The programmes by level and age. Those in learning when a year opens are its enrolments less its starts."""
    table = Table(sources.tables / "apprenticeships_age_level.csv")
    years = table.text("academic_year")
    level, age = table.codes("level", PUBLISHED_LEVELS), table.codes("age", PUBLISHED_AGES)

    def of(year: str, name: str) -> Floats:
        values = np.zeros((len(PUBLISHED_LEVELS), len(PUBLISHED_AGES)))
        rows = np.array([one == year for one in years])
        values[level[rows], age[rows]] = table.floats(name)[rows]
        return values

    opening, closing = (of(year, "enrolments") - of(year, "starts") for year in (STARTS_YEAR, "2025-26"))
    starts = of(STARTS_YEAR, "starts")
    return Published(
        starts=starts,
        mean_starts=(of("2023-24", "starts") + starts) / 2,
        stock=(opening + closing) / 2,
        achievements=of(STARTS_YEAR, "achievements"),
        leavers=opening + starts - closing,
    )


def employees_by_age_at_start(sources: Sources) -> Floats:
    """Employees who could start [region, age of AGES, sex, qualification].

    Of people aged a on 1 April, birthdays of December to March make a third a - 1 on 1 December; at 16, those of
    September to November are left out too. Ages at mid-year stand for those on 1 April.
    """
    areas = sources.areas
    by_region = np.zeros((len(areas.region_codes), *sources.people.shape[1:4]))
    np.add.at(by_region, areas.region, sources.people[..., EMPLOYEE].astype(np.float64))
    return _at_start(by_region)


def _at_start(people: Floats) -> Floats:
    """From people by age on 1 April to those who could start by age at the start: [..., age, sex, qualification]."""
    ages = np.array(AGES) - axes.FIRST_AGE
    late = (12 - FIRST_MONTHS_LATE) / 12
    kept = np.where(np.array(AGES) == AGES[0], YEAR_11_MONTHS[0] / 12, 1 - late)
    result: Floats = people[:, ages] * kept[:, None, None] + people[:, ages + 1] * late
    return result


def age_band(age: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """The place in PUBLISHED_AGES of an age at the start."""
    return np.searchsorted(FIRST_AGES, age, side="right") - 1


def degree_shares(sources: Sources, published: Published) -> Floats:
    """Share of starts at levels 4 to 7 that are at levels 6 and 7, by age band."""
    higher = published.starts[2]
    young = sources.figure("degree_share_under_25")
    left = (sources.figure("degree_starts") - young * higher[:2].sum()) / higher[2]
    return np.array([young, young, left])


def starts_by_level(sources: Sources, published: Published) -> Floats:
    """Starts of STARTS_YEAR [level of LEVELS, age band]."""
    degree = degree_shares(sources, published)
    two, three, higher = published.starts
    return np.stack([two, three, higher * (1 - degree), higher * degree])


def starts_by_age_sex(sources: Sources, published: Published, employees: Floats) -> Floats:
    """Starts of STARTS_YEAR [age of AGES, sex, level]; `employees` by age."""
    of_band = starts_by_level(sources, published)
    older = [sources.figure(name) for name in ("share_25_34", "share_35_44", "share_45_59")]
    shares = np.array([*older, 1 - sum(older)])
    by_age = np.zeros((len(AGES), len(LEVELS)))
    lower, higher = [sources.figure(name) for name in ("share_16", "share_17")], sources.figure("higher_share_17")
    young = [np.array([*lower, 1 - sum(lower)])] * 2 + [np.array([0.0, higher, 1 - higher])] * 2
    for level in range(len(LEVELS)):
        by_age[:3, level] = of_band[level, 0] * young[level]
        targets = np.array([of_band[level, 1], *(of_band[level, 2] * shares)])
        by_age[3:, level] = adult_profile(by_age[2, level] / employees[2], targets, employees)[3:]
    women = female_shares(sources, of_band.sum(0))[age_band(AGES)]
    return by_age[:, None, :] * np.stack([women, 1 - women], axis=1)[:, :, None]


def adult_profile(rate_at_18: float, targets: Floats, employees: Floats) -> Floats:
    """Starts by age whose rate runs straight in logs between knots from that at 18, with the totals `targets`."""
    ages = np.array(AGES, dtype=float)
    within = [(ages >= first) & (ages <= last) for first, last in _BANDS]
    knots = np.log([rate_at_18, *(t / employees[w].sum() for t, w in zip(targets, within, strict=True))])
    for _ in range(_ROUNDS):
        starts = np.where(ages <= LAST_START_AGE, np.exp(np.interp(ages, _KNOTS, knots)), 0.0) * employees
        for at, (target, rows) in enumerate(zip(targets, within, strict=True)):
            knots[at + 1] += np.log(target / starts[rows].sum())
    for target, rows in zip(targets, within, strict=True):
        starts[rows] *= target / starts[rows].sum()
    return starts


def female_shares(sources: Sources, starts: Floats) -> Floats:
    """Share of starts by women in each age band, so scaled that the published share of all starts holds."""
    guess = np.array([sources.figure(f"female_share_{name}") for name in ("under_19", "19_24", "25")])
    result: Floats = guess * sources.figure("female_share") * starts.sum() / (guess * starts).sum()
    return result


def presence(sources: Sources, published: Published) -> Floats:
    """Mean years that a starter stays an apprentice [level of LEVELS, age band]: those in learning over yearly starts.

    Levels 4 to 7 are published together; their parts differ in the ratio of expected durations.
    """
    together = published.stock / published.mean_starts
    longer = sources.figure("days_level_6") / sources.figure("days_level_4")
    degree = degree_shares(sources, published)
    shorter = together[2] / (1 - degree + degree * longer)
    return np.stack([together[0], together[1], shorter, shorter * longer])


def shares_remaining(sources: Sources, published: Published) -> Floats:
    """Starters who are apprentices on the first, second ... 1 April after the start [level, age band, YEARS].

    Starts are even over the year. Apprentices withdraw at a constant hazard, such that the share `retention` is left
    after the mean duration, and complete at their planned duration, which is uniform around the mean. The mean is set
    by the mean years that a starter stays.
    """
    loss = -np.log(sources.figure("retention"))
    spread = sources.figure("duration_spread")
    time = (np.arange(YEARS * _STEPS) + 0.5) / _STEPS

    def survival(mean: float) -> Floats:
        planned = np.clip((1 + spread - time / mean) / (2 * spread), 0.0, 1.0)
        result: Floats = np.exp(-loss * time / mean) * planned
        return result

    found = np.zeros((len(LEVELS), len(PUBLISHED_AGES), YEARS))
    for cell, wanted in np.ndenumerate(presence(sources, published)):
        low, high = 0.1, 2.0 * YEARS
        for _ in range(60):
            mean = (low + high) / 2
            low, high = (mean, high) if survival(mean).sum() / _STEPS < wanted else (low, mean)
        found[cell] = survival(mean).reshape(YEARS, _STEPS).mean(1)
    return found


def by_year(starts: Floats, remain: Floats) -> Floats:
    """Apprentices on 1 April by age at the start of the year [age, sex, level, year] when starts stay as they are."""
    present = np.zeros((*starts.shape, YEARS))
    band = age_band(AGES)
    for year in range(YEARS):
        began = starts[: len(AGES) - year] * remain[:, band[: len(AGES) - year], year].T[:, None, :]
        present[year:, :, :, year] = began
    return present


def _shares_of_years(present: Floats) -> Floats:
    total = present.sum(-1, keepdims=True)
    first = np.eye(1, YEARS)
    return np.where(total > 0, present / np.where(total > 0, total, 1.0), first)


def prior_qualification(sources: Sources) -> Floats:
    """Relative chance of a start by highest qualification [qualification, level]."""
    table = Table(sources.tables / "apprenticeships_prior_qualification.csv")
    relative = np.zeros((_QUALIFICATIONS, len(LEVELS)))
    level = table.codes("level", tuple(str(one) for one in LEVELS))
    relative[table.codes("qualification", axes.QUALIFICATIONS), level] = table.floats("relative")
    return relative


def relative_to_mean(prior: Floats, employees: Floats) -> Floats:
    """`prior` [qualification, level] over its mean among `employees` [age, sex, qualification]."""
    mean = np.einsum("asq,ql->asl", employees, prior) / employees.sum(2)[..., None]
    result: Floats = prior / mean[:, :, None, :]
    return result


def chances(sources: Sources, starts: Floats, present: Floats, regional: Floats) -> tuple[Floats, Floats]:
    """Chance of being a first-year apprentice on 1 April [age, sex, qualification, level], and by region relative to it
    [region, age band, level], so that starts by age, sex and level, and by region, band and level, both hold.

    Starts of learners from outside England are spread over its regions.
    """
    table = Table(sources.tables / "apprenticeships_region_2025.csv")
    codes = sources.areas.region_codes
    published = np.zeros((len(codes), len(PUBLISHED_AGES), len(PUBLISHED_LEVELS)))
    at = table.codes("region_code", codes), table.codes("age", PUBLISHED_AGES), table.codes("level", PUBLISHED_LEVELS)
    published[at] = table.floats("starts")
    share = (published / published.sum(0))[:, :, [0, 1, 2, 2]]
    first = present[..., 0]
    free = 1 - present[..., 1:].sum((2, 3)) / regional.sum((0, 3))
    eligible = regional * free[:, :, None]
    chance = relative_to_mean(prior_qualification(sources), eligible.sum(0))
    band = age_band(AGES)
    region = np.ones_like(share)
    for _ in range(_ROUNDS):
        expected = np.einsum("rasq,asql,ral->asl", eligible, chance, region[:, band])
        factor = np.divide(first, expected, out=np.zeros_like(first), where=expected > 0)
        chance = chance * factor[:, :, None, :]
        by_region = np.einsum("rasq,asql->ral", eligible, chance) * region[:, band]
        in_band = np.stack([by_region[:, band == one].sum(1) for one in range(len(PUBLISHED_AGES))], axis=1)
        region *= share / (in_band / in_band.sum(0))
    return chance, region


def by_ethnicity(sources: Sources, chance: Floats, region: Floats) -> tuple[Floats, Floats]:
    """The chance relative to England [area, age band, level], and relative to that by ethnicity, such that starts by
    ethnicity hold and starts by region still do. The people of an area are of the ethnicities of its census."""
    table = Table(sources.tables / "apprenticeships_ethnicity_2025.csv")
    published = np.zeros(len(axes.ETHNICITIES))
    published[table.codes("ethnicity", axes.ETHNICITIES)] = table.floats("starts")
    share = ethnicity_shares(sources.tables, sources.areas)
    employees = _at_start(sources.people[..., EMPLOYEE].astype(np.float64))
    by_age = np.einsum("xasq,asql->xal", employees, chance)
    band, of_region = age_band(AGES), sources.areas.region
    in_band = np.stack([by_age[:, band == one].sum(1) for one in range(len(PUBLISHED_AGES))], axis=1)
    before = _by_region(in_band, of_region)
    relative = np.ones(len(axes.ETHNICITIES))
    for _ in range(_ROUNDS):
        now = _by_region(in_band * (share @ relative)[:, None, None], of_region)
        place = (region * before / now)[of_region]
        expected = (in_band * place).sum((1, 2)) @ share * relative
        relative *= published / published.sum() * expected.sum() / expected
    return place, relative


def _by_region(values: Floats, of_region: npt.NDArray[np.int16]) -> Floats:
    result = np.zeros((int(of_region.max()) + 1, *values.shape[1:]))
    np.add.at(result, of_region, values)
    return result


def success(published: Published, remain: Floats, starts: Floats) -> Floats:
    """Achievements over ends of apprentices seen on a 1 April [level]: leavers less those who left before the first."""
    band = age_band(AGES)
    unseen = (starts * (1 - remain[:, band, 0].T)).sum(0)
    lost = np.array([unseen[0], unseen[1], unseen[2:].sum()])
    rate = published.achievements.sum(1) / (published.leavers.sum(1) - lost)
    return np.minimum(rate[[0, 1, 2, 2]], 1.0)


def recruits(sources: Sources) -> npt.NDArray[np.uint8]:
    """Section x 2 + public of recruits [level, ENTRIES], each as often as subjects and their industries say."""
    subjects = Table(sources.tables / "apprenticeships_subject_2025.csv")
    mapping = Table(sources.tables / "apprenticeships_subject_industry.csv")
    names = tuple(dict.fromkeys(mapping.text("subject")))
    share = np.zeros((len(names), len(axes.INDUSTRIES)))
    share[mapping.codes("subject", names), mapping.codes("section", axes.INDUSTRIES)] = mapping.floats("share")
    starts = np.zeros((len(PUBLISHED_LEVELS), len(names)))
    starts[subjects.codes("level", PUBLISHED_LEVELS), subjects.codes("subject", names)] = subjects.floats("starts")
    industry = (starts @ share)[[0, 1, 2, 2]]
    public = np.zeros(len(axes.INDUSTRIES))
    for section, name in (("O", "public_administration"), ("P", "public_education"), ("Q", "public_health")):
        public[axes.INDUSTRIES.index(section)] = sources.figure(name)
    both = np.stack([industry * (1 - public), industry * public], axis=2).reshape(len(LEVELS), -1)
    edges = np.rint(np.cumsum(both, 1) / both.sum(1, keepdims=True) * ENTRIES)
    found = [np.searchsorted(edge, np.arange(ENTRIES), side="right") for edge in edges]
    return np.stack(found).astype(np.uint8)


def pay_curves(sources: Sources, present: Floats) -> Floats:
    """Annual pay at SCORES [level, age group, 64], GBP of 2024-25; `present` apprentices [age, level, year].

    Hourly pay is lognormal around a median for each level and age group; all medians are scaled to the published
    median of all apprentices. The lowest `under_rate` are left where they are, everybody else gets the apprentice rate
    at least.
    """
    level = np.array([sources.figure(f"hourly_level_{one}") for one in LEVELS])
    age = np.array([sources.figure(f"relative_{one}") for one in ("16_18", "19_20", "21_24", "25")])
    weight = by_pay_age(present.sum(2))
    together = interaction(np.linspace(-1.5, 1.5, len(LEVELS)), np.linspace(-1.5, 1.5, len(PAY_AGES)), weight)
    medians = level[:, None] * age * np.exp(_PAY_TILT * sources.joint.apprentice_pay_by_level_and_age * together)
    spread = sources.figure("spread")
    medians *= sources.figure("hourly_median") / mixture_median(medians, weight, spread)
    hourly = medians[:, :, None] * sources.figure("hourly_growth") * np.exp(spread * SCORES)
    under = np.array([sources.figure(name) for name in ("under_rate",) * 2 + ("under_rate_higher",) * 2])
    fine, normal = normal_weights()
    left_alone = fine[np.searchsorted(np.cumsum(normal), under)]
    raised = np.maximum(hourly, sources.figure("rate_apprentice"))
    hourly = np.where(left_alone[:, None, None] > SCORES, hourly, raised)
    result: Floats = hourly * sources.figure("weekly_hours") * WEEKS
    return result


def by_pay_age(present: Floats) -> Floats:
    """Apprentices [level, age group of PAY_AGES] by age on 1 April, from `present` [age at the start of a year, level]:
    a third have their birthday between 1 December and 1 April."""
    older = (12 - FIRST_MONTHS_LATE) / 12
    groups = [np.searchsorted(PAY_AGES, np.array(AGES) + years, side="right") - 1 for years in (0, 1)]
    found = np.zeros((len(LEVELS), len(PAY_AGES)))
    for group, part in zip(groups, (1 - older, older), strict=True):
        for one in range(len(PAY_AGES)):
            found[:, one] += part * present[group == one].sum(0)
    return found


def mixture_median(medians: Floats, weight: Floats, spread: float) -> float:
    """The median of a mixture of lognormal distributions with the same standard deviation of logs."""
    fine, normal = normal_weights(2001)
    pay = np.exp(np.log(medians).reshape(-1, 1) + spread * fine).reshape(-1)
    share = (weight.reshape(-1, 1) / weight.sum() * normal).reshape(-1)
    order = np.argsort(pay)
    return float(np.interp(0.5, np.cumsum(share[order]), pay[order]))


# -- what a person starts with


@kernel
def age_at_start(age, month):  # type: ignore[no-untyped-def]
    """Whole years on the 1 December before, from those on 1 April; 0 while in year 11."""
    earlier = age - np.int64(month >= np.uint8(FIRST_MONTHS_LATE))
    year_11 = (earlier == np.int64(16)) & (month >= np.uint8(YEAR_11_MONTHS[0])) & (month < np.uint8(YEAR_11_MONTHS[1]))
    return np.int64(0) if year_11 else earlier


@kernel
def band_at_start(age):  # type: ignore[no-untyped-def]
    """The row of an age at the start: under 19, 19 to 24, 25 and over."""
    return np.int64(age >= np.int64(FIRST_AGES[1])) + np.int64(age >= np.int64(FIRST_AGES[2]))


def first_apprenticeships(people, residents, stock, place, ethnicity, years, seed, reference_year, words):  # type: ignore[no-untyped-def]
    """Level and year of the apprenticeship of employees at the reference date. `words` is uint32 [4, residents]."""
    random_words(words, people.id, seed, 0, 0, FIRST_JOB, residents)
    for i in range(residents):
        if people.work_status[i] != _EMPLOYEE:
            continue
        age = age_at_start(np.int64(reference_year - people.cohort[i] - 1), people.birth_month[i])
        row = age - np.int64(AGES[0])
        if (row < 0) | (row >= stock.shape[0]):
            continue
        band = band_at_start(age)
        draw = uniform(words[2, i])
        below = 0.0
        for level in range(len(LEVELS)):
            chance = stock[row, people.sex[i], people.qualification[i], level] * place[people.area[i], band, level]
            below += chance * ethnicity[people.ethnicity[i]]
            if draw < below:
                people.apprenticeship[i] = np.uint8(LEVELS[level])
                people.apprenticeship_year[i] = _year_of(years[row, level], uniform(words[3, i]))
                break


@kernel
def _year_of(shares, draw):  # type: ignore[no-untyped-def]
    """The year of an apprenticeship, counted from 1, with the given shares."""
    below = 0.0
    for year in range(YEARS - 1):
        below += shares[year]
        if draw < below:
            return np.uint8(year + 1)
    return np.uint8(YEARS)


def assign(people: People, residents: int, fitted: Apprenticeships, seed: int, reference_year: int) -> None:
    """Give every row of a new block what it starts with; the first `residents` rows are there at the reference date.

    Employees are apprentices in the numbers that yearly starts would leave. Nobody arrives as an apprentice.
    """
    words = np.empty((4, residents), np.uint32)
    compile_driver(first_apprenticeships)(
        people, residents, fitted.stock, fitted.place, fitted.ethnicity, fitted.years, seed, reference_year, words
    )
