"""Paths put into words: stretches in, legs of steps out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, radians, sin
from typing import NamedTuple
from uuid import UUID

from geo.bearings import bearing_deg, turn_deg
from navigation.core.graph import EdgeKind
from navigation.core.guiding.directions import DOORS, MERGE_M, TURN_DEG, Cut, Directions, directions
from navigation.core.guiding.instructions import Note, Speech
from navigation.core.guiding.landmarks import Landmarks, Surroundings
from navigation.core.guiding.lines import Line
from navigation.core.guiding.maneuvers import Cue, Maneuver, ManeuverType, Modifier, modifier_of
from navigation.core.guiding.notes import notes_of_ride, notes_of_walk
from navigation.core.guiding.parts import Ride, parts_of
from navigation.core.guiding.sights import Sights, Turning
from navigation.core.guiding.stretches import Point, Stretch, Trace, features_of
from navigation.core.route import Leg, Route, Step
from venues.core.imdf.features import NO_LABELS, Labels

LOBBY_M = 8.0  # a turn so near to a ride is said with the ride
ROOM_M = 15.0  # who sets out in a room or hall whose door is no farther is told to leave it, and not where north is
CORNER_M = 6.0  # so far into the last room, one needs no more words
# A landmark helps to find a turn only where one has walked straight for a while.
WORTH_A_LANDMARK_M = 8.0


@dataclass(frozen=True)
class Destination:
    """What a leg leads to: its name, where it has one, and its feature."""

    name: Labels = field(default_factory=dict)
    feature_id: UUID | None = None


@dataclass(frozen=True)
class Telling:
    """In what words a route is told: the map's names, a language tag (BCP 47), and what can be seen on the way."""

    landmarks: Landmarks
    language: str
    sights: Sights | None = None


class _Coming(NamedTuple):
    """How one comes to a part: the ride that one leaves, the bearing that one looks into, and the turn still to be said."""

    ride: Ride | None = None
    facing_deg: float | None = None
    turn_deg: float = 0.0


class _Around(NamedTuple):
    """What is round a step of a walk: whether it is the leg's or walk's first and last, and the ride that follows the walk."""

    first: bool
    last: bool
    ride: Ride | None


def build_route(
    snapshot_hash: str,
    profile: str,
    legs: Sequence[tuple[Sequence[Stretch], Destination]],
    telling: Telling,
    warnings: Sequence[str] = (),
) -> Route:
    """Return the route over the legs, told step by step. Each leg has at least one stretch."""
    speech = Speech.to(profile, telling.language)
    told = tuple(_Teller(telling, speech, destination).leg(stretches) for stretches, destination in legs)
    levels = telling.landmarks.snapshot.levels
    ids = {id_ for leg in told for step in leg.steps for id_ in (step.level_id, step.end_level_id)}
    ordinals: dict[UUID, float] = {}
    for floor in {levels[id_].ordinal for id_ in ids}:
        ordinals |= telling.landmarks.floors[floor]
    return Route(snapshot_hash, profile, telling.language, told, ordinals, tuple(warnings))


