"""The part of the report on each measure: nothing but what the tables hold, whatever the measure is."""

from importlib.metadata import EntryPoint, EntryPoints

import numpy as np
import pandas as pd
import pytest
from costed import GRANT, HOSTILE, PLUG, YEARS, material, nothing_to_cost, run, scorecard, totals

from microsim.accounts.totals import ALL_YEARS
from microsim.comparison.finished import FinishedRun
from microsim.measures import about
from microsim.report.material import Material
from microsim.report.note import note_text
from microsim.report.page.blocks import Facts, Figure, Group, Page, Table, Text
from microsim.report.page.html import page_html
from microsim.report.sections.figures_by_year import shown_as
from microsim.report.sections.measure_cost import short_labels, what_is_seen
from microsim.report.sections.measures import measures
from microsim.report.sections.not_modelled import not_modelled


def groups(found):
    return {block.name: block for block in measures(found).blocks if isinstance(block, Group)}


def named(group, name):
    (block,) = [block for block in group.blocks if getattr(block, "name", "") == name]
    return block


def of_kind(group, kind):
    return [block for block in group.blocks if isinstance(block, kind)]


@pytest.fixture(scope="module")
def grant():
    return groups(material())[f"measure-{GRANT}"]


@pytest.fixture(scope="module")
def plug():
    return groups(material())[f"measure-{PLUG}"]


def test_measures_come_in_the_order_of_the_scenario():
    assert list(groups(material())) == [f"measure-{GRANT}", f"measure-{PLUG}"]


def test_a_known_measure_says_what_it_is(grant):
    (facts,) = of_kind(grant, Facts)
    assert [name for name, _ in facts.rows] == ["Policy", "Base", "Method", "Behaviour", "Left out", "More"]
    assert grant.title == "Training grant: Lifelong Training Grant"


def test_a_measure_of_an_unknown_kind_says_that_it_says_nothing(plug):
    assert not of_kind(plug, Facts)
    assert "bus_fares_relief" in of_kind(plug, Text)[0].text
    assert plug.title == "Bus fares"


def test_a_plug_in_whose_words_are_faulty_breaks_nothing(tmp_path, monkeypatch):
    (tmp_path / "busfares.py").write_text("")
    (tmp_path / "about.yaml").write_text("bass: what nobody asked for\n")
    points = EntryPoints([EntryPoint("bus_fares_relief", "busfares:MEASURE", "microsim.measures")])
    monkeypatch.setattr(about, "entry_points", lambda **query: points.select(**query))
    monkeypatch.syspath_prepend(tmp_path)
    about.about_of.cache_clear()
    said = "about.yaml of this kind of measure (bus_fares_relief) cannot be read"
    assert said in of_kind(groups(material())[f"measure-{PLUG}"], Text)[0].text
    assert said in " ".join(note_text(material()).replace("\\", "").split())
    left_out = {block.name: block for block in not_modelled(material()).blocks if isinstance(block, Group)}
    assert said in of_kind(left_out[f"left-out-{PLUG}"], Text)[0].text
    about.about_of.cache_clear()


def test_only_what_the_scenario_chose_is_listed(grant):
    chosen = named(grant, f"measure-{GRANT}-chosen")
    assert list(chosen.rows["path"]) == ["start"]
    assert list(chosen.rows["value"]) == ["2028-29"]


def test_the_cost_is_the_scorecard_s(grant):
    lines = named(grant, f"measure-{GRANT}-lines").rows
    card = scorecard()
    mine = card[card["measure"] == GRANT]
    spent = mine[mine["line"] == "spending"].set_index("financial_year")["cash"]
    row = lines[lines["line"] == "Grant spent on courses"].iloc[0]
    assert row["2028-29"] == spent["2028-29"]
    assert row[ALL_YEARS] == pytest.approx(spent.sum(), abs=0.005)
    assert lines.iloc[-1]["2045-46"] == pytest.approx(mine[mine["financial_year"] == "2045-46"]["cash"].sum())
    assert "An option that is not used" not in set(lines["line"])
    assert lines.iloc[-1]["2045-46 ±"] == pytest.approx(abs(lines.iloc[-1]["2045-46"]) / 50)


def test_the_chart_holds_every_year_and_line_with_money(grant):
    figure = named(grant, f"measure-{GRANT}-cost")
    data = figure.data.rows
    assert set(data["line"]) == {"Grant spent on courses", "Tax that comes back"}
    assert data["cost"].sum() == pytest.approx(-scorecard().query("measure == @GRANT")["cash"].sum())
    assert figure.title == "Training grant costs £96 million in 2028-29 and £232 million in 2045-46"
    assert len(figure.chart.to_dict()["layer"]) == 2, "bars, and their sum where some cost and some save"


