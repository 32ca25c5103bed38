"""The programs that run in processes of their own do run, and say what the benchmarks read."""

import pytest

from benchmarks import one_run, scaling, startup
from benchmarks.one_run import Asked, until_first_block


@pytest.fixture(scope="module")
def tiny():
    return one_run.run_apart(Asked(sample=0.00005, years="2026-27 to 2027-28", threads=1, measures=0, tables=False))


def test_a_run_apart_says_what_each_phase_took(tiny):
    assert list(tiny["phases"]) == ["start", "scenario", "prepare", "code", "simulation"]
    assert all(phase["wall"] > 0 for phase in tiny["phases"].values())
    assert tiny["years"] == 3  # with the year before the first published
    assert (tiny["arms"], tiny["measures"], tiny["threads"]) == (1, 0, 1)
    assert 0 < tiny["memory_before_simulation_mib"] <= tiny["memory_of_simulation_mib"]
    assert until_first_block(tiny) < sum(phase["wall"] for phase in tiny["phases"].values())


def test_throughput_is_of_what_was_lived(tiny):
    simulation = tiny["phases"]["simulation"]
    assert tiny["person_years"] == pytest.approx(48e6 * 0.00005 * 3, rel=0.1)
    assert tiny["person_year_arms_per_second"] == pytest.approx(tiny["person_years"] / simulation["wall"])
    assert tiny["person_year_arms_per_second_per_core"] == pytest.approx(tiny["person_years"] / simulation["processor"])


def test_a_run_that_fails_says_why():
    with pytest.raises(RuntimeError, match=r"no_such\.yaml"):
        one_run.run_apart(Asked(scenario="no_such.yaml"))


def test_the_help_is_timed(monkeypatch):
    monkeypatch.setattr(startup, "run_apart", lambda asked: {
        "phases": {name: {"wall": 0.5} for name in ("start", "scenario", "prepare", "code", "simulation")}
    })  # fmt: skip
    asked = []
    monkeypatch.setattr(startup, "_command", asked.append)
    found = startup.warm(repeats=1)
    assert found["first_block_seconds"] == 2.0
    assert asked[0] == ["--help"]
    assert [command[0] for command in asked] == ["--help", "run", "run"]


def test_each_scale_varies_one_thing(monkeypatch):
    monkeypatch.setattr(scaling, "run_apart", lambda asked: {"asked": vars(asked)})
    assert [point["asked"]["sample"] for point in scaling.by_size()] == [0.001, 0.01, 0.1]
    assert {point["asked"]["threads"] for point in scaling.by_years(0.01)} == {1}
    assert len({point["asked"]["years"] for point in scaling.by_years(0.01)}) == 4
    assert [point["asked"]["measures"] for point in scaling.by_measures(0.01)] == [0, 1, 2, 3, 4, 5]
    arms = scaling.by_arms(0.01)
    assert [bool(point["asked"]["decompose"]) for point in arms] == [False, False, False, True]
