"""What the venues API says: rows and snapshots in, plain JSON out."""

from collections import Counter
from math import isfinite
from typing import Any

import shapely

from venues import models
from venues.core.imdf.categories import category_name
from venues.core.imdf.features import Level
from venues.core.map_json import place_feature
from venues.core.place_search import Match, Place
from venues.core.snapshot import Snapshot

Json = dict[str, Any]


def venue_summary(venue: models.Venue, publication: models.Publication) -> Json:
    """Return the venue as lists show it."""
    return {
        "id": str(venue.id),
        "slug": venue.slug,
        "name": venue.name,
        "time_zone": venue.time_zone,
        "snapshot": {
            "hash": publication.snapshot_hash,
            "number": publication.number,
            "published_at": publication.published_at,
        },
    }


def venue_detail(venue: models.Venue, publication: models.Publication, snapshot: Snapshot) -> Json:
    """Return the venue with the extent and the levels of its map, from the lowest level up."""
    levels = sorted(snapshot.levels.values(), key=lambda level: (level.ordinal, level.id))
    return venue_summary(venue, publication) | {
        "bbox": _bbox(snapshot),
        "levels": [_level(snapshot, level) for level in levels],
    }


def _bbox(snapshot: Snapshot) -> list[float]:
    west, south, east, north = shapely.total_bounds(list(snapshot.shapes_m.values()))
    corners = (*snapshot.frame.to_lng_lat(west, south), *snapshot.frame.to_lng_lat(east, north))
    return [round(float(corner), 7) for corner in corners]


def _level(snapshot: Snapshot, level: Level) -> Json:
    building = next((snapshot.buildings[id_] for id_ in level.building_ids if id_ in snapshot.buildings), None)
    return {
        "id": str(level.id),
        "ordinal": level.ordinal,
        "short_name": level.short_name,
        "name": level.name,
        "building": None if building is None else {"id": str(building.id), "name": building.name},
        "outdoor": level.outdoor,
    }


def place_list(snapshot: Snapshot, matches: list[Match], language: str) -> Json:
    """Return the places found as a GeoJSON FeatureCollection, best first."""
    return {
        "type": "FeatureCollection",
        "snapshot": snapshot.content_hash,
        "features": [_match(snapshot, match, language) for match in matches],
    }


def _match(snapshot: Snapshot, match: Match, language: str) -> Json:
    feature = place_feature(snapshot, match.place, language)
    feature["properties"]["match"] = match.kind.name.lower()
    if match.distance_m is not None:
        feature["properties"]["distance_m"] = round(match.distance_m, 1)
    if match.walk_s is not None:
        feature["properties"]["walk_s"] = round(match.walk_s, 1) if isfinite(match.walk_s) else None
    return feature


def one_place(snapshot: Snapshot, place: Place, language: str) -> Json:
    """Return one place as a GeoJSON Feature."""
    return {"snapshot": snapshot.content_hash, **place_feature(snapshot, place, language)}


def category_list(snapshot: Snapshot, places: tuple[Place, ...]) -> Json:
    """Return the categories that the map has places of, the most frequent first."""
    counts = Counter(place.category for place in places)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {
        "snapshot": snapshot.content_hash,
        "categories": [
            {"category": category, "name": category_name(category), "places": count} for category, count in ordered
        ],
    }
