"""What was read, as IMDF features with every property that OGC 20-094 asks for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geo.frame import LocalFrame
from venues.core.imdf.features import Feature, FeatureType, Labels, Reference
from venues.core.osm.buildings import Building
from venues.core.osm.categories import building_category, occupant_category, restriction_of, unit_category
from venues.core.osm.connectors import Connector, Landing
from venues.core.osm.doors import Opening, OpeningKind
from venues.core.osm.elements import OsmId, Tags
from venues.core.osm.measures import accessibility_of, is_covered, slope_percent, step_count, width_m
from venues.core.osm.naming import aliases_of, labels_of
from venues.core.osm.notes import Notes
from venues.core.osm.occupancy import Presence
from venues.core.osm.shapes import geojson_of
from venues.core.osm.spaces import Space, SpaceKind, Wall

DOOR_TYPES = {
    "hinged": "swinging", "yes": "swinging", "swinging": "swinging", "sliding": "sliding", "folding": "movablepartition",
    "revolving": "revolving", "overhead": "shutter", "shutter": "shutter", "no": "open",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Writer:
    """Writes the features of one venue. `level_ids` by ordinal."""

    notes: Notes
    frame: LocalFrame
    language: str
    level_ids: Mapping[float, UUID]

    def unit(self, space: Space) -> Feature:
        """Return the unit of a space; where an occupant has the space's name, the unit has none."""
        tags = space.tags
        occupied = occupant_category(tags) is not None
        named = not occupied and space.kind is not SpaceKind.LIFT
        name = labels_of(tags, self.language) or labels_of(tags, self.language, "ref") if named else {}
        properties = {
            "category": unit_category(tags),
            "restriction": restriction_of(tags),
            "accessibility": accessibility_of(tags),
            "name": name or None,
            "alt_name": (aliases_of(tags, self.language) or None) if named else None,
            "level_id": self._level(space.ordinal),
            "display_point": self._display_point(space.shape_m),
            "dalil:covered": not space.is_outdoors or is_covered(tags),
        }
        own_hours = None if occupied else tags.get("opening_hours")
        return self._feature(
            space.id, FeatureType.UNIT, space.shape_m, properties | _optional({"dalil:hours": own_hours}), space.osm_id
        )

    def opening(self, opening: Opening) -> Feature:
        """Return the opening; only doors have a door."""
        tags = opening.tags
        is_entrance = tags.get("entrance") == "main" or bool(tags.get("railway"))
        properties = {
            "category": _opening_category(tags, is_entrance=is_entrance),
            "accessibility": accessibility_of(tags),
            "access_control": ["keyaccess"] if tags.get("access") in ("private", "no") else None,
            "door": _door(tags) if opening.kind is OpeningKind.DOOR else None,
            "name": labels_of(tags, self.language) or None,
            "alt_name": aliases_of(tags, self.language) or None,
            "display_point": self._point(opening.line_m.interpolate(0.5, normalized=True)),
            "level_id": self._level(opening.ordinal),
        }
        extra = {
            "dalil:hours": tags.get("opening_hours"),
            "dalil:assumed": opening.kind in (OpeningKind.ASSUMED, OpeningKind.LIFT_DOOR) or None,
            "dalil:wheelchair": tags.get("wheelchair"),
        }
        return self._feature(
            opening.id, FeatureType.OPENING, opening.line_m, properties | _optional(extra), opening.osm_id
        )

    def relationship(self, connector: Connector) -> Feature:
        """Return the relationship; `dalil:level_id` is the level of its first point, `dalil:to_level_id` of its last."""
        tags = connector.tags
        first, last = connector.ordinals[0], connector.ordinals[-1]
        has_line = connector.line_m is not None
        properties = {
            "category": connector.category,
            "direction": "directed" if connector.is_directed else "undirected",
            "origin": _reference(connector.origin),
            "intermediary": [_reference(reference) for reference in connector.intermediary] or None,
            "destination": _reference(connector.destination),
            "hours": tags.get("opening_hours"),
            "dalil:covered": is_covered(tags) or not has_line,
        }
        extra = {
            "dalil:level_id": self._level(first) if has_line else None,
            "dalil:to_level_id": self._level(last) if has_line and first != last else None,
            "dalil:name": labels_of(tags, self.language) or None,
            "dalil:slope_percent": slope_percent(tags),
            "dalil:width_m": width_m(tags, "width", "est_width"),
            "dalil:steps": step_count(tags),
            "dalil:wheelchair": tags.get("wheelchair"),
            "dalil:highway": tags.get("highway"),
        }
        return self._feature(
            connector.id, FeatureType.RELATIONSHIP, connector.line_m, properties | _optional(extra), connector.osm_id
        )

    def anchor(self, id_: UUID, point: Point, space: Space, osm_id: OsmId) -> Feature:
        return self._feature(id_, FeatureType.ANCHOR, point, {"address_id": None, "unit_id": str(space.id)}, osm_id)

    def landing(self, landing: Landing) -> Feature:
        """Return the anchor at which a line between levels ends."""
        return self.anchor(landing.id, landing.point_m, landing.space, landing.osm_id)

    def presence(self, presence: Presence) -> Iterable[Feature]:
        """Yield an amenity, or an occupant with its anchor."""
        tags = presence.tags
        shared = {
            "category": presence.category,
            "name": labels_of(tags, self.language) or None,
            "hours": tags.get("opening_hours"),
            "phone": tags.get("phone") or tags.get("contact:phone"),
            "website": tags.get("website") or tags.get("contact:website"),
        }
        extra = _optional({"dalil:alt_name": aliases_of(tags, self.language) or None})
        if presence.is_occupant:
            anchor_id = self.notes.id_of("anchor", presence.id)
            yield self.anchor(anchor_id, presence.point_m, presence.space, presence.osm_id)
            properties = shared | {"anchor_id": str(anchor_id), "validity": None, "correlation_id": None} | extra
            yield self._feature(presence.id, FeatureType.OCCUPANT, None, properties, presence.osm_id)
            return
        properties = shared | {
            "accessibility": accessibility_of(tags),
            "alt_name": aliases_of(tags, self.language) or None,
            "unit_ids": [str(presence.space.id)],
            "address_id": None,
            "correlation_id": None,
        }
        yield self._feature(presence.id, FeatureType.AMENITY, presence.point_m, properties, presence.osm_id)

    def building(self, building: Building, address_id: UUID | None) -> Iterable[Feature]:
        """Yield a building with its footprint, or the footprint of a part."""
        if building.whole is None:
            properties = {
                "category": building_category(building.tags),
                "restriction": restriction_of(building.tags),
                "name": labels_of(building.tags, self.language) or None,
                "alt_name": aliases_of(building.tags, self.language) or None,
                "display_point": self._display_point(building.shape_m),
                "address_id": None if address_id is None else str(address_id),
            }
            yield self._feature(building.id, FeatureType.BUILDING, None, properties, building.osm_id)
        overhead = building.tags.get("building", building.tags.get("building:part")) in ("roof", "carport")
        footprint = {
            "category": "aerial" if overhead else "ground",
            "name": None,
            "building_ids": [str(building.whole or building.id)],
        }
        id_ = self.notes.id_of("footprint", building.osm_id)
        yield self._feature(id_, FeatureType.FOOTPRINT, building.shape_m, footprint, building.osm_id)

    def wall(self, wall: Wall) -> Feature:
        """Return the detail that draws a wall."""
        way, ordinal, line = wall
        id_ = self.notes.id_of("detail", way.osm_id, f"{ordinal:g}")
        return self._feature(id_, FeatureType.DETAIL, line, {"level_id": self._level(ordinal)}, way.osm_id)

    def level(
        self, ordinal: float, area: BaseGeometry, names: Mapping[str, Labels], about: Mapping[str, Any]
    ) -> Feature:
        """Return the level that covers the area; `names`: its name and short_name; `about`: outdoor and building_ids."""
        properties = {
            "category": "unspecified",
            "restriction": None,
            "ordinal": int(ordinal) if ordinal.is_integer() else ordinal,
            **names,
            "display_point": self._display_point(area),
            "address_id": None,
            **about,
        }
        return self._feature(self.level_ids[ordinal], FeatureType.LEVEL, area, properties, None)

    def _level(self, ordinal: float) -> str:
        return str(self.level_ids[ordinal])

    def _display_point(self, area: BaseGeometry) -> dict[str, Any]:
        return self._point(Point(shapely.point_on_surface(area)))

    def _point(self, point: BaseGeometry) -> dict[str, Any]:
        return geojson_of(point, self.frame)

    def _feature(
        self,
        id_: UUID,
        feature_type: FeatureType,
        shape_m: BaseGeometry | None,
        properties: Mapping[str, Any],
        osm_id: OsmId | None,
    ) -> Feature:
        geometry = None if shape_m is None else geojson_of(shape_m, self.frame)
        source = {} if osm_id is None else {"dalil:osm": osm_id}
        return Feature(id_, feature_type, geometry, {**properties, **source})


