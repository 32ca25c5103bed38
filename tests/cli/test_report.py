"""`microsim report` and `microsim open`."""

import json
import shutil

import pandas as pd
import pytest
from click.testing import CliRunner
from common import ROOT

from microsim import write_documents
from microsim.api import load_scenario, run
from microsim.cli import main
from microsim.report.documents import DOCUMENTS

YEARS = "2026-27 to 2028-29"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "relief"
    scenario = load_scenario(ROOT / "scenarios/fe_vat_relief.yaml", sample=0.0005, years=YEARS)
    run(scenario, output=path, alternatives=False)
    return path


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "elsewhere" / folder.name)


def call(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def test_a_run_leaves_its_documents(folder):
    assert set(DOCUMENTS) <= {path.name for path in folder.iterdir()}
    assert "FE VAT relief" in (folder / "report.html").read_text(encoding="utf-8")


def test_documents_are_made_again_from_the_tables(copy):
    for name in DOCUMENTS:
        (copy / name).unlink()
    done = call("report", copy)
    assert done.exit_code == 0, done.output
    assert done.output.split() == [str(copy / name) for name in DOCUMENTS]
    cost = pd.read_parquet(copy / "scorecard.parquet").groupby("financial_year")["cash"].sum()
    assert f'data-value="{float(cost.iloc[-1])!r}"' in (copy / "report.html").read_text(encoding="utf-8")


def test_the_same_bytes_as_the_run_wrote(folder, copy):
    write_documents(copy)
    for name in DOCUMENTS:
        assert (folder / name).read_bytes() == (copy / name).read_bytes() or name == "costing.xlsx", name


def test_an_edited_note_is_kept_and_the_screen_says_so(copy):
    note = copy / "costing_note.md"
    note.write_text(note.read_text(encoding="utf-8").replace("A draft", "My draft"), encoding="utf-8")
    mine = note.read_bytes()
    done = call("report", copy)
    assert "costing_note.md was edited and is kept" in done.output and "costing_note.new.md" in done.output
    assert note.read_bytes() == mine
    assert "A draft" in (copy / "costing_note.new.md").read_text(encoding="utf-8")


def test_it_says_what_it_took_in_and_what_it_left_out(copy):
    copy.with_suffix(".sensitivity").mkdir()
    done = call("uncertainty", ROOT / "scenarios/fe_vat_relief.yaml", "--sample", 0.0005, "--years", YEARS,
                "--draws", 4, "--output", copy.with_suffix(".uncertainty"))  # fmt: skip
    assert done.exit_code == 0, done.output
    said = call("report", copy).stderr.splitlines()
    assert said[0] == "With uncertainty"
    assert said[1].startswith(f"{copy.name}.sensitivity stands beside this run but is left out: ")


def test_quiet_says_nothing(copy):
    assert call("report", copy, "--quiet").output == ""


@pytest.mark.parametrize("command", ["report", "open"])
def test_a_folder_that_is_no_run(command, tmp_path):
    done = call(command, tmp_path)
    assert done.exit_code == 2
    assert "is not a run folder" in done.output
    assert call(command, tmp_path / "nowhere").exit_code == 2


def test_a_report_that_fails_loses_no_run(tmp_path, monkeypatch):
    def broken(material):
        raise KeyError("a fault of a section")

    monkeypatch.setattr("microsim.api.documents_of", broken)
    scenario = load_scenario(ROOT / "scenarios/fe_vat_relief.yaml", sample=0.0005, years=YEARS)
    finished = run(scenario, output=tmp_path / "relief", alternatives=False)
    assert (tmp_path / "relief/scorecard.parquet").is_file()
    assert not (tmp_path / "relief/report.html").exists()
    (warning,) = finished.manifest["warnings"]
    assert "microsim report" in warning and "a fault of a section" in warning
    assert json.loads((tmp_path / "relief/manifest.json").read_text())["warnings"] == [warning]


def test_open_starts_a_browser_or_says_where_the_file_is(copy, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    assert call("open", copy).exit_code == 0
    assert opened == [(copy / "report.html").as_uri()]
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    assert str(copy / "report.html") in call("open", copy).output
    (copy / "report.html").unlink()
    done = call("open", copy)
    assert done.exit_code == 2 and "microsim report" in done.output
