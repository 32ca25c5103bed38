"""What a run's choice of people costs in simulation error, and what other choices would, so that the smallest that will
do can be picked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from microsim.defaults import SCALES

_SAME = 0.01  # shares closer than this part of themselves are one scale


def error_at(share: float, manifest: Mapping[str, Any], error: float) -> float:
    """The simulation error to be expected with a share of people, where this run's is `error`: it falls with the root
    of the number of people."""
    return error * (1.0 / (share * manifest["one_in"])) ** 0.5


def what_would_halve(manifest: Mapping[str, Any]) -> str:
    """A sentence on how many people would halve the error, or what everybody would leave of it."""
    one_in = manifest["one_in"]
    if manifest["survey"]:
        return "A survey of four times as many people would halve it."
    if one_in == 1:
        return "Everybody is simulated: what is left is luck."
    if one_in >= 8:  # below, 1 in a whole number is too far from four times the people
        return f"Four times the people, --sample {1 / (one_in // 4):.2g}, would halve it."
    return f"Everybody, --scale full, would leave {100 / one_in**0.5:.0f} % of it."


def errors_at_scales(manifest: Mapping[str, Any], error: float) -> dict[str, float]:
    """The error to be expected at every scale that has a name, by it; none for a survey, which has its own size."""
    if manifest["survey"]:
        return {}
    return {name: error_at(share, manifest, error) for name, share in SCALES.items()}


def scales_sentence(manifest: Mapping[str, Any], error: float, size: float) -> str:
    """A sentence with the errors to be expected of an amount of `size` at the other scales; both in pounds.
    "About": the error itself is known to some 13 %, from 32 groups of households."""
    others = [
        f"{name} {100 * expected / size:.2g} %"
        for name, expected in errors_at_scales(manifest, error).items()
        if abs(SCALES[name] * manifest["one_in"] - 1.0) > _SAME
    ]
    return f"About, with --scale: {', '.join(others)}." if others else ""
