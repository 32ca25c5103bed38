"""Whole-run benchmarks: `python -m benchmarks`, described in docs/benchmarks.md.

Figures that depend on a machine's speed stand beside a calibration of it. What is checked (`--check`) are ratios alone,
each measured in one go: the engine against the same model in pandas and numpy, two threads against one, memory against
the population.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import kept
from benchmarks.machine import about, calibrate
from benchmarks.ratios import broken

Figures = dict[str, Any]
SAMPLE = 0.005  # of England, where something else than the population varies
STAGES_SAMPLE = 0.01


def stages() -> Figures:
    """Nanoseconds for a row and year of each stage of a run of the package."""
    from benchmarks.one_run import PACKAGE
    from benchmarks.stages import nanoseconds_by_stage
    from microsim import api
    from microsim.running.prepare import prepare

    return nanoseconds_by_stage(prepare(api.load_scenario(PACKAGE, sample=STAGES_SAMPLE)))


def kernels() -> Figures:
    """Nanoseconds for a row and year of each kernel of the package, alone, on a full block of a 1-in-100 sample."""
    from benchmarks.one_run import PACKAGE
    from benchmarks.rooms import nanoseconds_by_kernel
    from microsim import api
    from microsim.running.prepare import prepare

    programme = prepare(api.load_scenario(PACKAGE, sample=STAGES_SAMPLE)).programme
    return nanoseconds_by_kernel(programme, len(programme.sample.blocks) // 2)


def sizes() -> Any:
    from benchmarks import scaling

    return scaling.by_size()


def everybody() -> Any:
    from benchmarks import scaling

    return scaling.by_size((scaling.EVERYBODY,))


def years() -> Any:
    from benchmarks import scaling

    return scaling.by_years(SAMPLE)


def arms() -> Any:
    from benchmarks import scaling

    return scaling.by_arms(SAMPLE)


def measures() -> Any:
    from benchmarks import scaling

    return scaling.by_measures(SAMPLE)


def threads() -> Any:
    from benchmarks import scaling

    return scaling.by_threads(2 * SAMPLE)


def twin() -> Figures:
    from benchmarks.beside import engine_beside_twin

    return engine_beside_twin(SAMPLE, years=10)


def ceiling() -> Figures:
    from benchmarks.beside import plain_programme, taxed_programme
    from benchmarks.ceiling.beside import engine_over_ceiling

    return engine_over_ceiling(plain_programme(STAGES_SAMPLE), taxed_programme(STAGES_SAMPLE))


def startup() -> Figures:
    from benchmarks import startup

    return startup.warm()


def cold() -> Figures:
    from benchmarks import startup

    return startup.cold()


def peers() -> Figures:
    from benchmarks.peers import beside_peers

    return beside_peers()


# In this order; those of the second group only when asked for by name, as they take longer or need something else.
USUAL: tuple[Callable[[], Any], ...] = (
    stages, startup, twin, ceiling, threads, years, measures, arms, sizes, peers,
)  # fmt: skip
ASKED: tuple[Callable[[], Any], ...] = (kernels, cold, everybody)
PARTS = {part.__name__: part for part in (*USUAL, *ASKED)}


def short() -> Figures:
    """What `--check` looks at, on few people: a minute or so with everything compiled."""
    from benchmarks.beside import engine_beside_twin, plain_programme, taxed_programme, two_threads_over_one
    from benchmarks.ceiling.beside import engine_over_ceiling
    from benchmarks.machine import processors
    from benchmarks.one_run import PLAIN_GRANT, Asked, run_apart
    from benchmarks.ratios import LEAST_OF_TWO_THREADS, MOST_KEPT, memory_kept
    from benchmarks.scaling import repeated

    def kept_memory() -> float:
        small, large = (
            run_apart(Asked(str(PLAIN_GRANT), sample, "2026-27 to 2029-30", threads=1, tables=False))
            for sample in (0.001, 0.01)
        )
        return memory_kept(small, large)

    figures: Figures = {"twin": engine_beside_twin(0.002, years=10)}
    figures["memory_kept"] = repeated(kept_memory, lambda found: found <= MOST_KEPT)
    if processors() > 1:
        figures["two_threads_over_one"] = repeated(
            lambda: two_threads_over_one(0.002), lambda found: found >= LEAST_OF_TWO_THREADS, tries=5
        )
    figures["ceiling"] = engine_over_ceiling(plain_programme(0.002), taxed_programme(0.002), blocks=1, tries=5)
    return figures


def measure(wanted: Sequence[str], figures: Figures, keep: Callable[[Figures], None]) -> Figures:
    """Measure the parts named, and keep all figures after each: a long measurement that is stopped is not lost."""
    for name in wanted:
        started = time.perf_counter()
        print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
        figures[name] = PARTS[name]()
        print(f"{time.perf_counter() - started:.0f} s", file=sys.stderr)
        keep(figures)
    return figures


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--short", action="store_true", help="only what --check looks at, on few people: a minute")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a ratio shows something broken")
    parser.add_argument("--rooms", action="store_true", help="only where the time goes: stages, and each kernel alone")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--full", action="store_true", help="also a run of everybody in England, all people")
    parser.add_argument("--json", type=Path, help="file for the figures; what it holds of the same commit is kept")
    parser.add_argument("--keep", action="store_true", help="keep the figures in benchmarks/history")
    parser.add_argument("--results", action="store_true", help="write RESULTS.md and its chart from what is kept")
    return parser


def main(words: Sequence[str] | None = None) -> int:
    parser = arguments()
    options = parser.parse_args(words)
    if options.check and not options.short:
        parser.error("--check looks at what --short measures")
    if options.results and not (options.keep or options.only or options.rooms or options.full or options.json):
        kept.write_results()
        return 0
    described = about()
    path = options.json or (kept.path_of(described) if options.keep else None)
    figures: Figures = {"measured": described} | kept.go_on_with(path, described["commit"])
    if options.short:
        figures |= short()
    else:
        figures.setdefault("calibration", calibrate())
        wanted = ["stages", "kernels"] if options.rooms else options.only or [part.__name__ for part in USUAL]
        measure([*wanted, *(["everybody"] if options.full else [])], figures, lambda now: kept.save(path, now))
    kept.save(path, figures)
    kept.show(figures)
    if options.results:
        kept.write_results()
    found = broken(figures) if options.check else []
    for problem in found:
        print(f"BROKEN: {problem}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
