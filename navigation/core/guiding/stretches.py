"""A path as it is walked: straight pieces and rides, before anybody has put it into words."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import dist
from typing import NamedTuple
from uuid import UUID

from navigation.core.graph import EdgeKind

Point = tuple[float, float]

# Ways between levels, or up and down within one; everything else is walked on the flat.
RIDES = (EdgeKind.STAIRS, EdgeKind.ESCALATOR, EdgeKind.LIFT, EdgeKind.RAMP)


class Stretch(NamedTuple):
    """One edge of a path, or one link to it.

    points_m: at least two points in metres. feature_id: the unit that is walked through, the opening that is passed or
    the relationship that is taken. A stretch lies on `level_id`; rides and some doors end on `to_level_id`.
    """

    kind: EdgeKind
    points_m: tuple[Point, ...]
    level_id: UUID
    to_level_id: UUID
    feature_id: UUID | None
    length_mm: int
    duration_ms: int


class Trace(NamedTuple):
    """Consecutive stretches as one polyline with running sums at every vertex.

    points_m (k), along_m (k) metres of the drawn line, length_mm (k) and duration_ms (k) what was walked up to the
    vertex, owner (k - 1) the index of the stretch that a segment belongs to, starts the first vertex of each stretch.
    """

    stretches: tuple[Stretch, ...]
    points_m: list[Point]
    along_m: list[float]
    length_mm: list[int]
    duration_ms: list[int]
    owner: list[int]
    starts: list[int]

    @classmethod
    def of(cls, stretches: Sequence[Stretch]) -> "Trace":
        """Return the stretches as one line; their sums are kept to the millimetre and the millisecond."""
        points, along_m, lengths_mm, durations_ms = [stretches[0].points_m[0]], [0.0], [0], [0]
        owner: list[int] = []
        starts: list[int] = []
        drawn_m, walked_mm, taken_ms = 0.0, 0, 0
        for index, stretch in enumerate(stretches):
            starts.append(len(owner))
            line = stretch.points_m
            if len(line) == 2:
                drawn_m += dist(*line)
            else:
                *inner_m, line_m = accumulate(map(dist, line, line[1:]))
                for point, a_m in zip(line[1:], inner_m, strict=False):
                    share = a_m / line_m if line_m else 1.0
                    points.append(point)
                    along_m.append(drawn_m + a_m)
                    lengths_mm.append(walked_mm + round(share * stretch.length_mm))
                    durations_ms.append(taken_ms + round(share * stretch.duration_ms))
                    owner.append(index)
                drawn_m += line_m
            walked_mm += stretch.length_mm
            taken_ms += stretch.duration_ms
            points.append(line[-1])
            along_m.append(drawn_m)
            lengths_mm.append(walked_mm)
            durations_ms.append(taken_ms)
            owner.append(index)
        return cls(tuple(stretches), points, along_m, lengths_mm, durations_ms, owner, starts)

    def features(self, start: int, end: int) -> tuple[UUID, ...]:
        """Return the features walked through between two vertices, each once, in order."""
        return features_of(self.stretches[self.owner[start] : self.owner[end - 1] + 1])


def features_of(stretches: Iterable[Stretch]) -> tuple[UUID, ...]:
    """Return the features of the stretches, each once, in order."""
    return tuple(dict.fromkeys(_changes(stretches)))


def _changes(stretches: Iterable[Stretch]) -> Iterator[UUID]:
    """Yield the features of the stretches, but not again for every edge in one room: hashing a UUID is slow."""
    last = None
    for stretch in stretches:
        feature_id = stretch.feature_id
        if feature_id is not last and feature_id is not None:
            yield feature_id
        last = feature_id
