"""The levels that files draw, and what lies on each: shapes in metres."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.frame import LocalFrame
from venues.core.edges import middle_of_a_side, shared_edges, stretch_around
from venues.core.geojson_mapping.records import Notes, Taken
from venues.core.imdf.features import FeatureType
from venues.core.validation.finding import warning

# The namespace of every id that is made from GeoJSON: chosen once, never to be changed, or ids would.
GEOJSON_NAMESPACE = UUID("3b0a5a5e-6f0c-5d0f-8a35-0b9c1f2d7e44")
# What is left of a floor in strips thinner than this is where plans don't quite meet, not floor.
NARROWEST_REST_M = 0.3
# A door that lets a wheelchair through (EN 17210:2021: 0.85 m clear), its frame included.
DOOR_WIDTH_M = 1.0
# A door drawn as a point may stand in the middle of a wall.
DOOR_REACH_M = 1.0


@dataclass(frozen=True, eq=False)
class Item:
    """Something on a level, as a feature draws it; what units leave free has the feature of their level."""

    id: UUID
    ordinal: float
    shape_m: BaseGeometry
    taken: Taken


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything on the levels of one venue. `key` (its slug) keeps its ids apart from those of other venues."""

    key: str
    frame: LocalFrame
    levels: Sequence[Item]
    items: Sequence[Item]

    def of(self, feature_type: FeatureType) -> list[Item]:
        """Return the items of a type."""
        return [item for item in self.items if item.taken.rule.feature_type is feature_type]


@dataclass(frozen=True, eq=False)
class Floor:
    """The units of one level, drawn ones and what they leave free."""

    units: Sequence[Item]
    rest: Sequence[Item]
    tree: shapely.STRtree = field(repr=False)

    def near(self, shape_m: BaseGeometry, within_m: float) -> list[Item]:
        """Return the units within that distance, the smallest first."""
        found = self.tree.query(shape_m, predicate="dwithin", distance=within_m).tolist()
        every = [*self.units, *self.rest]
        return sorted((every[index] for index in found), key=lambda item: item.shape_m.area)


def id_of(key: str, *parts: str) -> UUID:
    """Return the id that these parts always have in the venue of that key."""
    return uuid5(GEOJSON_NAMESPACE, "/".join([key, *parts]))


def level_id(key: str, ordinal: float) -> UUID:
    """Return the id of the venue's one level of that ordinal."""
    return id_of(key, "level", f"{ordinal:g}")


def plan_of(key: str, every: Sequence[Taken], notes: Notes) -> Plan:
    """Return what is on which level; a feature whose level nobody says is noted and left out."""
    frame = _frame_over(every)
    own = {taken.key: _ordinal(taken) for taken in every}
    of_file = _levels_of_files(every, own)
    items = []
    for taken in every:
        ordinal = own[taken.key] if taken.rule.level.of(taken.properties) is not None else of_file.get(taken.file)
        if ordinal is None:
            notes.unusable(
                taken.key, "its level is unknown: its rule reads no number, and its file draws no single level"
            )
            continue
        id_ = _uuid(taken.identity) or id_of(key, taken.rule.feature_type.value, taken.identity)
        items.append(Item(id_, ordinal, frame.shape_to_metres(taken.shape), taken))
    levels = [item for item in items if item.taken.rule.feature_type is FeatureType.LEVEL]
    others = [item for item in items if item.taken.rule.feature_type is not FeatureType.LEVEL]
    return Plan(key, frame, _each_once(key, levels), others)


def _frame_over(every: Sequence[Taken]) -> LocalFrame:
    if not every:
        return LocalFrame(0.0, 0.0)
    west, south, east, north = shapely.total_bounds([taken.shape for taken in every])
    return LocalFrame(float(west + east) / 2, float(south + north) / 2)


def _ordinal(taken: Taken) -> float | None:
    """Return the level that the rule reads, None where that is no number."""
    try:
        return float(taken.rule.level.of(taken.properties)) + 0.0  # -0 is 0
    except (TypeError, ValueError):
        return None


def _levels_of_files(every: Iterable[Taken], own: Mapping[str, float | None]) -> Mapping[str, float]:
    """Return the ordinal of the one level that each file draws; nothing of files that draw several or none."""
    drawn: dict[str, set[float]] = {}
    for taken in every:
        ordinal = own[taken.key]
        if taken.rule.feature_type is FeatureType.LEVEL and ordinal is not None:
            drawn.setdefault(taken.file, set()).add(ordinal)
    return {file: min(ordinals) for file, ordinals in drawn.items() if len(ordinals) == 1}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _each_once(key: str, levels: Sequence[Item]) -> list[Item]:
    """Return one item a level, with the outlines of all that draw it."""
    by_ordinal: dict[float, list[Item]] = {}
    for item in levels:
        by_ordinal.setdefault(item.ordinal, []).append(item)
    return [
        Item(level_id(key, ordinal), ordinal, shapely.union_all([item.shape_m for item in group]), group[0].taken)
        for ordinal, group in sorted(by_ordinal.items())
    ]


