"""Which figures lives are kept at: one word for all, a switch for each, and what a slip is told."""

import pytest

from microsim.errors import InputError
from microsim.scenario.assumptions import assumptions
from microsim.scenario.json_schema import scenario_schema
from microsim.scenario.schema import AlignmentSwitches

jsonschema = pytest.importorskip("jsonschema")

TEXT = "name: Toy\npopulation: p.yaml\nyears: 2026-27 to 2035-36\n"


@pytest.mark.parametrize(
    ("text", "off"),
    [
        ("", set()),
        ("alignment: true\n", set()),
        ("alignment: {}\n", set()),
        ("alignment: {employment: false}\n", {"employment"}),
        ("alignment: {births: false, couples: false, employment: true}\n", {"births", "couples"}),
        ("alignment: false\n", set(AlignmentSwitches.model_fields)),
    ],
)
def test_switches_are_on_unless_switched_off(write, load_toy, text, off):
    scenario = load_toy(write(TEXT + text))
    assert {name for name, on in scenario.alignment.to_plain().items() if not on} == off
    again = load_toy(write(scenario.to_yaml(), "again.yaml"))
    assert again == scenario


def test_a_small_change_keeps_the_other_switches(write, load_toy):
    write(TEXT + "alignment: {births: false}\n", "base.yaml")
    scenario = load_toy(write("extends: base.yaml\nalignment: {couples: false}\n"))
    assert not scenario.alignment.births and not scenario.alignment.couples and scenario.alignment.employment
    removed = load_toy(write("extends: base.yaml\nalignment: null\n"))
    assert removed.alignment == AlignmentSwitches()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "alignment: {employmnet: false}\n",
            r"s.yaml:4:13: alignment: unknown key 'employmnet'.*did you mean employment",
        ),
        ("alignment: {employment: 1}\n", r"s.yaml:4:\d+: alignment.employment: wrong type.*true or false"),
        ("alignment: off\n", "true or false"),
        ("alignment: 3\n", r"s.yaml:4:\d+: alignment: "),
    ],
)
def test_a_slip_is_told(write, load_toy, text, said):
    with pytest.raises(InputError, match=said):
        load_toy(write(TEXT + text))


def test_editors_know_the_switches(kinds):
    check = jsonschema.Draft202012Validator(scenario_schema(kinds))
    good = {"name": "Toy", "population": "p.yaml", "years": "2026-27 to 2035-36"}
    assert check.is_valid(good | {"alignment": False})
    assert check.is_valid(good | {"alignment": {"births": False}})
    assert not check.is_valid(good | {"alignment": {"birth": False}})
    assert not check.is_valid(good | {"alignment": {"births": 0}})


def test_the_log_says_who_switched_what(write, load_toy):
    def rows(text):
        return {row.path: row for row in assumptions(load_toy(write(TEXT + text))) if row.path.startswith("alignment")}

    assert set(rows("")) == {f"alignment.{name}" for name in AlignmentSwitches.model_fields}
    default, off = rows("")["alignment.births"], rows("alignment: {births: false}\n")["alignment.births"]
    assert (default.value, default.set_by, default.quality) == ("true", "default", "setting")
    assert (off.value, off.quality) == ("false", "scenario") and off.set_by.endswith("s.yaml:4")
    at_once = rows("alignment: false\n")
    assert {row.value for row in at_once.values()} == {"false"}
    assert all(row.set_by.endswith("s.yaml:4") and row.quality == "scenario" for row in at_once.values())
