"""Isochrones: what can be reached from a place within some times."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import shapely
from django.utils import timezone
from shapely.geometry import mapping

from geo.geojson import DECIMALS
from navigation.core.answers import level_json
from navigation.core.finding.isochrones import areas_within
from navigation.services import graphs
from navigation.services.timetables import departing
from navigation.services.travelling import Travel, finder_at_once
from navigation.services.waypoints import Waypoint, resolve
from venues import selectors
from venues.models import Venue

Json = dict[str, Any]

MAX_LIMITS = 5
LONGEST_S = 3_600


@dataclass(frozen=True)
class IsochroneRequest:
    """What POST .../routes/isochrone asks."""

    origin: Waypoint
    limits_s: Sequence[int]
    travel: Travel = field(default_factory=Travel)
    depart_at: datetime = field(default_factory=timezone.now)
    language: str = "en"


def isochrone(venue: Venue, request: IsochroneRequest) -> Json:
    """Return GeoJSON: for each limit, the shortest first, an area on each level that is reached. Raises as routes do."""
    engine = graphs.engine_for(selectors.current_publication(venue))
    finder = finder_at_once(engine, request.travel, departing(engine, venue, request.depart_at))
    node_ms = finder.metric.costs_from(finder.seeds(resolve(engine, request.origin, "origin")))
    levels, frame = engine.snapshot.levels, engine.snapshot.frame
    features = [
        {
            "type": "Feature",
            "geometry": mapping(shapely.set_precision(frame.shape_to_lng_lat(area_m), 10.0**-DECIMALS)),
            "properties": {"limit_s": limit_s, "level": level_json(levels[level_id], request.language)},
        }
        for limit_s in sorted(set(request.limits_s))
        for level_id, area_m in areas_within(engine.graph, finder.metric.costs_ms, node_ms, limit_s * 1000).items()
    ]
    return {"type": "FeatureCollection", "snapshot": engine.snapshot.content_hash, "features": features}
