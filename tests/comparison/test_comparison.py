"""Comparisons of real runs: differences to the penny, errors from the same people, what is said and what is refused."""

import numpy as np
import pandas as pd
import pytest

from microsim import compare
from microsim.accounts.simulation_error import error_of_difference, leave_one_out, spread, standard_error
from microsim.comparison.groups import NOT_BROKEN_DOWN
from microsim.comparison.sums import ALL_LINES, ALL_MEASURES, ALL_YEARS, PRICES
from microsim.errors import InputError

KEYS = ["measure", "line", "financial_year"]


@pytest.fixture(scope="module")
def two(run_of):
    return compare(run_of("grant").folder, run_of("rare").folder)


def in_pence(series):
    return np.rint(series.to_numpy() * 100).astype(np.int64)


def groups_of(run, measure, line, year):
    """Cash and people of the random groups of a cell of the scorecard, straight from the run's table."""
    table = run.tables["replicates"]
    cell = table[(table["measure"] == measure) & (table["line"] == line) & (table["financial_year"] == year)]
    cell = cell.sort_values("random_group")
    return cell["cash"].to_numpy(), cell["people"].to_numpy()


@pytest.mark.parametrize("prices", PRICES)
def test_differences_are_those_of_the_scorecards_to_the_penny(run_of, prices):
    first, second = run_of("grant"), run_of("rare")
    found = compare(first, second, prices=prices).scorecard.set_index(KEYS)
    sides = [run.scorecard.set_index(KEYS)[prices].reindex(found.index) for run in (first, second)]
    assert (in_pence(found["reference"]) == in_pence(sides[0])).all()
    assert (in_pence(found["amount"]) == in_pence(sides[1])).all()
    assert (in_pence(found["difference"]) == in_pence(sides[1]) - in_pence(sides[0])).all()
    assert found["difference"].any()


def test_totals_are_sums_of_the_scorecard(two):
    lines, totals = two.scorecard, two.totals
    by_measure = totals[(totals["line"] == ALL_LINES) & (totals["measure"] == "grant")].set_index("financial_year")
    for column in ("reference", "amount", "difference"):
        of_years = lines.assign(pence=in_pence(lines[column])).groupby("financial_year")["pence"].sum()
        assert (in_pence(by_measure[column].drop(ALL_YEARS)) == of_years.to_numpy()).all()
        assert in_pence(by_measure[column].loc[[ALL_YEARS]]) == [of_years.sum()]


def test_a_measure_that_one_run_lacks_is_nothing_there(run_of):
    found = compare(run_of("rare"), run_of("premium"))
    premium = found.scorecard[found.scorecard["measure"] == "premium"]
    assert (premium["reference"] == 0).all()
    assert premium["amount"].any()
    totals = found.totals.set_index(["measure", "line", "financial_year"])["difference"]
    assert totals["grant", ALL_LINES, ALL_YEARS] == 0
    assert totals[ALL_MEASURES, ALL_LINES, ALL_YEARS] == totals["premium", ALL_LINES, ALL_YEARS]


def test_the_error_of_a_cell_is_that_of_the_differences_of_its_groups(run_of, two):
    year, line = "2030-31", "grant_spending"
    cells = two.scorecard.set_index(KEYS)
    first, second = (groups_of(run_of(name), "grant", line, year) for name in ("grant", "rare"))
    expected = float(error_of_difference(*first, *second, same_people=True))
    assert cells.loc[("grant", line, year), "standard_error"] == pytest.approx(expected, abs=0.01)
    assert 0 < expected < standard_error(*first)


def test_the_error_of_a_total_is_not_the_sum_of_errors(run_of, two):
    """Groups are summed over lines and years first: what moves together counts once, what offsets cancels."""
    sides = []
    for name in ("grant", "rare"):
        table, places = run_of(name).tables["replicates"], {"index": "financial_year", "columns": "random_group"}
        cash = table.pivot_table(values="cash", aggfunc="sum", **places)
        people = table.pivot_table(values="people", aggfunc="max", **places)
        sides += [leave_one_out(cash, people).sum(axis=0)]
    found = two.totals[(two.totals["measure"] == ALL_MEASURES) & (two.totals["financial_year"] == ALL_YEARS)]
    assert found["standard_error"].item() == pytest.approx(spread(sides[1] - sides[0]), rel=1e-6)
    assert found["standard_error"].item() < 0.5 * two.scorecard["standard_error"].sum()


