"""Amounts of the grant in pence that fit the accounts' whole numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from microsim.errors import InputError, Problem
from microsim.measures.amounts import MOST_PENCE, by_year
from microsim.scenario.values import Quantity

MOST_POUNDS = 1_000_000  # in any one amount of the grant


def whole_pence(values: np.ndarray, what: str) -> np.ndarray:
    """Pence as int32. Raises InputError when an amount does not fit."""
    if values.max(initial=0.0) > MOST_PENCE:
        found, most = f"£{values.max() / 100:,.0f}", f"at most £{MOST_PENCE // 100:,}"
        raise InputError(Problem(f"{what} of the training grant grow too large", None, found, most))
    return np.rint(values).astype(np.int32)


def pence(amount: Quantity, years: Sequence[int], start: int, index: np.ndarray, what: str) -> np.ndarray:
    """Pounds as whole pence, int32 [years], grown by `index` [years]; nothing before the start."""
    return whole_pence(by_year(amount, years, start) * 100 * index, what)
