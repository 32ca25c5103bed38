"""The JSON Schema given to editors accepts what the loader accepts and catches common slips."""

import json

import pytest

from microsim.scenario.json_schema import scenario_schema

jsonschema = pytest.importorskip("jsonschema")

GOOD = {
    "name": "Toy",
    "population": "p.yaml",
    "years": "2026-27 to 2035-36",
    "measures": {
        "grant": {
            "kind": "toy_grant",
            "start": "2029-30",
            "amount": {"2029-30": 1, "2031-32": {"central": 2, "low": 1}},
            "tranches": [{"age": 25, "amount": 4000}],
        },
        "gone": None,
    },
    "parameters": {"cpi_growth": {"2029-04-01": 0.03}, "price_base_year": "2027-28"},
    "by": {
        "short": ["region", {"column": "age", "bands": [16, 25]}],
        "long": {"groups": ["sex"], "where": {"age": "16 to 34", "region": ["North East"], "children": 2}},
        "gone": None,
    },
}


@pytest.fixture
def check(kinds):
    schema = scenario_schema(kinds)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_a_good_scenario_passes(check):
    assert [error.message for error in check.iter_errors(GOOD)] == []
    assert check.is_valid({"extends": "a.yaml", "measures": {"grant": {"amount": 1}, "tax": {"enabled": False}}})


@pytest.mark.parametrize(
    "change",
    [
        {"sed": 1},
        {"years": 2026},
        {"sample": 2},
        {"measures": {"grant": {"kind": "toy_grnat"}}},
        {"measures": {"grant": {"kind": "toy_grant", "amont": 1}}},
        {"measures": {"grant": {"kind": "toy_grant", "amount": "1"}}},
        {"measures": {"grant": {"kind": "toy_grant", "amount": -1}}},
        {"measures": {"grant": {"kind": "toy_grant", "tranches": [{"age": 25}]}}},
        {"parameters": {"cpi_grwth": 1}},
        {"by": {"mine": {"group": ["sex"]}}},
        {"by": {"mine": [{"column": "age", "bands": ["young"]}]}},
        {"parameters": {"cpi_growth": {"2029-05-01": 1}}},
    ],
)
def test_a_slip_is_caught(check, change):
    assert not check.is_valid(GOOD | change)


def test_fields_carry_descriptions_and_units_in_a_fixed_order(kinds):
    schema = scenario_schema(kinds)
    amount = schema["$defs"]["toy_grant"]["properties"]["amount"]
    assert (amount["unit"], amount["description"], amount["$ref"]) == (
        "GBP",
        "Amount a year",
        "#/$defs/Quantity",
    )
    again = scenario_schema(dict(reversed(kinds.items())))
    assert json.dumps(schema) == json.dumps(again)
