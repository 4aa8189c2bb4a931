"""The commands about maps: whole or nothing, one JSON object at the end, exit 1 with what to do."""

import json
from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from beacons.models import DeploymentVersion
from geo.position import LevelPoint
from navigation.core.profiles import PROFILES
from navigation.core.search import Seed, shortest_path
from navigation.services import graphs, releases
from notifications.models import Campaign
from tests.venues.conftest import NOW
from tests.venues.small_map import id_of, small_map
from venues import models, selectors
from venues.core.imdf.features import FeatureType
from venues.core.imdf.writing import write_archive
from venues.services import importing

DATA = Path(__file__).parents[3] / "shared" / "data"
CASERNE = DATA / "osm" / "caserne.osm"
MALL = DATA / "ble" / "mall"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blobs")]

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run() -> Run:
    """Run a command with --json and return the object on its last line."""

    def run(*args: str) -> dict[str, Any]:
        out = StringIO()
        call_command(*args, "--json", stdout=out)
        answer: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
        return answer

    return run


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "small.zip"
    path.write_bytes(write_archive(small_map()))
    return path


def test_an_imported_map_is_reported_and_published(run: Run, archive: Path):
    report = run("import_imdf", str(archive), "--venue", "small", "--publish")
    publication = selectors.current_publication(selectors.venue_by_slug("small"))
    assert report["published"] == publication.snapshot_hash
    assert not [finding for finding in report["findings"] if finding["severity"] == "error"]
    kinds = Counter(feature.feature_type for feature in small_map())
    assert {name: report[f"{name}s"] for name in ("level", "unit", "opening")} == {
        name: kinds[FeatureType(name)] for name in ("level", "unit", "opening")
    }
    assert (report["venue"], report["connectors"], report["graph"]["components"]) == ("small", 2, 1)
    assert set(report) == {
        "venue", "levels", "units", "openings", "connectors", "amenities", "ignored", "findings", "published", "graph",
    }  # fmt: skip


def test_an_import_without_publish_only_fills_the_draft(run: Run, archive: Path):
    assert run("import_imdf", str(archive), "--venue", "small")["published"] is None
    assert not models.Publication.objects.exists()
    published = run("publish", "small")["published"]
    assert published == selectors.current_publication(selectors.venue_by_slug("small")).snapshot_hash


def test_export_and_import_give_the_same_bytes(run: Run, archive: Path, tmp_path: Path):
    run("import_imdf", str(archive), "--venue", "small", "--publish")
    run("export_imdf", "small", str(tmp_path / "out.zip"))
    assert (tmp_path / "out.zip").read_bytes() == archive.read_bytes()


def test_a_contradictory_map_is_refused_whole_with_every_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    broken = [feature for feature in small_map() if feature.id not in {id_of("Ground"), id_of("lift 1")}]
    path = tmp_path / "broken.zip"
    path.write_bytes(write_archive(broken))
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("import_imdf", str(path), "--venue", "small", "--publish", "--json", stdout=out, stderr=StringIO())
    assert stopped.value.code == 1
    report = json.loads(out.getvalue().splitlines()[-1])
    assert report["published"] is None
    assert report["graph"] is None
    assert len({finding["feature_id"] for finding in report["findings"]}) > 2
    assert not models.Venue.objects.exists()


def test_what_is_no_archive_is_refused_in_one_sentence(tmp_path: Path):
    (tmp_path / "map.zip").write_bytes(b"not a zip")
    for name in ("map.zip", "absent.zip"):
        with pytest.raises(CommandError):
            call_command("import_imdf", str(tmp_path / name), "--venue", "small")
    with pytest.raises(CommandError):
        call_command("import_osm", str(tmp_path / "map.zip"), "--venue", "small")
    with pytest.raises(CommandError):
        call_command("import_geojson", str(tmp_path / "map.zip"), "--venue", "small")


