"""Where a walked line asks for a word: turns, doors and names along it.

Maneuvers come from what a walker sees, not from the nodes of a graph: the line is simplified, signs that follow one
another within a few steps are one maneuver with their net turn, zigzags cancel out, and a passage that bends is walked
without a word.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import dist, inf
from uuid import UUID

import shapely

from geo.bearings import bearing_deg, turn_deg
from navigation.core.landmarks import Surroundings
from navigation.core.maneuvers import STRAIGHT_DEG, ManeuverType, Modifier, modifier_of
from navigation.core.stretches import Point, Trace
from venues.core.imdf.features import Labels

# The numbers below are chosen by judgement; none is a measurement.
SIMPLIFY_M = 0.5  # a walker does not notice less: half a body's width
MERGE_M = 4.0  # some three seconds' walk: what comes within is said in one breath
SIGHT_M = 6.0  # the length over which the direction of a line is taken
VERTEX_DEG = 10.0  # a vertex that turns less is no turn at all
TURN_DEG = 40.0  # a turn is worth a step of its own from here on
BEND_DEG = 60.0  # turns under this that follow one another the same way are one bend
BEND_GAP_M = 15.0
STAY_M = 8.0  # a named room that is crossed faster is not worth naming
STREET_M = 40.0  # a named street or square that is walked so far is announced even without a turn


@dataclass(frozen=True)
class Cut:
    """A maneuver at a vertex of a trace."""

    vertex: int
    type: ManeuverType
    modifier: Modifier
    bearing_deg: float
    place: Labels = field(default_factory=dict)
    place_id: UUID | None = None


@dataclass(frozen=True)
class Directions:
    """What a trace asks for: the bearings at its ends, cuts in between, and the side on which it ends."""

    first_bearing_deg: float
    start_bearing_deg: float
    cuts: tuple[Cut, ...]
    end_modifier: Modifier
    end_bearing_deg: float


@dataclass(frozen=True)
class _Sign:
    """Something at a vertex that may ask for a maneuver; `standing` where it does so even without a turn."""

    vertex: int
    at_m: float
    type: ManeuverType
    place: Labels = field(default_factory=dict)
    place_id: UUID | None = None
    standing: bool = False
    new_level: bool = False


@dataclass(frozen=True)
class _Group:
    """Signs within a few steps of one another: at most one maneuver."""

    signs: tuple[_Sign, ...]

    @property
    def first_m(self) -> float:
        return self.signs[0].at_m

    @property
    def last_m(self) -> float:
        return self.signs[-1].at_m

    @property
    def standing(self) -> bool:
        return any(sign.standing for sign in self.signs)

    @property
    def turns_only(self) -> bool:
        return all(sign.type is ManeuverType.TURN for sign in self.signs)


def directions(trace: Trace, surroundings: Sequence[Surroundings | None]) -> Directions:
    """Return the maneuvers along a trace. `surroundings` has one for each stretch, None on a threshold."""
    line = _Line(trace)
    groups = _grouped(sorted([*_turns(line), *_crossings(trace, surroundings)], key=lambda sign: sign.at_m))
    first_deg = line.bearing_deg(0.0, SIGHT_M)
    start_m, end_m, end_modifier = 0.0, line.total_m, Modifier.STRAIGHT
    if groups and not groups[0].standing and groups[0].last_m <= MERGE_M:
        start_m = groups.pop(0).last_m
    if groups and not groups[-1].standing and groups[-1].first_m >= line.total_m - MERGE_M:
        last = groups.pop()
        end_m = last.first_m
        end_modifier = modifier_of(
            turn_deg(line.bearing_before(end_m, start_m), line.bearing_deg(last.last_m, line.total_m))
        )
    turns = _net_turns(line, groups, start_m, end_m)
    kept = _worth_a_word(groups, [turn for turn, _ in turns])
    cuts = tuple(_cut(groups[i], *turns[i]) for i in kept)
    first_end_m = min(start_m + SIGHT_M, groups[0].first_m if groups else end_m)
    return Directions(
        first_deg, line.bearing_deg(start_m, first_end_m), cuts, end_modifier, line.bearing_before(line.total_m, 0.0)
    )


class _Line:
    """The simplified line of a trace: its vertices, and bearings over stretches of it."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.total_m = trace.along_m[-1]
        self.kept = _simplified(trace.points_m)
        self._along_m = [trace.along_m[i] for i in self.kept]

    def bearing_deg(self, start_m: float, end_m: float) -> float:
        """Return the bearing from one place along the line to another; where they are one, that of the line onwards."""
        if end_m - start_m < 0.1:
            end_m = min(start_m + SIGHT_M, self.total_m)
            start_m = min(start_m, max(0.0, end_m - 0.1))
        (ax, ay), (bx, by) = self._at(start_m), self._at(end_m)
        return bearing_deg(bx - ax, by - ay)

    def bearing_before(self, at_m: float, since_m: float) -> float:
        """Return the bearing in which one comes to a place along the line, looking back to `since_m` at most."""
        return self.bearing_deg(max(at_m - SIGHT_M, min(since_m, at_m - 0.1), 0.0), at_m)

    def _at(self, along_m: float) -> Point:
        i = min(max(bisect_right(self._along_m, along_m) - 1, 0), len(self.kept) - 2)
        (ax, ay), (bx, by) = (self.trace.points_m[self.kept[j]] for j in (i, i + 1))
        length_m = self._along_m[i + 1] - self._along_m[i]
        share = (along_m - self._along_m[i]) / length_m if length_m else 0.0
        return ax + (bx - ax) * share, ay + (by - ay) * share


