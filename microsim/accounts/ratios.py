"""The table `ratios`: quotients that measures publish, with the simulation error of a quotient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce

import numpy as np
import pandas as pd

from microsim.accounts.amounts import Amounts, per_unit
from microsim.accounts.frames import Labels, Part, joined
from microsim.accounts.published import Published
from microsim.accounts.simulation_error import leave_one_out, spread
from microsim.accounts.sums import Sum
from microsim.engine.run import ArmMeasure

COLUMNS = ("arm", "measure", "ratio", "description", "unit", "financial_year", "value", "simulation_error")
DIGITS = 6  # of errors of fractions


def ratios_table(entries: Iterable[ArmMeasure], amounts: Iterable[Amounts], published: Published) -> pd.DataFrame:
    """The ratios of each measure in each arm; empty where the denominator is nothing."""
    lines = {(id(item.entry), item.line.name): item for item in amounts}
    years = Labels(published.years, np.arange(len(published.years)))
    parts: list[Part] = []
    for entry in entries:
        for ratio in entry.measure.ratios:
            over, under = (_added(lines, entry, names, published.span) for names in (ratio.over, ratio.under))
            value, error = quotient(over, under, published.adults[published.span])
            parts.append(
                {
                    "arm": entry.arm, "measure": entry.name, "ratio": ratio.name, "description": ratio.description,
                    "unit": ratio.unit, "financial_year": years, "value": value,
                    "simulation_error": error.round(DIGITS),
                }
            )  # fmt: skip
    return joined(COLUMNS, parts)


def _added(lines: Mapping[tuple[int, str], Amounts], entry: ArmMeasure, names: Sequence[str], span: slice) -> Sum:
    """Lines added up, in the units in which they are published."""
    found = (lines[id(entry), name] for name in names)
    return reduce(Sum.plus, (Sum(one.total / per_unit(one.line), one.groups / per_unit(one.line)).within(span)
                             for one in found))  # fmt: skip


def quotient(over: Sum, under: Sum, adults: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A sum over another and its standard error, float64 [years]; not a number where there is nothing to divide by."""
    none = np.full(len(under.total), np.nan)
    value = np.divide(over.total, under.total, out=none.copy(), where=under.total > 0)
    without = leave_one_out(under.groups, adults)
    estimates = np.divide(leave_one_out(over.groups, adults), without, out=np.full(without.shape, np.nan),
                          where=without > 0)  # fmt: skip
    return value, np.where(under.total > 0, spread(estimates), none)
