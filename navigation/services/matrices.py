"""Matrices: from each of many places to each of many others."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from navigation.errors import MatrixTooLarge
from navigation.services import graphs
from navigation.services.timetables import departing
from navigation.services.travelling import Travel, finder_at_once
from navigation.services.waypoints import Waypoint, resolve
from venues import selectors
from venues.models import Venue

MAX_MATRIX_CELLS = 2_500
MAX_MATRIX_SIDE = 1_000


@dataclass(frozen=True)
class MatrixRequest:
    """What POST .../routes/matrix asks."""

    origins: Sequence[Waypoint]
    destinations: Sequence[Waypoint]
    travel: Travel = field(default_factory=Travel)
    depart_at: datetime = field(default_factory=timezone.now)


@dataclass(frozen=True)
class Matrix:
    """Seconds and metres from each origin (row) to each destination (column), None where there is no route."""

    snapshot_hash: str
    durations_s: Sequence[Sequence[float | None]]
    distances_m: Sequence[Sequence[float | None]]

    def to_json(self) -> dict[str, Any]:
        """Return the answer of POST .../routes/matrix."""
        return {"snapshot": self.snapshot_hash, "durations_s": self.durations_s, "distances_m": self.distances_m}


def matrix(venue: Venue, request: MatrixRequest) -> Matrix:
    """Return the matrix between the waypoints, through what is open at the departure.

    Raises MatrixTooLarge, and what resolving a waypoint raises.
    """
    origins, destinations = request.origins, request.destinations
    cells = len(origins) * len(destinations)
    if cells > MAX_MATRIX_CELLS:
        raise MatrixTooLarge(
            f"{len(origins)} origins x {len(destinations)} destinations are {cells} pairs; at most {MAX_MATRIX_CELLS} "
            "are answered at once. Ask for parts of the matrix.",
            param="origins", limit=MAX_MATRIX_CELLS,
        )  # fmt: skip
    engine = graphs.engine_for(selectors.current_publication(venue))
    finder = finder_at_once(engine, request.travel, departing(engine, venue, request.depart_at))
    starts = [resolve(engine, waypoint, f"origins[{i}]") for i, waypoint in enumerate(origins)]
    ends = [resolve(engine, waypoint, f"destinations[{i}]") for i, waypoint in enumerate(destinations)]
    found = finder.measures(starts, ends)
    return Matrix(
        engine.snapshot.content_hash,
        [[None if way is None else way.duration_ms / 1000 for way in row] for row in found],
        [[None if way is None else way.length_mm / 1000 for way in row] for row in found],
    )
