"""The costing note: the scorecard's figures as rounded, in the Treasury's order, whatever users typed."""

import re

import pandas as pd
import pytest
from costed import GRANT, HOSTILE, PLUG, YEARS, material, nothing_to_cost, run

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.report import markdown
from microsim.report.formats import shown, shown_error
from microsim.report.markdown import code, escaped, item, table, wrapped
from microsim.report.material import Companion, Material
from microsim.report.note import note_text
from microsim.report.page.blocks import Code
from microsim.report.sections.reproducibility import reproducibility


@pytest.fixture(scope="module")
def note():
    return note_text(material())


def cells(note, first, after=""):
    """The cells of the first row of a table that begins so, after some text."""
    lines = note[note.index(after) :].splitlines()
    line = next(line for line in lines if line.startswith(f"| {first} |"))
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_it_has_the_parts_of_a_policy_costing_in_their_order(note):
    titles = re.findall(r"^(#+ .*)$", note, re.MULTILINE)
    assert [title for title in titles if title.startswith("## ")] == [
        "## Training grant: Lifelong Training Grant", "## Bus fares", "## All measures together", "## How it was made",
    ]  # fmt: skip
    of_grant = note[note.index("## Training grant") : note.index("## Bus fares")]
    assert re.findall(r"^### (.*)$", of_grant, re.MULTILINE) == [
        "Measure description", "The base", "Method", "Behaviour (post-behavioural costing)", "Exchequer impact",
        "Areas of uncertainty",
    ]  # fmt: skip


def test_figures_are_the_scorecard_s_as_rounded(note):
    card = run().scorecard
    totals = run().table("scorecard_totals").set_index(["measure", "line", "financial_year"])
    heads = cells(note, "Line", "Exchequer impact")
    assert heads[2:8] == [*YEARS[2:7], YEARS[9]], "the first years with money, and the one that the headline quotes"
    assert heads[-2:] == [YEARS[-1], ALL_YEARS]
    line = card[card["line"] == "spending"].set_index("financial_year")["cash"]
    spent = cells(note, "Grant spent on courses")
    assert spent[1] == r"Department \| of Buses, RDEL"
    assert spent[2:] == [shown(line[year], "million") for year in heads[2:-1]] + [shown(line.sum(), "million")]
    total = cells(note, r"\*\*Effect on the Exchequer\*\*".replace("\\", ""))
    assert total[2:] == [f"**{shown(totals.loc[(GRANT, ALL_LINES, year), 'cash'], 'million')}**" for year in heads[2:]]
    error = cells(note, "± simulation error")
    assert error[2:] == [
        shown_error(totals.loc[(GRANT, ALL_LINES, year), "simulation_error"], "million") for year in heads[2:]
    ]
    package = cells(note, "**Effect on the Exchequer**", "## All measures together")
    assert package[-1] == f"**{shown(totals.loc[(ALL_MEASURES, ALL_LINES, ALL_YEARS), 'cash'], 'million')}**"


def test_an_option_that_is_not_used_is_left_out(note):
    assert "An option that is not used" not in note


def test_static_and_post_behavioural_are_both_shown(note):
    assert cells(note, "static")[1:3] == ["60", "60"]
    assert cells(note, "post-behavioural")[1] == "80"


def test_memo_lines_stand_apart(note):
    assert cells(note, "Tranches paid into accounts", "Beside the cost, and never added to it")[2:4] == ["500", "500"]
    assert cells(note, "Deadweight share")[2] == "40.0 %"
    assert cells(note, "People who used it")[-1] == "", "people of several years are not added"


def test_uncertainty_has_its_rating_its_figure_and_its_kinds_apart(note):
    assert "- Overall: very high. Most in doubt: annual_use. Nobody knows how many." in note
    assert "- That figure here: 0.039, from 0.017 to 0.053 (fraction a year; judgement)." in note
    assert "- Simulation error, one standard error: £3" in note
    choice = next(part for part in " ".join(note.split()).split(" - ") if part.startswith("Scenario choice"))
    assert "own lines alone (before taxes and benefits that follow), other choices cost £6 billion (" in choice
    assert "; here £2 billion." in choice, "the scenario's own, on the same basis"
    assert "Parameter uncertainty was not drawn" in note
    assert "- The uncertainty of the costing is not rated." in note


def test_percentiles_are_there_where_they_were_drawn():
    rows = [{"measure": measure, "financial_year": year, "central": 1e9, "p5": 0.5e9, "p50": 1.1e9, "p95": 2e9}
            for measure in (GRANT, ALL_MEASURES) for year in ("2035-36", ALL_YEARS)]  # fmt: skip
    about = {"draws": 60, "fields": 7, "headline_year": "2035-36", "the_spread_is_not": "simulation error"}
    drawn = Companion({"fan": pd.DataFrame(rows)}, {"uncertainty": about}, "other people")
    note = " ".join(note_text(Material(run(), uncertainty=drawn)).split())
    assert (
        "Parameter uncertainty, 60 draws of 7 figures: in 2035-36 nine draws of ten cost from £500 million to "
        "£2 billion, the middle one £1.1 billion and the central run £1 billion; over all years"
    ) in note
    assert "It was drawn with other people: read its spread, not its level." in note
    assert note.count("It is not simulation error.") == 1, "of all measures together"
    assert "Parameter uncertainty was not drawn" not in note


