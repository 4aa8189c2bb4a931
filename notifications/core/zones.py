"""Zones: places of the published map that campaigns listen to, and how probably a visitor is in each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.position import Floats, Position

# Sums of weights are rounded to this many decimals, so that seven points of weight 0.1 reach a threshold of 0.7.
MEMBERSHIP_DECIMALS = 9


@dataclass(frozen=True, eq=False)
class Zone:
    """An area in metres of the venue's frame, on some levels, under the id of its map feature."""

    id: UUID
    shape_m: BaseGeometry = field(repr=False)
    level_ids: frozenset[UUID]


class ZoneIndex:
    """Zones by level, ready to be asked many times: one tree of bounding boxes and prepared shapes for each level."""

    def __init__(self, zones: Iterable[Zone]) -> None:
        self.zones: Mapping[UUID, Zone] = {zone.id: zone for zone in zones}
        by_level: dict[UUID, list[Zone]] = defaultdict(list)
        for zone in self.zones.values():
            shapely.prepare(zone.shape_m)
            for level_id in zone.level_ids:
                by_level[level_id].append(zone)
        self._levels = {level_id: _LevelZones(on_level) for level_id, on_level in by_level.items()}

    def on_level(self, level_id: UUID) -> "_LevelZones | None":
        return self._levels.get(level_id)


class _LevelZones:
    """The zones of one level."""

    def __init__(self, zones: list[Zone]) -> None:
        self._zones = zones
        self._tree = shapely.STRtree([zone.shape_m for zone in zones])

    def near(self, x_m: Floats, y_m: Floats) -> list[Zone]:
        """Return the zones whose bounding boxes meet that of the points."""
        box = shapely.box(x_m.min(), y_m.min(), x_m.max(), y_m.max())
        return [self._zones[i] for i in self._tree.query(box)]


def membership(index: ZoneIndex, position: Position) -> dict[UUID, float]:
    """Return the probability of every zone that has any under the position's posterior, levels included."""
    posterior = position.posterior
    sums: dict[UUID, float] = defaultdict(float)
    for level in np.flatnonzero(np.bincount(posterior.level, minlength=len(posterior.level_ids))):
        if (zones := index.on_level(posterior.level_ids[level])) is None:
            continue
        here = posterior.level == level
        x_m, y_m, weight = posterior.x_m[here], posterior.y_m[here], posterior.weight[here]
        for zone in zones.near(x_m, y_m):
            sums[zone.id] += float(weight[shapely.contains_xy(zone.shape_m, x_m, y_m)].sum())
    return {zone_id: min(round(p, MEMBERSHIP_DECIMALS), 1.0) for zone_id, p in sums.items() if p > 0}
