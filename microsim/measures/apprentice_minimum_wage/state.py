"""What the kernel reads: the rates and figures of every year, and the one array that the measure owns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from microsim.errors import InputError, Problem
from microsim.measures.amounts import MOST_PENCE
from microsim.measures.apprentice_minimum_wage.params import FIRST_PATH_YEAR, REFORMS, WITHIN_YEAR, Params
from microsim.measures.checks import start_faults
from microsim.measures.contract import Setting, Surroundings
from microsim.parameters.load import Parameters
from microsim.scenario.values import Fault
from microsim.taxes.corporation_tax import corporation_tax_rates, mean_rate
from microsim.taxes.income_tax import IncomeTax, income_tax_rates
from microsim.taxes.minimum_wage import MinimumWage, minimum_wage_rates
from microsim.taxes.national_insurance import NationalInsurance, national_insurance_rates
from microsim.taxes.rates import rates_table

MOST_HOURS = 100  # a week: more are refused by the population


class Figures(NamedTuple):
    """The choices of one year as plain numbers; zero before the start."""

    weeks: float
    first_year_share: float
    before_levels_2_3: float
    before_levels_4_7: float
    after: float
    persists: float
    share_above: float
    reach: float
    elasticity_under_19: float
    elasticity_19_24: float
    elasticity_25: float
    in_other_work: float
    pay_in_other_work: float
    output_lost: float
    training_cut: float
    funding: float  # pounds a year for an apprentice, 0 where the money does not fall
    corporation_tax: float  # of private employers' cost


WAGE_FIGURES, PARAMS_FIGURES = len(MinimumWage._fields), len(Figures._fields)
INCOME_TAX_FIGURES, NATIONAL_INSURANCE_FIGURES = len(IncomeTax._fields), len(NationalInsurance._fields)


class ApprenticeWageState(NamedTuple):
    """Tables are float64 [years, fields], by year index."""

    group: int
    start: int  # financial year
    reform: int  # index into REFORMS
    within_year: int  # index into WITHIN_YEAR
    deterred: np.ndarray  # uint8 [rows]: 0 no, 1 in other work, 2 without work, until the apprenticeship would end
    wages: np.ndarray  # rows of MinimumWage, without the reform
    figures: np.ndarray  # rows of Figures
    income_tax: np.ndarray
    national_insurance: np.ndarray


def wage_table(params: Params, parameters: Parameters, years: Sequence[int]) -> np.ndarray:
    """The minimum wages without the reform, float64 [years, fields of MinimumWage], by the chosen path."""
    table = rates_table(minimum_wage_rates, parameters, years)
    if params.counterfactual == "hold_ratios":
        return table
    adult, youth = MinimumWage._fields.index("adult"), MinimumWage._fields.index("age_18_20")
    law = minimum_wage_rates(parameters, FIRST_PATH_YEAR)
    from_ratio = law.age_18_20 / law.adult
    for index, year in enumerate(years):
        if year > FIRST_PATH_YEAR:
            way = min(1.0, (year - FIRST_PATH_YEAR) / (params.age_bands_end - FIRST_PATH_YEAR))
            ratio = from_ratio + (1.0 - from_ratio) * way
            table[index, youth] = max(table[index, youth], round(table[index, adult] * ratio, 2))
    return table


def effective_rate(params: Params, parameters: Parameters, year: int) -> float:
    """Corporation tax saved per pound of private pay: companies' share x those with tax to pay x their mean rate."""
    choice, rates = params.corporation_tax, corporation_tax_rates(parameters, year)
    rate = mean_rate(rates, choice.at_small_profits_rate.at(year))
    return choice.incorporated.at(year) * choice.taxable.at(year) * rate


def figures_of(params: Params, parameters: Parameters, year: int, price_index: float) -> Figures:
    """The figures of a year from the start on; `price_index` is that of the GDP deflator since `funding.price_year`."""
    pay, above, starts = params.non_compliance, params.spillover, params.starts
    funding = params.funding
    return Figures(
        weeks=params.weeks.at(year),
        first_year_share=params.first_year_share.at(year),
        before_levels_2_3=pay.before_levels_2_3.at(year),
        before_levels_4_7=pay.before_levels_4_7.at(year),
        after=pay.after.at(year),
        persists=pay.persists.at(year),
        share_above=above.share_above.at(year),
        reach=above.reach.at(year),
        elasticity_under_19=starts.elasticity_under_19.at(year),
        elasticity_19_24=starts.elasticity_19_24.at(year),
        elasticity_25=starts.elasticity_25.at(year),
        in_other_work=starts.in_other_work.at(year),
        pay_in_other_work=starts.pay_in_other_work.at(year),
        output_lost=starts.output_lost.at(year),
        training_cut=params.training_cut.at(year),
        funding=funding.per_apprentice.at(year) * price_index if funding.falls else 0.0,
        corporation_tax=effective_rate(params, parameters, year),
    )


def prepare(params: Params, setting: Setting, group: int) -> ApprenticeWageState:
    """The kernel's tables for the years of a run, and nobody deterred among `setting.rows` people."""
    parameters, years = setting.parameters, setting.years
    prices = parameters.index("gdp_deflator_growth", years, params.funding.price_year)
    figures = np.zeros((len(years), PARAMS_FIGURES))
    for index, year in enumerate(years):
        if year >= params.start:
            figures[index] = figures_of(params, parameters, year, prices[index])
    wages = wage_table(params, parameters, years)
    _refuse_overflow(wages, figures)
    return ApprenticeWageState(
        group=group,
        start=params.start,
        reform=REFORMS.index(params.reform),
        within_year=WITHIN_YEAR.index(params.within_year),
        deterred=np.zeros(setting.rows, np.uint8),
        wages=wages,
        figures=figures,
        income_tax=rates_table(income_tax_rates, parameters, years),
        national_insurance=rates_table(national_insurance_rates, parameters, years),
    )


def _refuse_overflow(wages: np.ndarray, figures: np.ndarray) -> None:
    """Raises InputError when a rise could exceed what a line holds: twice the highest rate, to cover pay above it.

    Lost pay is not bounded by the rates: the kernel counts no more of it than MOST_LOST.
    """
    highest = wages[:, MinimumWage._fields.index("adult")] * figures[:, Figures._fields.index("weeks")]
    pounds = 2 * MOST_HOURS * highest.max(initial=0.0)
    if pounds * 100 > MOST_PENCE:
        found, most = f"£{pounds:,.0f} a year", f"at most £{MOST_PENCE // 100:,}"
        raise InputError(Problem("the minimum wage of apprentices grows too large", None, found, most))


def check(params: Params, around: Surroundings) -> list[Fault]:
    """What only the population can tell: a start before anybody lives, figures dated after the start."""
    return start_faults(params, around, "reform")
