"""How a table fits a workbook: whole, without its smallest groups, with years as columns, or not at all."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype

from microsim.report.dictionary import Column, Table

_MOST_CELLS_OF_GROUPS = 80_000  # of a table that is shown with all its groups, however small
_MOST_CELLS = 250_000  # of a sheet: a larger one takes long to write, to open and to filter
_MOST_CELLS_BY_YEAR = 320_000  # of the sheets of a table by year, all together
_MOST_GROUPS = 60  # of a breakdown of a larger table: single years of age and local authorities are left out
_YEAR, _BREAKDOWN, _GROUP = "financial_year", "breakdown", "group"


class Fitted(NamedTuple):
    """A sheet to be: its table, what a row is, the definitions of its columns, their units, and what a reader must
    know of what is not in it."""

    name: str
    table: pd.DataFrame
    rows: str
    columns: tuple[Column, ...]
    units: dict[str, str]
    remark: str = ""

    @classmethod
    def whole(cls, name: str, table: pd.DataFrame, entry: Table | None, remark: str = "") -> Fitted:
        """The sheet of a table as it is, with its entry in the data dictionary where it has one."""
        columns = entry.columns if entry else ()
        return cls(name, table, entry.rows if entry else "", columns, {one.name: one.unit for one in columns}, remark)


def fitted(name: str, table: pd.DataFrame, entry: Table | None) -> list[Fitted]:
    """The sheets that hold a table of the run folder: none where it is too large whatever is done."""
    left_out: list[str] = []
    if table.size > _MOST_CELLS_OF_GROUPS and {_BREAKDOWN, _GROUP} <= set(table):
        groups = table.groupby(_BREAKDOWN, sort=False)[_GROUP].nunique()
        many = groups.index[groups > _MOST_GROUPS].tolist()
        table = table[~table[_BREAKDOWN].isin(many)]
        left_out = [f"rows by {breakdown}" for breakdown in many]
    if table.size <= _MOST_CELLS:
        return [Fitted.whole(name, table, entry, _not_here(name, left_out))]
    return _by_year(name, table, entry, left_out)


def _not_here(name: str, left_out: list[str]) -> str:
    """What a sheet does not have of its table, and where that is."""
    return f"not here: {', '.join(left_out)}, all in {name}.parquet in the run folder" if left_out else ""


def _by_year(name: str, table: pd.DataFrame, entry: Table | None, left_out: list[str]) -> list[Fitted]:
    """A sheet for each figure, with years as columns; none where that is not to be had or is too large still."""
    figures = [str(column) for column in table if is_float_dtype(table[column])]
    words = [column for column in table if column not in (*figures, _YEAR)]
    if _YEAR not in table or not words:
        return []
    rows = table.groupby(words, sort=False, dropna=False).ngroup().to_numpy()
    places, years = pd.factorize(table[_YEAR], sort=True)
    if pd.Series(rows * len(years) + places).duplicated().any():  # no one cell for each figure
        return []
    titles = table.loc[~pd.Series(rows).duplicated().to_numpy(), words].reset_index(drop=True)
    fit = _MOST_CELLS_BY_YEAR // (len(titles) * (len(words) + len(years)))
    remark = _not_here(name, [*left_out, *(f"the column {figure}" for figure in figures[fit:])])
    about = {one.name: one for one in entry.columns} if entry else {}
    sheets = []
    for figure in figures[:fit]:
        values = np.full((len(titles), len(years)), np.nan)
        values[rows, places] = table[figure]
        wide = pd.concat([titles, pd.DataFrame(values, columns=years)], axis=1)
        defined = about.get(figure, Column(figure, "", ""))
        columns = (
            *(about[word] for word in words if word in about),
            defined._replace(name=f"{years[0]} to {years[-1]}"),
        )
        said = "; ".join(filter(None, (f"the column {figure} of {name} with years as columns", remark)))
        sheets.append(Fitted(f"{name}.{figure}", wide, "", columns, dict.fromkeys(years, defined.unit), said))
    return sheets
