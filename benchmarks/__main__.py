"""Whole-run benchmarks: `python -m benchmarks [--short] [--json FILE]`.

Everything is a ratio measured in one go on one machine: the compiled engine against the same model in pandas and
numpy, two threads against one, memory at ten times the people. Compile, load and steady state are apart. A table gives
each kernel's nanoseconds for a row and year; `--rooms` measures that table alone. With `--check` the exit status is 1
when a ratio shows something broken: slower than the twin, or the twin no longer the same model, two threads no faster
than one, memory that grows with the population.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numba

PACKAGE = Path(__file__).resolve().parent.parent / "scenarios" / "opportunity_for_all.yaml"
SCENARIO = Path(__file__).resolve().parent / "plain_grant.yaml"  # by rules that the twin knows
REPEATS = 3
LARGEST_DISAGREEMENT = 0.05  # of the twin with the engine, far beyond sampling error

_COMPILE = """
import sys, time
started = time.perf_counter()
from microsim import api
programme = prepare(api.load_scenario(sys.argv[1], sample=0.001)).programme
programme.sample.make(0)
prepared = time.perf_counter()
from microsim.engine.run import _compile
_compile(programme, programme.driver())
print(time.perf_counter() - prepared, prepared - started)
"""
# The peak comes from the program's own memory map: getrusage would also count the parent's before the program began.
_MEMORY = """
import pathlib, sys
from microsim import api
api.run(api.load_scenario(sys.argv[1], sample=float(sys.argv[2])), threads=2)
status = pathlib.Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) / 1024)
"""


def child(program: str, *arguments: str, cache: str | None = None) -> list[float]:
    """The numbers printed by a Python program run on its own."""
    environment = os.environ | ({"MICROSIM_CACHE_DIR": cache} if cache else {})
    command = [sys.executable, "-c", program, str(SCENARIO), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


def best(function: Any, repeats: int = REPEATS) -> float:
    """The shortest of some runs, in seconds: the one least disturbed by whatever else the machine does."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        function()
        times.append(time.perf_counter() - started)
    return min(times)


def measure(short: bool) -> dict[str, Any]:
    """Run every benchmark and return the figures by name."""
    from benchmarks import twin
    from microsim import api
    from microsim.engine.ledger import IN_WORK, PAY, PEOPLE
    from microsim.engine.run import Programme, run_blocks
    from microsim.running.prepare import prepare
    from microsim.taxes.tables import NO_TAXES

    small, large = (0.005, 0.05) if short else (0.01, 0.1)
    started = {}
    with tempfile.TemporaryDirectory() as cache:
        if not short:  # compiles everything anew
            started["compile_seconds"], started["start_cold_seconds"] = child(_COMPILE, cache=cache)
            started["load_seconds"], started["start_seconds"] = child(_COMPILE, cache=cache)
    prepared = prepare(api.load_scenario(SCENARIO, sample=small))
    programme = prepared.programme
    arms = 2  # the baseline and the reform
    ledger, weight = run_blocks(programme, threads=1), programme.sample.weight
    person_years = ledger.area[PEOPLE].sum() / weight
    driver = programme.driver()
    blocks = list(programme.sample)
    scratch, sums = programme.scratch(programme.sample.block_rows), programme.ledger()

    def live_only(programme: Programme) -> None:
        for block in blocks:
            copied = block._replace(people=type(block.people)(*(column.copy() for column in block.people)))
            states = tuple(entry.fresh(len(block.people.id)) for entry in programme.measures)
            programme.live(driver, copied, states, (0, len(programme.sample.years)), scratch, sums)

    steady = best(lambda: live_only(programme))
    package = api.load_scenario(PACKAGE, sample=small)
    api.run(package, alternatives=False)  # compiles what the plain grant has not
    package_run = best(lambda: api.run(package, alternatives=False), 1)
    with_alternatives = best(lambda: api.run(package), 1)
    untaxed = best(lambda: live_only(replace(programme, taxes=NO_TAXES)))  # the twin has no taxes
    one = best(lambda: run_blocks(programme, threads=1))
    two = best(lambda: run_blocks(programme, threads=2))
    people = twin.everybody(programme)
    twin_years = len(programme.sample.years) if short else 10
    began = time.perf_counter()
    twin_sums, twin_person_years = twin.live(programme, people, twin_years)
    twin_seconds = time.perf_counter() - began
    compared = {
        "people": (PEOPLE, 1),
        "in_work": (IN_WORK, 1),
        "pay": (PAY, 100),
        "spending": (programme.places[0].place, 100),
    }
    agreement = {
        f"twin_{name}_over_engine": ratio(twin_sums[name].sum() * unit, ledger.area[line, :twin_years].sum() / weight)
        for name, (line, unit) in compared.items()
    }
    memory_small, memory_large = child(_MEMORY, str(small))[0], child(_MEMORY, str(large))[0]
    per_second = person_years * arms / steady
    twin_per_second = twin_person_years * arms / twin_seconds
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, {numba.config.CPU_NAME or 'host'}",
        "sample": small,
        "years": len(programme.sample.years),
        "arms": arms,
        **started,
        "person_year_arms_per_second_per_core": per_second,
        "package_run_seconds": package_run,
        "package_run_with_alternatives_seconds": with_alternatives,
        "share_of_time_making_people": 1.0 - steady / one,
        "share_of_time_for_taxes": 1.0 - untaxed / steady,
        "twin_person_year_arms_per_second": twin_per_second,
        "times_the_twin": per_second * steady / untaxed / twin_per_second,
        "two_threads_over_one": one / two,
        "memory_mib_small": memory_small,
        "memory_mib_ten_times_the_people": memory_large,
        "memory_ratio": memory_large / memory_small,
        **agreement,
        **({} if short else {"nanoseconds_by_kernel": by_kernel(programme)}),
    }


