"""Moves between local authorities of England: how often, by age and place, and to where.

No table of origins and destinations is held. What is published by place is met (moves out of and into each authority
and each region, net moves of each region by age), and what lies between follows distance: flows between regions start
from moves out times moves in over a power of the distance and are fitted to their margins by iterative proportional
fitting.
Those who move into an authority are taken to be of the ethnic mix of those who leave it, so that places keep theirs.
Moves to and from the rest of the United Kingdom are taken out: they are part of emigration and immigration.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from microsim.population import columns as axes
from microsim.population.columns import FIRST_AGE, Band, bands
from microsim.population.ipf import Floats, fit_pairs
from microsim.population.margins import Areas, Table

GROUPS = bands("16-17", "18-20", "21-24", "25-29", "30-39", "40-49", "50-64", "65+")
LAST_CHILD_AGE = 15
CHILDREN = 0  # row of the under-16s in tables by group, before those of GROUPS; they only fill the margins
LEAST_INFLOW = 0.1  # of the moves out at that age: what derived net moves may not go below
ROUNDS, MIX_ROUNDS, TOLERANCE = 200, 5, 1e-4


class Moves(NamedTuple):
    """Shares and rates of areas, and moves within England by age."""

    young_share: Floats  # [area] of people under 16, for those who turn 16
    immigration_share: Floats  # [area] of arrivals from abroad
    move_out_rate: Floats  # [area], yearly chance of a move inside England where the relative for age and sex is 1
    move_age_relative: Floats  # [age 16..90+, sex]
    move_destination: Floats  # [ethnicity, group of GROUPS, region of origin, area]; the own area means no move
    move_factor: Floats  # [group of GROUPS, area], by which chances are raised as some draws give the own area


class _Schedule(NamedTuple):
    """Moves relative to the mean of ages 16 to 74."""

    adults: Floats  # [age 16..90+, sex]
    children: float


def area_moves(tables: Path, areas: Areas, people: Floats, ethnicity: Floats, distance_exponent: float) -> Moves:
    """Rates and destinations; `people` at mid-2024 [area, age 16..90+, sex], `ethnicity` shares [area, ethnicity]."""
    table = Table(tables / "moves_local_authority_2024.csv")
    order = np.argsort(table.codes("area_code", areas.codes))
    into, out, abroad = (table.floats(name)[order] for name in ("internal_in", "internal_out", "international_in"))
    young = areas.population_all_ages - people.sum((1, 2))
    schedule = _schedule(tables)
    exposed = _exposed(people, young, schedule)
    between = _between_regions(tables, areas, exposed, into, out, distance_exponent)
    leaving = exposed[1:] * (out / exposed.sum(0) - between.rest_rate)  # moves out of each area inside England
    destination = _destinations(areas, exposed, leaving, into, between, ethnicity)
    return Moves(
        young / young.sum(),
        abroad / abroad.sum(),
        out / exposed.sum(0) - between.rest_rate,
        schedule.adults,
        destination,
        _factor(areas, destination, ethnicity),
    )


def _schedule(tables: Path) -> _Schedule:
    """The age pattern of moves, straight between the middles of its bands."""
    table = Table(tables / "mover_age_schedule.csv")
    sex = table.codes("sex", axes.SEXES)
    middle = np.array([np.mean([float(age) for age in label.split("-")]) for label in table.text("age_band")])
    values = table.floats("relative")
    adults = np.stack([np.interp(axes.AGES, middle[sex == one], values[sex == one]) for one in (0, 1)], axis=1)
    ages = np.arange(LAST_CHILD_AGE + 1)
    children = np.mean([np.interp(ages, middle[sex == one], values[sex == one]) for one in (0, 1)])
    return _Schedule(adults, float(children))


def _exposed(people: Floats, young: Floats, schedule: _Schedule) -> Floats:
    """People weighted by the age pattern of moves [children and GROUPS, area]."""
    weighted = (people * schedule.adults).sum(2)
    return np.stack([young * schedule.children, *(weighted[:, group.rows].sum(1) for group in GROUPS)])


class _Between(NamedTuple):
    """Moves between regions of England a year."""

    flows: Floats  # [children and GROUPS, from region, to region], nothing on the diagonal
    rest_rate: float  # moves to the rest of the United Kingdom where the relative for age is 1


def _between_regions(
    tables: Path, areas: Areas, exposed: Floats, into: Floats, out: Floats, exponent: float
) -> _Between:
    """Flows that carry each region's published moves, less those of the rest of the UK, with its net moves by age."""
    regions = len(areas.region_codes)
    table = Table(tables / "moves_region_2024.csv")
    order = np.argsort(table.codes("region_code", areas.region_codes))
    region_in, region_out = (table.floats(name)[order] for name in ("internal_in", "internal_out"))
    by_region = np.stack([exposed[:, areas.region == region].sum(1) for region in range(regions)], axis=1)
    rest_in, rest_out = _rest_of_uk(tables, by_region.sum(1))
    rest_rate = float(rest_out.sum() / by_region.sum())
    leaving = by_region * (region_out / by_region.sum(0) - rest_rate)
    rest_net = rest_in[:, None] * (region_in / region_in.sum()) - by_region * rest_rate
    net = _net_by_age(tables, areas) - rest_net
    # what moves into regions inside England exceeds what moves out, which is nothing, is taken off evenly
    net -= net.sum(1, keepdims=True) * by_region / by_region.sum(1, keepdims=True)
    coming = np.maximum(leaving + net, LEAST_INFLOW * leaving)
    coming *= (leaving.sum(1) / coming.sum(1))[:, None]
    near = _nearness(tables, areas, into, out, exponent)
    flows = fit_pairs(np.tile(near, (len(exposed), 1, 1)), leaving, coming)
    return _Between(flows, rest_rate)


