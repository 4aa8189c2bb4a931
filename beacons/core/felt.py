"""What a phone says of itself beside what it heard: a satellite fix, a code scanned or a place tapped, its motion, the air."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from beacons.core.wire import UUID_TEXT, Clock, Json, number, refusal, uuid, whole

# From the summit of Everest to the shore of the Dead Sea, with weather.
PRESSURE_HPA = (300, 1100)
HIGHEST_ORDINAL = 1000


class AnchorKind(StrEnum):
    """How a visitor says where they are; the words of the API."""

    QR = "qr"  # they scanned a code that hangs there
    TAP = "tap"  # they tapped the place on the map


@dataclass(frozen=True)
class Gnss:
    """A fix of the phone's satellite receiver; `accuracy_m` is its 68 % radius."""

    lng: float
    lat: float
    accuracy_m: float
    at: datetime


@dataclass(frozen=True)
class Point:
    """Degrees, and a level by its id or its ordinal."""

    lng: float
    lat: float
    level: UUID | float


@dataclass(frozen=True)
class Anchor:
    """The visitor was at a place of the map, or at a point."""

    kind: AnchorKind
    where: UUID | Point
    at: datetime


@dataclass(frozen=True)
class Motion:
    """What the phone's own sensors say since the batch before. None where it does not know."""

    steps: int | None
    heading_deg: float | None


@dataclass(frozen=True)
class Barometer:
    pressure_hpa: float


def read_gnss(part: Json, clock: Clock) -> Gnss:
    """Return the fix. This and the others here raise InvalidBatch, naming the item."""
    return Gnss(
        lng=number(part, "lng", "gnss.lng", -180, 180),
        lat=number(part, "lat", "gnss.lat", -90, 90),
        accuracy_m=number(part, "accuracy_m", "gnss.accuracy_m", 0, 100_000),
        at=clock.time(part.get("at"), "gnss.at"),
    )


def read_anchor(part: Json, clock: Clock) -> Anchor:
    kind = part.get("kind")
    if kind not in list(AnchorKind):
        raise refusal("anchor.kind", f"must be one of {', '.join(AnchorKind)}", kind)
    return Anchor(AnchorKind(kind), _where(part), clock.time(part.get("at"), "anchor.at"))


def read_motion(part: Json) -> Motion:
    return Motion(
        steps=whole(part, "steps", "motion.steps", 0, 100_000) if part.get("steps") is not None else None,
        heading_deg=(
            number(part, "heading_deg", "motion.heading_deg", -360, 360) % 360
            if part.get("heading_deg") is not None
            else None
        ),
    )


def read_barometer(part: Json) -> Barometer:
    return Barometer(number(part, "pressure_hpa", "barometer.pressure_hpa", *PRESSURE_HPA))


def _where(part: Mapping[str, object]) -> UUID | Point:
    if part.get("place") is not None:
        return uuid(part, "place", "anchor")
    lng, lat = number(part, "lng", "anchor.lng", -180, 180), number(part, "lat", "anchor.lat", -90, 90)
    level = part.get("level")
    if isinstance(level, str) and UUID_TEXT.fullmatch(level):
        return Point(lng, lat, UUID(level))
    if isinstance(level, int | float) and not isinstance(level, bool) and abs(level) <= HIGHEST_ORDINAL:
        return Point(lng, lat, float(level))
    raise refusal("anchor.level", "must be the id or the ordinal of a level", level)
