"""Warnings of what a finished run shows: what a scenario asks for and does nothing, or not all of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from microsim.engine.run import BASELINE, REFORM
from microsim.running.prepare import Prepared
from microsim.years import format_years


def remarks(prepared: Prepared, tables: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Everything to be said of a run besides what its scenario file already shows."""
    return (
        *prepared.programme.sample.rounding(),
        *_sample_not_used(prepared),
        *_figures_without_effect(prepared, tables["taxes"]),
        *_without_effect(prepared, tables["lines"]),
        *_second_round_without_effect(tables, prepared.scenario.years),
    )


def _sample_not_used(prepared: Prepared) -> tuple[str, ...]:
    """A warning where the scenario's own file gives a sample and the population is a survey."""
    place = prepared.scenario.places.get(("sample",))
    if prepared.programme.sample.population.survey is None or place is None:
        return ()
    if Path(place.file) != prepared.scenario.path:
        return ()  # inherited: the scenario was not written for this population
    return (f"{place}: sample is not used: everybody in the survey is simulated",)


def _figures_without_effect(prepared: Prepared, taxes: pd.DataFrame) -> list[str]:
    """Warnings for official figures that a scenario replaces and that change nothing, or not all that they should."""
    scenario = prepared.scenario
    parameters, unread = scenario.parameters, scenario.parameters.unread_overrides()
    found = [f"parameters.{name}: nothing in this run reads it" for name in unread]
    if parameters.uprating_is_unread():
        found.append(f"uprating: {scenario.uprating}: nothing in this run reads a figure that it moves")
    rules = [name for name in parameters.overrides if name not in unread and parameters.entry(name).policy]
    found += [
        f"parameters.{name}: pay follows it only where a measure says so, besides the income floor of Universal Credit"
        for name in rules
        if name.startswith("minimum_wage.")
    ]
    by_arm = taxes.pivot_table(index=["line", "financial_year"], columns="arm", values="amount")
    if rules and (REFORM not in by_arm or (by_arm[REFORM] == by_arm[BASELINE]).all()):
        years = format_years(scenario.years)
        found += [f"parameters.{name}: changes no tax or benefit in {years}" for name in rules]
    return found


def _without_effect(prepared: Prepared, lines: pd.DataFrame) -> list[str]:
    """Warnings for measures of the reform that do nothing at all in the years of the scenario."""
    effect = lines[lines["arm"] == REFORM].groupby("measure")["amount"].apply(lambda amount: (amount != 0).any())
    years = format_years(prepared.scenario.years)
    return [
        f"measures.{entry.name}: nothing happens in {years}; check when it starts and its amounts"
        for entry in prepared.scenario.measures
        if not effect.get(entry.name, False)
    ]


def _second_round_without_effect(tables: Mapping[str, pd.DataFrame], years: range) -> list[str]:
    """A warning where second-round effects are asked for and there are none in the years of the scenario."""
    if "second_round" not in tables:
        return []
    by_line = tables["second_round"].groupby("line")["cash"].apply(lambda cash: bool((cash != 0).any()))
    if not by_line["training"]:
        return [f"second_round: no measure adds training in {format_years(years)}, so it is nothing"]
    if not by_line["pay"]:
        return [f"second_round: nobody's pay changes in {format_years(years)}; check its figures"]
    return []
