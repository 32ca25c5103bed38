"""A page as one file: escaped, whole, and without the network."""

import json
import re
from html.parser import HTMLParser

import altair as alt
import pandas as pd
import pytest

from microsim.report.page.blocks import Bullets, Code, Column, Facts, Figure, Group, Page, Section, Table, Text
from microsim.report.page.html import page_html

HOSTILE = "<script>alert(1)</script>\"'&</td>{{7*7}}</script> ‮evil"
RENDERER = "window.vegaEmbed="


class Reader(HTMLParser):
    """Elements with their attributes, and the text of each table's cells."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.cells, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag in ("td", "th"):
            self.cells.append([dict(attributes), ""])

    def handle_data(self, data):
        self.words.append(data)
        if self.cells:
            self.cells[-1][1] += data

    def named(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def table(**options):
    rows = pd.DataFrame(
        {"name": [HOSTILE, "total"], "cash": [-748_123_456.78, 1.0], "error": [17e6, float("nan")],
         "payer": [HOSTILE, ""], "strong": [False, True]}
    )  # fmt: skip
    columns = [Column("name", HOSTILE, beneath="payer"), Column("cash", "£ million", "million", "error")]
    return Table("a-table", HOSTILE, columns, rows, HOSTILE, strong="strong", **options)


def figure():
    data = pd.DataFrame({"name": [HOSTILE], "cash": [1.0]})
    chart = alt.Chart(data).mark_bar().encode(x="cash:Q", y="name:N")
    return Figure("a-figure", HOSTILE, chart, Table("its-data", "Data", [Column("cash", "£", "pounds")], data), HOSTILE)


def page(*blocks):
    return Page(HOSTILE, HOSTILE, [Section("one", HOSTILE, blocks)])


EVERYTHING = [
    Text(HOSTILE), Text(HOSTILE, "warning"), Bullets([HOSTILE]), Facts([(HOSTILE, HOSTILE)]), Code(HOSTILE), table(),
    figure(), Group("a-group", HOSTILE, [Text(HOSTILE)]), Group("folded", HOSTILE, [Text(HOSTILE)], folded=True),
]  # fmt: skip


@pytest.fixture(scope="module")
def everything():
    return page_html(page(*EVERYTHING))


def test_what_was_typed_is_text_wherever_it_stands(everything):
    own = re.sub(r"<script>.*?</script>", "", everything, flags=re.S)  # styles and programs of the page itself
    assert "alert(1)" in own
    assert "<script>alert" not in everything
    reader = Reader(everything)
    assert "".join(reader.words).count(HOSTILE) >= 14
    assert len(reader.named("script")) == 3, "the chart's data, the renderer, the page's own"
    for _, attributes in reader.elements:
        assert not [name for name in attributes if name.startswith("on")]


def test_the_data_of_a_chart_cannot_end_their_script(everything):
    found = re.search(r'<script type="application/json" id="specification-a-figure">(.*?)</script>', everything, re.S)
    specification = json.loads(found.group(1))
    (rows,) = specification["datasets"].values()
    assert rows == [{"name": HOSTILE, "cash": 1.0}]
    assert specification["width"] == "container"
    assert "config" not in specification, "the page's own holds for every chart"


def test_nothing_is_loaded(everything):
    reader = Reader(everything)
    assert not [attributes for _, attributes in reader.elements if "src" in attributes or "srcset" in attributes]
    assert not reader.named("link")
    (policy,) = [meta["content"] for meta in reader.named("meta") if meta.get("http-equiv")]
    assert "default-src 'none'" in policy and "http" not in policy


def test_a_cell_has_what_is_shown_and_every_digit():
    cells = Reader(page_html(page(table()))).cells
    (attributes, text) = next(cell for cell in cells if "data-value" in cell[0])
    assert attributes["data-value"] == "-748123456.78"
    assert attributes["data-error"] == "17000000.0"
    assert text.split() == ["−748", "±17"]


def test_a_page_without_charts_has_no_renderer(everything):
    plain = page_html(page(Text("words")))
    assert len(plain) < 40_000 < len(everything)
    assert RENDERER not in plain


def test_a_chart_in_a_group_brings_the_renderer():
    assert RENDERER in page_html(page(Group("outer", "Outer", [Group("inner", "Inner", [figure()])])))


def test_addresses_in_words_are_links_and_other_schemes_are_not():
    reader = Reader(page_html(page(Facts([("Source", "see https://www.gov.uk/x and javascript:alert(1)")]))))
    addresses = [link["href"] for link in reader.named("a")]
    assert "https://www.gov.uk/x" in addresses
    assert not [address for address in addresses if address.startswith("javascript")]


def test_headings_go_down_one_by_one():
    inner = Group("inner", "Inner", [Text("x"), figure()])
    levels = [
        int(tag[1])
        for tag, _ in Reader(page_html(page(Group("outer", "Outer", [inner])))).elements
        if re.fullmatch(r"h\d", tag)
    ]
    assert levels == [1, 2, 3, 4, 5]
