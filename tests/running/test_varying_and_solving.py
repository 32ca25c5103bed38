"""Sensitivity and break-even on real runs of a few people: what is asked, found, written and refused."""

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from common import GRANT, ROOT
from common import SCENARIO as SCENARIO_OF_ALL

from microsim import api, solving, varying
from microsim.cli import main
from microsim.errors import InputError
from microsim.report.dictionary import tables
from microsim.running.varied import asked, settled, settled_year
from microsim.scenario.replaced import with_values
from microsim.uncertainty.fields import uncertain_fields
from microsim.uncertainty.target import Question
from microsim.uncertainty.variance_shares import factors_of

USE, RULE = "measures.grant.annual_use.labour_force", "measures.grant.launch.rule"
AMOUNT, FRAUD = "measures.grant.administration.per_account", "measures.grant.error_and_fraud.rate"
LEFT_OUT = (
    "take_up", "balance_response", "advice", "price", "courses", "incidence", "top_ups", "displacement",
    "migration_response", "barnett", "annual_use.by_age", "annual_use.by_work_status", "administration.fixed",
    "administration.per_use", "administration.per_lost_booking",
)  # fmt: skip
SCENARIO = f"""\
name: Grant and relief
population: {ROOT / "populations" / "england.yaml"}
years: 2029-30 to 2031-32
sample: 0.00005
seed: 5
measures:
  grant: {{kind: {GRANT}, start: 2029-30}}
  relief: {{kind: fe_vat_relief, start: 2029-30}}
uncertainty:
  leave_out: [{", ".join(f"measures.grant.{name}" for name in LEFT_OUT)}, measures.relief, parameters]
  vary:
    {RULE}: {{choices: {{current_band: 0.5, phased: 0.5}}}}
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A scenario in which four values are uncertain, one of them a rule."""
    path = tmp_path_factory.mktemp("scenarios") / "grant.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(path, tmp_path_factory):
    """Its sensitivity, with shares of variance and a folder."""
    folder = tmp_path_factory.mktemp("outputs") / "grant.sensitivity"
    told = []
    result = varying.sensitivity(path, sobol=8, fields=2, output=folder, note=told.append)
    return result, told


def test_every_uncertain_field_is_in_the_tornado(found):
    table = found[0].tornado.set_index("field")
    assert set(table.index) == {USE, RULE, AMOUNT, FRAUD}
    assert (table["cost_central"] == table["cost_central"].iloc[0]).all()
    assert table["swing"].is_monotonic_decreasing
    assert table.loc[USE, "cost_low"] < table.loc[USE, "cost_central"] < table.loc[USE, "cost_high"]
    assert table.loc[RULE, ["low", "high"]].to_list() == ["phased", "current_band"], "fewer have an account at first"


def test_each_end_costs_what_a_run_of_its_own_costs(found, path):
    result, _ = found
    loaded = api.load_scenario(path)
    alone = api.run(with_values(loaded, {USE: 0.017}), alternatives=False)
    year = result.question.year
    cost = -alone.scorecard.loc[alone.scorecard["financial_year"] == year, "cash"].sum()
    assert result.tornado.set_index("field").loc[USE, "cost_low"] == pytest.approx(cost, abs=0.005)


def test_a_cost_in_proportion_to_a_field_swings_in_proportion(found):
    """Running an account costs so much for each: back of an envelope, swing / (high - low) is their number, of some 30
    million adults below the age limit, a tenth more with two years' prices. Each is charged whole pence."""
    table = found[0].tornado.set_index("field")
    runs, costs = found[0].tables["sensitivity_runs"], found[0].tables["sensitivity_costs"]
    low, high = (float(table.loc[AMOUNT, end]) for end in ("low", "high"))
    accounts = (table.loc[AMOUNT, "cost_high"] - table.loc[AMOUNT, "cost_low"]) / (high - low)
    central = float(table.loc[AMOUNT, "central"])
    to_low = (table.loc[AMOUNT, "cost_central"] - table.loc[AMOUNT, "cost_low"]) / (central - low)
    assert to_low == pytest.approx(accounts, rel=0.01)
    assert 25e6 < accounts < 45e6
    assert runs["run"].is_unique
    assert set(runs["run"]) < set(costs["run"])


