"""A run to compare with, and clusters of real processes, each started and ended by the test that asks for them."""

import json
import os
import subprocess
import sys
import time

import pytest

from microsim import api

BLOCK_ROWS = 150  # some thirty blocks
PATIENCE = 120.0  # seconds that a busy machine may take to start a process


@pytest.fixture(scope="session")
def on_threads(own_scenario):
    """The run that every cluster must give."""
    return api.run(own_scenario, alternatives=False, block_rows=BLOCK_ROWS, threads=1)


class Cluster:
    """A scheduler and its workers, processes of this machine that nothing restarts, in an environment with changes."""

    def __init__(self, folder, **environment):
        self.folder, self.workers = folder, []
        file = folder / "scheduler.json"
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
        self.scheduler = self._start("dask_scheduler", *options, "--scheduler-file", str(file), **environment)
        self._wait_for(lambda: file.exists() and file.read_text().strip().endswith("}"))
        self.address = json.loads(file.read_text())["address"]

    def worker(self, threads=1, **environment):
        """Start a worker, with other variables of its environment."""
        options = ("--nthreads", str(threads), "--no-nanny", "--no-dashboard", "--host", "127.0.0.1",
                   "--dashboard-address", "127.0.0.1:0", "--local-directory", str(self.folder))  # fmt: skip
        process = self._start("dask_worker", self.address, *options, **environment)
        self.workers.append(process)
        return process

    def _start(self, name, *options, **environment):
        command = [sys.executable, "-m", f"distributed.cli.{name}", *options]
        return subprocess.Popen(
            command, cwd=self.folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def _wait_for(self, come):
        deadline = time.monotonic() + PATIENCE
        while not come():
            assert self.scheduler.poll() is None, "the scheduler ended"
            assert time.monotonic() < deadline, "the scheduler does not start"
            time.sleep(0.05)

    def end(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster_in(tmp_path):
    """Starts a cluster without workers, in an environment with changes."""
    started = []

    def start(**environment):
        folder = tmp_path / "cluster"
        folder.mkdir()
        started.append(Cluster(folder, **environment))
        return started[0]

    yield start
    for one in started:
        one.end()


@pytest.fixture
def cluster(cluster_in):
    """A cluster without workers."""
    return cluster_in()
