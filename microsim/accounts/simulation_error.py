"""Simulation error: how far a sum over simulated people may lie from its mean over samples and draws.

Households fall into random groups of about equal size. Leaving one group out and scaling what is left to the number of
all people gives as many other estimates of the same sum as there are groups; how far they lie apart gives its standard
error (the delete-a-group jackknife, with a ratio adjustment; Wolter, Introduction to Variance Estimation, 2007,
chapter 4). The error of a difference between runs of the same people comes from the differences of these estimates, in
which the luck that both runs share cancels.

The error is that of the draw of people and of the luck in their lives. A run of everybody has the second alone, and the
groups show it all the same. What is worked out from sums over people (a share of the rest of the country, the cost of
running a scheme) is worked out again without each group, and so has its error too.
"""

from __future__ import annotations

import numpy as np


def leave_one_out(totals: np.ndarray, people: np.ndarray) -> np.ndarray:
    """The sum as each group's absence would have it estimated, float64 [..., groups].

    `totals` [..., groups] are each group's sums, in any unit, and `people` [..., groups] its people, weighted. Not a
    number where leaving a group out leaves nobody, unless there is nothing to estimate.
    """
    totals, people = np.broadcast_arrays(np.asarray(totals, np.float64), np.asarray(people, np.float64))
    everybody = people.sum(axis=-1, keepdims=True)
    left = everybody - people
    scale = np.divide(everybody, left, out=np.full(left.shape, np.nan), where=left > 0)
    estimates: np.ndarray = (totals.sum(axis=-1, keepdims=True) - totals) * scale
    return np.where((totals != 0).any(axis=-1, keepdims=True), estimates, 0.0)


def spread(estimates: np.ndarray) -> np.ndarray:
    """The jackknife's standard error [...] from the estimates that leave one group out each [..., groups]."""
    groups = estimates.shape[-1]
    deviations = estimates - estimates.mean(axis=-1, keepdims=True)
    return np.asarray(np.sqrt((groups - 1) / groups * (deviations**2).sum(axis=-1)))


def standard_error(totals: np.ndarray, people: np.ndarray) -> np.ndarray:
    """The standard error [...] of sums over groups: `totals` and `people` as in `leave_one_out`."""
    return spread(leave_one_out(totals, people))


def parts_of(estimates: np.ndarray, total: np.ndarray, people: np.ndarray) -> np.ndarray:
    """A part for each group such that the parts add up to `total` and give `estimates` back, but for a constant.

    `estimates` float64 [..., groups] are of something that is no sum over people but is worked out from such sums,
    once without each group; `total` [...] is it with all groups. The parts can then be added to those of sums over
    people, and `leave_one_out` of the result has the errors of both and what they share. What no group moves is shared
    as people are, and has no error.
    """
    people = np.asarray(people, np.float64)
    everybody = people.sum(axis=-1, keepdims=True)
    share = np.divide(people, everybody, out=np.zeros(people.shape), where=everybody > 0)
    left = np.asarray(estimates, np.float64) * (1.0 - share)
    whole = left.sum(axis=-1, keepdims=True) / (left.shape[-1] - 1)
    parts: np.ndarray = whole - left + (np.asarray(total, np.float64)[..., None] - whole) * share
    return parts


def over_years(totals: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Parts [..., groups] of sums over years, and the people [..., groups] to go with them.

    `totals` and `people` are [..., years, groups]. Leaving a group out of the result gives the sum of what leaving it
    out gives in each year, but for a constant, and the parts have the same sum.
    """
    everybody = np.asarray(people, np.float64).sum(axis=-2)
    estimates = leave_one_out(totals, people).sum(axis=-2)
    return parts_of(estimates, np.asarray(totals, np.float64).sum(axis=(-2, -1)), everybody), everybody


def error_of_difference(
    totals: np.ndarray,
    people: np.ndarray,
    other_totals: np.ndarray,
    other_people: np.ndarray,
    same_people: bool,
) -> np.ndarray:
    """The standard error [...] of the second sum less the first.

    With `same_people` the groups of both hold the same people and what they share cancels; otherwise the two are
    independent and their variances add.
    """
    first, second = leave_one_out(totals, people), leave_one_out(other_totals, other_people)
    if same_people:
        return spread(second - first)
    return np.asarray(np.hypot(spread(first), spread(second)))
