"""Lays out places as equal tiles, one for each, so that the map still looks like the country.

Four steps, each of which gives the same from the same places. Neighbours are found among the middles of places. Every
pair of neighbours is then drawn to one tile's distance in the direction in which they lie, which opens up the dense
cities and closes up the empty country; places that still overlap push one another away. Next, tiles of a honeycomb
are given out by least squared displacement. Last, places change tiles, or move to a free one next to them, while that
brings neighbours nearer to where they belong beside one another, those of one region above all, or fills a gap.

Of England's 296 local authorities this takes seconds, so the result is kept (`microsim.report.tile_map`). There a
place stands 1.35 tiles (29 km) from where it is on the ground, on average: London has a ninth of the tiles and a
hundredth of the land. Of pairs of neighbours 72 % touch and 96 % have at most one tile between them, every region is
in one piece, and no tile is empty inside the country.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

ROW = np.sqrt(3) / 2  # the distance between rows of a honeycomb whose tiles are 1 apart
EARTH_RADIUS = 6371.0  # km
_TOUCHING = 1.01  # tiles: between the middles of those that touch, or nearly
_BLUNT = 90.0  # degrees: a triangle on the outside with a wider angle joins places across a bay
_KM = 21.0  # between neighbours if all were spread evenly: England has 130,000 km² for 296 authorities
_ANCHOR = 0.05  # how strongly a place is held where it is, against 1 for each of its neighbours
_PUSHES, _PUSH, _RETURN = 200, 0.25, 0.02
_MARGIN = 2.0  # tiles around the places that may be used
_GAP = 5  # neighbours that are taken, of six, from which an empty tile is a gap
_CHEAPER = 2.0  # squared tiles: what a gap is made cheaper by until somebody takes it
_ROUNDS, _SWEEPS = 30, 40
_SAME_REGION = 3.0  # weight of a pair of neighbours of one region; others have 1
_TOGETHER = 3.0  # squared tiles that each neighbouring tile in use is worth to who moves to a free one
_FARTHEST = 9.0  # squared tiles: neighbours further than that from their places beside one another count no more
_NEXT = 1.8  # tiles: how far places look for a better tile


class Tiles(NamedTuple):
    """Tiles of a honeycomb, one for each place: column from the west, row from the south, both from 0. Odd rows stand
    half a tile to the east."""

    column: Integers
    row: Integers

    @property
    def middles(self) -> Floats:
        """East and north of the middles of the tiles [place, 2], in tiles."""
        return np.column_stack([self.column + 0.5 * (self.row % 2), self.row * ROW])


def flat(longitude: Floats, latitude: Floats) -> Floats:
    """East and north [place, 2] in km from the middle of all places, given degrees; flat, as England nearly is."""
    east = EARTH_RADIUS * np.radians(longitude) * np.cos(np.radians(latitude.mean()))
    points = np.column_stack([east, EARTH_RADIUS * np.radians(latitude)])
    result: Floats = points - points.mean(axis=0)
    return result


def neighbours(points: Floats) -> Integers:
    """Pairs of neighbours [pair, 2]: sides of Delaunay triangles, but for those that only close a bay of the coast."""
    from scipy.spatial import Delaunay

    triangles = {tuple(sorted(corners)) for corners in Delaunay(points).simplices.tolist()}
    while blunt := {triangle for triangle in _outer(triangles) if _angle(points, *triangle) > _BLUNT}:
        triangles -= {tuple(sorted(triangle)) for triangle in blunt}
    pairs = {pair for a, b, c in triangles for pair in ((a, b), (b, c), (a, c))}
    for alone in set(range(len(points))) - {place for pair in pairs for place in pair}:
        away = np.hypot(*(points - points[alone]).T)
        away[alone] = np.inf
        nearest = int(away.argmin())
        pairs.add((min(alone, nearest), max(alone, nearest)))
    return np.array(sorted(pairs), dtype=np.int64)


def _outer(triangles: set[tuple[int, ...]]) -> list[tuple[int, int, int]]:
    """Triangles on the outside, the corner away from it last."""
    sides: dict[tuple[int, int], list[int]] = {}
    for a, b, c in triangles:
        for side, across in (((a, b), c), ((b, c), a), ((a, c), b)):
            sides.setdefault(side, []).append(across)
    return [(*side, across[0]) for side, across in sorted(sides.items()) if len(across) == 1]


def _angle(points: Floats, first: int, second: int, corner: int) -> float:
    """The angle at the corner in degrees."""
    one, other = points[first] - points[corner], points[second] - points[corner]
    return float(np.degrees(np.arccos(one @ other / np.hypot(*one) / np.hypot(*other))))


def spread_out(points: Floats, pairs: Integers) -> Floats:
    """Places in tiles, about one apart: least squares of every pair's distance from one tile in its own direction, with
    each place held lightly where it is; then those nearer than a tile push one another away."""
    apart = points[pairs[:, 1]] - points[pairs[:, 0]]
    apart /= np.hypot(*apart.T)[:, None]
    matrix, wanted = _ANCHOR * np.eye(len(points)), _ANCHOR / _KM * points
    for (first, second), step in zip(pairs, apart, strict=True):
        matrix[[first, second], [first, second]] += 1
        matrix[[first, second], [second, first]] -= 1
        wanted[second] += step
        wanted[first] -= step
    settled = np.linalg.solve(matrix, wanted)
    places = settled.copy()
    for _ in range(_PUSHES):
        between = places[:, None] - places
        distance = np.hypot(between[..., 0], between[..., 1])
        np.fill_diagonal(distance, np.inf)
        push = np.clip(1 - distance, 0, None) / np.maximum(distance, 1e-6)
        places += _PUSH * (between * push[..., None]).sum(axis=1)
        places += _RETURN * (settled - places)
    result: Floats = np.round(places, 6)  # so that the last digits of a machine decide nothing
    return result


class _Board:
    """The tiles that may be used: their columns and rows, middles, and which of them touch."""

    def __init__(self, places: Floats) -> None:
        low, high = places.min(axis=0) - 2 * _MARGIN, places.max(axis=0) + 2 * _MARGIN
        column, row = np.meshgrid(
            np.arange(np.floor(low[0]), np.ceil(high[0]) + 1).astype(np.int64),
            np.arange(np.floor(low[1] / ROW), np.ceil(high[1] / ROW) + 1).astype(np.int64),
        )
        every = Tiles(column.ravel(), row.ravel())
        near = _distances(every.middles, places).min(axis=1) < _MARGIN
        self.tiles = Tiles(every.column[near], every.row[near])
        self.middles = self.tiles.middles
        self.distances = _distances(self.middles, self.middles)
        self.touching = [np.flatnonzero((row > 0) & (row < _TOUCHING)) for row in self.distances]
        self.next = [np.flatnonzero((row > 0) & (row < _NEXT)) for row in self.distances]

    def gaps(self, taken: npt.NDArray[np.bool_]) -> Integers:
        """Empty tiles that those in use all but surround."""
        around = np.array([taken[touching].sum() for touching in self.touching])
        return np.flatnonzero(~taken & (around >= _GAP))


def _distances(one: Floats, other: Floats) -> Floats:
    between = one[:, None] - other
    result: Floats = np.hypot(between[..., 0], between[..., 1])
    return result


def _given_out(places: Floats, board: _Board) -> Integers:
    """A tile for each place by least squared displacement; gaps are made cheap until there are none."""
    from scipy.optimize import linear_sum_assignment

    cost = _distances(places, board.middles) ** 2
    for _ in range(_ROUNDS):
        given: Integers = linear_sum_assignment(cost)[1]
        taken = np.zeros(len(board.middles), dtype=np.bool_)
        taken[given] = True
        gaps = board.gaps(taken)
        if not len(gaps):
            break
        cost[:, gaps] -= _CHEAPER
    return given


class _Search:
    """Places that change tiles while it helps."""

    def __init__(self, board: _Board, places: Floats, points: Floats, pairs: Integers, region: Integers) -> None:
        self.board, self.places = board, places
        self.given = _given_out(places, board)
        self.holder = np.full(len(board.middles), -1, dtype=np.int64)
        self.holder[self.given] = np.arange(len(places))
        own: list[list[int]] = [[] for _ in places]
        for first, second in pairs.tolist():
            own[first].append(second)
            own[second].append(first)
        self.near = [np.array(sorted(mine), dtype=np.int64) for mine in own]
        steps = [points[near] - points[place] for place, near in enumerate(self.near)]
        self.steps = [step / np.hypot(*step.T)[:, None] for step in steps]
        self.weights = [np.where(region[near] == region[at], _SAME_REGION, 1.0) for at, near in enumerate(self.near)]

    def run(self) -> Integers:
        for _ in range(_SWEEPS):
            if not sum(self._improve(place) for place in range(len(self.places))):
                break
        return self.given

    def _improve(self, place: int) -> bool:
        """Give the place the best tile near its own, if any is better; whoever holds it gets the place's."""
        here = int(self.given[place])
        gains = [(self._change(place, here, int(there)), int(there)) for there in self.board.next[here]]
        change, there = min(gains)
        if change < -1e-9:
            self._move(place, here, there)
        return change < -1e-9

    def _change(self, place: int, here: int, there: int) -> float:
        """What the exchange adds to the strain, in squared tiles."""
        moving = [who for who in (place, int(self.holder[there])) if who >= 0]
        before = sum(self._strain(who) for who in moving)
        together = 0.0
        if len(moving) == 1:
            kept = [(self.holder[self.board.touching[tile]] >= 0).sum() for tile in (here, there)]
            touching = self.board.distances[here, there] < _TOUCHING  # a place is no neighbour of its own old tile
            together = _TOGETHER * float(kept[0] - (kept[1] - touching))
        self._move(place, here, there)
        after = sum(self._strain(who) for who in moving)
        self._move(place, there, here)
        return after - before + together

    def _strain(self, place: int) -> float:
        middle = self.board.middles[self.given[place]]
        off = self.board.middles[self.given[self.near[place]]] - middle - self.steps[place]
        squares = np.minimum((off**2).sum(axis=1), _FARTHEST)
        return float(self.weights[place] @ squares + ((middle - self.places[place]) ** 2).sum())

    def _move(self, place: int, here: int, there: int) -> None:
        other = int(self.holder[there])
        self.holder[there], self.holder[here] = place, other
        self.given[place] = there
        if other >= 0:
            self.given[other] = here


def lay_out(points: Floats, region: Integers) -> Tiles:
    """A tile for each place, given east and north in km [place, 2] and the region of each; north is on top."""
    pairs = neighbours(points)
    places = spread_out(points, pairs)
    board = _Board(places)
    given = _Search(board, places, points, pairs, region).run()
    column, row = board.tiles.column[given], board.tiles.row[given]
    lowest = row.min() - row.min() % 2  # so that odd rows stay odd
    return Tiles(column - column.min(), row - lowest)
