"""Private pensions, the State Pension and what employees pay into workplace pensions, this year.

All three follow from a person's fixed rank and present age, work and pay. A private pension is held by those whose rank
is within the share of people of their age, sex and standing; the State Pension is a share of the full rate, by rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.curves import POINTS, curve_place, from_top, scatter, weibull
from microsim.dynamics.lookup import by_age_sex, thresholds
from microsim.dynamics.pension_age import shares_of_year_over
from microsim.kernels.jit import kernel
from microsim.kernels.rows import list_rows
from microsim.parameters.load import Parameters
from microsim.population.pensions import INCOME_YEAR, STANDINGS
from microsim.population.people import (
    AGE_SEX_KEYS,
    EMPLOYEE,
    ENTRY_AGE,
    SELF_EMPLOYED,
    SEXES,
    WORK_STATUSES,
)

WEEKS = 52.0  # in a year
# State Pension by rank, relative to the mean: a few have next to nothing, half about the same, some more than others.
STEPS = 16
_NEW_SHAPE = np.array([0.0, 0.45, 0.65, 0.78, 0.86, 0.92, 0.97, 1.0, *(1.0,) * 6, 1.02, 1.10, 1.25])
_BASIC_SHAPE = np.array(
    [0.0, 0.5, 0.6, 0.68, 0.75, 0.81, 0.87, 0.92, 0.97, 1.02, 1.07, 1.13, 1.2, 1.28, 1.38, 1.52, 1.9]
)
# What those who save pay in, relative to the mean rate, each for an eighth of savers.
_RATES = 8
_PRIVATE_RATES = np.array([0.55, 0.90, 0.93, 0.93, 0.93, 0.93, 1.20, 1.63])
_PUBLIC_RATES = np.array([0.72, 0.80, 0.88, 0.95, 1.02, 1.10, 1.20, 1.33])

_POINTS, _STANDINGS, _STEP_POINTS = np.uint32(POINTS), np.uint32(len(STANDINGS)), np.uint32(STEPS + 1)
_SELF_EMPLOYED, _RETIRED = np.uint8(SELF_EMPLOYED), np.uint8(len(WORK_STATUSES) - 1)
_EMPLOYEE = np.uint8(EMPLOYEE)
_ZERO, _ONE, _STEPS = np.float32(0.0), np.float32(1.0), np.float32(STEPS)
_KEYS, _TWO, _EIGHT, _NEXT = np.uint32(AGE_SEX_KEYS), np.uint32(2), np.uint32(_RATES), np.uint32(1)
_SAVES, _PAYS_IN, _STATE = np.uint32(1), np.uint32(2), np.uint32(3)  # draws made of the rank
_AGE, _MONTHS, _AGE_MONTHS = np.uint32(1), np.uint32(12), np.uint32(AGE_SEX_KEYS // 2 * 12)
_TOP_THREE_BITS = np.uint32(29)


class PensionTables(NamedTuple):
    """What `write_pensions` looks up."""

    youngest: np.uint32  # the first age_sex key with private pensions
    share: np.ndarray  # float32 [age_sex x standings], of people with a private pension
    mean: np.ndarray  # float32 [age_sex], pounds of INCOME_YEAR
    curve: np.ndarray  # float32 [POINTS], private pension relative to the mean, by the share with as much
    growth: np.ndarray  # float32 [years], average earnings relative to INCOME_YEAR
    state_from: np.ndarray  # uint32 [years], the first age_sex key of which anybody is above State Pension age
    over_age: np.ndarray  # float32 [years x ages x 12 months of birth], share of the year above State Pension age
    state_rate: np.ndarray  # float32 [years x age_sex], the full rate, pounds a year
    state_curve: np.ndarray  # uint32 [years x age_sex], row of `state_share`
    state_share: np.ndarray  # float32 [new, basic x sexes x (STEPS + 1)], of the full rate, by rank
    saving: np.ndarray  # uint32 [age_sex x sectors]
    rate: np.ndarray  # float32 [sectors x _RATES], of pay above `paid_from` and up to `paid_to`
    trigger: np.ndarray  # float32 [years], pounds a year of pay from which employees are enrolled
    paid_from: np.ndarray  # float32 [years x sectors], pounds a year
    paid_to: np.ndarray  # float32 [years x sectors]


def pension_tables(population: Any, parameters: Parameters, years: Sequence[int]) -> PensionTables:
    """From the fitted pensions of a `Population` and the official rates."""
    fitted, figures = population.pensions, population.room_figures["pensions"]
    new = is_new_state_pension(parameters, years)
    full = np.where(
        new,
        parameters.series("state_pension.new_full_rate", years)[:, None],
        parameters.series("state_pension.basic_rate", years)[:, None],
    )
    sex = np.arange(AGE_SEX_KEYS) % 2
    limits = [parameters.series(f"workplace_pensions.qualifying_earnings_{end}", years) for end in ("from", "to")]
    private, public = (figures[f"{sector}_contribution"].central for sector in ("private", "public"))
    share = by_age_sex(np.asarray(fitted.share), ENTRY_AGE)
    saving = by_age_sex(np.repeat(fitted.saving[:, None], len(SEXES), axis=1), ENTRY_AGE)
    everything = np.full(len(years), 1e9)
    over = over_pension_age(parameters, years)
    return PensionTables(
        youngest=np.uint32(np.flatnonzero(share.any(1))[0]),
        share=_flat(share),
        mean=_flat(by_age_sex(np.asarray(fitted.mean), ENTRY_AGE)),
        curve=weibull(figures["private_pension_shape"].central),
        growth=_flat(parameters.index("average_earnings_growth", years, INCOME_YEAR)),
        state_from=(2 * (over > 0).any(2).argmax(1)).astype(np.uint32),
        over_age=_flat(over),
        state_rate=_flat(full * WEEKS),
        state_curve=(np.where(new, 0, len(SEXES)) + sex).astype(np.uint32).reshape(-1),
        state_share=_flat(state_shares(figures)),
        saving=thresholds(saving).reshape(-1),
        rate=_flat(np.stack([_PRIVATE_RATES * private, _PUBLIC_RATES * public])),
        trigger=_flat(parameters.series("workplace_pensions.earnings_trigger", years)),
        paid_from=_flat(np.stack([limits[0], 0.0 * everything], axis=1)),
        paid_to=_flat(np.stack([limits[1], everything], axis=1)),
    )


def _flat(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values, np.float32).reshape(-1)


def state_shares(figures: Any) -> np.ndarray:
    """State Pension as a share of the full rate by rank [new and basic, sexes, STEPS + 1].

    The mean among those who receive some is the published one, of residents; the lowest ranks have next to nothing.
    """
    found = np.empty((2, len(SEXES), STEPS + 1))
    residents = figures["state_pension_of_residents"].central * figures["state_pension_receipt"].central
    for at, (kind, shape) in enumerate((("new", _NEW_SHAPE), ("basic", _BASIC_SHAPE))):
        level = (shape[1:] + shape[:-1]).mean() / 2.0
        for sex, people in enumerate(("women", "men")):
            found[at, sex] = shape / level * figures[f"{kind}_state_pension_{people}"].central * residents
    return found


def is_new_state_pension(parameters: Parameters, years: Sequence[int]) -> np.ndarray:
    """Whether people's State Pension is by the rules from 2016 [years, AGE_SEX_KEYS]."""
    age, sex = np.arange(AGE_SEX_KEYS) // 2, np.arange(AGE_SEX_KEYS) % 2
    first = [parameters.value(f"state_pension.new_from_birth_{people}", 0) for people in ("women", "men")]
    cohort = np.asarray(years)[:, None] - age - 1
    return np.asarray(cohort >= np.array(first)[sex])


