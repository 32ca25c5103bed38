"""Whatever a user typed is shown as text: nothing runs, nothing is added, nothing is filled in."""

import hostile
import pytest

from microsim.report.words import set_apart

# Elements that the page's own template makes; anything else came out of somebody's text.
_OURS = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "div", "h1", "bdi", "p", "button", "nav", "ol",
    "li", "main", "section", "h2", "h3", "h4", "h5", "figure", "figcaption", "noscript", "script", "details", "summary",
    "table",
    "caption", "thead", "tbody", "tr", "th", "td", "span", "code", "pre", "ul", "dl", "dt", "dd",
}  # fmt: skip
_OUTSIDE_CHARTS = """[...document.querySelectorAll("*")]
  .filter(part => !part.closest(".chart > *, #vg-tooltip-element, head")).map(part => part.localName)"""


@pytest.mark.parametrize("name", ("hostile_report", "comparison_page", "validation_page"))
def test_nothing_runs_and_nothing_is_added(opened, path_of, name):
    one = opened(path_of(name)).open_all()
    one.page.wait_for_timeout(200)
    one.assert_quiet()
    assert set(one.page.evaluate(_OUTSIDE_CHARTS)) <= _OURS
    assert one.page.locator("img, b, iframe, object").count() == 0
    handlers = one.page.evaluate(
        """[...document.querySelectorAll("*")].flatMap(part => [...part.attributes])
           .filter(attribute => /^on/i.test(attribute.name) || /^\\s*javascript:/i.test(attribute.value)).length"""
    )
    assert handlers == 0


def test_the_name_is_the_title(opened, hostile_report):
    page = opened(hostile_report).page
    assert page.title() == hostile.NAME
    assert page.locator("h1").text_content() == hostile.NAME


def test_the_source_is_shown_letter_by_letter(opened, comparison_page):
    page = opened(comparison_page).page
    texts = page.locator("#assumptions td").all_text_contents()
    assert hostile.SOURCE in texts
    assert "A study" in texts


def test_the_name_stands_in_sentences_and_turns_nothing_around_it(opened, comparison_page):
    page = opened(comparison_page).page
    assert set_apart(hostile.NAME) in page.locator("#headline p.lead").text_content()
    assert page.locator("#headline-table tbody th").nth(1).text_content() == f"B  {set_apart(hostile.NAME)}"
    assert "\u202e" not in set_apart(hostile.NAME)


def test_the_name_is_text_in_a_chart(opened, comparison_page):
    page = opened(comparison_page).drawn().page
    labels = page.locator("#cost-by-year .chart .role-legend-label text").all_text_contents()
    assert labels[1].startswith("B  \u2068<script>alert(1)</script>") or labels[1].startswith("B  <script>alert(1)")


def test_nothing_is_filled_in(opened, hostile_report):
    """Braces are no template: neither the one that makes the page nor one in it works them out."""
    text = opened(hostile_report).page.locator("header").inner_text()
    assert "{{7*7}}" in text
    assert "${7*7}" in text
    assert "49" not in text