def test_what_a_comparison_and_a_run_say_of_the_same_errors_agree(run_of):
    """Beside a run without measures, the error of the difference is the error of the run's own tables."""
    run, found = run_of("premium"), compare(run_of("base"), run_of("premium"))
    for table, mine in ((found.scorecard, run.scorecard), (found.totals, run.tables["scorecard_totals"])):
        pair = mine.merge(table, on=KEYS)
        assert len(pair) == len(mine)
        assert (pair["cash"] == pair["difference"]).all()
        np.testing.assert_allclose(pair["standard_error"], pair["simulation_error"], atol=1.0, rtol=1e-5)
        assert (pair["simulation_error"] > 0).any()


def test_a_run_and_itself(run_of):
    found = compare(run_of("grant"), run_of("grant").folder)
    assert not found.scorecard["difference"].any()
    assert not found.scorecard["standard_error"].any()
    assert found.assumptions.empty
    assert found.warnings == ()
    assert len(set(found.names)) == 2, "two runs are never one name"


def test_runs_in_memory_and_from_folders_compare_alike(run_of):
    memory = compare(run_of("grant"), run_of("premium"), by="region")
    folders = compare(run_of("grant").folder, run_of("premium").folder, by="region")
    for name, table in memory.tables.items():
        if name != "runs":
            pd.testing.assert_frame_equal(table, folders.tables[name], check_dtype=False)


@pytest.mark.slow
def test_scenarios_are_run_first(run_of, scenarios):
    """As files they give what their run folders give."""
    found = compare(scenarios / "grant.yaml", scenarios / "rare.yaml")
    folders = compare(run_of("grant").folder, run_of("rare").folder)
    assert [run.digest for run in found.runs] == [run.digest for run in folders.runs]
    pd.testing.assert_frame_equal(found.totals, folders.totals)


def test_other_people_are_said_and_their_variances_add(run_of):
    first, second = run_of("grant"), run_of("grant", seed=4)
    found = compare(first, second)
    assert any("other people" in warning and "another seed" in warning for warning in found.warnings)
    assert found.described["same_people"].tolist() == [True, False]
    year, line = "2030-31", "grant_spending"
    alone = [float(standard_error(*groups_of(run, "grant", line, year))) for run in (first, second)]
    cell = found.scorecard.set_index(KEYS).loc[("grant", line, year), "standard_error"]
    assert cell == pytest.approx(np.hypot(*alone), abs=0.01)


def test_common_years_are_compared_and_said(run_of):
    found = compare(run_of("grant"), run_of("grant", years="2029-30 to 2032-33"))
    assert found.scorecard["financial_year"].unique().tolist() == ["2029-30", "2030-31", "2031-32"]
    assert not found.scorecard["difference"].any(), "later years change nothing"
    assert "the runs have different years: 2029-30 to 2031-32, which all have, are compared" in found.warnings
    values = found.assumptions[found.assumptions["change"] == "value"]
    assert values["path"].tolist() == ["years"]


def test_runs_without_a_common_year_are_refused(run_of):
    with pytest.raises(InputError, match="no year in common"):
        compare(run_of("grant"), run_of("grant", years="2032-33 to 2033-34"))


def test_what_differs_is_named_with_what_it_moves(run_of):
    found = compare(run_of("grant").folder, run_of("rare").folder, run_of("premium").folder)
    path = "measures.grant.annual_use.labour_force"
    rows = found.assumptions[found.assumptions["change"] == "value"].set_index("run")
    assert rows.loc["Grant, rarely used", ["path", "reference", "other"]].tolist() == [path, "0.039", "0.02"]
    assert rows.loc["Grant, rarely used", "other_set_by"].endswith("rare.yaml:6")
    totals = found.totals.set_index(["run", "measure", "line", "financial_year"])["difference"]
    moved = totals["Grant, rarely used", "grant", ALL_LINES, ALL_YEARS]
    assert rows.loc["Grant, rarely used", "moves"] == moved
    assert moved > 0, "fewer users cost less"
    assert rows.loc["Grant and premium", "path"].tolist() == ["measures.premium", path]
    assert rows.loc["Grant and premium", "reference"].tolist() == ["(none)", "0.039"]


