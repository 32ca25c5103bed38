"""The block `kind: skills_tax_credit` of a scenario: what the credit is paid on, to whom, how much, and what follows.

The policy paper names the tiers and no rate. Every choice it leaves open is a field here; the default figures, with
their sources, are in `figures.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import model_validator

from microsim.population.people import INDUSTRIES
from microsim.scenario.figures import default_figures
from microsim.scenario.values import Fault, FinancialYear, MeasureParams, Quantity, faults_error, quantity, setting
from microsim.years import format_financial_year

FIGURES = default_figures(str(Path(__file__).with_name("figures.yaml")))
MOST_POUNDS = 10_000_000_000  # in any one national amount
BASES = ("external_fees", "accredited_external", "off_the_job_course", "off_the_job_all", "all_training_cost")
TIERS = ("enhanced", "standard", "basic")
SIZES = ("micro", "small", "medium", "large")
Base = Literal["external_fees", "accredited_external", "off_the_job_course", "off_the_job_all", "all_training_cost"]
Form = Literal["extra_deduction", "taxable_credit", "payroll_credit"]


def _sections() -> dict[str, Quantity]:
    named = {section: FIGURES.get(f"priority.sections.{section}") for section in INDUSTRIES}
    return {section: figure for section, figure in named.items() if figure is not None}


def _at_dates(*figures: Quantity) -> dict[int, list[float]]:
    """Figures that hold together, at each date from which all have a value on; what has none is told by `check`."""
    first = max(figure.steps[0].year or 0 for figure in figures)
    later = {step.year or 0 for figure in figures for step in figure.steps}
    years = sorted(year for year in {first, *later} if year >= first)
    return {year: [figure.at(year) for figure in figures] for year in years}


def _worked_out(rule: Callable[..., float], *figures: Quantity) -> Any:
    """A figure made of others at each of their dates, as a scenario file would write it."""
    found = {year: rule(*values) for year, values in _at_dates(*figures).items()}
    return found[0] if list(found) == [0] else {format_financial_year(year): value for year, value in found.items()}


def _found_at(value: float, year: int) -> str:
    return f"{value:g}" + (f" in {format_financial_year(year)}" if year else "")


class BySize(MeasureParams):
    """A share by the size of the employer. What a block leaves out keeps the default of its place."""

    micro: Quantity
    small: Quantity
    medium: Quantity
    large: Quantity


class LevyFunded(BySize):
    """Fees that the apprenticeship levy pays."""

    micro: Quantity = FIGURES.share("base.levy_funded.micro", "Employers of 1 to 9 people")
    small: Quantity = FIGURES.share("base.levy_funded.small", "Employers of 10 to 49 people")
    medium: Quantity = FIGURES.share("base.levy_funded.medium", "Employers of 50 to 249 people")
    large: Quantity = FIGURES.share("base.levy_funded.large", "Employers of 250 people or more")


class ClaimRates(BySize):
    """Employers that claim."""

    micro: Quantity = FIGURES.share("claims.rate.micro", "Employers of 1 to 9 people")
    small: Quantity = FIGURES.share("claims.rate.small", "Employers of 10 to 49 people")
    medium: Quantity = FIGURES.share("claims.rate.medium", "Employers of 50 to 249 people")
    large: Quantity = FIGURES.share("claims.rate.large", "Employers of 250 people or more")


class Rates(MeasureParams):
    """What each pound of qualifying spending earns: of credit, or, as an extra deduction, of deduction."""

    enhanced: Quantity = FIGURES.number(
        "rates.enhanced", "Training in priority subjects", "£ for each £ of spending", 10
    )
    standard: Quantity = FIGURES.number(
        "rates.standard", "Training that meets national occupational standards", "£ for each £ of spending", 10
    )
    basic: Quantity = FIGURES.number(
        "rates.basic", "Other training towards a recognised qualification", "£ for each £ of spending", 10
    )


class QualifyingSpending(MeasureParams):
    """What counts, as shares of all spending on training that the Employer Skills Survey counts."""

    base: Base = setting(
        "accredited_external",
        unit="choice",
        description=(
            "external_fees: all fees to outside providers; accredited_external: those for recognised qualifications; "
            "off_the_job_course: everything spent on courses off the job; off_the_job_all: and on other training off "
            "the job; all_training_cost: everything, on the job too, with the pay of trainees"
        ),
    )
    external_fees: Quantity = FIGURES.share("base.external_fees", "Fees to outside providers, of all spending", "share")
    off_the_job_course: Quantity = FIGURES.share(
        "base.off_the_job_course", "Courses off the job, of all spending", "share"
    )
    off_the_job_all: Quantity = FIGURES.share(
        "base.off_the_job_all", "All training off the job, of all spending", "share"
    )
    accredited: Quantity = FIGURES.share(
        "base.accredited", "Of fees to outside providers, what leads to a recognised qualification", "share"
    )
    levy_funded: LevyFunded = setting(
        LevyFunded(),
        unit="group",
        description="Of fees to outside providers, what the apprenticeship levy pays, which does not qualify",
    )

    @model_validator(mode="after")
    def _courses_are_a_part(self) -> Self:
        for year, (course, every) in _at_dates(self.off_the_job_course, self.off_the_job_all).items():
            if course > every:
                found, most = _found_at(course, year), f"at most off_the_job_all, {every:g}"
                raise faults_error([Fault(("off_the_job_course",), "courses are more than all training", found, most)])
        return self

    @classmethod
    def reconcile(cls, before: Mapping[str, Any], after: dict[str, Any], replaced: frozenset[str]) -> None:
        """Courses are a part: where they come to more, all training off the job comes to as much."""
        course, every = Quantity.of(after["off_the_job_course"]), Quantity.of(after["off_the_job_all"])
        if "off_the_job_course" in replaced and any(part > whole for part, whole in _at_dates(course, every).values()):
            after["off_the_job_all"] = _worked_out(max, course, every)


class Priority(MeasureParams):
    """How qualifying spending divides into tiers."""

    sections: Mapping[str, Quantity] = setting(
        _sections(),
        unit="share",
        description=(
            "By industry (section of the Standard Industrial Classification), the share of qualifying spending that is "
            "on priority subjects; give dated values for the yearly review. Sections left out have none; "
            "public administration (O) has no private employers"
        ),
        ge=0,
        le=1,
    )
    standard: Quantity = FIGURES.share(
        "priority.standard", "Of the rest, what meets national occupational standards; what remains is basic", "share"
    )

    @model_validator(mode="after")
    def _known(self) -> Self:
        unknown = [section for section in self.sections if section not in INDUSTRIES]
        if unknown:
            expected = f"one of {', '.join(INDUSTRIES)}"
            raise faults_error([Fault(("sections", key), "unknown industry", key, expected) for key in unknown])
        return self


class Cooperatives(MeasureParams):
    """Skills Cooperatives: small and medium employers that train together and get the highest rate in any sector."""

    a_year: Quantity = FIGURES.number("cooperatives.a_year", "Formed in each year", "cooperatives a year", 100_000)
    most: Quantity = FIGURES.number("cooperatives.most", "At most as many at once", "cooperatives", 1_000_000)
    members: Quantity = quantity(
        FIGURES["cooperatives.members"], unit="employers", description="Members of each; the paper: 10 to 50",
        ge=10, le=50,
    )  # fmt: skip
    claim_rate: Quantity = FIGURES.share("cooperatives.claim_rate", "Members that claim, once the credit is known")
    grant: Quantity = FIGURES.number(
        "cooperatives.grant", "Development grant to each, once, in prices of the start", "£", MOST_POUNDS
    )
    coordination: Quantity = quantity(
        FIGURES["cooperatives.coordination"], unit="£ a year", ge=0, le=MOST_POUNDS,
        description="Local coordination of each, in prices of the start year",
    )  # fmt: skip


class Incremental(MeasureParams):
    """A credit on what is spent above the employer's own average of the years before."""

    baseline_years: int = setting(3, unit="years", description="Years of which the average is the baseline", ge=1, le=5)
    fluctuation: Quantity = FIGURES.number(
        "incremental.fluctuation", "Standard deviation of the log of an employer's spending from year to year",
        "logarithm", 2,
    )  # fmt: skip
    discount: Quantity = FIGURES.share(
        "incremental.discount", "At which employers discount the higher baseline of the years after", "fraction a year"
    )


