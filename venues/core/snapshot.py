"""A published map: immutable, named by the hash of its content, loaded once a process."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice
from math import inf
from types import MappingProxyType
from typing import Any
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry

from geo.frame import LocalFrame
from geo.geojson import Bounds, bounds_of, read_geometries
from venues.core.imdf import features as imdf
from venues.core.imdf.features import Feature, FeatureType
from venues.core.records import Bytes, Records, Span, spans_and_features

# Shapes read at one go: many enough for arrays to pay, few enough for their GeoJSON to take no memory worth a word.
SHAPES_AT_ONCE = 2_048

NOWHERE: Bounds = (inf, inf, -inf, -inf)
"""The box around nothing."""

TYPE_ORDER = {feature_type: index for index, feature_type in enumerate(FeatureType)}


def canonical_bytes(features: Iterable[Feature]) -> bytes:
    """Return the one byte string that stands for these features, in whatever order they come.

    UTF-8 JSON: features by type and id, keys sorted, no spaces.
    """
    ordered = sorted(features, key=lambda feature: (TYPE_ORDER[feature.feature_type], feature.id))
    records = [
        {
            "feature_type": feature.feature_type.value,
            "geometry": feature.geometry,
            "id": str(feature.id),
            "properties": feature.properties,
        }
        for feature in ordered
    ]
    return json.dumps(records, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def content_hash_of(data: Bytes) -> str:
    """Return the name of these bytes: their SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The features of one published map, typed, with their shapes in metres of the venue's own frame.

    `by_id` has every feature as written, made anew for who asks.
    """

    content_hash: str
    by_id: Mapping[UUID, Feature] = field(repr=False)
    venue: imdf.Venue
    frame: LocalFrame
    _typed: Mapping[FeatureType, Mapping[UUID, Any]] = field(repr=False)

    @classmethod
    def from_bytes(cls, data: Bytes) -> "Snapshot":
        """Return the snapshot that canonical bytes stand for. It keeps them."""
        spans: list[Span] = []
        ids: list[UUID] = []
        box = NOWHERE
        by_type: dict[FeatureType, dict[UUID, Any]] = {feature_type: {} for feature_type in FeatureType}
        for span, feature in spans_and_features(data):
            spans.append(span)
            ids.append(feature.id)
            by_type[feature.feature_type][feature.id] = imdf.typed(feature)
            if feature.geometry is not None:
                box = _around(box, bounds_of(feature.geometry))
        venues = list(by_type[FeatureType.VENUE].values())
        if len(venues) != 1:
            raise imdf.FeatureError(f"a map has exactly one venue feature, this one has {len(venues)}")
        frozen = MappingProxyType({feature_type: MappingProxyType(values) for feature_type, values in by_type.items()})
        return cls(content_hash_of(data), Records(data, ids, spans), venues[0], _frame_of(box), frozen)

    @classmethod
    def from_features(cls, features: Iterable[Feature]) -> "Snapshot":
        """Return the snapshot of these features. Raises FeatureError or GeometryError where one can't be read."""
        return cls.from_bytes(canonical_bytes(features))

    @property
    def features(self) -> tuple[Feature, ...]:
        """Every feature as written, by type and id, made anew: for who reads the whole map."""
        return tuple(self.by_id.values())

    def ids_of(self, feature_type: FeatureType) -> Iterable[UUID]:
        """Return the ids of the features of a type, in their order."""
        return self._typed[feature_type].keys()

    @property
    def addresses(self) -> Mapping[UUID, imdf.Address]:
        return self._typed[FeatureType.ADDRESS]

    @property
    def buildings(self) -> Mapping[UUID, imdf.Building]:
        return self._typed[FeatureType.BUILDING]

    @property
    def footprints(self) -> Mapping[UUID, imdf.Footprint]:
        return self._typed[FeatureType.FOOTPRINT]

    @property
    def levels(self) -> Mapping[UUID, imdf.Level]:
        return self._typed[FeatureType.LEVEL]

    @property
    def units(self) -> Mapping[UUID, imdf.Unit]:
        return self._typed[FeatureType.UNIT]

    @property
    def openings(self) -> Mapping[UUID, imdf.Opening]:
        return self._typed[FeatureType.OPENING]

    @property
    def relationships(self) -> Mapping[UUID, imdf.Relationship]:
        return self._typed[FeatureType.RELATIONSHIP]

    @property
    def sections(self) -> Mapping[UUID, imdf.Section]:
        return self._typed[FeatureType.SECTION]

    @property
    def geofences(self) -> Mapping[UUID, imdf.Geofence]:
        return self._typed[FeatureType.GEOFENCE]

    @property
    def anchors(self) -> Mapping[UUID, imdf.Anchor]:
        return self._typed[FeatureType.ANCHOR]

    @property
    def occupants(self) -> Mapping[UUID, imdf.Occupant]:
        return self._typed[FeatureType.OCCUPANT]

    @property
    def amenities(self) -> Mapping[UUID, imdf.Amenity]:
        return self._typed[FeatureType.AMENITY]

    @property
    def kiosks(self) -> Mapping[UUID, imdf.Kiosk]:
        return self._typed[FeatureType.KIOSK]

    @property
    def fixtures(self) -> Mapping[UUID, imdf.Fixture]:
        return self._typed[FeatureType.FIXTURE]

    @property
    def details(self) -> Mapping[UUID, imdf.Detail]:
        return self._typed[FeatureType.DETAIL]

    @cached_property
    def country(self) -> str | None:
        """The country of the venue's address (ISO 3166-1 alpha-2), else of the first address that has one."""
        own = str(self.by_id[self.venue.id].properties.get("address_id"))
        addresses = sorted(self.addresses.values(), key=lambda address: str(address.id) != own)
        return next((address.country for address in addresses if address.country), None)

    @cached_property
    def shapes_m(self) -> Mapping[UUID, BaseGeometry]:
        """The shape in metres of every feature that has a geometry."""
        return _Shapes(self)

    @cached_property
    def units_by_level(self) -> Mapping[UUID, tuple[imdf.Unit, ...]]:
        """The units of each level, in the order of their ids."""
        groups: dict[UUID, list[imdf.Unit]] = {level_id: [] for level_id in self.levels}
        for unit in self.units.values():
            groups[unit.level_id].append(unit)
        return MappingProxyType({level_id: tuple(group) for level_id, group in groups.items()})