def test_shares_of_variance(found):
    result, told = found
    shares = result.variance_shares.set_index("factor")
    assert len(shares) == 3, "two fields and all others"
    assert shares["total"].sum() > 0.8
    assert shares[["first_order_interval", "total_interval"]].to_numpy().min() >= 0
    assert told == ["4 uncertain fields, one at a time: 8 runs", "Shares of variance: 8 x (3 factors + 2) = 40 runs"]
    draws = result.tables["sensitivity_draws"]
    assert len(draws) == 40 * 4
    assert set(draws.loc[draws["field"] == RULE, "value"]) == {"current_band", "phased"}


def test_the_folder_holds_what_the_dictionary_says(found):
    result, _ = found
    for name, table in result.tables.items():
        written = pd.read_parquet(result.folder / f"{name}.parquet")
        assert [column.name for column in tables()[name].columns] == list(table.columns) == list(written.columns)
        assert (result.folder / f"{name}.csv").is_file()
    manifest = json.loads((result.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["sensitivity"]["variance_shares"]["runs"] == 40
    assert manifest["sensitivity"]["choices_drawn"] == [RULE]
    assert not list(result.folder.parent.glob(".*")), "nothing half-done is left"


def test_a_stopped_call_goes_on_and_leaves_nothing_behind(found, path, tmp_path):
    """It stops when the runs of the tornado are done and those of the shares are to begin."""
    folder = tmp_path / "again"

    def stop(text):
        if text.startswith("Shares"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        varying.sensitivity(path, sobol=8, fields=2, output=folder, note=stop)
    assert not folder.exists()
    assert list((tmp_path / ".again.kept").glob("*.parquet"))
    again = varying.sensitivity(path, sobol=8, fields=2, output=folder, threads=1)
    assert again.manifest["tables_digest"] == found[0].manifest["tables_digest"], "on one thread, and stopped between"
    assert [one.name for one in tmp_path.iterdir()] == ["again"]


def test_fields_that_move_together_are_one_factor():
    """The package's own groups, whose paths may stand for all below them."""
    scenario = api.load_scenario(SCENARIO_OF_ALL)
    fields = uncertain_fields(scenario, ())
    groups = varying.together_of(scenario, fields)
    assert [group.name for group in groups] == [group.name for group in scenario.uncertainty.together]
    paths = [field.path for field in fields]
    factors = factors_of(paths, range(1, len(paths) + 1), groups, len(paths))
    for group in groups:
        assert len(group.fields) > 1
        assert [factor.fields for factor in factors if set(factor.fields) & set(group.fields)] == [group.fields]


COSTS = pd.DataFrame(
    [(0, "a", "2029-30", -5.0, -4.0), (0, "b", "2030-31", 2.0, 1.0), (1, "a", "2030-31", -1.0, -1.0)],
    columns=["run", "measure", "financial_year", "cash", "real"],
)  # fmt: skip


def test_what_is_asked_of_the_runs():
    assert asked(COSTS, Question(None, "all years", "cash"), 3).tolist() == [3, 1, 0]
    assert asked(COSTS, Question("a", "2030-31", "real"), 2).tolist() == [0, 1]


def test_the_year_unless_given_is_one_in_which_every_measure_runs():
    """Measures whose first costs are in 2027-28 and 2030-31,"""
    years = [f"{year}-{year - 1999:02d}" for year in range(2026, 2037)]
    rows = [(0, name, year, -float(year >= first)) for name, first in (("a", "2027"), ("b", "2030")) for year in years]
    costs = pd.DataFrame(rows, columns=["run", "measure", "financial_year", "cash"])
    assert settled_year(costs, None) == "2035-36"
    assert settled_year(costs, "a") == "2032-33"
    assert settled(costs, None).why == "five years after the last measure's first cost"
    assert settled(costs[costs["financial_year"] < "2033"], None) == ("2032-33", "the last year")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"of": "grnt"}, "did you mean grant?"),
        ({"sobol": 10}, "a power of two"),
        ({"sobol": 2**15, "fields": 2}, "32768 base draws of 3 factors: 163,840; expected 100,000 or fewer"),
        ({"year": "2050-51"}, "outside the scenario's"),
        ({"prices": "nominal"}, "no such prices"),
    ],
)
def test_slips_of_sensitivity(path, wrong, told):
    with pytest.raises(InputError) as error:
        varying.sensitivity(path, **wrong)
    assert told in str(error.value)


