"""A page prints on A4 with nothing cut off: every row of the scorecard is on paper, and no table is wider than it."""

import io
import re
import unicodedata

import pytest
from web import A4_TEXT

PAGES = ("hostile_report", "comparison_page", "validation_page")
_A4 = (595, 842)  # points


def printed(page):
    """The text of each sheet."""
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    reader = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    for sheet in reader.pages:
        assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == _A4
    return [squeezed(sheet.extract_text()) for sheet in reader.pages]


def squeezed(text):
    """Text without the spaces, line ends and joined letters that paper puts into it."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize(("name", "table"), [("plain_report", "scorecard-table"), ("hostile_report", "scorecard-table"),
                                             ("comparison_page", "costs-table")])  # fmt: skip
def test_every_row_is_on_paper_and_in_one_piece(opened, path_of, name, table):
    page = opened(path_of(name)).drawn().page
    rows = page.locator(f"#{table} tbody tr").evaluate_all(
        """rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"""
    )
    sheets = printed(page)
    assert len(rows) > 5
    for cells in rows:
        words = squeezed("".join(cells))
        on = [sheet for sheet in sheets if words in sheet]
        assert on, f"not on paper in one piece: {cells}"


@pytest.mark.parametrize("name", PAGES)
def test_no_table_and_no_figure_is_wider_than_the_paper(opened, path_of, name):
    page = opened(path_of(name)).drawn().page
    page.emulate_media(media="print")
    page.set_viewport_size({"width": A4_TEXT, "height": 1000})
    wide = page.evaluate(
        """width => [...document.querySelectorAll("table, .chart svg, pre, p, dd, h1, h2, h3")]
           .filter(part => part.offsetParent !== null || part instanceof SVGElement)
           .filter(part => part.getBoundingClientRect().width > 0)
           .filter(part => part.getBoundingClientRect().right > width + 1 || part.scrollWidth > width + 1)
           .map(part => (part.id || part.localName) + ": " + Math.round(part.getBoundingClientRect().right))""",
        A4_TEXT,
    )
    assert wide == []


@pytest.mark.parametrize("name", PAGES)
def test_paper_is_white_and_has_no_buttons(opened, path_of, name):
    """Also where the screen is dark; what is folded stays folded, and what was opened is printed."""
    page = opened(path_of(name), color_scheme="dark").drawn().page
    page.locator("[data-do=theme]").click()
    page.locator("[data-do=theme]").click()
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('.chart svg text')).fill") == "rgb(0, 0, 0)"
    assert page.locator("button[data-do]:visible, nav:visible").count() == 0


def test_what_the_reader_opened_is_printed(opened, hostile_report):
    page = opened(hostile_report).drawn().page
    folded = page.locator("#scorecard details").filter(has=page.locator("table")).first
    assert folded.count() == 1
    row = squeezed(folded.locator("caption").text_content() + "".join(folded.locator("thead th").all_text_contents()))
    title = squeezed(folded.locator("summary").text_content())
    assert not any(title in sheet for sheet in printed(page))
    folded.evaluate("part => { part.open = true; }")
    assert any(title in sheet for sheet in printed(page))
    assert row
