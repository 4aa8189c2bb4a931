"""What the checks read: the features of a map, as far as they can be read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry

from geo.frame import LocalFrame
from geo.geojson import GeometryError, read_geometry
from venues.core.imdf.features import Feature, FeatureError, FeatureType, Typed, typed
from venues.core.imdf.labels import label_in

LngLat = tuple[float, float]
POLYGONAL = frozenset({"Polygon", "MultiPolygon"})


@dataclass(frozen=True, eq=False)
class MapFacts:
    """A map under check. Of features that share an id, the first stands for it.

    `values` holds the features whose properties could be read, `shapes` (degrees) those whose geometry could.
    """

    features: tuple[Feature, ...]
    by_id: Mapping[UUID, Feature]
    values: Mapping[UUID, Typed]
    shapes: Mapping[UUID, BaseGeometry]
    unreadable_properties: Mapping[UUID, str]
    unreadable_geometries: Mapping[UUID, str]

    @classmethod
    def of(cls, features: Iterable[Feature]) -> "MapFacts":
        """Read what can be read, and keep why the rest can't."""
        every = tuple(features)
        by_id: dict[UUID, Feature] = {}
        for feature in every:
            by_id.setdefault(feature.id, feature)
        values: dict[UUID, Typed] = {}
        shapes: dict[UUID, BaseGeometry] = {}
        bad_properties: dict[UUID, str] = {}
        bad_geometries: dict[UUID, str] = {}
        for feature in by_id.values():
            try:
                values[feature.id] = typed(feature)
            except FeatureError as error:
                bad_properties[feature.id] = str(error)
            if feature.geometry is None:
                continue
            try:
                shapes[feature.id] = read_geometry(feature.geometry)
            except GeometryError as error:
                bad_geometries[feature.id] = str(error)
        return cls(every, by_id, values, shapes, bad_properties, bad_geometries)

    def of_type(self, feature_type: FeatureType) -> list[Any]:
        """Return the readable features of a type as values of its class."""
        return self._by_type.get(feature_type, [])

    def name(self, feature_id: UUID) -> str:
        """Return how a message calls the feature: its type, its name where it has one, its id.

        For example `unit "Prayer room" (6e6c...)`.
        """
        feature = self.by_id.get(feature_id)
        if feature is None:
            return str(feature_id)
        labels = getattr(self.values.get(feature_id), "name", None)
        text = label_in(labels, "en") if labels else None
        return f'{feature.feature_type} "{text}" ({feature_id})' if text else f"{feature.feature_type} {feature_id}"

    def at(self, feature_id: UUID) -> LngLat | None:
        """Return a point (lng, lat) on the feature, or None when it has no readable geometry."""
        shape = self.shapes.get(feature_id)
        if shape is None:
            return None
        point = shapely.point_on_surface(shape) if shape.is_valid else shapely.Point(shapely.get_coordinates(shape)[0])
        return (round(point.x, 7), round(point.y, 7))

    @cached_property
    def frame(self) -> LocalFrame:
        """The frame in the middle of what is drawn."""
        if not self.shapes:
            return LocalFrame(0.0, 0.0)
        west, south, east, north = shapely.total_bounds(list(self.shapes.values()))
        return LocalFrame(float(west + east) / 2, float(south + north) / 2)

    @cached_property
    def shapes_m(self) -> Mapping[UUID, BaseGeometry]:
        """The readable shapes in metres."""
        moved = shapely.transform(list(self.shapes.values()), self.frame.points_to_metres)
        return dict(zip(self.shapes, moved, strict=True))

    @cached_property
    def units_by_level(self) -> Mapping[UUID, list[UUID]]:
        """The ids of the soundly drawn units of each level that units name, known or not."""
        groups: dict[UUID, list[UUID]] = {}
        for unit in self.of_type(FeatureType.UNIT):
            shape = self.shapes.get(unit.id)
            if shape is not None and shape.geom_type in POLYGONAL and shape.is_valid:
                groups.setdefault(unit.level_id, []).append(unit.id)
        return groups

    @cached_property
    def ends(self) -> frozenset[UUID]:
        """The ids that relationships begin, pass or end at."""
        return frozenset(
            end.id
            for relationship in self.of_type(FeatureType.RELATIONSHIP)
            for end in (relationship.origin, *relationship.intermediary, relationship.destination)
            if end is not None
        )

    @cached_property
    def _by_type(self) -> Mapping[FeatureType, list[Any]]:
        groups: dict[FeatureType, list[Any]] = {}
        for feature_id, value in self.values.items():
            groups.setdefault(self.by_id[feature_id].feature_type, []).append(value)
        return groups
