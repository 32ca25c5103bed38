"""What courses cost: a mixture of short courses, qualifications and modules of higher education."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

import numpy as np
from pydantic import model_validator

from microsim.measures.amounts import Indexation, level
from microsim.measures.lifelong_training_grant.figures import FIGURES
from microsim.measures.lifelong_training_grant.pence import MOST_POUNDS, whole_pence
from microsim.parameters.load import Parameters
from microsim.scenario.values import Fault, FinancialYear, MeasureParams, Quantity, faults_error, quantity, setting

if TYPE_CHECKING:
    from microsim.measures.lifelong_training_grant.params import Params

PRICES = 4096  # equally likely prices from which a course's price is drawn
PAYMENT_YEARS = 4  # the longest that a course can be paid for


class Price(MeasureParams):
    """What a short course costs the learner before the grant."""

    distribution: Literal["lognormal", "single"] = setting(
        "lognormal", unit="choice", description="Spread of prices of all courses: lognormal, or one price for each kind"
    )
    mean: Quantity = quantity(
        FIGURES["price.mean"],
        unit="£",
        description="Mean price of a short course, in prices of `price_year`",
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
    indexation: Indexation = setting("cpi", unit="choice", description="Growth of all prices after their `price_year`")


class Qualification(MeasureParams):
    """Courses towards a qualification below higher education."""

    share: Quantity = FIGURES.share("courses.qualification.share", "Share of uses")
    mean: Quantity = quantity(
        FIGURES["courses.qualification.mean"], unit="£", description="Mean price, in prices of `price_year`", gt=0,
        le=MOST_POUNDS,
    )  # fmt: skip
    median_to_mean: Quantity = quantity(
        FIGURES["courses.qualification.median_to_mean"], unit="ratio", description="Median over mean price", gt=0, le=1
    )
    price_year: FinancialYear = setting(2021, unit="financial year", description="Year in whose prices the mean is")
    payment: tuple[float, ...] = setting(
        (7 / 12, 5 / 12), unit="fractions", description="Share of the price paid in each year from the first", ge=0,
        le=1,
    )  # fmt: skip

    @model_validator(mode="after")
    def _whole(self) -> Self:
        return _checked_payment(self)


class HigherEducation(MeasureParams):
    """Modules of higher education."""

    share: Quantity = FIGURES.share("courses.higher_education.share", "Share of uses")
    mean: Quantity = quantity(
        FIGURES["courses.higher_education.mean"], unit="£", description="Mean price, in prices of `price_year`", gt=0,
        le=MOST_POUNDS,
    )  # fmt: skip
    median_to_mean: Quantity = quantity(
        FIGURES["courses.higher_education.median_to_mean"], unit="ratio", description="Median over mean price", gt=0,
        le=1,
    )  # fmt: skip
    price_year: FinancialYear = setting(2025, unit="financial year", description="Year in whose prices the mean is")
    payment: tuple[float, ...] = setting(
        (7 / 12, 5 / 12), unit="fractions", description="Share of the price paid in each year from the first", ge=0,
        le=1,
    )  # fmt: skip

    @model_validator(mode="after")
    def _whole(self) -> Self:
        return _checked_payment(self)


def _checked_payment(course: Any) -> Any:
    """The course, whose payment must be shares of a whole."""
    shares = course.payment
    if not 1 <= len(shares) <= PAYMENT_YEARS or abs(sum(shares) - 1.0) > 1e-6:
        found, expected = ", ".join(f"{one:g}" for one in shares), f"one to {PAYMENT_YEARS} shares that sum to 1"
        raise faults_error([Fault(("payment",), "not the shares of a price", found, expected)])
    return course


class Courses(MeasureParams):
    """Courses other than short ones; what is left of their shares is short courses, paid for at once."""

    qualification: Qualification = setting(Qualification(), unit="group", description="Courses towards a qualification")
    higher_education: HigherEducation = setting(
        HigherEducation(), unit="group", description="Modules of higher education"
    )

    @model_validator(mode="after")
    def _shares(self) -> Self:
        for one, other in _common_steps(self.qualification.share, self.higher_education.share):
            if one + other > 1.0:
                raise faults_error([Fault((), "shares of courses above 1", f"{one + other:g}", "at most 1")])
        return self


def _common_steps(one: Quantity, other: Quantity) -> list[tuple[float, float]]:
    """Two figures at every date at which either changes and both are known."""
    first = max(figure.steps[0].year or 0 for figure in (one, other))
    dates = {first, *(step.year for figure in (one, other) for step in figure.steps if (step.year or 0) > first)}
    return [(one.at(year), other.at(year)) for year in sorted(year or 0 for year in dates)]


class Incidence(MeasureParams):
    """What providers and the tax make of the price."""

    pass_through: Quantity = quantity(
        FIGURES["incidence.pass_through"],
        unit="fraction of the subsidy",
        description="Part of the grant that providers take by asking higher prices; not of higher education, whose "
        "fees are capped",
        ge=0,
        le=0.9,
    )
    taxable_share: Quantity = FIGURES.share(
        "incidence.taxable_share", "Share of spending with providers who charge VAT (in the price that the grant pays)"
    )


class CopaymentRule(MeasureParams):
    """What the learner must pay of every course. The paper names no charge."""

    share: Quantity = quantity(
        0, unit="fraction", description="Part of the price that the grant never pays", ge=0, le=1
    )


class PriceTables(NamedTuple):
    """What the kernel reads of prices; every place on the axis of PRICES is equally likely."""

    price: np.ndarray  # int32 [years, PRICES], pence, before any rise; zero before the start
    markup: np.ndarray  # float64 [years, PRICES], price with the grant over price without
    later: np.ndarray  # float64 [years, PAYMENT_YEARS - 1, PRICES], share paid in the second and later years
    learner_pays: np.ndarray  # float64 [years], share of every price


def price_tables(params: Params, parameters: Parameters, years: Sequence[int]) -> PriceTables:
    """The tables of `PriceTables`."""
    table, markup = np.zeros((len(years), PRICES)), np.ones((len(years), PRICES))
    later = np.zeros((len(years), PAYMENT_YEARS - 1, PRICES))
    learner = np.zeros(len(years))
    price, courses = params.price, params.courses
    for place, year in enumerate(years):
        if year < params.start:
            continue
        learner[place] = params.copayment.share.at(year)
        rise = 1.0 / (1.0 - params.incidence.pass_through.at(year) * (1.0 - learner[place]))
        first = 0
        kinds: tuple[Price | Qualification | HigherEducation, ...] = (
            price, courses.qualification, courses.higher_education,
        )  # fmt: skip
        for kind, count in zip(kinds, slots(params, year), strict=True):
            shape = np.ones(count)
            if price.distribution == "lognormal" and count:
                shape = lognormal_shape(kind.median_to_mean.at(year), count)
            grown = level(parameters, price.indexation, [year], kind.price_year)[0]
            table[place, first : first + count] = shape * kind.mean.at(year) * 100 * grown
            markup[place, first : first + count] = 1.0 if kind is courses.higher_education else rise
            for number, part in enumerate(getattr(kind, "payment", ())[1:]):
                later[place, number, first : first + count] = part
            first += count
    return PriceTables(whole_pence(table, "prices"), markup, later, learner)


def slots(params: Params, year: int) -> tuple[int, int, int]:
    """How many of the PRICES places short courses, qualifications and modules of higher education have."""
    if year < params.start:
        return PRICES, 0, 0
    qualification = round(params.courses.qualification.share.at(year) * PRICES)
    higher = min(round(params.courses.higher_education.share.at(year) * PRICES), PRICES - qualification)
    return PRICES - qualification - higher, qualification, higher


@functools.cache
def lognormal_shape(median_to_mean: float, count: int = PRICES) -> np.ndarray:
    """`count` equally likely values with a mean of one: means of slices of a lognormal, so that the mean is exact."""
    normal = NormalDist()
    spread = np.sqrt(-2.0 * np.log(median_to_mean))
    edges = [normal.inv_cdf(k / count) for k in range(1, count)]
    share_below = np.array([0.0, *(normal.cdf(edge - spread) for edge in edges), 1.0])
    return np.diff(share_below) * count
