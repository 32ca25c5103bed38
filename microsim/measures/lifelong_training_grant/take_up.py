"""Who uses the grant: people who would learn anyway and switch to it, and learners whom it induces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

import numpy as np
from pydantic import model_validator

from microsim.measures.amounts import growth, level
from microsim.measures.lifelong_training_grant.accounts import AGES
from microsim.measures.lifelong_training_grant.figures import FIGURES
from microsim.measures.lifelong_training_grant.pence import MOST_POUNDS
from microsim.parameters.load import Parameters
from microsim.population.columns import ADULT_LEARNING
from microsim.population.people import QUALIFICATIONS, SEXES, WORK_STATUSES
from microsim.scenario.values import (
    Fault,
    FinancialYear,
    MeasureParams,
    Quantity,
    faults_error,
    quantity,
    setting,
)

if TYPE_CHECKING:
    from microsim.measures.lifelong_training_grant.params import Params

STATUS_KEYS = 8  # places for a work status in a flat table
SINCE_TRANCHE = 16  # years since the last tranche that are told apart
BALANCE_BINS = 4096  # of £20.48, up to £83,886; the last holds everything above
BALANCE_SHIFT = 11  # a bin is a balance in pence shifted by this many bits
SWITCHING = ("self_paid", "loan_funded", "employer_paid")  # in the order of the payers in an account


def ratio(name: str, description: str) -> Any:
    """A field for a chance relative to the average."""
    return FIGURES.number(name, description, "ratio", 20)


class ByWorkStatus(MeasureParams):
    """How likely people are to use the grant, relative to the labour force as a whole."""

    employee: Quantity = ratio("annual_use.by_work_status.employee", "Employees")
    self_employed: Quantity = ratio("annual_use.by_work_status.self_employed", "Self-employed people")
    unemployed: Quantity = ratio("annual_use.by_work_status.unemployed", "Unemployed people")
    inactive: Quantity = ratio(
        "annual_use.by_work_status.inactive", "Students, carers, sick people and others not seeking work"
    )
    retired: Quantity = ratio("annual_use.by_work_status.retired", "Retired people")


class AnnualUse(MeasureParams):
    """The chance that someone with money in the account pays for a course in a year."""

    labour_force: Quantity = FIGURES.share(
        "annual_use.labour_force",
        "Users over the labour force of the account's ages, once awareness is full (see `take_up.level`)",
        "fraction a year",
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


class SelfPaid(MeasureParams):
    """Learners who pay a fee themselves."""

    eligible: Quantity = FIGURES.share(
        "take_up.switching.self_paid.eligible", "Share whose course the grant could pay for"
    )
    claimed: Quantity = FIGURES.share(
        "take_up.switching.self_paid.claimed", "Share of those who claim the grant for it"
    )
    of_labour_force: Quantity = FIGURES.share(
        "take_up.switching.self_paid.of_labour_force", "Such learners in the labour force of the account's ages"
    )


class LoanFunded(MeasureParams):
    """Learners with an Advanced Learner Loan."""

    eligible: Quantity = FIGURES.share(
        "take_up.switching.loan_funded.eligible", "Share whose course the grant could pay for"
    )
    claimed: Quantity = FIGURES.share(
        "take_up.switching.loan_funded.claimed", "Share of those who claim the grant for it"
    )
    of_labour_force: Quantity = FIGURES.share(
        "take_up.switching.loan_funded.of_labour_force", "Such learners in the labour force of the account's ages"
    )


class EmployerPaid(MeasureParams):
    """Employees whose employer pays for their learning."""

    eligible: Quantity = FIGURES.share(
        "take_up.switching.employer_paid.eligible", "Share whose course the grant could pay for"
    )
    claimed: Quantity = FIGURES.share(
        "take_up.switching.employer_paid.claimed", "Share of those who claim the grant for it"
    )
    of_labour_force: Quantity = FIGURES.share(
        "take_up.switching.employer_paid.of_labour_force", "Such learners in the labour force of the account's ages"
    )


class Switching(MeasureParams):
    """People who would learn without the grant and let it pay: the chance is `eligible` x `claimed`."""

    self_paid: SelfPaid = setting(SelfPaid(), unit="group", description="Learners who pay for themselves")
    loan_funded: LoanFunded = setting(LoanFunded(), unit="group", description="Learners who borrow")
    employer_paid: EmployerPaid = setting(EmployerPaid(), unit="group", description="Learners whose employer pays")


class ByQualification(MeasureParams):
    """Chance of induced use relative to the average, by highest qualification."""

    none: Quantity = ratio("take_up.by_qualification.none", "No qualification")
    other: Quantity = ratio("take_up.by_qualification.other", "Other qualifications")
    level1: Quantity = ratio("take_up.by_qualification.level1", "Level 1 qualifications")
    level2: Quantity = ratio("take_up.by_qualification.level2", "Level 2 qualifications")
    apprenticeship: Quantity = ratio("take_up.by_qualification.apprenticeship", "Apprenticeship")
    level3: Quantity = ratio("take_up.by_qualification.level3", "Level 3 qualifications")
    level4plus: Quantity = ratio("take_up.by_qualification.level4plus", "Level 4 and above")


class BySex(MeasureParams):
    """Chance of induced use relative to the average, by sex."""

    female: Quantity = ratio("take_up.by_sex.female", "Induced use by women")
    male: Quantity = ratio("take_up.by_sex.male", "Induced use by men")


class PayBand(MeasureParams):
    """People in work who are paid at least so much."""

    at_least: float = setting(
        unit="£ a year, prices of pay_year", description="Gross pay from which the band starts", gt=0, le=MOST_POUNDS
    )
    ratio: Quantity = quantity(unit="ratio", description="Chance relative to the average", ge=0, le=20)


class Awareness(MeasureParams):
    """How many of those who would use the grant know of it: a ramp after launch, times one after each tranche."""

    at_launch: Quantity = FIGURES.share("take_up.awareness.at_launch", "Share in the first year of the grant")
    launch_years: int = setting(
        4, unit="years", description="Years after the start until awareness is full, in equal steps", ge=0, le=40
    )
    at_tranche: Quantity = FIGURES.share("take_up.awareness.at_tranche", "Share in the year in which a tranche arrives")
    tranche_years: int = setting(
        2, unit="years", description="Years after a tranche until awareness is full again, in equal steps", ge=0, le=15
    )


class TakeUp(MeasureParams):
    """Switchers and induced learners. The chance of either differs by who people are."""

    level: Literal["all_users", "induced"] = setting(
        "all_users",
        unit="choice",
        description="What annual_use.labour_force is: all_users: of everybody, so that induced learners are that level "
        "less the switchers, who are scaled down where they exceed it; induced: of induced learners alone, and "
        "switchers come on top",
    )
    switching: Switching = setting(Switching(), unit="group", description="People who would learn anyway")
    mean_relative: Quantity = quantity(
        FIGURES["take_up.mean_relative"],
        unit="ratio",
        description="Average of all relative chances over the labour force of the account's ages, by which the level "
        "of induced use is divided",
        gt=0,
        le=20,
    )
    by_qualification: ByQualification = setting(
        ByQualification(), unit="group", description="Induced use by highest qualification"
    )
    by_sex: BySex = setting(BySex(), unit="group", description="Induced use by sex")
    by_pay: tuple[PayBand, ...] = setting(
        tuple(
            PayBand(at_least=pounds, ratio=FIGURES[f"take_up.by_pay.{name}"])
            for pounds, name in ((1.0, "lowest"), (15000.0, "15000"), (30000.0, "30000"), (45000.0, "45000"))
        ),
        unit="list",
        description="Induced use by pay of people in work, in order of pay; 1 below the first band and without work",
    )
    pay_year: FinancialYear = setting(
        2016, unit="financial year", description="Year in whose pay the bands are; they grow with average earnings"
    )
    awareness: Awareness = setting(Awareness(), unit="group", description="Ramps after launch and after each tranche")
    claimed_of_booked: Quantity = quantity(
        FIGURES["take_up.claimed_of_booked"],
        unit="fraction",
        description="Courses that are taken up and paid for, of those that are booked",
        gt=0,
        le=1,
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for place, (before, after) in enumerate(zip(self.by_pay, self.by_pay[1:], strict=False)):
            if after.at_least <= before.at_least:
                found, expected = f"{after.at_least:g}", f"above {before.at_least:g}"
                raise faults_error([Fault(("by_pay", place + 1, "at_least"), "pay out of order", found, expected)])
        return self


class BalanceResponse(MeasureParams):
    """Use and spending per use rise with the balance: (balance / reference) to the power of an elasticity."""

    reference: Quantity = quantity(
        FIGURES["balance_response.reference"],
        unit="£ in the account",
        description="Balance at which use and prices are as given, in prices of the start year; grows with the CPI",
        gt=0,
        le=MOST_POUNDS,
    )
    use: Quantity = FIGURES.share("balance_response.use", "Of the chance of induced use to the balance", "elasticity")
    spending: Quantity = FIGURES.share(
        "balance_response.spending", "Of the price of the course chosen to the balance", "elasticity"
    )


class Advice(MeasureParams):
    """Advice and guidance when people come to use the money."""

    uplift: Quantity = FIGURES.number(
        "advice.uplift", "Induced use added by advice, over induced use without it", "fraction", 5
    )
    per_user: Quantity = FIGURES.number(
        "advice.per_user",
        "Cost of advice for each person who uses the grant, in prices of the start year",
        "£",
        MOST_POUNDS,
    )


class UseTables(NamedTuple):
    """What the kernel reads of take-up, by year index and zero before the start."""

    chance: np.ndarray  # float32 [years, AGES x STATUS_KEYS]: level, age and work status
    person: np.ndarray  # float32 [years, 2 x qualifications]: qualification x 2 + sex
    pay_from: np.ndarray  # float32 [years, bands], pounds a year
    pay_ratio: np.ndarray  # float32 [years, bands]
    switch: np.ndarray  # float32 [years, ADULT_LEARNING]
    aware: np.ndarray  # float32 [years, SINCE_TRANCHE]
    use_by_balance: np.ndarray  # float32 [years, BALANCE_BINS]
    price_by_balance: np.ndarray  # float32 [years, BALANCE_BINS]
    booked: np.ndarray  # float32 [years], bookings over uses


def use_tables(params: Params, years: Sequence[int], parameters: Parameters) -> UseTables:
    """The tables of `UseTables`."""
    chance = np.zeros((len(years), AGES, STATUS_KEYS), np.float32)
    person = np.ones((len(years), len(QUALIFICATIONS) * len(SEXES)), np.float32)
    switch = np.zeros((len(years), len(ADULT_LEARNING)), np.float32)
    aware = np.zeros((len(years), SINCE_TRANCHE), np.float32)
    take_up = params.take_up
    pay_level = level(parameters, "average_earnings" if take_up.by_pay else "none", years, take_up.pay_year)
    pay_from = np.array([band.at_least for band in take_up.by_pay])[None] * pay_level[:, None]
    pay_ratio = np.ones(pay_from.shape)
    for index, year in enumerate(years):
        if year < params.start:
            continue
        chance[index, :, : len(WORK_STATUSES)] = induced_chance(params, year)
        person[index] = np.outer(
            [getattr(take_up.by_qualification, name).at(year) for name in QUALIFICATIONS],
            [getattr(take_up.by_sex, name).at(year) for name in SEXES],
        ).ravel()
        served = params.budget.served_share.at(year)
        served *= switching_scale(params, year)
        for name in SWITCHING:
            switch[index, ADULT_LEARNING.index(name)] = served * switching_chance(take_up, name, year)
        aware[index] = awareness(take_up.awareness, year, year - params.start)
        pay_ratio[index] = [band.ratio.at(year) for band in take_up.by_pay]
    use, price = balance_tables(params, years, parameters)
    booked = np.array([1.0 / take_up.claimed_of_booked.at(year) if year >= params.start else 1.0 for year in years])
    tables = (chance.reshape(len(years), -1), person, pay_from, pay_ratio, switch, aware, use, price, booked)
    return UseTables(*(np.ascontiguousarray(table, np.float32) for table in tables))


def switching_chance(take_up: TakeUp, name: str, year: int) -> float:
    """The chance that somebody who learns in the way `name` lets the grant pay."""
    group = getattr(take_up.switching, name)
    return float(group.eligible.at(year) * group.claimed.at(year))


def switchers(take_up: TakeUp, year: int) -> float:
    """People who would let the grant pay for what they learn anyway, over the labour force of the account's ages."""
    return sum(
        float(getattr(take_up.switching, name).of_labour_force.at(year)) * switching_chance(take_up, name, year)
        for name in SWITCHING
    )


