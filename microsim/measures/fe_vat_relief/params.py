"""The block `kind: fe_vat_relief` of a scenario: what is refunded, to whom, by which law, and what colleges do with it.

Default figures, with their sources, are in `params.yaml`.
"""

from __future__ import annotations

from typing import Any, Literal

from microsim.measures.amounts import Indexation
from microsim.measures.barnett import Barnett
from microsim.scenario.figures import default_figures
from microsim.scenario.values import FinancialYear, MeasureParams, Quantity, quantity, setting

FIGURES = default_figures(__file__)
ESTIMATES = {name.partition(".")[2]: figure for name, figure in FIGURES.items() if name.startswith("estimates.")}
MOST_POUNDS = 100_000_000_000  # in any one amount


def _pounds(name: str, description: str) -> Any:
    return FIGURES.pounds(name, description, MOST_POUNDS)


class TopDown(MeasureParams):
    """A published estimate of the VAT that colleges cannot recover today."""

    amount: Quantity = _pounds("top_down.amount", "VAT that colleges cannot recover, in prices of `price_year`")
    price_year: FinancialYear = setting(2024, unit="financial year", description="Year the estimate was made in")


class BottomUp(MeasureParams):
    """The same from colleges' accounts: what they buy, how much of it bears VAT, and what they recover already."""

    spending: Quantity = _pounds("bottom_up.spending", "Colleges' spending a year, in prices of `price_year`")
    data_year: FinancialYear = setting(
        2022, unit="financial year", description="Year the money was spent in: real growth and academies count from it"
    )
    price_year: FinancialYear = setting(2024, unit="financial year", description="Year in whose prices spending is")
    non_pay_share: Quantity = FIGURES.share(
        "bottom_up.non_pay_share", "Share of spending that is not pay, VAT included"
    )
    taxable_share: Quantity = FIGURES.share(
        "bottom_up.taxable_share", "Share of that which bears VAT at the standard rate"
    )
    already_recovered: Quantity = FIGURES.share("bottom_up.already_recovered", "Share of the VAT on it recovered today")
    capital_spending: Quantity = _pounds(
        "bottom_up.capital_spending", "Buildings and equipment with VAT beyond the accounts' spending, same prices"
    )


class Growth(MeasureParams):
    """How the VAT grows from the year of the estimate."""

    index: Indexation = setting("gdp_deflator", unit="choice", description="Prices that colleges' purchases follow")
    real: Quantity = quantity(
        FIGURES["growth.real"], unit="fraction a year", description="Growth beyond prices, each year", ge=-0.2, le=0.2
    )
    follow_learners: bool = setting(
        False,
        unit="true or false",
        description=(
            "From the start, the VAT also follows the simulated number of college learners, those of colleges that "
            "become academies included: `scope` takes these off"
        ),
    )


class Scope(MeasureParams):
    """Which colleges are covered. Sixth-form colleges that have become academies recover their VAT already."""

    further_education: bool = setting(
        True, unit="true or false", description="General, land-based, art and designated further education colleges"
    )
    sixth_form: bool = setting(True, unit="true or false", description="Sixth-form colleges that are not academies")
    sixth_form_share: Quantity = FIGURES.share(
        "scope.sixth_form_share", "Their share of the VAT in the year of the estimate, the same for both estimates"
    )
    academised_share: Quantity = FIGURES.share(
        "scope.academised_share", "Share of sixth-form colleges that are academies, by year, whatever the relief"
    )


class RouteCoverage(MeasureParams):
    """Part of the VAT that each legal route gives back."""

    s33_listing: Quantity = FIGURES.share(
        "route_coverage.s33_listing", "Colleges listed in section 33, as councils are"
    )
    s33b_style: Quantity = FIGURES.share("route_coverage.s33b_style", "A section like 33B, as academies have")
    s41: Quantity = FIGURES.share("route_coverage.s41", "Section 41, as government departments have")
    grant_compensation: Quantity = FIGURES.share(
        "route_coverage.grant_compensation", "A grant of the Department in its place"
    )


