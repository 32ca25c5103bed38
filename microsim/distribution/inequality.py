"""The tables `inequality` and `concentration`: how income is spread with and without the reform, and how near the
bottom or the top each measure's gains fall.

Income is equivalised household net income before housing costs, of people of all ages in private households, as in
`microsim.accounts.incomes`. The concentration index of a gain is twice the area between the diagonal and the share of
the gain that goes to people in order of income: from -1, all to the poorest, to +1, all to the richest, and 0 when it
is the same for all (Kakwani, "Measurement of tax progressivity: an international comparison", Economic Journal, 1977;
O'Donnell, van Doorslaer, Wagstaff and Lindelow, Analyzing Health Equity Using Household Survey Data, World Bank, 2008,
chapter 8). Kakwani's index is that less the Gini coefficient of income: a gain below nothing narrows relative
differences of income, being smaller in proportion to larger incomes.

Simulation errors are the jackknife's (`microsim.accounts.simulation_error`), from people and gains in wide bins. The
same people live in both arms, so the error of a change is that of the differences of the estimates without each group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from microsim.accounts.breakdowns import split_into_equal_groups
from microsim.accounts.incomes import FIFTHS, gini, income_percentile, income_shares, mean_income
from microsim.accounts.sharing import share_out
from microsim.accounts.simulation_error import leave_one_out, spread, standard_error
from microsim.accounts.tables import Accounts
from microsim.distribution.deciles import variance_at_edges, wide_shares
from microsim.distribution.income_replicates import (
    BASELINE_INCOME,
    CASH_INCOME,
    EXTENDED_INCOME,
    each,
    without_each_group,
)
from microsim.distribution.results import GainResults
from microsim.engine.gain_sums import INCOME_BINS, WIDE_BINS
from microsim.engine.gains import EVERYBODY, PEOPLE_ROWS, GainRow
from microsim.engine.run import REFORM
from microsim.years import format_financial_year

COLUMNS = (
    "financial_year", "income", "statistic", "unit", "value", "simulation_error", "change", "error_of_change",
)  # fmt: skip
CONCENTRATION_COLUMNS = ("financial_year", "measure", "kind", "statistic", "value", "simulation_error")
_CONCENTRATED = ("cash", "in_kind", "employer")
_DIGITS = 4  # of indices and shares of a gain: what follows is noise in any sample
_ERROR_DIGITS = 5
STATISTICS = (
    "gini", "ratio_90_10", "ratio_90_50", "ratio_50_10", "bottom_fifth_share", "top_fifth_share", "median", "mean",
)  # fmt: skip
_CONCENTRATION_STATISTICS = (
    "concentration_index", "kakwani_index", *(f"fifth_{number}_share" for number in range(1, FIFTHS + 1)),
)  # fmt: skip


def inequality_tables(results: GainResults, accounts: Accounts) -> dict[str, pd.DataFrame]:
    """Both tables; without taxes and benefits there are no incomes, and no rows."""
    gained = {row: gains_by_bin(results, row) for row in results.rows if row.kind in _CONCENTRATED}
    spread_rows: list[tuple[object, ...]] = []
    concentrated: list[tuple[object, ...]] = []
    for year, left in enumerate(without_each_group(results)):
        name = format_financial_year(results.years[year])
        people = incomes_of(results, accounts, year)
        without = {income: each(left[income], _values, len(STATISTICS)) for income in people}
        spread_rows += [(name, *row) for row in _spread_rows(people, without)]
        ginis = without[BASELINE_INCOME][STATISTICS.index("gini")]
        concentrated += [(name, *row) for row in _concentrations(results, people, gained, ginis, year)]
    return {
        "inequality": pd.DataFrame(spread_rows, columns=list(COLUMNS)),
        "concentration": pd.DataFrame(concentrated, columns=list(CONCENTRATION_COLUMNS)),
    }


def _spread_rows(
    people: Mapping[str, np.ndarray], without: Mapping[str, np.ndarray]
) -> Iterator[tuple[str, str, str, float, float, float, float]]:
    """Of each income and statistic its unit and value, the value less the baseline's, and the errors of both; `without`
    has the statistics without each random group, float64 [len(STATISTICS), RANDOM_GROUPS]."""
    before = [value for _, _, value in spread_of(people[BASELINE_INCOME])]
    for income, counts in people.items():
        errors = spread(without[income])
        of_changes = spread(without[income] - without[BASELINE_INCOME])
        for place, (statistic, unit, value) in enumerate(spread_of(counts)):
            changed = income != BASELINE_INCOME
            change = value - before[place] if changed else np.nan
            yield income, statistic, unit, value, errors[place], change, of_changes[place] if changed else np.nan


def _values(people: np.ndarray) -> list[float]:
    return [value for _, _, value in spread_of(people)]


def incomes_of(results: GainResults, accounts: Accounts, year: int) -> dict[str, np.ndarray]:
    """People by bin of income, of the three concepts, in the published year with that number."""
    at = (results.span.start or 0) + year
    incomes, reform = accounts.ledger.incomes, accounts.programme.assessed(REFORM)
    return {
        BASELINE_INCOME: incomes[0, at], CASH_INCOME: incomes[reform, at], EXTENDED_INCOME: results.sums.extended[at],
    }  # fmt: skip


def spread_of(people: np.ndarray) -> list[tuple[str, str, float]]:
    """(statistic, unit, value) of STATISTICS from people by bin of income; none where there are no people."""
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
    results: GainResults,
    incomes: Mapping[str, np.ndarray],
    gained_by_bin: Mapping[GainRow, np.ndarray],
    ginis: np.ndarray,
    year: int,
) -> Iterator[tuple[str, str, str, float, float]]:
    """(measure, kind, statistic, value, error) of every gain that is anything in the year; `ginis` [RANDOM_GROUPS] are
    the baseline's without each random group."""
    people = results.by_income[EVERYBODY, year, :INCOME_BINS]
    before = incomes[BASELINE_INCOME]
    if not people.any() or not before.any():
        return
    for row, every_year in gained_by_bin.items():
        gained = every_year[year, :INCOME_BINS]
        if gained.sum() == 0:
            continue
        index, shares = concentration_index(gained, people), shares_of_groups(gained, people, FIFTHS)
        values = [float(index), float(index) - gini(before), *map(float, shares)]
        errors = spread(_without_each_group(results, row, gained, ginis, year))
        errors[-FIFTHS:] = np.sqrt(errors[-FIFTHS:] ** 2 + _at_edges(results, row, year) / float(gained.sum()) ** 2)
        for statistic, value, error in zip(_CONCENTRATION_STATISTICS, values, errors, strict=True):
            yield row.measure, row.kind, statistic, round(value, _DIGITS), round(float(error), _ERROR_DIGITS)


