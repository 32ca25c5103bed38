"""Scenario files: what a good one becomes, and what every sort of bad one is told."""

import string
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from microsim.errors import InputError
from microsim.parameters.load import FOLDER, Entry, official_entries
from microsim.scenario.load import load
from microsim.scenario.values import read_params

HEAD = "name: Toy\npopulation: pop/england.yaml\nyears: 2026-27 to 2035-36\n"
GRANT = "measures:\n  grant:\n    kind: toy_grant\n    amount: 200\n"


def problems(load_toy, path, **options):
    with pytest.raises(InputError) as caught:
        load_toy(path, **options)
    return str(caught.value)


def test_a_whole_scenario(write, load_toy, tmp_path):
    scenario = load_toy(write(HEAD + GRANT + "parameters: {cpi_growth: {2029-04-01: 0.03}}\n"))
    assert scenario.years == range(2026, 2036)
    assert (scenario.sample, scenario.seed) == (0.01, 1)
    assert scenario.population == tmp_path / "pop" / "england.yaml"
    (entry,) = scenario.measures
    assert (entry.name, entry.kind, entry.params.amount.at(2030)) == ("grant", "toy_grant", 200)
    assert scenario.baseline_measures == ()
    assert scenario.parameters.value("cpi_growth", 2029) == 0.03
    assert scenario.places["measures", "grant", "amount"].line == 7
    assert scenario.warnings == ()
    assert scenario.files == (tmp_path / "s.yaml",)


