"""The tables `breakdowns` and `population`: every line with detail, and the people themselves, by group and year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from microsim.accounts.amounts import PENCE, Amounts, per_unit
from microsim.accounts.breakdowns import NOT_ALLOCATED, area_breakdown
from microsim.accounts.frames import Part, by_year_and_group, joined
from microsim.accounts.rounding import whole_units
from microsim.accounts.sharing import share_out
from microsim.engine.groups import Breakdown
from microsim.engine.ledger import IN_WORK, PAY, PEOPLE, PUBLIC_SECTOR, Ledger
from microsim.engine.run import REFORM, ArmMeasure, Programme

COLUMNS = ("arm", "measure", "line", "breakdown", "group", "financial_year", "amount")
_POPULATION_LINES = (
    ("people", PEOPLE, 1.0),
    ("in_work", IN_WORK, 1.0),
    ("public_sector", PUBLIC_SECTOR, 1.0),
    ("pay", PAY, PENCE),
)


def breakdown_table(
    amounts: Sequence[Amounts], standard: Sequence[Breakdown], ledger: Ledger, years: Sequence[str], span: slice
) -> pd.DataFrame:
    """Every line with detail by every breakdown; rows of years in which the line is nothing are left out.

    `years` are the names of the published years, `span` their places among those lived.
    """
    places = {(item.entry.arm, item.entry.name, item.line.name): item.place for item in amounts}
    names = np.array(years, object)
    parts: list[Part] = []
    for item in amounts:
        kept = item.total[span] != 0
        if not item.place.detail or not kept.any():
            continue
        key = places.get((item.entry.arm, item.entry.name, item.line.shared_by))
        for breakdown in (*standard, *_own_breakdowns(item.entry)):
            labels, units = _by_group(item, breakdown, ledger, None if key is None else key.place)
            amount = units[span][kept] / per_unit(item.line)
            parts.append(
                {
                    "arm": item.entry.arm, "measure": item.entry.name, "line": item.line.name,
                    "breakdown": breakdown.name, **by_year_and_group(names[kept], labels), "amount": amount.reshape(-1),
                }
            )  # fmt: skip
    return joined(COLUMNS, parts)


def _by_group(
    item: Amounts, breakdown: Breakdown, ledger: Ledger, key: int | None
) -> tuple[tuple[str, ...], np.ndarray]:
    """Groups, and a line's whole units int64 [years, groups]; `key` is the line that its national money follows."""
    units, rest = whole_units(breakdown.sums(ledger, item.place.place)), item.national
    if key is not None and rest.any():
        shares, rest = share_out(rest, breakdown.sums(ledger, key))
        units = units + shares
    if rest.any():
        return (*breakdown.groups, NOT_ALLOCATED), np.concatenate([units, rest[:, None]], axis=1)
    return breakdown.groups, units


def _own_breakdowns(entry: ArmMeasure) -> Iterator[Breakdown]:
    if entry.measure.area_groups is not None:
        for name, (groups, member) in entry.measure.area_groups(entry.params, entry.setting).items():
            yield area_breakdown(f"{entry.name}.{name}", groups, member)


def population_table(
    programme: Programme, standard: Sequence[Breakdown], ledger: Ledger, years: Sequence[str], span: slice
) -> pd.DataFrame:
    """Residents, those in work or the public sector, and pay, by every breakdown.

    A measure's own breakdowns are those of the reform arm.
    """
    reform = [entry for entry in programme.measures if entry.arm == REFORM and entry.alternative is None]
    parts: list[Part] = []
    for breakdown in (*standard, *(own for entry in reform for own in _own_breakdowns(entry))):
        values = {
            name: whole_units(breakdown.sums(ledger, line))[span].reshape(-1) / unit
            for name, line, unit in _POPULATION_LINES
        }
        if breakdown.grouping != "area":
            values["public_sector"] = np.full_like(values["public_sector"], np.nan)  # drawn by region alone
        parts.append({"breakdown": breakdown.name, **by_year_and_group(years, breakdown.groups), **values})
    return joined(("breakdown", "group", "financial_year", *(name for name, _, _ in _POPULATION_LINES)), parts)
