"""The block `second_round` of a scenario: what additional training adds to pay later, off unless switched on.

Default figures, with their sources, are in `second_round.yaml`; docs/methods/second_round.md has the method.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, field_validator

from microsim.scenario.figures import default_figures
from microsim.scenario.values import Fault, FinancialYear, MeasureParams, Quantity, faults_error, setting

_FIGURES = default_figures(__file__)


class SecondRound(MeasureParams):
    """Earnings returns to training that people would not have had otherwise, and how long they last."""

    enabled: bool = setting(
        True, unit="switch", description="Whether second-round effects are worked out, beside the costing"
    )
    return_per_1000: Quantity = _FIGURES.share(
        "return_per_1000",
        "Rise of pay for each £1,000 of training completed, before `selection`, prices of `price_year`",
        "fraction of pay",
    )
    price_year: FinancialYear = setting(
        2024, unit="financial year", description="Year in whose prices the £1,000 is, by the GDP deflator"
    )
    completion: Quantity = _FIGURES.share("completion", "Share of additional training that is completed")
    selection: Quantity = _FIGURES.share(
        "selection", "Share of the return that is not an effect of training but of who trains"
    )
    first_effect_after: int = setting(
        1, unit="years", description="Years from the year of training to the first year of higher pay", ge=1, le=10
    )
    fade: Quantity = _FIGURES.share("fade", "Share of the rise lost in each year after", "fraction a year")
    pay_limit: Quantity = _FIGURES.number(
        "pay_limit",
        "Pay above which nothing more is gained, in `price_year`; it follows average earnings",
        "£ a year",
        None,
    )
    largest: Quantity = _FIGURES.share("largest", "Largest rise of one person's pay by all training", "fraction of pay")

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