@dataclass(frozen=True)
class _Teller:
    """Tells one leg."""

    telling: Telling
    speech: Speech
    goal: Destination

    def leg(self, stretches: Sequence[Stretch]) -> Leg:
        """Return the leg along the stretches, from its departure to its arrival."""
        steps: list[Step] = []
        coming = _Coming()
        parts = parts_of(stretches, self.telling.landmarks.snapshot.levels)
        if isinstance(parts[0], Ride):
            steps.append(self._departure_on_the_spot(stretches[0]))
        for part, following in zip(parts, [*parts[1:], None], strict=True):
            if isinstance(part, Ride):
                steps.append(self._ride_step(part, coming))
                coming = _Coming(part, part.facing_deg)
            elif not steps or part.along_m[-1] or part.duration_ms[-1] or part.length_mm[-1]:
                walked, coming = self._walk(part, coming, following if isinstance(following, Ride) else None, not steps)
                steps += walked
        steps.append(self._arrival(stretches[-1], coming))
        return Leg(tuple(steps))

    def _walk(self, trace: Trace, coming: _Coming, ride: Ride | None, departs: bool) -> tuple[list[Step], _Coming]:
        """Return the steps of a walk, cut at its maneuvers, and how one comes to what follows it."""
        around = self._surroundings(trace)
        line = Line(trace.points_m, trace.along_m)
        said = directions(trace, around, line, LOBBY_M if coming.ride else MERGE_M, LOBBY_M if ride else MERGE_M)
        cuts = list(said.cuts)
        first = (
            self._departure(around[0], said, cuts)
            if departs
            else _after_ride(said, coming, _out_of_shaft(trace, around))
        )
        told = _apart([Cut(0, 0.0, first), *self._unrepeated(cuts, first, trace)])
        neighbours = zip([None, *told], told, [*told[1:], None], strict=False)
        told = [self._with_landmark(three, trace, around, line) for three in neighbours]
        ends = [*(cut.vertex for cut in told[1:]), len(trace.points_m) - 1]
        steps = [
            self._walk_step(trace, cut, until, _Around(departs and cut.vertex == 0, until == ends[-1], ride))
            for cut, until in zip(told, ends, strict=True)
            if until > cut.vertex
        ]
        return steps, _Coming(None, said.end_bearing_deg, said.end_turn_deg)

    def _surroundings(self, trace: Trace) -> list[Surroundings | None]:
        """Return what is round each stretch: None for a door, which is between two rooms."""
        known, at = self.telling.landmarks.known, self.telling.landmarks.at
        surroundings: list[Surroundings | None] = []
        unit_id, around = None, None
        for s in trace.stretches:
            if s.kind is EdgeKind.DOOR:
                surroundings.append(None)
                continue
            if around is None or unit_id is None or s.feature_id is not unit_id:
                around = known.get(s.feature_id) or at(s.level_id, s.feature_id, *_middle(s.points_m))
                unit_id = around.unit_id and s.feature_id
            surroundings.append(around)
        return surroundings

    def _departure(self, start: Surroundings | None, said: Directions, cuts: list[Cut]) -> Cue:
        """Return how one sets out: out of the room, where its door is near, else towards a point of the compass."""
        plain = Cue(ManeuverType.DEPART, said.start_bearing_deg)
        if start is None:
            return plain
        if cuts and cuts[0].cue.type is ManeuverType.LEAVE and cuts[0].at_m <= ROOM_M:
            return cuts.pop(0).cue._replace(turn_deg=0.0)
        named = start.outdoor and start.passage and start.own_name
        return plain._replace(place=start.own_name, place_id=start.unit_id) if named else plain

    def _unrepeated(self, cuts: Sequence[Cut], first: Cue, trace: Trace) -> Iterator[Cut]:
        """Yield the maneuvers; none goes on along what one was told to be on already."""
        on = first.place
        for cut in cuts:
            cue = cut.cue
            if cue.type in DOORS:
                on = NO_LABELS
            elif cue.place and cue.place == on:
                if cue.type is ManeuverType.CONTINUE and not _changes_level(trace, cut.vertex):
                    continue
                cut = cut._replace(cue=cue._replace(place=NO_LABELS, place_id=None))
            elif cue.place:
                on = cue.place
            yield cut

    def _with_landmark(
        self,
        cuts: tuple[Cut | None, Cut, Cut | None],
        trace: Trace,
        surroundings: Sequence[Surroundings | None],
        line: Line,
    ) -> Cut:
        """Return the second of three maneuvers, a turn with what one sees at it or just before it."""
        before, cut, after = cuts
        cue = cut.cue
        sights = self.telling.sights
        if sights is None or before is None or cue.type is not ManeuverType.TURN or abs(cue.turn_deg) < TURN_DEG:
            return cut
        around = surroundings[trace.owner[cut.vertex - 1]]
        straight_m = line.straight_m(cut.at_m, before.at_m)
        if around is None or around.unit_id is None or straight_m < WORTH_A_LANDMARK_M:
            return cut
        came = radians(cue.bearing_deg - cue.turn_deg)
        turning = Turning(around.unit_id, trace.points_m[cut.vertex], (sin(came), cos(came)), straight_m)
        named = {cue.place_id, before.cue.place_id, after and after.cue.place_id, self.goal.feature_id}
        landmark = sights.at(turning, without=named)
        return cut._replace(cue=cue._replace(landmark=landmark)) if landmark else cut

    def _walk_step(self, trace: Trace, cut: Cut, until: int, around: _Around) -> Step:
        start, cue = cut.vertex, cut.cue
        stretches = trace.stretches[trace.owner[start] : trace.owner[until - 1] + 1]
        level_id = stretches[-1].level_id
        length_mm = trace.length_mm[until] - trace.length_mm[start]
        notes: Sequence[Note] = ()
        if self.speech.manner.by_touch:
            ahead = (around.ride.type, around.ride.rise) if around.ride and around.last else None
            notes = notes_of_walk(self.telling.landmarks.snapshot, cue.type, stretches, ahead)
        at_goal = around.last and around.ride is None and self._is_goal_behind(cue, length_mm)
        return self._step(
            cue._replace(type=ManeuverType.DEPART) if around.first else cue,
            cue,
            (level_id, level_id),
            tuple(trace.points_m[start : until + 1]),
            (length_mm, trace.duration_ms[until] - trace.duration_ms[start]),
            features_of(stretches),
            notes,
            told_m=0.0 if at_goal else length_mm / 1000,
        )

    def _ride_step(self, ride: Ride, coming: _Coming) -> Step:
        first, last = ride.stretches[0], ride.stretches[-1]
        moved_deg = ride.facing_deg if ride.facing_deg is not None else coming.facing_deg or 0.0
        cue = Cue(ride.type, moved_deg, coming.turn_deg)
        notes = notes_of_ride(self.telling.landmarks.snapshot, ride.stretches) if self.speech.manner.by_touch else ()
        sums = sum(s.length_mm for s in ride.stretches), sum(s.duration_ms for s in ride.stretches)
        points = first.points_m[0], *(point for s in ride.stretches for point in s.points_m[1:])
        return self._step(
            cue, cue, (first.level_id, last.to_level_id), points, sums, features_of(ride.stretches), notes
        )

    def _departure_on_the_spot(self, first: Stretch) -> Step:
        """Return the departure of a leg that begins with a ride: nothing to walk yet."""
        a, b = first.points_m[0], first.points_m[-1]
        cue = Cue(ManeuverType.DEPART, bearing_deg(b[0] - a[0], b[1] - a[1]))
        return self._step(cue, cue, (first.level_id, first.level_id), (a, a), (0, 0), ())

    def _arrival(self, last: Stretch, coming: _Coming) -> Step:
        point = last.points_m[-1]
        facing_deg = coming.facing_deg or 0.0
        cue = Cue(ManeuverType.ARRIVE, facing_deg, coming.turn_deg, 0.0, self.goal.name, self.goal.feature_id)
        return self._step(cue, cue, (last.to_level_id, last.to_level_id), (point, point), (0, 0), ())

    def _step(
        self,
        done: Cue,
        said: Cue,
        levels: tuple[UUID, UUID],
        points_m: tuple[Point, ...],
        sums: tuple[int, int],
        feature_ids: tuple[UUID, ...],
        notes: Sequence[Note] = (),
        told_m: float = 0.0,
    ) -> Step:
        """Return the step of a maneuver; what is `said` of it differs where one departs by leaving a room."""
        snapshot_levels = self.telling.landmarks.snapshot.levels
        length_mm, duration_ms = sums
        words = self.speech.instruct(said, told_m, (snapshot_levels[levels[0]], snapshot_levels[levels[1]]), notes)
        return Step(
            maneuver=_maneuver(done, points_m[0]),
            instruction=words.written,
            spoken=words.spoken,
            level_id=levels[0],
            to_level_id=levels[1] if levels[1] != levels[0] else None,
            points_m=points_m,
            length_mm=length_mm,
            duration_ms=duration_ms,
            feature_ids=feature_ids,
            landmark=said.landmark,
        )

    def _is_goal_behind(self, cue: Cue, length_mm: int) -> bool:
        """Return whether one is as good as there behind the last door of a leg."""
        reach_m = ROOM_M if cue.place == self.goal.name else CORNER_M
        return cue.type is ManeuverType.ENTER and length_mm <= reach_m * 1000


