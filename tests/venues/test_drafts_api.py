"""Drafts over HTTP, for operators."""

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from django.test import Client

from accounts.models import User
from tests.venues.conftest import NOW
from tests.venues.journal_laws import map_of, replayed
from tests.venues.small_map import box, id_of
from venues import models, selectors, storage
from venues.core.records import features_from
from venues.services import publishing

pytestmark = pytest.mark.django_db

SHOP: dict[str, Any] = {
    "type": "Feature",
    "feature_type": "unit",
    "geometry": box(55, 5, 60, 10),
    "properties": {"category": "retail", "level_id": str(id_of("Ground")), "name": {"en": "Shop"}, "x:own": [1]},
}


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_user("aisha", is_staff=True))
    return client


@pytest.fixture
def url(draft: models.Draft) -> str:
    return f"/api/v1/drafts/{draft.id}"


def send(client: Client, method: str, url: str, body: Any = None, **headers: str) -> Any:
    kind = headers.pop("content_type", "application/json")
    return client.generic(method, url, b"" if body is None else orjson.dumps(body), kind, headers=headers)


def hall(url: str) -> str:
    return f"{url}/features/{id_of('hall')}"


def test_only_operators_see_drafts(client: Client, url: str):
    paths = [url, f"{url}/features", hall(url), f"{url}/diff", f"{url}/changes", f"{url}/findings"]
    for path in ("/api/v1/venues/small/drafts", *paths):
        assert client.get(path).status_code == 401, path
    client.force_login(User.objects.create_user("somebody"))
    for path in paths:
        assert client.get(path).status_code == 403, path


def test_a_draft_of_a_published_map_is_opened_once_for_everybody(operator: Client, publication: models.Publication):
    models.Draft.objects.all().delete()
    first = operator.post("/api/v1/venues/small/drafts")
    again = operator.post("/api/v1/venues/small/drafts")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert first.json() | {"venue": "small", "author": "aisha", "revision": 0, "can_undo": False} == first.json()
    assert operator.get("/api/v1/venues/small/drafts").json()["drafts"] == [again.json()]
    assert operator.get(f"/api/v1/drafts/{first.json()['id']}")["ETag"] == '"0"'


def test_a_feature_is_added_read_changed_and_removed_and_loses_no_property(operator: Client, url: str):
    added = send(operator, "POST", f"{url}/features", SHOP, content_type="application/geo+json")
    assert added.status_code == 201, added.content
    address, etag = added["Location"], added["ETag"]
    read = operator.get(address)
    assert read.json() == added.json()
    assert (read["ETag"], read.json()["properties"]) == (etag, SHOP["properties"])
    assert operator.get(address, headers={"If-None-Match": etag}).status_code == 304
    changed = send(operator, "PATCH", address, {"properties": {"name": {"en": "Bakery"}}}, **{"If-Match": etag})
    assert changed.status_code == 200, changed.content
    assert changed.json()["properties"] == {**SHOP["properties"], "name": {"en": "Bakery"}}
    assert changed.json()["geometry"] == SHOP["geometry"]
    assert changed["ETag"] != etag
    removed = send(operator, "DELETE", address, **{"If-Match": changed["ETag"]})
    assert (removed.status_code, removed.content) == (204, b"")
    assert operator.get(address).json()["code"] == "feature_not_found"


def test_a_lost_update_is_refused_and_both_versions_are_shown(operator: Client, url: str):
    etag = operator.get(hall(url))["ETag"]
    operator.force_login(User.objects.create_user("basil", is_staff=True))
    theirs = send(operator, "PATCH", hall(url), {"properties": {"category": "walkway"}}, **{"If-Match": etag})
    assert theirs.status_code == 200
    lost = send(operator, "PATCH", hall(url), {"properties": {"name": {"en": "Atrium"}}}, **{"If-Match": etag})
    problem = lost.json()
    assert (lost.status_code, problem["code"]) == (412, "feature_changed")
    assert lost["Content-Type"] == "application/problem+json"
    assert problem["current"]["properties"]["category"] == "walkway"
    assert problem["current"]["properties"]["name"] == {"en": "Hall", "fr": "Hall d'entrée"}
    assert problem["current"]["changed_by"] == "basil"
    assert f'"{problem["current"]["version"]}"' == theirs["ETag"]
    assert problem["yours"]["properties"]["name"] == {"en": "Atrium"}
    assert send(operator, "DELETE", hall(url), **{"If-Match": etag}).json()["yours"] is None


