"""What the API and the live door say of a position and a place: values in, plain JSON out (docs/api/live.md)."""

from typing import Any
from uuid import UUID

from geo.position import Position
from venues.core.imdf.features import Labels, Level
from venues.core.imdf.labels import label_in
from venues.core.locating import MapPlace
from venues.core.snapshot import Snapshot

Json = dict[str, Any]


def level_json(level: Level, language: str) -> Json:
    """Return a level in the words of every answer."""
    return {"id": str(level.id), "ordinal": level.ordinal, "short_name": label_in(level.short_name, language) or ""}


def position_json(position: Position, snapshot: Snapshot, language: str) -> Json:
    """Return the position in degrees; radii in metres to the centimetre, probabilities to four decimals."""
    lng, lat = snapshot.frame.to_lng_lat(position.point.x_m, position.point.y_m)
    return {
        "lng": round(lng, 7),
        "lat": round(lat, 7),
        "level": level_json(snapshot.levels[position.point.level_id], language),
        "accuracy_m": round(position.accuracy_m, 2),
        "accuracy_95_m": round(position.accuracy_95_m, 2),
        "level_probability": {
            str(level_id): round(share, 4) for level_id, share in position.posterior.level_probability().items()
        },
        "at": position.at.isoformat(),
    }


def place_json(place: MapPlace | None, snapshot: Snapshot, language: str) -> Json | None:
    """Return what is where the visitor is: the unit, the sections round it, the building, the level."""
    if place is None:
        return None
    return {
        "unit": place.unit and _named(place.unit.id, place.unit.name, language) | {"category": place.unit.category},
        "sections": [_named(id_, snapshot.sections[id_].name, language) for id_ in place.section_ids],
        "building": place.building and _named(place.building.id, place.building.name, language),
        "level": level_json(place.level, language),
    }


def _named(id_: UUID, labels: Labels, language: str) -> Json:
    return {"id": str(id_), "name": label_in(labels, language)}
