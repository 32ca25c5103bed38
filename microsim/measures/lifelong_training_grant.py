"""The Lifelong Training Grant: an account for every adult, filled at 25, 40 and 55, spent on education and training.

Policy. Every adult in England gets £10,000 over a working life: £4,000 from 25, £3,000 from 40, £3,000 from 55.
Unused money rolls over. Amounts double in designated transition areas. Source: the skills policy paper, section 2.1.

Interpretation, where the paper is silent (each is a field below):
- a tranche arrives on the birthday, to people who live in England on the 1 April before it;
- people already past 25 at launch: `launch.rule`;
- money can be used up to the birthday after `upper_age`, on which what is left expires;
- at death and on leaving England the balance is written off, in the year whose 1 April they are first missing on;
- doubling follows where a person lives when the tranche arrives;
- cash is spent when a course is paid for; entitlement and the balances outstanding are shown beside it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import NormalDist
from typing import Literal, NamedTuple, Self

import numpy as np
from pydantic import model_validator

from microsim.errors import InputError, Problem, nearest
from microsim.kernels.float32 import uniform
from microsim.kernels.jit import kernel
from microsim.kernels.random import random_words
from microsim.measures.contract import Line, Measure, Ratio, Setting, Surroundings
from microsim.measures.figures import default_figures
from microsim.parameters.load import Parameters
from microsim.population.people import WORK_STATUSES
from microsim.population.source import RENAMED_AREAS
from microsim.scenario.load import quantities
from microsim.scenario.values import Fault, FinancialYear, MeasureParams, Quantity, faults_error, quantity, setting
from microsim.years import format_financial_year, to_financial_year

AGES = 128  # size of a flat table by age
PRICES = 4096  # equally likely prices from which a course's price is drawn
STATUS_KEYS = 8
MOST_POUNDS = 1_000_000  # in any one amount of the grant
MOST_PENCE = 2**31 - 1  # in any one account: balances are int32
_STATUSES = np.uint32(STATUS_KEYS)
_EVEN = np.uint32(0xFFFFFFFE)
_ONE, _TWENTY = np.uint32(1), np.uint32(20)
_NOTHING, _SINGLE = np.int32(0), np.int32(1)
_NEVER, _FULL = np.float32(0.0), np.float32(1.0)
Indexation = Literal["none", "cpi", "gdp_deflator", "average_earnings"]
_GROWTH = {
    "cpi": "cpi_growth",
    "gdp_deflator": "gdp_deflator_growth",
    "average_earnings": "average_earnings_growth",
}


FIGURES = default_figures(__file__)


def _status(name: str) -> Quantity:
    return FIGURES[f"annual_use.by_work_status.{name}"]


class Tranche(MeasureParams):
    """A payment into the account on a birthday."""

    age: int = setting(unit="years", description="Birthday on which the tranche arrives", ge=17, le=100)
    amount: Quantity = quantity(
        unit="£", description="Paid into the account, in prices of the start year", ge=0, le=MOST_POUNDS
    )


class Launch(MeasureParams):
    """What people get who are past the age of a tranche when the grant starts."""

    rule: Literal["flow_only", "current_band", "cumulative", "phased"] = setting(
        "current_band",
        unit="choice",
        description=(
            "flow_only: tranches of birthdays after the start only; current_band: also, on the first 1 April, the "
            "tranche of the age band each person is in; cumulative: all tranches of ages passed; phased: as "
            "current_band, but each birth cohort's payment waits for its turn over `phase_years`, and goes to those "
            "who are resident and not too old by then"
        ),
    )
    phase_years: int = setting(
        5, unit="years", description="phased: years over which birth cohorts take their turn", ge=1, le=40
    )
    phase_first: Literal["oldest", "youngest"] = setting(
        "oldest", unit="choice", description="phased: which birth cohorts are paid first"
    )


class ByWorkStatus(MeasureParams):
    """How likely people are to use the grant, relative to the labour force as a whole."""

    employee: Quantity = quantity(_status("employee"), unit="ratio", description="Employees", ge=0, le=20)
    self_employed: Quantity = quantity(
        _status("self_employed"), unit="ratio", description="Self-employed people", ge=0, le=20
    )
    unemployed: Quantity = quantity(_status("unemployed"), unit="ratio", description="Unemployed people", ge=0, le=20)
    inactive: Quantity = quantity(
        _status("inactive"),
        unit="ratio",
        description="Students, carers, sick people and others not seeking work",
        ge=0,
        le=20,
    )
    retired: Quantity = quantity(_status("retired"), unit="ratio", description="Retired people", ge=0, le=20)


class AnnualUse(MeasureParams):
    """The chance that someone with money in the account pays for a course in a year."""

    labour_force: Quantity = quantity(
        FIGURES["annual_use.labour_force"],
        unit="fraction a year",
        description="Chance for the labour force as a whole, before the ratios for work status and age",
        ge=0,
        le=1,
    )
    by_work_status: ByWorkStatus = setting(
        ByWorkStatus(), unit="group", description="Chance relative to the labour-force average, by work status"
    )
    by_age: Mapping[int, Quantity] = setting(
        {age: FIGURES[f"annual_use.by_age.{age}"] for age in (16, 40, 50, 60)},
        unit="ratio",
        description="Chance relative to the labour force as a whole, from each age on",
        ge=0,
        le=20,
    )
    part_year: bool = setting(
        True,
        unit="true or false",
        description="A first tranche can be used only in the part of the year after the birthday",
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.by_age or min(self.by_age) > 25:
            raise faults_error([Fault(("by_age",), "no chance for the youngest", None, "a first age of 25 or below")])
        return self


class Price(MeasureParams):
    """What a course costs the learner before the grant."""

    distribution: Literal["lognormal", "single"] = setting(
        "lognormal", unit="choice", description="Spread of prices: lognormal, or one price for all"
    )
    mean: Quantity = quantity(
        FIGURES["price.mean"],
        unit="£",
        description="Mean price of a course, in prices of `price_year`",
        gt=0,
        le=MOST_POUNDS,
    )
    price_year: FinancialYear = setting(
        2024, unit="financial year", description="Year in whose prices the mean is; it grows by `indexation` from then"
    )
    median_to_mean: Quantity = quantity(
        FIGURES["price.median_to_mean"],
        unit="ratio",
        description="Median price over mean price of the lognormal",
        gt=0,
        le=1,
    )
    indexation: Indexation = setting("cpi", unit="choice", description="Growth of prices after `price_year`")


class TransitionAreas(MeasureParams):
    """Local authorities where tranches are larger."""

    multiplier: Quantity = quantity(
        FIGURES["transition_areas.multiplier"],
        unit="ratio", description="Tranche in a transition area over the tranche elsewhere", ge=1, le=10,
    )  # fmt: skip
    areas: Mapping[str, tuple[str, ...]] = setting(
        {},
        unit="local authority codes",
        description="Codes by first financial year; each list replaces the one before it",
    )

    @model_validator(mode="after")
    def _dated(self) -> Self:
        self.areas_by_year()
        return self

    def areas_by_year(self) -> dict[int, tuple[str, ...]]:
        """The lists by first financial year, in order of year."""
        dated = {}
        for key, codes in self.areas.items():
            try:
                year = to_financial_year(key)
                if year in dated:
                    raise faults_error([Fault(("areas", key), f"{format_financial_year(year)} is given twice")])
                dated[year] = codes
            except ValueError:
                raise faults_error(
                    [Fault(("areas", key), "not a financial year", repr(key), "a year such as 2030-31")]
                ) from None
        return dict(sorted(dated.items()))


class Administration(MeasureParams):
    """What it costs to run the accounts. No figure is published: every default is a judgement."""

    fixed: Quantity = quantity(
        FIGURES["administration.fixed"],
        unit="£ a year", description="Running the service whatever its use, in prices of the start year", ge=0,
    )  # fmt: skip
    per_account: Quantity = quantity(
        FIGURES["administration.per_account"],
        unit="£ a year", description="For each account with money in it, in prices of the start year", ge=0,
        le=MOST_POUNDS,
    )  # fmt: skip
    per_use: Quantity = quantity(
        FIGURES["administration.per_use"],
        unit="£", description="For each year in which a person uses the grant, in prices of the start year", ge=0,
        le=MOST_POUNDS,
    )  # fmt: skip
    indexation: Indexation = setting(
        "average_earnings", unit="choice", description="Growth of administration costs after the start year"
    )


class Params(MeasureParams):
    """The block `kind: lifelong_training_grant` of a scenario."""

    start: FinancialYear = setting(2030, unit="financial year", description="Starts on 1 April of this year")
    tranches: tuple[Tranche, ...] = setting(
        (
            Tranche(age=25, amount=FIGURES["tranches.25"]),
            Tranche(age=40, amount=FIGURES["tranches.40"]),
            Tranche(age=55, amount=FIGURES["tranches.55"]),
        ),
        unit="list",
        description="Payments by birthday, in order of age",
    )
    launch: Launch = setting(Launch(), unit="group", description="People past a tranche's age at the start")
    upper_age: int = setting(
        66,
        unit="years",
        description="Last age at which the account is open; it closes on the next birthday",
        ge=17,
        le=109,
    )
    rollover: bool = setting(True, unit="true or false", description="Unused money stays when the next tranche arrives")
    indexation: Indexation = setting(
        "cpi", unit="choice", description="Growth of tranches paid after the first year; balances stay in cash"
    )
    annual_use: AnnualUse = setting(AnnualUse(), unit="group", description="Chance of use in a year")
    price: Price = setting(Price(), unit="group", description="Price of a course; spending is capped by the balance")
    transition_areas: TransitionAreas = setting(
        TransitionAreas(), unit="group", description="Areas where tranches are larger"
    )
    administration: Administration = setting(Administration(), unit="group", description="Cost of running the accounts")

    @model_validator(mode="after")
    def _ages_in_order(self) -> Self:
        ages = [tranche.age for tranche in self.tranches]
        for place, (before, after) in enumerate(pairwise(ages)):
            if after <= before:
                raise faults_error(
                    [Fault(("tranches", place + 1, "age"), "tranche ages out of order", str(after), f"above {before}")]
                )
        if ages and ages[-1] > self.upper_age:
            raise faults_error(
                [Fault(("upper_age",), "below the last tranche", str(self.upper_age), f"at least {ages[-1]}")]
            )
        return self


LINES = (
    Line("grant_spending", "Grant spent on education and training", "Department for Education", "RDEL", -1),
    Line("administration", "Running the accounts", "Department for Education", "RDEL", -1),
    Line("entitlement", "Tranches paid into accounts", "Department for Education", "memo"),
    Line("expired", "Unspent money that expired", "Department for Education", "memo"),
    Line("written_off", "Balances of people who died or left England", "Department for Education", "memo"),
    Line("balance", "Held in accounts on 31 March", "Department for Education", "memo", stock=True),
    Line("copayment", "Paid by learners beyond the balance", "Individuals", "memo"),
    Line("users", "People who used the grant in the year", "Individuals", "memo", unit="people"),
    Line("holders", "People with money in the account in the year", "Individuals", "memo", unit="people"),
)
SPENDING, ADMINISTRATION, ENTITLEMENT, EXPIRED, WRITTEN_OFF, BALANCE, COPAYMENT, USERS, HOLDERS = range(len(LINES))

# Where an account stands in a year, by age on 1 April.
SHUT, OPEN, CLOSES = 0, 1, 2


class State(NamedTuple):
    """What the kernel reads, and the one array it owns: balances. Money is in pence; tables are by year index."""

    group: int
    start: int  # financial year
    balance: np.ndarray  # int32 [rows]
    on_first_april: np.ndarray  # int32 [years, 2 x AGES], key = age x 2 + in a transition area
    on_birthday: np.ndarray  # int32 [years, 2 x AGES]
    stays_open: np.ndarray  # int32 [years, AGES], 1 where the account is still open at the end of the year
    usable: np.ndarray  # float32 [years, AGES], 1, or 0 where it closes on this year's birthday
    transition: np.ndarray  # uint8 [years, areas]
    chance: np.ndarray  # float32 [years, AGES x STATUS_KEYS], key = age x STATUS_KEYS + work status
    after_birthday: np.ndarray  # float32 [12], share of the year left after a birthday in each month
    part_year: np.float32  # 1: a first tranche is usable from the birthday, 0: all year
    price: np.ndarray  # int32 [years, PRICES], equally likely
    per_account: np.ndarray  # int32 [years]
    per_use: np.ndarray  # int32 [years]
    lapse: np.int32  # 0: unused money rolls over, 1: it expires when the next tranche arrives


@kernel
def cost(own, people, clock, age_sex, words, scratch, lines):
    """One year of every account in the block: tranches in, courses paid, and what expires or is written off."""
    if clock.year < own.start:
        return
    random_words(words, people.id, clock.key_0, clock.key_1, clock.year, own.group, clock.rows)
    birthday, price = scratch.whole[0], scratch.whole[1]
    _pay_in(own, people, clock, age_sex, birthday, lines)
    _choose(own, people, clock, age_sex, words, lines, scratch.score, price)
    _settle(own, people, clock, age_sex, birthday, lines)


@kernel
def _pay_in(own, people, clock, age_sex, birthday, lines):
    """Tranches: to residents on 1 April, on that day or on the birthday. `birthday` keeps the second for later."""
    count = np.uint64(clock.rows)
    area, resident = people.area, people.resident
    at_start, at_birthday = own.on_first_april[clock.year_index], own.on_birthday[clock.year_index]
    transition = own.transition[clock.year_index]
    entitlement, available = lines[ENTITLEMENT], lines[BALANCE]
    balance = own.balance
    for i in range(count):
        key = np.uint32((age_sex[i] & _EVEN) + np.uint32(transition[area[i]]))
        here = np.int32(resident[i])
        birthday[i] = np.int32(at_birthday[key] * here)
        entitlement[i] = np.int32(at_start[key] * here)
    for i in range(count):
        before = np.int32(balance[i] + entitlement[i])
        balance[i] = before
        available[i] = np.int32(before + birthday[i])
        entitlement[i] = np.int32(entitlement[i] + birthday[i])


@kernel
def _choose(own, people, clock, age_sex, words, lines, score, price):
    """Who pays for a course this year, at what price, and how much of it the account covers.

    `score` (float32) and `price` (int32) are scratch.
    """
    count = np.uint64(clock.rows)
    resident, status, month = people.resident, people.work_status, people.birth_month
    balance, available = own.balance, lines[BALANCE]
    chance, usable, after = own.chance[clock.year_index], own.usable[clock.year_index], own.after_birthday
    prices = own.price[clock.year_index]
    per_account, per_use = own.per_account[clock.year_index], own.per_use[clock.year_index]
    spending, copayment, users, holders = lines[SPENDING], lines[COPAYMENT], lines[USERS], lines[HOLDERS]
    administration = lines[ADMINISTRATION]
    happens, which = words[0], words[1]
    part_year = own.part_year
    for i in range(count):  # the chance in a full year, and the share of a year of closing for the oldest
        age = np.uint32(age_sex[i] >> _ONE)
        before = usable[age] + (_FULL - usable[age]) * (_FULL - after[month[i]])
        score[i] = chance[np.uint32(np.uint32(age * _STATUSES) + np.uint32(status[i]))] * before
    for i in range(count):
        price[i] = prices[np.uint32(which[i] >> _TWENTY)]
    for i in range(count):
        first = part_year if balance[i] == _NOTHING else _NEVER
        p = score[i] * (_FULL - first * (_FULL - after[month[i]]))
        holds = np.int32(available[i] > _NOTHING) * np.int32(resident[i])
        holders[i] = holds
        users[i] = holds * np.int32(uniform(happens[i]) < p)
    for i in range(count):
        paid = np.int32(price[i] * users[i])
        covered = min(paid, available[i])
        spending[i] = covered
        copayment[i] = np.int32(paid - covered)
    for i in range(count):
        administration[i] = np.int32(np.int32(per_account * holders[i]) + np.int32(per_use * users[i]))


@kernel
def _settle(own, people, clock, age_sex, birthday, lines):
    """What is left: kept, expired at the closing birthday or the next tranche, or written off."""
    count = np.uint64(clock.rows)
    resident = people.resident
    stays_open = own.stays_open[clock.year_index]
    balance, available = own.balance, lines[BALANCE]
    spending, expired, written_off = lines[SPENDING], lines[EXPIRED], lines[WRITTEN_OFF]
    lapse = own.lapse
    for i in range(count):
        left = np.int32(available[i] - spending[i])
        lapsed = max(np.int32(left - birthday[i]), _NOTHING)
        lapsed = np.int32(lapsed * lapse) if birthday[i] > _NOTHING else _NOTHING
        here = np.int32(resident[i])
        kept = np.int32(np.int32(left - lapsed) * np.int32(stays_open[age_sex[i] >> _ONE] * here))
        available[i] = kept
        balance[i] = kept
        expired[i] = np.int32(np.int32(left - kept) * here)
        written_off[i] = np.int32(np.int32(left - kept) * np.int32(_SINGLE - here))


def schedule(params: Params, years: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tranche numbers due on 1 April and on the birthday, and the account's standing, each [years, AGES].

    The first two count, for each tranche in order, how many are due: [years, AGES, tranches].
    """
    ages = np.arange(AGES)
    tranche_ages = np.array([tranche.age for tranche in params.tranches], int)
    first = np.zeros((len(years), AGES, len(tranche_ages)), int)
    birthday = np.zeros_like(first)
    account = np.zeros((len(years), AGES), np.uint8)
    open_ages = ages <= params.upper_age
    for index, year in enumerate(years):
        if year < params.start:
            continue
        account[index] = np.where(ages < params.upper_age, OPEN, np.where(ages == params.upper_age, CLOSES, SHUT))
        birthday[index] = ages[:, None] + 1 == tranche_ages
        age_at_start = ages - (year - params.start)
        passed = tranche_ages <= age_at_start[:, None]
        current = passed & ~np.concatenate([passed[:, 1:], np.zeros((AGES, 1), bool)], axis=1)
        if params.launch.rule == "cumulative":
            due = passed & (year == params.start)
        elif params.launch.rule == "current_band":
            due = current & (year == params.start)
        elif params.launch.rule == "phased":
            due = current & (turns(params, age_at_start) == year - params.start)[:, None]
        else:
            due = np.zeros_like(passed)
        first[index] = due & open_ages[:, None]
    return first, birthday, account


