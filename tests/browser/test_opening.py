"""A page opens from disk with the network off: nothing is said, nothing is fetched, nothing is missing."""

import re
from itertools import pairwise

import pytest

PAGES = ("hostile_report", "comparison_page", "validation_page")
_MOST = 5_000_000  # bytes
_FETCHING = re.compile(r"""(?:src|href|data|action|poster|srcset)\s*=\s*["']?\s*(?:https?:)?//""", re.IGNORECASE)


@pytest.mark.parametrize("name", PAGES)
def test_it_opens_without_a_word_and_asks_for_nothing(opened, path_of, name):
    one = opened(path_of(name)).open_all()
    one.page.wait_for_timeout(200)
    one.assert_quiet()
    assert one.path.stat().st_size < _MOST
    assert one.page.evaluate("performance.getEntriesByType('resource').length") == 0


def test_a_page_that_asks_and_speaks_would_be_seen(opened, tmp_path):
    """The test of the tests."""
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<!doctype html><img src='https://example.invalid/picture.png'><script>console.warn('a word'); alert(1); "
        "throw new Error('failed')</script>",
        encoding="utf-8",
    )
    one = opened(bad)
    one.page.wait_for_timeout(200)
    assert any("a word" in message for message in one.messages)
    assert one.errors == ["failed"]
    assert one.dialogs == ["1"]
    assert "https://example.invalid/picture.png" in one.requests
    with pytest.raises(AssertionError):
        one.assert_quiet()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_in_it_loads_from_elsewhere(opened, path_of, name):
    """Links may lead away when a reader follows them; what loads by itself may not."""
    page = opened(path_of(name)).page
    found = page.evaluate(
        """[...document.querySelectorAll("[src], [srcset], [poster], link, object, embed, iframe, form[action], base")]
           .map(part => part.outerHTML.slice(0, 200))"""
    )
    assert found == []
    styles = page.evaluate("[...document.querySelectorAll('style')].map(style => style.textContent).join()")
    assert "url(" not in styles
    assert "@import" not in styles


@pytest.mark.parametrize("name", PAGES)
def test_it_is_a_document_in_order(opened, path_of, name):
    """A language, a title, one first heading, no level left out, no name given twice."""
    page = opened(path_of(name)).page
    assert page.evaluate("document.documentElement.lang") == "en-GB"
    assert page.title()
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    names = page.evaluate("[...document.querySelectorAll('[id]')].map(part => part.id)")
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ("plain_report", "comparison_page"))
def test_every_entry_of_the_contents_leads_somewhere(opened, path_of, name):
    page = opened(path_of(name)).page
    for link in page.locator("nav a").all():
        place = link.get_attribute("href")
        assert page.locator(place).count() == 1
        assert page.locator(f"{place} h2").inner_text() == link.inner_text()


@pytest.mark.parametrize("name", ("hostile_report", "comparison_page"))
def test_without_scripts_text_and_tables_are_there(opened, path_of, name):
    one = opened(path_of(name), java_script_enabled=False)
    page = one.page
    assert page.locator("h1").inner_text()
    assert page.locator("p.lead").first.inner_text()
    assert page.locator("table:visible tbody tr").count() > 5
    notes = page.locator("figure noscript").all_text_contents()
    assert notes
    assert all("needs scripts" in note for note in notes)
    assert one.errors == []