def test_command_line_settings_replace_the_files(write, load_toy):
    path = write(HEAD)
    scenario = load_toy(path, sample=0.5, seed=7, years="2026-27 to 2027-28")
    assert (scenario.sample, scenario.seed, scenario.years) == (0.5, 7, range(2026, 2028))
    assert load_toy(path, years=range(2027, 2029)).years == range(2027, 2029)
    assert "sample: too large; found 2; expected at most 1" in problems(load_toy, path, sample=2.0)
    assert "not a span of financial years" in problems(load_toy, path, years="2026")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GRANT + "    amont: 3\n", "s.yaml:8:5: measures.grant: unknown key 'amont'"),
        (GRANT + "    amont: 3\n", "did you mean amount?"),
        (GRANT + "    annual_use: lots\n", "s.yaml:8:5: measures.grant.annual_use: wrong type; found 'lots'"),
        (GRANT + "    annual_use: -1\n", "annual_use.central: too small; found -1; expected at least 0"),
        (
            GRANT + "    annual_use: {2029: 0.1, 2030: 2}\n",
            "s.yaml:8:29: measures.grant.annual_use.2030-31.central: too large",
        ),
        (
            GRANT + "    annual_use: {central: 0.1, low: 0.2}\n",
            "s.yaml:8:32: measures.grant.annual_use.low: low is above",
        ),
        (GRANT + "    targeted: 1\n", "measures.grant.targeted: wrong type; found 1; expected true or false"),
        (GRANT + "    by_age: {16: 1, 40: -1}\n", "s.yaml:8:21: measures.grant.by_age.40.central: too small"),
        (GRANT + "    rule: levle\n", "found 'levle'; expected 'level' or 'taper'; did you mean level?"),
        (GRANT + "    start: 2029-31\n", "measures.grant.start: not a financial year; found '2029-31'"),
        (GRANT + "    tranches: 3\n", "measures.grant.tranches: wrong type; found 3; expected a list"),
        (
            GRANT + "    tranches: [{age: 25}]\n",
            "s.yaml:8:16: measures.grant.tranches[1]: missing key 'amount'",
        ),
        (
            GRANT + "    tranches: [{age: 9, amount: 1}]\n",
            "s.yaml:8:17: measures.grant.tranches[1].age: too small",
        ),
        (
            GRANT + "    tranches: [{agee: 25, age: 25, amount: 1}]\n",
            "unknown key 'agee'; expected one of age, amount",
        ),
        (
            "measures: {grant: {kind: toy_grnat}}\n",
            "no kind of measure named 'toy_grnat'; expected one of other_tax",
        ),
        ("measures: {grant: {kind: toy_grnat}}\n", "did you mean toy_grant?"),
        ("measures: {grant: {amount: 3}}\n", "measures.grant: missing key 'kind'"),
        (
            GRANT + "  grnat: {amount: 3}\n",
            "s.yaml:8:3: measures.grnat: missing key 'kind'; expected the kind of measure; did you mean grant?",
        ),
        (GRANT + "    annual_use: 30%\n", "annual_use: wrong type; found '30%'; expected a number: write 0.3"),
        (GRANT + "    cap: {2029: £1.5bn}\n", "cap.2029-30: wrong type; found '£1.5bn'; expected a number: write 1500"),
        (GRANT + "    cap: £500m\n", "found '£500m'; expected a number: write 500"),
        (GRANT + "    tranches: [{age: 2k, amount: 1}]\n", "found '2k'; expected a whole number: write 2000"),
        ("parameters: {income_tax.basic_rate: 25 per cent}\n", "found '25 per cent'; expected a number: write 0.25"),
        ("sample: 1%\n", "sample: wrong type; found '1%'; expected a number: write 0.01"),
        ("measures: {Grant: {kind: toy_grant}}\n", "not a measure's name; found 'Grant'"),
        ("measures: {grant: 3}\n", "measures.grant: wrong type; found 3"),
        ("measures: {grant: null}\n", "s.yaml:4:12: measures.grant: wrong type; found nothing"),
        ("measures: {grant: {kind: toy_grant, enabled: 1}}\n", "measures.grant.enabled: wrong type"),
        ("measures: [1]\n", "s.yaml:4:1: measures: wrong type; found a list; expected a mapping"),
        (
            "parameters: {cpi_grwth: 1}\n",
            "s.yaml:4:14: no parameter named 'cpi_grwth'; did you mean cpi_growth?",
        ),
        (
            "parameters: {cpi_growth: {2029-05-01: 1}}\n",
            "s.yaml:4:27: parameters.cpi_growth: not the start of",
        ),
        ("sed: 3\n", "s.yaml:4:1: unknown key 'sed'"),
        ("seed: 0.5\n", "seed: wrong type; found 0.5; expected a whole number"),
        ("sample: 0\n", "sample: too small; found 0; expected at least 1e-05"),
        ("name: again\n", "the key 'name' appears twice"),
        ("extends: none.yaml\n", "s.yaml:4:1: extends: there is no file"),
        ("extends: s.yaml\n", "the files extend one another in a circle"),
        ("baseline: none.yaml\n", "s.yaml:4:1: baseline: there is no file"),
        ("baseline: {measure: {}}\n", "baseline: unknown key 'measure'"),
    ],
)
def test_each_mistake_is_explained_at_its_place(write, load_toy, text, message):
    assert message in problems(load_toy, write(HEAD + text))


def test_several_mistakes_come_at_once(write, load_toy):
    text = problems(
        load_toy,
        write("name: 3\nyears: 2030-31 to 2026-27\n" + GRANT + "    amont: 1\nparameters: {cpi: 1}\n"),
    )
    assert len(text.splitlines()) == 5
    assert "missing key 'population'; expected Population file" in text


def test_too_many_years(write, load_toy):
    text = problems(load_toy, write("name: a\npopulation: p\nyears: 2026-27 to 2126-27\n"))
    assert "too many years; found 101 years; expected at most 100" in text


