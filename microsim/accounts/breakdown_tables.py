"""The tables `breakdowns` and `population`: every line with detail, and the people themselves, by group and year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from microsim.accounts.amounts import PENCE, Amounts, people_sum, per_unit
from microsim.accounts.breakdowns import NOT_ALLOCATED, area_breakdown
from microsim.accounts.cell_errors import cell_errors
from microsim.accounts.frames import Part, by_year_and_group, joined
from microsim.accounts.published import Published
from microsim.accounts.rounding import whole_units
from microsim.accounts.sharing import share_out
from microsim.accounts.sums import Sum
from microsim.engine.groups import Breakdown
from microsim.engine.ledger import IN_WORK, PAY, PEOPLE, PUBLIC_SECTOR, Ledger
from microsim.engine.run import REFORM, ArmMeasure, Programme

COLUMNS = ("arm", "measure", "line", "breakdown", "group", "financial_year", "amount", "simulation_error")
_POPULATION_LINES = (
    ("people", PEOPLE, 1.0),
    ("in_work", IN_WORK, 1.0),
    ("public_sector", PUBLIC_SECTOR, 1.0),
    ("pay", PAY, PENCE),
)


def breakdown_table(
    amounts: Sequence[Amounts], standard: Sequence[Breakdown], ledger: Ledger, published: Published
) -> pd.DataFrame:
    """Every line with detail by every breakdown; rows of years in which the line is nothing are left out."""
    places = {(item.entry.arm, item.entry.name, item.line.name): item.place for item in amounts}
    names, span = np.array(published.years, object), published.span
    parts: list[Part] = []
    for item in amounts:
        kept = item.total[span] != 0
        if not item.place.detail or not kept.any():
            continue
        key = places.get((item.entry.arm, item.entry.name, item.line.shared_by))
        errors = _errors_of_line(item, published)
        for breakdown in (*standard, *_own_breakdowns(item.entry)):
            labels, units = _by_group(item, breakdown, ledger, None if key is None else key.place)
            amount = units[span] / per_unit(item.line)
            error = _errors(amount, errors, len(labels) > len(breakdown.groups), published.simulated)
            parts.append(
                {
                    "arm": item.entry.arm, "measure": item.entry.name, "line": item.line.name,
                    "breakdown": breakdown.name, **by_year_and_group(names[kept], labels),
                    "amount": amount[kept].reshape(-1),
                    "simulation_error": error[kept].reshape(-1).round(2),
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


def _errors_of_line(item: Amounts, published: Published) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The errors [published years] of a line, of its people's part and of what belongs to nobody, in its unit."""
    national = Sum(item.national, item.national_groups)
    whole, own, rest = (
        published.error(one) / per_unit(item.line) for one in (item.sum, item.sum.plus(national, -1), national)
    )
    return whole, own, rest


def _errors(
    amount: np.ndarray, of_line: tuple[np.ndarray, np.ndarray, np.ndarray], apart: bool, people: np.ndarray
) -> np.ndarray:
    """The errors of a line's `amount` [published years, groups]; with `apart`, the last group is what belongs to nobody
    and is not spread over the others. `people` [published years] are those simulated."""
    whole, own, rest = of_line
    if not apart:
        return cell_errors(amount, whole, people)
    return np.concatenate([cell_errors(amount[:, :-1], own, people), rest[:, None]], axis=1)


def _own_breakdowns(entry: ArmMeasure) -> Iterator[Breakdown]:
    if entry.measure.area_groups is not None:
        for name, (groups, member) in entry.measure.area_groups(entry.params, entry.setting).items():
            yield area_breakdown(f"{entry.name}.{name}", groups, member)


def population_table(
    programme: Programme, standard: Sequence[Breakdown], ledger: Ledger, published: Published
) -> pd.DataFrame:
    """Residents, those in work or the public sector, and pay, by every breakdown.

    A measure's own breakdowns are those of the reform arm.
    """
    reform = [entry for entry in programme.measures if entry.arm == REFORM and entry.alternative is None]
    parts: list[Part] = []
    for breakdown in (*standard, *(own for entry in reform for own in _own_breakdowns(entry))):
        values = {}
        for name, line, unit in _POPULATION_LINES:
            amount = whole_units(breakdown.sums(ledger, line))[published.span] / unit
            if name == "public_sector" and breakdown.grouping != "area":
                amount = np.full_like(amount, np.nan)  # drawn by region alone
            values[name] = amount.reshape(-1)
            of_all = published.error(people_sum(ledger.random_group[line])) / unit
            error = cell_errors(amount, of_all, published.simulated)
            values[f"{name}_simulation_error"] = error.reshape(-1).round(2)
        parts.append({"breakdown": breakdown.name, **by_year_and_group(published.years, breakdown.groups), **values})
    names = [name for name, _, _ in _POPULATION_LINES]
    errors = [f"{name}_simulation_error" for name in names]
    return joined(("breakdown", "group", "financial_year", *names, *errors), parts)