def test_a_change_of_what_somebody_deleted_says_so(operator: Client, url: str):
    etag = operator.get(hall(url))["ETag"]
    assert send(operator, "DELETE", hall(url), **{"If-Match": etag}).status_code == 204
    lost = send(operator, "PATCH", hall(url), {"geometry": None}, **{"If-Match": etag})
    assert (lost.status_code, lost.json()["current"]) == (412, None)
    assert "deleted" in lost.json()["detail"]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_change_must_say_of_which_version_it_is(operator: Client, url: str, method: str):
    refused = send(operator, method, hall(url), {"properties": {}})
    assert (refused.status_code, refused.json()["code"]) == (428, "precondition_required")
    assert refused.json()["param"] == "If-Match"


@pytest.mark.parametrize("tag", ['W/"1"', '"x"', '"-1"', '"99999999999999999999999"', "", '"١"'])
def test_a_tag_that_names_no_version_matches_none(operator: Client, url: str, draft: models.Draft, tag: str):
    assert operator.get(hall(url))["ETag"] == '"1"'
    refused = send(operator, "PATCH", hall(url), {"properties": {}}, **{"If-Match": tag})
    assert refused.status_code == 412, refused.content


def test_a_star_matches_whatever_is_there_and_a_list_any_of_its_tags(operator: Client, url: str):
    for tag in ("*", '"7", "2"'):
        body = {"properties": {"note": tag}}
        assert send(operator, "PATCH", hall(url), body, **{"If-Match": tag}).status_code == 200
    gone = f"{url}/features/{uuid4()}"
    assert send(operator, "PATCH", gone, {"properties": {}}, **{"If-Match": "*"}).status_code == 404


def test_what_cannot_be_used_is_refused_by_name(operator: Client, url: str):
    for body, param in [
        (SHOP | {"feature_type": "shop"}, "feature_type"),
        (SHOP | {"geometry": {"type": "Polygon"}}, "geometry"),
        (SHOP | {"id": "7"}, "id"),
        ([SHOP], "type"),
    ]:
        refused = send(operator, "POST", f"{url}/features", body)
        assert (refused.status_code, refused.json()["param"]) == (422, param), refused.content
    twice = send(operator, "POST", f"{url}/features", SHOP | {"id": str(id_of("hall"))})
    assert (twice.status_code, twice.json()["code"]) == (409, "feature_exists")
    assert operator.get(f"/api/v1/drafts/{uuid4()}/features").json()["code"] == "draft_not_found"
    assert operator.get(f"{url}/features?limit=0").json()["param"] == "limit"


def test_features_come_page_by_page_by_type_and_by_level(operator: Client, url: str, draft: models.Draft):
    seen: list[str] = []
    after = ""
    while True:
        page = operator.get(f"{url}/features?limit=7{after}").json()
        seen += [feature["id"] for feature in page["features"]]
        if page["next_after"] is None:
            break
        after = f"&after={page['next_after']}"
    assert seen == sorted(seen)
    assert {UUID(id_) for id_ in seen} == map_of(draft).keys()
    first = operator.get(f"{url}/features?type=unit&level={id_of('First')}").json()
    assert {feature["id"] for feature in first["features"]} == {
        str(id_of(name)) for name in ("corridor", "museum room", "lift 1", "stairs 1")
    }
    assert all(feature["version"] == 1 for feature in first["features"])


def test_undo_and_redo_lead_back_and_forth_and_stand_in_the_journal(operator: Client, url: str, draft: models.Draft):
    send(operator, "PATCH", hall(url), {"properties": {"category": "walkway"}}, **{"If-Match": "*"})
    undone = operator.post(f"{url}/undo")
    assert undone.status_code == 200, undone.content
    assert (undone.json()["change"]["action"], undone.json()["change"]["edit_revision"]) == ("undone", 2)
    assert operator.get(hall(url)).json()["properties"]["category"] == "lobby"
    assert undone.json()["draft"]["can_redo"]
    redone = send(operator, "POST", f"{url}/redo", **{"If-Match": undone["ETag"]})
    assert (redone.status_code, redone["ETag"]) == (200, '"4"')
    assert operator.post(f"{url}/redo").json()["code"] == "nothing_to_redo"
    stale = send(operator, "POST", f"{url}/undo", **{"If-Match": undone["ETag"]})
    assert (stale.status_code, stale.json()["code"], stale.json()["revision"]) == (412, "draft_moved", 4)
    newest, *older = operator.get(f"{url}/changes?limit=2").json()["changes"]
    assert (newest["action"], newest["author"], newest["feature_id"]) == ("redone", "aisha", str(id_of("hall")))
    assert newest["before"]["properties"]["category"] == "lobby"
    assert newest["after"]["properties"]["category"] == "walkway"
    page = operator.get(f"{url}/changes?before={older[-1]['revision']}").json()
    assert [change["action"] for change in page["changes"]] == ["changed", "replaced"]
    assert page["next_before"] is None
    assert replayed(draft, {}) == map_of(draft)


