"""The engine over its ceiling: part by part, and over all parts as a year of the plain grant has them."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.ceiling.material import material
from benchmarks.ceiling.parts import ALIKE, TRIES, measure, parts
from benchmarks.ceiling.tax_part import tax_part
from microsim.engine.run import Programme

YEAR = 9  # the tenth of those lived: the grant is in its fifth
TAXES = "income tax, National Insurance, student loans"
TIMES = {"random words (one group)": 6, TAXES: 0}  # in a year of the plain grant without taxes, which draws its own
ALL = "a year of the plain grant, all parts but taxes"


def engine_over_ceiling(
    programme: Programme, taxed: Programme, blocks: int = 3, tries: int = TRIES
) -> dict[str, dict[str, Any]]:
    """By part: nanoseconds for a row of the engine and of the ceiling, the ratio, and whether both found the same.

    `programme` is that of the plain grant, `taxed` the same with taxes. Means over some blocks spread over all; last
    their sum in a year.
    """
    numbers = np.linspace(0, len(programme.sample.blocks) - 1, min(blocks, len(programme.sample.blocks))).astype(int)
    found: dict[str, list[dict[str, Any]]] = {}
    for number in numbers.tolist():
        given = material(programme, number, YEAR)
        for name, part in parts(given).items():
            found.setdefault(name, []).append(measure(part, given.restore, tries))
        taxes = measure(tax_part(taxed, number, YEAR), lambda: None, tries)
        found.setdefault(TAXES, []).append(taxes)
    together = {name: _mean(several) for name, several in found.items()}
    return together | {ALL: _sum(together)}


def _mean(several: list[dict[str, Any]]) -> dict[str, Any]:
    engine = float(np.mean([one["engine_nanoseconds"] for one in several]))
    hand = float(np.mean([one["ceiling_nanoseconds"] for one in several]))
    same = min(one["same"] for one in several)
    return {
        "engine_nanoseconds": engine, "ceiling_nanoseconds": hand, "engine_over_ceiling": hand / engine, "same": same,
        "agrees": same >= ALIKE,
    }  # fmt: skip


def _sum(parts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """All parts in a year. Where what is written by hand is no faster, the engine is its own ceiling."""
    engine = sum(one["engine_nanoseconds"] * TIMES.get(part, 1) for part, one in parts.items())
    hand = sum(
        min(one["engine_nanoseconds"], one["ceiling_nanoseconds"]) * TIMES.get(part, 1) for part, one in parts.items()
    )
    same = min(one["same"] for one in parts.values())
    return {
        "engine_nanoseconds": engine, "ceiling_nanoseconds": hand, "engine_over_ceiling": hand / engine, "same": same,
        "agrees": all(one["agrees"] for one in parts.values()),
    }  # fmt: skip