def test_many_lines_are_drawn_as_the_largest_and_the_rest():
    card = scorecard()
    first = card[card["line"] == "spending"]
    many = pd.concat(
        [first.assign(line=f"l{n}", description=f"Line {n}", cash=first["cash"] * (n + 1)) for n in range(12)]
    )
    figure = named(
        groups(material(scorecard=many, scorecard_totals=totals(many)))[f"measure-{GRANT}"], f"measure-{GRANT}-cost"
    )
    drawn = list(dict.fromkeys(figure.data.rows["line"]))
    assert drawn == [f"Line {n}" for n in range(11, 4, -1)] + ["Other lines"]
    assert figure.data.rows["cost"].sum() == pytest.approx(-many["cash"].sum())


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        (["Tax", "Spending"], ["Tax", "Spending"]),
        (["Premium paid for disadvantaged learners of schools", "Premium paid for disadvantaged learners of colleges"],
         ["Premium paid … schools", "Premium paid … colleges"]),
        (["Paid to all of the learners in England", "Paid to all of the learners in England and Wales"],
         ["Paid to … England", "Paid to … England and Wales"]),
    ],
)  # fmt: skip
def test_a_legend_tells_lines_apart_that_begin_alike(lines, labels):
    assert short_labels(lines) == labels


def test_what_stands_beside_is_apart_and_never_in_the_cost(grant):
    main, more = named(grant, f"measure-{GRANT}-beside"), named(grant, f"measure-{GRANT}-more")
    rows = main.rows.set_index("what")
    assert rows.loc["Tranches paid into accounts", ALL_YEARS] == pytest.approx(5e8 * len(YEARS))
    assert pd.isna(rows.loc["People who used it", ALL_YEARS]), "people of several years are not added"
    assert list(rows["form"]) == ["million", "count", "share"]
    assert list(more.rows["what"]) == ["Held on 31 March"]
    assert more.folded and ALL_YEARS not in [column.name for column in more.columns]


def test_other_choices_are_charted_and_tabled(grant):
    figure = named(grant, f"measure-{GRANT}-other-choices")
    assert dict(zip(figure.data.rows["choice"], figure.data.rows["cost"], strict=True)) == {
        "as in the scenario": pytest.approx(2e9), HOSTILE: pytest.approx(6e9)
    }  # fmt: skip
    assert figure.title == (
        "By its own lines alone (before taxes and benefits that follow), over all years: £6 billion under another "
        "choice; here £2 billion"
    )
    table = named(grant, f"measure-{GRANT}-choices")
    assert table.rows.set_index("choice").loc[HOSTILE, "2029-30"] == -3e8


def test_a_measure_without_other_choices_shows_none(plug):
    assert [figure.name for figure in of_kind(plug, Figure)] == [f"measure-{PLUG}-cost"]


def test_own_tables_have_years_as_columns(grant):
    table = named(grant, f"table-{GRANT}-static_and_behavioural")
    assert list(table.rows["step"]) == ["Static", "Post-behavioural"], "what is nothing in all years is left out"
    assert table.rows.set_index("step").loc["Static", "2028-29"] == 6e7
    assert table.folded
    assert "Other years are in training_grant.static_and_behavioural.csv" in table.note


def test_own_tables_without_years_stand_as_they_are(plug):
    table = named(plug, f"table-{PLUG}-stops_of_every_company_in_the_country")
    assert list(table.rows["riders"]) == [10, 20]
    assert [column.form for column in table.columns] == ["text", "number", "number", "text"]


def test_several_figures_of_a_table_are_rows():
    rates = pd.DataFrame({"financial_year": YEARS, "chosen": "a", "low": 1.0, "high": 2.0})
    found = groups(material(**{f"{PLUG}.rates": rates}))[f"measure-{PLUG}"]
    table = named(found, f"table-{PLUG}-rates")
    assert [(row["item"], row["2028-29"]) for row in table.rows.to_dict("records")] == [("Low", 1.0), ("High", 2.0)]


def test_rows_of_the_same_words_and_year_all_stand_in_the_table():
    rates = pd.DataFrame({"financial_year": [YEARS[2]] * 2, "chosen": "a", "rate": [1.0, 7.0]})
    found = groups(material(**{f"{PLUG}.rates": rates}))[f"measure-{PLUG}"]
    assert list(named(found, f"table-{PLUG}-rates").rows["rate"]) == [1.0, 7.0]


