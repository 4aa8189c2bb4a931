"""The feature types of IMDF 1.0.0 (OGC 20-094) as frozen values.

`Feature` is what a file or a draft holds, word for word. The other classes are what the rest of Dalil reads: one for each
feature type, made by `typed`. Properties that IMDF does not define are kept in `Feature.properties`; those of our own
carry the prefix `dalil:` (see docs/glossary.md):

* `dalil:covered`, `dalil:cooled` (unit, relationship): true where a roof shades it, where it is air-conditioned;
* `dalil:hours` (unit, opening, relationship, level): OSM opening_hours during which it can be walked; a level's tell visitors,
  those of the others close ways;
* `dalil:level_id`, `dalil:to_level_id` (relationship with a line): the level of its first point and, where that is another one,
  of its last;
* `dalil:slope_percent`, `dalil:width_m`, `dalil:steps` (relationship): of a ramp, a path, a flight of stairs;
* `dalil:name` (relationship), `dalil:alt_name` (occupant): labels, where IMDF has no property for them;
* `dalil:wheelchair` (opening, relationship): OSM's yes, limited or no; `dalil:highway` (relationship): OSM's kind of way;
* `dalil:manifest` (venue): the manifest of the archive that the map was read from, where it says more than ours;
* `dalil:assumed` (opening): true for a door that no source draws; `dalil:osm`: the element it was read from, such as way/123.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

Labels = Mapping[str, str]
"""Text by language tag (BCP 47), such as {"en": "Prayer room", "ar": "مصلى"}."""

NO_LABELS: Labels = {}


class FeatureType(StrEnum):
    """The sixteen feature types, in the order in which an archive lists its files."""

    VENUE = "venue"
    ADDRESS = "address"
    BUILDING = "building"
    FOOTPRINT = "footprint"
    LEVEL = "level"
    UNIT = "unit"
    OPENING = "opening"
    RELATIONSHIP = "relationship"
    SECTION = "section"
    GEOFENCE = "geofence"
    ANCHOR = "anchor"
    OCCUPANT = "occupant"
    AMENITY = "amenity"
    KIOSK = "kiosk"
    FIXTURE = "fixture"
    DETAIL = "detail"


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature as written: GeoJSON geometry (degrees) or None, and every property, known or not."""

    id: UUID
    feature_type: FeatureType
    geometry: Mapping[str, Any] | None
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Venue:
    id: UUID
    name: Labels
    category: str
    hours: str | None
    display_point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Address:
    id: UUID
    address: str
    unit: str | None
    locality: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Building:
    id: UUID
    name: Labels
    category: str
    display_point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Footprint:
    id: UUID
    category: str
    building_ids: tuple[UUID, ...]
    name: Labels


@dataclass(frozen=True, slots=True)
class Level:
    """`ordinal` orders levels in space: 0 is the street; it may be fractional for a mezzanine of OpenStreetMap."""

    id: UUID
    name: Labels
    short_name: Labels
    category: str
    ordinal: float
    outdoor: bool
    restriction: str | None
    building_ids: tuple[UUID, ...]
    hours: str | None


@dataclass(frozen=True, slots=True)
class Unit:
    id: UUID
    level_id: UUID
    category: str
    name: Labels
    alt_name: Labels
    restriction: str | None
    accessibility: tuple[str, ...]
    display_point: tuple[float, float] | None
    covered: bool
    cooled: bool
    hours: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    id: UUID
    level_id: UUID
    category: str
    name: Labels
    accessibility: tuple[str, ...]
    access_control: tuple[str, ...]
    door_type: str | None
    automatic: bool
    hours: str | None


@dataclass(frozen=True, slots=True)
class Reference:
    """One end of a relationship."""

    id: UUID
    feature_type: FeatureType


@dataclass(frozen=True, slots=True)
class Relationship:
    """A way between features. `directed` ones run from origin to destination only (escalators)."""

    id: UUID
    category: str
    directed: bool
    origin: Reference | None
    intermediary: tuple[Reference, ...]
    destination: Reference | None
    hours: str | None
    level_id: UUID | None
    covered: bool
    cooled: bool
    slope_percent: float | None
    width_m: float | None
    steps: int | None


@dataclass(frozen=True, slots=True)
class Section:
    id: UUID
    level_id: UUID
    category: str
    name: Labels
    alt_name: Labels
    parents: tuple[UUID, ...]
    restriction: str | None


@dataclass(frozen=True, slots=True)
class Geofence:
    id: UUID
    category: str
    name: Labels
    level_ids: tuple[UUID, ...]
    building_ids: tuple[UUID, ...]
    parents: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    id: UUID
    unit_id: UUID | None
    address_id: UUID | None


