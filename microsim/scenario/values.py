"""The types a measure's parameters are made of: `Quantity`, `FinancialYear`, and the model they stand in.

A measure writes

    class Params(MeasureParams):
        start: FinancialYear = setting(2029, unit="financial year", description="First year of the grant")
        annual_use: Quantity = quantity(
            Quantity.of(0.039, low=0.017, high=0.053, source="...", quality="published"),
            unit="fraction a year", description="Share of holders who spend in a year", ge=0, le=1)

and reads `params.annual_use.at(year)`. Scenario files give the same values as YAML; `read_params` checks
them.
"""

from __future__ import annotations

import itertools
import json
import math
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from microsim.errors import InputError, nearest
from microsim.years import format_financial_year, to_financial_year

QUALITIES = ("published", "outturn", "forecast", "derived", "judgement")  # strongest first
YEAR_PATTERN = r"^[0-9]{4}(-[0-9]{2})?$"
_RANGE_KEYS = ("central", "low", "high", "source", "quality")


class Fault(NamedTuple):
    """One thing wrong inside a value: the keys that lead to it, and what was found and expected."""

    path: tuple[str | int, ...]
    message: str
    found: str | None = None
    expected: str | None = None
    nearest: str | None = None


def faults_error(faults: list[Fault]) -> PydanticCustomError:
    """The pydantic error that carries faults to whoever knows their place in the file."""
    text = "; ".join(_fault_text(fault) for fault in faults)
    return PydanticCustomError("faults", "{text}", {"text": text, "faults": faults})


def _fault_text(fault: Fault) -> str:
    at = ".".join(str(key) for key in fault.path)
    found = f", found {fault.found}" if fault.found else ""
    expected = f", expected {fault.expected}" if fault.expected else ""
    return f"{at + ': ' if at else ''}{fault.message}{found}{expected}"


class Step(NamedTuple):
    """The value of a quantity from `year` (None: always) until the next step."""

    year: int | None
    central: float
    low: float | None = None
    high: float | None = None
    source: str | None = None
    quality: str | None = None


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
    ) -> Quantity:
        """A quantity written in Python: a number with its range, or a mapping as in a scenario file.

        Raises ValueError when the parts do not fit together.
        """
        if isinstance(central, Mapping):
            value: Any = dict(central)
        else:
            parts = {"central": central, "low": low, "high": high, "source": source, "quality": quality}
            value = {key: part for key, part in parts.items() if part is not None}
        quantity, faults = parse_quantity(value)
        if quantity is None:
            raise ValueError("; ".join(_fault_text(fault) for fault in faults))
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
    if step.low is None and step.high is None and step.source is None and step.quality is None:
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
                        expected="financial years such as 2029-30, or central, low, high, source, quality",
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
    for key in ("central", "low", "high"):
        if key in value:
            _is_number(value[key], (*at, key), faults)
    source, quality = value.get("source"), value.get("quality")
    if source is not None and not isinstance(source, str):
        faults.append(Fault((*at, "source"), "wrong type", describe(source), "text"))
    if quality is not None and quality not in QUALITIES:
        near = nearest(str(quality), QUALITIES)
        faults.append(Fault((*at, "quality"), "unknown quality", describe(quality), " or ".join(QUALITIES), near))
    if len(faults) > before:
        return []
    central = float(value["central"])
    low = float(value["low"]) if "low" in value else None
    high = float(value["high"]) if "high" in value else None
    if low is not None and low > central:
        faults.append(Fault((*at, "low"), "low is above central", f"{low:g}", f"at most {central:g}"))
    if high is not None and high < central:
        faults.append(Fault((*at, "high"), "high is below central", f"{high:g}", f"at least {central:g}"))
    return [Step(year, central, low, high, source, quality)]


def _is_number(value: Any, at: tuple[Any, ...], faults: list[Fault]) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        faults.append(Fault(at, "wrong type", describe(value), "a number"))
        return False
    if not math.isfinite(value):
        faults.append(Fault(at, "not a finite number", str(value), "a number"))
        return False
    return True


def key_text(key: object) -> str:
    """A mapping's key as a file would have it: a year from 1900 on is a financial year, an age is its digits."""
    if isinstance(key, int) and key >= 1900:
        return format_financial_year(key)
    return str(key)


