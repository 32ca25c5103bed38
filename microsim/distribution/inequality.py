"""The tables `inequality` and `concentration`: how income is spread with and without the reform, and how near the
bottom or the top each measure's gains fall.

Income is equivalised household net income before housing costs, of people of all ages in private households, as in
`microsim.accounts.incomes`. The concentration index of a gain is twice the area between the diagonal and the share of
the gain that goes to people in order of income: from -1, all to the poorest, to +1, all to the richest, and 0 when it
is the same for all (Kakwani, "Measurement of tax progressivity: an international comparison", Economic Journal, 1977;
O'Donnell, van Doorslaer, Wagstaff and Lindelow, Analyzing Health Equity Using Household Survey Data, World Bank, 2008,
chapter 8). Kakwani's index is that less the Gini coefficient of income: a gain below nothing narrows relative
differences of income, being smaller in proportion to larger incomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from microsim.accounts.breakdowns import split_into_equal_groups
from microsim.accounts.incomes import FIFTHS, gini, income_percentile, income_shares, mean_income
from microsim.accounts.sharing import share_out
from microsim.accounts.tables import Accounts
from microsim.distribution.results import GainResults
from microsim.engine.gain_sums import INCOME_BINS
from microsim.engine.gains import EVERYBODY, PEOPLE_ROWS, GainRow
from microsim.engine.run import REFORM
from microsim.years import format_financial_year

COLUMNS = ("financial_year", "income", "statistic", "unit", "value")
CONCENTRATION_COLUMNS = ("financial_year", "measure", "kind", "statistic", "value")
BASELINE_INCOME, CASH_INCOME, EXTENDED_INCOME = "baseline", "reform", "reform_with_benefits_in_kind"
_CONCENTRATED = ("cash", "in_kind", "employer")
_DIGITS = 4  # of indices and shares of a gain: what follows is noise in any sample


def inequality_tables(results: GainResults, accounts: Accounts) -> dict[str, pd.DataFrame]:
    """Both tables; without taxes and benefits there are no incomes, and no rows."""
    names = [format_financial_year(year) for year in results.years]
    gained = {row: gains_by_bin(results, row) for row in results.rows if row.kind in _CONCENTRATED}
    spread, concentrated = [], []
    for year, name in enumerate(names):
        for income, people in incomes_of(results, accounts, year).items():
            spread += [(name, income, *found) for found in spread_of(people)]
        concentrated += [(name, *found) for found in _concentrations(results, accounts, gained, year)]
    return {
        "inequality": pd.DataFrame(spread, columns=list(COLUMNS)),
        "concentration": pd.DataFrame(concentrated, columns=list(CONCENTRATION_COLUMNS)),
    }


def incomes_of(results: GainResults, accounts: Accounts, year: int) -> dict[str, np.ndarray]:
    """People by bin of income, of the three concepts, in the published year with that number."""
    at = (results.span.start or 0) + year
    incomes, reform = accounts.ledger.incomes, accounts.programme.assessed(REFORM)
    return {
        BASELINE_INCOME: incomes[0, at], CASH_INCOME: incomes[reform, at], EXTENDED_INCOME: results.sums.extended[at],
    }  # fmt: skip


def spread_of(people: np.ndarray) -> list[tuple[str, str, float]]:
    """(statistic, unit, value) from people by bin of income; none where there are no people."""
    if not people.any():
        return []
    low, middle, high = (income_percentile(people, percentile) for percentile in (10, 50, 90))
    shares = income_shares(people, FIFTHS)
    return [
        ("gini", "fraction", gini(people)),
        ("ratio_90_10", "ratio", high / low), ("ratio_90_50", "ratio", high / middle),
        ("ratio_50_10", "ratio", middle / low), ("bottom_fifth_share", "fraction", float(shares[0])),
        ("top_fifth_share", "fraction", float(shares[-1])), ("median", "£ a year", middle),
        ("mean", "£ a year", mean_income(people)),
    ]  # fmt: skip


def _concentrations(
    results: GainResults, accounts: Accounts, gained_by_bin: Mapping[GainRow, np.ndarray], year: int
) -> Iterator[tuple[str, str, str, float]]:
    """(measure, kind, statistic, value) of every gain that is anything in the year."""
    people = results.by_income[EVERYBODY, year, :INCOME_BINS]
    before = incomes_of(results, accounts, year)[BASELINE_INCOME]
    if not people.any() or not before.any():
        return
    income_gini = gini(before)
    for row, every_year in gained_by_bin.items():
        gained = every_year[year, :INCOME_BINS]
        if gained.sum() == 0:
            continue
        index = concentration_index(gained, people)
        yield row.measure, row.kind, "concentration_index", round(index, _DIGITS)
        yield row.measure, row.kind, "kakwani_index", round(index - income_gini, _DIGITS)
        for number, share in enumerate(shares_of_groups(gained, people, FIFTHS), 1):
            yield row.measure, row.kind, f"fifth_{number}_share", round(float(share), _DIGITS)


def gains_by_bin(results: GainResults, row: GainRow) -> np.ndarray:
    """A gain in pence x thousandths by bin of income, int64 [years, INCOME_BINS + 1], with its national money that is
    shared over people."""
    found = results.by_income[len(PEOPLE_ROWS) + results.rows.index(row)].copy()
    for money in results.national:
        if money.row == row and money.key is not None:
            key = results.by_income[len(PEOPLE_ROWS) + results.rows.index(money.key)]
            found += share_out(money.amount * 1000, key)[0]
    return found


def concentration_index(gained: np.ndarray, people: np.ndarray) -> float:
    """The index of what each bin of income gains, poorest first, by trapezia; `people` are those in each bin."""
    curve = np.concatenate([[0.0], np.cumsum(gained, dtype=np.float64)]) / gained.sum()
    return float(1.0 - ((curve[1:] + curve[:-1]) * (people / people.sum())).sum())


def shares_of_groups(gained: np.ndarray, people: np.ndarray, groups: int) -> np.ndarray:
    """Share of a gain that goes to each of `groups` groups of equally many people, from the poorest: float64.

    The groups are made as the tenths of `gains` are, so two of those are a fifth.
    """
    shares: np.ndarray = split_into_equal_groups(gained, people, groups) / gained.sum()
    return shares
