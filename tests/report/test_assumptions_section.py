"""Assumptions by grade, what was set in the scenario, and what is not modelled."""

import pytest
from beside import GRANT_USE, HOSTILE, resolved_of, run_of, tornado_table

from microsim.report.field_words import field_labels, options_of, place_of_field, range_with_unit, shortened, with_unit
from microsim.report.left_out import general, switched_off
from microsim.report.material import Companion, Material
from microsim.report.page.blocks import Bullets, Facts, Group, Page, Table, Text
from microsim.report.page.html import page_html
from microsim.report.sections.assumptions import assumptions
from microsim.report.sections.not_modelled import not_modelled


@pytest.fixture
def section():
    return assumptions(Material(run_of()))


def table(section, name):
    return next(block for block in section.blocks if isinstance(block, Table) and block.name == name)


def test_figures_are_counted_by_grade(section):
    rows = table(section, "assumptions-by-grade").rows.set_index("group")
    assert rows.loc["All", ["judgement", "scenario", "derived", "published", "setting", "total"]].tolist() == [
        2,
        3,
        1,
        1,
        1,
        8,
    ]
    assert rows.loc["Official figures", "published"] == 1
    said = section.blocks[0].text
    assert "8 figures and settings: 2 are judgements, 3 have ranges; 1 more are judged only for the years after" in said


def test_what_was_set_here_comes_first(section):
    rows = table(section, "assumptions-set").rows
    assert rows["path"].tolist() == ["sample", "seed", GRANT_USE, "measures.grant.tranches[1].amount"]
    assert rows["shown"].tolist() == ["0.01 (fraction of people)", "7", "0.04 (fraction a year)", "£4,000"]
    assert rows["set_by"].tolist()[0] == "command line"


def test_what_is_most_in_doubt_follows(section):
    assert table(section, "assumptions-in-doubt").rows["path"].tolist() == [GRANT_USE]


def test_judgements_that_move_the_cost_are_shown_where_known():
    found = Companion({"tornado": tornado_table()}, {"sensitivity": {}})
    rows = table(assumptions(Material(run_of(), sensitivity=found)), "assumptions-moving").rows
    assert rows["path"].tolist() == [GRANT_USE] and rows["swing"].tolist() == [350e6]


def test_every_figure_is_in_a_folded_table(section):
    folded = [block for block in section.blocks if isinstance(block, Table) and block.folded]
    assert [block.title.split(":")[0] for block in folded] == [
        "The scenario and its settings", "Grant", "Own", "Official figures", "The population",
    ]  # fmt: skip
    assert sum(len(block.rows) for block in folded) == 8
    grant = folded[1].rows
    assert grant["quality"].tolist() == ["judgement", "scenario", "setting"]  # the weakest first
    assert grant["shown"].tolist()[2] == "flow: from birthdays"
    assert grant["range"].tolist()[0] == "0.02 to 0.06 (pert)"
    series = folded[3].rows["shown"].iloc[0]
    assert series.startswith("2026-27: 0.022026; 2027-28: 0.022027; … (27 more); 2055-56") and len(series) < 120


def test_a_run_where_nothing_was_set():
    log = run_of().assumptions.assign(set_by="default")
    run = run_of()
    section = assumptions(Material(type(run)(run.tables, run.manifest, run.resolved, log)))
    assert "every figure is a default" in " ".join(block.text for block in section.blocks if isinstance(block, Text))


def test_sources_are_escaped(section):
    page = page_html(Page("t", "s", [section]))
    assert HOSTILE not in page and "<script>alert" not in page
    assert "https://example.org/2020" in page


def test_labels_say_where_a_field_belongs_and_differ():
    paths = [
        "measures.a.take_up.by_pay[2].ratio",
        "measures.a.use.16",
        "parameters.tax.rate",
        "population.pay.spread",
        "seed",
    ]
    texts = ["Chance", "", "VAT rate", "", "Seed"]
    assert field_labels(paths, texts) == [
        "A, take up, by pay 2: chance", "A, use, 16", "Official figures, tax: VAT rate", "Population, pay", "Seed",
    ]  # fmt: skip
    assert field_labels(["measures.a.b.low_end", "measures.a.b.high_end"], ["End", "End"]) == [
        "A, b: end (low end)", "A, b: end (high end)",
    ]  # fmt: skip
    assert place_of_field("population") == ""


def test_values_carry_their_units():
    assert with_unit("0.039", "fraction a year") == "3.9 % a year"
    assert with_unit("1480", "£") == "£1,480"
    assert with_unit("none", "fraction") == "none"
    assert range_with_unit("0", "0.6", "fraction of the subsidy") == "0 % to 60 % of the subsidy"
    assert range_with_unit("1000", "2390.5", "£") == "£1,000 to £2,390.5"
    assert range_with_unit("flow", "all", "choice") == "flow to all"


def test_long_descriptions_are_cut_at_a_pause():
    text = "Share of learners without free meals who count all the same, so that the count meets that one; 0 leaves"
    assert shortened(text) == "Share of learners without free meals who count all the same"
    assert shortened("Short, as it is (see `other.field`)") == "Short, as it is"


def test_options_are_told_from_other_descriptions():
    assert options_of("flow: of birthdays; all_ages: everybody") == {"flow": "of birthdays", "all_ages": "everybody"}
    assert options_of("Growth after the first year; balances stay") == {}


def test_what_is_not_modelled_in_general_and_by_measure():
    section = not_modelled(Material(run_of()))
    facts = next(block for block in section.blocks if isinstance(block, Facts))
    assert [what for what, _ in facts.rows] == [one.what for one in general()]
    groups = {block.name: block for block in section.blocks if isinstance(block, Group)}
    bullets = next(block for block in groups["left-out-grant"].blocks if isinstance(block, Bullets))
    assert "Interest on balances" in bullets.items
    assert "(a_plug_in) comes without a description of what it leaves out" in groups["left-out-own"].blocks[0].text
    page_html(Page("t", "s", [section]))


def test_the_general_list_is_of_sentences():
    assert len(general()) >= 8
    assert all(one.what and one.text.endswith(".") for one in general())


def test_what_the_scenario_switches_off():
    off = switched_off(resolved_of(uncertainty={"leave_out": ["measures.grant.annual_use"]}))
    assert [one.what for one in off] == [
        "Second-round effects", "Alignment of Living with a partner by age", "Ranges that are not drawn",
    ]  # fmt: skip
    assert GRANT_USE in off[2].text
    on = resolved_of(second_round={"enabled": True}, alignment={"births": True}, uncertainty={})
    assert switched_off(on) == []


def test_a_scenario_without_measures():
    run = run_of()
    bare = type(run)(run.tables, run.manifest, {}, run.assumptions)
    assert any(isinstance(block, Facts) for block in not_modelled(Material(bare)).blocks)
