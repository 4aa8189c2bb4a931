"""A surveyor's walk as a CSV file: way points and sightings, a row each, every bad row named."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import isfinite, nan
from uuid import UUID

from beacons.core.learning.walks import Walk, WayPoint
from beacons.core.registry import BeaconFormat, Fault, identity_from_key, identity_key
from beacons.core.sighting import Sighting
from geo.frame import LocalFrame
from geo.position import LevelPoint

COLUMNS = ("at", "kind", "lng", "lat", "level_id", "format", "identity", "address", "rssi_dbm")
WAY_POINT, SIGHTING = "way_point", "sighting"
# As a phone reports them (core/batch.py).
WEAKEST_DBM, STRONGEST_DBM = -127.0, 20.0
LEAST_WAY_POINTS, LEAST_SIGHTINGS = 2, 10
LONGEST = timedelta(hours=12)

Record = Mapping[str, str]


@dataclass(frozen=True)
class Tapped:
    """Where a surveyor tapped the map, in degrees."""

    at: datetime
    lng: float
    lat: float
    level_id: UUID


@dataclass(frozen=True, eq=False)
class SurveyFile:
    """What a file holds, in the order of its instants."""

    way_points: tuple[Tapped, ...]
    sightings: tuple[Sighting, ...]

    def walk(self, survey_id: UUID, frame: LocalFrame) -> Walk:
        """Return the walk in metres of a map's frame. Each survey is judged apart: its walker is itself."""
        points = [
            WayPoint(one.at, LevelPoint(*frame.to_metres(one.lng, one.lat), one.level_id)) for one in self.way_points
        ]
        return Walk(survey_id, f"survey {survey_id}", self.sightings, points)


def read_survey(text: str, level_ids: frozenset[UUID] | None) -> tuple[SurveyFile, list[tuple[int, Fault]]]:
    """Return the survey of a CSV file, and every fault with its row; use the survey only where there is none.

    `level_ids`: those of the map, None where it has none yet.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        return SurveyFile((), ()), [(1, Fault(column, "is missing from the header")) for column in missing]
    way_points: list[Tapped] = []
    sightings: list[Sighting] = []
    faults: list[tuple[int, Fault]] = []
    try:
        for record in reader:
            row = _Row(record, level_ids)
            found = row.read()
            faults += [(reader.line_num, fault) for fault in row.faults]
            if isinstance(found, Tapped):
                way_points.append(found)
            elif found is not None:
                sightings.append(found)
    except csv.Error as error:
        faults.append((reader.line_num, Fault("at", f"this is not CSV: {error}")))
    survey = SurveyFile(
        tuple(sorted(way_points, key=lambda one: one.at)), tuple(sorted(sightings, key=lambda one: one.heard_at))
    )
    return survey, faults or _whole_faults(survey)


def _whole_faults(survey: SurveyFile) -> list[tuple[int, Fault]]:
    """Return what is wrong with a file whose every row is right."""
    counts = ((WAY_POINT, survey.way_points, LEAST_WAY_POINTS), (SIGHTING, survey.sightings, LEAST_SIGHTINGS))
    for kind, rows, least in counts:
        if len(rows) < least:
            return [(1, Fault("kind", f"{len(rows)} rows are a {kind}; a survey needs {least}"))]
    if survey.way_points[-1].at - survey.way_points[0].at > LONGEST:
        return [(1, Fault("at", "the way points are more than 12 hours apart: send one file a walk"))]
    begun, ended = survey.way_points[0].at, survey.way_points[-1].at
    within = sum(begun <= one.heard_at <= ended for one in survey.sightings)
    if within < LEAST_SIGHTINGS:
        return [
            (
                1,
                Fault(
                    "at", f"{within} sightings were heard between the first way point and the last: check the clocks"
                ),
            )
        ]
    return []


class _Row:
    """One row, and what is wrong with it."""

    def __init__(self, record: Record, level_ids: frozenset[UUID] | None) -> None:
        self._record, self._level_ids = record, level_ids
        self.faults: list[Fault] = []

    def read(self) -> Tapped | Sighting | None:
        """Return what the row says; None, or something not to be used, where there are faults."""
        match self._text("kind"):
            case "way_point":
                return Tapped(self._instant(), self._number("lng", 180), self._number("lat", 90), self._level())
            case "sighting":
                return self._sighting()
            case kind:
                self._fault("kind", f"must be {WAY_POINT} or {SIGHTING}, not {kind!r}")
                return None

    def _sighting(self) -> Sighting | None:
        at, rssi_dbm = self._instant(), self._strength()
        kind, key = self._text("format"), self._text("identity").lower()
        try:
            identity = identity_from_key(BeaconFormat(kind), key)
            canonical = identity_key(identity)[1]
        except (ValueError, IndexError):
            self._fault("identity", f"{key!r} is no identity of format {kind!r}: the guide shows one of each format")
            return None
        if canonical != key:
            self._fault("identity", f"must be written {canonical!r}, not {key!r}")
        return Sighting(identity, self._text("address").lower() or None, rssi_dbm, at)

    def _instant(self) -> datetime:
        text = self._text("at")
        try:
            at = datetime.fromisoformat(text).astimezone(UTC) if datetime.fromisoformat(text).tzinfo else None
        except (ValueError, OverflowError):
            at = None
        if at is None:
            self._fault("at", f"must be a time with its offset, such as 2026-11-23T12:00:00.250Z, not {text!r}")
        return at or datetime.fromtimestamp(0, UTC)

    def _strength(self) -> float:
        value = self._float("rssi_dbm")
        if not WEAKEST_DBM <= value <= STRONGEST_DBM:
            self._fault("rssi_dbm", f"must be a number from -127 to 20, not {self._text('rssi_dbm')!r}")
        return value

    def _number(self, column: str, most: float) -> float:
        value = self._float(column)
        if not -most <= value <= most:
            self._fault(column, f"must be a number from -{most:g} to {most:g}, not {self._text(column)!r}")
        return value

    def _float(self, column: str) -> float:
        try:
            value = float(self._text(column))
        except ValueError:
            return nan
        return value if isfinite(value) else nan

    def _level(self) -> UUID:
        text = self._text("level_id")
        try:
            level_id = UUID(text)
        except ValueError:
            self._fault("level_id", f"must be a UUID, not {text!r}")
            return UUID(int=0)
        if self._level_ids is not None and level_id not in self._level_ids:
            self._fault("level_id", f"the published map has no level {level_id}")
        return level_id

    def _text(self, column: str) -> str:
        return (self._record.get(column) or "").strip()

    def _fault(self, column: str, message: str) -> None:
        self.faults.append(Fault(column, message))
