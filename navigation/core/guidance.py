"""Paths put into words: stretches in, legs of steps out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from uuid import UUID

from geo.bearings import bearing_deg, turn_deg
from navigation.core.directions import Cut, Directions, directions
from navigation.core.graph import EdgeKind
from navigation.core.instructions import instruct
from navigation.core.landmarks import Landmarks, Surroundings
from navigation.core.maneuvers import Maneuver, ManeuverType, Modifier, modifier_of
from navigation.core.route import Leg, Route, Step
from navigation.core.stretches import Point, Stretch, Trace, features_of
from venues.core.imdf.features import Labels

RIDE_TYPES = {
    EdgeKind.STAIRS: ManeuverType.TAKE_STAIRS,
    EdgeKind.ESCALATOR: ManeuverType.TAKE_ESCALATOR,
    EdgeKind.LIFT: ManeuverType.TAKE_LIFT,
    EdgeKind.RAMP: ManeuverType.TAKE_RAMP,
}
LANDING_M = 6.0  # two flights of stairs with no more between them are one way up
FACING_M = 0.5  # a ride that moves less over the ground, such as a lift, says nothing about where one looks


@dataclass(frozen=True)
class Destination:
    """What a leg leads to: its name, where it has one, and its feature."""

    name: Labels = field(default_factory=dict)
    feature_id: UUID | None = None


@dataclass(frozen=True)
class Telling:
    """In what words a route is told: the map's names and a language tag (BCP 47)."""

    landmarks: Landmarks
    language: str


@dataclass(frozen=True)
class _Ride:
    """Stretches of one kind taken as one: both escalators to the second level."""

    stretches: tuple[Stretch, ...]


_Part = Trace | _Ride


def build_route(
    snapshot_hash: str,
    profile: str,
    legs: Sequence[tuple[Sequence[Stretch], Destination]],
    telling: Telling,
    warnings: Sequence[str] = (),
) -> Route:
    """Return the route over the legs, told step by step. Each leg has at least one stretch."""
    told = tuple(build_leg(stretches, destination, telling) for stretches, destination in legs)
    levels = telling.landmarks.snapshot.levels
    ids = {id_ for leg in told for step in leg.steps for id_ in (step.level_id, step.end_level_id)}
    floors = {levels[id_].ordinal for id_ in ids}
    ordinals = {level.id: level.ordinal for level in levels.values() if level.ordinal in floors}
    return Route(snapshot_hash, profile, telling.language, told, ordinals, tuple(warnings))


def build_leg(stretches: Sequence[Stretch], destination: Destination, telling: Telling) -> Leg:
    """Return the leg along the stretches, from its departure to its arrival."""
    steps: list[Step] = []
    facing_deg: float | None = None
    modifier = Modifier.STRAIGHT
    parts = _parts(stretches, telling)
    if isinstance(parts[0], _Ride):
        steps.append(_departure_on_the_spot(stretches[0], telling))
    for part in parts:
        if isinstance(part, _Ride):
            steps.append(_ride_step(part, modifier, facing_deg, telling))
            facing_deg, modifier = _facing_after(part), Modifier.STRAIGHT
            continue
        if steps and part.along_m[-1] == 0 and not part.duration_ms[-1] and not part.length_mm[-1]:
            continue
        around = _surroundings(part, telling.landmarks)
        said = directions(part, around)
        steps.extend(_walk_steps(part, said, _first_cut(said, facing_deg, departs=not steps), telling))
        facing_deg, modifier = said.end_bearing_deg, said.end_modifier
    steps.append(_arrival(stretches[-1], destination, modifier, facing_deg or 0.0, telling))
    return Leg(tuple(steps))


def _parts(stretches: Sequence[Stretch], telling: Telling) -> list[_Part]:
    """Return the stretches as walks and rides in turn; rides of one kind on the same way up or down are one."""
    parts: list[_Part] = []
    for (ride, _), group in groupby(stretches, key=lambda s: (s.is_ride, s.kind if s.is_ride else None)):
        members = tuple(group)
        if not ride:
            parts.append(Trace.of(members))
        elif joined := _joined(parts, members, telling):
            parts[-2:] = [joined]
        else:
            parts.append(_Ride(members))
    return parts


def _joined(parts: Sequence[_Part], onward: tuple[Stretch, ...], telling: Telling) -> _Ride | None:
    """Return the ride before the last landing together with the ride after it; None where they are two."""
    if len(parts) < 2:
        return None
    before, landing = parts[-2:]
    if not isinstance(before, _Ride) or not isinstance(landing, Trace) or landing.along_m[-1] > LANDING_M:
        return None
    same_kind = before.stretches[0].kind == onward[0].kind
    same_way = _rise(before.stretches, telling) * _rise(onward, telling) > 0
    return _Ride((*before.stretches, *landing.stretches, *onward)) if same_kind and same_way else None


def _rise(stretches: Sequence[Stretch], telling: Telling) -> float:
    levels = telling.landmarks
    return levels.level(stretches[-1].to_level_id).ordinal - levels.level(stretches[0].level_id).ordinal