class _Shapes(Mapping[UUID, BaseGeometry]):
    """The shapes of a map, those of a type read when one of them is first asked for: nobody asks a server for its openings'."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._read: dict[FeatureType, Mapping[UUID, BaseGeometry]] = {}

    def __getitem__(self, feature_id: UUID) -> BaseGeometry:
        for feature_type, features in self._snapshot._typed.items():
            if feature_id in features:
                return self._of(feature_type)[feature_id]
        raise KeyError(feature_id)

    def __iter__(self) -> Iterator[UUID]:
        return chain.from_iterable(map(self._of, FeatureType))

    def __len__(self) -> int:
        return sum(len(self._of(feature_type)) for feature_type in FeatureType)

    def _of(self, feature_type: FeatureType) -> Mapping[UUID, BaseGeometry]:
        if feature_type not in self._read:
            self._read[feature_type] = self._shapes_of(feature_type)
        return self._read[feature_type]

    def _shapes_of(self, feature_type: FeatureType) -> Mapping[UUID, BaseGeometry]:
        shapes_m: dict[UUID, BaseGeometry] = {}
        features = map(self._snapshot.by_id.__getitem__, self._snapshot.ids_of(feature_type))
        while batch := list(islice(features, SHAPES_AT_ONCE)):
            drawn = {feature.id: feature.geometry for feature in batch if feature.geometry is not None}
            moved = shapely.transform(read_geometries(drawn.values()), self._snapshot.frame.points_to_metres)
            shapes_m.update(zip(drawn, moved, strict=True))
        return shapes_m


def _around(box: Bounds, other: Bounds) -> Bounds:
    """Return the box around two boxes."""
    return min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])


def _frame_of(box: Bounds) -> LocalFrame:
    """Return the frame whose origin is the middle of a box in degrees, rounded to five decimals."""
    if box == NOWHERE:
        raise imdf.FeatureError("no feature has a geometry: a map needs at least one level with units")
    west, south, east, north = box
    return LocalFrame(round((west + east) / 2, 5), round((south + north) / 2, 5))