def _rest_of_uk(tables: Path, exposed: Floats) -> tuple[Floats, Floats]:
    """Moves to England from the rest of the UK, and from it, in 2023-24 [children and GROUPS].

    The table's bands that cut across GROUPS are spread as `exposed` is, in proportion to years of age.
    """
    table = Table(tables / "cross_border_flows_2022_based.csv")
    found = np.zeros((2, len(GROUPS) + 1))
    groups = (Band("0-15", 0, LAST_CHILD_AGE), *GROUPS)
    lengths = np.array([group.last - group.first + 1 for group in groups])
    for way, label, value in zip(table.text("flow"), table.text("age_band"), table.floats("2023_24"), strict=True):
        if way not in ("in", "out"):
            continue
        first, _, last = label.replace("+", f"-{axes.LAST_AGE}").partition("-")
        shared = np.array([max(min(group.last, int(last)) - max(group.first, int(first)) + 1, 0) for group in groups])
        weight = shared * exposed / lengths
        found[("in", "out").index(way)] += value * weight / weight.sum()
    return found[0], found[1]


def _net_by_age(tables: Path, areas: Areas) -> Floats:
    """Net moves [children and GROUPS, region], to and from the rest of the UK among them."""
    table = Table(tables / "net_moves_region_age_2024.csv")
    region = table.codes("region_code", areas.region_codes)
    found = np.zeros((len(GROUPS) + 1, len(areas.region_codes)))
    firsts = np.array([group.first for group in GROUPS])
    for row, (label, value) in enumerate(zip(table.text("age_band"), table.floats("net"), strict=True)):
        first = int(label.rstrip("+").split("-")[0])
        found[np.searchsorted(firsts, first, side="right") if first >= FIRST_AGE else CHILDREN, region[row]] += value
    return found


