"""The sections on uncertainty, as blocks: the figures of the tables, the right commands where something is missing."""

import pandas as pd
import pytest
from beside import (
    ABOUT_DRAWS,
    ABOUT_TORNADO,
    GRANT_USE,
    HOSTILE,
    budget_table,
    fan_table,
    run_of,
    shares_table,
    synthesis_tables,
    tornado_table,
    totals_table,
)

from microsim.report.material import Companion, Material
from microsim.report.page.blocks import Code, Figure, Group, Page, Table, Text
from microsim.report.page.html import page_html
from microsim.report.sections.error_charts import synthesis_figure
from microsim.report.sections.fan_charts import budget_figure
from microsim.report.sections.how_sure import how_sure
from microsim.report.sections.tornado_charts import shares_figure


def blocks_of(part, kind):
    """Every block of a kind, however deep."""
    found = []
    for block in part.blocks:
        found += [block] if isinstance(block, kind) else []
        if isinstance(block, Group):
            found += blocks_of(block, kind)
    return found


def texts_of(part):
    return " ".join(block.text for block in blocks_of(part, Text))


def named(part, kind, name):
    return next(block for block in blocks_of(part, kind) if block.name == name)


def drawn(**changes):
    return Companion({"fan": fan_table(), "budget": budget_table()}, {"uncertainty": ABOUT_DRAWS | changes})


def moved(**tables):
    return Companion({"tornado": tornado_table()} | tables, {"sensitivity": ABOUT_TORNADO})


@pytest.fixture
def whole(tmp_path):
    synthesis = Companion(synthesis_tables(), {"synthesis": {"seeds": [1, 2, 3]}})
    run = run_of(tmp_path / "grant")
    return Material(run, drawn(), moved(variance_shares=shares_table()), synthesis=synthesis)


def test_every_chart_is_a_valid_one_and_has_its_data(whole):
    figures = blocks_of(how_sure(whole), Figure)
    assert [figure.name for figure in figures] == [
        "cost-over-draws", "budget", "tornado", "variance-shares", "simulation-error", "synthesis-error",
    ]  # fmt: skip
    for figure in figures:
        figure.chart.to_dict()  # checked against the schema
        assert len(figure.data.rows) and figure.description.endswith(".")
        assert {column.name for column in figure.data.columns} <= set(figure.data.rows.columns)


def test_the_fan_is_the_table_of_draws(whole):
    fan = named(how_sure(whole), Figure, "cost-over-draws")
    expected = fan_table().query("measure == 'all measures' and financial_year != 'all years'")
    assert fan.data.rows["p95"].tolist() == expected["p95"].tolist()
    assert fan.title == "In 2028-29 nine draws in ten cost between £480 million and £780 million"
    said = texts_of(how_sure(whole))
    assert "2 uncertain figures were drawn 60 times" in said
    assert "£612 million in the middle draw" in said and "the central run says £600 million (± £12 million" in said
    assert "the 3 cheapest and the 3 dearest" in said


def test_the_budget_is_said_for_the_headline_year(whole):
    said = texts_of(how_sure(whole))
    assert "exceeds £450 million in 2028-29 in 90 % of draws (0 % to 100 %)" in said
    budget = named(how_sure(whole), Figure, "budget")
    assert budget.title.startswith("So many draws cannot tell whether any year costs more than £450 million")
    assert len(budget.data.rows) == 5


@pytest.mark.parametrize(
    ("low", "high", "title"),
    [
        ([0.0, 0.51, 0.8], [0.1, 0.7, 0.95], "More than half of the draws cost more than £450 million from 2027-28 on"),
        ([0.0, 0.49, 0.8], [0.1, 0.7, 0.95], "More than half of the draws cost more than £450 million from 2028-29 on"),
        ([0.0, 0.6, 0.4], [0.1, 0.7, 0.6], "More than half of the draws cost more than £450 million first in 2027-28"),
        ([0.0, 0.2, 0.2], [0.1, 0.4, 0.4],
         "In no single year do more than half of the draws cost more than £450 million"),
    ],
)  # fmt: skip
def test_a_budget_is_exceeded_only_where_the_draws_can_tell(low, high, title):
    table = budget_table()
    table.loc[:2, "chance_low"], table.loc[:2, "chance_high"] = low, high
    assert budget_figure(table).title == title


