"""How far draws of a costing lie apart: percentiles of every line and year, and of what a measure or all come to.

These are spreads of parameter uncertainty alone. A percentile of a sum is not the sum of percentiles: each measure,
each year and all of them together are added up draw by draw first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS, PRICES

PERCENTS = (5, 10, 25, 50, 75, 90, 95)
PERCENT_COLUMNS = tuple(f"p{percent}" for percent in PERCENTS)
KEYS = ("measure", "line", "financial_year")
COLUMNS = (*KEYS, "prices", "central", "mean", "standard_deviation", *PERCENT_COLUMNS)


def percentiles(draws: np.ndarray) -> np.ndarray:
    """PERCENTS of draws [draws, ...]: float64 [percents, ...], linear between the two draws next to each."""
    return np.asarray(np.percentile(draws, PERCENTS, axis=0))


def with_totals(amounts: pd.DataFrame) -> pd.DataFrame:
    """Amounts by draw, measure, line and year, with sums over lines, measures and years besides.

    Columns: draw, KEYS and PRICES; a sum over lines has the line ALL_LINES, over measures too the measure ALL_MEASURES,
    and over years the year ALL_YEARS.
    """
    keys, prices = ["draw", *KEYS], list(PRICES)
    lines = amounts[[*keys, *prices]]
    by_measure = lines.assign(line=ALL_LINES)
    every = pd.concat([lines, by_measure, by_measure.assign(measure=ALL_MEASURES)], ignore_index=True)
    every = pd.concat([every, every.assign(financial_year=ALL_YEARS)], ignore_index=True)
    return every.groupby(keys, sort=False)[prices].sum().reset_index()


def percentile_table(amounts: pd.DataFrame, central: pd.DataFrame, draws: int) -> pd.DataFrame:
    """COLUMNS for every line, measure and all of them, each year and all years, in each of PRICES.

    `amounts` are of `draws` draws, `central` (its draw does not matter) of the run with every field at its own value;
    both as `with_totals` gives them. What a draw does not have is nothing there.
    """
    own = central.set_index(list(KEYS))
    every = pd.concat([central, amounts])[list(KEYS)].drop_duplicates()
    rows = pd.MultiIndex.from_frame(every)
    parts = []
    for prices in PRICES:
        cells = by_draw(amounts, prices, draws, rows)
        found = every.assign(
            prices=prices, central=own[prices].reindex(rows, fill_value=0.0).to_numpy(),
            mean=cells.mean(axis=0), standard_deviation=deviation(cells),
        )  # fmt: skip
        parts.append(found.assign(**dict(zip(PERCENT_COLUMNS, percentiles(cells), strict=True))))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def by_draw(amounts: pd.DataFrame, prices: str, draws: int, rows: pd.MultiIndex) -> np.ndarray:
    """Amounts float64 [draws, rows], nothing where a draw has none; `rows` are of KEYS."""
    cells = np.zeros((draws, len(rows)))
    place = rows.get_indexer(pd.MultiIndex.from_frame(amounts[list(KEYS)]))
    kept = place >= 0
    cells[amounts["draw"].to_numpy(np.int64)[kept], place[kept]] = amounts[prices].to_numpy(np.float64)[kept]
    return cells


def cost_of_all(amounts: pd.DataFrame, draws: int, years: Sequence[str]) -> np.ndarray:
    """What all measures cost in cash in each of `years`: float64 [draws, years], plus is a cost to the Exchequer."""
    rows = pd.MultiIndex.from_product([[ALL_MEASURES], [ALL_LINES], years], names=KEYS)
    return 0.0 - by_draw(amounts, "cash", draws, rows)


def deviation(draws: np.ndarray) -> np.ndarray:
    """The standard deviation of draws [draws, ...]: nothing of a single draw."""
    if len(draws) < 2:
        return np.zeros(draws.shape[1:])
    return np.asarray(draws.std(axis=0, ddof=1))
