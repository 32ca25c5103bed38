"""The tile map: one tile for each authority, England still to be recognised, the kept layout that of the function."""

from typing import NamedTuple

import numpy as np
import pytest
from common import ROOT
from scipy.sparse.csgraph import connected_components

from microsim.population.margins import Table, read_areas
from microsim.report.tile_layout import ROW, Tiles, flat, lay_out, neighbours, spread_out
from microsim.report.tile_map import borders, england_tiles, tiles_text

TABLES = ROOT / "populations" / "england" / "tables"
KEPT = ROOT / "microsim" / "report" / "england_tiles.csv"
TOUCHING, ONE_BETWEEN = 1.01, 2.01  # tiles: distances between the middles of those that touch, or nearly


class Fit(NamedTuple):
    """How much a layout leaves as it is on the ground."""

    displacement: float  # tiles, mean over places, after the best scale and shift
    displacement_km: float
    touching: float  # share of pairs of neighbours whose tiles touch
    near: float  # share of pairs of neighbours with at most one tile between them


def fit_of(points, tiles):
    """How far places stand from where they are on the ground, and how many neighbours are kept."""
    middles = tiles.middles - tiles.middles.mean(axis=0)
    centred = points - points.mean(axis=0)
    per_km = float((centred * middles).sum() / (centred**2).sum())
    displacement = float(np.hypot(*(middles - per_km * centred).T).mean())
    pairs = neighbours(points)
    distance = np.hypot(*(middles[pairs[:, 1]] - middles[pairs[:, 0]]).T)
    touching, near = float((distance < TOUCHING).mean()), float((distance < ONE_BETWEEN).mean())
    return Fit(displacement, displacement / per_km, touching, near)


@pytest.fixture(scope="module")
def tiles():
    return england_tiles().set_index("area_name")


@pytest.fixture(scope="module")
def ground():
    """East and north of the authorities in km, in the order of the population's list."""
    areas, table = read_areas(TABLES), Table(TABLES / "area_centroids.csv")
    order = np.argsort(table.codes("area_code", areas.codes))
    return flat(table.floats("longitude")[order], table.floats("latitude")[order])


def touching(frame):
    middles = frame[["east", "north"]].to_numpy()
    distance = np.hypot(*(middles[:, None] - middles).transpose(2, 0, 1))
    return (distance > 0) & (distance < 1.01)


def test_every_authority_has_a_tile_of_its_own(tiles):
    areas = read_areas(TABLES)
    assert tuple(tiles["area_code"]) == areas.codes
    assert tuple(tiles.index) == areas.names
    assert [areas.region_names[region] for region in areas.region] == tiles["region_name"].tolist()
    assert len(tiles) == 296
    assert not tiles[["column", "row"]].duplicated().any()


def test_the_kept_layout_is_what_the_function_gives():
    """Write the file anew with `tiles_text` where this fails on purpose."""
    assert tiles_text(TABLES) == KEPT.read_text(encoding="utf-8")


def test_regions_are_in_one_piece_and_so_is_england(tiles):
    near = touching(tiles)
    for region, mine in tiles.groupby("region_name"):
        places = np.flatnonzero(tiles["region_name"] == region)
        assert connected_components(near[np.ix_(places, places)])[0] == 1, region
        assert len(mine) == len(places)
    assert connected_components(near)[0] == 1


def test_no_tile_is_empty_inside_the_country(tiles):
    taken = set(zip(tiles["column"], tiles["row"], strict=True))
    for column, row in taken:
        east, free = column + 1, (column + 1, row)
        if free in taken:
            continue
        odd = row % 2
        around = [
            (east - 1, row),
            (east + 1, row),
            *((east + step + odd, row + up) for step in (-1, 0) for up in (-1, 1)),
        ]
        assert sum(place in taken for place in around) < 5, free