def test_without_a_budget_it_says_how_to_ask(whole):
    material = Material(whole.run, Companion({"fan": fan_table()}, {"uncertainty": ABOUT_DRAWS}))
    assert "--budget 2.5bn" in texts_of(how_sure(material))


def test_the_tornado_speaks_in_words(whole):
    tornado = named(how_sure(whole), Figure, "tornado")
    assert tornado.title == "Grant moves the cost most: by £350 million"
    rows = tornado.data.rows
    assert rows["field"].tolist() == [GRANT_USE, "measures.own.price"]  # what moves nothing is no bar
    assert rows["label"].iloc[0] == "Grant: users over the labour force"
    bars = pd.DataFrame(tornado.chart.layer[0].data)
    assert bars["words"].iloc[0] == "Users over the labour force: 2 % to 6 % a year"
    assert bars["value"].tolist()[:2] == ["2 % a year", "6 % a year"]
    assert bars["change"].tolist()[:2] == [-200.0, 150.0]


def test_nothing_that_moves_the_cost_is_said(whole):
    still = tornado_table().assign(swing=0.0)
    material = Material(whole.run, sensitivity=Companion({"tornado": still}, {"sensitivity": ABOUT_TORNADO}))
    assert "No uncertain figure moves the cost of all measures, 2028-29" in texts_of(how_sure(material))


def test_ratings_stand_in_a_grid_with_the_doubt_in_words(whole):
    grid = named(how_sure(whole), Table, "ratings").rows.set_index("measure")
    assert grid.loc["Grant", ["overall", "data", "modelling", "behaviour"]].tolist() == [
        "very high",
        "high",
        "medium",
        "low",
    ]
    assert grid.loc["Grant", "doubt"] == "Grant: users over the labour force. Why overall."
    assert grid.loc["Own", "overall"] == "not rated"


def test_choices_are_by_the_measures_own_lines(whole):
    rows = named(how_sure(whole), Table, "choices").rows.set_index("alternative")
    assert rows.loc["Launch: everybody", ["cash", "all"]].tolist() == [-500e6, -1500e6]
    assert rows["own"].tolist() == [False, True]


def test_simulation_error_by_measure(whole):
    rows = named(how_sure(whole), Figure, "simulation-error").data.rows.set_index("measure")
    assert rows.loc["All measures", ["cash", "error", "all_error"]].tolist() == [-600e6, 12e6, 24e6]
    assert rows.loc["Grant", "share"] == pytest.approx(0.02)
    assert "--sample 0.04, would halve it" in texts_of(how_sure(whole))


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ({"one_in": 1.0, "sample": "1 in 1"}, "Everybody is simulated: what is left is luck."),
        ({"one_in": 2.0}, "Everybody, --scale full, would leave 71 % of it"),
        ({"survey": {"name": "My survey"}}, "A survey of four times as many people would halve it."),
    ],
)
def test_what_would_make_the_error_smaller(manifest, said):
    assert said in texts_of(how_sure(Material(run_of(**manifest))))


def test_an_error_that_is_not_known_is_said():
    unknown = totals_table().assign(simulation_error=float("nan"))
    assert "No simulation error is known" in texts_of(how_sure(Material(run_of(tables={"scorecard_totals": unknown}))))


def test_the_error_is_that_of_the_year_that_the_headline_quotes():
    largest = {"financial_year": "2027-28", "cash": -900e6, "standard_error": 99e6}
    said = texts_of(how_sure(Material(run_of(simulation_error=largest))))
    assert "£600 million in 2028-29 has ± £12 million of simulation error" in said
    assert "differences between scenarios over the same people" in said


