"""The section `uncertainty` and distributions in ranges: what a file may say, and what it is told of a slip."""

import pytest

from microsim.errors import InputError
from microsim.scenario.assumptions import assumptions
from microsim.scenario.json_schema import scenario_schema
from microsim.scenario.uncertainty import Choice, Varied
from microsim.scenario.values import Quantity

jsonschema = pytest.importorskip("jsonschema")

TEXT = """name: Toy
population: p.yaml
years: 2026-27 to 2035-36
measures:
  grant:
    kind: toy_grant
    amount: {central: 120, low: 90, high: 150}
    cap: {2026-27: 5, 2030-31: 6}
    tranches: [{age: 25, amount: 1.5}]
  tax: {kind: other_tax, rate: {central: 0.2, distribution: beta, sd: 0.05}}
"""
SECTION = """uncertainty:
  vary:
    measures.grant.rule: {choices: {level: 0.7, taper: 0.3}}
    measures.grant.targeted: {choices: [{value: false, weight: 3}, {value: true, weight: 1}]}
    measures.grant.cap: {change: factor, low: 0.9, high: 1.2, source: A guess, quality: judgement}
    parameters.child_benefit.take_up: {distribution: triangular, low: 0.8, high: 0.95}
  leave_out: [measures.tax]
  together:
    - {name: use, correlation: 0.8, fields: [measures.grant.annual_use, measures.grant.amount]}
"""


def test_a_section_is_read_and_written_back(write, load_toy, kinds):
    scenario = load_toy(write(TEXT + SECTION))
    said = scenario.uncertainty
    assert said.vary["measures.grant.rule"] == Varied(choices=(Choice("level", 0.7), Choice("taper", 0.3)))
    assert said.vary["measures.grant.cap"].low == 0.9 and said.leave_out == ("measures.tax",)
    assert said.together[0].correlation == 0.8
    again = load_toy(write(scenario.to_yaml(), "again.yaml"))
    assert again == scenario
    schema = jsonschema.Draft202012Validator(scenario_schema(kinds))
    assert [error.message for error in schema.iter_errors(scenario.resolved())] == []
    assert not schema.is_valid({"uncertainty": {"vray": {}}})
    assert not schema.is_valid({"uncertainty": {"vary": {"measures.grant.amount": {"shape": "pert"}}}})


def test_the_assumptions_log_shows_distributions(write, load_toy):
    rows = {row.path: row for row in assumptions(load_toy(write(TEXT + SECTION)))}
    assert rows["measures.grant.annual_use"].distribution == "pert"
    assert rows["measures.tax.rate"].distribution == "held"
    assert rows["measures.grant.rule"].distribution == "choice: level 0.7, taper 0.3"
    assert rows["measures.grant.cap.2030-31"].distribution == "factor 0.9 to 1.2, pert"
    take_up = rows["parameters.child_benefit.take_up"]
    assert (take_up.distribution, take_up.low, take_up.high) == ("triangular", 0.8, 0.95)
    assert rows["measures.grant.start"].distribution is None


def test_a_child_inherits_changes_and_takes_away(write, load_toy):
    write(TEXT + SECTION, "base.yaml")
    child = load_toy(
        write(
            "extends: base.yaml\nuncertainty:\n  vary:\n    measures.grant.rule: null\n"
            "    parameters.child_benefit.take_up: {distribution: normal, sd: 0.02}\n  leave_out: []\n"
        )
    )
    assert set(child.uncertainty.vary) == {
        "measures.grant.targeted",
        "measures.grant.cap",
        "parameters.child_benefit.take_up",
    }
    assert child.uncertainty.vary["parameters.child_benefit.take_up"] == Varied("normal", sd=0.02)
    assert child.uncertainty.leave_out == () and len(child.uncertainty.together) == 1


