"""Where a visitor is believed to be: a weighted cloud of points over levels, and what is usually asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class PositionStatus(StrEnum):
    """How far a position can be trusted; the words of the API's `status`."""

    OK = "ok"
    LOW_CONFIDENCE = "low_confidence"
    STALE = "stale"
    NO_COVERAGE = "no_coverage"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class LevelPoint:
    """A point in metres of the venue's local frame, on one level of the map."""

    x_m: float
    y_m: float
    level_id: UUID


@dataclass(frozen=True, eq=False)
class Posterior:
    """A probability distribution over places: points in metres, the level of each, and weights that sum to 1.

    x_m, y_m, weight: (n,) floats; level: (n,) indices into `level_ids`.
    """

    x_m: Floats
    y_m: Floats
    level: NDArray[np.intp]
    weight: Floats
    level_ids: tuple[UUID, ...]

    def level_probability(self) -> Mapping[UUID, float]:
        """Return the probability of each level that has any."""
        sums = np.bincount(self.level, weights=self.weight, minlength=len(self.level_ids))
        return {level_id: float(p) for level_id, p in zip(self.level_ids, sums, strict=True) if p > 0}


@dataclass(frozen=True, eq=False)
class Position:
    """The visitor's position at an instant: a point on the most probable level, radii, and the posterior behind it.

    accuracy_m and accuracy_95_m are the radii that hold 68 % and 95 % of the probability on that level.
    """

    point: LevelPoint
    accuracy_m: float
    accuracy_95_m: float
    at: datetime
    status: PositionStatus
    posterior: Posterior = field(repr=False)
