"""The comparison with published figures as text, as a section of a report and as a page of its own."""

import pytest
from beside import HOSTILE, alignment_table, run_of, validation_table

from microsim.report.material import Companion, Material
from microsim.report.page.blocks import Code, Figure, Group, Section, Table, Text
from microsim.report.page.html import page_html
from microsim.report.sections.validation import validation
from microsim.report.sections.validation_page import validation_page
from microsim.report.validation import validation_text
from microsim.validation.compare import counts


@pytest.fixture
def table():
    return validation_table()


@pytest.fixture
def material(table):
    found = Companion({"validation": table, "validation_counts": counts(table)}, {"validation": {"only": None}})
    return Material(run_of(tables={"alignment": alignment_table()}), validation=found)


def tables_of(section: Section):
    return {block.name: block for block in section.blocks if isinstance(block, Table)}


def said(section: Section):
    return " ".join(block.text for block in section.blocks if isinstance(block, Text))


def test_counts_are_of_inputs_and_held_out_figures_apart(material):
    section = validation(material)
    assert "3 of 5 published figures lie inside their tolerance, 2 outside." in said(section)
    assert "67 % of those that the fit read (2 of 3) and 50 % of those held out of it (1 of 2)" in said(section)
    rows = tables_of(section)["validation-counts"].rows.set_index("comparison")
    assert rows.loc["All", ["inside", "outside", "held_out_inside", "held_out_outside"]].tolist() == [3, 2, 1, 1]


def test_misses_come_first_with_their_reasons(material):
    section = validation(material)
    held_out = tables_of(section)["misses-held-out"].rows
    assert held_out["reason"].tolist() == ["A known fault."]
    assert held_out["furthest"].tolist() == ["employment rate: 0.7650 against 0.7500 (+1.50 pp)"]
    assert held_out["far"].tolist() == [1.5]
    assert tables_of(section)["misses-read"].folded
    names = [getattr(block, "name", "") for block in section.blocks]
    assert names.index("misses-held-out") < names.index("validation-gaps") < names.index("validation-counts")
    assert "1 of the 2 misses lie less than two standard errors" in said(section)


def test_every_figure_is_a_mark_and_a_row(material, table):
    figure = next(block for block in validation(material).blocks if isinstance(block, Figure))
    figure.chart.to_dict()
    assert figure.title == "3 of 5 figures lie in the grey band, inside their tolerance"
    assert len(figure.data.rows) == len(table)
    marks = figure.chart.layer[1].data
    assert marks["far"].tolist() == [1.5, 5.0, 0.6, 0.33, 0.33]
    assert marks["beside"].iloc[3] == "30,300 against 30,000, +1.00 %"


def test_far_off_marks_stay_on_the_chart(table):
    table.loc[0, "difference"] = -4.0
    found = Companion({"validation": table, "validation_counts": counts(table)}, {"validation": {"only": "work"}})
    section = validation(Material(run_of(), validation=found))
    figure = next(block for block in section.blocks if isinstance(block, Figure))
    assert figure.chart.layer[1].data["far"].min() == -6.0
    assert "Only one area was compared: work." in said(section)


def test_without_a_comparison_the_run_says_what_it_holds(tmp_path):
    run = run_of(tmp_path / "grant", {"alignment": alignment_table()})
    section = validation(Material(run, refused={"validation": "It is damaged."}))
    code = next(block.text for block in section.blocks if isinstance(block, Code))
    assert code.splitlines()[0] == "microsim validate scenarios/grant.yaml --sample 0.01 --output grant.validation"
    assert "It is damaged." in said(section) and "docs/validation.md" in said(section)
    group = next(block for block in section.blocks if isinstance(block, Group))
    assert [block.name for block in group.blocks if isinstance(block, Figure)] == [
        "alignment-employment",
        "alignment-births",
    ]


def test_the_page_holds_every_figure_once_and_escapes_what_it_shows(table):
    page = validation_page(table, counts(table), alignment_table(), "<i>About</i>")
    assert [section.title for section in page.sections][2:] == ["Work", "Pay", "Alignment"]
    shown = [
        row for section in page.sections[2:4] for group in section.blocks for row in group.blocks[0].rows["quantity"]
    ]
    assert sorted(shown) == sorted(table["quantity"])
    html = page_html(page)
    assert HOSTILE not in html and "<script>alert" not in html and "<i>About" not in html
    assert "src=" not in html.split("<main")[1].split("</main>")[0]


def test_the_text_shows_figures_in_the_terms_of_their_tolerance(table):
    lines = validation_text(table, counts(table)).splitlines()
    rate = next(line for line in lines if line.startswith("  employment rate"))
    assert rate.split()[2:] == ["0.7500", "0.7650", "+1.50", "pp", "1.00", "pp", "1.00", "pp", "outside", "held", "out"]
    pay = next(line for line in lines if line.startswith("  median"))
    assert pay.split()[1:7] == ["30,000", "30,300", "+1.00", "%", "3.00", "%"]
    assert "  outside: A known fault." in lines
    assert lines[-1].split() == ["all", "3", "2", "2", "1", "1", "1"]
