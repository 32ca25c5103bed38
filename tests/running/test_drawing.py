"""`microsim uncertainty` on real runs of a few people: what is drawn, what the tables say, what is left and refused."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from common import ROOT

from microsim import api, assess_uncertainty
from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.cli import main
from microsim.errors import InputError
from microsim.report.dictionary import tables
from microsim.report.uncertainty import uncertainty_text
from microsim.uncertainty.fields import uncertain_fields

DRAWS = 40
RATE, SHARE = "measures.premium.rate.own", "measures.premium.eligibility.persistent"
SCENARIO = f"""\
name: Premium
population: {ROOT / "populations" / "england.yaml"}
years: 2028-29 to 2031-32
sample: 0.00005
seed: 5
measures:
  premium:
    kind: post16_pupil_premium
    start: 2029-30
    rate:
      source: own
      own: {{central: 1000, low: 500, high: 1500, distribution: uniform, source: test}}
      rounded_to: 1
uncertainty:
  leave_out: [parameters]
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenarios") / "premium.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def rate_alone(path):
    """The scenario with nothing uncertain but the rate paid, evenly between £500 and £1,500."""
    scenario = api.load_scenario(path)
    others = tuple(field.path for field in uncertain_fields(scenario, ()) if field.path != RATE)
    section = scenario.uncertainty.model_copy(update={"leave_out": (*scenario.uncertainty.leave_out, *others)})
    return replace(scenario, uncertainty=section)


@pytest.fixture(scope="module")
def spread(rate_alone, tmp_path_factory):
    """Its draws, with a budget, in a folder."""
    folder = tmp_path_factory.mktemp("outputs") / "premium.uncertainty"
    budget = "£300m"
    return assess_uncertainty(rate_alone, draws=DRAWS, budget=budget, output=folder, threads=1)


def test_a_cost_in_proportion_to_a_field_spreads_in_proportion(spread):
    """What is paid is the rate times heads: over the rate it is the same in every draw; 5 % of draws pay below £550."""
    draws, values = spread.tables["draws"], spread.tables["draw_values"].set_index("draw")["number"]
    largest = draws.groupby("line")["cash"].sum().abs().idxmax()
    paid = draws[(draws["line"] == largest) & (draws["financial_year"] == "2031-32")].set_index("draw")["cash"]
    heads = paid / values
    assert len(heads) == DRAWS
    assert heads.to_numpy() == pytest.approx(heads.mean(), rel=2e-3)  # rates that have grown are whole pounds
    table = spread.percentiles
    found = table[(table["line"] == largest) & (table["financial_year"] == "2031-32") & (table["prices"] == "cash")]
    over_central = found[["p5", "p50", "p95", "mean"]].to_numpy()[0] / found["central"].iloc[0]
    assert over_central == pytest.approx([1.45, 1.0, 0.55, 1.0], abs=0.03)  # minus is a cost: the 5th costs most


def test_the_fields_say_what_was_drawn_and_what_mattered(spread):
    (field,) = spread.fields.to_dict("records")
    assert (field["field"], field["low"], field["central"], field["high"]) == (RATE, "500", "1000", "1500")
    assert field["rank_correlation"] == pytest.approx(1.0)
    assert field["beyond_chance"]
    assert field["draws_below_central"] == pytest.approx(0.5)
    values = spread.tables["draw_values"]
    assert np.sort(values["quantile"].to_numpy() * DRAWS).astype(int).tolist() == list(range(DRAWS))
    assert values["number"].to_numpy() == pytest.approx(500 + 1000 * values["quantile"].to_numpy())


def test_the_central_run_is_that_of_microsim_run(spread, rate_alone):
    """Cost and simulation error of the fan are those of the run's own table of totals."""
    alone = api.run(rate_alone, threads=1, alternatives=False)
    totals = alone.tables["scorecard_totals"]
    mine = totals[totals["line"] == ALL_LINES].set_index(["measure", "financial_year"])
    fan = spread.fan.set_index(["measure", "financial_year"])
    assert (fan["central"] + mine["cash"]).abs().max() < 1e-3
    assert (fan["simulation_error"] - mine["simulation_error"]).abs().max() == 0
    assert fan.loc[(ALL_MEASURES, ALL_YEARS), "simulation_error"] > 0
    assert spread.manifest["central_digest"] == alone.digest


def test_the_budget_is_set_against_each_year_and_all(spread):
    found = spread.budget.set_index("financial_year")
    draws = spread.tables["draws"].groupby(["draw", "financial_year"])["cash"].sum().unstack()  # noqa: PD010
    for year in draws:
        assert found.loc[year, "chance"] == (-draws[year] > 300e6).mean()
    assert found.loc[ALL_YEARS, "chance"] == (-draws.sum(axis=1) > 300e6).mean()
    assert found.loc["any year", "chance"] > 0
    assert (found["budget"] == 300e6).all()
    assert spread.manifest["uncertainty"]["budget"] == 300e6


