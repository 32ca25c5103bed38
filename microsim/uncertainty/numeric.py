"""A value of a scenario as one number, for a search over it: a number, an age, a year, the scale of a dated series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from microsim.errors import InputError, Problem, nearest
from microsim.scenario.places import Leaf, leaves, root_of
from microsim.scenario.replaced import value_of
from microsim.scenario.schema import Scenario
from microsim.scenario.values import Quantity, describe
from microsim.scenario.written import number_meant
from microsim.years import format_financial_year, to_financial_year

Kind = Literal["number", "whole number", "financial year", "dated series"]
_WHOLE_WIDTH = 4  # on both sides of a whole number without a range, at least


class Numeric(NamedTuple):
    """A value of a scenario that a number stands for. Of a dated series it is what all its values are multiplied by."""

    path: str
    kind: Kind
    now: Any  # the plain value in the scenario
    unit: str
    description: str
    low: float  # where a search may begin: the value's own range, or about half as much and half as much again
    high: float

    @property
    def whole(self) -> bool:
        """Whether only whole numbers make sense."""
        return self.kind in ("whole number", "financial year")

    @property
    def number(self) -> float:
        """The number that stands for the value in the scenario."""
        return 1.0 if self.kind == "dated series" else _number(self.now, self.kind)

    def plain(self, number: float) -> Any:
        """The value that a number stands for, as a file would write it."""
        if self.kind == "dated series":
            return {year: float(f"{value * number:.12g}") for year, value in self.now.items()}
        if self.kind == "financial year":
            return format_financial_year(int(number))
        return int(number) if self.kind == "whole number" else number

    def read(self, written: float | str) -> float:
        """The number that an end of a range is, as a user writes it. Raises InputError."""
        if self.kind == "financial year":
            try:
                return float(to_financial_year(int(written) if isinstance(written, float) else written))
            except ValueError as error:
                raise InputError(str(error)) from None
        meant = written if isinstance(written, int | float) else number_meant(written, self.unit)
        if meant is None or (self.whole and float(meant) != round(float(meant))):
            raise InputError(Problem(f"{self.path}: not an end of a range", None, str(written), f"a {self._sort}"))
        return float(meant)

    @property
    def _sort(self) -> str:
        return "whole number" if self.whole else "number"

    def text(self, number: float) -> str:
        """The value that a number stands for, in words."""
        plain = self.plain(number)
        if isinstance(plain, Mapping):
            return f"{number:.10g} times (" + ", ".join(f"{year}: {value:.6g}" for year, value in plain.items()) + ")"
        return f"{plain:,.10g}" if isinstance(plain, float) else f"{plain}"


def numeric(scenario: Scenario, path: str) -> Numeric:
    """The value at a path as a number. Raises InputError for an unknown path, and for what is no number."""
    now = value_of(scenario, path)
    leaf, year = _leaf(scenario, path)
    kind = _kind(scenario, path, now, leaf)
    number = 1.0 if kind == "dated series" else _number(now, kind)
    low, high = _range(leaf, year) or _about(number, kind)
    return Numeric(path, kind, now, leaf.unit if leaf else "", leaf.description if leaf else "", low, high)


def _number(now: Any, kind: Kind) -> float:
    return float(to_financial_year(int(now) if isinstance(now, float) else now)) if kind == "financial year" else now


def _kind(scenario: Scenario, path: str, now: Any, leaf: Leaf | None) -> Kind:
    if leaf is not None and leaf.unit == "financial year" and isinstance(now, str | float):
        return "financial year"
    if isinstance(now, int) and not isinstance(now, bool):
        return "whole number"
    if isinstance(now, float):
        return "number"
    if isinstance(now, Mapping) and now and all(_is_dated(key, value) for key, value in now.items()):
        return "dated series"
    found = "true or false" if isinstance(now, bool) else describe(now)
    inside = [leaf.path for leaf in leaves(scenario) if leaf.path.startswith(f"{path}.")]
    expected = "a number" + (f", such as {inside[0]}" if inside else "")
    raise InputError(Problem(f"{path} is not a number", None, found, expected, nearest(path, inside)))


def _is_dated(key: str, value: Any) -> bool:
    try:
        to_financial_year(key)
    except ValueError:
        return False
    return isinstance(value, int | float) and not isinstance(value, bool)


def _leaf(scenario: Scenario, path: str) -> tuple[Leaf | None, int | None]:
    """The value that a path names, and the year where the path ends in one of a dated value."""
    root = root_of(scenario, path)
    for leaf in leaves(scenario):
        other = root_of(scenario, leaf.path) if leaf.path.split(".")[0] == root.kind.split(".")[0] else None
        if other == root:
            return leaf, None
        if other is not None and other._replace(keys=root.keys[:-1]) == other == root._replace(keys=root.keys[:-1]):
            return leaf, to_financial_year(root.keys[-1])
    return None, None


def _range(leaf: Leaf | None, year: int | None) -> tuple[float, float] | None:
    """The ends of a value's own range; of a dated series, as shares of its values."""
    if leaf is None or not isinstance(leaf.value, Quantity):
        return None
    steps = [step for step in leaf.value.steps if year is None or step.year == year]
    ends = [
        (step.central if step.low is None else step.low, step.central if step.high is None else step.high)
        for step in steps
    ]
    if leaf.value.is_dated and year is None:
        ends = [(low / step.central, high / step.central)
                for (low, high), step in zip(ends, steps, strict=True) if step.central]  # fmt: skip
    low, high = min((low for low, _ in ends), default=0.0), max((high for _, high in ends), default=0.0)
    return (low, high) if low < high else None


def _about(number: float, kind: Kind) -> tuple[float, float]:
    """Where to begin for a value without a range."""
    if kind == "financial year":
        return number - _WHOLE_WIDTH, number + _WHOLE_WIDTH
    width = max(abs(number) / 2, _WHOLE_WIDTH if kind == "whole number" else 0.0) or 1.0
    return number - width, number + width
