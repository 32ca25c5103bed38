"""What the model says for a target: one function for each `statistic` of the tables, from the counts of a tally.

Each gives the model's value and its sampling error, one standard error of the simulation alone: binomial for shares,
the square root of weighted counts for numbers, between neighbouring quantiles for percentiles. People drawn at the
reference date are every K-th of the fitted table, so their numbers err far less than that (`_drawn_error`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from microsim.engine.ledger import PAY
from microsim.errors import InputError, Problem, nearest
from microsim.population.columns import (
    EMPLOYEE,
    INACTIVE,
    PAY_BANDS,
    QUALIFICATIONS,
    RETIRED,
    SELF_EMPLOYED,
    STATUSES,
    UNEMPLOYED,
)
from microsim.population.flows import FIRST_STEP
from microsim.population.people import ENTRY_AGE
from microsim.validation import incomes
from microsim.validation.estimates import Estimate, number, share
from microsim.validation.pay_bins import moments, named
from microsim.validation.rooms import ROOMS
from microsim.validation.tally import AREA_YEAR, Tally
from microsim.validation.targets import Target

THOUSANDTHS = 1000.0
BILLION = 1e9
_STATES = {  # the four states of the household survey as work statuses
    "in_work": (EMPLOYEE, SELF_EMPLOYED),
    "unemployed": (UNEMPLOYED,),
    "inactive": (INACTIVE,),
    "retired": (RETIRED,),
}
_WORK = (EMPLOYEE, SELF_EMPLOYED)
_ACTIVE = (*_WORK, UNEMPLOYED)
_ALL = tuple(range(len(STATUSES)))
RATES = {  # rate: statuses counted, statuses they are a share of
    "employment": (_WORK, _ALL),
    "unemployment": ((UNEMPLOYED,), _ACTIVE),
    "inactivity": ((INACTIVE, RETIRED), _ALL),
    "participation": (_ACTIVE, _ALL),
    "self_employment": ((SELF_EMPLOYED,), _WORK),
}


def estimate(tally: Tally, target: Target) -> Estimate:
    """The model's value for a target. Raises InputError where the target asks for something unknown."""
    if target.statistic not in STATISTICS:
        expected = ", ".join(STATISTICS)
        raise InputError(
            Problem(f"{target.quantity}: unknown statistic", None, target.statistic, expected,
                    nearest(target.statistic, STATISTICS))
        )  # fmt: skip
    try:
        with np.errstate(divide="ignore", invalid="ignore"):  # a small sample has nobody in some group: no value
            return STATISTICS[target.statistic](tally, target)
    except ZeroDivisionError:
        return Estimate(np.nan, np.nan)
    except (KeyError, ValueError, IndexError) as error:
        found = f"{target.year} {target.place} {target.detail}".strip()
        raise InputError(
            Problem(f"{target.quantity}: {target.statistic} cannot be worked out ({error})", None, found)
        ) from None


def _ages(target: Target, length: int) -> slice:
    """The rows of an age axis of `length` that starts at 16; the last row is open."""
    return slice(max(target.first_age - ENTRY_AGE, 0), min(target.last_age - ENTRY_AGE + 1, length))


def _sexes(target: Target) -> list[int]:
    return [0, 1] if target.sex is None else [target.sex]


def _areas(tally: Tally, place: str) -> np.ndarray:
    """Indices of the areas of a place. Raises ValueError for a code of neither a region nor a local authority."""
    population = tally.programme.sample.population
    if place == "":
        return np.arange(len(population.area_codes))
    if place in population.region_codes:
        return np.flatnonzero(population.area_region == population.region_codes.index(place))
    return np.array([population.area_codes.index(place)])


def _regions(tally: Tally, place: str) -> list[int]:
    codes = tally.programme.sample.population.region_codes
    return [codes.index(place)] if place else list(range(len(codes)))


def _share(tally: Tally, part: float, whole: float) -> Estimate:
    """A share with its binomial error, from thousandths of people."""
    return share(part, whole, tally.weight)