def floors_of(plan: Plan) -> Mapping[float, Floor]:
    """Return the units of each level by its ordinal, and what they leave free where the level's rule asks for it."""
    units: dict[float, list[Item]] = {level.ordinal: [] for level in plan.levels}
    for item in plan.of(FeatureType.UNIT):
        units.setdefault(item.ordinal, []).append(item)
    rest: dict[float, list[Item]] = {ordinal: [] for ordinal in units}
    for level in plan.levels:
        if level.taken.rule.rest is not None:
            rest[level.ordinal] = _rest(plan.key, level, units[level.ordinal])
    return {
        ordinal: Floor(group, rest[ordinal], shapely.STRtree([item.shape_m for item in (*group, *rest[ordinal])]))
        for ordinal, group in sorted(units.items())
    }


def _rest(key: str, level: Item, units: Sequence[Item]) -> list[Item]:
    free = level.shape_m.difference(shapely.union_all([unit.shape_m for unit in units]))
    wide = free.buffer(-NARROWEST_REST_M / 2).buffer(NARROWEST_REST_M / 2, join_style="mitre")
    parts = sorted(_polygons(wide.intersection(free)), key=lambda part: -part.area)
    ids = (id_of(key, "rest", f"{level.ordinal:g}", str(number)) for number in range(len(parts)))
    return [Item(id_, level.ordinal, part, level.taken) for id_, part in zip(ids, parts, strict=True)]


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    """Return the polygons that are large enough to stand in."""
    smallest_m2 = NARROWEST_REST_M**2
    return [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and part.area >= smallest_m2]


@dataclass(frozen=True, eq=False)
class Door:
    """An opening in metres; `taken` is the feature that draws it, None where it is assumed for a unit."""

    id: UUID
    ordinal: float
    line_m: BaseGeometry
    taken: Taken | None


def doors_of(plan: Plan, floors: Mapping[float, Floor], notes: Notes) -> list[Door]:
    """Return the doors that are drawn, then those that rules assume for units without one."""
    drawn = [door for item in plan.of(FeatureType.OPENING) if (door := _drawn_door(item, floors, notes)) is not None]
    entered = {
        unit.id
        for door in drawn
        for unit in (floors[door.ordinal].near(door.line_m, DOOR_REACH_M / 2) if door.ordinal in floors else ())
    }
    wanting = [unit for unit in plan.of(FeatureType.UNIT) if unit.taken.rule.assume_door and unit.id not in entered]
    assumed = (_assumed_door(plan.key, unit, floors[unit.ordinal].rest, notes) for unit in wanting)
    return [*drawn, *(door for door in assumed if door is not None)]


def _drawn_door(item: Item, floors: Mapping[float, Floor], notes: Notes) -> Door | None:
    """Return the door; one that is drawn as a point is laid along the nearest edge of a unit."""
    if int(shapely.get_dimensions(item.shape_m)) > 0:
        return Door(item.id, item.ordinal, item.shape_m, item.taken)
    middle = Point(item.shape_m.centroid)
    units = floors[item.ordinal].near(middle, DOOR_REACH_M) if item.ordinal in floors else []
    edges = [LineString(part.exterior.coords) for unit in units for part in _polygons(unit.shape_m)]
    nearest = min(edges, key=middle.distance, default=None)
    if nearest is None or nearest.distance(middle) > DOOR_REACH_M:
        notes.unusable(item.taken.key, f"no edge of a unit is within {DOOR_REACH_M:g} m of this door")
        return None
    on_edge = nearest.interpolate(nearest.project(middle))
    return Door(item.id, item.ordinal, stretch_around(nearest, on_edge, DOOR_WIDTH_M), item.taken)


def _assumed_door(key: str, unit: Item, rest: Sequence[Item], notes: Notes) -> Door | None:
    """Return a door in the middle of the unit's longest edge with the free floor."""
    edges = [(edge, part) for part in rest for edge in shared_edges(unit.shape_m, part.shape_m)]
    wide = [(edge, part) for edge, part in edges if edge.length >= DOOR_WIDTH_M]
    if not wide:
        text = f"{unit.taken.key}: it touches no free floor, so no door is assumed and nobody can enter it."
        notes.findings.append(warning("unit_without_door", unit.id, text))
        return None
    text = f"{unit.taken.key}: no door is drawn; one is assumed on its longest edge with the free floor."
    notes.findings.append(warning("door_assumed", unit.id, text))
    edge, part = max(wide, key=lambda pair: pair[0].length)
    middle = middle_of_a_side(edge, _polygons(part.shape_m)[0])
    return Door(id_of(key, "door", str(unit.id)), unit.ordinal, stretch_around(edge, middle, DOOR_WIDTH_M), None)
