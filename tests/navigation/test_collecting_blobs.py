"""Blobs that nothing names are collected, and none that a release is about to name."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from threading import Event

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from beacons.services import registry
from navigation import tasks
from navigation.services import blobs as collecting
from navigation.services import releases
from tests.navigation.crowd import beacons_csv
from tests.venues.conftest import NOW
from tests.venues.small_map import id_of
from venues import models, selectors, storage
from venues.services import drafts, publishing

LATER = timezone.now() + timedelta(days=2)
# Fields that name a blob of their own, and those that repeat one that a publication names.
ASKED = {
    "Publication.snapshot_hash",
    "DraftChange.before_hash",
    "DraftChange.after_hash",
    "DeploymentVersion.blob_hash",
    "EmissionVersion.blob_hash",
    "Survey.blob_hash",
}
REPEATED = {
    "DeploymentVersion.snapshot_hash",
    "Trip.snapshot_hash",
    "CurrentDeployment.blob_hash",
    "CurrentDeployment.emission_hash",
    "VisitorTrack.deployment_hash",
}
NO_BLOB = {"ApiKey.key_hash", "DeploymentVersion.registry_hash", "Device.endpoint_hash", "Visitor.token_hash"}


def held() -> set[str]:
    return {blob.content_hash for blob in storage.old_blobs(LATER)}


@pytest.mark.django_db
def test_what_a_killed_release_left_is_collected_and_the_release_can_be_done_again(draft: models.Draft):
    first = releases.release(draft=draft, by=None, now=NOW)
    named = held()
    drafts.delete_feature(draft=draft, feature_id=id_of("restroom door"), by=None, now=NOW)
    publishing.freeze(draft=draft)  # and killed here
    left = held() - named
    assert left
    assert collecting.collect(now=LATER).files == len(left)
    assert held() == named
    assert storage.get_blob(first.snapshot_hash)
    second = releases.release(draft=draft, by=None, now=NOW)
    assert collecting.collect(now=LATER).files == 0
    assert releases.restore(venue=second.venue, number=first.number, by=None, now=NOW) == first


@pytest.mark.django_db
def test_nothing_that_a_row_names_is_collected(draft: models.Draft):
    publication = releases.release(draft=draft, by=None, now=NOW)
    registry.import_csv(venue=publication.venue, text=beacons_csv(), now=NOW)
    drafts.replace_features(draft=draft, features=(), by=None, now=NOW)
    drafts.discard(draft=draft, by=None, now=NOW)
    before = held()
    assert collecting.collect(now=LATER).files == 0
    assert held() == before


@pytest.mark.django_db
def test_a_young_blob_is_left_alone_and_what_a_killed_writer_left_goes(blobs: Path):
    young = storage.put_blob(b"young")
    part = blobs / "ab" / ".tmp1234.part"
    part.parent.mkdir()
    part.write_bytes(b"half of")
    assert collecting.collect(now=timezone.now()).files == 0
    aged(part)
    assert collecting.collect(now=timezone.now()) == collecting.Collected(1, 7)
    assert storage.holds_blob(young)


@pytest.mark.django_db
def test_a_blob_that_is_put_while_it_is_collected_stays(blobs: Path, monkeypatch: pytest.MonkeyPatch):
    content_hash = storage.put_blob(b"wanted again")
    aged(storage.path_of(content_hash))
    ask = selectors.named_blobs

    def put_meanwhile() -> set[str]:
        named = ask()
        storage.put_blob(b"wanted again")
        return named

    monkeypatch.setattr(selectors, "named_blobs", put_meanwhile)
    assert collecting.collect(now=timezone.now()).files == 0
    assert storage.get_blob(content_hash) == b"wanted again"


def test_of_many_who_put_and_one_who_deletes_none_loses_a_blob(blobs: Path):
    contents, finished = [f"blob {number}".encode() for number in range(4)], Event()

    def put(data: bytes) -> None:
        for _ in range(200):
            content_hash = storage.put_blob(data)
            assert storage.get_blob(content_hash) == data
            aged(blobs / content_hash[:2] / content_hash)

    def delete(before: datetime) -> None:
        while not finished.is_set():
            for blob in existing(before):
                storage.delete_blob(blob, before)

    with ThreadPoolExecutor(5) as threads:
        deleting = threads.submit(delete, timezone.now() - timedelta(hours=1))
        try:
            for done in [threads.submit(put, data) for data in contents]:
                done.result()
        finally:
            finished.set()
        deleting.result()


def existing(before: datetime) -> list[storage.OldBlob]:
    try:
        return list(storage.old_blobs(before))
    except FileNotFoundError:  # a `.part` went between listing and asking for its age
        return []


@pytest.mark.django_db
def test_the_command_says_what_would_go_before_it_deletes(draft: models.Draft):
    left = storage.put_blob(b"left over")
    aged(storage.path_of(left))
    assert run("--dry-run") == {"dry_run": True, "files": 1, "size_bytes": 9}
    assert storage.holds_blob(left)
    assert run() == {"dry_run": False, "files": 1, "size_bytes": 9}
    assert not storage.holds_blob(left)


def test_only_a_folder_is_collected(settings):
    settings.STORAGES = {**settings.STORAGES, "blobs": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    with pytest.raises(CommandError, match="in a folder only"):
        call_command("collect_blobs")


def test_it_is_done_every_night(settings):
    assert settings.CELERY_BEAT_SCHEDULE["collect-blobs"]["task"] == tasks.collect_blobs.name


def test_every_field_that_holds_a_hash_is_known_to_name_a_blob_or_not():
    fields = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name.endswith("_hash") and getattr(field, "max_length", None) == 64
    }
    assert fields == ASKED | REPEATED | NO_BLOB, "Ask for a new field's blobs in `named_blobs` of its app's selectors."


def aged(path: Path) -> None:
    """Make a file two days old, where it is still there."""
    then = (timezone.now() - timedelta(days=2)).timestamp()
    with suppress(FileNotFoundError):
        os.utime(path, (then, then))


def run(*arguments: str) -> dict[str, object]:
    out = StringIO()
    call_command("collect_blobs", *arguments, "--json", stdout=out)
    answer: dict[str, object] = json.loads(out.getvalue())
    return answer
