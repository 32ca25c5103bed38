"""Employers: who works for which enterprise, and what an enterprise is like, as pure functions of its number.

No array by enterprise is held. An employer's number names a cell (industry section, region of the head office, band of
size) and a place in the order of size inside it; headcount, legal kind, profit and training follow from that and from
hashes of the number. Who works for which is found by `hiring`. Method: docs/methods/employers.md.

Most rules are scalar kernels; those called `write_...` fill a column for a block, from its column of employers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics import curves
from microsim.dynamics.curves import POINTS, curve_place, from_top, lognormal, scatter
from microsim.dynamics.lookup import thresholds
from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters
from microsim.population.columns import EMPLOYER_SIZES
from microsim.population.employer_profits import KINK
from microsim.population.employers import BANDS, CLASSES, PROFIT_YEAR, REGIONS, SIZE_OF_BAND, SPEND_YEAR, Employers

NO_EMPLOYER, COMPANY, UNINCORPORATED, CHARITY = range(4)  # kinds of employer
_DRAWN_FROM = 4  # bands from here on, 50 employees and more, are added up one by one
OPTIONS = len(BANDS) + 1  # a band at home, a large employer at home, or a large one of any region
_NUMBER = np.uint32(2**18 - 1)  # the lowest bits of an employer: the place in the cell; then 3 bits for the band,
_BAND_FROM, _REGION_FROM, _SECTION_FROM = np.uint32(18), np.uint32(21), np.uint32(25)  # 4 region, the section + 1
_BAND_BITS, _REGION_BITS = np.uint32(7), np.uint32(15)
_BANDS, _REGIONS = np.uint32(len(BANDS)), np.uint32(REGIONS)
_POINTS = np.uint32(CLASSES + 1)
_CLASSES = np.float64(CLASSES)
_NONE, _ONE = np.uint32(0), np.uint32(1)
_NOWHERE = np.uint32(2**32 - 1)
_NO_EMPLOYER, _COMPANY = np.uint8(NO_EMPLOYER), np.uint8(COMPANY)
_UNINCORPORATED, _CHARITY = np.uint8(UNINCORPORATED), np.uint8(CHARITY)
# draws made of an employer's number
_OF_KIND, _OF_LOSS, _OF_PROFIT, _OF_TRAINING, _OF_SPEND, _OF_GROUP = (np.uint32(number) for number in range(41, 47))
_ZERO, _UNIT = np.float32(0.0), np.float32(1.0)
_ONE_BITS, _PER_STEP = np.int32(127 << 23), np.float32(2.0**-21)  # of 1.0, and four steps to a doubling
SIZE_DOUBLINGS = 18
_LAST_SIZE = np.float32(4 * SIZE_DOUBLINGS - 0.001)
_KINK, _LARGE_CURVE = np.float32(KINK), np.uint32(POINTS)


class EmployerTables(NamedTuple):
    """What `find_employers` and the attributes of an employer look up. Cells are (section x 9 + region) x 7 + band."""

    region: np.ndarray  # uint32 [areas], the region
    option: np.ndarray  # uint32 [section x region x OPTIONS], thresholds of where somebody at work in a region works
    home: np.ndarray  # uint32 [section x region], thresholds of the head office of large employers elsewhere
    number: np.ndarray  # float64 [cells], enterprises with employees
    employees: np.ndarray  # float64 [cells], their employees
    place: np.ndarray  # float64 [cells x (CLASSES + 1)], share of enterprises below each CLASSES-th of the employees
    size: np.ndarray  # uint8 [bands], index into EMPLOYER_SIZES
    charity: np.ndarray  # uint32 [sections x bands], chance of being a charity or another body without taxed profits
    company: np.ndarray  # uint32 [sections x bands], chance of being a charity or a company
    loss: np.ndarray  # uint32 [bands], chance of no profit
    loss_size: np.float32  # loss as a share of the profit that there would have been
    profit: np.ndarray  # float32 [4 x SIZE_DOUBLINGS + 1], mean profit by headcount, pounds of PROFIT_YEAR
    profit_section: np.ndarray  # float32 [sections], factor
    profit_curve: np.ndarray  # float32 [small or large x curves.POINTS], around the mean
    profit_growth: np.ndarray  # float32 [years], from PROFIT_YEAR
    trains: np.ndarray  # uint32 [sections x bands], chance that an enterprise trains
    spend: np.ndarray  # float32 [sections x bands], pounds of SPEND_YEAR for each employee of an enterprise that trains
    spend_curve: np.ndarray  # float32 [curves.POINTS], around the mean
    spend_growth: np.ndarray  # float32 [years], from SPEND_YEAR
    associated: np.ndarray  # uint32 [bands], chance of a company of having associated companies
    associated_number: np.float64


def employer_tables(population: Any, parameters: Parameters, years: Sequence[int]) -> EmployerTables:
    """From the fitted employers of a `Population` and the growth of average earnings."""
    fitted, figures = population.employers, population.room_figures["employers"]
    trains = np.clip(fitted.trains, 1e-6, 1.0)
    spread = lognormal(figures["training_spread"].central)
    spend = (fitted.spend / trains) * level_of_spending(fitted, fitted.spend / trains, trains, spread)[:, None]
    size = np.array([EMPLOYER_SIZES.index(name) for name in SIZE_OF_BAND], np.uint8)
    return EmployerTables(
        region=population.area_region.astype(np.uint32),
        option=thresholds(np.minimum(np.cumsum(fitted.options, axis=2), 1.0)).reshape(-1),
        home=thresholds(np.minimum(np.cumsum(fitted.homes, axis=1), 1.0)).reshape(-1),
        number=fitted.number.astype(np.float64).reshape(-1),
        employees=fitted.employees.astype(np.float64).reshape(-1),
        place=np.ascontiguousarray(fitted.places, np.float64).reshape(-1),
        size=size,
        charity=thresholds(fitted.charity).reshape(-1),
        company=thresholds(fitted.charity + (1 - fitted.charity) * fitted.company).reshape(-1),
        loss=thresholds(fitted.loss),
        loss_size=np.float32(figures["loss_size"].central),
        profit=fitted.profit.astype(np.float32),
        profit_section=fitted.profit_of_section.astype(np.float32),
        profit_curve=np.concatenate([lognormal(float(spread)) for spread in fitted.profit_spread]),
        profit_growth=parameters.index("average_earnings_growth", years, PROFIT_YEAR).astype(np.float32),
        trains=thresholds(trains).reshape(-1),
        spend=spend.astype(np.float32).reshape(-1),
        spend_curve=spread,
        spend_growth=parameters.index("average_earnings_growth", years, SPEND_YEAR).astype(np.float32),
        associated=thresholds(fitted.associated),
        associated_number=np.float64(figures["associated_number"].central),
    )


class Enterprises(NamedTuple):
    """Enterprises one by one, for what has to be added up over them."""

    employer: np.ndarray  # uint32
    section: np.ndarray
    band: np.ndarray
    employees: np.ndarray  # float64


def list_enterprises(fitted: Employers, first_band: int) -> Enterprises:
    """Every enterprise from a band of size on."""
    parts = []
    for section, region, band in np.argwhere(fitted.number > 0):
        if band >= first_band:
            number = int(fitted.number[section, region, band])
            shares = np.interp(np.arange(number + 1) / number, fitted.places[section, region, band],
                               np.arange(CLASSES + 1) / CLASSES)  # fmt: skip
            key = (int(section) + 1 << 25) | (int(region) << 21) | (int(band) << 18)
            parts.append((
                key + np.arange(number), np.full(number, section), np.full(number, band),
                np.diff(shares) * fitted.employees[section, region, band],
            ))  # fmt: skip
    employer, *others = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Enterprises(employer.astype(np.uint32), *others)


def level_of_spending(fitted: Employers, spend: np.ndarray, trains: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Factor for each industry by which spending meets its total with the draws that large enterprises have.

    A handful of them decide a sector's sum, and their draws are what they are whoever is simulated.
    """
    one = list_enterprises(fitted, _DRAWN_FROM)
    shares_from_top, hashes = (getattr(rule, "py_func", rule) for rule in (from_top, scatter))  # for whole arrays
    share = shares_from_top(hashes(one.employer, _OF_SPEND))
    draws = hashes(one.employer, _OF_TRAINING) < thresholds(trains)[one.section, one.band]
    amount = spend[one.section, one.band] * np.interp(share, curves.shares(), spread) * draws
    industries = len(fitted.number)
    large = np.bincount(one.section, amount * one.employees, minlength=industries)
    people = fitted.employees.sum(1)
    small = (fitted.spend * people)[:, :_DRAWN_FROM].sum(1)
    wanted = (fitted.spend * people).sum(1)
    return np.divide(wanted, small + large, out=np.ones(industries), where=wanted > 0)


