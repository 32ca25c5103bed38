"""Reads the published tables of a population folder and turns them into margins: arrays on the axes of `columns`.

Nothing here is fitted. `fit`, `projection`, `transitions` and `pay` start from what this file returns.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from microsim.errors import InputError, Place, Problem, nearest
from microsim.population import columns as axes
from microsim.population.columns import Band
from microsim.population.ipf import Floats, fit_pairs


class Table:
    """A tidy CSV table: `#` lines say where it comes from, then a header, then rows. Columns as text or floats."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise InputError(Problem(f"table not found: {path}")) from None
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if not line.startswith("#")]
        rows = [(number, row) for (number, _), row in zip(lines, csv.reader(line for _, line in lines), strict=True)]
        if len(rows) < 2:
            raise InputError(Problem("the table has no rows", Place(str(path), 1, 1)))
        self.names = rows[0][1]
        self.lines = [number for number, _ in rows[1:]]
        self.rows = [row for _, row in rows[1:]]
        for number, row in zip(self.lines, self.rows, strict=True):
            if len(row) != len(self.names):
                raise InputError(
                    Problem(
                        "the row has the wrong number of fields",
                        Place(str(path), number, 1),
                        str(len(row)),
                        str(len(self.names)),
                    )
                )

    def text(self, name: str) -> list[str]:
        """A column as text. Raises InputError when the table lacks it."""
        if name not in self.names:
            raise InputError(
                Problem(
                    f"column {name} is missing",
                    Place(str(self.path), 1, 1),
                    expected=name,
                    nearest=nearest(name, self.names),
                )
            )
        at = self.names.index(name)
        return [row[at] for row in self.rows]

    def floats(self, name: str) -> Floats:
        """A column as float64; blanks become NaN. Raises InputError where a field is not a number."""
        values = np.empty(len(self.rows))
        for row, field in enumerate(self.text(name)):
            try:
                values[row] = float(field) if field else np.nan
            except ValueError:
                place = Place(str(self.path), self.lines[row], self.names.index(name) + 1)
                raise InputError(Problem(f"{name} is not a number", place, repr(field), "a number")) from None
        return values

    def codes(self, name: str, labels: tuple[str, ...]) -> npt.NDArray[np.int64]:
        """A column of labels as their positions in `labels`. Raises InputError at one that is not there."""
        index = {label: at for at, label in enumerate(labels)}
        found = np.empty(len(self.rows), dtype=np.int64)
        for row, field in enumerate(self.text(name)):
            if field not in index:
                place = Place(str(self.path), self.lines[row], self.names.index(name) + 1)
                raise InputError(Problem(f"unknown {name}", place, field, nearest=nearest(field, labels)))
            found[row] = index[field]
        return found

    def years(self, prefix: str = "y") -> list[int]:
        """The years of the columns named y2024, y2025, ..."""
        return [int(name[1:]) for name in self.names if name[:1] == prefix and name[1:].isdigit()]