@dataclass(frozen=True, slots=True)
class Occupant:
    id: UUID
    name: Labels
    category: str
    anchor_id: UUID | None
    hours: str | None
    phone: str | None
    website: str | None
    correlation_id: UUID | None


@dataclass(frozen=True, slots=True)
class Amenity:
    id: UUID
    category: str
    name: Labels
    alt_name: Labels
    unit_ids: tuple[UUID, ...]
    accessibility: tuple[str, ...]
    hours: str | None
    phone: str | None
    website: str | None


@dataclass(frozen=True, slots=True)
class Kiosk:
    id: UUID
    level_id: UUID
    name: Labels
    anchor_id: UUID | None


@dataclass(frozen=True, slots=True)
class Fixture:
    id: UUID
    level_id: UUID
    category: str
    name: Labels
    anchor_id: UUID | None


@dataclass(frozen=True, slots=True)
class Detail:
    id: UUID
    level_id: UUID


Typed = (
    Venue | Address | Building | Footprint | Level | Unit | Opening | Relationship
    | Section | Geofence | Anchor | Occupant | Amenity | Kiosk | Fixture | Detail
)  # fmt: skip


class FeatureError(ValueError):
    """A feature lacks what its type requires; the message names the property, what was expected and what came."""


def typed(feature: Feature) -> Typed:
    """Return the feature as a value of its own class.

    Raises FeatureError when a required property is missing or of the wrong kind.
    """
    return _READERS[feature.feature_type](feature.id, _Properties(feature.properties))