# -- the number of an employer -----------------------------------------------------------------------------------------


@kernel
def employer_of(section, region, band, number):
    """The number of an employer (uint32, never 0): industry section, region, band of size, place inside the cell."""
    start = np.uint32(np.uint32(np.uint32(section + _ONE) << _SECTION_FROM) | np.uint32(region << _REGION_FROM))
    return np.uint32(np.uint32(start | np.uint32(band << _BAND_FROM)) | number)


@kernel
def number_of(employer):
    """The place of an employer in its cell, in order of size."""
    return np.uint32(employer & _NUMBER)


@kernel
def employer_section(employer):
    """The industry section of an employer; no section for who has none."""
    return np.uint32(np.uint32(employer >> _SECTION_FROM) - _ONE) if employer != _NONE else _NOWHERE


@kernel
def employer_region(employer):
    """The region of an employer's head office."""
    return np.uint32(np.uint32(employer >> _REGION_FROM) & _REGION_BITS)


@kernel
def employer_band(employer):
    """The band of size of an employer, an index into BANDS."""
    return np.uint32(np.uint32(employer >> _BAND_FROM) & _BAND_BITS)


@kernel
def cell_key(section, region, band):
    """The key of tables by section, region and band."""
    return np.uint32(np.uint32(np.uint32(np.uint32(section * _REGIONS) + region) * _BANDS) + band)


