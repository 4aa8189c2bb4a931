"""Routes through the demo district, once it is loaded (`load_demo`), between any two of its units."""

import random
from collections.abc import Iterator
from typing import Any

SLUG = "msheireb"


def routes_between_units(seed: int, *, least_s: float) -> Iterator[dict[str, Any]]:
    """Yield routes of the API between random units that take at least so long, without end."""
    from navigation.errors import NoRoute
    from navigation.services.routing import RouteRequest, routes
    from venues.core.walkable import is_walkable
    from venues.selectors import current_snapshot, venue_by_slug

    venue, chance = venue_by_slug(SLUG), random.Random(seed)
    units = [str(unit.id) for unit in current_snapshot(venue).units.values() if is_walkable(unit)]
    while True:
        origin, destination = chance.sample(units, 2)
        try:
            [route] = routes(venue, RouteRequest({"place": origin}, {"place": destination})).to_json()["routes"]
        except NoRoute:
            continue
        if route["duration_s"] >= least_s:
            yield route