class Administration(MeasureParams):
    """Running the refunds."""

    fixed: Quantity = _pounds("administration.fixed", "Claims and checks, in prices of the start year")


class BarnettOfRelief(Barnett):
    """What the other governments of the United Kingdom would get: for a grant, in a budget; not for a refund."""

    on_refunds: bool = setting(
        False, unit="true or false", description="Whether refunds, which are outside departments' budgets, count too"
    )


class Learners(MeasureParams):
    """Whom the money is shared over in breakdowns: college learners, an adult counting less than a young person."""

    fe_at_colleges: Quantity = FIGURES.share(
        "learners.fe_at_colleges", "Share of those of 16 to 18 in further education who are at a college"
    )
    adults_at_colleges: Quantity = FIGURES.share(
        "learners.adults_at_colleges", "Share of publicly and loan-funded adult learners who are at colleges"
    )
    adult_weight: Quantity = FIGURES.share("learners.adult_weight", "What an adult counts beside a learner of 16 to 18")
    count_year: FinancialYear = setting(
        2027, unit="financial year", description="Year in which the numbers of learners below are counted, on 1 April"
    )
    further_education: Quantity = FIGURES.number(
        "learners.further_education",
        "Learners of 16 to 18 in further education: what colleges spend is divided among those counted; they grow with "
        "the age group",
        "people",
        None,
    )
    sixth_form: Quantity = FIGURES.number(
        "learners.sixth_form", "The same at sixth-form colleges, academies among them", "people", None
    )
    adults: Quantity = FIGURES.number("learners.adults", "Publicly and loan-funded adult learners", "people", None)


class Params(MeasureParams):
    """The block `kind: fe_vat_relief` of a scenario."""

    start: FinancialYear = setting(2027, unit="financial year", description="Purchases from 1 April of this year count")
    basis: Literal["top_down", "bottom_up"] = setting(
        "top_down",
        unit="choice",
        description="Which estimate scores. The other is shown beside it, neither is scaled to the other",
    )
    top_down: TopDown = setting(TopDown(), unit="group", description="The sector's published estimate")
    bottom_up: BottomUp = setting(BottomUp(), unit="group", description="The estimate from colleges' accounts")
    growth: Growth = setting(Growth(), unit="group", description="Growth from the year of the estimate")
    scope: Scope = setting(Scope(), unit="group", description="Which colleges are covered")
    legal_route: Literal["s33_listing", "s33b_style", "s41", "grant_compensation"] = setting(
        "s33b_style",
        unit="choice",
        description=(
            "s33_listing, s33b_style, s41: refunds by HM Revenue and Customs, outside departments' budgets; "
            "grant_compensation: a grant of the Department for Education, in its budget"
        ),
    )
    route_coverage: RouteCoverage = setting(
        RouteCoverage(), unit="group", description="Part of the VAT that each legal route gives back"
    )
    claim_lag_months: int = setting(
        0, unit="months", description="Delay from a purchase to its refund, in cash", ge=0, le=12
    )
    grant_clawback: Quantity = FIGURES.share(
        "grant_clawback", "Part of the relief taken back through lower funding rates"
    )
    spent_share: Quantity = FIGURES.share(
        "spent_share", "Part of what colleges keep that they spend; the rest stays in the public sector"
    )
    outsourcing_response: Quantity = FIGURES.share(
        "outsourcing_response", "Share of colleges' pay bill moved to bought-in services that bear refunded VAT"
    )
    administration: Administration = setting(Administration(), unit="group", description="Cost of running the refunds")
    barnett: BarnettOfRelief = setting(
        BarnettOfRelief(), unit="group", description="Consequences for the devolved budgets"
    )
    learners: Learners = setting(Learners(), unit="group", description="College learners, the key of breakdowns")
