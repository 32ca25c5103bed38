"""A run as text: it gives the same run elsewhere or says why not, and holds no people."""

import json
import platform
from dataclasses import replace

import pytest
from common import ROOT, SCENARIO

from microsim import api
from microsim.backends.recipe import POPULATIONS, Recipe, differences, prepare_again, program, recipe_of
from microsim.backends.worker import live_batch
from microsim.errors import InputError
from microsim.running.prepare import prepare

SURVEY = ROOT / "populations" / "example_survey.yaml"


def recipe(path=SCENARIO, **options):
    scenario = api.load_scenario(path, years="2026-27 to 2028-29", **options)
    return recipe_of(prepare(scenario, 600, alternatives=True))


@pytest.fixture(scope="module")
def package():
    return recipe(sample=1 / 10_000)


@pytest.mark.parametrize(
    ("name", "options"),
    [("second_round", {"alternatives": True}), ("skills_tax_credit_deduction", {"decompose": True})],
)
def test_the_text_of_a_run_gives_the_same_run(name, options):
    scenario = api.load_scenario(ROOT / "scenarios" / f"{name}.yaml", sample=1 / 5000, seed=9)
    prepared = prepare(scenario, 500, **options)
    again = prepare_again(Recipe.read(recipe_of(prepared).text()))
    assert again.identity() == prepared.identity()
    assert again.scenario == scenario
    assert again.options == prepared.options


def test_a_survey_goes_by_its_path_and_none_of_its_people():
    found = recipe(population=SURVEY)
    assert found.population == str(SURVEY)
    assert set(json.loads(found.text())) == set(Recipe._fields)
    assert all(isinstance(value, str | int | list | dict) for value in found)
    assert len(found.text()) < 200_000
    assert prepare_again(found).programme.sample.population.survey is not None


def test_other_people_are_refused(package):
    with pytest.raises(InputError, match=r"^other people: the population file; found digest .*; expected 000$"):
        prepare_again(package._replace(population_digest="000"))
    with pytest.raises(InputError, match=r"^other factors of the alignment beside the population; found digest"):
        prepare_again(package._replace(alignment_digest="000"))
    with pytest.raises(InputError, match=r"^other inputs"):
        prepare_again(package._replace(identity="000"))


def test_a_population_is_found_by_its_path_or_in_a_folder_of_populations(package, monkeypatch, tmp_path):
    elsewhere = package._replace(population="/nowhere/england.yaml")
    with pytest.raises(InputError, match=r"there is no population file /nowhere/england.yaml; expected a path that"):
        prepare_again(elsewhere)
    monkeypatch.setenv(POPULATIONS, str(ROOT / "populations"))
    assert prepare_again(elsewhere).identity() == package.identity
    monkeypatch.setenv(POPULATIONS, str(tmp_path))
    with pytest.raises(InputError, match=f"there is no population file {tmp_path}"):
        prepare_again(elsewhere)


def test_another_program_is_refused(package):
    with pytest.raises(InputError, match=r"^another version of numba; found .*; expected 0\.1$"):
        prepare_again(package._replace(program=program() | {"numba": "0.1"}))


def test_a_worker_that_came_later_says_which_it_is(package):
    other = package._replace(program=program() | {"numba": "0.1"})
    with pytest.raises(InputError, match=f"^on worker {platform.node()}: another version of numba; found "):
        live_batch(other.identity, other.text(), [0])


def test_sources_are_named_only_where_nothing_else_says_why():
    mine = program()
    (sources,) = (name for name in mine if "sources" in name)
    assert differences(mine, mine) == []
    (alone,) = differences(mine, mine | {sources: "000"})
    assert sources in alone.message
    (why,) = differences(mine, mine | {sources: "000", "Python": "2.7"})
    assert str(why) == f"another version of Python; found 2.7; expected {mine['Python']}"
    assert len(differences(mine, {})) == len(mine) - 1


def test_shares_served_travel_with_the_scenario(package):
    """What a pilot run found is in the text, and is not looked for again."""
    scenario = api.load_scenario(SCENARIO, sample=1 / 10_000, years="2026-27 to 2028-29")
    prepared = prepare(scenario, 600, alternatives=True, limited=("training_grant",))
    assert len(prepared.programme.measures) < len(prepare(scenario, 600, alternatives=True).programme.measures)
    again = prepare_again(Recipe.read(recipe_of(prepared).text()))
    assert again.options.limited == ("training_grant",)
    assert again.identity() == prepared.identity()
    assert replace(again, options=prepared.options).identity() != package.identity
