"""Money that belongs to no employee, and the bridge from the survey's total to the credit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from microsim.measures.amounts import by_year, growth, rounded
from microsim.measures.contract import Setting, Totals
from microsim.measures.skills_tax_credit.lines import LINES
from microsim.measures.skills_tax_credit.params import FIGURES, Params
from microsim.measures.skills_tax_credit.state import cooperative_numbers
from microsim.scenario.values import Quantity
from microsim.years import format_financial_year

SURVEY_YEAR = 2024  # of bridge.survey_total
_OF_PEOPLE = tuple(
    line for line in LINES if line.sign and line.head in ("AME", "receipts") and line.name != "rest_of_uk"
)


def net_cost(totals: Totals) -> np.ndarray:
    """What credits, deductions, error and tax on them cost on balance, in pence [years]; minus for a gain."""
    return -np.sum([line.sign * totals[line.name].astype(np.float64) for line in _OF_PEOPLE], axis=0)


def national(params: Params, setting: Setting, totals: Totals) -> dict[str, np.ndarray]:
    """Grants and coordination of cooperatives, running the credit, and the rest of the country, in pence [years]."""
    years, start = setting.years, params.start
    prices = growth(setting.parameters, "gdp_deflator", years, start)
    number = cooperative_numbers(params, years)
    formed = np.diff(number, prepend=0.0).clip(min=0.0)

    def pounds(figure: Quantity) -> np.ndarray:
        return by_year(figure, years, start) * prices

    # Where there is no credit there is nothing to run.
    used = totals["accrued_credit"].astype(bool)
    compliance = params.compliance
    running = pounds(compliance.fixed) * used + pounds(compliance.per_employee) * totals["claimants"]
    england = np.array([params.territory.england.at(max(year, start)) for year in years])
    rest = np.maximum(net_cost(totals), 0.0) * (1.0 / england - 1.0)
    return {
        "cooperative_grants": rounded(formed * pounds(params.cooperatives.grant) * 100),
        "coordination": rounded(number * pounds(params.cooperatives.coordination) * 100),
        "tax_administration": rounded(running * 100),
        "rest_of_uk": rounded(rest * (params.territory.convention == "uk")),
        "rest_of_uk_cost": rounded(rest),
    }


def bridge(params: Params, setting: Setting, totals: Totals) -> pd.DataFrame:
    """From the survey's total to what is paid, step by step: pounds of each year from the start on."""
    years = np.asarray(setting.years)
    survey = FIGURES["bridge.survey_total"].at(SURVEY_YEAR) * setting.parameters.index(
        "average_earnings_growth", setting.years, SURVEY_YEAR
    )
    england = np.array([params.territory.england.at(max(year, params.start)) for year in years])
    response = totals["deadweight"] + totals["additional_training"]
    steps = (
        (
            "survey_total",
            "All employers' training, United Kingdom: survey of 2024, grown with average earnings",
            survey,
        ),
        ("england", "England's share", survey * england),
        ("private_employers", "Private employers, as simulated", totals["private_training"] / 100),
        ("taxpayers", "Of those that may claim", totals["taxpayers_training"] / 100),
        ("qualifying_base", "What qualifies", totals["qualifying_base"] / 100),
        ("claimed", "What is claimed, without response", totals["qualifying_spending"] / 100),
        ("credited", "What is credited, with response and relabelling", response / 100),
        ("earned", "Credits or extra deductions earned", totals["accrued_credit"] / 100),
        ("net_cost", "The same net of tax", totals["accrued_cost"] / 100),
        ("paid", "Net cost to the Exchequer of what is paid in the year, with error", net_cost(totals) / 100),
    )
    after = years >= params.start
    tables = [
        pd.DataFrame({
            "financial_year": [format_financial_year(int(year)) for year in years[after]], "step": number, "name": name,
            "description": text, "amount": np.asarray(amount, np.float64)[after], "unit": "£",
        })
        for number, (name, text, amount) in enumerate(steps, 1)
    ]  # fmt: skip
    return pd.concat(tables).sort_values(["financial_year", "step"]).reset_index(drop=True)


def tables(params: Params, setting: Setting, totals: Totals) -> dict[str, pd.DataFrame]:
    """The tables that the credit publishes besides its lines."""
    return {"bridge": bridge(params, setting, totals)}
