"""Annual pay of employees: one score for each person, and the published distributions it must meet.

Pay is that of the tax year ended 5 April 2025 (`PAY_YEAR` 2024-25), in GBP. A person's score is a standard normal draw
plus shifts for qualification, industry and sector, a new job and study. A curve for each single age and sex turns the
score into pay, and a curve for each local authority scales it. Everything is fitted together on a sample of employees
laid evenly over the joint table (no random draw): curves, shifts and areas are corrected by what is still missing from
the published percentiles, again and again. The published figures are of people in the same job for more than a year,
and so are the people of the sample who are compared with them. In the end the top of the curves is stretched to the
incomes that tax records show.

The score grid has 64 points from -4 to 4; pay between points is a straight line in GBP.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from microsim.population import columns as axes
from microsim.population.ipf import Floats
from microsim.population.margins import Areas, Table
from microsim.population.rooms import Sources

Codes = npt.NDArray[np.int64]

PAY_YEAR = 2024
POINTS = 64
SCORES = np.linspace(-4.0, 4.0, POINTS)
PERCENTILES = (10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90)
MEDIAN = PERCENTILES.index(50)
LOWEST_PAY = 300.0  # GBP a year
KNOT_AGES = (16.5, 19.5, 25.5, 34.5, 44.5, 54.5, 63.5, 71.0)  # middles of PAY_BANDS, and where the decline ends
WIDTHS = (13, 9, 5, 3, 3, 1, 1)  # points of SCORES a correction is averaged over, by band: wide where ages differ most
ROUNDS = 30
FIRST_STEP = 0.5  # of what is missing, corrected in the first round; later ones correct less, and so settle
SAMPLED = 100  # one employee in so many
LOG_PAY_PER_SCORE = 0.55  # about the slope of log pay in the score, to turn a gap in log pay into a shift
FEWEST_PERCENTILES = 4
GRADUATE_AGES = (22, 64)  # of the published earnings by qualification
TAIL_SCORE = 3.0  # where an area's upper tail is moved to meet a region's mean
TOP_SHARE = 0.92  # beyond it pay is stretched: as near the last published percentile as leaves that where it is
_CELLS = len(axes.INDUSTRIES) * 2
_FINE = np.linspace(-6.0, 6.0, 4801)
_FINE_BELOW = np.array([0.5 * (1.0 + math.erf(score / math.sqrt(2.0))) for score in _FINE])


class Pay(NamedTuple):
    """The fitted pay."""

    quantiles: npt.NDArray[np.float32]  # GBP a year [age, sex, score]
    by_area: npt.NDArray[np.float32]  # relative pay [area, score]
    by_qualification: Floats  # shift of the score [qualification]
    by_job: Floats  # shift of the score [sex, industry, private or public]
    spread_by_job: Floats  # standard deviation of the score without its shifts [sex, industry, private or public]


def below(score: Floats) -> Floats:
    """The normal chance of a score below `score`."""
    return np.interp(score, _FINE, _FINE_BELOW)


def score_of(share: Floats) -> Floats:
    """The normal score below which lies `share`."""
    return np.interp(share, _FINE_BELOW, _FINE)


_SCORE_OF = {percentile: float(score_of(np.array(percentile / 100))) for percentile in PERCENTILES}
_TOP_SCORE = float(score_of(np.array(TOP_SHARE)))
# where published curves are held: the published percentiles themselves, and the grid beyond them
PUBLISHED_SCORES = np.array(
    [one for one in SCORES if one < _SCORE_OF[10]]
    + list(_SCORE_OF.values())
    + [one for one in SCORES if one > _SCORE_OF[90]]
)


# -- published curves --------------------------------------------------------------------------------------------------


def percentile_rows(path: Path) -> Iterator[tuple[dict[str, str], dict[int, float], float]]:
    """The rows of a table of percentiles: its labels, the percentiles known, the mean (nan when blank)."""
    table = Table(path)
    columns = {percentile: table.floats(f"p{percentile}") for percentile in PERCENTILES}
    labels = [name for name in table.names if name != "mean" and not name[1:].isdigit()]
    text = {name: table.text(name) for name in labels}
    for row, mean in enumerate(table.floats("mean")):
        known = {one: float(column[row]) for one, column in columns.items() if np.isfinite(column[row])}
        yield {name: column[row] for name, column in text.items()}, known, float(mean)


def curve_through(scores: Floats, pay: Floats, mean: float, cap: float, steepest: float) -> Floats:
    """Pay at PUBLISHED_SCORES through `pay` at `scores`: straight in log pay between them, tails beyond.

    Below the lowest the line of the two lowest goes on, no steeper than `steepest` (down to LOWEST_PAY). Above the
    highest a Pareto tail, whose exponent makes the mean of the whole curve `mean`, up to `cap` GBP.
    """
    log_pay = np.log(pay)
    body = np.interp(PUBLISHED_SCORES, scores, log_pay)
    slope = min((log_pay[1] - log_pay[0]) / (scores[1] - scores[0]), steepest)
    body = np.where(scores[0] > PUBLISHED_SCORES, log_pay[0] + slope * (PUBLISHED_SCORES - scores[0]), body)
    top = scores[-1] < PUBLISHED_SCORES
    tail = np.log((1 - below(scores[-1])) / (1 - below(PUBLISHED_SCORES[top])))
    weight = np.exp(-_FINE * _FINE / 2)
    weight /= weight.sum()
    low, high = 0.005, 1.5
    for _ in range(50):
        inverse = (low + high) / 2
        curve = body.copy()
        curve[top] = log_pay[-1] + inverse * tail
        found = np.clip(np.exp(curve), LOWEST_PAY, cap)
        if np.dot(np.interp(_FINE, PUBLISHED_SCORES, found), weight) < mean:
            low = inverse
        else:
            high = inverse
    return found


def england_over_uk(tables: Path) -> tuple[Floats, float]:
    """England's pay over the United Kingdom's at each of PERCENTILES, and of the means."""
    table = Table(tables / "pay_region_2025.csv")
    row = {code: at for at, code in enumerate(table.text("code"))}
    england, uk = row["E92000001"], row["K02000001"]
    columns = [table.floats("median" if one == 50 else f"p{one}") for one in PERCENTILES]
    means = table.floats("mean")
    return np.array([column[england] / column[uk] for column in columns]), float(means[england] / means[uk])


def jobs_in_table(tables: Path, column: str) -> dict[tuple[str, str], float]:
    """Thousands of jobs by (group, band of age) in a column of the table of numbers of jobs."""
    table = Table(tables / "employee_jobs_2023.csv")
    return dict(zip(zip(table.text("group"), table.text("age_band"), strict=True), table.floats(column), strict=True))


def _england_percentiles(path: Path) -> dict[tuple[str, str], tuple[dict[int, float], float]]:
    """Percentiles and mean by (group, band of age): the United Kingdom's times England's over the United Kingdom's."""
    ratio, mean_ratio = england_over_uk(path.parent)
    found = {}
    for labels, known, mean in percentile_rows(path):
        english = {one: value * float(ratio[PERCENTILES.index(one)]) for one, value in known.items()}
        found[labels["group"], labels["age_band"]] = english, mean * mean_ratio
    return found


