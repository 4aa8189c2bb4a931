"""Routes in the words of the API: degrees, GeoJSON, levels with their names."""

from collections.abc import Set
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from geo.geojson import DECIMALS
from navigation.core.answers import level_json
from navigation.core.closing import Closing
from navigation.core.instructions import landmark_text
from navigation.core.preferences import Avoidance
from navigation.core.route import Leg, Route, Step
from navigation.core.stretches import Point
from navigation.core.wording import wording
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
    if step.landmark is not None:
        answer["landmark"] = {
            "id": str(step.landmark.feature_id),
            "name": landmark_text(step.landmark, wording(language)),
            "side": step.landmark.side.value,
        }
    return answer


def lng_lat(point: Point, snapshot: Snapshot) -> list[float]:
    """Return a point of the snapshot's frame in degrees, to the API's decimals."""
    lng, lat = snapshot.frame.to_lng_lat(*point)
    return [round(lng, DECIMALS), round(lat, DECIMALS)]


class BlockedReason(StrEnum):
    """Why a feature stands in somebody's way: who they are, what they won't, when it is, what a manager closed."""

    PROFILE = "profile"
    AVOIDED = "avoided"
    CLOSED = "closed"
    CLOSURE = "closure"


def blocked_by_json(feature_id: UUID, snapshot: Snapshot, avoid: Set[Avoidance], language: str) -> Json:
    """Return a feature that stands in the way of a profile, or of what the visitor won't take."""
    blocker = _blocker_json(feature_id, snapshot, language)
    is_avoided = blocker["category"] in {AVOIDED_CATEGORIES[word] for word in avoid}
    return blocker | {"reason": BlockedReason.AVOIDED if is_avoided else BlockedReason.PROFILE}


def shut_json(feature_id: UUID, snapshot: Snapshot, opens_at: datetime | None, language: str) -> Json:
    """Return a feature that its opening hours close, and when it opens again within a day."""
    opens = {"opens_at": opens_at.isoformat()} if opens_at else {}
    return _blocker_json(feature_id, snapshot, language) | {"reason": BlockedReason.CLOSED} | opens


def closure_json(feature_id: UUID, snapshot: Snapshot, closing: Closing, language: str) -> Json:
    """Return a feature that a manager closed, why, and until when if that is known."""
    told: Json = {"reason": BlockedReason.CLOSURE, "closure_id": str(closing.id)}
    if closing.ends_at is not None:
        told["ends_at"] = closing.ends_at.isoformat()
    if note := label_in(closing.reason, language):
        told["note"] = note
    return _blocker_json(feature_id, snapshot, language) | told


def _blocker_json(feature_id: UUID, snapshot: Snapshot, language: str) -> Json:
    feature = snapshot.by_id[feature_id]
    return {
        "id": str(feature_id),
        "feature_type": feature.feature_type.value,
        "category": str(feature.properties.get("category") or "") or None,
        "name": label_in(feature.properties.get("name") or {}, language),
    }
