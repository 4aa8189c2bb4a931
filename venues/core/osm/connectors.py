"""What joins levels: lifts and stairwells over the levels of their shafts, and lines of steps, escalators and ramps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

import networkx as nx
import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from geo.frame import LocalFrame
from venues.core.edges import SAME_EDGE_M, lines_of, stretch_around
from venues.core.imdf.features import FeatureType, Reference
from venues.core.osm.categories import is_lift, is_stairwell
from venues.core.osm.doors import DOOR_WIDTH_M, Opening, OpeningKind
from venues.core.osm.elements import Elements, OsmId, Tags
from venues.core.osm.floors import Floor
from venues.core.osm.measures import rises_along, slope_percent, width_m
from venues.core.osm.notes import Notes
from venues.core.osm.paths import Path
from venues.core.osm.spaces import Space, SpaceKind


@dataclass(frozen=True, eq=False)
class Landing:
    """Where a line ends inside a space: an IMDF anchor."""

    id: UUID
    osm_id: OsmId
    point_m: Point
    space: Space


@dataclass(frozen=True, eq=False)
class Connector:
    """A way that people go; it becomes an IMDF relationship. The line, where there is one, runs from origin to destination."""

    id: UUID
    osm_id: OsmId
    category: str
    is_directed: bool
    origin: Reference | None
    intermediary: tuple[Reference, ...]
    destination: Reference | None
    line_m: LineString | None
    ordinals: tuple[float, ...]
    tags: Tags


class Joined(NamedTuple):
    """The connectors, and the openings and anchors that they need where they end."""

    connectors: list[Connector]
    openings: list[Opening]
    landings: list[Landing]


def unit_reference(space: Space) -> Reference:
    return Reference(space.id, FeatureType.UNIT)


def shafts(spaces: Sequence[Space], notes: Notes) -> Iterable[Connector]:
    """Yield the lifts and the stairwells: spaces that lie over one another on several levels."""
    for category, group in (
        ("elevator", [space for space in spaces if space.kind is SpaceKind.LIFT]),
        ("stairs", [space for space in spaces if space.kind is not SpaceKind.LIFT and is_stairwell(space.tags)]),
    ):
        for shaft in _stacked(group):
            if len({space.ordinal for space in shaft}) < 2:
                text = f"it has only level {shaft[0].ordinal:g}, so it leads nowhere; give it all its levels."
                notes.warn("connector_with_one_level", shaft[0].osm_id, text, shaft[0].id)
            elif category == "elevator":
                yield _shaft(category, shaft, notes)
            else:
                yield from (_shaft(category, pair, notes) for pair in pairwise(shaft))


def _stacked(spaces: Sequence[Space]) -> list[list[Space]]:
    """Return the spaces in groups that lie over one another, each from its lowest level up."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(spaces)))
    for i, first in enumerate(spaces):
        for j, second in enumerate(spaces[:i]):
            if first.ordinal != second.ordinal and _lies_over(first, second):
                graph.add_edge(i, j)
    groups = [
        sorted((spaces[i] for i in group), key=lambda s: (s.ordinal, s.osm_id))
        for group in nx.connected_components(graph)
    ]
    return sorted(groups, key=lambda group: (group[0].osm_id, group[0].ordinal))


def _lies_over(first: Space, second: Space) -> bool:
    smaller_m2 = min(first.shape_m.area, second.shape_m.area)
    return first.shape_m.intersection(second.shape_m).area > smaller_m2 / 2


def _shaft(category: str, spaces: Sequence[Space], notes: Notes) -> Connector:
    first, *middle, last = spaces
    id_ = notes.id_of(category, first.osm_id, f"{first.ordinal:g}", f"{last.ordinal:g}")
    return Connector(
        id_, first.osm_id, category, False, unit_reference(first), tuple(map(unit_reference, middle)),
        unit_reference(last), None, tuple(space.ordinal for space in spaces), first.tags,
    )  # fmt: skip


