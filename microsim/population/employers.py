"""Employers: how many enterprises there are, how large, where their people work, what they earn and spend on training.

`fit` makes these from published tables; `microsim.dynamics.employers` turns an employer's number into attributes. A
cell is an industry section, the region of the head office and a band of size; enterprises without employees have no
number.
The steps: what is private of the register (`read_register`), people by cell (`fit_employees`), sizes inside a cell
(`size_places`), where the people of a region work (`options_of_workers`); then `employer_profits` and
`employer_training`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from microsim.population import columns as axes
from microsim.population import employer_profits, employer_training, jobs
from microsim.population.ipf import Floats
from microsim.population.margins import Table
from microsim.population.people import People
from microsim.population.rooms import Sources

FIGURES: tuple[str, ...] = (
    "large_home_share", "largest_employer", "england_share_of_businesses",
    "training_spread", "external_fees", "course_fees", "off_the_job", "off_the_job_course", "trainee_pay",
    "trainee_pay_off_the_job", "associated_under_50", "associated_50_249", "associated_250_plus", "associated_number",
    *employer_profits.FIGURES,
)  # fmt: skip

BANDS = ("0-4", "5-9", "10-19", "20-49", "50-99", "100-249", "250+")  # of the register, by people employed
LOWEST = np.array([1.0, 5.0, 10.0, 20.0, 50.0, 100.0, 250.0])  # employees
SIZE_OF_BAND = ("micro", "micro", "small", "small", "medium", "medium", "large")  # as in columns.EMPLOYER_SIZES
SIZES = ("micro", "small", "medium", "large")
KIND_SIZES = {"under 50": slice(0, 4), "50-249": slice(4, 6), "250+": slice(6, 7)}
UNITS = ("enterprises", "local_units")
REGIONS = 9
CLASSES = 32  # of equal employment inside a cell
LARGE = len(BANDS) - 1
PROFIT_YEAR = employer_profits.YEAR
SPEND_YEAR = employer_training.YEAR
_ROUNDS = 300
_HALVINGS = 50
_NEAR_LOW, _NEAR_HIGH = 0.10, 0.70  # where in its band the mean headcount may lie
_NEARLY, _STEEPEST, _LEAST = 1e-9, 250.0, 1e-300
_EDGE = 1.01  # how near the ends of its band a mean headcount may lie
_LEAST_LARGE = 1.25  # mean of large enterprises over their lowest size, at least
_OF_BAND = np.array([SIZES.index(name) for name in SIZE_OF_BAND])


class Employers(NamedTuple):
    """Fitted arrays; their axes are in AXES. Regions are of the head office unless said otherwise."""

    registered: Floats  # private enterprises on the register, with and without employees
    number: Floats  # private enterprises with employees
    employees: Floats  # of those, in England
    places: Floats  # share of a cell's enterprises below each CLASSES-th of its employees, in order of size
    options: Floats  # of a region's workers: share in each band at home, in large ones at home, in large ones anywhere
    homes: Floats  # where the head offices of the last are
    charity: Floats  # share of enterprises
    company: Floats  # share of the others
    sites: Floats  # of an enterprise band's workers, by band of the site
    units: Floats  # sites of all enterprises of a band
    trains: Floats  # share of enterprises that train
    spend: Floats  # GBP of SPEND_YEAR for each employee, of all enterprises
    loss: Floats  # share of enterprises without profit
    profit: Floats  # mean profit, GBP of PROFIT_YEAR, at headcounts of four steps to a doubling
    profit_of_section: Floats  # factor
    profit_spread: Floats  # standard deviation of the logarithm of profits around the mean, below 50 employees and from
    associated: Floats  # share with associated companies


AXES: dict[str, tuple[str, ...]] = {
    "registered": ("industry", "region", "band"),
    "number": ("industry", "region", "band"),
    "employees": ("industry", "region", "band"),
    "places": ("industry", "region", "band", "place"),
    "options": ("industry", "region of work", "option"),
    "homes": ("industry", "region"),
    "charity": ("industry", "band"),
    "company": ("industry", "band"),
    "sites": ("industry", "band", "band of site"),
    "units": ("industry", "band"),
    "trains": ("industry", "band"),
    "spend": ("industry", "band"),
    "loss": ("band",),
    "profit": ("size",),
    "profit_of_section": ("industry",),
    "profit_spread": ("small or large",),
    "associated": ("band",),
}


def fit(sources: Sources) -> Employers:
    """Fit employers from the published tables."""
    kinds = read_kinds(sources.tables)
    registered, sites = (read_register(sources, unit) * kinds.private[:, None] for unit in UNITS)
    workers = private_workers(sources)
    with_employees = registered.copy()
    with_employees[..., 0] *= employing_share(sources, registered, kinds.charity)
    tilt = sources.joint.large_employers_by_training * training_score(sources.tables, workers.sum(1))
    people = fit_employees(with_employees, workers, band_targets(sources), np.exp(tilt))
    cells = head_offices(sources, with_employees, people)
    places = size_places(cells.number, cells.employees, sources.figure("largest_employer"))
    across = employer_training.site_sizes(cells, registered, sites)
    training = employer_training.fit(sources.tables, cells, across.shares, sites)
    profits = employer_profits.fit(sources, cells, places, kinds)
    shares = [sources.figure(f"associated_{name}") for name in ("under_50", "50_249", "250_plus")]
    associated = np.repeat(shares, [4, 2, 1])
    return Employers(
        registered, cells.number, cells.employees, places, cells.options, cells.homes, kinds.charity, kinds.company,
        across.shares, across.units, training.trains, training.spend, profits.loss, profits.mean, profits.section,
        profits.spread, associated,
    )  # fmt: skip


# -- what is published -------------------------------------------------------------------------------------------------


class Kinds(NamedTuple):
    """What kind of body enterprises are [industry, band]."""

    private: Floats  # share of the register
    charity: Floats  # share of the private ones
    company: Floats  # share of the rest


def read_kinds(tables: Path) -> Kinds:
    """The judgements of `enterprise_kinds.csv`."""
    table = Table(tables / "enterprise_kinds.csv")
    found = np.full((3, len(axes.INDUSTRIES), len(BANDS)), np.nan)
    industry = table.codes("section", axes.INDUSTRIES)
    for row, size in enumerate(table.text("size")):
        for at, name in enumerate(Kinds._fields):
            found[at, industry[row], KIND_SIZES[size]] = table.floats(name)[row]
    return Kinds(*found)


def read_register(sources: Sources, unit: str) -> Floats:
    """Registered enterprises or local units [industry, region, band], of all sectors."""
    table = Table(sources.tables / "businesses_2025.csv")
    region, industry = table.codes("code", sources.areas.region_codes), table.codes("section", axes.INDUSTRIES)
    chosen = np.array([name == unit for name in table.text("unit")])
    found = np.zeros((len(axes.INDUSTRIES), REGIONS, len(BANDS)))
    for at, band in enumerate(BANDS):
        found[industry[chosen], region[chosen], at] = table.floats(band)[chosen]
    return found


def private_workers(sources: Sources) -> Floats:
    """Employees of the private sector [industry, region of residence], as the room of jobs fits them."""
    people = np.zeros((REGIONS, 2))
    np.add.at(people, sources.areas.region, sources.people.sum((1, 3))[..., axes.EMPLOYEE].astype(float))
    shares = jobs.job_shares(sources)[:, :, 0, :, 0]  # [region, sex, industry]
    found: Floats = (shares * people[..., None]).sum(1).T
    return found


def band_targets(sources: Sources) -> Floats:
    """Shares of employees by size [SIZES]: people employed less working owners."""
    table = Table(sources.tables / "business_sizes_uk_2025.csv")
    employees = table.floats("employed_thousand") * (1 - table.floats("owners"))
    return employees[[table.text("size").index(name) for name in SIZES]] / employees.sum()


def employing_share(sources: Sources, registered: Floats, charity: Floats) -> float:
    """Share of enterprises with 0 to 4 people that have employees: the UK's micro employers, brought to England, less
    those with 5 to 9 people. The published number leaves out charities."""
    table = Table(sources.tables / "business_sizes_uk_2025.csv")
    micro = table.floats("businesses")[table.text("size").index("micro")]
    others = (registered.sum(1) * (1 - charity)).sum(0)
    return float((micro * sources.figure("england_share_of_businesses") - others[1]) / others[0])


def training_score(tables: Path, workers: Floats) -> Floats:
    """Training spending for each employee by industry, in standard deviations from its mean over `workers`."""
    survey = Table(tables / "training_spend_2024.csv")
    spend = np.zeros(len(axes.INDUSTRIES))
    for sections, level in zip(survey.text("sections"), survey.floats("per_employee"), strict=True):
        spend[[axes.INDUSTRIES.index(letter) for letter in sections]] = level
    known = np.where(spend > 0, workers, 0.0)
    gap = np.where(spend > 0, spend - np.average(spend, weights=known), 0.0)
    result: Floats = gap / np.sqrt(np.average(gap**2, weights=known))
    return result


# -- people by cell ----------------------------------------------------------------------------------------------------


def fit_employees(number: Floats, workers: Floats, targets: Floats, large: Floats | float = 1.0) -> Floats:
    """Private employees [industry, region of work, band].

    Starts from enterprises times a mean size; meets employees by industry and region exactly and the shares by size as
    nearly as mean sizes inside their bands allow. Large enterprises have people in all regions.
    `large` multiplies those of each industry at the start, which decides what the margins leave open.
    """
    width = np.append(np.diff(LOWEST), np.inf)
    low, high = (LOWEST[:LARGE] + part * width[:LARGE] for part in (_NEAR_LOW, _NEAR_HIGH))
    people = np.zeros_like(number)
    people[..., :LARGE] = number[..., :LARGE] * (low + high) / 2
    share = workers / np.maximum(workers.sum(1, keepdims=True), 1.0)
    people[..., LARGE] = number[..., LARGE].sum(1, keepdims=True) * 1300.0 * share
    people[..., LARGE] *= np.reshape(large, (-1, 1))
    wanted = targets * workers.sum()
    for _ in range(_ROUNDS):
        by_size = np.bincount(_OF_BAND, people.sum((0, 1)))
        people *= (wanted / by_size)[_OF_BAND]
        people[..., :LARGE] = np.clip(people[..., :LARGE], number[..., :LARGE] * low, number[..., :LARGE] * high)
        total = people.sum(2)
        people *= np.divide(workers, total, out=np.zeros_like(total), where=total > 0)[..., None]
    return people


class Cells(NamedTuple):
    """Enterprises and people by cell, and where the people of a region work; see `Employers`."""

    number: Floats
    employees: Floats
    workers: Floats  # [industry, region of work, band]
    options: Floats
    homes: Floats


def head_offices(sources: Sources, number: Floats, people: Floats) -> Cells:
    """Large enterprises keep some of their people in the region of the head office; the rest work anywhere.

    Whole enterprises; where the people of a cell are too few or too many for the band, there are fewer or more of them.
    """
    people = people.copy()
    low, high = LOWEST[:LARGE] * _EDGE, LOWEST[1:] / _EDGE
    small = people[..., :LARGE]
    small[small < low] = 0.0  # not enough for one enterprise
    fewest = np.ceil(small / high)
    count = number.copy()
    count[..., :LARGE] = np.clip(np.rint(number[..., :LARGE]), fewest, np.maximum(np.floor(small / low), fewest))
    large = people[..., LARGE].sum(1)  # by industry
    most = np.maximum(large / (LOWEST[LARGE] * _LEAST_LARGE), 1.0)
    scale = np.minimum(1.0, most / np.maximum(number[..., LARGE].sum(1), 1e-9))
    count[..., LARGE] = np.where(large[:, None] > 0, np.rint(number[..., LARGE] * scale[:, None]), 0.0)
    share = count[..., LARGE] / np.maximum(count[..., LARGE].sum(1, keepdims=True), 1e-9)
    run_from = share * large[:, None]
    at_home = np.minimum(sources.figure("large_home_share") * run_from, 0.9 * people[..., LARGE])
    employees = people.copy()
    employees[..., LARGE] = run_from
    shares = np.concatenate([small, at_home[..., None], (people[..., LARGE] - at_home)[..., None]], axis=2)
    total = shares.sum(2, keepdims=True)
    options = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)
    elsewhere = run_from - at_home
    whole = elsewhere.sum(1, keepdims=True)
    homes = np.divide(elsewhere, whole, out=np.zeros_like(elsewhere), where=whole > 0)
    return Cells(count, employees, people, options, homes)


# -- sizes inside a cell -----------------------------------------------------------------------------------------------


def size_places(number: Floats, employees: Floats, largest: float) -> Floats:
    """Share of a cell's enterprises below each CLASSES-th of its employees [industry, region, band, place].

    Sizes inside a band follow a bounded Pareto curve whose exponent gives the cell its mean.
    """
    places = np.zeros((*number.shape, CLASSES + 1))
    places[..., 1:] = np.arange(1, CLASSES + 1) / CLASSES
    known: dict[tuple[int, float], Floats] = {}
    for cell in np.argwhere(number > 0):
        band, mean = int(cell[2]), float(employees[tuple(cell)] / number[tuple(cell)])
        low, high = float(LOWEST[band]), float(LOWEST[band + 1]) if band < LARGE else largest
        key = band, round(mean, 3 if band < LARGE else 0)
        if key not in known:
            known[key] = pareto_places(low, high, key[1])
        places[tuple(cell)] = known[key]
    return places


def pareto_mean(exponent: float, ratio: float) -> float:
    """The mean of a Pareto distribution between 1 and `ratio`."""
    return _power_integral(-exponent, 1.0, ratio) / _power_integral(-exponent - 1.0, 1.0, ratio)


def _power_integral(power: float, low: float, high: float) -> float:
    """The integral of x ** power between the two."""
    if abs(power + 1.0) < _NEARLY:
        return float(np.log(high / low))
    return float((high ** (power + 1.0) - low ** (power + 1.0)) / (power + 1.0))


def pareto_places(low: float, high: float, mean: float) -> Floats:
    """Share of enterprises below each CLASSES-th of the employees, in order of size, where the mean size is `mean`."""
    ratio = high / low
    inside = min(max(mean / low, _EDGE), ratio / _EDGE)
    steepest = _STEEPEST / np.log(ratio)
    steep, flat = steepest, -steepest  # the mean falls with the exponent
    for _ in range(_HALVINGS):
        exponent = (steep + flat) / 2
        steep, flat = (exponent, flat) if pareto_mean(exponent, ratio) < inside else (steep, exponent)
    share, power = np.arange(CLASSES + 1) / CLASSES, 1.0 - exponent  # people by size follow x ** -exponent
    if abs(power) < _NEARLY:
        sizes = ratio**share
    else:
        sizes = np.exp(np.log(np.maximum(1.0 + share * (ratio**power - 1.0), _LEAST)) / power)
        sizes = np.clip(sizes, 1.0, ratio)
    every = _power_integral(-exponent - 1.0, 1.0, ratio)
    places = np.array([_power_integral(-exponent - 1.0, 1.0, size) / every for size in sizes])
    places[0], places[-1] = 0.0, 1.0
    return places


def assign(people: People, residents: int, fitted: Employers, seed: int, reference_year: int) -> None:
    """Nobody starts with an employer: `microsim.dynamics.employers` finds everybody's in the first year lived."""
