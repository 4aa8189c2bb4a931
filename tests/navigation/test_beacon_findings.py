"""Beacons are checked with the map that they hang in: by the command, over HTTP, on import and before publishing."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from beacons.services import registry
from navigation.services import releases
from tests.beacons.broken_registries import FAULTS, csv_of, sound_rows
from tests.venues.broken_maps import MAPS, UNKNOWN
from tests.venues.conftest import NOW
from venues import models, selectors
from venues.errors import DraftNotPublishable
from venues.services import drafts

pytestmark = pytest.mark.usefixtures("blobs")


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code of a command and the object on its last line."""
    out = StringIO()
    try:
        call_command(*arguments, "--json", stdout=out, stderr=StringIO())
    except SystemExit as stopped:
        return int(stopped.code), json.loads(out.getvalue().splitlines()[-1])
    return 0, json.loads(out.getvalue().splitlines()[-1])


@pytest.mark.django_db
@pytest.mark.parametrize("code", sorted({fault[0] for fault in FAULTS}))
def test_check_map_shows_just_the_finding_of_each_broken_registry(code: str):
    call_command("import_imdf", str(MAPS / "broken" / f"{code}.zip"), "--venue", "broken", stdout=StringIO())
    call_command("import_beacons", str(MAPS / "broken" / f"{code}.csv"), "--venue", "broken", stdout=StringIO())
    exit_code, report = run("check_map", "broken")
    assert {finding["code"] for finding in report["findings"]} == {code}
    assert exit_code == any(finding["severity"] == "error" for finding in report["findings"])


@pytest.mark.django_db
def test_findings_of_beacons_are_told_over_http_with_the_graph_and_without(draft: models.Draft, client: Client):
    registry.import_csv(venue=draft.venue, text=csv_of([*sound_rows(), lost()]), now=NOW)
    client.force_login(User.objects.create_superuser("manager"))
    for connectivity in ("true", "false"):
        answer = client.get(f"/api/v1/drafts/{draft.id}/findings?connectivity={connectivity}").json()
        assert "beacon_level_unknown" in {finding["code"] for finding in answer["findings"]}


@pytest.mark.django_db
def test_a_map_that_leaves_every_beacon_behind_is_not_published(draft: models.Draft):
    registry.import_csv(venue=draft.venue, text=csv_of([lost()]), now=NOW)
    with pytest.raises(DraftNotPublishable) as refused:
        releases.release(draft=draft, by=None, now=NOW)
    assert [finding.code for finding in refused.value.findings] == ["beacon_level_unknown"]
    assert not models.Publication.objects.exists()


@pytest.mark.django_db
def test_an_import_that_may_not_be_published_stays_in_the_draft_and_says_why():
    venue = models.Venue.objects.create(slug="broken")
    registry.import_csv(venue=venue, text=csv_of([lost()]), now=NOW)
    exit_code, report = run("import_imdf", str(MAPS / "sound"), "--venue", "broken", "--publish")
    assert (exit_code, report["published"]) == (1, None)
    assert [finding["code"] for finding in report["findings"]] == ["beacon_level_unknown"]
    assert selectors.features_of(drafts.open_draft(venue=venue, by=None, now=NOW))


@pytest.mark.django_db
def test_an_import_of_beacons_tells_what_is_wrong_with_them_on_the_published_map():
    run("import_imdf", str(MAPS / "sound"), "--venue", "sound", "--publish")
    _, report = run("import_beacons", str(MAPS / "broken" / "beacon_twice.csv"), "--venue", "sound")
    assert [finding["code"] for finding in report["findings"]] == ["beacon_twice"]
    _, report = run("check_map", "sound")
    assert [finding["code"] for finding in report["findings"]] == ["beacon_twice"]


def lost() -> dict[str, str]:
    return sound_rows()[0] | {"level_id": UNKNOWN, "minor": "77"}
