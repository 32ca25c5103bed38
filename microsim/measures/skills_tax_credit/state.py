"""From the block of a scenario to the tables that the kernel reads, by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from microsim.dynamics.curves import lognormal
from microsim.dynamics.employers import CHARITY, COMPANY, UNINCORPORATED, EmployerTables, employer_tables
from microsim.dynamics.lookup import thresholds
from microsim.errors import InputError, Problem
from microsim.measures.amounts import MOST_PENCE, by_year, growth
from microsim.measures.contract import Setting
from microsim.measures.skills_tax_credit.params import SIZES, TIERS, BySize, Lag, Params
from microsim.measures.skills_tax_credit.rules import EXTRA_DEDUCTION, PAYROLL_CREDIT, TAXABLE_CREDIT
from microsim.parameters.load import Parameters
from microsim.population.columns import EMPLOYER_SIZES
from microsim.population.people import INDUSTRIES
from microsim.scenario.values import Quantity
from microsim.taxes.corporation_tax import corporation_tax_rates

FORMS = {
    "extra_deduction": EXTRA_DEDUCTION, "taxable_credit": TAXABLE_CREDIT, "payroll_credit": PAYROLL_CREDIT,
}  # fmt: skip
LAGS = 3  # a year's training is paid for in that year and the two after
EARLIER_YEARS = 5  # before the first year, for which spending's growth is kept: the longest baseline
SIZE_KEYS = 8  # employer sizes, with room
SMALL_SIZES = tuple(EMPLOYER_SIZES.index(size) for size in ("micro", "small", "medium"))
LARGE = EMPLOYER_SIZES.index("large")


class CreditState(NamedTuple):
    """What the kernel reads. Tables are by year index; nothing is kept from year to year."""

    group: int
    start: int  # financial year
    form: int
    incremental: int  # 1 where only spending above a baseline is credited
    baseline_years: int
    taxable: float
    payable: float
    employers: EmployerTables
    open: np.ndarray  # uint8 [years], 1 where anything is credited or still paid
    claims_kind: np.ndarray  # uint8 [4], 1 for kinds of employer that may claim
    company_tax: np.ndarray  # float64 [years, 5], the fields of CorporationTax
    personal_tax: np.ndarray  # float64 [years]
    rate: np.ndarray  # float64 [years, 3 tiers]
    paid: (
        np.ndarray
    )  # float64 [years, years of claiming 0..2, large or not, 3 tiers], rates of what is paid in the year
    behaviour: (
        np.ndarray
    )  # float64 [years, 7]: notional rate, used later, discount, elasticity, relabelling, cap, response
    qualifying: np.ndarray  # float32 [years, SIZE_KEYS], of all spending on training
    fees_qualifying: np.ndarray  # float32 [years, SIZE_KEYS], of fees to outside providers
    priority: np.ndarray  # float32 [years, sections]
    standard: np.ndarray  # float32 [years]
    claim: np.ndarray  # uint32 [years, LAGS, SIZE_KEYS], thresholds: claims for the training of this year, last, before
    member_claim: np.ndarray  # uint32 [years, LAGS]
    member: np.ndarray  # uint32 [years, SIZE_KEYS], threshold of being in a cooperative
    error: np.ndarray  # float64 [years, SIZE_KEYS]
    fluctuation: np.ndarray  # float32 [curves.POINTS], of spending from year to year
    treated: np.ndarray  # float64 [years], share of the baseline's years in which the credit was open
    growth: np.ndarray  # float64 [EARLIER_YEARS + years], growth of spending


def prepare(params: Params, setting: Setting, group: int) -> CreditState:
    """The kernel's tables for the years of a run."""
    years, parameters = setting.years, setting.parameters
    employers = employer_tables(setting.population, parameters, years)
    earnings = parameters.index(
        "average_earnings_growth", range(years[0] - EARLIER_YEARS, years[-1] + 1), years[0] - EARLIER_YEARS
    )
    rate = side_by_side(years, params.start, [getattr(params.rates, tier) for tier in TIERS])
    paid = paid_rates(params, years, rate, earnings[EARLIER_YEARS:])
    behaviour = behaviour_table(params, parameters, years)
    refuse_too_large(params, employers, rate, behaviour)
    fees, qualifying = qualifying_shares(params, years)
    treated = np.array([
        np.mean([year - back >= params.start for back in range(1, params.incremental.baseline_years + 1)])
        for year in years
    ])  # fmt: skip
    return CreditState(
        group=group,
        start=params.start,
        form=FORMS[params.form],
        incremental=int(params.volume == "incremental"),
        baseline_years=params.incremental.baseline_years,
        taxable=float(params.taxable),
        payable=float(params.losses.treatment == "payable"),
        employers=employers,
        open=((rate.max(axis=1) > 0) | (paid.max(axis=(1, 2, 3)) > 0)).astype(np.uint8),
        claims_kind=kinds_that_claim(params),
        company_tax=np.array([corporation_tax_rates(parameters, year) for year in years], np.float64),
        personal_tax=by_year(params.scope.income_tax_rate, years, params.start),
        rate=rate,
        paid=paid,
        behaviour=behaviour,
        qualifying=qualifying.astype(np.float32),
        fees_qualifying=fees.astype(np.float32),
        priority=side_by_side(
            years, params.start, [params.priority.sections.get(section, Quantity.of(0)) for section in INDUSTRIES]
        ).astype(np.float32),
        standard=by_year(params.priority.standard, years, params.start).astype(np.float32),
        claim=claim_thresholds(params, years),
        member_claim=member_claims(params, years),
        member=member_thresholds(params, years, employers),
        error=by_size(
            years, params.start,
            BySize(**dict.fromkeys(SIZES[:3], params.compliance.error_other), large=params.compliance.error_large),
        ),
        fluctuation=lognormal(max(1e-6, params.incremental.fluctuation.at(max(params.start, years[0])))),
        treated=treated,
        growth=earnings,
    )  # fmt: skip


