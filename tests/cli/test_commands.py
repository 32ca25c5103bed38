"""The commands: what they print and leave behind, and what every sort of wrong input is told."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from common import BASELINE, GRANT, ROOT, SCENARIO

from microsim import __version__
from microsim.cli import main
from microsim.errors import InputError
from microsim.kernels.jit import COMPILING
from microsim.report.documents import DOCUMENTS
from microsim.report.folder import check_replaceable

FILES = {
    *(f"{table}.{kind}"
      for table in ("scorecard", "scorecard_totals", "lines", "ratios", "breakdowns", "population", "taxes", "incomes",
                    "alignment", "alternatives", "gains", "gain_groups", "winners_and_losers", "inequality",
                    "concentration", "distributional_weights", "lifetimes", "replicates", "ratings")
      for kind in ("parquet", "csv")),
    "group_replicates.parquet", "scenario.yaml", "assumptions.csv", "manifest.json", *DOCUMENTS,
}  # fmt: skip
MEASURES = "measures:\n  grant:\n    kind: lifelong_training_grant\n    start: 2027-28\n"


def microsim(*arguments):
    """Run a command in this process; a traceback is a failure of the test."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("outputs") / "run"
    result = microsim("run", SCENARIO, "--sample", "0.0001", "--output", folder)
    assert result.exit_code == 0, result.stderr
    return folder, result


def test_run_prints_the_scorecard(folder):
    _, result = folder
    assert "Opportunity for All: 2026-27 to 2055-56, compared with today's policy" in result.stdout
    assert "1 in 10,000 of England's adults" in result.stdout
    assert "training_grant" in result.stdout
    assert "± simulation error" in result.stdout
    assert "Four times the people, --sample 0.0004, would halve it." in " ".join(result.stdout.split())
    spending = next(line for line in result.stdout.splitlines() if "Grant spent on education" in line)
    assert re.search(r"( +0)+( +-[\d,]+)+$", spending), spending  # as many years as fit
    assert result.stderr.replace(f"{COMPILING}\n", "") == ""


def test_run_leaves_a_whole_folder(folder):
    place, _ = folder
    names = {path.name for path in place.iterdir()}
    own = {name for name in names if name.count(".") == 2}  # tables of the measures
    assert names - own == FILES
    assert "skills_credit.bridge.csv" in own
    assert [path.name for path in place.parent.iterdir()] == [place.name]
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert {"tables_digest", "inputs_digest", "population_digest", "seed", "sample", "versions"} <= set(manifest)
    assert set(manifest["versions"]) >= {"microsim", "python", "numpy", "pandas", "numba", "pyarrow"}


def test_tables_say_the_same_in_both_formats(folder):
    place, _ = folder
    for name in ("scorecard", "lines", "ratios", "breakdowns", "population"):
        parquet = pd.read_parquet(place / f"{name}.parquet")
        csv = pd.read_csv(place / f"{name}.csv")
        pd.testing.assert_frame_equal(parquet, csv, check_dtype=False)
        assert len(parquet) > 0


def test_the_resolved_scenario_runs_to_the_same_tables(folder, tmp_path):
    place, _ = folder
    again = microsim("run", place / "scenario.yaml", "--output", tmp_path / "again", "--quiet")
    assert (again.exit_code, again.stdout) == (0, "")
    first, second = (
        json.loads((path / "manifest.json").read_text(encoding="utf-8"))["tables_digest"]
        for path in (place, tmp_path / "again")
    )
    assert first == second


def test_assumptions_name_every_figure_with_a_source(folder):
    place, _ = folder
    rows = pd.read_csv(place / "assumptions.csv")
    assert {"path", "value", "unit", "source", "quality"} <= set(rows.columns)
    assert rows["path"].str.contains("annual_use.labour_force").any()
    assert rows["path"].str.contains("cpi_growth").any()


def test_run_again_replaces_the_folder(scenario_file, tmp_path):
    place = tmp_path / "out" / "run"
    path = scenario_file(measures=MEASURES)
    for seed in (1, 2):
        assert microsim("run", path, "--seed", seed, "--output", place, "--quiet").exit_code == 0
    assert json.loads((place / "manifest.json").read_text(encoding="utf-8"))["seed"] == 2
    assert [path.name for path in place.parent.iterdir()] == ["run"]


