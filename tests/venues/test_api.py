import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from tests.venues.conftest import NOW
from tests.venues.small_map import FRAME, id_of, small_map
from venues import models
from venues.core.imdf.reading import read_archive
from venues.services import drafts, publishing

pytestmark = pytest.mark.django_db
VENUE = "/api/v1/venues/small"


def test_venues_that_are_published_are_listed(client: Client, publication):
    models.Venue.objects.create(slug="draft-only")
    [venue] = client.get("/api/v1/venues").json()["venues"]
    assert (venue["slug"], venue["name"]["ar"]) == ("small", "الحي الصغير")
    assert venue["snapshot"]["hash"] == publication.snapshot_hash


def test_a_venue_tells_its_extent_and_levels_from_the_lowest_up(client: Client, publication):
    venue = client.get(VENUE).json()
    assert venue["bbox"] == pytest.approx([51.5257, 25.2828, *FRAME.to_lng_lat(60, 40)], abs=1e-6)
    assert [level["ordinal"] for level in venue["levels"]] == [0, 0, 1]
    street = next(level for level in venue["levels"] if level["outdoor"])
    assert (street["id"], street["building"], street["short_name"]) == (str(id_of("Street")), None, {"en": "Street"})
    first = venue["levels"][-1]
    assert first["building"] == {"id": str(id_of("house")), "name": {"en": "Bin Test House", "ar": "بيت بن تست"}}
    assert venue["snapshot"] == {
        "hash": publication.snapshot_hash, "number": 1, "published_at": "2026-11-23T09:00:00+00:00",
    }  # fmt: skip