class Losses(MeasureParams):
    """Companies without profits to tax."""

    treatment: Literal["payable", "carried_forward"] = setting(
        "payable", unit="choice", description="Whether a loss-maker is paid its credit or sets it against later profits"
    )
    notional_rate: Quantity = FIGURES.share("losses.notional_rate", "Tax kept back from the credit of a loss-maker")
    used_later: Quantity = FIGURES.share(
        "losses.used_later", "Of losses and credits carried forward, what is used one day"
    )
    discount: Quantity = FIGURES.share(
        "losses.discount", "What a pound of tax saved later is worth to the company now", "£ now for each £ later"
    )


class Scope(MeasureParams):
    """Who can claim. Public bodies cannot, whatever is chosen: they are no employers of the model's tables."""

    unincorporated: bool = setting(
        False, unit="true or false", description="Sole traders and partnerships with employees can claim"
    )
    income_tax_rate: Quantity = FIGURES.share(
        "scope.income_tax_rate", "Marginal tax on profits of sole traders and partners"
    )
    charities: bool = setting(False, unit="true or false", description="Charities and other bodies without tax can")
    firm_cap: Quantity = quantity(
        FIGURES["scope.firm_cap"], unit="£ a year", ge=0, le=MOST_POUNDS,
        description="Most that an enterprise is credited for, in prices of the start year; 0 for no limit",
    )  # fmt: skip