def line_category(tags: Tags, *, between_levels: bool) -> str:
    """Return the IMDF category of a line.

    >>> line_category({"highway": "steps", "conveying": "yes"}, between_levels=True)
    'escalator'
    """
    conveying = tags.get("conveying", "no") != "no"
    if is_lift(tags):
        return "elevator"
    if tags.get("highway") == "steps":
        return "escalator" if conveying else "stairs"
    if conveying:
        return "movingwalkway"
    return "ramp" if between_levels else "traversal.path"


@dataclass(frozen=True, eq=False)
class LineReader:
    """Turns paths into connectors, given what lies on each floor."""

    elements: Elements
    floors: Mapping[float, Floor]
    paths: Sequence[Path]
    doors: Sequence[Opening]
    notes: Notes
    frame: LocalFrame

    def read(self) -> Joined:
        """Return a connector for each path."""
        joined = Joined([], [], [])
        for path in self.paths:
            self.notes.counts["paths"] += 1
            joined.connectors.append(self._between(path, joined) if len(path.ordinals) > 1 else self._level(path))
        return joined

    def _level(self, path: Path) -> Connector:
        """Return the connector of a line on one level: steps and the like start and end on the level itself."""
        line = self._line(path)
        tags = path.way.tags
        category = line_category(tags, between_levels=False)
        is_directed, runs_forward = self._direction(path)
        end = None if category in ("traversal.path", "movingwalkway") else self._level_reference(path.ordinals[0])
        return Connector(
            self.notes.id_of("path", path.way.osm_id), path.way.osm_id, category, is_directed, end, (), end,
            line if runs_forward else line.reverse(), path.ordinals, _turned(tags, runs_forward),
        )  # fmt: skip

    def _between(self, path: Path, joined: Joined) -> Connector:
        low, high = path.ordinals[0], path.ordinals[-1]
        is_directed, runs_forward = self._direction(path)
        rises = self._rises(path, low, high)
        forward = runs_forward if is_directed else rises
        line = self._line(path) if forward else self._line(path).reverse()
        ordinals = (low, high) if forward == rises else (high, low)
        ends = [
            self._end(path, Point(line.coords[i]), ordinal, joined)
            for i, ordinal in ((0, ordinals[0]), (-1, ordinals[1]))
        ]
        return Connector(
            self.notes.id_of("path", path.way.osm_id), path.way.osm_id, line_category(path.way.tags, between_levels=True),
            is_directed, ends[0], (), ends[1], line, ordinals, _turned(path.way.tags, forward),
        )  # fmt: skip

    def _line(self, path: Path) -> LineString:
        return LineString([self.frame.to_metres(*place) for place in self.elements.line(path.way)])

    def _direction(self, path: Path) -> tuple[bool, bool]:
        """Return whether it is one way, and whether it runs along the drawn line."""
        conveying = path.way.tags.get("conveying", "no")
        if conveying in ("yes", "reversible"):
            text = f"conveying={conveying} does not say which way it runs; tag it forward or backward."
            self.notes.warn("direction_unknown", path.way.osm_id, text)
        return conveying in ("forward", "backward"), conveying != "backward"

    def _rises(self, path: Path, low: float, high: float) -> bool:
        """Return whether the way is drawn from its lower to its upper end."""
        first, last = (self._levels_at(path, i) & {low, high} for i in (0, -1))
        if first != last and (first in ({low}, {high}) or last in ({low}, {high})):
            return first == {low} or (first != {high} and last == {high})
        if (told := rises_along(path.way.tags)) is not None:
            return told
        self.notes.warn(
            "direction_assumed", path.way.osm_id, "nothing says which end is up; it is taken to be drawn upwards."
        )
        return True

    def _levels_at(self, path: Path, index: int) -> set[float]:
        """Return the levels of what the end of the way joins."""
        node_id = path.way.node_ids[index]
        node = self.elements.nodes[node_id]
        point = Point(self.frame.to_metres(node.lng, node.lat))
        here = {ordinal for ordinal, floor in self.floors.items() if floor.at(point)}
        return here | {level for other in self._others_at(node_id, path) for level in other.ordinals}

    def _others_at(self, node_id: int, path: Path) -> list[Path]:
        return [p for p in self._paths_at.get(node_id, []) if p is not path and len(p.ordinals) == 1]

    @cached_property
    def _paths_at(self) -> Mapping[int, list[Path]]:
        found: dict[int, list[Path]] = {}
        for path in self.paths:
            for node_id in dict.fromkeys(path.way.node_ids):
                found.setdefault(node_id, []).append(path)
        return found

    def _end(self, path: Path, point: Point, ordinal: float, joined: Joined) -> Reference:
        """Return what the line ends at on the level: an opening, an anchor in a space, or the level where it joins another line."""
        osm_id = path.way.osm_id
        for opening in (*self.doors, *joined.openings):
            if opening.ordinal == ordinal and opening.line_m.distance(point) <= SAME_EDGE_M:
                return Reference(opening.id, FeatureType.OPENING)
        floor = self.floors.get(ordinal)
        if floor and (edged := floor.edged_by(point)):
            made = self._landing_opening(osm_id, point, edged[0], path.way.tags)
            joined.openings.append(made)
            return Reference(made.id, FeatureType.OPENING)
        if floor and (inside := floor.at(point)):
            landing = Landing(self.notes.id_of("anchor", osm_id, f"{ordinal:g}"), osm_id, point, inside[0])
            joined.landings.append(landing)
            return Reference(landing.id, FeatureType.ANCHOR)
        return self._level_reference(ordinal)

    def _level_reference(self, ordinal: float) -> Reference:
        return Reference(self.notes.level_id(ordinal), FeatureType.LEVEL)

    def _landing_opening(self, osm_id: OsmId, point: Point, space: Space, tags: Tags) -> Opening:
        ring = min(lines_of(space.shape_m.boundary), key=lambda line: line.distance(point))
        line = stretch_around(ring, point, width_m(tags, "width") or DOOR_WIDTH_M)
        id_ = self.notes.id_of("landing", osm_id, f"{space.ordinal:g}")
        return Opening(id_, osm_id, OpeningKind.LANDING, space.ordinal, line, (space,), {})


