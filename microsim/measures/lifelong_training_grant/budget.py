"""A cash limit on the grant: the limit, the shares served that a pilot run finds for it, and both beside spending."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from microsim.measures.amounts import by_year
from microsim.measures.contract import Setting, Totals
from microsim.scenario.values import MeasureParams, Quantity, quantity
from microsim.years import format_financial_year

MILLION = 1_000_000
PENCE = 100


class Budget(MeasureParams):
    """A cash limit. People who are not served keep their money and may try again the next year."""

    cap: Quantity = quantity(
        0,
        unit="£m a year",
        description="Most that may be spent on courses in a year, in cash, service and fraud apart; 0 for no limit",
        ge=0,
        le=100_000,
    )
    served_share: Quantity = quantity(
        1,
        unit="fraction",
        description="Share of would-be users who are served. Left at 1, a pilot run finds those that keep to the cap",
        ge=0,
        le=1,
    )


def limit(params: Any, run: Setting) -> np.ndarray | None:
    """The most that may be spent, pence [years], infinite in years without a limit; None where there is none at all or
    the shares served are given."""
    cap = by_year(params.budget.cap, run.years, params.start)
    shares = by_year(params.budget.served_share, run.years, params.start)
    given = (shares < 1.0) & (np.asarray(run.years) >= params.start)
    if given.any() or not cap.any():
        return None
    result: np.ndarray = np.where(cap > 0, cap * MILLION * PENCE, np.inf)
    return result


def serve(params: Any, run: Setting, shares: np.ndarray) -> Any:
    """The grant with those shares of would-be users served, float64 [years]."""
    source = "Found by a pilot run for the cash limit"
    dated = {
        year: {"central": float(share), "source": source, "quality": "derived"}
        for year, share in zip(run.years, shares, strict=True)
        if year >= params.start
    }
    budget = params.budget.model_copy(update={"served_share": Quantity.of(dated)})
    return params.model_copy(update={"budget": budget})


def spent(totals: Totals) -> np.ndarray:
    """All spending on courses, in pence [years]."""
    return totals["grant_spending"] + totals["doubling_spending"]


def budget_table(params: Any, run: Setting, totals: Totals) -> pd.DataFrame:
    """The cash limit beside spending, in pounds: what would have to be put off to the next year."""
    cap = by_year(params.budget.cap, run.years, params.start) * MILLION
    spending = spent(totals) / 100
    return pd.DataFrame(
        {
            "financial_year": [format_financial_year(year) for year in run.years],
            "cap": np.where(cap > 0, cap, np.nan),
            "served_share": by_year(params.budget.served_share, run.years, params.start),
            "spending": spending,
            "over_the_cap": np.where(cap > 0, np.maximum(spending - cap, 0.0), 0.0),
        }
    )
