"""Walks through the small map, as a search would find them."""

from collections.abc import Mapping
from itertools import pairwise
from uuid import UUID

import numpy as np

from navigation.core.graph import EdgeKind
from navigation.core.guiding.guidance import Destination, Telling, build_route
from navigation.core.guiding.landmarks import Landmarks
from navigation.core.guiding.sights import Sight, Sights, Standing
from navigation.core.guiding.stretches import Stretch
from navigation.core.route import Route
from navigation.core.walk_area import Walls, outer_walls
from tests.navigation.core import small_map as here
from tests.navigation.core.small_map import CONCOURSE, GROUND, STREET_LEVEL, door, ride, walk

PHARMACY_NAME = {"en": "Al Rayyan Pharmacy", "ar": "صيدلية الريان", "fr": "Pharmacie Al Rayyan"}
RESTROOM_NAME = {"en": "Women's restroom", "ar": "دورة مياه للنساء", "fr": "Toilettes femmes"}
LOBBY_NAME = {"en": "Lobby", "ar": "ردهة", "fr": "Hall"}
HOTEL_NAME = {"en": "Alwadi Hotel", "ar": "فندق الوادي", "fr": "Hôtel Alwadi"}
CAFE_NAME = {"en": "Jood Coffee", "ar": "قهوة جود", "fr": "Café Jood"}
BANK_NAME = {"en": "Al Oud Capital", "ar": "العود كابيتال", "fr": "Al Oud Capital"}
MAP = here.small_map()
SEEN = {
    here.STREET: [Sight(58.0, 10.0, here.id_of("bank"), BANK_NAME, None, False, Standing.SHOP)],
    here.SQUARE: [Sight(100.0, 5.0, here.id_of("kiosk"), CAFE_NAME, None, False, Standing.SHOP)],
    here.HALL: [
        Sight(20.0, 10.0, here.id_of("atm"), {}, "atm", False, Standing.EQUIPMENT),
        Sight(40.0, 25.0, here.PHARMACY, PHARMACY_NAME, None, False, Standing.SHOP),
    ],
    here.CONCOURSE_HALL: [Sight(60.0, 24.5, here.RESTROOM, RESTROOM_NAME, None, False, Standing.ROOM)],
}


def walls_of(unit_id: UUID) -> Walls:
    """Return what nobody sees through in a unit of the small map."""
    _, walls_m = outer_walls(np.array([MAP.shapes_m[unit_id]], dtype=object))
    return walls_m


def street_to_pharmacy() -> list[Stretch]:
    return [
        *walk([(5, 5), (29, 5), (30, 9.6)], here.STREET, STREET_LEVEL),
        *door([(30, 9.6), (30, 10.4)], here.GATE, STREET_LEVEL, GROUND),
        *walk([(30, 10.4), (31, 25), (39.6, 25)], here.HALL),
        *door([(39.6, 25), (40.4, 25)], here.PHARMACY_DOOR, GROUND, GROUND),
        *walk([(40.4, 25), (50, 25)], here.PHARMACY),
    ]


def pharmacy_to_concourse() -> list[Stretch]:
    return [
        *walk([(45, 25), (40.4, 25)], here.PHARMACY),
        *door([(40.4, 25), (39.6, 25)], here.PHARMACY_DOOR, GROUND, GROUND),
        *walk([(39.6, 25), (20, 25), (7, 34)], here.HALL),
        *walk([(7, 34), (5, 35)], here.LIFT),
        *ride(EdgeKind.LIFT, [(5, 35), (5, 35)], here.RIDE, GROUND, CONCOURSE),
        *walk([(5, 35), (7, 34)], here.LIFT_BELOW, CONCOURSE),
        *walk([(7, 34), (9, 33), (9, 12), (55, 12)], here.CONCOURSE_HALL, CONCOURSE),
    ]


def pharmacy_to_street() -> list[Stretch]:
    back = [(s.points_m[::-1], s) for s in reversed(street_to_pharmacy())]
    return [
        Stretch(s.kind, points, s.to_level_id, s.level_id, s.feature_id, s.length_mm, s.duration_ms)
        for points, s in back
    ]


def street_to_hotel() -> list[Stretch]:
    return [
        *walk([(5, 5), (60, 5)], here.STREET, STREET_LEVEL),
        *walk([(60, 5), (105, 5), (105, 25), (159.6, 25)], here.SQUARE, STREET_LEVEL),
        *door([(159.6, 25), (160.4, 25)], here.HOTEL_DOOR, STREET_LEVEL, here.HOTEL_LEVEL),
        *walk([(160.4, 25), (180, 25)], here.HOTEL_LOBBY, here.HOTEL_LEVEL),
    ]


