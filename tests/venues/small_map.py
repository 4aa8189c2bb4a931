"""A small map made by hand, for tests: one building of two levels beside a square, joined by a lift and by stairs.

The origin is the south-west corner of the square; `box` speaks metres east and north of it.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from geo.frame import LocalFrame
from venues.core.imdf.features import Feature, FeatureType

FRAME = LocalFrame(51.5257, 25.2828)

Ring = Sequence[tuple[float, float]]


def id_of(name: str) -> UUID:
    """Return the id of the feature that tests call `name`."""
    return uuid5(NAMESPACE_URL, f"dalil-test:{name}")


def lng_lat(x_m: float, y_m: float) -> list[float]:
    lng, lat = FRAME.to_lng_lat(x_m, y_m)
    return [round(lng, 7), round(lat, 7)]


def polygon(ring: Ring) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[lng_lat(*corner) for corner in (*ring, ring[0])]]}


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    return polygon([(west, south), (east, south), (east, north), (west, north)])


def line(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [lng_lat(*point) for point in points]}


def point(x_m: float, y_m: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": lng_lat(x_m, y_m)}


def feature(called: str, kind: str, geometry: Mapping[str, Any] | None, /, **properties: Any) -> Feature:
    return Feature(id_of(called), FeatureType(kind), geometry, properties)


def unit(called: str, level: str, geometry: Mapping[str, Any], category: str = "room", /, **properties: Any) -> Feature:
    return feature(called, "unit", geometry, level_id=str(id_of(level)), category=category, **properties)


def door(called: str, level: str, geometry: Mapping[str, Any], /, **properties: Any) -> Feature:
    properties = {"category": "pedestrian", "name": None, "accessibility": ["wheelchair"], **properties}
    return feature(called, "opening", geometry, level_id=str(id_of(level)), **properties)


def level(
    called: str, ordinal: float, geometry: Mapping[str, Any], building: str | None, /, **properties: Any
) -> Feature:
    labels = {"en": called}
    default = {
        "name": labels,
        "short_name": labels,
        "outdoor": building is None,
        "category": "unspecified",
        "restriction": None,
        "building_ids": [str(id_of(building))] if building else [],
    }
    return feature(called, "level", geometry, ordinal=ordinal, **(default | properties))


def reference(name: str, kind: str = "unit") -> dict[str, str]:
    return {"id": str(id_of(name)), "feature_type": kind}


def relationship(name: str, category: str, ends: tuple[str, str], via: Sequence[str] = ()) -> Feature:
    return feature(
        name, "relationship", None, category=category, direction="undirected", hours=None,
        origin=reference(ends[0]), destination=reference(ends[1]), intermediary=[reference(each) for each in via],
    )  # fmt: skip


def small_map() -> list[Feature]:
    """Return the map: square, hall with a café and restrooms, upper corridor with a museum room."""
    return [
        feature("venue", "venue", box(0, 0, 60, 40), name={"en": "Small Quarter", "ar": "الحي الصغير"},
                category="businesscampus", address_id=str(id_of("address")), hours=None, display_point=point(30, 20)),
        feature("address", "address", None, address="1 Test Street", locality="Doha", country="QA"),
        feature("house", "building", None, name={"en": "Bin Test House", "ar": "بيت بن تست"}, category="unspecified",
                display_point=point(40, 20)),
        feature("house footprint", "footprint", box(30, 0, 60, 40), category="ground",
                building_ids=[str(id_of("house"))], name=None),
        level("Street", 0, box(0, 0, 30, 40), None),
        level("Ground", 0, box(30, 0, 60, 40), "house"),
        level("First", 1, box(30, 0, 60, 40), "house"),
        unit("square", "Street", box(0, 0, 30, 40), "walkway", name={"en": "Test Square", "ar": "ساحة تست"}),
        unit("hall", "Ground", box(30, 10, 60, 20), "lobby", name={"en": "Hall", "fr": "Hall d'entrée"}),
        unit("cafe room", "Ground", box(30, 20, 45, 40), "foodservice.coffee", name=None),
        unit("restroom", "Ground", box(45, 20, 60, 40), "restroom", name=None),
        unit("lift 0", "Ground", box(30, 5, 35, 10), "elevator", name=None),
        unit("stairs 0", "Ground", box(40, 5, 45, 10), "stairs", name=None),
        unit("corridor", "First", box(30, 10, 60, 20), "walkway", name=None),
        unit("museum room", "First", box(30, 20, 60, 40), "room", name={"en": "Heritage Museum", "fr": "Musée"}),
        unit("lift 1", "First", box(30, 5, 35, 10), "elevator", name=None),
        unit("stairs 1", "First", box(40, 5, 45, 10), "stairs", name=None),
        door("street door", "Ground", line((30, 14), (30, 16)), category="pedestrian.principal",
             name={"en": "West Gate"}),
        door("cafe door", "Ground", line((36, 20), (38, 20))),
        door("restroom door", "Ground", line((50, 20), (52, 20))),
        door("lift door 0", "Ground", line((32, 10), (33, 10))),
        door("stairs door 0", "Ground", line((42, 10), (43, 10))),
        door("museum door", "First", line((40, 20), (42, 20))),
        door("lift door 1", "First", line((32, 10), (33, 10))),
        door("stairs door 1", "First", line((42, 10), (43, 10))),
        relationship("lift", "elevator", ("lift 0", "lift 1")),
        relationship("stairs", "stairs", ("stairs 0", "stairs 1")),
        feature("cafe anchor", "anchor", point(37, 30), unit_id=str(id_of("cafe room")), address_id=None),
        feature("cafe", "occupant", None, name={"en": "Café Été", "ar": "مقهى الصيف"}, category="coffeeandtea",
                anchor_id=str(id_of("cafe anchor")), hours="Su-Th 07:00-22:00", phone=None, website=None,
                correlation_id=None, validity=None),
        feature("fountain", "amenity", point(20, 20), category="drinkingfountain", name=None,
                unit_ids=[str(id_of("square"))]),
        feature("west section", "section", box(0, 0, 30, 20), category="recreation", name={"en": "South Lawn"},
                level_id=str(id_of("Street"))),
    ]  # fmt: skip


def without(features: Sequence[Feature], *names: str) -> list[Feature]:
    """Return the features but those that tests call by these names."""
    gone = {id_of(name) for name in names}
    return [each for each in features if each.id not in gone]


def changed(features: Sequence[Feature], called: str, /, **properties: Any) -> list[Feature]:
    """Return the features with some properties of one of them changed."""
    return [
        Feature(each.id, each.feature_type, each.geometry, {**each.properties, **properties})
        if each.id == id_of(called)
        else each
        for each in features
    ]


def redrawn(features: Sequence[Feature], name: str, geometry: Mapping[str, Any] | None) -> list[Feature]:
    """Return the features with one of them drawn anew."""
    return [
        Feature(each.id, each.feature_type, geometry, each.properties) if each.id == id_of(name) else each
        for each in features
    ]