def switching_scale(params: Params, year: int) -> float:
    """Part of the switchers for whom there is room in the level wanted: 1 unless they alone exceed it."""
    if params.take_up.level != "all_users":
        return 1.0
    wanted, found = params.annual_use.labour_force.at(year), switchers(params.take_up, year)
    return float(wanted / found) if found > wanted else 1.0


def induced_level(params: Params, year: int) -> float:
    """The chance of induced use where every relative chance is at its average: the level wanted less the switchers."""
    take_up = params.take_up
    wanted = params.annual_use.labour_force.at(year)
    if take_up.level == "all_users":
        wanted -= min(switchers(take_up, year), wanted)
    return float(wanted / take_up.mean_relative.at(year))


def induced_chance(params: Params, year: int) -> np.ndarray:
    """The chance by age and work status [AGES, work statuses], with advice, of those who are served."""
    use = params.annual_use
    bands = sorted(use.by_age)
    by_age = [use.by_age[max(band for band in bands if band <= max(age, bands[0]))].at(year) for age in range(AGES)]
    by_status = [getattr(use.by_work_status, name).at(year) for name in WORK_STATUSES]
    top = induced_level(params, year) * (1.0 + params.advice.uplift.at(year)) * params.budget.served_share.at(year)
    return np.minimum(top * np.outer(by_age, by_status), 1.0)


