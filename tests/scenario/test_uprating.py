"""What thresholds and benefits follow in the long run: one choice of the scenario, the same for both arms."""

import dataclasses

import pytest

from microsim.errors import InputError
from microsim.scenario.assumptions import assumptions
from microsim.scenario.json_schema import scenario_schema
from microsim.scenario.values import Quantity

jsonschema = pytest.importorskip("jsonschema")

TEXT = "name: Toy\npopulation: p.yaml\nyears: 2026-27 to 2055-56\n"


def test_earnings_unless_prices_are_chosen(write, load_toy):
    default, chosen = load_toy(write(TEXT)), load_toy(write(TEXT + "uprating: prices\n"))
    assert (default.uprating, chosen.uprating) == ("earnings", "prices")
    assert chosen != default and chosen.parameters.digest() != default.parameters.digest()
    assert load_toy(write(TEXT + "uprating: earnings\n")) == default


def test_it_is_an_assumption_of_both_arms(write, load_toy):
    write(TEXT, "base.yaml")
    scenario = load_toy(write("extends: base.yaml\nuprating: prices\n"))
    assert scenario.baseline_parameters.uprating == "prices"
    assert any("the same as the baseline arm" in warning for warning in scenario.warnings)
    other = load_toy(write(TEXT + "uprating: prices\nbaseline: base.yaml\n"))
    assert other.baseline_parameters.uprating == "prices"


def test_it_survives_writing(write, load_toy):
    scenario = load_toy(write(TEXT + "uprating: prices\n"))
    assert scenario.resolved()["uprating"] == "prices"
    assert load_toy(write(scenario.to_yaml(), "again.yaml")) == scenario


def test_a_small_change_can_take_it_back(write, load_toy):
    write(TEXT + "uprating: prices\n", "base.yaml")
    assert load_toy(write("extends: base.yaml\n")).uprating == "prices"
    assert load_toy(write("extends: base.yaml\nuprating: null\n")).uprating == "earnings"


@pytest.mark.parametrize("text", ["uprating: cpi\n", "uprating: {from: 2031-32}\n", "uprating: true\n"])
def test_a_slip_is_told(write, load_toy, text):
    with pytest.raises(InputError, match=r"s.yaml:4:\d+: uprating: .*'earnings' or 'prices'"):
        load_toy(write(TEXT + text))


def test_editors_know_it(kinds):
    check = jsonschema.Draft202012Validator(scenario_schema(kinds))
    good = {"name": "Toy", "population": "p.yaml", "years": "2026-27 to 2035-36"}
    assert check.is_valid(good | {"uprating": "prices"})
    assert not check.is_valid(good | {"uprating": "cpi"})


def test_the_log_says_what_was_chosen_and_what_it_moves(write, load_toy):
    scenario = load_toy(write(TEXT + "uprating: prices\n"))
    rows = {row.path: row for row in assumptions(scenario)}
    assert (rows["uprating"].value, rows["uprating"].quality) == ("prices", "scenario")
    assert rows["uprating"].set_by.endswith("s.yaml:4")
    default = {row.path: row for row in assumptions(load_toy(write(TEXT)))}
    assert (default["uprating"].value, default["uprating"].set_by) == ("earnings", "default")
    entry = scenario.parameters.entry("discount_rate.years_0_to_30")
    rule = entry.long_run.model_copy(update={"hold": False, "uprate_by": "average_earnings_growth"})
    values = Quantity.of({"2030-31": 0.035})
    moved = entry.model_copy(update={"policy": True, "long_run": rule, "values": values})
    parameters = dataclasses.replace(scenario.parameters, by_name=scenario.parameters.by_name | {entry.name: moved})
    rows = {row.path: row for row in assumptions(dataclasses.replace(scenario, parameters=parameters))}
    assert rows[f"parameters.{entry.name}"].source.endswith("follow cpi_growth, not average_earnings_growth")
    assert "follow" not in rows["parameters.price_base_year"].source
