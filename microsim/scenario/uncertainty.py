"""The section `uncertainty` of a scenario: what may be otherwise besides the ranges in place, what is held, what moves
together. Only its form is checked here; `uncertain_paths` checks it against the rest of the scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from microsim.errors import nearest
from microsim.scenario.faults import Fault, describe, faults_error
from microsim.scenario.quantities import QUALITIES
from microsim.scenario.shapes import DEFAULT, DISTRIBUTIONS, unknown_distribution
from microsim.scenario.values import MeasureParams, setting

FACTOR, SHIFT = "factor", "shift"
OTHERS = "all other fields"  # what shares of variance call the fields without a share of their own
_NUMBERS = ("low", "high", "sd")
_KEYS = ("choices", "distribution", *_NUMBERS, "change", "source", "quality")


class Choice(NamedTuple):
    """One of several values or rules, and how likely it is relative to the others."""

    value: Any
    weight: float


class Varied(NamedTuple):
    """What a value may be: a range around the scenario's own value, or one of several.

    With `change` the range is of what is done to the value: `factor` multiplies it (its own value is 1), `shift` is
    added to it (0). A value with dates needs one of them, and moves in all its years at once.
    """

    distribution: str | None = None
    low: float | None = None
    high: float | None = None
    sd: float | None = None
    change: str | None = None
    choices: tuple[Choice, ...] = ()
    source: str | None = None
    quality: str | None = None

    @property
    def text(self) -> str:
        """What the value may be, in words, as the assumptions log shows it."""
        if self.choices:
            return "choice: " + ", ".join(f"{choice.value} {choice.weight:g}" for choice in self.choices)
        parts = [self.distribution or DEFAULT]
        if self.change is not None:
            ends = [f"{end:g}" for end in (self.low, self.high) if end is not None]
            parts.insert(0, f"{self.change} {' to '.join(ends)}".rstrip())
        return ", ".join([*parts, f"standard deviation {self.sd:g}"] if self.sd is not None else parts)

    def to_plain(self) -> dict[str, Any]:
        """The entry as a scenario file would write it."""
        plain = {key: getattr(self, key) for key in _KEYS if getattr(self, key) not in (None, ())}
        if self.choices:
            plain["choices"] = [choice._asdict() for choice in self.choices]
        return plain


def _read_all(value: Any) -> dict[str, Varied]:
    """Every entry of `vary`; one that is null is taken away, as a file does with what it inherits."""
    if not isinstance(value, Mapping):
        raise faults_error([Fault((), "wrong type", describe(value), "paths of values, each with what it may be")])
    faults: list[Fault] = []
    read = {
        str(path): _read_varied(entry, path, faults)
        for path, entry in value.items()
        if entry is not None
    }  # fmt: skip
    if faults:
        raise faults_error(faults)
    return read


def _read_varied(entry: Any, path: str, faults: list[Fault]) -> Varied:
    if isinstance(entry, Varied):
        return entry
    if not isinstance(entry, Mapping):
        faults.append(Fault((path,), "wrong type", describe(entry), "a mapping with low and high, sd, or choices"))
        return Varied()
    found: list[Fault] = []
    for key in entry:
        if key not in _KEYS:
            text = "central is the scenario's own value" if key == "central" else f"unknown key {str(key)!r}"
            found.append(Fault((key,), text, None, ", ".join(_KEYS), nearest(str(key), _KEYS)))
    for key in _NUMBERS:
        if key in entry and (isinstance(entry[key], bool) or not isinstance(entry[key], int | float)):
            found.append(Fault((key,), "wrong type", describe(entry[key]), "a number"))
    for key, names in (("change", (FACTOR, SHIFT)), ("quality", QUALITIES)):
        if key in entry and entry[key] not in names:
            expected, near = " or ".join(names), nearest(str(entry[key]), names)
            found.append(Fault((key,), "not a valid choice", describe(entry[key]), expected, near))
    if "distribution" in entry and entry["distribution"] not in DISTRIBUTIONS:
        found.append(unknown_distribution(entry["distribution"]))
    if "source" in entry and not isinstance(entry["source"], str):
        found.append(Fault(("source",), "wrong type", describe(entry["source"]), "text"))
    choices = _read_choices(entry["choices"], found) if "choices" in entry else ()
    if "choices" in entry:
        extra = [key for key in ("distribution", *_NUMBERS, "change") if key in entry]
        found += [Fault((key,), "beside choices, which have no range", expected="one or the other") for key in extra]
    faults += [fault._replace(path=(path, *fault.path)) for fault in found]
    if found:
        return Varied()
    given: dict[str, Any] = {key: float(entry[key]) for key in _NUMBERS if key in entry}
    given |= {key: entry[key] for key in ("distribution", "change", "source", "quality") if key in entry}
    return Varied(choices=choices, **given)


def _read_choices(value: Any, faults: list[Fault]) -> tuple[Choice, ...]:
    """Values with their weights: a mapping of one to the other, or a list of {value, weight}."""
    pairs: list[tuple[Any, Any, Any]] = []
    if isinstance(value, Mapping):
        pairs = [(key, key, weight) for key, weight in value.items()]
    elif isinstance(value, list | tuple) and all(isinstance(one, Mapping) for one in value):
        for place, one in enumerate(value):
            if set(one) != {"value", "weight"}:
                faults.append(Fault(("choices", place), "not a choice", describe(one), "the keys value and weight"))
            pairs.append((place, one.get("value"), one.get("weight", 1.0)))
    else:
        expected = "a weight for each value, or a list of {value, weight}"
        faults.append(Fault(("choices",), "wrong type", describe(value), expected))
        return ()
    for key, _, weight in pairs:
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            faults.append(Fault(("choices", key), "wrong type", describe(weight), "a number"))
        elif not weight > 0:
            faults.append(Fault(("choices", key), "not a weight", f"{weight:g}", "more than 0"))
    if len(pairs) < 2:
        faults.append(Fault(("choices",), "nothing to choose between", None, "two choices or more"))
    return () if faults else tuple(Choice(one, float(weight)) for _, one, weight in pairs)


_NUMBER = {"type": "number"}
_WEIGHT = {"type": "number", "exclusiveMinimum": 0}
_CHOICE = {"type": "object", "properties": {"value": {}, "weight": _WEIGHT}, "required": ["value", "weight"],
           "additionalProperties": False}  # fmt: skip
_VARIED_SCHEMA = {
    "type": ["object", "null"],
    "properties": {
        "choices": {"anyOf": [
            {"type": "object", "additionalProperties": _WEIGHT, "minProperties": 2},
            {"type": "array", "items": _CHOICE, "minItems": 2},
        ]},
        "distribution": {"enum": list(DISTRIBUTIONS)}, "low": _NUMBER, "high": _NUMBER, "sd": _WEIGHT,
        "change": {"enum": [FACTOR, SHIFT]}, "source": {"type": "string"}, "quality": {"enum": list(QUALITIES)},
    },
    "additionalProperties": False,
}  # fmt: skip

Vary = Annotated[
    dict[str, Varied],
    PlainValidator(_read_all),
    PlainSerializer(lambda vary: {path: varied.to_plain() for path, varied in vary.items()}),
    WithJsonSchema({"type": ["object", "null"], "additionalProperties": _VARIED_SCHEMA}),
]


class Together(MeasureParams):
    """Values that move together: whoever is wrong about one is wrong about the others in the same direction."""

    name: str = setting(unit="text", description="What the values have in common")
    correlation: float = setting(unit="rank correlation", description="Rank correlation of any two of them", ge=0)
    fields: tuple[str, ...] = setting(unit="paths", description="Values, or whatever stands below a path")


class Uncertainty(MeasureParams):
    """What may be otherwise, besides the ranges that values state in place."""

    vary: Vary = setting({}, unit="mapping", description="Ranges and choices by the path of a value")
    leave_out: tuple[str, ...] = setting(
        (), unit="paths", description="Values held at their central figures: a path, or all below it"
    )
    together: tuple[Together, ...] = setting((), unit="list", description="Groups of values that move together")

    @property
    def is_empty(self) -> bool:
        """Whether the section says nothing."""
        return not (self.vary or self.leave_out or self.together)
