"""Figures of a measure by year: nothing before its start, grown with prices or earnings, in whole pence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from microsim.parameters.load import Parameters
from microsim.scenario.values import Quantity

MOST_PENCE = 2**31 - 1  # of one person and line, or in one account: whole numbers of 32 bits
Indexation = Literal["none", "cpi", "gdp_deflator", "average_earnings"]


def by_year(figure: Quantity, years: Sequence[int], start: int) -> np.ndarray:
    """A figure in each year, float64 [years]; nothing before the start."""
    return np.array([figure.at(year) if year >= start else 0.0 for year in years])


def level(parameters: Parameters, indexation: str, years: Sequence[int], base: int) -> np.ndarray:
    """The level of prices or earnings [years] with 1 in the year `base`, before it as well as after."""
    return np.ones(len(years)) if indexation == "none" else parameters.index(f"{indexation}_growth", years, base)


def growth(parameters: Parameters, indexation: str, years: Sequence[int], start: int) -> np.ndarray:
    """Growth of prices or earnings since the start [years]; 1 up to it."""
    return np.where(np.asarray(years) <= start, 1.0, level(parameters, indexation, years, start))


def rounded(pence: np.ndarray) -> np.ndarray:
    """National amounts in whole pence, int64."""
    return np.asarray(np.rint(pence).astype(np.int64))
