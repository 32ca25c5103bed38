"""The tables of a scenario's own breakdowns: people, gains and lines of the measures by its groups.

A line adds up over all rows of a year to the same line of the table `lines`, to the penny: people outside the filter
are a group, national money is shared over groups as in `breakdowns`, and what cannot be shared has a row of its own.

Simulation errors are the jackknife's where a breakdown is kept by random group, and otherwise estimated from those of
the sums over its cells. National money, and how it is shared, have none here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from microsim.accounts.amounts import PENCE, Amounts
from microsim.accounts.breakdowns import NOT_ALLOCATED
from microsim.accounts.composite_errors import composite_errors
from microsim.accounts.rounding import WEIGHT_UNIT, whole_units
from microsim.accounts.sharing import share_out
from microsim.accounts.simulation_error import standard_error
from microsim.engine.gains import ADULTS, PEOPLE_ROWS
from microsim.engine.own_groups import Own
from microsim.engine.own_sums import OwnGroups, OwnSums
from microsim.years import format_financial_year

OUTSIDE = "outside the filter"
_MONEY = "net_income"  # the row of PEOPLE_ROWS that is not a count


class _Row(NamedTuple):
    """One line of a table: what it is, and whole pence or counts int64 [years, cells, outside and not allocated]."""

    kind: str
    arm: str
    measure: str
    line: str
    unit: str
    units: np.ndarray
    errors: np.ndarray  # float64, as `units`: one standard error, not a number of what is not allocated


def own_table(plan: OwnGroups, number: int, kept: OwnSums, amounts: Sequence[Amounts]) -> pd.DataFrame:
    """The table of the breakdown at place `number`, from its sums and the lines of both arms.

    Columns: kind, arm, measure, line, unit, a column for each group, financial_year, amount, simulation_error. Rows of
    nothing are left out.
    """
    own = plan.breakdowns[number]
    errors = own_errors(plan, own, kept)
    rows = [*_people_and_gains(plan, own, kept.cells, errors), *_lines(plan, own, kept.cells, errors, amounts)]
    names = np.asarray([format_financial_year(year) for year in plan.years], object)
    labels = _labels(own)
    frames = [_frame(row, labels, names) for row in rows]
    return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)


def own_errors(plan: OwnGroups, own: Own, kept: OwnSums) -> np.ndarray:
    """Standard errors of a breakdown's sums, in pence or counts: float64 [years, rows, cells + 2], not a number of what
    is not allocated to people."""
    adults = kept.by_random_group[:, ADULTS].sum(axis=1)
    found = np.full((*kept.cells.shape[:2], own.cells + 2), np.nan)
    if plan.is_small(own):
        found[:, :, :-1] = standard_error(kept.by_random_group, adults[:, None, None]) / WEIGHT_UNIT
        return found
    of_all = standard_error(kept.by_random_group[:, :, 0], adults[:, None])
    people, simulated = kept.cells[:, ADULTS], adults.sum(axis=1) / plan.gains.programme.sample.noise_weight
    errors = composite_errors(kept.cells, of_all, people[:, None], simulated[:, None])
    found[:, :, :-1] = errors / WEIGHT_UNIT
    return found


def _people_and_gains(plan: OwnGroups, own: Own, sums: np.ndarray, errors: np.ndarray) -> Iterator[_Row]:
    for at, row in enumerate(plan.gain_rows(own)):
        units = np.pad(whole_units(sums[:, at]), ((0, 0), (0, 1)))
        if row < len(PEOPLE_ROWS):
            name = PEOPLE_ROWS[row]
            unit = "£" if name == _MONEY else "households" if name == "households" else "people"
            yield _Row("people", "baseline", "", name, unit, units, errors[:, at])
        else:
            gain = plan.gains.rows[row - len(PEOPLE_ROWS)]
            yield _Row("gain", "reform less baseline", gain.measure, gain.kind, "£", units, errors[:, at])


def _lines(
    plan: OwnGroups, own: Own, sums: np.ndarray, errors: np.ndarray, amounts: Sequence[Amounts]
) -> Iterator[_Row]:
    """The lines that the breakdown names, with what of their national money can be shared."""
    first = len(plan.gain_rows(own))
    national = {(id(item.entry), item.line.name): item.national for item in amounts}
    by_name = {
        (id(plan.places[at][1].entry), plan.places[at][1].line.name): sums[:, first + row]
        for row, at in enumerate(plan.lines(own))
    }
    first_year = plan.years[0] - plan.gains.programme.sample.years[0]
    published = slice(first_year, first_year + len(plan.years))
    for row, at in enumerate(plan.lines(own), first):
        place = plan.places[at][1]
        entry, line = place.entry, place.line
        if own.choice.lines and line.name not in own.choice.lines:
            continue  # kept for another line to be shared by
        units = whole_units(by_name[id(entry), line.name])
        rest = national[id(entry), line.name][published]
        key = by_name.get((id(entry), line.shared_by))
        if key is not None and rest.any():
            shares, rest = share_out(rest, key)
            units = units + shares
        units = np.concatenate([units, rest[:, None]], axis=1)
        unit = "£" if line.unit == "pence" else "people"
        yield _Row("line", entry.arm, entry.name, line.name, unit, units, errors[:, row])


def _labels(own: Own) -> dict[str, np.ndarray]:
    """The group of every cell by column; the last two are people outside the filter and money that is nobody's."""
    codes = np.unravel_index(np.arange(own.cells), [len(axis.labels) for axis in own.axes])
    return {
        axis.column.name: np.append(np.asarray(axis.labels, object)[code], [OUTSIDE, NOT_ALLOCATED])
        for axis, code in zip(own.axes, codes, strict=True)
    }


def _frame(row: _Row, labels: dict[str, np.ndarray], years: np.ndarray) -> pd.DataFrame:
    year, cell = np.nonzero(row.units)
    per_unit = PENCE if row.unit == "£" else 1.0
    digits = 2 if row.unit == "£" else 1
    return pd.DataFrame(
        {
            "kind": row.kind, "arm": row.arm, "measure": row.measure, "line": row.line, "unit": row.unit,
            **{column: names[cell] for column, names in labels.items()},
            "financial_year": years[year], "amount": row.units[year, cell] / per_unit,
            "simulation_error": (row.errors[year, cell] / per_unit).round(digits),
        }
    )  # fmt: skip
