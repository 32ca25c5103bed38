"""Compiles the parts of a year at once, in processes of their own, where none of their code is kept from before.

The compiler holds a lock, so threads of one process would compile one after the other. Each process prepares the same
run from its recipe, is told one part after the other and leaves its code in the cache folder, from which this process
loads it. Whatever goes wrong there is only slower: this process compiles what it does not find.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path

import numba

import microsim
from microsim.backends.recipe import Recipe, prepare_again, recipe_of
from microsim.engine.run import live_nobody
from microsim.kernels.jit import keeps_code
from microsim.running.prepare import Prepared
from microsim.running.tables import watch_all

MAKING, WATCHING = "making people", "what is watched"  # besides the parts of the driver
MOST_PROCESSES = 4  # some 400 MB each; more would wait for the dearest part
_DONE = "done"


def compile_apart(prepared: Prepared, processes: int) -> None:
    """Compile what is not kept yet in up to `processes` processes, and return when they are done."""
    if numba.config.DISABLE_JIT or processes < 2 or not keeps_code():
        return
    missing = prepared.programme.missing_parts()
    if len(missing) > 1:
        share_out(recipe_of(prepared).text(), [*missing, MAKING, WATCHING], min(processes, MOST_PROCESSES))


def share_out(recipe: str, parts: Sequence[str], processes: int) -> None:
    """Have the parts compiled, each by the first of some processes that is free."""
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for part in parts:
        waiting.put(part)
    with ThreadPoolExecutor(processes) as pool, _started(processes) as started:
        wait([pool.submit(_feed, process, recipe, waiting) for process in started])


@contextmanager
def _started(number: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes of this module, with this very package, which are gone at the end."""
    package = str(Path(microsim.__file__).parents[1])
    paths = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    command = [sys.executable, "-P", "-m", "microsim.backends.compiling"]
    started: list[subprocess.Popen[str]] = []
    try:
        with suppress(OSError):  # no memory for another, say: fewer do
            for _ in range(number):
                process = subprocess.Popen(
                    command, env=os.environ | {"PYTHONPATH": paths}, text=True, encoding="utf-8",
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                )  # fmt: skip
                started.append(process)
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


def _feed(process: subprocess.Popen[str], recipe: str, waiting: queue.SimpleQueue[str]) -> None:
    """Give a process the recipe and one part after the other, until none waits or it has ended."""
    told, heard = process.stdin, process.stdout
    assert told is not None and heard is not None
    line = recipe
    try:
        while True:
            told.write(f"{line}\n")
            told.flush()
            if heard.readline().strip() != _DONE:
                return
            line = waiting.get_nowait()
    except (queue.Empty, OSError):
        return


def main() -> None:
    """What a process does: read a recipe and then names of parts, a line each, and say when each is done."""
    prepared = prepare_again(Recipe.read(sys.stdin.readline()))
    programme, watched = prepared.programme, watch_all(prepared, None, None).all
    driver = programme.driver()
    _say_done()
    for line in sys.stdin:
        part = line.strip()
        if part == MAKING:
            programme.sample.make(0)
        else:
            live_nobody(programme, driver.only(part), watched if part == WATCHING else ())
        _say_done()


def _say_done() -> None:
    sys.stdout.write(f"{_DONE}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
