"""The page of several runs, made of their comparison alone: nothing is simulated, and no figure is worked out twice."""

from __future__ import annotations

from microsim.comparison.comparison import Comparison
from microsim.report.comparison_sections.assumptions import assumptions
from microsim.report.comparison_sections.costs import costs
from microsim.report.comparison_sections.groups import groups
from microsim.report.comparison_sections.headline import headline
from microsim.report.comparison_sections.moved import moved
from microsim.report.comparison_sections.reproducibility import reproducibility
from microsim.report.comparison_sections.runs import PRICES, names
from microsim.report.page.blocks import Page, Section
from microsim.years import format_years


def comparison_page(comparison: Comparison) -> Page:
    """Runs side by side: what differs, costs, what moved, who gains differently, assumptions, how to repeat it."""
    sections: list[Section] = [headline(comparison), costs(comparison)]
    if len(comparison.scorecard):
        sections += [moved(comparison), groups(comparison)]
    sections += [assumptions(comparison), reproducibility(comparison)]
    return Page(_title(comparison), _subtitle(comparison), sections)


def _title(comparison: Comparison) -> str:
    if len(comparison.runs) == 2:
        first, other = names(comparison)
        return f"{other} beside {first}"
    return f"{len(comparison.runs) - 1} runs beside {names(comparison)[0]}"


def _subtitle(comparison: Comparison) -> str:
    people = "" if all(map(comparison.same_people, comparison.runs)) else "; not all runs are of the same people"
    years, prices = format_years(comparison.years), PRICES[comparison.prices]
    return f"{years}, {prices}; differences are from A, {names(comparison)[0]}{people}"
