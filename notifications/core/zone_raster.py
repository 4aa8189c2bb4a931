"""Zones laid over the tiles of each level: which of thousands hold a point is looked up, not searched.

A tile lists the zones that cover any of it, each with a mask of the tile's 8 x 8 parts: an outline is known to a quarter of a
metre, where positions are known to some metres. So a position costs what its own points cost, however many zones there are and
whatever their shapes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.position import Floats

Ints = NDArray[np.int64]

# Parts of 25 cm; smaller tiles are slower, because they fill the processor's cache. A level has so many at most, or larger ones.
TILE_M, MOST_TILES = 2.0, 2**20
PARTS = 8
_ONE = np.uint64(1)


@dataclass(frozen=True, eq=False)
class Raster:
    """The zones of some levels. Levels are numbered as they came, zones by their place in the caller's list.

    frame (levels, 3): west and south in metres, tiles a metre; size (levels, 3): columns, rows, number of the first tile.
    start (tiles + 1,), zone, mask: the zones of each tile, and which of its parts each covers.
    """

    zones: int
    frame: Floats
    size: Ints
    start: NDArray[np.int32]
    zone: NDArray[np.int32]
    mask: NDArray[np.uint64]

    @classmethod
    def of(cls, shapes_m: Sequence[BaseGeometry], levels: Sequence[Sequence[int]]) -> "Raster":
        """Return the raster of areas; of each level the numbers of the areas on it."""
        outlines = [_outline(shape) for shape in shapes_m]
        frame, size = np.zeros((len(levels), 3)), np.zeros((len(levels), 3), dtype=np.int64)
        laid = [_NOTHING]
        first = 0
        for number, zones in enumerate(levels):
            frame[number], (columns, rows) = _grid([outlines[zone] for zone in zones])
            size[number] = columns, rows, first
            for zone in zones:
                tile, mask = _masks(outlines[zone], frame[number], columns)
                laid.append((tile + first, np.full(len(tile), zone), mask))
            first += columns * rows
        columns_laid = [np.concatenate(column) for column in zip(*laid, strict=True)]
        return cls(len(outlines), frame, size, *_by_tile(*columns_laid, tiles=first))


@dataclass(frozen=True, eq=False)
class Clouds:
    """Many posteriors as one: the points of the i-th are those from start[i] to start[i + 1].

    x_m, y_m, weight: (n,) floats; level: (n,) numbers of the raster's levels, below 0 where no zone is on the level.
    """

    x_m: Floats
    y_m: Floats
    weight: Floats
    level: Ints
    start: Ints


@dataclass(frozen=True, eq=False)
class Shares:
    """The weight that each posterior has in zones: those of the i-th are at start[i] to start[i + 1]; other zones have none."""

    start: Ints
    zone: Ints
    share: Floats


def shares(raster: Raster, clouds: Clouds) -> Shares:
    """Return how much of each posterior lies in which zones."""
    points = (clouds.x_m, clouds.y_m, clouds.weight, clouds.level, clouds.start)
    tiles = (raster.start, raster.zone, raster.mask)
    return Shares(*_shares(points, raster.zones, raster.frame, raster.size, tiles))


_NOTHING = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64))


def _outline(shape: BaseGeometry) -> Floats:
    """Return the edges of an area, holes included: (n, 4) from x, y to x, y."""
    lines = shapely.get_parts(shapely.boundary(shapely.force_2d(shape)))
    points, line = shapely.get_coordinates(lines, return_index=True)
    joined = line[1:] == line[:-1]
    return np.hstack([points[:-1][joined], points[1:][joined]])


def _grid(outlines: Sequence[Floats]) -> tuple[tuple[float, float, float], tuple[int, int]]:
    """Return west and south of the tiles that hold the outlines, how many go on a metre, and their columns and rows."""
    points = np.vstack([np.zeros((0, 4)), *outlines])[:, :2]
    if not len(points):
        return (0.0, 0.0, 1 / TILE_M), (0, 0)
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    a_metre = 1 / max(TILE_M, float(np.sqrt((east - west) * (north - south) / MOST_TILES)))
    size = int((east - west) * a_metre) + 1, int((north - south) * a_metre) + 1
    return (float(west), float(south), a_metre), size


def _by_tile(
    tile: Ints, zone: Ints, mask: NDArray[np.uint64], *, tiles: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint64]]:
    """Return where the entries of each tile begin, and their zones and masks."""
    order = np.argsort(tile, kind="stable")
    start = np.zeros(tiles + 1, dtype=np.int32)
    np.cumsum(np.bincount(tile, minlength=tiles), out=start[1:])
    return start, zone[order].astype(np.int32), mask[order]


@njit(cache=True, nogil=True)
def _masks(outline, frame, columns):  # type: ignore[no-untyped-def]
    """Return the tiles that an area covers, and of each the mask of its parts whose centres lie in it (even-odd rule)."""
    if len(outline) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64)
    west, south, parts_a_metre = frame[0], frame[1], frame[2] * PARTS
    bottom = int((outline[:, 1].min() - south) * frame[2])
    top = int((outline[:, 1].max() - south) * frame[2])
    left = int((outline[:, 0].min() - west) * frame[2])
    right = int((outline[:, 0].max() - west) * frame[2])
    masks = np.zeros((top - bottom + 1, right - left + 1), dtype=np.uint64)
    for part_row in range(bottom * PARTS, (top + 1) * PARTS):
        crossed = _crossings(outline, south + (part_row + 0.5) / parts_a_metre)
        for i in range(0, len(crossed) - 1, 2):
            begin = int(np.ceil((crossed[i] - west) * parts_a_metre - 0.5))
            end = int(np.ceil((crossed[i + 1] - west) * parts_a_metre - 0.5))
            for part in range(begin, end):
                bit = np.uint64(part_row % PARTS * PARTS + part % PARTS)
                masks[part_row // PARTS - bottom, part // PARTS - left] |= _ONE << bit
    row, column = np.nonzero(masks)
    found = np.empty(len(row), dtype=np.uint64)
    for i in range(len(row)):
        found[i] = masks[row[i], column[i]]
    return (row + bottom) * columns + column + left, found


@njit(cache=True, nogil=True)
def _crossings(outline, y):  # type: ignore[no-untyped-def]
    """Return where the edges cross a height, from west to east."""
    found = np.empty(len(outline))
    count = 0
    for i in range(len(outline)):
        ax, ay, bx, by = outline[i, 0], outline[i, 1], outline[i, 2], outline[i, 3]
        if (ay > y) != (by > y):
            found[count] = ax + (y - ay) / (by - ay) * (bx - ax)
            count += 1
    return np.sort(found[:count])


@njit(cache=True, nogil=True)
def _shares(points, count_of_zones, frame, size, tiles):  # type: ignore[no-untyped-def]
    """Return start, zone and share of what each posterior has in zones."""
    x_m, y_m, weight, level, start = points
    tile_start, zones, mask = tiles
    count = len(start) - 1
    sums = np.zeros(count_of_zones)
    touched = np.empty(count_of_zones, dtype=np.int64)
    out_start = np.zeros(count + 1, dtype=np.int64)
    out_zone, out_share = np.empty(4 * count + 16, dtype=np.int64), np.empty(4 * count + 16)
    total = 0
    for p in range(count):
        held = 0
        for i in range(start[p], start[p + 1]):
            on = level[i]
            if on < 0 or weight[i] <= 0.0:
                continue
            east, north = (x_m[i] - frame[on, 0]) * frame[on, 2], (y_m[i] - frame[on, 1]) * frame[on, 2]
            if east < 0.0 or north < 0.0 or east >= size[on, 0] or north >= size[on, 1]:
                continue
            column, row = int(east), int(north)
            tile = size[on, 2] + row * size[on, 0] + column
            bit = np.uint64(int((north - row) * PARTS) * PARTS + int((east - column) * PARTS))
            for e in range(tile_start[tile], tile_start[tile + 1]):
                if not (mask[e] >> bit) & _ONE:
                    continue
                zone = zones[e]
                if sums[zone] == 0.0:
                    touched[held] = zone
                    held += 1
                sums[zone] += weight[i]
        while total + held > len(out_zone):
            out_zone, out_share = np.append(out_zone, out_zone), np.append(out_share, out_share)
        for i in range(held):
            out_zone[total], out_share[total] = touched[i], sums[touched[i]]
            sums[touched[i]] = 0.0
            total += 1
        out_start[p + 1] = total
    return out_start, out_zone[:total], out_share[:total]
