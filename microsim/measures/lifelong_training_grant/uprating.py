"""Growth of the grant's amounts, and pence that fit the accounts' whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from microsim.errors import InputError, Problem
from microsim.parameters.load import Parameters
from microsim.scenario.values import Quantity

MOST_POUNDS = 1_000_000  # in any one amount of the grant
MOST_PENCE = 2**31 - 1  # in any one account or price: whole numbers of 32 bits
Indexation = Literal["none", "cpi", "gdp_deflator", "average_earnings"]
GROWTH = {
    "cpi": "cpi_growth",
    "gdp_deflator": "gdp_deflator_growth",
    "average_earnings": "average_earnings_growth",
}


def growth(parameters: Parameters, indexation: str, years: Sequence[int], start: int) -> np.ndarray:
    """Growth since the start year [years]; 1 up to the start."""
    if indexation == "none":
        return np.ones(len(years))
    index = parameters.index(GROWTH[indexation], years, start)
    return np.where(np.asarray(years) <= start, 1.0, index)


def level(parameters: Parameters, indexation: str, years: Sequence[int], base: int) -> np.ndarray:
    """The price level [years] with 1 in the year `base`, before it as well as after."""
    return np.ones(len(years)) if indexation == "none" else parameters.index(GROWTH[indexation], years, base)


def whole_pence(values: np.ndarray, what: str) -> np.ndarray:
    """Pence as int32. Raises InputError when an amount does not fit."""
    if values.max(initial=0.0) > MOST_PENCE:
        found, most = f"£{values.max() / 100:,.0f}", f"at most £{MOST_PENCE // 100:,}"
        raise InputError(Problem(f"{what} of the training grant grow too large", None, found, most))
    return np.rint(values).astype(np.int32)


def by_year(figure: Quantity, years: Sequence[int], start: int) -> np.ndarray:
    """A figure in each year, float64 [years]; nothing before the start."""
    return np.array([figure.at(year) if year >= start else 0.0 for year in years])


def pence(amount: Quantity, years: Sequence[int], start: int, index: np.ndarray, what: str) -> np.ndarray:
    """Pounds as whole pence, int32 [years], grown by `index` [years]; nothing before the start."""
    return whole_pence(by_year(amount, years, start) * 100 * index, what)