def turns(params: Params, age_at_start: np.ndarray) -> np.ndarray:
    """phased: how many years after the start each age (on the first 1 April) is paid; equal groups of ages."""
    if not params.tranches:
        return np.full(len(age_at_start), -1)
    youngest = params.tranches[0].age
    ages = params.upper_age - youngest + 1
    place = params.upper_age - age_at_start if params.launch.phase_first == "oldest" else age_at_start - youngest
    return np.where((place >= 0) & (place < ages), place * params.launch.phase_years // ages, -1)


def growth(parameters: Parameters, indexation: str, years: Sequence[int], start: int) -> np.ndarray:
    """Growth since the start year [years]; 1 up to the start."""
    if indexation == "none":
        return np.ones(len(years))
    index = parameters.index(_GROWTH[indexation], years, start)
    return np.where(np.asarray(years) <= start, 1.0, index)


@functools.cache
def lognormal_shape(median_to_mean: float) -> np.ndarray:
    """PRICES equally likely values with a mean of one: means of slices of a lognormal, so that the mean is exact."""
    normal = NormalDist()
    spread = np.sqrt(-2.0 * np.log(median_to_mean))
    edges = [normal.inv_cdf(k / PRICES) for k in range(1, PRICES)]
    share_below = np.array([0.0, *(normal.cdf(edge - spread) for edge in edges), 1.0])
    return np.diff(share_below) * PRICES


def prices(params: Params, parameters: Parameters, years: Sequence[int]) -> np.ndarray:
    """Equally likely prices in pence, int32 [years, PRICES]; zero before the start."""
    price = params.price
    index = np.ones(len(years))
    if price.indexation != "none":
        index = parameters.index(_GROWTH[price.indexation], years, price.price_year)
    table = np.zeros((len(years), PRICES))
    for place, year in enumerate(years):
        if year >= params.start:
            single = price.distribution == "single"
            shape = np.ones(PRICES) if single else lognormal_shape(price.median_to_mean.at(year))
            table[place] = shape * price.mean.at(year) * 100 * index[place]
    return _whole_pence(table, "prices")


def prepare(params: Params, setting: Setting, group: int) -> State:
    """The kernel's tables for the years and areas of a run, and empty accounts for `setting.rows` people."""
    years = setting.years
    count = len(years)
    first, birthday, account = schedule(params, years)
    tranche_growth = growth(setting.parameters, params.indexation, years, params.start)
    amounts = np.array(
        [
            [tranche.amount.at(year) * 100 if year >= params.start else 0.0 for tranche in params.tranches]
            for year in years
        ]
    ).reshape(count, len(params.tranches))
    multiplier = np.array(
        [params.transition_areas.multiplier.at(year) if year >= params.start else 1.0 for year in years]
    )
    elsewhere = np.rint(amounts * tranche_growth[:, None])
    inside_amount = np.rint(amounts * (tranche_growth * multiplier)[:, None])
    largest = np.maximum(elsewhere, inside_amount).max(axis=0, initial=0.0).sum()
    _whole_pence(np.array([largest]), "tranches")  # all of them, unspent
    chance = np.zeros((count, AGES, STATUS_KEYS), np.float32)
    use = params.annual_use
    bands = sorted(use.by_age)
    for index, year in enumerate(years):
        if year < params.start:
            continue
        by_age = np.array([use.by_age[max(band for band in bands if band <= max(age, bands[0]))].at(year)
                           for age in range(AGES)])  # fmt: skip
        by_status = np.array([getattr(use.by_work_status, name).at(year) for name in WORK_STATUSES])
        product = use.labour_force.at(year) * by_age[:, None] * by_status
        chance[index, :, : len(WORK_STATUSES)] = np.minimum(product, 1.0)
    administration = params.administration
    administration_growth = growth(setting.parameters, administration.indexation, years, params.start)
    months = np.arange(12)
    return State(
        group=group,
        start=params.start,
        balance=np.zeros(setting.rows, np.int32),
        on_first_april=_by_key(first, elsewhere, inside_amount),
        on_birthday=_by_key(birthday, elsewhere, inside_amount),
        stays_open=(account == OPEN).astype(np.int32),
        usable=(account != CLOSES).astype(np.float32),
        transition=transition_table(params, setting),
        chance=chance.reshape(count, AGES * STATUS_KEYS),
        after_birthday=((11.5 - months) / 12.0).astype(np.float32),
        part_year=np.float32(use.part_year),
        price=prices(params, setting.parameters, years),
        per_account=_pence(administration.per_account, years, params.start, administration_growth),
        per_use=_pence(administration.per_use, years, params.start, administration_growth),
        lapse=np.int32(not params.rollover),
    )


def _by_key(due: np.ndarray, elsewhere: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Pence due [years, 2 x AGES] from tranches due [years, AGES, tranches] and pence [years, tranches]."""
    outside = np.einsum("yat,yt->ya", due, elsewhere)
    doubled = np.einsum("yat,yt->ya", due, inside)
    return _whole_pence(np.stack([outside, doubled], axis=2).reshape(len(due), 2 * AGES), "tranches")


def _whole_pence(values: np.ndarray, what: str) -> np.ndarray:
    """Pence as int32. Raises InputError when an amount does not fit."""
    if values.max(initial=0.0) > MOST_PENCE:
        found, most = f"£{values.max() / 100:,.0f}", f"at most £{MOST_PENCE // 100:,}"
        raise InputError(Problem(f"{what} of the training grant grow too large", None, found, most))
    return np.rint(values).astype(np.int32)


def _pence(amount: Quantity, years: Sequence[int], start: int, index: np.ndarray) -> np.ndarray:
    values = [amount.at(year) * 100 * index[i] if year >= start else 0.0 for i, year in enumerate(years)]
    return _whole_pence(np.array(values), "administration")


def fixed(params: Params, setting: Setting) -> dict[str, np.ndarray]:
    """National costs that belong to nobody: running the service, in pence [years]."""
    index = growth(setting.parameters, params.administration.indexation, setting.years, params.start)
    values = [
        params.administration.fixed.at(year) * 100 * index[i] if year >= params.start else 0.0
        for i, year in enumerate(setting.years)
    ]
    return {"administration": np.rint(values).astype(np.int64)}


def check(params: Params, around: Surroundings) -> list[Fault]:
    """What only the population can tell: codes that are no local authority, a start before anybody lives."""
    faults = []
    for path, figure in quantities(params, ()):
        first = figure.steps[0].year
        if first is not None and first > params.start:
            found, expected = format_financial_year(first), f"a value for {format_financial_year(params.start)}"
            faults.append(Fault(path, "no value for the first year of the grant", found, expected))
    if params.start < around.first_year:
        earliest = f"{format_financial_year(around.first_year)} or later"
        faults.append(Fault(("start",), "before the population", format_financial_year(params.start), earliest))
    for key, codes in params.transition_areas.areas.items():
        for place, code in enumerate(codes):
            if RENAMED_AREAS.get(code, code) not in around.area_codes:
                near = nearest(code, around.area_codes)
                name = f"{near} ({around.area_names[list(around.area_codes).index(near)]})" if near else None
                path = ("transition_areas", "areas", key, place)
                faults.append(Fault(path, "unknown local authority", code, "a code such as E06000001", name))
    return faults


def area_groups(params: Params, setting: Setting) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """A breakdown by whether a local authority is a transition area in the year: labels, and [years, areas]."""
    return {"transition_area": (("elsewhere", "transition area"), transition_table(params, setting))}


def transition_table(params: Params, setting: Setting) -> np.ndarray:
    """1 where a local authority is a transition area, uint8 [years, areas]."""
    table = np.zeros((len(setting.years), len(setting.area_codes)), np.uint8)
    for year, codes in params.transition_areas.areas_by_year().items():
        inside = np.isin(np.asarray(setting.area_codes), [RENAMED_AREAS.get(code, code) for code in codes])
        table[[index for index, this in enumerate(setting.years) if this >= year]] = inside
    return table


MEASURE = Measure(
    kind="lifelong_training_grant",
    title="Lifelong Training Grant",
    params=Params,
    state=State,
    cost=cost,
    lines=LINES,
    prepare=prepare,
    own=("balance",),
    fixed=fixed,
    check=check,
    area_groups=area_groups,
    ratios=(
        Ratio("spending_per_user", "Grant spent per person who used it", "£", ("grant_spending",), ("users",)),
        Ratio(
            "share_drawn", "Share of the money in accounts that was spent", "fraction",
            ("grant_spending",), ("grant_spending", "expired", "written_off", "balance"),
        ),
    ),
)  # fmt: skip
