"""Surveyors' walks: kept as they come, read over whatever map is in use."""

from datetime import datetime
from typing import Any

from django.db import transaction

from beacons import models, selectors
from beacons.core.learning.locating import LocatedBeacon, located
from beacons.core.learning.survey_file import SurveyFile, read_survey
from beacons.core.learning.walks import Walk
from beacons.core.registry import identity_key
from beacons.core.sighting import EddystoneEid
from beacons.errors import SurveyRefused
from venues import selectors as venues
from venues import storage as blobs
from venues.models import Venue

FAULTS_LISTED = 100  # of a hopeless file; the count is always whole


@transaction.atomic
def upload(*, venue: Venue, name: str, text: str, now: datetime) -> models.Survey:
    """Keep a surveyor's CSV file and return its survey; of the same file the one that is kept already.

    Raises SurveyRefused with every bad row; then nothing was kept.
    """
    survey, faults = read_survey(text, selectors.level_ids(venue))
    if faults:
        rows = [{"row": row, "column": fault.column, "message": fault.message} for row, fault in faults]
        first = rows[0]
        raise SurveyRefused(
            f"{len(rows)} value(s) can't be used and nothing was kept. "
            f"Row {first['row']}, {first['column']}: {first['message']}.",
            faults=rows[:FAULTS_LISTED],
            fault_count=len(rows),
        )
    kept, _ = models.Survey.objects.get_or_create(
        venue=venue,
        blob_hash=blobs.put_blob(text.encode()),
        defaults={
            "name": name,
            "way_points": len(survey.way_points),
            "sightings": len(survey.sightings),
            "uploaded_at": now,
        },
    )
    return kept


def delete(*, survey: models.Survey) -> None:
    """Learn nothing more of a survey. What was published stays until a night learns without it, or is rolled back."""
    survey.delete()


def walks(venue: Venue) -> list[Walk]:
    """Return the surveys of a venue over its current map, the oldest first. Raises NotPublished."""
    frame = venues.current_snapshot(venue).frame
    rows = models.Survey.objects.filter(venue=venue).order_by("uploaded_at", "id")
    return [_file(row).walk(row.pk, frame) for row in rows]


def unknown_beacons(venue: Venue) -> list[dict[str, Any]]:
    """Return where the beacons seem to hang that surveyors heard and nobody registered. Raises NotDeployed."""
    frame = venues.current_snapshot(venue).frame
    found = located(selectors.current_terrain(venue), walks(venue))
    return [_told(one, frame.to_lng_lat(one.point.x_m, one.point.y_m)) for one in found]


def _file(row: models.Survey) -> SurveyFile:
    survey, _ = read_survey(blobs.get_blob(row.blob_hash).decode(), None)
    return survey


def _told(one: LocatedBeacon, lng_lat: tuple[float, float]) -> dict[str, Any]:
    assert not isinstance(one.identity, EddystoneEid)  # no survey file holds one
    kind, identity = identity_key(one.identity)
    return {
        "format": kind.value,
        "identity": identity,
        "address": one.address or "",
        "lng": round(lng_lat[0], 7),
        "lat": round(lng_lat[1], 7),
        "level_id": str(one.point.level_id),
        "level_probability": round(one.level_probability, 3),
        "accuracy_m": round(one.accuracy_m, 1),
        "accuracy_95_m": round(one.accuracy_95_m, 1),
        "measured_power_dbm": round(one.measured_power_dbm),
    }
