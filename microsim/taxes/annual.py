"""Rates of a year as pounds a year: amounts are published by the week and the month, and rules work in years."""

from __future__ import annotations

from collections.abc import Mapping

from microsim.parameters.load import Parameters

# 52 weeks to a year, as in the annual amounts that are published of State Pension.
PERIODS = {"pounds a week": 52.0, "pounds a month": 12.0}


def annual(parameters: Parameters, name: str, year: int) -> float:
    """A figure in a financial year; amounts by the week or month become pounds a year, anything else stays."""
    return parameters.value(name, year) * PERIODS.get(parameters.entry(name).unit, 1.0)


def annual_rates(parameters: Parameters, names: Mapping[str, str], year: int) -> dict[str, float]:
    """The figures of a rules' PARAMETERS (field to name) in a financial year, by field."""
    return {field: annual(parameters, name, year) for field, name in names.items()}
