"""Training by employers: sizes of the sites that enterprises own, who trains, and how much is spent for each employee.

The Employer Skills Survey asks sites, so the slope by size is by the size of the site; an enterprise spends what its
sites spend. Called by `employers.fit`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from microsim.population import columns as axes
from microsim.population.ipf import Floats
from microsim.population.margins import Table

YEAR = 2024  # of the survey's money, taken as the financial year 2024-25
SINGLE = 4  # bands of enterprises below this one have a single site
_SITE_SIZES = (
    "2-4",
    "5-24",
    "5-24",
    "25-49",
    "50-99",
    "100-249",
    "250+",
)  # of the survey, for the bands of the register
_JOINED = ([0], [1, 2], [3], [4], [5], [6])  # bands of one size of the survey
_MIXED = 3  # the band 20-49, a part of which is in the survey's 5-24
_MIXED_SHARE = 0.25  # of that band's sites and people: those with 20 to 24
_MEAN_SITE = np.array([2.0, 6.6, 13.4, 30.0, 69.0, 150.0, 600.0])  # employees, only the start of the fit
_ROUNDS = 200
_MOST = 0.99


class Sites(NamedTuple):
    """The sites of enterprises."""

    shares: Floats  # [industry, band of enterprise, band of site] of the workers
    units: Floats  # [industry, band of enterprise], sites


class Training(NamedTuple):
    """Who trains and what is spent [industry, band]."""

    trains: Floats
    spend: Floats


def site_sizes(cells: Any, registered: Floats, local_units: Floats) -> Sites:
    """Where the workers of each band of enterprises work, by band of site.

    Enterprises below 50 people have one site each; the sites that are left over belong to larger ones and are no larger
    than they. Iterative proportional fitting gives them as many people as the enterprises have.
    """
    people, count = cells.workers.sum(1), cells.number.sum(1)  # [industry, band]
    bands = people.shape[1]
    spare = local_units.sum(1)
    spare[:, :SINGLE] = np.maximum(spare[:, :SINGLE] - registered.sum(1)[:, :SINGLE], 0.0)
    size = np.broadcast_to(_MEAN_SITE, people.shape)
    inside = np.tril(np.ones((bands, bands)))[SINGLE:]  # no site is larger than its enterprise
    shares, units = np.zeros((len(people), bands, bands)), count.copy()
    shares[:, :SINGLE, :SINGLE] = np.eye(SINGLE)
    for industry in range(len(people)):
        rows = people[industry, SINGLE:]
        columns = spare[industry] * size[industry] + 1e-9
        columns = columns * (rows.sum() / columns.sum())
        table = inside * columns
        for _ in range(_ROUNDS):
            table *= columns / np.maximum(table.sum(0), 1e-9)
            table *= (rows / np.maximum(table.sum(1), 1e-9))[:, None]
        shares[industry, SINGLE:] = table / np.maximum(table.sum(1, keepdims=True), 1e-9)
        sites = (table * (spare[industry] / np.maximum(columns, 1e-9))).sum(1)
        units[industry, SINGLE:] = np.maximum(sites, count[industry, SINGLE:])
    return Sites(shares, units)


def fit(tables: Path, cells: Any, site_shares: Floats, local_units: Floats) -> Training:
    """Incidence and spending by industry and band of enterprise."""
    people = cells.workers.sum(1)
    units = local_units.sum(1)
    units[:, 0] *= cells.number[..., 0].sum() / max(float(units[:, 0].sum()), 1.0)  # those with employees
    return Training(incidence(tables, units), spending(tables, people, site_shares))


def spending(tables: Path, people: Floats, site_shares: Floats) -> Floats:
    """GBP for each employee [industry, band of enterprise]: the slope by size of site, at the level of the sector."""
    table = Table(tables / "training_by_site_size.csv")
    slope = dict(zip(table.text("size"), table.floats("per_trainee") * table.floats("trainees"), strict=True))
    by_site = np.array([slope[size] for size in _SITE_SIZES])
    by_site[_MIXED] = _MIXED_SHARE * slope["5-24"] + (1 - _MIXED_SHARE) * slope["25-49"]
    spend: Floats = site_shares @ by_site
    survey = Table(tables / "training_spend_2024.csv")
    for sections, level in zip(survey.text("sections"), survey.floats("per_employee"), strict=True):
        rows = [axes.INDUSTRIES.index(letter) for letter in sections]
        weight = people[rows]
        mean = (spend[rows] * weight).sum() / max(weight.sum(), 1e-9)
        spend[rows] *= level / mean if weight.sum() > 0 else 0.0
    return spend


def incidence(tables: Path, units: Floats) -> Floats:
    """Chance that an enterprise trains [industry, band], as of a site of its size.

    Odds of a sector times odds of a size, such that sites train as often in each sector and of each size as published.
    """
    table = Table(tables / "training_incidence.csv")
    share = {(kind, group): value for kind, group, value in
             zip(table.text("kind"), table.text("group"), table.floats("share"), strict=True)}  # fmt: skip
    by_size = np.array([share["size", size] for size in _SITE_SIZES])
    by_size[_MIXED] = _MIXED_SHARE * share["size", "5-24"] + (1 - _MIXED_SHARE) * share["size", "25-49"]
    groups = [[axes.INDUSTRIES.index(one) for one in name] for kind, name in share if kind == "sections"]
    wanted = [value for (kind, _), value in share.items() if kind == "sections"]
    others = [at for at in range(len(units)) if at not in {one for group in groups for one in group}]
    groups.append(others)
    wanted.append(share["all", "all"])
    weight = np.maximum(units, 1e-9)
    odds = np.broadcast_to(by_size / (1 - by_size), units.shape).copy()
    for _ in range(_ROUNDS):
        for group, value in zip(groups, wanted, strict=True):
            odds[group] *= _odds_factor(odds[group], weight[group], value)
        level = np.average(odds / (1 + odds), weights=weight)
        sizes = by_size * level / np.average(by_size, weights=weight.sum(0))  # the two waves and sources agree in all
        for bands in _JOINED:
            odds[:, bands] *= _odds_factor(odds[:, bands], weight[:, bands], min(sizes[bands[0]], _MOST))
    result: Floats = odds / (1 + odds)
    return result


def _odds_factor(odds: Floats, weight: Floats, wanted: float) -> float:
    """By how much odds are to be multiplied for the mean chance to come near `wanted`; repeated, it gets there."""
    found = float(np.average(odds / (1 + odds), weights=weight))
    return wanted / (1 - wanted) * (1 - found) / found
