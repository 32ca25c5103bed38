"""Break-even: the value of one figure at which an amount of a costing meets a target, found by bracketing.

Every value tried is run on the same people with the same luck, so the amount is a function of the value alone, and what
it changes by is what the value changes. That function may rise or fall, go in steps (a person takes part or does not),
cross the target several times or never. Several values are tried in one pass, which costs little more than one:
first over the whole of a range, wider in steps where the target is not in it, then inside the bracket, spread evenly
(for steps) and close to where a straight line would meet the target (for smooth functions).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

PASS = 12  # values tried in one pass
TOLERANCE = 1e-4  # of the target: near enough
_RESOLUTION = 1e-4  # of the value: no closer
_WIDENINGS = 3  # passes outside the first range
_DOUBLINGS = 4  # of the range on each side in a pass
_NARROWINGS = 12
_SHARES_INSIDE = tuple(place / 8 for place in range(1, 8))  # of the way through a bracket
_NEAR_THE_LINE = (-1 / 64, -1 / 1024, 0.0, 1 / 1024, 1 / 64)  # of a bracket's width, from where a line meets the target
_STEPS_OF_ROUNDING = 20_000  # to a bracket's width: values tried are short numbers
Evaluate = Callable[[Sequence[float]], Sequence[float]]
Crossings = tuple[tuple["Tried", "Tried"], ...]


class Tried(NamedTuple):
    """A value and the amount it gives."""

    value: float
    amount: float


class Search(NamedTuple):
    """What a search found: every value tried, in order of value, and where the amount meets the target."""

    target: float
    tolerance: float
    tried: tuple[Tried, ...]
    crossings: Crossings  # the two tried around each; the same twice for a hit at an end
    best: Tried | None  # nearest to the target in the crossing that was followed; None without a crossing
    bracket: tuple[Tried, Tried] | None  # around it
    passes: int

    @property
    def met(self) -> bool:
        """Whether the best value gives the target, and not only the nearest amount there is."""
        return self.best is not None and abs(self.best.amount - self.target) <= self.tolerance


def search(
    target: float,
    evaluate: Evaluate,
    low: float,
    high: float,
    near: float,
    *,
    allowed: Callable[[float], bool] = lambda _: True,
    widen: bool = True,
    whole: bool = False,
) -> Search:
    """Find the value between `low` and `high` at which `evaluate` gives `target`.

    Of several crossings the one nearest to `near` is followed. Where there is none and `widen`, the range grows to
    where `allowed` ends. `whole`: values are whole numbers. Values that are not `allowed` are never tried.
    """
    finder = _Finder(target, evaluate, allowed, whole)
    finder.at([*_spread(low, high, PASS), near] if low <= near <= high else _spread(low, high, PASS))
    for _ in range(_WIDENINGS if widen else 0):
        if finder.crossings() or not finder.at(_wider(finder.values(), low, high, allowed, whole)):
            break
    crossings = tuple(finder.crossings())
    if not crossings:
        return finder.result(crossings, None)
    bracket = followed = min(crossings, key=lambda pair: _distance(pair, near))
    for _ in range(_NARROWINGS):
        if finder.is_met(bracket) or not finder.at(_inside(bracket, target)):
            break
        bracket = finder.narrowed(bracket)
    return finder.met(crossings, bracket, followed) if finder.is_met(bracket) else finder.result(crossings, bracket)


class _Finder:
    """Values tried so far, and what they say."""

    def __init__(self, target: float, evaluate: Evaluate, allowed: Callable[[float], bool], whole: bool) -> None:
        self.target, self.evaluate, self.allowed, self.whole = target, evaluate, allowed, whole
        self.amounts: dict[float, float] = {}
        self.passes = 0

    def at(self, values: Iterable[float]) -> bool:
        """Try those that are new and allowed, in one pass. False when there are none."""
        rounded = sorted({float(round(value)) if self.whole else value for value in values})
        new = [value for value in rounded if value not in self.amounts and self.allowed(value)]
        if new:
            self.amounts.update(zip(new, self.evaluate(new), strict=True))
            self.passes += 1
        return bool(new)

    def values(self) -> list[float]:
        return sorted(self.amounts)

    @property
    def tried(self) -> tuple[Tried, ...]:
        return tuple(Tried(value, self.amounts[value]) for value in self.values())

    @property
    def tolerance(self) -> float:
        """How near is near enough: a share of the target, and for a target of about nothing of what amounts span."""
        spread = max(self.amounts.values()) - min(self.amounts.values()) if self.amounts else 0.0
        return TOLERANCE * max(abs(self.target), spread / 100)

    def sign(self, tried: Tried) -> int:
        """Whether an amount is above the target (1), below (-1) or there (0)."""
        over = tried.amount - self.target
        return 0 if abs(over) <= self.tolerance else int(math.copysign(1, over))

    def crossings(self) -> list[tuple[Tried, Tried]]:
        """Neighbours among the values tried with the target between them. Of neighbours that all meet it, the first."""
        found, tried = [], self.tried
        if tried and self.sign(tried[0]) == 0:
            found.append((tried[0], tried[0]))
        for one, other in itertools.pairwise(tried):
            before, after = self.sign(one), self.sign(other)
            if before and after != before:
                found.append((one, other))
        return found

    def is_met(self, bracket: tuple[Tried, Tried]) -> bool:
        return any(self.sign(end) == 0 for end in bracket)

    def narrowed(self, bracket: tuple[Tried, Tried]) -> tuple[Tried, Tried]:
        """The part of a bracket in which the target lies, now that more values inside were tried."""
        first, last = bracket
        inside = [one for one in self.tried if first.value <= one.value <= last.value]
        for one, other in itertools.pairwise(inside):
            if self.sign(one) != self.sign(other):
                return one, other
        return bracket

    def result(self, crossings: Crossings, bracket: tuple[Tried, Tried] | None) -> Search:
        """What was found where the target lies inside `bracket`, or nowhere."""
        best = min(bracket, key=self.distance) if bracket else None
        return Search(self.target, self.tolerance, self.tried, crossings, best, bracket, self.passes)

    def met(self, crossings: Crossings, bracket: tuple[Tried, Tried], followed: tuple[Tried, Tried]) -> Search:
        """What was found where a value in `bracket` meets the target: the nearest, and those tried on both sides."""
        tried = [one for one in self.tried if followed[0].value <= one.value <= followed[1].value]
        place = self.tried.index(min((*tried, *bracket), key=self.distance))
        around = self.tried[max(place - 1, 0)], self.tried[min(place + 1, len(self.tried) - 1)]
        return Search(self.target, self.tolerance, self.tried, crossings, self.tried[place], around, self.passes)

    def distance(self, tried: Tried) -> float:
        """How far an amount lies from the target."""
        return abs(tried.amount - self.target)


def _spread(low: float, high: float, count: int) -> list[float]:
    """Values from low to high at equal distances, as short numbers between the ends."""
    step = (high - low) / (count - 1)
    inside = (_short(low + step * place, high - low) for place in range(1, count - 1))
    return [low, *inside, high]


def _short(value: float, width: float) -> float:
    """The value to as few decimals as tell apart steps of a small part of `width`, or of the value."""
    step = max(width / _STEPS_OF_ROUNDING, _RESOLUTION / 10 * abs(value))
    return round(value, math.ceil(-math.log10(step))) if step > 0 else value


def _wider(
    tried: Sequence[float], low: float, high: float, allowed: Callable[[float], bool], whole: bool
) -> list[float]:
    """Values on both sides of those tried, further and further out, up to where they stop being allowed."""
    first, last = (tried[0], tried[-1]) if tried else (low, high)
    width = max(last - first, high - low) or max(abs(low), 1.0)
    found = []
    for power in range(1, _DOUBLINGS + 1):
        out = width * (2**power - 1)
        for end, value in ((first, first - out), (last, last + out)):
            found.append(value if allowed(value) else _limit(end, value, allowed, whole))
    return found


def _limit(inside: float, outside: float, allowed: Callable[[float], bool], whole: bool) -> float:
    """The last allowed value on the way from one that is to one that is not, as a short number where one is allowed."""
    width = abs(outside - inside)
    for _ in range(50):
        middle = (inside + outside) / 2
        if whole:
            middle = float(round(middle))
        if middle in (inside, outside):
            break
        inside, outside = (middle, outside) if allowed(middle) else (inside, middle)
    short = _short(inside, width)
    return short if allowed(short) else inside


def _inside(bracket: tuple[Tried, Tried], target: float) -> list[float]:
    """Values strictly inside a bracket; none where it is as narrow as it may be."""
    (low, at_low), (high, at_high) = bracket
    width = high - low
    if width <= _RESOLUTION * max(abs(low), abs(high)):
        return []
    line = low + width * (target - at_low) / (at_high - at_low)
    wanted = [low + width * share for share in _SHARES_INSIDE]
    wanted += [line + width * share for share in _NEAR_THE_LINE]
    return [value for value in (_short(value, width) for value in wanted) if low < value < high]


def _distance(pair: tuple[Tried, Tried], near: float) -> float:
    """How far a bracket lies from a value; 0 for one that holds it."""
    return max(pair[0].value - near, near - pair[1].value, 0.0)
