"""The compiled engine beside the pandas and numpy twin, on the plain training grant: same people, same tables.

The twin has no taxes and no families, so the engine's taxes are left out too; its families are not, which makes the
ratio smaller than it is. What both count by the year is compared: the twin must be the same model to be a yardstick.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from benchmarks import twin
from benchmarks.clock import best
from benchmarks.one_run import PLAIN_GRANT
from benchmarks.ratios import ratio
from microsim.engine.run import Programme

ARMS = 2  # the baseline and the reform


def taxed_programme(sample: float) -> Programme:
    """The plain grant, with taxes."""
    from microsim import api
    from microsim.running.prepare import prepare

    return prepare(api.load_scenario(PLAIN_GRANT, sample=sample)).programme


def plain_programme(sample: float) -> Programme:
    """The plain grant without taxes, which the twin has not."""
    from microsim.taxes.tables import NO_TAXES

    return replace(taxed_programme(sample), taxes=NO_TAXES)


def engine_beside_twin(sample: float, years: int | None = None) -> dict[str, Any]:
    """Person-year-arms per second of the two, on one processor, and what the twin's sums are of the engine's.

    The engine lives all years, the twin the first `years` or all: a year takes either about the same time.
    """
    from microsim.engine.ledger import IN_WORK, PAY, PEOPLE
    from microsim.engine.run import run_blocks

    programme = plain_programme(sample)
    ledger, weight = run_blocks(programme, threads=1), programme.sample.weight  # loads what is compiled, too
    person_years = ledger.area[PEOPLE].sum() / weight
    engine_seconds = living_seconds(programme)
    people = twin.everybody(programme)
    twin_years = years or len(programme.sample.years)
    began = time.process_time()
    twin_sums, twin_person_years = twin.live(programme, people, twin_years)
    twin_seconds = time.process_time() - began
    compared = {
        "people": (PEOPLE, 1),
        "in_work": (IN_WORK, 1),
        "pay": (PAY, 100),
        "spending": (programme.places[0].place, 100),
    }
    engine, other = person_years * ARMS / engine_seconds, twin_person_years * ARMS / twin_seconds
    return {
        "sample": sample,
        "engine_person_year_arms_per_second": engine,
        "twin_person_year_arms_per_second": other,
        "times_the_twin": ratio(engine, other),
        **{
            f"twin_{name}_over_engine": ratio(
                twin_sums[name].sum() * unit, ledger.area[line, :twin_years].sum() / weight
            )
            for name, (line, unit) in compared.items()
        },
    }


def living_seconds(programme: Programme, repeats: int = 3) -> float:
    """Seconds of a processor in which all blocks are lived, their making left out."""
    driver, scratch, sums = programme.driver(), programme.scratch(programme.sample.block_rows), programme.ledger()
    blocks = list(programme.sample)

    def live_all() -> float:
        copies = [block._replace(people=block.people.copy()) for block in blocks]
        states = [tuple(entry.fresh(len(block.people.id)) for entry in programme.measures) for block in blocks]
        started = time.process_time()
        for block, own in zip(copies, states, strict=True):
            programme.live(driver, block, own, (0, len(programme.sample.years)), scratch, sums)
        return time.process_time() - started

    return min(live_all() for _ in range(repeats))


def two_threads_over_one(sample: float, repeats: int = 2) -> float:
    """How many times faster two threads live the plain grant than one, by the wall."""
    from microsim.engine.run import run_blocks

    programme = plain_programme(sample)
    run_blocks(programme, threads=1, order=())
    one = best(lambda: run_blocks(programme, threads=1), repeats)
    return one / best(lambda: run_blocks(programme, threads=2), repeats)
