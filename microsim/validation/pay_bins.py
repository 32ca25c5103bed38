"""Pay in narrow bins: whose pay is counted, in which bin, and what percentiles and means the bins give."""

from __future__ import annotations

import numpy as np

from microsim.population.columns import EMPLOYEE
from microsim.population.people import People
from microsim.validation.estimates import Estimate

PAY_YEAR = 2025  # pay of 2025-26, the first year lived
LOWEST_BIN, BINS_PER_DOUBLING, BINS = 6, 512, 8192  # pay bins from £64 to £4 million, 0.14 per cent wide


def year_in_job(start: People, people: People) -> np.ndarray:
    """Employees who were employees a year ago and have not changed jobs since: those whose annual pay is published.

    A new job always has a new rank of hours. The survey leaves out trainees on trainees' rates: apprentices here.
    """
    stayed = (start.resident == 1) & (people.resident == 1) & (start.hours_rank == people.hours_rank)
    employed: np.ndarray = (start.work_status == EMPLOYEE) & (people.work_status == EMPLOYEE)
    return stayed & employed & (people.apprenticeship == 0)


def pay_bin(people: People, paid: np.ndarray, index: float) -> np.ndarray:
    """The bin of pay in money of the pay table's year, of those `paid`."""
    doublings = np.log2(np.where(paid, people.pay, 1.0) / index) - LOWEST_BIN
    return np.clip(doublings * BINS_PER_DOUBLING, 0, BINS - 1)


def bin_edges() -> np.ndarray:
    """Pay at the edges of the pay bins [BINS + 1], GBP a year."""
    edges: np.ndarray = 2.0 ** (LOWEST_BIN + np.arange(BINS + 1) / BINS_PER_DOUBLING)
    return edges


def quantile(people: np.ndarray, share: float, edges: np.ndarray | None = None) -> float:
    """The pay (or what else `edges` measure) below which lies `share` of the people in bins, straight inside a bin."""
    edges = bin_edges() if edges is None else edges
    below = np.concatenate([[0.0], np.cumsum(people)])
    place = min(max(share, 0.0), 1.0) * below[-1]
    bin_ = min(int(np.searchsorted(below, place, side="left")), len(people)) - 1
    bin_ = max(bin_, int(np.flatnonzero(people)[0]))
    part = (place - below[bin_]) / people[bin_] if people[bin_] else 0.0
    return float(edges[bin_] + part * (edges[bin_ + 1] - edges[bin_]))


def moments(people: np.ndarray, edges: np.ndarray | None = None) -> tuple[float, float]:
    """Mean and mean square of people counted in bins of pay (or of what else `edges` measure)."""
    edges = bin_edges() if edges is None else edges
    middle = (edges[:-1] + edges[1:]) / 2
    total = people.sum()
    return float(people @ middle / total), float(people @ middle**2 / total)


def named(people: np.ndarray, name: str, weight: float, edges: np.ndarray | None = None) -> Estimate:
    """A percentile ("p50") or the "mean" of people counted in bins, each simulated one standing for `weight`."""
    total = float(people.sum())
    if not total:
        return Estimate(np.nan, np.nan)
    persons = total / weight
    if name == "mean":
        mean, square = moments(people, edges)
        return Estimate(mean, float(np.sqrt(max(square - mean**2, 0.0) / persons)))
    share = int(name.removeprefix("p")) / 100
    step = float(np.sqrt(share * (1 - share) / persons))
    error = (quantile(people, share + step, edges) - quantile(people, share - step, edges)) / 2
    return Estimate(quantile(people, share, edges), error)