def kinds_that_claim(params: Params) -> np.ndarray:
    """1 for the kinds of employer that may claim, uint8 [4], see dynamics/employers.py."""
    table = np.zeros(4, np.uint8)
    table[COMPANY] = 1
    table[UNINCORPORATED] = params.scope.unincorporated
    table[CHARITY] = params.scope.charities
    return table


def side_by_side(years: Sequence[int], start: int, figures: Sequence[Quantity]) -> np.ndarray:
    """Figures by year, float64 [years, figures]; nothing before the start."""
    return np.stack([by_year(figure, years, start) for figure in figures], axis=1)


def by_size(years: Sequence[int], start: int, figures: BySize) -> np.ndarray:
    """Figures by size of employer, float64 [years, SIZE_KEYS]; nothing for those without a private employer."""
    table = np.zeros((len(years), SIZE_KEYS))
    places = [EMPLOYER_SIZES.index(size) for size in SIZES]
    table[:, places] = side_by_side(years, start, [getattr(figures, size) for size in SIZES])
    return table


def qualifying_shares(params: Params, years: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """What qualifies of fees to outside providers, and of all spending on training: float64 [years, SIZE_KEYS].

    Fees that the levy pays do not qualify. A wider base holds the fees, so it loses the same pounds.
    """
    spending = params.spending
    own = 1.0 - by_size(years, params.start, spending.levy_funded)
    accredited, external, course, off_job = (
        column[:, None]
        for column in side_by_side(
            years, params.start,
            [spending.accredited, spending.external_fees, spending.off_the_job_course, spending.off_the_job_all],
        ).T
    )  # fmt: skip
    fees = own * accredited if spending.base == "accredited_external" else own
    whole = {
        "external_fees": external, "accredited_external": external, "off_the_job_course": course,
        "off_the_job_all": off_job, "all_training_cost": np.ones_like(external),
    }[spending.base]  # fmt: skip
    if spending.base in ("external_fees", "accredited_external"):
        return fees, whole * fees
    return fees, np.maximum(whole - (1.0 - own) * external, 0.0)


def lag_shares(lag: Lag, year: int, basis: str) -> tuple[float, float, float]:
    """Shares of a year's credits paid in that year, the next and the one after."""
    if basis == "accrued":
        return 1.0, 0.0, 0.0
    same, following = lag.same_year.at(year), lag.next_year.at(year)
    return same, following, max(0.0, 1.0 - same - following)


def paid_rates(params: Params, years: Sequence[int], rate: np.ndarray, growth: np.ndarray) -> np.ndarray:
    """Rates of what is paid in a year on this year's spending: [years, years of claiming, large or not, tiers].

    An employer that has claimed for the training of this year, the last and the one before is paid parts of three
    years' credits. Last year's spending is this year's without a year's growth; last year's rate is last year's.
    """
    paid = np.zeros((len(years), LAGS, 2, len(TIERS)))
    for index, year in enumerate(years):
        for back in range(LAGS):
            if year - back < params.start or index < back:
                continue
            for place, lag in enumerate((params.timing.other, params.timing.large)):
                share = lag_shares(lag, year - back, params.timing.basis)[back]
                earlier = share * rate[index - back] * growth[index - back] / growth[index]
                paid[index, back:, place] += earlier
    return paid


def claim_ramp(params: Params, year: int) -> float:
    """How far the claim rate has come for the training of a year: equal steps, the first in the first year."""
    return min(1.0, max(0, year - params.start + 1) / params.claims.ramp_years)


def claim_thresholds(params: Params, years: Sequence[int]) -> np.ndarray:
    """Thresholds of claiming for the training of a year and of the two before: uint32 [years, LAGS, SIZE_KEYS].

    An employer that has begun to claim goes on.
    """
    chance = by_size(years, params.start, params.claims.rate)
    ramp = np.array([[claim_ramp(params, year - back) for back in range(LAGS)] for year in years])
    return thresholds(np.clip(chance[:, None, :] * ramp[:, :, None], 0.0, 1.0))


def member_claims(params: Params, years: Sequence[int]) -> np.ndarray:
    """The same for members of cooperatives, who claim from the first year on: uint32 [years, LAGS]."""
    chance = by_year(params.cooperatives.claim_rate, years, params.start)[:, None]
    since = np.array([[float(year - back >= params.start) for back in range(LAGS)] for year in years])
    return thresholds(chance * since)


def cooperative_numbers(params: Params, years: Sequence[int]) -> np.ndarray:
    """Skills Cooperatives in each year: float64 [years]. They form at a pace, up to a number, and none ends."""
    formed = by_year(params.cooperatives.a_year, years, params.start).cumsum()
    most = by_year(params.cooperatives.most, years, params.start)
    return np.minimum(formed, most)


def member_thresholds(params: Params, years: Sequence[int], employers: EmployerTables) -> np.ndarray:
    """Threshold of an enterprise's being in a cooperative: uint32 [years, SIZE_KEYS], of small and medium ones only."""
    bands = len(employers.size)
    small = np.isin(employers.size, SMALL_SIZES)
    eligible = employers.number.reshape(-1, bands)[:, small].sum()
    members = cooperative_numbers(params, years) * by_year(params.cooperatives.members, years, params.start)
    chance = np.zeros((len(years), SIZE_KEYS))
    chance[:, SMALL_SIZES] = np.minimum(members / max(eligible, 1.0), 1.0)[:, None]
    return thresholds(chance)


def behaviour_table(params: Params, parameters: Parameters, years: Sequence[int]) -> np.ndarray:
    """Scalars of each year, float64 [years, 7]: see CreditState."""
    figures = [
        params.losses.notional_rate, params.losses.used_later, params.losses.discount, params.response.elasticity,
        params.response.relabelling, params.scope.firm_cap,
    ]  # fmt: skip
    table = np.zeros((len(years), 7))
    table[:, :6] = side_by_side(years, params.start, figures)
    table[:, 5] *= growth(parameters, "gdp_deflator", years, params.start)
    table[:, 6] = 1.0
    if params.volume == "incremental":
        number = params.incremental.baseline_years
        discount = by_year(params.incremental.discount, years, params.start)
        lost = sum((1.0 + discount) ** -back for back in range(1, number + 1)) / number
        table[:, 6] = 1.0 - lost
    return table


def refuse_too_large(params: Params, employers: EmployerTables, rate: np.ndarray, behaviour: np.ndarray) -> None:
    """Raises InputError where the largest amount for one employee would not fit into whole pence."""
    spend = float(employers.spend.max()) * float(employers.spend_curve.max()) * float(employers.spend_growth.max())
    most = 1.0 + behaviour[:, 3].max(initial=0.0) + behaviour[:, 4].max(initial=0.0)
    pence = 100.0 * spend * most * max(1.0, float(rate.max(initial=0.0)))
    if params.volume == "incremental":
        pence *= float(lognormal(max(1e-6, params.incremental.fluctuation.at(params.start))).max())
    if pence > MOST_PENCE:
        found, expected = f"£{pence / 100:,.0f} for one employee", f"at most £{MOST_PENCE // 100:,}"
        raise InputError(Problem("rates of the skills tax credit are too large", None, found, expected))
