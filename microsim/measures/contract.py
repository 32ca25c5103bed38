"""What a measure is: parameters, cost lines, and a kernel that gives pence per person and line.

A measure's file defines `Params` (its block in a scenario), `State` (what the kernel reads and the arrays that only
this measure owns), `LINES`, a kernel `cost`, a function `prepare` that turns Params into State for one block, and
`MEASURE = Measure(...)`. `kind: NAME` in a scenario finds `microsim.measures.NAME`, or a plug-in (see `find`).

People are read-only to measures. What a measure changes besides its lines goes through `Effects`: pay, which taxes and
benefits read in the same year, and what measures written later in a scenario take account of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

import numpy as np
from numba.extending import overload

from microsim.kernels.random import FIRST_MEASURE
from microsim.measures.rating import Rating
from microsim.parameters.load import Parameters
from microsim.population.source import Population
from microsim.scenario.values import Fault, MeasureParams

if TYPE_CHECKING:
    import pandas as pd

Head = Literal["RDEL", "CDEL", "AME", "receipts", "memo"]
Unit = Literal["pence", "people"]
MOST_LINES = 256  # of one measure
TABLE_ROWS = 256  # of `Room.table`
APART = 48  # values that arrays are longer than their rows
EVERYWHERE = -1  # any row may hold something of a line


@dataclass(frozen=True)
class Line:
    """One kind of money or count that a measure produces.

    `head` is where the public accounts record it; `memo` lines are not spending of the year (entitlement, balances,
    counts) and never enter the scorecard. `sign` is the effect of a positive amount on the Exchequer: -1 a cost,
    +1 a gain, 0 for memo lines. A `stock` is a level on 31 March and is never added over years. Without `detail` only
    the yearly total is kept, which takes a thousandth of the memory of all breakdowns. National money of the line (see
    `Measure.national`) is shared over the groups of a breakdown as the line `shared_by` of the same measure is.
    """

    name: str
    description: str
    payer: str
    head: Head
    sign: Literal[-1, 0, 1] = 0
    unit: Unit = "pence"
    stock: bool = False
    detail: bool = True
    shared_by: str = ""

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


class Gain(NamedTuple):
    """Whom a measure's money reaches, as sums of its lines with or without detail: pence of each person a year.

    `in_kind` is what people are given that is not money (a course paid for), at what it costs, `cash` money that does
    not go through pay, taxes or benefits (what does is found from household incomes), `employer` what the person's
    private employer gains. Money that stays with institutions, and administration, is nobody's gain.
    """

    kind: Literal["cash", "in_kind", "employer"]
    more: tuple[str, ...]  # lines that add to it
    less: tuple[str, ...] = ()  # lines that take from it


class LifetimeLine(NamedTuple):
    """A line of a measure followed over each life: its sum, in how many lives it was ever above nothing, or in how many
    its sum (of a line that counts) was 0, 1, 2, and 3 or more."""

    name: str
    description: str
    line: str
    how: Literal["sum", "ever", "count"] = "sum"


class LifetimeRatio(NamedTuple):
    """A published quotient of what is followed over lives, such as money left for each person who reaches an age."""

    name: str
    description: str
    unit: Literal["£", "fraction"]
    over: str  # the name of a LifetimeLine
    under: str  # of one that counts lives


class Clock(NamedTuple):
    """The year being lived, as kernels see it."""

    year: int  # financial year
    year_index: int  # years since the population's first year
    rows: int  # rows in use, at the start of the block
    key_0: int  # random key: the seed
    key_1: int  # random key: the replicate


class Effects(NamedTuple):
    """What the measures of an arm have changed so far this year, a value for each row.

    At the start of a year pay, fees and training are nothing and areas are where people live.
    """

    pay_change: np.ndarray  # float32, pounds a year added to gross pay; taxes and benefits read it
    employer_fees: np.ndarray  # float32, pounds a year more that the employer pays for outside training of the person
    training: np.ndarray  # float32, pounds of training in the year that the person would not have had otherwise
    area: np.ndarray  # uint16, index of the local authority in this arm

    @classmethod
    def make(cls, rows: int) -> Self:
        """No effects on `rows` rows."""
        pay_change, employer_fees, training = np.zeros((3, rows), np.float32)
        return cls(pay_change, employer_fees, training, np.zeros(rows, np.uint16))


class Room(NamedTuple):
    """Arrays for a measure to work in; what stands in them at the start of a call means nothing, but for `listed`.

    A kernel that writes few rows may list them in `rows` and say in `listed`, for each of its lines, how many of the
    list, from the first, may hold anything of the line: the other rows are then never looked at. Each call begins with
    EVERYWHERE, any row, which is always right. One that writes many lines of each may do so in `table`, some rows at
    a time. See `microsim.measures.listed`.
    """

    words: np.ndarray  # uint32 [4, rows]
    whole: np.ndarray  # int32 [12, rows]
    part: np.ndarray  # float32 [8, rows]
    flags: np.ndarray  # uint8 [2, rows]
    ids: np.ndarray  # uint64 [rows]
    spare: np.ndarray  # uint32 [rows]
    table: np.ndarray  # int32 [MOST_LINES, TABLE_ROWS]
    rows: np.ndarray  # uint32 [rows]
    listed: np.ndarray  # int64 [MOST_LINES]

    @classmethod
    def make(cls, rows: int) -> Self:
        """Room for blocks of `rows` rows. Arrays are a little longer, so that neighbours do not stand a power of two
        apart: the processor would keep them all in the same few places of its cache."""
        long = rows + APART
        return cls(
            np.zeros((4, long), np.uint32), np.zeros((12, long), np.int32), np.zeros((8, long), np.float32),
            np.zeros((2, long), np.uint8), np.zeros(long, np.uint64), np.zeros(long, np.uint32),
            np.zeros((MOST_LINES, TABLE_ROWS + APART), np.int32), np.zeros(long, np.uint32),
            np.full(MOST_LINES, EVERYWHERE, np.int64),
        )  # fmt: skip


class Setting(NamedTuple):
    """What `prepare` may use besides Params: the years and areas of the run, official figures, the block's size and the
    fitted population."""

    years: Sequence[int]
    area_codes: Sequence[str]
    parameters: Parameters
    rows: int
    population: Population


class Surroundings(NamedTuple):
    """What a measure's parameters are checked against: the areas there are and the first year that can be lived."""

    area_codes: Sequence[str]
    area_names: Sequence[str]
    first_year: int