def test_england_is_to_be_recognised(tiles):
    east, north = tiles["east"], tiles["north"]
    mean = tiles.groupby("region_name")[["east", "north"]].mean()
    assert north["Northumberland"] > north["Manchester"] > north["Birmingham"] > north["Westminster"] > north["Dover"]
    assert east["Cornwall"] < east["Bristol, City of"] < east["Westminster"] < east["Thanet"]
    assert north["Cornwall"] < 4 and east["Cornwall"] < 3  # the toe
    assert mean["north"].idxmax() == "North East"
    assert mean["east"].idxmin() == "South West"
    assert {mean["east"].idxmax(), mean["east"].nlargest(2).index[1]} == {"East of England", "London"}
    london = tiles[tiles["region_name"] == "London"]
    assert np.hypot(london["east"] - london["east"].mean(), london["north"] - london["north"].mean()).max() < 4.5
    assert (
        east["Norwich"] > east["Liverpool"]
        and east["Wirral"] < east["Hull" if "Hull" in east else "Kingston upon Hull, City of"]
    )


def test_displacement_and_neighbours_are_as_said(ground):
    """The figures that `microsim.report.tile_layout` states."""
    kept = england_tiles()
    fit = fit_of(ground, Tiles(kept["column"].to_numpy(), kept["row"].to_numpy()))
    assert fit.displacement == pytest.approx(1.35, abs=0.005)
    assert fit.displacement_km == pytest.approx(29, abs=0.5)
    assert fit.touching == pytest.approx(0.72, abs=0.005)
    assert fit.near == pytest.approx(0.96, abs=0.005)


def test_any_places_are_laid_out_without_overlap():
    """A dense town in an empty country: it opens up, in the right place, and each has a tile."""
    random = np.random.default_rng(4)
    points = np.concatenate([random.uniform(-100, 100, (25, 2)), random.uniform((56, -64), (64, -56), (20, 2))])
    tiles = lay_out(points, np.repeat([0, 1], [25, 20]))
    assert len(set(zip(*tiles, strict=True))) == len(points)
    town = tiles.middles[25:].mean(axis=0) - tiles.middles[:25].mean(axis=0)
    assert town[0] > 0 > town[1]


def test_those_on_a_honeycomb_already_stay():
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(7), np.arange(7)))
    wanted = Tiles(column, row)
    points = 21.0 * wanted.middles
    found = lay_out(points - points.mean(axis=0), np.zeros(49, dtype=np.int64))
    assert fit_of(points, found).displacement < 0.3
    assert fit_of(points, wanted).displacement == pytest.approx(0)
    assert fit_of(points, wanted).touching > 0.9


def test_places_that_overlap_are_drawn_apart(ground):
    """Relaxation alone leaves few places nearer to one another than four fifths of a tile."""
    places = spread_out(ground, neighbours(ground))
    distance = np.hypot(*(places[:, None] - places).transpose(2, 0, 1))
    np.fill_diagonal(distance, np.inf)
    crowded = np.hypot(*(ground[:, None] - ground).transpose(2, 0, 1)) / 21
    np.fill_diagonal(crowded, np.inf)
    assert np.mean(distance.min(axis=1) < 0.8) < 0.15 < np.mean(crowded.min(axis=1) < 0.8)


def test_borders_lie_between_tiles(tiles):
    """Every line is as long as a side of a tile, and each side is drawn once."""
    lines = borders()
    lengths = np.hypot(lines["east_2"] - lines["east"], lines["north_2"] - lines["north"])
    assert np.allclose(lengths, 1 / np.sqrt(3))
    ends = np.round(lines[["east", "north", "east_2", "north_2"]].to_numpy(), 6)
    sides = {frozenset(map(tuple, line.reshape(2, 2))) for line in ends}
    assert len(sides) == len(lines)
    near = touching(tiles)
    region = tiles["region_name"].to_numpy()
    across = (near & (region[:, None] != region)).sum() // 2
    assert (~lines["coast"]).sum() == across
    assert lines["coast"].sum() == 6 * len(tiles) - near.sum()
    assert lines["north"].max() == pytest.approx(tiles["row"].max() * ROW + 1 / np.sqrt(3))
