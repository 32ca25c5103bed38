"""A survey of your own through every command: run, check, validate, explain, describe, build, columns."""

import json
import shutil

import pandas as pd
import pytest
from click.testing import CliRunner
from common import BASELINE, ROOT, SCENARIO

from microsim import api
from microsim.cli import main
from microsim.population.registry import COLUMNS

SURVEY = ROOT / "populations" / "example_survey.yaml"
YEARS = "2029-30 to 2031-32"
PERSONS = pd.read_csv(ROOT / "populations" / "example_survey" / "persons.csv")
ADULTS = int((PERSONS["AGE"] >= 16).sum())


def microsim(*arguments):
    """Run a command in this process; a traceback is a failure of the test."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def unexpected(result):
    """Lines on standard error, but for the one that says that the base is still to be aligned."""
    return [line for line in result.stderr.splitlines() if not line.startswith("warning: alignment: ")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("outputs") / "run"
    result = microsim("run", SCENARIO, "--population", SURVEY, "--years", YEARS, "--threads", 1, "--output", folder)
    assert result.exit_code == 0, result.stderr
    return folder, result


@pytest.fixture
def damaged(tmp_path):
    """A copy of the example with one field of its persons spoilt."""
    shutil.copytree(ROOT / "populations" / "example_survey", tmp_path / "example_survey")
    path = tmp_path / "mine.yaml"
    text = SURVEY.read_text(encoding="utf-8")
    path.write_text(text.replace("base: ", f"base: {SURVEY.parent}/"), encoding="utf-8")
    persons = tmp_path / "example_survey" / "persons.csv"
    text = persons.read_text(encoding="utf-8")
    assert ",71,1," in text
    persons.write_text(text.replace(",71,1,", ",171,1,", 1), encoding="utf-8")
    return path


def test_a_run_says_whose_people_they_are(folder):
    _, result = folder
    assert f"{ADULTS:,} respondents of Example survey (fictional): " in result.stdout
    assert "one standard error of the draw of people" in " ".join(result.stdout.split())
    assert "A survey of four times as many people would halve it" in " ".join(result.stdout.split())
    assert "--sample" not in result.stdout
    assert unexpected(result) == []


def test_a_survey_has_simulation_error(folder):
    """Weights vary, and the groups are of respondents' households: a thousand effective people know a rate to 3 %."""
    lines = pd.read_parquet(folder[0] / "taxes.parquet").query("arm == 'baseline' and financial_year == '2030-31'")
    relative = (lines["simulation_error"] / lines["amount"]).set_axis(lines["line"])
    assert 0.01 < relative["wages"] < 0.15
    assert relative["wages"] < relative["pension_credit_families"]
    totals = pd.read_parquet(folder[0] / "scorecard_totals.parquet").query("measure == 'all measures'")
    assert (totals["simulation_error"] > 0).all()


def test_the_manifest_records_the_survey_and_its_raking(folder):
    manifest = json.loads((folder[0] / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["sample"] == f"{ADULTS:,} respondents"
    assert manifest["survey"]["people"] == ADULTS
    assert 1000 < manifest["survey"]["effective_people"] < ADULTS
    assert manifest["survey"]["raking"]["largest"] > 1


def test_people_are_as_many_as_the_populations(folder):
    """The same at the reference date, the same arrivals: only chance in deaths and departures tells them apart."""
    place, _ = folder
    drawn = api.run(api.load_scenario(SCENARIO, sample=0.0005, years=YEARS))
    mine = pd.read_parquet(place / "population.parquet")
    totals = [
        table[table["breakdown"] == "sex"].groupby("financial_year")["people"].sum()
        for table in (mine, drawn.tables["population"])
    ]
    assert len(totals[0]) == 3
    # some ten million deaths and departures by people who stand for 30,000 each: a standard error of 1 per cent
    assert (totals[0] / totals[1] - 1).abs().max() < 0.03


def test_the_digest_is_the_same_on_more_threads_and_in_the_resolved_scenario(folder, tmp_path):
    place, _ = folder
    digest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))["tables_digest"]
    scenario = api.load_scenario(SCENARIO, population=SURVEY, years=YEARS)
    assert api.run(scenario, threads=2).digest == digest
    again = microsim("run", place / "scenario.yaml", "--output", tmp_path / "again", "--quiet")
    assert again.exit_code == 0, again.stderr
    assert "sample is not used" in again.stderr
    assert json.loads((tmp_path / "again" / "manifest.json").read_text())["tables_digest"] == digest


