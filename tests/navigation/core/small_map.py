"""A street, a mall on it with a pharmacy, a lift down to the concourse, a square and a hotel: enough to be guided through.

All measures are metres of the snapshot's own frame, so that tests can say where they walk.

    y
    40  +--------------------+----------+         +-------+
        |  Hall of the mall  | Pharmacy | Barahat | Hotel |   level 0 of the Galleria; the lift stands at (5, 35),
    10  +------door (30)-----+----------+         +-door--+   and on level -2 below it is the concourse, with the
     0  |        Al Kahraba Street      | Msheireb            women's restroom behind it (60, 10) to (70, 40)
        +-------------------------------+-----------------+
        0                   40          60       160     200   x
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid5

from geo.frame import LocalFrame
from navigation.core.graph import EdgeKind
from navigation.core.guiding.stretches import Point, Stretch
from venues.core.imdf.features import Feature, FeatureType
from venues.core.snapshot import Snapshot

NAMESPACE = UUID("6f0c1a52-6a5e-4c60-9d7e-3a5c3a1d2b10")
FRAME = LocalFrame(51.526, 25.283)


def id_of(name: str) -> UUID:
    return uuid5(NAMESPACE, name)


STREET_LEVEL, GROUND, UPPER, CONCOURSE = map(id_of, ("street level", "ground", "upper", "concourse level"))
STREET, HALL, PHARMACY, LIFT, LIFT_BELOW, CONCOURSE_HALL, UPPER_HALL = map(
    id_of, ("street", "hall", "pharmacy unit", "lift", "lift below", "concourse hall", "upper hall")
)
SQUARE, HOTEL_LEVEL, HOTEL_LOBBY, RESTROOM = map(id_of, ("square", "hotel level", "hotel lobby", "restroom"))
GATE, PHARMACY_DOOR, RIDE, FLIGHT = map(id_of, ("gate", "pharmacy door", "ride", "flight"))
HOTEL_DOOR, RESTROOM_DOOR, SLOPE = map(id_of, ("hotel door", "restroom door", "slope"))


def small_map() -> Snapshot:
    """Return the map above; its frame has its origin at the street's south-west corner."""
    ground = [
        _unit(HALL, GROUND, "lobby", (0, 10, 40, 40)),
        _unit(PHARMACY, GROUND, "room", (40, 10, 60, 40)),
        _unit(LIFT, GROUND, "elevator", (3, 33, 7, 37)),
        _unit(LIFT_BELOW, CONCOURSE, "elevator", (3, 33, 7, 37)),
        _unit(CONCOURSE_HALL, CONCOURSE, "walkway", (0, 10, 60, 40)),
        _unit(UPPER_HALL, UPPER, "walkway", (0, 10, 60, 40)),
        _unit(
            STREET,
            STREET_LEVEL,
            "walkway",
            (0, 0, 60, 10),
            _labels("Al Kahraba Street", "شارع الكهرباء", "Rue Al Kahraba"),
        ),
        _unit(
            SQUARE,
            STREET_LEVEL,
            "walkway",
            (60, 0, 160, 60),
            _labels("Barahat Msheireb", "براحة مشيرب", "Barahat Msheireb"),
        ),
        _unit(HOTEL_LOBBY, HOTEL_LEVEL, "lobby", (160, 10, 200, 40), _labels("Lobby", "ردهة", "Hall")),
        _unit(
            RESTROOM,
            CONCOURSE,
            "restroom.female",
            (60, 10, 70, 40),
            _labels("Women's restroom", "دورة مياه للنساء", "Toilettes femmes"),
        ),
    ]
    return Snapshot.from_features([*_frame_features(), *ground, *_doors()])


def _doors() -> list[Feature]:
    automatic = {"category": "pedestrian", "door": {"type": "sliding", "automatic": True, "material": None}}
    swinging = {"category": "pedestrian", "door": {"type": "swinging", "automatic": False, "material": None}}
    stairs = {
        "category": "stairs", "direction": "undirected", "dalil:steps": 24,
        "origin": {"id": str(CONCOURSE_HALL), "feature_type": "unit"},
        "destination": {"id": str(HALL), "feature_type": "unit"},
    }  # fmt: skip
    return [
        Feature(GATE, FeatureType.OPENING, _line((29, 10), (31, 10)), {**automatic, "level_id": str(GROUND)}),
        Feature(PHARMACY_DOOR, FeatureType.OPENING, _line((40, 24), (40, 26)), {**automatic, "level_id": str(GROUND)}),
        Feature(
            HOTEL_DOOR, FeatureType.OPENING, _line((160, 24), (160, 26)), {**automatic, "level_id": str(HOTEL_LEVEL)}
        ),
        Feature(
            RESTROOM_DOOR, FeatureType.OPENING, _line((60, 24), (60, 25)), {**swinging, "level_id": str(CONCOURSE)}
        ),
        Feature(FLIGHT, FeatureType.RELATIONSHIP, None, stairs),
    ]


