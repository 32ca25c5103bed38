"""The scorecard as text, fitted to the width of the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS, ERRORS, PRICES

MILLION = 1e6
_EVERY = 5  # after the first years of a policy, columns are this many years apart
_FIRST_YEARS = 6
_WHERE_NARROW = (0, 1, 3, 8, 13, 18, 23, 28)  # years after the first that are shown where not all fit
_COLUMN = 10
_WHOLE = 10.0  # £ million, from which errors are shown without decimals
_IN_PENCE = 20.0  # pounds, up to which a ratio of money is shown with its pence


def scorecard_text(
    scorecard: pd.DataFrame, totals: pd.DataFrame, lines: pd.DataFrame, ratios: pd.DataFrame, price_year: str,
    value_year: str, width: int, ratings: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """The scorecard in £ million with selected years, totals over all years with one standard error of simulation, and
    what stands beside it.

    `totals` is the table `scorecard_totals`; `ratings` are lines on the uncertainty of each measure's costing, by
    measure.
    """
    if scorecard.empty:
        return "No measure changes between the baseline and the reform: there is nothing to cost."
    label, years = _layout(scorecard, width)
    rows = [_row("£ million, cash (minus is a cost)", label, "", [*years, "all years"])]
    rows.append("-" * len(rows[0]))
    for measure, part in scorecard.groupby("measure", sort=False):
        rows.append(_money_row(str(measure), label, "", part, years))
        rows += _errors_row(totals, str(measure), "  ± simulation error", label, years)
        for (_, description, head), line in part.groupby(["line", "description", "head"], sort=False):
            if not line["cash"].any():
                continue  # an option of the measure that this scenario does not use
            rows.append(_money_row(f"  {description}", label, str(head), line, years))
        rows.extend(_beside(str(measure), lines, ratios, label, years))
        if rating := (ratings or {}).get(str(measure)):
            rows.append(textwrap.fill(rating, width, initial_indent="  ", subsequent_indent="    "))
    rows.append("-" * len(rows[0]))
    rows.append(_money_row("Effect on the Exchequer", label, "", scorecard, years))
    rows += _errors_row(totals, ALL_MEASURES, "  ± simulation error (one standard error)", label, years)
    borrowing = -scorecard.groupby("financial_year")["net_borrowing"].sum()
    rows.append(_row("Public sector net borrowing (plus is more)", label, "",
                     [*(millions(-borrowing[year]) for year in years), millions(-borrowing.sum())]))  # fmt: skip
    whole_span = totals[(totals["measure"] == ALL_MEASURES) & (totals["financial_year"] == ALL_YEARS)].iloc[0]
    shown = {
        name: f"{millions(scorecard[name].sum())} {_error(whole_span[error])}".strip()
        for name, error in zip(PRICES, ERRORS, strict=True)
    }
    rows.append("")
    first, last = scorecard["financial_year"].min(), scorecard["financial_year"].max()
    span = first if first == last else f"{first} to {last}"
    whole = (
        f"All years, {span}: {shown['cash']} cash, {shown['real']} in {price_year} prices, "
        f"{shown['present_value']} present value in {value_year} (£ million)"
    )
    rows.append(textwrap.fill(whole, width))
    return "\n".join(rows)


def simulation_error_text(manifest: Mapping[str, Any]) -> str:
    """What a run's choice of people costs in simulation error, and how many people would halve it; nothing where there
    is nothing to cost."""
    error = manifest["simulation_error"]
    if error is None or not error["cash"] or error["standard_error"] is None:
        return ""
    share = 100 * abs(error["standard_error"] / error["cash"])
    one_in, more = manifest["one_in"], 4 / manifest["one_in"]
    if manifest["survey"]:
        remedy = "A survey of four times as many people would halve it."
    elif one_in == 1:
        remedy = "Everybody is simulated: what is left is luck."
    elif more <= 1:
        remedy = f"Four times the people, --sample {more:.2g}, would halve it."
    else:
        remedy = f"Everybody, --sample 1, would leave {100 / one_in**0.5:.0f} % of it."
    return (
        f"Simulation error: {_error(error['standard_error'])} £ million ({share:.2g} %) in {error['financial_year']}, "
        "one standard error of the draw of people and of their luck, not of the assumptions; groups of people have "
        f"more: see the columns simulation_error. {remedy}"
    )


def decomposition_text(decomposition: pd.DataFrame, scorecard: pd.DataFrame, width: int) -> str:
    """Each measure alone, what it adds to those before it, and the difference, in £ million by selected years."""
    label, years = _layout(scorecard, width)
    rows = ["Each measure alone, what it adds in the order written, and the interaction"]
    for part, title in (("alone", "alone"), ("stacked", "added to those before"), ("interaction", "interaction")):
        rows.append(title)
        mine = decomposition[decomposition["part"] == part]
        for measure, amounts in mine.groupby("measure", sort=False):
            rows.append(_money_row(f"  {measure}", label, "", amounts, years))
        rows.append(_money_row("  the package" if part == "stacked" else "  all", label, "", mine, years))
    return "\n".join(rows)


def second_round_text(second_round: pd.DataFrame, ratios: pd.DataFrame, scorecard: pd.DataFrame, width: int) -> str:
    """Second-round effects in £ million by selected years, and the costing that they are not in."""
    label, years = _layout(scorecard if len(scorecard) else second_round, width)
    rows = ["Second-round effects (not in the costing above)"]
    for (_, description, head), line in second_round.groupby(["line", "description", "head"], sort=False):
        if line["cash"].any():
            rows.append(_money_row(f"  {description}", label, str(head), line, years))
    effect = second_round[second_round["head"] != "memo"]
    rows.append(_money_row("Second-round effect on the Exchequer", label, "", effect, years))
    people = ratios[ratios["ratio"] == "people"].set_index("financial_year")["value"]
    rise = ratios[ratios["ratio"] == "mean_rise"].set_index("financial_year")["value"]
    rows.append(_row("  People whose pay rises by £1 or more", label, "thousand",
                     [*(f"{people.get(year, 0.0) / 1e3:,.0f}" for year in years), ""]))  # fmt: skip
    shown = [_ratio(rise.get(year, np.nan), False, False) for year in years]
    rows.append(_row("  Mean rise of their pay", label, "%", [*shown, ""]))
    return "\n".join(rows)


def alternatives_text(alternatives: pd.DataFrame, scorecard: pd.DataFrame, width: int) -> str:
    """What measures would cost under other choices than the scenario's, without taxes and benefits, in £ million."""
    label, years = _layout(scorecard, width)
    rows = ["Under other choices, by the measure's own lines (taxes and benefits that follow pay are left out)"]
    signed = alternatives.assign(cash=alternatives["sign"] * alternatives["amount"])
    signed = signed[signed["sign"] != 0]
    for measure, part in signed.groupby("measure", sort=False):
        rows.append(str(measure))
        for choice, amounts in part.groupby("alternative", sort=False):
            rows.append(_money_row(f"  {choice}", label, "", amounts, years))
    return "\n".join(rows)