def _number(tally: Tally, thousandths: float) -> Estimate:
    """A number of people with the square root of the weighted count as its error."""
    return number(thousandths, tally.weight)


def _combined(errors: Sequence[float]) -> float:
    return float(np.sqrt(np.square(errors).sum()))


# -- people of the reference date


def _drawn(tally: Tally, target: Target) -> np.ndarray:
    """People drawn [qualification, status] of the target's place, ages and sex."""
    part = tally.drawn[_areas(tally, target.place)][:, _ages(target, tally.drawn.shape[1])]
    result: np.ndarray = part[:, :, _sexes(target)].sum((0, 1, 2))
    return result


def people_drawn(tally: Tally, target: Target) -> Estimate:
    """People at the reference date."""
    people = float(_drawn(tally, target).sum()) / THOUSANDTHS
    return Estimate(people, _drawn_error(tally, target, people))


def _drawn_error(tally: Tally, target: Target, people: float) -> float:
    """Every K-th place is taken along a table in order of area, age and sex: each unbroken stretch errs by half K."""
    ages = _ages(target, tally.drawn.shape[1])
    areas, single_ages = len(_areas(tally, target.place)), ages.stop - ages.start
    if target.sex is not None:
        stretches = areas * single_ages
    elif single_ages < tally.drawn.shape[1]:
        stretches = areas
    else:
        stretches = 1
    return min(float(np.sqrt(tally.weight * people)), tally.weight / 2 * float(np.sqrt(stretches)))


def qualification_share(tally: Tally, target: Target) -> Estimate:
    """People with the highest qualification `detail`, as a share, at the reference date."""
    people = _drawn(tally, target).sum(1)
    return _share(tally, float(people[QUALIFICATIONS.index(target.detail)]), float(people.sum()))


def work_rate_less_england_drawn(tally: Tally, target: Target) -> Estimate:
    """A rate of RATES (`detail`) less England's, at the reference date."""
    here = _rate(tally, _drawn(tally, target).sum(0), target.detail)
    england = _rate(tally, _drawn(tally, target._replace(place="")).sum(0), target.detail)
    return Estimate(here.value - england.value, here.error)


# -- people as they live


def _rate(tally: Tally, people: np.ndarray, name: str) -> Estimate:
    """A rate of RATES from people by status."""
    part, whole = RATES[name]
    return _share(tally, float(people[list(part)].sum()), float(people[list(whole)].sum()))


def _statuses(tally: Tally, target: Target) -> np.ndarray:
    """People [status] on 1 April of the target's year; of a place smaller than England only in AREA_YEAR."""
    if not target.place:
        by_age = tally.status[_year(tally, target.year)]
        result: np.ndarray = by_age[_ages(target, len(by_age))][:, _sexes(target)].sum((0, 1))
        return result
    if target.year != AREA_YEAR:
        raise ValueError(f"areas are counted in {AREA_YEAR}")
    by_area = tally.status_area[_areas(tally, target.place)]
    local: np.ndarray = by_area[:, _ages(target, by_area.shape[1])][:, :, _sexes(target)].sum((0, 1, 2))
    return local


def _year(tally: Tally, year: int) -> int:
    """The place of a year. Raises ValueError outside the years lived."""
    index = tally.index(year)
    if not 0 <= index < len(tally.status):
        raise ValueError(f"{year} is not lived")
    return index


def work_rate(tally: Tally, target: Target) -> Estimate:
    """A rate of RATES (`detail`) on 1 April."""
    return _rate(tally, _statuses(tally, target), target.detail)


def work_rate_less_england(tally: Tally, target: Target) -> Estimate:
    """A rate of RATES (`detail`) less England's, on 1 April."""
    here, england = work_rate(tally, target), work_rate(tally, target._replace(place=""))
    return Estimate(here.value - england.value, here.error)


def work_rate_between_sexes(tally: Tally, target: Target) -> Estimate:
    """A rate of RATES (`detail`) of men less that of women, on 1 April."""
    women, men = (work_rate(tally, target._replace(sex=sex)) for sex in (0, 1))
    return Estimate(men.value - women.value, _combined([men.error, women.error]))