def _surroundings(trace: Trace, landmarks: Landmarks) -> list[Surroundings | None]:
    """Return what is round each stretch: None for a door, which is between two rooms."""
    return [
        None if s.kind is EdgeKind.DOOR else landmarks.at(s.level_id, s.feature_id, *_middle(s.points_m))
        for s in trace.stretches
    ]


def _middle(points_m: Sequence[Point]) -> Point:
    (ax, ay), (bx, by) = points_m[0], points_m[-1]
    return (ax + bx) / 2, (ay + by) / 2


def _first_cut(said: Directions, facing_deg: float | None, *, departs: bool) -> Cut:
    """Return the maneuver with which a walk begins: a departure, or what follows a ride."""
    if departs:
        return Cut(0, ManeuverType.DEPART, Modifier.STRAIGHT, said.start_bearing_deg)
    came_deg = said.first_bearing_deg if facing_deg is None else facing_deg
    modifier = modifier_of(turn_deg(came_deg, said.start_bearing_deg))
    plain = modifier in {Modifier.STRAIGHT, Modifier.SLIGHT_LEFT, Modifier.SLIGHT_RIGHT}
    return Cut(0, ManeuverType.CONTINUE if plain else ManeuverType.TURN, modifier, said.start_bearing_deg)


def _walk_steps(trace: Trace, said: Directions, first: Cut, telling: Telling) -> Iterator[Step]:
    """Yield the steps of a walk, cut at its maneuvers."""
    end = Cut(len(trace.points_m) - 1, ManeuverType.ARRIVE, Modifier.STRAIGHT, 0.0)
    for cut, following in pairwise([first, *said.cuts, end]):
        if following.vertex > cut.vertex:
            yield _walk_step(trace, cut, following.vertex, telling)


def _walk_step(trace: Trace, cut: Cut, until: int, telling: Telling) -> Step:
    start = cut.vertex
    return _step(
        _maneuver(cut, trace.points_m[start]),
        (trace.stretches[trace.owner[until - 1]].level_id,) * 2,
        trace.points_m[start : until + 1],
        (trace.length_mm[until] - trace.length_mm[start], trace.duration_ms[until] - trace.duration_ms[start]),
        trace.features(start, until),
        telling,
    )


def _ride_step(ride: _Ride, modifier: Modifier, facing_deg: float | None, telling: Telling) -> Step:
    first, last = ride.stretches[0], ride.stretches[-1]
    moved_deg = _facing_after(ride)
    cut = Cut(0, RIDE_TYPES[first.kind], modifier, moved_deg if moved_deg is not None else facing_deg or 0.0)
    return _step(
        _maneuver(cut, first.points_m[0]),
        (first.level_id, last.to_level_id),
        tuple(_joined_points(ride.stretches)),
        (sum(s.length_mm for s in ride.stretches), sum(s.duration_ms for s in ride.stretches)),
        features_of(ride.stretches),
        telling,
    )


def _joined_points(stretches: Sequence[Stretch]) -> Iterator[Point]:
    yield stretches[0].points_m[0]
    for stretch in stretches:
        yield from stretch.points_m[1:]


def _facing_after(ride: _Ride) -> float | None:
    """Return the bearing in which a ride sets one down; None where it hardly moves over the ground."""
    (ax, ay), (bx, by) = ride.stretches[-1].points_m[0], ride.stretches[-1].points_m[-1]
    if max(abs(bx - ax), abs(by - ay)) < FACING_M:
        return None
    return bearing_deg(bx - ax, by - ay)


def _departure_on_the_spot(first: Stretch, telling: Telling) -> Step:
    """Return the departure of a leg that begins with a ride: nothing to walk yet."""
    a, b = first.points_m[0], first.points_m[-1]
    cut = Cut(0, ManeuverType.DEPART, Modifier.STRAIGHT, bearing_deg(b[0] - a[0], b[1] - a[1]))
    return _step(_maneuver(cut, a), (first.level_id,) * 2, (a, a), (0, 0), (), telling)


def _arrival(last: Stretch, goal: Destination, side: Modifier, facing_deg: float, telling: Telling) -> Step:
    point = last.points_m[-1]
    cut = Cut(0, ManeuverType.ARRIVE, side, facing_deg, goal.name, goal.feature_id)
    return _step(_maneuver(cut, point), (last.to_level_id,) * 2, (point, point), (0, 0), (), telling)


def _maneuver(cut: Cut, point: Point) -> Maneuver:
    departs = cut.type is ManeuverType.DEPART
    modifier = None if departs else cut.modifier
    return Maneuver(cut.type, modifier, round(cut.bearing_deg) % 360, *point, cut.place, cut.place_id)


def _step(
    maneuver: Maneuver,
    levels: tuple[UUID, ...],
    points_m: tuple[Point, ...],
    sums: tuple[int, int],
    feature_ids: tuple[UUID, ...],
    telling: Telling,
) -> Step:
    start, end = (telling.landmarks.level(id_) for id_ in levels)
    length_mm, duration_ms = sums
    words = instruct(maneuver, length_mm / 1000, (start, end), telling.language)
    to_level_id = end.id if end.id != start.id else None
    return Step(
        maneuver, words.written, words.spoken, start.id, to_level_id, points_m, length_mm, duration_ms, feature_ids
    )
