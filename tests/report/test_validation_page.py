"""The comparison as text and as a page: everything escaped, nothing fetched, every verdict there."""

from html.parser import HTMLParser

import pandas as pd
import pytest

from microsim.report.validation import validation_page, validation_text
from microsim.validation.compare import Row, counts


def row(**changes):
    base = Row(
        "work", "employment rate", 0.75, "An office, a table", "1 May 2026", 0.765, 0.015, 0.01, "absolute", 0.002,
        "outside", "held out", "official", "Of the United Kingdom.", "A known fault.",
    )  # fmt: skip
    return base._replace(**changes)


@pytest.fixture
def table():
    hostile = "<script>alert('x')</script> & \"more\""
    return pd.DataFrame(
        [
            row(),
            row(quantity=hostile, source=hostile, scope=hostile, reason=hostile),
            row(comparison="pay & work", quantity="median", published=30000.0, model=30300.0, difference=0.01,
                tolerance=0.03, measured="relative", verdict="inside", evidence="input", reason=""),
        ]
    )  # fmt: skip


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_escapes_every_text(table):
    page = validation_page(table, counts(table), "<b>Title</b>", "<i>About</i>")
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert not {"script", "b", "i", "link", "img"} & set(tags.seen)
    assert page.count("&lt;script&gt;") == 4
    assert "http" not in page


def test_the_page_says_each_verdict_and_reason(table):
    page = validation_page(table, counts(table), "Title", "About")
    assert page.count('<tr class="outside">') == 2
    assert page.count('<tr class="inside">') == 1
    assert "A known fault." in page
    assert "1 of 3 published figures lie inside their tolerance, 2 outside" in page


def test_the_text_shows_figures_in_the_terms_of_their_tolerance(table):
    lines = validation_text(table, counts(table)).splitlines()
    rate = next(line for line in lines if line.startswith("  employment rate"))
    assert rate.split()[2:] == ["0.7500", "0.7650", "+1.50", "pp", "1.00", "pp", "0.20", "pp", "outside", "held", "out"]
    pay = next(line for line in lines if line.startswith("  median"))
    assert pay.split()[1:7] == ["30,000", "30,300", "+1.00", "%", "3.00", "%"]
    assert "  outside: A known fault." in lines
    assert lines[-1].split() == ["all", "1", "2", "1", "0", "0", "2"]