class _Properties:
    """Typed access to a feature's properties."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def get(self, name: str) -> Any:
        return self._values.get(name)

    def text(self, name: str) -> str | None:
        value = self._values.get(name)
        if value is None or isinstance(value, str):
            return value or None
        raise FeatureError(f"{name} must be a text, got {value!r}")

    def required_text(self, name: str) -> str:
        if (value := self.text(name)) is None:
            raise FeatureError(f"{name} is required")
        return value

    def labels(self, name: str) -> Labels:
        value = self._values.get(name)
        if value is None:
            return NO_LABELS
        if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
            raise FeatureError(f'{name} must be labels such as {{"en": "Gate 1"}}, got {value!r}')
        return dict(value)

    def number(self, name: str) -> float | None:
        value = self._values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise FeatureError(f"{name} must be a number, got {value!r}")
        return float(value)

    def flag(self, name: str) -> bool:
        value = self._values.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise FeatureError(f"{name} must be true or false, got {value!r}")

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(str(word) for word in self._list(name))

    def uuid(self, name: str) -> UUID | None:
        value = self._values.get(name)
        return None if value is None else _uuid(name, value)

    def required_uuid(self, name: str) -> UUID:
        if (value := self.uuid(name)) is None:
            raise FeatureError(f"{name} is required")
        return value

    def uuids(self, name: str) -> tuple[UUID, ...]:
        return tuple(_uuid(name, value) for value in self._list(name))

    def point(self, name: str) -> tuple[float, float] | None:
        value = self._values.get(name)
        if value is None:
            return None
        try:
            lng, lat = value["coordinates"][:2]
            return float(lng), float(lat)
        except (TypeError, KeyError, ValueError) as error:
            raise FeatureError(f"{name} must be a GeoJSON point, got {value!r}") from error

    def reference(self, name: str) -> Reference | None:
        value = self._values.get(name)
        return None if value is None else _reference(name, value)

    def references(self, name: str) -> tuple[Reference, ...]:
        return tuple(_reference(name, value) for value in self._list(name))

    def _list(self, name: str) -> list[Any]:
        value = self._values.get(name)
        if value is None:
            return []
        if isinstance(value, list | tuple):
            return list(value)
        raise FeatureError(f"{name} must be a list, got {value!r}")


def _uuid(name: str, value: Any) -> UUID:
    try:
        return _same_uuid(str(value))
    except ValueError as error:
        raise FeatureError(f"{name} must be a UUID, got {value!r}") from error


@lru_cache(maxsize=4_096)
def _same_uuid(text: str) -> UUID:
    """Return the id; thousands of units name the same few levels, and share their ids."""
    return UUID(text)


def _reference(name: str, value: Any) -> Reference:
    try:
        return Reference(_uuid(name, value["id"]), FeatureType(value["feature_type"]))
    except (TypeError, KeyError, ValueError) as error:
        raise FeatureError(f"{name} must be an object with id and feature_type, got {value!r}") from error


def _venue(id_: UUID, p: _Properties) -> Venue:
    return Venue(id_, p.labels("name"), p.required_text("category"), p.text("hours"), p.point("display_point"))


def _address(id_: UUID, p: _Properties) -> Address:
    return Address(id_, p.required_text("address"), p.text("unit"), p.text("locality"), p.text("country"))


def _building(id_: UUID, p: _Properties) -> Building:
    return Building(id_, p.labels("name"), p.required_text("category"), p.point("display_point"))


def _footprint(id_: UUID, p: _Properties) -> Footprint:
    return Footprint(id_, p.required_text("category"), p.uuids("building_ids"), p.labels("name"))


def _level(id_: UUID, p: _Properties) -> Level:
    ordinal = p.number("ordinal")
    if ordinal is None:
        raise FeatureError("ordinal is required: a level that is not given is unknown, never 0")
    return Level(
        id_, p.labels("name"), p.labels("short_name"), p.required_text("category"), ordinal,
        p.flag("outdoor"), p.text("restriction"), p.uuids("building_ids"), p.text("dalil:hours"),
    )  # fmt: skip


def _unit(id_: UUID, p: _Properties) -> Unit:
    return Unit(
        id_, p.required_uuid("level_id"), p.required_text("category"), p.labels("name"), p.labels("alt_name"),
        p.text("restriction"), p.words("accessibility"), p.point("display_point"),
        p.flag("dalil:covered"), p.flag("dalil:cooled"), p.text("dalil:hours"),
    )  # fmt: skip


def _opening(id_: UUID, p: _Properties) -> Opening:
    door = p.get("door") or {}
    if not isinstance(door, Mapping):
        raise FeatureError(f"door must be an object, got {door!r}")
    return Opening(
        id_, p.required_uuid("level_id"), p.required_text("category"), p.labels("name"), p.words("accessibility"),
        p.words("access_control"), door.get("type"), bool(door.get("automatic")), p.text("dalil:hours"),
    )  # fmt: skip


def _relationship(id_: UUID, p: _Properties) -> Relationship:
    steps = p.number("dalil:steps")
    return Relationship(
        id_, p.required_text("category"), p.text("direction") == "directed",
        p.reference("origin"), p.references("intermediary"), p.reference("destination"),
        p.text("hours") or p.text("dalil:hours"), p.uuid("dalil:level_id"),
        p.flag("dalil:covered"), p.flag("dalil:cooled"), p.number("dalil:slope_percent"), p.number("dalil:width_m"),
        None if steps is None else int(steps),
    )  # fmt: skip


def _section(id_: UUID, p: _Properties) -> Section:
    return Section(
        id_, p.required_uuid("level_id"), p.required_text("category"), p.labels("name"), p.labels("alt_name"),
        p.uuids("parents"), p.text("restriction"),
    )  # fmt: skip


def _geofence(id_: UUID, p: _Properties) -> Geofence:
    return Geofence(
        id_, p.required_text("category"), p.labels("name"), p.uuids("level_ids"), p.uuids("building_ids"),
        p.uuids("parents"),
    )  # fmt: skip


def _anchor(id_: UUID, p: _Properties) -> Anchor:
    return Anchor(id_, p.uuid("unit_id"), p.uuid("address_id"))


def _occupant(id_: UUID, p: _Properties) -> Occupant:
    return Occupant(
        id_, p.labels("name"), p.required_text("category"), p.uuid("anchor_id"), p.text("hours"), p.text("phone"),
        p.text("website"), p.uuid("correlation_id"),
    )  # fmt: skip


def _amenity(id_: UUID, p: _Properties) -> Amenity:
    return Amenity(
        id_, p.required_text("category"), p.labels("name"), p.labels("alt_name"), p.uuids("unit_ids"),
        p.words("accessibility"), p.text("hours"), p.text("phone"), p.text("website"),
    )  # fmt: skip


def _kiosk(id_: UUID, p: _Properties) -> Kiosk:
    return Kiosk(id_, p.required_uuid("level_id"), p.labels("name"), p.uuid("anchor_id"))


def _fixture(id_: UUID, p: _Properties) -> Fixture:
    return Fixture(id_, p.required_uuid("level_id"), p.required_text("category"), p.labels("name"), p.uuid("anchor_id"))


def _detail(id_: UUID, p: _Properties) -> Detail:
    return Detail(id_, p.required_uuid("level_id"))


_READERS: Mapping[FeatureType, Callable[[UUID, _Properties], Typed]] = {
    FeatureType.VENUE: _venue,
    FeatureType.ADDRESS: _address,
    FeatureType.BUILDING: _building,
    FeatureType.FOOTPRINT: _footprint,
    FeatureType.LEVEL: _level,
    FeatureType.UNIT: _unit,
    FeatureType.OPENING: _opening,
    FeatureType.RELATIONSHIP: _relationship,
    FeatureType.SECTION: _section,
    FeatureType.GEOFENCE: _geofence,
    FeatureType.ANCHOR: _anchor,
    FeatureType.OCCUPANT: _occupant,
    FeatureType.AMENITY: _amenity,
    FeatureType.KIOSK: _kiosk,
    FeatureType.FIXTURE: _fixture,
    FeatureType.DETAIL: _detail,
}
