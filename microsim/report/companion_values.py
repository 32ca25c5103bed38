"""What the values must be that a report reads from a folder beside a run: the checks of `microsim.report.companions`.

A manifest or a table with the right names and other values, such as a headline year that is not among the years, would
otherwise stop the report somewhere inside a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pandas as pd
from pandas.api.types import is_numeric_dtype
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from microsim.accounts.totals import ALL_MEASURES
from microsim.uncertainty.budget import ANY_YEAR

_Count = Annotated[int, Field(ge=0)]


class _About(BaseModel):
    """What a command said of itself in its manifest; what else it said is not read."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class _Uncertainty(_About):
    draws: Annotated[int, Field(ge=1)]
    fields: _Count
    headline_year: str
    headline_is: str
    the_spread_is: str
    the_spread_is_not: str
    choices_drawn: list[str]


class _Question(_About):
    measure: str | None
    year: str
    prices: Literal["cash", "real", "present_value"]


class _Sensitivity(_About):
    cost: _Question
    fields: _Count
    runs: _Count


class _Validation(_About):
    only: str | list[str] | None


class _Synthesis(_About):
    seeds: Annotated[list[int], Field(min_length=1)]


_ABOUT: Mapping[str, type[_About]] = {
    "uncertainty": _Uncertainty, "sensitivity": _Sensitivity, "validation": _Validation, "synthesis": _Synthesis,
}  # fmt: skip
_NUMBERS = {  # columns by table that are reckoned with
    "fan": ("central", "simulation_error", "p5", "p25", "p50", "p75", "p95"),
    "budget": ("budget", "chance", "chance_low", "chance_high"),
    "tornado": ("cost_low", "cost_central", "cost_high", "swing"),
    "variance_shares": ("first_order", "first_order_interval", "total", "total_interval"),
    "synthesis": ("as_built", "synthesis_difference", "simulation_error"),
}


def what_is_wrong(name: str, about: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> str:
    """The first value that a report cannot read, in words that follow "it is damaged: "; nothing where there is none.

    `about` and `tables` have every key and column that is needed; `name` is the kind of folder, such as uncertainty.
    """
    try:
        _ABOUT[name].model_validate(about)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        return f"its manifest's {name}.{place} cannot be read"
    for table, columns in _NUMBERS.items():
        words = [column for column in columns if table in tables and not is_numeric_dtype(tables[table][column])]
        if words:
            return f"{table}.{words[0]} holds no numbers"
    return _years_that_lack(about["headline_year"], tables) if name == "uncertainty" else ""


def _years_that_lack(headline: str, tables: Mapping[str, pd.DataFrame]) -> str:
    """The year that the manifest quotes stands once in each table, as does the row of any year in that of a budget."""
    fan = tables["fan"]
    wanted = [("fan", fan.loc[fan["measure"] == ALL_MEASURES, "financial_year"], headline)]
    if "budget" in tables:
        wanted += [("budget", tables["budget"]["financial_year"], year) for year in (headline, ANY_YEAR)]
    lacking = [f"{year} does not stand once in {table}" for table, years, year in wanted if (years == year).sum() != 1]
    return "".join(lacking[:1])
