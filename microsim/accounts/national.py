"""Money that a measure works out from its totals and that belongs to nobody, with its parts by random group."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from microsim.accounts.simulation_error import leave_one_out, parts_of
from microsim.accounts.sums import Sum
from microsim.engine.run import ArmMeasure


def national_sums(entry: ArmMeasure, people: Mapping[str, Sum], adults: np.ndarray) -> dict[str, Sum]:
    """The national money of every line of a measure, nothing where there is none, from what its people have by line.

    It is worked out once more without each random group, the rest scaled to all people.
    """
    nothing = Sum(*(np.zeros_like(part) for part in next(iter(people.values()))))
    if entry.measure.national is None:
        return dict.fromkeys(people, nothing)
    totals = {name: _all_and_without(one, adults) for name, one in people.items()}
    found = entry.measure.national(entry.params, entry.setting, totals)
    return {name: _sum(found[name], adults) if name in found else nothing for name in people}


def _all_and_without(one: Sum, adults: np.ndarray) -> np.ndarray:
    """A total, and its estimate without each group (the total, where that leaves nobody): int64 [1 + groups, years]."""
    without = leave_one_out(one.groups, adults).T
    estimates = np.where(np.isfinite(without), without, one.total)
    return np.concatenate([one.total[None, :], np.rint(estimates).astype(np.int64)])


def _sum(found: np.ndarray, adults: np.ndarray) -> Sum:
    """The sum and its parts from the amounts [1 + groups, years], or [years] where no group moves them."""
    every = np.broadcast_to(found, (1 + adults.shape[-1], len(adults)))
    return Sum(np.array(every[0]), parts_of(every[1:].T, every[0], adults))
