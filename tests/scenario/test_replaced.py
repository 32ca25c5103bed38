"""Values of a loaded scenario, read and replaced by their paths."""

import pytest

from microsim.errors import InputError
from microsim.scenario.replaced import BOTH_ARMS, value_of, with_values

TEXT = """name: Toy
population: p.yaml
years: 2026-27 to 2035-36
measures:
  grant:
    kind: toy_grant
    amount: {2026-27: 100, 2030-31: {central: 120, low: 90, high: 150}}
    tranches: [{age: 25, amount: 4000}, {age: 40, amount: {central: 3000, low: 2000}}]
  tax: {kind: other_tax}
"""


@pytest.fixture
def toy(write, load_toy):
    return load_toy(write(TEXT))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("measures.grant.annual_use", 0.039),
        ("measures.grant.amount", {"2026-27": 100, "2030-31": 120}),
        ("measures.grant.amount.2030-31", 120),
        ("measures.grant.start", "2029-30"),
        ("measures.grant.tranches[2].amount", 3000),
        ("measures.grant.tranches.1.amount", 3000),
        ("measures.grant.tranches", [{"age": 25, "amount": 4000}, {"age": 40, "amount": 3000}]),
        ("measures.grant.by_age.16", 1),
        ("measures.grant.rule", "level"),
        ("second_round.fade", 0.05),
        ("parameters.corporation_tax.main_rate", {"2023-24": 0.25}),
        ("parameters.price_base_year", 2026),
    ],
)
def test_a_value_is_found_by_its_path(toy, path, value):
    found = value_of(toy, path)
    assert _plain(found) == value


def _plain(value):
    if isinstance(value, list):
        return [{key: _plain(part) for key, part in item.items()} for item in value]
    return value["central"] if isinstance(value, dict) and "central" in value else value


def test_the_replaced_scenario_is_the_one_a_file_would_have_given(toy, write, load_toy):
    changed = with_values(
        toy,
        {
            "measures.grant.annual_use": 0.02,
            "measures.grant.tranches[1].amount": 5000,
            "measures.grant.amount.2030-31": 140,
            "measures.tax.rate": {"2026-27": 0.2, "2030-31": 0.25},
            "measures.grant.rule": "taper",
            "second_round.fade": 0.07,
            "parameters.corporation_tax.main_rate": 0.26,
            "parameters.child_benefit.take_up": 0.9,
        },
    )
    text = TEXT.replace("4000", "5000").replace("{central: 120, low: 90, high: 150}", "140")
    text = text.replace("kind: toy_grant", "kind: toy_grant\n    annual_use: 0.02\n    rule: taper")
    text = text.replace("{kind: other_tax}", "{kind: other_tax, rate: {2026-27: 0.2, 2030-31: 0.25}}")
    text += "parameters: {corporation_tax.main_rate: 0.26, child_benefit.take_up: 0.9}\n"
    text += "second_round: {enabled: false, fade: 0.07}\n"
    assert changed.resolved() == load_toy(write(text, "other.yaml")).resolved()
    assert value_of(toy, "measures.grant.annual_use") == 0.039  # the one given is as it was


def test_what_is_not_replaced_is_shared(toy):
    changed = with_values(toy, {"measures.grant.annual_use": 0.02})
    assert changed.parameters is toy.parameters and changed.second_round is toy.second_round
    assert changed.measures[1].params is toy.measures[1].params
    assert with_values(toy, {}) is toy


def test_policy_changes_the_reform_and_other_figures_both_arms(write, load_toy):
    write("name: Base\npopulation: p.yaml\nyears: 2026-27 to 2035-36\n", "base.yaml")
    toy = load_toy(write("extends: base.yaml\nmeasures: {grant: {kind: toy_grant}}\n"))
    changed = with_values(toy, {"parameters.corporation_tax.main_rate": 0.3, "parameters.child_benefit.take_up": 0.9})
    assert changed.parameters.value("corporation_tax.main_rate", 2030) == 0.3
    assert changed.baseline_parameters.value("corporation_tax.main_rate", 2030) == 0.25
    assert changed.parameters.value("child_benefit.take_up", 2030) == 0.9
    assert changed.baseline_parameters.value("child_benefit.take_up", 2030) == 0.9


