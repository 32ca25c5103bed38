"""The pure parts of the benchmarks: ratios, what they call broken, figures kept as JSON, the page and its charts."""

import json
import subprocess
import sys

import numpy as np
import pytest
from common import ROOT

from benchmarks import chart, kept, ratios, results, scaling, stages
from benchmarks.__main__ import PARTS, USUAL, arguments, main
from benchmarks.ceiling.parts import Part, alike, measure
from benchmarks.clock import Phases, best
from benchmarks.machine import about
from microsim.population.people import People


def point(lives=1_000_000, memory=500.0, sample=0.01, **more):
    phase = {"wall": 2.0, "processor": 3.5}
    return {
        "asked": {"sample": sample}, "lives": lives, "years": 31, "arms": 2, "measures": 5, "threads": 2,
        "phases": dict.fromkeys(("start", "scenario", "prepare", "code", "simulation", "tables"), phase),
        "person_year_arms_per_second": 12e6, "person_year_arms_per_second_per_core": 6e6,
        "processor_nanoseconds_per_person_year": 321.0, "memory_of_simulation_mib": memory, **more,
    }  # fmt: skip


def measured(commit="abcdef01", date="2030-01-02", **parts):
    return {"measured": about() | {"commit": commit, "date": date}, **parts}


def sound():
    same = dict.fromkeys(ratios.SAME_MODEL, 1.01)
    return {
        "twin": {"times_the_twin": 4.0, **same},
        "two_threads_over_one": 1.8,
        "memory_kept": 0.1,
        "ceiling": {"pay": {"agrees": True}},
    }


def test_nothing_is_broken_when_all_ratios_are_sound_or_were_not_measured():
    assert ratios.broken(sound()) == []
    assert ratios.broken({}) == []


@pytest.mark.parametrize(
    "change, says",
    [
        ({"twin": {**sound()["twin"], "times_the_twin": 0.9}}, "slower than the pandas and numpy twin"),
        ({"two_threads_over_one": 1.05}, "two threads are no faster than one"),
        ({"memory_kept": 0.9}, "memory grows with the population"),
        ({"twin": {**sound()["twin"], "twin_pay_over_engine": 1.2}}, "not the same model: pay 1.200"),
        ({"ceiling": {"pay": {"agrees": False}}}, "gives other results: pay"),
    ],
)
def test_each_broken_ratio_is_named(change, says):
    (found,) = ratios.broken(sound() | change)
    assert says in found


def test_memory_kept_is_one_when_every_further_life_is_kept():
    row = sum(column.itemsize for column in People.empty(1))
    small, large = point(1000, 500.0), point(1000 + 2**20, 500.0 + row)
    assert ratios.memory_kept(small, large) == pytest.approx(1.0)
    assert ratios.memory_kept(small, large | {"memory_of_simulation_mib": 500.0}) == 0.0


def test_a_ratio_over_nothing_is_nothing():
    assert ratios.ratio(3.0, 2.0) == 1.5
    assert ratios.ratio(3.0, 0.0) is None


def test_thread_counts_double_up_to_all_processors():
    assert scaling.thread_counts(1) == [1]
    assert scaling.thread_counts(6) == [1, 2, 4, 6]
    assert scaling.thread_counts(8) == [1, 2, 4, 8]


def test_a_spoilt_ratio_is_measured_again_and_a_broken_one_stays_broken():
    found = iter([0.7, 1.4, 9.0])
    assert scaling.repeated(lambda: next(found), lambda value: value > 1.1) == 1.4
    assert scaling.repeated(lambda: 0.7, lambda value: value > 1.1) == 0.7


def test_the_years_asked_for_are_those_lived():
    from microsim import api
    from microsim.population.source import load_population

    scenario = api.load_scenario(ROOT / "scenarios" / "opportunity_for_all.yaml")
    first = load_population(scenario.population).first_year
    for lived, years in scaling.YEARS.items():
        loaded = api.load_scenario(ROOT / "scenarios" / "opportunity_for_all.yaml", years=years)
        assert loaded.years[-1] - first + 1 == lived


def test_blocks_are_spread_over_all():
    assert stages.spread(56, 8) == list(range(0, 56, 7))
    assert stages.spread(3, 8) == [0, 1, 2]
    assert len(stages.spread(57, 8)) <= 8


