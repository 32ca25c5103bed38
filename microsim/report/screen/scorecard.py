"""The scorecard on the screen: each measure by year in £ million, with the lines that make most of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS, ERRORS, PRICES
from microsim.report.headline import NOTHING
from microsim.report.ratings import rating_lines
from microsim.report.rows import COLUMN, MILLION, distinct, millions, plus_minus, shortened, wrapped
from microsim.report.screen.style import Style
from microsim.report.years_shown import years_shown

_WIDE = 100  # columns, from which the kind of spending has one of its own
_UNIT = 9  # its characters
_LABELS = ((120, 44), (70, 36), (0, 28))  # characters of labels at the least, from so many columns on
_LONGEST_LABEL = 60
_FEWEST_CELLS = 3
_MATTERS = 0.1  # of what a measure pays and saves in some shown year, from which a line is shown
_FEW_MEASURES = 2
_MOST_LINES, _MOST_OF_FEW = 3, 6  # lines of a measure in a package, and where there are few measures
_MOST_BESIDE, _MOST_BESIDE_OF_FEW = 2, 5
_IN_PENCE = 20.0  # pounds, up to which a ratio of money is shown with its pence


class Table(NamedTuple):
    """Where rows stand: characters of labels and of units (0: none), the years, and how they are written."""

    label: int
    unit: int
    years: list[str]
    style: Style

    def row(self, text: str, unit: str, cells: Sequence[str]) -> str:
        """A label, a unit and right-aligned cells."""
        shown = f" {unit:<{self.unit - 1}}" if self.unit else ""
        fitted = "".join(f" {cell:>{COLUMN - 1}}" for cell in cells)
        return f"{shortened(text, self.label):<{self.label}}{shown}{fitted}".rstrip()

    def money(self, text: str, unit: str, part: pd.DataFrame) -> str:
        """A row of `cash` in £ million by year, and over all years."""
        cash = part.groupby("financial_year")["cash"].sum()
        return self.row(text, unit, [millions(pounds) for pounds in self._with_sum(cash)])

    def _with_sum(self, amounts: pd.Series) -> list[float]:
        return [float(amounts.get(year, 0.0)) for year in self.years] + [float(amounts.sum())]


def table_of(scorecard: pd.DataFrame, style: Style, year: str | None = None) -> Table:
    """The years that fit, the quoted `year` among them, and what labels have beside them."""
    width = style.columns
    unit = _UNIT if width >= _WIDE else 0
    least = next(label for columns, label in _LABELS if width >= columns)
    cells = max((width - least - unit) // COLUMN, _FEWEST_CELLS)
    years = years_shown(scorecard, cells - 1, year)
    label = min(width - unit - COLUMN * (len(years) + 1), _LONGEST_LABEL)
    return Table(max(label, least), unit, years, style)


def scorecard_text(
    tables: Mapping[str, pd.DataFrame], price_years: tuple[str, str], style: Style, *,
    year: str | None = None, every_line: bool = False,
) -> str:  # fmt: skip
    """Measures with what makes most of their cost, all of them, and borrowing; selected years, `year` among them.

    `tables` are those of a run, `price_years` those of real prices and of present values. Every line, ratio and
    rating is shown with `every_line`.
    """
    scorecard, totals = tables["scorecard"], tables["scorecard_totals"]
    if scorecard.empty:
        return NOTHING
    table = table_of(scorecard, style, year)
    heads = table.row("£ million, cash (minus is a cost)", "", [*table.years, ALL_YEARS])
    rule = style.faint("-" * len(heads))
    rows = [heads, rule]
    ratings = rating_lines(tables["ratings"]) if every_line and "ratings" in tables else {}
    few = scorecard["measure"].nunique() <= _FEW_MEASURES
    for name, part in scorecard.groupby("measure", sort=False):
        measure = str(name)
        rows.append(style.bold(table.money(measure, "", part)))
        rows += _errors(table, totals, measure, "  ± simulation error")
        rows += _lines(table, part, None if every_line else _MOST_OF_FEW if few else _MOST_LINES)
        rows += _beside(table, tables["lines"], measure,
                        None if every_line else _MOST_BESIDE_OF_FEW if few else _MOST_BESIDE)  # fmt: skip
        rows += _ratios(table, tables["ratios"], measure) if every_line else []
        if rating := ratings.get(measure):
            rows.append(wrapped(f"  {rating}", style.prose, "    "))
    rows += [rule, style.bold(table.money("Effect on the Exchequer", "", scorecard))]
    rows += _errors(table, totals, ALL_MEASURES, "  ± simulation error (one standard error)")
    borrowing = scorecard.assign(cash=scorecard["net_borrowing"])
    rows.append(table.money("Public sector net borrowing (plus is more)", "", borrowing))
    rows += ["", wrapped(_in_all_prices(scorecard, totals, price_years), style.prose)]
    return "\n".join(rows)


def _errors(table: Table, totals: pd.DataFrame, measure: str, text: str) -> list[str]:
    """One standard error of a measure's total in each year and over all; no row where none has any."""
    mine = totals[(totals["measure"] == measure) & (totals["line"] == ALL_LINES)].set_index("financial_year")
    errors = mine["simulation_error"]
    if not errors.fillna(0.0).any():
        return []
    cells = [plus_minus(errors.get(year, np.nan)) for year in (*table.years, ALL_YEARS)]
    return [table.style.faint(table.row(text, "", cells))]


