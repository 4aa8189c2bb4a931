"""The registry: CSV whole or not at all, and deployments that follow it."""

import json
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from beacons import selectors
from beacons.core.deployment import OUTDOORS, Deployment
from beacons.core.registry import COLUMNS, identity_from_key, identity_key
from beacons.core.sighting import AltBeaconId, EddystoneUid, IBeaconId
from beacons.errors import ImportRefused, NotDeployed
from beacons.models import Beacon, DeploymentVersion
from beacons.services import deployments, registry
from tests.beacons.conftest import FLEET, FRAME, NOW, csv_of, grid, row
from venues import selectors as venues
from venues.models import Venue


def test_every_identity_has_one_canonical_text() -> None:
    for identity in (
        IBeaconId(UUID(FLEET), 1, 2),
        EddystoneUid("00" * 10, "11" * 6),
        AltBeaconId(UUID(FLEET), 65535, 0),
    ):
        assert identity_from_key(*identity_key(identity)) == identity


def test_importing_twice_changes_nothing_the_second_time(venue: Venue) -> None:
    text = csv_of(*grid())
    assert registry.import_csv(venue=venue, text=text, now=NOW).created == len(grid())
    assert registry.import_csv(venue=venue, text=text, now=NOW) == registry.Imported(0, 0, len(grid()))


def test_what_is_exported_imports_as_the_same(venue: Venue) -> None:
    eddystone = row(3, format="eddystone_uid", namespace="AB" * 10, instance="cd" * 6, address="C4-BE-84-00-00-01")
    altbeacon = row(4, format="altbeacon", id1=FLEET, id2="1", id3="2")
    registry.import_csv(venue=venue, text=csv_of(row(1), eddystone, altbeacon), now=NOW)
    exported = registry.export_csv(venue)
    assert registry.import_csv(venue=venue, text=exported, now=NOW).unchanged == 3
    assert exported.splitlines()[0] == ",".join(COLUMNS)


def test_a_moved_beacon_is_updated_in_place(venue: Venue) -> None:
    registry.import_csv(venue=venue, text=csv_of(row(1)), now=NOW)
    before = Beacon.objects.get().id
    assert registry.import_csv(venue=venue, text=csv_of(row(1, x_m=20.0)), now=NOW).updated == 1
    assert Beacon.objects.get().id == before


def test_every_bad_row_is_named_and_nothing_is_imported(venue: Venue) -> None:
    rows = [
        row(1),
        row(2, lng="east"),
        row(3, major="65536", height_m="-1"),
        row(4, format="wifi"),
        row(5, level_id=UUID(int=99)),
        row(1, x_m=30.0),
        row(6, measured_power_dbm="nan", name=""),
        row(7, address="00:11"),
        row(8, lat="inf"),
    ]
    with pytest.raises(ImportRefused) as refused:
        registry.import_csv(venue=venue, text=csv_of(*rows), now=NOW)
    named = {(fault["row"], fault["column"]) for fault in refused.value.members["faults"]}
    assert named == {
        (3, "lng"), (4, "major"), (4, "height_m"), (5, "format"), (6, "level_id"), (7, "format"),
        (8, "measured_power_dbm"), (8, "name"), (9, "address"), (10, "lat"),
    }  # fmt: skip
    assert Beacon.objects.count() == 0


@pytest.mark.parametrize(
    "text", ["", "name,format\n", '"a" b,c\n', csv_of(row(1)) + '"unclosed', csv_of(row(1)).rstrip() + ",more,cells\n"]
)
def test_a_file_that_is_no_registry_is_refused(venue: Venue, text: str) -> None:
    with pytest.raises(ImportRefused):
        registry.import_csv(venue=venue, text=text, now=NOW)


def test_a_deployment_is_the_same_bytes_for_the_same_registry(venue: Venue) -> None:
    registry.import_csv(venue=venue, text=csv_of(*grid()), now=NOW)
    first = deployments.publish(venue=venue, now=NOW)
    assert deployments.publish(venue=venue, now=NOW) == first
    assert DeploymentVersion.objects.count() == 1


