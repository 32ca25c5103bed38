"""The documentation site: its navigation is that of the index pages, and its links lead somewhere or end the build."""

import shutil
import subprocess
import sys

import pytest
from common import ROOT

pytest.importorskip("sphinx", reason="the site needs pip install '.[docs]'")
pytest.importorskip("myst_parser", reason="the site needs pip install '.[docs]'")
pytest.importorskip("furo", reason="the site needs pip install '.[docs]'")

INDEX = "# Home\n\n## Start\n\n- [One](one.md): a page\n\n## Methods\n\n- [Notes](methods/index.md)\n"
ONE = """\
# One

A [scenario](../scenarios/x.yaml), a [folder](../scenarios), a [page](../CONTRIBUTING.md), [there](#here).

## Here
"""
BROKEN = ("two.md", "../scenarios/y.yaml", "../nowhere", "#nothing", "methods/index.md#nothing")


def built(folder, text):
    """A small site of the project's own configuration with one page of that text: the process, and where it is."""
    docs = folder / "docs"
    for name in ("_extensions", "_static"):
        shutil.copytree(ROOT / "docs" / name, docs / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "docs" / "conf.py", docs)
    for name in ("methods", "../scenarios"):
        (docs / name).mkdir()
    (docs / "index.md").write_text(INDEX)
    (docs / "methods" / "index.md").write_text("# Notes\n")
    (docs / "one.md").write_text(text)
    (folder / "scenarios" / "x.yaml").write_text("name: <b>X</b>\n")
    (folder / "CONTRIBUTING.md").write_text("# How\n\nSee [one](docs/one.md#here) and [x](scenarios/x.yaml).\n")
    place = folder / "site"
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", str(docs), str(place)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT), place


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    done, place = built(tmp_path_factory.mktemp("site"), ONE)
    assert done.returncode == 0, done.stderr
    return place


def test_links_out_of_the_documentation_become_pages(site):
    page = (site / "one.html").read_text(encoding="utf-8")
    for name in ("scenarios/x.yaml", "scenarios/index", "CONTRIBUTING.md"):
        assert f'href="repository/{name}.html"' in page
        assert (site / "repository" / f"{name}.html").is_file()
    shown = (site / "repository" / "scenarios" / "x.yaml.html").read_text(encoding="utf-8")
    assert "<b>X</b>" not in shown and "&lt;b&gt;X&lt;/b&gt;" in shown
    other = (site / "repository" / "CONTRIBUTING.md.html").read_text(encoding="utf-8")
    assert 'href="../one.html#here"' in other and 'href="scenarios/x.yaml.html"' in other


def test_the_navigation_is_the_index(site):
    page = (site / "one.html").read_text(encoding="utf-8")
    assert page.index("Start</span>") < page.index("Methods</span>")
    assert 'href="methods/index.html"' in page


def test_nothing_is_fetched_by_a_reader(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert 'src="http' not in text and "url(http" not in text and 'rel="stylesheet" href="http' not in text, page


def test_a_broken_link_ends_the_build(tmp_path):
    done, _ = built(tmp_path, "# One\n" + "".join(f"\nA [link]({link}).\n" for link in BROKEN))
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if "one.md" in line and "WARNING" in line]
    assert len(lines) == len(BROKEN), done.stderr