def people_in_work(tally: Tally, target: Target) -> Estimate:
    """Employees and self-employed people on 1 April."""
    return _number(tally, float(_statuses(tally, target)[list(_WORK)].sum()))


def public_people(tally: Tally, target: Target) -> Estimate:
    """Employees of the public sector on 1 April of AREA_YEAR."""
    return _number(tally, float(tally.public[_regions(tally, target.place)].sum()))


def public_share(tally: Tally, target: Target) -> Estimate:
    """Employees of the public sector as a share of people in work."""
    public = tally.public[_regions(tally, target.place)].sum()
    return _share(tally, float(public), float(_statuses(tally, target)[list(_WORK)].sum()))


def work_change(tally: Tally, target: Target) -> Estimate:
    """The chance of `detail` ("in_work>retired") over a year, by age at its start."""
    start, end = (list(_STATES[name]) for name in target.detail.split(">"))
    changes = tally.changes[_ages(target, len(tally.changes))][:, _sexes(target)].sum((0, 1))[start]
    return _share(tally, float(changes[:, end].sum()), float(changes.sum()))


# -- numbers of people, deaths and migration


def _at_mid_year(tally: Tally, target: Target, year: int) -> float:
    """Thousandths of people at mid-year: three quarters of 1 April before, a quarter of the one after."""
    index = _year(tally, year)
    _year(tally, year + 1)
    people = tally.status[index : index + 2].sum(3)
    chosen = people[:, _ages(target, people.shape[1])][:, :, _sexes(target)].sum((1, 2))
    return float(0.75 * chosen[0] + 0.25 * chosen[1])


def people_ratio(tally: Tally, target: Target) -> Estimate:
    """People at mid-year over those of the mid-year `detail`, which may be the reference date."""
    since = int(target.detail)
    if since == tally.programme.sample.population.reference_year:
        base = float(_drawn(tally, target).sum())
    else:
        base = _at_mid_year(tally, target, since)
    now = _at_mid_year(tally, target, target.year)
    if not base or not now:
        return Estimate(np.nan, np.nan)
    relative = [_number(tally, one).error / one * THOUSANDTHS for one in (base, now)]
    return Estimate(now / base, now / base * _combined(relative))


def _over_mid_years(tally: Tally, flow: np.ndarray, target: Target) -> float:
    """Thousandths of people in a flow [year, age, sex] from mid-year `target.year` to the next.

    The first step of a run is itself from mid-year to 1 April, three quarters of its year; later ones are whole years.
    """
    first = _year(tally, target.year + 1)
    yearly = flow[:, _ages(target, flow.shape[1])][:, :, _sexes(target)].sum((1, 2))
    if first == 0:
        return float(yearly[0] / FIRST_STEP)
    _year(tally, target.year + 2)
    return float(0.75 * yearly[first] + 0.25 * yearly[first + 1])


def deaths(tally: Tally, target: Target) -> Estimate:
    """Deaths from one mid-year to the next."""
    return _number(tally, _over_mid_years(tally, tally.deaths, target))


def death_rate(tally: Tally, target: Target) -> Estimate:
    """Deaths from one mid-year to the next over people at the first."""
    return _share(tally, _over_mid_years(tally, tally.deaths, target), _at_mid_year(tally, target, target.year))


def net_migration(tally: Tally, target: Target) -> Estimate:
    """Arrivals less departures, abroad and to the rest of the United Kingdom, from one mid-year to the next."""
    came, left = (_number(tally, _over_mid_years(tally, flow, target)) for flow in (tally.arrivals, tally.departures))
    return Estimate(came.value - left.value, _combined([came.error, left.error]))


def region_moves(tally: Tally, target: Target) -> Estimate:
    """Moves "out", "in" or "net" over the people of a region, a year."""
    (region,) = _regions(tally, target.place)
    people = float(tally.moves[region].sum())
    if not people:
        return Estimate(np.nan, np.nan)
    out = people - float(tally.moves[region, region])
    into = float(tally.moves[:, region].sum() - tally.moves[region, region])
    value = {"out": out, "in": into, "net": into - out}[target.detail]
    error = {"out": _number(tally, out).error, "in": _number(tally, into).error}
    moved = error.get(target.detail, _combined(list(error.values())))
    return Estimate(value / people, moved / people * THOUSANDTHS)