class Claims(MeasureParams):
    """How many of those who could claim do."""

    rate: ClaimRates = setting(ClaimRates(), unit="group", description="Employers that claim, once it is known")
    ramp_years: int = setting(
        4, unit="years", description="Years until then, in equal steps from the first", ge=1, le=20
    )


class Response(MeasureParams):
    """What changes because training is cheaper."""

    elasticity: Quantity = quantity(
        FIGURES["response.elasticity"], unit="ratio", ge=0, le=5,
        description="Per cent more qualifying training for each per cent off its cost after tax",
    )  # fmt: skip
    relabelling: Quantity = FIGURES.number(
        "response.relabelling", "Other spending presented as qualifying, of the qualifying spending of claimants",
        "share", 5,
    )  # fmt: skip


class Lag(MeasureParams):
    """When the Exchequer pays for training of a year; the rest is paid two years later."""

    same_year: Quantity
    next_year: Quantity

    @model_validator(mode="after")
    def _at_most_one(self) -> Self:
        for year, shares in _at_dates(self.same_year, self.next_year).items():
            if sum(shares) > 1 + 1e-9:
                found = _found_at(sum(shares), year)
                raise faults_error([Fault(("next_year",), "more than the whole is paid", found, "at most 1")])
        return self

    @classmethod
    def reconcile(cls, before: Mapping[str, Any], after: dict[str, Any], replaced: frozenset[str]) -> None:
        """Shares of one whole: what is not paid in the year itself is divided between the later years as before."""
        if "same_year" not in replaced or "next_year" in replaced:
            return

        def divided(was: float, now: float, following: float) -> float:
            return following * (1.0 - now) / (1.0 - was) if was < 1.0 else min(following, 1.0 - now)

        figures = (Quantity.of(one) for one in (before["same_year"], after["same_year"], after["next_year"]))
        after["next_year"] = _worked_out(divided, *figures)


class LargeLag(Lag):
    """Large companies, which pay tax in instalments."""

    same_year: Quantity = FIGURES.share("timing.large.same_year", "In the year of the training", "share")
    next_year: Quantity = FIGURES.share("timing.large.next_year", "In the year after", "share")


class OtherLag(Lag):
    """Others, which pay nine months and a day after their year's end."""

    same_year: Quantity = FIGURES.share("timing.other.same_year", "In the year of the training", "share")
    next_year: Quantity = FIGURES.share("timing.other.next_year", "In the year after", "share")


class Timing(MeasureParams):
    """From training to tax: when credits are paid and tax is saved."""

    basis: Literal["cash", "accrued"] = setting(
        "cash", unit="choice", description="cash: when paid or saved; accrued: in the year of the training"
    )
    large: LargeLag = setting(
        LargeLag(), unit="group", description="Companies of 250 people or more, which pay tax in instalments"
    )
    other: OtherLag = setting(
        OtherLag(), unit="group", description="Others, which pay nine months and a day after their year's end"
    )


