"""What a scenario file would say to turn one scenario into another that differs in values alone."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from microsim.scenario.schema import Scenario


def written_changes(before: Scenario, after: Scenario) -> dict[str, Any]:
    """The sections `measures`, `second_round` and `parameters` that a file extending `before` needs to be `after`.

    Both have the same measures. Lists, and mappings whose keys are no fields, are written whole: a file replaces them.
    """
    measures = {
        new.name: changed
        for old, new in zip(before.measures, after.measures, strict=True)
        if (changed := _model_changes(old.params, new.params, new.params.to_plain()))
    }
    second_round = _model_changes(before.second_round, after.second_round, after.second_round.to_plain())
    plain = after.parameters.to_plain()
    parameters = {name: plain[name] for name in plain if before.parameters.to_plain().get(name) != plain[name]}
    sections = {"measures": measures, "second_round": second_round, "parameters": parameters}
    return {name: section for name, section in sections.items() if section}


def _model_changes(before: BaseModel, after: BaseModel, plain: dict[str, Any]) -> dict[str, Any]:
    """The fields of `after` (`plain` as a file writes it) that are not those of `before`."""
    found: dict[str, Any] = {}
    for name in type(after).model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        if isinstance(old, BaseModel) and type(old) is type(new):
            found[name] = _model_changes(old, new, plain[name])
        else:
            found[name] = plain[name]
    return found
