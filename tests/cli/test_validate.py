"""`microsim validate` from end to end on a tiny sample."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from common import BASELINE, ROOT

from microsim import validate
from microsim.cli import main
from microsim.comparison.finished import load_companion
from microsim.report.dictionary import tables

TINY = ("--sample", "0.00005")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    """What a command leaves by default goes to a folder of the test's own."""
    monkeypatch.chdir(tmp_path)


def run(*arguments):
    result = CliRunner().invoke(main, ["validate", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_whole_table_and_its_page(tmp_path):
    page = tmp_path / "page.html"
    result = run(BASELINE, *TINY, "--html", page)
    assert result.exit_code == 0, result.stderr
    text = result.stdout
    assert "PAY" in text
    assert "Office for National Statistics" in text
    whole = next(line for line in text.splitlines() if line.startswith("all "))
    inside, outside, *parts = map(int, whole.split()[1:])
    assert inside + outside == sum(parts) > 900
    html = page.read_text(encoding="utf-8")
    assert html.lstrip().startswith("<!doctype html>")
    assert f"{inside:,} of {inside + outside:,} published figures" in html
    assert "1 in 20,000" in html
    left = load_companion(tmp_path / "outputs" / "baseline.sample-5e-05.validation")
    assert "Tables and manifest: outputs/baseline.sample-5e-05.validation/" in text
    assert set(left.tables) == {"validation", "validation_counts", "alignment"}
    assert left.tables["validation_counts"]["inside"].iloc[-1] == inside
    assert left.manifest["validation"]["only"] is None and left.manifest["sample"] == "1 in 20,000"
    for name in ("validation", "validation_counts"):
        assert [column.name for column in tables()[name].columns] == list(left.tables[name].columns)


def test_one_area_as_json_and_from_python():
    result = run(BASELINE, *TINY, "--only", "mobility of pay", "--json", "--seed", "4")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert {figure["comparison"] for figure in found["figures"]} == {"mobility of pay"}
    assert len(found["figures"]) == 3
    assert found["counts"][-1]["comparison"] == "all"
    assert "folder" not in found and not Path("outputs").exists()  # a part is left only where it is asked for
    assert set(found["figures"][0]) >= {
        "quantity", "published", "source", "date", "model", "difference", "tolerance", "sampling_error", "verdict",
        "evidence",
    }  # fmt: skip


def test_a_part_is_left_where_it_is_asked_for(tmp_path):
    folder = tmp_path / "part"
    result = run(BASELINE, *TINY, "--only", "total wages", "--output", folder, "--json")
    assert json.loads(result.stdout)["folder"] == str(folder)
    left = load_companion(folder)
    assert left.manifest["validation"]["only"] == "total wages"
    assert set(left.tables["validation"]["comparison"]) == {"total wages"}


def test_nothing_of_somebody_else_is_overwritten(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    result = run(BASELINE, *TINY, "--only", "total wages", "--output", tmp_path / "mine")
    assert result.exit_code == 2 and "not a run folder" in result.stderr


def test_the_same_seed_gives_the_same_table():
    from microsim import load_scenario

    scenario = load_scenario(BASELINE, sample=0.00002)
    first, second = (validate(scenario, only="self-employment") for _ in range(2))
    assert first.equals(second)


def test_the_default_scenario_is_the_baseline(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert run(*TINY, "--only", "total wages").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.yaml",), "there is no file"),
        ((BASELINE, "--only", "wrok"), "unknown area of comparison; found wrok"),
        ((BASELINE, "--sample", "2"), "sample"),
        ((BASELINE, "--html", "/nowhere/page.html"), "there is no folder /nowhere"),
    ],
)
def test_wrong_input_ends_with_code_2(arguments, said):
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
