"""The block `kind: post16_pupil_premium` of a scenario: who gets the premium, at what rate, and when it is paid.

Default figures, with their sources, are in `params.yaml`.
"""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import model_validator

from microsim.measures.amounts import Indexation
from microsim.measures.barnett import Barnett
from microsim.scenario.figures import default_figures
from microsim.scenario.values import Fault, FinancialYear, MeasureParams, Quantity, faults_error, quantity, setting

FIGURES = default_figures(__file__)
MOST_POUNDS = 100_000  # in any one rate: the pence of a person must fit int32
LAST_AGE, LAST_AGE_WITH_PLAN = 19, 24


def _rate(name: str, description: str) -> Any:
    return FIGURES.pounds(name, description, MOST_POUNDS)


class Rate(MeasureParams):
    """What is paid for a full-time learner for an academic year, by the financial year in which that year begins."""

    source: Literal["secondary", "primary", "match_school_funding", "own"] = setting(
        "secondary",
        unit="choice",
        description=(
            "secondary: the pupil premium of secondary schools; primary: of primary schools; match_school_funding: "
            "what a disadvantaged pupil brings a school in premium and formula together; own: the amount in `own`"
        ),
    )
    secondary: Quantity = _rate("rate.secondary", "Pupil premium of a secondary pupil")
    primary: Quantity = _rate("rate.primary", "Pupil premium of a primary pupil")
    match_school_funding: Quantity = _rate("rate.match_school_funding", "Rate at which schools' funding is matched")
    own: Quantity = _rate("rate.own", "The scenario's own rate, read where `source` is own")
    indexation: Indexation = setting(
        "gdp_deflator",
        unit="choice",
        description="Growth of all rates after their last dated value; a rate without a date is of the start year",
    )
    rounded_to: int = setting(
        5, unit="pounds", description="Rates that have grown are rounded to a multiple of this", ge=1, le=100
    )

    @model_validator(mode="after")
    def _own_rate_is_read(self) -> Self:
        if self.source != "own" and self.own != FIGURES["rate.own"]:
            raise faults_error([Fault(("own",), f"not read while source is {self.source}", None, "source: own")])
        return self


class Eligibility(MeasureParams):
    """Who counts as disadvantaged. Free meals are those of the earnings test before September 2026."""

    definition: Literal["ever6", "fsm_at_16", "persistent", "uc_household"] = setting(
        "ever6",
        unit="choice",
        description=(
            "ever6: free school meals in any of the six years before 16; fsm_at_16: at 16; persistent: for at least 80 "
            "per cent of the time at school; uc_household: living in a family on Universal Credit last year"
        ),
    )
    eligible_at_16: Quantity = FIGURES.share(
        "eligibility.eligible_at_16", "Share of the ever-eligible who still were at 16"
    )
    persistent: Quantity = FIGURES.share("eligibility.persistent", "Share of the ever-eligible who nearly always were")
    calibration: Quantity = FIGURES.share(
        "eligibility.calibration",
        "Share of learners whom the population has without free meals who count as ever-eligible all the same, so that "
        "the count meets the published one; 0 leaves the simulated count. Not read by `uc_household`",
    )


class Institutions(MeasureParams):
    """Share of the learners of each kind of institution who are on funded 16-19 programmes and within the premium."""

    school: Quantity = quantity(1, unit="fraction", description="Learners of state school sixth forms", ge=0, le=1)
    sixth_form_college: Quantity = quantity(
        1, unit="fraction", description="Learners of sixth-form colleges and 16-19 academies", ge=0, le=1
    )
    fe_college: Quantity = quantity(
        1,
        unit="fraction",
        description="Learners of further education: of colleges, and of training providers and local authorities",
        ge=0,
        le=1,
    )
    other_training: Quantity = FIGURES.share(
        "institutions.other_training", "Young people in training outside further education and apprenticeships"
    )
    apprenticeship: Quantity = quantity(
        0, unit="fraction", description="Apprentices of the ages covered: 1 to include them", ge=0, le=1
    )
    independent_schools: Quantity = FIGURES.share(
        "institutions.independent_schools",
        "Share of learners at school who never had free meals who are at independent schools, out of the premium",
    )


class PartTime(MeasureParams):
    """Learners on part-time programmes in further education and training."""

    share: Quantity = FIGURES.share(
        "part_time.share", "Share of learners outside schools and sixth-form colleges, part-time"
    )
    weight: Quantity = FIGURES.share("part_time.weight", "Part of the full rate paid for a part-time learner")


class Retention(MeasureParams):
    """Learners who leave within the year."""

    drop_out: Quantity = FIGURES.share("retention.drop_out", "Share of learners who leave before the end of the year")
    paid_for_leavers: Quantity = FIGURES.share(
        "retention.paid_for_leavers", "Part of the year's premium paid for a leaver"
    )


class DataMatch(MeasureParams):
    """Share of eligible learners whose eligibility their institution, or whoever pays, knows of."""

    schools: Quantity = FIGURES.share("data_match.schools", "Known among learners at schools")
    others: Quantity = FIGURES.share("data_match.others", "Known among learners at colleges and other providers")


