"""Births by age, order and partnership, from the published rates: those still to come, and those that were.

The parity of each cohort of women is the sum of its past births by order (rates of the second kind of demography), and
the chance for women of one parity is the births of that order over the women who have that parity. From 2024 every
order keeps its share of the births at an age. Had that been so all along, hardly a woman of 45 would be without a
child: until 2016 the share of first births is smaller by one factor, which the share of childless women gives.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from microsim.population import columns as axes
from microsim.population.columns import Band
from microsim.population.ipf import Floats
from microsim.population.margins import Table, smooth_by_age

FIRST_MOTHER, LAST_MOTHER = 16, 46  # ages at birth; 46 stands for 46 and over
PARITIES = 5  # 0, 1, 2, 3, 4 and over
OLDEST_HISTORY = 64  # of women at the reference date
HISTORIES = 512  # for each age
OLDEST_CHILD = 16  # years since the birth: the quarter born in April to June has come of age at the reference date
FIRST_BIRTH_YEAR = 1975
LAST_BIRTH_YEAR = 2057
REFERENCE = 2024
_TILTED_UNTIL = 2016
_BANDS = (
    Band("15-19", 16, 19), Band("20-24", 20, 24), Band("25-29", 25, 29), Band("30-34", 30, 34), Band("35-39", 35, 39),
    Band("40-44", 40, 44), Band("45-49", 45, LAST_MOTHER),
)  # fmt: skip
_LABELS = tuple(band.label for band in _BANDS)
_AGES = np.arange(FIRST_MOTHER, LAST_MOTHER + 1)
_LARGEST = 0.6  # chance of a birth in a year


class Fertility(NamedTuple):
    """Births in the year that ends on 1 April of FIRST_BIRTH_YEAR and later, by age on that day."""

    chance: Floats  # [year, age 16..47, parity]
    parity: Floats  # [year, age 16..47, parity], shares of women at the start of the year
    with_partner: Floats  # [age 16..47], share of births to women who live with a partner


def _band_rows(values: Floats) -> Floats:
    """Rows of bands as rows of single ages at birth."""
    return np.repeat(values, [band.last - band.first + 1 for band in _BANDS], axis=0)


def past_rates(tables: Path) -> dict[int, Floats]:
    """Births for each woman by calendar year and age at birth, spread inside bands as the projection's rates are."""
    shape = _projected(tables)[0]
    table = Table(tables / "fertility_2004_2024.csv")
    rates: dict[int, Floats] = {}
    band_sum = np.array([shape[band.first - FIRST_MOTHER : band.last - FIRST_MOTHER + 1].sum() for band in _BANDS])
    band_sum[5] = band_sum[6] = band_sum[5] + band_sum[6]  # the table's last band is 40 and over
    at = table.codes("age_band", _LABELS)
    for row, (year, rate) in enumerate(zip(table.floats("year"), table.floats("rate_per_1000"), strict=True)):
        values = rates.setdefault(int(year), np.zeros(len(_AGES)))
        bands = (5, 6) if at[row] == 5 else (int(at[row]),)
        for band in bands:
            ages = slice(_BANDS[band].first - FIRST_MOTHER, _BANDS[band].last - FIRST_MOTHER + 1)
            values[ages] = shape[ages] / band_sum[band] * 5.0 * rate / 1000.0
    return rates


def _projected(tables: Path) -> Floats:
    """The projection's births for each woman [year from mid-2022, age at birth]."""
    table = Table(tables / "fertility_england_2022_based.csv")
    rows = table.floats("age").astype(int) - FIRST_MOTHER
    values = np.stack([table.floats(f"y{year}") for year in table.years()]) / 1000.0
    result: Floats = values[:, rows >= 0]
    return result


def registered_births(tables: Path) -> tuple[Floats, Floats]:
    """Births in England in 2024 [band], and those of them to women who live with a partner, by the registration."""
    table = Table(tables / "births_registration_2024.csv")
    births, with_partner = np.zeros(len(_BANDS)), np.zeros(len(_BANDS))
    at, number = table.codes("age_band", _LABELS), table.floats("births")
    together = np.isin(table.text("registration"), ("married", "same_address"))
    np.add.at(births, at, number)
    np.add.at(with_partner, at[together], number[together])
    return births, with_partner


