"""Jobs: industry, public or private sector, how long jobs last, part time and hours, and pay.

`fit` makes these from published tables; `assign` gives every person ranks, which decide the job and the hours, and the
job of those who work at the start. Pay is fitted with them (see `microsim.population.pay`), for who works where is part
of why people earn what they earn.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from microsim.kernels.jit import compile_driver
from microsim.kernels.random import FIRST_JOB, random_words
from microsim.population import columns as axes
from microsim.population import pay
from microsim.population.ipf import Floats
from microsim.population.margins import Areas, Table
from microsim.population.people import People
from microsim.population.rooms import Sources

FIGURES: tuple[str, ...] = (
    "same_industry", "new_job_pay", "student_pay", "student_share_16_17", "student_share_18_21", "student_share_22_24",
    "hours_follow_pay", "steepest_lower_tail", "minimum_wage_16_17", "minimum_wage_18_20", "minimum_wage_21",
    "highest_pay", "top_pay_stretch", "self_employed_top",
)  # fmt: skip

INDUSTRY_GROUPS = ("A", "BDE", "C", "F", "GI", "HJ", "KLMN", "OPQ", "RS")  # of the regional table
BASES = ("full_time", "part_time")
CELLS = len(axes.INDUSTRIES) * 2  # industry x 2 + sector: 0 private, 1 public
ENTRIES = 8192  # of the table from which a job is drawn, for each group
ENTRY_SHIFT = 19  # a uint32 rank >> ENTRY_SHIFT is an entry
HOURS_POINTS = 41  # every 2.5 per cent: each published percentile is one of them
HOURS_ENDS = ((30.0, 60.0), (1.0, 30.0))  # shortest and longest by basis
POINTS_OF_CHANCE = 40
_IN_WORK = (axes.EMPLOYEE, axes.SELF_EMPLOYED)
_ROUNDS = 400
_ENTRIES, _ENTRY_SHIFT = np.uint32(ENTRIES), np.uint32(ENTRY_SHIFT)
_EMPLOYEE, _SELF_EMPLOYED = np.uint8(axes.EMPLOYEE), np.uint8(axes.SELF_EMPLOYED)


class Jobs(NamedTuple):
    """Fitted arrays; their axes are in AXES."""

    region: npt.NDArray[np.int16]  # of each area
    shares: Floats  # of people in work of a region, sex and status by industry and sector
    places: npt.NDArray[np.uint8]  # the same as a table to draw from: industry x 2 + sector at each place of a job rank
    stay: Floats  # share of employees who have held their job for a year
    part_time: Floats  # chance of part time at each score of pay
    hours: Floats  # paid hours a week by place in them, from the shortest
    minimum_wage: Floats  # GBP an hour in the pay tables' year
    pay_quantiles: npt.NDArray[np.float32]  # employee pay, GBP a year
    pay_by_area: npt.NDArray[np.float32]  # relative to the curve by age and sex
    pay_by_qualification: Floats  # shifts of the score of pay
    pay_by_job: Floats
    pay_in_new_job: Floats
    pay_of_students: Floats
    pay_of_self_employed: Floats  # relative to the same factor at all scores
    pay_spread_by_job: Floats  # standard deviation of the score without its shifts


AXES: dict[str, tuple[str, ...]] = {
    "region": ("area",),
    "shares": ("region", "sex", "status in work", "industry", "sector"),
    "places": ("region", "sex", "status in work", "place of the rank"),
    "stay": ("age", "sex"),
    "part_time": ("age", "sex", "score"),
    "hours": ("basis", "age", "sex", "place"),
    "minimum_wage": ("age",),
    "pay_quantiles": ("age", "sex", "score"),
    "pay_by_area": ("area", "score"),
    "pay_by_qualification": ("qualification",),
    "pay_by_job": ("sex", "industry", "sector"),
    "pay_in_new_job": ("one",),
    "pay_of_students": ("one",),
    "pay_of_self_employed": ("score",),
    "pay_spread_by_job": ("sex", "industry", "sector"),
}


def fit(sources: Sources) -> Jobs:
    """Fit jobs and pay from the published tables."""
    shares, stay = job_shares(sources), stay_shares(sources)
    found, people, score = pay.fit_pay(sources, shares, stay, sources.figure("highest_pay"))
    chance = part_time_chances(sources, found.quantiles, people, score)
    return Jobs(
        sources.areas.region.copy(), shares, job_places(shares), stay,
        chance, hours_curves(sources), minimum_wages(sources),
        found.quantiles, found.by_area, found.by_qualification, found.by_job,
        np.array([sources.figure("new_job_pay")]), np.array([sources.figure("student_pay")]),
        pay.top_of_self_employed(sources.figure("self_employed_top")), found.spread_by_job,
    )  # fmt: skip


# -- industry and sector -----------------------------------------------------------------------------------------------


def job_shares(sources: Sources) -> Floats:
    """Shares [region, sex, status in work, industry, sector] of each region, sex and status.

    People in work of the joint table are spread by iterative proportional fitting: by industry, sex and status as
    in the national projection; by group of industries as in each region; the public sector by region and by
    industry as published. The self-employed are private.
    """
    areas, tables = sources.areas, sources.tables
    regions = len(areas.region_codes)
    people = np.zeros((regions, 2, 2))
    np.add.at(people, areas.region, sources.people.sum((1, 3))[..., list(_IN_WORK)].astype(float))
    national = _industry_by_sex_status(tables)
    groups = _industry_by_region(tables, areas) * people.sum((1, 2))[:, None]
    public_region = _public_share_of_work(tables, areas) * people.sum((1, 2))
    public_industry = _public_by_industry(tables) * public_region.sum()
    of_group = np.array([[one in group for group in INDUSTRY_GROUPS].index(True) for one in axes.INDUSTRIES])
    table = np.repeat((people[..., None] * national)[..., None], 2, axis=-1)
    table[:, :, 1, :, 1] = 0.0  # the self-employed are private
    table[..., public_industry == 0.0, 1] = 0.0
    for _ in range(_ROUNDS):
        by_group = np.zeros_like(groups)
        np.add.at(by_group.T, of_group, table.sum((1, 2, 4)).T)
        table *= (groups / by_group)[:, of_group][:, None, None, :, None]
        found = table.sum((0, 4))
        wanted = _within_groups(people.sum(0)[..., None] * national, found, of_group)
        table *= _ratio(wanted, found)[None, ..., None]
        table[..., 1] *= np.minimum(_ratio(public_industry, table[..., 1].sum((0, 1, 2))), 50.0)
        table[..., 1] *= _ratio(public_region, table[..., 1].sum((1, 2, 3)))[:, None, None, None]
        private = people.sum((1, 2)) - public_region
        table[..., 0] *= _ratio(private, table[..., 0].sum((1, 2, 3)))[:, None, None, None]
        table *= _ratio(people, table.sum((3, 4)))[..., None, None]
    return table / table.sum((3, 4), keepdims=True)


def job_places(shares: Floats) -> npt.NDArray[np.uint8]:
    """The cell (industry x 2 + sector) at each of ENTRIES places of a job rank [region, sex, status in work, place]."""
    groups = shares.reshape(-1, CELLS)
    edges = np.rint(np.cumsum(groups, axis=1) / groups.sum(1, keepdims=True) * ENTRIES)
    places = [np.searchsorted(row, np.arange(ENTRIES), side="right") for row in edges]
    return np.stack(places).astype(np.uint8).reshape(*shares.shape[:3], ENTRIES)


def _within_groups(wanted: Floats, found: Floats, of_group: npt.NDArray[np.int64]) -> Floats:
    """`wanted` [sex, status, industry] scaled so that each group of industries has the total it has in `found`: the
    levels of the groups are the regional table's, and the split inside them the projection's."""
    level = np.bincount(of_group, found.sum((0, 1))) / np.bincount(of_group, wanted.sum((0, 1)))
    return wanted * level[of_group]


def _ratio(wanted: Floats, found: Floats) -> Floats:
    result: Floats = np.divide(wanted, found, out=np.ones_like(found), where=found > 0)
    return result


def _industry_by_sex_status(tables: Path) -> Floats:
    """Shares of industries [sex, status in work, industry] of England."""
    table = Table(tables / "industry_sex_status_2025.csv")
    at = table.codes("sex", axes.SEXES), table.codes("section", axes.INDUSTRIES)
    jobs = np.zeros((2, 2, len(axes.INDUSTRIES)))
    jobs[at[0], 0, at[1]] = table.floats("full_time") + table.floats("part_time")
    jobs[at[0], 1, at[1]] = table.floats("self_employed")
    jobs = np.maximum(jobs, 0.05)  # fifty people: a cell of nought could never be filled
    return jobs / jobs.sum(2, keepdims=True)


def _industry_by_region(tables: Path, areas: Areas) -> Floats:
    """Shares of INDUSTRY_GROUPS [region, group] among residents in work."""
    table = Table(tables / "industry_region_2022.csv")
    people = np.stack([table.floats(group) for group in INDUSTRY_GROUPS], axis=1)
    people = people[[table.text("code").index(code) for code in areas.region_codes]]
    return people / people.sum(1, keepdims=True)


def _public_share_of_work(tables: Path, areas: Areas) -> Floats:
    """Public employees as a share of people in work [region]."""
    table = Table(tables / "public_sector_employment_2026.csv")
    order = [table.text("code").index(code) for code in areas.region_codes]
    share: Floats = (table.floats("public_thousand") / table.floats("total_thousand"))[order]
    return share


def _public_by_industry(tables: Path) -> Floats:
    """Shares of industries among public employees [industry], United Kingdom."""
    known = Table(tables / "public_sector_industry_2026.csv")
    others = Table(tables / "public_sector_other_sections.csv")
    people = np.zeros(len(axes.INDUSTRIES))
    spread = np.zeros(len(axes.INDUSTRIES))
    spread[others.codes("section", axes.INDUSTRIES)] = others.floats("share")
    for section, thousand in zip(known.text("section"), known.floats("thousand"), strict=True):
        if section == "other":
            people += spread * thousand
        else:
            people[axes.INDUSTRIES.index(section)] += thousand
    return people / people.sum()


def stay_shares(sources: Sources) -> Floats:
    """Share of employees who have held their job for a year [age, sex].

    Jobs with annual pay, which leave out those held for less than a year, over all jobs of the survey, by band of age;
    between the middles of the bands in a straight line.
    """
    held, every = (pay.jobs_in_table(sources.tables, column) for column in ("year_in_job", "all_jobs"))
    share = np.zeros((len(axes.AGES), 2))
    for sex, name in enumerate(axes.SEXES):
        bands = []
        for band in axes.PAY_BANDS:
            group = name if np.isfinite(held[name, band.label]) else "all"
            bands.append(held[group, band.label] / every[group, band.label])
        share[:, sex] = np.interp(axes.AGES, pay.KNOT_AGES[:-1], bands)
    share[0] = 0.0  # nobody has held a job for a year at the start of adult life
    return share


# -- part time and hours -----------------------------------------------------------------------------------------------


def part_time_share(sources: Sources) -> Floats:
    """Part-time jobs as a share of those held for a year [band of PAY_BANDS, sex]."""
    jobs = pay.jobs_in_table(sources.tables, "year_in_job")
    share = np.zeros((len(axes.PAY_BANDS), 2))
    for at, band in enumerate(axes.PAY_BANDS):
        for sex, name in enumerate(axes.SEXES):
            found = 1 - jobs[f"{name}_full_time", band.label] / jobs[name, band.label]
            both = 1 - jobs["full_time", band.label] / jobs["all", band.label]
            share[at, sex] = found if np.isfinite(found) else both
    return share


def part_time_chances(
    sources: Sources, quantiles: npt.NDArray[np.float32], people: pay.Employees, score: Floats
) -> Floats:
    """Chance that an employee works part time [age, sex, score].

    From the pay of all and of full-time employees and the number of each: at any pay, those who are not full-time. It
    never rises with pay. Read off at the pay that each score stands for, and shifted in its odds until the sample of
    employees with their scores has the published share in each band of age.
    """
    cap, steepest = sources.figure("highest_pay"), sources.figure("steepest_lower_tail")
    everybody = pay.published_curves(sources.tables, cap, steepest)
    full_time = pay.published_full_time_curves(sources.tables, cap, steepest)
    share = part_time_share(sources)
    scores = np.linspace(-4.0, 4.0, POINTS_OF_CHANCE + 1)
    mass = np.diff(pay.below(scores))
    chances = np.zeros(quantiles.shape)
    for at, band in enumerate(axes.PAY_BANDS):
        for sex in (0, 1):
            curve = np.log(everybody[at, sex])
            at_edges = np.interp(scores, pay.PUBLISHED_SCORES, curve)
            places = pay.below(np.interp(at_edges, np.log(full_time[at, sex]), pay.PUBLISHED_SCORES))
            chance = 1 - (1 - share[at, sex]) * np.diff(places) / mass
            chance = _falling(np.clip(chance, 0.0, 1.0), mass)
            middle = (at_edges[:-1] + at_edges[1:]) / 2
            rows = np.log(quantiles[band.rows, sex].astype(float))
            found = np.interp(rows, middle, chance)
            ages = people.age - (band.first - axes.FIRST_AGE)
            counted = (people.sex == sex) & (ages >= 0) & (ages < len(found)) & (~people.new | (at == 0))
            places = ages[counted] * pay.POINTS + pay.point_of(score[counted])
            weight = np.bincount(places, minlength=found.size).reshape(found.shape)
            chances[band.rows, sex] = _shift_odds_to(found, weight, share[at, sex])
    return chances


def _falling(chance: Floats, weight: Floats) -> Floats:
    """The nearest chances that never rise (pooling neighbours that do), none quite 0 or 1."""
    pools: list[list[float]] = []  # value, weight, length
    for value, one in zip(chance, weight, strict=True):
        pools.append([value, one, 1.0])
        while len(pools) > 1 and pools[-2][0] < pools[-1][0]:
            last = pools.pop()
            total = pools[-1][1] + last[1]
            pools[-1] = [(pools[-1][0] * pools[-1][1] + last[0] * last[1]) / total, total, pools[-1][2] + last[2]]
    return np.clip(np.repeat([one[0] for one in pools], [int(one[2]) for one in pools]), 1e-3, 1 - 1e-3)


def _shift_odds_to(chance: Floats, weight: Floats, mean: float) -> Floats:
    """Chances with their odds times one factor, such that their weighted mean is `mean`."""
    low, high = -10.0, 10.0
    odds = chance / (1 - chance)
    for _ in range(50):
        shift = (low + high) / 2
        moved = odds * np.exp(shift) / (1 + odds * np.exp(shift))
        if np.average(moved, weights=weight) < mean:
            low = shift
        else:
            high = shift
    return np.asarray(moved, np.float64)


def hours_curves(sources: Sources) -> Floats:
    """Paid hours a week [full or part time, age, sex, place] by place from the shortest hours to the longest.

    Straight between published percentiles. A full-time employee's place is a uniform draw. A part-time employee's mixes
    a uniform draw with the place in pay among part-time employees, and what the curve gives at a mixed place is the
    hours at the share of employees who lie below it, so that the published hours hold.
    """
    table = {(one["sex"], one["basis"], one["age_band"]): known for one, known, _ in
             pay.percentile_rows(sources.tables / "paid_hours.csv")}  # fmt: skip
    places = np.linspace(0.0, 1.0, HOURS_POINTS)
    mixed = _share_of_mixtures_below(places, sources.figure("hours_follow_pay"))
    hours = np.zeros((len(BASES), len(axes.AGES), 2, HOURS_POINTS))
    for basis, name in enumerate(BASES):
        lowest, highest = HOURS_ENDS[basis]
        for band in axes.PAY_BANDS:
            for sex, of in enumerate(axes.SEXES):
                known = table[of, name, band.label]
                at = np.array([0.0, *(one / 100 for one in known), 1.0])
                values = np.array([lowest, *known.values(), highest])
                hours[basis, band.rows, sex] = np.interp(places if basis == 0 else mixed, at, values)
    return hours


def _share_of_mixtures_below(place: Floats, weight: float) -> Floats:
    """The share of `weight` x U + (1 - `weight`) x V below `place`, U and V uniform on [0, 1]: a trapezium's."""
    small, large = min(weight, 1 - weight), max(weight, 1 - weight)
    if small <= 0.0:
        return place
    near = np.minimum(place, 1 - place)
    share = np.where(near < small, near * near / (2 * small * large), (near - small / 2) / large)
    return np.where(place <= 0.5, share, 1 - share)