def test_json_is_json(scenario_file, tmp_path):
    result = microsim("run", scenario_file(measures=MEASURES), "--output", tmp_path / "run", "--json", "--threads", 1)
    answer = json.loads(result.stdout)
    assert answer["folder"] == str(tmp_path / "run")
    assert answer["headline"]["sentence"].startswith("Costs £")
    assert json.loads(Path(answer["files"]["manifest.json"]).read_text()) == answer["manifest"]
    rows = [row for row in answer["scorecard"] if row["line"] == "grant_spending"]
    table = pd.read_parquet(tmp_path / "run" / "scorecard.parquet").query("line == 'grant_spending'")
    assert [row["cash"] for row in rows] == table["cash"].tolist()
    assert answer["manifest"]["tables_digest"]


def test_a_year_outside_the_scenario_is_refused_before_anything_is_run(scenario_file, tmp_path):
    path = scenario_file(measures=MEASURES)
    result = microsim("run", path, "--year", "2090-91", "--output", tmp_path / "run")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--year: a year outside the scenario's" in result.stderr
    assert not (tmp_path / "run").exists()


def test_a_scenario_without_measures_runs(scenario_file, tmp_path):
    """The official baseline is a scenario too."""
    for path in (scenario_file(), BASELINE):
        result = microsim("run", path, "--sample", "0.00002", "--years", "2026-27", "--output", tmp_path / "run")
        assert result.exit_code == 0, result.stderr
        assert "nothing to cost" in " ".join(result.stdout.split())
    assert {path.name for path in (tmp_path / "run").iterdir()} == FILES


def test_a_measure_that_is_switched_off_runs(scenario_file, tmp_path):
    path = scenario_file(measures=MEASURES + "    enabled: false\n")
    result = microsim("run", path, "--output", tmp_path / "run")
    assert result.exit_code == 0
    assert "warning" in result.stderr, "a reform equal to the baseline is said aloud"


def test_the_default_folder_is_named_after_the_scenario(scenario_file, tmp_path, monkeypatch):
    path = scenario_file(measures=MEASURES)
    monkeypatch.chdir(tmp_path)
    assert microsim("run", path, "--quiet").exit_code == 0
    assert (tmp_path / "outputs" / "reform" / "manifest.json").is_file()


def test_options_that_make_another_run_name_another_folder(scenario_file, tmp_path, monkeypatch):
    path = scenario_file(measures=MEASURES)
    monkeypatch.chdir(tmp_path)
    assert microsim("run", path, "--quiet", "--seed", 7, "--years", "2030-31 to 2031-32").exit_code == 0
    assert [path.name for path in (tmp_path / "outputs").iterdir()] == ["reform.seed-7.years-2030-31_2031-32"]


def test_check(scenario_file):
    result = microsim("check", SCENARIO)
    assert result.exit_code == 0
    assert "is a valid scenario: Opportunity for All; measures: training_grant" in result.stdout
    answer = json.loads(microsim("check", scenario_file(measures=MEASURES), "--json").stdout)
    assert answer == {"scenario": "Reform", "warnings": []}


def test_check_writes_nothing(scenario_file, tmp_path, monkeypatch):
    path = scenario_file(measures=MEASURES)
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    microsim("check", path)
    assert sorted(tmp_path.rglob("*")) == before


def test_explain(scenario_file):
    text = microsim("explain", "E08000025-R20", SCENARIO, "--sample", "0.0001")
    assert text.exit_code == 0
    assert "financial_year" in text.stdout
    assert "training_grant (£)" in text.stdout
    rows = json.loads(microsim("explain", "E08000025-R20", SCENARIO, "--sample", "0.0001", "--json").stdout)
    assert rows[0]["financial_year"] == "2025-26"
    ages = [row["age_on_1_april"] for row in rows]
    assert ages == list(range(ages[0], ages[0] + len(ages)))
    held = 0.0
    for row in rows:
        flows = row["training_grant.entitlement"] - sum(
            row[f"training_grant.{name}"] for name in ("grant_spending", "expired", "written_off")
        )
        assert row["training_grant.balance"] == pytest.approx(held + flows, abs=1e-6)
        held = row["training_grant.balance"]


