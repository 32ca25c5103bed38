"""`microsim population align` from end to end, on a copy of England and a tiny pilot run."""

import json
import shutil

import pytest
from click.testing import CliRunner
from common import ROOT

from microsim.cli import main


def run(*arguments):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def england(tmp_path):
    shutil.copy(ROOT / "populations" / "england.yaml", tmp_path)
    shutil.copytree(ROOT / "populations" / "england", tmp_path / "england")
    shutil.rmtree(tmp_path / "england" / "fitted" / "alignment", ignore_errors=True)
    return tmp_path / "england.yaml"


def test_align_stores_factors_that_build_forgets_when_they_are_stale(england, tmp_path):
    scenario = tmp_path / "s.yaml"
    scenario.write_text("name: S\npopulation: england.yaml\nyears: 2026-27 to 2027-28\nsample: 0.00002\n")
    assert "is not aligned yet" in run("check", scenario).stderr
    done = run("population", "align", england, "--sample", "0.00002", "--seed", "3")
    assert done.exit_code == 0, done.stderr
    assert "Employment by local authority" in done.stdout and "largest adjustments" in done.stdout
    assert run("check", scenario).stderr == ""
    text = england.read_text()
    england.write_text(text.replace("last_year: 2056-57", "last_year: 2055-56"))
    refused = run("check", scenario)
    assert refused.exit_code == 2 and "was made for another fit" in refused.stderr and "Traceback" not in refused.stderr
    england.write_text(text)
    held = england.parent / "england" / "alignment.yaml"
    held.write_text(held.read_text().replace("lives: 10000", "lives: 9000"))
    assert "made for other figures" in run("check", scenario).stderr


def test_align_prints_json(england):
    done = run("population", "align", england, "--sample", "0.00002", "--json")
    rows = json.loads(done.stdout)
    assert {row["target"] for row in rows} == {
        "employment", "unemployment", "employment_by_area", "couples", "births",
    }  # fmt: skip
    assert set(rows[0]) >= {"financial_year", "group", "odds_ratio", "log_odds_shift", "before", "after", "held_at"}


def test_a_survey_is_not_aligned_by_itself():
    done = run("population", "align", ROOT / "populations" / "example_survey.yaml")
    assert done.exit_code == 2 and "align that" in done.stderr


def test_a_population_that_holds_nothing_says_so(england):
    (england.parent / "england" / "alignment.yaml").unlink()
    done = run("population", "align", england)
    assert done.exit_code == 2 and "holds no figures" in done.stderr
