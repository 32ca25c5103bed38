"""Every figure is drawn, has a name for those who do not see it, and shows what its table holds."""

import json
import math

import pytest

PAGES = ("hostile_report", "comparison_page")
_SCALES = (1.0, 1e-3, 1e-6, 1e-9, 100.0)  # of what a chart shows to what its table holds
# Marks with a size, the shapes that they are drawn as, and what a reader is told of each.
_MARKS = """chart => {
  const shapes = [...chart.querySelectorAll("svg .role-mark path, svg .role-mark rect, svg .role-mark line, "
    + "svg .role-mark text")];
  return shapes.map(shape => { const box = shape.getBoundingClientRect(); return Math.max(box.width, box.height); });
}"""


def figures(page):
    return page.locator("figure").all()


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_is_drawn(opened, path_of, name):
    page = opened(path_of(name)).open_all().page
    assert len(figures(page)) >= 2
    for figure in figures(page):
        place = figure.get_attribute("id")
        chart = figure.locator(".chart")
        assert chart.locator("svg").count() == 1, f"{place} is not drawn"
        box = chart.locator("svg").bounding_box()
        assert box["width"] > 200, place
        assert box["height"] > 60, place
        sizes = chart.evaluate(_MARKS)
        assert sizes, f"{place} has no mark"
        assert sum(size > 1 for size in sizes) >= 1, f"{place} has no mark with a size"
        assert "NaN" not in chart.inner_html(), place


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_has_a_title_and_a_name(opened, path_of, name):
    page = opened(path_of(name)).open_all().page
    for figure in figures(page):
        assert figure.locator("h2, h3, h4, h5").first.inner_text().strip()
        chart = figure.locator("[role=img]")
        assert chart.count() == 1
        assert len(chart.get_attribute("aria-label")) > 20
        assert figure.locator("table tbody tr").count() > 0, "no data under the figure"


@pytest.mark.parametrize("name", PAGES)
def test_what_a_figure_draws_is_what_its_table_holds(opened, path_of, name):
    """Every number that a mark is placed by is a number of the table, in the table's unit or in millions of it."""
    page = opened(path_of(name)).open_all().page
    compared = 0
    for figure in figures(page):
        place = figure.get_attribute("id")
        drawn = drawn_values(json.loads(page.locator(f"#specification-{place}").text_content()))
        columns = table_columns(figure.locator("table").first)
        for (field, _), values in drawn.items():
            alone = any(within(values, column) for column in columns)
            together = within(
                values, [held for column in columns for held in column]
            )  # where series have a column each
            assert alone or together, f"{place}: {field} is not in its table"
            compared += len(values)
    assert compared > 20


def drawn_values(specification):
    """The numbers of every quantitative position of a chart's marks, by field and set of data.

    A position without an axis is a place, such as a tile's on a map, and no figure.
    """
    found = {}

    def walk(view, data):
        data = view.get("data", data)
        encoding = view.get("encoding", {})
        for channel in ("x", "y", "x2", "y2", "theta"):
            field = encoding.get(channel, {}).get("field")
            kind = encoding.get(channel, {}).get("type", "quantitative" if channel.endswith("2") else None)
            placed = encoding.get(channel[0], {}).get("axis", "shown") is None
            if field and kind == "quantitative" and not placed and not encoding[channel].get("aggregate"):
                rows = data.get("values") or specification.get("datasets", {}).get(data.get("name"), [])
                key = (field, str(data.get("name", id(data))))
                found[key] = [row[field] for row in rows if row.get(field) is not None]
        for part in view.get("layer", []):
            walk(part, data)

    walk(specification, {})
    return {key: values for key, values in found.items() if set(values) != {0}}  # a line at nought is no figure


def table_columns(table):
    """The numbers of each column of a table, with those one and two standard errors beside them; and the sums of a
    column over the rows that share a word of another, such as all measures of a year."""
    rows = table.evaluate(
        """table => [...table.tBodies[0].rows].map(row => [...row.cells].map(cell =>
             [cell.dataset.value ?? "", cell.dataset.error ?? "", cell.textContent]))"""
    )
    columns, words = [], []
    for cells in zip(*rows, strict=True):
        pairs = [(float(value), float(error or 0)) for value, error, _ in cells if value]
        if pairs:
            columns.append([value + times * error for value, error in pairs for times in (-2, -1, 0, 1, 2)])
            columns.append([error for _, error in pairs])
        else:
            words.append([text for _, _, text in cells])
    for cells in zip(*rows, strict=True):
        for shared in words if cells[0][0] else ():
            sums = {}
            for text, (value, *_) in zip(shared, cells, strict=True):
                sums[text] = sums.get(text, 0.0) + float(value or 0)
            columns.append(list(sums.values()))
    return columns


def within(values, column):
    """Whether every value is in the column, in one of the scales."""
    return any(all(any(near(value, scale * held) for held in column) for value in values) for scale in _SCALES)


def near(value, other):
    return math.isclose(value, other, rel_tol=1e-6, abs_tol=1e-6)


def test_a_number_that_is_not_in_the_table_would_be_seen():
    """The test of the tests."""
    assert within([1.5, 2.0], [1_500_000.0, 2_000_000.0, 7.0])
    assert not within([1.5, 2.1], [1_500_000.0, 2_000_000.0, 7.0])
    assert not within([1.5, 2000.0], [1_500_000.0, 2_000_000.0]), "one scale for all"


def test_a_mark_says_what_it_shows(opened, comparison_page):
    """The words of a tooltip, and no markup in them though a name holds some."""
    one = opened(comparison_page).drawn()
    page = one.page
    page.locator("#cost-by-year .chart svg .mark-symbol path").nth(5).hover()
    tip = page.locator("#vg-tooltip-element.visible")
    tip.wait_for()
    assert "Run" in tip.inner_text()
    assert "Cost, £ million" in tip.inner_text()
    assert tip.locator("script, img, b").count() == 0
    one.assert_quiet()