def published_curves(tables: Path, cap: float, steepest: float) -> Floats:
    """Pay curves of England by band of age and sex [band, sex, PUBLISHED_SCORES].

    The lowest published percentile of men is the 10th; a point below it follows from that of men and women together.
    """
    published = _england_percentiles(tables / "pay_by_age_sex_2025.csv")
    jobs = jobs_in_table(tables, "year_in_job")
    curves = np.zeros((len(axes.PAY_BANDS), 2, len(PUBLISHED_SCORES)))
    for at, band in enumerate(axes.PAY_BANDS):
        for sex in (0, 1):
            known, mean = published[axes.SEXES[sex], band.label]
            scores, pay = np.array([_SCORE_OF[one] for one in known]), np.array(list(known.values()))
            if sex == 1:
                lowest = published["all", band.label][0][10]
                women = jobs["female", band.label] / jobs["all", band.label]
                share = (0.10 - women * _share_below(curves[at, 0], lowest)) / (1 - women)
                if lowest < pay[0] and 0.005 < share < 0.095:
                    scores, pay = np.insert(scores, 0, score_of(np.array(share))), np.insert(pay, 0, lowest)
            curves[at, sex] = curve_through(scores, pay, mean, cap, steepest)
    return curves


def published_full_time_curves(tables: Path, cap: float, steepest: float) -> Floats:
    """The same of full-time employees; where too few percentiles are published, men and women share a curve."""
    published = _england_percentiles(tables / "pay_full_time_2025.csv")
    curves = np.zeros((len(axes.PAY_BANDS), 2, len(PUBLISHED_SCORES)))
    for at, band in enumerate(axes.PAY_BANDS):
        for sex in (0, 1):
            known, mean = published[axes.SEXES[sex], band.label]
            if len(known) < FEWEST_PERCENTILES:
                known, mean = published["all", band.label]
            scores, pay = np.array([_SCORE_OF[one] for one in known]), np.array(list(known.values()))
            curves[at, sex] = curve_through(scores, pay, mean, cap, steepest)
    return curves


