"""Jobs: industry, sector, hours and the pay of groups, and the statistics that published figures are compared with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from microsim.population.columns import EMPLOYEE, INDUSTRIES, PAY_BANDS, QUALIFICATIONS, SELF_EMPLOYED
from microsim.population.people import People
from microsim.validation.estimates import THOUSANDTHS, Estimate, add, share
from microsim.validation.pay_bins import BINS, PAY_YEAR, named, pay_bin, year_in_job

JOB_YEAR = 2026  # 1 April on which industries are counted
HOURS_STEP, HOURS_BINS = 0.1, 800
GROWN = (22, 64)  # ages of pay by qualification


class Counts(NamedTuple):
    """Thousandths of people, int64; the last two are what is needed to count."""

    work: np.ndarray  # [region, sex, employee or self-employed, industry, sector], on 1 April of JOB_YEAR
    pay_industry: np.ndarray  # [industry, sex, bin], employees a year in the job, PAY_YEAR
    pay_full_time: np.ndarray  # [band of PAY_BANDS, sex, bin], full-time employees a year in the job
    pay_qualification: np.ndarray  # [qualification, bin], employees of GROWN ages
    pay_area: np.ndarray  # [area, bin], employees a year in the job
    part_time: np.ndarray  # [band of PAY_BANDS, sex, a year in the job, part time], employees
    hours: np.ndarray  # [band of PAY_BANDS, sex, part time, bin of HOURS_STEP], employees
    region: np.ndarray  # of each area
    growth: float  # of average earnings from the pay table's year to PAY_YEAR


def start(programme: Any) -> Counts:
    """Counts of nothing."""
    population = programme.sample.population
    bands, industries = len(PAY_BANDS), len(INDUSTRIES)
    shapes = (
        (len(population.region_codes), 2, 2, industries, 2), (industries, 2, BINS), (bands, 2, BINS),
        (len(QUALIFICATIONS), BINS), (len(population.area_codes), BINS), (bands, 2, 2, 2), (bands, 2, 2, HOURS_BINS),
    )  # fmt: skip
    growth = float(programme.tables.earnings.growth[PAY_YEAR - programme.sample.years[0]])
    counts: list[Any] = [np.zeros(shape, np.int64) for shape in shapes]
    return Counts(*counts, population.area_region, growth)  # type: ignore[call-arg]


def count(counts: Counts, before: People, people: People, year: int, age: np.ndarray) -> None:
    """Add one block on 1 April of a year."""
    here, weight = people.resident == 1, people.weight
    if year == JOB_YEAR:
        works = here & (people.work_status <= SELF_EMPLOYED)
        region = counts.region[people.area]
        add(counts.work, works, weight, region, people.sex, people.work_status, people.industry, people.public)
    if year != PAY_YEAR:
        return
    employed, stayed = here & (people.work_status == EMPLOYEE), year_in_job(before, people)
    band = np.searchsorted([one.first for one in PAY_BANDS], age, side="right") - 1
    cell = pay_bin(people, employed, counts.growth)
    add(counts.pay_industry, stayed, weight, people.industry, people.sex, cell)
    add(counts.pay_full_time, stayed & (people.part_time == 0), weight, band, people.sex, cell)
    grown = employed & (age >= GROWN[0]) & (age <= GROWN[1])
    add(counts.pay_qualification, grown, weight, people.qualification, cell)
    add(counts.pay_area, stayed, weight, people.area, cell)
    add(counts.part_time, employed, weight, band, people.sex, stayed, people.part_time)
    hours = np.clip(people.hours / HOURS_STEP, 0, HOURS_BINS - 1)
    add(counts.hours, employed, weight, band, people.sex, people.part_time, hours)


def _counts(tally: Any) -> Counts:
    found: Counts = tally.rooms[__name__]
    return found


def _sexes(target: Any) -> list[int]:
    return [0, 1] if target.sex is None else [target.sex]


def _bands(target: Any) -> list[int]:
    return [at for at, band in enumerate(PAY_BANDS) if target.first_age <= band.first <= target.last_age]


def _sections(letters: str) -> list[int]:
    return [INDUSTRIES.index(letter) for letter in letters]


def industry_share(tally: Any, target: Any) -> Estimate:
    """People who work in the sections of `detail` ("KLMN") as a share of those in work, on 1 April of JOB_YEAR."""
    codes = tally.programme.sample.population.region_codes
    regions = [codes.index(target.place)] if target.place else list(range(len(codes)))
    people = _counts(tally).work[regions][:, _sexes(target)].sum((0, 1, 2, 4))
    return share(float(people[_sections(target.detail)].sum()), float(people.sum()), tally.weight)


def public_in_industry(tally: Any, target: Any) -> Estimate:
    """Employees of the public sector in the sections of `detail`, as a share of all of them."""
    people = _counts(tally).work[..., 1].sum((0, 1, 2))
    return share(float(people[_sections(target.detail)].sum()), float(people.sum()), tally.weight)


def pay_of_industry(tally: Any, target: Any) -> Estimate:
    """A percentile or the mean of annual pay in a section: `detail` is "C p50"."""
    letters, name = target.detail.split()
    people = _counts(tally).pay_industry[_sections(letters)][:, _sexes(target)].sum((0, 1))
    return named(people / THOUSANDTHS, name, tally.weight)


def pay_full_time(tally: Any, target: Any) -> Estimate:
    """A percentile or the mean of annual pay of full-time employees."""
    people = _counts(tally).pay_full_time[_bands(target)][:, _sexes(target)].sum((0, 1))
    return named(people / THOUSANDTHS, target.detail, tally.weight)


def pay_by_qualification(tally: Any, target: Any) -> Estimate:
    """Median pay of those with a qualification over that of others: `detail` is "none / level2"."""
    one, other = (_counts(tally).pay_qualification[QUALIFICATIONS.index(name)] for name in target.detail.split(" / "))
    return _ratio(*(named(people / THOUSANDTHS, "p50", tally.weight) for people in (one, other)))


def _ratio(one: Estimate, other: Estimate) -> Estimate:
    ratio = one.value / other.value
    return Estimate(ratio, ratio * float(np.hypot(one.error / one.value, other.error / other.value)))


def pay_ratio(tally: Any, target: Any) -> Estimate:
    """One percentile of annual pay over another in a local authority: `detail` is "p80 / p20"."""
    area = tally.programme.sample.population.area_codes.index(target.place)
    people = _counts(tally).pay_area[area] / THOUSANDTHS
    if not people.any():
        return Estimate(np.nan, np.nan)
    one, other = target.detail.split(" / ")
    return _ratio(named(people, one, tally.weight), named(people, other, tally.weight))


def part_time_share(tally: Any, target: Any) -> Estimate:
    """Part-time employees as a share of employees; of those a year in the job where `detail` says so."""
    people = _counts(tally).part_time[_bands(target)][:, _sexes(target)].sum((0, 1))
    people = people[1] if target.detail == "a year in the job" else people.sum(0)
    return share(float(people[1]), float(people.sum()), tally.weight)


def paid_hours(tally: Any, target: Any) -> Estimate:
    """A percentile or the mean of paid weekly hours, "all", "full_time" or "part_time": `detail` is "full_time p50"."""
    basis, name = target.detail.split()
    bases = {"all": [0, 1], "full_time": [0], "part_time": [1]}[basis]
    people = _counts(tally).hours[_bands(target)][:, _sexes(target)][:, :, bases].sum((0, 1, 2))
    return named(people / THOUSANDTHS, name, tally.weight, np.arange(HOURS_BINS + 1) * HOURS_STEP)


STATISTICS: dict[str, Callable[[Any, Any], Estimate]] = {
    function.__name__: function
    for function in (
        industry_share, public_in_industry, pay_of_industry, pay_full_time, pay_by_qualification, pay_ratio,
        part_time_share, paid_hours,
    )
}  # fmt: skip
