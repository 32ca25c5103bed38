"""What simulation error is estimated from: sums of the people of each of 32 random groups of households.

`replicates` holds the lines of the scorecard: the cash that belongs to people, signed as there, and how many adults the
group has. National money that belongs to nobody is left out: it has no simulation error. See
`microsim.accounts.simulation_error`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from microsim.accounts.amounts import PENCE
from microsim.accounts.frames import Labels, Part, joined
from microsim.accounts.rounding import whole_units
from microsim.distribution.results import GainResults
from microsim.engine.gain_sums import EXCHEQUER_LINES
from microsim.engine.run import REFORM
from microsim.population.columns import RANDOM_GROUPS
from microsim.taxes.lines import TAX_LINES
from microsim.years import format_financial_year

COLUMNS = ("measure", "line", "financial_year", "random_group", "cash", "people")


def replicates_table(results: GainResults) -> pd.DataFrame:
    """A row for each line of the scorecard, year and random group: pounds, and adults."""
    plan, span = results.plan, results.span
    signed: dict[tuple[str, str], np.ndarray] = {}
    for number, at in enumerate(plan.scorecard_lines):
        entry, line = plan.programme.places[at].entry, plan.programme.places[at].line
        sign = line.sign * (1 if entry.arm == REFORM else -1)
        key = entry.name, line.name
        signed[key] = signed.get(key, 0) + sign * results.sums.lines[number, span]
    for number, at in enumerate(EXCHEQUER_LINES):
        if results.sums.taxes[number].any():
            signed[plan.tax_name, TAX_LINES[at].name] = results.sums.taxes[number, span]
    people = whole_units(results.everybody()[results.people_row("adults")])
    return joined(COLUMNS, [_rows(key, sums, people, results.years) for key, sums in signed.items()])


def _rows(key: tuple[str, str], sums: np.ndarray, people: np.ndarray, years: range) -> Part:
    """The rows of one line, from sums [years, RANDOM_GROUPS]."""
    names = tuple(format_financial_year(year) for year in years)
    return {
        "measure": key[0], "line": key[1],
        "financial_year": Labels(names, np.repeat(np.arange(len(years)), RANDOM_GROUPS)),
        "random_group": np.tile(np.arange(RANDOM_GROUPS), len(years)),
        "cash": whole_units(sums).reshape(-1) / PENCE, "people": people.reshape(-1),
    }  # fmt: skip