def _lines(table: Table, part: pd.DataFrame, most: int | None) -> Iterator[str]:
    """The lines that matter, in the order of the measure, and the sum of the others; all lines where `most` is None."""
    lines = {key: rows for key, rows in part.groupby(["line", "description", "head"], sort=False) if rows["cash"].any()}
    shown = set(lines) if most is None else main_lines(part, table.years, most)
    names = distinct([str(description) for (_, description, _) in lines], table.label - 2)
    for key, rows in lines.items():
        if key in shown:
            yield table.money(f"  {names[str(key[1])]}", str(key[2]), rows)
    if rest := [rows for key, rows in lines.items() if key not in shown]:
        yield table.money(f"  {len(rest)} smaller lines", "", pd.concat(rest))


def main_lines(part: pd.DataFrame, years: Sequence[str], most: int) -> set[tuple[object, ...]]:
    """Of one measure, the keys (line, description, head) of at most `most` lines that make a tenth or more of what it
    pays and saves in one of the years; one that would be left over alone is shown too."""
    mine = part[part["financial_year"].isin(years)]
    cash = mine.pivot_table(index=["line", "description", "head"], columns="financial_year", values="cash", sort=False,
                            aggfunc="sum", fill_value=0.0).abs()  # fmt: skip
    share = (cash / cash.sum().replace(0.0, np.nan)).max(axis=1).fillna(0.0).sort_values(ascending=False, kind="stable")
    paid = part.groupby(["line", "description", "head"], sort=False)["cash"].apply(lambda one: bool(one.any()))
    chosen = list(share[share >= _MATTERS].index[:most]) or list(share.index[:1])
    others = [key for key in share.index if key not in chosen and paid[key]]
    return {*chosen, *(others if len(others) == 1 else ())}


def _beside(table: Table, lines: pd.DataFrame, measure: str, most: int | None) -> Iterator[str]:
    """Memo lines of the reform: £ million that is in no sum, or thousands of people. The first `most` of a measure are
    those that it puts first: of money and of people in turn."""
    mine = lines[(lines["measure"] == measure) & (lines["arm"] == "reform") & (lines["head"] == "memo")]
    mine = mine[mine["detail"].astype(bool)]
    found = {str(line): part for line, part in mine.groupby("line", sort=False) if part["amount"].any()}
    shown = list(found) if most is None else _first_of_each(found, most)
    names = distinct([str(part["description"].iloc[0]) for part in found.values()], table.label - 2)
    for line in shown:
        part = found[line]
        people = part["unit"].iloc[0] == "people"
        amounts = part.set_index("financial_year")["amount"]
        cells = [f"{amounts.get(year, 0.0) / (1e3 if people else MILLION):,.0f}" for year in table.years]
        whole = "" if part["stock"].iloc[0] or people else f"{amounts.sum() / MILLION:,.0f}"
        name, unit = names[str(part["description"].iloc[0])], "thousand" if people else "memo"
        yield table.row(f"  {name}" if table.unit else f"  {_with_unit(name, unit, table.label - 2)}", unit,
                        [*cells, whole])  # fmt: skip


def _with_unit(name: str, unit: str, width: int) -> str:
    """A label that says its unit too, where units have no column."""
    return f"{shortened(name, width - len(unit) - 3)} ({unit})"


def _first_of_each(found: Mapping[str, pd.DataFrame], most: int) -> list[str]:
    """The first lines of money and of people, as many of one as of the other where there are so many, in order."""
    people = [line for line, part in found.items() if part["unit"].iloc[0] == "people"]
    money = [line for line in found if line not in people]
    chosen = {*money[: (most + 1) // 2], *people[: most // 2]}
    return [line for line in found if line in chosen]


def _ratios(table: Table, ratios: pd.DataFrame, measure: str) -> Iterator[str]:
    """The measure's ratios in the reform: pounds or per cent."""
    mine = ratios[(ratios["measure"] == measure) & (ratios["arm"] == "reform")]
    for _, part in mine.groupby("ratio", sort=False):
        values = part.set_index("financial_year")["value"]
        if not values.fillna(0.0).any():
            continue
        money = part["unit"].iloc[0] == "£"
        pence = money and values.abs().max() < _IN_PENCE
        unit, name = "£" if money else "%", str(part["description"].iloc[0])
        cells = [ratio_cell(values.get(year, np.nan), money, pence) for year in table.years]
        yield table.row(f"  {name}" if table.unit else f"  {_with_unit(name, unit, table.label - 2)}", unit, cells)


def ratio_cell(value: float, money: bool, pence: bool) -> str:
    """A ratio: pounds, with pence where they tell, or per cent; nothing where there is none."""
    if np.isnan(value):
        return ""
    if money:
        return f"{value:,.2f}" if pence else f"{value:,.0f}"
    return f"{100 * value:.1f}"


def _in_all_prices(scorecard: pd.DataFrame, totals: pd.DataFrame, price_years: tuple[str, str]) -> str:
    """The sum over all years in cash, in constant prices and as a present value."""
    whole = totals[(totals["measure"] == ALL_MEASURES) & (totals["financial_year"] == ALL_YEARS)].iloc[0]
    shown = {
        name: f"{millions(scorecard[name].sum())} {plus_minus(whole[error])}".strip()
        for name, error in zip(PRICES, ERRORS, strict=True)
    }
    first, last = scorecard["financial_year"].min(), scorecard["financial_year"].max()
    price_year, value_year = price_years
    return (
        f"All years, {first if first == last else f'{first} to {last}'}: {shown['cash']} cash, {shown['real']} in "
        f"{price_year} prices, {shown['present_value']} present value in {value_year} (£ million)"
    )
