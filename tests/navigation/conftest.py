"""The small map, released: published with its compiled graph and, where asked, its beacons."""

import pytest
from django.test import Client
from django.utils import timezone

from beacons.services import deployments, registry
from navigation.services import releases
from tests.navigation.crowd import Phone, beacons_csv
from tests.venues.conftest import NOW, blobs, draft
from venues import models

__all__ = ["blobs", "draft", "released"]


@pytest.fixture
def released(draft: models.Draft) -> models.Venue:
    """The venue `small`, open to visitors."""
    return releases.release(draft=draft, by=None, now=NOW).venue


@pytest.fixture
def equipped(released: models.Venue) -> models.Venue:
    """The venue `small` with a beacon every five metres."""
    registry.import_csv(venue=released, text=beacons_csv(), now=timezone.now())
    deployments.publish(venue=released, now=timezone.now())
    return released


@pytest.fixture
def phone(client: Client, equipped: models.Venue) -> Phone:
    """A visitor of it who lets themselves be located."""
    return Phone(client)
