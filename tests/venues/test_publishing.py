import errno
import os
from functools import partial

import pytest
from django.db import connection

from tests.venues.conftest import NOW
from tests.venues.small_map import changed, feature, id_of, small_map, without
from venues import models, selectors, storage
from venues.core.editing import FeaturePatch
from venues.core.imdf.features import Feature, FeatureType
from venues.errors import (
    BlobCorrupt,
    BlobError,
    BlobMissing,
    DraftChanged,
    DraftNotPublishable,
    FeatureChanged,
    InvalidVenue,
    MapRefused,
    PublicationNotFound,
)
from venues.events import snapshot_published
from venues.services import drafts, importing, publishing

pytestmark = pytest.mark.django_db


def test_an_imported_map_becomes_the_working_draft_with_every_property(draft):
    by_id = {each.id: each for each in selectors.features_of(draft)}
    assert by_id == {each.id: each for each in small_map()}


def test_a_contradictory_map_is_refused_whole_with_every_finding(draft):
    broken = changed(without(small_map(), "Ground"), "First", ordinal=None)
    with pytest.raises(MapRefused) as refused:
        importing.import_features(slug="small", features=broken, time_zone=None, by=None, now=NOW)
    codes = [finding.code for finding in refused.value.findings]
    assert codes.count("level_unknown") >= 5
    assert "property_unreadable" in codes
    assert len(selectors.features_of(draft)) == len(small_map())


def test_publishing_points_the_venue_to_the_new_map_and_tells_after_commit(draft, django_capture_on_commit_callbacks):
    heard = []
    snapshot_published.connect(lambda publication, **_: heard.append(publication), weak=False, dispatch_uid="test")
    with django_capture_on_commit_callbacks(execute=True):
        publication = publishing.publish(draft=draft, by=None, now=NOW, artefacts={"graph": "0" * 64})
        assert heard == []
    snapshot_published.disconnect(dispatch_uid="test")
    assert heard == [publication]
    venue = selectors.venue_by_slug("small")
    assert venue.current_publication == publication
    assert publication.number == 1
    assert selectors.current_snapshot(venue).venue.name["en"] == "Small Quarter"


def test_the_same_features_publish_under_the_same_hash_and_the_next_number(draft, publication):
    importing.import_features(slug="small", features=reversed(small_map()), time_zone=None, by=None, now=NOW)
    again = publishing.publish(draft=draft, by=None, now=NOW, artefacts={})
    assert (again.number, again.snapshot_hash) == (2, publication.snapshot_hash)


@pytest.mark.parametrize("code", [errno.EROFS, errno.ENOSPC, errno.EACCES])
def test_a_disk_that_takes_nothing_leaves_draft_and_published_map_as_they_are(draft, publication, monkeypatch, code):
    def full(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    importing.import_features(slug="small", features=small_map(), time_zone=None, by=None, now=NOW)
    monkeypatch.setattr(storage, "_put_file", full)
    with pytest.raises(BlobError, match=os.strerror(code)) as refused:
        publishing.publish(draft=draft, by=None, now=NOW, artefacts={})
    assert refused.value.status == 503
    venue = selectors.venue_by_slug("small")
    assert venue.current_publication == publication
    assert selectors.current_snapshot(venue).content_hash == publication.snapshot_hash


def test_a_draft_that_changed_while_it_was_compiled_is_not_published(draft):
    compiled = publishing.freeze(draft=draft)
    drafts.delete_feature(draft=draft, feature_id=id_of("fountain"), by=None, now=NOW)
    with pytest.raises(DraftChanged):
        publishing.publish(draft=draft, by=None, now=NOW, artefacts={}, snapshot_hash=compiled.content_hash)
    assert selectors.venue_by_slug("small").current_publication is None


def test_a_draft_with_errors_is_not_published(draft):
    drafts.delete_feature(draft=draft, feature_id=id_of("Ground"), by=None, now=NOW)
    with pytest.raises(DraftNotPublishable):
        publishing.publish(draft=draft, by=None, now=NOW, artefacts={})


def test_an_earlier_publication_is_restored(draft, publication):
    drafts.delete_feature(draft=draft, feature_id=id_of("fountain"), by=None, now=NOW)
    publishing.publish(draft=draft, by=None, now=NOW, artefacts={})
    restored = publishing.restore(venue=draft.venue, number=1, by=None, now=NOW)
    assert selectors.current_publication(selectors.venue_by_slug("small")) == restored == publication


def test_restoring_names_what_is_missing(draft, publication):
    with pytest.raises(PublicationNotFound, match="publication 7"):
        publishing.restore(venue=draft.venue, number=7, by=None, now=NOW)
    storage.path_of(publication.snapshot_hash).unlink()
    with pytest.raises(BlobMissing):
        publishing.restore(venue=draft.venue, number=1, by=None, now=NOW)


def _in_unit(name: str) -> FeaturePatch:
    return FeaturePatch(None, False, None, {"unit_ids": [str(id_of(name))]}, ())


def test_a_lost_update_is_refused(draft):
    bench = feature("bench", "amenity", None, category="seating", unit_ids=[str(id_of("square"))])
    seen = drafts.add_feature(draft=draft, feature=bench, by=None, now=NOW).version
    change = partial(drafts.change_feature, draft=draft, feature_id=bench.id, by=None, now=NOW, expected={seen})
    change(patch=_in_unit("hall"))
    with pytest.raises(FeatureChanged, match=f"version {seen}"):
        change(patch=_in_unit("square"))


def test_a_draft_opens_with_what_is_published(draft, publication):
    draft.delete()
    opened = drafts.open_draft(venue=selectors.venue_by_slug("small"), by=None, now=NOW)
    assert {each.id for each in selectors.features_of(opened)} == {each.id for each in small_map()}


def test_a_damaged_blob_is_noticed(blobs):
    content_hash = storage.put_blob(b"a map")
    assert storage.get_blob(content_hash) == b"a map"
    storage.path_of(content_hash).write_bytes(b"a nap")
    with pytest.raises(BlobCorrupt):
        storage.get_blob(content_hash)


def test_coordinates_come_back_from_the_database_bit_for_bit(draft):
    exact = Feature(id_of("pin"), FeatureType.ANCHOR, {"type": "Point", "coordinates": [51.52570000000001, 1e-7]}, {})
    drafts.add_feature(draft=draft, feature=exact, by=None, now=NOW)
    draft.refresh_from_db()
    assert next(each for each in selectors.features_of(draft) if each.id == exact.id) == exact
    assert connection.vendor in {"sqlite", "postgresql"}
    assert models.Draft.objects.count() == 1


def test_blobs_live_in_any_store_of_django(settings):
    backend = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "blobs": backend}
    content_hash = storage.put_blob(b"a map")
    assert storage.put_blob(b"a map") == content_hash
    assert storage.get_blob(content_hash) == b"a map"
    assert storage.path_of(content_hash) is None
    with pytest.raises(BlobMissing, match="0000"):
        storage.get_blob("0" * 64)


def test_a_slug_or_time_zone_that_cannot_be_used_is_named(blobs):
    with pytest.raises(InvalidVenue, match="Moon/Crater"):
        importing.import_features(slug="small", features=small_map(), time_zone="Moon/Crater", by=None, now=NOW)
    assert not models.Venue.objects.exists()
