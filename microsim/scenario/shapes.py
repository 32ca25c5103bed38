"""Distributions that a range may name, and which numbers each needs. docs/uncertainty.md has the table.

What a shape's quantiles are is worked out in `microsim.uncertainty.distributions`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from microsim.errors import nearest
from microsim.scenario.faults import Fault

BETWEEN_ENDS = ("pert", "triangular", "uniform")  # low and high are the ends
AROUND_MEAN = ("normal", "lognormal", "beta")  # central is the mean; `sd`, or low and high as percentiles
DISTRIBUTIONS = (*BETWEEN_ENDS, *AROUND_MEAN)
DEFAULT = "pert"
LOWER, UPPER = 0.05, 0.95  # the percentiles that low and high are of a distribution around a mean without `sd`
Z = 1.6448536269514722  # standard normal deviate of the upper percentile
FAR_OFF = 0.25  # of a range's width: how far central may lie from the middle of a symmetric shape without a warning


def shape_faults(
    distribution: str | None, central: float, low: float | None, high: float | None, sd: float | None
) -> Iterator[Fault]:
    """What keeps a range from being a distribution: a missing number, or a shape that cannot be."""
    if sd is not None and distribution not in AROUND_MEAN:
        found = "a range" if distribution is None else distribution
        yield Fault(("sd",), "a standard deviation of what has none", found, f"distribution: {_either(AROUND_MEAN)}")
        return
    if distribution is None:
        return
    if low is None and high is None and sd is None:
        needed = "low, high or both" if distribution in BETWEEN_ENDS else "sd, or low, high or both"
        yield Fault((), f"a {distribution} distribution without its width", expected=needed)
    elif sd is not None and sd <= 0:
        yield Fault(("sd",), "not a standard deviation", f"{sd:g}", "more than 0")
    elif (low is not None and low == high) or (
        sd is None and (low is None or low == central) and (high is None or high == central)
    ):
        yield Fault((), "no width: low and high are the same", None, "low below high")
    elif distribution == "lognormal":
        yield from _lognormal_faults(central, low, high, sd)
    elif distribution == "beta":
        yield from _beta_faults(central, low, high, sd)


def _lognormal_faults(central: float, low: float | None, high: float | None, sd: float | None) -> Iterator[Fault]:
    if central <= 0:
        yield Fault(("central",), "the mean of a lognormal distribution is positive", f"{central:g}", "more than 0")
    elif sd is None and low is not None and low <= 0:
        yield Fault(("low",), "the 5th percentile of a lognormal distribution is positive", f"{low:g}", "more than 0")
    elif sd is None and high is not None and low in (None, central) and math.log(high / central) > Z * Z / 2:
        most = central * math.exp(Z * Z / 2)
        yield Fault(("high",), "no lognormal distribution has this mean and 95th percentile", f"{high:g}",
                    f"at most {most:.4g}, or a low value too")  # fmt: skip


def _beta_faults(central: float, low: float | None, high: float | None, sd: float | None) -> Iterator[Fault]:
    start, end = beta_support(low, high, sd)
    if not start < central < end:
        expected = f"between {start:g} and {end:g}"
        yield Fault(("central",), "the mean of a beta distribution is inside its ends", f"{central:g}", expected)
    elif sd is None:
        for name, number in (("low", low), ("high", high)):
            if number is not None and not 0 < number < 1:
                text = f"{name} is a percentile of a beta distribution, inside 0 to 1"
                yield Fault(
                    (name,), text, f"{number:g}", "between 0 and 1, or an sd, which makes low and high the ends"
                )
    elif sd * sd >= (central - start) * (end - central):
        most = math.sqrt((central - start) * (end - central))
        yield Fault(("sd",), "too large for a beta distribution of this mean", f"{sd:g}", f"below {most:.4g}")


def beta_support(low: float | None, high: float | None, sd: float | None) -> tuple[float, float]:
    """The ends of a beta distribution: low and high beside a standard deviation, else 0 and 1."""
    if sd is None:
        return 0.0, 1.0
    return (0.0 if low is None else low), (1.0 if high is None else high)


def unknown_distribution(name: object) -> Fault:
    """The fault of a name that is no distribution's."""
    return Fault(("distribution",), "unknown distribution", repr(name), _either(DISTRIBUTIONS),
                 nearest(str(name), DISTRIBUTIONS))  # fmt: skip


def lopsided(distribution: str | None, central: float, low: float | None, high: float | None, sd: float | None) -> bool:
    """Whether central lies far from the middle of a range whose shape is symmetric, so that one misleads."""
    if distribution not in ("uniform", "normal") or low is None or high is None or sd is not None:
        return False
    return abs(central - (low + high) / 2) > FAR_OFF * (high - low)


def _either(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"
