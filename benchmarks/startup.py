"""How long commands take to start, by the wall: the help, a run up to its first block, and with nothing compiled."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial

from benchmarks.clock import best
from benchmarks.machine import ROOT
from benchmarks.one_run import PACKAGE, Asked, run_apart, until_first_block

SMALLEST = 0.0001  # some 4,800 adults


def warm(repeats: int = 3) -> dict[str, float]:
    """Seconds with compiled code kept: `microsim --help`, a run up to its first block, whole runs of few people."""
    with tempfile.TemporaryDirectory() as folder:
        run = ["run", str(PACKAGE), "--sample", str(SMALLEST), "--quiet", "--output", f"{folder}/run"]
        commands = {
            "help_seconds": ["--help"],
            "tables_only_seconds": [*run, "--no-alternatives", "--no-report"],
            "with_documents_seconds": [*run, "--no-alternatives"],
        }
        found = {name: best(partial(_command, command), repeats) for name, command in commands.items()}
    runs = [run_apart(Asked(sample=SMALLEST, tables=False)) for _ in range(repeats)]
    shortest = min(runs, key=until_first_block)
    phases = {f"first_block_{name}_seconds": shortest["phases"][name]["wall"] for name in _BEFORE}
    return found | {"first_block_seconds": until_first_block(shortest)} | phases


def cold() -> dict[str, float]:
    """Seconds to make all compiled code that the package needs, with none kept."""
    with tempfile.TemporaryDirectory() as cache:
        found = run_apart(Asked(sample=SMALLEST, tables=False), cache)
    return {
        "compile_seconds": found["phases"]["code"]["wall"],
        "compile_processor_seconds": found["phases"]["code"]["processor"],
        "first_block_with_nothing_compiled_seconds": until_first_block(found),
    }


_BEFORE = ("start", "scenario", "prepare", "code")


def _command(arguments: Sequence[str]) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "microsim", *arguments]
    subprocess.run(command, env=environment, capture_output=True, check=True, cwd=ROOT)
