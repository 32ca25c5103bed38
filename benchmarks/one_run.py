"""One run, phase by phase, in a process of its own: `python -m benchmarks.one_run JSON`; prints what it took as JSON.

In a process of its own because the peak of memory is the process's, and so that no run finds the caches, code and
tables of another.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.clock import Phases
from benchmarks.machine import ROOT

SCENARIOS = ROOT / "scenarios"
PACKAGE = SCENARIOS / "opportunity_for_all.yaml"
BASELINE = SCENARIOS / "baseline.yaml"
PLAIN_GRANT = Path(__file__).resolve().parent / "plain_grant.yaml"  # by rules that the twin knows
MIB = 2**20


@dataclass(frozen=True)
class Asked:
    """What is to be run. `measures` leaves only the first so many of the scenario's."""

    scenario: str = str(PACKAGE)
    sample: float = 0.001
    years: str | None = None
    threads: int | None = None
    measures: int | None = None
    alternatives: bool = False
    decompose: bool = False
    tables: bool = True


def run_apart(asked: Asked, cache: str | None = None, timeout: float | None = None) -> dict[str, Any]:
    """What a run takes in a process of its own; `cache` is another folder for compiled code than the usual one."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    environment |= {"MICROSIM_CACHE_DIR": cache} if cache else {}
    command = [sys.executable, "-m", "benchmarks.one_run", json.dumps(asdict(asked))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=timeout, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{asked} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def run(asked: Asked) -> dict[str, Any]:
    """Run it here, and say what each phase took, how much was lived, and the peaks of memory.

    `phases` in seconds; `start` is reading the program, `scenario` its file, `prepare` the population and every table,
    `code` loading (or making) compiled code, `simulation` living all blocks, `tables` making what is published.
    """
    phases = Phases()
    with phases.phase("start"):
        from microsim import api
        from microsim.engine.ledger import PEOPLE
        from microsim.engine.run import default_threads, run_watched
        from microsim.running.prepare import prepare
        from microsim.running.tables import tables_of, watch_all
    with phases.phase("scenario"):
        scenario = api.load_scenario(asked.scenario, sample=asked.sample, years=asked.years)
        if asked.measures is not None:
            scenario = replace(scenario, measures=scenario.measures[: asked.measures])
    with phases.phase("prepare"):
        prepared = prepare(scenario, alternatives=asked.alternatives, decompose=asked.decompose)
        programme = prepared.programme
        watched = watch_all(prepared, None, None)
        blocks = len(programme.sample.blocks)
    with phases.phase("code"):
        run_watched(programme, watched.all, threads=1, order=())
    started = {"memory_before_simulation_mib": peak_memory()}
    with phases.phase("simulation"):
        results = run_watched(programme, watched.all, asked.threads)
    simulated = peak_memory()
    if asked.tables:
        with phases.phase("tables"):
            tables_of(prepared, watched, results, {})
    person_years = float(results.ledger.area[PEOPLE].sum()) / programme.sample.weight
    arms = len({entry.arm for entry in programme.measures if entry.alternative is None} | {"baseline"})
    threads = min(asked.threads or default_threads(), blocks)
    took = phases.seconds["simulation"]
    return {
        "asked": asdict(asked) | {"scenario": Path(asked.scenario).stem},
        "blocks": blocks,
        "lives": int(programme.sample.lives.sum()),
        "years": len(programme.sample.years),
        "arms": arms,
        "measures": len(scenario.measures),
        "threads": threads,
        "person_years": person_years,
        "phases": phases.seconds,
        "person_year_arms_per_second": person_years * arms / took["wall"],
        "person_year_arms_per_second_per_core": person_years * arms / took["processor"],
        "processor_nanoseconds_per_person_year": took["processor"] / person_years * 1e9,
        **started,
        "memory_of_simulation_mib": simulated,
        "memory_with_tables_mib": peak_memory(),
    }


def peak_memory() -> float:
    """The most memory that this process has held, in MiB.

    From its own memory map where the system has one: getrusage would also count the parent's before the program began.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="utf-8").split("VmHWM:")[1].split()[0]) * 1024 / MIB
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / MIB if sys.platform == "darwin" else most * 1024 / MIB


def until_first_block(found: dict[str, Any]) -> float:
    """Seconds by the wall from the start of the program's own work to the first block lived."""
    return sum(found["phases"][name]["wall"] for name in ("start", "scenario", "prepare", "code"))


if __name__ == "__main__":
    print(json.dumps(run(Asked(**json.loads(sys.argv[1])))))
