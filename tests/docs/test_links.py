"""Every link of every Markdown page leads to a file or folder that is there, and to a heading that is there."""

import re

import pytest
from common import ROOT

PAGES = sorted(
    path
    for folder in (".", "docs", "docs/methods", "outputs", "populations", "populations/*", "benchmarks", ".github")
    for path in ROOT.glob(f"{folder}/*.md")
)
MAIN_JOB = "pip install . && microsim run scenarios/opportunity_for_all.yaml"
TESTS = "pip install '.[test]' && pytest"


def without_code(text):
    """The text without blocks of code, in which nothing is a link or a heading."""
    text = re.sub(r"^(```|~~~).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^    .*$", "", text, flags=re.MULTILINE)


def anchors(text):
    """The anchors that forges give to the headings of a page."""
    found = []
    for title in re.findall(r"^#{1,6} (.+)$", without_code(text), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).replace("`", "").strip().lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        times = found.count(name)
        found.append(f"{name}-{times}" if times else name)
    return set(found)


def links(text):
    return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", without_code(text)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for link in links(text):
        if "://" in link:
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), link
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), link


def test_the_finder_sees_what_is_broken(tmp_path):
    """The test of the tests."""
    text = "# One\n## Two: a `b` [c](d.md)\n```\n# not one\n[x](y.md)\n```\n`[p](q.md)` [r](s.md#t)\n"
    assert anchors(text) == {"one", "two-a-b-c"}
    assert links(text) == ["d.md", "s.md#t"]


def test_every_page_of_docs_is_in_an_index():
    docs = ROOT / "docs"
    index = "\n".join((docs / name).read_text(encoding="utf-8") for name in ("index.md", "methods/index.md"))
    for page in docs.rglob("*.md"):
        name = page.relative_to(docs).as_posix()
        if "_build" not in name and name != "index.md":
            assert f"({name})" in index or f"({name.removeprefix('methods/')})" in index, name


def test_the_readme_is_short_and_says_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 170
    assert f"\n    {MAIN_JOB}" in text and f"\n    {TESTS}" in text
    for part in ("How to read the numbers", "What it does not model yet", "What it promises", "Licence and data"):
        assert f"\n## {part}\n" in text


def test_every_name_of_python_is_in_its_reference():
    import microsim

    text = (ROOT / "docs" / "python_reference.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\.\. auto\w+:: microsim\.(\w+)$", text, re.MULTILINE))
    assert named == set(microsim.__all__)