def _optional(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in properties.items() if value is not None}


def _reference(reference: Reference | None) -> dict[str, str] | None:
    return None if reference is None else {"id": str(reference.id), "feature_type": reference.feature_type.value}


def _opening_category(tags: Tags, *, is_entrance: bool) -> str:
    if tags.get("entrance") in ("emergency", "emergency_exit") or tags.get("exit") == "emergency":
        return "emergencyexit"
    if tags.get("entrance") == "service":
        return "service"
    return "pedestrian.principal" if is_entrance else "pedestrian"


def _door(tags: Tags) -> dict[str, Any]:
    automatic = tags.get("automatic_door", "no") not in ("no", "") or tags.get("door") in ("sliding_automatic",)
    return {"type": DOOR_TYPES.get(tags.get("door", ""), "unspecified"), "automatic": automatic, "material": None}


def areas_of_levels(
    spaces: Sequence[Space], connectors: Sequence[Connector], openings: Sequence[Opening], path_width_m: float
) -> Mapping[float, BaseGeometry]:
    """Return what each level covers: its spaces, and its paths at that width."""
    shapes: dict[float, list[BaseGeometry]] = {}
    for space in spaces:
        shapes.setdefault(space.ordinal, []).append(space.shape_m)
    lines = [(ordinal, c.line_m) for c in connectors if c.line_m is not None for ordinal in c.ordinals]
    lines += [(opening.ordinal, opening.line_m) for opening in openings if not opening.spaces]
    for ordinal, line in lines:
        shapes.setdefault(ordinal, []).append(line.buffer(path_width_m / 2, cap_style="flat", join_style="mitre"))
    return {ordinal: shapely.union_all(group) for ordinal, group in sorted(shapes.items())}
