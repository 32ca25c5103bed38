"""A Dask cluster: one of this machine's own processors, or one that runs already; and whether its workers will do.

A cluster of one's own listens on this machine alone, and asks for a certificate made for it, as whoever reaches a
scheduler has the workers run what they like.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import distributed
from distributed.utils import silence_logging_cmgr
from distributed.versions import VersionMismatchWarning

from microsim.backends.recipe import differences, program
from microsim.errors import InputError, Problem

CONNECT_SECONDS = 10.0  # for a scheduler to answer
WORKERS_SECONDS = 60.0  # for a first worker to be there, and for another one when all have gone
HERE = "127.0.0.1"
_ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9A-Fa-f:]+\]|[^\s/:\[\]]+):[0-9]{1,5}")
_NAMED = 3  # differences that are told


@contextmanager
def own_cluster(processes: int) -> Iterator[distributed.Client]:
    """Processes of this machine with one thread each, gone at the end. Raises InputError where they do not start."""
    with (
        silence_logging_cmgr(logging.CRITICAL),
        _started(processes) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


def _started(processes: int) -> distributed.LocalCluster:
    try:
        return distributed.LocalCluster(
            n_workers=processes, threads_per_worker=1, processes=True, host=HERE, security=True,
            memory_limit=0,  # a run takes the same from its first block to its last: a limit could only stop it
            dashboard_address=None, scheduler_kwargs={"dashboard_address": f"{HERE}:0"}, silence_logs=logging.CRITICAL,
        )  # fmt: skip
    except RuntimeError as error:
        expected = 'processes that start; a script of yours asks for them under if __name__ == "__main__":'
        raise InputError(Problem("no cluster of this machine starts", None, str(error), expected)) from None


@contextmanager
def running_cluster(address: str) -> Iterator[distributed.Client]:
    """The cluster of the scheduler at `address`, whose certificates are those of Dask's settings. Raises InputError
    where none answers."""
    if not _ADDRESS.fullmatch(address):
        raise InputError(Problem("not an address of a Dask scheduler", None, address, "such as tcp://HOST:8786"))
    with silence_logging_cmgr(logging.CRITICAL), _connected(address) as client:
        yield client


def _connected(address: str) -> distributed.Client:
    if address.startswith("tls:") and distributed.Security().get_connection_args("client")["ssl_context"] is None:
        expected = "its certificate and key in Dask's settings distributed.comm.tls, see docs/cluster.md"
        raise InputError(Problem(f"no certificate for the Dask scheduler at {address}", None, None, expected))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VersionMismatchWarning)  # microsim compares what matters itself
            return distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except OSError as error:
        why = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError(Problem(f"no Dask scheduler answers at {address}", None, why)) from None


def check_workers(client: distributed.Client) -> int:
    """Wait for a first worker, and compare what the scheduler and all workers that are there have installed. Returns
    the workers' threads. Raises InputError."""
    try:
        client.wait_for_workers(1, timeout=WORKERS_SECONDS)
    except TimeoutError:
        raise no_workers(client) from None
    problems = _problems(f"the scheduler {client.scheduler.address}", _of_scheduler(client))
    for address, found in client.run(program, on_error="return").items():
        problems += _problems(f"worker {address}", found)
    if problems:
        raise InputError(problems[:_NAMED] + _more(len(problems) - _NAMED))
    return processors(client)


def _of_scheduler(client: distributed.Client) -> Any:
    """What the scheduler has installed, or the error of looking: it reads what is sent to workers, so it needs it."""
    try:
        return client.run_on_scheduler(program)
    except (ImportError, AttributeError, RuntimeError) as error:
        return error


def _problems(who: str, found: Any) -> list[Problem]:
    """What is wrong with the program of a process, given its versions or the error of looking for them."""
    if isinstance(found, BaseException):
        return [
            Problem(
                f"{who} cannot load microsim", None, str(found), f"microsim {program()['microsim']} installed there"
            )
        ]
    return [one._replace(message=f"{who} has {one.message}") for one in differences(program(), found)]


def _more(number: int) -> list[Problem]:
    return [Problem(f"{number:,} more differences of workers")] if number > 0 else []


class Lost(Exception):
    """The scheduler is gone."""


def processors(client: distributed.Client) -> int:
    """Threads of all workers that are there now. Raises Lost."""
    if client.status != "running":
        raise Lost
    try:
        return sum(client.nthreads().values())
    except OSError:
        raise Lost from None


def result(future: distributed.Future) -> Any:
    """What a finished piece of work gave. Raises Lost, and what the work raised."""
    try:
        return future.result()
    except OSError:
        if future.status == "error":
            raise  # the worker's own, such as a file that it cannot read
        raise Lost from None


def no_workers(client: distributed.Client) -> InputError:
    """That nobody is there to do the work."""
    address = client.scheduler.address
    return InputError(Problem(f"the Dask scheduler at {address} has no workers", None,
                              f"none in {WORKERS_SECONDS:g} seconds", "at least one"))  # fmt: skip
