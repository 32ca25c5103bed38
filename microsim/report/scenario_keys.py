"""The keys of a scenario file, as their definitions have them: what each is, its default, limits and meaning."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from microsim.scenario.quantities import Quantity, Step
from microsim.scenario.values import field_extra, model_within
from microsim.years import format_financial_year

_TYPES = {
    Quantity: "number", bool: "true or false", int: "whole number", float: "number", str: "text", range: "text",
}  # fmt: skip
_LONGEST = 90  # characters of a default that a table shows


class Key(NamedTuple):
    """One key: its path, what may stand there, and the default."""

    path: str
    what: str  # type and unit
    default: str
    allowed: str
    meaning: str
    value: Any  # the default itself


def keys_of(model: type[BaseModel], prefix: str = "") -> Iterator[Key]:
    """Every field of a model and of the models nested in it."""
    for name, info in model.model_fields.items():
        inner, path, extra = model_within(info.annotation), prefix + (info.alias or name), field_extra(model, name)
        one = inner is not None and isinstance(info.default, inner)  # a group, not a list of groups
        unit, meaning = str(extra.get("unit", "")), info.description or ""
        if not one:
            kind, choices = _type_of(info.annotation)
            default = info.default
            if unit == "financial year":
                kind, default = unit, format_financial_year(default) if isinstance(default, int) else default
            if isinstance(default, Mapping):
                kind = "mapping"
            shown = "**required**" if info.is_required() else _shown(default)
            yield Key(path, _what(kind, unit), shown, allowed_text(extra, choices), meaning, info.default)
        elif "false" in meaning or "switch" in unit:
            yield Key(path, "true, false or a group", _shown(getattr(info.default, "enabled", True)), "", meaning, None)
        if inner is not None:
            yield from keys_of(inner, f"{path}." if one else f"{path}{_items(info.annotation)}.")


def figures_in(value: Any, path: str) -> Iterator[tuple[str, Quantity]]:
    """The figures in a default, which may be a mapping or a list of them, by their paths."""
    if isinstance(value, Quantity):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from figures_in(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from figures_in(part, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            yield from figures_in(part, f"{path}[{place}]")


def quantity_text(value: Quantity) -> str:
    """Central value and range; of a dated one the first and the last."""
    if len(value.steps) > 2:
        return f"{_step(value.steps[0])} … {_step(value.steps[-1])}"
    return "; ".join(_step(step) for step in value.steps)


def allowed_text(extra: Mapping[str, Any], choices: tuple[str, ...] = ()) -> str:
    """The choices, or the limits of numbers."""
    if choices:
        return ", ".join(choices)
    low, high, above = (extra.get(name) for name in ("minimum", "maximum", "exclusiveMinimum"))
    if above is not None:
        return f"more than {_number(above)}" + (f", to {_number(high)}" if high is not None else "")
    if low is not None and high is not None:
        return f"{_number(low)} to {_number(high)}"
    if low is not None:
        return f"{_number(low)} or more"
    return "" if high is None else f"up to {_number(high)}"


def _items(annotation: Any) -> str:
    """How an item of what holds several is written."""
    origins = {typing.get_origin(part) for part in (annotation, *typing.get_args(annotation))}
    return ".NAME" if dict in origins else "[]"


def _type_of(annotation: Any) -> tuple[str, tuple[str, ...]]:
    """What may stand there in a word or two, and the choices where there are some."""
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _type_of(parts[0])
    if origin is Literal:
        return "choice", tuple(_shown(part) for part in parts)
    if origin in (typing.Union, types.UnionType):
        found = [_type_of(part) for part in parts if part is not type(None)]
        words = list(dict.fromkeys(word for word, _ in found))
        return " or ".join(words), tuple(choice for _, choices in found for choice in choices)
    if origin in (tuple, list):
        word, choices = _type_of(parts[0])
        return f"list of {word}", choices
    if origin is dict:
        return "mapping", ()
    return _TYPES.get(annotation, "group"), ()


def _what(kind: str, unit: str) -> str:
    """Type and unit together, said once."""
    said = ("", "none", "choice", "group", "mapping", "list", "text", "switch", "true or false", "groups", kind)
    return kind if unit in said else f"{kind}: {unit}"


def _shown(value: Any) -> str:
    """A default as a file would write it."""
    if isinstance(value, Quantity):
        return quantity_text(value)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value is None or value == "":
        return "none"
    if isinstance(value, Mapping | list | tuple):
        if not value:
            return "none"
        text = _plain(value)
        count = f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"
        return f"`{text}`" if len(text) <= _LONGEST else f"{count}: see `microsim measures`"
    return f"`{value:.15g}`" if isinstance(value, float) else f"`{value}`"


def _plain(value: Any) -> str:
    """A list or mapping as YAML has it on one line."""
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_plain(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_plain(part) for part in value)}]"
    return str(value)


def _step(step: Step) -> str:
    when = "" if step.year is None else f"{format_financial_year(step.year)}: "
    ends = [f"{end:.15g}" for end in (step.low, step.high) if end is not None]
    spread = f" ({' to '.join(ends)})" if step.is_uncertain and ends else ""
    return f"{when}`{step.central:.15g}`{spread}"


def _number(value: float) -> str:
    """A limit without an exponent."""
    return f"{value:,.9f}".rstrip("0").rstrip(".")
