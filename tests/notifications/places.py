"""Positions and squares for the tests of zones."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import shapely

from geo.position import LevelPoint, Position, PositionStatus, Posterior
from notifications.core.zones import Zone

NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # Monday, noon in Doha
STREET, CELLAR = UUID(int=1), UUID(int=2)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def square(number: int, west_m: float, south_m: float, side_m: float, *levels: UUID) -> Zone:
    shape_m = shapely.box(west_m, south_m, west_m + side_m, south_m + side_m)
    return Zone(UUID(int=number), shape_m, frozenset(levels or (STREET,)))


def position_at(
    points: Sequence[tuple[float, float]],
    *,
    level: UUID = STREET,
    levels: list[UUID] | None = None,
    at: datetime = NOON,
    status: PositionStatus = PositionStatus.OK,
) -> Position:
    """Return a position whose posterior is these points, equally weighted."""
    on = levels or [level] * len(points)
    level_ids = tuple(sorted(set(on)))
    x_m, y_m = np.array(points, dtype=float).T
    posterior = Posterior(
        x_m=x_m,
        y_m=y_m,
        level=np.array([level_ids.index(level_id) for level_id in on], dtype=np.intp),
        weight=np.full(len(points), 1 / len(points)),
        level_ids=level_ids,
    )
    point = LevelPoint(float(x_m.mean()), float(y_m.mean()), on[0])
    return Position(point, 3.0, 6.0, at, status, posterior)
