"""How far a visitor is along a route: one function from a matched place to new progress and what just happened."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from navigation.core.following.matching import MatchedPlace
from navigation.core.following.pace import NO_PACE, Pace, learn, remaining_at
from navigation.core.guiding.wording import wording
from navigation.core.route import Json, Route, Step

OFF_ROUTE_M = 15.0  # half a street's width: nearer than that one may still be walking along the route
OFF_ROUTE_ERROR_M = 40.0  # a fix that is worse than this says nothing about where one is not
OFF_ROUTE_STRIKES = 3  # fixes in a row, so that one bad fix re-routes nobody
ARRIVAL_M = 5.0
ARRIVAL_ERROR_M = 10.0  # a fix that is worse than this brings nobody nearer to the door
AHEAD_M = 15.0  # a maneuver is announced some ten seconds before it
ARRIVAL_STRIKES = 2  # fixes in a row, so that one bad fix ends no trip


@dataclass(frozen=True)
class Progress:
    """Where a visitor is on a route: how many positions in a row were off it, or at its end, and how fast they walk.

    `announced` is the last maneuver said ahead.
    """

    place: MatchedPlace | None = None
    strikes: int = 0
    off_route: bool = False
    near_goal: int = 0
    arrived: bool = False
    announced: int = 0
    pace: Pace = NO_PACE
    at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, from which `from_json` makes the same progress again."""
        return {
            "place": self.place and self.place.to_json(),
            "strikes": self.strikes,
            "off_route": self.off_route,
            "near_goal": self.near_goal,
            "arrived": self.arrived,
            "announced": self.announced,
            "pace": self.pace.to_json(),
            "at": self.at and self.at.isoformat(),
        }

    @classmethod
    def from_json(cls, stored: Json) -> "Progress":
        """Return the progress that `to_json` wrote."""
        place, at = stored["place"], stored["at"]
        return cls(
            place=place and MatchedPlace.from_json(place),
            strikes=stored["strikes"],
            off_route=stored["off_route"],
            near_goal=stored["near_goal"],
            arrived=stored["arrived"],
            announced=stored["announced"],
            pace=Pace.from_json(stored["pace"]),
            at=at and datetime.fromisoformat(at),
        )


@dataclass(frozen=True)
class ManeuverAhead:
    """The maneuver that begins step `step_index` is `distance_m` away."""

    step_index: int
    distance_m: float


@dataclass(frozen=True)
class LevelChanged:
    """The visitor came to another level of the route, higher or lower."""

    level_id: UUID


@dataclass(frozen=True)
class OffRoute:
    """The visitor left the route, and lies so far from it."""

    distance_m: float


@dataclass(frozen=True)
class BackOnRoute:
    """The visitor is on the route again."""


@dataclass(frozen=True)
class Arrived:
    """The visitor is at the destination. It happens once."""


Event = ManeuverAhead | LevelChanged | OffRoute | BackOnRoute | Arrived


def begin(route: Route) -> Progress:
    """Return the progress of somebody who has yet to set out: arrived already where there is nothing to walk."""
    return Progress(arrived=route.length_m == 0 and len({step.end_level_id for step in route.steps}) == 1)


def step(route: Route, progress: Progress, place: MatchedPlace, now: datetime) -> tuple[Progress, list[Event]]:
    """Take one matched place; return the new progress and what just happened. After the arrival nothing happens."""
    if progress.arrived:
        return progress, []
    after, events = _off_route(replace(progress, pace=learn(progress.pace, route, place, now), place=place, at=now))
    if progress.place and route.ordinals[progress.place.level_id] != route.ordinals[place.level_id]:
        events.append(LevelChanged(place.level_id))
    if after.strikes:
        return replace(after, near_goal=0), events
    after = replace(after, near_goal=after.near_goal + 1 if _is_near_goal(route, place) else 0)
    if after.near_goal >= ARRIVAL_STRIKES:
        return replace(after, arrived=True), [*events, Arrived()]
    upcoming, distance_m = _upcoming(route, place)
    if distance_m <= AHEAD_M and upcoming > after.announced:
        return replace(after, announced=upcoming), [*events, ManeuverAhead(upcoming, distance_m)]
    return after, events


def remaining_m(route: Route, progress: Progress) -> float:
    """Return the metres still to walk along the route."""
    return max(0.0, route.length_m - (progress.place.along_m if progress.place else 0.0))


def remaining_s(route: Route, progress: Progress) -> float:
    """Return the seconds still to go at this visitor's own pace; lifts and escalators have their own."""
    return 0.0 if progress.arrived else remaining_at(progress.pace, route, progress.place)


def arrives_at(route: Route, progress: Progress) -> datetime | None:
    """Return when the visitor will be there, as of the last position; None before the first."""
    return progress.at and progress.at + timedelta(seconds=round(remaining_s(route, progress)))


def progress_json(route: Route, progress: Progress) -> dict[str, Any]:
    """Return what the live door and a trip say of progress; distances to the decimetre, durations to the second."""
    index = progress.place.step_index if progress.place else 0
    upcoming, distance_m = _upcoming(route, progress.place)
    following = route.steps[upcoming] if upcoming > index else None
    there = arrives_at(route, progress)
    return {
        "distance_remaining_m": 0.0 if progress.arrived else round(remaining_m(route, progress), 1),
        "duration_remaining_s": round(remaining_s(route, progress)),
        "arrives_at": there and there.isoformat(),
        "step_index": index,
        "instruction": route.steps[index].instruction,
        "next_instruction": following and following.instruction,
        "next_maneuver": following and _maneuver_json(following),
        "distance_to_maneuver_m": round(distance_m, 1),
        "distance_to_maneuver_text": wording(route.language).distance(distance_m, spoken=False),
        "arrived": progress.arrived,
        "off_route": progress.off_route,
    }


def _maneuver_json(following: Step) -> dict[str, Any]:
    return {"type": following.maneuver.type, "modifier": following.maneuver.modifier}


def _off_route(progress: Progress) -> tuple[Progress, list[Event]]:
    """Count a place that is too far from the route, or on another level; enough of them in a row are off the route."""
    place = progress.place
    if place is None or (place.on_level and place.off_m <= max(OFF_ROUTE_M, place.accuracy_m)):
        back: list[Event] = [BackOnRoute()] if progress.off_route else []
        return replace(progress, strikes=0, off_route=False), back
    if place.on_level and place.accuracy_m > OFF_ROUTE_ERROR_M:
        return progress, []
    strikes = progress.strikes + 1
    if progress.off_route or (strikes < OFF_ROUTE_STRIKES and place.on_level):
        return replace(progress, strikes=strikes), []
    return replace(progress, strikes=strikes, off_route=True), [OffRoute(place.off_m)]


def _is_near_goal(route: Route, place: MatchedPlace) -> bool:
    last = route.steps[-1]
    near_m = max(ARRIVAL_M, min(place.accuracy_m, ARRIVAL_ERROR_M))
    on_floor = route.ordinals[place.level_id] == route.ordinals[last.end_level_id] and not place.level_strikes
    return on_floor and route.length_m - place.along_m <= near_m and place.off_m <= ARRIVAL_ERROR_M


def _upcoming(route: Route, place: MatchedPlace | None) -> tuple[int, float]:
    """Return the step whose maneuver comes next and how far it is; the last step has nothing after it."""
    index, along_m = (place.step_index, place.along_m) if place else (0, 0.0)
    following = min(index + 1, len(route.steps) - 1)
    return following, max(0.0, route.starts_m[following] - along_m)