def test_a_long_table_without_years_is_named_and_not_shown():
    found = groups(material(**{f"{PLUG}.long": pd.DataFrame({"x": range(301)})}))[f"measure-{PLUG}"]
    assert any("301 rows, which are in bus_fares.long.csv" in text.text for text in of_kind(found, Text))


def test_ratings_stand_in_a_line(grant, plug):
    assert of_kind(grant, Text)[-1].text.startswith("Uncertainty: very high (data high); most in doubt: annual_use")
    assert of_kind(plug, Text)[-1].text == "Uncertainty: not rated."


def test_tables_that_a_run_may_lack_are_not_needed():
    section = measures(material(alternatives=None, ratings=None))
    assert [type(block) for block in section.blocks] == [Group, Group]


def test_a_scenario_without_measures():
    (block,) = measures(Material(nothing_to_cost())).blocks
    assert "nothing to cost" in block.text


def test_a_measure_that_baseline_and_reform_share_has_no_money():
    base = run()
    card = base.scorecard
    found = FinishedRun(
        {**base.tables, "scorecard": card[card["measure"] == GRANT]}, base.manifest, base.resolved, base.assumptions
    )
    texts = of_kind(groups(Material(found))[f"measure-{PLUG}"], Text)
    assert any(text.text.startswith("Nothing of it is in the scorecard") for text in texts)


def test_a_measure_that_the_reform_drops_and_rules_that_change():
    base = run()
    card = base.scorecard.replace({"measure": {PLUG: "taxes_and_benefits"}})
    resolved = {**base.resolved, "measures": {}, "baseline": {"measures": base.resolved["measures"]}}
    tables = {**base.tables, "scorecard": card, "scorecard_totals": totals(card)}
    found = groups(Material(FinishedRun(tables, base.manifest, resolved, base.assumptions)))
    assert list(found) == [f"measure-{GRANT}", f"measure-{PLUG}", "measure-taxes_and_benefits"]
    assert of_kind(found[f"measure-{GRANT}"], Text)[0].kind == "warning"
    assert found["measure-taxes_and_benefits"].title == "Changed taxes and benefits"


def test_names_are_unique_and_what_users_typed_is_escaped_on_the_page():
    section = measures(material())
    html = page_html(Page("It", "", [section]))
    assert "<script>alert(1)" not in html
    names = [block.name for group in section.blocks for block in group.blocks if isinstance(block, Table | Figure)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("cash", "errors", "says"),
    [
        ([0.0, 0.0], [1.0, 1.0], "It: nothing is spent or saved in these years"),
        ([0.0, -2e6], [0.0, 1e6], "It costs £2 million in 2027-28"),
        ([3e6, -2e6], [1e6, 1e6], "It saves £3 million in 2026-27 and costs £2 million in 2027-28"),
        ([3e6, -2e6], [np.nan, np.nan], "It saves £3 million in 2026-27 and costs £2 million in 2027-28"),
        ([3e6, 24e6], [2e6, 12e6],
         "It saves £3 million (± £2 million: its sign is not certain) in 2026-27 and £24 million in 2027-28"),
        ([3e6, 24e6], [1e6, 13e6],
         "It saves £3 million in 2026-27 and £24 million (± £13 million: its sign is not certain) in 2027-28"),
    ],
)  # fmt: skip
def test_a_chart_s_title_says_what_is_seen_and_how_sure_it_is(cash, errors, says):
    seen = what_is_seen("It", pd.Series(cash, YEARS[:2]), pd.Series(errors, YEARS[:2]))
    assert seen.replace(".0 million", " million") == says


def test_a_measure_s_title_has_the_errors_of_the_run():
    loud = totals(scorecard())
    loud["simulation_error"] = loud["cash"].abs()
    figure = named(groups(material(scorecard_totals=loud))[f"measure-{GRANT}"], f"measure-{GRANT}-cost")
    assert figure.title.startswith("Training grant costs £96 million (± £96 million: its sign is not certain)")


@pytest.mark.parametrize(
    ("unit", "values", "form"),
    [("£", [2e6], "million"), ("£", [1500.0], "pounds"), ("£", [0.0, 3.5], "pence"), ("fraction", [0.1], "share"),
     ("people", [7], "count"), ("index", [1.2], "number"), ("£", [float("nan")], "pounds")],
)  # fmt: skip
def test_figures_are_shown_by_their_unit(unit, values, form):
    assert shown_as(unit, values).form == form