def future_rates(tables: Path, women: Floats) -> Floats:
    """Births for each woman [mid-year from 2022, age at birth]: the projection's, at the level registered in 2024.

    `women` [age 16..46] at mid-2024. Each age group of mothers has a factor of its own, 40 and over one.
    """
    rates = _projected(tables)
    calendar = (rates[1] + rates[2]) / 2  # the year 2024 lies half in each
    births, _ = registered_births(tables)
    expected = np.array(
        [(women * calendar)[band.first - FIRST_MOTHER : band.last - FIRST_MOTHER + 1].sum() for band in _BANDS]
    )
    births[5], expected[5] = births[5:].sum(), expected[5:].sum()
    births[6], expected[6] = births[5], expected[5]
    return rates * _band_rows(births / expected)


def _in_financial_years(tables: Path, women: Floats) -> Floats:
    """Births for each woman [year ending on 1 April FIRST_BIRTH_YEAR.., age at birth]."""
    past, future = past_rates(tables), future_rates(tables, women)
    first, last = min(past), max(past)

    def calendar(year: int) -> Floats:
        return past[max(year, first)]

    def mid_year(year: int) -> Floats:
        return future[min(year - 2022, len(future) - 1)]

    rows = []
    for year in range(FIRST_BIRTH_YEAR, LAST_BIRTH_YEAR + 1):
        if year <= last:
            rows.append(0.75 * calendar(year - 1) + 0.25 * calendar(year))
        else:
            rows.append(0.25 * mid_year(year - 2) + 0.75 * mid_year(year - 1))
    return np.array(rows)


def _over_two_ages(values: Floats) -> Floats:
    """By age on 1 April at a year's end (16..47), half the year each at that age and at the age before."""
    padded = np.concatenate([values[:1] * 0.0, values, values[:1] * 0.0])
    result: Floats = (padded[:-1] + padded[1:]) / 2
    return result


def fit_fertility(tables: Path, women: Floats, childless: float) -> Fertility:
    """The chances of a birth; `women` [age 16..46] at mid-2024, of whom `childless` at 45 have had no child."""
    rate = np.stack([_over_two_ages(row) for row in _in_financial_years(tables, women)])
    births, with_partner = registered_births(tables)
    weight = women * future_rates(tables, women)[2]
    table = Table(tables / "maternities_previous_children_2024.csv")
    order = np.zeros((len(_BANDS), PARITIES))
    order[table.codes("age_band", _LABELS), table.floats("previous_children").astype(int)] = table.floats("maternities")
    order /= order.sum(1, keepdims=True)
    padded = np.zeros(len(axes.AGES))
    padded[: len(weight)] = weight
    order = smooth_by_age(order.clip(1e-6), padded, _BANDS)
    together = with_partner / births
    partner = smooth_by_age(np.stack([together, 1 - together], axis=1), padded, _BANDS)[:, 0]
    last = [*range(len(_AGES)), len(_AGES) - 1]  # at age 47 births are those at 46
    order = order[last]
    low, high = 0.5, 1.2
    for _ in range(30):
        first_births = (low + high) / 2
        chance, parity = _by_parity(rate, order, first_births)
        without = parity[REFERENCE - FIRST_BIRTH_YEAR, 45 - FIRST_MOTHER, 0]
        low, high = (first_births, high) if without > childless else (low, first_births)
    return Fertility(chance, parity, partner[last])