def describe(value: Any) -> str:
    """A value as an error message shows it, cut short when long."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _read_year(value: Any) -> Any:
    try:
        return to_financial_year(value)
    except ValueError:
        raise faults_error([Fault((), "not a financial year", describe(value), "a year such as 2029-30")]) from None


FinancialYear = Annotated[
    int,
    BeforeValidator(_read_year),
    PlainSerializer(format_financial_year, return_type=str),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": YEAR_PATTERN}, {"type": "integer"}]}),
]


def setting(
    default: Any = ...,
    *,
    unit: str,
    description: str,
    ge: float | None = None,
    le: float | None = None,
    gt: float | None = None,
) -> Any:
    """A field of a measure's parameters: ages, years, choices, lists. Without a default it must be given.

    Limits apply to every number in the value, including those in lists, ranges and dated series.
    """
    limits = {"minimum": ge, "maximum": le, "exclusiveMinimum": gt}
    extra: dict[str, Any] = {
        "unit": unit,
        **{key: value for key, value in limits.items() if value is not None},
    }
    return Field(default, description=description, json_schema_extra=extra)


def quantity(
    default: Any = ...,
    *,
    unit: str,
    description: str,
    ge: float | None = None,
    le: float | None = None,
    gt: float | None = None,
) -> Any:
    """A `Quantity` field of a measure's parameters; limits apply to central, low and high at every date.

    The default is a `Quantity`, a number, or a mapping as in a scenario file.
    """
    if default is not ... and not isinstance(default, Quantity):
        default = Quantity.of(default)
    return setting(default, unit=unit, description=description, ge=ge, le=le, gt=gt)


class MeasureParams(BaseModel):
    """The base of each measure's Params, and of models nested in them. Use tuples for lists.

    Unknown keys are errors, numbers are never read from text, and the object cannot change.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True, allow_inf_nan=False)

    @field_validator("*", mode="after")
    @classmethod
    def _within_limits(cls, value: Any, info: ValidationInfo) -> Any:
        faults = list(limit_faults(value, field_extra(cls, info.field_name or ""), ()))
        if faults:
            raise faults_error(faults)
        return value

    def to_plain(self) -> dict[str, Any]:
        """The parameters as a scenario file would write them, in full."""
        plain: dict[str, Any] = json.loads(self.model_dump_json(by_alias=True))
        return plain

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> Self:
        """Parameters from plain values, as a scenario file gives them. Raises pydantic.ValidationError."""
        return read_params(cls, values)


def field_extra(model: type[BaseModel], name: str) -> dict[str, Any]:
    """The unit and limits recorded on a field."""
    extra = model.model_fields[name].json_schema_extra if name in model.model_fields else None
    return extra if isinstance(extra, dict) else {}


def limit_faults(value: Any, extra: Mapping[str, Any], at: tuple[Any, ...]) -> Iterator[Fault]:
    """The numbers in a value outside the limits `minimum`, `maximum`, `exclusiveMinimum` of `extra`."""
    if isinstance(value, Quantity):
        for keys, number in value.numbers():
            yield from _number_faults(number, extra, (*at, *keys))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _number_faults(value, extra, at)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from limit_faults(item, extra, (*at, index))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from limit_faults(item, extra, (*at, key_text(key)))


def _number_faults(number: float, extra: Mapping[str, Any], at: tuple[Any, ...]) -> Iterator[Fault]:
    if "minimum" in extra and number < extra["minimum"]:
        yield Fault(at, "too small", f"{number:g}", f"at least {extra['minimum']:g}")
    if "exclusiveMinimum" in extra and number <= extra["exclusiveMinimum"]:
        yield Fault(at, "too small", f"{number:g}", f"more than {extra['exclusiveMinimum']:g}")
    if "maximum" in extra and number > extra["maximum"]:
        yield Fault(at, "too large", f"{number:g}", f"at most {extra['maximum']:g}")


Model = TypeVar("Model", bound=BaseModel)


def read_params(model: type[Model], values: Mapping[str, Any]) -> Model:
    """Check plain values (str, int, float, bool, None, list, dict) against a model and build it.

    They are read as JSON is: a list fits a tuple, but text never fits a number. Raises
    pydantic.ValidationError.
    """
    return model.model_validate_json(json.dumps(dict(values)))


def model_within(annotation: Any) -> type[BaseModel] | None:
    """The model an annotation is made of, looking through tuples, mappings and options."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (model_within(part) for part in typing.get_args(annotation))
    return next((model for model in found if model is not None), None)


class FieldRow(NamedTuple):
    """One field of a measure's parameters, as its documentation shows it."""

    field: str
    default: str
    unit: str
    description: str


def field_rows(model: type[BaseModel], prefix: str = "") -> Iterator[FieldRow]:
    """Every field of a model and of the models nested in it, in order; `[]` marks the items of a list."""
    for name, info in model.model_fields.items():
        nested = model_within(info.annotation)
        many = nested is not None and nested is not info.annotation
        if nested is None or many:
            unit, text = str(field_extra(model, name).get("unit", "")), info.description or ""
            default = _default_text(info.default, info.is_required())
            if unit == "financial year" and isinstance(info.default, int):
                default = format_financial_year(info.default)
            yield FieldRow(prefix + name, default, unit, text)
        if nested is not None:
            yield from field_rows(nested, f"{prefix}{name}{'[]' if many else ''}.")


def _default_text(value: Any, required: bool) -> str:
    if required:
        return "required"
    if isinstance(value, Quantity):
        return str(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, BaseModel):
        pairs = ((name, getattr(value, name)) for name in type(value).model_fields)
        return "{" + ", ".join(f"{name}: {_default_text(part, False)}" for name, part in pairs) + "}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key_text(key)}: {_default_text(part, False)}" for key, part in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(_default_text(item, False) for item in value) or "none"
    return "none" if value is None else str(value)
