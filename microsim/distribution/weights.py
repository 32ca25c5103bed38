"""The table `distributional_weights`: gains weighted by the income of those who have them, as a sensitivity.

A pound counts for (median income / income) to the power eta: with eta of 1.3, nearly 2.5 times as much at half the
median (HM Treasury, The Green Book, annex A3). The income is the baseline's equivalised household net income of the
year. Below a low percentile of income a gain is weighted no more: few live on what little is recorded there (Brewer,
Etheridge and O'Dea, "Why are households that report the lowest incomes so well-off?", Economic Journal, 2017). Gains of
people in communal establishments, and what is not allocated to people, have a weight of 1. Unweighted, eta is 0.
Simulation errors are those of `microsim.distribution.weights_error`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from microsim.accounts.amounts import PENCE
from microsim.accounts.frames import Labels, Part, joined
from microsim.accounts.incomes import income_percentile
from microsim.accounts.rounding import Deflators
from microsim.distribution.grouping import Grouped
from microsim.distribution.incidence import INCIDENCE_KINDS, with_incidence
from microsim.distribution.money import money_by_group
from microsim.distribution.results import GainResults
from microsim.distribution.weights_error import WeightedGains
from microsim.engine.gain_sums import INCOME_BINS
from microsim.engine.gains import EVERYBODY
from microsim.engine.ledger import EARNINGS_BINS, earnings_bin_floor
from microsim.scenario.distribution import DistributionalWeights, Incidence
from microsim.years import format_financial_year

COLUMNS = (
    "measure", "kind", "financial_year", "eta", "case", "cash", "present_value", "weighted_over_unweighted",
    "simulation_error", "error_of_ratio",
)  # fmt: skip
KINDS = ("cash", "in_kind", *INCIDENCE_KINDS)  # whose the gain is: neither where it arises, nor the Exchequer's
_RATIO_DIGITS, _ERROR_DIGITS = 3, 4
_BINS = tuple(str(number) for number in range(INCOME_BINS + 1))


def weights_table(
    results: GainResults, incidence: Incidence, choice: DistributionalWeights, deflators: Deflators
) -> pd.DataFrame:
    """Every gain of KINDS in pounds by year, in cash and as present value: unweighted, and by each eta of the range.

    `case` says which eta it is: unweighted, central, low or high.
    """
    grouped = Grouped("income", _BINS, results.by_income, None)
    every = with_incidence(money_by_group(results, grouped), incidence, grouped)
    money = {key: gain for key, gain in every.items() if key[1] in KINDS and gain.pence.any()}
    without = WeightedGains(results, incidence)
    value = deflators.value_of_a_pound[results.span]
    years = Labels(tuple(format_financial_year(year) for year in results.years), np.arange(len(results.years)))
    parts: list[Part] = []
    for case, eta in _cases(choice).items():
        weight = income_weights(results, eta, choice.lowest_percentile)
        for (measure, kind), gain in money.items():
            unweighted, cash = gain.pence.sum(axis=1) / PENCE, (gain.pence * weight).sum(axis=1) / PENCE
            errors = without.errors((measure, kind), gain.pence, weight, eta)
            parts.append(
                {
                    "measure": measure, "kind": kind, "financial_year": years, "eta": eta, "case": case,
                    "cash": cash.round(2), "present_value": (cash * value).round(2),
                    "weighted_over_unweighted": np.divide(
                        cash, unweighted, out=np.full(len(cash), np.nan), where=unweighted != 0
                    ).round(_RATIO_DIGITS),
                    "simulation_error": (errors.cash / PENCE).round(2),
                    "error_of_ratio": np.where(unweighted != 0, errors.ratio, np.nan).round(_ERROR_DIGITS),
                }
            )  # fmt: skip
    return joined(COLUMNS, parts)


def _cases(choice: DistributionalWeights) -> dict[str, float]:
    step = choice.eta.steps[0]
    cases = {"unweighted": 0.0, "central": step.central, "low": step.low, "high": step.high}
    return {case: eta for case, eta in cases.items() if eta is not None}


def income_weights(results: GainResults, eta: float, lowest_percentile: float) -> np.ndarray:
    """The weight of a pound by bin, of people without a household, and of nobody: float64 [years, INCOME_BINS + 2]."""
    incomes = middle_incomes()
    found = np.ones((len(results.years), INCOME_BINS + 2))
    for year, people in enumerate(results.by_income[EVERYBODY, :, :INCOME_BINS]):
        if people.any():
            fine = np.repeat(people / 2, 2)  # as in the bins of the accounts, half as wide
            median, floor = (income_percentile(fine, percentile) for percentile in (50, lowest_percentile))
            found[year, :INCOME_BINS] = (median / np.maximum(incomes, floor)) ** eta
    return found


def middle_incomes() -> np.ndarray:
    """The middle of each bin of income: float64 [INCOME_BINS], pounds a year."""
    wide = EARNINGS_BINS // INCOME_BINS
    edges = earnings_bin_floor(np.arange(0, EARNINGS_BINS + 1, wide))
    middle: np.ndarray = (edges[1:] + edges[:-1]) / 2
    return middle