def over_pension_age(parameters: Parameters, years: Sequence[int]) -> np.ndarray:
    """The share of each year in which people are above State Pension age [years, ages, months of birth]."""
    ages = np.arange(AGE_SEX_KEYS // 2)
    return np.stack([shares_of_year_over(parameters, year, year - ages - 1) for year in years])


@kernel
def write_pensions(people, age_sex, tables, means, year_index, count):
    """This year's private pension, State Pension and own contribution to a workplace pension, pounds a year."""
    mask, rows = np.empty(count, np.uint8), np.empty(count, np.uint32)
    draw_private_pensions(people, age_sex, tables, means, mask, rows, year_index, count)
    draw_state_pensions(people, age_sex, tables, means, mask, rows, year_index, count)
    pay_into_pensions(people, age_sex, tables, means, mask, rows, year_index, count)


@kernel
def list_from_age(resident, age_sex, youngest, mask, rows, count):
    """List the residents whose key of age and sex is `youngest` or above; see `list_rows`."""
    for i in range(np.uint64(count)):
        mask[i] = np.uint8(age_sex[i] >= youngest) & resident[i]
    return list_rows(mask, rows, count)


@kernel
def draw_private_pensions(people, age_sex, tables, means, mask, rows, year_index, count):
    """Private pensions of those whose rank is within the share of their age, sex and standing.

    `mask` (uint8) and `rows` (uint32) are scratch.
    """
    status, rank, out = people.work_status, people.pension_rank, means.private_pension
    share, mean, curve, growth = tables.share, tables.mean, tables.curve, tables.growth[year_index]
    for i in range(np.uint64(count)):
        out[i] = _ZERO
    for n in range(list_from_age(people.resident, age_sex, tables.youngest, mask, rows, count)):
        i = rows[n]
        standing = np.uint32(status[i] > _SELF_EMPLOYED) + np.uint32(status[i] == _RETIRED)
        some = share[np.uint32(np.uint32(age_sex[i] * _STANDINGS) + standing)]
        nearer = from_top(rank[i])
        if nearer < some:
            place = curve_place(nearer / some)
            point = np.uint32(place)
            low = curve[point]
            amount = low + (place - np.float32(point)) * (curve[np.uint32(point + _NEXT)] - low)
            out[i] = amount * (mean[age_sex[i]] * growth)


@kernel
def draw_state_pensions(people, age_sex, tables, means, mask, rows, year_index, count):
    """State Pensions, for the part of the year in which people are of the age for one.

    They are drawn from the rank once more: who earned a large occupational pension was often contracted out of part of
    the State Pension. `mask` (uint8) and `rows` (uint32) are scratch.
    """
    rank, month, out = people.pension_rank, people.birth_month, means.state_pension
    rate, curve, share, over, out_over = (
        tables.state_rate, tables.state_curve, tables.state_share, tables.over_age, means.over_pension_age
    )  # fmt: skip
    first = np.uint32(np.uint32(year_index) * _KEYS)
    first_over = np.uint32(np.uint32(year_index) * _AGE_MONTHS)
    for i in range(np.uint64(count)):
        out[i] = _ZERO
    for i in range(np.uint64(count)):
        out_over[i] = _ZERO
    for n in range(list_from_age(people.resident, age_sex, tables.state_from[year_index], mask, rows, count)):
        i = rows[n]
        at = np.uint32(np.uint32(np.uint32(age_sex[i] >> _AGE) * _MONTHS) + np.uint32(month[i]))
        part_over = over[np.uint32(first_over + at)]
        out_over[i] = part_over
        if part_over == _ZERO:
            continue
        key = np.uint32(first + age_sex[i])
        place = (_ONE - from_top(scatter(rank[i], _STATE))) * _STEPS
        point = np.uint32(place)
        at = np.uint32(np.uint32(curve[key] * _STEP_POINTS) + point)
        low = share[at]
        part = low + (place - np.float32(point)) * (share[np.uint32(at + _NEXT)] - low)
        out[i] = part * rate[key] * part_over


@kernel
def pay_into_pensions(people, age_sex, tables, means, mask, rows, year_index, count):
    """What employees pay into workplace pensions themselves, with tax relief: a rate of pay between two limits.

    `mask` (uint8) and `rows` (uint32) are scratch.
    """
    resident, status, public, pay = people.resident, people.work_status, people.public, people.pay
    rank, out = people.pension_rank, means.pension_contribution
    saving, rate, paid_from, paid_to = tables.saving, tables.rate, tables.paid_from, tables.paid_to
    trigger = tables.trigger[year_index]
    first = np.uint32(np.uint32(year_index) * _TWO)
    for i in range(np.uint64(count)):
        mask[i] = np.uint8(status[i] == _EMPLOYEE) & resident[i] & np.uint8(pay[i] >= trigger)
    for i in range(np.uint64(count)):
        out[i] = _ZERO
    for n in range(list_rows(mask, rows, count)):  # without branches: nobody could foretell who saves
        i = rows[n]
        sector = np.uint32(public[i])
        saves = scatter(rank[i], _SAVES) < saving[np.uint32(np.uint32(age_sex[i] * _TWO) + sector)]
        eighth = np.uint32(scatter(rank[i], _PAYS_IN) >> _TOP_THREE_BITS)
        limits = np.uint32(first + sector)
        paid_on = max(min(pay[i], paid_to[limits]) - paid_from[limits], _ZERO)
        amount = paid_on * rate[np.uint32(np.uint32(sector * _EIGHT) + eighth)]
        out[i] = amount if saves else _ZERO
