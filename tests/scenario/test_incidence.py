"""What a scenario assumes of incidence and distributional weights: defaults, and errors with their place."""

import pytest

from microsim import api
from microsim.errors import InputError
from microsim.scenario.distribution import DistributionalWeights, Incidence


def test_the_default_leaves_employers_gains_in_profits():
    assert Incidence().shares().tolist() == [1, 0, 0, 0]
    assert all(getattr(Incidence(), name).quality == "judgement" for name in Incidence.model_fields)
    eta = DistributionalWeights().eta
    assert eta.at(2030) == 1.3
    assert "Green Book" in eta.source


def test_shares_of_a_scenario_are_read_logged_and_written_out(scenario_file):
    path = scenario_file("incidence: {profits: 0.5, wages: {central: 0.5, source: A study}}\n")
    scenario = api.load_scenario(path)
    assert scenario.incidence.shares().tolist() == [0.5, 0, 0, 0.5]
    assert scenario.resolved()["incidence"]["wages"] == {"central": 0.5, "source": "A study"}
    rows = api.assumptions(scenario).set_index("path")
    assert rows.loc["incidence.wages", "source"] == "A study"
    assert rows.loc["incidence.profits", "set_by"] == f"{path}:3"
    assert rows.loc["incidence.prices", "quality"] == "judgement"
    assert rows.loc["distributional_weights.eta", "value"] == "1.3"


def test_a_resolved_scenario_loads_back(scenario_file, tmp_path):
    scenario = api.load_scenario(scenario_file("incidence: {profits: 0.5, prices: 0.5}\n"))
    (tmp_path / "again.yaml").write_text(scenario.to_yaml(), encoding="utf-8")
    assert api.load_scenario(tmp_path / "again.yaml") == scenario


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("incidence: {wages: 0.5}", "profits 1, prices 0, jobs 0, wages 0.5: 1.5; expected shares that add up to 1"),
        ("incidence: {profit: 1}", "unknown key 'profit'; expected one of jobs, prices, profits, wages; did you mean "),
        ("incidence: {profits: {2029: 1}}", "incidence.profits: one share for all years"),
        ("distributional_weights: {eta: {2029: 1}}", "distributional_weights.eta: one elasticity for all years"),
        ("distributional_weights: {eta: -1}", "distributional_weights.eta"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(scenario_file, text, said):
    path = scenario_file(text + "\n")
    with pytest.raises(InputError) as caught:
        api.load_scenario(path)
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{path}:3")
    assert said in str(problem)
