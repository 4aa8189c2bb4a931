"""The small map with its beacons, one of them wrong in one way for each code of a finding.

`python -m tests.beacons.broken_registries` writes them to fixtures/maps: a map, and the CSV of its beacons beside it.
"""

import csv
import io
from collections.abc import Callable

from beacons.core.registry import COLUMNS, Record
from tests.venues.broken_maps import MAPS, UNKNOWN, sound_map
from tests.venues.small_map import id_of, lng_lat
from venues.core.imdf.writing import write_archive
from venues.core.validation import Severity

FLEET = "e2c56db5-dffb-48d2-b060-d0f5a71096e0"
PLACES = [
    ("Street", 5, 10), ("Street", 25, 30),
    ("Ground", 37, 15), ("Ground", 53, 15), ("Ground", 37, 30), ("Ground", 52, 30),
    ("First", 37, 15), ("First", 53, 15), ("First", 37, 30), ("First", 52, 30),
]  # fmt: skip
Row = dict[str, str]
Break = Callable[[list[Row]], list[Row]]


def row(minor: int, level: str, x_m: float, y_m: float, **changes: str) -> Row:
    """Return the row of a sound beacon."""
    lng, lat = lng_lat(x_m, y_m)
    return dict.fromkeys(COLUMNS, "") | {
        "name": f"{level} {minor}", "format": "ibeacon", "proximity_uuid": FLEET, "major": "1", "minor": str(minor),
        "lng": str(lng), "lat": str(lat), "level_id": str(id_of(level)), "height_m": "2.8",
        "measured_power_dbm": "-59", "interval_ms": "300", "model": "Puck",
    } | changes  # fmt: skip


def sound_rows() -> list[Row]:
    return [row(minor, *place) for minor, place in enumerate(PLACES)]


def first(**changes: str) -> Break:
    """Return how to change the first beacon so."""
    return lambda rows: [rows[0] | changes, *rows[1:]]


def on_level(rows: list[Row], level: str) -> list[Row]:
    return [each for each in rows if each["level_id"] == str(id_of(level))]


def off_level(rows: list[Row], level: str) -> list[Row]:
    return [each for each in rows if each["level_id"] != str(id_of(level))]


# code, severity, the names of the beacons that are named, and how to break the registry so.
FAULTS: list[tuple[str, Severity, set[str], Break]] = [
    ("beacon_height_unlikely", Severity.WARNING, {"Street 0"}, first(height_m="0")),
    ("beacon_identity_shared", Severity.ERROR, {"Street 0"},
     lambda rows: [*rows, row(0, "First", 45, 35, name="twin", address="c4:be:84:00:00:01")]),
    ("beacon_interval_unlikely", Severity.WARNING, {"Street 0"}, first(interval_ms="10000")),
    ("beacon_level_unknown", Severity.WARNING, {"lost"}, lambda rows: [*rows, row(77, "First", 45, 35, name="lost", level_id=UNKNOWN)]),
    ("beacon_level_unknown", Severity.ERROR, {"Street 0"}, lambda rows: [rows[0] | {"level_id": UNKNOWN}]),
    ("beacon_off_floor", Severity.WARNING, {"Ground 77"}, lambda rows: [*rows, row(77, "Ground", 50, 3)]),
    ("beacon_power_unlikely", Severity.WARNING, {"Street 0"}, first(measured_power_dbm="-18")),
    ("beacon_twice", Severity.WARNING, {"Street 77"}, lambda rows: [*rows, row(77, "Street", 5.1, 10)]),
    ("level_without_beacons", Severity.WARNING, set(), lambda rows: off_level(rows, "First")),
    ("unit_uncovered", Severity.WARNING, set(), lambda rows: [*off_level(rows, "First"), *on_level(rows, "First")[:1]]),
]  # fmt: skip


def csv_of(rows: list[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def records(text: str) -> list[Record]:
    return list(csv.DictReader(io.StringIO(text)))


def write_registries() -> None:
    """Write the beacons of the sound map, and for each code the map with the beacons that show it."""
    (MAPS / "sound.csv").write_text(csv_of(sound_rows()))
    for code, _, _, breaking in reversed(FAULTS):  # the first of a code is the plainest, and stays
        (MAPS / "broken" / f"{code}.zip").write_bytes(write_archive(sound_map()))
        (MAPS / "broken" / f"{code}.csv").write_text(csv_of(breaking(sound_rows())))


if __name__ == "__main__":
    write_registries()
