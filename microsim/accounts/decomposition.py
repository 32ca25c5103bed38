"""What each measure of a package costs alone, what it adds to those written before it, and the difference.

Arms besides the baseline and the reform hold one part of the package each, or all parts up to one of them; everybody
lives the same life in all. A *part* is a measure that the reform adds, changes or drops, or, first of all, the change
of official figures. What parts add in the order written sums to the package, in cash to the penny (real terms and
present values are rounded by part); a part's interaction is what it adds less its cost alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from microsim.accounts.amounts import PENCE, Amounts
from microsim.accounts.published import Published
from microsim.accounts.sums import Sum, added
from microsim.engine.run import BASELINE, REFORM, Programme

ALONE, UP_TO = "alone: ", "up to: "
PARTS = ("alone", "stacked", "interaction")


def arm_names(parts: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The arms in which each part stands alone, and with all parts before it: the first and the last need none of
    their own for the latter."""
    alone = {part: ALONE + part for part in parts}
    stacked = {part: UP_TO + part for part in parts}
    if parts:
        stacked[parts[0]], stacked[parts[-1]] = alone[parts[0]], REFORM
    if len(parts) == 1:
        alone[parts[0]] = REFORM
    return alone, stacked


def decomposition(
    programme: Programme,
    amounts: Iterable[Amounts],
    tax_changes: Callable[[str], dict[int, Sum]],
    money: Callable[[np.ndarray], dict[str, np.ndarray]],
    published: Published,
) -> pd.DataFrame:
    """The parts of a package by year, as effects on the Exchequer; nothing where the run has no arms for them."""
    columns = ["measure", "part", "financial_year", "cash", "real", "present_value", "simulation_error"]
    if not programme.parts:
        return pd.DataFrame(columns=columns)
    effect = _effects(programme, amounts, tax_changes)
    alone, stacked = arm_names(programme.parts)
    before, rows = BASELINE, []
    for part in programme.parts:
        own = effect[alone[part]].plus(effect[BASELINE], -1)
        added = effect[stacked[part]].plus(effect[before], -1)
        before = stacked[part]
        prices = [money(own.total), money(added.total)]
        prices.append({column: np.round(prices[1][column] - prices[0][column], 2) for column in prices[0]})
        for name, one, found in zip(PARTS, (own, added, added.plus(own, -1)), prices, strict=True):
            error = (published.error(one) / PENCE).round(2)
            rows.append(pd.DataFrame({"measure": part, "part": name, "financial_year": list(published.years), **found,
                                      "simulation_error": error}))  # fmt: skip
    return pd.concat(rows, ignore_index=True)[columns]


def _effects(
    programme: Programme, amounts: Iterable[Amounts], tax_changes: Callable[[str], dict[int, Sum]]
) -> dict[str, Sum]:
    """The effect on the Exchequer of each arm: pence [years lived]."""
    chosen = [item for item in amounts if item.entry.alternative is None]
    found = {}
    for arm in programme.arms:
        lines = [item.sum.times(item.line.sign) for item in chosen if item.entry.arm == arm]
        found[arm] = added([*lines, *tax_changes(arm).values()], len(programme.sample.years))
    return found
