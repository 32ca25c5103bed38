"""Tables of money with a column for each of some years and their sum, with simulation errors where they are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from microsim.accounts.totals import ALL_YEARS
from microsim.report.page.blocks import Column

_ERROR = " ±"
_STRONG = "strong"


@dataclass
class MoneyByYear:
    """Rows of money by year beside words: `heads` by name and label; with `beneath`, the second in small type.

    Amounts and errors are in pounds by financial year; the sum over all years stands under `ALL_YEARS`.
    """

    heads: Sequence[tuple[str, str]]
    years: Sequence[str]
    with_errors: bool = False
    beneath: bool = False
    _rows: list[dict[str, object]] = field(default_factory=list)

    def add(
        self, words: Sequence[str], amounts: pd.Series, errors: pd.Series | None = None, strong: bool = False
    ) -> None:
        """Add a row: what it is called, pounds by year (all years of the run), and one standard error of each."""
        row: dict[str, object] = dict(zip((name for name, _ in self.heads), words, strict=True))
        for year in self.years:
            row[year] = float(amounts.get(year, 0.0))
        row[ALL_YEARS] = float(amounts.sum())
        if self.with_errors:
            known = pd.Series(dtype=float) if errors is None else errors
            row |= {year + _ERROR: float(known.get(year, float("nan"))) for year in (*self.years, ALL_YEARS)}
        row[_STRONG] = strong
        self._rows.append(row)

    @property
    def columns(self) -> list[Column]:
        """The columns of the table, words first."""
        words = [Column(name, label) for name, label in self.heads]
        if self.beneath:
            words = [replace(words[0], beneath=words[1].name)]
        years: Iterable[str] = (*self.years, ALL_YEARS)
        return words + [Column(year, year, "million", year + _ERROR if self.with_errors else None) for year in years]

    @property
    def frame(self) -> pd.DataFrame:
        """The rows; `strong` says which are totals."""
        names = list(dict.fromkeys([name for name, _ in self.heads] + [column.name for column in self.columns]))
        errors = [column.error for column in self.columns if column.error]
        return pd.DataFrame(self._rows, columns=[*names, *errors, _STRONG])

    strong = _STRONG


def errors_of(totals: pd.DataFrame, measure: str, line: str) -> pd.Series:
    """One standard error in cash by year and over all years, of a measure's or a line's row of `scorecard_totals`."""
    mine = totals[(totals["measure"] == measure) & (totals["line"] == line)]
    return mine.set_index("financial_year")["simulation_error"]
