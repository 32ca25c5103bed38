"""Quantiles of the distributions that a range may name, inside the limits of its field; see docs/uncertainty.md.

Everything is worked out from the inverse of a distribution function, so that a draw is a quantile and the same quantile
of two ranges is the same luck. A distribution that would leave its bounds is cut off there and made whole again:
quantile q of what is left is quantile F(lower) + q (F(upper) - F(lower)) of what was.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import NamedTuple

from microsim.errors import InputError
from microsim.scenario.quantities import Step
from microsim.scenario.shapes import BETWEEN_ENDS, DEFAULT, LOWER, UPPER, Z, beta_support

_STEEPEST, _FLATTEST = 1e-3, 1e9  # of the sum of a beta distribution's two parameters, where one is solved for


class Shape(NamedTuple):
    """A distribution ready to be drawn from: its name, its own numbers, and the bounds it is cut off at."""

    name: str
    first: float  # pert and beta: first shape; triangular: share of the width below central; others: mean (of the log)
    second: float  # pert and beta: second shape; normal and lognormal: standard deviation (of the log)
    start: float  # where the scale of pert, triangular, uniform and beta begins
    width: float  # of that scale; 1 for normal and lognormal
    lower: float  # bounds, infinite where there are none
    upper: float
    below: float  # F(lower)
    above: float  # F(upper)

    def at(self, quantile: float) -> float:
        """The value at a quantile in (0, 1), inside the bounds."""
        value = _inverse(self, self.below + quantile * (self.above - self.below))
        return min(max(value, self.lower), self.upper)


@functools.lru_cache(maxsize=4096)
def shape_of(step: Step, lower: float = -math.inf, upper: float = math.inf) -> Shape:
    """The distribution of a value that has a range, cut off at bounds. A missing end of the range is its central value.

    Raises InputError where no distribution of the name has those numbers, or almost none of it is inside the bounds.
    """
    name = step.distribution or DEFAULT
    central = step.central
    low = central if step.low is None else step.low
    high = central if step.high is None else step.high
    start, width = low, high - low
    if name == "pert":
        first, second = 1.0 + 4.0 * (central - low) / width, 1.0 + 4.0 * (high - central) / width
    elif name in BETWEEN_ENDS:
        first, second = (central - low) / width, 0.0
    elif name == "beta":
        start, end = beta_support(step.low, step.high, step.sd)
        width = end - start
        first, second = _beta_shapes(step, start, width)
    else:
        first, second = _normal(step, low, high) if name == "normal" else _lognormal(step, low, high)
        start, width = 0.0, 1.0
    if step.sd is not None:  # low and high, where they are given, are bounds
        lower = lower if step.low is None else max(lower, step.low)
        upper = upper if step.high is None else min(upper, step.high)
    shape = Shape(name, first, second, start, width, lower, upper, 0.0, 1.0)
    below, above = _below(shape, lower), _below(shape, upper)
    if not above - below > 1e-9:
        raise InputError(f"the {name} distribution around {central:g} has almost nothing inside {lower:g} to {upper:g}")
    return shape._replace(below=below, above=above)


def bounds_of(limits: Mapping[str, float]) -> tuple[float, float]:
    """The least and the greatest value that a field's limits allow; an excluded end is left by the smallest step."""
    lower = max(limits.get("minimum", -math.inf), math.nextafter(limits.get("exclusiveMinimum", -math.inf), math.inf))
    return lower if lower > -1e308 else -math.inf, limits.get("maximum", math.inf)


def _normal(step: Step, low: float, high: float) -> tuple[float, float]:
    """Mean and standard deviation; without one given, from the width between the 5th and the 95th percentile."""
    if step.sd is not None:
        return step.central, step.sd
    ends = (step.low is not None and low < step.central) + (step.high is not None and high > step.central)
    return step.central, (high - low) / (ends * Z)


