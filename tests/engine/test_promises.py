"""The promises of the engine: the same bytes however it is run, lives nothing else can change, no half runs."""

import functools
import json
import os
import random
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.csv
import pytest
from common import ROOT, SCENARIO
from lives import live

from microsim import api
from microsim.engine.ledger import PEOPLE
from microsim.engine.run import run_blocks
from microsim.life import explain
from microsim.population.blocks import person_name
from microsim.population.people import QUALIFICATIONS, WORK_STATUSES
from microsim.running.prepare import prepare
from microsim.years import parse_financial_year

run = functools.partial(api.run, alternatives=False)  # other choices are run in tests of the tables
BLOCK_ROWS = 600  # blocks are part of the population: whoever matches, matches inside one

# -- the same inputs, the same bytes -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scenario():
    return api.load_scenario(SCENARIO, sample=1 / 10_000, years="2029-30 to 2036-37")


@pytest.fixture(scope="module")
def reference(scenario):
    return run(scenario, threads=1, block_rows=BLOCK_ROWS)


def test_there_is_something_to_compare(reference):
    assert reference.scorecard["cash"].abs().sum() > 1e9
    empty = {name for name, table in reference.tables.items() if table.empty}
    assert empty <= {"alignment", "alternatives"}, "only a population without factors of a pilot run has nothing to say"


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_change_nothing(scenario, reference, threads):
    assert run(scenario, threads=threads, block_rows=BLOCK_ROWS).digest == reference.digest


def test_the_order_of_blocks_changes_nothing(scenario, reference):
    blocks = list(range(len(prepare(scenario, BLOCK_ROWS).programme.sample.blocks)))
    assert len(blocks) > 10
    random.Random(4).shuffle(blocks)
    assert run(scenario, threads=2, block_rows=BLOCK_ROWS, block_order=blocks).digest == reference.digest


def test_a_second_run_changes_nothing(scenario, reference):
    """Nothing is left over from one block or run to the next: neither in scratch nor in the population."""
    prepared = prepare(scenario, BLOCK_ROWS).programme
    one, other = run_blocks(prepared, threads=1), run_blocks(prepared, threads=1)
    for first, second in zip(one, other, strict=True):
        assert (first == second).all()
    assert run(scenario, threads=1, block_rows=BLOCK_ROWS).digest == reference.digest


def test_a_block_is_lived_as_if_there_were_no_other(scenario):
    """Block by block, each with a scratch of its own and the years one at a time, the sums are those of the run."""
    programme = prepare(scenario, BLOCK_ROWS).programme
    whole, apart = run_blocks(programme, threads=1), programme.ledger()
    for number in range(len(programme.sample.blocks)):
        *_, last = live(programme, programme.sample.make(number))
        apart.add(last.ledger)
    for one, other in zip(whole, apart, strict=True):
        assert (one == other).all()


def test_the_identity_of_a_run_holds_the_size_of_blocks(scenario):
    """A checkpoint of other blocks is of other people."""
    identities = {prepare(scenario, rows).identity() for rows in (BLOCK_ROWS, BLOCK_ROWS + 1)}
    assert len(identities) == 2


def test_the_seed_and_the_sample_do_change_the_tables(reference):
    """Or the digest would say nothing."""
    for options in ({"seed": 2}, {"sample": 1 / 10_001}):
        other = api.load_scenario(SCENARIO, **{"sample": 1 / 10_000, "years": "2029-30 to 2036-37", **options})
        assert run(other, block_rows=BLOCK_ROWS).digest != reference.digest


RUN = """
import sys
from microsim import api
scenario = api.load_scenario(sys.argv[1], sample=1 / 10_000, years="2029-30 to 2032-33")
print(api.run(scenario, threads=2, block_rows=600, alternatives=False).digest)
"""