def test_a_call_within_another_is_not_counted_twice(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(stages.time, "thread_time", lambda: now[0])
    clock = stages.Clock()

    def spend(seconds):
        now[0] += seconds

    inner = clock.timed("inner", lambda: spend(2.0))
    clock.timed("outer", lambda: (spend(1.0), inner(), spend(4.0)))()
    assert clock.seconds == {"inner": 2.0, "outer": 5.0}


def test_the_best_of_some_tries_is_the_shortest():
    times = iter([0.0, 5.0, 5.0, 6.0, 6.0, 9.0])
    assert best(lambda: None, 3, lambda: next(times)) == 1.0


def test_phases_say_seconds_of_wall_and_processor():
    phases = Phases()
    with phases.phase("sum"):
        sum(range(100_000))
    assert set(phases.seconds["sum"]) == {"wall", "processor"}
    assert phases.seconds["sum"]["processor"] > 0


def test_results_that_differ_do_not_agree():
    one = [np.arange(10), np.ones(4, np.float32)]
    assert alike(one, [np.arange(10), np.full(4, 1.0000001, np.float32)]) == 1.0
    assert alike(one, [np.arange(10) % 9, np.ones(4, np.float32)]) == 0.9
    assert alike(one, [np.arange(10), np.array([1, 1, 1, 2], np.float32)]) == 0.75


def test_a_part_is_restored_before_each_call_and_compared():
    array, saved = np.zeros(8, np.int64), np.arange(8)

    def restore():
        array[:] = saved

    def add(amount):
        def call(rows):
            array[:rows] += amount

        return call

    same = measure(Part(add(1), add(1), 8, lambda _: [array]), restore, tries=2)
    other = measure(Part(add(1), add(2), 8, lambda _: [array]), restore, tries=2)
    assert same["same"] == 1.0
    assert other["same"] == 0.0


def test_figures_are_kept_and_gone_on_with_for_the_same_commit_alone(tmp_path):
    path = tmp_path / "history" / "one.json"
    kept.save(path, measured(stages={"live": np.float64(2.5)}))
    assert json.loads(path.read_text())["stages"] == {"live": 2.5}
    assert kept.go_on_with(path, "abcdef01") == {"stages": {"live": 2.5}}
    assert kept.go_on_with(path, "12345678") == {}
    assert kept.go_on_with(tmp_path / "none.json", "abcdef01") == {}


def history():
    before = measured("00000000", "2030-01-01", stages={"live": 215.0, "gone since": 5.0}, sizes=[point(memory=800.0)])
    ceiling = {"engine_nanoseconds": 4.0, "ceiling_nanoseconds": 3.0, "engine_over_ceiling": 0.75, "same": 1.0}
    peer = {"work": "income tax", "peer_nanoseconds": 47_000.0, "engine_nanoseconds": 5.0,
            "income_tax_over_peer": 1.000001, "insurance_over_peer": 0.999999}  # fmt: skip
    twin = {"engine_person_year_arms_per_second": 8e6, "twin_person_year_arms_per_second": 1e6, "times_the_twin": 8.0,
            "twin_people_over_engine": 1.001}  # fmt: skip
    now = measured(
        stages={"live": 65.0, "sums": 30.0}, kernels={"die": 1.2, "compiled driver": 900.0, "sum of the above": 1000.0},
        sizes=[point(100_000, 480.0, 0.001), point()], everybody=[point(91_000_000, 520.0, 1.0)], years=[point()],
        arms=[point(what="baseline")], measures=[point()], threads=[point()], twin=twin,
        ceiling={"pay": ceiling, "a year": ceiling}, startup={"help_seconds": 0.25}, peers={"A peer": peer},
        calibration={"copied_gigabytes_per_second": 7.5},
    )  # fmt: skip
    return [before, now]


def test_the_page_has_every_part_and_sets_before_beside_now():
    page = results.results(history(), ["a.svg"])
    assert "| live | 215.0 | 65.0 |" in page
    assert "| gone since | 5.0 | – |" in page
    assert "| **all** | 220.0 | 95.0 |" in page
    assert "before (00000000)" in page and "now (abcdef01)" in page
    assert "| everybody | 91,000,000 |" in page
    assert "**8.0 times**" in page
    assert "| pay | 4.00 | 3.00 | 75% | yes |" in page
    assert "| `microsim --help` | 0.25 |" in page
    assert "A peer: income tax" in page
    assert "![a.svg](a.svg)" in page
    for title in ("Population", "Years lived", "Arms", "Measures", "Threads", "Start-up", "Peers"):
        assert f"## {title}\n" in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)


def test_a_page_of_one_measurement_has_no_before():
    page = results.results(history()[1:])
    assert "before" not in page
    assert "| live | 65.0 |" in page


def test_parts_that_were_not_measured_are_left_out():
    page = results.results([measured()])
    assert "##" not in page
    assert "abcdef01" in page


def test_charts_show_every_size_and_every_measurement():
    drawn = chart.charts(history())
    assert set(drawn) == {chart.SIZES, chart.HISTORY}
    assert all(picture.startswith("<svg") for picture in drawn.values())
    assert [row["people"] for row in chart.size_rows(history())] == [100_000, 1_000_000, 91_000_000]
    assert [row["nanoseconds"] for row in chart.history_rows(history())] == [220.0, 95.0]
    assert chart.charts([measured()]) == {}


def test_the_page_and_its_charts_are_written_from_what_is_kept(tmp_path):
    with pytest.raises(SystemExit, match="nothing in benchmarks/history"):
        kept.write_results(tmp_path)
    for number, figures in enumerate(history()):
        kept.save(tmp_path / "history" / f"{number}.json", figures)
    kept.write_results(tmp_path)
    assert "now (abcdef01)" in (tmp_path / "RESULTS.md").read_text()
    assert (tmp_path / chart.SIZES).exists()


def test_what_is_committed_can_be_read():
    for figures in kept.history():
        assert results.results([figures])


def test_every_part_can_be_asked_for_by_name():
    asked = arguments().parse_args(["--only", *PARTS])
    assert asked.only == list(PARTS)
    assert {part.__name__ for part in USUAL} < set(PARTS)


def test_a_check_without_what_it_looks_at_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["--check"])
    assert "--check looks at what --short measures" in capsys.readouterr().err


def test_help_needs_nothing_compiled():
    done = subprocess.run([sys.executable, "-m", "benchmarks", "--help"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0
    assert "--short" in done.stdout