def _lognormal(step: Step, low: float, high: float) -> tuple[float, float]:
    """Mean and standard deviation of the logarithm, such that the mean of the value is its central value.

    With an sd, sigma^2 = ln(1 + (sd / mean)^2). With two percentiles, sigma is the distance of their logarithms over
    that of the normal deviates. With one, it solves ln(high / mean) = Z sigma - sigma^2 / 2 (low: with -Z).
    """
    if step.sd is not None:
        sigma = math.sqrt(math.log1p((step.sd / step.central) ** 2))
    elif low < step.central < high:
        sigma = math.log(high / low) / (2 * Z)
    elif high > step.central:
        sigma = Z - math.sqrt(Z * Z - 2 * math.log(high / step.central))
    else:
        sigma = math.sqrt(Z * Z + 2 * math.log(step.central / low)) - Z
    return math.log(step.central) - sigma * sigma / 2, sigma


def _beta_shapes(step: Step, start: float, width: float) -> tuple[float, float]:
    """The two shapes: by the method of moments from an sd, else so that percentiles are as far apart as given.

    With the mean held, the sum of the shapes is found at which the 95th less the 5th percentile is high less low (of
    one end alone: at which its percentile is that end).
    """
    from scipy.optimize import brentq
    from scipy.special import betaincinv

    mean = (step.central - start) / width
    if step.sd is not None:
        total = mean * (1 - mean) / (step.sd / width) ** 2 - 1
        return mean * total, (1 - mean) * total

    def percentile(log_total: float, share: float) -> float:
        total = math.exp(log_total)
        return float(betaincinv(mean * total, (1 - mean) * total, share))

    def excess(log_total: float) -> float:
        low, high = percentile(log_total, LOWER), percentile(log_total, UPPER)
        if step.low is None or step.low == step.central:
            return high - (step.high or 0.0)
        return (step.low - low) if step.high in (None, step.central) else (high - low) - (step.high - step.low)

    narrow, wide = math.log(_FLATTEST), math.log(_FLATTEST)
    while wide > math.log(_STEEPEST) and excess(wide) < 0:
        narrow, wide = wide, wide - 0.25
    if narrow == wide or excess(wide) < 0:
        raise InputError(f"no beta distribution of the mean {step.central:g} has those 5th and 95th percentiles")
    total = math.exp(brentq(excess, wide, narrow, xtol=1e-12))
    return mean * total, (1 - mean) * total


def _inverse(shape: Shape, quantile: float) -> float:
    """The inverse of the distribution function, before bounds."""
    from scipy.special import betaincinv, ndtri

    if shape.name in ("pert", "beta"):
        return shape.start + shape.width * float(betaincinv(shape.first, shape.second, quantile))
    if shape.name == "uniform":
        return shape.start + shape.width * quantile
    if shape.name == "triangular":
        peak = shape.first
        if quantile < peak:
            return shape.start + shape.width * math.sqrt(quantile * peak)
        return shape.start + shape.width * (1.0 - math.sqrt((1.0 - quantile) * (1.0 - peak)))
    score = shape.first + shape.second * float(ndtri(quantile))
    return math.exp(score) if shape.name == "lognormal" else score


def _below(shape: Shape, value: float) -> float:
    """The distribution function: the chance of a value below."""
    from scipy.special import betainc, ndtr

    if math.isinf(value):
        return float(value > 0)
    if shape.name == "lognormal":
        return float(ndtr((math.log(value) - shape.first) / shape.second)) if value > 0 else 0.0
    if shape.name == "normal":
        return float(ndtr((value - shape.first) / shape.second))
    place = min(max((value - shape.start) / shape.width, 0.0), 1.0)
    if shape.name in ("pert", "beta"):
        return float(betainc(shape.first, shape.second, place))
    if shape.name == "uniform":
        return place
    peak = shape.first
    return place * place / peak if place < peak else 1.0 - (1.0 - place) ** 2 / (1.0 - peak) if peak < 1 else 1.0