@pytest.mark.parametrize(
    ("person", "message"),
    [
        ("nobody", "not a person: nobody; expected a name such as E06000001-R1"),
        ("E08000025-X1", "not a person"),
        ("E08000025-R", "not a person"),
        ("E08000025-R99999999", "nobody is called E08000025-R99999999"),
        ("E99999999-R1", "not a person"),
        ("E08000025-R²", "not a person"),
    ],
)
def test_explain_nobody(person, message):
    result = microsim("explain", person, SCENARIO, "--sample", "0.0001")
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_measures():
    result = microsim("measures")
    assert result.exit_code == 0
    for word in (GRANT, "annual_use.labour_force", "fraction a year", "0.039", "grant_spending", "RDEL"):
        assert word in result.stdout
    answer = json.loads(microsim("measures", GRANT, "--json").stdout)
    assert list(answer) == [GRANT]
    assert all(field["unit"] and field["description"] for field in answer[GRANT]["fields"])
    assert len(answer[GRANT]["fields"]) > 20
    wrong = microsim("measures", "lifelong_training_grnt")
    assert wrong.exit_code == 2
    assert "did you mean lifelong_training_grant?" in wrong.stderr


def test_assumptions():
    result = microsim("assumptions", SCENARIO)
    assert result.exit_code == 0
    assert "annual_use.labour_force = 0.039 (0.017 to 0.053, pert)" in result.stdout
    rows = json.loads(microsim("assumptions", SCENARIO, "--json").stdout)
    judged = [row for row in rows if row["quality"] == "judgement"]
    assert judged
    assert all(row["source"] for row in judged), [row["path"] for row in judged if not row["source"]]


def test_schema_checks_the_projects_scenarios(tmp_path):
    result = microsim("schema", "--output", tmp_path / "schema.json")
    assert result.exit_code == 0
    schema = json.loads((tmp_path / "schema.json").read_text(encoding="utf-8"))
    assert json.loads(microsim("schema").stdout) == schema
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    files = sorted((ROOT / "scenarios").glob("*.yaml"))
    assert len(files) >= 2
    for path in files:
        validator.validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    good = yaml.safe_load(SCENARIO.read_text(encoding="utf-8"))
    for change in ({"sed": 1}, {"sample": 2}, {"measures": {"x": {"kind": GRANT, "uper_age": 3}}}):
        with pytest.raises(jsonschema.ValidationError):
            validator.validate({**good, **change})


