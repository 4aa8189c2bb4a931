"""Where the deployment in use will locate a visitor, how well, and where more beacons would help."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import mapping

from beacons import selectors
from beacons.core.coverage import LOCATED_M, Coverage, Radio, predicted
from beacons.core.deployment import OUTDOORS, Deployment
from beacons.core.proposing import POWER_DBM, Proposal, proposed
from beacons.core.terrain import levels_of
from venues import selectors as venues
from venues.core.snapshot import Snapshot
from venues.errors import LevelNotFound
from venues.models import Venue

Json = dict[str, Any]

# Upper ends of what a heat map tells apart, in metres; the last is where positions are no longer called `ok`.
BANDS_M = (2.0, 3.0, 4.0, 5.0, 7.0, LOCATED_M)
MOST_PROPOSED = 50
KEPT_PREDICTIONS = 4
DEGREE_DECIMALS = 7


@dataclass(frozen=True, eq=False)
class Prediction:
    """What is predicted of a deployment on its own map."""

    snapshot: Snapshot
    deployment: Deployment
    coverage: Coverage

    def proposals(self, count: int, *, level: int | None = None) -> list[Proposal]:
        """Return at most so many more beacons, the most useful first; on one level where its number is given.

        Else indoors, and outdoors on levels that have beacons: elsewhere satellites locate.
        """
        own_dbm = self.deployment.measured_power_dbm
        power_dbm = float(np.median(own_dbm)) if len(own_dbm) else POWER_DBM
        levels = self._served() if level is None else [level]
        return proposed(self.coverage, count=count, power_dbm=power_dbm, radio=Radio(), levels=levels)

    def _served(self) -> list[int]:
        hung = {level.id for level in self.deployment.levels}
        levels = enumerate(self.coverage.levels)
        return [number for number, level in levels if level.building != OUTDOORS or level.id in hung]


def prediction_for(venue: Venue) -> Prediction:
    """Return the prediction of the deployment in use. Raises NotDeployed."""
    return _prediction(selectors.current_deployment_hash(venue))


@lru_cache(maxsize=KEPT_PREDICTIONS)
def _prediction(deployment_hash: str) -> Prediction:
    deployment = selectors.deployment(deployment_hash)
    snapshot = venues.snapshot(deployment.snapshot_hash)
    coverage = predicted(deployment, selectors.cells(deployment.snapshot_hash), levels_of(snapshot), Radio())
    return Prediction(snapshot, deployment, coverage)


def as_geojson(prediction: Prediction, *, level_id: UUID | None, proposals: int) -> Json:
    """Return a FeatureCollection: areas of like error, proposals as points, and a summary of each level.

    Of one level where it is given. Raises LevelNotFound.
    """
    numbers = _asked(prediction, level_id)
    found = prediction.proposals(proposals, level=None if level_id is None else next(iter(numbers), -1))
    return {
        "type": "FeatureCollection",
        "snapshot": prediction.snapshot.content_hash,
        "levels": summaries(prediction, level_id=level_id),
        "features": [
            *(area for number in numbers for area in _areas(prediction, number)),
            *(_point(prediction, each, rank) for rank, each in enumerate(found, start=1)),
        ],
    }


def summaries(prediction: Prediction, *, level_id: UUID | None = None) -> list[Json]:
    """Return of every walkable level, or of one, how much of it locates visitors, and how well there."""
    coverage = prediction.coverage
    spacing_m2 = coverage.cells.spacing_m**2
    found = []
    for number in _asked(prediction, level_id):
        here = coverage.cells.level == number
        located = here & coverage.located
        mean_m, p90_m = _mean_and_p90(coverage.rmse_m[located])
        found.append(
            {
                "level_id": str(coverage.levels[number].id),
                "ordinal": coverage.levels[number].ordinal,
                "area_m2": round(float(here.sum() * spacing_m2), 1),
                "located_share": round(float(located.sum() / here.sum()), 4),
                "heard_mean": round(float(coverage.heard[here].mean()), 2),
                "rmse_mean_m": mean_m,
                "rmse_p90_m": p90_m,
            }
        )
    return found


def _mean_and_p90(values: NDArray[np.float64]) -> tuple[float | None, float | None]:
    if not len(values):
        return None, None
    return round(float(values.mean()), 2), round(float(np.quantile(values, 0.9)), 2)


def _asked(prediction: Prediction, level_id: UUID | None) -> list[int]:
    """Return the numbers of the levels that have cells, from the lowest up; of one where it is given."""
    levels = prediction.coverage.levels
    if level_id is not None and level_id not in {level.id for level in levels}:
        raise LevelNotFound(f"The map has no level {level_id}. GET /api/v1/venues/SLUG lists them.", param="level")
    walkable = set(np.unique(prediction.coverage.cells.level).tolist())
    wanted = [number for number in walkable if level_id in (None, levels[number].id)]
    return sorted(wanted, key=lambda number: (levels[number].ordinal, levels[number].id))


def _areas(prediction: Prediction, number: int) -> Iterator[Json]:
    """Yield the areas of a level whose expected error lies in the same band, and the one where nobody is located."""
    coverage = prediction.coverage
    band = np.where(coverage.located, np.searchsorted(BANDS_M, coverage.rmse_m), len(BANDS_M))
    for index in range(len(BANDS_M) + 1):
        at = np.flatnonzero((coverage.cells.level == number) & (band == index))
        if len(at):
            located = index < len(BANDS_M)
            yield {
                "type": "Feature",
                "geometry": _outline(prediction, at),
                "properties": {
                    "kind": "area",
                    "level_id": str(coverage.levels[number].id),
                    "located": located,
                    "rmse_to_m": BANDS_M[index] if located else None,
                    "heard_mean": round(float(coverage.heard[at].mean()), 2),
                    "area_m2": round(len(at) * coverage.cells.spacing_m**2, 1),
                },
            }


def _outline(prediction: Prediction, at: NDArray[np.intp]) -> Json:
    """Return the geometry, in degrees, of these cells together: of each row its runs, joined."""
    cells = prediction.coverage.cells
    spacing_m = cells.spacing_m
    column, row = (np.floor(axis[at] / spacing_m).astype(np.int64) for axis in (cells.x_m, cells.y_m))
    order = np.lexsort((column, row))
    column, row = column[order], row[order]
    breaks = np.flatnonzero((np.diff(row) != 0) | (np.diff(column) != 1)) + 1
    first, last = np.concatenate(([0], breaks)), np.concatenate((breaks, [len(at)])) - 1
    runs = shapely.box(column[first], row[first], column[last] + 1, row[last] + 1)
    outline = shapely.transform(shapely.union_all(runs), lambda corners: corners * spacing_m)
    degrees = shapely.set_precision(prediction.snapshot.frame.shape_to_lng_lat(outline), 10**-DEGREE_DECIMALS)
    return dict(mapping(degrees))


def _point(prediction: Prediction, proposal: Proposal, rank: int) -> Json:
    lng, lat = prediction.snapshot.frame.to_lng_lat(proposal.x_m, proposal.y_m)
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(lng, DEGREE_DECIMALS), round(lat, DEGREE_DECIMALS)]},
        "properties": {
            "kind": "proposal",
            "rank": rank,
            "level_id": str(prediction.coverage.levels[proposal.level].id),
            "height_m": proposal.height_m,
            "rmse_before_m": round(proposal.rmse_before_m, 2),
            "rmse_after_m": round(proposal.rmse_after_m, 2),
        },
    }