def hotel_to_mall() -> list[Stretch]:
    return [
        *walk([(180, 25), (160.4, 25)], here.HOTEL_LOBBY, here.HOTEL_LEVEL),
        *door([(160.4, 25), (159.6, 25)], here.HOTEL_DOOR, here.HOTEL_LEVEL, STREET_LEVEL),
        *walk([(159.6, 25), (158, 25), (158, 5), (60, 5)], here.SQUARE, STREET_LEVEL),
        *walk([(60, 5), (30, 5), (30, 9.6)], here.STREET, STREET_LEVEL),
        *door([(30, 9.6), (30, 10.4)], here.GATE, STREET_LEVEL, GROUND),
        *walk([(30, 10.4), (30, 12), (18, 12), (18, 35)], here.HALL),
    ]


def concourse_to_upper() -> list[Stretch]:
    return [
        *walk([(50, 12), (20, 12)], here.CONCOURSE_HALL, CONCOURSE),
        *ride(EdgeKind.ESCALATOR, [(20, 12), (12, 12)], here.id_of("escalator"), CONCOURSE, GROUND),
        *walk([(12, 12), (12, 15)], here.HALL),
        *ride(EdgeKind.ESCALATOR, [(12, 15), (20, 15)], here.id_of("escalator"), GROUND, here.UPPER),
        *walk([(20, 15), (24, 15), (24, 38)], here.UPPER_HALL, here.UPPER),
    ]


def hall_to_restroom() -> list[Stretch]:
    return [
        *walk([(35, 12), (20, 12)], here.HALL),
        *ride(EdgeKind.STAIRS, [(20, 12), (12, 12)], here.FLIGHT, GROUND, CONCOURSE),
        *walk([(12, 12), (9, 12), (9, 24.5), (59.6, 24.5)], here.CONCOURSE_HALL, CONCOURSE),
        *door([(59.6, 24.5), (60.4, 24.5)], here.RESTROOM_DOOR, CONCOURSE, CONCOURSE),
        *walk([(60.4, 24.5), (65, 24.5)], here.RESTROOM, CONCOURSE),
    ]


def restroom_to_lift() -> list[Stretch]:
    return [
        *walk([(65, 24.5), (60.4, 24.5)], here.RESTROOM, CONCOURSE),
        *door([(60.4, 24.5), (59.6, 24.5)], here.RESTROOM_DOOR, CONCOURSE, CONCOURSE),
        *walk([(59.6, 24.5), (58, 24.5), (58, 35), (8, 35)], here.CONCOURSE_HALL, CONCOURSE),
        *walk([(8, 35), (5, 35)], here.LIFT_BELOW, CONCOURSE),
        *ride(EdgeKind.LIFT, [(5, 35), (5, 35)], here.RIDE, CONCOURSE, GROUND),
        *walk([(5, 35), (8, 35)], here.LIFT),
        *walk([(8, 35), (10, 35), (10, 12)], here.HALL),
    ]


def round_the_block() -> list[Stretch]:
    return walk([(5, 5), (5, 1200), (9, 1200), (9, 1100), (60, 1100), (90, 1122)], here.SQUARE, STREET_LEVEL)


def along_the_ramp() -> list[Stretch]:
    return [
        *walk([(5, 12), (30, 12)], here.CONCOURSE_HALL, CONCOURSE),
        *ride(EdgeKind.RAMP, [(30, 12), (55, 12)], here.SLOPE, CONCOURSE, GROUND),
        *walk([(55, 12), (57, 12), (57, 16)], here.HALL),
    ]


def told(
    stretches: list[Stretch], language: str = "en", name: Mapping[str, str] | None = None, profile: str = "walk"
) -> Route:
    """Return the stretches as a route of one leg, told on the small map with what is SEEN."""
    leg = (stretches, Destination(name or {}))
    landmarks = Landmarks(MAP)
    return build_route(MAP.content_hash, profile, [leg], Telling(landmarks, language, Sights(SEEN, walls_of)))


def words(route: Route) -> list[str]:
    return [step.instruction for step in route.steps]


def joined(route: Route) -> bool:
    """Return whether every step begins where the one before it ended; a door may lead to another level of the same height."""
    ordinals = {id_: level.ordinal for id_, level in MAP.levels.items()}
    return all(
        a.points_m[-1] == b.points_m[0] and ordinals[a.end_level_id] == ordinals[b.level_id]
        for a, b in pairwise(route.steps)
    )
