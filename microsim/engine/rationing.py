"""The pilot run that finds how many would-be users a national cash limit can serve, year by year.

A limit is on a total that no block knows. So the same people are lived first with the capped measure alone, and the
share who are served is set so that the total meets the limit; who is not served keeps the money and asks again later,
which is why the shares are found in rounds. The real run reads them as dated figures, like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from microsim.engine.ledger import Ledger
from microsim.engine.run import ArmMeasure, Programme, run_blocks
from microsim.taxes.tables import NO_TAXES

ROUNDS = 8
NEAR = 0.002  # of the limit, at which a round is the last
THOUSANDTHS = 1000.0  # of a person, in a weight
_LEAST = 1e-4  # share served, below which a limit cannot be met
TotalOf = Callable[[Sequence[int], Sequence[np.ndarray]], Sequence[np.ndarray]]


def find_shares(
    programme: Programme, entry: ArmMeasure, threads: int | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The share served, the total under it and the limit (in pence, infinite without one), each float64 [years].

    `entry` is a measure of the programme that has a limit. The total of a year may still be off the limit where use
    hardly depends on the share (commitments of earlier years).
    """
    cap = entry.measure.cap
    assert cap is not None
    limit = cap.limit(entry.params, entry.setting)
    assert limit is not None

    def total_of(_places: Sequence[int], shares: Sequence[np.ndarray]) -> list[np.ndarray]:
        alone = replace(programme, measures=(served(entry, shares[0]),), taxes=NO_TAXES, changed_rules=())
        return [capped_total(alone, run_blocks(alone, threads))]

    ((shares, total),) = meet_limits([limit], total_of)
    return shares, total, limit


def meet_limits(limits: Sequence[np.ndarray], total_of: TotalOf) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each limit (pence, float64 [years]) the share served and the total under it.

    `total_of` gives the totals of those at some places among the limits, under a share for each.
    """
    shares, totals = [np.ones(len(limit)) for limit in limits], [np.zeros(len(limit)) for limit in limits]
    waiting = list(range(len(limits)))
    for left in reversed(range(ROUNDS)):
        found = total_of(waiting, [shares[place] for place in waiting])
        for place, total in zip(waiting, found, strict=True):
            totals[place] = total
        better = {place: _better(shares[place], totals[place], limits[place]) for place in waiting}
        waiting = [place for place in waiting if better[place] is not None]
        if not waiting or not left:
            break
        for place in waiting:
            shares[place] = np.asarray(better[place])
    return list(zip(shares, totals, strict=True))


def _better(shares: np.ndarray, total: np.ndarray, limit: np.ndarray) -> np.ndarray | None:
    """Shares under which the total should come nearer to the limit; None when it is near enough."""
    near = np.abs(total - limit) <= NEAR * limit
    done = near | (total <= limit) & (shares >= 1.0) | (shares <= _LEAST)
    if done.all():
        return None
    factor = np.divide(limit, total, out=np.ones(len(limit)), where=(total > 0) & np.isfinite(limit) & ~near)
    return np.round(np.clip(shares * factor, _LEAST, 1.0), 6)


def served(entry: ArmMeasure, shares: np.ndarray) -> ArmMeasure:
    """The measure with that share of would-be users served."""
    assert entry.measure.cap is not None
    params = entry.measure.cap.serve(entry.params, entry.setting, shares)
    return replace(
        entry, params=params, state=entry.measure.prepare(params, entry.setting, entry.measure.random_group())
    )


def capped_total(alone: Programme, ledger: Ledger) -> np.ndarray:
    """Pence a year of the capped lines of a programme's only measure."""
    (entry,) = alone.measures
    assert entry.measure.cap is not None
    total = np.zeros(len(alone.sample.years), np.int64)
    for one in alone.places:
        if one.line.name in entry.measure.cap.lines:
            total += ledger.line(one.place, one.detail).sum(axis=1)
    return total / THOUSANDTHS