def test_schema_accepts_a_resolved_scenario(folder):
    schema = json.loads(microsim("schema").stdout)
    resolved = yaml.safe_load((folder[0] / "scenario.yaml").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(resolved)


def test_population_describe():
    path = ROOT / "populations" / "england.yaml"
    result = microsim("population", "describe", path)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 20
    answer = json.loads(microsim("population", "describe", path, "--json").stdout)
    assert answer
    assert all(rows for rows in answer.values())


# -- wrong input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (MEASURES + "    uper_age: 66\n", "7:5", ["unknown key 'uper_age'", "did you mean upper_age?"]),
        (MEASURES + "    upper_age: old\n", "7:5", ["wrong type", "found 'old'", "expected a whole number"]),
        (MEASURES + "    rollover: 1\n", "7:5", ["wrong type", "found 1", "expected true or false"]),
        (MEASURES + "    tranches: [{age: 25, amount: -4000}]\n", "7:26", ["too small", "found -4000", "at least 0"]),
        (
            MEASURES + "    tranches: [{age: 40, amount: 1}, {age: 25, amount: 1}]\n",
            "7:39",
            ["tranche ages out of order", "found 25", "expected above 40"],
        ),
        (MEASURES + "    upper_age: 50\n", "7:5", ["below the last tranche", "found 50", "at least 55"]),
        (
            MEASURES + "    launch: {rule: curent_band}\n",
            "7:14",
            ["not a valid choice", "found 'curent_band'", "did you mean current_band?"],
        ),
        (
            MEASURES + "    transition_areas: {areas: {2030-31: [E06000999]}}\n",
            "7:42",
            ["unknown local authority", "found E06000999", "did you mean"],
        ),
        (MEASURES + "    transition_areas: {areas: {soon: [E06000001]}}\n", "7:32", ["not a financial year"]),
        (MEASURES.replace("2027-28", "2019-20"), "6:5", ["before the population", "found 2019-20", "2025-26 or later"]),
        (MEASURES + "    upper_age: 70\n    upper_age: 71\n", "8:5", ["'upper_age' appears twice"]),
        (MEASURES + "    price: {mean: 1e6}\n", "7:19", ["1e6", "expected 1000000"]),
        (MEASURES + "    rollover: on\n", "7:15", ["on", "true"]),
        (MEASURES + "    tranches: [{age: 25, amount: 4000}\n", None, []),
        (MEASURES.replace("lifelong_training_grant", "lifelong_trainng_grant"), "5:5", ["did you mean lifelong_"]),
        ("population: nowhere.yaml\n", "3:1", ["nowhere.yaml"]),
        ("sample: 0.0000001\n", "3:1", ["sample"]),
        ("seed: -1\n", "3:1", ["seed", "at least 0"]),
        ("years: 2019-20 to 2030-31\n", "3:1", ["years", "2019-20 to 2030-31"]),
        ("years: 2030-31 to 2099-00\n", "3:1", ["years"]),
        ("parameters: {cpi_grwth: 0.02}\n", "3:14", ["did you mean cpi_growth?"]),
        ("years: 2026-27 to 2032-33\nyears: 2026-27\n", "4:1", ["'years' appears twice"]),
        (MEASURES + "    administration: {fixed: .nan}\n", "7:29", ["finite"]),
        (MEASURES + "    tranches: [{age: 25, amount: 40000000}]\n", "7:26", ["amount", "too large"]),
        (MEASURES + "    price: {mean: 40000000}\n", "7:13", ["mean", "too large"]),
    ],
)
def test_each_wrong_input_is_one_message_at_its_place(scenario_file, tmp_path, text, place, words):
    path = scenario_file(text)
    before = sorted(tmp_path.rglob("*"))
    for command in ("check", "run"):
        more = ["--output", tmp_path / "out" / "run"] if command == "run" else []
        result = microsim(command, path, *more)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        lines = result.stderr.strip().splitlines()
        assert len(lines) == 1, lines
        assert lines[0].startswith(f"{path}:{place}: " if place else f"{path}:"), lines[0]
        for word in words:
            assert word in lines[0], lines[0]
        assert sorted(tmp_path.rglob("*")) == before, "something was written"


def test_several_wrong_inputs_come_at_once(scenario_file, tmp_path):
    text = (
        "sed: 3\n" + MEASURES.replace("2027-28", "2027-29") + "    uper_age: 1\n    tranches: [{age: 25, amount: -1}]\n"
        "    price: {mean: cheap}\nparameters: {cpi: 1}\n"
    )
    result = microsim("check", scenario_file(text))
    assert result.exit_code == 2
    lines = result.stderr.strip().splitlines()
    places = [re.match(r".*reform\.yaml:(\d+):(\d+): ", line).groups() for line in lines]
    assert len(lines) == 6, lines
    assert len(set(places)) == 6


@pytest.mark.parametrize(
    "options",
    [
        ["--sample", "0"], ["--sample", "-1"], ["--sample", "1.5"], ["--sample", "1e-9"],
        ["--years", "2026"], ["--years", "2030-31 to 2026-27"], ["--seed", "-1"], ["--seed", "4294967296"],
        ["--threads", "0"],
    ],
)  # fmt: skip
def test_wrong_options(scenario_file, tmp_path, options):
    result = microsim("run", scenario_file(measures=MEASURES), "--output", tmp_path / "run", *options)
    assert result.exit_code == 2, result.output
    assert options[0].strip("-") in result.stderr
    assert not (tmp_path / "run").exists()


