from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.venues.conftest import NOW
from tests.venues.small_map import small_map
from venues import models, selectors
from venues.services import drafts, importing, publishing


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_publications_at_once_get_numbers_of_their_own(blobs):
    """Needs a server that many connections write to at once; SQLite lets one in after the other anyway."""
    draft = importing.import_features(slug="small", features=small_map(), time_zone=None, by=None, now=NOW)
    with ThreadPoolExecutor(4) as threads:
        numbers = list(threads.map(lambda _: _publish(draft), range(8)))
    assert sorted(numbers) == list(range(1, 9))
    venue = selectors.venue_by_slug("small")
    assert selectors.current_publication(venue).number == 8
    assert models.Publication.objects.count() == 8


@pytest.mark.django_db(transaction=True)
@pytest.mark.services
def test_two_who_open_a_draft_at_once_share_one(blobs):
    venue = models.Venue.objects.create(slug="small")
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: _open(venue), range(8)))
    assert len(set(opened)) == 1


def _publish(draft: models.Draft) -> int:
    try:
        return publishing.publish(draft=draft, by=None, now=NOW, artefacts={}).number
    finally:
        connection.close()


def _open(venue: models.Venue) -> object:
    try:
        return drafts.open_draft(venue=venue, by=None, now=NOW).pk
    finally:
        connection.close()
