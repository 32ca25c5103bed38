"""The scorecard as text, fitted to the width of the terminal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

MILLION = 1e6
_EVERY = 5  # after the first years of a policy, columns are this many years apart
_FIRST_YEARS = 6
_TOTALS = ("cash", "real", "present_value")
_COLUMN = 10


def scorecard_text(
    scorecard: pd.DataFrame, lines: pd.DataFrame, ratios: pd.DataFrame, price_year: str, value_year: str, width: int
) -> str:
    """The scorecard in £ million with selected years, totals over all years, and what stands beside it."""
    if scorecard.empty:
        return "No measure changes between the baseline and the reform: there is nothing to cost."
    label = min(48, max(28, 2 * width // 5))
    years = _shown_years(scorecard, (width - label - 9) // _COLUMN - 1)
    rows = [_row("£ million, cash (minus is a cost)", label, "", [*years, "all years"])]
    rows.append("-" * len(rows[0]))
    for measure, part in scorecard.groupby("measure", sort=False):
        rows.append(str(measure))
        for (_, description, head), line in part.groupby(["line", "description", "head"], sort=False):
            rows.append(_money_row(f"  {description}", label, str(head), line, years))
        rows.extend(_beside(str(measure), lines, ratios, label, years))
    rows.append("-" * len(rows[0]))
    rows.append(_money_row("Effect on the Exchequer", label, "", scorecard, years))
    borrowing = -scorecard.groupby("financial_year")["net_borrowing"].sum()
    rows.append(_row("Public sector net borrowing (plus is more)", label, "",
                     [*(_millions(-borrowing[year]) for year in years), _millions(-borrowing.sum())]))  # fmt: skip
    totals = {name: _millions(scorecard[name].sum()) for name in _TOTALS}
    rows.append("")
    first, last = scorecard["financial_year"].min(), scorecard["financial_year"].max()
    span = first if first == last else f"{first} to {last}"
    rows.append(
        f"All years, {span}: {totals['cash']} cash, {totals['real']} in {price_year} prices, "
        f"{totals['present_value']} present value in {value_year} (£ million)"
    )
    return "\n".join(rows)


def _shown_years(scorecard: pd.DataFrame, most: int) -> list[str]:
    """The first years from the first with money in them, then every fifth, then the last; at most `most`."""
    by_year = scorecard.groupby("financial_year")["cash"].apply(lambda cash: bool((cash != 0).any()))
    years = list(by_year.index)
    start = next((place for place, year in enumerate(years) if by_year[year]), 0)
    places = list(range(start, min(start + _FIRST_YEARS, len(years))))
    places += range(start + _FIRST_YEARS - 1 + _EVERY, len(years), _EVERY)
    if len(years) - 1 not in places:
        places.append(len(years) - 1)
    most = max(most, 2)
    if len(places) > most:
        places = [*places[: most - 1], places[-1]]
    return [years[place] for place in places]


def _money_row(text: str, label: int, head: str, part: pd.DataFrame, years: Sequence[str]) -> str:
    cash = part.groupby("financial_year")["cash"].sum()
    return _row(text, label, head, [*(_millions(cash.get(year, 0.0)) for year in years), _millions(cash.sum())])


def _beside(measure: str, lines: pd.DataFrame, ratios: pd.DataFrame, label: int, years: Sequence[str]) -> list[str]:
    """Memo lines of the reform arm (£ million or thousands of people) and the measure's ratios."""
    rows = []
    memo = lines[(lines["measure"] == measure) & (lines["arm"] == "reform") & (lines["head"] == "memo")]
    for _, part in memo.groupby("line", sort=False):
        amounts = part.set_index("financial_year")["amount"]
        people = part["unit"].iloc[0] == "people"
        unit = "thousand" if people else "memo"
        shown = [f"{amounts.get(year, 0.0) / (1e3 if people else MILLION):,.0f}" for year in years]
        whole = "" if part["stock"].iloc[0] or people else f"{amounts.sum() / MILLION:,.0f}"
        rows.append(_row(f"  {part['description'].iloc[0]}", label, unit, [*shown, whole]))
    mine = ratios[(ratios["measure"] == measure) & (ratios["arm"] == "reform")]
    for _, part in mine.groupby("ratio", sort=False):
        values = part.set_index("financial_year")["value"]
        money = part["unit"].iloc[0] == "£"
        shown = [_ratio(values.get(year, np.nan), money) for year in years]
        rows.append(_row(f"  {part['description'].iloc[0]}", label, "£" if money else "%", [*shown, ""]))
    return rows


def _ratio(value: float, money: bool) -> str:
    if np.isnan(value):
        return ""
    return f"{value:,.0f}" if money else f"{100 * value:.1f}"


def _row(text: str, label: int, unit: str, cells: Sequence[str]) -> str:
    shortened = text if len(text) <= label else text[: label - 1] + "…"
    return f"{shortened:<{label}} {unit:<8}" + "".join(f" {cell:>{_COLUMN - 1}}" for cell in cells)


def _millions(pounds: float) -> str:
    """Millions with a sign; amounts that round to nothing are shown as such."""
    millions = pounds / MILLION
    if pounds == 0:
        return "0"
    if abs(millions) < 0.5:
        return "*"
    return f"{millions:,.0f}"