def area_moves(tally: Tally, target: Target) -> Estimate:
    """The share of people who change local authority in a year."""
    return _share(tally, float(tally.area_moves[1]), float(tally.area_moves.sum()))


# -- pay


def _pay_bins(tally: Tally, target: Target, sector: str) -> np.ndarray:
    """Employees [bin] of the target's region, bands of age, sex and sector (all when empty)."""
    bands = [at for at, band in enumerate(PAY_BANDS) if target.first_age <= band.first <= target.last_age]
    sectors = {"": [0, 1], "private": [0], "public": [1]}[sector]
    part = tally.pay[_regions(tally, target.place)][:, bands][:, :, _sexes(target)][:, :, :, sectors]
    result: np.ndarray = part.sum((0, 1, 2, 3)) / THOUSANDTHS
    return result


def pay(tally: Tally, target: Target) -> Estimate:
    """A percentile (`detail` "p50") or the mean of annual pay, of a sector in "public p50"; GBP of 2024-25."""
    sector, _, name = target.detail.rpartition(" ")
    people = _pay_bins(tally, target, sector)
    return named(people, name, tally.weight)


def wages(tally: Tally, target: Target) -> Estimate:
    """Pay of all employees in a financial year, GBP billion; of those a year in the job in pay of 2024-25 when `detail`
    says so."""
    index = _year(tally, target.year)
    bins = _pay_bins(tally, target._replace(first_age=0, last_age=200, sex=None, place=""), "")
    if not bins.any():
        return Estimate(np.nan, np.nan)
    mean, square = moments(bins)
    persons = bins.sum() / tally.weight
    if target.detail == "a year in the job":
        total = mean * float(bins.sum())
    else:
        by_state = tally.ledger.qualification_status[PAY, index].reshape(len(QUALIFICATIONS), len(STATUSES))
        total = float(by_state[:, EMPLOYEE].sum()) / THOUSANDTHS / 100.0
    return Estimate(total / BILLION, float(total / BILLION * np.sqrt(square / persons) / mean))


def pay_change_variance(tally: Tally, target: Target) -> Estimate:
    """Variance of the change of log pay over `detail` years, men aged 25 to 59 who are employees at both ends."""
    count, *sums = np.sum(tally.panel[target.detail], axis=0)
    if count < 2:
        return Estimate(np.nan, np.nan)
    first, second, third, fourth = (one / count for one in sums)
    variance = second - first**2
    kurtosis = fourth - 4 * first * third + 6 * first**2 * second - 3 * first**4
    return Estimate(float(variance), float(np.sqrt(max(kurtosis - variance**2, 0.0) / count)))


def pay_change_correlation(tally: Tally, target: Target) -> Estimate:
    """Correlation of yearly changes of log pay two years apart, of the same men."""
    count, now, later, now_square, later_square, product = np.sum(tally.panel["lagged"], axis=0)
    if count < 3:
        return Estimate(np.nan, np.nan)
    covariance = product / count - now * later / count**2
    scale = (now_square / count - (now / count) ** 2) * (later_square / count - (later / count) ** 2)
    correlation = float(covariance / np.sqrt(scale))
    return Estimate(correlation, float((1 - correlation**2) / np.sqrt(count)))


STATISTICS: dict[str, Callable[[Tally, Target], Estimate]] = {
    function.__name__: function
    for function in (
        people_drawn, people_ratio, deaths, death_rate, net_migration, qualification_share, work_rate,
        work_rate_less_england, work_rate_less_england_drawn, work_rate_between_sexes, people_in_work, work_change,
        public_share, public_people, pay, wages, pay_change_variance, pay_change_correlation, region_moves, area_moves,
    )
} | {name: function for room in (incomes, *ROOMS.values()) for name, function in room.STATISTICS.items()}  # fmt: skip
