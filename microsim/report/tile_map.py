"""England's local authorities as tiles of equal size, where each stands on the map, and the lines between regions.

The layout is worked out by `microsim.report.tile_layout` and kept beside this file in `england_tiles.csv`, so that a
report needs neither the seconds nor the population's tables.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from microsim.population.margins import Table, read_areas
from microsim.report.tile_layout import ROW, Tiles, flat, lay_out

_KEPT = Path(__file__).with_name("england_tiles.csv")
_HEAD = """\
# England's 296 local authorities of April 2024 as tiles of a honeycomb: column from the west, row from the south; odd
# rows stand half a tile to the east. Laid out from the middles of the authorities by microsim.report.tile_layout.
# Derived from Office for National Statistics, Local Authority Districts (May 2024) boundaries UK; names and regions:
# LAD to region look-up (April 2024).
# quality: derived. Licence: Open Government Licence v3.0. Contains OS data and public sector information.
"""
_COLUMNS = ["area_code", "area_name", "region_name", "column", "row"]
_CORNERS = np.array([[0.0, 1.0], [ROW, 0.5], [ROW, -0.5], [0.0, -1.0], [-ROW, -0.5], [-ROW, 0.5]]) / np.sqrt(3)
_ACROSS = ((1, 1), (2, 0), (1, -1), (-1, -1), (-2, 0), (-1, 1))  # half tiles east and rows north, side after side


@cache
def _kept() -> pd.DataFrame:
    table = Table(_KEPT)
    frame = pd.DataFrame({name: table.text(name) for name in _COLUMNS}, columns=_COLUMNS)
    frame = frame.astype({"column": np.int64, "row": np.int64})
    middles = Tiles(frame["column"].to_numpy(), frame["row"].to_numpy()).middles
    return frame.assign(east=middles[:, 0], north=middles[:, 1])


def england_tiles() -> pd.DataFrame:
    """A row for each local authority: area_code, area_name, region_name, column, row, and the middle of its tile, east
    and north in tiles."""
    return _kept().copy()


def tiles_text(tables: Path) -> str:
    """The text of the kept file, worked out anew from a population's tables."""
    areas, table = read_areas(tables), Table(tables / "area_centroids.csv")
    order = np.argsort(table.codes("area_code", areas.codes))
    points = flat(table.floats("longitude")[order], table.floats("latitude")[order])
    tiles = lay_out(points, areas.region.astype(np.int64))
    regions = [areas.region_names[region] for region in areas.region]
    frame = pd.DataFrame(dict(zip(_COLUMNS, (areas.codes, areas.names, regions, *tiles), strict=True)))
    return _HEAD + frame.to_csv(index=False, lineterminator="\n")


def borders() -> pd.DataFrame:
    """Sides of tiles between two regions or along the coast, as lines from `east`, `north` to `east_2`, `north_2`, in
    tiles; `coast` says which."""
    frame = _kept()
    region_at = {
        (2 * column + row % 2, row): region
        for column, row, region in frame[["column", "row", "region_name"]].itertuples(index=False)
    }
    rows = []
    for (halves, row), region in region_at.items():
        middle = np.array([halves / 2, row * ROW])
        for side, (east, north) in enumerate(_ACROSS):
            other = region_at.get((halves + east, row + north))
            # a side between two regions is drawn once, from the tile to its west
            if other is None or (other != region and side < len(_ACROSS) // 2):
                ends = middle + _CORNERS[[side, (side + 1) % len(_ACROSS)]]
                rows.append((*ends[0], *ends[1], other is None))
    return pd.DataFrame(rows, columns=["east", "north", "east_2", "north_2", "coast"])
