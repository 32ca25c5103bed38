"""The block of a scenario: the reform, the path it is compared with, pay and compliance, and what follows."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import model_validator

from microsim.scenario.figures import default_figures
from microsim.scenario.values import Fault, FinancialYear, MeasureParams, Quantity, faults_error, quantity, setting
from microsim.years import format_financial_year

FIGURES = default_figures(__file__)
MOST_POUNDS = 100_000
FIRST_PATH_YEAR = 2026  # the financial year of the last rates that are law

REFORMS = ("none", "abolish", "discount", "adults_only")  # order of the codes in `rules`
WITHIN_YEAR = ("apprenticeship_year", "financial_year", "first_april")


class NonCompliance(MeasureParams):
    """Who is paid less than is due, before and after: a draw of each person that lasts."""

    before_levels_2_3: Quantity = FIGURES.share(
        "non_compliance.before_levels_2_3",
        "Levels 2 and 3: how many are really paid less than is due today; the others get what is due",
        "fraction of those whom the population has below the minimum",
    )
    before_levels_4_7: Quantity = FIGURES.share(
        "non_compliance.before_levels_4_7",
        "Levels 4 to 7: how many are really paid less than is due today",
        "fraction of those whom the population has below the minimum",
    )
    after: Quantity = FIGURES.share(
        "non_compliance.after",
        "How many are not raised to the new minimum",
        "fraction of those paid lawfully today but below the new minimum",
    )
    persists: Quantity = FIGURES.share(
        "non_compliance.persists",
        "How many stay on their pay when the minimum rises; the others get the new minimum",
        "fraction of those underpaid today",
    )


class Spillover(MeasureParams):
    """Pay of apprentices just above the new minimum, of whom the minimum rises."""

    share_above: Quantity = FIGURES.share(
        "spillover.share_above",
        "Rise of pay that stands at the new minimum already; less above it",
        "fraction of the rise of the minimum",
    )
    reach: Quantity = FIGURES.number(
        "spillover.reach", "How far above the new minimum the last rise is", "fraction of the new minimum", 5
    )


class Starts(MeasureParams):
    """Apprenticeships that do not start because they cost more. The first is that of the second year of the reform."""

    elasticity_under_19: Quantity = FIGURES.number(
        "starts.elasticity_under_19",
        "Starts under 19 (age on 1 April): share lost over the share by which pay and contributions rise",
        "fall of starts per rise of pay and contributions",
        10,
    )
    elasticity_19_24: Quantity = FIGURES.number(
        "starts.elasticity_19_24", "The same at 19 to 24", "fall of starts per rise of pay and contributions", 10
    )
    elasticity_25: Quantity = FIGURES.number(
        "starts.elasticity_25", "The same from 25", "fall of starts per rise of pay and contributions", 10
    )
    in_other_work: Quantity = FIGURES.share(
        "starts.in_other_work",
        "In another job for as long as the apprenticeship would have lasted; the others earn nothing",
        "fraction of those who do not start",
    )
    pay_in_other_work: Quantity = FIGURES.share(
        "starts.pay_in_other_work",
        "What the other job pays, with an employer of the same sector",
        "fraction of the pay without the reform",
    )
    output_lost: Quantity = FIGURES.share(
        "starts.output_lost",
        "What the people would have produced: only the rest of that cost is profit, which is taxed",
        "fraction of the cost that private employers do not pay",
    )


class Funding(MeasureParams):
    """Public money for training apprentices. The budget is fixed in cash: it falls only where a scenario says so."""

    falls: bool = setting(
        False,
        unit="true or false",
        description="Money for apprenticeships that do not start, and for training cut, is saved, not spent on others",
    )
    per_apprentice: Quantity = FIGURES.number(
        "funding.per_apprentice",
        "Public spending on training an apprentice for a year, in prices of `price_year`",
        "£ a year",
        MOST_POUNDS,
    )
    price_year: FinancialYear = setting(
        2024, unit="financial year", description="Year in whose prices it is; it grows with the GDP deflator from then"
    )


class CorporationTax(MeasureParams):
    """How much of what private employers pay more comes off corporation tax."""

    incorporated: Quantity = FIGURES.share(
        "corporation_tax.incorporated",
        "Pay of apprentices by companies; income tax of unincorporated owners is left out",
        "fraction of private pay",
    )
    taxable: Quantity = FIGURES.share(
        "corporation_tax.taxable", "Pay by companies that have corporation tax to pay", "fraction of companies' pay"
    )
    at_small_profits_rate: Quantity = FIGURES.share(
        "corporation_tax.at_small_profits_rate",
        "Pay by companies at the small profits rate; the others are at the main rate",
        "fraction of taxable companies' pay",
    )


class Params(MeasureParams):
    """The block `kind: apprentice_minimum_wage` of a scenario."""

    start: FinancialYear = setting(2027, unit="financial year", description="Starts on 1 April of this year")
    reform: Literal["none", "abolish", "discount", "adults_only"] = setting(
        "abolish",
        unit="choice",
        description=(
            "abolish: apprentices are due the minimum wage of their age; discount: from 18, `first_year_share` of it "
            "in the first year and all of it after; adults_only: the minimum wage of their age from the age of the "
            "adult rate on, as now below it; none: all stays as it is"
        ),
    )
    first_year_share: Quantity = quantity(
        FIGURES["first_year_share"],
        unit="fraction of the rate of the age",
        description="discount: minimum in the first year, to the penny, and never below the apprentice rate",
        gt=0,
        le=1,
    )
    counterfactual: Literal["hold_ratios", "age_bands_end"] = setting(
        "hold_ratios",
        unit="choice",
        description=(
            "Rates without the reform. hold_ratios: the official figures, which keep the 2026 ratios to the adult "
            "rate; age_bands_end: the rate for 18 to 20 rises in a straight line to the adult rate, reached in "
            "`age_bands_end`"
        ),
    )
    age_bands_end: FinancialYear = setting(
        2030,
        unit="financial year",
        description="age_bands_end: first year in which the rate for 18 to 20 is the adult rate",
    )
    within_year: Literal["apprenticeship_year", "financial_year", "first_april"] = setting(
        "apprenticeship_year",
        unit="choice",
        description=(
            "Which twelve months are counted. apprenticeship_year: those from the last anniversary to the next, with "
            "the birthday in them, so that the apprentices of 1 April stand for those of every day; financial_year: "
            "April to March, in which the first twelve months end and those who start are not seen; first_april: age "
            "and year on 1 April all year"
        ),
    )
    weeks: Quantity = quantity(
        FIGURES["weeks"], unit="weeks", description="Paid weeks in a year, of hours as usual", ge=1, le=53
    )
    non_compliance: NonCompliance = setting(NonCompliance(), unit="group", description="Pay below the minimum")
    spillover: Spillover = setting(Spillover(), unit="group", description="Pay just above the new minimum")
    starts: Starts = setting(Starts(), unit="group", description="Apprenticeships that do not start")
    training_cut: Quantity = FIGURES.share(
        "training_cut",
        "Training lost, shorter apprenticeships included, by apprentices raised to the new minimum",
        "fraction of training",
    )
    funding: Funding = setting(Funding(), unit="group", description="Public money for training apprentices")
    corporation_tax: CorporationTax = setting(
        CorporationTax(), unit="group", description="What private employers deduct from profits"
    )

    @model_validator(mode="after")
    def _path_ahead(self) -> Self:
        if self.age_bands_end <= FIRST_PATH_YEAR:
            first = f"{format_financial_year(FIRST_PATH_YEAR + 1)} or later"
            found = format_financial_year(self.age_bands_end)
            raise faults_error([Fault(("age_bands_end",), "the rates of that year are law", found, first)])
        return self


def alternatives(params: Params) -> dict[str, Params]:
    """The other reforms, the other path of rates, full compliance and no responses, each with all else as chosen."""
    zero = Quantity.of(0.0)
    ends = FIGURES["first_year_share"].range_at(params.start) or ()
    elasticities = ("elasticity_under_19", "elasticity_19_24", "elasticity_25")
    static = {
        "spillover": params.spillover.model_copy(update={"share_above": zero}),
        "starts": params.starts.model_copy(update=dict.fromkeys(elasticities, zero)),
    }
    lawful = NonCompliance(before_levels_2_3=zero, before_levels_4_7=zero, after=zero, persists=zero)
    other: dict[str, dict[str, Any]] = {
        "abolish": {"reform": "abolish"},
        **{
            f"discount_to_{share * 100:.0f}": {"reform": "discount", "first_year_share": Quantity.of(share)}
            for share in reversed(ends)
        },
        "adults_only": {"reform": "adults_only"},
        "age_bands_end": {"counterfactual": "age_bands_end"},
        "full_compliance": {"non_compliance": lawful},
        "static": static,
    }
    found = {label: params.model_copy(update=update) for label, update in other.items()}
    return {label: one for label, one in found.items() if one != params}
