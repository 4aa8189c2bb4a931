"""Learning from walks: better is published, worse is not, what was is restored, and nobody is kept who did not ask to be."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from beacons import selectors
from beacons.core.learning.fitting import Fields, Kernel
from beacons.core.learning.recording import LONGEST
from beacons.core.learning.table import EmissionTable
from beacons.core.patches import Patches
from beacons.models import CurrentDeployment, EmissionVersion, Survey, VisitorTrack
from beacons.services import deployments, emissions, learning, positioning, registry, surveys, tracks
from tests.beacons.conftest import NOW, batch_of, csv_of, grid, row
from tests.beacons.surveying import drawn, strolled, survey_csv
from venues import storage as blobs
from venues.models import Venue
from visitors.core.consent import Purpose
from visitors.models import Visitor
from visitors.services import consent, sessions

SURVEYS, SECONDS = 6, 70


@pytest.fixture
def surveyed(venue: Venue) -> Venue:
    registry.import_csv(venue=venue, text=csv_of(*grid()), now=NOW)
    deployments.publish(venue=venue, now=NOW)
    return venue


def survey(venue: Venue, count: int = SURVEYS, *, off_m: tuple[float, float] = (0.0, 0.0)) -> None:
    world = drawn(venue, seed=7)
    for number in range(count):
        text = survey_csv(list(strolled(venue, world, 10 * number, SECONDS)), off_m=off_m)
        surveys.upload(venue=venue, name=f"walk {number}", text=text, now=NOW + timedelta(minutes=number))


def emission_hash(venue: Venue) -> str:
    return CurrentDeployment.objects.get(venue=venue).emission_hash


@pytest.fixture
def operator(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_user("operator", is_staff=True))
    return client


def known_table(venue: Venue, power_db: float) -> EmissionTable:
    """Return a table that knows one thing: every beacon is so much stronger than registered."""
    terrain = selectors.terrain(selectors.current_deployment_hash(venue))
    own = terrain.ether.deployment
    nothing = Patches.none(len(own), len(terrain.cells.level_ids))
    fields = Fields(Kernel(2.5, 4.0), np.full(len(own), power_db), np.full(len(own), np.nan), nothing)
    return EmissionTable.of(selectors.origin(own.snapshot_hash), terrain, fields)


def test_surveys_make_held_out_walks_better_and_one_poisoned_among_them_spoils_nothing(surveyed: Venue) -> None:
    survey(surveyed)
    poison = survey_csv(list(strolled(surveyed, drawn(surveyed, seed=7), 501, SECONDS)), off_m=(0.0, 18.0))
    kept = surveys.upload(venue=surveyed, name="poison", text=poison, now=NOW)
    report = learning.learn_for(venue=surveyed, now=NOW)
    assert report["surveys_contradicted"] == [str(kept.pk)]
    assert report["is_better"], report["reason"]
    assert report["after"]["mean_error_m"] < 0.9 * report["before"]["mean_error_m"]
    assert report["walks_taught"] + report["walks_judged"] == SURVEYS
    version = EmissionVersion.objects.get(venue=surveyed)
    assert (report["published"], emission_hash(surveyed)) == (version.number, version.blob_hash)
    assert selectors.current_terrain(surveyed).ether.patches is not None


def test_poisoned_surveys_are_refused(surveyed: Venue) -> None:
    survey(surveyed, 4, off_m=(-20.0, 0.0))
    report = learning.learn_for(venue=surveyed, now=NOW)
    assert (report["is_better"], report["published"], emission_hash(surveyed)) == (False, None, "")
    assert len(report["surveys_contradicted"]) == 4


def test_rolling_back_restores_the_bytes(surveyed: Venue) -> None:
    first = emissions.publish(venue=surveyed, table=known_table(surveyed, 3.0), report={}, now=NOW)
    bytes_of_first = blobs.get_blob(first.blob_hash)
    emissions.publish(venue=surveyed, table=known_table(surveyed, -3.0), report={}, now=NOW)
    assert emission_hash(surveyed) != first.blob_hash
    emissions.restore(venue=surveyed, number=1)
    assert blobs.get_blob(emission_hash(surveyed)) == bytes_of_first
    registered_dbm = selectors.current_deployment(surveyed).measured_power_dbm
    assert selectors.current_terrain(surveyed).ether.deployment.measured_power_dbm == pytest.approx(registered_dbm + 3)
    emissions.restore(venue=surveyed, number=emissions.LAW_ALONE)
    assert selectors.current_terrain(surveyed).ether.deployment.measured_power_dbm == pytest.approx(registered_dbm)


def test_a_new_deployment_keeps_what_was_learned_of_beacons_that_hang_where_they_hung(surveyed: Venue) -> None:
    version = emissions.publish(venue=surveyed, table=known_table(surveyed, 3.0), report={}, now=NOW)
    moved = [row(1, 6.0, 4.0), *grid()[1:]]  # the first hung at (4, 4)
    registry.import_csv(venue=surveyed, text=csv_of(*moved), now=NOW)
    deployments.publish(venue=surveyed, now=NOW)
    assert emission_hash(surveyed) == version.blob_hash
    assert version.blob_hash in selectors.named_blobs()
    own = selectors.current_terrain(surveyed).ether.deployment
    stronger = own.measured_power_dbm - selectors.current_deployment(surveyed).measured_power_dbm
    assert sorted(stronger) == pytest.approx([0.0] + [3.0] * (len(own) - 1))


def walked(venue: Venue, visitor: Visitor, seed: int, seconds: int = 150) -> None:
    """Let a visitor walk, with what live guidance does of it."""
    for at, _, _, _, heard in strolled(venue, drawn(venue, seed=7), seed, seconds):
        located = positioning.locate(venue=venue, visitor_id=visitor.pk, batch=batch_of(heard), received_at=at)
        tracks.note(venue=venue, visitor=visitor, located=located)


def visitor_with(*purposes: Purpose) -> Visitor:
    granted = dict.fromkeys(purposes, True)
    return sessions.create(language="en", profile="walk", granted=granted, now=NOW)[0]


def test_a_track_tells_what_was_heard_and_neither_when_nor_where(
    surveyed: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, **options: call())
    visitor = visitor_with(Purpose.POSITIONING, Purpose.HISTORY)
    walked(surveyed, visitor, 20)
    track = VisitorTrack.objects.get(visitor=visitor)
    [walk] = tracks.walks(surveyed, track.deployment_hash)
    assert walk.sightings[0].heard_at.year == 1970
    assert walk.sightings[-1].heard_at - walk.sightings[0].heard_at <= LONGEST
    assert len(walk.sightings) > 500


def test_erasing_a_visitor_removes_their_tracks(surveyed: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, **options: call())
    visitor = visitor_with(Purpose.POSITIONING, Purpose.HISTORY)
    walked(surveyed, visitor, 20)
    assert VisitorTrack.objects.count() == 1
    sessions.erase(visitor)
    assert not VisitorTrack.objects.exists()


def test_withdrawn_consent_teaches_nothing_and_is_forgotten(surveyed: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call, **options: call())
    visitor, other = (visitor_with(Purpose.POSITIONING, Purpose.HISTORY) for _ in range(2))
    for each, seed in ((visitor, 20), (other, 22)):
        walked(surveyed, each, seed)
    consent.record(visitor=visitor, wanted={Purpose.HISTORY: False}, now=NOW)
    [walk] = tracks.walks(surveyed, selectors.current_deployment_hash(surveyed))
    assert walk.walker == f"visitor {other.pk}"
    assert tracks.purge() == 1
    assert VisitorTrack.objects.get().visitor == other


def test_operators_send_surveys_and_take_back_what_was_learned(surveyed: Venue, operator: Client) -> None:
    world = drawn(surveyed, seed=7)
    text = survey_csv(list(strolled(surveyed, world, 2)))
    url = "/api/v1/venues/small/surveys"
    sent = operator.post(f"{url}?name=North", text, content_type="text/csv")
    assert (sent.status_code, sent.json()["name"]) == (201, "North")
    again = operator.post(url, text, content_type="text/csv")
    assert again.json()["id"] == sent.json()["id"]
    assert [one["name"] for one in operator.get(url).json()["surveys"]] == ["North"]
    assert operator.get("/api/v1/venues/small/emissions").json() == {"current": 0, "versions": []}
    missing = operator.post("/api/v1/venues/small/emissions/4/restore")
    assert (missing.status_code, missing.json()["code"]) == (404, "emission_not_found")
    assert operator.delete(f"{url}/{sent.json()['id']}").status_code == 204
    assert not Survey.objects.exists()


def test_every_bad_row_of_a_survey_is_named(surveyed: Venue, operator: Client) -> None:
    lines = survey_csv(list(strolled(surveyed, drawn(surveyed, seed=7), 2))).splitlines()
    lines[2] = "yesterday,way_point,200,25.28,nowhere,,,,"
    lines[3] = lines[3].rsplit(",", 1)[0] + ",nan"
    sent = operator.post("/api/v1/venues/small/surveys", "\n".join(lines), content_type="text/csv")
    assert (sent.status_code, sent.json()["code"]) == (422, "survey_refused")
    faults = {(fault["row"], fault["column"]) for fault in sent.json()["faults"]}
    assert faults == {(3, "at"), (3, "lng"), (3, "level_id"), (4, "rssi_dbm")}


def test_a_beacon_that_nobody_registered_is_placed_by_surveys(surveyed: Venue, operator: Client) -> None:
    survey(surveyed, 4)
    missing = grid()[20]  # in the midst of the hall
    hung = selectors.beacons(surveyed).get(identity__endswith=f"/{missing['minor']}")
    registry.delete(beacon=hung)
    deployments.publish(venue=surveyed, now=NOW)
    [found] = operator.get("/api/v1/venues/small/beacons/unknown").json()["beacons"]
    assert (found["identity"], found["level_id"]) == (hung.identity, str(hung.level_id))
    east_m, north_m = (111_000 * (found[axis] - getattr(hung, axis)) for axis in ("lng", "lat"))
    # One draw lies outside its radius of 95 % once in twenty times, and outside twice that practically never.
    assert (east_m**2 + north_m**2) ** 0.5 < 2 * max(3.0, found["accuracy_95_m"])


def test_the_commands_say_what_they_compared(
    surveyed: Venue, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = drawn(surveyed, seed=7)
    for number in range(2):
        path = tmp_path / f"walk-{number}.csv"
        path.write_text(survey_csv(list(strolled(surveyed, world, 2 + number, 40))))
        call_command("import_survey", str(path), "--venue", "small")
    call_command("learn", "small", "--dry-run")
    told = capsys.readouterr().out
    assert "way points" in told
    assert "1 walks taught, 1 judged." in told
    with pytest.raises(CommandError, match="no emission version 9"):
        call_command("restore_emission", "small", "9")
    call_command("restore_emission", "small", "0", "--json")
    assert capsys.readouterr().out == '{"venue": "small", "current": 0}\n'
