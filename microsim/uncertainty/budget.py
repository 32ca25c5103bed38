"""The chance that a cost exceeds a budget, over draws of the uncertain fields."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from microsim.accounts.totals import ALL_YEARS

ANY_YEAR = "any year"
_Z = 1.959963984540054  # standard normal deviate of the 97.5th percentile: an interval of 95 %
COLUMNS = ("financial_year", "budget", "chance", "chance_low", "chance_high", "central_cost", "central_exceeds")


def chance_above(costs: np.ndarray, budget: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The share of draws [draws, ...] above a budget, and the ends of the 95 % interval that so many draws leave.

    The interval is Wilson's (1927) for a share of independent draws: inside 0 to 1, and not without width where none
    or all are above. Draws of a Latin hypercube leave about as much or less.
    """
    draws = len(costs)
    share = (costs > budget).mean(axis=0)
    centre = share + _Z**2 / (2.0 * draws)
    half = _Z * np.sqrt(share * (1.0 - share) / draws + (_Z / (2.0 * draws)) ** 2)
    whole = 1.0 + _Z**2 / draws
    low, high = (centre - half) / whole, (centre + half) / whole
    return share, np.where(share == 0.0, 0.0, low), np.where(share == 1.0, 1.0, high)  # exact, where arithmetic is not


def budget_table(costs: np.ndarray, central: np.ndarray, years: Sequence[str], budget: float) -> pd.DataFrame:
    """COLUMNS for each year, for any of the years, and for the sum over all years, each against the same budget.

    `costs` [draws, years] and `central` [years] are pounds in cash, plus is a cost.
    """
    every = np.column_stack([costs, costs.max(axis=1), costs.sum(axis=1)])
    own = np.array([*central, central.max(), central.sum()])
    chance, low, high = chance_above(every, budget)
    return pd.DataFrame(
        {
            "financial_year": [*years, ANY_YEAR, ALL_YEARS],
            "budget": budget,
            "chance": chance,
            "chance_low": low,
            "chance_high": high,
            "central_cost": own,
            "central_exceeds": own > budget,
        }
    )[list(COLUMNS)]
