"""Every measure of the project says what it is, in words that hold whatever a scenario changes."""

import re
import sys
from importlib.metadata import EntryPoint, EntryPoints

import pytest
from common import ROOT

from microsim.errors import InputError
from microsim.measures import about, find_measure, known_kinds
from microsim.measures.about import about_of, read_about

OWN = sorted(kind for kind in known_kinds() if (ROOT / "microsim" / "measures" / kind).is_dir())
GOOD = """
title: Bus fares
policy: Adults who learn ride free on any bus.
base: Fares of adults who learn.
method: Journeys of learners times the mean fare.
behaviour: They ride more often by an elasticity.
left_out: [what operators charge others]
page: docs/bus.md
"""


def test_the_measures_of_the_project_are_all_here():
    assert len(OWN) == 5


@pytest.mark.parametrize("kind", OWN)
def test_a_measure_of_the_project_is_described(kind):
    found = about_of(kind)
    assert found is not None
    assert found.title == find_measure(kind).title
    assert found.page == f"docs/methods/{kind}.md"
    assert (ROOT / found.page).is_file()


@pytest.mark.parametrize("kind", OWN)
def test_no_words_state_a_figure_that_a_scenario_can_change(kind):
    """The policy may quote the paper; the rest describes whatever scenario was run."""
    found = about_of(kind)
    for text in (found.base, found.method, found.behaviour, *found.left_out):
        assert not re.search(r"\d", text), text
    if re.search(r"£\d", found.policy):
        assert re.search(r"[Tt]he paper (proposes|would|puts)", found.policy)


@pytest.mark.parametrize("kind", OWN)
def test_figures_that_are_named_exist(kind):
    """`annual_use.labour_force` and the like are fields of the measure, or of the population."""
    fields = find_measure(kind).params.model_fields
    named = re.findall(r"\(([a-z_]+(?:\.[a-z_]+)*)\)", about_of(kind).behaviour)
    assert named, "a figure that drives the answer"
    for name in named:
        top, *rest = name.split(".")
        if top == "population":
            continue
        assert top in fields, name
        if rest:
            assert rest[0] in fields[top].annotation.model_fields, name


def test_a_kind_that_is_not_installed_has_no_words():
    assert about_of("unicorn_subsidy") is None
    assert about_of("../scenario") is None
    assert about_of("contract") is None, "a module, not a measure"


@pytest.fixture
def plug_in(tmp_path, monkeypatch):
    """An installed plug-in, of which nothing may be imported."""
    (tmp_path / "busfares.py").write_text("raise RuntimeError('imported')\n")
    points = EntryPoints([EntryPoint("bus_fares", "busfares:MEASURE", "microsim.measures")])
    monkeypatch.setattr(about, "entry_points", lambda **query: points.select(**query))
    monkeypatch.syspath_prepend(tmp_path)
    about_of.cache_clear()
    yield tmp_path
    about_of.cache_clear()
    assert "busfares" not in sys.modules


def test_a_plug_in_has_the_words_beside_its_module(plug_in):
    (plug_in / "about.yaml").write_text(GOOD)
    assert about_of("bus_fares").left_out == ("what operators charge others",)


def test_a_plug_in_without_the_file_has_none(plug_in):
    assert about_of("bus_fares") is None


@pytest.mark.parametrize(
    ("change", "found", "expected"),
    [
        (("base:", "bass:"), "unknown key 'bass'", "base"),
        (("page: docs/bus.md", ""), "missing key 'page'", "the page with equations"),
        (("any bus.", "any bus"), "", "policy"),
        (("left_out: [what operators charge others]", "left_out: []"), "", "left_out"),
        (("title: Bus fares", "title: 12"), "12", "title"),
    ],
)
def test_a_faulty_file_says_where_and_what_was_expected(tmp_path, change, found, expected):
    path = tmp_path / "about.yaml"
    path.write_text(GOOD.replace(*change))
    with pytest.raises(InputError) as error:
        read_about(path)
    assert "about.yaml" in str(error.value)
    assert found in str(error.value)
    assert expected in str(error.value)
