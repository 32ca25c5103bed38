"""What the figures say is broken: ratios alone, so that nothing depends on how fast or how busy a machine is."""

from __future__ import annotations

from typing import Any

LARGEST_DISAGREEMENT = 0.05  # of the twin with the engine, far beyond sampling error
LEAST_OF_TWO_THREADS = 1.1  # times one thread
MOST_KEPT = 0.15  # of the memory that keeping every further life would take
SAME_MODEL = ("twin_people_over_engine", "twin_in_work_over_engine", "twin_pay_over_engine")


def ratio(one: float, other: float) -> float | None:
    """`one` over `other`; None where that is nothing."""
    return float(one / other) if other else None


def memory_kept(small: dict[str, Any], large: dict[str, Any]) -> float:
    """What a larger run's further memory is of what keeping the lives it has more of would take, a row for each.

    0 when memory does not depend on the population, 1 when everybody is kept. The runs are points of `scaling`.
    """
    from microsim.population.people import People

    row = sum(column.itemsize for column in People.empty(1))
    further = large["memory_of_simulation_mib"] - small["memory_of_simulation_mib"]
    return float(further * 2**20 / ((large["lives"] - small["lives"]) * row))


def broken(figures: dict[str, Any]) -> list[str]:
    """What is wrong by the figures of `python -m benchmarks --short`; parts that were not measured say nothing."""
    found = []
    twin = figures.get("twin", {})
    if twin and twin["times_the_twin"] < 1.0:
        found.append(f"the engine is slower than the pandas and numpy twin: {twin['times_the_twin']:.2f} times as fast")
    if figures.get("two_threads_over_one", LEAST_OF_TWO_THREADS) < LEAST_OF_TWO_THREADS:
        found.append(f"two threads are no faster than one: {figures['two_threads_over_one']:.2f} times as fast")
    if figures.get("memory_kept", 0.0) > MOST_KEPT:
        found.append(f"memory grows with the population: by {figures['memory_kept']:.0%} of what keeping lives takes")
    found += [
        f"the twin is not the same model: {name.removeprefix('twin_').removesuffix('_over_engine')} {twin[name]:.3f}"
        for name in SAME_MODEL
        if twin and abs(twin[name] - 1.0) > LARGEST_DISAGREEMENT
    ]
    for part, one in figures.get("ceiling", {}).items():
        if not one["agrees"]:
            found.append(f"the hand-written ceiling gives other results: {part}")
    return found
