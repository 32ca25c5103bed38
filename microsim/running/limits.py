"""National cash limits: the share served that keeps a measure within its own, found by a pilot run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from microsim.accounts.amounts import PENCE
from microsim.engine.rationing import NEAR, find_shares
from microsim.engine.run import BASELINE, REFORM
from microsim.population.blocks import BLOCK_ROWS
from microsim.running.prepare import Prepared, prepare
from microsim.scenario.schema import MeasureEntry, Scenario
from microsim.years import format_financial_year


def prepare_served(
    scenario: Scenario,
    block_rows: int = BLOCK_ROWS,
    alternatives: bool = False,
    decompose: bool = False,
    threads: int | None = None,
) -> tuple[Scenario, Prepared, Mapping[tuple[str, str], Served]]:
    """`prepare`, and where a measure has a cash limit the share served within it, which a pilot run finds first."""
    prepared = prepare(scenario, block_rows, alternatives=alternatives, decompose=decompose)
    pilot = _serve_within_limits(prepared, threads)
    if not pilot:
        return scenario, prepared, pilot
    scenario = replace(
        scenario,
        measures=_served(scenario.measures, REFORM, pilot),
        baseline_measures=_served(scenario.baseline_measures, BASELINE, pilot),
    )
    names = {name for _, name in pilot}
    again = prepare(scenario, block_rows, alternatives=alternatives, decompose=decompose, limited=names)
    return scenario, again, pilot


class Served(NamedTuple):
    """What a pilot run found for a measure with a cash limit."""

    params: Any  # with the share served, by year
    table: pd.DataFrame


def _served(
    measures: Iterable[MeasureEntry], arm: str, pilot: Mapping[tuple[str, str], Served]
) -> tuple[MeasureEntry, ...]:
    """The measures of an arm, with the shares served that a pilot run found."""
    return tuple(replace(entry, params=pilot.get((arm, entry.name), entry).params) for entry in measures)


def _serve_within_limits(prepared: Prepared, threads: int | None) -> dict[tuple[str, str], Served]:
    """Pilot runs of measures with a national limit, by arm and name."""
    found, years = {}, prepared.setting.years
    for entry in prepared.programme.measures:
        cap = entry.measure.cap
        if entry.arm not in (BASELINE, REFORM) or entry.alternative is not None or cap is None:
            continue
        if cap.limit(entry.params, entry.setting) is None:
            continue
        shares, total, limit = find_shares(prepared.programme, entry, threads)
        table = pd.DataFrame(
            {
                "arm": entry.arm, "measure": entry.name,
                "financial_year": [format_financial_year(year) for year in years],
                "limit": np.where(np.isfinite(limit), limit, np.nan) / PENCE, "share_served": shares,
                "total": total / PENCE,
            }
        )  # fmt: skip
        found[entry.arm, entry.name] = Served(cap.serve(entry.params, entry.setting, shares), table)
    return found


def limits_missed(pilot: Mapping[tuple[str, str], Served]) -> list[str]:
    """Warnings for years in which a pilot run found no share that meets the limit."""
    found = []
    for (arm, name), served in pilot.items():
        table = served.table[served.table["total"] > served.table["limit"] * (1 + 2 * NEAR)]
        if len(table):
            years = ", ".join(table["financial_year"])
            found.append(f"measures.{name} ({arm}): spending stays above the cash limit in {years}")
    return found
