"""The JSON Schema of scenario files, so that editors complete and check them.

It is a little looser than the loader, because a file that extends another may leave out what it inherits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from microsim.parameters.load import Entry, load_parameters
from microsim.scenario.schema import ScenarioFile
from microsim.scenario.values import YEAR_PATTERN, MeasureParams, dated_schema, quantity_schema

_NULL = {"type": "null"}
_OVERRIDE_KEYS = r"^[0-9]{4}(-[0-9]{2})?$|^[0-9]{4}-04-0[16]$|^[0-9]{4}-[0-9]{2} to [0-9]{4}-[0-9]{2}$"


def scenario_schema(params_by_kind: Mapping[str, type[MeasureParams]]) -> dict[str, Any]:
    """The schema (draft 2020-12) of a scenario file whose measures are of the given kinds."""
    schema = ScenarioFile.model_json_schema()
    own = schema.get("$defs", {})
    definitions: dict[str, Any] = {"Quantity": quantity_schema(), "Override": _override_schema(), **own}
    for kind in sorted(params_by_kind):
        definitions |= _kind_definitions(kind, params_by_kind[kind])
    properties = schema["properties"]
    entries = load_parameters().entries()
    properties["measures"] |= {
        "additionalProperties": _measure_schema(sorted(params_by_kind)),
        "type": ["object", "null"],
    }
    properties["by"] |= {
        "additionalProperties": {"anyOf": [*properties["by"]["additionalProperties"]["anyOf"], _NULL]},
        "type": ["object", "null"],
    }
    definitions["OwnBreakdown"].pop("required", None)  # may be inherited
    properties["parameters"] |= {
        "type": ["object", "null"],
        "properties": {entry.name: _parameter_schema(entry) for entry in entries},
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "microsim scenario",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "if": {"not": {"required": ["extends"]}},
        "then": {"required": ["name", "population", "years"]},
        "$defs": definitions,
    }


def _measure_schema(kinds: list[str]) -> dict[str, Any]:
    """A measure: null, or a mapping checked against the parameters of its kind where it names one."""
    branches = [
        {
            "if": {"type": "object", "properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": {"$ref": f"#/$defs/{kind}"},
        }
        for kind in kinds
    ]
    return {
        "type": ["object", "null"],
        "properties": {"kind": {"enum": kinds, "description": "Which measure this is"}},
        "allOf": branches,
    }


def _kind_definitions(kind: str, params: type[MeasureParams]) -> dict[str, Any]:
    schema = params.model_json_schema(ref_template=f"#/$defs/{kind}.{{model}}")
    nested = schema.pop("$defs", {})
    schema.pop("required", None)  # may be inherited
    schema["properties"] = {
        "kind": {"const": kind, "description": "Which measure this is"},
        "enabled": {"type": "boolean", "description": "False leaves the measure out", "default": True},
        **schema.get("properties", {}),
    }
    found = {kind: schema, **{f"{kind}.{name}": nested[name] for name in sorted(nested)}}
    shared: dict[str, Any] = _share_quantity(found)
    return shared


def _share_quantity(node: Any) -> Any:
    """The same schema with every spelt-out quantity replaced by a reference to the one definition."""
    if isinstance(node, list):
        return [_share_quantity(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("anyOf") == quantity_schema()["anyOf"]:
        node = {"$ref": "#/$defs/Quantity", **{key: part for key, part in node.items() if key != "anyOf"}}
    return {key: _share_quantity(part) for key, part in node.items()}


def _override_schema() -> dict[str, Any]:
    dated = dated_schema(_OVERRIDE_KEYS)
    dated["properties"] = {"indexation": {"const": "none"}}
    return {"anyOf": [*quantity_schema()["anyOf"][:-1], dated, _NULL]}


def _parameter_schema(entry: Entry) -> dict[str, Any]:
    about = {"description": f"{entry.description} ({entry.source})", "unit": entry.unit}
    if entry.unit == "financial year":
        return {"anyOf": [{"type": "string", "pattern": YEAR_PATTERN}, {"type": "integer"}, _NULL], **about}
    return {"$ref": "#/$defs/Override", **about, **entry.limits()}
