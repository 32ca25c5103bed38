"""Apprenticeships: what is counted, and the statistics that published figures are compared with.

Starts are first-year apprentices on 1 April, divided by the share of starters who are still there, which the fit gives
by level and age at the start. Numbers are means of AVERAGED years, each scaled to the people of its age in the first
year: the chance to start is held, so that years differ by the number of people and by chance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from microsim.population.apprenticeships import FIRST_AGES, FIRST_MONTHS_LATE, LEVELS, PAY_AGES, WEEKS
from microsim.population.columns import ETHNICITIES
from microsim.population.people import ENTRY_AGE, People
from microsim.validation.estimates import THOUSANDTHS, Estimate, add, share

AVERAGED = 5  # years
SCHOOL_YEAR_MONTHS = 5  # months of birth from September on have their birthday after 31 August
SCHOOL_AGES = 5  # 16 to 20
PENCE_BIN, HOURLY_BINS = 10, 1000  # hourly pay in steps of 10 pence up to GBP 100
_LEVELS_OF = {"": (0, 1, 2, 3), "2": (0,), "3": (1,), "2-3": (0, 1), "4-7": (2, 3), "4-5": (2,), "6-7": (3,)}
_TERMS = {"": (0, 1), "first": (0,), "later": (1,)}  # first year or a later one


class Counts(NamedTuple):
    """Thousandths of people, int64. Bands are those of the age at the start, levels rows of LEVELS."""

    programme: Any
    people: np.ndarray  # [year, region, band of the age on 1 December]
    first: np.ndarray  # [year, region, band, sex, level] in the first year
    later: np.ndarray  # [year, level] in a later year
    ethnicity: np.ndarray  # [year, ethnicity] in the first year
    disabled: np.ndarray  # [year, 2] in the first year
    school: np.ndarray  # [year, age on 31 August from 16, sex, apprentice or not]
    hourly: np.ndarray  # [level, first year or later, bin], in the first year lived, money of the pay table's year
    under: np.ndarray  # [level, first year or later, under the minimum wage or not], in the first year lived


def start(programme: Any) -> Counts:
    """Counts of nothing."""
    years, regions = len(programme.sample.years), len(programme.sample.population.region_codes)
    shapes = (
        (years, regions, len(FIRST_AGES)), (years, regions, len(FIRST_AGES), 2, len(LEVELS)), (years, len(LEVELS)),
        (years, len(ETHNICITIES)), (years, 2), (years, SCHOOL_AGES, 2, 2), (len(LEVELS), 2, HOURLY_BINS),
        (len(LEVELS), 2, 2),
    )  # fmt: skip
    return Counts(programme, *(np.zeros(shape, np.int64) for shape in shapes))


def count(counts: Counts, before: People, people: People, year: int, age: np.ndarray) -> None:
    """Add one block on 1 April of a year."""
    programme = counts.programme
    index = year - programme.sample.years[0]
    here, weight = people.resident == 1, people.weight
    region = programme.sample.population.area_region[people.area]
    began = age - (people.birth_month >= FIRST_MONTHS_LATE)
    band = _band(began)
    add(counts.people[index], here & (began >= ENTRY_AGE), weight, region, band)
    apprentice = here & (people.apprenticeship > 0)
    level = np.searchsorted(LEVELS, people.apprenticeship)
    first, later = apprentice & (people.apprenticeship_year == 1), apprentice & (people.apprenticeship_year > 1)
    add(counts.first[index], first, weight, region, band, people.sex, level)
    add(counts.later[index], later, weight, level)
    add(counts.ethnicity[index], first, weight, people.ethnicity)
    add(counts.disabled[index], first, weight, people.disabled)
    school = age - (people.birth_month >= SCHOOL_YEAR_MONTHS) - ENTRY_AGE
    of_age = here & (school >= 0) & (school < SCHOOL_AGES)
    add(counts.school[index], of_age, weight, np.maximum(school, 0), people.sex, apprentice)
    if index == 0:
        _count_pay(counts, people, apprentice, age, level, later)


def _band(age: np.ndarray) -> np.ndarray:
    result: np.ndarray = np.maximum(np.searchsorted(FIRST_AGES, age, side="right") - 1, 0)
    return result


def wage_category(age: np.ndarray, year: np.ndarray) -> np.ndarray:
    """Which minimum wage holds for apprentices, as a place in the categories: the apprentice rate under 19, the
    apprentice rate in the first year at 19 and over, or the rate of the age."""
    return np.where(age < 19, 0, np.where(year == 1, 1, 2))


def _count_pay(
    counts: Counts, people: People, apprentice: np.ndarray, age: np.ndarray, level: np.ndarray, later: np.ndarray
) -> None:
    population = counts.programme.sample.population
    hours = np.asarray(population.apprenticeships.hours)
    group = np.clip(np.searchsorted(PAY_AGES, age, side="right") - 1, 0, len(PAY_AGES) - 1)
    worked = hours[np.minimum(level, len(LEVELS) - 1), group] * WEEKS
    hourly = people.pay / float(counts.programme.tables.earnings.growth[0]) / worked
    cell = np.clip(hourly * 100 / PENCE_BIN, 0, HOURLY_BINS - 1)
    add(counts.hourly, apprentice, people.weight, level, later, cell)
    rates = [population.room_figures["apprenticeships"][name].central for name in _RATES]
    by_age = np.where(age < 21, rates[1], rates[2])
    floor = np.where(wage_category(age, people.apprenticeship_year) == 2, by_age, rates[0])
    add(counts.under, apprentice, people.weight, level, later, hourly < floor)


_RATES = ("rate_apprentice", "rate_18_20", "rate_21")


# -- statistics


def _counts(tally: Any) -> Counts:
    counts: Counts = tally.rooms[__name__]
    return counts


def _levels(detail: str) -> list[int]:
    return list(_LEVELS_OF[detail])


def _years(tally: Any, target: Any) -> range:
    """The years averaged. Raises ValueError where they are not all lived."""
    first = tally.index(target.year)
    if not 0 <= first <= len(_counts(tally).people) - AVERAGED:
        raise ValueError(f"{AVERAGED} years from {target.year} are not lived")
    return range(first, first + AVERAGED)


def _bands(target: Any) -> list[int]:
    return [at for at, age in enumerate(FIRST_AGES) if target.first_age <= age <= target.last_age]


def _regions(tally: Any, target: Any) -> list[int]:
    codes = tally.programme.sample.population.region_codes
    return [codes.index(target.place)] if target.place else list(range(len(codes)))


def _starts(tally: Any, target: Any, detail: str) -> tuple[float, float]:
    """Starts a year, and those seen in all the years averaged (for the error), in thousandths of people."""
    counts, regions, bands, levels = _counts(tally), _regions(tally, target), _bands(target), _levels(detail)
    sexes = [0, 1] if target.sex is None else [target.sex]
    years = _years(tally, target)
    remain = np.asarray(tally.programme.sample.population.apprenticeships.remain)[:, :, 0].T  # [band, level]
    people = counts.people[:, regions].sum(1)
    total = seen = 0.0
    for year in years:
        first = counts.first[year][regions][:, bands][:, :, sexes][..., levels].sum((0, 2)).astype(float)
        scale = people[0, bands] / np.maximum(people[year, bands], 1)
        total += float((first * scale[:, None] / remain[np.ix_(bands, levels)]).sum())
        seen += float(first.sum())
    return total / len(years), seen


def _relative_error(tally: Any, value: float, seen: float) -> float:
    return value / float(np.sqrt(seen / THOUSANDTHS / tally.weight)) if seen else np.nan


def apprenticeship_starts(tally: Any, target: Any) -> Estimate:
    """Starts a year at the levels `detail`, by age at the start."""
    starts, seen = _starts(tally, target, target.detail)
    return Estimate(starts / THOUSANDTHS, _relative_error(tally, starts / THOUSANDTHS, seen))


def apprenticeship_starts_share(tally: Any, target: Any) -> Estimate:
    """Starts at the levels `detail` of the target's people as a share of all starts."""
    part, seen = _starts(tally, target, target.detail)
    everybody = target._replace(sex=None, place="", first_age=ENTRY_AGE, last_age=200)
    whole, _ = _starts(tally, everybody, "")
    return Estimate(part / whole, _relative_error(tally, part / whole, seen))