def test_one_command_and_the_digests_repeat_it(note):
    repeat = [block.text for block in reproducibility(material()).blocks if isinstance(block, Code)]
    assert f"```\n{repeat[0]}\n```" in note, "the command of the report"
    assert "- tables: `abc`" in note


def test_what_users_typed_is_text(note):
    for line in note.splitlines():
        assert not re.search(r"(?<!\\)<script>", line)
        assert not re.search(r"(?<![\\`])\[x\](?!`)", line)
    assert "*bold*" not in note.replace(r"\*bold\*", "")
    assert note.startswith("# Costing note: =1+1 \\| \\*bold\\* \\<script\\>")


def test_every_row_of_a_table_has_as_many_cells_as_its_head(note):
    for part in re.findall(r"(?:^\|.*\n)+", note, re.MULTILINE):
        counts = {len(re.split(r"(?<!\\)\|", line)) for line in part.splitlines()}
        assert len(counts) == 1, part


def test_paragraphs_are_wrapped_and_blocks_are_parted(note):
    prose = [line for line in note.splitlines() if not line.startswith(("|", "#", "- `"))]
    assert max(map(len, prose)) <= 112
    assert "\n\n\n" not in note
    assert note.partition("\n<!--")[0].endswith(".\n")
    assert not re.search(r"[^\n]\n#", note), "a title has an empty line above it"
    assert not re.search(r"^[^|\n][^\n]*\n\|", note, re.MULTILINE), "so has a table"


def test_a_scenario_without_measures():
    note = note_text(Material(nothing_to_cost()))
    assert "there is nothing to cost" in note
    assert "All measures together" not in note


def test_tables_that_a_run_may_lack_are_not_needed():
    note = note_text(material(ratings=None, alternatives=None, **{f"{GRANT}.static_and_behavioural": None}))
    assert "## Bus fares" in note
    assert "Scenario choice" not in note


def test_a_measure_of_an_unknown_kind_says_that_it_says_nothing(note):
    part = " ".join(note[note.index("## Bus fares") : note.index("## All measures")].split())
    assert "This kind of measure (bus_fares_relief) comes without a description" in part
    assert f"- `note`: {escaped(HOSTILE)}" in part
    assert PLUG not in part.replace("bus_fares_relief", "")


@pytest.mark.parametrize(
    ("typed", "shown_as"),
    [
        ("a|b", r"a\|b"), ("*a* _b_ snake_case __c__", r"\*a\* \_b\_ snake_case \_\_c\_\_"), ("# a", r"\# a"),
        ("1. a", r"1\. a"), ("0.3", "0.3"), ("2026) b", r"2026\) b"), ("- a", r"\- a"), ("-5", "-5"), ("===", r"\==="),
        ("`a`", r"\`a\`"), ("<b>", r"\<b\>"), ("R&D &lt;", r"R&D \&lt;"), ("a\n\nb", "a b"), ("$x$", r"\$x\$"),
        ("@you a@b", r"\@you a\@b"), ("[a](b)", r"\[a\](b)"), ("a\x00b", "a\ufffdb"), ("\\", r"\\"), ("+ a", r"\+ a"),
        ("\u202ea\u05d0", "a\u05d0"),
    ],
)  # fmt: skip
def test_characters_mean_nothing_but_themselves(typed, shown_as):
    assert escaped(typed) == shown_as


@pytest.mark.parametrize(
    ("opens", "line"),
    [
        ("- a", r"\- a"),
        ("12. b", r"12\. b"),
        ("# c", r"\# c"),
        ("+ d", r"\+ d"),
        ("=== e", r"\=== e"),
        (": f", r"\: f"),
    ],
)
def test_a_line_that_is_wrapped_begins_nothing(opens, line):
    assert wrapped(f"{'x' * 100} {opens}").splitlines()[1] == line


def test_items_are_set_in_and_code_keeps_its_ticks():
    assert item("a " * 80).splitlines()[1].startswith("  a")
    assert code("a`b") == "``a`b``"
    assert code("`") == "`` ` ``"
    assert markdown.block("a```b") == "````\na```b\n````"


def test_cells_hold_bars():
    assert table(["a|b", "n"], [[code("x|y"), "1"]]).splitlines() == [
        r"| a\|b | n |",
        "| --- | ---: |",
        r"| `x\|y` | 1 |",
    ]
