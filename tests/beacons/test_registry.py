"""The registry: CSV whole or not at all, and deployments that follow it."""

import csv
import json
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beacons import selectors
from beacons.core.deployment import OUTDOORS, Deployment
from beacons.core.registry import COLUMNS, identity_from_key, identity_key
from beacons.core.sighting import AltBeaconId, BeaconIdentity, EddystoneUid, IBeaconId
from beacons.errors import BeaconExists, ImportRefused, InvalidBeacon, NotDeployed
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


@pytest.mark.parametrize("place", [(0.0, 0.0), tuple(reversed(FRAME.to_lng_lat(0, 0))), FRAME.to_lng_lat(1_200, 0)])
def test_a_place_too_far_from_the_map_to_be_meant_is_refused(venue: Venue, place: tuple[float, float]) -> None:
    far = row(2) | {"lng": str(place[0]), "lat": str(place[1])}
    with pytest.raises(ImportRefused) as refused:
        registry.import_csv(venue=venue, text=csv_of(row(1), far), now=NOW)
    assert [(fault["row"], fault["column"]) for fault in refused.value.members["faults"]] == [(3, "lng")]
    with pytest.raises(InvalidBeacon, match="km from the map") as invalid:
        registry.create(venue=venue, record=far, extra={}, now=NOW)
    assert invalid.value.param == "lng"


def test_a_place_beside_the_map_is_taken_and_found_by_a_check(venue: Venue) -> None:
    lng, lat = FRAME.to_lng_lat(-300, 0)
    beside = row(1) | {"lng": str(lng), "lat": str(lat)}
    assert registry.import_csv(venue=venue, text=csv_of(beside), now=NOW).created == 1


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30) | st.sampled_from(
    ['say "hi"', "a,b", "first\nsecond", "\u0627\u0644\u0628\u0627\u0628", "'=1+1", " \t"]
)


@st.composite
def records(draw: st.DrawFn) -> list[dict[str, str]]:
    """Return rows of beacons of any formats, each with what its installer wrote down."""
    found = []
    for minor in range(draw(st.integers(1, 4))):
        formats = draw(st.lists(st.sampled_from(["ibeacon", "eddystone_uid", "altbeacon"]), min_size=1, unique=True))
        sent = {
            "ibeacon": {"proximity_uuid": FLEET, "major": "7", "minor": str(minor)},
            "eddystone_uid": {"namespace": "ab" * 10, "instance": f"{minor:012x}"},
            "altbeacon": {"id1": FLEET, "id2": "1", "id3": str(minor)},
        }
        identity = dict.fromkeys(("proximity_uuid", "major", "minor"), "")
        for each in formats:
            identity |= sent[each]
        found.append(
            row(minor)
            | identity
            | {
                "format": formats[0],
                "name": f"Beacon {minor}" + draw(TEXTS),
                "note": draw(TEXTS),
                "model": draw(TEXTS),
                "battery_percent": draw(st.sampled_from(["", "0", "55", "100"])),
                "photo_url": draw(st.sampled_from(["", "https://photos.example/a%20b.jpg?x=1,2"])),
                "measured_power_dbm": str(draw(st.integers(-127, 20))),
                "interval_ms": str(draw(st.integers(20, 60_000))),
            }
        )
    return found


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=records())
def test_any_registry_comes_back_from_its_export_as_it_was(venue: Venue, rows: list[dict[str, str]]) -> None:
    Beacon.objects.all().delete()
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    registry.import_csv(venue=venue, text=text.getvalue(), now=NOW)
    before = [registry.placement(each) for each in Beacon.objects.order_by("identity")]
    exported = registry.export_csv(venue)
    assert registry.import_csv(venue=venue, text=exported, now=NOW).unchanged == len(rows)
    Beacon.objects.all().delete()
    registry.import_csv(venue=venue, text=exported, now=NOW)
    assert [registry.placement(each) for each in Beacon.objects.order_by("identity")] == before
    assert registry.export_csv(venue) == exported