def test_a_change_that_moves_nothing_is_said(run_of, scenarios):
    """The years of a phased launch, where the launch is not phased."""
    path = scenarios / "idle.yaml"
    path.write_text("name: Idle\nextends: grant.yaml\nmeasures:\n  grant:\n    launch: {phase_years: 7}\n")
    found = compare(run_of("grant").folder, run_of("idle").folder)
    assert "measures.grant differs in Idle, and not one of its lines does" in found.warnings


@pytest.mark.parametrize("prices", PRICES)
@pytest.mark.parametrize("breakdown", ["region", "age_band", "earnings_decile", "local_authority", "employer_size"])
def test_groups_add_up_to_the_scorecard(run_of, breakdown, prices):
    found = compare(run_of("grant").folder, run_of("premium").folder, prices=prices)
    totals = found.totals[(found.totals["measure"] == ALL_MEASURES)].set_index("financial_year")
    groups = found.by(breakdown)
    for column in ("reference", "amount", "difference"):
        sums = groups.assign(pence=in_pence(groups[column])).groupby("financial_year")["pence"].sum()
        assert (sums.to_numpy() == in_pence(totals[column].drop(ALL_YEARS))).all()
    whole = found.by(breakdown, all_years=True)
    assert in_pence(whole["difference"]).sum() == in_pence(totals["difference"].loc[[ALL_YEARS]])[0]


def test_groups_of_a_line_are_those_of_the_breakdowns(run_of):
    run = run_of("rare")
    found = compare(run_of("grant"), run).by("region", measure="grant", line="grant_spending")
    assert NOT_BROKEN_DOWN not in found["group"].tolist()
    table = run.tables["breakdowns"].query("breakdown == 'region' and line == 'grant_spending'")
    wanted = table.set_index(["financial_year", "group"])["amount"]
    mine = found.set_index(["financial_year", "group"])["amount"].reindex(wanted.index)
    assert (in_pence(mine) == -in_pence(wanted)).all(), "spending is a cost"


def test_a_memo_line_is_that_of_the_reform_without_a_sign(run_of):
    found = compare(run_of("grant"), run_of("rare"))
    users = found.by("sex", measure="grant", line="users")
    assert set(users["unit"]) == {"people"}
    lines = run_of("grant").tables["lines"].query("line == 'users' and arm == 'reform'")
    assert users.groupby("financial_year")["reference"].sum().tolist() == lines["amount"].tolist()
    for line in ("users", "balance"):
        with pytest.raises(InputError, match="does not add up over years"):
            found.by("sex", measure="grant", line=line, all_years=True)


def test_a_breakdown_of_a_measure_is_asked_of_it(run_of):
    found = compare(run_of("grant"), run_of("premium")).by("grant.transition_area")
    assert set(found["measure"]) == {"grant"}


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ({"breakdown": "regions"}, r"no breakdown named regions; .* did you mean region\?"),
        ({"breakdown": "region", "measure": "grand"}, r"no measure named grand; .* did you mean grant\?"),
        ({"breakdown": "region", "line": "user"}, r"no line named user; .* did you mean users\?"),
        ({"breakdown": "region", "kind": "in_kin"}, r"no kind of amount named in_kin; .* did you mean in_kind\?"),
    ],
)
def test_a_slip_is_told_the_nearest_name(two, question, text):
    with pytest.raises(InputError, match=text):
        two.by(**question)


def test_two_runs_are_needed_and_prices_have_names(run_of):
    with pytest.raises(InputError, match="nothing to compare"):
        compare(run_of("grant"))
    with pytest.raises(InputError, match=r"no prices named reel; .* did you mean real\?"):
        compare(run_of("grant"), run_of("rare"), prices="reel")


def test_a_run_without_measures_is_nothing_beside_one_with(run_of):
    found = compare(run_of("base"), run_of("grant"), by="region")
    assert (found.scorecard["reference"] == 0).all()
    assert found.tables["by_region"]["amount"].any()
    assert (found.scorecard["standard_error"].notna()).all()
    nothing = compare(run_of("base"), run_of("base").folder)
    assert nothing.scorecard.empty
    assert not nothing.totals["difference"].any()
