"""What to keep in mind: what a sample cannot tell, how uncertain each measure is, and warnings in their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES
from microsim.report.clear import CLEAR
from microsim.report.headline import Headline
from microsim.report.other_scales import scales_sentence, what_would_halve
from microsim.report.rows import plus_minus, wrapped

MOST_WARNINGS = 5
# Warnings that change what the numbers mean come before those of figures that do nothing; others lie between.
_FIRST = ("nothing happens", "is nothing", "nobody's pay changes", "limit", "not aligned")
_LAST = ("nothing in this run reads", "is never used")


def simulation_error_text(manifest: Mapping[str, Any], found: Headline | None) -> str:
    """What a run's choice of people costs in simulation error in the year that is quoted, how many people would halve
    it, and what other scales would cost; nothing where there is nothing to cost."""
    if found is None or not found.cash or not found.simulation_error > 0:
        return ""
    share = 100 * abs(found.simulation_error / found.cash)
    remedy = f"{what_would_halve(manifest)} {scales_sentence(manifest, found.simulation_error, abs(found.cash))}"
    return (
        f"Simulation error: {plus_minus(found.simulation_error)} £ million ({share:.2g} %) in "
        f"{found.year}, one standard error of the draw of people and of their luck, not of the "
        f"assumptions; groups of people have more: see the columns simulation_error. {remedy}"
    ).strip()


def unclear_signs(totals: pd.DataFrame, year: str) -> list[str]:
    """The measures whose effect in a year lies within two standard errors of nothing."""
    mine = totals[(totals["financial_year"] == year) & (totals["line"] == ALL_LINES)]
    mine = mine[(mine["measure"] != ALL_MEASURES) & (mine["cash"] != 0)]
    unclear = mine["cash"].abs() < CLEAR * mine["simulation_error"]
    return [str(name) for name in mine.loc[unclear, "measure"]]


def rating_rows(ratings: pd.DataFrame, width: int) -> Iterator[str]:
    """A line for each measure: how uncertain its costing is, and the figure that is most in doubt."""
    overall = ratings[ratings["subject"] == "overall"]
    if overall.empty:
        return
    names, grades = (max(overall[column].str.len()) for column in ("measure", "rating"))
    yield wrapped("How uncertain each measure is, as this project judges it, and what is most in doubt", width)
    for row in overall.to_dict("records"):
        figure = str(row["figure"] or "").removeprefix(f"measures.{row['measure']}.")
        room = width - names - grades - 6
        doubt = figure if len(figure) <= room else "…" + figure[len(figure) - room + 1 :]  # a path's end tells most
        yield f"  {row['measure']:<{names}}  {row['rating']:<{grades}}  {doubt}".rstrip()


def in_order(warnings: Sequence[str]) -> list[str]:
    """Warnings without repetition, those that change most first."""
    return sorted(dict.fromkeys(warnings), key=_weight)


def _weight(warning: str) -> int:
    if any(words in warning for words in _FIRST):
        return 0
    return 2 if any(words in warning for words in _LAST) else 1


def unclear_text(totals: pd.DataFrame, year: str, width: int) -> str:
    """Which signs a sample cannot tell; nothing where it can tell all."""
    names = unclear_signs(totals, year)
    if not names:
        return ""
    named = " and ".join(names)
    return wrapped(f"Whether {named} costs or saves in {year} is not certain: within two standard errors of nothing.",
                   width)  # fmt: skip