@dataclass(frozen=True)
class Areas:
    """The areas of the population in canonical order (by region, then code), as columns of equal length."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    region: npt.NDArray[np.int16]  # index into region_codes
    region_codes: tuple[str, ...]
    region_names: tuple[str, ...]
    combined_authority_codes: tuple[str, ...]  # empty text where there is none
    combined_authority_names: tuple[str, ...]
    deprivation_rank: npt.NDArray[np.int16]  # 1 = most deprived
    population_all_ages: npt.NDArray[np.int32]  # mid-2024
    rural_urban: tuple[str, ...]  # class of the 2021 Rural Urban Classification; nothing is fitted by it


def read_areas(tables: Path) -> Areas:
    """The areas. Raises InputError when they are not ordered by region and code."""
    table = Table(tables / "local_authorities.csv")
    codes, regions = table.text("area_code"), table.text("region_code")
    pairs = list(zip(regions, codes, strict=True))
    if pairs != sorted(set(pairs)):
        raise InputError(Problem("areas must be in order of region and code, each once", Place(str(table.path), 1, 1)))
    region_codes = tuple(sorted(set(regions)))
    names = dict(zip(regions, table.text("region_name"), strict=True))
    return Areas(
        tuple(codes),
        tuple(table.text("area_name")),
        np.array([region_codes.index(code) for code in regions], dtype=np.int16),
        region_codes,
        tuple(names[code] for code in region_codes),
        tuple(table.text("combined_authority_code")),
        tuple(table.text("combined_authority_name")),
        table.floats("deprivation_rank").astype(np.int16),
        table.floats("population_all_ages").astype(np.int32),
        tuple(table.text("rural_urban")),
    )


def region_population(tables: Path, areas: Areas) -> Floats:
    """People at mid-2024 [region, age, sex]."""
    table = Table(tables / "population_region_age_2024.csv")
    people = np.zeros((len(areas.region_codes) + 1, len(axes.AGES), len(axes.SEXES)))
    region = table.codes("region_code", (*areas.region_codes, "E92000001"))
    people[region, table.floats("age").astype(int) - axes.FIRST_AGE, table.codes("sex", axes.SEXES)] = table.floats(
        "population"
    )
    return people[:-1]


def area_band_population(tables: Path, areas: Areas) -> Floats:
    """People at mid-2024 [area, band of POPULATION_BANDS, sex]."""
    table = Table(tables / "population_local_authority_band_2024.csv")
    labels = tuple(band.label for band in axes.POPULATION_BANDS)
    people = np.zeros((len(areas.codes), len(labels), len(axes.SEXES)))
    people[table.codes("area_code", areas.codes), table.codes("age_band", labels), table.codes("sex", axes.SEXES)] = (
        table.floats("population")
    )
    return people


def smooth_by_age(shares: Floats, people: Floats, groups: tuple[Band, ...], rounds: int = 300) -> Floats:
    """Single-age shares [age, k] whose mean over each band, weighted by `people[age]`, is `shares[band, k]`.

    Tobler's mass-preserving smoothing: take moving averages over age, then bring each band back to its mean, again
    and again. Corrections run straight between band middles, so that bands meet without a step; at the end each band is
    met exactly. Shares stay positive and every age adds up to its band's total.
    """
    weight = np.concatenate([people[band.rows] for band in groups])
    starts = np.cumsum([0, *(band.last - band.first + 1 for band in groups)])
    ages = np.arange(starts[-1])
    middle = [np.average(ages[low:high], weights=weight[low:high]) for low, high in pairwise(starts)]
    lengths = np.diff(starts)
    curve = np.repeat(shares, lengths, axis=0)
    total = np.repeat(shares.sum(1), lengths)[:, None]
    tied = rounds - 20
    for round_number in range(rounds):
        if round_number < rounds // 2:
            padded = np.pad(curve, ((2, 2), (0, 0)), mode="reflect", reflect_type="odd").clip(1e-9)
            curve = (padded[:-4] + 2 * padded[1:-3] + 3 * padded[2:-2] + 2 * padded[3:-1] + padded[4:]) / 9
        curve *= total / curve.sum(1, keepdims=True)
        mean = np.add.reduceat(curve * weight[:, None], starts[:-1]) / np.add.reduceat(weight, starts[:-1])[:, None]
        ratio = np.divide(shares, mean, out=np.ones_like(mean), where=mean > 0)
        if round_number < tied:
            log_ratio = np.log(np.clip(ratio, 0.5, 2.0))
            curve *= np.exp(np.stack([np.interp(ages, middle, column) for column in log_ratio.T], axis=1))
        else:
            curve *= np.repeat(ratio, lengths, axis=0)
    return curve


def _spread_zeros(shares: Floats, fallback: Floats) -> Floats:
    """Suppressed (zero) cells take half the share that `fallback` has; rows then add up to one."""
    filled = np.where(shares > 0, shares, 0.5 * fallback)
    return filled / filled.sum(-1, keepdims=True)


def qualification_counts(tables: Path, areas: Areas) -> dict[str, Floats]:
    """People by highest qualification in 2021: keys are the groups of the table, values [England + regions, 7]."""
    table = Table(tables / "qualification_age_2021.csv")
    region = table.codes("region_code", ("E92000001", *areas.region_codes))
    level = table.codes("qualification", axes.QUALIFICATIONS)
    people = table.floats("people")
    found: dict[str, Floats] = {}
    for row, group in enumerate(table.text("group")):
        found.setdefault(group, np.zeros((len(areas.region_codes) + 1, len(axes.QUALIFICATIONS))))
        found[group][region[row], level[row]] = people[row]
    return found


def older_qualification_mean(tables: Path) -> Floats:
    """Derived shares [7] of everyone aged 65 and over."""
    table = Table(tables / "qualification_65_plus.csv")
    mean = np.zeros(len(axes.QUALIFICATIONS))
    mean[table.codes("qualification", axes.QUALIFICATIONS)] = table.floats("share")
    return mean


def older_qualification_shares(tables: Path, people: Floats) -> Floats:
    """Shares at 65-69, 70-79 and 80+ [3, 7]: the derived 65+ shares with the slope over ages of the household survey.

    `people[age]` are all people at mid-2024. `none` follows the survey's lowest level, `level4plus` its degrees, on the
    logit scale, moved so that the 65+ mean is the derived share; the rest keep their proportions.
    """
    mean = older_qualification_mean(tables)
    survey = Table(tables / "education_older_2021.csv")
    weight = np.array([people[band.rows].sum() for band in axes.OLDER_BANDS])
    shares = np.tile(mean, (3, 1))
    for level, name in ((0, "no_or_below_level2"), (len(mean) - 1, "degree")):
        published = dict(zip(survey.text("age_band"), survey.floats(name), strict=True))
        score = np.array([published["60-69"], published["70-79"], published["80-100"]])
        score[0] += (score[1] - score[0]) * 0.25  # 65-69 stands a quarter of the way to 70-79
        score = np.log(score / (1 - score))
        low, high = -3.0, 3.0
        for _ in range(60):
            shift = (low + high) / 2
            level_shares = 1 / (1 + np.exp(-(score + shift)))
            low, high = (shift, high) if np.average(level_shares, weights=weight) < mean[level] else (low, shift)
        shares[:, level] = level_shares
    rest = slice(1, len(mean) - 1)
    shares[:, rest] *= ((1 - shares[:, 0] - shares[:, -1]) / mean[rest].sum())[:, None]
    return shares


def qualification_by_age(tables: Path, areas: Areas, people: Floats) -> Floats:
    """National shares [age, sex, 7]: bands of 2021 at 16-64 without steps, derived shares above. `people[age, sex]`."""
    counts = qualification_counts(tables, areas)
    both = people.sum(1)
    shares = np.array([counts[f"all {band.label}"][0] for band in axes.QUALIFICATION_BANDS])
    shares /= shares.sum(1, keepdims=True)
    groups = (*axes.QUALIFICATION_BANDS, *axes.OLDER_BANDS)
    curve = smooth_by_age(np.concatenate([shares, older_qualification_shares(tables, both)]), both, groups)
    for band, published in zip(axes.QUALIFICATION_BANDS[:2], shares, strict=False):
        curve[band.rows] = _timed_youth(tables, band, published, curve[band.rows], both[band.rows])
    by_sex = np.stack([counts["female 16-64"][0], counts["male 16-64"][0]])
    by_sex /= by_sex.sum(1, keepdims=True)
    working = axes.WORKING_AGE.rows
    weight = people[working].sum(0)  # the sexes' shares give way to those by age, which rule
    by_sex = fit_pairs(by_sex * weight[:, None], weight, (curve * both[:, None])[working].sum(0)) / weight[:, None]
    gap = by_sex / (counts["all 16-64"][0] / counts["all 16-64"][0].sum())  # one relative gap at all ages
    split = curve[:, None, :] * gap[None]
    for _ in range(200):
        # each age keeps its shares over both sexes, each sex its shares at 16-64, each age and sex adds up to one
        mean = (split * people[..., None]).sum(1) / both[:, None]
        split *= (curve / mean)[:, None, :]
        sex_mean = (split * people[..., None])[working].sum(0) / people[working].sum(0)[:, None]
        split *= (by_sex / sex_mean)[None]
        split /= split.sum(-1, keepdims=True)
    return split


def _timed_youth(tables: Path, band: Band, published: Floats, curve: Floats, people: Floats) -> Floats:
    """Shares [age, 7] of a band of youth in which level 3 and level 4 come at their own ages.

    A band's smooth curve would give A levels and degrees a year or two late, or early: their shape over ages is a table
    of its own. `published` are the band's shares, which are kept; below level 3 the smooth curve [age, 7] rules.
    """
    table = Table(tables / "qualification_timing.csv")
    rows = np.searchsorted(table.floats("age"), np.arange(band.first, band.last + 1))
    known = np.stack([table.floats("level3_or_above"), table.floats("level4_or_above")], axis=1)[rows]
    groups = ((0, 4), (4, 6), (6, 7))  # below level 3, apprenticeship and level 3, level 4 and above
    by_age = np.stack([1 - known[:, 0], known[:, 0] - known[:, 1], known[:, 1]], axis=1)
    total = np.array([published[first:end].sum() for first, end in groups]) * people.sum()
    by_age = fit_pairs(by_age * people[:, None], people, total)
    timed = curve * people[:, None]
    for _ in range(200):
        for group, (first, end) in enumerate(groups):
            timed[:, first:end] *= (by_age[:, group] / timed[:, first:end].sum(1))[:, None]
        timed *= published * people.sum() / timed.sum(0)
    result: Floats = timed / timed.sum(1, keepdims=True)
    return result


def qualification_by_region_band(tables: Path, areas: Areas) -> Floats:
    """Shares [region, age, 7] as a seed: regional bands at 16-64, the 50-64 row above; zeros filled from England."""
    counts = qualification_counts(tables, areas)
    found = np.zeros((len(areas.region_codes), len(axes.AGES), len(axes.QUALIFICATIONS)))
    for band in axes.QUALIFICATION_BANDS:
        table = counts[f"all {band.label}"]
        shares = table / table.sum(1, keepdims=True)
        found[:, band.rows] = _spread_zeros(shares[1:], shares[0])[:, None]
    found[:, axes.LAST_WORKING_AGE + 1 - axes.FIRST_AGE :] = found[:, axes.LAST_WORKING_AGE - axes.FIRST_AGE, None]
    return found


def qualification_by_area(tables: Path, areas: Areas) -> Floats:
    """Shares of people aged 16-64 [area, 7] in 2021; areas without a usable row follow their region."""
    table = Table(tables / "qualification_local_authority_2021.csv")
    counts = qualification_counts(tables, areas)["all 16-64"]
    national = counts / counts.sum(1, keepdims=True)
    shares = np.zeros((len(areas.codes), len(axes.QUALIFICATIONS)))
    values = np.stack([table.floats(name) for name in axes.QUALIFICATIONS], axis=1)
    shares[table.codes("area_code", areas.codes)] = values
    regional = _spread_zeros(national[1:], national[0])[areas.region]
    unusable = (shares > 0).sum(1) < 3
    shares = np.where(unusable[:, None], regional, shares)
    return _spread_zeros(shares, regional)


def employment_by_qualification(tables: Path, areas: Areas) -> Floats:
    """Relative employment rate [7] of each qualification (England average 1), about 2021.

    Jobs by qualification (2021 between 2020 and 2025) over people by qualification at 16-64, after spreading trade
    apprenticeships (half level 2, half level 3) and other qualifications (0.55 level 1, 0.35 level 2, 0.10 level 3),
    the custom of the Labour Force Survey.
    """
    table = Table(tables / "employment_by_qualification_2020_2025.csv")
    jobs_2020, jobs_2025 = table.floats("y2020"), table.floats("y2025")
    jobs = 0.8 * jobs_2020 + 0.2 * jobs_2025
    label = table.text("qualification")
    levels = ["No", "RQF1", "RQF2", "RQF3"]
    worked = np.zeros(5)
    for row, name in enumerate(label):
        start = name.split()[0]
        worked[levels.index(start) if start in levels else 4] += jobs[row]
    none, other, level1, level2, apprenticeship, level3, level4 = qualification_counts(tables, areas)["all 16-64"][0]
    people = np.array(
        [
            none,
            level1 + 0.55 * other,
            level2 + 0.5 * apprenticeship + 0.35 * other,
            level3 + 0.5 * apprenticeship + 0.10 * other,
            level4,
        ]
    )
    ratio = (worked / worked.sum()) / (people / people.sum())
    return np.array(
        [
            ratio[0],
            0.55 * ratio[1] + 0.35 * ratio[2] + 0.10 * ratio[3],
            ratio[1],
            ratio[2],
            0.5 * (ratio[2] + ratio[3]),
            ratio[3],
            ratio[4],
        ]
    )


def transition_counts(tables: Path) -> Floats:
    """Sample counts [band of TRANSITION_BANDS, sex, from 4, to 4]; states in work, unemployed, inactive, retired."""
    table = Table(tables / "work_transitions_ukhls.csv")
    states = ("in_work", "unemployed", "inactive", "retired")
    labels = tuple(band.label for band in axes.TRANSITION_BANDS)
    counts = np.zeros((len(labels), len(axes.SEXES), 4, 4))
    counts[
        table.codes("age_band", labels),
        table.codes("sex", axes.SEXES),
        table.codes("state_from", states),
        table.codes("state_to", states),
    ] = table.floats("count")
    return counts


def activity_rates(tables: Path) -> Floats:
    """Unemployment (of the active) and inactivity (of all) as fractions [band of LABOUR_BANDS, 2], 2026."""
    table = Table(tables / "labour_market_by_age_2026.csv")
    row = {label: at for at, label in enumerate(table.text("age_band"))}
    order = [row[band.label] for band in axes.LABOUR_BANDS]
    return np.stack([table.floats("unemployment_rate_pct"), table.floats("inactivity_rate_pct")], axis=1)[order] / 100


def status_by_age(tables: Path, people: Floats) -> Floats:
    """National shares [age, sex, 5] with no steps inside bands, meeting the 2026 rates by age band and sex.

    `people[age, sex]`. Men and women differ as the table of judgements says; unemployment of the active is alike;
    self-employment has the judged shape over ages, the sexes' shares of the projection and the 16-64 level of the
    Annual Population Survey; retirement among inactive people follows the household survey.
    """
    labels = tuple(band.label for band in axes.LABOUR_BANDS)
    unemployment, inactivity = activity_rates(tables).T
    by_sex = Table(tables / "employment_by_sex_2026.csv")
    at = by_sex.codes("age_band", labels)
    employed = np.zeros((len(labels), 2))
    employed[at, 0], employed[at, 1] = (
        by_sex.floats("employment_rate_women"),
        by_sex.floats("employment_rate_men"),
    )
    found = np.zeros((len(axes.AGES), 2, 5))
    # rescale both sexes so that the band's rate over both is the published one
    for index, band in enumerate(axes.LABOUR_BANDS):
        weight = people[band.rows].sum(0)
        employed[index] *= (
            (1 - inactivity[index]) * (1 - unemployment[index]) / np.average(employed[index], weights=weight)
        )
    active = employed / (1 - unemployment)[:, None]
    retired = _retired_share(tables)
    for sex in (0, 1):
        bands = np.stack([employed[:, sex], active[:, sex] - employed[:, sex], 1 - active[:, sex]], axis=1)
        curve = smooth_by_age(bands, people[:, sex], axes.LABOUR_BANDS)
        found[:, sex, axes.EMPLOYEE], found[:, sex, axes.UNEMPLOYED] = curve[:, 0], curve[:, 1]
        found[:, sex, axes.RETIRED] = curve[:, 2] * retired[:, sex]
        found[:, sex, axes.INACTIVE] = curve[:, 2] * (1 - retired[:, sex])
    own = _self_employed_share(tables, people * found[..., axes.EMPLOYEE])
    found[..., axes.SELF_EMPLOYED] = found[..., axes.EMPLOYEE] * own
    found[..., axes.EMPLOYEE] *= 1 - own
    return found / found.sum(-1, keepdims=True)


def _retired_share(tables: Path) -> Floats:
    """Retired people as a share of those neither in work nor unemployed [age, sex], between band mid-points."""
    origin = transition_counts(tables).sum(-1)
    share = origin[..., 3] / (origin[..., 2] + origin[..., 3])
    middle = [(band.first + min(band.last, 85)) / 2 for band in axes.TRANSITION_BANDS]
    curve = np.stack([np.interp(axes.AGES, middle, share[:, sex]) for sex in (0, 1)], axis=1)
    curve[np.array(axes.AGES) < 45] = 0.0
    return curve


def self_employed_level(tables: Path, areas: Areas) -> float:
    """Self-employed over employees and self-employed at 16-64, England 2022 (sum of regions)."""
    table = Table(tables / "economic_activity_local_authority_2022.csv")
    region = np.array([code in areas.region_codes for code in table.text("code")])
    own, employees = table.floats("self_employed")[region].sum(), table.floats("employees")[region].sum()
    return float(own / (own + employees))


def _self_employed_share(tables: Path, workers: Floats) -> Floats:
    """Self-employed share of people in work [age, sex]; `workers[age, sex]` weigh the means."""
    shape = Table(tables / "self_employment_by_age.csv")
    labels = tuple(band.label for band in axes.LABOUR_BANDS)
    by_band = np.zeros(len(labels))
    by_band[shape.codes("age_band", labels)] = shape.floats("share")
    middle = [16.5, 21.0, 29.5, 42.0, 57.0, 70.0]
    curve = np.interp(axes.AGES, middle, by_band)
    jobs = Table(tables / "self_employment_by_sex_2025.csv")
    own = jobs.floats("self_employed")[np.argsort(jobs.codes("sex", axes.SEXES))]
    total = own + (jobs.floats("full_time") + jobs.floats("part_time"))[np.argsort(jobs.codes("sex", axes.SEXES))]
    relative = (own / total) / (own.sum() / total.sum())
    share = curve[:, None] * relative[None]
    working = axes.WORKING_AGE.rows
    level = self_employed_level(tables, read_areas(tables))
    return share * level / np.average(share[working], weights=workers[working])


def activity_by_area(tables: Path, areas: Areas) -> Floats:
    """Shares of people aged 16-64 [area, 4] in 2022: employee, self-employed, unemployed, inactive (with retired).

    Blanks follow the region: its self-employed share of work, its unemployment among the active; areas without a row,
    or where nobody is inactive (City of London, Isles of Scilly), follow it whole.
    """
    table = Table(tables / "economic_activity_local_authority_2022.csv")
    everyone = (*areas.region_codes, *areas.codes)
    at = table.codes("code", everyone)
    names = (
        "active",
        "in_employment",
        "employees",
        "self_employed",
        "unemployed",
        "inactive",
        "population_16_64",
    )
    value = {name: np.full(len(everyone), np.nan) for name in names}
    for name in names:
        value[name][at] = table.floats(name)
    regions = len(areas.region_codes)
    own = value["self_employed"] / (value["self_employed"] + value["employees"])
    out = value["unemployed"] / value["active"]
    idle = value["inactive"] / value["population_16_64"]
    for share in (own, out, idle):
        share[regions:] = np.where(np.isfinite(share[regions:]), share[regions:], share[:regions][areas.region])
    own, out, idle = own[regions:], out[regions:], idle[regions:]
    unusable = ~np.isfinite(value["inactive"][regions:])
    for share, name in ((own, "self_employed"), (out, "unemployed")):
        over = value["self_employed"] + value["employees"] if name == "self_employed" else value["active"]
        share[unusable] = (value[name] / over)[:regions][areas.region][unusable]
    work = (1 - idle) * (1 - out)
    return np.stack([work * (1 - own), work * own, (1 - idle) * out, idle], axis=1)
