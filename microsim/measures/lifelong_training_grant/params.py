"""The block `kind: lifelong_training_grant` of a scenario."""

from __future__ import annotations

from itertools import pairwise
from typing import Self

from pydantic import model_validator

from microsim.errors import nearest
from microsim.measures.amounts import MOST_PENCE, Indexation
from microsim.measures.barnett import BarnettByCountry
from microsim.measures.checks import start_faults
from microsim.measures.contract import Surroundings
from microsim.measures.lifelong_training_grant.accounts import Launch, Residence, Tranche, years_open
from microsim.measures.lifelong_training_grant.budget import Budget
from microsim.measures.lifelong_training_grant.costs import (
    Administration,
    Displacement,
    ErrorAndFraud,
    TopUps,
    most_topped_up,
)
from microsim.measures.lifelong_training_grant.figures import FIGURES
from microsim.measures.lifelong_training_grant.prices import CopaymentRule, Courses, Incidence, Price
from microsim.measures.lifelong_training_grant.take_up import Advice, AnnualUse, BalanceResponse, TakeUp
from microsim.measures.lifelong_training_grant.transition import MigrationResponse, TransitionAreas, area_faults
from microsim.scenario.values import Fault, FinancialYear, MeasureParams, faults_error, setting

LAUNCH_RULES = {
    "flow_only": "launch: birthdays after the start only",
    "current_band": "launch: the tranche of the present age band",
    "cumulative": "launch: every tranche of the ages passed",
    "phased": "launch: the tranche of the age band, by birth cohort",
}


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
    residence: Residence = setting(Residence(), unit="group", description="Test of residence before a tranche")
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
    take_up: TakeUp = setting(TakeUp(), unit="group", description="Switchers, induced learners, awareness, drop-out")
    balance_response: BalanceResponse = setting(
        BalanceResponse(), unit="group", description="How use and spending per use rise with the balance"
    )
    advice: Advice = setting(Advice(), unit="group", description="Advice and guidance")
    price: Price = setting(Price(), unit="group", description="Price of a short course")
    courses: Courses = setting(Courses(), unit="group", description="Other courses: their share, price and payment")
    incidence: Incidence = setting(Incidence(), unit="group", description="What becomes of the price")
    copayment: CopaymentRule = setting(
        CopaymentRule(), unit="group", description="Charge to the learner; spending is capped by the balance anyway"
    )
    top_ups: TopUps = setting(TopUps(), unit="group", description="Payments into accounts by others")
    displacement: Displacement = setting(Displacement(), unit="group", description="Other public money replaced")
    transition_areas: TransitionAreas = setting(
        TransitionAreas(), unit="group", description="Areas where tranches are larger"
    )
    migration_response: MigrationResponse = setting(
        MigrationResponse(), unit="group", description="Moves into transition areas because of the larger amounts"
    )
    administration: Administration = setting(Administration(), unit="group", description="Cost of running the accounts")
    error_and_fraud: ErrorAndFraud = setting(ErrorAndFraud(), unit="group", description="Error and fraud")
    barnett: BarnettByCountry = setting(BarnettByCountry(), unit="group", description="Barnett consequentials")
    budget: Budget = setting(Budget(), unit="group", description="Cash limit")

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


def check(params: Params, around: Surroundings) -> list[Fault]:
    """What is wrong with the block as a whole: codes that are no local authority, a start before anybody lives, figures
    without a value at the start, top-ups that no account could hold."""
    faults = start_faults(params, around, "grant")
    paid_in = most_topped_up(params.top_ups, years_open(params))
    if paid_in > MOST_PENCE // 100:
        found, most = f"£{paid_in:,.0f}", f"at most £{MOST_PENCE // 100:,} in all the years that an account is open"
        faults.append(Fault(("top_ups",), "more than an account can hold", found, most))

    def nearest_name(code: str) -> str | None:
        near = nearest(code, around.area_codes)
        return f"{near} ({around.area_names[list(around.area_codes).index(near)]})" if near else None

    return faults + area_faults(params, around, nearest_name)


def other_launch_rules(params: Params) -> dict[str, Params]:
    """The same grant under every other launch rule, by label."""
    return {
        label: params.model_copy(update={"launch": params.launch.model_copy(update={"rule": rule})})
        for rule, label in LAUNCH_RULES.items()
        if rule != params.launch.rule
    }