def test_a_deployment_survives_its_bytes(venue: Venue) -> None:
    registry.import_csv(venue=venue, text=csv_of(*grid()), now=NOW)
    built = deployments.build(selectors.beacons_in_use(venue), venues.current_snapshot(venue))
    again = Deployment.from_bytes(built.to_bytes())
    assert again.to_bytes() == built.to_bytes()
    assert (again.ids, again.identities, again.levels) == (built.ids, built.identities, built.levels)
    assert {level.building for level in again.levels} == {OUTDOORS, 0}
    with pytest.raises(ValueError, match="a deployment begins with"):
        Deployment.from_bytes(b"something else")


def test_a_quarantined_beacon_has_no_part_in_the_deployment(venue: Venue) -> None:
    registry.import_csv(venue=venue, text=csv_of(*grid()), now=NOW)
    Beacon.objects.filter(identity=f"{FLEET}/7/1").update(state="quarantined")
    deployments.publish(venue=venue, now=NOW)
    deployment = selectors.current_deployment(venue)
    assert deployment.index_of(IBeaconId(UUID(FLEET), 7, 1), None) is None
    assert deployment.index_of(IBeaconId(UUID(FLEET), 7, 2), None) is not None


def test_where_beacons_share_an_identity_the_address_decides(venue: Venue) -> None:
    shared = [row(1, x_m=float(x), address=f"c4:be:84:00:00:0{x}") for x in (1, 2)]
    registry.import_csv(venue=venue, text=csv_of(*shared, row(2)), now=NOW)
    deployments.publish(venue=venue, now=NOW)
    deployment = selectors.current_deployment(venue)
    identity = IBeaconId(UUID(FLEET), 7, 1)
    index = deployment.index_of(identity, "c4:be:84:00:00:02")
    assert index is not None
    frame = venues.current_snapshot(venue).frame
    assert deployment.x_m[index] == pytest.approx(frame.to_metres(*FRAME.to_lng_lat(2.0, 10.0))[0], abs=0.01)
    assert deployment.index_of(identity, None) is None
    assert deployment.index_of(identity, "c4:be:84:00:00:09") is None
    assert deployment.index_of(IBeaconId(UUID(FLEET), 7, 2), "randomised") is not None


def test_a_venue_without_deployment_says_so(venue: Venue) -> None:
    with pytest.raises(NotDeployed, match="Import its beacons"):
        selectors.current_deployment(venue)


def test_the_command_imports_and_deploys(venue: Venue, tmp_path: Path) -> None:
    path, out = tmp_path / "beacons.csv", StringIO()
    path.write_text(csv_of(*grid()))
    call_command("import_beacons", path, "--venue", "small", "--json", stdout=out)
    report = json.loads(out.getvalue().splitlines()[-1])
    assert (report["created"], report["deployment"]) == (len(grid()), DeploymentVersion.objects.get().blob_hash)


@pytest.mark.parametrize(
    ("name", "slug", "said"),
    [("beacons.csv", "nowhere", 'no venue "nowhere"'), ("missing.csv", "small", "missing.csv can't be read")],
)
def test_the_command_says_what_is_wrong(venue: Venue, tmp_path: Path, name: str, slug: str, said: str) -> None:
    (tmp_path / "beacons.csv").write_text(csv_of(row(1)))
    with pytest.raises(CommandError, match=said):
        call_command("import_beacons", tmp_path / name, "--venue", slug)


def test_the_command_lists_bad_rows(venue: Venue, tmp_path: Path) -> None:
    (tmp_path / "beacons.csv").write_text(csv_of(row(1, lng="x")))
    errors = StringIO()
    with pytest.raises(CommandError, match="nothing was imported"):
        call_command("import_beacons", tmp_path / "beacons.csv", "--venue", "small", stderr=errors)
    assert "row 2, lng: must be a number" in errors.getvalue()
