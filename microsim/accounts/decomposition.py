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

from microsim.accounts.amounts import Amounts
from microsim.engine.run import BASELINE, REFORM, Programme

ALONE, UP_TO = "alone: ", "up to: "


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
    tax_changes: Callable[[str], dict[int, np.ndarray]],
    money: Callable[[np.ndarray], dict[str, np.ndarray]],
    year_names: Sequence[str],
) -> pd.DataFrame:
    """The parts of a package by year, as effects on the Exchequer; nothing where the run has no arms for them."""
    columns = ["measure", "part", "financial_year", "cash", "real", "present_value"]
    if not programme.parts:
        return pd.DataFrame(columns=columns)
    effect = {arm: np.zeros(len(programme.sample.years), np.int64) for arm in programme.arms}
    for item in amounts:
        if item.entry.alternative is None:
            effect[item.entry.arm] += item.line.sign * item.total
    for arm, total in effect.items():
        total += np.sum(list(tax_changes(arm).values()), axis=0, dtype=np.int64)
    alone, stacked = arm_names(programme.parts)
    before, rows = BASELINE, []
    for part in programme.parts:
        own = money(effect[alone[part]] - effect[BASELINE])
        added = money(effect[stacked[part]] - effect[before])
        before = stacked[part]
        rest = {column: np.round(added[column] - own[column], 2) for column in own}
        for name, found in (("alone", own), ("stacked", added), ("interaction", rest)):
            rows.append(pd.DataFrame({"measure": part, "part": name, "financial_year": year_names, **found}))
    return pd.concat(rows, ignore_index=True)[columns]