def test_one_measure_is_not_shown_twice():
    totals = totals_table().query("measure != 'own'")
    figure = named(how_sure(Material(run_of(tables={"scorecard_totals": totals}))), Figure, "simulation-error")
    assert figure.data.rows["measure"].tolist() == ["Grant"]


def test_synthesis_error_is_over_all_years_and_measures(whole):
    figure = named(how_sure(whole), Figure, "synthesis-error")
    assert figure.data.rows["synthesis_difference"].tolist() == [-30e6]
    assert figure.title.startswith("The one tried raises the cost over all years by £30 million (± £5")
    assert "3 seeds" in texts_of(how_sure(whole))


def test_a_population_that_moves_the_cost_within_noise_says_so():
    tables = synthesis_tables()
    loud = tables["synthesis"].assign(simulation_error=16e6)
    title = synthesis_figure(loud, tables["synthesis_fits"]).title
    assert title.endswith("moves the cost over all years by £30 million (± £16 million: its sign is not certain)")
    cheaper = tables["synthesis"].assign(synthesis_difference=30e6)
    assert "lowers the cost" in synthesis_figure(cheaper, tables["synthesis_fits"]).title


def test_a_share_of_the_variance_is_named_with_its_interval_where_it_stands_out():
    figure = shares_figure(shares_table(), tornado_table())
    expected = "Grant: users over the labour force alone unknown would leave 80 % (± 10 %) of the variance"
    assert figure.title == expected
    wide = shares_figure(shares_table().assign(total_interval=0.5), tornado_table())
    assert wide.title == "No one figure has clearly the largest share of the variance"


def test_only_scenarios_over_the_same_people_differ_more_surely_than_they_are_known(whole):
    said = texts_of(how_sure(whole))
    assert "differences between scenarios over the same people are far surer" in said
    assert "differences between measures" not in said


def test_what_is_missing_comes_with_its_command(tmp_path):
    section = how_sure(Material(run_of(tmp_path / "a grant"), refused={"uncertainty": "It is of another scenario."}))
    codes = [block.text for block in blocks_of(section, Code)]
    beside = "'a grant"  # nothing of where it lies
    assert codes == [
        f"microsim {name} scenarios/grant.yaml --sample 0.01 --output {beside}.{name}'\nmicrosim report {beside}'"
        for name in ("uncertainty", "sensitivity", "synthesis")
    ]
    assert "It is of another scenario." in texts_of(section)
    assert "--sobol" in [block.text for block in blocks_of(how_sure(Material(run_of(), sensitivity=moved())), Code)][1]


def test_what_was_made_of_other_people_says_so(whole):
    other = Companion(
        {"fan": fan_table()}, {"uncertainty": ABOUT_DRAWS}, "1 in 500 of the population (this run: 1 in 100)"
    )
    assert "made with 1 in 500 of the population (this run: 1 in 100)" in texts_of(how_sure(Material(whole.run, other)))


def test_choices_among_the_draws_are_named(whole):
    material = Material(whole.run, drawn(choices_drawn=["measures.grant.launch"]))
    assert "measures.grant.launch drawn among choices" in texts_of(how_sure(material))


def test_a_run_without_measures_or_optional_tables():
    empty = run_of().scorecard.iloc[:0]
    section = how_sure(Material(run_of(tables={"scorecard": empty}, simulation_error=None)))
    assert "there is no cost to be unsure of" in texts_of(section)
    section = how_sure(Material(run_of(tables={"ratings": None, "alternatives": None})))
    assert not [block for block in blocks_of(section, Table) if block.name in ("ratings", "choices")]


def test_what_a_user_typed_is_text(whole):
    page = page_html(Page("t", "s", [how_sure(whole)]))
    assert HOSTILE not in page and "<script>alert" not in page
