"""Annual pay of employees by age and sex as a function of a standard normal score, and pay differences between areas.

Pay is that of the tax year ended 5 April 2025 (`PAY_YEAR` 2024-25), in GBP. The score grid has 64 points from -4 to 4;
pay between points is a straight line in GBP, and the published means hold for pay read that way.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from microsim.population import columns as axes
from microsim.population.ipf import Floats
from microsim.population.margins import Areas, Table

PAY_YEAR = 2024
SCORES = np.linspace(-4.0, 4.0, 64)
PERCENTILES = (10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90)
LOWEST_PAY = 300.0  # GBP a year
KNOT_AGES = (
    16.5,
    19.5,
    25.5,
    34.5,
    44.5,
    54.5,
    63.5,
    71.0,
)  # middles of PAY_BANDS, and where the decline ends
ROUNDS = 15
WIDTHS = (
    13,
    11,
    9,
    9,
    3,
    1,
    1,
)  # points of SCORES a correction is averaged over, by band: wide where ages differ most

# normal quantiles of PERCENTILES
_SCORE_OF = dict(
    zip(
        PERCENTILES,
        (
            -1.2815516,
            -0.8416212,
            -0.6744898,
            -0.5244005,
            -0.2533471,
            0.0,
            0.2533471,
            0.5244005,
            0.6744898,
            0.8416212,
            1.2815516,
        ),
        strict=True,
    )
)


def normal_weights(points: int = 8001) -> tuple[Floats, Floats]:
    """A fine grid of scores on [-4, 4] and the normal weight of each (adding up to one)."""
    fine = np.linspace(-4.0, 4.0, points)
    weight = np.exp(-fine * fine / 2)
    return fine, weight / weight.sum()


def upper_tail(score: Floats) -> Floats:
    """The normal chance of a score above `score`, to 1e-7 (Abramowitz and Stegun 26.2.17), for scores from 0."""
    t = 1 / (1 + 0.2316419 * score)
    series = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    return np.exp(-score * score / 2) / np.sqrt(2 * np.pi) * series


def band_curve(known: dict[int, float], mean: float, cap: float) -> Floats:
    """Pay at SCORES [64] for one band: straight in log pay between published percentiles, tails beyond.

    Below the lowest the line of the two lowest goes on (to LOWEST_PAY); above the highest a Pareto tail, whose exponent
    makes the mean of the whole curve `mean`, up to `cap` GBP.
    """
    at = np.array([_SCORE_OF[percentile] for percentile in sorted(known)])
    log_pay = np.log([known[percentile] for percentile in sorted(known)])
    body = np.interp(SCORES, at, log_pay)
    slope = (log_pay[1] - log_pay[0]) / (at[1] - at[0])
    body = np.where(at[0] > SCORES, log_pay[0] + slope * (SCORES - at[0]), body)
    top = at[-1] < SCORES
    tail = np.log(upper_tail(np.array([at[-1]])) / upper_tail(SCORES[top]))
    fine, weight = normal_weights()
    low, high = 0.005, 1.5
    for _ in range(60):
        inverse = (low + high) / 2
        curve = body.copy()
        curve[top] = log_pay[-1] + inverse * tail
        pay = np.clip(np.exp(curve), LOWEST_PAY, cap)
        if np.dot(np.interp(fine, SCORES, pay), weight) < mean:
            low = inverse
        else:
            high = inverse
    return pay


def published_curves(tables: Path, cap: float) -> Floats:
    """Pay curves of the published bands [band, sex, 64].

    A blank percentile is left out: the curve is straight across it or goes on beyond.
    """
    table = Table(tables / "pay_by_age_sex_2025.csv")
    values = {percentile: table.floats(f"p{percentile}") for percentile in PERCENTILES}
    mean = table.floats("mean")
    labels = [band.label for band in axes.PAY_BANDS]
    curves = np.zeros((len(labels), 2, len(SCORES)))
    for row, (group, label) in enumerate(zip(table.text("group"), table.text("age_band"), strict=True)):
        if group in axes.SEXES:
            known = {p: float(column[row]) for p, column in values.items() if np.isfinite(column[row])}
            curves[labels.index(label), axes.SEXES.index(group)] = band_curve(known, float(mean[row]), cap)
    return curves


def mixture(curves: Floats, workers: Floats) -> Floats:
    """Pay at SCORES [64] of a group made of single ages: `curves[age, 64]` weighted by `workers[age]`."""
    fine, weight = normal_weights(2001)
    pay = np.concatenate([np.interp(fine, SCORES, curve) for curve in curves])
    share = np.concatenate([weight * one for one in workers / workers.sum()])
    order = np.argsort(pay)
    below = np.cumsum(share[order]) - share[order] / 2
    positions = np.cumsum(weight) - weight / 2
    return np.interp(np.interp(SCORES, fine, positions), below, pay[order])


def _smooth_over_scores(values: Floats, width: int) -> Floats:
    """A moving average along SCORES: corrections must be smooth, for ages differ in the score of a given pay."""
    padded = np.pad(values, width // 2, mode="edge")
    return np.convolve(padded, np.full(width, 1 / width), mode="valid")


def single_age_curves(tables: Path, employees: Floats, cap: float) -> Floats:
    """Pay at SCORES by single age [age 16..90+, sex, 64] float32, meeting each published band.

    Curves run straight in log pay between band middles, go on at the last slope to 71 and stay. The band curves are
    adjusted until the mix of single ages, weighted by `employees[age, sex]`, has the published curve of each band.
    """
    target = np.log(published_curves(tables, cap))
    ages = np.array(axes.AGES, dtype=float)
    found = np.zeros((len(ages), 2, len(SCORES)))
    for sex in (0, 1):
        knots = target[:, sex].copy()
        for _ in range(ROUNDS):
            slope = (knots[-1] - knots[-2]) / (KNOT_AGES[6] - KNOT_AGES[5])
            last = knots[-1] + np.clip(slope, -0.04, 0.0) * (KNOT_AGES[7] - KNOT_AGES[6])
            points = np.concatenate([knots, last[None]])
            curve = np.stack([np.interp(ages, KNOT_AGES, column) for column in points.T], axis=1)
            curve = np.log(np.clip(np.maximum.accumulate(np.exp(curve), axis=1), LOWEST_PAY, cap))
            for at, band in enumerate(axes.PAY_BANDS):
                mixed = mixture(np.exp(curve[band.rows]), employees[band.rows, sex])
                knots[at] += 0.5 * _smooth_over_scores(np.clip(target[at, sex] - np.log(mixed), -0.5, 0.5), WIDTHS[at])
        found[:, sex] = np.exp(curve)
    return found.astype(np.float32)


def area_relatives(tables: Path, areas: Areas) -> Floats:
    """Pay of each area over the UK's [area]: medians of residents, so scaled that their mean over jobs is England's.

    Areas without a median take their region's. The pay curves are the UK's; the mean of England over that of the UK
    sets the level.
    """
    local = Table(tables / "pay_local_authority_2024.csv")
    order = np.argsort(local.codes("area_code", areas.codes))
    median, jobs = local.floats("median")[order], local.floats("jobs")[order]
    regional = Table(tables / "pay_region_2025.csv")
    row = {code: at for at, code in enumerate(regional.text("code"))}
    medians, means = regional.floats("median"), regional.floats("mean")
    region_median = np.array([medians[row[code]] for code in areas.region_codes]) / medians[row["E92000001"]]
    weight = np.where(np.isfinite(jobs) & np.isfinite(median), jobs, 0.0)
    england = np.dot(np.nan_to_num(median), weight) / weight.sum()
    relative = np.where(np.isfinite(median), median / england, region_median[areas.region])
    level = means[row["E92000001"]] / means[row["K02000001"]]
    return relative * level / np.average(relative, weights=weight)


def public_share(tables: Path, areas: Areas, counts: Floats) -> Floats:
    """Public employees as a share of employees by region: headcount over jobs less the fitted self-employed share.

    `counts[area, 5]` are people by work status.
    """
    table = Table(tables / "public_sector_employment_2026.csv")
    row = {code: at for at, code in enumerate(table.text("code"))}
    order = [row[code] for code in areas.region_codes]
    share = (table.floats("public_thousand") / table.floats("total_thousand"))[order]
    work = np.zeros((len(areas.region_codes), 2))
    np.add.at(work, areas.region, counts[:, :2])
    return share * work.sum(1) / work[:, 0]