class Cap(NamedTuple):
    """A national limit on what some lines of a measure may come to in a year."""

    lines: tuple[str, ...]
    limit: Callable[[Any, Setting], np.ndarray | None]  # pence, float64 [years], infinite in years without; None for no
    # limit at all, and where the share served is given already
    serve: Callable[[Any, Setting, np.ndarray], Any]  # params in which that share of would-be users is served [years]


Totals = Mapping[str, np.ndarray]  # int64 [..., years] by line, pence or people


@dataclass(frozen=True)
class Measure:
    """Everything the rest of the program knows of a measure. See the module's description.

    A field `start` of State is the first financial year in which the kernel does anything at all.
    `cost` is a kernel (own, people, clock, age_sex, room, effects, lines) that writes int32 [lines, rows]: pence or
    counts of each person, from zeros. `prepare` gives its State from (params, setting, random group).
    `national` gives the money (int64 [years]) of lines that belongs to nobody, knowing the people's totals; given many
    sets of totals at once, [sets, years], it gives the money of each (or [years], where it is the same for all): that
    is how its simulation error is found. `tables` gives tables to publish besides, knowing all totals, with a column
    `financial_year` if they go by year. The years of both are those of the setting. `gains` says
    whom its money reaches, `lifetime` what is followed over each life (`lifetime_ratios` are quotients of it), and
    `account` are the lines that make up a person's account, if the measure keeps one: those `paid_in`, stocks that are
    held, and all others, which take from it; what is paid in less what is taken is the change of what is held.
    `alternatives` gives other choices by label, which are run over the same people and shown beside the chosen one.
    """

    kind: str
    title: str
    params: type[MeasureParams]
    state: type[tuple[Any, ...]]
    cost: Any
    lines: tuple[Line, ...]
    prepare: Callable[[Any, Setting, int], Any]
    own: tuple[str, ...] = ()  # the fields of State that this measure owns, one value per person
    changes_pay: bool = False  # the kernel writes `Effects.pay_change`
    reads_credit: Callable[[Any], bool] = lambda params: True  # whether, so set, it reads `people.on_credit`
    national: Callable[[Any, Setting, Totals], dict[str, np.ndarray]] | None = None
    tables: Callable[[Any, Setting, Totals], dict[str, pd.DataFrame]] | None = None
    alternatives: Callable[[Any], dict[str, Any]] | None = None
    cap: Cap | None = None
    check: Callable[[Any, Surroundings], list[Fault]] | None = None  # against the population
    area_groups: Callable[[Any, Setting], dict[str, tuple[tuple[str, ...], np.ndarray]]] | None = None
    ratios: tuple[Ratio, ...] = ()
    gains: tuple[Gain, ...] = ()
    lifetime: tuple[LifetimeLine, ...] = ()
    lifetime_ratios: tuple[LifetimeRatio, ...] = ()
    account: tuple[str, ...] = ()
    paid_in: tuple[str, ...] = ()  # of the account
    rating: Rating | None = None  # how uncertain its costing is; None where nobody has judged it

    def __post_init__(self) -> None:
        if len(self.lines) > MOST_LINES:
            raise ValueError(f"{self.kind} has {len(self.lines)} lines, at most {MOST_LINES} are possible")
        names = {line.name for line in self.lines}
        named = {name for gain in self.gains for name in (*gain.more, *gain.less)} | set(self.account)
        if missing := (named | {one.line for one in self.lifetime}) - names:
            raise ValueError(
                f"{self.kind}: gains, lifetime or account name {sorted(missing)}, which are no lines of it"
            )
        followed = {one.name for one in self.lifetime if one.how != "count"}
        if missing := {name for ratio in self.lifetime_ratios for name in (ratio.over, ratio.under)} - followed:
            raise ValueError(f"{self.kind}: lifetime ratios name {sorted(missing)}, which are not followed over lives")
        if not set(self.paid_in) <= set(self.account):
            raise ValueError(f"{self.kind}: what is paid in is not part of the account")
        unknown = {line.shared_by for line in self.lines if line.shared_by} - {
            line.name for line in self.lines if line.detail
        }
        if unknown:
            raise ValueError(f"{self.kind}: lines are shared by {unknown}, which are no lines of it with detail")
        _KERNELS[self.state] = self.cost

    @property
    def file(self) -> Path:
        """The source file of the kernel."""
        return Path(getattr(self.cost, "py_func", self.cost).__code__.co_filename)

    def random_group(self) -> int:
        """The first of sixteen groups of draws that belong to this kind of measure, whatever else is in use."""
        number = int.from_bytes(hashlib.sha256(self.kind.encode()).digest()[:3], "big")
        return FIRST_MEASURE + 16 * number


_KERNELS: dict[type, Any] = {}


def cost(own, people, clock, age_sex, room, effects, lines):
    """Run the kernel of the measure that `own` is the State of: pence per person into `lines` (int32)."""
    _KERNELS[type(own)](own, people, clock, age_sex, room, effects, lines)


@overload(cost, jit_options={"nogil": True, "error_model": "numpy", "fastmath": False})
def _cost_for_type(own, people, clock, age_sex, room, effects, lines):
    own_kernel = _KERNELS.get(getattr(own, "instance_class", type(None)))
    if own_kernel is None:
        return None

    def run(own, people, clock, age_sex, room, effects, lines):
        own_kernel(own, people, clock, age_sex, room, effects, lines)

    return run
