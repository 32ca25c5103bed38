"""Mid-year populations of England by single age and sex to 2057, deaths and departures.

Two variants of the future, stepped cohort by cohort from the mid-2024 estimate with the death rates of the 2022-based
projection for England, so that the engine's deaths and the published totals agree:

2024-based  net migration at each age is what deaths do not explain in the 2024-based projection (UK, rounded to
            thousands, so averaged over three ages and five years), taken to England by its share of net migration;
            16-year-olds follow that projection's. The step to mid-2025 uses the migration estimate of that year.
2022-based  net migration and 16-year-olds of the 2022-based projection for England, on the mid-2024 estimate.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from microsim.population import columns as axes
from microsim.population.columns import FIRST_AGE, LAST_AGE, LAST_SINGLE_AGE
from microsim.population.ipf import Floats
from microsim.population.margins import Table

VARIANTS = ("2024-based", "2022-based")
REFERENCE_YEAR = 2024
LAST_MID_YEAR = 2057
YEARS = range(REFERENCE_YEAR, LAST_MID_YEAR + 1)
SINGLE_AGES = LAST_SINGLE_AGE - FIRST_AGE + 1
OPEN = LAST_AGE - FIRST_AGE  # row of 90 and over
OLDEST_RESIDUAL = 65  # from this age net migration is the 2022-based projection's own: deaths differ more than moves


class Projection(NamedTuple):
    """Everything about numbers of people; ages start at 16 on every age axis, sexes are 0 female, 1 male."""

    mid_year: Floats  # [variant, year 2024.., age 16..90+, sex]
    mortality: Floats  # [year, age 16..110, sex]: chance of dying between mid-years, by age at the start
    old_age_share: Floats  # [age 90..110, sex] of people aged 90 and over at mid-2024
    emigration_abroad: Floats  # [age 16..90+, sex], a year
    emigration_rest_of_uk: Floats  # [age 16..90+, sex], a year


def _by_age_sex(table: Table, name: str, ages: int, offset: int = FIRST_AGE) -> Floats:
    """A column as [age from `offset`, sex]; rows of other ages are left out, missing ones are zero."""
    found = np.zeros((ages, 2))
    age = table.floats("age").astype(int) - offset
    sex = table.codes("sex", axes.SEXES)
    inside = (age >= 0) & (age < ages)
    found[age[inside], sex[inside]] = table.floats(name)[inside]
    return found


def death_rates(tables: Path) -> Floats:
    """Chance of dying [year, age 16..110, sex], log-linear between the published years, at most 1."""
    table = Table(tables / "mortality_england_2022_based.csv")
    names = [name for name in table.names if name.startswith("r2")]
    known = [int(name[1:5]) for name in names]
    rates = np.log(np.stack([_by_age_sex(table, name, SINGLE_AGES) for name in names]) / 100_000)
    found = np.empty((len(YEARS), SINGLE_AGES, 2))
    for index, year in enumerate(YEARS):
        after = min(int(np.searchsorted(known, year, side="right")), len(known) - 1)
        part = (year - known[after - 1]) / (known[after] - known[after - 1])
        found[index] = np.exp(rates[after - 1] * (1 - part) + rates[after] * part)
    return np.minimum(found, 1.0)


def _projected_2022(tables: Path) -> Floats:
    """The 2022-based projection [year, age 16..100+, sex]."""
    table = Table(tables / "projection_england_2022_based.csv")
    return np.stack([_by_age_sex(table, f"y{year}", 100 - FIRST_AGE + 1) for year in YEARS])


def _projected_2024(tables: Path) -> Floats:
    """The 2024-based projection [year from 2025, age 16..90+], people of both sexes."""
    table = Table(tables / "projection_gb_2024_based.csv")
    order = np.argsort(table.floats("age"))
    return np.stack([table.floats(f"y{year}")[order] for year in YEARS[1:]]) * 1000.0


def old_ages(projected: Floats, mortality: Floats) -> Floats:
    """Shares of the single ages 90..110 [21, sex] in 90 and over: published to 99, survival at today's rates above."""
    shape = np.zeros((LAST_SINGLE_AGE - LAST_AGE + 1, 2))
    shape[:10] = projected[LAST_AGE - FIRST_AGE : 99 - FIRST_AGE + 1]
    survive = np.concatenate([np.ones((1, 2)), np.cumprod(1 - mortality[100 - FIRST_AGE : -1], axis=0)])
    shape[10:] = projected[-1] * survive / survive.sum(0)
    return shape / shape.sum(0)


def _step(people: Floats, death: Floats, net: Floats, sixteen: Floats) -> Floats:
    """People a year on [age 16..110, sex]; `net` counts arrivals by age at the start of the year."""
    older = np.zeros_like(people)
    moved = people * (1 - death) + net
    older[1:] = moved[:-1]
    older[-1] += moved[-1]
    older[0] = sixteen
    return older


def _even(table: Table, name: str, flow: str) -> Floats:
    """A banded flow spread evenly over the single ages 16..110 [age, sex]."""
    found = np.zeros((SINGLE_AGES, 2))
    sex = table.codes("sex", axes.SEXES)
    values = table.floats(name)
    for row, (kind, label) in enumerate(zip(table.text("flow"), table.text("age_band"), strict=True)):
        if kind == flow and label != "0-15" and not label.endswith("+"):
            first, last = (int(part) - FIRST_AGE for part in label.split("-"))
            found[first : last + 1, sex[row]] += values[row] / (last - first + 1)
    return found


