"""Publications over HTTP, for operators: publish, take back, and what stands in the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from beacons.models import CurrentDeployment
from navigation.services import graphs, releases
from notifications.transports.hub import Frame
from tests.venues.conftest import NOW
from tests.venues.small_map import id_of
from venues import models, selectors
from venues.services import drafts

pytestmark = pytest.mark.django_db

URL = "/api/v1/venues/small/publications"


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_user("aisha", is_staff=True))
    return client


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[Frame]:
    """The frames that leave for open sockets."""

    class Recorder:
        def __init__(self) -> None:
            self.published: list[Frame] = []

        def publish(self, frame: Frame) -> None:
            self.published.append(frame)

    recorder = Recorder()
    monkeypatch.setattr("navigation.receivers.hub", lambda: recorder)
    return recorder.published


def post(client: Client, url: str, body: Any = None) -> Any:
    return client.post(url, body or {}, content_type="application/json")


def without_restrooms(draft: models.Draft) -> None:
    drafts.delete_feature(draft=draft, feature_id=id_of("restroom door"), by=None, now=NOW)


def test_only_operators_publish(client: Client, draft: models.Draft):
    for call in (client.get(URL), post(client, URL), post(client, f"{URL}/1/restore")):
        assert call.status_code == 401
    assert not models.Publication.objects.exists()


def test_a_draft_is_published_once_and_visitors_can_be_guided_on_it(operator: Client, draft: models.Draft):
    published = post(operator, URL, {"draft": str(draft.id)})
    assert published.status_code == 201, published.content
    assert published.json() | {"number": 1, "is_current": True, "author": "aisha"} == published.json()
    again = post(operator, URL)
    assert (again.status_code, again.json()) == (200, published.json())
    publication = selectors.current_publication(selectors.venue_by_slug("small"))
    assert publication.snapshot_hash == published.json()["snapshot"]
    assert graphs.engine_for(publication).graph.snapshot_hash == publication.snapshot_hash


def test_a_draft_with_errors_is_refused_with_every_finding_and_found_beforehand(operator: Client, draft: models.Draft):
    for name in ("Ground", "lift 1"):
        drafts.delete_feature(draft=draft, feature_id=id_of(name), by=None, now=NOW)
    found = operator.get(f"/api/v1/drafts/{draft.id}/findings").json()
    refused = post(operator, URL)
    assert (refused.status_code, refused.json()["code"]) == (422, "draft_not_publishable")
    errors = [finding for finding in found["findings"] if finding["severity"] == "error"]
    assert len(errors) == found["error_count"] > 5
    assert {finding["message"] for finding in errors} == {each["message"] for each in refused.json()["findings"]}
    assert found["findings"][: len(errors)] == errors
    assert not models.Publication.objects.exists()


def test_findings_tell_what_nobody_can_reach_unless_that_is_not_asked_for(operator: Client, draft: models.Draft):
    without_restrooms(draft)
    url = f"/api/v1/drafts/{draft.id}/findings"
    codes = [{each["code"] for each in operator.get(f"{url}{query}").json()["findings"]}
             for query in ("", "?connectivity=false")]  # fmt: skip
    assert "unit_unreachable" in codes[0]
    assert "unit_unreachable" not in codes[1]


def test_an_earlier_map_is_restored_with_its_beacons_and_every_socket_hears_of_it(
    operator: Client,
    draft: models.Draft,
    frames: list[Frame],
    django_capture_on_commit_callbacks: Any,
):
    first = releases.release(draft=draft, by=None, now=NOW)
    without_restrooms(draft)
    releases.release(draft=draft, by=None, now=NOW + timedelta(minutes=1))
    frames.clear()
    with django_capture_on_commit_callbacks(execute=True):
        restored = post(operator, f"{URL}/1/restore")
    assert (restored.status_code, restored.json()["is_current"]) == (200, True)
    venue = selectors.venue_by_slug("small")
    assert selectors.current_publication(venue) == first
    assert CurrentDeployment.objects.get(venue=venue).version.snapshot_hash == first.snapshot_hash
    [frame] = frames
    assert (frame.kind, first.snapshot_hash in frame.text) == ("map_changed", True)
    with django_capture_on_commit_callbacks(execute=True):
        assert post(operator, f"{URL}/1/restore").json() == restored.json()
    assert len(frames) == 1, "restoring what visitors see already changes nothing"


def test_who_published_and_who_restored_is_written_down(operator: Client, draft: models.Draft):
    post(operator, URL)
    without_restrooms(draft)
    post(operator, URL)
    operator.force_login(User.objects.create_user("basil", is_staff=True))
    post(operator, f"{URL}/1/restore")
    answer = operator.get(URL).json()
    second, first = answer["publications"]
    assert (first["is_current"], second["is_current"], answer["next_before"]) == (True, False, None)
    assert [(each["kind"], each["by"]) for each in first["switches"]] == [
        ("restored", "basil"),
        ("published", "aisha"),
    ]
    assert [(each["kind"], each["by"]) for each in second["switches"]] == [("published", "aisha")]
    newest = models.MapSwitch.objects.first()
    assert newest is not None
    assert (newest.publication.number, newest.replaced.number) == (1, 2)
    assert operator.get(f"{URL}?limit=1").json()["next_before"] == 2


def test_what_is_not_there_is_named(operator: Client, draft: models.Draft):
    assert post(operator, f"{URL}/7/restore").json()["code"] == "publication_not_found"
    assert post(operator, f"{URL}/99999999999999999999/restore").json()["code"] == "publication_not_found"
    models.Venue.objects.create(slug="empty")
    assert post(operator, "/api/v1/venues/empty/publications").json()["code"] == "draft_not_found"
    foreign = post(operator, "/api/v1/venues/empty/publications", {"draft": str(draft.id)})
    assert (foreign.status_code, foreign.json()["param"]) == (404, "draft")
