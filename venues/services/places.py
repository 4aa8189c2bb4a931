"""Searching a venue's places: the request's words into the map's, then the pure search."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from geo.position import LevelPoint
from venues import models, selectors
from venues.core.locating import level_from
from venues.core.openness import HoursError, is_open
from venues.core.place_search import Match
from venues.core.spatial_index import SpatialIndex
from venues.errors import LevelNotFound


@dataclass(frozen=True)
class PlaceRequest:
    """What to find. `near` is (lng, lat, level id or ordinal); `open_at` an aware instant."""

    q: str = ""
    language: str = "en"
    category: str | None = None
    near: tuple[float, float, str] | None = None
    open_at: datetime | None = None
    limit: int = 20


WalksFrom = Callable[[LevelPoint], NDArray[np.float64] | None]
"""Returns (n places,) the seconds to walk from a point to each place of the map, or None where they are not known."""


def find(venue: models.Venue, request: PlaceRequest, walks_from: WalksFrom) -> list[Match]:
    """Return the best places of the current map first. Raises NotPublished, or LevelNotFound for the level of `near`."""
    content_hash = selectors.current_publication(venue).snapshot_hash
    search = selectors.place_search(content_hash)
    near = point_of(selectors.spatial_index(content_hash), request.near) if request.near else None
    return search.find(
        request.q,
        language=request.language,
        category=request.category,
        near=near,
        walks_s=walks_from(near) if near else None,
        has_hours=_open_at(venue, content_hash, request.open_at) if request.open_at else None,
        limit=request.limit,
    )


def point_of(index: SpatialIndex, near: tuple[float, float, str]) -> LevelPoint:
    """Return the point in metres of a longitude, a latitude and a level as requests name it. Raises LevelNotFound."""
    lng, lat, asked = near
    x_m, y_m = index.snapshot.frame.to_metres(lng, lat)
    level = level_from(index, asked, x_m, y_m)
    if level is None:
        raise LevelNotFound(f'The map has no level "{asked}". Give the id or the ordinal of a level.', param="near")
    return LevelPoint(x_m, y_m, level.id)


def _open_at(venue: models.Venue, content_hash: str, at: datetime) -> Callable[[str | None], bool]:
    """Return what says whether hours are open then; a place without readable hours may be, and stays."""
    country = selectors.snapshot(content_hash).country

    def may_be_open(hours: str | None) -> bool:
        try:
            return hours is None or is_open(hours, at, venue.time_zone, country)
        except HoursError:
            return True

    return may_be_open
