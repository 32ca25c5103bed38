"""How throughput and memory depend on the size of the population, years, arms, measures and threads.

Each point is a run in a process of its own, so nothing is left over from another. A scale holds what does not vary at
the package, all years, two arms and one thread: processor time per person-year is then a single thread's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from benchmarks.machine import processors
from benchmarks.one_run import BASELINE, PACKAGE, Asked, run_apart

SIZES = (0.001, 0.01, 0.1)
EVERYBODY = 1.0
YEARS = {10: "2026-27 to 2034-35", 20: "2026-27 to 2044-45", 30: "2026-27 to 2054-55"}  # lived, with one before
Points = list[dict[str, Any]]


def by_size(sizes: Iterable[float] = SIZES, tables: bool = True) -> Points:
    """Of the package on all processors: what everybody's run does, at smaller and smaller shares."""
    return [run_apart(Asked(sample=size, tables=tables)) for size in sizes]


def by_years(sample: float) -> Points:
    """Of the package over 10, 20 and 30 years lived, and all."""
    return [_one(Asked(sample=sample, years=years)) for years in (*YEARS.values(), None)]


def by_arms(sample: float) -> Points:
    """The baseline alone; with the reform; with other choices of measures; with each measure alone and stacked."""
    return [
        _one(Asked(str(BASELINE), sample)) | {"what": "baseline"},
        _one(Asked(sample=sample)) | {"what": "baseline and reform"},
        _one(Asked(sample=sample, alternatives=True)) | {"what": "and other choices of measures"},
        _one(Asked(sample=sample, decompose=True)) | {"what": "and every measure alone and stacked"},
    ]


def by_measures(sample: float) -> Points:
    """The first so many of the package's measures, from none."""
    from microsim import api

    measures = len(api.load_scenario(PACKAGE).measures)
    return [_one(Asked(sample=sample, measures=count)) for count in range(measures + 1)]


def by_threads(sample: float) -> Points:
    """On one thread, two, four, up to all processors."""
    return [_one(Asked(sample=sample, threads=threads), threads) for threads in thread_counts(processors())]


def thread_counts(most: int) -> list[int]:
    """1, 2, 4 ... up to `most`, which is always among them."""
    return sorted({2**power for power in range(most.bit_length())} | {most})


def _one(asked: Asked, threads: int = 1) -> dict[str, Any]:
    return run_apart(Asked(**(vars(asked) | {"threads": threads, "tables": False})))


def speed_up(points: Points) -> list[float]:
    """How many times faster each point is than the first, by the wall."""
    return [point["person_year_arms_per_second"] / points[0]["person_year_arms_per_second"] for point in points]


def repeated(measure: Callable[[], float], enough: Callable[[float], bool], tries: int = 3) -> float:
    """A measure taken again, up to `tries` times in all, until it is good enough; the last. A busy machine can spoil a
    ratio once and again; what is broken stays broken."""
    found = measure()
    for _ in range(tries - 1):
        if enough(found):
            break
        found = measure()
    return found