def test_one_factor_has_no_shares_which_is_told_before_any_run(tmp_path):
    alone = tmp_path / "alone.yaml"
    left_out = f"{AMOUNT}, {FRAUD}"
    text = SCENARIO.replace("measures.relief,", f"measures.relief, {left_out},")
    alone.write_text(text[: text.index("  vary:")], encoding="utf-8")
    told = []
    with pytest.raises(InputError, match=f"two factors or more: only {USE} is uncertain"):
        varying.sensitivity(alone, sobol=8, note=told.append)
    assert not told
    assert len(varying.sensitivity(alone).tornado) == 1


def test_no_share_where_no_field_moves_the_cost(path):
    """A year before the measures start: the tornado is told all the same."""
    loaded = api.load_scenario(path, years="2027-28 to 2029-30")
    result = varying.sensitivity(loaded, year="2027-28", sobol=2, fields=2)
    assert not result.tornado["swing"].any()
    assert len(result.variance_shares) == 3
    assert not result.variance_shares[["first_order", "total"]].any(axis=None)


def test_break_even_by_rule_of_three(path):
    """Running accounts costs in proportion to the cost of one: the value at which all costs £50m more is known."""
    loaded = api.load_scenario(path)
    amounts = [float(asked(varying.costs_of(loaded, [{}, {AMOUNT: 2.0}]), Question(None, "2030-31", "cash"), 2)[at])
               for at in (0, 1)]  # fmt: skip
    now = solving.numeric(loaded, AMOUNT).number
    per_pound = (amounts[0] - amounts[1]) / (now - 2.0)
    found = solving.solve(loaded, AMOUNT, f"cost 2030-31 = {amounts[0] + 5e7:.0f}")
    assert found.search.met
    assert found.value == pytest.approx(now + 5e7 / per_pound, rel=1e-3)
    assert found.search.passes <= 4


def test_the_file_written_runs_to_that_cost(path, tmp_path):
    found = solving.solve(api.load_scenario(path, seed=6), USE, "cost of grant 2031-32 = 1bn")
    written = found.write(tmp_path / "found.yaml")
    loaded = api.load_scenario(written)
    assert not loaded.warnings
    for name in ("measures", "parameters", "baseline_measures", "baseline_parameters", "sample", "years"):
        assert getattr(loaded, name) == getattr(found.solved, name), name
    assert loaded.seed == 6
    assert found.write(written) == written, "its own may be written over"
    scorecard = api.run(loaded, alternatives=False).scorecard
    mine = scorecard[(scorecard["measure"] == "grant") & (scorecard["financial_year"] == "2031-32")]
    assert -mine["cash"].sum() == pytest.approx(found.search.best.amount, abs=0.005)
    amounts = found.evaluations.sort_values("number")["amount"].to_numpy()
    assert (np.diff(amounts) >= 0).all(), "more use costs more"


