"""Who gains, in a few lines: what the poorest and the richest tenth receive, and how many people gain or lose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from microsim.report.distribution import ALL_MEASURES, percent_of_people, shown_year
from microsim.report.lacking import has
from microsim.report.screen.style import Style

_KINDS = {"cash": "in cash", "in_kind": "in kind", "employer": "at their employers"}
_POOREST, _RICHEST = "decile 1", "decile 10"


def gains_text(tables: Mapping[str, pd.DataFrame], year: str, style: Style) -> str:
    """Gains of all measures in `year`, or where there are none then in the year that `distribution_text` shows; nothing
    where nobody gains or loses anything, or the run has no such table."""
    if not has(tables, "gains"):
        return ""
    gains = tables["gains"]
    mine = gains[(gains["measure"] == ALL_MEASURES) & gains["kind"].isin(list(_KINDS))]
    if mine.empty:
        return ""
    year = year if year in set(mine["financial_year"]) else shown_year(mine["financial_year"])
    mine = mine[mine["financial_year"] == year]
    said = "; ".join(_by_kind(mine))
    text = f"Who gains in {year}, £ a year for each household, before anyone pays for it: {said}"
    rows = [style.sentence(text, "  ")]
    if has(tables, "winners_and_losers") and (counted := _counted(tables["winners_and_losers"], year)):
        rows.append(style.sentence(f"  {counted}", "  "))
    return "\n".join(rows)


def _by_kind(gains: pd.DataFrame) -> Iterator[str]:
    """Each kind of gain apart, never added: of all households, and of the two ends of income."""
    each = gains[gains["breakdown"].isin(["england", "income_decile"])].set_index(["kind", "group"])["per_household"]
    for kind, words in _KINDS.items():
        if (kind, "England") not in each.index or not each[kind].any():
            continue
        poorest, richest = each.get((kind, _POOREST)), each.get((kind, _RICHEST))
        ends = "" if poorest is None or richest is None else (
            f" ({_pounds(poorest)} in the poorest tenth, {_pounds(richest)} in the richest)"
        )  # fmt: skip
        yield f"{words} {_pounds(each[(kind, 'England')])}{ends}"


def _counted(winners: pd.DataFrame, year: str) -> str:
    """How many people's households gain or lose a pound or more, in cash and in kind, and in cash alone."""
    mine = winners[(winners["financial_year"] == year) & (winners["group"] == "all") & (winners["scale"] == "pounds")]
    shares = mine.groupby(["concept", "change"])["share"].sum()
    if "cash_and_in_kind" not in shares.index:
        return ""
    gain, cash, lose = (percent_of_people(float(shares.get(key, 0.0))) for key in (
        ("cash_and_in_kind", "gain"), ("cash", "gain"), ("cash_and_in_kind", "lose")))  # fmt: skip
    return f"{gain} of people are in a household that gains £1 or more ({cash} in cash alone), {lose} in one that loses"


def _pounds(amount: float) -> str:
    text = f"{amount:,.0f}"
    return text.removeprefix("-") if not any(digit in text for digit in "123456789") else text
