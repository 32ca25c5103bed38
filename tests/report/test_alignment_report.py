"""The alignment as text and as a section of a page: a chart for each figure, nothing fetched, everything escaped."""

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from microsim.accounts.alignment import COLUMNS, alignment_summary
from microsim.report.alignment import alignment_section, alignment_text


@pytest.fixture
def table():
    rows = []
    for year, drift in (("2026-27", 0.01), ("2027-28", 0.03)):
        for group, lives in (("<female> 16-19", 100), ("male 16-19", 300)):
            rows.append(("employment", year, group, drift, lives))
        rows.append(("births", year, "England", drift / 10, 50))
    return pd.DataFrame(
        {
            "financial_year": [row[1] for row in rows], "target": [row[0] for row in rows],
            "group": [row[2] for row in rows], "description": [row[2] for row in rows],
            "odds_ratio": 0.9, "log_odds_shift": np.log(0.9), "held_at": 0.5,
            "before": [0.5 + row[3] / 2 for row in rows], "after": 0.501,
            "effect": [0.001 - row[3] / 2 for row in rows], "unaligned": [0.5 + row[3] for row in rows],
            "lives": [row[4] for row in rows], "is_held": [row[2] != "England" for row in rows],
        }
    )[list(COLUMNS)]  # fmt: skip


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


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen = [], []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))


def test_the_page_has_a_chart_for_each_figure(table):
    page = alignment_section(table)
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert [tag for tag, _ in tags.seen].count("svg") == 2
    assert "&lt;female&gt;" in page and "<female>" not in page and "http" not in page
    lines = [attributes["points"].split() for tag, attributes in tags.seen if tag == "polyline"]
    assert len(lines) == 4 and {len(line) for line in lines} == {2}
    never = [float(point.split(",")[1]) for point in lines[0]]
    assert never[1] < never[0]  # it drifts away: up the page
    for line in lines:
        for point in line:
            x, y = map(float, point.split(","))
            assert 0 <= x <= 340 and 0 <= y <= 190


def test_nothing_aligned_is_said(table):
    assert "not aligned" in alignment_text(table.iloc[:0])
    assert "not aligned" in alignment_section(table.iloc[:0]) and "<svg" not in alignment_section(table.iloc[:0])
