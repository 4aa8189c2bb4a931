"""A small map: a street, and a building of two levels beside it; and beacons in it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import TestCase

from beacons.core.batch import SightingBatch
from beacons.core.registry import COLUMNS
from beacons.core.sighting import Sighting
from beacons.services import positioning
from geo.frame import LocalFrame
from venues import storage
from venues.core.imdf.features import Feature, FeatureType
from venues.core.snapshot import canonical_bytes
from venues.models import Publication, Venue

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FLEET = "e2c56db5-dffb-48d2-b060-d0f5a71096e0"
FRAME = LocalFrame(51.52, 25.28)
VENUE, BUILDING, STREET_LEVEL, GROUND, UPPER = (UUID(int=number) for number in range(1, 6))


def rectangle(west_m: float, south_m: float, east_m: float, north_m: float) -> dict[str, Any]:
    """Return the GeoJSON of a rectangle in metres of FRAME."""
    corners = [(west_m, south_m), (east_m, south_m), (east_m, north_m), (west_m, north_m), (west_m, south_m)]
    return {"type": "Polygon", "coordinates": [[FRAME.to_lng_lat(*corner) for corner in corners]]}


def level(level_id: UUID, ordinal: int, outdoor: bool, shape: dict[str, Any]) -> Feature:
    properties = {
        "category": "unspecified", "ordinal": ordinal, "outdoor": outdoor, "name": {"en": "Level"},
        "short_name": {"en": str(ordinal)}, "building_ids": [] if outdoor else [str(BUILDING)], "restriction": None,
        "display_point": None, "address_id": None,
    }  # fmt: skip
    return Feature(level_id, FeatureType.LEVEL, shape, properties)


def unit(number: int, level_id: UUID, shape: dict[str, Any]) -> Feature:
    properties = {
        "category": "walkway", "level_id": str(level_id), "name": None, "alt_name": None, "restriction": None,
        "accessibility": None, "display_point": None,
    }  # fmt: skip
    return Feature(UUID(int=number), FeatureType.UNIT, shape, properties)


STREET, HALL = rectangle(0, -20, 60, 0), rectangle(0, 0, 60, 40)
FEATURES = [
    Feature(
        VENUE, FeatureType.VENUE, rectangle(0, -20, 60, 40),
        {"category": "shoppingcenter", "name": {"en": "Small"}, "display_point": None, "address_id": str(UUID(int=9))},
    ),
    Feature(BUILDING, FeatureType.BUILDING, None, {"category": "unspecified", "name": None, "display_point": None}),
    level(STREET_LEVEL, 0, True, STREET),
    level(GROUND, 0, False, HALL),
    level(UPPER, 1, False, HALL),
    unit(11, STREET_LEVEL, STREET),
    unit(12, GROUND, HALL),
    unit(13, UPPER, HALL),
]  # fmt: skip


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def venue(db: None, tmp_path: Any, settings: Any) -> Venue:
    settings.STORAGES = settings.STORAGES | {
        "blobs": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }
    made = Venue.objects.create(slug="small", name={"en": "Small"})
    content_hash = storage.put_blob(canonical_bytes(FEATURES))
    made.current_publication = Publication.objects.create(
        venue=made, number=1, snapshot_hash=content_hash, published_at=NOW
    )
    made.save()
    return made


Row = Callable[..., dict[str, str]]


def row(
    minor: int = 1, x_m: float = 10.0, y_m: float = 10.0, level_id: UUID = GROUND, **changes: str
) -> dict[str, str]:
    """Return a record of the registry at a place in metres."""
    lng, lat = FRAME.to_lng_lat(x_m, y_m)
    record = dict.fromkeys(COLUMNS, "") | {
        "name": f"Beacon {minor}", "format": "ibeacon", "proximity_uuid": FLEET, "major": "7", "minor": str(minor),
        "lng": f"{lng:.8f}", "lat": f"{lat:.8f}", "level_id": str(level_id), "height_m": "3",
        "measured_power_dbm": "-59", "interval_ms": "300", "model": "Puck",
    }  # fmt: skip
    return record | changes


def csv_of(*rows: dict[str, str]) -> str:
    return "\n".join([",".join(COLUMNS), *(",".join(record[column] for column in COLUMNS) for record in rows)]) + "\n"


def grid() -> list[dict[str, str]]:
    """Return beacons every 7 m in the hall of both levels, and every 12 m in the street."""
    places = [(x, y, GROUND) for x in range(4, 60, 7) for y in range(4, 40, 7)]
    places += [(x, y, UPPER) for x in range(4, 60, 7) for y in range(4, 40, 7)]
    places += [(x, y, STREET_LEVEL) for x in range(6, 60, 12) for y in (-16, -5)]
    return [row(minor, float(x), float(y), on) for minor, (x, y, on) in enumerate(places, start=1)]


def batch_of(sightings: Sequence[Sighting], **parts: Any) -> SightingBatch:
    """Return the batch of these sightings, and of what else a phone feels."""
    newest_at = max((one.heard_at for one in sightings), default=None)
    felt = dict.fromkeys(("gnss", "anchor", "motion", "barometer")) | {"telemetry": (), "newest_at": newest_at} | parts
    return SightingBatch(sequence=1, sightings=tuple(sightings), **felt)


def located(
    venue: Venue, sightings: Sequence[Sighting], *, visitor: UUID, at: datetime = NOW, **parts: Any
) -> positioning.Located:
    """Return what comes of a batch that arrives at an instant, and is committed."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return positioning.locate(venue=venue, visitor_id=visitor, batch=batch_of(sightings, **parts), received_at=at)
