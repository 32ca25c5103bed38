"""The tables of a scenario's own breakdowns: people, gains and lines of the measures by its groups.

A line adds up over all rows of a year to the same line of the table `lines`, to the penny: people outside the filter
are a group, national money is shared over groups as in `breakdowns`, and what cannot be shared has a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from microsim.accounts.amounts import PENCE, Amounts
from microsim.accounts.breakdowns import NOT_ALLOCATED
from microsim.accounts.rounding import whole_units
from microsim.accounts.sharing import share_out
from microsim.engine.gains import PEOPLE_ROWS
from microsim.engine.own_groups import Own
from microsim.engine.own_sums import OwnGroups
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


def own_table(plan: OwnGroups, number: int, sums: np.ndarray, amounts: Sequence[Amounts]) -> pd.DataFrame:
    """The table of the breakdown at place `number`, from its sums and the lines of both arms.

    Columns: kind, arm, measure, line, unit, a column for each group, financial_year, amount. Rows of nothing are left
    out.
    """
    own = plan.breakdowns[number]
    rows = [*_people_and_gains(plan, own, sums), *_lines(plan, own, sums, amounts)]
    names = np.asarray([format_financial_year(year) for year in plan.years], object)
    labels = _labels(own)
    frames = [_frame(row, labels, names) for row in rows]
    return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)


def _people_and_gains(plan: OwnGroups, own: Own, sums: np.ndarray) -> Iterator[_Row]:
    for at, row in enumerate(plan.gain_rows(own)):
        units = np.pad(whole_units(sums[:, at]), ((0, 0), (0, 1)))
        if row < len(PEOPLE_ROWS):
            name = PEOPLE_ROWS[row]
            unit = "£" if name == _MONEY else "households" if name == "households" else "people"
            yield _Row("people", "baseline", "", name, unit, units)
        else:
            gain = plan.gains.rows[row - len(PEOPLE_ROWS)]
            yield _Row("gain", "reform less baseline", gain.measure, gain.kind, "£", units)


def _lines(plan: OwnGroups, own: Own, sums: np.ndarray, amounts: Sequence[Amounts]) -> Iterator[_Row]:
    """The lines that the breakdown names, with what of their national money can be shared."""
    first = len(plan.gain_rows(own))
    national = {(id(item.entry), item.line.name): item.national for item in amounts}
    by_name = {
        (id(plan.places[at][1].entry), plan.places[at][1].line.name): sums[:, first + row]
        for row, at in enumerate(plan.lines(own))
    }
    first_year = plan.years[0] - plan.gains.programme.sample.years[0]
    published = slice(first_year, first_year + len(plan.years))
    for at in plan.lines(own):
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
        yield _Row("line", entry.arm, entry.name, line.name, "£" if line.unit == "pence" else "people", units)


def _labels(own: Own) -> dict[str, np.ndarray]:
    """The group of every cell by column; the last two are people outside the filter and money that is nobody's."""
    codes = np.unravel_index(np.arange(own.cells), [len(axis.labels) for axis in own.axes])
    return {
        axis.column.name: np.append(np.asarray(axis.labels, object)[code], [OUTSIDE, NOT_ALLOCATED])
        for axis, code in zip(own.axes, codes, strict=True)
    }


def _frame(row: _Row, labels: dict[str, np.ndarray], years: np.ndarray) -> pd.DataFrame:
    year, cell = np.nonzero(row.units)
    amount = row.units[year, cell].astype(np.float64)
    return pd.DataFrame(
        {
            "kind": row.kind, "arm": row.arm, "measure": row.measure, "line": row.line, "unit": row.unit,
            **{column: names[cell] for column, names in labels.items()},
            "financial_year": years[year], "amount": amount / PENCE if row.unit == "£" else amount,
        }
    )  # fmt: skip