@pytest.mark.slow
def test_validate_compares_a_surveys_people(tmp_path):
    result = microsim("validate", BASELINE, "--population", SURVEY, "--only", "population", "--json")
    assert result.exit_code == 0, result.stderr
    table = pd.DataFrame(json.loads(result.stdout)["figures"])
    raked = table[table["source"].str.contains("by sex and single year of age")]
    assert len(raked) >= 126
    assert (raked["model"] / raked["published"] - 1).abs().max() < 1e-5


def test_check_describe_build_and_columns():
    checked = microsim("check", BASELINE, "--population", SURVEY)
    assert (checked.exit_code, unexpected(checked)) == (0, [])
    described = microsim("population", "describe", SURVEY)
    assert "drawn within the region" in described.stdout
    assert "effective number of people" in described.stdout
    assert json.loads(microsim("population", "describe", SURVEY, "--json").stdout)["Weights of the survey"]
    assert "47,851,853 people" in microsim("population", "build", SURVEY).stdout
    printed = microsim("population", "columns")
    assert all(name in printed.stdout for name in COLUMNS)
    rows = json.loads(microsim("population", "columns", "--json").stdout)
    assert [row["column"] for row in rows] == list(COLUMNS)


def test_explain_finds_a_person_by_the_surveys_numbers():
    options = ("--population", SURVEY, "--years", "2029-30", "--json")
    rows = json.loads(microsim("explain", "100008/2", SCENARIO, *options).stdout)
    person = PERSONS[(PERSONS["SERIAL"] == 100008) & (PERSONS["PNO"] == 2)].iloc[0]
    assert rows[0]["sex"] == {1: "male", 2: "female"}[person["SEX"]]
    assert rows[0]["age_on_1_april"] in (person["AGE"], person["AGE"] + 1)
    assert all(row["training_grant.balance"] < 20_000 for row in rows)


def test_a_sample_of_a_survey_is_refused(tmp_path):
    result = microsim("run", BASELINE, "--population", SURVEY, "--sample", "0.1", "--output", tmp_path / "run")
    assert result.exit_code == 2
    assert "is a survey and has its own size; found sample 0.1" in result.stderr
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("command", ["run", "check", "validate"])
def test_a_wrong_survey_ends_with_exit_code_2_and_nothing_written(command, damaged, tmp_path):
    output = ("--output", tmp_path / "run") if command == "run" else ()
    result = microsim(command, BASELINE, "--population", damaged, *output)
    assert result.exit_code == 2
    assert "persons.csv:2:6: AGE (age): an impossible age (1 row); found '171'" in result.stderr
    assert not (tmp_path / "run").exists()
    assert microsim("population", "describe", damaged).exit_code == 2


def test_runs_with_another_population_go_into_a_folder_of_their_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert microsim("run", BASELINE, "--population", SURVEY, "--years", "2026-27", "--quiet").exit_code == 0
    names = [path.name for path in (tmp_path / "outputs").iterdir()]
    assert names == ["baseline.years-2026-27.population-example_survey"]


def test_a_survey_takes_the_alignment_of_its_base_and_leaves_it_alone(tmp_path):
    before = {path: path.read_bytes() for path in (ROOT / "populations" / "england" / "fitted").rglob("*.*")}
    assert microsim("population", "build", SURVEY).exit_code == 0
    result = microsim("population", "align", SURVEY)
    assert result.exit_code == 2
    assert "is a survey, whose people take the factors of its base" in result.stderr
    assert {path: path.read_bytes() for path in (ROOT / "populations" / "england" / "fitted").rglob("*.*")} == before
