"""Routes in the words of the API: degrees, GeoJSON, levels with their names."""

from collections.abc import Iterator, Set
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import numpy as np

from geo.geojson import DECIMALS
from navigation.core.answers import level_json
from navigation.core.guiding.instructions import landmark_text
from navigation.core.guiding.stretches import Point
from navigation.core.guiding.wording import wording
from navigation.core.preferences import Avoidance
from navigation.core.route import Leg, Route, Step
from navigation.core.timing.closing import Closing
from venues.core.imdf.labels import label_in
from venues.core.snapshot import Snapshot

Json = dict[str, Any]
Line = list[list[float]]

# IMDF categories of relationships that a visitor may have asked to avoid (OGC 20-094, RELATIONSHIP-CATEGORY).
AVOIDED_CATEGORIES = {
    Avoidance.STAIRS: "stairs",
    Avoidance.ESCALATOR: "escalator",
    Avoidance.LIFT: "elevator",
}


def route_json(route: Route, snapshot: Snapshot, language: str) -> Json:
    """Return a route. Distances are metres, durations seconds: steps sum to legs and legs to the route."""
    words = _Words(snapshot, language)
    lines = words.lines(route)
    return {
        "distance_m": route.length_m,
        "duration_s": route.duration_s,
        "profile": route.profile,
        "warnings": list(route.warnings),
        "legs": [_leg_json(leg, lines, words) for leg in route.legs],
    }


def _leg_json(leg: Leg, lines: Iterator[Line], words: "_Words") -> Json:
    return {
        "distance_m": leg.length_mm / 1000,
        "duration_s": leg.duration_ms / 1000,
        "steps": [_step_json(step, line, words) for step, line in zip(leg.steps, lines, strict=False)],
    }


def _step_json(step: Step, line: Line, words: "_Words") -> Json:
    maneuver = step.maneuver
    answer: Json = {
        "maneuver": {
            "type": maneuver.type.value,
            "modifier": maneuver.modifier and maneuver.modifier.value,
            "bearing_deg": maneuver.bearing_deg,
            "position": line[0],
        },
        "instruction": step.instruction,
        "spoken": step.spoken,
        "distance_m": step.length_m,
        "duration_s": step.duration_s,
        "level": words.level(step.level_id),
        "geometry": {"type": "LineString", "coordinates": line},
    }
    if step.to_level_id is not None:
        answer["to_level"] = words.level(step.to_level_id)
    if step.landmark is not None:
        answer["landmark"] = {
            "id": str(step.landmark.feature_id),
            "name": landmark_text(step.landmark, wording(words.language)),
            "side": step.landmark.side.value,
        }
    return answer


class _Words:
    """What an answer says more than once, and the degrees of all its points at one go."""

    def __init__(self, snapshot: Snapshot, language: str) -> None:
        self._snapshot, self.language = snapshot, language
        self._levels: dict[UUID, Json] = {}

    def level(self, level_id: UUID) -> Json:
        """Return a level as answers name it."""
        if level_id not in self._levels:
            self._levels[level_id] = level_json(self._snapshot.levels[level_id], self.language)
        return self._levels[level_id]

    def lines(self, route: Route) -> Iterator[Line]:
        """Yield the line of each step of all legs, in degrees: it begins where the step's maneuver is."""
        points_m = np.array([point for step in route.steps for point in step.points_m])
        lng_lat: Line = self._snapshot.frame.points_to_lng_lat(points_m).round(DECIMALS).tolist()
        start = 0
        for step in route.steps:
            yield lng_lat[start : start + len(step.points_m)]
            start += len(step.points_m)


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
