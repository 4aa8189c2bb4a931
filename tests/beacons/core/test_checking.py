"""Each fault of a registry over a map is found, at its beacon, and a sound registry has none."""

import dataclasses
from collections.abc import Mapping, Sequence
from uuid import UUID

import pytest

from beacons.core.checking import check
from beacons.core.registry import Placement, Record, placement_of
from tests.beacons.broken_registries import FAULTS, Break, csv_of, records, row, sound_rows
from tests.venues.broken_maps import MAPS, sound_map
from tests.venues.small_map import id_of, lng_lat
from venues.core.snapshot import Snapshot
from venues.core.validation import Severity
from venues.services.imdf_files import read_imdf_file

SOUND = Snapshot.from_features(sound_map())
CODES = sorted({fault[0] for fault in FAULTS})


def registry_of(rows: Sequence[Record]) -> Mapping[UUID, Placement]:
    """Return the beacons of rows, numbered from 1."""
    return {UUID(int=number): placement_of(each)[0] for number, each in enumerate(rows, start=1)}


def test_a_sound_registry_has_no_findings():
    assert check(registry_of(sound_rows()), SOUND) == []


def test_a_venue_without_beacons_has_no_findings_of_them():
    assert check({}, SOUND) == []


@pytest.mark.parametrize(("code", "severity", "names", "breaking"), FAULTS, ids=[f"{f[0]}-{f[1]}" for f in FAULTS])
def test_a_fault_is_found_at_its_beacon_and_nothing_else_is(
    code: str, severity: Severity, names: set[str], breaking: Break
):
    registry = registry_of(breaking(sound_rows()))
    found = check(registry, SOUND)
    assert {(finding.code, finding.severity) for finding in found} == {(code, severity)}
    assert all(finding.at is not None for finding in found)
    if names:
        assert {registry[finding.feature_id].name for finding in found} == names


@pytest.mark.parametrize("code", CODES)
def test_the_broken_registry_of_the_fixtures_shows_just_its_finding(code: str):
    broken = MAPS / "broken" / code
    snapshot = Snapshot.from_features(read_imdf_file(broken.with_suffix(".zip")).features)
    found = check(registry_of(records(broken.with_suffix(".csv").read_text())), snapshot)
    assert {finding.code for finding in found} == {code}


def test_the_sound_registry_of_the_fixtures_is_sound():
    assert (MAPS / "sound.csv").read_text() == csv_of(sound_rows())


def test_a_hall_that_one_beacon_cannot_reach_is_found_where_nothing_is_heard():
    registry = registry_of([each for each in sound_rows() if each["name"] != "First 7" and each["name"] != "First 9"])
    assert check(registry, SOUND) == [], "20 m are heard"
    registry = registry_of([*sound_rows()[:6], row(6, "First", 31, 11)])
    [finding] = check(registry, SOUND)
    assert (finding.code, finding.feature_id) == ("unit_uncovered", id_of("museum room"))
    assert 'of unit "Heritage Museum"' in finding.message
    assert finding.at > tuple(lng_lat(45, 0)), "in the far half of the room"


def test_one_device_that_sends_two_formats_is_not_there_twice():
    as_eddystone = {"format": "eddystone_uid", "namespace": "0" * 20, "instance": "1" * 12}
    beside = row(77, "Street", 5, 10) | as_eddystone
    assert check(registry_of([*sound_rows(), beside]), SOUND) == []


def test_beacons_that_share_an_identity_are_told_apart_by_their_addresses():
    twins = [
        dataclasses.replace(
            placed, address=f"c4:be:84:00:00:0{number}", identity=registry_of(sound_rows())[UUID(int=1)].identity
        )
        for number, placed in enumerate(registry_of(sound_rows()).values())
    ]
    assert check({UUID(int=number): placed for number, placed in enumerate(twins)}, SOUND) == []


def test_a_message_about_a_fleet_of_one_identity_stays_short():
    identity = registry_of(sound_rows())[UUID(int=1)].identity
    fleet = [
        dataclasses.replace(placed, identity=identity, address=f"c4:be:84:00:00:{number:02x}" if number else "")
        for number, placed in enumerate(registry_of(sound_rows()).values())
    ]
    [finding] = check({UUID(int=number): placed for number, placed in enumerate(fleet)}, SOUND)
    assert finding.code == "beacon_identity_shared"
    assert "and 6 more" in finding.message


def test_the_demo_district_has_no_findings_of_its_beacons():
    folder = MAPS.parent / "venues" / "msheireb"
    snapshot = Snapshot.from_features(read_imdf_file(folder / "imdf.zip").features)
    assert check(registry_of(records((folder / "beacons.csv").read_text())), snapshot) == []
