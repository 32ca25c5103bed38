"""Two runs' sums on one grid of rows, years and random groups, in whole pence, and the difference with its error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from microsim.accounts.simulation_error import error_of_difference, over_years
from microsim.population.columns import RANDOM_GROUPS

PENCE = 100.0
ALL_YEARS, ALL_MEASURES, ALL_LINES = "all years", "all measures", "all lines"
CASH, REAL, PRESENT_VALUE = "cash", "real", "present_value"
PRICES = (CASH, REAL, PRESENT_VALUE)


class Sums(NamedTuple):
    """Sums of one run: pence (or people) int64 [rows, years], and those of each random group where the run has them.

    `groups` is [rows, years, groups] or None; `people` [years, groups] are the people of each group, weighted, whose
    number is known.
    """

    amounts: np.ndarray
    groups: np.ndarray | None = None
    people: np.ndarray | None = None

    def over_rows(self, member: np.ndarray) -> Sums:
        """Sums of rows: `member` [new rows, rows] is 1 for each part of a new row. `people` are those of all rows."""
        groups = None if self.groups is None else np.tensordot(member, self.groups, axes=1)
        return Sums(member @ self.amounts, groups, self.people)

    def over_years(self) -> Sums:
        """The sum over all years, as a single one."""
        amounts = self.amounts.sum(axis=1, keepdims=True)
        if self.groups is None or self.people is None:
            return Sums(amounts)
        groups, people = over_years(self.groups, self.people)
        return Sums(amounts, groups[:, None], people[None, :])


def pence(pounds: Iterable[float]) -> np.ndarray:
    """Published pounds as whole pence, int64."""
    return np.rint(np.asarray(pounds, np.float64) * PENCE).astype(np.int64)


def grid(table: pd.DataFrame, column: str, axes: Mapping[str, Sequence[object]]) -> np.ndarray:
    """A column of a long table in whole pence on the grid of `axes`: column name -> values in order.

    What the table leaves out is 0; rows with other values are left out; rows with the same place add up.
    """
    places = [pd.Index(list(values)).get_indexer(pd.Index(table[name])) for name, values in axes.items()]
    inside = np.logical_and.reduce([place >= 0 for place in places])
    result = np.zeros([len(values) for values in axes.values()], np.int64)
    np.add.at(result, tuple(place[inside] for place in places), pence(table[column])[inside])
    return result


def differences(first: Sums, second: Sums, same_people: bool) -> dict[str, np.ndarray]:
    """The columns of a comparison in pounds [rows, years]: reference, amount, difference, standard_error.

    The error is not a number where a run has no random groups.
    """
    return {
        "reference": first.amounts / PENCE,
        "amount": second.amounts / PENCE,
        "difference": (second.amounts - first.amounts) / PENCE,
        "standard_error": np.round(_error(first, second, same_people) / PENCE, 2),
    }


def _error(first: Sums, second: Sums, same_people: bool) -> np.ndarray:
    if first.groups is None or second.groups is None or first.people is None or second.people is None:
        return np.full(first.amounts.shape, np.nan)
    return error_of_difference(first.groups, first.people, second.groups, second.people, same_people)


def people_of_groups(table: pd.DataFrame, years: Sequence[str]) -> np.ndarray:
    """The people of each random group in each year, float64 [years, groups], from a table of replicates."""
    cells = table.pivot_table(index="financial_year", columns="random_group", values="people", aggfunc="max")
    known = cells.reindex(index=list(years), columns=list(range(RANDOM_GROUPS)))
    return known.fillna(0.0).to_numpy(np.float64)


def long_frame(
    labels: Mapping[str, Sequence[object]], years: Sequence[str], values: dict[str, np.ndarray]
) -> pd.DataFrame:
    """A long frame with a row for each row and year from arrays [rows, years] and a label for each row."""
    count = len(next(iter(values.values())))
    columns = {name: np.repeat(np.asarray(texts, object), len(years)) for name, texts in labels.items()}
    columns["financial_year"] = np.tile(np.asarray(list(years), object), count)
    return pd.DataFrame(columns | {name: array.reshape(-1) for name, array in values.items()})