def steps_text(name: str, table: pd.DataFrame, scorecard: pd.DataFrame, width: int) -> str:
    """A table of a measure that goes by steps (a bridge, who pays) in £ million; nothing for one of another form."""
    labels = [column for column in ("party", "item", "description", "step") if column in table]
    amount = next((column for column in ("amount", "cost") if column in table), None)
    if not labels or amount is None or "financial_year" not in table:
        return ""
    if "description" in labels and "step" in labels:
        labels.remove("step")  # its number
    label, years = _layout(scorecard, width)
    rows = [_row(name, label, "£ m", years)]
    for step, part in table.groupby(labels, sort=False):
        by_year = part.groupby("financial_year")[amount].sum()
        if by_year.any():
            shown = [millions(by_year.get(year, 0.0)) for year in years]
            rows.append(_row("  " + ": ".join(map(str, step)), label, "", shown))
    return "\n".join(rows)


def _layout(scorecard: pd.DataFrame, width: int) -> tuple[int, list[str]]:
    """The width of the column of names, and the years that fit beside it."""
    label = min(48, max(28, 2 * width // 5))
    return label, _shown_years(scorecard, (width - label - 9) // _COLUMN - 1)


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
    if len(places) > most:  # fewer of the first years, then those further on
        fewer = [start + after for after in _WHERE_NARROW if start + after < len(years) - 1]
        places = [*fewer[: most - 1], places[-1]]
    return [years[place] for place in places]


def _money_row(text: str, label: int, head: str, part: pd.DataFrame, years: Sequence[str]) -> str:
    cash = part.groupby("financial_year")["cash"].sum()
    return _row(text, label, head, [*(millions(cash.get(year, 0.0)) for year in years), millions(cash.sum())])


def _errors_row(totals: pd.DataFrame, measure: str, text: str, label: int, years: Sequence[str]) -> list[str]:
    """One standard error of a measure's total in each year and over all; no row where none has any."""
    of_measure = totals[(totals["measure"] == measure) & (totals["line"] == ALL_LINES)].set_index("financial_year")
    errors = of_measure["simulation_error"]
    if not errors.fillna(0.0).any():
        return []
    return [_row(text, label, "", [_error(errors.get(year, np.nan)) for year in (*years, ALL_YEARS)])]


def _beside(measure: str, lines: pd.DataFrame, ratios: pd.DataFrame, label: int, years: Sequence[str]) -> list[str]:
    """The main memo lines of the reform arm (£ million or thousands of people) and the measure's ratios."""
    rows = []
    memo = lines[(lines["measure"] == measure) & (lines["arm"] == "reform") & (lines["head"] == "memo")]
    memo = memo[memo["detail"].astype(bool)]
    for _, part in memo.groupby("line", sort=False):
        amounts = part.set_index("financial_year")["amount"]
        if not amounts.any():
            continue
        people = part["unit"].iloc[0] == "people"
        unit = "thousand" if people else "memo"
        shown = [f"{amounts.get(year, 0.0) / (1e3 if people else MILLION):,.0f}" for year in years]
        whole = "" if part["stock"].iloc[0] or people else f"{amounts.sum() / MILLION:,.0f}"
        rows.append(_row(f"  {part['description'].iloc[0]}", label, unit, [*shown, whole]))
    mine = ratios[(ratios["measure"] == measure) & (ratios["arm"] == "reform")]
    for _, part in mine.groupby("ratio", sort=False):
        values = part.set_index("financial_year")["value"]
        if not values.fillna(0.0).any():
            continue
        money = part["unit"].iloc[0] == "£"
        pence = money and values.abs().max() < _IN_PENCE
        shown = [_ratio(values.get(year, np.nan), money, pence) for year in years]
        rows.append(_row(f"  {part['description'].iloc[0]}", label, "£" if money else "%", [*shown, ""]))
    return rows


def _ratio(value: float, money: bool, pence: bool) -> str:
    if np.isnan(value):
        return ""
    if money:
        return f"{value:,.2f}" if pence else f"{value:,.0f}"
    return f"{100 * value:.1f}"


def _row(text: str, label: int, unit: str, cells: Sequence[str]) -> str:
    shortened = text if len(text) <= label else text[: label - 1] + "…"
    return f"{shortened:<{label}} {unit:<8}" + "".join(f" {cell:>{_COLUMN - 1}}" for cell in cells)


def _error(pounds: float) -> str:
    """A standard error in millions; nothing where there is none or none is known."""
    error = pounds / MILLION
    if np.isnan(error) or error == 0.0:
        return ""
    return f"±{error:,.0f}" if error >= _WHOLE else f"±{error:.1f}"


def millions(pounds: float, one_decimal_below: float = 0.0) -> str:
    """Millions with a sign, with a decimal where they are few; amounts that round to nothing are shown as such."""
    amount = pounds / MILLION
    if pounds == 0:
        return "0"
    decimals = 1 if abs(amount) < one_decimal_below else 0
    return "*" if abs(amount) < 0.5 / 10**decimals else f"{amount:,.{decimals}f}"