def test_features_of_a_snapshot_are_geojson_that_caches_keep_for_ever(client: Client, publication):
    address = f"{VENUE}/snapshots/{publication.snapshot_hash}/features?type=unit&level={id_of('First')}"
    answer = client.get(address)
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    corridor = next(f for f in answer.json()["features"] if f["id"] == str(id_of("corridor")))
    assert len(answer.json()["features"]) == 4
    assert corridor["feature_type"] == corridor["properties"]["feature_type"] == "unit"
    assert corridor["properties"]["level_id"] == str(id_of("First"))
    assert corridor["properties"]["walkable"] is True
    again = client.get(address, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_features_lie_on_the_level_of_what_they_belong_to(client: Client, publication):
    answer = client.get(f"{VENUE}/snapshots/{publication.snapshot_hash}/features?level={id_of('Ground')}").json()
    assert {str(id_of("cafe")), str(id_of("cafe anchor")), str(id_of("Ground"))} <= {
        f["id"] for f in answer["features"]
    }
    every = client.get(f"{VENUE}/snapshots/{publication.snapshot_hash}/features").json()
    assert len(every["features"]) == len(small_map())


def test_an_old_snapshot_stays_readable_after_another_is_published(client: Client, draft, publication):
    drafts.delete_feature(draft=draft, feature_id=id_of("fountain"), by=None, now=NOW)
    newer = publishing.publish(draft=draft, by=None, now=NOW, artefacts={})
    assert newer.snapshot_hash != publication.snapshot_hash
    old = client.get(f"{VENUE}/snapshots/{publication.snapshot_hash}/features?type=amenity").json()
    assert [feature["id"] for feature in old["features"]] == [str(id_of("fountain"))]


def test_the_archive_of_a_snapshot_holds_the_map_as_it_came(client: Client, publication):
    answer = client.get(f"{VENUE}/snapshots/{publication.snapshot_hash}/imdf.zip")
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        read = read_archive({name: archive.read(name) for name in archive.namelist()})
    assert {f.id: f for f in read.features} == {f.id: f for f in small_map()}


def test_places_are_found_and_measured_from_where_the_visitor_is(client: Client, publication):
    lng, lat = FRAME.to_lng_lat(52, 30)
    asked = {"q": "cafe", "lang": "ar", "near": f"{lng},{lat},0", "limit": "1"}
    answer = client.get(f"{VENUE}/places", asked).json()
    [cafe] = answer["features"]
    assert answer["snapshot"] == publication.snapshot_hash
    assert (cafe["id"], cafe["properties"]["name"]["ar"]) == (str(id_of("cafe")), "مقهى الصيف")
    assert cafe["properties"]["distance_m"] == pytest.approx(15, abs=0.2)
    assert cafe["properties"]["level"] == {"id": str(id_of("Ground")), "ordinal": 0, "short_name": "Ground"}
    assert cafe["geometry"]["coordinates"] == pytest.approx(FRAME.to_lng_lat(37, 30), abs=1e-6)


def test_places_that_are_closed_then_are_left_out(client: Client, publication):
    for at, ids in (("2026-11-23T12:00:00+03:00", [str(id_of("cafe"))]), ("2026-11-20T12:00:00+03:00", [])):
        answer = client.get(f"{VENUE}/places", {"category": "coffeeandtea", "open_at": at}).json()
        assert [feature["id"] for feature in answer["features"]] == ids


def test_a_place_has_an_address_of_its_own(client: Client, publication):
    answer = client.get(f"{VENUE}/places/{id_of('museum room')}").json()
    assert (answer["type"], answer["properties"]["name"]["fr"]) == ("Feature", "Musée")
    assert answer["snapshot"] == publication.snapshot_hash


def test_a_room_without_a_name_and_a_level_have_an_address_too(client: Client, publication):
    answer = client.get(f"{VENUE}/places/{id_of('cafe room')}").json()
    assert (answer["feature_type"], answer["properties"]["name"]["en"]) == ("unit", "Café")
    assert client.get(f"{VENUE}/places/{id_of('Ground')}").json()["feature_type"] == "level"
    assert client.get(f"{VENUE}/places/{id_of('nothing')}").status_code == 404


def test_categories_are_named_and_counted(client: Client, publication):
    answer = client.get(f"{VENUE}/categories").json()
    assert {"category": "restroom", "places": 1, "name": {"en": "Restroom", "ar": "دورة مياه", "fr": "Toilettes"}} in (
        answer["categories"]
    )


@pytest.mark.parametrize(
    ("path", "status", "code", "named"),
    [
        ("/api/v1/venues/nowhere", 404, "venue_not_found", "nowhere"),
        ("/api/v1/venues/nowhere/places", 404, "venue_not_found", "nowhere"),
        (f"{VENUE}/places/{id_of('nothing')}", 404, "place_not_found", str(id_of("nothing"))),
        (f"{VENUE}/places/shop", 404, "place_not_found", "shop"),
        (f"{VENUE}/places?near=51.5,25.2,77", 404, "level_not_found", "77"),
        (f"{VENUE}/places?near=51.5,25.2", 422, "invalid_request", "51.5,25.2"),
        (f"{VENUE}/places?near=east,25.2,0", 422, "invalid_request", "east"),
        (f"{VENUE}/places?near=nan,25.2,0", 422, "invalid_request", "nan"),
        (f"{VENUE}/places?limit=0", 422, "invalid_request", "1"),
        (f"{VENUE}/places?open_at=later", 422, "invalid_request", "format"),
        (f"{VENUE}/snapshots/{'0' * 64}/features", 404, "snapshot_not_found", "0000"),
        (f"{VENUE}/snapshots/{'0' * 64}/imdf.zip", 404, "snapshot_not_found", "0000"),
    ],
)
def test_what_is_unknown_or_unusable_is_named(client: Client, publication, path, status, code, named):
    answer = client.get(path)
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert named in answer.json()["detail"]


def test_an_unknown_level_or_type_of_features_is_named(client: Client, publication):
    features = f"{VENUE}/snapshots/{publication.snapshot_hash}/features"
    assert str(id_of("nothing")) in client.get(f"{features}?level={id_of('nothing')}").json()["detail"]
    assert "shop" in client.get(f"{features}?type=shop").json()["detail"]


def test_a_venue_without_a_map_says_so(client: Client, draft):
    answer = client.get(VENUE)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_published")


def test_a_manager_sees_venues_drafts_and_publications(admin_client: Client, publication):
    for name in ("venue", "draft", "publication"):
        page = admin_client.get(reverse(f"admin:venues_{name}_changelist"))
        assert page.status_code == 200
        assert "Small Quarter" in page.content.decode()
    page = admin_client.get(reverse("admin:venues_venue_change", args=[publication.venue_id]))
    assert publication.snapshot_hash in page.content.decode()
    assert admin_client.get(reverse("admin:venues_publication_add")).status_code == 403