def cross_border_net(tables: Path) -> Floats:
    """Net moves to England from the rest of the UK [year, age 16..110, sex], linear between published years."""
    table = Table(tables / "cross_border_flows_2022_based.csv")
    names = [name for name in table.names if name.startswith("20")]
    known = [int(name[:4]) for name in names]
    flows = np.stack([_even(table, name, "net") for name in names])
    found = np.empty((len(YEARS), SINGLE_AGES, 2))
    for index, year in enumerate(YEARS):
        after = min(int(np.searchsorted(known, year, side="right")), len(known) - 1)
        part = min((year - known[after - 1]) / (known[after] - known[after - 1]), 1.0)
        found[index] = flows[after - 1] * (1 - part) + flows[after] * part
    return found


def net_migration_2022(projected: Floats, mortality: Floats) -> Floats:
    """Net migration of the 2022-based projection [year, age 16..110, sex]: what its deaths do not explain, to 88."""
    net = np.zeros((len(YEARS) - 1, SINGLE_AGES, 2))
    last = 89 - FIRST_AGE
    net[:, :last] = projected[1:, 1 : last + 1] - projected[:-1, :last] * (1 - mortality[:-1, :last])
    return net


def net_migration_2024(tables: Path, mortality: Floats, own: Floats, people: Floats) -> Floats:
    """Net migration to England in the 2024-based variant [year, age 16..110, sex].

    `own` is the 2022-based net migration, which gives the difference between the sexes and ages from 65; `people` are
    those of mid-2024 [age 16..110, sex], whose sex ratio weighs the death rates.
    """
    figures = Table(tables / "migration_2025.csv")
    value = dict(zip(figures.text("figure"), figures.floats("value"), strict=True))
    share = value["england_share_of_net"] / value["gb_share_of_uk"]
    britain = _projected_2024(tables)
    last = OLDEST_RESIDUAL - FIRST_AGE
    women = people[:, :1] / people.sum(1, keepdims=True)
    death = (mortality * np.concatenate([women, 1 - women], axis=1)).sum(2)
    residual = britain[1:, 1 : last + 1] - britain[:-1, :last] * (1 - death[1:-1, :last])
    padded = np.pad(residual, ((2, 2), (1, 1)), mode="edge")
    smooth = np.mean([padded[i : i + len(residual), j : j + last] for i in range(5) for j in range(3)], axis=0)
    smooth[:2] = (residual[:2] + np.roll(residual, 1, 1)[:2] + np.roll(residual, -1, 1)[:2]) / 3
    smooth[:2, [0, -1]] = residual[:2, [0, -1]]  # the first two years are a low in migration: not averaged with later
    between = cross_border_net(tables)
    net = own.copy()
    abroad = own[1:, :last] - between[1:-1, :last]
    extra = (share * smooth - abroad.sum(2)) / 2
    net[1:, :last] = abroad + extra[..., None] + between[1:-1, :last]
    flows = Table(tables / "international_migration_2022_based.csv")
    into, out = (_by_age_sex(flows, f"{way}_2024_2025", SINGLE_AGES) for way in ("in", "out"))
    into_all, out_all = flows.floats("in_2024_2025").sum(), flows.floats("out_2024_2025").sum()
    ratio = value["england_share_of_net"]
    net[0] = (
        into * value["immigration"] * ratio / into_all
        - out * (value["immigration"] - value["net"]) * ratio / out_all
        + between[0]
    )
    return net


def project(tables: Path, people: Floats) -> Projection:
    """All variants, from `people` at mid-2024 [age 16..90+, sex]."""
    mortality = death_rates(tables)
    projected = _projected_2022(tables)
    shares = old_ages(projected[0], mortality[0])
    start = np.concatenate([people[:OPEN], people[OPEN] * shares])
    own = net_migration_2022(projected, mortality)
    newer = net_migration_2024(tables, mortality, own, start)
    britain = _projected_2024(tables)
    seventeen = _step(start, mortality[0], newer[0], start[0])[1].sum()
    england = seventeen / britain[0, 1]  # England's share of the cohort that was 16 at mid-2024
    girls = projected[1:, 0, :1] / projected[1:, 0].sum(1, keepdims=True)
    sixteen = {
        "2024-based": england * britain[:, :1] * np.concatenate([girls, 1 - girls], axis=1),
        "2022-based": projected[1:, 0],
    }
    mid_year = np.empty((len(VARIANTS), len(YEARS), LAST_AGE - FIRST_AGE + 1, 2))
    for at, variant in enumerate(VARIANTS):
        now = start
        net = newer if variant == "2024-based" else own
        for index in range(len(YEARS)):
            mid_year[at, index, :OPEN], mid_year[at, index, OPEN] = now[:OPEN], now[OPEN:].sum(0)
            if index < len(YEARS) - 1:
                now = _step(now, mortality[index], net[index], sixteen[variant][index])
    flows = Table(tables / "international_migration_2022_based.csv")
    at_2029 = projected[2029 - REFERENCE_YEAR]
    residents = np.concatenate([at_2029[:OPEN], at_2029[OPEN:].sum(0, keepdims=True)])
    abroad = _by_age_sex(flows, "out_2029_2030", OPEN + 1) / residents
    moves = Table(tables / "cross_border_rates_2022_based.csv")
    rest = sum(_by_age_sex(moves, name, OPEN + 1) for name in ("to_wales", "to_scotland", "to_northern_ireland"))
    return Projection(mid_year, mortality, shares, abroad, np.asarray(rest) / 1000.0)
