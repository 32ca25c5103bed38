"""Tables of figures of several units with a column for each of some years."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import pandas as pd

from microsim.accounts.totals import ALL_YEARS
from microsim.report.formats import Form
from microsim.report.page.blocks import Column

_ERROR, _FORM, _UNIT = " ±", "form", "unit"
_IN_MILLIONS = 1e6  # pounds, from which an amount is shown in £ million
_IN_PENCE = 1e3  # pounds, below which pence are shown
_COUNTED = ("people", "lives", "households", "learners", "whole number")


class Shown(NamedTuple):
    """How the figures of a row are shown, and the unit in which they then are."""

    form: Form
    unit: str


def shown_as(unit: str, values: Iterable[float]) -> Shown:
    """How figures of a unit of the data dictionary are shown, by the size of the largest."""
    largest = max((abs(value) for value in values if value == value), default=0.0)
    if unit.startswith("£"):
        if largest >= _IN_MILLIONS:
            return Shown("million", "£ million")
        return Shown("pence" if 0.0 < largest < _IN_PENCE else "pounds", "£")
    if unit.startswith("fraction"):
        return Shown("share", "")
    return Shown("count", unit) if unit in _COUNTED else Shown("number", "" if unit in ("text", "none") else unit)


@dataclass
class FiguresByYear:
    """Rows of figures by year under columns of words (`heads`, by name and label), each with a unit of its own.

    A sum over all years stands beside where any row has one.
    """

    heads: Sequence[tuple[str, str]]
    years: Sequence[str]
    _rows: list[dict[str, object]] = field(default_factory=list)
    _summed: bool = False

    def add(
        self, words: Sequence[object], unit: str, values: pd.Series, errors: pd.Series | None = None,
        in_all: bool = False,
    ) -> None:  # fmt: skip
        """Add a row: what it is, and its values and one standard error of each by year, in the unit of the tables.

        `in_all`: the values are amounts of single years, which can be summed.
        """
        form, shown_unit = shown_as(unit, values)
        row: dict[str, object] = dict(zip((name for name, _ in self.heads), words, strict=True))
        row |= {_UNIT: shown_unit, _FORM: form, ALL_YEARS: float(values.sum()) if in_all else float("nan")}
        row |= {year: _number(values, year) for year in self.years}
        if errors is not None:
            row |= {year + _ERROR: _number(errors, year) for year in self.years}
        self._summed |= in_all
        self._rows.append(row)

    @property
    def columns(self) -> list[Column]:
        """The columns of the table: words, with the unit in the head of the first or, where units differ, beneath it;
        and years."""
        names = [Column(name, label) for name, label in self.heads]
        units = {row[_UNIT] for row in self._rows}
        if len(units) > 1:
            names[0] = replace(names[0], beneath=_UNIT)
        elif any(units):
            names[0] = replace(names[0], label=f"{names[0].label}, {units.pop()}")
        with_errors = any(str(name).endswith(_ERROR) for row in self._rows for name in row)
        names += [_figures(year, year + _ERROR if with_errors else None) for year in self.years]
        return [*names, _figures(ALL_YEARS)] if self._summed else names

    @property
    def frame(self) -> pd.DataFrame:
        """The rows."""
        columns = self.columns
        errors = [column.error for column in columns if column.error]
        return pd.DataFrame(self._rows, columns=[*(column.name for column in columns), *errors, _UNIT, _FORM])

    def __len__(self) -> int:
        return len(self._rows)


def _figures(name: str, error: str | None = None) -> Column:
    return Column(name, name, "number", error, form_by=_FORM)


def _number(values: pd.Series, year: str) -> float:
    value = values.get(year)
    return float("nan") if value is None else float(value)