def apprenticeship_women(tally: Any, target: Any) -> Estimate:
    """Women as a share of starts at the levels `detail`."""
    women, _ = _starts(tally, target._replace(sex=0), target.detail)
    men, _ = _starts(tally, target._replace(sex=1), target.detail)
    return share(women * AVERAGED, (women + men) * AVERAGED, tally.weight)


def apprenticeship_ethnicity(tally: Any, target: Any) -> Estimate:
    """People of the ethnicity `detail` as a share of first-year apprentices."""
    people = _counts(tally).ethnicity[_years(tally, target)].sum(0)
    return share(float(people[ETHNICITIES.index(target.detail)]), float(people.sum()), tally.weight)


def apprenticeship_disabled(tally: Any, target: Any) -> Estimate:
    """Disabled people as a share of first-year apprentices."""
    people = _counts(tally).disabled[_years(tally, target)].sum(0)
    return share(float(people[1]), float(people.sum()), tally.weight)


def apprentices(tally: Any, target: Any) -> Estimate:
    """Apprentices at the levels `detail` on 1 April."""
    counts, levels = _counts(tally), _levels(target.detail)
    people = counts.people.sum((1, 2))
    total = seen = 0.0
    for year in _years(tally, target):
        now = float(counts.first[year][..., levels].sum() + counts.later[year, levels].sum())
        total += now * people[0] / people[year] / AVERAGED
        seen += now
    return Estimate(total / THOUSANDTHS, _relative_error(tally, total / THOUSANDTHS, seen / AVERAGED))