def _middle(points_m: Sequence[Point]) -> Point:
    (ax, ay), (bx, by) = points_m[0], points_m[-1]
    return (ax + bx) / 2, (ay + by) / 2


def _out_of_shaft(trace: Trace, surroundings: Sequence[Surroundings | None]) -> float | None:
    """Return the bearing of the door through which one comes out of a lift or a stairwell; None where one is in none."""
    for stretch, around in zip(trace.stretches, surroundings, strict=True):
        if around is None:
            (ax, ay), (bx, by) = stretch.points_m[0], stretch.points_m[-1]
            return bearing_deg(bx - ax, by - ay)
        if not around.shaft:
            return None
    return None


def _after_ride(said: Directions, coming: _Coming, out_deg: float | None) -> Cue:
    """Return how one goes on where a ride has set one down: seen from its door, else from the ride itself."""
    seen_from_deg = (deg for deg in (out_deg, coming.facing_deg, said.first_bearing_deg) if deg is not None)
    turn = turn_deg(next(seen_from_deg), said.start_bearing_deg)
    from_lift = coming.ride is not None and coming.ride.type is ManeuverType.TAKE_LIFT
    plain = {Modifier.STRAIGHT} if from_lift else {Modifier.STRAIGHT, Modifier.SLIGHT_LEFT, Modifier.SLIGHT_RIGHT}
    type_ = ManeuverType.CONTINUE if modifier_of(turn) in plain else ManeuverType.TURN
    cue = Cue(type_, said.start_bearing_deg, turn)
    return cue._replace(landing=coming.ride.type, rise=coming.ride.rise) if coming.ride else cue


def _apart(cuts: Sequence[Cut]) -> list[Cut]:
    """Return the maneuvers, of those at one vertex the last."""
    return [*(cut for cut, after in pairwise(cuts) if after.vertex > cut.vertex), cuts[-1]]


def _changes_level(trace: Trace, vertex: int) -> bool:
    before, after = trace.stretches[trace.owner[vertex - 1]], trace.stretches[trace.owner[vertex]]
    return before.level_id != after.to_level_id


def _maneuver(cue: Cue, point: Point) -> Maneuver:
    modifier = None if cue.type is ManeuverType.DEPART else cue.modifier
    return Maneuver(cue.type, modifier, round(cue.bearing_deg) % 360, *point, cue.place, cue.place_id)