def walk(points: Sequence[Point], unit: UUID, level: UUID = GROUND, kind: EdgeKind = EdgeKind.WALK) -> list[Stretch]:
    """Return stretches straight from point to point through one unit, at one metre a second."""
    return [_stretch(kind, (a, b), (level, level), unit) for a, b in pairwise(points)]


def door(points: Sequence[Point], opening: UUID, level: UUID, to_level: UUID) -> list[Stretch]:
    return [_stretch(EdgeKind.DOOR, tuple(points), (level, to_level), opening)]


def ride(kind: EdgeKind, points: Sequence[Point], feature: UUID, level: UUID, to_level: UUID) -> list[Stretch]:
    return [_stretch(kind, tuple(points), (level, to_level), feature)]


def _stretch(kind: EdgeKind, points: tuple[Point, ...], levels: tuple[UUID, UUID], feature: UUID) -> Stretch:
    (ax, ay), (bx, by) = points[0], points[-1]
    length_mm = round(((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 * 1000)
    return Stretch(kind, points, *levels, feature, length_mm, length_mm or 20_000)


def _labels(en: str, ar: str, fr: str) -> Mapping[str, str]:
    return {"en": en, "ar": ar, "fr": fr}


def _frame_features() -> list[Feature]:
    building = id_of("galleria")
    anchor = id_of("pharmacy anchor")
    return [
        _feature(
            "venue",
            FeatureType.VENUE,
            (-220, -80, 220, 80),  # its middle is where all measures begin
            {"category": "businesscampus", "name": _labels("District", "الحي", "Quartier")},
        ),
        _feature(
            "galleria",
            FeatureType.BUILDING,
            None,
            {"category": "unspecified", "name": _labels("Msheireb Galleria", "غاليريا مشيرب", "Galleria Msheireb")},
        ),
        _feature(
            "hotel",
            FeatureType.BUILDING,
            None,
            {"category": "unspecified", "name": _labels("Alwadi Hotel", "فندق الوادي", "Hôtel Alwadi")},
        ),
        _level("hotel level", 0, building=id_of("hotel"), short="G", name=None),
        _level("street level", 0, outdoor=True, short="0", name=None),
        _level(
            "ground", 0, building=building, short="G", name=_labels("Ground floor", "الطابق الأرضي", "Rez-de-chaussée")
        ),
        _level("upper", 1, building=building, short="1", name=_labels("Level 1", "الطابق 1", "Niveau 1")),
        _level(
            "concourse level",
            -2,
            building=building,
            short="-2",
            name=_labels("Concourse", "الردهة", "Salle des pas perdus"),
        ),
        Feature(
            anchor,
            FeatureType.ANCHOR,
            {"type": "Point", "coordinates": FRAME.to_lng_lat(50, 25)},
            {"unit_id": str(PHARMACY)},
        ),
        _feature(
            "pharmacy",
            FeatureType.OCCUPANT,
            None,
            {
                "category": "pharmacy",
                "anchor_id": str(anchor),
                "name": _labels("Al Rayyan Pharmacy", "صيدلية الريان", "Pharmacie Al Rayyan"),
            },
        ),
    ]


def _level(
    name_of_id: str,
    ordinal: int,
    *,
    short: str,
    name: Mapping[str, str] | None,
    outdoor: bool = False,
    building: UUID | None = None,
) -> Feature:
    properties = {
        "category": "unspecified", "ordinal": ordinal, "outdoor": outdoor, "short_name": {"en": short}, "name": name,
        "building_ids": [str(building)] if building else None,
    }  # fmt: skip
    return _feature(name_of_id, FeatureType.LEVEL, (0, 0, 60, 40), properties)


def _unit(
    id_: UUID, level: UUID, category: str, box: tuple[int, int, int, int], name: Mapping[str, str] | None = None
) -> Feature:
    properties = {"category": category, "level_id": str(level), "name": name}
    return Feature(id_, FeatureType.UNIT, _box(box), properties)


def _feature(
    name: str, type_: FeatureType, box: tuple[int, int, int, int] | None, properties: Mapping[str, Any]
) -> Feature:
    return Feature(id_of(name), type_, box and _box(box), properties)


def _line(a: Point, b: Point) -> Mapping[str, Any]:
    return {"type": "LineString", "coordinates": [list(FRAME.to_lng_lat(*end)) for end in (a, b)]}


def _box(box: tuple[int, int, int, int]) -> Mapping[str, Any]:
    west, south, east, north = box
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return {"type": "Polygon", "coordinates": [[list(FRAME.to_lng_lat(*corner)) for corner in corners]]}