def apprenticeship_participation(tally: Any, target: Any) -> Estimate:
    """Programmes in learning at any time of a year: those on at its start, and the year's starts."""
    starts, on = (
        apprenticeship_starts(tally, target._replace(detail="")),
        apprentices(tally, target._replace(detail="")),
    )
    return Estimate(starts.value + on.value, float(np.hypot(starts.error, on.error)))


def apprentice_share(tally: Any, target: Any) -> Estimate:
    """Apprentices as a share of people by age on 31 August before, from 16 to 20."""
    first, last = target.first_age - ENTRY_AGE, target.last_age - ENTRY_AGE + 1
    sexes = [0, 1] if target.sex is None else [target.sex]
    people = _counts(tally).school[_years(tally, target)].sum(0)[first:last][:, sexes].sum((0, 1))
    return share(float(people[1]), float(people.sum()), tally.weight * AVERAGED)


def apprentice_pay(tally: Any, target: Any) -> Estimate:
    """Median hourly pay of apprentices at the levels `detail` in the first year lived, GBP of the pay table's year."""
    people = _counts(tally).hourly[_levels(target.detail)].sum((0, 1)) / THOUSANDTHS
    if not people.sum():
        return Estimate(np.nan, np.nan)
    step = 0.5 / float(np.sqrt(people.sum() / tally.weight))
    middle, low, high = (_hourly_quantile(people, 0.5 + shift) for shift in (0.0, -step, step))
    return Estimate(middle, (high - low) / 2)


def _hourly_quantile(people: np.ndarray, part: float) -> float:
    below = np.concatenate([[0.0], np.cumsum(people)])
    edges = np.arange(HOURLY_BINS + 1) * PENCE_BIN / 100
    return float(np.interp(min(max(part, 0.0), 1.0) * below[-1], below, edges))


def apprentices_under_minimum(tally: Any, target: Any) -> Estimate:
    """Apprentices paid under their minimum wage in the first year lived; `detail` as in "2-3 first"."""
    levels, _, term = target.detail.partition(" ")
    people = _counts(tally).under[_levels(levels)][:, list(_TERMS[term])].sum((0, 1))
    return share(float(people[1]), float(people.sum()), tally.weight)


STATISTICS: dict[str, Callable[[Any, Any], Estimate]] = {
    function.__name__: function
    for function in (
        apprenticeship_starts, apprenticeship_starts_share, apprenticeship_women, apprenticeship_ethnicity,
        apprenticeship_disabled, apprentices, apprenticeship_participation, apprentice_share, apprentice_pay,
        apprentices_under_minimum,
    )
}  # fmt: skip