def test_only_what_solve_wrote_is_written_over(path, tmp_path):
    """It is told before anything runs."""
    mine, told = tmp_path / "mine.yaml", ["--field", USE, "--until", "cost 2031-32 = 1bn", "--output"]
    mine.write_text("name: Mine\n", encoding="utf-8")
    refused = microsim("solve", path, *told, mine)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "is there already and would be lost; expected a file that `microsim solve` wrote" in refused.stderr
    assert mine.read_text(encoding="utf-8") == "name: Mine\n"
    refused = microsim("solve", path, *told, path)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "is the scenario itself" in refused.stderr
    written = tmp_path / "written.yaml"
    written.write_text("# Written by `microsim solve`, which may write over it\n", encoding="utf-8")
    solving.check_writable(api.load_scenario(path), written)
    solving.check_writable(api.load_scenario(path), tmp_path / "new.yaml")


def test_a_count_and_a_year(path):
    users = solving.solve(path, USE, "users of grant 2031-32 = 500,000")
    assert not users.target.money
    low, high = users.search.bracket
    assert min(low.amount, high.amount) <= 5e5 <= max(low.amount, high.amount)
    start = solving.solve(path, "measures.relief.start", "cost of relief all years = 400m")
    assert not start.search.met
    assert start.value in ("2029-30", "2030-31", "2031-32")
    assert all(one.value == int(one.value) for one in start.search.tried)


def test_what_cannot_be_met(path):
    found = solving.solve(path, FRAUD, "cost of relief 2031-32 = 5bn", between=("1%", "3%"))
    assert found.value is None
    assert not found.search.crossings
    with pytest.raises(InputError, match="no value"):
        found.solved  # noqa: B018


def microsim(*arguments):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], env={"COLUMNS": "110"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_commands(path, tmp_path):
    shown = microsim("sensitivity", path, "--output", tmp_path / "out", "--of", "grant", "--top", 1)
    assert (shown.exit_code, shown.stderr) == (0, "4 uncertain fields, one at a time: 8 runs\n")
    assert "what moves the cost of grant, 2031-32" in shown.stdout
    assert f"other than {RULE}, which is scenario choice" in " ".join(shown.stdout.split())
    assert "grant.annual_use.labour_force" in shown.stdout
    assert "░" in shown.stdout
    assert "█" in shown.stdout
    assert max(len(line) for line in shown.stdout.splitlines()) <= 110 + len(str(tmp_path))
    solved = microsim("solve", path, "--field", USE, "--until", "cost of grant 2031-32 = 1bn", "--output",
                      tmp_path / "found.yaml")  # fmt: skip
    assert solved.exit_code == 0
    assert "0.039 in the scenario" in solved.stdout
    assert "baseline:\n  measures: {}\nmeasures:\n  grant:\n    annual_use:\n      labour_force: " in solved.stdout
    assert microsim("check", tmp_path / "found.yaml").exit_code == 0
    unmet = microsim("solve", path, "--field", FRAUD, "--until", "cost of relief 2031-32 = 5bn", "--json")
    assert unmet.exit_code == 1
    assert json.loads(unmet.stdout)["value"] is None
    nearest = microsim("solve", path, "--field", "measures.relief.start", "--until", "cost of relief all years = 400m",
                       "--json")  # fmt: skip
    assert nearest.exit_code == 0, "a year meets no target to the pound, and the nearest is an answer"
    assert json.loads(nearest.stdout)["met"] is False
    assert json.loads(nearest.stdout)["value"] == "2030-31"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--field", USE, "--until", "cost 2031-32"], "not something to solve for"),
        (["--field", RULE, "--until", "cost 2031-32 = 1bn"], "is not a number; found 'current_band'"),
        (["--field", USE, "--until", "cost 2031-32 = 1bn", "--between", "0.5", "0.1"], "not a range"),
        (["--field", USE, "--until", "cost 2031-32 = 1bn", "--between", "0.5", "7"], "too large"),
        (["--field", USE, "--until", "users of grant all years = 1m"], "users is not added over years"),
        (["--field", USE, "--until", "cost 2031-32 = 1bn", "--output", "found.txt"], "it ends in .yaml"),
    ],
)
def test_slips_of_solve(path, arguments, told):
    result = microsim("solve", path, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert "Traceback" not in result.stderr
