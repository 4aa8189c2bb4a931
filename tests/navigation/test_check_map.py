"""`check_map` prints every finding: a table for people, one JSON object for programs."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from navigation.services import releases
from tests.venues.conftest import NOW
from tests.venues.small_map import id_of, point
from venues import models
from venues.core.editing import FeaturePatch
from venues.services import drafts


def test_a_table_shows_what_is_wrong_where_and_what_to_do(
    draft: models.Draft, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "200")
    drafts.delete_feature(draft=draft, feature_id=id_of("restroom door"), by=None, now=NOW)
    call_command("check_map", "small")
    lines = capsys.readouterr().out.splitlines()
    [row] = [line for line in lines if "unit_unreachable" in line]
    assert "warning" in row
    assert str(id_of("restroom")) in row
    assert "51.52" in row, "the place on the map"
    [counts] = [line for line in lines if line.startswith("0 errors")]
    assert counts.endswith("warnings")


def test_brackets_of_a_message_are_printed_as_they_are(
    draft: models.Draft, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "300")
    far = FeaturePatch(None, True, point(90_000, 0), {}, ())
    drafts.change_feature(draft=draft, feature_id=id_of("fountain"), patch=far, by=None, now=NOW)
    with pytest.raises(SystemExit) as stopped:
        call_command("check_map", "small", stderr=StringIO())
    assert stopped.value.code == 1
    assert "coordinates are [lng, lat]" in capsys.readouterr().out


def test_the_json_has_every_finding_of_the_draft_and_its_graph(draft: models.Draft):
    out = StringIO()
    call_command("check_map", "small", "--json", stdout=out)
    report = json.loads(out.getvalue().splitlines()[-1])
    checked = releases.check(draft=draft)
    assert report["findings"] == [finding.as_json() for finding in checked.findings]
    assert report["graph"]["components"] == 1
    assert report["published"] is None
