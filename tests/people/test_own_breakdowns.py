"""A scenario's own breakdowns: exact sums, the same figures as person-years give, and what wrong ones are told."""

import numpy as np
import pandas as pd
import pytest
from common import GRANT, OWN_BLOCK_ROWS

from microsim import api
from microsim.accounts.breakdowns import NOT_ALLOCATED
from microsim.accounts.own_breakdowns import OUTSIDE
from microsim.engine import own_sums
from microsim.engine.own_groups import span_of
from microsim.engine.person_columns import ABOUT, person_columns
from microsim.errors import InputError

NAMES = ("region_and_sex", "young", "income")
LINE = ["arm", "measure", "line", "financial_year"]


def pence(amounts):
    return (amounts * 100).round().astype(np.int64)


@pytest.mark.parametrize("name", NAMES)
def test_a_line_adds_up_over_the_groups(own_run, name):
    own = own_run.tables[f"by.{name}"].query("kind == 'line'").groupby(LINE)["amount"].sum()
    lines = own_run.tables["lines"].set_index(LINE)["amount"]
    if name == "income":
        assert set(own.index.get_level_values("line")) == {"vat_refund"}
        lines = lines[lines.index.get_level_values("line") == "vat_refund"]
    assert set(own.index) == set(lines[lines != 0].index)
    assert (pence(own) == pence(lines[own.index])).all()
    assert len(own) >= (4 if name == "income" else 80)


def test_a_breakdown_of_one_column_is_the_standard_one(own_run):
    own = own_run.tables["by.region_and_sex"].query("kind == 'line' and line == 'grant_spending'")
    standard = own_run.tables["breakdowns"].query("line == 'grant_spending' and breakdown == 'sex'")
    ours = own.groupby(["sex", "financial_year"])["amount"].sum()
    theirs = standard.set_index(["group", "financial_year"])["amount"]
    assert len(ours) == 6
    assert (pence(ours) == pence(theirs.reindex(ours.index))).all()


def test_groups_and_filter_are_those_of_person_years(own_run):
    """The cells of the filtered breakdown, counted again from the person-years by pandas."""
    people = pd.read_parquet(own_run.folder / "microdata")
    inside = (
        people["age"].between(16, 34) & people["region"].isin(["North East", "North West"])
        & people["work_status"].isin(["employee", "unemployed"])
    )  # fmt: skip
    band = pd.cut(people["age"], [0, 15, 18, 24, 200], labels=["under 16", "16-18", "19-24", "25+"]).astype(str)
    keys = {
        "qualification": people["qualification"].astype(str).where(inside, OUTSIDE), "age": band.where(inside, OUTSIDE),
        "financial_year": people["financial_year"].astype(str),
    }  # fmt: skip
    table = own_run.tables["by.young"]
    for kind, line, values in (
        ("people", "adults", people["weight"] * people["resident"]),
        ("line", "balance", people["weight"] * people["grant.balance"]),
        ("gain", "exchequer", people["weight"] * people["grant.exchequer"]),
    ):
        shown = table[(table["kind"] == kind) & (table["line"] == line) & table["measure"].isin(["", "grant"])]
        shown = shown[shown["age"] != NOT_ALLOCATED].set_index(["qualification", "age", "financial_year"])["amount"]
        counted = values.groupby([keys["qualification"], keys["age"], keys["financial_year"]]).sum()
        counted = pence(counted[pence(counted) != 0])
        assert len(counted) > 10
        assert (counted.sort_index() == pence(shown).sort_index()).all()
    assert {OUTSIDE, "16-18", "19-24", "25+"} == set(table["age"]) - {NOT_ALLOCATED}


def test_a_run_without_them_has_the_same_other_tables(own_run, own_scenario, tmp_path):
    """Neither breakdowns nor person-years change anything else, nor does the number of threads."""
    plain = api.run(own_scenario, alternatives=False, block_rows=OWN_BLOCK_ROWS, threads=3)
    assert plain.digest == own_run.digest


def test_every_cell_of_people_has_an_error(own_run):
    """Of what is allocated to nobody none is known; no error is out of proportion."""
    table = own_run.tables["by.region_and_sex"]
    assert table["simulation_error"].isna().equals(table["region"] == NOT_ALLOCATED)
    spent = table.query("kind == 'line' and line == 'grant_spending'")
    assert (spent["simulation_error"] > 0).all()
    assert (spent["simulation_error"] <= 1.5 * spent["amount"]).all()
    adults = table.query("kind == 'people' and line == 'adults'")
    assert (adults["simulation_error"] < adults["amount"] / 2).all()


