"""A cluster gives the same bytes as threads, whatever happens to its workers; and says clearly where it cannot."""

import functools
import random
import shutil
import signal
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from common import ROOT, SCENARIO

from microsim import api
from microsim.cli import main
from microsim.engine.run import no_sums
from microsim.errors import InputError
from microsim.running.prepare import prepare

pytest.importorskip("distributed", reason="Dask is not installed: pip install '.[dask]'")

import psutil  # Dask needs it
from distributed.comm import CommClosedError

from microsim.backends import cluster as clusters
from microsim.backends import dask
from microsim.backends.contract import Work

BLOCK_ROWS = 150  # as in the run on threads
run = functools.partial(api.run, alternatives=False, block_rows=BLOCK_ROWS)


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A busy machine may take long to start a worker."""
    monkeypatch.setattr(clusters, "WORKERS_SECONDS", 120.0)
    monkeypatch.setattr(clusters, "CONNECT_SECONDS", 30.0)


def test_a_cluster_of_this_machine_gives_the_same_bytes(own_scenario, on_threads):
    """Its processes listen on this machine alone, and are gone at the end."""
    seen, processes = [], {}

    def progress(done, blocks):
        seen.append((done, blocks))
        for process in psutil.Process().children(recursive=True):
            processes.setdefault(process, [one.laddr.ip for one in process.net_connections("inet")])

    finished = run(own_scenario, backend="dask", threads=2, progress=progress)
    assert finished.digest == on_threads.digest
    blocks = seen[0][1]
    assert blocks > 20
    assert seen[-1] == (blocks, blocks)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    workers = [process for process, addresses in processes.items() if addresses]
    assert len(workers) == 2
    assert {address for addresses in processes.values() for address in addresses} == {"127.0.0.1"}
    assert not any(worker.is_running() for worker in workers)


def test_a_worker_killed_in_the_middle_changes_nothing(own_scenario, on_threads, cluster):
    """Nor do threads of a worker, or the order of blocks."""
    first, _ = cluster.worker(), cluster.worker(threads=2)
    killed_at, blocks = [], len(prepare(own_scenario, BLOCK_ROWS).programme.sample.blocks)
    order = random.Random(2).sample(range(blocks), blocks)

    def progress(done, blocks):
        if 0 < done < blocks and not killed_at:
            first.kill()
            killed_at.append(done)

    finished = run(
        own_scenario, backend="dask", scheduler=cluster.address, progress=progress, block_order=order
    )  # fmt: skip
    assert len(killed_at) == 1
    assert first.wait() == -signal.SIGKILL
    assert finished.digest == on_threads.digest


def test_a_run_whose_cluster_is_lost_goes_on_without_it(own_scenario, on_threads, cluster, tmp_path):
    cluster.worker()
    folder = tmp_path / "run"

    def progress(done, blocks):
        if 0 < done < blocks:
            cluster.scheduler.kill()

    with pytest.raises(InputError, match=r"the Dask cluster was lost with [1-9].* the same command goes on from there"):
        run(own_scenario, backend="dask", scheduler=cluster.address, progress=progress, output=folder)
    assert not folder.exists()
    seen = []
    finished = run(own_scenario, output=folder, progress=lambda done, blocks: seen.append(done), report=False)
    assert seen[0] > 0
    assert finished.digest == on_threads.digest
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("raised", [CommClosedError("closed"), OSError("Timed out trying to connect")])
def test_a_cluster_that_is_lost_while_it_is_asked(raised):
    """Which of the two comes depends on the moment; an error of the work itself is another thing."""

    def ask():
        raise raised

    client = SimpleNamespace(status="running", nthreads=ask)
    for asked in (client, SimpleNamespace(status="connecting")):
        with pytest.raises(clusters.Lost):
            clusters.processors(asked)
    with pytest.raises(clusters.Lost):
        clusters.result(SimpleNamespace(status="cancelled", result=ask))
    with pytest.raises(type(raised)):
        clusters.result(SimpleNamespace(status="error", result=ask))


class _Batch:
    """A finished batch of no sums."""

    def result(self):
        return {}


def test_half_a_batch_is_never_kept(own_scenario, tmp_path, monkeypatch):
    """Stopped while a batch is added, a run keeps what it kept before: the next one would add the batch again."""
    prepared, kept = prepare(own_scenario, BLOCK_ROWS), tmp_path / "checkpoint"
    total = no_sums(prepared.programme, ())
    stopped = dask._Run(Work(prepared, (), checkpoint=kept), SimpleNamespace(status="closed"), total, {0})
    stopped._leave()
    before = kept.read_bytes()

    def stop(total, packed):
        total.ledger[0][:] += 1
        raise KeyboardInterrupt

    monkeypatch.setattr(dask, "add_packed", stop)
    batch = _Batch()
    stopped.out[batch] = [1, 2]
    with pytest.raises(KeyboardInterrupt):
        stopped._add(batch)
    stopped._leave()
    assert kept.read_bytes() == before


def test_a_worker_with_other_sources_is_named(own_scenario, cluster, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(ROOT / "microsim", other / "microsim", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "microsim" / "years.py").open("a", encoding="utf-8") as file:
        file.write("# another version\n")
    cluster.worker(PYTHONPATH=str(other))
    with pytest.raises(InputError, match=r"^worker tcp://127.* has another version of the sources.*; found .*; exp"):
        run(own_scenario, backend="dask", scheduler=cluster.address)


@pytest.fixture
def without(tmp_path):
    """Where a package of the same name hides microsim."""
    (tmp_path / "microsim").mkdir()
    (tmp_path / "microsim" / "__init__.py").write_text("__version__ = '0.0'\n")
    return str(tmp_path)


def test_a_worker_without_microsim_is_named(own_scenario, cluster, without):
    cluster.worker(PYTHONPATH=without)
    with pytest.raises(
        InputError, match=r"^worker tcp://127.* cannot load microsim; found .*; expected microsim [0-9]"
    ):
        run(own_scenario, backend="dask", scheduler=cluster.address)


def test_a_scheduler_without_microsim_is_named(own_scenario, cluster_in, without):
    cluster = cluster_in(PYTHONPATH=without)
    cluster.worker()
    with pytest.raises(InputError, match=r"^the scheduler tcp://127.* cannot load microsim; found .*; expected micro"):
        run(own_scenario, backend="dask", scheduler=cluster.address)


def test_a_scheduler_without_workers(own_scenario, cluster, monkeypatch):
    monkeypatch.setattr(clusters, "WORKERS_SECONDS", 0.2)
    with pytest.raises(InputError, match=r"has no workers; found none in 0.2 seconds"):
        run(own_scenario, backend="dask", scheduler=cluster.address)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:1", "no Dask scheduler answers at tcp://127.0.0.1:1; found "),
        ("tls://127.0.0.1:1", "no certificate for the Dask scheduler at tls://127.0.0.1:1; expected "),
        ("nowhere", "not an address of a Dask scheduler; found nowhere; expected such as tcp://HOST:8786"),
        ("http://127.0.0.1:1", "not an address of a Dask scheduler; found http://127.0.0.1:1; expected such as"),
    ],
)
def test_a_scheduler_that_does_not_answer(tmp_path, monkeypatch, address, said):
    """One line, and exit code 2."""
    monkeypatch.setattr(clusters, "CONNECT_SECONDS", 0.3)
    asked = ["run", str(SCENARIO), "--output", str(tmp_path / "run"), "--backend", "dask", "--scheduler", address]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 2
    assert done.stdout == ""
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("warning: ")]
    assert line.startswith(said)
    assert not (tmp_path / "run").exists()
