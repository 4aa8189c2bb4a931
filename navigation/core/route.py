"""Routes: legs of steps, each with its maneuver, its line in metres of the venue's frame, and exact sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple
from uuid import UUID

from navigation.core.guiding.maneuvers import Landmark, Maneuver, ManeuverType, Modifier, Side
from navigation.core.guiding.stretches import Point

Json = Mapping[str, Any]


class Step(NamedTuple):
    """What is walked from one maneuver to the next, on `level_id`; rides end on another level, `to_level_id`.

    points_m has at least two points; those of an arrival, or of a lift, are one and the same. feature_ids are the units,
    openings and relationships that the step leads through. `landmark` is what one sees where the step begins.
    """

    maneuver: Maneuver
    instruction: str
    spoken: str
    level_id: UUID
    to_level_id: UUID | None
    points_m: tuple[Point, ...]
    length_mm: int
    duration_ms: int
    feature_ids: tuple[UUID, ...]
    landmark: Landmark | None = None

    @property
    def end_level_id(self) -> UUID:
        """The level on which the step ends."""
        return self.to_level_id or self.level_id

    @property
    def length_m(self) -> float:
        return self.length_mm / 1000

    @property
    def duration_s(self) -> float:
        return self.duration_ms / 1000


@dataclass(frozen=True)
class Leg:
    """The steps from one waypoint to the next: it begins with a departure and ends with an arrival."""

    steps: tuple[Step, ...]

    @property
    def length_mm(self) -> int:
        return sum(step.length_mm for step in self.steps)

    @property
    def duration_ms(self) -> int:
        return sum(step.duration_ms for step in self.steps)


@dataclass(frozen=True)
class Route:
    """The way from an origin over every via to a destination, on one snapshot, for one profile, told in one language.

    `ordinals` are those of every level of the map that is as high as one of the route's: whoever is on another is not on it.
    """

    snapshot_hash: str
    profile: str
    language: str
    legs: tuple[Leg, ...]
    ordinals: Mapping[UUID, float]
    warnings: tuple[str, ...] = ()

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of all legs in order."""
        return tuple(step for leg in self.legs for step in leg.steps)

    @cached_property
    def starts_m(self) -> tuple[float, ...]:
        """How far along the route, in walked metres, each step begins."""
        return tuple(mm / 1000 for mm in accumulate((step.length_mm for step in self.steps[:-1]), initial=0))

    @cached_property
    def starts_s(self) -> tuple[float, ...]:
        """When, in planned seconds from the start, each step begins."""
        return tuple(ms / 1000 for ms in accumulate((step.duration_ms for step in self.steps[:-1]), initial=0))

    @property
    def length_m(self) -> float:
        return sum(leg.length_mm for leg in self.legs) / 1000

    @property
    def duration_s(self) -> float:
        return sum(leg.duration_ms for leg in self.legs) / 1000

    @property
    def feature_ids(self) -> frozenset[UUID]:
        """Every unit, opening and relationship that the route leads through: what must stay open."""
        return frozenset(feature_id for step in self.steps for feature_id in step.feature_ids)

    def to_json(self) -> dict[str, Any]:
        """Return the route as plain JSON values, from which `from_json` makes the same route again."""
        return {
            "snapshot_hash": self.snapshot_hash,
            "profile": self.profile,
            "language": self.language,
            "ordinals": {str(id_): ordinal for id_, ordinal in self.ordinals.items()},
            "warnings": list(self.warnings),
            "legs": [[_step_to_json(step) for step in leg.steps] for leg in self.legs],
        }

    @classmethod
    def from_json(cls, stored: Json) -> "Route":
        """Return the route that `to_json` wrote."""
        return cls(
            snapshot_hash=stored["snapshot_hash"],
            profile=stored["profile"],
            language=stored["language"],
            legs=tuple(Leg(tuple(map(_step_from_json, steps))) for steps in stored["legs"]),
            ordinals={UUID(id_): ordinal for id_, ordinal in stored["ordinals"].items()},
            warnings=tuple(stored["warnings"]),
        )


def _step_to_json(step: Step) -> dict[str, Any]:
    maneuver, landmark = step.maneuver, step.landmark
    return {
        **step._asdict(),
        "maneuver": {**maneuver._asdict(), "place_id": _text(maneuver.place_id), "place": dict(maneuver.place)},
        "level_id": str(step.level_id),
        "to_level_id": _text(step.to_level_id),
        "points_m": [list(point) for point in step.points_m],
        "feature_ids": [str(id_) for id_ in step.feature_ids],
        "landmark": landmark
        and {**landmark._asdict(), "feature_id": str(landmark.feature_id), "name": dict(landmark.name)},
    }


def _step_from_json(stored: Json) -> Step:
    return Step(
        maneuver=_maneuver_from_json(stored["maneuver"]),
        instruction=stored["instruction"],
        spoken=stored["spoken"],
        level_id=UUID(stored["level_id"]),
        to_level_id=_uuid(stored["to_level_id"]),
        points_m=_points(stored["points_m"]),
        length_mm=stored["length_mm"],
        duration_ms=stored["duration_ms"],
        feature_ids=tuple(map(UUID, stored["feature_ids"])),
        landmark=_landmark_from_json(stored["landmark"]),
    )


def _landmark_from_json(stored: Json | None) -> Landmark | None:
    if stored is None:
        return None
    return Landmark(**{**stored, "feature_id": UUID(stored["feature_id"]), "side": Side(stored["side"])})


def _maneuver_from_json(stored: Json) -> Maneuver:
    modifier = stored["modifier"]
    return Maneuver(
        type=ManeuverType(stored["type"]),
        modifier=None if modifier is None else Modifier(modifier),
        bearing_deg=stored["bearing_deg"],
        x_m=stored["x_m"],
        y_m=stored["y_m"],
        place=stored["place"],
        place_id=_uuid(stored["place_id"]),
    )


def _points(stored: Sequence[Sequence[float]]) -> tuple[Point, ...]:
    return tuple((float(x_m), float(y_m)) for x_m, y_m in stored)


def _text(id_: UUID | None) -> str | None:
    return None if id_ is None else str(id_)


def _uuid(stored: str | None) -> UUID | None:
    return None if stored is None else UUID(stored)
