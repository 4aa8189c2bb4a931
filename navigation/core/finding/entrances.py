"""Where the places of a map meet its graph: at their doors, at their landings, or where they are drawn."""

from collections.abc import Iterator
from uuid import UUID

import shapely
from shapely.ops import nearest_points

from geo.position import LevelPoint
from navigation.core.finding.anchors import Anchor, Stop, anchor_at_node, anchor_of_snap
from navigation.core.finding.reaching import doors_of, landings_of, ways_onto
from navigation.core.finding.snapping import Snapper
from navigation.core.graph import RoutingGraph
from navigation.core.guiding.guidance import Destination
from venues.core.imdf.features import FeatureType
from venues.core.places import Place
from venues.core.snapshot import Snapshot
from venues.core.spatial_index import SpatialIndex

TAP_M = 1.0  # who taps on a wall's line means the room beside it
PLACE_M = 30.0  # a place drawn in a shelf or behind a counter is reached from the floor beside it
INSIDE_M = 0.1  # off the very edge of a unit, where nothing is seen from
KEPT_STOPS = 4_096


class Entrances:
    """Where points and places of one map meet its graph. Places are kept: a category asks for all of its own each time."""

    def __init__(self, graph: RoutingGraph, snapshot: Snapshot, index: SpatialIndex, snapper: Snapper) -> None:
        self._graph, self._snapshot, self._index, self._snapper = graph, snapshot, index, snapper
        self._kept: dict[UUID, Stop] = {}

    def of(self, place: Place) -> Stop:
        """Return where a place is reached; empty where no floor is near."""
        stop = self._kept.get(place.id)
        if stop is None:
            if len(self._kept) >= KEPT_STOPS:
                self._kept.clear()
            stop = self._kept[place.id] = tuple(self._anchors(place))
        return stop

    def at(self, point: LevelPoint, goal: Destination, reach_m: float) -> Anchor | None:
        """Return the anchor of the point, or of the nearest walkable place within reach; None where there is none.

        An anchor may have no links: one can stand there, and nothing leads there.
        """
        snap = self._snapper.snap(point)
        if snap is None and (beside := self.walkable_beside(point)) is not None and beside[1] <= reach_m:
            snap = self._snapper.snap(beside[0])
        return None if snap is None else anchor_of_snap(snap, goal)

    def walkable_beside(self, point: LevelPoint) -> tuple[LevelPoint, float] | None:
        """Return the walkable point nearest to this one on its level and how far it is, in metres."""
        found = self._index.nearest_walkable(point)
        if found is None:
            return None
        unit, distance_m = found
        shape = self._snapshot.shapes_m[unit.id]
        inner = shape.buffer(-INSIDE_M)
        beside, _ = nearest_points(shape if inner.is_empty else inner, shapely.Point(point.x_m, point.y_m))
        return LevelPoint(beside.x, beside.y, point.level_id), distance_m

    def _anchors(self, place: Place) -> Iterator[Anchor]:
        goal = Destination(place.name, place.id)
        nodes = self._nodes(place)
        yield from (anchor_at_node(self._graph, node, goal) for node in nodes)
        if not nodes and place.point is not None and (anchor := self.at(place.point, goal, PLACE_M)):
            yield anchor

    def _nodes(self, place: Place) -> list[int]:
        """Return the nodes at which a place is reached that has ways in of its own: one that is no single spot."""
        match place.feature_type:
            case FeatureType.BUILDING:
                return doors_of(self._graph, self._snapshot.levels, place.id)
            case FeatureType.LEVEL:
                return ways_onto(self._graph, place.id)
            case FeatureType.OPENING | FeatureType.RELATIONSHIP:
                return landings_of(self._graph, place.id)
        return []