def test_extends_merges_replaces_and_removes(write, load_toy, tmp_path):
    (tmp_path / "deep").mkdir()
    write(HEAD + GRANT + "    annual_use: {central: 0.1, low: 0.05}\n  tax: {kind: other_tax}\n", "a.yaml")
    write(
        "extends: ../a.yaml\nname: B\nmeasures:\n  tax: null\n  grant:\n    annual_use: {central: 0.2}\n"
        "    tranches: [{age: 25, amount: 1}]\n",
        "deep/b.yaml",
    )
    path = write("extends: deep/b.yaml\nmeasures:\n  grant: {tranches: [], annual_use: {2026-27: 0.3}}\n", "c.yaml")
    middle = load_toy(tmp_path / "deep" / "b.yaml")
    assert [entry.name for entry in middle.measures] == ["grant"]
    assert middle.measures[0].params.annual_use.range_at(2026) == (0.05, 0.2)
    assert middle.population == tmp_path / "pop" / "england.yaml"
    assert [entry.name for entry in middle.baseline_measures] == ["grant", "tax"]
    last = load_toy(path)
    assert last.name == "B" and last.measures[0].params.tranches == ()
    assert last.measures[0].params.annual_use.at(2027) == 0.3
    assert last.baseline_measures == middle.baseline_measures  # the first file of the chain, not the one before
    assert len(last.files) == 3
    assert last.places["measures", "grant", "amount"].file.endswith("a.yaml")


def test_another_kind_replaces_the_whole_measure(write, load_toy):
    write(HEAD + GRANT, "a.yaml")
    scenario = load_toy(write("extends: a.yaml\nmeasures: {grant: {kind: other_tax, rate: 0.5}}\n"))
    assert scenario.measures[0].params.rate.at(2026) == 0.5


def test_disabled_measures_are_left_out_and_may_come_back(write, load_toy):
    write(HEAD + GRANT, "a.yaml")
    off = write("extends: a.yaml\nmeasures: {grant: {enabled: false}}\n", "b.yaml")
    assert load_toy(off).measures == ()
    back = load_toy(write("extends: b.yaml\nmeasures: {grant: {enabled: true}}\n"))
    assert len(back.measures) == 1 and back.measures == back.baseline_measures


def test_removing_what_is_not_there_is_an_error(write, load_toy):
    write(HEAD + GRANT, "a.yaml")
    text = problems(load_toy, write("extends: a.yaml\nmeasures: {grnat: null}\n"))
    assert "there is no inherited 'grnat' to remove; did you mean grant?" in text


def test_named_baseline_and_its_mistakes(write, load_toy):
    write("measures: {tax: {kind: other_tax}}\n", "base.yaml")
    scenario = load_toy(write(HEAD + GRANT + "baseline: base.yaml\n"))
    assert [entry.name for entry in scenario.baseline_measures] == ["tax"]
    write("measures: {tax: {kind: other_tax, rate: 2}}\n", "base.yaml")
    assert "base.yaml:1:35: measures.tax.rate.central: too large" in problems(
        load_toy, write(HEAD + GRANT + "baseline: base.yaml\n")
    )


def test_nothing_passes_silently(write, load_toy):
    write(HEAD + GRANT, "a.yaml")
    scenario = load_toy(write("extends: a.yaml\nname: B\nmeasures: {grant: {amount: 200}}\n"))
    assert len(scenario.warnings) == 2
    assert "s.yaml:3:20: measures.grant.amount changes nothing" in scenario.warnings[0]
    assert "the reform arm is the same as the baseline arm" in scenario.warnings[1]


def test_values_no_year_reaches_are_named(write, load_toy):
    text = HEAD + "measures:\n  grant:\n    kind: toy_grant\n    amount: {2020: 1, 2024: 2, 2040: 3}\n"
    warnings = load_toy(write(text + "parameters: {cpi_growth: {2050-51: 0.5}}\n")).warnings
    assert [warning.split(": ")[1] for warning in warnings] == [
        "measures.grant.amount from 2020-21 is never used",
        "measures.grant.amount from 2040-41 is never used",
        "parameters.cpi_growth from 2050-51 is never used",
    ]


ROUND_TRIPS = [
    HEAD,
    HEAD + GRANT + "seed: 3\nsample: 0.00001\ndescription: '1e6'\n",
    HEAD + GRANT + "    start: 2030\n    by_age: {16: 1, 40: {2027: 0.5}}\n"
    "    tranches: [{age: 25, amount: {2029: 1, 2031: {central: 2, high: 3}}}]\n"
    "parameters: {cpi_growth: {2029-04-01: 0.03}, price_base_year: 2027}\n",
    HEAD + GRANT + "baseline: {measures: {tax: {kind: other_tax, rate: 0.001}}}\n",
]  # fmt: skip


