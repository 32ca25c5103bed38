"""A run's sums of gains by the groups of each breakdown, with the random groups that simulation error comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from microsim.distribution.deciles import (
    INCOME_DECILES,
    people_by_bin,
    replicates_by_decile,
    sums_by_decile,
    sums_by_group,
)
from microsim.distribution.results import GainResults
from microsim.engine.groups import common_breakdowns

ENGLAND = "england"
# Breakdowns of households: all members of one are in the same group, so that a gain per household can be told.
OF_HOUSEHOLDS = (
    ENGLAND, "income_decile", "region", "local_authority", "combined_authority", "rural_urban", "deprivation_decile"
)  # fmt: skip


class Grouped(NamedTuple):
    """All rows of the sums (those of PEOPLE_ROWS first) by group."""

    name: str
    groups: tuple[str, ...]
    sums: np.ndarray  # int64 [rows, published years, groups], pence or counts x thousandths
    replicates: np.ndarray | None  # [rows, published years, groups, RANDOM_GROUPS], where they are kept
    of_tenths: bool = False  # whether the replicates are shared from wide bins of income

    @property
    def of_households(self) -> bool:
        """Whether all members of a household are in the same group."""
        return self.name in OF_HOUSEHOLDS


def every_grouping(results: GainResults) -> Iterator[Grouped]:
    """England, tenths of income, and every other breakdown."""
    everybody = results.everybody()[:, :, None]
    yield Grouped(ENGLAND, ("England",), everybody.sum(axis=3), everybody)
    tenths = sums_by_decile(results.by_income, people_by_bin(results))
    yield Grouped("income_decile", INCOME_DECILES, tenths, replicates_by_decile(results), True)
    for place, breakdown in enumerate(results.breakdowns):
        cells = results.by_group(place)
        yield Grouped(breakdown.name, breakdown.groups, cells.sum(axis=3), cells)
    yield from _of_areas(results)


def _of_areas(results: GainResults) -> Iterator[Grouped]:
    """Breakdowns of local authorities that are not kept by random group."""
    kept = {breakdown.name for breakdown in results.breakdowns}
    areas = results.sums.area[:, results.span]
    for breakdown in common_breakdowns(results.plan.programme.sample.population):
        if breakdown.grouping == "area" and breakdown.name not in kept:
            sums = sums_by_group(areas, breakdown.member[0], len(breakdown.groups))
            yield Grouped(breakdown.name, breakdown.groups, sums, None)