@kernel
def cell_of(employer):
    """The key of tables by section, region and band of an employer."""
    return cell_key(employer_section(employer), employer_region(employer), employer_band(employer))


@kernel
def kind_key(employer):
    """The key of tables by section and band of an employer."""
    return np.uint32(np.uint32(employer_section(employer) * _BANDS) + employer_band(employer))


# -- what an employer is like ------------------------------------------------------------------------------------------


@kernel
def headcount(employer, first, number, employees, place_table):
    """Employees of an enterprise, the average of a year (so not a whole number), as float64.

    `number` and `employees` are those of its cell, whose points start at `first`. It is the share of the cell's
    employees between its place in the order of size and the next, so that a cell's headcounts add up to its employees.
    """
    at = np.float64(number_of(employer))
    below, up_to = at / number, (at + 1.0) / number
    low, high = np.uint32(0), np.uint32(_POINTS - _ONE)
    while np.uint32(high - low) > _ONE:
        middle = np.uint32(np.uint32(low + high) >> _ONE)
        if place_table[np.uint32(first + middle)] <= below:
            low = middle
        else:
            high = middle
    start, end = place_table[np.uint32(first + low)], place_table[np.uint32(first + high)]
    share_below = np.float64(low) + (below - start) / (end - start)
    while (high < np.uint32(_POINTS - _ONE)) & (end < up_to):
        high = np.uint32(high + _ONE)
        start, end = end, place_table[np.uint32(first + high)]
    share_up_to = np.float64(high) - (end - up_to) / (end - start)
    return employees * (share_up_to - share_below) / _CLASSES


@kernel
def employer_kind(employer, charity, company):
    """COMPANY, UNINCORPORATED or CHARITY, from the thresholds of the section and band."""
    draw = scatter(employer, _OF_KIND)
    return _CHARITY if draw < charity else (_COMPANY if draw < company else _UNINCORPORATED)


@kernel
def mean_profit(employees, profit_table):
    """The mean profit of enterprises of a headcount (float32) that make one, pounds of PROFIT_YEAR."""
    bits = np.int32(np.float32(max(employees, _UNIT)).view(np.int32) - _ONE_BITS)
    step = min(np.float32(bits) * _PER_STEP, _LAST_SIZE)
    low = np.uint32(step)
    start = profit_table[low]
    return start + (step - np.float32(low)) * (profit_table[np.uint32(low + _ONE)] - start)