def test_the_folder_holds_every_table_as_described(spread):
    folder = spread.folder
    for name, table in spread.tables.items():
        assert list(table) == [column.name for column in tables()[name].columns], name
        pd.testing.assert_frame_equal(pd.read_parquet(folder / f"{name}.parquet"), table, check_dtype=False)
        assert (folder / f"{name}.csv").exists() == (name != "draw_lines")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["uncertainty"]["draws"] == DRAWS
    assert "simulation error" in manifest["uncertainty"]["the_spread_is_not"]
    assert {path.name for path in folder.parent.iterdir()} == {folder.name}  # nothing kept is left


def test_the_same_draws_again(spread, rate_alone):
    """Other threads, and fewer draws have draws of their own."""
    again = assess_uncertainty(rate_alone, draws=DRAWS, budget=300e6, threads=2)
    assert again.manifest["tables_digest"] == spread.manifest["tables_digest"]
    other = assess_uncertainty(rate_alone, draws=4, draw_seed=2)
    assert other.budget is None
    assert set(other.tables["draw_values"]["quantile"]).isdisjoint(spread.tables["draw_values"]["quantile"])


@pytest.mark.parametrize("year", ["2030-31", ALL_YEARS])
def test_the_headline_year_may_be_asked_for(rate_alone, year):
    found = assess_uncertainty(rate_alone, draws=4, budget=300e6, year=year, threads=1)
    assert found.headline_year == year
    about = found.manifest["uncertainty"]
    assert (about["headline_year"], about["headline_is"]) == (year, "as asked")
    said = uncertainty_text(found.tables, about, 120)
    assert f"{'Over all years' if year == ALL_YEARS else 'In 2030-31'}, as asked: £" in said
    with pytest.raises(InputError, match="a year outside the scenario's"):
        assess_uncertainty(rate_alone, draws=4, year="2040-41")


def test_the_command_prints_a_fan_and_leaves_a_folder(path, tmp_path):
    folder = tmp_path / "out"
    asked = ["uncertainty", str(path), "--draws", "12", "--budget", "0.2bn", "--output", str(folder), "--threads", "1"]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 0, result.output
    for said in ("percentiles of 12 draws", "2031-32", "In 2031-32", "exceeds £200 million", "What matters most",
                 "microsim sensitivity", "cheapest and the dearest", "simulation error", "It is not"):  # fmt: skip
        assert said in " ".join(result.stdout.split())
    assert all(len(line) <= 120 for line in result.stdout.splitlines() if str(tmp_path) not in line)
    assert (folder / "draw_lines.parquet").exists()
    as_json = CliRunner().invoke(main, [*asked, "--json"])
    assert json.loads(as_json.stdout)["manifest"]["uncertainty"]["draws"] == 12
    assert CliRunner().invoke(main, [*asked, "--quiet"]).stdout == ""


def test_a_choice_that_is_drawn_is_named(path, tmp_path):
    """In the terminal and in the manifest, which no longer say that scenario choice is no part of the spread."""
    field, scenario = "measures.premium.rate.rounded_to", tmp_path / "choice.yaml"
    scenario.write_text(f"{SCENARIO}  vary: {{{field}: {{choices: {{1: 1, 5: 1}}}}}}\n", encoding="utf-8")
    asked = ["uncertainty", str(scenario), "--draws", "4", "--output", str(tmp_path / "out"), "--threads", "1"]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    assert f"Scenario choice is in these percentiles: {field} was drawn among choices" in said
    assert f"the choice of scenario other than {field}" in said
    about = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["uncertainty"]
    assert about["choices_drawn"] == [field]
    assert f"rules and dates of the scenario other than {field}" in about["held_fixed"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--budget", "much"], "budget: not an amount"), (["--budget", "50%"], "budget: not an amount"),
        (["--draws", "1"], "not a number of draws"), (["--draws", "0"], "not a number of draws"),
    ],
)  # fmt: skip
def test_wrong_input_is_told_before_anything_runs(path, tmp_path, options, message):
    result = CliRunner().invoke(main, ["uncertainty", str(path), "--output", str(tmp_path / "out"), *options])
    assert result.exit_code == 2
    assert message in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_scenario_in_which_nothing_is_uncertain(rate_alone):
    section = rate_alone.uncertainty.model_copy(update={"leave_out": (*rate_alone.uncertainty.leave_out, RATE)})
    with pytest.raises(InputError, match="nothing is uncertain"):
        assess_uncertainty(replace(rate_alone, uncertainty=section), draws=2, threads=1)