def test_one_device_may_send_several_formats(venue: Venue) -> None:
    both = row(1, namespace="ab" * 10, instance="cd" * 6, id1=FLEET, id2="3", id3="4")
    registry.import_csv(venue=venue, text=csv_of(both, row(2, x_m=20.0)), now=NOW)
    deployments.publish(venue=venue, now=NOW)
    deployment = selectors.current_deployment(venue)
    sent: list[BeaconIdentity] = [
        IBeaconId(UUID(FLEET), 7, 1),
        EddystoneUid("ab" * 10, "cd" * 6),
        AltBeaconId(UUID(FLEET), 3, 4),
    ]
    [index] = {deployment.index_of(identity, None) for identity in sent}
    assert deployment.identities[index] == sent[0]
    assert Deployment.from_bytes(deployment.to_bytes()).further == deployment.further


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"namespace": "ab" * 10}, "instance"),
        ({"id1": FLEET, "id2": "1", "id3": "x"}, "id3"),
        ({"battery_percent": "101"}, "battery_percent"),
        ({"battery_percent": "full"}, "battery_percent"),
        ({"note": "x" * 2001}, "note"),
        ({"name": "a\x00b"}, "name"),
        ({"photo_url": "javascript:alert(1)"}, "photo_url"),
        ({"photo_url": "https://photos.example/" + "x" * 500}, "photo_url"),
    ],
)
def test_a_column_that_cannot_be_read_is_named(venue: Venue, changes: dict[str, str], column: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        registry.import_csv(venue=venue, text=csv_of(row(1), row(2) | changes), now=NOW)
    assert [(fault["row"], fault["column"]) for fault in refused.value.members["faults"]] == [(3, column)]


def test_an_identity_that_another_beacon_sends_too_is_refused(venue: Venue) -> None:
    own = {"namespace": "ab" * 10, "instance": "cd" * 6}
    registry.import_csv(venue=venue, text=csv_of(row(1) | own), now=NOW)
    for text in (csv_of(row(2) | own), csv_of(row(3), row(2) | {"format": "eddystone_uid"} | own)):
        with pytest.raises(ImportRefused, match='is that of beacon "Beacon 1" already'):
            registry.import_csv(venue=venue, text=text, now=NOW)
    with pytest.raises(BeaconExists, match="Beacon 1"):
        registry.create(venue=venue, record=row(2) | own, extra={}, now=NOW)
    with pytest.raises(ImportRefused, match="in row 2 already"):
        registry.import_csv(
            venue=venue, text=csv_of(row(4, id1=FLEET, id2="1", id3="1"), row(5, id1=FLEET, id2="1", id3="1")), now=NOW
        )


def test_a_column_that_the_file_leaves_out_stays_as_it_is(venue: Venue) -> None:
    registry.import_csv(venue=venue, text=csv_of(row(1, note="behind the sign", battery_percent="40")), now=NOW)
    kept = [column for column in COLUMNS if column not in {"note", "battery_percent", "model"}]
    moved = row(1, x_m=20.0)
    text = ",".join(kept) + "\n" + ",".join(moved[column] for column in kept) + "\n"
    assert registry.import_csv(venue=venue, text=text, now=NOW).updated == 1
    found = Beacon.objects.get()
    assert (found.note, found.battery_percent, found.model) == ("behind the sign", 40, "Puck")
    registry.import_csv(venue=venue, text=csv_of(row(1, note="", battery_percent="")), now=NOW)
    found.refresh_from_db()
    assert (found.note, found.battery_percent) == ("", None)


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


def test_bad_rows_are_named_though_the_file_breaks_off_after_them(venue: Venue) -> None:
    with pytest.raises(ImportRefused) as refused:
        registry.import_csv(venue=venue, text=csv_of(row(1, lng="east"), row(2)) + '"unclosed', now=NOW)
    named = [(fault["row"], fault["column"]) for fault in refused.value.members["faults"]]
    assert named[0] == (2, "lng")
    assert len(named) == 2


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