def minimum_wages(sources: Sources) -> Floats:
    """Minimum wage [age], GBP an hour in the pay tables' year."""
    wage = np.full(len(axes.AGES), sources.figure("minimum_wage_21"))
    wage[: 21 - axes.FIRST_AGE] = sources.figure("minimum_wage_18_20")
    wage[: 18 - axes.FIRST_AGE] = sources.figure("minimum_wage_16_17")
    return wage


# -- what everybody starts with ----------------------------------------------------------------------------------------


def assign(people: People, residents: int, fitted: Jobs, seed: int, reference_year: int) -> None:
    """Give every row of a new block what it starts with; the first `residents` rows are there at the reference date.

    Somebody out of work gets the industry of an employee as that of the last job.
    """
    words = np.empty((4, len(people.id)), np.uint32)
    compile_driver(give_first_jobs)(people, fitted.places.reshape(-1), fitted.region, words, seed)


def give_first_jobs(people, places, region, words, seed):  # type: ignore[no-untyped-def]
    """Ranks from the draws that a person starts with, and the job that the rank stands for in the person's area."""
    count = people.id.size
    random_words(words, people.id, seed, 0, 0, FIRST_JOB, count)
    for i in range(np.uint64(count)):
        people.job_rank[i] = words[0, i]
        people.hours_rank[i] = words[1, i]
        own = people.work_status[i] == _SELF_EMPLOYED
        key = np.uint32(4 * region[people.area[i]]) + np.uint32(2 * people.sex[i]) + np.uint32(own)
        cell = places[key * _ENTRIES + (people.job_rank[i] >> _ENTRY_SHIFT)]
        people.industry[i] = cell >> np.uint8(1)
        people.public[i] = (cell & np.uint8(1)) * np.uint8(people.work_status[i] == _EMPLOYEE)
