"""Zones: areas of the published map that campaigns listen to, and how probably a visitor is in each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.position import Position, Posterior
from notifications.core.zone_raster import Clouds, Ints, Raster, Shares, shares

# Sums of weights are rounded to this many decimals, so that seven points of weight 0.1 reach a threshold of 0.7.
MEMBERSHIP_DECIMALS = 9


@dataclass(frozen=True, eq=False)
class Zone:
    """An area in metres of the venue's frame, on some levels, under an id that outlives the map."""

    id: UUID
    shape_m: BaseGeometry = field(repr=False)
    level_ids: frozenset[UUID]


class ZoneIndex:
    """The zones of a map, ready to be asked many times: laid over tiles, each level by itself."""

    def __init__(self, zones: Iterable[Zone]) -> None:
        self.zones: Mapping[UUID, Zone] = {zone.id: zone for zone in zones}
        self.ids: tuple[UUID, ...] = tuple(self.zones)
        listed = list(self.zones.values())
        level_ids = sorted({level_id for zone in listed for level_id in zone.level_ids})
        self._numbers = {level_id: number for number, level_id in enumerate(level_ids)}
        on_level: list[list[int]] = [[] for _ in level_ids]
        for number, zone in enumerate(listed):
            for level_id in zone.level_ids:
                on_level[self._numbers[level_id]].append(number)
        self._raster = Raster.of([zone.shape_m for zone in listed], on_level)
        self._asked: tuple[tuple[UUID, ...], Ints] = (), np.zeros(0, np.int64)

    def clouds(self, posteriors: Sequence[Posterior]) -> Clouds:
        """Return posteriors as the index reads them, to be asked about at one go."""
        return Clouds(
            x_m=np.concatenate([posterior.x_m for posterior in posteriors]),
            y_m=np.concatenate([posterior.y_m for posterior in posteriors]),
            weight=np.concatenate([posterior.weight for posterior in posteriors]),
            level=np.concatenate([self._levels_of(posterior) for posterior in posteriors]),
            start=np.cumsum([0, *(len(posterior.weight) for posterior in posteriors)]),
        )

    def shares(self, clouds: Clouds) -> Shares:
        """Return how much of each posterior lies in which zones, by their place in `ids`."""
        return shares(self._raster, clouds)

    def _levels_of(self, posterior: Posterior) -> Ints:
        level_ids, numbers = self._asked
        if level_ids is not posterior.level_ids:  # those of a map are one tuple, and it has many
            level_ids = posterior.level_ids
            numbers = np.array([self._numbers.get(level_id, -1) for level_id in level_ids], dtype=np.int64)
            self._asked = level_ids, numbers
        return numbers[posterior.level]


def membership(index: ZoneIndex, position: Position) -> dict[UUID, float]:
    """Return the probability of every zone that has any under the position's posterior, levels included."""
    found = index.shares(index.clouds([position.posterior]))
    sums = np.minimum(found.share.round(MEMBERSHIP_DECIMALS), 1.0)
    return {index.ids[zone]: p for zone, p in zip(found.zone.tolist(), sums.tolist(), strict=True) if p > 0}


def warm_up() -> None:
    """Compile the kernels, so that the first visitor does not wait."""
    level_id = UUID(int=0)
    index = ZoneIndex([Zone(UUID(int=0), shapely.box(0, 0, 1, 1), frozenset({level_id}))])
    nowhere = Posterior(np.zeros(1), np.zeros(1), np.zeros(1, dtype=np.intp), np.ones(1), (level_id,))
    index.shares(index.clouds([nowhere]))