def _simplified(points_m: Sequence[Point]) -> list[int]:
    """Return the indices of the vertices that the line needs to stay within SIMPLIFY_M (Douglas-Peucker)."""
    simple = shapely.get_coordinates(shapely.LineString(points_m).simplify(SIMPLIFY_M, preserve_topology=False))
    kept, wanted = [0], 1
    for index, point in enumerate(points_m[1:-1], start=1):
        if wanted < len(simple) - 1 and tuple(simple[wanted]) == tuple(point):
            kept.append(index)
            wanted += 1
    return [*kept, len(points_m) - 1]


def _turns(line: _Line) -> Iterator[_Sign]:
    points, along_m = line.trace.points_m, line.trace.along_m
    for before, here, after in zip(line.kept, line.kept[1:], line.kept[2:], strict=False):
        if dist(points[before], points[here]) and dist(points[here], points[after]):
            turn = turn_deg(_bearing(points[before], points[here]), _bearing(points[here], points[after]))
            if abs(turn) >= VERTEX_DEG:
                yield _Sign(here, along_m[here], ManeuverType.TURN)


def _bearing(a: Point, b: Point) -> float:
    return bearing_deg(b[0] - a[0], b[1] - a[1])


def _crossings(trace: Trace, surroundings: Sequence[Surroundings | None]) -> Iterator[_Sign]:
    """Yield a sign wherever the line passes from one unit to another and there is something to say of it."""
    starts = [trace.owner.index(i) for i in range(len(trace.stretches))]
    rooms = [(i, around) for i, around in enumerate(surroundings) if around is not None]
    for (i, before), (j, after) in pairwise(rooms):
        if (before.unit_id, before.level_id) == (after.unit_id, after.level_id):
            continue
        vertex = starts[i + 1]  # of several thresholds the first: one is through the door when one goes into it
        until = next((k for k, room in rooms if k > j and room.unit_id != after.unit_id), None)
        stay_m = inf if until is None else trace.along_m[starts[until]] - trace.along_m[starts[j]]
        if said := _threshold(before, after, stay_m):
            type_, named, standing = said
            new_level = before.level_id != after.level_id
            yield _Sign(vertex, trace.along_m[vertex], type_, *named, standing or new_level, new_level)


_Named = tuple[Labels, UUID | None]