@pytest.mark.parametrize("text", ROUND_TRIPS)
def test_resolved_loads_back_to_an_equal_scenario(write, load_toy, text, tmp_path):
    scenario = load_toy(write(text))
    assert load_toy(write(scenario.to_yaml(), "again.yaml")) == scenario
    (tmp_path / "run").mkdir()
    assert load_toy(write(scenario.to_yaml(tmp_path / "run"), "run/again.yaml")) == scenario
    if "1e6" not in text:  # any careful writer will do, but for text that looks like a number
        assert load_toy(write(yaml.safe_dump(scenario.resolved()), "plain.yaml")) == scenario
    assert load_toy(write(text.replace("2035-36", "2034-35"), "other.yaml")) != scenario


def test_policy_figures_change_the_reform_arm_alone(write, load_toy, monkeypatch):
    values = {
        "name": "tax.rate", "description": "d", "unit": "fraction", "policy": True, "values": 0.25,
        "source": {"publisher": "P", "title": "T", "date": "2026"}, "quality": "outturn",
    }  # fmt: skip
    entries = dict(official_entries(FOLDER)) | {"tax.rate": read_params(Entry, values)}
    monkeypatch.setattr("microsim.parameters.load.official_entries", lambda folder: entries)
    write(HEAD + "parameters: {tax.rate: 0.3}\n", "a.yaml")
    scenario = load_toy(write("extends: a.yaml\nparameters: {tax.rate: 0.35, cpi_growth: 0.05}\n"))
    assert scenario.parameters.value("tax.rate", 2030) == 0.35
    assert scenario.baseline_parameters.value("tax.rate", 2030) == 0.3
    assert scenario.baseline_parameters.value("cpi_growth", 2030) == 0.05
    assert scenario.warnings == ()
    assert load_toy(write(scenario.to_yaml(), "again.yaml")) == scenario


keys = st.sampled_from([
    "name", "population", "years", "measures", "grant", "kind", "amount", "central", "low", "2029-30",
    "tranches",
    "parameters", "cpi_growth", "extends", "baseline", "sample", "seed", "enabled", "source", "indexation",
])  # fmt: skip
scalars = st.one_of(
    st.sampled_from(["toy_grant", "2026-27 to 2027-28", "on", "1e6", "s.yaml", ".", "\0", "x" * 300, "~", "none"]),
    st.integers(-3, 3000),
    st.floats(),
    st.none(),
    st.booleans(),
    st.text(max_size=5),
)
trees = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=12,
)
near_misses = st.fixed_dictionaries(
    {"name": st.just("a"), "population": st.just("p"), "years": st.just("2026-27 to 2027-28")},
    optional={
        "measures": st.one_of(
            trees,
            st.dictionaries(keys, st.dictionaries(keys, st.one_of(trees, st.just("toy_grant")), max_size=4)),
        ),
        "parameters": st.dictionaries(keys, trees, max_size=3),
        "baseline": trees,
        "extends": scalars,
    },
)
raw = st.text(alphabet=string.printable + "é\0", max_size=60)
documents = st.one_of(
    raw, trees.map(lambda tree: yaml.safe_dump(tree)), near_misses.map(lambda tree: yaml.safe_dump(tree))
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents)
def test_any_text_loads_or_raises_an_input_error(kinds, tmp_path, text):
    path = Path(tmp_path) / "s.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        scenario = load(path, kinds.__getitem__, known_kinds=lambda: kinds)
    except InputError as error:
        assert error.problems and str(error)
    else:
        again = path.with_name("again.yaml")
        again.write_text(scenario.to_yaml(), encoding="utf-8")
        assert load(again, kinds.__getitem__) == scenario