@pytest.mark.parametrize("change", ["measures: {tax: null}", "measures: {tax: {enabled: false}}"])
def test_what_is_said_of_a_measure_goes_with_it(write, load_toy, change):
    write(TEXT + SECTION, "base.yaml")
    assert load_toy(write(f"extends: base.yaml\n{change}\n")).uncertainty.leave_out == ()


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("{vry: {}}", r"s.yaml:11:15: uncertainty: unknown key 'vry'.*did you mean vary"),
        ("{vary: {measures.grant.amont: {low: 1, high: 2}}}", "no value at.*did you mean measures.grant.amount"),
        ("{vary: {measures.grant.amount: {low: 130, high: 150}}}", r"11:\d+: .*low is above central; found 130"),
        ("{vary: {measures.grant.amount: {low: -1, high: 150}}}", "too small; found -1; expected at least 0"),
        ("{vary: {measures.grant.amount: {central: 1}}}", "central is the scenario's own value"),
        ("{vary: {measures.grant.amount: {lwo: 1}}}", "unknown key 'lwo'.*did you mean low"),
        ("{vary: {measures.grant.amount: {distribution: prt}}}", "unknown distribution.*did you mean pert"),
        ("{vary: {measures.grant.start: {low: 2028, high: 2031}}}", "not a number that can have a range.*choices"),
        ("{vary: {measures.grant.rule: {low: 1}}}", "not a number that can have a range"),
        (
            "{vary: {measures.grant.rule: {choices: {level: 1, tapr: 1}}}}",
            "'tapr' cannot be chosen.*did you mean taper",
        ),
        ("{vary: {measures.grant.rule: {choices: {level: 1}}}}", "nothing to choose between"),
        ("{vary: {measures.grant.rule: {choices: {level: 1, taper: 0}}}}", "not a weight; found 0"),
        ("{vary: {measures.grant.rule: {choices: {level: 1, taper: 1}, low: 1}}}", "beside choices"),
        (
            "{vary: {measures.grant.start: {choices: {2030: 1, 2031: 1}}}}",
            "own value is not among them; found '2029-30'",
        ),
        ("{vary: {measures.grant.cap: {low: 4, high: 8}}}", "a range for a value with dates.*change: factor"),
        ("{vary: {second_round.fade: {low: 0, high: 0.2}}}", "no effect: second-round effects are off"),
        ("{vary: {measures.grant.targeted: 3}}", "wrong type; found 3"),
        (
            "{vary: {'measures.grant.tranches[1].amount': {low: 1, high: 2}, "
            "measures.grant.tranches.0.amount: {low: 1, high: 2}}}",
            r"tranches.0.amount is given twice; expected measures.grant.tranches\[1\].amount alone",
        ),
        (
            "{leave_out: [measures.grant.amont]}",
            r"11:\d+: uncertainty.leave_out: there is no value.*measures.grant.amount",
        ),
        ("{leave_out: [measures.grant.rule]}", "nothing at 'measures.grant.rule' is uncertain"),
        (
            "{leave_out: [measures.grant], vary: {measures.grant.rule: {choices: {level: 1, taper: 1}}}}",
            "left out as well",
        ),
        ("{together: [{name: a, correlation: 1, fields: [measures.grant]}]}", "too large; found 1; expected.*below 1"),
        ("{together: [{name: a, correlation: -0.5, fields: [measures.grant]}]}", "too small; found -0.5"),
        ("{together: [{name: a, correlation: 0.5, fields: [measures.grant.amount]}]}", "one value alone"),
        ("{together: [{name: a, correlation: 0.5, fields: [measures.grant.targeted]}]}", "is uncertain"),
        (
            "{together: [{name: a, correlation: 0.5, fields: [measures.grant]}, "
            "{name: b, correlation: 0.5, fields: [measures.grant.amount, measures.tax.rate]}]}",
            "measures.grant.amount is in the group 'a' already",
        ),
        (
            "{together: [{name: a, correlation: 0.5, fields: [measures.grant]}, "
            "{name: a, correlation: 0.5, fields: [measures.tax]}]}",
            r"11:\d+: uncertainty.together\[2\].name: is the name of another group; found 'a'; expected",
        ),
        (
            "{together: [{name: all other fields, correlation: 0.5, fields: [measures.grant]}]}",
            r"11:\d+: uncertainty.together\[1\].name: stands for all fields without a group",
        ),
    ],
)
def test_a_slip_is_told_with_its_place(write, load_toy, section, said):
    with pytest.raises(InputError, match=said) as caught:
        load_toy(write(f"{TEXT}uncertainty: {section}\n"))
    assert all(problem.place is not None for problem in caught.value.problems)


