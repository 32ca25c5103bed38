"""Profits of enterprises: a mean that rises with headcount, a lognormal spread around it, and a share without profit.

Calibrated to what is published of the United Kingdom's companies, brought to England: how many have profits up to
50,000 pounds and above 250,000, what corporation tax they are liable to, how much of it the largest payers owe and how
much finance does. Companies without employees are counted as if they had one. Called by `employers.fit`.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

from microsim.parameters.load import load_parameters
from microsim.population import columns as axes
from microsim.population.ipf import Floats
from microsim.population.rooms import Sources

FIGURES: tuple[str, ...] = (
    "actively_trading_companies", "profit_up_to_50000", "profit_above_250000", "no_profit_under_50",
    "no_profit_50_plus", "profit_spread", "loss_size", "corporation_tax_liabilities", "large_payers",
    "large_payers_share", "financial_share",
)  # fmt: skip
YEAR = 2023  # of the profits: accounting periods that end in the financial year 2023-24
SIZE_POINTS = 73  # headcounts of four steps to a doubling, from 1 to 2 ** 18
FINANCE = axes.INDUSTRIES.index("K")
_SMALL, _FULL = 50_000.0, 250_000.0
_LARGE_PAYER = 1e6  # pounds of tax
KINK = 50.0  # employees above which profits rise faster with size
_DRAWS = 1_000
_STEPS, _NUDGE = 60, 1e-3
_BILLION = 1e9
_SMALL_BANDS = 4  # bands under 50 people


class Profits(NamedTuple):
    """See `employers.Employers`."""

    loss: Floats
    mean: Floats  # [SIZE_POINTS]
    section: Floats
    spread: Floats  # [up to KINK employees, above]


class Companies(NamedTuple):
    """Companies of England by size."""

    headcount: Floats  # [rows]
    number: Floats  # [rows]
    loss: Floats  # [rows], share without profit
    finance: Floats  # [rows], 1 for section K


class Outcome(NamedTuple):
    """What a choice of the curve gives, of actively trading companies in England."""

    up_to_50000: float  # share, those without profit among them
    above_250000: float
    tax: float  # GBP billion
    large_payers: float  # share of tax
    finance: float  # share of tax
    number_of_large_payers: float


class Curve(NamedTuple):
    """Mean profit by headcount, and the spread around it."""

    level: float  # logarithm of the mean with one employee
    power: float  # of headcount
    large_power: float  # added to it above KINK employees
    spread: float  # standard deviation of the logarithm, up to KINK employees
    large_spread: float  # and above
    finance: float  # logarithm of finance's factor


START = Curve(np.log(50_000.0), 0.7, 0.2, 1.4, 1.9, np.log(5.0))


def mean_profit(curve: Curve, headcount: Floats) -> Floats:
    """The mean of enterprises that make a profit."""
    above = np.maximum(headcount / KINK, 1.0)
    result: Floats = np.exp(curve.level) * headcount**curve.power * above**curve.large_power
    return result


def headcounts() -> Floats:
    """The headcount at each point [SIZE_POINTS]."""
    step = np.arange(SIZE_POINTS)
    return np.asarray(2.0 ** (step // 4) * (1.0 + step % 4 / 4.0), np.float64)


def fit(sources: Sources, cells: Any, places: Floats, kinds: Any) -> Profits:
    """The curve that meets the published figures best."""
    loss = np.repeat([sources.figure("no_profit_under_50"), sources.figure("no_profit_50_plus")], [_SMALL_BANDS, 3])
    companies = companies_of(sources, cells, places, kinds, loss)
    share = sources.figure("england_share_of_businesses")
    wanted = Outcome(
        sources.figure("profit_up_to_50000"), sources.figure("profit_above_250000"),
        sources.figure("corporation_tax_liabilities") * share, sources.figure("large_payers_share"),
        sources.figure("financial_share"), 0.0,
    )  # fmt: skip
    usual = sources.figure("profit_spread")
    rates, payers = tax_rates(), sources.figure("large_payers") * share

    def misses(choice: Floats) -> Floats:
        curve = Curve(*choice)
        found = outcome(companies, curve, rates)
        return np.array([
            (found.up_to_50000 - wanted.up_to_50000) / 0.03, (found.above_250000 - wanted.above_250000) / 0.02,
            np.log(found.tax / wanted.tax) / 0.02, (found.large_payers - wanted.large_payers) / 0.02,
            (found.finance - wanted.finance) / 0.01, np.log(found.number_of_large_payers / payers) / 0.05,
            (curve.spread - usual) / 0.20, (curve.large_spread - usual) / 0.20,  # what is published hardly says
        ])  # fmt: skip

    best = Curve(*least_squares(misses, np.array(START)))
    section = np.ones(len(axes.INDUSTRIES))
    section[FINANCE] = np.exp(best.finance)
    return Profits(loss, mean_profit(best, headcounts()), section, np.array([best.spread, best.large_spread]))


def least_squares(misses: Callable[[Floats], Floats], start: Floats) -> Floats:
    """Where the sum of squared misses is least: damped Gauss-Newton steps from `start` (Levenberg and Marquardt)."""
    best, found, damping = start.astype(np.float64), misses(start), 1.0
    for _ in range(_STEPS):
        slope = np.stack([(misses(best + step) - found) / _NUDGE for step in np.eye(len(best)) * _NUDGE], axis=1)
        square = slope.T @ slope
        step = np.linalg.solve(square + damping * np.diag(np.diag(square)), slope.T @ found)
        tried = misses(best - step)
        better = bool((tried**2).sum() < (found**2).sum())
        best, found = (best - step, tried) if better else (best, found)
        damping = damping / 3 if better else damping * 4
    return best


def companies_of(sources: Sources, cells: Any, places: Floats, kinds: Any, loss: Floats) -> Companies:
    """Companies by size: those with employees from the cells, the other actively trading ones with a headcount of 1."""
    classes = places.shape[-1] - 1
    step = np.diff(places, axis=3)
    mean = cells.employees / np.maximum(cells.number, 1e-9)
    headcount = mean[..., None] / np.maximum(step * classes, 1e-12)
    company = (1 - kinds.charity) * kinds.company
    number = cells.number[..., None] * step * company[:, None, :, None]
    finance = (np.arange(len(axes.INDUSTRIES)) == FINANCE).astype(float)
    at = np.rint(np.log2(np.maximum(headcount, 1.0)) * 4).astype(int)
    key = (at * 2 + finance.astype(int)[:, None, None, None]) * len(loss) + np.arange(len(loss))[:, None]
    weight = np.bincount(key.reshape(-1), number.reshape(-1))
    people = np.bincount(key.reshape(-1), (number * headcount).reshape(-1))
    rows = np.flatnonzero(weight > 0)
    total = sources.figure("actively_trading_companies") * sources.figure("england_share_of_businesses")
    others = max(total - float(weight.sum()), 0.0)
    return Companies(
        np.append(people[rows] / weight[rows], 1.0), np.append(weight[rows], others),
        np.append(loss[rows % len(loss)], loss[0]), np.append(rows // len(loss) % 2, 0.0),
    )  # fmt: skip


def tax_rates() -> tuple[float, float, float, float, float]:
    """Main rate, small profits rate, lower and upper limit and fraction of marginal relief of YEAR."""
    parameters = load_parameters()
    names = ("main_rate", "small_profits_rate", "lower_limit", "upper_limit", "marginal_relief_fraction")
    main, small, lower, upper, fraction = (parameters.value(f"corporation_tax.{name}", YEAR) for name in names)
    return main, small, lower, upper, fraction


def tax_on(profit: Floats, rates: tuple[float, float, float, float, float]) -> Floats:
    """Corporation tax of companies without associated ones."""
    main, small, lower, upper, fraction = rates
    relief = fraction * np.clip(upper - profit, 0.0, None)
    tax: Floats = np.where(profit <= lower, small * profit, main * profit - relief)
    return tax


def outcome(companies: Companies, curve: Curve, rates: tuple[float, float, float, float, float]) -> Outcome:
    """What a curve gives."""
    quantile = NormalDist().inv_cdf
    normal = np.array([quantile((at + 0.5) / _DRAWS) for at in range(_DRAWS)])
    spread = np.where(companies.headcount < KINK, curve.spread, curve.large_spread)
    factor = np.exp(spread[:, None] * normal)
    factor /= factor.mean(1, keepdims=True)
    mean = mean_profit(curve, companies.headcount) * np.exp(curve.finance * companies.finance)
    profit = mean[:, None] * factor
    weight = (companies.number * (1 - companies.loss) / _DRAWS)[:, None]
    total = companies.number.sum()
    tax = tax_on(profit, rates) * weight
    large = profit > _LARGE_PAYER / rates[0]  # all of them pay the main rate

    def number_above(amount: float) -> float:
        """Companies with more profit than an amount; smooth in the curve, unlike a count of draws."""
        place = (np.log(mean / amount) - spread**2 / 2) / spread
        above = np.array([NormalDist().cdf(one) for one in place])
        return float((companies.number * (1 - companies.loss) * above).sum())

    return Outcome(
        1 - number_above(_SMALL) / total,
        number_above(_FULL) / total,
        float(tax.sum()) / _BILLION,
        float(tax[large].sum() / tax.sum()),
        float(tax[companies.finance > 0].sum() / tax.sum()),
        number_above(_LARGE_PAYER / rates[0]),
    )