def test_errors_of_a_large_breakdown_are_near_those_by_random_group(own_run, own_scenario, monkeypatch):
    """The same cells estimated from their line's error: as large on average."""
    monkeypatch.setattr(own_sums, "MOST_BY_RANDOM_GROUP", 0)
    again = api.run(own_scenario, alternatives=False, block_rows=OWN_BLOCK_ROWS, threads=1)
    for name in NAMES:
        first, second = (run.tables[f"by.{name}"] for run in (own_run, again))
        pd.testing.assert_frame_equal(first.drop(columns="simulation_error"), second.drop(columns="simulation_error"))
    first, second = (run.tables["by.region_and_sex"].query("kind == 'line'") for run in (own_run, again))
    kept = first["line"].isin(["users", "grant_spending"]) & (first["arm"] == "reform")
    ratio = np.sqrt((second["simulation_error"][kept] ** 2).sum() / (first["simulation_error"][kept] ** 2).sum())
    assert ratio == pytest.approx(1, abs=0.35)


def test_every_column_is_described(england):
    columns = person_columns(england)
    assert set(ABOUT) <= set(columns)
    assert all(column.unit for column in columns.values() if column.numbers is not None)
    assert all(column.codes is not None or column.numbers is not None for column in columns.values())


def test_spans_of_numbers():
    assert span_of(16) == (16, 16, True)
    assert span_of("16 to 34") == (16, 34, True)
    assert span_of("from 50") == (50, np.inf, True)
    assert span_of("under 20000") == (-np.inf, 20000, False)
    assert span_of("16-34") is None


WRONG = {
    "a: [regoin]": ("by.a.groups[1].column: no column 'regoin'", "region"),
    "a: [pay]": ("pay is a number and needs bands", None),
    "a: [{column: sex, bands: [1]}]": ("sex is not a number", None),
    "a: [{column: age, bands: [25, 16]}]": ("bands must rise", None),
    "a: [{column: age, bands: [16.5]}]": ("age is counted in whole years", None),
    "a: [{column: age, bands: [young]}]": ("wrong type", None),
    "a: [age, {column: age, bands: [16]}]": ("a column is crossed with itself", None),
    "a: [local_authority, age]": ("too many groups crossed", None),
    "a: []": ("not a number of columns that can be crossed", None),
    "A: [sex]": ("not a breakdown's name", None),
    "a: {groups: [sex], where: {sex: femal}}": ("not a group of sex", "female"),
    "a: {groups: [sex], where: {age: 34 to 16}}": ("not a group of age", None),
    "a: {groups: [sex], where: {sexx: female}}": ("no column 'sexx'", "sex"),
    "a: {groups: [sex], where: {sex: []}}": ("lets nobody through", None),
    "a: {groups: [sex], measures: [grnt]}": ("no measure 'grnt'", "grant"),
    "a: {groups: [sex], lines: [grant_spendin]}": ("no line 'grant_spendin'", "grant_spending"),
    "a: {group: [sex]}": ("unknown key 'group'", "groups"),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_breakdown_is_explained_with_its_place(scenario_file, text):
    path = scenario_file(f"by:\n  {text}\nmeasures:\n  grant:\n    kind: {GRANT}\n")
    with pytest.raises(InputError) as error:
        api.load_scenario(path)
    message, near = WRONG[text]
    problem = next(problem for problem in error.value.problems if message in problem.message)
    assert problem.place is not None
    assert (problem.place.file, problem.place.line) == (str(path), 4)
    assert problem.nearest == near


def test_the_resolved_scenario_has_them_in_full(own_scenario, tmp_path):
    (tmp_path / "again.yaml").write_text(own_scenario.to_yaml(), encoding="utf-8")
    again = api.load_scenario(tmp_path / "again.yaml")
    assert again == own_scenario
    assert again.by["young"].groups[1].bands == (16, 19, 25)


def test_a_variant_can_remove_one(own_scenario, tmp_path):
    path = tmp_path / "variant.yaml"
    path.write_text(f"name: Variant\nextends: {own_scenario.path}\nby: {{young: null, more: [sex]}}\n")
    assert list(api.load_scenario(path).by) == ["region_and_sex", "income", "more"]
