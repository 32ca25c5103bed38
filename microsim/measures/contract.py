"""What a measure is: parameters, cost lines, and a kernel that gives pence per person and line.

A measure's file defines `Params` (its block in a scenario), `State` (what the kernel reads and the arrays that only
this measure owns), `LINES`, a kernel `cost`, a function `prepare` that turns Params into State for one block, and
`MEASURE = Measure(...)`. `kind: NAME` in a scenario finds `microsim.measures.NAME`, or a plug-in (see `find`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numba.extending import overload

from microsim.kernels.jit import kernel
from microsim.kernels.random import FIRST_MEASURE
from microsim.parameters.load import Parameters
from microsim.scenario.values import Fault, MeasureParams

Head = Literal["RDEL", "CDEL", "AME", "receipts", "memo"]
Unit = Literal["pence", "people"]


@dataclass(frozen=True)
class Line:
    """One kind of money or count that a measure produces.

    `head` is where the public accounts record it; `memo` lines are not spending of the year (entitlement, balances,
    counts) and never enter the scorecard. `sign` is the effect of a positive amount on the Exchequer: -1 a cost,
    +1 a gain, 0 for memo lines. A `stock` is a level on 31 March and is never added over years.
    """

    name: str
    description: str
    payer: str
    head: Head
    sign: Literal[-1, 0, 1] = 0
    unit: Unit = "pence"
    stock: bool = False

    def __post_init__(self) -> None:
        if (self.head == "memo") != (self.sign == 0):
            raise ValueError(f"line {self.name}: memo lines have sign 0 and no other line has")


@dataclass(frozen=True)
class Ratio:
    """A published quotient of lines in a year, such as spending per user."""

    name: str
    description: str
    unit: str
    over: tuple[str, ...]  # lines added for the numerator
    under: tuple[str, ...]  # lines added for the denominator


class Clock(NamedTuple):
    """The year being lived, as kernels see it."""

    year: int  # financial year
    year_index: int  # years since the population's first year
    rows: int  # rows in use, at the start of the block
    key_0: int  # random key: the seed
    key_1: int  # random key: the replicate


class Setting(NamedTuple):
    """What `prepare` may use besides Params: the years and areas of the run, official figures, the block's size."""

    years: Sequence[int]
    area_codes: Sequence[str]
    parameters: Parameters
    rows: int


class Surroundings(NamedTuple):
    """What a measure's parameters are checked against: the areas there are and the first year that can be lived."""

    area_codes: Sequence[str]
    area_names: Sequence[str]
    first_year: int


@dataclass(frozen=True)
class Measure:
    """Everything the rest of the program knows of a measure. See the module's description."""

    kind: str
    title: str
    params: type[MeasureParams]
    state: type[tuple[Any, ...]]
    cost: Any  # a kernel (measure, people, clock, age_sex, words, scratch, lines)
    lines: tuple[Line, ...]
    prepare: Callable[[Any, Setting, int], Any]  # (params, setting, random group) -> state
    own: tuple[str, ...] = ()  # the fields of State that this measure owns, one value per person
    fixed: Callable[[Any, Setting], dict[str, np.ndarray]] | None = None  # line -> pence [years], national
    check: Callable[[Any, Surroundings], list[Fault]] | None = None  # against the population
    area_groups: Callable[[Any, Setting], dict[str, tuple[tuple[str, ...], np.ndarray]]] | None = None
    ratios: tuple[Ratio, ...] = ()

    def __post_init__(self) -> None:
        _KERNELS[self.state] = self.cost

    def random_group(self) -> int:
        """The first of sixteen groups of draws that belong to this kind of measure, whatever else is in use."""
        number = int.from_bytes(hashlib.sha256(self.kind.encode()).digest()[:3], "big")
        return FIRST_MEASURE + 16 * number


_KERNELS: dict[type, Any] = {}


def cost(measure, people, clock, age_sex, words, scratch, lines):
    """Run the kernel of the measure that `measure` is the State of: pence per person into `lines` (int32)."""
    _KERNELS[type(measure)](measure, people, clock, age_sex, words, scratch, lines)


@overload(cost, jit_options={"nogil": True, "error_model": "numpy", "fastmath": False})
def _cost_for_type(measure, people, clock, age_sex, words, scratch, lines):
    own_kernel = _KERNELS.get(getattr(measure, "instance_class", type(None)))
    if own_kernel is None:
        return None

    def run(measure, people, clock, age_sex, words, scratch, lines):
        own_kernel(measure, people, clock, age_sex, words, scratch, lines)

    return run


class NoMeasure(NamedTuple):
    """The State that stands in where no measure is in use: the compiler cannot walk an empty tuple."""

    rows: int = 0


@kernel
def _no_cost(own, people, clock, age_sex, words, scratch, lines):
    """No lines."""


_KERNELS[NoMeasure] = _no_cost