def _share_below(curve: Floats, pay: float) -> float:
    """The share of a group with pay below `pay`, from its curve."""
    return float(below(np.interp(np.log(pay), np.log(curve), PUBLISHED_SCORES)))


# -- a sample of employees laid evenly over the joint table ------------------------------------------------------------


class Employees(NamedTuple):
    """Columns of the sample, in order of area."""

    area: Codes
    age: Codes  # row of the age axis
    sex: Codes
    qualification: Codes
    job: Codes  # industry x 2 + sector
    new: npt.NDArray[np.bool_]  # less than a year in the job
    student: npt.NDArray[np.bool_]
    draw: Floats  # standard normal


def _even_points(count: int, dimensions: int) -> Floats:
    """Points of the unit cube [count, dimensions] that are evenly spread, also any stretch of neighbours.

    Multiples of the powers of 1 / g, where g ** (dimensions + 1) = g + 1: a generalisation of the golden ratio.
    """
    g = 2.0
    for _ in range(50):
        g = (1.0 + g) ** (1.0 / (dimensions + 1))
    steps = (1.0 / g) ** np.arange(1, dimensions + 1)
    points: Floats = (0.5 + np.arange(1, count + 1)[:, None] * steps) % 1.0
    return points


def sample_employees(sources: Sources, shares: Floats, stay: Floats) -> Employees:
    """One employee in SAMPLED of the joint table, with jobs from `shares` [region, sex, status, industry, sector]
    and a year or less in the job by `stay` [age, sex]."""
    employees = sources.people[..., axes.EMPLOYEE]
    edges = np.cumsum(employees.reshape(-1), dtype=np.int64)
    places = np.arange(SAMPLED // 2, edges[-1], SAMPLED)
    area, age, sex, qualification = np.unravel_index(np.searchsorted(edges, places, side="right"), employees.shape)
    points = _even_points(len(places), 4)
    by_group = np.cumsum(shares[:, :, axes.EMPLOYEE].reshape(-1, _CELLS), axis=1)
    group = sources.areas.region[area] * 2 + sex
    picks = group + points[:, 1] * by_group[group, -1]
    job = np.searchsorted((np.arange(len(by_group))[:, None] + by_group).reshape(-1), picks, side="right")
    student = points[:, 3] < student_share(sources)[age]
    return Employees(
        area, age, sex, qualification, np.clip(job - group * _CELLS, 0, _CELLS - 1),
        points[:, 2] >= stay[age, sex], student, score_of(points[:, 0]),
    )  # fmt: skip


def student_share(sources: Sources) -> Floats:
    """Students as a share of employees [age]."""
    share = np.zeros(len(axes.AGES))
    for name, band in zip(("16_17", "18_21", "22_24"), axes.bands("16-17", "18-21", "22-24"), strict=True):
        share[band.rows] = sources.figure(f"student_share_{name}")
    return share


# -- the fit -----------------------------------------------------------------------------------------------------------


class _Targets(NamedTuple):
    """Published log pay."""

    bands: Floats  # [band, sex, PUBLISHED_SCORES]
    regions: Floats  # [region, percentile]
    region_mean: Floats  # [region]
    areas: Floats  # [area] less the mean of the region, nan where none is published
    sectors: Floats  # [sector, sex, median and distance of the quartiles]
    industries: Floats  # [industry, sex, median and distance of the quartiles]
    qualifications: Floats  # [qualification] medians less that of level 2


def _targets(sources: Sources, cap: float) -> _Targets:
    tables, areas = sources.tables, sources.areas
    table = Table(tables / "pay_region_2025.csv")
    rows = [table.text("code").index(code) for code in areas.region_codes]
    columns = [table.floats("median" if one == 50 else f"p{one}")[rows] for one in PERCENTILES]
    sectors = _medians_and_quartiles(tables / "pay_sector_2025.csv", "sector", ("private", "public"))
    industries = _medians_and_quartiles(tables / "pay_industry_2025.csv", "section", axes.INDUSTRIES)
    gaps = Table(tables / "pay_by_qualification.csv")
    order = np.argsort(gaps.codes("qualification", axes.QUALIFICATIONS))
    return _Targets(
        np.log(published_curves(tables, cap, sources.figure("steepest_lower_tail"))), np.log(np.stack(columns, axis=1)),
        np.log(table.floats("mean")[rows]), _area_gaps(tables, areas), sectors, industries,
        np.log(gaps.floats("ratio")[order]),
    )  # fmt: skip


def _medians_and_quartiles(path: Path, label: str, labels: tuple[str, ...]) -> Floats:
    """Log median and log distance of the quartiles [label, sex, 2] of England; nan where not published."""
    ratio = dict(zip(PERCENTILES, england_over_uk(path.parent)[0], strict=True))
    found = np.full((len(labels), 2, 2), np.nan)
    for row, known, _ in percentile_rows(path):
        if row["group"] in axes.SEXES:
            log = {one: math.log(value * ratio[one]) for one, value in known.items()}
            quartiles = log.get(75, math.nan) - log.get(25, math.nan)
            found[labels.index(row[label]), axes.SEXES.index(row["group"])] = log.get(50, math.nan), quartiles
    return found


def _area_gaps(tables: Path, areas: Areas) -> Floats:
    """Log median pay of residents of each area less the mean of its region over jobs (nan where unpublished)."""
    local = Table(tables / "pay_local_authority_2024.csv")
    order = np.argsort(local.codes("area_code", areas.codes))
    median, jobs = np.log(local.floats("median")[order]), local.floats("jobs")[order]
    return _less_region_mean(median, np.nan_to_num(jobs), areas)


def _less_region_mean(values: Floats, weight: Floats, areas: Areas) -> Floats:
    known = np.where(np.isfinite(values), weight, 0.0)
    regions = len(areas.region_codes)
    total = np.bincount(areas.region, known * np.nan_to_num(values), regions)
    return values - (total / np.bincount(areas.region, known, regions))[areas.region]


def fit_pay(sources: Sources, shares: Floats, stay: Floats, cap: float) -> tuple[Pay, Employees, Floats]:
    """Fit everything together; also the sample and its scores. `shares` and `stay`: see `sample_employees`."""
    targets = _targets(sources, cap)
    people = sample_employees(sources, shares, stay)
    areas = sources.areas
    region = areas.region[people.area].astype(np.int64)
    band = np.searchsorted([one.first for one in axes.PAY_BANDS], people.age + axes.FIRST_AGE, side="right") - 1
    extra = sources.figure("new_job_pay") * people.new + sources.figure("student_pay") * people.student
    grown = (people.age >= GRADUATE_AGES[0] - axes.FIRST_AGE) & (people.age <= GRADUATE_AGES[1] - axes.FIRST_AGE)
    industry, sector = people.job // 2, people.job % 2
    stayers = ~people.new
    groups = {
        # hardly anybody of 16 or 17 has been a year in the job: all of them stand for those who have
        "bands": _members(band * 2 + people.sex, stayers | (band == 0), len(axes.PAY_BANDS) * 2),
        "regions": _members(region, stayers, len(areas.region_codes)),
        "areas": _members(people.area, stayers, len(areas.codes)),
        "sectors": _members(sector * 2 + people.sex, stayers, 4),
        "industries": _members(industry * 2 + people.sex, stayers, len(axes.INDUSTRIES) * 2),
        "qualifications": _members(people.qualification, grown, len(axes.QUALIFICATIONS)),
    }
    jobs_in_area = np.bincount(people.area[stayers], minlength=len(areas.codes)).astype(float)
    knots = np.stack([[np.interp(SCORES, PUBLISHED_SCORES, one) for one in both] for both in targets.bands])
    by_qualification = np.zeros(len(axes.QUALIFICATIONS))
    # shift and log spread of the score
    of_sector, of_industry = np.zeros((2, 2, 2)), np.zeros((len(axes.INDUSTRIES), 2, 2))
    of_region, of_area = np.zeros((len(areas.region_codes), POINTS)), np.zeros(len(areas.codes))
    tail = np.zeros(len(areas.region_codes))
    spread = 1.0
    for number in range(ROUNDS):
        step = FIRST_STEP / (1 + number / 6)
        of_job = of_sector[sector, people.sex] + of_industry[industry, people.sex]
        shift = by_qualification[people.qualification] + of_job[:, 0] + extra
        scale = np.exp(of_job[:, 1])
        spread = math.sqrt(max(1.0 - float(shift.var()), 0.1) / float((scale**2).mean()))
        score = np.clip(spread * scale * people.draw + shift, SCORES[0], SCORES[-1] - 1e-6)
        curves = _curves(knots, cap)
        pay = np.log(_look_up(curves, people.age * 2 + people.sex, score))
        pay = pay + _look_up(of_region, region, score) + of_area[people.area]
        for at, rows in enumerate(groups["bands"]):
            knots[at // 2, at % 2] += step * _missing_curve(targets.bands[at // 2, at % 2], pay, score, rows, at // 2)
        for at, rows in enumerate(groups["regions"]):
            tail[at] += step * (targets.region_mean[at] - math.log(np.exp(pay[rows]).mean()))
            missing = targets.regions[at] - _percentiles(pay[rows])
            of_region[at] += step * np.interp(SCORES, _percentiles(score[rows]), missing)
        of_region = _with_tails(of_region, tail)
        medians = np.array([np.median(pay[rows]) if len(rows) else np.nan for rows in groups["areas"]])
        of_area += step * np.nan_to_num(targets.areas - _less_region_mean(medians, jobs_in_area, areas))
        of_sector += step * _missing_of_jobs(targets.sectors, pay, groups["sectors"])
        of_industry += step * _missing_of_jobs(targets.industries, pay, groups["industries"])
        medians = np.array([np.median(pay[rows]) for rows in groups["qualifications"]])
        level2 = axes.QUALIFICATIONS.index("level2")
        by_qualification += step * (targets.qualifications - (medians - medians[level2])) / LOG_PAY_PER_SCORE
        by_qualification -= by_qualification[people.qualification].mean()
        for one, part in ((of_sector, sector), (of_industry, industry)):  # levels are the business of the bands
            one[..., 0] -= _mean_by_sex(one[part, people.sex, 0], people.sex)
    stretch = sources.figure("top_pay_stretch")
    by_area = stretch_top(np.exp(of_region[areas.region] + of_area[:, None]), stretch)
    quantiles = stretch_top(_curves(knots, cap), stretch)
    by_job, spread_by_job = of_industry.T[:, :, :, None] + of_sector.T[:, :, None, :]
    found = Pay(
        quantiles.reshape(len(axes.AGES), 2, POINTS).astype(np.float32), by_area.astype(np.float32),
        by_qualification, by_job, spread * np.exp(spread_by_job),
    )  # fmt: skip
    return found, people, score


def _mean_by_sex(values: Floats, sex: Codes) -> Floats:
    return np.bincount(sex, values, 2) / np.bincount(sex, minlength=2)


def _members(group: Codes, counted: npt.NDArray[np.bool_], groups: int) -> list[Codes]:
    """The rows of each group, of those counted."""
    rows = np.flatnonzero(counted)
    order = rows[np.argsort(group[rows], kind="stable")]
    return np.split(order, np.searchsorted(group[order], np.arange(1, groups)))


def _percentiles(values: Floats) -> Floats:
    found: Floats = np.quantile(values, np.array(PERCENTILES) / 100)
    return found


def point_of(score: Floats) -> Codes:
    """The point of SCORES at or below a score."""
    return ((score - SCORES[0]) / (SCORES[1] - SCORES[0])).astype(np.int64)


def _look_up(table: Floats, row: Codes, score: Floats) -> Floats:
    """`table[row, 64]` at a score, straight between points."""
    place = (score - SCORES[0]) / (SCORES[1] - SCORES[0])
    point = place.astype(np.int64)
    low = table[row, point]
    result: Floats = low + (place - point) * (table[row, point + 1] - low)
    return result


def _curves(knots: Floats, cap: float) -> Floats:
    """Pay by single age and sex [ages x 2, 64] from log pay at band middles [band, sex, 64].

    Straight in log pay between band middles; beyond the last one they go on at the last slope to 71 and stay.
    """
    ages = np.array(axes.AGES, dtype=float)
    slope = (knots[-1] - knots[-2]) / (KNOT_AGES[6] - KNOT_AGES[5])
    last = knots[-1] + np.clip(slope, -0.04, 0.0) * (KNOT_AGES[7] - KNOT_AGES[6])
    points = np.concatenate([knots, last[None]])
    upper = np.clip(np.searchsorted(KNOT_AGES, ages), 1, len(KNOT_AGES) - 1)
    low, high = np.array(KNOT_AGES)[upper - 1], np.array(KNOT_AGES)[upper]
    part = np.clip((ages - low) / (high - low), 0.0, 1.0)[:, None, None]
    curve = points[upper - 1] * (1 - part) + points[upper] * part
    found: Floats = np.clip(np.maximum.accumulate(np.exp(curve), axis=2), LOWEST_PAY, cap)
    return found.reshape(-1, POINTS)


def stretch_top(curves: Floats, stretch: float) -> Floats:
    """Curves [..., SCORES] whose logarithms beyond the score of TOP_SHARE go `stretch` times as far from that there.

    The survey's mean, which the fit meets, leaves out much of the highest pay that tax records show. A Pareto tail
    stays one, its exponent divided by `stretch`; both curves of a product are stretched, so the product is.
    """
    log = np.log(curves)
    point = point_of(np.array(_TOP_SCORE))
    part = (_TOP_SCORE - SCORES[point]) / (SCORES[point + 1] - SCORES[point])
    start = (log[..., point] * (1 - part) + log[..., point + 1] * part)[..., None]
    found: Floats = np.exp(np.where(_TOP_SCORE < SCORES, start + stretch * (log - start), log))
    return found


def top_of_self_employed(slope: float) -> Floats:
    """Profits relative to those at the score of TOP_SHARE and below [SCORES]: `slope` in logarithms for each score."""
    found: Floats = np.exp(slope * np.maximum(SCORES - _TOP_SCORE, 0.0))
    return found


def _missing_curve(target: Floats, pay: Floats, score: Floats, rows: Codes, band: int) -> Floats:
    """What a band's log pay lacks at each score, averaged along the scores: corrections must be smooth."""
    places = np.clip(below(PUBLISHED_SCORES), 1 / len(rows), 1 - 1 / len(rows))
    missing = np.clip(target - np.quantile(pay[rows], places), -0.5, 0.5)
    at_score = np.interp(SCORES, np.quantile(score[rows], places), missing)
    width = WIDTHS[band]
    padded = np.pad(at_score, width // 2, mode="edge")
    result: Floats = np.convolve(padded, np.full(width, 1 / width), mode="valid")
    return result


def _with_tails(of_region: Floats, tail: Floats) -> Floats:
    """Beyond the score of the 90th percentile the curves go on level, but for `tail` at TAIL_SCORE and beyond."""
    last = _SCORE_OF[90]
    rise = np.clip((SCORES - last) / (TAIL_SCORE - last), 0.0, 1.0)
    flat = np.array([np.interp(min(last, TAIL_SCORE), SCORES, curve) for curve in of_region])
    return np.where(last < SCORES, flat[:, None] + tail[:, None] * rise, of_region)


def _missing_of_jobs(target: Floats, pay: Floats, groups: list[Codes]) -> Floats:
    """What brings medians of log pay and distances of quartiles to `target` [group, sex, 2]: shifts, log factors."""
    by_group = np.full((len(groups), 2), np.nan)
    for at, rows in enumerate(groups):
        if len(rows):
            low, middle, high = np.quantile(pay[rows], (0.25, 0.5, 0.75))
            by_group[at] = middle, high - low
    found = by_group.reshape(target.shape)
    shift = (target[..., 0] - found[..., 0]) / LOG_PAY_PER_SCORE
    factor = np.clip(np.log(target[..., 1] / found[..., 1]), -0.5, 0.5)
    return np.nan_to_num(np.stack([shift, factor], axis=-1))