def _nearness(tables: Path, areas: Areas, into: Floats, out: Floats, exponent: float) -> Floats:
    """Where flows between regions start from [from, to]: out x in / distance ** exponent over pairs of authorities."""
    table = Table(tables / "area_centroids.csv")
    order = np.argsort(table.codes("area_code", areas.codes))
    longitude, latitude = (np.radians(table.floats(name)[order]) for name in ("longitude", "latitude"))
    # flat within England: a degree of longitude is shorter by the cosine of the latitude
    east, north = 6371.0 * longitude * np.cos(latitude.mean()), 6371.0 * latitude
    distance = np.hypot(east[:, None] - east, north[:, None] - north)
    pull = out[:, None] * into / np.maximum(distance, 1.0) ** exponent
    member = areas.region[None] == np.arange(len(areas.region_codes))[:, None]
    near = member @ pull @ member.T
    np.fill_diagonal(near, 0.0)
    return near


def _destinations(
    areas: Areas, exposed: Floats, leaving: Floats, into: Floats, between: _Between, ethnicity: Floats
) -> Floats:
    """Chances [ethnicity, group, region of origin, area] by which movers go where the flows and `into` say.

    `leaving` [group, area] are moves out of each area. Inside a region movers go in proportion to moves into each
    authority, with the age mix of those who live there. A draw of the mover's own area is no move, so authorities
    send out more draws than moves. The shares are found in rounds that bring flows between regions, each authority's
    share of the moves into its region, and the ethnic mix of those who come (that of those who go, so that places keep
    theirs), to what they must be.
    """
    member = _members(areas)
    flows = between.flows[1:]
    wanted = flows + ((leaving @ member.T) - flows.sum(2))[:, :, None] * np.eye(len(member))  # [group, from, to]
    arriving = into / (into @ member.T)[areas.region] * wanted.sum((0, 1))[areas.region]
    chance = (exposed[1:] / exposed.sum(0) * into)[None, :, None, :] * np.ones((ethnicity.shape[1], 1, len(member), 1))
    chance *= ethnicity.T[:, None, None, :]
    for _ in range(ROUNDS):
        chance /= chance.sum(3, keepdims=True)
        moves = _moves_to(areas, chance, leaving, ethnicity)
        going = (_draws(areas, chance, leaving, ethnicity) * (1.0 - _own(areas, chance))).sum(1)  # [ethnicity, area]
        coming = fit_pairs(going / going.sum(0) * arriving, going.sum(1), arriving, rounds=MIX_ROUNDS)
        chance *= (coming / moves.sum((1, 2)))[:, None, None, :]
        change = wanted / (moves.sum(0) @ member.T)
        chance *= change[..., areas.region]
        if np.max(np.abs(change - 1.0)) < TOLERANCE:
            break
    return chance / chance.sum(3, keepdims=True)


def _members(areas: Areas) -> Floats:
    """1 where an area lies in a region [region, area]."""
    return (areas.region[None] == np.arange(len(areas.region_codes))[:, None]).astype(float)


def _own(areas: Areas, chance: Floats) -> Floats:
    """Chances [ethnicity, group, area] of drawing the own area."""
    result: Floats = chance[:, :, areas.region, np.arange(len(areas.codes))]
    return result


def _factor(areas: Areas, chance: Floats, ethnicity: Floats) -> Floats:
    """Draws for each move out of an area [group, area]."""
    return 1.0 / (1.0 - np.einsum("ega,ae->ga", _own(areas, chance), ethnicity))


def _draws(areas: Areas, chance: Floats, leaving: Floats, ethnicity: Floats) -> Floats:
    """Draws of a destination [ethnicity, group, area] that make `leaving` [group, area] moves."""
    return leaving * _factor(areas, chance, ethnicity) * ethnicity.T[:, None, :]


def _moves_to(areas: Areas, chance: Floats, leaving: Floats, ethnicity: Floats) -> Floats:
    """Moves [ethnicity, group, region of origin, area]: the draws of a region's people but for the own area."""
    drawn = _draws(areas, chance, leaving, ethnicity)
    moves: Floats = (drawn @ _members(areas).T)[..., None] * chance
    moves[:, :, areas.region, np.arange(len(areas.codes))] -= drawn * _own(areas, chance)
    return moves
