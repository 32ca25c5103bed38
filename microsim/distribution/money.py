"""Whole pence of every gain by group: the people's own, and national money shared as the line that it follows.

Parts add up to the gain of all England to the penny, by every breakdown, and the effects on the Exchequer to the
scorecard's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.accounts.rounding import whole_units
from microsim.accounts.sharing import share_out
from microsim.distribution.gain_errors import GainErrors
from microsim.distribution.grouping import Grouped
from microsim.distribution.results import GainResults
from microsim.engine.gains import PEOPLE_ROWS, GainRow

ALL_MEASURES = "all measures"


class GroupMoney(NamedTuple):
    """A gain by group, the last being what is not allocated to people."""

    pence: np.ndarray  # int64 [published years, groups + 1]
    error: np.ndarray  # float64, as `pence`: standard error in pence
    error_of_all: np.ndarray  # float64 [published years], of all groups together


def money_by_group(results: GainResults, grouped: Grouped) -> dict[tuple[str, str], GroupMoney]:
    """Every gain by (measure, kind); ALL_MEASURES is their sum."""
    places: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(results.rows):
        if row.kind != "key":
            places[row.measure, row.kind] = [place]
            places.setdefault((ALL_MEASURES, row.kind), []).append(place)
    own = {place: _pence(results, grouped, place) for mine in places.values() for place in mine}
    errors = GainErrors(results, grouped)
    found = {}
    for key, mine in places.items():
        gross = np.sum([np.abs(own[place]) for place in mine], axis=0)
        error, of_all = errors.of([results.rows[place] for place in mine], gross)
        found[key] = GroupMoney(np.sum([own[place] for place in mine], axis=0), error, of_all)
    return found


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
