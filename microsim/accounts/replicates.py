"""The table `replicates`: lines of the scorecard by random group of households, from which simulation error comes.

Groups add up to the scorecard's cash. What a measure works out from its totals has parts too, such that leaving a group
out gives what the measure would have worked out without it, but for a constant that no error sees (`parts_of` in
`microsim.accounts.simulation_error`).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from microsim.accounts.frames import Labels, joined
from microsim.accounts.published import Published
from microsim.accounts.sums import Sum
from microsim.population.columns import RANDOM_GROUPS

COLUMNS = ("measure", "line", "financial_year", "random_group", "cash", "people")
PENCE = 100.0


def replicates_table(rows: Iterable[tuple[str, str, Sum]], published: Published) -> pd.DataFrame:
    """A row for each measure, line, year and random group: pounds, and adults. Sums are of the published years."""
    years, adults = published.years, published.adults[published.span]
    year = Labels(years, np.repeat(np.arange(len(years)), RANDOM_GROUPS))
    group, people = np.tile(np.arange(RANDOM_GROUPS), len(years)), np.rint(adults).astype(np.int64).reshape(-1)
    parts = [
        {
            "measure": measure, "line": line, "financial_year": year, "random_group": group,
            "cash": whole_parts(one).reshape(-1) / PENCE, "people": people,
        }
        for measure, line, one in rows
    ]  # fmt: skip
    return joined(COLUMNS, parts)


def whole_parts(one: Sum) -> np.ndarray:
    """Parts in whole units that add up to the total: int64 [years, groups]."""
    running = np.rint(np.cumsum(one.groups, axis=-1)).astype(np.int64)
    running[..., -1] = one.total
    return np.diff(running, axis=-1, prepend=0)