def _threshold(before: Surroundings, after: Surroundings, stay_m: float) -> tuple[ManeuverType, _Named, bool] | None:
    """Return what there is to say of going from one unit into another, and whether it needs saying without a turn."""
    own: _Named = (after.own_name, after.unit_id)
    if (before.outdoor and not after.outdoor) or _other_building(before, after):
        return ManeuverType.ENTER, (after.threshold_name, after.threshold_id), True
    if after.outdoor and not before.outdoor:
        return ManeuverType.LEAVE, (before.threshold_name, before.threshold_id), True
    if (before.shaft or after.shaft) and before.level_id == after.level_id:
        return None
    if after.outdoor and after.own_name:
        return ManeuverType.CONTINUE, own, stay_m >= STREET_M
    if not after.outdoor and after.own_name and not after.passage and stay_m >= STAY_M:
        return ManeuverType.ENTER, own, True
    if not before.outdoor and before.own_name and not before.passage:
        return ManeuverType.LEAVE, (before.own_name, before.unit_id), True
    if after.own_name or before.level_id != after.level_id:
        return ManeuverType.CONTINUE, own, False
    return None


def _other_building(before: Surroundings, after: Surroundings) -> bool:
    return before.building is not None and after.building is not None and before.building.id != after.building.id


def _grouped(signs: Iterable[_Sign]) -> list[_Group]:
    """Return the signs in groups no longer than MERGE_M, with at most one change of level in each."""
    groups: list[list[_Sign]] = []
    for sign in signs:
        near = groups and sign.at_m - groups[-1][0].at_m <= MERGE_M
        if near and not (sign.new_level and any(other.new_level for other in groups[-1])):
            groups[-1].append(sign)
        else:
            groups.append([sign])
    return [_Group(tuple(group)) for group in groups]


def _net_turns(line: _Line, groups: Sequence[_Group], start_m: float, end_m: float) -> list[tuple[float, float]]:
    """Return for each group its turn and the bearing after it, both in degrees, seen between its neighbours."""
    edges_m = [start_m, *(m for group in groups for m in (group.first_m, group.last_m)), end_m]
    result = []
    for i, group in enumerate(groups):
        since_m, until_m = edges_m[2 * i], edges_m[2 * i + 3]
        after_deg = line.bearing_deg(group.last_m, min(group.last_m + SIGHT_M, max(until_m, group.last_m)))
        result.append((turn_deg(line.bearing_before(group.first_m, since_m), after_deg), after_deg))
    return result


def _worth_a_word(groups: Sequence[_Group], turns: Sequence[float]) -> list[int]:
    """Return the indices of the groups that become a maneuver: those that stand, and turns that are no bend."""
    bends = set()
    for i, j in pairwise(range(len(groups))):
        close = groups[j].first_m - groups[i].last_m <= BEND_GAP_M
        if close and turns[i] * turns[j] > 0 and all(_may_bend(groups[k], turns[k]) for k in (i, j)):
            bends |= {i, j}
    return [i for i, g in enumerate(groups) if g.standing or (abs(turns[i]) >= TURN_DEG and i not in bends)]


def _may_bend(group: _Group, turn: float) -> bool:
    return group.turns_only and STRAIGHT_DEG / 2 <= abs(turn) < BEND_DEG


def _cut(group: _Group, turn: float, after_deg: float) -> Cut:
    """Return the maneuver of a group: going in or out before turning, turning before going on."""
    vertex = next((sign.vertex for sign in group.signs if sign.new_level), group.signs[0].vertex)
    modifier = modifier_of(turn)
    for wanted in (ManeuverType.ENTER, ManeuverType.LEAVE):
        for sign in reversed(group.signs):
            if sign.type is wanted:
                return Cut(vertex, wanted, modifier, after_deg, sign.place, sign.place_id)
    named = next((sign for sign in reversed(group.signs) if sign.place), group.signs[-1])
    type_ = ManeuverType.TURN if abs(turn) >= TURN_DEG else ManeuverType.CONTINUE
    return Cut(vertex, type_, modifier, after_deg, named.place, named.place_id)