def _without_each_group(
    results: GainResults, row: GainRow, gained: np.ndarray, ginis: np.ndarray, year: int
) -> np.ndarray:
    """The statistics of a gain without each random group, float64 [statistics, RANDOM_GROUPS]. National money that is
    in `gained` [INCOME_BINS] stays where it is."""
    wide = results.by_wide_income[:, year, :WIDE_BINS].astype(np.float64)
    adults, everybody = (wide[results.people_row(name)] for name in ("adults", "people"))
    own = wide[len(PEOPLE_ROWS) + results.rows.index(row)]
    national = gained.reshape(WIDE_BINS, -1).sum(axis=1) - own.sum(axis=1)
    left = leave_one_out(own, adults.sum(axis=0)).T + national  # [RANDOM_GROUPS, WIDE_BINS]
    people = everybody.sum(axis=1) - everybody.T
    with np.errstate(divide="ignore", invalid="ignore"):  # a gain that one random group alone has, or only it has not
        indices = concentration_index(left, people)
        edges = np.linspace(0.0, 1.0, FIFTHS + 1)
        shares = [np.diff(np.interp(edges, *_running(people[group], left[group]))) for group in range(len(left))]
    return np.stack([indices, indices - ginis, *np.array(shares).T])


def _at_edges(results: GainResults, row: GainRow, year: int) -> np.ndarray:
    """Variances of a gain's fifths [FIFTHS] that sharing wide bins over them leaves out, in pence x thousandths."""
    wide = results.by_wide_income[:, year, :WIDE_BINS]
    of_bins = standard_error(wide[len(PEOPLE_ROWS) + results.rows.index(row)], wide[EVERYBODY])
    shares = wide_shares(results.by_income[EVERYBODY, year, :INCOME_BINS], WIDE_BINS, FIFTHS)
    return variance_at_edges(np.nan_to_num(of_bins) ** 2, shares)


def _running(people: np.ndarray, gained: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares of people, and of a gain, up to each bin, from 0 to 1."""
    upto_people, upto_gained = (np.concatenate([[0.0], np.cumsum(part)]) for part in (people, gained))
    return upto_people / upto_people[-1], upto_gained / upto_gained[-1]


def gains_by_bin(results: GainResults, row: GainRow) -> np.ndarray:
    """A gain in pence x thousandths by bin of income, int64 [years, INCOME_BINS + 1], with its national money that is
    shared over people."""
    found = results.by_income[len(PEOPLE_ROWS) + results.rows.index(row)].copy()
    for money in results.national:
        if money.row == row and money.key is not None:
            key = results.by_income[len(PEOPLE_ROWS) + results.rows.index(money.key)]
            found += share_out(money.amount * 1000, key)[0]
    return found


def concentration_index(gained: np.ndarray, people: np.ndarray) -> np.ndarray:
    """The index [...] of what each bin of income gains [..., bins], poorest first, by trapezia; `people` are those in
    each bin."""
    upto = np.cumsum(gained, axis=-1, dtype=np.float64)
    before = np.concatenate([np.zeros_like(upto[..., :1]), upto[..., :-1]], axis=-1)
    weight = people / people.sum(axis=-1, keepdims=True)
    return np.asarray(1.0 - ((upto + before) / gained.sum(axis=-1, keepdims=True) * weight).sum(axis=-1))


def shares_of_groups(gained: np.ndarray, people: np.ndarray, groups: int) -> np.ndarray:
    """Share of a gain that goes to each of `groups` groups of equally many people, from the poorest: float64.

    The groups are made as the tenths of `gains` are, so two of those are a fifth.
    """
    shares: np.ndarray = split_into_equal_groups(gained, people, groups) / gained.sum()
    return shares
