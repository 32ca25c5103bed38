"""Second-round effects in a scenario: off unless switched on, by a word or by figures, and what a slip is told."""

import re
from pathlib import Path

import pytest

from microsim.errors import InputError
from microsim.scenario.assumptions import assumptions
from microsim.scenario.json_schema import scenario_schema
from microsim.scenario.load import quantities
from microsim.scenario.second_round import OFF, SecondRound

jsonschema = pytest.importorskip("jsonschema")

TEXT = "name: Toy\npopulation: p.yaml\nyears: 2026-27 to 2035-36\n"


@pytest.mark.parametrize(
    ("text", "on", "fade"),
    [
        ("", False, 0.05),
        ("second_round: false\n", False, 0.05),
        ("second_round: true\n", True, 0.05),
        ("second_round: {}\n", True, 0.05),
        ("second_round: {fade: 0.2}\n", True, 0.2),
        ("second_round: {enabled: false, fade: 0.2}\n", False, 0.2),
        ("second_round: {fade: {central: 0.2, low: 0.1, high: 0.3, source: A study, quality: published}}\n", True, 0.2),
    ],
)
def test_figures_switch_it_on(write, load_toy, text, on, fade):
    scenario = load_toy(write(TEXT + text))
    assert (scenario.second_round.enabled, scenario.second_round.fade.at(2030)) == (on, fade)
    again = load_toy(write(scenario.to_yaml(), "again.yaml"))
    assert again == scenario


def test_a_small_change_keeps_the_other_figures(write, load_toy):
    write(TEXT + "second_round: {completion: 0.6, fade: 0}\n", "base.yaml")
    changed = load_toy(write("extends: base.yaml\nsecond_round: {fade: 0.2}\n")).second_round
    assert (changed.completion.at(2030), changed.fade.at(2030), changed.enabled) == (0.6, 0.2, True)
    assert load_toy(write("extends: base.yaml\nsecond_round: null\n")).second_round == OFF
    assert not load_toy(write("extends: base.yaml\nsecond_round: false\n")).second_round.enabled
    assert not load_toy(write("extends: base.yaml\nsecond_round: {enabled: false}\n")).second_round.enabled


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("{retrun_per_1000: 0.01}", r"s.yaml:4:16: second_round: unknown key 'retrun_per_1000'.*mean return_per_1000"),
        ("{return_per_1000: -0.01}", r"s.yaml:4:\d+: second_round.return_per_1000.*-0.01"),
        ("{completion: 1.2}", r"s.yaml:4:\d+: second_round.completion.*1.2"),
        ("{selection: half}", r"s.yaml:4:\d+: second_round.selection.*'half'.*a number"),
        ("{fade: {2030-31: 0.1}}", r"s.yaml:4:\d+: second_round.fade: cannot change from year to year"),
        ("{largest: {low: 0.1}}", r"s.yaml:4:\d+: second_round.largest: a range needs its central value"),
        ("{first_effect_after: 0}", r"s.yaml:4:\d+: second_round.first_effect_after.*0"),
        ("{first_effect_after: 1.5}", r"s.yaml:4:\d+: second_round.first_effect_after.*whole number"),
        ("{price_year: last year}", r"s.yaml:4:\d+: second_round.price_year: not a financial year"),
        ("{enabled: 1}", r"s.yaml:4:\d+: second_round.enabled: wrong type.*true or false"),
        ("3", r"s.yaml:4:\d+: second_round"),
    ],
)
def test_a_slip_is_told(write, load_toy, block, said):
    with pytest.raises(InputError, match=said):
        load_toy(write(f"{TEXT}second_round: {block}\n"))


def test_editors_know_it(kinds):
    check = jsonschema.Draft202012Validator(scenario_schema(kinds))
    good = {"name": "Toy", "population": "p.yaml", "years": "2026-27 to 2035-36"}
    assert check.is_valid(good | {"second_round": True})
    assert check.is_valid(good | {"second_round": {"fade": 0.1, "price_year": "2024-25"}})
    assert not check.is_valid(good | {"second_round": {"fades": 0.1}})
    assert not check.is_valid(good | {"second_round": "yes"})


def test_every_default_has_a_range_and_a_source():
    figures = list(quantities(SecondRound(), ()))
    assert len(figures) == 6
    for path, figure in figures:
        (step,) = figure.steps
        assert step.source and step.quality == "judgement", path
        assert step.low < step.central < step.high, path


def test_the_log_has_its_figures_where_they_are_used(write, load_toy):
    def rows(text):
        found = assumptions(load_toy(write(TEXT + text)))
        return {row.path.removeprefix("second_round."): row for row in found if row.path.startswith("second_round.")}

    (off,) = rows("").values()
    assert (off.path, off.value, off.quality, off.set_by) == ("second_round.enabled", "false", "setting", "default")
    on = rows("second_round: true\n")
    assert set(on) == set(SecondRound.model_fields)
    assert on["enabled"].value == "true" and on["enabled"].set_by.endswith("s.yaml:4")
    default = on["return_per_1000"]
    assert (default.low, default.high, default.quality, default.set_by) == (0.0, 0.017, "judgement", "default")
    assert default.source and on["price_year"].value == "2024-25"
    own = rows("second_round: {return_per_1000: 0.02}\n")
    assert (own["return_per_1000"].value, own["return_per_1000"].quality) == ("0.02", "scenario")
    assert own["return_per_1000"].set_by.endswith("s.yaml:4") and own["enabled"].value == "true"


def test_the_page_has_results_of_the_order_of_a_sum_by_hand():
    """What the default figures give for £1,000 of training in the middle of the run, beside what the page says."""
    page = (Path(__file__).parents[2] / "docs" / "methods" / "second_round.md").read_text(encoding="utf-8")

    def said(pattern):
        return float(re.search(pattern, page)[1])

    figures, year = SecondRound(), 2030
    rise = figures.return_per_1000.at(year) * figures.completion.at(year) * (1 - figures.selection.at(year))
    kept = (1 - figures.fade.at(year)) * 1.015 / 1.035
    years_worth = 1.015 / 1.035 * sum(kept**after for after in range(15))
    by_hand = rise * 29_000 * 1.015**16 * 0.8 * years_worth * 0.53
    assert said(r"= £(\d+) for £1,000 of training") == pytest.approx(by_hand, abs=5)
    of_run = said(r"for each £1,000 of additional training \| £(\d+)")
    assert of_run == pytest.approx(by_hand, rel=0.25)
    training, effect = said(r"Additional training \| £([\d.]+)"), said(r"Effect on the Exchequer \| £([\d.]+)")
    cost, share = said(r"scorecard \| £([\d.]+)"), said(r"over the net cost \| ([\d.]+) %")
    assert of_run == pytest.approx(1000 * effect / training, rel=0.01)
    assert share == pytest.approx(100 * effect / cost, rel=0.01)
