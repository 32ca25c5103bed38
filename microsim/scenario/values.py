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

import json
import typing
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, NamedTuple, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from microsim.scenario.faults import Fault as Fault
from microsim.scenario.faults import describe as describe
from microsim.scenario.faults import faults_error as faults_error
from microsim.scenario.faults import key_text as key_text
from microsim.scenario.quantities import QUALITIES as QUALITIES
from microsim.scenario.quantities import YEAR_PATTERN as YEAR_PATTERN
from microsim.scenario.quantities import Quantity as Quantity
from microsim.scenario.quantities import Step as Step
from microsim.scenario.quantities import dated_schema as dated_schema
from microsim.scenario.quantities import parse_quantity as parse_quantity
from microsim.scenario.quantities import quantity_schema as quantity_schema
from microsim.years import format_financial_year, to_financial_year


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
    def reconcile(cls, before: Mapping[str, Any], after: dict[str, Any], replaced: frozenset[str]) -> None:
        """Make the other values of the model fit once those in `replaced` have new ones, in the plain values `after`.

        For values that cannot move alone, the shares of one whole say; a model without such values does nothing.
        """

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
