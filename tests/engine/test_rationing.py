"""A national cash limit: shares served that keep to it, and that repeat from the resolved file on any threads."""

import numpy as np
import pytest

from microsim import api

LIMIT = 400.0  # £ million a year


@pytest.fixture(scope="module")
def limited(tmp_path_factory):
    from common import ROOT

    folder = tmp_path_factory.mktemp("limited")
    (folder / "base.yaml").write_text(
        f"name: Base\npopulation: {ROOT / 'populations' / 'england.yaml'}\nyears: 2026-27 to 2030-31\nsample: 0.001\n"
    )
    path = folder / "limited.yaml"
    path.write_text(
        "name: Limited\nextends: base.yaml\nmeasures:\n"
        "  grant: {kind: lifelong_training_grant, start: 2027-28, budget: {cap: {2027-28: 400, 2030-31: 0}}}\n"
    )
    return path, api.run(path, output=folder / "run", alternatives=False)


def spending(result):
    lines = result.tables["lines"]
    lines = lines[lines["line"].isin(["grant_spending", "doubling_spending"])]
    return lines.groupby("financial_year")["amount"].sum() / 1e6


def test_spending_keeps_to_the_limit_and_uses_it_up(limited):
    _, result = limited
    spent = spending(result)
    assert spent["2026-27"] == 0
    for year in ("2028-29", "2029-30"):
        assert spent[year] == pytest.approx(LIMIT, rel=0.02), year
    assert spent["2027-28"] <= LIMIT * 1.01
    assert spent["2030-31"] > 1.5 * LIMIT  # no limit any more


def test_the_pilot_is_recorded_and_agrees_with_the_run(limited):
    _, result = limited
    pilot = result.tables["pilot"].set_index("financial_year")
    assert (pilot["arm"] == "reform").all()
    assert np.isnan(pilot["limit"]["2030-31"])
    assert 0 < pilot["share_served"]["2029-30"] < 1
    for year, total in pilot["total"].items():
        assert total / 1e6 == pytest.approx(spending(result)[year], abs=1e-6)


def test_the_resolved_scenario_repeats_the_run_without_a_pilot(limited):
    _, result = limited
    again = api.run(result.folder / "scenario.yaml", threads=1, alternatives=False)
    assert "pilot" not in again.tables
    assert again.tables["lines"].equals(result.tables["lines"])
    assert again.scorecard.equals(result.scorecard)


@pytest.mark.slow
def test_a_limit_in_both_arms_costs_nothing(limited, tmp_path):
    path, _ = limited
    other = tmp_path / "both.yaml"
    other.write_text(f"name: Both\nextends: {path}\nbaseline: {path}\n")
    scorecard = api.run(other, alternatives=False).scorecard
    assert (scorecard["cash"] == 0).all()
