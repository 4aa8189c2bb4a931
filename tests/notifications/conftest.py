"""A small published venue: one street level, a quarter of 40 m by 40 m on it, a kiosk too narrow to be a zone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from django.core.cache import cache
from pytest_django import Settings

from notifications.transports import TRANSPORTS
from notifications.transports.recorder import Recorder
from tests.notifications.deployed import Deployment, deployed
from tests.notifications.places import NOON, STREET
from tests.notifications.push import key_file, services, standin
from tests.standins import push
from venues.core.imdf.features import Feature, FeatureType
from venues.core.snapshot import Snapshot, canonical_bytes
from venues.models import Publication, Venue
from venues.storage import put_blob
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.services import sessions

__all__ = ["key_file", "services", "standin"]  # fixtures that are found here

METRE_DEG = 1e-5  # about a metre: 1.1 m north, 1.0 m east at this latitude
WEST, SOUTH = 51.5257, 25.2828
QUARTER, ALLEY = uuid5(STREET, "quarter"), uuid5(STREET, "alley")


def box(west_m: float, south_m: float, east_m: float, north_m: float) -> dict[str, Any]:
    w, e = (round(WEST + x * METRE_DEG, 7) for x in (west_m, east_m))
    s, n = (round(SOUTH + y * METRE_DEG, 7) for y in (south_m, north_m))
    return {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]}


def section(section_id: UUID, names: dict[str, str], geometry: dict[str, Any]) -> Feature:
    properties = {"category": "walkway", "level_id": str(STREET), "name": names}
    return Feature(section_id, FeatureType.SECTION, geometry, properties)


FEATURES = (
    Feature(uuid5(STREET, "venue"), FeatureType.VENUE, box(-200, -200, 200, 200), {"category": "businesscampus"}),
    Feature(STREET, FeatureType.LEVEL, box(-200, -200, 200, 200), {"category": "outdoors", "ordinal": 0}),
    section(QUARTER, {"en": "Heritage Quarter", "ar": "الحي التراثي"}, box(-20, -20, 20, 20)),
    section(ALLEY, {"en": "Alley"}, box(50, 0, 52, 40)),
)


@pytest.fixture
def venue(db: None, settings: Settings, tmp_path: Path) -> Iterator[Venue]:
    blobs = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"blobs": blobs}
    cache.clear()
    venue = Venue.objects.create(slug="quarter", name={"en": "Msheireb", "ar": "مشيرب"}, time_zone="Asia/Qatar")
    venue.current_publication = Publication.objects.create(
        venue=venue, number=1, snapshot_hash=put_blob(canonical_bytes(FEATURES)), published_at=NOON
    )
    venue.save()
    yield venue
    cache.clear()


@pytest.fixture
def snapshot(venue: Venue) -> Snapshot:
    return Snapshot.from_features(FEATURES)


@pytest.fixture
def visitor(venue: Venue) -> Visitor:
    return new_visitor()


def new_visitor(language: str = "en", *, marketing: bool = False) -> Visitor:
    granted = {Purpose.POSITIONING: True, Purpose.MARKETING: marketing}
    return sessions.create(language=language, profile="walk", granted=granted, now=NOON)[0]


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """The live transport, replaced by one that writes down."""
    recorder = Recorder(name="live")
    monkeypatch.setitem(TRANSPORTS, "live", recorder)
    return recorder


@pytest.fixture(scope="session")
def services_of_the_deployment() -> Iterator[push.PushServices]:
    with push.serving() as standing:
        yield standing


@pytest.fixture(scope="session")
def prepared_deployment(
    services_of_the_deployment: push.PushServices, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """What takes long to prepare, once: nothing of it runs."""
    with deployed(services_of_the_deployment, tmp_path_factory.mktemp("deployment")) as made:
        yield made


@pytest.fixture(scope="module")
def deployment(prepared_deployment: Deployment) -> Iterator[Deployment]:
    """Dalil as it is deployed; what a test starts of it runs until the end of its module."""
    yield prepared_deployment
    prepared_deployment.kill_all()


@pytest.fixture
def deployed_services(services_of_the_deployment: push.PushServices) -> Iterator[push.PushServices]:
    """The push services that the deployment sends to, with an empty ledger."""
    services_of_the_deployment.ledger.entries.clear()
    yield services_of_the_deployment
    services_of_the_deployment.latency_s = 0.0
