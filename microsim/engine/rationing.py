"""The pilot run that finds how many would-be users a national cash limit can serve, year by year.

A limit is on a total that no block knows. So the same people are lived first with the capped measure alone, and the
share who are served is set so that the total meets the limit; who is not served keeps the money and asks again later,
which is why the shares are found in rounds. The real run reads them as dated figures, like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from microsim.engine.run import ArmMeasure, Programme, run_blocks
from microsim.taxes.tables import NO_TAXES

ROUNDS = 8
NEAR = 0.002  # of the limit, at which a round is the last
THOUSANDTHS = 1000.0  # of a person, in a weight
_LEAST = 1e-4  # share served, below which a limit cannot be met


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
    shares = np.ones(len(limit))
    for left in reversed(range(ROUNDS)):
        total = _total(programme, entry, shares, cap.lines, threads)
        near = np.abs(total - limit) <= NEAR * limit
        done = near | (total <= limit) & (shares >= 1.0) | (shares <= _LEAST)
        if done.all() or not left:
            break
        factor = np.divide(limit, total, out=np.ones(len(limit)), where=(total > 0) & np.isfinite(limit) & ~near)
        shares = np.round(np.clip(shares * factor, _LEAST, 1.0), 6)
    return shares, total, limit


def _total(
    programme: Programme, entry: ArmMeasure, shares: np.ndarray, lines: Sequence[str], threads: int | None
) -> np.ndarray:
    """Pence a year of the capped lines, with the shares, of a life of everybody with the measure alone."""
    assert entry.measure.cap is not None
    params = entry.measure.cap.serve(entry.params, entry.setting, shares)
    state = entry.measure.prepare(params, entry.setting, entry.measure.random_group())
    alone = replace(programme, measures=(replace(entry, params=params, state=state),), taxes=NO_TAXES, changed_rules=())
    ledger = run_blocks(alone, threads)
    total = np.zeros(len(shares), np.int64)
    for one in alone.places:
        if one.line.name in lines:
            sums = ledger.area[one.place].sum(axis=1) if one.detail else ledger.totals[one.place]
            total += sums
    return total / THOUSANDTHS