def test_checking_an_unknown_venue_names_it():
    with pytest.raises(CommandError, match="nowhere"):
        call_command("check_map", "nowhere")


@pytest.mark.recordings
@pytest.mark.skipif(not CASERNE.exists(), reason="the recordings of ../shared/data are not here")
def test_the_caserne_of_openstreetmap_routes_between_rooms_on_different_levels(run: Run):
    report = run("import_osm", str(CASERNE), "--venue", "caserne", "--language", "fr", "--publish")
    assert report["levels"] == 4
    assert report["units"] >= 59 + 9 + 3
    assert report["published"]
    engine = graphs.engine_for(selectors.current_publication(selectors.venue_by_slug("caserne")))
    unit_of = {
        engine.snapshot.by_id[id_].properties.get("dalil:osm"): unit for id_, unit in engine.snapshot.units.items()
    }
    seeds = []
    for osm_id in ("way/398056941", "way/398056951"):  # a room on level 1, a room on level 0
        unit = unit_of[osm_id]
        middle = engine.snapshot.shapes_m[unit.id].representative_point()
        snap = engine.snapper.snap(LevelPoint(middle.x, middle.y, unit.level_id))
        assert snap is not None
        seeds.append([Seed(link.node, 0) for link in snap.links])
    for name in ("walk", "wheelchair"):
        assert shortest_path(engine.graph, PROFILES[name].costs_ms(engine.graph), *seeds) is not None


@pytest.mark.recordings
@pytest.mark.skipif(not CASERNE.is_file(), reason="the maps of ../shared/data are not here")
def test_a_manager_gives_the_level_that_a_map_leaves_out(run: Run):
    without = run("import_osm", str(CASERNE), "--venue", "without")
    given = run("import_osm", str(CASERNE), "--venue", "given", "--level", "way/398056943=0")
    assert without["ignored"]["way/398056943"] == "level_unknown"
    assert "way/398056943" not in given["ignored"]
    assert given["units"] == without["units"] + 1


def test_the_demo_is_loaded_once_however_often_it_is_asked_for(run: Run):
    first = run("load_demo")
    revision = models.Draft.objects.get().revision
    assert first["graph"]["components"] == 1
    assert not {finding["code"] for finding in first["findings"]} & {"unit_unreachable", "connector_end_unusable"}
    assert run("load_demo") == first
    assert models.Draft.objects.get().revision == revision
    assert models.Publication.objects.count() == 1
    assert DeploymentVersion.objects.count() == 1
    assert Campaign.objects.count() == 1


def test_the_demo_leaves_alone_what_a_manager_made_of_it(run: Run, django_user_model: Any):
    manager = django_user_model.objects.create_user("manager")
    draft = importing.import_features(
        slug="msheireb", features=small_map(), time_zone="Asia/Qatar", by=manager, now=NOW
    )
    releases.release(draft=draft, by=manager, now=NOW)
    nodes = graphs.engine_for(models.Publication.objects.get()).graph.node_count
    assert run("load_demo")["graph"]["nodes"] == nodes
    assert models.Publication.objects.count() == 1
    assert not Campaign.objects.exists(), "the campaign is about a section of the demo map"


@pytest.mark.recordings
@pytest.mark.skipif(not MALL.is_dir(), reason="the recordings of ../shared/data are not here")
def test_two_floors_of_geojson_are_published_as_one_venue(run: Run):
    files = [str(MALL / floor / "geojson_map.json") for floor in ("F1", "F2")]
    report = run("import_geojson", *files, "--venue", "mall", "--mapping", "fixtures/mappings/mall.toml", "--publish")
    assert (report["levels"], report["ignored"]) == (2, {})
    assert report["units"] >= 172 + 138 - 8 - 4  # seats are amenities, machines kiosks
    assert report["published"]
    codes = {finding["code"] for finding in report["findings"] if finding["severity"] == "error"}
    assert codes == set()
