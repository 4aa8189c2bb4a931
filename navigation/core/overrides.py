"""What a manager knows better than the compiler: ways forbidden, added or re-weighted by hand.

Overrides name features and points, never nodes or edges, so that they hold on every map that has them. What one names and the
map has not is found (`override_unmatched`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Any
from uuid import UUID

from navigation.core.graph import EdgeKind

Json = Mapping[str, Any]

# Our assumptions: what is quicker or slower by more is another way, and no way of a district is longer.
FACTORS = (0.1, 20.0)
LONGEST_M = 10_000.0


class OverrideError(ValueError):
    """What was sent is no override; `member` names the part of it."""

    def __init__(self, message: str, member: str) -> None:
        super().__init__(message)
        self.member = member


class OverrideKind(StrEnum):
    """What an override does."""

    FORBID = "forbid"
    REWEIGHT = "reweight"
    ADD = "add"


ADDED_KINDS: Mapping[str, EdgeKind] = {
    "walk": EdgeKind.WALK,
    "stairs": EdgeKind.STAIRS,
    "escalator": EdgeKind.ESCALATOR,
    "moving_walkway": EdgeKind.MOVING_WALKWAY,
    "ramp": EdgeKind.RAMP,
    "lift": EdgeKind.LIFT,
}
"""How an added way can be travelled."""


@dataclass(frozen=True)
class Selection:
    """The edges through a feature; from one unit or opening, or to one, where these are given."""

    feature_id: UUID
    from_id: UUID | None = None
    to_id: UUID | None = None


@dataclass(frozen=True)
class Forbid:
    """Nobody takes these edges."""

    id: UUID
    edges: Selection


@dataclass(frozen=True)
class Reweight:
    """These edges take `factor` times as long."""

    id: UUID
    edges: Selection
    factor: float


@dataclass(frozen=True)
class Add:
    """A way between two points, (lng, lat, level id). Without a length it is straight."""

    id: UUID
    start: tuple[float, float, UUID]
    end: tuple[float, float, UUID]
    kind: EdgeKind
    length_m: float | None = None
    factor: float = 1.0
    one_way: bool = False


Override = Forbid | Reweight | Add


def read_override(id_: UUID, kind: OverrideKind, content: Json) -> Override:
    """Return the override of what was sent. Raises OverrideError, naming the member."""
    if kind is OverrideKind.ADD:
        return Add(
            id_, _point(content, "start"), _point(content, "end"), _kind(content),
            None if content.get("length_m") is None else _number(content, "length_m", 0.0, LONGEST_M),
            _number(content, "factor", *FACTORS, default=1.0), _flag(content, "one_way"),
        )  # fmt: skip
    feature_id = _id(content, "feature_id")
    if feature_id is None:
        raise OverrideError("Name the feature: the id of a unit, an opening or a relationship.", "feature_id")
    edges = Selection(feature_id, _id(content, "from_id"), _id(content, "to_id"))
    return (
        Forbid(id_, edges)
        if kind is OverrideKind.FORBID
        else Reweight(id_, edges, _number(content, "factor", *FACTORS))
    )


def _point(content: Json, member: str) -> tuple[float, float, UUID]:
    point = content.get(member)
    if not isinstance(point, Mapping):
        raise OverrideError('A point must be {"lng": x, "lat": y, "level_id": id}.', member)
    level_id = _id(point, "level_id", f"{member}.level_id")
    if level_id is None:
        raise OverrideError("A point needs the id of its level.", f"{member}.level_id")
    lng = _number(point, "lng", -180.0, 180.0, called=f"{member}.lng")
    return lng, _number(point, "lat", -90.0, 90.0, called=f"{member}.lat"), level_id


def _kind(content: Json) -> EdgeKind:
    kind = content.get("way", "walk")
    if not isinstance(kind, str) or kind not in ADDED_KINDS:
        raise OverrideError(f"A way must be one of {', '.join(ADDED_KINDS)}, not {kind!r}.", "way")
    return ADDED_KINDS[kind]


def _id(content: Json, member: str, called: str = "") -> UUID | None:
    value = content.get(member)
    try:
        return None if value is None else UUID(str(value))
    except ValueError as error:
        raise OverrideError(f"This must be the id of a feature, not {value!r}.", called or member) from error


def _number(
    content: Json, member: str, least: float, most: float, *, default: float | None = None, called: str = ""
) -> float:
    value = content.get(member, default)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    if not is_number or not least <= value <= most:
        raise OverrideError(f"This must be from {least:g} to {most:g}, not {value!r}.", called or member)
    return float(value)


def _flag(content: Json, member: str) -> bool:
    value = content.get(member, False)
    if not isinstance(value, bool):
        raise OverrideError(f"This must be true or false, not {value!r}.", member)
    return value
