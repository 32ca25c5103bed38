"""Whole pence of every gain by group: the people's own, and national money shared as the line that it follows.

Parts add up to the gain of all England to the penny, by every breakdown, and the effects on the Exchequer to the
scorecard's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.accounts.rounding import WEIGHT_UNIT, whole_units
from microsim.accounts.sharing import share_out
from microsim.accounts.simulation_error import standard_error
from microsim.distribution.grouping import Grouped
from microsim.distribution.results import GainResults
from microsim.engine.gains import PEOPLE_ROWS, GainRow

ALL_MEASURES = "all measures"


class GroupMoney(NamedTuple):
    """A gain by group, the last being what is not allocated to people."""

    pence: np.ndarray  # int64 [published years, groups + 1]
    error: np.ndarray  # float64, as `pence`: standard error in pence; not a number where none is known, and approximate
    # where groups are not kept by random group


def money_by_group(results: GainResults, grouped: Grouped) -> dict[tuple[str, str], GroupMoney]:
    """Every gain by (measure, kind); ALL_MEASURES is their sum."""
    places: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(results.rows):
        if row.kind != "key":
            places[row.measure, row.kind] = [place]
            places.setdefault((ALL_MEASURES, row.kind), []).append(place)
    everybody = results.everybody()
    adults = everybody[results.people_row("adults")]
    own = {place: _pence(results, grouped, place) for mine in places.values() for place in mine}
    found = {}
    for key, mine in places.items():
        pence = np.sum([own[place] for place in mine], axis=0)
        error = np.full(pence.shape, np.nan)
        rows = [len(PEOPLE_ROWS) + place for place in mine]
        if grouped.replicates is not None:
            error[:, :-1] = standard_error(grouped.replicates[rows].sum(axis=0), adults[:, None]) / WEIGHT_UNIT
        else:
            of_all = standard_error(everybody[rows].sum(axis=0), adults) / WEIGHT_UNIT
            error[:, :-1] = approximate_error(of_all, grouped.sums[results.people_row("adults")])
        found[key] = GroupMoney(pence, error)
    return found


def approximate_error(of_all: np.ndarray, adults: np.ndarray) -> np.ndarray:
    """Standard errors [years, groups] of groups that are not kept by random group, from that of everybody [years].

    As if gains were as uneven among a group's `adults` [years, groups] as among all adults: an error relative to the
    gain that is larger by the root of how many times as many all are, of a gain in proportion to the group's adults.
    """
    share = adults / np.maximum(adults.sum(axis=1, keepdims=True), 1)
    error: np.ndarray = of_all[:, None] * np.sqrt(share)  # of_all x sqrt(1 / share) x share
    return error


def _pence(results: GainResults, grouped: Grouped, place: int) -> np.ndarray:
    """The gain at `place` among the rows of gains: int64 [years, groups + 1]."""
    row = results.rows[place]
    own = with_total(whole_units(grouped.sums[len(PEOPLE_ROWS) + place]), _exact_total(results, row))
    return np.concatenate([own, np.zeros((len(own), 1), np.int64)], axis=1) + _national(results, grouped, row)


def with_total(parts: np.ndarray, total: np.ndarray | None) -> np.ndarray:
    """Whole parts [years, groups] that add up to `total` [years].

    Lines that are rounded apart may come to a few pence more or less than their sum rounded once, in a survey whose
    weights are no whole numbers: those pence are the largest part's.
    """
    if total is None:
        return parts
    parts = parts.copy()
    parts[np.arange(len(parts)), np.abs(parts).argmax(axis=1)] += total - parts.sum(axis=1)
    return parts


def _exact_total(results: GainResults, row: GainRow) -> np.ndarray | None:
    """What the scorecard has of people, of an effect on the Exchequer."""
    return results.exchequer.get(row.measure) if row.kind == "exchequer" else None


def _national(results: GainResults, grouped: Grouped, row: GainRow) -> np.ndarray:
    """A gain's national money: int64 [years, groups + 1]."""
    found = np.zeros((grouped.sums.shape[1], grouped.sums.shape[2] + 1), np.int64)
    for money in results.national:
        if money.row == row:
            rest = money.amount
            if money.key is not None:
                key = len(PEOPLE_ROWS) + results.rows.index(money.key)
                shares, rest = share_out(money.amount, grouped.sums[key])
                found[:, :-1] += shares
            found[:, -1] += rest
    return found
