"""What every measure with a start is checked for, knowing the population."""

from __future__ import annotations

from typing import Any

from microsim.measures.contract import Surroundings
from microsim.scenario.load import quantities
from microsim.scenario.values import Fault
from microsim.years import format_financial_year


def start_faults(params: Any, around: Surroundings, what: str, not_read_then: str = "") -> list[Fault]:
    """Figures that begin after `params.start`, the first year of `what`, and a start before anybody lives.

    Figures of the group `not_read_then` may begin later: the first year does not read them.
    """
    faults = []
    for path, figure in quantities(params, ()):
        first = figure.steps[0].year
        if first is not None and first > params.start and path[0] != not_read_then:
            found, expected = format_financial_year(first), f"a value for {format_financial_year(params.start)}"
            faults.append(Fault(path, f"no value for the first year of the {what}", found, expected))
    if params.start < around.first_year:
        earliest = f"{format_financial_year(around.first_year)} or later"
        faults.append(Fault(("start",), "before the population", format_financial_year(params.start), earliest))
    return faults
