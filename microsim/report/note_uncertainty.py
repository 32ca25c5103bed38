"""How uncertain a costing is, in the sentences of the costing note. The kinds of uncertainty stay apart."""

from __future__ import annotations

from typing import Any

import pandas as pd

from microsim.accounts.tables import CHOSEN
from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.comparison.finished import FinishedRun
from microsim.report.amounts import pounds_in_words, share_in_words
from microsim.report.headline import reference_year
from microsim.report.material import Material
from microsim.report.sections.measure_memo import cash_by_choice, cost_in_words
from microsim.report.uncertainty import few_draws_sentence

_NOT_DRAWN = "Parameter uncertainty was not drawn: microsim uncertainty finds percentiles of the cost."
_ELSEWHERE = " It was drawn with {differs}: read its spread, not its level."


def of_measure(material: Material, name: str) -> list[str]:
    """The rating and its reasons, the figure most in doubt, percentiles, simulation error, other choices."""
    run = material.run
    found = [*_rating(run, name), *_percentiles(material, name)]
    error = _simulation_error(run, name)
    return [*found, *([error] if error else []), *_choices(run, name)] or ["Nothing is said of its uncertainty."]


def of_everything(material: Material) -> list[str]:
    """Percentiles and simulation error of all measures together."""
    error = _simulation_error(material.run, ALL_MEASURES)
    return [*_percentiles(material, ALL_MEASURES), *([error] if error else [])]


def _rating(run: FinishedRun, name: str) -> list[str]:
    if "ratings" not in run.tables:
        return []
    ratings = run.table("ratings")
    rows = ratings[ratings["measure"] == name].to_dict("records")
    if not rows:
        return []
    overall, *parts = rows
    if not parts:
        return [f"The uncertainty of the costing is {overall['rating']}."]
    doubt = str(overall["figure"]).removeprefix(f"measures.{name}.")
    found = [f"Overall: {overall['rating']}. Most in doubt: {doubt}. {overall['why']}"]
    if figure := _figure(run, str(overall["figure"])):
        found.append(figure)
    return found + [f"{str(part['subject']).capitalize()}: {part['rating']}. {part['why']}" for part in parts]


def _figure(run: FinishedRun, path: str) -> str:
    """What the run took the figure in doubt to be, with its range; nothing where it is not one number."""
    rows = run.assumptions[run.assumptions["path"] == path]
    if len(rows) != 1:
        return ""
    row = rows.iloc[0]
    spread = f", from {row['low']} to {row['high']}" if row["low"] and row["high"] else ""
    return f"That figure here: {row['value']}{spread} ({row['unit']}; {row['quality']})."


def _percentiles(material: Material, name: str) -> list[str]:
    """How far the cost moves when the figures with a range are drawn, where that was done."""
    drawn = material.uncertainty
    if drawn is None:
        return [_NOT_DRAWN] if name == ALL_MEASURES else []
    about, fan = drawn.manifest["uncertainty"], drawn.tables["fan"]
    rows = fan[fan["measure"] == name].set_index("financial_year")
    said = [_of_year(rows, year) for year in dict.fromkeys((about["headline_year"], ALL_YEARS)) if year in rows.index]
    if not said:
        return []
    found = f"Parameter uncertainty, {about['draws']:,} draws of {about['fields']:,} figures: {'; '.join(said)}."
    if few := few_draws_sentence(about["draws"]):
        found += f" {few}"
    if name == ALL_MEASURES:
        found += f" It is not {about['the_spread_is_not']}."
    return [found + (_ELSEWHERE.format(differs=drawn.differs) if drawn.differs else "")]


def _of_year(rows: pd.DataFrame, year: str) -> str:
    at: Any = rows.loc[year]
    when = "over all years" if year == ALL_YEARS else f"in {year}"
    return (
        f"{when} nine draws of ten cost from {pounds_in_words(at['p5'])} to {pounds_in_words(at['p95'])}, the middle "
        f"one {pounds_in_words(at['p50'])} and the central run {pounds_in_words(at['central'])}"
    )


def _simulation_error(run: FinishedRun, name: str) -> str:
    """One standard error in the year that the headline quotes and over all years."""
    if run.scorecard.empty:
        return ""
    totals = run.table("scorecard_totals")
    at = totals[(totals["measure"] == name) & (totals["line"] == ALL_LINES)].set_index("financial_year")
    said = []
    for year in (reference_year(run.scorecard), ALL_YEARS):
        error, cash = at["simulation_error"].get(year), at["cash"].get(year)
        if error and cash and error == error:
            when = "over all years" if year == ALL_YEARS else f"in {year}"
            said.append(f"{pounds_in_words(error)} {when} ({share_in_words(error / abs(cash))})")
    return f"Simulation error, one standard error: {' and '.join(said)}." if said else ""


def _choices(run: FinishedRun, name: str) -> list[str]:
    """How far the cost moves under other choices than the scenario's, and the scenario's own on the same basis."""
    cost = {choice: -float(cash.sum()) for choice, cash in cash_by_choice(run, name).items()}
    here = f"; here {cost_in_words(cost.pop(CHOSEN))}" if CHOSEN in cost else ""
    if not cost:
        return []
    least, most = min(cost, key=lambda choice: cost[choice]), max(cost, key=lambda choice: cost[choice])
    ends = [f"{cost_in_words(cost[choice])} ({choice})" for choice in dict.fromkeys((least, most))]
    basis = "by the measure's own lines alone (before taxes and benefits that follow)"
    reach = " to ".join(ends)
    return [f"Scenario choice: over all years, {basis}, other choices cost {reach}{here}."]