def test_a_missing_file(tmp_path):
    result = microsim("run", tmp_path / "none.yaml")
    assert result.exit_code == 2
    assert "none.yaml" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_folder_for_a_scenario(tmp_path):
    result = microsim("check", tmp_path)
    assert result.exit_code == 2
    assert str(tmp_path) in result.stderr


def test_bytes_for_a_scenario(tmp_path):
    path = tmp_path / "bytes.yaml"
    path.write_bytes(b"name: \xff\xfe\x00")
    result = microsim("check", path)
    assert result.exit_code == 2
    assert "bytes.yaml" in result.stderr


def somebodys(folder, name="thesis.docx", content="mine"):
    folder.mkdir()
    (folder / name).write_text(content, encoding="utf-8")
    return {path: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("name", ["thesis.docx", "manifest.json", "scorecard.csv"])
def test_somebody_elses_folder_is_never_overwritten(scenario_file, tmp_path, name):
    """A manifest.json alone makes no run folder: many programs write one (this project too)."""
    place = tmp_path / "mine"
    kept = somebodys(place, name, '{"name": "an extension"}')
    result = microsim("run", scenario_file(measures=MEASURES), "--output", place)
    assert result.exit_code == 2
    assert "not a run folder" in result.stderr
    assert {path: path.read_bytes() for path in place.iterdir()} == kept


def test_the_fitted_population_is_no_run_folder():
    place = ROOT / "populations" / "england" / "fitted"
    before = {path.name: path.stat().st_mtime_ns for path in place.iterdir()}
    assert "manifest.json" in before
    with pytest.raises(InputError):
        check_replaceable(place)
    assert {path.name: path.stat().st_mtime_ns for path in place.iterdir()} == before


def test_a_folder_that_cannot_be_made(scenario_file, tmp_path):
    """Below a file no folder can be made, even by root."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = microsim("run", scenario_file(measures=MEASURES), "--output", tmp_path / "file" / "run")
    assert result.exit_code == 2
    assert "file" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_empty_folder_is_used(scenario_file, tmp_path):
    (tmp_path / "run").mkdir()
    assert microsim("run", scenario_file(measures=MEASURES), "--output", tmp_path / "run", "--quiet").exit_code == 0
    assert {path.name for path in (tmp_path / "run").iterdir() if path.name.count(".") < 2} == FILES


def test_a_start_after_the_years_is_said_aloud(scenario_file, tmp_path):
    """A reform that changes nothing is never silent."""
    result = microsim("run", scenario_file(MEASURES.replace("2027-28", "2050-51")), "--output", tmp_path / "run")
    assert result.exit_code == 0
    assert "warning" in result.stderr
    assert "grant" in result.stderr


def test_amounts_that_an_account_cannot_hold(scenario_file, tmp_path):
    """Balances are whole pence below £21 million: more is an error, never a sum that wraps round."""
    text = MEASURES + "    tranches: [{age: 25, amount: 900000}, {age: 40, amount: 900000}]\n"
    fits = microsim("run", scenario_file(text), "--output", tmp_path / "run", "--json")
    assert fits.exit_code == 0
    spent = [row["cash"] for row in json.loads(fits.stdout)["scorecard"] if row["line"] == "grant_spending"]
    assert max(spent) <= 0
    wide = text + "    transition_areas: {multiplier: 10, areas: {2027-28: [E06000001]}}\n    indexation: cpi\n"
    tripled = wide.replace("amount: 900000}]", "amount: 900000}, {age: 50, amount: 900000}]")
    result = microsim("run", scenario_file(tripled), "--output", tmp_path / "other")
    assert result.exit_code == 2
    assert "too large" in result.stderr
    assert not (tmp_path / "other").exists()


def test_the_program_runs_as_a_program(tmp_path):
    """The same from a shell, with its exit code."""
    command = [sys.executable, "-m", "microsim", "check", str(tmp_path / "none.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "NO_COLOR": "1"})
    assert done.returncode == 2
    assert "none.yaml" in done.stderr
    assert "Traceback" not in done.stderr
    version = subprocess.run([sys.executable, "-m", "microsim", "--version"], capture_output=True, text=True, cwd=ROOT)
    assert version.stdout.strip().endswith(__version__)
