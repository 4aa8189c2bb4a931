"""Places ranked by how long the visitor walks to them."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from geo.position import LevelPoint
from navigation.core.finding.entrances import PLACE_M
from navigation.core.finding.reaching import Approaches, approaches_of
from navigation.errors import GraphMissing, PointNotWalkable
from navigation.services.graphs import Engine, engine_for
from navigation.services.travelling import Travel, finder_for
from navigation.services.waypoints import point_stop
from venues import models, selectors
from venues.core.place_search import Match
from venues.services import places
from venues.services.places import PlaceRequest


def find(venue: models.Venue, request: PlaceRequest) -> list[Match]:
    """Return the best places first; of those that match as well, the nearest by walking time. Raises as places.find does."""
    publication = selectors.current_publication(venue)

    def walks_from(near: LevelPoint) -> NDArray[np.float64] | None:
        try:
            return walking_times_s(engine_for(publication), near)
        except (GraphMissing, PointNotWalkable):
            return None  # a map without a graph, or a visitor off the map: straight distance is all that is known

    return places.find(venue, request, walks_from)


def walking_times_s(engine: Engine, near: LevelPoint) -> NDArray[np.float64]:
    """Return (n places,) the seconds to walk to each place that is searched for; infinite where nothing leads there.

    Raises PointNotWalkable.
    """
    finder = finder_for(engine, Travel())
    stop = point_stop(engine, near, "near", reach_m=PLACE_M)
    node_ms = finder.metric.costs_from(finder.seeds(stop))
    ms_per_m = float(finder.pace.walk_ms(1.0))  # of one metre
    snap = stop[0].snap
    times_ms = _approaches(engine).reach_ms(node_ms, ms_per_m, near, None if snap is None else snap.unit_id)
    return times_ms / 1000


@lru_cache(maxsize=selectors.KEPT_SNAPSHOTS)
def _approaches(engine: Engine) -> Approaches:
    return approaches_of(engine.graph, engine.index, selectors.places(engine.snapshot.content_hash))
