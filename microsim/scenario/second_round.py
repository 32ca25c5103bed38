"""The block `second_round` of a scenario: what additional training adds to pay later, off unless switched on.

Default figures, with their sources, are in `second_round.yaml`; docs/methods/second_round.md has the method.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, field_validator

from microsim.scenario.source import read_yaml
from microsim.scenario.values import Fault, FinancialYear, MeasureParams, Quantity, faults_error, quantity, setting

_FIGURES = {
    str(name): Quantity.of(figure)
    for name, figure in read_yaml(Path(__file__).with_suffix(".yaml")).values.items()
}  # fmt: skip


class SecondRound(MeasureParams):
    """Earnings returns to training that people would not have had otherwise, and how long they last."""

    enabled: bool = setting(
        True, unit="switch", description="Whether second-round effects are worked out, beside the costing"
    )
    return_per_1000: Quantity = quantity(
        _FIGURES["return_per_1000"],
        unit="fraction of pay",
        description="Rise of pay for each £1,000 of training completed, before `selection`, prices of `price_year`",
        ge=0,
        le=1,
    )
    price_year: FinancialYear = setting(
        2024, unit="financial year", description="Year in whose prices the £1,000 is, by the GDP deflator"
    )
    completion: Quantity = quantity(
        _FIGURES["completion"],
        unit="fraction",
        description="Share of additional training that is completed",
        ge=0,
        le=1,
    )
    selection: Quantity = quantity(
        _FIGURES["selection"],
        unit="fraction",
        description="Share of the return that is not an effect of training but of who trains",
        ge=0,
        le=1,
    )
    first_effect_after: int = setting(
        1, unit="years", description="Years from the year of training to the first year of higher pay", ge=1, le=10
    )
    fade: Quantity = quantity(
        _FIGURES["fade"], unit="fraction a year", description="Share of the rise lost in each year after", ge=0, le=1
    )
    pay_limit: Quantity = quantity(
        _FIGURES["pay_limit"],
        unit="£ a year",
        description="Pay above which nothing more is gained, in `price_year`; it follows average earnings",
        ge=0,
    )
    largest: Quantity = quantity(
        _FIGURES["largest"], unit="fraction of pay", description="Largest rise of one person's pay by all training",
        ge=0, le=1,
    )  # fmt: skip

    @field_validator("*", mode="after")
    @classmethod
    def _one_figure(cls, value: Any) -> Any:
        """Figures hold in all years: a rise of pay stems from training of many."""
        if isinstance(value, Quantity) and value.is_dated:
            raise faults_error([Fault((), "cannot change from year to year", "a dated series", "one value")])
        return value


OFF = SecondRound(enabled=False)


def _read(value: Any) -> Any:
    """One word, or figures, which switch it on unless they say otherwise."""
    return {"enabled": value} if isinstance(value, bool) else value


SecondRoundSetting = Annotated[SecondRound, BeforeValidator(_read, json_schema_input_type=bool | SecondRound)]
