"""The table `winners_and_losers`: people by how much the money of their household changes in a year.

Every member of a household, children included, is counted with the household's change; people in communal
establishments, who have no household, are left out. A change of less than a pound is no change. The same people live
the same lives in both arms, so a change is never luck. A household without income has no share of it: in that scale it
has no change.

Simulation error is that of the share of a group's people: how many they are is taken as known, as a tenth is a tenth of
people by definition.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from microsim.accounts.breakdowns import DECILES
from microsim.accounts.rounding import WEIGHT_UNIT, whole_units
from microsim.accounts.simulation_error import standard_error
from microsim.distribution.deciles import (
    INCOME_DECILES,
    people_by_bin,
    sums_by_decile,
    variance_at_edges,
    wide_by_decile,
    wide_shares,
)
from microsim.distribution.results import GainResults
from microsim.engine.gain_sums import BANDS, CHANGES, NO_CHANGE, POUND_EDGES, SHARE_EDGES, WIDE_BINS
from microsim.years import format_financial_year

COLUMNS = ("financial_year", "concept", "scale", "group", "change", "band", "people", "share", "simulation_error")
EVERYBODY = "all"
LOSE, UNCHANGED, GAIN = "lose", "no change", "gain"
# What each of CHANGES counts as a change, and in what it is measured.
CONCEPTS = (("cash", "pounds"), ("cash", "share_of_income"), ("cash_and_in_kind", "pounds"),
            ("cash_and_in_kind", "share_of_income"))  # fmt: skip


def winners_table(results: GainResults) -> pd.DataFrame:
    """People by band of change, by tenth of income and in all; rows without people are left out."""
    assert len(CONCEPTS) == len(CHANGES)
    heads, years = people_by_bin(results), [format_financial_year(year) for year in results.years]
    frames = []
    for place, (concept, scale) in enumerate(CONCEPTS):
        people = people_by_band(results.sums.changes[place, results.span], heads)
        errors = errors_by_band(results.wide_changes(place), heads)
        labels = band_labels(POUND_EDGES if scale == "pounds" else SHARE_EDGES, money=scale == "pounds")
        frames.append(_frame(people, errors, years, labels).assign(concept=concept, scale=scale))
    table = pd.concat(frames, ignore_index=True)
    return table[list(COLUMNS)]


def people_by_band(changes: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """Whole people [years, tenths and all, BANDS] from sums [years, BANDS, bins]; they add up over bands and tenths.

    `heads` [years, bins] are the people that tenths are of.
    """
    by_band = np.moveaxis(changes, 1, 0)  # bands take the place of rows
    tenths = sums_by_decile(by_band, heads)[:, :, :DECILES].transpose(1, 2, 0)
    whole = whole_units(tenths.reshape(len(tenths), -1)).reshape(tenths.shape)
    return np.concatenate([whole, whole.sum(axis=1, keepdims=True)], axis=1)


def errors_by_band(changes: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """Standard errors of `people_by_band`, float64 [years, tenths and all, BANDS].

    `changes` [years, BANDS, WIDE_BINS + 1, RANDOM_GROUPS] are sums of people by wide bin and random group.

    People without a household are in no band, and a household is whole in one random group.
    """
    tenths = np.moveaxis(wide_by_decile(np.moveaxis(changes, 1, 0), heads)[:, :, :DECILES], 0, 2)
    every = np.concatenate([tenths, tenths.sum(axis=1, keepdims=True)], axis=1)  # [years, groups, BANDS, RANDOM_GROUPS]
    error = standard_error(every, every.sum(axis=2, keepdims=True))
    of_bins = standard_error(changes[:, :, :WIDE_BINS], changes[:, :, :WIDE_BINS].sum(axis=1, keepdims=True))
    for year, people in enumerate(heads):
        at_edges = variance_at_edges(np.nan_to_num(of_bins[year]) ** 2, wide_shares(people)).T
        error[year, :DECILES] = np.sqrt(error[year, :DECILES] ** 2 + at_edges)
    return error / WEIGHT_UNIT


def band_labels(edges: Sequence[float], money: bool) -> tuple[str, ...]:
    """The name of each band of change between rising edges, from the largest loss to the largest gain."""
    sizes = [_amount(edge, money) for edge in np.abs(edges)]
    labels = []
    for band in range(BANDS):
        if band == NO_CHANGE:
            labels.append("no change (under £1)")
            continue
        verb = "loses" if band < NO_CHANGE else "gains"
        inner, outer = (band, band - 1) if band < NO_CHANGE else (band - 1, band)
        if not 0 <= outer < len(edges):
            labels.append(f"{verb} more than {sizes[inner]}")
        elif edges[inner] == 0:
            labels.append(f"{verb} up to {sizes[outer]}")
        else:
            labels.append(f"{verb} {sizes[inner]} to {sizes[outer]}")
    return tuple(labels)


def _amount(edge: float, money: bool) -> str:
    return f"£{edge:,.0f}" if money else f"{100 * edge:g}%"


def _frame(people: np.ndarray, errors: np.ndarray, years: Sequence[str], labels: Sequence[str]) -> pd.DataFrame:
    """A row for each year, group and band that has people, with their share of the group's."""
    year, group, band = np.nonzero(people)
    count = people[year, group, band]
    changes = np.repeat([LOSE, UNCHANGED, GAIN], [NO_CHANGE, 1, BANDS - NO_CHANGE - 1]).astype(object)
    return pd.DataFrame(
        {
            "financial_year": np.array(years, object)[year],
            "group": np.array([*INCOME_DECILES[:DECILES], EVERYBODY], object)[group],
            "change": changes[band], "band": np.array(labels, object)[band], "people": count,
            "share": (count / people.sum(axis=2)[year, group]).round(6),
            "simulation_error": errors[year, group, band].round(1),
        }
    )  # fmt: skip
