"""`microsim validate` from end to end on a tiny sample."""

import json

import pytest
from click.testing import CliRunner
from common import BASELINE, ROOT

from microsim import validate
from microsim.cli import main

TINY = ("--sample", "0.00005")


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
    assert text.splitlines()[-1].startswith("all ")
    inside, outside, *parts = map(int, text.splitlines()[-1].split()[1:])
    assert inside + outside == sum(parts) > 900
    html = page.read_text(encoding="utf-8")
    assert html.startswith("<!doctype html>")
    assert f"{inside} of {inside + outside} published figures" in html
    assert "1 in 20,000" in html


def test_one_area_as_json_and_from_python():
    result = run(BASELINE, *TINY, "--only", "mobility of pay", "--json", "--seed", "4")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert {figure["comparison"] for figure in found["figures"]} == {"mobility of pay"}
    assert len(found["figures"]) == 3
    assert found["counts"][-1]["comparison"] == "all"
    assert set(found["figures"][0]) >= {
        "quantity", "published", "source", "date", "model", "difference", "tolerance", "sampling_error", "verdict",
        "evidence",
    }  # fmt: skip


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
