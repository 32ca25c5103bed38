"""`Quantity`: a number with its range, the distribution of what it may be, a source, and dated steps.

A file writes a number, `{central, low, high, distribution, sd, source, quality}`, or either by financial year.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from microsim.errors import InputError, nearest
from microsim.scenario.faults import Fault, describe, fault_text, faults_error
from microsim.scenario.shapes import DEFAULT, DISTRIBUTIONS, shape_faults, unknown_distribution
from microsim.years import format_financial_year, to_financial_year

QUALITIES = ("published", "outturn", "forecast", "derived", "judgement")  # strongest first
YEAR_PATTERN = r"^[0-9]{4}(-[0-9]{2})?$"
_RANGE_KEYS = ("central", "low", "high", "distribution", "sd", "source", "quality")


class Step(NamedTuple):
    """The value of a quantity from `year` (None: always) until the next step."""

    year: int | None
    central: float
    low: float | None = None
    high: float | None = None
    source: str | None = None
    quality: str | None = None
    distribution: str | None = None  # of `shapes.DISTRIBUTIONS`; None: the default where there is a range
    sd: float | None = None  # standard deviation

    @property
    def is_uncertain(self) -> bool:
        """Whether the value has a width: a range or a standard deviation that is not a single point."""
        ends = {self.central, self.central if self.low is None else self.low,
                self.central if self.high is None else self.high}  # fmt: skip
        return self.sd is not None or len(ends) > 1

    @property
    def distribution_text(self) -> str | None:
        """The distribution of what the value may be, in words; None for a value without a range."""
        if not self.is_uncertain:
            return None
        name = self.distribution or DEFAULT
        return name if self.sd is None else f"{name}, standard deviation {self.sd:.6g}"


@dataclass(frozen=True)
class Quantity:
    """A number, with a range, a source and dated steps where it has them. `steps` run in order of year."""

    steps: tuple[Step, ...]

    @classmethod
    def of(
        cls,
        central: float | Mapping[Any, Any],
        *,
        low: float | None = None,
        high: float | None = None,
        source: str | None = None,
        quality: str | None = None,
        distribution: str | None = None,
        sd: float | None = None,
    ) -> Quantity:
        """A quantity written in Python: a number with its range, or a mapping as in a scenario file.

        Raises ValueError when the parts do not fit together.
        """
        if isinstance(central, Mapping):
            value: Any = dict(central)
        else:
            parts = {
                "central": central, "low": low, "high": high, "source": source, "quality": quality,
                "distribution": distribution, "sd": sd,
            }  # fmt: skip
            value = {key: part for key, part in parts.items() if part is not None}
        quantity, faults = parse_quantity(value)
        if quantity is None:
            raise ValueError("; ".join(fault_text(fault) for fault in faults))
        return quantity

    @property
    def is_dated(self) -> bool:
        return self.steps[0].year is not None

    @property
    def source(self) -> str | None:
        """Where the number comes from; the sources of dated steps are joined."""
        return "; ".join(dict.fromkeys(step.source for step in self.steps if step.source)) or None

    @property
    def quality(self) -> str | None:
        """The grade of the evidence; of several dated steps, the weakest."""
        grades = [step.quality for step in self.steps if step.quality]
        return max(grades, key=QUALITIES.index) if grades else None

    def step_at(self, year: int) -> Step:
        """The step in force in `year`. Raises InputError for a year before the first step."""
        current = None
        for step in self.steps:
            if step.year is None or step.year <= year:
                current = step
        if current is None:
            first = format_financial_year(self.steps[0].year or 0)
            raise InputError(f"no value for {format_financial_year(year)}: the first is for {first}")
        return current

    def at(self, year: int) -> float:
        """The central value in a financial year. Raises InputError for a year before the first step."""
        return self.step_at(year).central

    def range_at(self, year: int) -> tuple[float, float] | None:
        """Low and high in a financial year, or None without a range. A missing end is the central value."""
        step = self.step_at(year)
        if step.low is None and step.high is None:
            return None
        return (
            step.central if step.low is None else step.low,
            step.central if step.high is None else step.high,
        )

    def numbers(self) -> Iterator[tuple[tuple[str, ...], float]]:
        """Every number in the value, with the keys that lead to it in a file."""
        for step in self.steps:
            at = () if step.year is None else (format_financial_year(step.year),)
            for key, number in (("central", step.central), ("low", step.low), ("high", step.high)):
                if number is not None:
                    yield (*at, key), number

    def to_plain(self) -> Any:
        """The value as a scenario file would write it; `Quantity.of` or a file reads it back."""
        if not self.is_dated:
            return _plain_step(self.steps[0])
        return {format_financial_year(step.year or 0): _plain_step(step) for step in self.steps}

    def __str__(self) -> str:
        return "; ".join(
            f"{step.central:.15g}" if step.year is None
            else f"{format_financial_year(step.year)}: {step.central:.15g}"
            for step in self.steps
        )  # fmt: skip

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _validate_quantity,
            serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.to_plain()),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return quantity_schema()


_UNDATED_SCHEMA: list[dict[str, Any]] = [
    {"type": "number"},
    {
        "type": "object",
        "properties": {
            "central": {"type": "number"},
            "low": {"type": "number"},
            "high": {"type": "number"},
            "distribution": {"enum": list(DISTRIBUTIONS)},
            "sd": {"type": "number", "exclusiveMinimum": 0},
            "source": {"type": "string"},
            "quality": {"enum": list(QUALITIES)},
        },
        "required": ["central"],
        "additionalProperties": False,
    },
]


def dated_schema(key_pattern: str) -> dict[str, Any]:
    """The JSON Schema of a dated series whose keys have the given form."""
    return {
        "type": "object",
        "patternProperties": {key_pattern: {"anyOf": _UNDATED_SCHEMA}},
        "additionalProperties": False,
        "minProperties": 1,
    }


def quantity_schema() -> dict[str, Any]:
    """The JSON Schema of a quantity: a number, a range, or a dated series of either."""
    return {"anyOf": [*_UNDATED_SCHEMA, dated_schema(YEAR_PATTERN)]}


def _plain_step(step: Step) -> Any:
    if all(getattr(step, key) is None for key in _RANGE_KEYS if key != "central"):
        return step.central
    return {key: getattr(step, key) for key in _RANGE_KEYS if getattr(step, key) is not None}


def _validate_quantity(value: Any) -> Quantity:
    quantity, faults = parse_quantity(value)
    if quantity is None:
        raise faults_error(faults)
    return quantity


def parse_quantity(value: Any) -> tuple[Quantity | None, list[Fault]]:
    """Read a quantity as a file writes it; the quantity is None when there are faults."""
    if isinstance(value, Quantity):
        return value, []
    faults: list[Fault] = []
    steps: list[Step] = []
    if isinstance(value, Mapping) and not any(key in _RANGE_KEYS for key in value):
        if not value:
            faults.append(Fault((), "no value", "{}", "a number"))
        for key, part in value.items():
            try:
                year = to_financial_year(key)
            except ValueError:
                faults.append(
                    Fault(
                        (key,), f"unknown key {str(key)!r}",
                        expected=f"financial years such as 2029-30, or {', '.join(_RANGE_KEYS)}",
                        nearest=nearest(str(key), _RANGE_KEYS),
                    )
                )  # fmt: skip
                continue
            steps += _parse_step(year, part, (key,), faults)
        steps.sort(key=lambda step: step.year or 0)
        for before, after in itertools.pairwise(steps):
            if before.year == after.year:
                faults.append(Fault((), f"{format_financial_year(before.year or 0)} is given twice"))
    else:
        steps += _parse_step(None, value, (), faults)
    return (None if faults else Quantity(tuple(steps))), faults


def _parse_step(year: int | None, value: Any, at: tuple[Any, ...], faults: list[Fault]) -> list[Step]:
    if not isinstance(value, Mapping):
        return [Step(year, float(value))] if _is_number(value, at, faults) else []
    before = len(faults)
    for key in value:
        if key not in _RANGE_KEYS:
            expected = ", ".join(_RANGE_KEYS)
            faults.append(
                Fault((*at, key), f"unknown key {str(key)!r}", None, expected, nearest(str(key), _RANGE_KEYS))
            )
    if "central" not in value:
        faults.append(Fault(at, "a range needs its central value", expected="the key central"))
    for key in ("central", "low", "high", "sd"):
        if key in value:
            _is_number(value[key], (*at, key), faults)
    source, quality = value.get("source"), value.get("quality")
    if source is not None and not isinstance(source, str):
        faults.append(Fault((*at, "source"), "wrong type", describe(source), "text"))
    if quality is not None and quality not in QUALITIES:
        near = nearest(str(quality), QUALITIES)
        faults.append(Fault((*at, "quality"), "unknown quality", describe(quality), " or ".join(QUALITIES), near))
    distribution = value.get("distribution")
    if distribution is not None and distribution not in DISTRIBUTIONS:
        faults.append(_below(at, unknown_distribution(distribution)))
    if len(faults) > before:
        return []
    central = float(value["central"])
    low = float(value["low"]) if "low" in value else None
    high = float(value["high"]) if "high" in value else None
    if low is not None and low > central:
        faults.append(Fault((*at, "low"), "low is above central", f"{low:g}", f"at most {central:g}"))
    if high is not None and high < central:
        faults.append(Fault((*at, "high"), "high is below central", f"{high:g}", f"at least {central:g}"))
    sd = float(value["sd"]) if "sd" in value else None
    if len(faults) == before:
        faults += [_below(at, fault) for fault in shape_faults(distribution, central, low, high, sd)]
    return [Step(year, central, low, high, source, quality, distribution, sd)]


def _below(at: tuple[Any, ...], fault: Fault) -> Fault:
    return fault._replace(path=(*at, *fault.path))


def _is_number(value: Any, at: tuple[Any, ...], faults: list[Fault]) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        faults.append(Fault(at, "wrong type", describe(value), "a number"))
        return False
    if not math.isfinite(value):
        faults.append(Fault(at, "not a finite number", str(value), "a number"))
        return False
    return True