class LookedAfter(MeasureParams):
    """Learners who are, or have been, looked after: the higher rate, in place of the premium for disadvantage."""

    pay: bool = setting(False, unit="true or false", description="Whether the rate for looked-after learners is paid")
    rate: Quantity = _rate("looked_after.rate", "Premium of a looked-after learner, in place of the other")
    share: Quantity = FIGURES.share("looked_after.share", "Share of learners who are or have been looked after")


class Service(MeasureParams):
    """Children of service families: an amount of its own, paid beside any other."""

    pay: bool = setting(False, unit="true or false", description="Whether the service premium is paid")
    rate: Quantity = _rate("service.rate", "Premium of a learner from a service family")
    share: Quantity = FIGURES.share("service.share", "Share of learners from service families")


class YoungCarer(MeasureParams):
    """Learners who care for another adult without pay: an amount of its own, paid beside any other."""

    pay: bool = setting(False, unit="true or false", description="Whether a premium for young carers is paid")
    rate: Quantity = _rate("young_carer.rate", "Premium of a young carer, in prices of the start year unless dated")
    identified: Quantity = FIGURES.share(
        "young_carer.identified", "Share of caring learners whom their institution knows of"
    )


class EducationPlans(MeasureParams):
    """Adults up to 24 with an education, health and care plan, who are funded as 16-19 learners are."""

    include: bool = setting(
        False, unit="true or false", description="Whether learners up to 24 with a plan are covered"
    )
    share: Quantity = FIGURES.share(
        "education_plans.share", "Share of publicly funded adult learners up to 24 who have a plan"
    )


class Offset(MeasureParams):
    """Existing disadvantage money of the 16-19 formula that is withdrawn as the premium comes."""

    share: Quantity = FIGURES.share(
        "offset.share", "Part of the existing funding withdrawn, at most the premium itself"
    )
    existing_funding: Quantity = FIGURES.number(
        "offset.existing_funding",
        "Disadvantage funding of the 16-19 formula, in prices of `price_year`",
        "£ a year",
        None,
    )
    price_year: FinancialYear = setting(2020, unit="financial year", description="Year in whose prices it is")


class Administration(MeasureParams):
    """Running the premium."""

    fixed: Quantity = FIGURES.number(
        "administration.fixed", "Matching records and checking returns, in prices of the start year", "£ a year", None
    )


class Reconciliation(MeasureParams):
    """The published count that the simulated one is compared with and, by `eligibility.calibration`, calibrated to."""

    eligible: Quantity = FIGURES.number("reconciliation.eligible", "Eligible learners in the base year", "people", None)
    eligible_share: Quantity = quantity(
        FIGURES["reconciliation.eligible_share"],
        unit="fraction",
        description="Share of learners who are eligible in the base year",
        gt=0,
        le=1,
    )
    base_year: FinancialYear = setting(
        2022, unit="financial year", description="Year on whose 1 April the base academic year was under way"
    )
    young_people: Quantity = quantity(
        FIGURES["reconciliation.young_people"],
        unit="people",
        description="People aged 16 to 18, with whom the published count grows",
        gt=0,
    )


class Params(MeasureParams):
    """The block `kind: post16_pupil_premium` of a scenario."""

    start: FinancialYear = setting(
        2027, unit="financial year", description="Financial year in which the first payments are made"
    )
    payment: Literal["academic_year", "financial_year"] = setting(
        "academic_year",
        unit="choice",
        description=(
            "academic_year: from September, 7/12 of an academic year's rate by 31 March and 5/12 after; "
            "financial_year: in full from 1 April, as schools' premium is. Both on the learners counted on 1 April of "
            "the financial year, a judgement: no rule is published"
        ),
    )
    rate: Rate = setting(Rate(), unit="group", description="Rate of the premium")
    eligibility: Eligibility = setting(Eligibility(), unit="group", description="Who counts as disadvantaged")
    institutions: Institutions = setting(Institutions(), unit="group", description="Which institutions' learners count")
    last_age: int = setting(
        18,
        unit="years",
        description="Last age covered, on the 31 August before; 19 adds publicly funded learners of that age",
        ge=16,
        le=LAST_AGE,
    )
    part_time: PartTime = setting(PartTime(), unit="group", description="Part-time programmes, paid pro rata")
    retention: Retention = setting(Retention(), unit="group", description="Learners who leave within the year")
    data_match: DataMatch = setting(DataMatch(), unit="group", description="Whose eligibility is known")
    looked_after: LookedAfter = setting(LookedAfter(), unit="group", description="Rate for looked-after learners")
    service: Service = setting(Service(), unit="group", description="Rate for service families")
    young_carer: YoungCarer = setting(YoungCarer(), unit="group", description="Rate for young carers")
    education_plans: EducationPlans = setting(EducationPlans(), unit="group", description="Adults up to 24 with a plan")
    coverage: Quantity = FIGURES.number(
        "coverage", "Scales the money, never the counts: 1 leaves the simulated count", "fraction", 2
    )
    offset: Offset = setting(Offset(), unit="group", description="Existing funding withdrawn")
    administration: Administration = setting(Administration(), unit="group", description="Cost of running the premium")
    barnett: Barnett = setting(Barnett(), unit="group", description="Consequences for the devolved budgets")
    reconciliation: Reconciliation = setting(
        Reconciliation(), unit="group", description="Published count that the simulated one is compared with"
    )