def test_a_diff_shows_what_publishing_would_change(operator: Client, url: str, draft: models.Draft):
    everything = operator.get(f"{url}/diff").json()
    assert (everything["snapshot"], everything["counts"]["added"]) == (None, len(map_of(draft)))
    published = publishing.publish(draft=draft, by=None, now=NOW, artefacts={})
    nothing = operator.get(f"{url}/diff").json()
    assert nothing["counts"] == {"added": 0, "removed": 0, "changed": 0}
    assert nothing["snapshot"] == published.snapshot_hash
    send(operator, "POST", f"{url}/features", SHOP | {"id": str(id_of("shop"))})
    send(operator, "DELETE", f"{url}/features/{id_of('fountain')}", **{"If-Match": "*"})
    patch = {
        "properties": {"restriction": None, "category": "walkway"},
        "removed_properties": ["name"],
        "geometry": box(30, 10, 60, 19),
    }
    send(operator, "PATCH", hall(url), patch, **{"If-Match": "*"})
    difference = operator.get(f"{url}/diff").json()
    assert difference["added"] == [{"id": str(id_of("shop")), "feature_type": "unit", "name": {"en": "Shop"}}]
    assert [each["id"] for each in difference["removed"]] == [str(id_of("fountain"))]
    [changed] = difference["changed"]
    assert (changed["id"], changed["geometry_changed"]) == (str(id_of("hall")), True)
    assert changed["properties"] == [
        {"name": "category", "before": "lobby", "after": "walkway"},
        {"name": "name", "before": {"en": "Hall", "fr": "Hall d'entrée"}},
        {"name": "restriction", "after": None},
    ]
    assert operator.get(f"{url}/diff?limit=1").json()["counts"] == difference["counts"]


def test_a_draft_is_discarded_and_another_is_opened_of_what_is_published(
    operator: Client, url: str, publication: models.Publication
):
    before = operator.get(url)
    assert operator.delete(url).status_code == 428
    send(operator, "POST", f"{url}/features", SHOP)
    late = operator.delete(url, headers={"If-Match": before["ETag"]})
    assert (late.status_code, late.json()["code"]) == (412, "draft_moved")
    assert operator.delete(url, headers={"If-Match": operator.get(url)["ETag"]}).status_code == 204
    assert operator.get("/api/v1/venues/small/drafts").json()["drafts"] == []
    opened = operator.post("/api/v1/venues/small/drafts")
    assert (opened.status_code, opened.json()["revision"]) == (201, 0)
    published = {feature.id: feature for feature in selectors.snapshot(publication.snapshot_hash).features}
    assert map_of(models.Draft.objects.get(pk=opened.json()["id"])) == published
    assert operator.get("/api/v1/venues/small").json()["snapshot"]["hash"] == publication.snapshot_hash


def test_of_a_discarded_draft_the_journal_is_left(operator: Client, url: str, draft: models.Draft):
    features = map_of(draft)
    operator.delete(url, headers={"If-Match": "*"})
    assert operator.get(url).json()["discarded_at"] is not None
    [last, *_] = operator.get(f"{url}/changes").json()["changes"]
    assert (last["action"], last["author"]) == ("discarded", "aisha")
    assert replayed(draft, {}) == map_of(draft) == {}
    kept = features_from(storage.get_blob(draft.journal.get(revision=last["revision"]).before_hash))
    assert {feature.id: feature for feature in kept} == features


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", ""), ("GET", "/features"), ("POST", "/features"), ("GET", f"/features/{id_of('hall')}"),
        ("PATCH", f"/features/{id_of('hall')}"), ("DELETE", f"/features/{id_of('hall')}"), ("GET", "/diff"),
        ("GET", "/findings"), ("POST", "/undo"), ("POST", "/redo"),
    ],
)  # fmt: skip
def test_a_discarded_draft_takes_part_in_nothing(operator: Client, url: str, method: str, path: str):
    operator.delete(url, headers={"If-Match": "*"})
    body = {"type": "Feature", "properties": {}} if method == "PATCH" else SHOP if path == "/features" else None
    answer = send(operator, method, f"{url}{path}", body, **{"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "draft_discarded")


def test_a_discarded_draft_is_not_published(operator: Client, url: str, draft: models.Draft):
    operator.delete(url, headers={"If-Match": "*"})
    answer = send(operator, "POST", "/api/v1/venues/small/publications", {"draft": str(draft.pk)})
    assert (answer.status_code, answer.json()["code"]) == (409, "draft_discarded")
