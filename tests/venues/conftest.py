"""A published venue in a database and a blob folder of its own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from tests.venues.small_map import small_map
from venues import models
from venues.services import importing, publishing

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def blobs(settings: LazySettings, tmp_path: Path) -> Path:
    """A blob folder that only this test uses."""
    folder = tmp_path / "blobs"
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = {**settings.STORAGES, "blobs": backend}
    return folder


@pytest.fixture
def draft(db: None, blobs: Path) -> models.Draft:
    """The small map as working draft of the venue `small`."""
    return importing.import_features(slug="small", features=small_map(), time_zone="Asia/Qatar", by=None, now=NOW)


@pytest.fixture
def publication(draft: models.Draft) -> models.Publication:
    """The small map, published."""
    return publishing.publish(draft=draft, by=None, now=NOW, artefacts={})
