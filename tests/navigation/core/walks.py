"""Walks through the small map, as a search would find them."""

from itertools import pairwise

from navigation.core.graph import EdgeKind
from navigation.core.guidance import Destination, Telling, build_route
from navigation.core.landmarks import Landmarks
from navigation.core.route import Route
from navigation.core.stretches import Stretch
from tests.navigation.core import small_map as here
from tests.navigation.core.small_map import CONCOURSE, GROUND, STREET_LEVEL, door, ride, walk

PHARMACY_NAME = {"en": "Al Rayyan Pharmacy", "ar": "صيدلية الريان", "fr": "Pharmacie Al Rayyan"}
MAP = here.small_map()


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


def told(stretches: list[Stretch], language: str = "en", name: dict[str, str] | None = None) -> Route:
    """Return the stretches as a route of one leg, told on the small map."""
    leg = (stretches, Destination(name or {}))
    return build_route(MAP.content_hash, "walk", [leg], Telling(Landmarks(MAP), language))


def words(route: Route) -> list[str]:
    return [step.instruction for step in route.steps]


def joined(route: Route) -> bool:
    """Return whether every step begins where the one before it ended; a door may lead to another level of the same height."""
    ordinals = {id_: level.ordinal for id_, level in MAP.levels.items()}
    return all(
        a.points_m[-1] == b.points_m[0] and ordinals[a.end_level_id] == ordinals[b.level_id]
        for a, b in pairwise(route.steps)
    )
