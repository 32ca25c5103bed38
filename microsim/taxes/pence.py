"""Whole pence, and the income tax that falls on a part of somebody's income."""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel

PENCE = 100.0
_HALF = 0.5


@kernel
def rounded(pounds):
    """Whole pence, halves up, as a float64: it holds every amount exactly, and sums of them."""
    return np.floor(pounds * PENCE + _HALF)


@kernel
def pence(pounds):
    """Whole pence, halves up."""
    return np.int64(rounded(pounds))


@kernel
def tax_on(part, total_income, tax):
    """Pounds of somebody's `tax` (pence) that fall on `part` of the total income: income tax is on all income."""
    share = part / max(total_income, 1.0)
    return min(share, 1.0) * tax / PENCE


@kernel
def earnings_after(earned, contributions, total_income, tax):
    """Pounds left of earnings after the employee's pension contributions (`earned`), from whole pence, after National
    Insurance `contributions` and income tax."""
    kept = earned / PENCE
    return max(kept - (contributions / PENCE + tax_on(kept, total_income, tax)), 0.0)


@kernel
def pensions_after(received, total_income, tax):
    """Pounds left of pensions and Carer's Allowance, whole pence, after income tax."""
    had = received / PENCE
    return had - tax_on(had, total_income, tax)
