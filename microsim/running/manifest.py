"""What a run was made of: versions, seed, people, and digests of every input."""

from __future__ import annotations

import platform
from typing import Any

import numpy as np
import pandas as pd

from microsim.accounts.totals import ALL_MEASURES, ALL_YEARS
from microsim.population.source import Population
from microsim.report.folder import file_digest, tables_digest
from microsim.report.synthesis import IN_ONE_SENTENCE
from microsim.running.prepare import Prepared
from microsim.years import format_financial_year, format_years


def manifest_of(
    prepared: Prepared, tables: dict[str, pd.DataFrame], warnings: tuple[str, ...], seconds: float
) -> dict[str, Any]:
    import numba
    import pyarrow

    import microsim

    scenario, sample = prepared.scenario, prepared.programme.sample
    return {
        "scenario": scenario.name,
        "years": format_years(scenario.years),
        "price_year": format_financial_year(scenario.parameters.price_base_year),
        "present_value_year": format_financial_year(scenario.parameters.present_value_base_year),
        "lived_from": format_financial_year(sample.years[0]),
        "sample": sample.size,
        "one_in": sample.noise_weight / 1000.0,
        "people": int(sample.lives.sum()),
        "survey": _survey_record(sample.population),
        "seed": scenario.seed,
        "simulation_error": _simulation_error(tables.get("scorecard_totals")),
        "tables_digest": tables_digest(tables),
        "inputs_digest": prepared.identity(),
        "population_digest": sample.population.digest,
        "alignment_digest": prepared.alignments.digest,
        "files": {str(path): file_digest(path) for path in scenario.files},
        "synthesis_error": IN_ONE_SENTENCE,
        "warnings": list(warnings),
        "versions": {
            "microsim": microsim.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pandas": pd.__version__,
            "numba": numba.__version__,
            "pyarrow": pyarrow.__version__,
        },
        "platform": platform.platform(),
        "seconds": round(seconds, 2),
    }


def _simulation_error(totals: pd.DataFrame | None) -> dict[str, Any] | None:
    """One standard error of the effect on the Exchequer in the year in which it is largest, and over all years: pounds.
    None where there is nothing to cost, or the tables are of many runs."""
    if totals is None:
        return None
    by_year = totals[totals["measure"] == ALL_MEASURES].set_index("financial_year")[["cash", "simulation_error"]]
    if by_year.empty:
        return None
    year = str(by_year["cash"].drop(ALL_YEARS).abs().idxmax())
    amounts = {
        "cash": by_year["cash"][year], "standard_error": by_year["simulation_error"][year],
        "all_years_cash": by_year["cash"][ALL_YEARS],
        "all_years_standard_error": by_year["simulation_error"][ALL_YEARS],
    }  # fmt: skip
    known = {name: None if np.isnan(amount) else float(amount) for name, amount in amounts.items()}
    return {"financial_year": year, **known}


def _survey_record(population: Population) -> dict[str, Any] | None:
    """What a run says of the survey that its people come from."""
    survey = population.survey
    if survey is None:
        return None
    return {
        "name": population.name,
        "people": len(survey.age),
        "households": survey.households,
        "effective_people": round(survey.effective_people, 1),
        "digest": survey.digest,
        "raking": survey.raking and survey.raking._asdict(),
    }