def rooms_only() -> dict[str, Any]:
    """The table of kernels, on a full block of people who would be one in a hundred."""
    from microsim import api
    from microsim.running.prepare import prepare

    return {"nanoseconds_by_kernel": by_kernel(prepare(api.load_scenario(PACKAGE, sample=0.01)).programme)}


def by_kernel(programme: Any) -> dict[str, float]:
    """Nanoseconds for a row and year of each kernel in the driver's order, on the block in the middle."""
    from benchmarks.rooms import nanoseconds_by_kernel

    return nanoseconds_by_kernel(programme, len(programme.sample.blocks) // 2)


def ratio(one: float, other: float) -> float | None:
    return float(one / other) if other else None


def broken(figures: dict[str, Any]) -> list[str]:
    """What the ratios say is broken; nothing here depends on the machine's speed."""
    found = []
    if figures["times_the_twin"] < 1.0:
        found.append("the engine is slower than the pandas and numpy twin")
    if (os.cpu_count() or 1) > 1 and figures["two_threads_over_one"] < 1.1:
        found.append("two threads are no faster than one")
    if figures["memory_ratio"] > 1.5:
        found.append("memory grows with the population")
    found += [
        f"the twin is not the same model: {name.removeprefix('twin_').removesuffix('_over_engine')} {figures[name]:.3f}"
        for name in ("twin_people_over_engine", "twin_in_work_over_engine", "twin_pay_over_engine")
        if abs(figures[name] - 1.0) > LARGEST_DISAGREEMENT
    ]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--short", action="store_true", help="small samples, about a minute")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a ratio shows something broken")
    parser.add_argument("--rooms", action="store_true", help="only the time of each kernel, half a minute")
    options = parser.parse_args()
    if options.rooms and options.check:
        parser.error("--rooms measures nothing that --check looks at")
    figures = rooms_only() if options.rooms else measure(options.short)
    for name, value in figures.items():
        if isinstance(value, dict):
            print(f"{name}:", *(f"  {part:38} {number:8.2f}" for part, number in value.items()), sep="\n")
        else:
            print(f"{name:40} {value:,.3f}" if isinstance(value, float) else f"{name:40} {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    found = broken(figures) if options.check else []
    for problem in found:
        print(f"BROKEN: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
