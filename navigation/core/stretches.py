"""A path as it is walked: straight pieces and rides, before anybody has put it into words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import dist
from uuid import UUID

from navigation.core.graph import EdgeKind

Point = tuple[float, float]

# Ways between levels, or up and down within one; everything else is walked on the flat.
RIDES = frozenset({EdgeKind.STAIRS, EdgeKind.ESCALATOR, EdgeKind.LIFT, EdgeKind.RAMP})


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
    vertex, owner (k - 1) the index of the stretch that a segment belongs to.
    """

    stretches: tuple[Stretch, ...]
    points_m: tuple[Point, ...]
    along_m: tuple[float, ...]
    length_mm: tuple[int, ...]
    duration_ms: tuple[int, ...]
    owner: tuple[int, ...]

    @classmethod
    def of(cls, stretches: Sequence[Stretch]) -> "Trace":
        """Return the stretches as one line; their sums are kept to the millimetre and the millisecond."""
        points, lengths_mm, durations_ms, owner = [stretches[0].points_m[0]], [0], [0], []
        for index, stretch in enumerate(stretches):
            length_mm, duration_ms = lengths_mm[-1], durations_ms[-1]
            for share, point in zip(_shares(stretch.points_m), stretch.points_m[1:], strict=True):
                points.append(point)
                lengths_mm.append(length_mm + round(share * stretch.length_mm))
                durations_ms.append(duration_ms + round(share * stretch.duration_ms))
                owner.append(index)
        along_m = accumulate((dist(a, b) for a, b in pairwise(points)), initial=0.0)
        return cls(
            tuple(stretches), tuple(points), tuple(along_m), tuple(lengths_mm), tuple(durations_ms), tuple(owner)
        )

    def features(self, start: int, end: int) -> tuple[UUID, ...]:
        """Return the features walked through between two vertices, each once, in order."""
        owners = dict.fromkeys(self.owner[start:end])
        return features_of(self.stretches[index] for index in owners)


def features_of(stretches: Iterable[Stretch]) -> tuple[UUID, ...]:
    """Return the features of the stretches, each once, in order."""
    return tuple(dict.fromkeys(s.feature_id for s in stretches if s.feature_id is not None))


def _shares(points_m: Sequence[Point]) -> list[float]:
    """Return how much of the line lies behind each of its vertices but the first: rising, the last is 1."""
    along_m = list(accumulate(dist(a, b) for a, b in pairwise(points_m)))
    total_m = along_m[-1]
    if total_m == 0:
        return [1.0] * len(along_m)
    return [a / total_m for a in along_m[:-1]] + [1.0]