def awareness(ramps: Awareness, year: int, since_start: int) -> np.ndarray:
    """The share who know of the grant, by years since the last tranche [SINCE_TRANCHE]."""
    launch = ramp(ramps.at_launch.at(year), ramps.launch_years, np.array(since_start))
    return launch * ramp(ramps.at_tranche.at(year), ramps.tranche_years, np.arange(SINCE_TRANCHE))


def ramp(first: float, length: int, since: np.ndarray) -> np.ndarray:
    """From `first` in year 0 to 1 after `length` years, in equal steps."""
    done = np.minimum(since / length, 1.0) if length else np.ones(np.shape(since))
    return first + (1.0 - first) * done


def balance_tables(params: Params, years: Sequence[int], parameters: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """Factors on use and on price by bin of the balance, each [years, BALANCE_BINS], at the middle of the bin."""
    response = params.balance_response
    middle = (np.arange(BALANCE_BINS) + 0.5) * 2**BALANCE_SHIFT / 100
    index = growth(parameters, "cpi", years, params.start)
    use, price = np.ones((2, len(years), BALANCE_BINS))
    for place, year in enumerate(years):
        if year >= params.start:
            relative = middle / (response.reference.at(year) * index[place])
            use[place] = relative ** response.use.at(year)
            price[place] = relative ** response.spending.at(year)
    return use, price
