"""What a scenario assumes when it says who gains: whom employers' gains reach, and how gains are weighted."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import model_validator

from microsim.scenario.values import Fault, MeasureParams, Quantity, faults_error, quantity, setting

_CLOSE = 1e-9
_STATIC = (
    "Judgement: the costing is static, so what employers gain stays with their owners until prices, jobs and pay are "
    "assumed to move. Studies of corporation tax find part of it in wages in the longer run, with no agreement on how "
    "much; the range is the whole of what could be"
)


def _share(central: float, description: str) -> Quantity:
    found: Quantity = quantity(
        Quantity.of(central, low=0.0, high=1.0, source=_STATIC, quality="judgement"),
        unit="fraction", description=description, ge=0, le=1,
    )  # fmt: skip
    return found


class Incidence(MeasureParams):
    """Who has what employers gain in the end, in shares that add up to 1."""

    profits: Quantity = _share(1.0, "Share of employers' gains that stays in profits")
    prices: Quantity = _share(0.0, "Share of employers' gains that customers have through lower prices")
    jobs: Quantity = _share(0.0, "Share of employers' gains that goes into jobs that would not be there otherwise")
    wages: Quantity = _share(0.0, "Share of employers' gains that their employees have through higher pay")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        faults = [
            Fault((name,), "one share for all years", "a dated series", "a number")
            for name in type(self).model_fields
            if getattr(self, name).is_dated
        ]
        total = float(self.shares().sum())
        if not faults and abs(total - 1) > _CLOSE:
            named = zip(type(self).model_fields, self.shares(), strict=True)
            parts = ", ".join(f"{name} {share:g}" for name, share in named)
            faults.append(Fault((), "the shares do not add up to 1", f"{parts}: {total:g}", "shares that add up to 1"))
        if faults:
            raise faults_error(faults)
        return self

    def shares(self) -> np.ndarray:
        """Profits, prices, jobs and wages: float64."""
        return np.array([getattr(self, name).steps[0].central for name in type(self).model_fields])


class DistributionalWeights(MeasureParams):
    """How a pound is weighted by the income of those who gain it: (median income / their income) to the power eta."""

    eta: Quantity = quantity(
        Quantity.of(
            1.3, low=1.0, high=1.6, quality="published",
            source="HM Treasury, The Green Book (2022), annex A3: estimate of the elasticity of marginal utility of "
            "income. The range is a judgement: 1 is the elasticity in its discount rate, 1.6 as far above 1.3",
        ),
        unit="elasticity", description="Elasticity of the marginal utility of income", ge=0, le=5,
    )  # fmt: skip
    lowest_percentile: float = setting(
        5.0, unit="percentile", ge=0, le=50,
        description="Percentile of income below which a gain is weighted no more: incomes recorded below it say little "
        "of how people live (judgement)",
    )  # fmt: skip

    @model_validator(mode="after")
    def _undated(self) -> Self:
        if self.eta.is_dated:
            raise faults_error([Fault(("eta",), "one elasticity for all years", "a dated series", "a number")])
        return self