def test_a_wrong_path_in_a_group_is_all_that_is_told_of_it(write, load_toy):
    """Not that the group's other path stands alone, which the right path would mend."""
    group = "{name: a, correlation: 0.5, fields: [measures.grant.amount, measures.tax.rat]}"
    with pytest.raises(InputError) as caught:
        load_toy(write(f"{TEXT}uncertainty: {{together: [{group}]}}\n"))
    (problem,) = caught.value.problems
    assert "there is no value at 'measures.tax.rat'" in problem.message
    assert problem.nearest == "measures.tax.rate"


def test_a_slip_in_a_key_of_a_group_is_told_in_words(write, load_toy):
    group = "{name: a, corelation: 0.5, fields: [measures.grant, measures.tax]}"
    with pytest.raises(InputError) as caught:
        load_toy(write(f"{TEXT}uncertainty: {{together: [{group}]}}\n"))
    said = str(caught.value)
    assert "unknown key 'corelation'" in said
    assert "missing key 'correlation'; expected Rank correlation of any two of them" in said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"central": 1, "distribution": "prt", "low": 0}, "unknown distribution"),
        ({"central": 1, "distribution": "pert"}, "without its width"),
        ({"central": 1, "distribution": "normal"}, "without its width"),
        ({"central": 1, "sd": 0.1}, "a standard deviation of what has none"),
        ({"central": 1, "sd": 0.1, "distribution": "uniform", "low": 0}, "a standard deviation of what has none"),
        ({"central": 1, "sd": 0, "distribution": "normal"}, "found 0, expected more than 0"),
        ({"central": 1, "low": 1, "high": 1, "distribution": "uniform"}, "no width"),
        ({"central": 0, "high": 1, "distribution": "lognormal"}, "positive"),
        ({"central": 1, "low": 0, "high": 2, "distribution": "lognormal"}, "5th percentile.*positive"),
        ({"central": 1, "high": 4, "distribution": "lognormal"}, "at most 3.868"),
        ({"central": 1.2, "low": 1, "high": 2, "distribution": "beta"}, "inside its ends"),
        ({"central": 0.5, "low": 0, "high": 0.9, "distribution": "beta"}, "low is a percentile"),
        ({"central": 0.5, "sd": 0.5, "distribution": "beta"}, "too large.*below 0.5"),
        ({"central": 2, "sd": 1, "low": 1, "high": 3, "distribution": "beta"}, "too large.*below 1"),
    ],
)
def test_impossible_shapes_are_refused(value, said):
    with pytest.raises(ValueError, match=said):
        Quantity.of(value)


def test_a_distribution_is_kept():
    plain = {"2026-27": {"central": 1, "distribution": "lognormal", "sd": 0.3}, "2030-31": 2}
    quantity = Quantity.of(plain)
    assert quantity.to_plain() == plain and quantity.steps[0].is_uncertain and not quantity.steps[1].is_uncertain
    assert Quantity.of(1, low=0, high=3, distribution="triangular").steps[0].distribution_text == "triangular"


def test_a_symmetric_shape_around_a_lopsided_range_is_a_warning(write, load_toy):
    text = TEXT.replace("low: 90, high: 150", "low: 119, high: 150, distribution: uniform")
    (warning,) = load_toy(write(text)).warnings
    assert "s.yaml:7" in warning and "uniform is symmetric, and central 120 is not in the middle" in warning