def _turned(tags: Tags, forward: bool) -> Tags:
    """Return the tags with the slope as seen along the line."""
    slope = slope_percent(tags)
    return tags if forward or slope is None else {**tags, "incline": f"{-slope:g}%"}


def lift_doors_on_paths(
    spaces: Sequence[Space], paths: Sequence[Path], elements: Elements, notes: Notes, frame: LocalFrame
) -> list[Opening]:
    """Return the openings where footways enter a lift that is only a node, on the levels of those footways."""
    found = []
    for space in spaces:
        kind, _, number_text = space.osm_id.partition("/")
        if kind != "node":
            continue
        node_id = int(number_text)
        through = [path for path in paths if node_id in path.way.node_ids and space.ordinal in path.ordinals]
        for path in through:
            line = LineString([frame.to_metres(*place) for place in elements.line(path.way)])
            ring = LineString(space.shape_m.exterior.coords)
            for number, crossing in enumerate(_points(line.intersection(ring))):
                id_ = notes.id_of("lift-door", space.id, path.way.osm_id, number)
                stretch = stretch_around(ring, crossing, DOOR_WIDTH_M)
                found.append(Opening(id_, space.osm_id, OpeningKind.LIFT_DOOR, space.ordinal, stretch, (space,), {}))
    return found


def _points(shape: BaseGeometry) -> list[Point]:
    return [part for part in shapely.get_parts(shape) if isinstance(part, Point) and not part.is_empty]
