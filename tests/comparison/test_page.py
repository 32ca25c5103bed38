"""The page of several runs: what it says in words and figures, and where it is not written."""

import json
import shlex

import pytest
from click.testing import CliRunner

from microsim import compare
from microsim.cli import main
from microsim.comparing import comparison_html, write_html
from microsim.errors import InputError
from microsim.report.comparison_page import comparison_page
from microsim.report.comparison_sections.groups import questions
from microsim.report.comparison_sections.headline import cost_by_year, sentence
from microsim.report.comparison_sections.moved import lines_moved
from microsim.report.comparison_sections.reproducibility import commands
from microsim.report.page.blocks import Code, Figure, Group, Table, Text


@pytest.fixture(scope="module")
def folders(run_of):
    return [run_of(name).folder for name in ("grant", "rare", "premium")]


@pytest.fixture(scope="module")
def two(folders):
    return compare(*folders[:2])


@pytest.fixture(scope="module")
def three(folders):
    return compare(*folders, by="sex")


def blocks_of(part, kind):
    """Every block of a kind, also those in groups."""
    for block in part.blocks:
        if isinstance(block, kind):
            yield block
        if isinstance(block, Group):
            yield from blocks_of(block, kind)


def section(page, name):
    return next(one for one in page.sections if one.name == name)


def test_the_parts_of_the_page(two):
    page = comparison_page(two)
    names = [one.name for one in page.sections]
    assert names == ["headline", "costs", "moved", "groups", "assumptions", "reproducibility"]
    every = [block.name for one in page.sections for kind in (Table, Figure) for block in blocks_of(one, kind)]
    assert len(every) == len(set(every))
    assert page.title == "Grant, rarely used beside Grant"


def test_one_sentence_says_how_far_and_why(two, three):
    said = sentence(two)
    assert "“Grant, rarely used” costs the Exchequer £" in said
    assert " less over 2026-27 to 2031-32 than “Grant”" in said
    assert "one assumption differs, measures.grant.annual_use.labour_force, 0.039 → 0.02" in said
    several = sentence(three)
    assert several.startswith("Of 3 runs, over 2026-27 to 2031-32, ")
    assert several.count("“") == 2


def test_a_run_and_itself(folders):
    found = compare(folders[0], folders[0])
    assert "have the same results, to the penny" in sentence(found)
    page = comparison_page(found)
    assert any(
        block.text == "No assumption differs in value." for block in blocks_of(section(page, "assumptions"), Text)
    )
    assert not list(blocks_of(section(page, "moved"), Figure))


def test_costs_are_effects_with_the_other_sign(three):
    data = cost_by_year(three)
    assert len(data) == 3 * len(three.years)
    for mark, run in zip("ABC", three.runs, strict=True):
        mine = data[data["mark"] == mark].set_index("financial_year")["cost"]
        cash = run.scorecard.groupby("financial_year")["cash"].sum()
        assert (mine.reindex(cash.index) * 100).round().tolist() == (-cash * 100).round().tolist()


def test_what_moved_most_comes_first_and_adds_up(two):
    found = lines_moved(two, two.names[1])
    sizes = found["difference"].abs().tolist()
    assert sizes == sorted(sizes, reverse=True)
    totals = two.totals
    whole = totals[(totals["measure"] == "all measures") & (totals["financial_year"] == "all years")]
    assert round(found["difference"].sum(), 2) == whole["difference"].item()


def test_gains_are_asked_by_income_and_region_and_as_named(three):
    asked = questions(three)
    assert {("income_decile", "in_kind"), ("region", "in_kind")} <= {(one.breakdown, one.kind) for one in asked}
    assert asked[-1].breakdown == "sex"
    titles = [block.title for block in blocks_of(section(comparison_page(three), "groups"), Figure)]
    assert any(title.startswith("Effect on the Exchequer by sex") for title in titles)


def test_assumptions_have_value_range_and_source_in_each_run(two):
    values, sources = list(blocks_of(section(comparison_page(two), "assumptions"), Table))[:2]
    rows = values.rows[values.rows["path"] == "measures.grant.annual_use.labour_force"].set_index("run")
    assert rows.loc["B", ["value", "quality"]].tolist() == ["0.02", "judgement"]
    assert rows.loc["B", "range"].startswith("0.01 to 0.03")
    assert rows.loc["A", "value"] == "0.039"
    assert "A cautious view" in sources.rows["source"].tolist()


def test_runs_that_have_the_same_stand_in_one_row(three):
    values = next(blocks_of(section(comparison_page(three), "assumptions"), Table))
    rows = values.rows[values.rows["path"] == "measures.grant.annual_use.labour_force"]
    assert rows["run"].tolist() == ["A", "B, C"]


def test_the_commands_repeat_the_runs_and_the_page(two, folders):
    found = commands(two)
    assert [shlex.split(command)[:2] for command in found] == [["microsim", "run"]] * 2 + [["microsim", "compare"]]
    assert shlex.split(found[0])[2] == f"{folders[0]}/scenario.yaml"
    code = [block.text for block in blocks_of(section(comparison_page(two), "reproducibility"), Code)]
    manifests = [json.loads(text) for text in code[1:]]
    assert [manifest["tables_digest"] for manifest in manifests] == [run.digest for run in two.runs]


def test_the_command_writes_a_page_and_replaces_only_its_own(folders, tmp_path):
    path = tmp_path / "page.html"
    arguments = ["compare", str(folders[0]), str(folders[1]), "--quiet", "--html", str(path)]
    for _ in range(2):
        result = CliRunner().invoke(main, arguments)
        assert (result.exit_code, result.output) == (0, "")
        assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
        assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.html", "is not a page of this program and will not be overwritten"),
        ("nowhere/page.html", "there is no folder"),
        ("page.txt", "not the name of a page; found .txt; expected .html"),
    ],
)
def test_where_no_page_can_be_written(folders, tmp_path, name, text):
    notes = tmp_path / "notes.html"
    notes.write_text("<p>mine</p>")
    arguments = ["compare", str(folders[0]), str(folders[1]), "--html", str(tmp_path / name)]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert text in result.stderr
    assert notes.read_text() == "<p>mine</p>"


def test_from_python(two, tmp_path):
    path = tmp_path / "page.html"
    write_html(two, path)
    assert path.read_text(encoding="utf-8") == comparison_html(two)
    with pytest.raises(InputError, match="no folder"):
        write_html(two, tmp_path / "nowhere" / "page.html")