def test_an_official_figure_replaced_in_both_arms_keeps_its_dates_and_uprating(toy):
    name = "minimum_wage.adult"
    before = value_of(toy, f"parameters.{name}")
    last = list(before)[-1]
    last_year = int(last[:4])
    changed = with_values(toy, {f"parameters.{name}": {BOTH_ARMS: {last: before[last] * 1.1}}})
    for arm in (changed.parameters, changed.baseline_parameters):
        assert arm.value(name, last_year) == pytest.approx(toy.parameters.value(name, last_year) * 1.1)
        assert arm.value(name, last_year + 7) == pytest.approx(toy.parameters.value(name, last_year + 7) * 1.1)
        assert arm.value(name, last_year - 1) == toy.parameters.value(name, last_year - 1)


def test_an_override_that_is_not_uprated_stays_so(write, load_toy):
    override = "parameters: {minimum_wage.adult: {2027-28: 13, indexation: none}}\n"
    toy = load_toy(write(TEXT + override))
    changed = with_values(toy, {"parameters.minimum_wage.adult": {"2027-28": 14}})
    assert changed.parameters.value("minimum_wage.adult", 2040) == 14
    assert changed.parameters.to_plain() == {"minimum_wage.adult": {"2027-28": 14, "indexation": "none"}}


def test_the_same_measure_of_both_arms_moves_in_both(write, load_toy):
    write(
        "name: Old\npopulation: p.yaml\nyears: 2026-27 to 2035-36\nmeasures: {grant: {kind: toy_grant}}\n", "old.yaml"
    )
    toy = load_toy(write("extends: old.yaml\nmeasures: {grant: {amount: 300}}\n"))
    one = with_values(toy, {"measures.grant.annual_use": 0.02})
    both = with_values(toy, {"measures.grant.annual_use": {BOTH_ARMS: 0.02}})
    other = with_values(toy, {"baseline.measures.grant.annual_use": 0.02})

    def uses(scenario):
        return [entries[0].params.annual_use.at(2030) for entries in (scenario.measures, scenario.baseline_measures)]

    assert (uses(one), uses(both), uses(other)) == ([0.02, 0.039], [0.02, 0.02], [0.039, 0.02])


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (
            "measures.grant.anual_use",
            1,
            "no value at 'measures.grant.anual_use'.*did you mean measures.grant.annual_use",
        ),
        ("measures.grnt.annual_use", 1, "did you mean measures.grant.annual_use"),
        ("measures.grant.tranches[3].amount", 1, "no value at 'measures.grant.tranches.2.amount'"),
        ("measures.grant.annual_use", 3, "measures.grant.annual_use.*too large.*found 3.*at most 1"),
        ("measures.grant.annual_use", "lots", "measures.grant.annual_use.*found 'lots'.*a number"),
        ("measures.grant.rule", "tapr", "measures.grant.rule: not a valid choice.*did you mean taper"),
        ("measures.grant.amount.2031-32", 3, "no value at"),
        ("measures.grant", 3, "no value at 'measures.grant'"),
        ("sample", 0.5, "no value at 'sample'"),
        ("parameters.corporation_tax.main_rat", 0.3, "did you mean parameters.corporation_tax.main_rate"),
        ("parameters.corporation_tax.main_rate", 3, "parameters.corporation_tax.main_rate: too large.*at most 1"),
        ("parameters.child_benefit.take_up", {BOTH_ARMS: 3}, "parameters.child_benefit.take_up: too large"),
        ("parameters.corporation_tax.main_rate", {BOTH_ARMS: {"2031-32": 0.3}}, "not the dates of the official figure"),
    ],
)
def test_a_slip_is_told_with_its_path(toy, path, value, said):
    with pytest.raises(InputError, match=said):
        with_values(toy, {path: value})
