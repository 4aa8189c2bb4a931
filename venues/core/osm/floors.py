"""Which spaces are where: one tree a level."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import shapely

from venues.core.edges import SAME_EDGE_M
from venues.core.osm.spaces import Space


@dataclass(frozen=True, eq=False)
class Floor:
    """The spaces of one level."""

    spaces: Sequence[Space]
    tree: shapely.STRtree = field(repr=False)

    def at(self, point: shapely.Point) -> list[Space]:
        """Return the spaces that the point is in or on the edge of, smallest first."""
        near = self.tree.query(point, predicate="dwithin", distance=SAME_EDGE_M)
        found = [self.spaces[i] for i in near.tolist()]
        return sorted(found, key=lambda space: (space.shape_m.area, space.osm_id))

    def edged_by(self, point: shapely.Point) -> list[Space]:
        """Return the spaces on whose edge the point is."""
        return [space for space in self.at(point) if space.shape_m.boundary.distance(point) <= SAME_EDGE_M]

    def neighbours(self) -> Iterable[tuple[Space, Space]]:
        """Yield each pair of spaces that touch, once."""
        for index, space in enumerate(self.spaces):
            near = self.tree.query(space.shape_m, predicate="dwithin", distance=SAME_EDGE_M)
            for other in sorted(near.tolist()):
                if other > index:
                    yield space, self.spaces[other]


def floors_of(spaces: Iterable[Space]) -> Mapping[float, Floor]:
    """Return the floor of each level, by ordinal."""
    by_level: dict[float, list[Space]] = {}
    for space in spaces:
        by_level.setdefault(space.ordinal, []).append(space)
    return {
        ordinal: Floor(tuple(group), shapely.STRtree([space.shape_m for space in group]))
        for ordinal, group in sorted(by_level.items())
    }
