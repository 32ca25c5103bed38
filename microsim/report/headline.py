"""What a scenario costs, in one sentence: the same on the screen, in the report and in the note."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.comparison.finished import FinishedRun
from microsim.report.clear import is_clear

# The year whose cost is quoted: the tenth. A policy begun within a few years has spread by then; a first year is a
# launch, and a last one, after decades, mostly the prices of its day.
_REFERENCE = 10
_BILLION, _MILLION, _THOUSAND = 1e9, 1e6, 1e3
_WHOLE = 10.0  # from which an amount has no decimals, but in billions
_NEARLY = 0.9995  # of a unit, which is shown as one rather than as 1,000 of the smaller unit
NOTHING = "No measure changes between the baseline and the reform: there is nothing to cost."


class Headline(NamedTuple):
    """What a scenario costs in a reference year and over all years: pounds of cash, minus is a cost.

    Errors are one standard error of simulation; NaN where none is known.
    """

    year: str
    cash: float
    simulation_error: float
    first_year: str
    last_year: str
    all_years_cash: float
    all_years_simulation_error: float

    @property
    def sentence(self) -> str:
        """The cost of the reference year, that of all years, and the simulation error of both."""
        parts = [_part(self.cash, self.simulation_error, f"in {self.year}")]
        if self.first_year != self.last_year:
            span = f"over {self.first_year} to {self.last_year}"
            parts.append(_part(self.all_years_cash, self.all_years_simulation_error, span))
        (verb, *first), (other, *second) = parts[0], parts[-1]
        text = f"{verb} {' '.join(first)}"
        if len(parts) > 1:
            text += f" and {' '.join(second)}" if verb == other else f", and {other.lower()} {' '.join(second)}"
        known = "; ± is one standard error of simulation" if "±" in text else ""
        return f"{text}, in cash{known}."


def headline(run: FinishedRun, year: str | None = None) -> Headline | None:
    """The cost of all measures in `year`, or the reference year, and over all years; None where nothing is costed.

    Raises KeyError for a year that is not among the run's.
    """
    scorecard = run.scorecard
    if scorecard.empty:
        return None
    totals = run.table("scorecard_totals")
    year = year or reference_year(scorecard)
    whole = totals[(totals["measure"] == ALL_MEASURES) & (totals["line"] == ALL_LINES)].set_index("financial_year")
    amounts, errors = whole["cash"], whole["simulation_error"]
    return Headline(
        year, float(amounts[year]), float(errors[year]), str(scorecard["financial_year"].min()),
        str(scorecard["financial_year"].max()), float(amounts[ALL_YEARS]), float(errors[ALL_YEARS]),
    )  # fmt: skip


def headline_sentence(run: FinishedRun, year: str | None = None) -> str:
    """What all measures of a run cost in `year`, or the reference year, and over all years, as a sentence."""
    found = headline(run, year)
    return NOTHING if found is None else found.sentence


def reference_year(scorecard: pd.DataFrame) -> str:
    """The tenth year of the scenario; the last where there are fewer, or where nothing is paid or saved in the tenth.

    Raises IndexError where the scorecard is empty.
    """
    paid = (scorecard["cash"] != 0).groupby(scorecard["financial_year"]).any()
    tenth = min(_REFERENCE, len(paid)) - 1
    return str(paid.index[tenth if paid.iloc[tenth] else -1])


def _part(pounds: float, error: float, when: str) -> tuple[str, str, str]:
    """Verb, amount with its error, and when."""
    amount = money(pounds)
    verb = "Saves" if pounds > 0 else "Costs"
    if amount == "nothing":
        return "Costs", amount, when
    if np.isnan(error) or error == 0.0:
        return verb, amount, when
    unclear = "" if is_clear(pounds, error) else ": its sign is not certain"
    return verb, f"{amount} (± {money(error)}{unclear})", when


def money(pounds: float) -> str:
    """An amount without its sign, as a sentence has it: £3.5bn, £27m, £6.4m, £310k, or nothing."""
    pounds = abs(pounds)
    for unit, name in ((_BILLION, "bn"), (_MILLION, "m"), (_THOUSAND, "k")):
        amount = pounds / unit
        if amount >= _NEARLY:
            whole = name != "bn" and round(amount, 1) >= _WHOLE
            return f"£{amount:,.{0 if whole else 1}f}{name}"
    return "nothing" if pounds == 0 else f"£{pounds:,.0f}" if pounds >= 1 else "less than £1"
