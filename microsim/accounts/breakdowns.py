"""The breakdowns of every table, as data: each is a union of the groups that the ledger keeps."""

from __future__ import annotations

import numpy as np

from microsim.engine.groups import Breakdown, common_breakdowns
from microsim.engine.ledger import EARNINGS_BINS, PEOPLE, Ledger
from microsim.population.source import Population

DECILES = 10
NOT_ALLOCATED = "not allocated to people"


def standard_breakdowns(population: Population, ledger: Ledger) -> tuple[Breakdown, ...]:
    """Every breakdown that does not depend on a measure."""
    return (*common_breakdowns(population), earnings_deciles(ledger))


def earnings_deciles(ledger: Ledger) -> Breakdown:
    """Tenths of people with pay from work in the year, lowest first, as unions of bins; and people without.

    A bin is under 1 % of pay wide and is never split, so a tenth is a tenth to within a bin.
    """
    member = equal_groups(ledger.earnings[PEOPLE, :, :EARNINGS_BINS], DECILES)
    without = np.full((len(member), 1), DECILES)
    groups = (*(f"decile {number}" for number in range(1, DECILES + 1)), "no earnings")
    return Breakdown("earnings_decile", "earnings", groups, np.concatenate([member, without], axis=1))


def equal_groups(people: np.ndarray, number: int) -> np.ndarray:
    """Which of `number` groups of equally many people each bin is in, lowest first: int64 [..., bins], as `people`.

    A bin is never split: it goes where its middle person is.
    """
    total = people.sum(axis=-1, keepdims=True)
    middle = np.cumsum(people, axis=-1) - people / 2
    member: np.ndarray = np.minimum(number * middle / np.maximum(total, 1), number - 1).astype(np.int64)
    return member


def split_into_equal_groups(sums: np.ndarray, people: np.ndarray, groups: int) -> np.ndarray:
    """Sums of each of `groups` groups of equally many people, lowest first: int64 [..., groups].

    `sums` [..., bins] are integers and `people` [bins] how many are in each bin. What a bin holds that an edge falls in
    is shared in proportion to its people, each running total up to an edge being rounded once: groups add up exactly.
    Where there are no people, all that there is goes to the last group.
    """
    running = np.concatenate([[0], np.cumsum(people)])
    edges = running[-1] * np.arange(1, groups) / groups
    at = np.clip(np.searchsorted(running, edges) - 1, 0, len(people) - 1)  # the bin that each edge falls in
    below = (edges - running[at]) / np.maximum(people[at], 1)
    upto = np.cumsum(sums, axis=-1) - sums
    parts = np.rint(sums[..., at] * below).astype(np.int64)
    total = sums.sum(axis=-1, keepdims=True)
    return np.diff(np.concatenate([np.zeros_like(total), upto[..., at] + parts, total], axis=-1), axis=-1)


def area_breakdown(name: str, groups: tuple[str, ...], member: np.ndarray) -> Breakdown:
    """A breakdown of local authorities that may change from year to year (`member` [years, areas])."""
    return Breakdown(name, "area", groups, np.asarray(member, np.int64))
