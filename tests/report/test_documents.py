"""The three documents of a run folder: all there, the same for the same inputs, whole or not at all."""

import pytest
from costed import material as costed_material
from gains_material import gain_groups, gains

from microsim.report.contents import SECTIONS, report_page
from microsim.report.documents import DOCUMENTS, NEW_NOTE, NOTE, documents_of, replace_documents
from microsim.report.note_mark import is_edited, marked
from microsim.report.page import html

ORDER = [
    "headline", "scorecard", "measures", "who_gains", "where", "how_sure", "validation", "assumptions", "not_modelled",
    "reproducibility",
]  # fmt: skip


def material():
    """Tables of a costing, and of who gains in other years."""
    return costed_material(gains=gains({"in_kind": 5e6, "cash": -1e6}), gain_groups=gain_groups())


def test_the_parts_stand_in_the_order_in_which_they_are_read():
    assert [section.name for section in report_page(material()).sections] == ORDER
    assert [section.__name__ for section in SECTIONS] == ORDER


def test_the_same_run_gives_the_same_bytes():
    first = documents_of(material())
    assert tuple(first) == DOCUMENTS
    again = documents_of(material())
    assert [name for name in first if first[name] != again[name]] == []


def test_every_chart_is_what_its_renderer_can_read(monkeypatch):
    checked = []
    monkeypatch.setattr(
        html, "_specification", lambda figure: checked.append(figure.chart.to_dict(validate=True)) or {}
    )
    html._environment.cache_clear()
    documents_of(material())
    html._environment.cache_clear()
    assert len(checked) > 3


def test_an_edited_note_is_kept_and_the_new_one_stands_beside_it(tmp_path):
    first, second = (marked(f"# A note\n\nIt costs £{cost}.\n").encode() for cost in (1, 2))
    assert replace_documents(tmp_path, {NOTE: first}) == [tmp_path / NOTE]
    assert replace_documents(tmp_path, {NOTE: second}) == [tmp_path / NOTE], "nobody has edited it"
    assert (tmp_path / NOTE).read_bytes() == second
    edited = second.replace(b"It costs", b"We think that it costs")
    (tmp_path / NOTE).write_bytes(edited)
    assert replace_documents(tmp_path, {NOTE: first}) == [tmp_path / NEW_NOTE]
    assert (tmp_path / NOTE).read_bytes() == edited
    assert (tmp_path / NEW_NOTE).read_bytes() == first


@pytest.mark.parametrize("text", [b"", b"My own note\n", marked("A note\n").encode() + b"and more\n"])
def test_a_note_without_its_mark_counts_as_edited(tmp_path, text):
    (tmp_path / NOTE).write_bytes(text)
    assert is_edited(tmp_path / NOTE)


def test_a_note_as_it_was_written_or_none_is_not_edited(tmp_path):
    assert not is_edited(tmp_path / NOTE)
    (tmp_path / NOTE).write_bytes(documents_of(material())[NOTE])
    assert not is_edited(tmp_path / NOTE)


def test_a_document_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    (tmp_path / "report.html").write_text("old")
    from pathlib import Path

    def full(path, content):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        replace_documents(tmp_path, {"report.html": b"new"})
    assert (tmp_path / "report.html").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