@kernel
def curve_value(share, curve):
    """The amount on a curve (see `curves`) at a share from the top (float32)."""
    return one_of_curves(share, curve, _NONE)


@kernel
def one_of_curves(share, curve, first):
    """The same on the curve that starts at `first` (uint32) of several."""
    place = curve_place(share)
    low = np.uint32(place)
    start = curve[np.uint32(first + low)]
    return start + (place - np.float32(low)) * (curve[np.uint32(np.uint32(first + low) + _ONE)] - start)


@kernel
def profit(employer, employees, loss, loss_size, section_factor, profit_table, curve):
    """Profits before tax, pounds a year of PROFIT_YEAR; minus for a loss. Lasting: the same every year but for growth.

    `employees` is the headcount (float32), `loss` the band's threshold, `section_factor` the section's.
    """
    amount = mean_profit(employees, profit_table) * section_factor
    first = _LARGE_CURVE if employees >= _KINK else _NONE
    amount = amount * one_of_curves(from_top(scatter(employer, _OF_PROFIT)), curve, first)
    return -loss_size * amount if scatter(employer, _OF_LOSS) < loss else amount


@kernel
def trains(employer, chance):
    """Whether an enterprise trains anybody in a year, from the threshold of its section and band. Lasting."""
    return scatter(employer, _OF_TRAINING) < chance


@kernel
def training_spend_per_employee(employer, chance, spend, curve):
    """All spending on training, pounds of SPEND_YEAR for each employee of the enterprise; 0 where nobody is trained.

    Fees, the pay of trainees and everything else, on and off the job, as the Employer Skills Survey counts it. `chance`
    and `spend` are those of the section and band.
    """
    if not trains(employer, chance):
        return _ZERO
    return spend * curve_value(from_top(scatter(employer, _OF_SPEND)), curve)


@kernel
def associated_companies(employer, chance, number):
    """Companies associated with a company, for the limits of corporation tax, from the threshold of its band."""
    return number if scatter(employer, _OF_GROUP) < chance else 0.0


# -- columns of attributes for a whole block ---------------------------------------------------------------------------


@kernel
def write_headcounts(employer, tables, out, count):
    """Each row's employer's employees (float32), 0 where there is no private employer."""
    number, employees, place = tables.number, tables.employees, tables.place
    for i in range(np.uint64(count)):
        out[i] = _ZERO
        if employer[i] != _NONE:
            cell = cell_of(employer[i])
            first = np.uint32(cell * _POINTS)
            out[i] = np.float32(headcount(employer[i], first, number[cell], employees[cell], place))


@kernel
def write_kinds(employer, tables, out, count):
    """Each row's kind of employer: NO_EMPLOYER (public, self-employed or none), COMPANY, UNINCORPORATED, CHARITY."""
    charity, company = tables.charity, tables.company
    for i in range(np.uint64(count)):
        out[i] = _NO_EMPLOYER
        if employer[i] != _NONE:
            key = kind_key(employer[i])
            out[i] = employer_kind(employer[i], charity[key], company[key])


@kernel
def write_profits(employer, employees, tables, year_index, out, count):
    """Each row's employer's profits (float32, pounds of the year), from its `employees` (see `write_headcounts`)."""
    loss, size, table = tables.loss, tables.loss_size, tables.profit
    section, curve, growth = tables.profit_section, tables.profit_curve, tables.profit_growth[year_index]
    for i in range(np.uint64(count)):
        out[i] = _ZERO
        if employer[i] != _NONE:
            factor, chance = section[employer_section(employer[i])], loss[employer_band(employer[i])]
            out[i] = growth * profit(employer[i], employees[i], chance, size, factor, table, curve)


@kernel
def write_training(employer, tables, year_index, out, count):
    """Each row's employer's training spending for each employee (float32, pounds of the year)."""
    chance, spend, curve, growth = tables.trains, tables.spend, tables.spend_curve, tables.spend_growth[year_index]
    for i in range(np.uint64(count)):
        out[i] = _ZERO
        if employer[i] != _NONE:
            key = kind_key(employer[i])
            out[i] = growth * training_spend_per_employee(employer[i], chance[key], spend[key], curve)
