"""Household income, taxes and benefits of the baseline beside what is published, from the sums of the run itself.

Income is household net income, equivalised with a couple without children as 1, before housing costs, of people of all
ages. It is compared in money of 2024-25, to which the model's own growth of average earnings brings it back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from microsim.accounts.incomes import bin_edges, bin_incomes, gini, income_percentile, income_shares, mean_income
from microsim.taxes.lines import TAX_LINES
from microsim.validation.estimates import THOUSANDTHS, Estimate, number, share
from microsim.validation.pay_bins import named

PENCE, BILLION = 100.0, 1e9
FIFTHS = 5
# Members of a household share one income, so a sample says as much as one of its households, of 2.36 people each.
PEOPLE_IN_A_HOUSEHOLD = 2.36
# How unequal taxes and benefits are over adults: a rough coefficient of variation, about that of income tax, used for
# the sampling error of their sums alone. Contributions and benefits vary less.
SPREAD_OF_AMOUNTS = 3.0
_LINES = {line.name: place for place, line in enumerate(TAX_LINES)}


def _year(tally: Any, target: Any) -> int:
    """The place of the target's year. Raises ValueError outside the years lived."""
    index = int(tally.index(target.year))
    if not 0 <= index < tally.ledger.incomes.shape[1]:
        raise ValueError(f"{target.year} is not lived")
    return index


def _people(tally: Any, target: Any) -> np.ndarray:
    """People of all ages by bin of income in the target's year."""
    people: np.ndarray = tally.ledger.incomes[0, _year(tally, target)] / THOUSANDTHS
    return people


def _weight(tally: Any) -> float:
    """People that one independent income of the sample stands for."""
    return float(tally.weight * PEOPLE_IN_A_HOUSEHOLD)


def household_income(tally: Any, target: Any) -> Estimate:
    """A percentile (`detail` "p50") or the mean, GBP a year in money of 2024-25."""
    people = _people(tally, target)
    growth = float(tally.programme.tables.earnings.growth[_year(tally, target)])
    found = named(people, target.detail, _weight(tally), bin_edges())
    return Estimate(found.value / growth, found.error / growth)


def household_income_below(tally: Any, target: Any) -> Estimate:
    """The share of people with less than `detail` times the median."""
    people = _people(tally, target)
    line = float(target.detail) * income_percentile(people, 50)
    below = float(np.interp(line, bin_edges(), np.concatenate([[0.0], np.cumsum(people)])))
    return share(below * THOUSANDTHS, float(people.sum()) * THOUSANDTHS, _weight(tally))


def household_income_gini(tally: Any, target: Any) -> Estimate:
    """The Gini coefficient: twice the mean of income times rank, over mean income, less 1."""
    people = _people(tally, target)
    income, mean = bin_incomes(), mean_income(people)
    density = people / people.sum()
    rank = np.cumsum(density) - density / 2
    above = np.cumsum((income * density)[::-1])[::-1]
    product = float((income * rank) @ density)
    influence = 2 * (income * rank + above - 2 * product) / mean - 2 * product * (income - mean) / mean**2
    return Estimate(gini(people), _error(influence, people, tally))


def household_income_share(tally: Any, target: Any) -> Estimate:
    """The share of all income that the fifth of people numbered `detail` has, 1 being the poorest."""
    people = _people(tally, target)
    fifth = int(target.detail)
    found = float(income_shares(people, FIFTHS)[fifth - 1])
    income, mean = bin_incomes(), mean_income(people)
    to, since = (_influence_up_to(people, place * 100 / FIFTHS) for place in (fifth, fifth - 1))
    return Estimate(found, _error((to - since - found * (income - mean)) / mean, people, tally))


def _influence_up_to(people: np.ndarray, percentile: float) -> np.ndarray:
    """What one person more at each income does to the income of those below a percentile, but for a constant."""
    income = bin_incomes()
    if percentile in (0, 100):
        return income if percentile else np.zeros_like(income)
    top = income_percentile(people, percentile)
    return np.minimum(income - top, 0.0)


def _error(influence: np.ndarray, people: np.ndarray, tally: Any) -> float:
    """One standard error of a statistic from what each person does to it."""
    density = people / people.sum()
    variance = float(influence**2 @ density - (influence @ density) ** 2)
    return float(np.sqrt(max(variance, 0.0) * _weight(tally) / people.sum()))


def _sum(tally: Any, names: str, year: int) -> tuple[float, bool]:
    """Lines added up ("income_tax + child_benefit_charge"), pence or people in thousandths, and whether it is money."""
    lines = [_LINES[name] for name in names.split(" + ")]
    money = {TAX_LINES[line].unit == "£" for line in lines}
    if len(money) > 1:
        raise ValueError("money and people do not add up")
    return float(tally.ledger.taxes[0, lines, year].sum()), money.pop()


def tax_total(tally: Any, target: Any) -> Estimate:
    """A line of taxes or benefits, or a sum of lines: GBP billion, or people or families, in a financial year."""
    year = _year(tally, target)
    found, money = _sum(tally, target.detail, year)
    if not money:
        return number(found, tally.weight)
    value = found / THOUSANDTHS / PENCE / BILLION
    adults = float(tally.status[year].sum()) / THOUSANDTHS / tally.weight
    return Estimate(value, float(abs(value) * SPREAD_OF_AMOUNTS / np.sqrt(adults)))


def tax_share(tally: Any, target: Any) -> Estimate:
    """People of one line as a share of those of another: `detail` is "part / whole"."""
    year = _year(tally, target)
    part, whole = (_sum(tally, names, year)[0] for names in target.detail.split(" / "))
    return share(part, whole, tally.weight)


STATISTICS: dict[str, Callable[[Any, Any], Estimate]] = {
    function.__name__: function
    for function in (
        household_income, household_income_below, household_income_gini, household_income_share, tax_total, tax_share,
    )
}  # fmt: skip
