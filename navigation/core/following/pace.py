"""How fast this visitor walks, learnt from how long they take, and when they will be there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from typing import Any

from navigation.core.following.matching import MatchedPlace
from navigation.core.guiding.maneuvers import ManeuverType
from navigation.core.route import Json, Route, Step

# The numbers below are our assumptions.
# A visitor's own pace is the median, over the last windows of so much planned walking, of taken over planned time.
PACE_WINDOW_S = 12.0
PACE_WINDOWS = 5
PACE_LIMITS = (0.5, 4.0)  # faster is a fix that leapt, slower is a pause
# What takes its own time however fast one walks; an escalator is stood on.
UNPACED = (ManeuverType.TAKE_LIFT, ManeuverType.TAKE_ESCALATOR)


@dataclass(frozen=True)
class Pace:
    """What is known of a visitor's pace: taken over planned time of the last windows, and where this window began.

    `since_s` is a place along the route in planned seconds, `since_at` when the visitor was there; None where no window
    has begun.
    """

    ratios: tuple[float, ...] = ()
    since_s: float = 0.0
    since_at: datetime | None = None

    @property
    def factor(self) -> float:
        """What planned durations are to be multiplied by: 1 until enough is known."""
        return median((1.0, *self.ratios)[-PACE_WINDOWS:])

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, from which `from_json` makes the same pace again."""
        return {
            "ratios": list(self.ratios),
            "since_s": self.since_s,
            "since_at": self.since_at and self.since_at.isoformat(),
        }

    @classmethod
    def from_json(cls, stored: Json) -> "Pace":
        """Return the pace that `to_json` wrote."""
        since_at = stored["since_at"]
        return cls(tuple(stored["ratios"]), stored["since_s"], since_at and datetime.fromisoformat(since_at))


NO_PACE = Pace()
"""Of somebody who has yet to walk."""


def learn(pace: Pace, route: Route, place: MatchedPlace, now: datetime) -> Pace:
    """Return the pace after a matched place. A ride, a pause and a leap teach nothing: a new window begins behind them."""
    planned_s = planned_at(route, place)
    if place.level_strikes or route.steps[place.step_index].maneuver.type in UNPACED:
        return replace(pace, since_at=None)
    if pace.since_at is None:
        return replace(pace, since_s=planned_s, since_at=now)
    walked_s, taken_s = planned_s - pace.since_s, (now - pace.since_at).total_seconds()
    low, high = PACE_LIMITS
    if walked_s < PACE_WINDOW_S and taken_s <= high * PACE_WINDOW_S:
        return pace
    begun = replace(pace, since_s=planned_s, since_at=now)
    if walked_s <= 0 or not low <= taken_s / walked_s <= high:
        return begun
    return replace(begun, ratios=(*pace.ratios, round(taken_s / walked_s, 3))[-PACE_WINDOWS:])


def planned_at(route: Route, place: MatchedPlace | None) -> float:
    """Return the seconds that the route plans up to a place."""
    if place is None:
        return 0.0
    current = route.steps[place.step_index]
    return route.starts_s[place.step_index] + _share(route, place) * current.duration_s


def remaining_at(pace: Pace, route: Route, place: MatchedPlace | None) -> float:
    """Return the seconds from a place to the end of the route at a pace; lifts and escalators have their own."""
    return sum(seconds for _, seconds in steps_ahead(pace, route, place))


def steps_ahead(pace: Pace, route: Route, place: MatchedPlace | None) -> Iterator[tuple[Step, float]]:
    """Yield each step from a place on, and the seconds that what is left of it takes at a pace."""
    index, share = (place.step_index, _share(route, place)) if place else (0, 0.0)
    for step in route.steps[index:]:
        factor = 1.0 if step.maneuver.type in UNPACED else pace.factor
        yield step, step.duration_s * (1 - share) * factor
        share = 0.0


def _share(route: Route, place: MatchedPlace) -> float:
    """Return how much of its step lies behind a place."""
    current = route.steps[place.step_index]
    walked_m = min(max(place.along_m - route.starts_m[place.step_index], 0.0), current.length_m)
    return walked_m / current.length_m if current.length_mm else 0.0
