"""Routes in the words of the API: degrees, GeoJSON, levels with their names."""

from collections.abc import Set
from typing import Any
from uuid import UUID

from geo.geojson import DECIMALS
from navigation.core.answers import level_json
from navigation.core.preferences import Avoidance
from navigation.core.route import Leg, Route, Step
from navigation.core.stretches import Point
from venues.core.imdf.labels import label_in
from venues.core.snapshot import Snapshot

Json = dict[str, Any]

# IMDF categories of relationships that a visitor may have asked to avoid (OGC 20-094, RELATIONSHIP-CATEGORY).
AVOIDED_CATEGORIES = {
    Avoidance.STAIRS: "stairs",
    Avoidance.ESCALATOR: "escalator",
    Avoidance.LIFT: "elevator",
}


def route_json(route: Route, snapshot: Snapshot, language: str) -> Json:
    """Return a route. Distances are metres, durations seconds: steps sum to legs and legs to the route."""
    return {
        "distance_m": route.length_m,
        "duration_s": route.duration_s,
        "profile": route.profile,
        "warnings": list(route.warnings),
        "legs": [_leg_json(leg, snapshot, language) for leg in route.legs],
    }


def _leg_json(leg: Leg, snapshot: Snapshot, language: str) -> Json:
    return {
        "distance_m": leg.length_mm / 1000,
        "duration_s": leg.duration_ms / 1000,
        "steps": [_step_json(step, snapshot, language) for step in leg.steps],
    }


def _step_json(step: Step, snapshot: Snapshot, language: str) -> Json:
    maneuver = step.maneuver
    answer: Json = {
        "maneuver": {
            "type": maneuver.type.value,
            "modifier": maneuver.modifier and maneuver.modifier.value,
            "bearing_deg": maneuver.bearing_deg,
            "position": lng_lat((maneuver.x_m, maneuver.y_m), snapshot),
        },
        "instruction": step.instruction,
        "spoken": step.spoken,
        "distance_m": step.length_m,
        "duration_s": step.duration_s,
        "level": level_json(snapshot.levels[step.level_id], language),
        "geometry": {"type": "LineString", "coordinates": [lng_lat(point, snapshot) for point in step.points_m]},
    }
    if step.to_level_id is not None:
        answer["to_level"] = level_json(snapshot.levels[step.to_level_id], language)
    return answer


def lng_lat(point: Point, snapshot: Snapshot) -> list[float]:
    """Return a point of the snapshot's frame in degrees, to the API's decimals."""
    lng, lat = snapshot.frame.to_lng_lat(*point)
    return [round(lng, DECIMALS), round(lat, DECIMALS)]


def blocked_by_json(feature_id: UUID, snapshot: Snapshot, profile: str, avoid: Set[Avoidance]) -> Json:
    """Return a feature that stands in the way, and whether the profile can't take it or the visitor won't."""
    feature = snapshot.by_id[feature_id]
    category = str(feature.properties.get("category") or "")
    avoided = next((word for word in sorted(avoid) if AVOIDED_CATEGORIES[word] == category), None)
    reason = f"you avoid {avoided}" if avoided else f"profile {profile} can't take this {category or 'way'}"
    return {
        "id": str(feature_id),
        "feature_type": feature.feature_type.value,
        "category": category or None,
        "name": label_in(feature.properties.get("name") or {}, "en"),
        "reason": reason,
    }
