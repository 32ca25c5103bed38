"""What the grant costs besides the courses, what it saves, and what belongs to nobody: national amounts and tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from microsim.measures.amounts import Indexation, by_year, growth, rounded
from microsim.measures.barnett import COUNTRIES, share_of_countries, share_of_country
from microsim.measures.contract import Setting, Totals
from microsim.measures.lifelong_training_grant.budget import budget_table, spent
from microsim.measures.lifelong_training_grant.figures import FIGURES
from microsim.measures.lifelong_training_grant.pence import MOST_POUNDS
from microsim.scenario.values import MeasureParams, Quantity, quantity, setting
from microsim.taxes.corporation_tax import corporation_tax_rates, mean_rate
from microsim.years import format_financial_year


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
    per_lost_booking: Quantity = quantity(
        FIGURES["administration.per_lost_booking"],
        unit="£", description="For each booking that is not taken up, in prices of the start year", ge=0,
        le=MOST_POUNDS,
    )  # fmt: skip
    indexation: Indexation = setting(
        "average_earnings", unit="choice", description="Growth of administration and advice costs after the start year"
    )


class ErrorAndFraud(MeasureParams):
    """Money paid out that no course stands behind."""

    rate: Quantity = quantity(
        FIGURES["error_and_fraud.rate"], unit="fraction of spending", description="On top of spending on courses",
        ge=0, le=1,
    )  # fmt: skip


def _top_up_rate(who: str) -> Quantity:
    return FIGURES.share(f"top_ups.{who}.rate", "Holders whose account is topped up in a year", unit="fraction a year")


def _top_up_amount(who: str) -> Quantity:
    result: Quantity = quantity(
        FIGURES[f"top_ups.{who}.amount"], unit="£",
        description="Paid in at a time, in prices of the start year; grows with the CPI", ge=0, le=MOST_POUNDS,
    )  # fmt: skip
    return result


class IndividualTopUp(MeasureParams):
    """Payments into accounts by their holders."""

    rate: Quantity = _top_up_rate("individual")
    amount: Quantity = _top_up_amount("individual")


class EmployerTopUp(MeasureParams):
    """Payments into accounts of employees by their employers."""

    rate: Quantity = _top_up_rate("employer")
    amount: Quantity = _top_up_amount("employer")


class LocalAuthorityTopUp(MeasureParams):
    """Payments into accounts by the local authority."""

    rate: Quantity = _top_up_rate("local_authority")
    amount: Quantity = _top_up_amount("local_authority")


class TopUps(MeasureParams):
    """Top-ups by payer. They are spent after the grant, and returned when the account closes."""

    individual: IndividualTopUp = setting(IndividualTopUp(), unit="group", description="By the holder")
    employer: EmployerTopUp = setting(EmployerTopUp(), unit="group", description="By the employer, of employees")
    local_authority: LocalAuthorityTopUp = setting(
        LocalAuthorityTopUp(), unit="group", description="By the local authority"
    )


def most_topped_up(top_ups: TopUps, years: int) -> float:
    """Pounds that could be paid into an account that is open for so many years, in prices of the start year."""
    payers = (top_ups.individual, top_ups.employer, top_ups.local_authority)
    return years * sum(
        max(step.central for step in payer.amount.steps)
        for payer in payers
        if any(step.central > 0 for step in payer.rate.steps)
    )


class AdultSkillsFund(MeasureParams):
    """Public funding of adult skills, a cash-limited budget: the grant saves nothing there unless it is cut."""

    budget: Quantity = quantity(
        FIGURES["displacement.adult_skills_fund.budget"], unit="£ a year", description="The fund, in 2025-26 prices",
        ge=0,
    )  # fmt: skip
    cut_share: Quantity = quantity(
        0, unit="fraction", description="Part of the fund that the scenario takes away", ge=0, le=1
    )


class CorporationTax(MeasureParams):
    """How much of the fees that private employers no longer pay was taken off taxed profits."""

    taxable: Quantity = FIGURES.share(
        "displacement.corporation_tax.taxable",
        "Private employers' fees that are paid by companies with corporation tax to pay",
    )
    at_small_profits_rate: Quantity = FIGURES.share(
        "displacement.corporation_tax.at_small_profits_rate",
        "Of those fees, the part paid by companies at the small profits rate; the others are at the main rate",
    )


class Displacement(MeasureParams):
    """Other public money that the grant replaces."""

    loan_subsidy: Quantity = FIGURES.share(
        "displacement.loan_subsidy", "Part of a pound lent to a learner that is never repaid, in present value"
    )
    adult_skills_fund: AdultSkillsFund = setting(AdultSkillsFund(), unit="group", description="Cash-limited budgets")
    corporation_tax: CorporationTax = setting(
        CorporationTax(), unit="group", description="Tax on profits from which fees are no longer deducted"
    )


def fixed_administration(params: Any, run: Setting) -> np.ndarray:
    """The cost of the service whatever its use, in pence [years]."""
    administration = params.administration
    index = growth(run.parameters, administration.indexation, run.years, params.start)
    return rounded(by_year(administration.fixed, run.years, params.start) * 100 * index)


def error_and_fraud(params: Any, run: Setting, totals: Totals) -> np.ndarray:
    """Paid out for nothing, in pence [years]."""
    return rounded(by_year(params.error_and_fraud.rate, run.years, params.start) * spent(totals))


def corporation_tax_rate(params: Any, run: Setting) -> np.ndarray:
    """Corporation tax on a pound of fees that a private employer no longer deducts, float64 [years]."""
    choice = params.displacement.corporation_tax
    small = by_year(choice.at_small_profits_rate, run.years, params.start)
    rates = [corporation_tax_rates(run.parameters, year) for year in run.years]
    rate = np.array([mean_rate(one, share) for one, share in zip(rates, small, strict=True)])
    return np.asarray(by_year(choice.taxable, run.years, params.start) * rate)


def adult_skills_saving(params: Any, run: Setting) -> np.ndarray:
    """What a cut of the adult skills fund saves, in pence [years]; the fund keeps its real value."""
    fund = params.displacement.adult_skills_fund
    price = run.parameters.index("gdp_deflator_growth", run.years, 2025)
    budget = by_year(fund.budget, run.years, params.start) * 100 * price
    return rounded(budget * by_year(fund.cut_share, run.years, params.start))


def consequentials(params: Any, run: Setting, totals: Totals) -> np.ndarray:
    """Barnett consequentials of all the department's spending, whether the scorecard has them or not: pence [years].

    `totals` are those of people; what belongs to nobody is worked out here.
    """
    department = spent(totals) + totals["administration"] + totals["advice"] + fixed_administration(params, run)
    department = department + error_and_fraud(params, run, totals) - adult_skills_saving(params, run)
    rate = [share_of_countries(params.barnett, year) if year >= params.start else 0.0 for year in run.years]
    return rounded(department * np.array(rate))


def national(params: Any, run: Setting, totals: Totals) -> dict[str, np.ndarray]:
    """Money that belongs to nobody, in pence [years], by line."""
    barnett = consequentials(params, run, totals)
    return {
        "administration": fixed_administration(params, run),
        "error_and_fraud": error_and_fraud(params, run, totals),
        "adult_skills_fund_saved": adult_skills_saving(params, run),
        "barnett": barnett if params.barnett.include else np.zeros_like(barnett),
        "barnett_consequentials": barnett,
    }


STEPS = (  # of the table, with the lines that each adds and its sign
    ("static: people who would learn anyway, at unchanged prices", ("deadweight_spending",)),
    ("learners whom the grant induces", ("induced_spending",)),
    ("higher prices", ("price_spending",)),
    ("larger balances", ("balance_spending",)),
)


def static_and_behavioural(run: Setting, totals: Totals) -> pd.DataFrame:
    """From the static cost to the scorecard's: one row for each step and year, in pounds; plus is a cost.

    The steps sum to spending on courses, and with the rows after it to the post-behavioural cost.
    """
    spending = spent(totals)
    rows = [(name, sum(totals[line] for line in lines)) for name, lines in STEPS]
    rows.append(("spending on courses", spending))
    rows.append(("administration and advice", totals["administration"] + totals["advice"]))
    rows.append(("error and fraud", totals["error_and_fraud"]))
    rows.append(("local authorities' top-ups", totals["local_authority_top_ups"]))
    saved = ("value_added_tax", "corporation_tax", "loan_subsidy_saved", "adult_skills_fund_saved")
    back = sum(totals[line] for line in saved)
    rows.append(("less VAT, corporation tax, loan subsidy and adult skills saved", -back))
    rows.append(("Barnett consequentials", totals["barnett"]))
    after = sum(amount for _, amount in rows[len(STEPS) :])
    rows.append(("post-behavioural cost, as in the scorecard", after))
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "financial_year": [format_financial_year(year) for year in run.years],
                    "step": name,
                    "cost": np.asarray(amount) / 100,
                }
            )
            for name, amount in rows
        ],
        ignore_index=True,
    )


def barnett_table(params: Any, run: Setting, totals: Totals) -> pd.DataFrame:
    """Consequentials that would follow, by country, in pounds, whether or not the scorecard has them."""
    names = [format_financial_year(year) for year in run.years]
    department = (
        spent(totals) + totals["administration"] + totals["advice"] + totals["error_and_fraud"]
        - totals["adult_skills_fund_saved"]
    ) / 100  # fmt: skip
    barnett, frames = params.barnett, []
    for country in COUNTRIES:
        rate = [share_of_country(barnett, country, year) if year >= params.start else 0.0 for year in run.years]
        frames.append(
            pd.DataFrame(
                {
                    "financial_year": names, "country": country, "in_scorecard": barnett.include,
                    "consequentials": department * np.array(rate),
                }
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def tables(params: Any, run: Setting, totals: Totals) -> dict[str, pd.DataFrame]:
    """The measure's own published tables. `totals` are pence, or counts, by line [years], national amounts included."""
    return {
        "static_and_behavioural": static_and_behavioural(run, totals),
        "budget": budget_table(params, run, totals),
        "barnett": barnett_table(params, run, totals),
    }
