"""The scenario reference names every key that a scenario file may hold, and is the page that is committed."""

import re

import pytest
from click.testing import CliRunner
from common import ROOT

from microsim import api
from microsim.cli import main
from microsim.measures import find_measure, known_kinds
from microsim.parameters.load import load_parameters
from microsim.scenario.load import quantities

PAGE = ROOT / "docs" / "scenario_reference.md"


@pytest.fixture(scope="module")
def page():
    return PAGE.read_text(encoding="utf-8")


def section(page, title):
    """The text below a heading, up to the next of the same level or above."""
    level, _, _ = title.partition(" ")
    start = page.index(f"\n{title}\n")
    end = re.compile(rf"^#{{1,{len(level)}}} ", re.MULTILINE).search(page, start + len(title) + 2)
    return page[start : end.start() if end else None]


def test_the_page_is_what_the_command_writes(page, tmp_path):
    """Made by: microsim schema --markdown --output docs/scenario_reference.md"""
    assert CliRunner().invoke(main, ["schema", "--markdown"]).stdout == page
    written = CliRunner().invoke(main, ["schema", "--markdown", "--output", str(tmp_path / "page.md")])
    assert written.exit_code == 0
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == page


def paths(schema, node, at=""):
    """The paths of every property of a JSON Schema, written as in the page."""
    node = schema["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    if node is schema["$defs"].get("Quantity"):
        return
    for name, part in node.get("properties", {}).items():
        yield at + name
        yield from paths(schema, part, f"{at}{name}.")
    if isinstance(node.get("items"), dict):
        yield from paths(schema, node["items"], f"{at.removesuffix('.')}[].")


@pytest.mark.parametrize("kind", known_kinds())
def test_every_key_of_a_measure_is_in_its_section(page, kind):
    schema = api.schema()
    text = section(page, f"### {kind}")
    found = {path for path in paths(schema, schema["$defs"][kind]) if path not in ("kind", "enabled")}
    assert len(found) > 10
    groups = {path for path in found if any(other.startswith((f"{path}.", f"{path}[]")) for other in found)}
    for path in found - groups:
        assert f"| `{path}` |" in text, path


@pytest.mark.parametrize("kind", known_kinds())
def test_every_source_of_a_default_is_named(page, kind):
    text = " ".join(section(page, f"### {kind}").split())
    sources = {value.source for path, value in quantities(find_measure(kind).params(), ())}
    for source in sources - {None}:
        assert " ".join(source.split()) in text, source


def test_every_key_of_the_file_and_every_official_figure_is_there(page):
    names = set(api.schema()["properties"]) - {"measures", "incidence", "distributional_weights", "uncertainty"}
    for name in names:
        assert f"| `{name}` |" in page, name
    for entry in load_parameters().entries():
        assert f"| `{entry.name}` |" in page, entry.name


def test_tables_have_as_many_cells_as_heads(page):
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}


def test_limits_and_ranges_are_those_of_the_fields(page):
    """A share: from the field itself, not from the page's own code."""
    figure = find_measure("fe_vat_relief").params().spent_share.steps[0]
    row = next(line for line in page.splitlines() if line.startswith("| `spent_share` |"))
    assert f"| `{figure.central:g}` ({figure.low:g} to {figure.high:g}) | number: fraction; 0 to 1 |" in row
