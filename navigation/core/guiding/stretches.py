"""A path as it is walked: straight pieces and rides, before anybody has put it into words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import dist
from uuid import UUID

from navigation.core.graph import EdgeKind

Point = tuple[float, float]

# Ways between levels, or up and down within one; everything else is walked on the flat.
RIDES = (EdgeKind.STAIRS, EdgeKind.ESCALATOR, EdgeKind.LIFT, EdgeKind.RAMP)


@dataclass(frozen=True)
class Stretch:
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

    @property
    def is_ride(self) -> bool:
        return self.kind in RIDES


@dataclass(frozen=True)
class Trace:
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
        for index, stretch in enumerate(stretches):
            starts.append(len(owner))
            start_m, length_mm, duration_ms = along_m[-1], lengths_mm[-1], durations_ms[-1]
            line = stretch.points_m
            line_m = list(accumulate(map(dist, line, line[1:])))
            points += line[1:]
            owner += [index] * len(line_m)
            along_m += [start_m + a_m for a_m in line_m]
            for a_m in line_m[:-1]:
                share = a_m / line_m[-1] if line_m[-1] else 1.0
                lengths_mm.append(length_mm + round(share * stretch.length_mm))
                durations_ms.append(duration_ms + round(share * stretch.duration_ms))
            lengths_mm.append(length_mm + stretch.length_mm)
            durations_ms.append(duration_ms + stretch.duration_ms)
        return cls(tuple(stretches), points, along_m, lengths_mm, durations_ms, owner, starts)

    def features(self, start: int, end: int) -> tuple[UUID, ...]:
        """Return the features walked through between two vertices, each once, in order."""
        owners = dict.fromkeys(self.owner[start:end])
        return features_of(self.stretches[index] for index in owners)


def features_of(stretches: Iterable[Stretch]) -> tuple[UUID, ...]:
    """Return the features of the stretches, each once, in order."""
    return tuple(dict.fromkeys(s.feature_id for s in stretches if s.feature_id is not None))
