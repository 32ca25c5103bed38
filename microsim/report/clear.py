"""What can be told from simulation noise: one rule for an amount, a difference, and one group among several.

An error is one standard error of simulation. One that is nought is exact; one that is not a number is unknown, and of
what is unknown nothing is told.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

CLEAR = 2.0  # standard errors: what lies nearer than this to nothing is not told from nothing


class End(StrEnum):
    """An end of several figures."""

    MOST = "most"
    LEAST = "least"


def is_clear(amount: float, error: float) -> bool:
    """Whether the sign of an amount is told from noise; False where it is nothing, or its error unknown."""
    return bool(amount != 0 and abs(amount) >= CLEAR * error)


def are_apart(one: float, error: float, other: float, other_error: float) -> bool:
    """Whether two figures differ by more than the errors of both, as if these were independent."""
    return is_clear(one - other, float(np.hypot(error, other_error)))


def differ(values: pd.Series, errors: pd.Series) -> bool:
    """Whether figures differ by more than their errors would make them; False where too few errors are known.

    The largest of several figures always stands out from the smallest. So all are looked at: the sum of squared
    distances from their mean, in errors, must be two standard deviations above what chance alone gives (chi-squared).
    That they differ does not say which is the largest: see `stands_out`.
    """
    values, errors = _known(values, errors)
    if len(values) < 2:
        return False
    if not (errors > 0).all():  # some are exact
        low, high = values.argmin(), values.argmax()
        return are_apart(values.iloc[high], errors.iloc[high], values.iloc[low], errors.iloc[low])
    mean = (values / errors**2).sum() / (1 / errors**2).sum()
    freedom = len(values) - 1
    return bool((((values - mean) / errors) ** 2).sum() > freedom + CLEAR * np.sqrt(2 * freedom))


def stands_out(values: pd.Series, errors: pd.Series, end: End) -> bool:
    """Whether the largest, or the smallest, of several figures is told from every other, so that it can be named."""
    count = int(values.notna().sum())
    values, errors = _known(values, errors)
    if len(values) < count or count < 2:
        return False
    place = int(values.argmax() if end == End.MOST else values.argmin())
    return all(
        are_apart(values.iloc[place], errors.iloc[place], values.iloc[other], errors.iloc[other])
        for other in range(len(values)) if other != place
    )  # fmt: skip


def _known(values: pd.Series, errors: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Figures with a known error. Nothing at all, which is what a group has in which nobody gains, is exact."""
    errors = errors.where(errors.notna() | (values != 0), 0.0)
    known = values.notna() & errors.notna()
    return values[known], errors[known]