def _by_parity(rate: Floats, order: Floats, first_births: float) -> tuple[Floats, Floats]:
    """Chances [year, age, parity] such that births of each order are `rate` x `order` in every cohort of women.

    `first_births` multiplies the share of first births up to _TILTED_UNTIL, and less and less until REFERENCE. Also
    gives the shares of women by parity at the start of each year.
    """
    chance, parity = np.zeros((2, *rate.shape, PARITIES))
    share = np.zeros((rate.shape[1], PARITIES))
    share[:, 0] = 1.0
    for year in range(len(rate)):
        parity[year] = share
        ends = FIRST_BIRTH_YEAR + year
        weight = float(np.interp(ends, [_TILTED_UNTIL, REFERENCE], [first_births, 1.0]))
        tilted = order.copy()
        tilted[:, 0] *= weight
        tilted /= tilted.sum(1, keepdims=True)
        births = rate[year][:, None] * tilted
        chance[year] = np.minimum(births / share.clip(1e-9), _LARGEST)
        given = (chance[year] * share).sum(1, keepdims=True)
        chance[year] *= np.divide(births.sum(1, keepdims=True), given, out=np.ones_like(given), where=given > 0)
        chance[year] = chance[year].clip(0.0, _LARGEST)
        moved = chance[year] * share
        after = share - moved
        after[:, 1:] += moved[:, :-1]
        after[:, -1] += moved[:, -1]
        share[1:], share[0] = after[:-1], np.eye(PARITIES)[0]
    return chance, parity


def birth_histories(chance: Floats, recent: Floats) -> npt.NDArray[np.int8]:
    """HISTORIES lives of women at each age 16..64 of mid-2024 [age, history, 5], those without a child first.

    Columns: parity, children in care, financial years since the births of the three youngest (-1 for none). `recent`
    multiplies the chances of the last OLDEST_CHILD + 1 financial years, the latest first. Births are dealt so that the
    number at each age, year and parity is the expected one to within one in HISTORIES.
    """
    found = np.zeros((OLDEST_HISTORY - FIRST_MOTHER + 1, HISTORIES, 5), np.int8)
    for age in range(FIRST_MOTHER, OLDEST_HISTORY + 1):
        found[age - FIRST_MOTHER] = _histories_at(age, chance, recent)
    return found


def _histories_at(age: int, chance: Floats, recent: Floats) -> npt.NDArray[np.int8]:
    draws = np.random.Generator(np.random.Philox(key=age))
    parity = np.zeros(HISTORIES, np.int64)
    lags: list[list[int]] = [[] for _ in range(HISTORIES)]
    carried = np.zeros(PARITIES)
    for lag in range(age - FIRST_MOTHER + 1, -1, -1):
        year = REFERENCE + 1 - lag - FIRST_BIRTH_YEAR
        if year < 0:
            continue
        # three quarters of those aged `age` at mid-year are a year older on the next 1 April, a quarter are not
        rows = np.array([age + 1 - lag, age - lag]) - FIRST_MOTHER
        known = (rows >= 0) & (rows < chance.shape[1])
        one = (np.array([0.75, 0.25]) * known) @ chance[year, rows.clip(0, chance.shape[1] - 1)]
        one *= (recent[lag] if lag <= OLDEST_CHILD else 1.0) * (0.25 if lag == 0 else 1.0)
        state = np.minimum(parity, PARITIES - 1)
        for k in range(PARITIES):
            women = np.flatnonzero(state == k)
            expected = len(women) * one[k] + carried[k]
            number = min(int(expected), len(women))
            carried[k] = expected - number
            for woman in draws.permutation(women)[:number]:
                parity[woman] += 1
                lags[woman].append(lag)
    lives = np.full((HISTORIES, 5), -1, np.int8)
    came_of_age = 0
    for woman in range(HISTORIES):
        young = [lag for lag in lags[woman] if lag < OLDEST_CHILD]
        for lag in lags[woman]:
            if lag == OLDEST_CHILD:  # a quarter of them were 16 already at mid-year
                came_of_age += 1
                young += [lag] if came_of_age % 4 else []
        lives[woman, 0], lives[woman, 1] = parity[woman], len(young)
        youngest = sorted(young)[:3]
        lives[woman, 2 : 2 + len(youngest)] = youngest
    return lives[np.lexsort((lives[:, 1], lives[:, 0]))]
