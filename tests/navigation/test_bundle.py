"""The bundle: everything an app needs offline, the same bytes for the same things, and no secret."""

import base64
import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from beacons.models import CurrentDeployment, EmissionVersion
from beacons.services import deployments, registry
from navigation.core.graph import RoutingGraph
from navigation.services import bundles
from tests.navigation.crowd import FLEET
from tests.venues.small_map import id_of
from venues import storage
from venues.core.snapshot import Snapshot
from venues.models import Venue

pytestmark = pytest.mark.django_db

SECRET = "00112233445566778899aabbccddeeff"


def url(venue: Venue) -> str:
    assert venue.current_publication is not None
    return f"/api/v1/venues/small/snapshots/{venue.current_publication.snapshot_hash}/bundle"


def opened(answer: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_bundle_holds_map_graph_beacons_and_what_to_listen_for(client: Client, equipped: Venue) -> None:
    answer = client.get(url(equipped))
    files = opened(answer)
    manifest = json.loads(files["bundle.json"])
    assert (manifest["format"], manifest["venue"]) == ("dalil-bundle-1", "small")
    assert manifest["files"] == {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in files.items()
        if name != "bundle.json"
    }
    assert Snapshot.from_bytes(files["map.json"]).content_hash == manifest["snapshot"]
    assert RoutingGraph.from_bytes(files["graph.bin"]).snapshot_hash == manifest["snapshot"]
    beacons = json.loads(files["beacons.json"])["beacons"]
    assert len(beacons) == equipped.beacons.count()
    assert beacons[0]["identities"][0]["proximity_uuid"] == FLEET
    [region] = json.loads(files["ios-regions.json"])["regions"]
    assert (region["proximity_uuid"], region["beacons"]) == (FLEET, len(beacons))
    assert json.loads(files["emission.json"])["exponent"] > 1
    assert json.loads(files["android-scan.json"])["filters"][0]["data"] == "0215" + FLEET.replace("-", "")


def test_its_size_and_hash_are_told_and_the_same_again(client: Client, equipped: Venue) -> None:
    first = client.get(url(equipped))
    bundles._document.cache_clear()
    again = client.get(url(equipped))
    assert first.content == again.content
    digest = hashlib.sha256(first.content)
    assert first["ETag"] == f'"{digest.hexdigest()}"'
    assert first["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert int(first["Content-Length"]) == len(first.content)
    assert client.get(url(equipped), headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_what_is_named_by_its_beacons_is_immutable_and_outlives_them(client: Client, equipped: Venue) -> None:
    first = client.get(url(equipped))
    assert first["Cache-Control"] == "public, no-cache"
    named = first["Content-Location"]
    equipped.beacons.first().delete()
    deployments.publish(venue=equipped, now=timezone.now())
    assert client.get(url(equipped)).content != first.content
    kept = client.get(named)
    assert kept.content == first.content
    assert kept["Cache-Control"] == "public, max-age=31536000, immutable"


def test_what_was_learned_is_in_it_and_named(client: Client, equipped: Venue) -> None:
    before = client.get(url(equipped))
    learned = storage.put_blob(b"what was learned")
    EmissionVersion.objects.create(venue=equipped, number=1, blob_hash=learned, report={}, created_at=timezone.now())
    CurrentDeployment.objects.filter(venue=equipped).update(emission_hash=learned)
    answer = client.get(url(equipped))
    assert opened(answer)["emission.bin"] == b"what was learned"
    assert json.loads(opened(answer)["bundle.json"])["emission"] == learned
    named = client.get(answer["Content-Location"])
    assert (named.content, "immutable" in named["Cache-Control"]) == (answer.content, True)
    assert client.get(before["Content-Location"]).content == before.content
    unknown = client.get(before["Content-Location"] + "&emission=00")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "emission_not_found")


def test_no_key_and_no_note_is_in_it(client: Client, equipped: Venue) -> None:
    beacon = equipped.beacons.first()
    record = {"eid_key": SECRET, "eid_rotation_exponent": "10", "eid_offset_s": "0", "note": "the key is under the mat"}
    registry.update(beacon=beacon, record=record, extra={}, now=timezone.now())
    deployments.publish(venue=equipped, now=timezone.now())
    for data in opened(client.get(url(equipped))).values():
        assert SECRET.encode() not in data.lower()
        assert bytes.fromhex(SECRET) not in data
        assert b"under the mat" not in data


def test_a_map_without_beacons_has_a_bundle_too(client: Client, released: Venue) -> None:
    files = opened(client.get(url(released)))
    assert {"bundle.json", "map.json", "graph.bin"} <= files.keys()
    assert id_of("hall").bytes.hex()[:8].encode() in files["map.json"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/v1/venues/nowhere/snapshots/00/bundle", "venue_not_found"),
        ("/api/v1/venues/small/snapshots/00/bundle", "snapshot_not_found"),
        (None, "deployment_not_found"),
    ],
)
def test_what_is_not_there_is_named(client: Client, equipped: Venue, path: str | None, code: str) -> None:
    answer = client.get(path or url(equipped) + "?deployment=00")
    assert (answer.status_code, answer.json()["code"]) == (404, code)
