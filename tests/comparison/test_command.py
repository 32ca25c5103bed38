"""`microsim compare`: what it prints and writes, and what wrong input is told."""

import json
import re

import pytest
from click.testing import CliRunner

from microsim import compare
from microsim.cli import main
from microsim.comparison.groups import Question
from microsim.report.comparison import comparison_text, groups_text


def microsim(*arguments):
    """Run a command in this process; a traceback is a failure of the test."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], env={"COLUMNS": "120"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def folders(run_of):
    return [run_of(name).folder for name in ("grant", "rare", "premium")]


def amounts(line):
    """The figures at the end of a row."""
    return [int(text.replace(",", "")) for text in re.findall(r"(?<= )-?[\d,]+(?= |$)", line)]


def test_two_folders(folders):
    result = microsim("compare", *folders[:2])
    assert (result.exit_code, result.stderr) == (0, "")
    text = result.stdout
    assert re.search(r"^A  Grant +2026-27 to 2031-32, 1 in 25,000, seed 3", text, re.MULTILINE)
    assert re.search(r"^B  Grant, rarely used .*same people as A$", text, re.MULTILINE)
    assert "measures.grant.annual_use.labour_force: 0.039 -> 0.02" in text
    assert "Nothing else differs: all of it follows from this one change" in text
    rows = text.splitlines()
    start = next(place for place, row in enumerate(rows) if row.startswith("Effect on the Exchequer"))
    first, second, difference, error = rows[start : start + 4]
    assert re.search(r"^ +± error +", error)
    totals = compare(*folders[:2]).totals
    whole = totals[(totals["measure"] == "all measures") & (totals["financial_year"] == "all years")]
    for row, column in ((first, "reference"), (second, "amount"), (difference, "difference")):
        assert row.endswith(f" {whole[column].item() / 1e6:,.0f}")


def test_several_changes_are_not_told_apart(folders):
    text = microsim("compare", *folders).stdout
    assert "C - A" in text
    assert "measures.premium: (none) -> post16_pupil_premium" in text
    assert "the changes act together and are not told apart here" in text


def test_a_run_and_itself_are_the_same(folders):
    text = microsim("compare", folders[0], folders[0]).stdout
    assert "the results are the same to the penny" in text
    assert "no assumption differs" in text
    assert "±" not in text


def test_by_groups(folders):
    text = microsim("compare", *folders[:2], "--by", "region", "--by", "sex").stdout
    assert "By region: £ million, all years" in text
    assert "By sex: £ million, all years" in text
    assert re.search(r"^South West +-[\d,]+", text, re.MULTILINE)
    users = microsim("compare", *folders[:2], "--by", "sex", "--measure", "grant", "--line", "users").stdout
    assert "By sex of grant, users: thousand, 2031-32" in users, "people of a year are not added over years"


def test_json_and_files(folders, tmp_path):
    result = microsim("compare", *folders[:2], "--by", "region", "--json", "--output", tmp_path / "all.json")
    answer = json.loads(result.stdout)
    assert answer == json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert {row["group"] for row in answer["by_region"]} >= {"London", "North East"}
    quiet = microsim("compare", *folders[:2], "--by", "region", "--quiet", "--output", tmp_path / "region.csv")
    assert (quiet.exit_code, quiet.stdout) == (0, "")
    assert (tmp_path / "region.csv").read_text().startswith('"run","measure","line","kind","breakdown","group"')


def test_scenario_files_are_run(scenarios):
    files = (scenarios / "grant.yaml", scenarios / "rare.yaml")
    result = microsim("compare", *files, "--seed", 5, "--years", "2027-28 to 2029-30")
    assert result.exit_code == 0, result.stderr
    assert "2027-28 to 2029-30, 1 in 25,000, seed 5" in result.stdout


@pytest.mark.slow
def test_a_folder_beside_a_file_of_other_settings_is_warned_of(folders, scenarios):
    result = microsim("compare", folders[0], scenarios / "rare.yaml", "--seed", 5)
    assert "warning: Grant, rarely used has other people than Grant (another seed)" in result.stderr
    assert "the luck of other people included" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["{one}"], "nothing to compare; found 1 run"),
        (["{one}", "nowhere"], "there is no folder nowhere"),
        (["{one}", "nowhere.yaml"], "there is no file nowhere.yaml"),
        (["{one}", "{tmp}"], "is not a run folder; found no manifest.json"),
        (["{one}", "{file}"], "cannot be compared; expected a run folder or a scenario"),
        (["{one}", "{two}", "--by", "regoin"], "no breakdown named regoin; "),
        (["{one}", "{two}", "--measure", "grnat"], "no measure named grnat; "),
        (["{one}", "{two}", "--line", "users"], "--line and --kind need --by"),
        (["{one}", "{two}", "--output", "{file}"], "will not be overwritten"),
    ],
)
def test_wrong_input(folders, tmp_path, arguments, text):
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    names = {"one": folders[0], "two": folders[1], "tmp": tmp_path, "file": file}
    result = microsim("compare", *(argument.format(**names) for argument in arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    assert text in result.stderr
    assert file.read_text() == "mine"


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_text_fits_the_terminal(folders, width):
    found = compare(*folders[:2])
    rows = comparison_text(found, width).splitlines()
    scorecard = rows[rows.index("") + 1 :][: rows[rows.index("") + 1 :].index("")]
    assert max(map(len, scorecard)) <= max(width, 70)


def test_many_groups_are_cut_to_those_that_differ_most(folders):
    found = compare(*folders[:2])
    rows = groups_text(found, Question("local_authority"), 120).splitlines()
    table = found.by("local_authority", all_years=True)
    largest = table.loc[table["difference"].abs().idxmax(), "group"]
    assert any(row.startswith(largest) for row in rows)
    assert f"{table['group'].nunique() - 20} more groups" in rows[-2]
    assert amounts(rows[-1])[0] == round(table["reference"].sum() / 1e6)
