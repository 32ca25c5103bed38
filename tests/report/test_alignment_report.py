"""The alignment as text and as blocks: a chart for each figure, and what was changed most."""

import pytest
from beside import alignment_table

from microsim.accounts.alignment import alignment_summary
from microsim.report.alignment import alignment_text
from microsim.report.page.blocks import Figure, Page, Section, Table
from microsim.report.page.html import page_html
from microsim.report.sections.alignment_blocks import alignment_blocks


@pytest.fixture
def table():
    return alignment_table()


def test_means_are_over_lives(table):
    summary = alignment_summary(table).set_index(["target", "financial_year"])
    assert summary.loc[("employment", "2027-28"), "unaligned_gap"] == pytest.approx(0.03)
    assert summary.loc[("employment", "2027-28"), "aligned_gap"] == pytest.approx(0.001)
    assert summary.loc[("employment", "2026-27"), "effect"] == pytest.approx(0.004)
    assert summary["not_held"].tolist() == [0, 1, 0, 1]


def test_the_text_says_how_much_and_what_is_not_held(table):
    text = alignment_text(table)
    employment = next(line for line in text.splitlines() if "Employment by age and sex " in line)
    assert employment.split()[-6:] == ["0.10", "2.00", "0.90", "0", "of", "4"]
    assert next(line for line in text.splitlines() if "Births" in line).endswith("2 of 2")
    assert "-0.105" in text and "51.50" in text


def test_each_figure_has_a_chart_with_its_data(table):
    blocks = alignment_blocks(table)
    figures = {block.name: block for block in blocks if isinstance(block, Figure)}
    assert set(figures) == {"alignment-employment", "alignment-births"}
    employment = figures["alignment-employment"]
    assert employment.title == "Employment by age and sex: 0.10 points off as lived, 2.00 without alignment"
    assert employment.data.rows["unaligned_gap"].tolist() == pytest.approx([1.0, 3.0])
    employment.chart.to_dict()
    largest = next(block for block in blocks if isinstance(block, Table))
    assert largest.rows["what"].iloc[0].startswith(("Births", "Employment"))
    html = page_html(Page("t", "s", [Section("alignment", "Alignment", blocks)]))
    assert "<female>" not in html and "female" in html


def test_nothing_aligned_is_said(table):
    assert "not aligned" in alignment_text(table.iloc[:0])
    (only,) = alignment_blocks(table.iloc[:0])
    assert "not aligned" in only.text
