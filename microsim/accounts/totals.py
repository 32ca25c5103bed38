"""The table `scorecard_totals`: sums of the scorecard over lines and years, with errors of their own.

Errors do not add as amounts do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from microsim.accounts.published import Published
from microsim.accounts.simulation_error import leave_one_out, spread
from microsim.accounts.sums import Sum

ALL_MEASURES, ALL_LINES, ALL_YEARS = "all measures", "all lines", "all years"
PRICES = ("cash", "real", "present_value")
ERRORS = ("simulation_error", "real_simulation_error", "present_value_simulation_error")
COLUMNS = ("measure", "line", "financial_year", *PRICES, *ERRORS)
PENCE = 100.0

Effect = tuple[str, str, Sum]  # measure, line and, of the three PRICES, whole pence [3, years]


def totals_table(effects: Sequence[Effect], published: Published) -> pd.DataFrame:
    """Each line over all years; each measure, and all measures, by year and over all years: pounds.

    Rows overlap: choose those of one measure, line and year before adding. Sums are of the published years.
    """
    adults, years = published.adults[published.span], published.years
    rows = [_rows(measure, line, one, adults, years, by_year) for measure, line, one, by_year in _summed(effects)]
    return pd.DataFrame([one for some in rows for one in some], columns=list(COLUMNS))


def _summed(effects: Sequence[Effect]) -> Iterator[tuple[str, str, Sum, bool]]:
    """Measure, line, sum, and whether single years are wanted too."""
    for measure, line, one in effects:
        yield measure, line, one, False
    for measure in dict.fromkeys(measure for measure, _, _ in effects):
        yield measure, ALL_LINES, reduce(Sum.plus, (one for name, _, one in effects if name == measure)), True
    if effects:
        yield ALL_MEASURES, ALL_LINES, reduce(Sum.plus, (one for _, _, one in effects)), True


def _rows(
    measure: str, line: str, one: Sum, adults: np.ndarray, years: Sequence[str], by_year: bool
) -> Iterator[dict[str, Any]]:
    """A row for each year, if wanted, and one for all."""
    without = leave_one_out(one.groups, adults)
    whole = one.total.sum(axis=1, keepdims=True), spread(without.sum(axis=1, keepdims=True)), [ALL_YEARS]
    single = one.total, spread(without), years
    for amounts, errors, names in [single, whole] if by_year else [whole]:
        for place, year in enumerate(names):
            yield {
                "measure": measure, "line": line, "financial_year": year,
                **dict(zip(PRICES, amounts[:, place] / PENCE, strict=True)),
                **dict(zip(ERRORS, (errors[:, place] / PENCE).round(2), strict=True)),
            }  # fmt: skip