@pytest.mark.slow
def test_any_processor_gives_the_same_bytes(tmp_path):
    """Code for a processor without vector extensions, in processes and a cache folder of their own; the second process
    finds what the first compiled and adds no file."""
    environment = {**os.environ, "NUMBA_CPU_NAME": "generic", "MICROSIM_CACHE_DIR": str(tmp_path)}
    path = SCENARIO.parent / "training_grant.yaml"
    scenario = api.load_scenario(path, sample=1 / 10_000, years="2029-30 to 2032-33")
    digest = run(scenario, threads=1, block_rows=BLOCK_ROWS).digest
    kept = []
    for _ in range(2):
        command = [sys.executable, "-W", "error", "-c", RUN, str(path)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, done.stderr[-2000:]
        assert done.stdout.split() == [digest]
        kept.append({path for path in tmp_path.rglob("*") if path.is_file()})
    assert kept[0] == kept[1] != set()


# -- the same person, the same life ------------------------------------------------------------------------------------


def standard(population):
    """The population without the breakdowns that belong to a measure (`name.breakdown`)."""
    return population[~population["breakdown"].str.contains(".", regex=False)].reset_index(drop=True)


def test_a_measure_that_gives_nothing_changes_nobody(scenario_file):
    nothing = "measures: {idle: {kind: lifelong_training_grant, tranches: [], administration: {fixed: 0}}}\n"
    something = "measures: {busy: {kind: lifelong_training_grant, start: 2027-28}}\n"
    idle = run(scenario_file(measures=nothing, name="idle.yaml"))
    busy = run(scenario_file(measures=something, name="busy.yaml"))
    without = run(scenario_file(name="without.yaml"))
    assert (idle.scorecard[["cash", "real", "present_value", "net_borrowing"]] == 0).all(axis=None)
    assert len(idle.scorecard) > 0
    assert (busy.scorecard["cash"] < 0).any()
    populations = [standard(result.tables["population"]) for result in (idle, busy, without)]
    for other in populations[1:]:
        pd.testing.assert_frame_equal(populations[0], other)
    assert without.scorecard.empty


def test_the_same_measure_in_both_arms_costs_nothing_more(scenario_file, tmp_path):
    """Every draw is a function of person, year and kind of measure, so equal measures do equal things."""
    grant = "measures: {grant: {kind: lifelong_training_grant, start: 2027-28}}\n"
    path = scenario_file(text="baseline: other.yaml\n", measures=grant)
    (tmp_path / "other.yaml").write_text(f"name: Other\nextends: base.yaml\n{grant}", encoding="utf-8")
    result = run(path)
    lines = result.tables["lines"]
    assert (result.scorecard["cash"] == 0).all()
    assert lines.query("arm == 'baseline' and line == 'grant_spending'")["amount"].sum() > 0
    reform, baseline = (lines[lines["arm"] == arm].drop(columns="arm") for arm in ("reform", "baseline"))
    pd.testing.assert_frame_equal(reform.reset_index(drop=True), baseline.reset_index(drop=True))


@pytest.mark.parametrize("block_rows", [BLOCK_ROWS, 16_384])
def test_a_longer_run_starts_with_the_shorter_one(block_rows):
    """Later years change nothing in earlier ones, whether in one block or in several."""
    short, long = (
        run(
            api.load_scenario(SCENARIO, sample=1 / 20_000, years=f"2026-27 to {last}"),
            block_rows=block_rows,
        )
        for last in ("2031-32", "2039-40")
    )
    for name in ("lines", "population"):
        years = set(short.tables[name]["financial_year"])
        both = long.tables[name][long.tables[name]["financial_year"].isin(years)].reset_index(drop=True)
        # deciles and group totals of a year are made of that year alone
        pd.testing.assert_frame_equal(short.tables[name], both)


def test_people_of_a_longer_run_start_as_those_of_the_shorter_one():
    """Every column of every row, as the block is made and after its years: more rows below change none above."""
    short, long = (
        prepare(api.load_scenario(SCENARIO, sample=1 / 20_000, years=f"2026-27 to {last}"), 2_000).programme
        for last in ("2031-32", "2039-40")
    )
    assert len(short.sample.blocks) == len(long.sample.blocks) > 1
    for number in range(2):
        one, other = short.sample.make(number), long.sample.make(number)
        rows = len(one.people.id)
        assert 500 < rows < len(other.people.id)
        for name in one.people._fields:
            assert (getattr(one.people, name) == getattr(other.people, name)[:rows]).all(), f"{name} as made"
        for shorter, longer in zip(live(short, one), live(long, other), strict=False):
            for name in one.people._fields:
                now, then = getattr(shorter.people, name), getattr(longer.people, name)[:rows]
                assert (now == then)[: shorter.present].all(), f"{name} in {shorter.year}"


def test_a_person_explained_lives_as_in_the_run():
    """`explain` gives the life, and to the penny the account, that the person has among the others of the run."""
    scenario = api.load_scenario(SCENARIO, sample=1 / 2000, years="2026-27 to 2036-37")
    scenario = replace(scenario, measures=scenario.measures[:1])
    programme = prepare(scenario).programme
    sample, measure = programme.sample, programme.measures[-1]
    assert len(sample.blocks) > 2
    names = [line.name for line in measure.measure.lines]
    compared = used = 0
    for number in (0, len(sample.blocks) - 1):
        block = sample.make(number)
        rows = np.linspace(0, len(block.people.id) - 1, 9).astype(int)
        among = {
            year.year: (take_columns(year.people, rows), dict(zip(names, year.lines[: len(names), rows], strict=True)))
            for year in live(programme, block)
        }
        for place, row in enumerate(rows):
            explained = explain(scenario, person_name(int(block.people.id[row]), sample.population.area_codes))
            for life in explained.to_dict("records"):
                here, lines = among[parse_financial_year(life["financial_year"])]
                assert life["resident"] == bool(here["resident"][place])
                assert life["pay"] == (round(float(here["pay"][place]), 2) if life["resident"] else 0)
                assert life["local_authority"] == sample.population.area_names[here["area"][place]]
                assert life["work_status"] == WORK_STATUSES[here["work_status"][place]]
                assert life["qualification"] == QUALIFICATIONS[here["qualification"][place]]
                for line in measure.measure.lines:
                    pounds = lines[line.name][place] / (100 if line.unit == "pence" else 1)
                    assert life[f"{measure.name}.{line.name}"] == pounds, line.name
                compared += 1
                used += life[f"{measure.name}.balance"] > 0
    assert compared > 100
    assert used > 20


def take_columns(people, rows):
    return {name: column[rows] for name, column in people._asdict().items()}


def test_others_with_no_weight_do_not_count(tiny, programme_of):
    """The sums of a block in which one person has all the weight are that person's sums alone, and nobody lives
    otherwise for it."""
    programme = programme_of(tiny, {"start": "2026-27", "annual_use": {"labour_force": 0.6}})
    driver = programme.driver()
    places = [(one.detail, one.place) for one in programme.places]
    detailed = [place for detail, place in places if detail]
    among = [(year.people.copy(), year.lines.copy()) for year in live(programme, tiny.make(1), driver)]
    used = sum(lines[0] > 0 for _, lines in among)  # grant spending
    for row in used.nonzero()[0][[0, 7, -1]]:
        block = tiny.make(1)
        weight = int(block.people.weight[row])
        block.people.weight[:] = 0
        block.people.weight[row] = weight
        for year, (people, lines) in zip(live(programme, block, driver), among, strict=True):
            for grouping in year.ledger.groupings:
                sums = grouping[:, year.number].sum(axis=1)
                assert sums[PEOPLE] == weight * int(people.resident[row])
                shown = [number for number, (detail, _) in enumerate(places) if detail]
                assert (sums[detailed] == weight * lines[shown, row].astype(np.int64)).all()
            for number, (detail, place) in enumerate(places):
                if not detail:
                    assert year.ledger.totals[place, year.number].sum() == weight * int(lines[number, row])
            for name in set(people._fields) - {"weight"}:
                assert (getattr(year.people, name) == getattr(people, name)).all(), name
        assert year.ledger.area[detailed].any()


# -- nothing half-done -------------------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys, time
from pathlib import Path
from microsim import api
make = api.Sample.make
def slowly(sample, number):  # or every block is done before the first look
    time.sleep(0.01)
    return make(sample, number)
api.Sample.make = slowly
folder = Path(sys.argv[2])
scenario = api.load_scenario(sys.argv[1], sample=1 / 10_000, years="2029-30 to 2036-37")
seen = []
def progress(done, total):
    seen.append(done)
    saved = list(folder.parent.glob(".*.checkpoint"))
    if len(sys.argv) > 3 and saved and 0 < done < total:
        os.kill(os.getpid(), signal.SIGKILL)
options = {"progress": progress, "checkpoint_seconds": 0.0, "alternatives": False}
run = api.run(scenario, threads=1, block_rows=600, output=folder, **options)
print(seen[0], run.digest)
"""


def start(folder, *more):
    command = [sys.executable, "-W", "error", "-c", KILLED, str(SCENARIO), str(folder), *more]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


@pytest.mark.slow
def test_killed_and_resumed(reference, tmp_path):
    """Killed without warning after a checkpoint: no run folder; the same command goes on and leaves nothing else."""
    folder = tmp_path / "here" / "run"
    killed = start(folder, "kill")
    assert killed.returncode == -9, killed.stderr[-2000:]
    assert not folder.exists()
    left = [path.name for path in folder.parent.iterdir()]
    assert any(name.endswith(".checkpoint") for name in left)
    resumed = start(folder)
    assert resumed.returncode == 0, resumed.stderr[-2000:]
    done, digest = resumed.stdout.split()
    assert int(done) > 0, "it started again instead of going on"
    assert digest == reference.digest
    assert [path.name for path in folder.parent.iterdir()] == ["run"], "leftovers"
    assert json.loads((folder / "manifest.json").read_text())["tables_digest"] == digest


def test_a_checkpoint_of_other_inputs_is_not_used(scenario, tmp_path):
    """A checkpoint belongs to inputs: the official figures, too, are inputs."""
    prepared = prepare(scenario)
    entries = dict(scenario.parameters.by_name)
    growth = entries["cpi_growth"]
    steps = tuple(step._replace(central=step.central + 0.01) for step in growth.values.steps)
    entries["cpi_growth"] = growth.model_copy(update={"values": type(growth.values)(steps)})
    figures = type(scenario.parameters)(entries)
    other = replace(scenario, parameters=figures, baseline_parameters=figures)
    assert prepare(other).identity() != prepared.identity()
    assert prepare(scenario).identity() == prepared.identity()


@pytest.mark.parametrize("content", [b"", b"rubbish", b"PK\x03\x04 cut short", None])
def test_a_checkpoint_that_cannot_be_read_is_a_fresh_start(scenario, reference, tmp_path, content):
    folder = tmp_path / "run"
    identity = prepare(scenario, BLOCK_ROWS).identity()
    checkpoint = tmp_path / f".run.{identity[:16]}.checkpoint"
    if content is None:
        with checkpoint.open("wb") as file:
            np.savez(file, done=np.arange(5))
    else:
        checkpoint.write_bytes(content)
    assert run(scenario, threads=1, block_rows=BLOCK_ROWS, output=folder).digest == reference.digest
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_failed_write_leaves_the_earlier_run(scenario, tmp_path, monkeypatch):
    """The disk fills while tables are written: the run folder is still the earlier run's, whole."""
    place = tmp_path / "run"
    run(scenario, block_rows=BLOCK_ROWS, output=place)
    before = {path.name: path.read_bytes() for path in place.iterdir()}

    write, written = pyarrow.csv.write_csv, []

    def full(table, path, *more):
        if written:
            raise OSError(28, "No space left on device")
        written.append(path)
        write(table, path, *more)

    monkeypatch.setattr(pyarrow.csv, "write_csv", full)
    with pytest.raises((OSError, api.InputError)):
        run(scenario, block_rows=BLOCK_ROWS, output=place)
    assert written
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir() if not path.name.endswith(".checkpoint")] == ["run"]


def test_a_stopped_run_keeps_its_work(scenario, reference, tmp_path, monkeypatch):
    """Ctrl-C: what is done is saved, and the next run goes on from there."""
    folder = tmp_path / "run"
    seen: list[int] = []
    make = api.Sample.make
    monkeypatch.setattr(api.Sample, "make", lambda sample, number: (time.sleep(0.02), make(sample, number))[1])

    def stop(done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(scenario, threads=1, block_rows=BLOCK_ROWS, output=folder, progress=stop)
    assert not folder.exists()
    assert len(list(tmp_path.glob(".run.*.checkpoint"))) == 1
    finished = run(
        scenario,
        threads=1,
        block_rows=BLOCK_ROWS,
        output=folder,
        progress=lambda done, total: seen.append(done),
    )
    assert seen[0] > 0
    assert finished.digest == reference.digest
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_progress_counts_every_block_once(scenario):
    seen: list[tuple[int, int]] = []
    run(
        scenario,
        threads=2,
        block_rows=BLOCK_ROWS,
        progress=lambda done, total: seen.append((done, total)),
    )
    total = len(prepare(scenario, BLOCK_ROWS).programme.sample.blocks)
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