class Compliance(MeasureParams):
    """What the tax authority spends, and what it pays wrongly."""

    error_large: Quantity = FIGURES.share(
        "compliance.error_large", "Credits paid wrongly to large employers and not recovered, of those due"
    )
    error_other: Quantity = FIGURES.share("compliance.error_other", "The same of other employers")
    fixed: Quantity = quantity(
        FIGURES["compliance.fixed"], unit="£ a year", ge=0, le=MOST_POUNDS,
        description="Running the scheme whatever its use, in prices of the start year",
    )  # fmt: skip
    per_employee: Quantity = quantity(
        FIGURES["compliance.per_employee"], unit="£ a year", ge=0, le=1_000,
        description="For each employee of an employer that claims, in prices of the start year",
    )  # fmt: skip


class Territory(MeasureParams):
    """Corporation tax is one for the United Kingdom: no relief from it can be England's alone."""

    convention: Literal["england_share", "uk"] = setting(
        "england_share",
        unit="choice",
        description=(
            "england_share: the scorecard shows England's employees' share of a relief for the whole country; uk: also "
            "the rest of it. A line for information shows the rest either way"
        ),
    )
    england: Quantity = quantity(
        FIGURES["territory.england"], unit="share", gt=0, le=1, description="England's share of the relief's cost"
    )


class Params(MeasureParams):
    """The block `kind: skills_tax_credit` of a scenario."""

    start: FinancialYear = setting(2030, unit="financial year", description="Starts on 1 April of this year")
    form: Form = setting(
        "taxable_credit",
        unit="choice",
        description=(
            "extra_deduction: more than the cost is deducted from profits; taxable_credit: a payment that is itself "
            "taxed; payroll_credit: the same, set against what the employer owes on its payroll, so also without profit"
        ),
    )
    taxable: bool = setting(True, unit="true or false", description="A credit counts as income of the company")
    rates: Rates = setting(Rates(), unit="group", description="Rates by tier")
    spending: QualifyingSpending = setting(QualifyingSpending(), unit="group", description="What spending qualifies")
    priority: Priority = setting(Priority(), unit="group", description="How qualifying spending divides into tiers")
    volume: Literal["volume", "incremental"] = setting(
        "volume",
        unit="choice",
        description="Whether all qualifying spending earns credit or only what is above a baseline",
    )
    incremental: Incremental = setting(Incremental(), unit="group", description="The baseline, where incremental")
    losses: Losses = setting(Losses(), unit="group", description="Companies without profits to tax")
    scope: Scope = setting(Scope(), unit="group", description="Who can claim, and how much")
    claims: Claims = setting(Claims(), unit="group", description="How many of those do")
    cooperatives: Cooperatives = setting(Cooperatives(), unit="group", description="Skills Cooperatives")
    response: Response = setting(Response(), unit="group", description="What changes because training is cheaper")
    timing: Timing = setting(Timing(), unit="group", description="When credits are paid")
    compliance: Compliance = setting(Compliance(), unit="group", description="Running costs, error and fraud")
    territory: Territory = setting(Territory(), unit="group", description="England and the rest of the country")

    @model_validator(mode="after")
    def _tiers_in_order(self) -> Self:
        for year in rate_years(self):
            rates = [getattr(self.rates, tier).at(year) for tier in TIERS]
            for (higher, lower), (above, below) in zip(pairwise(TIERS), pairwise(rates), strict=True):
                if below > above:
                    found, most = f"{below:g} above the {higher} rate of {above:g}", f"at most {above:g}"
                    raise faults_error([Fault(("rates", lower), "tiers out of order", found, most)])
        return self


def rate_years(params: Params) -> tuple[int, ...]:
    """The years from the start on in which some rate changes."""
    figures = [getattr(params.rates, tier) for tier in TIERS]
    if any(figure.steps[0].year is not None and figure.steps[0].year > params.start for figure in figures):
        return ()  # told by `check`, which names the field
    later = {step.year for figure in figures for step in figure.steps if step.year is not None}
    return tuple(sorted({params.start, *(year for year in later if year > params.start)}))
